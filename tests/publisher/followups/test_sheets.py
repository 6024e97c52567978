"""In this file the paper of a case says what its record says."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from itertools import product

import docx
import pypdfium2
import pytest

from publisher import clock
from publisher.database import db
from publisher.followups import actions, sheets
from publisher.followups.model import (
    ReportStage,
)
from publisher.people.permission import Role
from tests import factories
from tests.publisher.followups.office import (
    AT,
    Office,
)

pytestmark = pytest.mark.usefixtures("records", "on_that_day")


class TestSheets:
    def words(self, content: bytes) -> str:
        if content.startswith(b"PK"):
            body = docx.Document(io.BytesIO(content)).element.body
            text = "".join(one.text or "" for one in body.iter() if one.tag.endswith("}t"))
        else:
            with pypdfium2.PdfDocument(content) as pages:
                text = "".join(page.get_textpage().get_text_bounded() for page in pages)
        return re.sub(r"\s+", "", text)

    def test_the_three_open_in_both_forms_and_say_what_the_case_says(self, office: Office) -> None:
        case = office.case
        actions.chase(case, text="请尽快办结。", means="书面", by=office.officer, at=AT)
        office.reported()
        expected = {
            "supervision_notice": ("督查〔2026〕1号", "水利局", "兰汀区", "沈明远",
                                   "请水利局牵头，9月底前整改到位。", "2026年12月4日", "孙督"),
            "chasing_notice": ("督查〔2026〕1号", "2026年12月4日", "第1次", "请尽快办结。"),
            "feedback_form": ("督查〔2026〕1号", "3座水库坝脚反滤处理全部完成", "运行平稳。",
                              "郑局", "2026年11月20日"),
        }  # fmt: skip
        with clock.standing_at(AT + timedelta(days=12)):
            browser = office.at(office.officer)
            for name, form in product(expected, ("docx", "pdf")):
                answer = browser.get(f"{office.address}/sheets/{name}.{form}")
                assert answer.status_code == 200, (name, form)
                assert "attachment" in answer.headers["Content-Disposition"]
                words = self.words(answer.data)
                for one in expected[name]:
                    assert one in words, (name, form, one)

    def test_the_result_goes_to_the_leader_once_the_final_report_is_in(
        self, office: Office
    ) -> None:
        browser = office.at(office.officer)
        address = f"{office.address}/sheets/result_sheet"
        office.reported(ReportStage.INTERIM)
        assert address not in browser.get(office.address).text
        assert browser.get(f"{address}.docx").status_code == 404
        returned = office.reported()
        for form in ("docx", "pdf"):
            words = self.words(browser.get(f"{address}.{form}").data)
            for one in (
                "督查结果呈报单",
                "请水利局牵头，9月底前整改到位。",
                "水利局",
                "兰汀区",
                "反滤处理全部完成",
                "运行平稳。",
                "☐办结",
                "☐继续办理",
                "孙督",
            ):
                assert one in words, (form, one)  # fmt: skip
        actions.return_report(
            returned, office.case, reason="请附验收结论。", by=office.officer, at=AT
        )
        db.session.commit()
        assert browser.get(f"{address}.docx").status_code == 404
        office.reviewed()
        assert f"{address}.docx" in browser.get(office.address).text
        words = self.words(browser.get(f"{address}.docx").data)
        assert "隐患全部消除。" in words
        assert "☑办结" in words
        for who in (office.handler, office.leader, *office.strangers()):
            visitor = office.at(who)
            assert visitor.get(f"{address}.pdf").status_code == 404, who.roles
            assert address not in visitor.get(office.address).text

    def test_the_feedback_form_is_the_lead_units_and_holds_nothing_given_back(
        self, office: Office
    ) -> None:
        returned = office.reported(process="处理完成九成。")
        actions.return_report(
            returned, office.case, reason="请附验收结论。", by=office.officer, at=AT
        )
        db.session.commit()
        browser = office.at(office.officer)
        address = f"{office.address}/sheets/feedback_form.docx"
        assert "九成" not in self.words(browser.get(address).data)
        office.reported()
        written = actions.Written(process="兰汀区已落实值守。")
        actions.report(office.case, written, stage=ReportStage.INTERIM, by=office.supporter, at=AT)
        db.session.commit()
        words = self.words(browser.get(address).data)
        assert "3座水库坝脚反滤处理全部完成" in words
        assert "兰汀区已落实值守" not in words

    def test_the_unit_gets_its_own_and_nobody_an_unknown_one(self, office: Office) -> None:
        base = f"{office.address}/sheets"
        assert office.at(office.handler).get(f"{base}/feedback_form.docx").status_code == 200
        officer = office.at(office.officer)
        for wrong in ("feedback_form.html", "fair_copy.docx", "..%2Fx.pdf", "feedback_form.exe"):
            assert officer.get(f"{base}/{wrong}").status_code == 404, wrong
        researcher = office.at(factories.person(Role.RESEARCHER))
        assert researcher.get(f"{base}/feedback_form.docx").status_code == 404


@pytest.mark.parametrize(
    ("words", "told"),
    [("请抓紧办理。", "“请抓紧办理。”"), ("请阅", "“请阅”。"), ("何时办结？", "“何时办结？”")],
)
def test_a_quoted_instruction_has_one_full_stop(words: str, told: str) -> None:
    assert sheets.quoted(words) == told
