"""In this file officers, units and leaders work on a case at its doors, and others find none."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from html import unescape
from itertools import product
from threading import Barrier
from urllib.parse import unquote, urlencode

import docx
import openpyxl
import pypdfium2
import pytest
from docx.oxml.ns import qn
from flask import Flask
from sqlalchemy import func, select

from publisher import clock, history
from publisher.database import db
from publisher.editing import actions as desk
from publisher.editing.model import State as ItemState
from publisher.followups import actions, queries, registers, rounds, sheets
from publisher.followups.model import (
    CalendarDay,
    Case,
    ExtensionState,
    Report,
    ReportStage,
    ReportState,
    State,
)
from publisher.instructions.model import Instruction, InstructionReader
from publisher.instructions.model import State as InstructionState
from publisher.instructions.sheets import carrier
from publisher.issues.source import articles
from publisher.people import actions as people
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.settings import settings
from publisher.submissions.model import Channel, Submission
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records")
AT = factories.AT
DONE = "3座水库坝脚反滤处理全部完成，𠮷永强<签>。"
TOKEN = re.compile(r'csrf[-_]token"[^>]*')
"""It tells the second in which a page was made."""
CHECKS = dict.fromkeys(
    ("facts", "solved", "carried_out", "conclusion", "lawful", "form_right"), "y"
)
DOORS = (
    "acknowledge", "report", "reports/1/accept", "reports/1/return", "seen", "close", "withdraw",
    "extend", "extensions/1/answer", "chase", "print-again",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _on_that_day(at: datetime) -> Iterator[None]:
    with clock.standing_at(at):
        yield


class Office:
    """A case of two units, and everybody around it at a browser of his own."""

    def __init__(self, app: Flask, *, signed_for: bool = True) -> None:
        self.app = app
        self.leader = factories.leader("沈明远")
        self.handler = factories.person(Role.HANDLER, name="郑办", unit_=factories.unit("水利局"))
        self.supporter = factories.person(Role.HANDLER, name="何办", unit_=factories.unit("兰汀区"))
        self.officer = factories.person(Role.OFFICER, name="孙督")
        self.instruction = factories.instruction(
            leader_=self.leader, text="请水利局牵头，9月底前整改到位。"
        )
        self.case = factories.case(
            instruction_=self.instruction,
            lead=self.handler.unit,
            supports=(self.supporter.unit,),
            officer=self.officer,
        )
        self.number, self.address = self.case.id, f"/cases/{self.case.id}"
        self.limit = datetime.combine(self.case.due_on, AT.timetz())
        if signed_for:
            for one in (self.handler, self.supporter):
                actions.acknowledge(self.case, handler=one.name, phone="2210", by=one, at=AT)
            db.session.commit()

    def reported(self, stage: ReportStage = ReportStage.FINAL, process: str = DONE) -> Report:
        written = actions.Written(process=process, situation="运行平稳。", signer="郑局")
        made = actions.report(self.case, written, stage=stage, by=self.handler, at=AT)
        db.session.commit()
        return made

    def reviewed(self) -> Report:
        final = self.reported()
        actions.accept(final, self.case, result="隐患全部消除。", by=self.officer, at=AT)
        db.session.commit()
        return final

    def closed(self) -> None:
        self.reviewed()
        actions.see_result(self.case, by=self.leader, at=AT)
        actions.close(self.case, by=self.officer, at=AT)
        db.session.commit()

    def at(self, who: Person) -> Browser:
        return Browser(self.app, who)

    def now(self) -> Case:
        db.session.rollback()
        return db.session.get_one(Case, self.number, populate_existing=True)

    def strangers(self) -> list[Person]:
        """Those to whom this case does not exist."""
        return [
            factories.person(Role.HANDLER),
            factories.person(Role.UNIT_HEAD),
            factories.person(Role.REPORTER, unit_=self.handler.unit),
            factories.person(Role.SECRETARY),
            factories.person(Role.ARCHIVIST),
            factories.person(Role.ADMINISTRATOR),
            factories.leader("陆书平"),
        ]


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def typed_report(**changed: object) -> dict[str, object]:
    return {
        "stage": "final",
        "course": DONE,
        "situation": "3座水库均已落实专人值守。",
        "proposals": "建议纳入年度除险加固计划。",
        "signer": "郑局",
        "form_key": "k1",
    } | changed


def typed_in(page: str, field: str) -> list[str]:
    """What stands in every box of that name."""
    areas = re.findall(
        rf'<textarea[^>]* name="{field}"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL
    )
    boxes = re.findall(rf'<input[^>]* name="{field}"[^>]*>', page)
    values = [value[1] for box in boxes if (value := re.search(r' value="([^"]*)"', box))]
    return [unescape(one) for one in (*areas, *values)]


def sentence(page: str) -> str:
    """The words of a page without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


class TestWhoMayOpenIt:
    def test_units_officer_leader_secretary_desk_and_researcher_read_it(
        self, office: Office
    ) -> None:
        secretary = factories.person(Role.SECRETARY)
        factories.keep(
            people.give_mandate(secretary, office.leader, by=factories.SYSTEM, at=factories.AT)
        )
        office.instruction.readers.append(InstructionReader(token=f"person:{secretary.id}"))
        db.session.commit()
        for who in (
            office.handler,
            office.supporter,
            factories.person(Role.UNIT_HEAD, unit_=office.handler.unit),
            office.officer,
            office.leader,
            secretary,
            factories.person(Role.RESEARCHER),
            factories.person(Role.DIRECTOR),
        ):
            browser = office.at(who)
            for address in (office.address, "/cases"):
                page = browser.get(address)
                assert page.status_code == 200, (who.roles, address)
                assert "督查〔2026〕1号" in page.text

    def test_for_everybody_else_it_does_not_exist_behind_any_door(self, office: Office) -> None:
        office.reported()
        for who in office.strangers():
            browser = office.at(who)
            assert browser.get(office.address).status_code == 404, who.roles
            for door in DOORS:
                answer = browser.post(f"{office.address}/{door}", {"reason": "无"})
                assert answer.status_code == 404, (who.roles, door)
            for door in ("reports/1/files/1", "sheets/supervision_notice.docx"):
                assert browser.get(f"{office.address}/{door}").status_code == 404, door
        assert office.now().state == State.REPORTED

    def test_who_only_reads_it_finds_no_door_to_act(self, office: Office) -> None:
        office.reported()
        for who, closed in (
            (factories.person(Role.RESEARCHER), DOORS),
            (office.leader, [one for one in DOORS if one != "seen"]),
            (office.officer, ("acknowledge", "report", "extend")),
            (
                office.handler,
                ("reports/1/accept", "reports/1/return", "seen", "close", "withdraw", "chase",
                 "extensions/1/answer", "print-again"),
            ),
        ):  # fmt: skip
            browser = office.at(who)
            page = browser.get(office.address).text
            for door in closed:
                assert browser.post(f"{office.address}/{door}").status_code == 404, door
                assert f'action="{office.address}/{door}"' not in page, door
        assert office.now().state == State.REPORTED

    def test_a_visitor_is_led_to_the_sign_in_page(self, app: Flask, office: Office) -> None:
        db.session.rollback()
        with app.app_context():
            answer = app.test_client().get(office.address)
        assert "/sign-in" in answer.location

    def test_odd_addresses_and_filters_are_no_accident(self, office: Office) -> None:
        browser = office.at(office.officer)
        for address in ("/cases/0", "/cases/99", "/cases/99999999999999999999", "/cases/open/77"):
            assert browser.get(address).status_code == 404, address
        for query in ("which=lost", "unit=x&leader=%00", "page=-3", "words=%25_'\"", "page=900"):
            assert browser.get(f"/cases?{query}").status_code == 200, query
        assert "督查〔2026〕1号" in browser.get("/cases?words=一窗通办").text
        assert "没有这样的督办事项" in browser.get("/cases?words=%25").text
        other = factories.unit()
        assert "没有这样的督办事项" in browser.get(f"/cases?unit={other.id}").text
        supporting = browser.get(f"/cases?unit={office.supporter.unit_id}").text
        assert "督查〔2026〕1号" in supporting


class TestOpen:
    def typed(self, office: Office, **changed: object) -> dict[str, object]:
        return {
            "matter": "水库除险加固",
            "demand": "逐项落实。",
            "lead": office.handler.unit_id,
            "supports": [office.supporter.unit_id],
            "limit_days": "5",
        } | changed

    def test_a_case_is_opened_with_number_units_and_limit(self, office: Office) -> None:
        instruction = factories.instruction(leader_=office.leader)
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        form = browser.get(address).text
        assert typed_in(form, "matter") == [f"关于“{instruction.issue.number_text}”批示事项的办理"]
        assert "今年的节假日和调休还没有确认" in form
        made = browser.post(address, self.typed(office))
        assert made.status_code == 302
        page = browser.get(made.location).text
        assert "督查〔2026〕2号" in page
        found = queries.cases_of(instruction.id)[0]
        assert (found.due_on, found.matter) == (date(2026, 11, 27), "水库除险加固")
        assert [task.unit_id for task in found.tasks] == [
            office.handler.unit_id,
            office.supporter.unit_id,
        ]
        again = browser.post(address, self.typed(office))
        assert again.location == made.location
        assert len(queries.cases_of(instruction.id)) == 1

    def test_what_cannot_be_is_said_and_what_was_typed_stays(self, office: Office) -> None:
        instruction = factories.instruction(leader_=office.leader)
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        unit = office.handler.unit_id
        for changed, said in (
            ({"matter": " 　 "}, "请填写督查事项"),
            ({"lead": ""}, "请选择主办单位"),
            ({"lead": "9999"}, ""),
            ({"supports": [unit]}, "主办单位不能同时是协办单位"),
            ({"limit_days": "0"}, "办理时限应在1至365个工作日之间"),
            ({"limit_days": "366"}, "办理时限应在1至365个工作日之间"),
            ({"limit_days": "三"}, ""),
            ({"matter": "长" * 301}, ""),
        ):
            answer = browser.post(address, self.typed(office) | changed)
            assert answer.status_code == 422, changed
            assert said in answer.text, changed
            assert "还有内容需要改正" in answer.text, changed
            assert typed_in(answer.text, "demand") == ["逐项落实。"]
        assert queries.cases_of(instruction.id) == []
        made = browser.post(address, self.typed(office))
        assert made.status_code == 302
        assert queries.cases_of(instruction.id)[0].number_text == "督查〔2026〕2号"

    def test_the_limit_a_leader_names_is_that_of_the_case(self, office: Office) -> None:
        instruction = factories.instruction(leader_=office.leader)
        instruction.limit_on = date(2026, 12, 5)
        db.session.commit()
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        form = browser.get(address).text
        assert "批示限定2026年12月5日前办结" in form
        assert '<option selected value="leader">按批示：2026年12月5日前' in form
        typed = self.typed(office, limit_class="leader", limit_days="")
        made = browser.post(address, typed)
        assert made.status_code == 302
        (found,) = queries.cases_of(instruction.id)
        # A Saturday stays the leader's Saturday; ten working days lie before it.
        assert (found.due_on, found.limit_days, found.limit_reason) == (date(2026, 12, 5), 10, "")
        assert "批示期限" in browser.get(made.location).text

    def test_another_limit_than_the_leaders_is_set_only_with_its_reason(
        self, office: Office
    ) -> None:
        instruction = factories.instruction(leader_=office.leader)
        instruction.limit_days = 5
        db.session.commit()
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        typed = self.typed(office, limit_days="15")
        refused = browser.post(address, typed)
        assert refused.status_code == 422
        assert "时限与批示限定的不同，请写明理由。" in refused.text
        assert queries.cases_of(instruction.id) == []
        made = browser.post(address, typed | {"limit_reason": "须经汛期检验"})
        (found,) = queries.cases_of(instruction.id)
        (told,) = [
            one
            for one in history.entries_of(db.session, history.subject_name(found))
            if one.act == "depart_from_limit"
        ]
        assert told.detail["reason"] == found.limit_reason == "须经汛期检验"
        page = browser.get(made.location).text
        for words in ("不按批示期限", "须经汛期检验"):
            assert words in page, words

    def test_a_leaders_limit_that_has_passed_is_not_offered(self, office: Office) -> None:
        instruction = factories.instruction(
            leader_=office.leader, written_on=factories.DAY - timedelta(days=30)
        )
        instruction.limit_on = factories.DAY - timedelta(days=1)
        db.session.commit()
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        form = browser.get(address).text
        assert "已过，请另定时限并写明理由" in form
        assert 'value="leader"' not in form
        sent = browser.post(address, self.typed(office, limit_class="leader", limit_days=""))
        assert sent.status_code == 422
        assert browser.post(address, self.typed(office)).status_code == 422

    def test_an_instruction_not_registered_opens_nothing(self, office: Office) -> None:
        instruction = factories.instruction(leader_=office.leader, registered=False)
        browser = office.at(office.officer)
        answer = browser.post(f"/cases/open/{instruction.id}", self.typed(office))
        assert answer.status_code == 409
        assert "现在是“待登记”" in answer.text
        assert browser.post(f"/cases/note/{instruction.id}").status_code == 409

    def test_only_the_officer_opens_or_notes(self, office: Office) -> None:
        number = factories.instruction(leader_=office.leader).id
        for who in (office.leader, office.handler, factories.person(Role.EDITOR)):
            browser = office.at(who)
            assert browser.get(f"/cases/open/{number}").status_code == 404
            answer = browser.post(f"/cases/open/{number}", self.typed(office))
            assert answer.status_code == 404
            assert browser.post(f"/cases/note/{number}").status_code == 404
        assert queries.cases_of(number) == []
        found = db.session.get_one(Instruction, number)
        assert found.state == InstructionState.REGISTERED


class TestAcknowledge:
    def test_each_unit_signs_once_and_says_who_handles_it(self, app: Flask) -> None:
        office = Office(app, signed_for=False)
        browser = office.at(office.handler)
        assert typed_in(browser.get(office.address).text, "handler") == ["郑办"]
        address = f"{office.address}/acknowledge"
        for data, said in (
            ({"handler": " 　", "phone": "0999-2215566"}, "请填写承办人"),
            ({"handler": "郑办", "phone": ""}, "请填写联系电话"),
        ):
            answer = browser.post(address, data)
            assert answer.status_code == 422
            assert said in answer.text
        assert typed_in(answer.text, "handler") == ["郑办"]
        data = {"handler": "郑𠮷", "phone": "0999-2215566"}
        assert browser.post(address, data).status_code == 302
        page = browser.get(office.address).text
        assert "郑𠮷" in page
        assert 'id="acknowledge"' not in page
        second = browser.post(address, data)
        assert second.status_code == 409
        assert "贵单位已经签收" in second.text
        found = office.now()
        assert (found.state, found.tasks[1].received_at) == (State.RECEIVED, None)


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


class TestClose:
    def test_only_what_the_instructing_leader_has_seen_is_closed(self, office: Office) -> None:
        office.reviewed()
        officer, leader = office.at(office.officer), office.at(office.leader)
        early = officer.post(f"{office.address}/close")
        assert early.status_code == 409
        assert "须先呈原批示领导阅看" in early.text
        assert "隐患全部消除。" in leader.get(office.address).text
        for _turn in range(2):
            assert leader.post(f"{office.address}/seen").status_code == 302
        assert officer.post(f"{office.address}/close").status_code == 302
        assert office.now().state == State.CLOSED
        second = officer.post(f"{office.address}/close")
        assert second.status_code == 409
        assert "现在是“已办结”" in second.text

    def test_another_leader_who_reads_it_does_not_see_for_the_first(self, office: Office) -> None:
        office.reviewed()
        other = factories.leader("陆书平")
        office.instruction.readers.append(InstructionReader(token=f"person:{other.id}"))
        db.session.commit()
        browser = office.at(other)
        assert f'action="{office.address}/seen"' not in browser.get(office.address).text
        assert browser.post(f"{office.address}/seen").status_code == 403
        assert office.now().shown_at is None

    def test_calling_off_wants_a_reason(self, office: Office) -> None:
        browser, address = office.at(office.officer), f"{office.address}/withdraw"
        for reason, said in (("", "请写明理由"), (" 　 ", "请写明理由"), ("长" * 2001, "2000")):
            answer = browser.post(address, {"reason": reason})
            assert answer.status_code == 422
            assert said in answer.text
            assert reason in typed_in(answer.text, "reason")
        assert office.now().state == State.RECEIVED
        assert browser.post(address, {"reason": "批示已撤回"}).status_code == 302
        assert (office.now().state, office.now().result) == (State.WITHDRAWN, "批示已撤回")
        for door, data in (
            ("withdraw", {"reason": "再撤"}),
            ("chase", {"text": "请抓紧", "means": "电话"}),
            ("close", {}),
            ("seen", {}),
        ):
            assert browser.post(f"{office.address}/{door}", data).status_code == 409, door
        assert "已撤销" in browser.get("/cases?which=closed").text
        assert "没有这样的督办事项" in browser.get("/cases").text


class TestTwoAtOnce:
    """Two officers press at the same moment; the second gets a sentence and changes nothing."""

    @pytest.fixture
    def database_url(self, either_database_url: str) -> str:
        return either_database_url

    def press(self, office: Office, *doors: tuple[str, dict[str, str]]) -> list[int]:
        browsers = [office.at(factories.person(Role.OFFICER)) for _door in doors]
        start = Barrier(len(doors))
        db.session.rollback()

        def pressed(browser: Browser, door: str, data: dict[str, str]) -> int:
            start.wait(timeout=30)
            with clock.standing_at(AT):
                answer = browser.post(f"/cases/{door}", data)
            if answer.status_code != 302:
                assert re.search("现在是“|这件批示已经立项。", answer.text)
            return answer.status_code

        with ThreadPoolExecutor(len(doors)) as pool:
            told = [
                pool.submit(pressed, browser, *door)
                for browser, door in zip(browsers, doors, strict=True)
            ]
            return sorted(one.result() for one in told)

    def test_one_closes_and_the_other_closes(self, office: Office) -> None:
        office.reviewed()
        actions.see_result(office.case, by=office.leader, at=AT)
        db.session.commit()
        assert self.press(office, *[(f"{office.number}/close", {})] * 2) == [302, 409]
        assert office.now().state == State.CLOSED

    def test_one_passes_the_report_and_the_other_gives_it_back(self, office: Office) -> None:
        final = office.reported()
        base = f"{office.number}/reports/{final.id}"
        told = self.press(
            office,
            (f"{base}/accept", CHECKS | {"result": "隐患全部消除。"}),
            (f"{base}/return", {"reason": "请附验收结论。"}),
        )
        assert told == [302, 409]
        found = office.now()
        pair = (found.state, found.reports[0].state)
        assert pair in {
            (State.REVIEWED, ReportState.ACCEPTED),
            (State.RETURNED, ReportState.RETURNED),
        }

    def test_one_result_is_sent_in_once_by_however_many(self, office: Office) -> None:
        office.reviewed()
        told = self.press(office, *[(f"{office.number}/print-again", {})] * 2)
        assert told == [302, 302]
        assert db.session.scalar(select(func.count()).select_from(Submission)) == 2

    def test_one_instruction_opens_one_case(self, office: Office) -> None:
        instruction = factories.instruction(leader_=office.leader)
        number, unit = instruction.id, str(office.handler.unit_id)
        form = {"matter": "办理", "lead": unit, "limit_days": "5"}
        told = self.press(office, *[(f"open/{number}", form)] * 2)
        assert told in ([302, 302], [302, 409])
        assert len(queries.cases_of(number)) == 1


class TestExtension:
    def typed(self, **changed: str) -> dict[str, str]:
        return {
            "reason": "汛期施工受阻",
            "progress": "完成六成",
            "new_due_on": "2026-12-18",
        } | changed

    def test_the_lead_unit_asks_and_the_officer_answers(self, office: Office) -> None:
        handler, officer = office.at(office.handler), office.at(office.officer)
        assert handler.post(f"{office.address}/extend", self.typed()).status_code == 302
        again = handler.post(f"{office.address}/extend", self.typed())
        assert again.status_code == 409
        assert "还在等待答复" in again.text
        asked = office.now().extensions[0]
        address = f"{office.address}/extensions/{asked.id}/answer"
        empty = officer.post(address, {"answer": "请说明剩余工程量。"})
        assert empty.status_code == 422
        assert "请选择答复" in empty.text
        assert typed_in(empty.text, "answer") == ["请说明剩余工程量。"]
        assert officer.post(f"{office.address}/extensions/99/answer").status_code == 404
        data = {"granted": "yes", "answer": "同意，请抓紧。"}
        assert officer.post(address, data).status_code == 302
        found = office.now()
        assert (found.due_on, found.extensions[0].state) == (
            date(2026, 12, 18),
            ExtensionState.GRANTED,
        )
        assert "同意，请抓紧。" in handler.get(office.address).text
        second = officer.post(address, {"granted": "no"})
        assert second.status_code == 409
        assert "现在是“同意延期”" in second.text
        assert office.now().due_on == date(2026, 12, 18)

    def test_what_cannot_be_asked_is_said_and_stays(self, office: Office) -> None:
        browser, address = office.at(office.handler), f"{office.address}/extend"
        for changed, said in (
            ({"reason": " 　 "}, "请写明延期理由"),
            ({"new_due_on": ""}, "请选择申请延至的日期"),
            ({"new_due_on": "下月"}, ""),
            ({"new_due_on": "2026-12-04"}, "新的时限应晚于原时限"),
            ({"new_due_on": "0001-01-01"}, "新的时限应晚于原时限"),
        ):
            answer = browser.post(address, self.typed(**changed))
            assert answer.status_code == 422, changed
            assert said in answer.text, changed
            assert typed_in(answer.text, "progress") == ["完成六成"]
            assert re.search(r'<details class="card" open><summary[^>]*>申请延期', answer.text)
        assert office.now().extensions == []

    def test_after_the_limit_it_is_too_late(self, office: Office) -> None:
        address = f"{office.address}/extend"
        with clock.standing_at(office.limit + timedelta(days=1)):
            browser = office.at(office.handler)
            assert 'id="extend"' not in browser.get(office.address).text
            answer = browser.post(address, self.typed())
        assert answer.status_code == 409
        assert "已过办理时限，不能再申请延期" in answer.text
        with clock.standing_at(office.limit):
            browser = office.at(office.handler)
            assert 'id="extend"' in browser.get(office.address).text
            assert browser.post(address, self.typed()).status_code == 302

    def test_the_supporting_unit_does_not_ask(self, office: Office) -> None:
        answer = office.at(office.supporter).post(f"{office.address}/extend", self.typed())
        assert answer.status_code == 409
        assert "由主办单位统一提出" in answer.text


class TestChase:
    def test_what_is_late_is_chased_and_the_unit_reads_it(self, office: Office) -> None:
        officer, address = office.at(office.officer), f"{office.address}/chase"
        assert "超期" not in officer.get(office.address).text.split("</main>")[0]
        with clock.standing_at(office.limit + timedelta(days=3)):
            officer = office.at(office.officer)
            page = officer.get(office.address).text
            assert "现已超期3天，请抓紧办理。" in typed_in(page, "text")[0]
            for listed in ("/cases", "/cases?which=overdue"):
                assert "超期3天" in officer.get(listed).text
            for data, said in (
                ({"text": " 　 ", "means": "电话"}, "请填写催办内容"),
                ({"text": "请尽快办结。", "means": "飞鸽"}, ""),
            ):
                answer = officer.post(address, data)
                assert answer.status_code == 422, data
                assert said in answer.text
                assert typed_in(answer.text, "text") == [data["text"]]
            for text in ("请尽快办结。", "请说明超期原因。"):
                data = {"text": text, "means": "电话"}
                assert officer.post(address, data).status_code == 302
            assert "2次" in sentence(officer.get("/cases").text)
        page = sentence(office.at(office.handler).get(office.address).text)
        assert "第1次催办（电话）" in page
        assert "第2次催办（电话）" in page
        assert "请说明超期原因。" in page


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


class TestRegister:
    """The register on paper (批示台账): what the page shows, and what became of each."""

    ADDRESS = "/cases/register.docx"

    def rows(self, browser: Browser, **asked: object) -> list[list[str]]:
        answer = browser.get(f"{self.ADDRESS}?{urlencode(asked)}")
        assert answer.status_code == 200
        (table,) = docx.Document(io.BytesIO(answer.data)).tables
        cells = [[cell.text for cell in row.cells] for row in table.rows]
        assert cells[0][:3] == ["序号", "批示编号", "批示领导"]
        return cells[1:]

    def test_it_says_what_became_of_each(self, office: Office) -> None:
        actions.chase(office.case, text="请抓紧。", means="电话", by=office.officer, at=AT)
        office.reviewed()
        factories.instruction(leader_=factories.leader("陆书平"), text="请知悉。")
        first, second = self.rows(office.at(office.officer))
        assert first == [
            "1", "批〔2026〕\n1号", f"{office.instruction.leader_post}\n沈明远", "2026.11.20",
            carrier(office.instruction), office.instruction.text, "批办", "拟请有关单位办理。",
            office.handler.unit.short_name, office.supporter.unit.short_name, "2026.11.20",
            "2026.12.04", "2026.11.20", "1次\n11.20", "2026.11.20", "隐患全部消除。", "待呈阅", "",
        ]  # fmt: skip
        assert second[5] == "请知悉。"
        assert second[8:] == ["", "", "", "", "", "", "", "", "已登记", ""]

    def test_colours_stand_with_words(self, office: Office) -> None:
        def shown(day: datetime) -> tuple[str, set[str | None]]:
            with clock.standing_at(day):
                content = office.at(office.officer).get(self.ADDRESS).data
            (table,) = docx.Document(io.BytesIO(content)).tables
            row = table.rows[1]
            shades = {one.get(qn("w:val")) for one in row._tr.iter(qn("w:color"))}
            return row.cells[16].text, shades

        assert shown(AT) == ("办理中", {"C00000"})
        late = office.limit + timedelta(days=3)
        assert shown(late) == ("办理中\n超期3天", {"C00000"})
        office.closed()
        assert shown(late) == ("已办结", set())
        following = factories.case(lead=office.handler.unit)
        following.follows, office.case.state = office.case, State.REOPENED
        db.session.commit()
        assert shown(late) == ("再批示\n后续在办", {"00692F"})
        following.state = State.CLOSED
        db.session.commit()
        assert shown(late) == ("再批示", set())

    def test_it_has_the_rows_and_filters_of_the_page(self, office: Office) -> None:
        other = factories.leader("陆书平")
        factories.instruction(leader_=other, text="请教育局研究。")
        officer = office.at(office.officer)
        assert len(self.rows(officer)) == 2
        assert [row[5] for row in self.rows(officer, leader=other.id)] == ["请教育局研究。"]
        assert [row[5] for row in self.rows(officer, words="整改")] == [office.instruction.text]
        assert [row[5] for row in self.rows(officer, state="opened")] == [office.instruction.text]
        for who in (office.leader, office.handler):
            (row,) = self.rows(office.at(who))
            assert (row[5], row[16]) == (office.instruction.text, "办理中")
        assert [row[5] for row in self.rows(office.at(other))] == ["请教育局研究。"]
        page = unescape(officer.get(f"/instructions?leader={other.id}&words=教育").text)
        assert f"/cases/register.pdf?leader={other.id}&words=教育" in unquote(page)

    def test_the_pdf_opens_and_other_forms_and_people_find_none(self, office: Office) -> None:
        officer = office.at(office.officer)
        assert officer.get("/cases/register.pdf").data.startswith(b"%PDF")
        for wrong in ("html", "exe"):
            assert officer.get(f"/cases/register.{wrong}").status_code == 404
        for role in (Role.REPORTER, Role.ARCHIVIST, Role.ADMINISTRATOR):
            assert office.at(factories.person(role)).get(self.ADDRESS).status_code == 404

    def test_a_long_one_is_made_by_the_worker_for_that_person_alone(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(registers, "MOST_AT_ONCE", 0)
        officer = office.at(office.officer)
        led = officer.get(self.ADDRESS)
        assert led.status_code == 302
        page = officer.get(led.location).text
        address = led.location.removesuffix("/waiting")
        assert f'href="{address}"' in page
        word = docx.Document(io.BytesIO(officer.get(address).data))
        assert office.instruction.text in word.tables[0].rows[1].cells[5].text
        assert office.at(factories.person(Role.OFFICER)).get(address).status_code == 404
        assert officer.get("/cases/registers/..%2f1.docx").status_code == 404
        monkeypatch.setattr(registers, "KEPT", timedelta(days=-400))
        registers.clear_old(settings())
        assert officer.get(address).status_code == 404

    def test_a_spreadsheet_has_every_row_and_no_formula(self, office: Office) -> None:
        factories.instruction(leader_=office.leader, text='=HYPERLINK("http://x","y")')
        factories.instruction(
            leader_=office.leader, text="去年的批示。", written_on=date(2025, 3, 1)
        )
        officer = office.at(office.officer)
        book = openpyxl.load_workbook(io.BytesIO(officer.get("/cases/register.xlsx").data))
        rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)]
        assert rows[0][:3] == ["序号", "批示编号", "批示领导"]
        assert len(rows) == 4
        cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
        assert {cell.data_type for cell in cells} == {"s"}
        assert '=HYPERLINK("http://x","y")' in {cell.value for cell in cells}
        assert [row[5] for row in self.rows(officer, year="2025")] == ["去年的批示。"]

    def test_a_month_counts_what_was_opened_and_is_late(self, office: Office) -> None:
        officer = office.at(office.officer)
        with clock.standing_at(datetime(2026, 12, 30, 9, tzinfo=clock.OFFICE_ZONE)):
            then = office.at(office.officer).get("/cases/month.docx?year=2026&month=12")
            word = docx.Document(io.BytesIO(then.data))
        told = "".join(one.text for one in word.paragraphs)
        assert "2026年12月，新立项0件，办结0件，其中按时反馈0件；月末在办1件，超期1件" in told
        assert word.tables[0].rows[1].cells[0].text == "水利局"
        assert word.tables[1].rows[1].cells[8].text.startswith("超期")
        past = factories.case(instruction_=factories.instruction(leader_=office.leader))
        past.state, past.opened_at = State.CLOSED, datetime(2024, 3, 5, tzinfo=clock.OFFICE_ZONE)
        past.matter = "旧台账里已办结、没有办结时间的事项"
        db.session.commit()
        with clock.standing_at(datetime(2026, 12, 30, 9, tzinfo=clock.OFFICE_ZONE)):
            again = office.at(office.officer).get("/cases/month.docx?year=2026&month=12")
            older = office.at(office.officer).get("/cases/month.docx?year=2024&month=3")
        assert "旧台账" not in str(docx.Document(io.BytesIO(again.data)).element.xml)
        assert "旧台账" in str(docx.Document(io.BytesIO(older.data)).element.xml)
        assert officer.get("/cases/month.pdf?month=13").status_code == 404
        assert office.at(office.handler).get("/cases/month.pdf").status_code == 404


class TestCalendar:
    def test_a_holiday_and_a_worked_weekend_move_the_next_limit(self, office: Office) -> None:
        browser = office.at(office.officer)
        assert "还没有登记" in browser.get("/cases/calendar").text
        for day, working, name in (
            ("2026-11-23", "no", "市庆"),
            ("2026-11-28", "yes", "调休"),
            ("2026-11-28", "yes", "调休上班"),
        ):
            data = {"day": day, "is_working": working, "name": name}
            made = browser.post("/cases/calendar", data)
            assert made.location == "/cases/calendar?year=2026"
        page = sentence(browser.get(made.location).text)
        assert "市庆" in page
        assert "调休上班" in page
        assert db.session.scalar(select(func.count()).select_from(CalendarDay)) == 2
        instruction = factories.instruction(leader_=office.leader)
        form = {"matter": "办理", "lead": office.handler.unit_id, "limit_days": "6"}
        assert "没有确认" not in browser.get(f"/cases/open/{instruction.id}").text
        browser.post(f"/cases/open/{instruction.id}", form)
        assert queries.cases_of(instruction.id)[0].due_on == date(2026, 11, 30)

    def test_what_is_no_day_is_said_and_stays(self, office: Office) -> None:
        browser = office.at(office.officer)
        for changed, said in (
            ({"day": ""}, "请选择日期"),
            ({"day": "元旦"}, ""),
            ({"day": "1500-01-01"}, "请选择2000年至2100年之间的日期"),
            ({"day": "2101-01-01"}, "请选择2000年至2100年之间的日期"),
            ({"is_working": ""}, ""),
            ({"is_working": "maybe"}, ""),
        ):
            data = {"day": "2027-01-01", "is_working": "no", "name": "元旦"} | changed
            answer = browser.post("/cases/calendar", data)
            assert answer.status_code == 422, changed
            assert said in answer.text
            assert "还有内容需要改正" in answer.text
            assert typed_in(answer.text, "name") == ["元旦"]
        assert db.session.scalar(select(func.count()).select_from(CalendarDay)) == 0
        for year in ("1999", "2101", "-1"):
            assert browser.get(f"/cases/calendar?year={year}").status_code == 404
        assert browser.get("/cases/calendar?year=元旦").status_code == 200

    def test_it_is_the_officers(self, office: Office) -> None:
        for who in (office.handler, office.leader, factories.person(Role.DIRECTOR)):
            browser = office.at(who)
            assert browser.get("/cases/calendar").status_code == 404
            data = {"day": "2027-01-01", "is_working": "no"}
            assert browser.post("/cases/calendar", data).status_code == 404
        assert db.session.scalar(select(func.count()).select_from(CalendarDay)) == 0


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


class TestPrintAgain:
    def test_the_result_becomes_one_submission_that_names_its_case(self, office: Office) -> None:
        office.reviewed()
        browser, address = office.at(office.officer), f"{office.address}/print-again"
        (offered,) = re.findall(r'<input[^>]*name="quoted"[^>]*>', browser.get(office.address).text)
        assert f'value="{office.instruction.id}"' in offered
        assert "checked" in offered
        made = browser.post(address, {"quoted": str(office.instruction.id)})
        assert made.status_code == 302
        assert browser.post(address).location == made.location
        page = browser.get(made.location)
        assert page.status_code == 200
        assert "请水利局牵头，9月底前整改到位。" in page.text
        sent = rounds.sent_again(office.now())
        assert sent is not None
        assert (sent.channel, sent.unit_id) == (Channel.FOLLOWUP, office.handler.unit_id)
        assert DONE in sent.body
        assert f'href="{made.location}"' in browser.get(office.address).text

    def test_the_instructions_chosen_go_with_it_into_the_issue(self, office: Office) -> None:
        """Chosen by the officer, kept or left by the desk, frozen with the issue."""
        other = factories.instruction(
            issue_=office.instruction.issue, leader_=factories.leader("陆书平"), text="同意。"
        )
        office.reviewed()
        browser = office.at(office.officer)
        page = browser.get(office.address).text
        assert len(re.findall(r'<input[^>]*name="quoted"', page)) == 2
        chosen = [str(office.instruction.id), str(other.id)]
        browser.post(f"{office.address}/print-again", {"quoted": chosen})
        sent = rounds.sent_again(office.now())
        assert sent is not None
        assert {one["text"] for one in sent.instructions} == {office.instruction.text, "同意。"}
        assert office.instruction.text not in sent.body
        item = desk.take_up(sent, by=factories.person(Role.EDITOR), at=AT)
        factories.keep(item)
        assert all(one["printed"] for one in item.instructions)
        kept = f"instruction:{office.instruction.id}"
        desk.choose_instructions(item, [kept], by=item.editor, at=AT)
        item.state = ItemState.PLACED
        issue = factories.signed_issue(serial_=factories.serial(layout="followup"), items=[item])
        (article,) = articles(issue.frozen or {})
        assert article["instructions"] == [
            {
                "leader": "沈明远",
                "post": "副市长",
                "text": "请水利局牵头，9月底前整改到位。",
                "date": "11月20日",
                "number": office.instruction.number_text,
            }
        ]
        told = history.entries_of(db.session, f"item:{item.id}")[-2]
        assert (told.act, told.detail) == ("choose_instructions", {"printed": [kept]})

    def test_what_the_desk_may_not_read_is_not_offered_and_not_taken(self, office: Office) -> None:
        office.reviewed()
        for reader in list(office.instruction.readers):
            if reader.token == "role:editor":
                office.instruction.readers.remove(reader)
        db.session.commit()
        browser = office.at(office.officer)
        page = browser.get(office.address).text
        assert 'name="quoted"' not in page
        assert "限定知悉范围的批示不随文刊印" in page
        answer = browser.post(
            f"{office.address}/print-again", {"quoted": str(office.instruction.id)}
        )
        assert answer.status_code == 422
        assert rounds.sent_again(office.now()) is None

    def test_a_colleague_is_told_of_it_and_not_led_into_the_void(self, office: Office) -> None:
        office.reviewed()
        office.at(office.officer).post(f"{office.address}/print-again")
        colleague = office.at(factories.person(Role.OFFICER))
        page = colleague.get(office.address).text
        assert "已转为来稿" in page
        assert 'href="/submissions/' not in page.split("</main>")[0].split("<main")[1]
        again = colleague.post(f"{office.address}/print-again")
        assert again.location == office.address

    def test_a_report_that_nobody_passed_is_not_printed(self, office: Office) -> None:
        browser, address = office.at(office.officer), f"{office.address}/print-again"
        for stage in (ReportStage.INTERIM, ReportStage.FINAL):
            office.reported(stage)
            answer = browser.post(address)
            assert answer.status_code == 404
            assert "还没有办理结果" in answer.text
        office.case = office.now()
        actions.return_report(
            office.case.reports[-1], office.case, reason="缺数据。", by=office.officer, at=AT
        )
        db.session.commit()
        assert browser.post(address).status_code == 404
        assert rounds.sent_again(office.now()) is None


class TestNamedReadersOnly:
    """An instruction for named people leaves no trace for others who read every other one."""

    @pytest.fixture
    def named(self, office: Office) -> Office:
        office.instruction.readers = [
            reader
            for reader in office.instruction.readers
            if reader.token.startswith(("person:", "handlers:"))
        ]
        db.session.commit()
        return office

    def test_nothing_in_list_counts_address_sheet_story_or_search(self, named: Office) -> None:
        office = named
        office.reported()
        for who in (
            factories.person(Role.RESEARCHER),
            factories.person(Role.DIRECTOR),
            factories.leader("陆书平"),
            factories.person(Role.HANDLER),
            factories.person(Role.SECRETARY),
        ):
            browser = office.at(who)
            for which in ("running", "to_review", "all"):
                page = browser.get(f"/cases?which={which}").text
                assert "没有这样的督办事项" in page, who.roles
                assert "督查〔2026〕1号" not in page
            counts = queries.counts(who, factories.DAY)
            assert counts == queries.Counts(0, 0, 0, 0, 0, 0)
            for address in (
                office.address,
                f"{office.address}/sheets/supervision_notice.pdf",
                f"/instructions/{office.instruction.id}",
                f"/threads/case:{office.number}",
                f"/threads/instruction:{office.instruction.id}",
            ):
                answer = browser.get(address)
                assert answer.status_code == 404, (who.roles, address)
                assert "整改" not in answer.text
            guessed, nothing = browser.get(office.address).text, browser.get("/cases/999").text
            nothing = nothing.replace("/cases/999", office.address)
            assert TOKEN.sub("", guessed) == TOKEN.sub("", nothing)

    def test_the_named_ones_find_it(self, named: Office) -> None:
        for who in (named.leader, named.handler, named.supporter, named.officer):
            assert "督查〔2026〕1号" in named.at(who).get("/cases").text
            assert named.at(who).get(named.address).status_code == 200

    def test_a_unit_given_a_second_case_learns_nothing_of_the_first(self, named: Office) -> None:
        other = factories.person(Role.HANDLER)
        factories.case(lead=other.unit)
        page = named.at(other).get("/cases?which=all").text
        assert "督查〔2026〕2号" in page
        assert "督查〔2026〕1号" not in page


@pytest.mark.parametrize(
    ("words", "told"),
    [("请抓紧办理。", "“请抓紧办理。”"), ("请阅", "“请阅”。"), ("何时办结？", "“何时办结？”")],
)
def test_a_quoted_instruction_has_one_full_stop(words: str, told: str) -> None:
    assert sheets.quoted(words) == told
