"""In this file what goes wrong around a case has a clear answer, and nothing is lost.

| what goes wrong | answer | where it is tested |
|---|---|---|
| two officers close, pass and give back, or open the same at once | one acts, the other is told the state | `followups/test_closing.py:TestTwoAtOnce`, and closing against a new round here |
| a limit is moved while a report arrives | the report stands; the request was answered or falls | `TestLimit` here |
| a class of limits, or the calendar, changes | open cases keep their day | `TestLimit` here, `followups/test_limits.py:TestCalendar` |
| a unit is abolished with open cases | the officer is told and hands them on; nothing new goes to it | `followups/test_transfers.py`, `TestUnit` here |
| a unit is renamed with open cases | its cases, sheets and register bear the new name | `TestUnit` here |
| a leader leaves office | his cases go on, the office shows the results | `TestLeader` here, `instructions/test_named.py` |
| the clock is put back, or midnight passes | no day is reckoned in another zone, nobody is told twice | `TestClock` here |
| an officer is away or gone | the substitute does all of it for those days, every officer sees it | `TestOfficer` here |
| the same strokes are sent twice | one instruction | `instructions/test_named.py:TestByHand` |
| a report comes for a closed case | refused in words, what was typed is kept by the browser | `followups/test_reports.py:TestReport`, `TestOver` here |
"""  # noqa: E501 - a table

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask

from publisher import clock, mail
from publisher.database import db
from publisher.errors import InputRefused, StepRefused
from publisher.followups import actions, proposals, queries, registers, reminders, tasks
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import (
    Case,
    ExtensionState,
    LimitClass,
    ReportStage,
    ReportState,
    State,
)
from publisher.history import verify
from publisher.instructions.model import State as InstructionState
from publisher.people import actions as people
from publisher.people.model import Person
from publisher.people.permission import Role
from tests import factories
from tests.factories import AT, Browser
from tests.publisher.followups.office import CHECKS, Office, typed_report

pytestmark = pytest.mark.usefixtures("records", "that_day")


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def at_once(*doors: tuple[Browser, str, dict[str, object]]) -> list[tuple[int, str]]:
    """Press so many doors at the same moment; what each answered, in their order."""
    start = Barrier(len(doors))
    db.session.rollback()

    def pressed(browser: Browser, door: str, data: dict[str, object]) -> tuple[int, str]:
        start.wait(timeout=30)
        with clock.standing_at(AT):
            answer = browser.post(door, data)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(len(doors)) as pool:
        told = [pool.submit(pressed, *door) for door in doors]
        return [one.result() for one in told]


class TestTwoOfficers:
    @pytest.fixture
    def database_url(self, either_database_url: str) -> str:
        return either_database_url

    def test_one_closes_while_the_other_opens_a_new_round(self, office: Office) -> None:
        office.reviewed()
        actions.see_result(office.case, by=office.leader, at=AT)
        again = factories.instruction(
            issue_=office.instruction.issue, leader_=office.leader, text="再核实。"
        )
        number, unit = again.id, str(office.handler.unit_id)
        closing, opening = at_once(
            (office.at(factories.person(Role.OFFICER)), f"{office.address}/close", {}),
            (
                office.at(factories.person(Role.OFFICER)),
                f"/cases/open/{number}",
                {"matter": "再核实", "lead": unit, "limit_days": "5"},
            ),
        )
        assert opening[0] == 302
        assert closing[0] in {302, 409}
        if closing[0] == 409:
            assert "现在是“再批示”" in closing[1]
        found = office.now()
        (following,) = queries.cases_of(number)
        assert (found.state, following.follows_id) == (State.REOPENED, found.id)
        assert found.result == "隐患全部消除。"


class TestLimit:
    @pytest.fixture
    def database_url(self, either_database_url: str) -> str:
        return either_database_url

    def test_it_is_moved_while_the_report_arrives(self, office: Office) -> None:
        due = office.case.due_on
        made = actions.ask_extension(
            office.case,
            reason="汛期",
            progress="六成",
            new_due_on=due + timedelta(days=9),
            by=office.handler,
            at=AT,
        )
        db.session.commit()
        answering = f"{office.address}/extensions/{made.id}/answer"
        answer, report = at_once(
            (office.at(office.officer), answering, {"granted": "yes", "answer": "同意。"}),
            (office.at(office.handler), f"{office.address}/report", typed_report()),
        )
        assert report[0] == 302
        found = office.now()
        assert (found.state, len(found.reports)) == (State.REPORTED, 1)
        (asked,) = found.extensions
        if answer[0] == 302:
            assert (asked.state, found.due_on) == (
                ExtensionState.GRANTED, due + timedelta(days=9),
            )  # fmt: skip
        else:
            assert answer[0] == 409
            assert "现在是“已反馈”" in answer[1]
            assert (asked.state, found.due_on) == (ExtensionState.DROPPED, due)

    def test_a_class_that_changes_leaves_open_cases_their_day(self, office: Office) -> None:
        due = office.case.due_on
        one = LimitClass(name="急件", days=2)
        actions.set_limit_class(one, by=office.officer, at=AT)
        factories.keep(one)
        one.days = 30
        actions.remove_limit_class(one, by=office.officer, at=AT)
        db.session.commit()
        assert (office.now().due_on, office.case.limit_days) == (due, 10)


class TestUnit:
    def test_a_renamed_one_bears_its_new_name_everywhere(self, office: Office) -> None:
        office.reported()
        unit = office.handler.unit
        people.change_unit(
            unit,
            name="水务局",
            short_name="水务局",
            group=unit.group,
            is_active=True,
            by=factories.SYSTEM,
            at=AT,
        )
        db.session.commit()
        officer = office.at(office.officer)
        for address in (office.address, "/cases"):
            page = officer.get(address).text
            assert "水务局" in page, address
        wanted = registers.Wanted()
        cases = queries.cases_in_register(office.officer, wanted.numbers(office.officer))
        assert [one.lead.unit.name for one in cases.values()] == ["水务局"]
        assert office.at(office.handler).get(office.address).status_code == 200

    def test_an_abolished_one_is_given_nothing_new_even_where_it_was_proposed(
        self, office: Office
    ) -> None:
        unit = office.handler.unit
        found = factories.instruction(leader_=office.leader)
        plan = proposals.Plan(
            matter="办理", demand="", lead=unit, supports=[], limit_days=5
        )  # fmt: skip
        made = factories.keep(
            proposals.propose(found, plan, calendar=WorkingCalendar(), by=office.officer, at=AT)
        )
        unit.is_active = False
        db.session.commit()
        director = office.at(factories.person(Role.DIRECTOR))
        sent = {"agreed": "yes", "answer": ""}
        answer = director.post(f"/cases/proposals/{made.id}/decide", sent)
        assert answer.status_code == 422
        assert "水利局已经撤销，请改选接手的单位" in answer.text
        assert found.state == InstructionState.REGISTERED
        assert queries.cases_of(found.id) == []
        with pytest.raises(InputRefused, match="已经撤销"):
            actions.open_case(
                found,
                number=9,
                matter="办理",
                demand="",
                lead=office.supporter.unit,
                supports=[unit],
                limit_days=5,
                calendar=WorkingCalendar(),
                by=office.officer,
                at=AT,
            )

    def test_what_an_abolished_one_had_reported_is_there_after_it_is_handed_on(
        self, office: Office
    ) -> None:
        office.reported(ReportStage.INTERIM, "已勘察三座水库。")
        office.handler.unit.is_active = False
        db.session.commit()
        officer = office.at(office.officer)
        assert "承办单位水利局已经撤销" in officer.get(office.address).text
        heir = factories.person(Role.HANDLER, unit_=factories.unit("水务集团"))
        offered = officer.post(
            f"{office.address}/transfers/offer",
            {
                "task": str(office.handler.unit_id),
                "to_unit": str(heir.unit_id),
                "reason": "机构改革",
                "consent": "",
            },
        )
        assert offered.status_code == 302
        number = office.now().transfers[0].id
        taking = f"{office.address}/transfers/{number}/take-over"
        assert office.at(heir).post(taking, {"answer": "同意。"}).status_code == 302
        page = office.at(heir).get(office.address).text
        assert "已勘察三座水库。" in page
        assert office.now().state == State.ASSIGNED


class TestLeader:
    def test_his_cases_are_shown_by_the_office_and_bear_his_post_of_that_day(
        self, office: Office
    ) -> None:
        office.reviewed()
        office.leader.grants.clear()
        office.leader.active, office.leader.post = False, "市人大常委会副主任"
        db.session.commit()
        officer = office.at(office.officer)
        page = officer.get(office.address).text
        assert "副市长沈明远" in re.sub(r"<[^>]+>|\s+", "", page)
        assert "市人大" not in page
        assert "登记领导已阅" in page
        assert officer.post(f"{office.address}/close").status_code == 409
        assert officer.post(f"{office.address}/seen").status_code == 302
        assert officer.post(f"{office.address}/close").status_code == 302
        assert office.now().state == State.CLOSED


class TestClock:
    def test_a_report_late_at_night_is_in_time_and_one_after_midnight_is_not(
        self, office: Office
    ) -> None:
        """07:00 in Beijing is still the day before in UTC, which the records keep."""
        last = datetime.combine(office.case.due_on, datetime.min.time(), clock.OFFICE_ZONE)
        for moment, in_time in (
            (last.replace(hour=23, minute=59), True),
            (last + timedelta(days=1, minutes=1), False),
            (last + timedelta(days=1, hours=7), False),
        ):
            written = actions.Written(process="已办。", signer="郑局")
            made = actions.report(
                office.case, written, stage=ReportStage.FINAL, by=office.handler, at=moment
            )
            db.session.commit()
            db.session.expire_all()
            assert made.reported_at == moment
            assert registers.in_time(office.case) is in_time, moment
            actions.return_report(made, office.case, reason="重报", by=office.officer, at=moment)
            db.session.commit()

    def test_put_back_it_reminds_nobody_twice_and_breaks_no_chain(self, office: Office) -> None:
        late = office.limit + timedelta(days=1)
        rungs = (-3, -1, 0, 1, 3, 7)

        def remind(moment: datetime) -> int:
            made = reminders.remind(
                [office.case], rungs, WorkingCalendar(), by=factories.SYSTEM, at=moment
            )
            db.session.commit()
            return len(made)

        told = [remind(late), remind(late - timedelta(days=2)), remind(late)]
        assert sum(told) == 1
        actions.chase(office.case, text="请抓紧", means="电话", by=office.officer, at=late)
        actions.chase(
            office.case, text="再抓紧", means="电话", by=office.officer, at=late - timedelta(days=3)
        )
        db.session.commit()
        assert [one.number for one in office.now().chases] == [1, 2]
        assert list(verify(db.session)) == []

    def test_a_new_years_first_number_is_its_first(self) -> None:
        last = datetime(2026, 12, 31, 23, 59, tzinfo=clock.OFFICE_ZONE)
        first = factories.case(at=last)
        second = factories.case(at=last + timedelta(minutes=2))
        assert (first.number_text, second.number_text) == ("督查〔2026〕1号", "督查〔2027〕1号")


class TestOfficer:
    def away(self, office: Office, until: date) -> Person:
        """Somebody of the office who stands in for the officer."""
        substitute = factories.person(Role.EDITOR, name="郑代")
        factories.keep(
            people.name_substitute(
                office.officer,
                substitute=substitute,
                from_day=factories.DAY,
                until_day=until,
                reason="外出学习",
                by=factories.SYSTEM,
                at=AT,
            )
        )
        return substitute

    def test_a_substitute_does_all_of_it_for_those_days_and_not_a_day_longer(
        self, office: Office
    ) -> None:
        final = office.reported()
        substitute = self.away(office, factories.DAY + timedelta(days=3))
        browser = office.at(substitute)
        accept = f"{office.address}/reports/{final.id}/accept"
        chased = {"text": "请抓紧。", "means": "电话"}
        assert browser.post(f"{office.address}/chase", chased).status_code == 302
        assert browser.post(accept, CHECKS | {"result": "全部消除。"}).status_code == 302
        with clock.standing_at(AT + timedelta(days=3)):
            told = office.at(substitute).post(f"{office.address}/seen")
            assert told.location == office.address
        with clock.standing_at(AT + timedelta(days=4)):
            assert office.at(substitute).post(f"{office.address}/close").status_code == 404
            assert office.at(office.officer).post(f"{office.address}/close").status_code == 302
        assert office.now().state == State.CLOSED
        assert "郑代" in office.at(office.officer).get(office.address).text

    def test_the_cases_of_one_who_has_gone_are_seen_by_every_other_and_mailed_to_nobody_gone(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office.officer.email, office.handler.email = "sun@example.cn", "zheng@example.cn"
        office.officer.active = False
        db.session.commit()
        other = office.at(factories.person(Role.OFFICER))
        assert office.case.number_text in other.get("/cases").text
        chased = {"text": "请抓紧。", "means": "电话"}
        assert other.post(f"{office.address}/chase", chased).status_code == 302
        sent: list[list[str]] = []
        monkeypatch.setattr(mail, "is_configured", lambda _office: True)
        monkeypatch.setattr(mail, "send", lambda _office, to, *_text: sent.append(to))
        with clock.standing_at(office.limit + timedelta(days=3)):  # the Monday after
            tasks.remind()
            tasks.send_messages()
        assert sent == [["zheng@example.cn"]]


class TestOver:
    def test_a_report_for_a_closed_case_is_refused_in_words_and_changes_nothing(
        self, office: Office
    ) -> None:
        office.closed()
        answer = office.at(office.handler).post(
            f"{office.address}/report", typed_report(form_key="k9")
        )
        assert answer.status_code == 409
        assert "现在是“已办结”，不能报送办理情况。" in answer.text
        (only,) = office.now().reports
        assert only.state == ReportState.ACCEPTED
        with pytest.raises(StepRefused, match="已经结束"):
            actions.chase(office.case, text="请抓紧", means="", by=office.officer, at=AT)
        assert db.session.get_one(Case, office.number).result == "隐患全部消除。"
