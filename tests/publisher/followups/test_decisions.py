"""In this file one proposes and another decides, where the office wants two people for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from publisher import clock
from publisher.database import db
from publisher.errors import NotAllowed
from publisher.followups import proposals, queries
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import Case, Proposal, ProposalState
from publisher.instructions.model import Instruction, InstructionReader
from publisher.instructions.model import State as InstructionState
from publisher.people.permission import Role
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def _two_people(app: Flask, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    given = replace(app.extensions["settings"], director_decides=True)
    monkeypatch.setitem(app.extensions, "settings", given)
    with clock.standing_at(at):
        yield


class Office:
    """An officer who proposes and a director who decides, each at a browser."""

    def __init__(self, app: Flask) -> None:
        self.officer = factories.person(Role.OFFICER, name="孙督")
        self.director = factories.person(Role.DIRECTOR, name="钱签")
        self.unit = factories.unit("水利局")
        self.instruction = factories.instruction()
        self.number, self.lead = self.instruction.id, self.unit.id
        self.officers, self.directors = Browser(app, self.officer), Browser(app, self.director)

    def proposed(self) -> int:
        typed = {
            "matter": "关于“一窗通办”经验推广批示事项的办理",
            "demand": "逐项落实",
            "lead": self.lead,
            "limit_days": 12,
        }
        answer = self.officers.post(f"/cases/open/{self.number}", typed)
        assert answer.status_code == 302, answer.text
        return db.session.query(Proposal).order_by(Proposal.id.desc()).first().id  # type: ignore[union-attr]

    def director_again(self) -> Browser:
        """The director at a browser, days later: the session of before has ended."""
        return Browser(self.directors.app, self.director)

    def state(self) -> InstructionState:
        db.session.rollback()
        return db.session.get_one(Instruction, self.number, populate_existing=True).state


def only_for(instruction: Instruction, *persons: int) -> None:
    """Let nobody but these read an instruction."""
    instruction.readers.clear()
    db.session.commit()
    instruction.readers += [InstructionReader(token=f"person:{number}") for number in persons]
    db.session.commit()


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


class TestDecide:
    def test_the_case_is_opened_once_the_director_agrees_and_the_officer_follows_it(
        self, office: Office
    ) -> None:
        number = office.proposed()
        assert db.session.query(Case).count() == 0
        assert office.state() == InstructionState.REGISTERED
        assert "待审定的拟办意见" in office.directors.get("/").text
        assert "水利局" in office.directors.get("/cases/proposals").text
        page = office.directors.get(f"/cases/proposals/{number}").text
        assert "12个工作日" in page
        answer = office.directors.post(f"/cases/proposals/{number}/decide", {"agreed": "yes"})
        assert answer.status_code == 302
        (case,) = db.session.query(Case).all()
        assert (case.officer.name, case.lead.unit.name, case.limit_days) == ("孙督", "水利局", 12)
        assert office.state() == InstructionState.OPENED

    def test_what_is_given_back_says_why_and_can_be_proposed_anew(self, office: Office) -> None:
        number = office.proposed()
        door = f"/cases/proposals/{number}/decide"
        assert office.directors.post(door, {"agreed": "no"}).status_code == 422
        typed = {"agreed": "no", "answer": "请改由应急局牵头"}
        assert office.directors.post(door, typed).status_code == 302
        assert "请改由应急局牵头" in office.officers.get(f"/cases/open/{office.number}").text
        assert office.proposed() != number

    def test_noting_only_is_decided_too(self, office: Office) -> None:
        answer = office.officers.post(f"/cases/note/{office.number}", {"remark": "阅知类"})
        assert answer.status_code == 302
        assert office.state() == InstructionState.REGISTERED
        number = db.session.query(Proposal).one().id
        office.directors.post(f"/cases/proposals/{number}/decide", {"agreed": "yes"})
        assert office.state() == InstructionState.NOTED

    def test_one_proposal_at_a_time_and_one_decision(self, office: Office) -> None:
        number = office.proposed()
        again = office.officers.post(f"/cases/note/{office.number}", {"remark": ""})
        assert again.status_code == 409
        door = f"/cases/proposals/{number}/decide"
        assert office.directors.post(door, {"agreed": "yes"}).status_code == 302
        assert office.directors.post(door, {"agreed": "yes"}).status_code == 409
        assert db.session.query(Case).count() == 1

    def test_nobody_decides_on_his_own_proposal(self) -> None:
        both = factories.person(Role.OFFICER, Role.DIRECTOR)
        made = proposals.propose(
            factories.instruction(), None, calendar=WorkingCalendar(), by=both, at=factories.AT
        )
        db.session.add(made)
        db.session.commit()
        with pytest.raises(NotAllowed, match="两个人"):
            proposals.agree(made, answer="", by=both, at=factories.AT)
        assert made.state == ProposalState.PROPOSED


class TestLeadersLimit:
    def test_it_is_counted_anew_on_the_day_the_director_agrees(self, office: Office) -> None:
        instruction = db.session.get_one(Instruction, office.number)
        instruction.limit_on = date(2026, 12, 4)
        db.session.commit()
        typed = {"matter": "办理", "lead": office.lead, "limit_class": "leader"}
        assert office.officers.post(f"/cases/open/{office.number}", typed).status_code == 302
        number = db.session.query(Proposal).one().id
        assert "按批示限定" in office.directors.get(f"/cases/proposals/{number}").text
        with clock.standing_at(factories.AT + timedelta(days=5)):
            office.director_again().post(f"/cases/proposals/{number}/decide", {"agreed": "yes"})
        case = db.session.query(Case).one()
        assert (case.due_on, case.limit_days) == (date(2026, 12, 4), 7)

    def test_once_it_has_passed_the_director_can_only_give_it_back(self, office: Office) -> None:
        instruction = db.session.get_one(Instruction, office.number)
        instruction.limit_days = 2
        db.session.commit()
        typed = {"matter": "办理", "lead": office.lead, "limit_class": "leader"}
        assert office.officers.post(f"/cases/open/{office.number}", typed).status_code == 302
        door = f"/cases/proposals/{db.session.query(Proposal).one().id}/decide"
        with clock.standing_at(factories.AT + timedelta(days=5)):
            directors = office.director_again()
            answer = directors.post(door, {"agreed": "yes"})
            assert answer.status_code == 422
            assert "批示限定的期限已过" in answer.text
            assert db.session.query(Case).count() == 0
            given_back = {"agreed": "no", "answer": "请另定时限"}
            assert directors.post(door, given_back).status_code == 302


class TestWho:
    def test_what_no_director_may_read_is_decided_by_the_section(self, office: Office) -> None:
        instruction = db.session.get_one(Instruction, office.number)
        only_for(instruction, office.officer.id, instruction.leader_id)
        assert not queries.may_be_decided(instruction)
        typed = {"matter": "办理", "lead": office.lead, "limit_days": 3}
        office.officers.post(f"/cases/open/{office.number}", typed)
        assert db.session.query(Case).count() == 1

    def test_a_proposal_on_what_one_may_not_read_is_not_there(
        self, app: Flask, office: Office
    ) -> None:
        number = office.proposed()
        instruction = db.session.get_one(Instruction, office.number)
        only_for(instruction, office.officer.id)
        assert "水利局" not in office.directors.get("/cases/proposals").text
        assert office.directors.get(f"/cases/proposals/{number}").status_code == 404
        for role in (Role.HANDLER, Role.EDITOR, Role.LEADER):
            browser = Browser(app, factories.person(role))
            assert browser.get("/cases/proposals").status_code == 404
