"""In this file cases end, also where two act at the same moment."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from publisher import clock
from publisher.database import db
from publisher.followups import actions, queries
from publisher.followups.model import (
    ReportState,
    State,
)
from publisher.instructions.model import InstructionReader
from publisher.people.permission import Role
from publisher.submissions.model import Submission
from tests import factories
from tests.factories import Browser
from tests.publisher.followups.office import (
    AT,
    CHECKS,
    Office,
    typed_in,
)

pytestmark = pytest.mark.usefixtures("records", "on_that_day")


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
