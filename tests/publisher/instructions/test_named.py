"""In this file an instruction for named people leaves no trace to a fourth, anywhere."""

from __future__ import annotations

import io
import json
import re

import docx
import pypdfium2
import pytest
from flask import Flask
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE as IMAGE
from sqlalchemy import select

from publisher.database import db
from publisher.followups import actions as cases
from publisher.followups import queries as followups
from publisher.followups.model import ReportStage
from publisher.instructions import beside, queries
from publisher.instructions.model import Instruction, State
from publisher.issues.model import Issue
from publisher.library.anchors import Standing
from publisher.people import actions as people
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.scores import queries as scores
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")
TEXT = "此事只请孙督同志知悉并核实。"
STROKES = [[[100, 100, 0.5], [300, 140, 0.9]]]


@pytest.fixture
def issue() -> Issue:
    return factories.published_issue(serial_=factories.serial("政务信息", readers=("staff",)))


@pytest.fixture
def leader() -> Person:
    return factories.leader("沈明远")


def typed(leader: Person, **changed: object) -> dict[str, object]:
    return {
        "leader": leader.id,
        "text": TEXT,
        "disposition": "act",
        "item": "",
        "written_on": "2026-11-20",
        "form_key": "k1",
    } | changed


def only() -> Instruction:
    return db.session.scalars(select(Instruction)).unique().one()


class TestNamedOnly:
    def test_a_fourth_finds_no_trace(self, app: Flask, issue: Issue, leader: Person) -> None:
        officer = factories.person(Role.OFFICER, name="孙督")
        other_officer = factories.person(Role.OFFICER, name="齐督")
        open_one = factories.instruction(issue_=issue, leader_=leader, text="请总结推广。")
        browser = Browser(app, leader)
        made = browser.post(
            f"/instructions/write/{issue.id}",
            typed(leader, known_to="named", only_for=[officer.id], item=""),
        )
        assert made.status_code == 302
        number = int(made.location.rpartition("/")[2])
        named = Browser(app, officer)
        assert named.post(f"/instructions/{number}/register").status_code == 302
        found = queries.instruction(number, person=officer)
        assert (found.number_text, open_one.number_text) == ("限批〔2026〕1号", "批〔2026〕1号")
        case = factories.case(instruction_=found, officer=officer)
        later = factories.instruction(issue_=issue, leader_=leader)
        assert later.number_text == "批〔2026〕2号"
        case_number = case.id
        for who in (officer, leader):
            page = Browser(app, who).get(f"/instructions/{number}").text
            assert "这件批示仅下列人员知悉：" in page
            assert "孙督" in page
        strangers = [
            other_officer,
            *(factories.person(role) for role in (Role.EDITOR, Role.DIRECTOR, Role.RESEARCHER)),
            factories.leader("陆书平"),
        ]
        for who in strangers:
            stranger = Browser(app, who)
            assert stranger.get(f"/instructions/{number}").status_code == 404
            assert stranger.get(f"/cases/{case_number}").status_code == 404
            for address in (
                "/", "/instructions", "/instructions?words=只请孙督", "/cases",
                f"/library/issues/{issue.id}", "/search?q=只请孙督", f"/threads/issue:{issue.id}",
            ):  # fmt: skip
                answer = stranger.get(address)
                assert TEXT[:8] not in answer.text, (who.roles, address)
                assert "限批" not in answer.text, (who.roles, address)
            assert followups.cases_in_register(who, [found.id]) == {}
            assert len(queries.whole_register(who)) in {0, 2}
        assert len(queries.whole_register(officer)) == 3
        assert followups.counts(other_officer, factories.DAY).running == 0
        assert followups.counts(officer, factories.DAY).running == 1
        assert [one.cause for one in scores.unposted_instructions()] == []

    def test_somebody_has_to_be_named_who_can_register(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        other = factories.leader("陆书平")
        address = f"/instructions/write/{issue.id}"
        for named in ([], [other.id]):
            sent = typed(leader, known_to="named", only_for=named)
            answer = Browser(app, leader).post(address, sent)
            assert answer.status_code == 422
            assert "须有一位能登记批示的同志" in answer.text


class TestMore:
    def test_addressees_limit_and_that_it_is_not_printed(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        unit = factories.unit("水利局")
        sent = typed(
            leader, units=[unit.id], others="省水利厅、王工", limit_on="2026-12-01", not_printed="y"
        )
        made = Browser(app, leader).post(f"/instructions/write/{issue.id}", sent)
        found = only()
        assert [one.name for one in found.addressees] == ["水利局", "省水利厅", "王工"]
        assert (found.may_print, found.limit_on and found.limit_on.isoformat()) == (
            False, "2026-12-01",
        )  # fmt: skip
        page = Browser(app, leader).get(made.location).text
        assert "水利局、省水利厅、王工" in page
        assert "不得在刊物上刊印" in page
        sent = typed(leader, limit_on="2026-11-01", form_key="k2")
        answer = Browser(app, leader).post(f"/instructions/write/{issue.id}", sent)
        assert "办理期限不能早于批示日期" in answer.text
        sent = typed(leader, limit_on="2026-12-01", limit_days="5", form_key="k3")
        answer = Browser(app, leader).post(f"/instructions/write/{issue.id}", sent)
        assert "办理期限请只填日期，或者只填工作日数。" in answer.text
        sent = typed(leader, limit_days="5", form_key="k4")
        made = Browser(app, leader).post(f"/instructions/write/{issue.id}", sent)
        assert "5个工作日内" in Browser(app, leader).get(made.location).text

    def test_a_passage_that_is_not_printed_is_refused(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        sent = typed(leader, quote="没有刊登的话", block="item-1-p1")
        answer = Browser(app, leader).post(f"/instructions/write/{issue.id}", sent)
        assert answer.status_code == 422
        assert "选定的文字不在本期正文中" in answer.text

    def test_it_stands_beside_the_issue_in_protocol_order(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        mayor = factories.leader("周立言", post="市长")
        mayor.protocol_order = 1
        db.session.commit()
        factories.instruction(issue_=issue, leader_=leader, text="请水利局研究。")
        factories.instruction(issue_=issue, leader_=mayor, text="请抓紧办理。")
        page = Browser(app, factories.person(Role.OFFICER)).get(f"/library/issues/{issue.id}").text
        assert 0 < page.index("请抓紧办理") < page.index("请水利局研究")
        assert "请抓紧办理" not in Browser(app, leader).get(f"/library/issues/{issue.id}").text

    def test_its_passage_is_marked_even_where_its_place_was_never_kept(
        self, issue: Issue, leader: Person
    ) -> None:
        made = factories.instruction(issue_=issue, leader_=leader)
        made.quote = "平均跑动次数由2.3次降至0.8次"
        db.session.commit()
        (entry,) = beside.on_issue(issue, leader)
        assert (entry["block"], entry["standing"]) == (
            f"item-{issue.placements[0].item_id}-p1", None,
        )  # fmt: skip
        assert entry["start"] == "清溪县整合窗口42个，群众办事平均跑动".index("平均跑动")
        made.quote = "没有刊登的话"
        db.session.commit()
        (entry,) = beside.on_issue(issue, leader)
        assert entry["standing"] == Standing.GONE

    def test_one_who_left_office_stays_in_the_register_and_gets_nothing_new(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        secretary = factories.person(Role.SECRETARY)
        factories.keep(people.give_mandate(secretary, leader, by=factories.SYSTEM, at=factories.AT))
        factories.instruction(issue_=issue, leader_=leader, text="请总结推广。")
        leader.grants.clear()
        db.session.commit()
        officer = Browser(app, factories.person(Role.OFFICER))
        assert "请总结推广" in officer.get(f"/instructions?leader={leader.id}").text
        assert "沈明远" in officer.get("/instructions").text
        address = f"/instructions/write/{issue.id}"
        assert "沈明远" not in Browser(app, secretary).get(address).text
        assert Browser(app, secretary).post(address, typed(leader)).status_code == 422

    def test_phrases_are_his_own_list_and_what_he_wrote_before(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        for _turn in range(2):
            factories.instruction(issue_=issue, leader_=leader, text="请抓好落实。")
        factories.instruction(issue_=issue, leader_=leader, text="只写过一次。")
        browser = Browser(app, leader)
        assert browser.post("/instructions/phrases", {"text": "已阅。"}).status_code == 302
        assert browser.post("/instructions/phrases", {"text": "已阅。"}).status_code == 302
        assert browser.post("/instructions/phrases", {"text": "长" * 61}).status_code == 422
        assert queries.offered_phrases([leader.id]) == ["已阅。", "请抓好落实。"]
        assert 'data-phrase="已阅。"' in browser.get(f"/instructions/write/{issue.id}").text
        (kept,) = queries.phrases(leader)
        number = kept.id
        stranger = Browser(app, factories.leader("陆书平"))
        assert stranger.post(f"/instructions/phrases/{number}/drop").status_code == 404
        assert browser.post(f"/instructions/phrases/{number}/drop").status_code == 302
        assert queries.offered_phrases([leader.id]) == ["请抓好落实。"]


class TestContest:
    @pytest.fixture
    def entered(self, app: Flask, issue: Issue, leader: Person) -> int:
        secretary = factories.person(Role.SECRETARY, name="许录")
        factories.keep(people.give_mandate(secretary, leader, by=factories.SYSTEM, at=factories.AT))
        Browser(app, secretary).post(f"/instructions/write/{issue.id}", typed(leader))
        return only().id

    def test_an_entry_found_wrong_becomes_void_and_keeps_its_number(
        self, app: Flask, entered: int, leader: Person
    ) -> None:
        address = f"/instructions/{entered}"
        officer, own = Browser(app, factories.person(Role.OFFICER)), Browser(app, leader)
        officer.post(f"{address}/register")
        assert "这不是我的意思" in own.get(address).text
        stranger = Browser(app, factories.leader("陆书平"))
        for who, status in ((stranger, 404), (officer, 404)):
            sent = {"reason": "原话是“请研究”。"}
            assert who.post(f"{address}/contest", sent).status_code == status
        assert own.post(f"{address}/contest", {"reason": " "}).status_code == 422
        assert own.post(f"{address}/contest", {"reason": "原话是“请研究”。"}).status_code == 302
        assert own.post(f"{address}/contest", {"reason": "再说一遍。"}).status_code == 409
        for page in ("/", "/instructions", address):
            assert "异议" in officer.get(page).text, page
        answer = {"upheld": "yes", "answer": "核对原件，确系录错，已重录。"}
        assert own.post(f"{address}/answer", answer).status_code == 404
        assert officer.post(f"{address}/answer", answer).status_code == 302
        assert officer.post(f"{address}/answer", answer).status_code == 409
        found = only()
        assert (found.state, found.number_text) == (State.VOID, "批〔2026〕1号")
        assert "核对原件，确系录错" in own.get(address).text

    def test_an_entry_found_right_stands_with_the_reason(
        self, app: Flask, entered: int, leader: Person
    ) -> None:
        address = f"/instructions/{entered}"
        officer = Browser(app, factories.person(Role.OFFICER))
        Browser(app, leader).post(f"{address}/contest", {"reason": "不记得写过。"})
        assert officer.post(f"{address}/register").status_code == 409
        sent = {"upheld": "no", "answer": "原件照片附后，与录入一致。"}
        assert officer.post(f"{address}/answer", sent).status_code == 302
        assert only().state == State.RECORDED
        assert officer.post(f"{address}/register").status_code == 302

    def test_what_he_wrote_himself_he_does_not_contest(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        made = factories.instruction(issue_=issue, leader_=leader)
        own = Browser(app, leader)
        assert "这不是我的意思" not in own.get(f"/instructions/{made.id}").text
        sent = {"reason": "写错了。"}
        assert own.post(f"/instructions/{made.id}/contest", sent).status_code == 403


class TestByHand:
    def written(self, app: Flask, issue: Issue, leader: Person, key: str = "k1") -> int:
        hand = json.dumps({"pages": [{"page": 0, "height": 700, "strokes": STROKES}]})
        sent = typed(leader, text="", ink=hand, form_key=key)
        made = Browser(app, leader).post(f"/instructions/write/{issue.id}", sent)
        assert made.status_code == 302
        return int(made.location.rpartition("/")[2])

    def test_the_same_strokes_sent_twice_are_one(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        numbers = {self.written(app, issue, leader, key) for key in ("k1", "k1", "k2")}
        assert len(numbers) == 1
        browser = Browser(app, leader)
        address = f"/instructions/{numbers.pop()}"
        drawn = browser.get(f"{address}/ink/0.svg")
        assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
        assert browser.get(f"{address}/ink/1.svg").status_code == 404
        assert (
            Browser(app, factories.leader("陆书平")).get(f"{address}/ink/0.svg").status_code == 404
        )
        assert "（手写批示，待抄清）" in browser.get("/instructions").text

    def test_one_copies_and_another_checks(self, app: Flask, issue: Issue, leader: Person) -> None:
        address = f"/instructions/{self.written(app, issue, leader)}"
        first = Browser(app, factories.person(Role.OFFICER, name="孙督"))
        second = Browser(app, factories.person(Role.EDITOR, name="齐编"))
        reporter = Browser(app, factories.person(Role.REPORTER))
        assert first.post(f"{address}/check").status_code == 409
        assert first.post(f"{address}/copy", {"text": "请水利局研宄。"}).status_code == 302
        assert first.post(f"{address}/check").status_code == 403
        assert reporter.post(f"{address}/check").status_code == 404
        assert "待核对的批示抄清件" in second.get("/").text
        assert second.post(f"{address}/return-copy", {"remark": ""}).status_code == 422
        assert second.post(f"{address}/return-copy", {"remark": "应为“研究”。"}).status_code == 302
        assert second.post(f"{address}/check").status_code == 409
        assert first.post(f"{address}/copy", {"text": "请水利局研究。"}).status_code == 302
        assert second.post(f"{address}/check").status_code == 302
        assert first.post(f"{address}/copy", {"text": "请水利局办理。"}).status_code == 409
        found = only()
        assert found.text == "请水利局研究。"
        assert found.fair_copy is not None
        assert found.fair_copy.checked_by is not None
        assert found.fair_copy.checked_by.name == "齐编"
        assert "请水利局研究。" in Browser(app, leader).get("/instructions").text
        for sheet, words in (("fair_copy", "抄清人孙督核对人齐编"), ("reading_sheet", "领导批示")):
            printed = first.get(f"{address}/sheets/{sheet}.pdf").data
            with pypdfium2.PdfDocument(printed) as pages:
                text = "".join(page.get_textpage().get_text_bounded() for page in pages)
                drawn = [one for page in pages for one in page.get_objects() if one.type == IMAGE]
            assert words in re.sub(r"\s+", "", text)
            assert drawn, sheet
            word = first.get(f"{address}/sheets/{sheet}.docx").data
            assert len(docx.Document(io.BytesIO(word)).inline_shapes) >= 1


class TestOnAReport:
    def test_it_stands_on_the_report_and_leads_back_to_it(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        first = factories.instruction(issue_=issue, leader_=leader)
        handler = factories.person(Role.HANDLER)
        case = factories.case(instruction_=first, lead=handler.unit)
        cases.acknowledge(case, handler="王办", phone="1", by=handler, at=factories.AT)
        report = cases.report(
            case,
            cases.Written(process="已开会部署。", situation="进展顺利。", signer="李签"),
            stage=ReportStage.FINAL, by=handler, at=factories.AT,
        )  # fmt: skip
        factories.keep(report)
        address = f"/instructions/write/{issue.id}?about=report:{report.id}"
        browser = Browser(app, leader)
        assert f"#report-{report.id}" in browser.get(address).text
        made = browser.post(address, typed(leader, about=f"report:{report.id}"))
        assert only_about() == f"report:{report.id}"
        assert f"#report-{report.id}" in browser.get(made.location).text
        other = Browser(app, factories.leader("陆书平"))
        assert f"#report-{report.id}" not in other.get(address).text


def only_about() -> str:
    newest = select(Instruction.about).order_by(Instruction.id.desc()).limit(1)
    return db.session.scalars(newest).one()
