"""In this file a leader's words are written down and taken into the register, step by step."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from publisher.database import db
from publisher.errors import InputRefused, NotAllowed, NotFound, StepRefused
from publisher.history import entries_of
from publisher.instructions import actions, queries
from publisher.instructions.model import Disposition, Instruction, State
from publisher.issues.model import Issue
from publisher.people.permission import Role
from publisher.registers import CASES, INSTRUCTIONS, take_number
from tests import factories

records = pytest.mark.usefixtures("records")


def words(text: str = "请总结推广。", written_on: date = factories.DAY) -> actions.Words:
    return actions.Words(text=text, disposition=Disposition.ACT, written_on=written_on)


class TestStates:
    @pytest.mark.parametrize(("here", "there"), list(product(State, State)))
    def test_every_step_of_the_table_is_taken_and_no_other(
        self, here: State, there: State, at: datetime
    ) -> None:
        instruction = Instruction(
            issue=None,  # type: ignore[arg-type]
            leader=None,  # type: ignore[arg-type]
            leader_name="沈明远",
            leader_post="副市长",
            text="请总结推广。",
            disposition=Disposition.ACT,
            written_on=at.date(),
            entered_by=None,  # type: ignore[arg-type]
            entered_at=at,
        )
        instruction.state = here
        if there in Instruction.NEXT[here]:
            instruction.move_to(there, act="try", by=factories.SYSTEM, at=at)
            assert instruction.state == there
        else:
            with pytest.raises(StepRefused, match=f"现在是“{here.source_word}”"):
                instruction.move_to(there, act="try", by=factories.SYSTEM, at=at)
            assert instruction.state == here

    def test_the_table_names_every_state(self) -> None:
        assert set(Instruction.NEXT) == set(State)


@records
class TestWrite:
    @pytest.fixture
    def issue(self) -> Issue:
        return factories.signed_issue()

    def test_the_leader_is_kept_as_he_was_on_that_day(self, issue: Issue, at: datetime) -> None:
        leader = factories.leader("沈明远", post="副市长")
        made = factories.keep(
            actions.write(issue, words(), leader=leader, secretaries=[], by=leader, at=at)
        )
        leader.post = "市长"
        db.session.commit()
        assert (made.leader_name, made.leader_post) == ("沈明远", "副市长")
        assert (made.state, made.number_text) == (State.RECORDED, "")
        assert not made.is_entered_for_another

    def test_only_the_leader_or_a_mandated_secretary_writes(
        self, issue: Issue, at: datetime
    ) -> None:
        leader, secretary = factories.leader(), factories.person(Role.SECRETARY)
        other = factories.person(Role.SECRETARY)
        made = actions.write(
            issue, words(), leader=leader, secretaries=[secretary.id], by=secretary, at=at
        )
        assert made.is_entered_for_another
        with pytest.raises(NotAllowed, match="没有受托代录"):
            actions.write(
                issue, words(), leader=leader, secretaries=[secretary.id], by=other, at=at
            )

    def test_empty_words_and_a_day_to_come_are_refused(self, issue: Issue, at: datetime) -> None:
        leader = factories.leader()
        for given, sentence in (
            (words(text=" 　\n"), "请填写批示内容"),
            (words(written_on=at.date() + timedelta(days=1)), "不能晚于今天"),
        ):
            with pytest.raises(InputRefused, match=sentence):
                actions.write(issue, given, leader=leader, secretaries=[], by=leader, at=at)


@records
class TestRegister:
    def test_numbers_run_without_gaps_through_a_year_and_begin_anew(self) -> None:
        days = (date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 2))
        made = [factories.instruction(written_on=day) for day in days]
        assert [one.number_text for one in made] == [
            "批〔2025〕1号",
            "批〔2025〕2号",
            "批〔2026〕1号",
        ]

    def test_a_number_taken_in_vain_is_given_back(self) -> None:
        take_number(db.session, INSTRUCTIONS, 2026)
        db.session.rollback()
        assert factories.instruction().number == 1

    def test_instructions_and_cases_are_numbered_apart(self) -> None:
        assert [take_number(db.session, CASES, 2026) for _turn in range(2)] == [1, 2]
        assert take_number(db.session, INSTRUCTIONS, 2026) == 1

    def test_it_is_registered_once(self, at: datetime) -> None:
        instruction = factories.instruction()
        with pytest.raises(StepRefused, match="已经登记"):
            actions.register(instruction, number=9, proposal="", by=factories.person(), at=at)
        assert instruction.number == 1
        told = entries_of(db.session, f"instruction:{instruction.id}")
        assert [one.act for one in told] == ["write_instruction", "register"]

    @pytest.mark.parametrize("disposition", list(Disposition))
    def test_what_is_for_information_or_study_needs_no_case(self, disposition: Disposition) -> None:
        made = Instruction.__new__(Instruction)
        made.__dict__["disposition"] = disposition
        needed = disposition not in {Disposition.INFORM, Disposition.STUDY}
        assert actions.needs_case(made) is needed


@records
class TestWhoMaySee:
    def test_the_office_the_leader_and_his_secretary_and_nobody_else(self) -> None:
        leader, secretary = factories.leader(), factories.person(Role.SECRETARY)
        instruction = factories.instruction(leader_=leader, by=secretary)
        for role in (Role.OFFICER, Role.EDITOR, Role.CHECKER, Role.DIRECTOR, Role.RESEARCHER):
            seen = queries.instruction(instruction.id, person=factories.person(role))
            assert seen is instruction, role
        for person in (leader, secretary):
            assert queries.instruction(instruction.id, person=person) is instruction
            assert queries.register(person).total == 1
        for person in (
            factories.leader("陆书平"),
            factories.person(Role.SECRETARY),
            factories.person(Role.HANDLER),
            factories.person(Role.REPORTER),
            factories.person(Role.ARCHIVIST),
        ):
            with pytest.raises(NotFound):
                queries.instruction(instruction.id, person=person)
            assert queries.register(person).total == 0
            assert queries.register(person, words="清溪县").rows == []
            assert queries.on_issue(instruction.issue_id, person) == []

    def test_the_register_is_narrowed_by_state_leader_and_words(self) -> None:
        officer = factories.person(Role.OFFICER)
        first = factories.instruction(text="请清溪县总结。", written_on=date(2026, 11, 3))
        second = factories.instruction(text="请水利局研究100%落实。", registered=False)
        assert queries.register(officer).rows == [second, first]
        assert queries.register(officer, state=State.REGISTERED).rows == [first]
        assert queries.register(officer, leader=second.leader_id).rows == [second]
        assert queries.register(officer, words="0%落").rows == [second]
        assert queries.register(officer, words="%").rows == [second]
        assert queries.register(officer, words="_").rows == []
        assert queries.waiting_for_register(officer) == 1
