"""In this file units report, the office reviews, and a report becomes a document."""

from __future__ import annotations

import io
import re
from urllib.parse import urlencode

import docx
import pytest
from flask import Flask

from publisher.followups.model import (
    ReportStage,
    ReportState,
    State,
)
from publisher.people.permission import Role
from tests import factories
from tests.publisher.followups.office import (
    CHECKS,
    DONE,
    Office,
    typed_in,
    typed_report,
)

pytestmark = pytest.mark.usefixtures("records", "on_that_day")


class TestReport:
    def test_a_report_with_its_scan_is_kept_once_however_often_it_is_pressed(
        self, office: Office
    ) -> None:
        browser, address = office.at(office.handler), f"{office.address}/report"
        scan = (io.BytesIO(b"%PDF-1.7 \xe7\x9b\x96\xe7\xab\xa0"), "盖章件.pdf")
        for turn in (browser.post(address, typed_report(files=scan)),
                     browser.post(address, typed_report())):  # fmt: skip
            assert turn.status_code == 302
            assert turn.location == office.address
        page = browser.get(office.address).text
        assert "3座水库坝脚反滤处理全部完成，𠮷永强&lt;签&gt;。" in page
        found = office.now()
        assert [one.state for one in found.reports] == [ReportState.SUBMITTED]
        file = re.search(rf'href="({office.address}/reports/\d+/files/\d+)">盖章件', page)
        assert file
        kept = browser.get(file[1])
        assert (kept.mimetype, kept.data[:5]) == ("application/pdf", b"%PDF-")
        assert office.at(office.leader).get(file[1]).status_code == 200
        assert browser.get(re.sub(r"\d+$", "99", file[1])).status_code == 404
        assert office.at(factories.leader("陆书平")).get(file[1]).status_code == 404

    def test_a_file_is_reached_through_its_own_case_only(self, office: Office) -> None:
        browser = office.at(office.handler)
        scan = (io.BytesIO(b"%PDF-1.7 x"), "盖章件.pdf")
        browser.post(f"{office.address}/report", typed_report(files=scan))
        report = office.now().reports[0]
        rest = f"reports/{report.id}/files/{report.files[0].id}"
        other = factories.case(lead=office.handler.unit)
        assert browser.get(f"/cases/{other.id}/{rest}").status_code == 404
        assert browser.get(f"{office.address}/{rest}").status_code == 200

    def test_what_cannot_be_taken_is_said_and_stays(self, office: Office) -> None:
        browser, address = office.at(office.handler), f"{office.address}/report"
        for changed, said in (
            ({"course": ""}, "请填写落实过程"),
            ({"course": " 　\n"}, "请填写落实过程"),
            ({"signer": " "}, "请填写签发人"),
            ({"stage": "closed"}, ""),
            ({"stage": ""}, ""),
            ({"files": (io.BytesIO(b"MZ\x90"), "整改.exe")}, "不在可接收之列"),
            ({"situation": "长" * 20001}, ""),
        ):
            answer = browser.post(address, typed_report() | changed)
            assert answer.status_code == 422, changed
            assert said in answer.text, changed
            assert "还有内容需要改正" in answer.text, changed
            assert typed_in(answer.text, "proposals") == ["建议纳入年度除险加固计划。"]
            if "course" not in changed:
                assert typed_in(answer.text, "course") == [DONE]
        assert office.now().reports == []

    def test_the_supporting_unit_reports_its_part_only(self, office: Office) -> None:
        browser, address = office.at(office.supporter), f"{office.address}/report"
        assert 'value="final"' not in browser.get(office.address).text
        assert browser.post(address, typed_report()).status_code == 422
        assert browser.post(address, typed_report(stage="interim")).status_code == 302
        found = office.now()
        assert (found.state, found.reports[0].unit_id) == (
            State.RECEIVED,
            office.supporter.unit_id,
        )

    def test_before_signing_nobody_reports(self, app: Flask) -> None:
        office = Office(app, signed_for=False)
        for who in (office.handler, office.supporter):
            browser = office.at(who)
            assert 'id="report"' not in browser.get(office.address).text
            answer = browser.post(f"{office.address}/report", typed_report(stage="interim"))
            assert answer.status_code == 409
            assert "请先签收，再报送办理情况" in answer.text

    def test_a_closed_case_takes_no_report(self, office: Office) -> None:
        office.closed()
        browser = office.at(office.handler)
        page = browser.get(office.address).text
        assert 'id="report"' not in page
        for stage in ("interim", "final"):
            answer = browser.post(
                f"{office.address}/report", typed_report(stage=stage, form_key=stage)
            )
            assert answer.status_code == 409
            assert "现在是“已办结”，不能报送办理情况" in answer.text
        assert len(office.now().reports) == 1

    def test_one_who_may_see_the_case_but_whose_unit_has_no_part_is_told_so(
        self, office: Office
    ) -> None:
        both = factories.person(Role.HANDLER, Role.RESEARCHER)
        browser = office.at(both)
        page = browser.get(office.address)
        assert page.status_code == 200
        assert 'id="report"' not in page.text
        answer = browser.post(f"{office.address}/report", typed_report(stage="interim"))
        assert answer.status_code == 403
        assert "贵单位不承办这一事项" in answer.text


class TestReview:
    def test_all_six_checks_and_the_result_are_wanted(self, office: Office) -> None:
        final = office.reported()
        address = f"{office.address}/reports/{final.id}/accept"
        browser = office.at(office.officer)
        for data, said in (
            ({"result": "隐患全部消除。"}, "六项审核须逐项确认"),
            (CHECKS | {"facts": "", "result": "隐患全部消除。"}, "六项审核须逐项确认"),
            (CHECKS | {"result": " 　 ", "remark": "材料齐全"}, "请用几句话概括办理结果"),
        ):
            answer = browser.post(address, {one: word for one, word in data.items() if word})
            assert answer.status_code == 422, data
            assert said in answer.text, data
            assert data["result"] in typed_in(answer.text, "result")
        assert typed_in(answer.text, "remark") == ["材料齐全"]
        assert (office.now().state, final.state) == (State.REPORTED, ReportState.SUBMITTED)
        data = CHECKS | {"result": "隐患全部消除。"}
        assert browser.post(address, data).status_code == 302
        assert (office.now().state, office.now().result) == (State.REVIEWED, "隐患全部消除。")
        second = browser.post(address, data)
        assert second.status_code == 409
        assert "现在是“已审结”" in second.text

    def test_an_interim_report_is_received_without_checks(self, office: Office) -> None:
        interim = office.reported(ReportStage.INTERIM)
        address = f"{office.address}/reports/{interim.id}/accept"
        assert office.at(office.officer).post(address).status_code == 302
        assert (office.now().state, interim.state) == (State.RECEIVED, ReportState.ACCEPTED)

    def test_a_report_goes_back_with_a_reason_alone(self, office: Office) -> None:
        final = office.reported()
        address = f"{office.address}/reports/{final.id}/return"
        browser = office.at(office.officer)
        for reason in ("", " 　 "):
            answer = browser.post(address, {"reason": reason})
            assert answer.status_code == 422
            assert "请写明理由" in answer.text
            assert f'id="report-{final.id}"' in answer.text
        assert office.now().state == State.REPORTED
        assert browser.post(address, {"reason": "请附验收结论。"}).status_code == 302
        assert office.now().state == State.RETURNED
        page = office.at(office.handler).get(office.address).text
        assert "督查室意见：请附验收结论。" in page
        assert 'id="report"' in page
        answer = browser.post(address, {"reason": "请附验收结论。"})
        assert answer.status_code == 409
        assert "现在是“已退回”" in answer.text

    def test_a_report_is_reached_through_its_own_case_only(self, office: Office) -> None:
        final = office.reported()
        other = factories.case(officer=office.officer)
        browser = office.at(office.officer)
        for door in ("accept", "return"):
            for case, report in ((other.id, final.id), (office.number, 99)):
                answer = browser.post(
                    f"/cases/{case}/reports/{report}/{door}",
                    CHECKS | {"result": "完成。", "reason": "无"},
                )
                assert answer.status_code == 404
        assert office.now().state == State.REPORTED


class TestOfficialReport:
    def test_a_report_becomes_an_official_document(self, office: Office) -> None:
        office.reported(ReportStage.FINAL)
        number = office.now().reports[-1].id
        address = f"{office.address}/reports/{number}/document"
        typed = urlencode({"number": "云水〔2026〕18号", "copies": "市财政局。"})
        for who in (office.handler, office.officer):
            browser = office.at(who)
            assert f'action="{address}.docx"' in browser.get(office.address).text
            word = docx.Document(io.BytesIO(browser.get(f"{address}.docx?{typed}").data))
            words = "".join(one.text for one in word.paragraphs)
            for expected in ("水利局文件", "云水〔2026〕18号", "一、落实过程", DONE, "市财政局"):
                assert expected in words, expected
        pdf = office.at(office.handler).get(f"{address}.pdf")
        assert pdf.data.startswith(b"%PDF")
        assert office.at(office.handler).get(f"{address}.odt").status_code == 404
        assert office.at(office.leader).get(f"{address}.pdf").status_code == 404
        stranger = factories.person(Role.HANDLER)
        assert office.at(stranger).get(f"{address}.pdf").status_code == 404
