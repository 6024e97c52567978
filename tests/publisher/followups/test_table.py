"""In this file people walk a case at random, and the table of steps holds at every moment."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from publisher.database import db
from publisher.errors import InputRefused, NotAllowed, PublisherError, StepRefused
from publisher.followups import actions, queries, reminders, transfers
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import (
    RUNNING,
    STEPS,
    TRANSFER_OPEN,
    Case,
    ExtensionState,
    Part,
    ReportStage,
    ReportState,
    Side,
    State,
    TransferState,
    steps_at,
)
from publisher.history import System
from publisher.people import actions as people
from publisher.people.permission import Role
from tests import factories

AT = factories.AT
WALKS = int(os.environ.get("JIANBAO_TEST_WALKS", "3"))
STEPS_OF_A_WALK = 40


class TestSteps:
    def test_every_state_that_is_not_an_end_has_a_way_on(self) -> None:
        ends = {State.REOPENED, State.WITHDRAWN}
        for state in State:
            assert bool(Case.NEXT[state]) is (state not in ends), state

    def test_every_running_state_can_come_to_an_end(self) -> None:
        for state in RUNNING:
            seen, ahead = set(), {state}
            while ahead:
                here = ahead.pop()
                seen.add(here)
                ahead |= set(Case.NEXT[here]) - seen
            assert seen & {State.CLOSED, State.WITHDRAWN}, state

    def test_the_unit_never_passes_its_own_report_and_the_office_never_reports(self) -> None:
        by = {(step.act, side) for step in STEPS for side in step.by}
        assert {side for act, side in by if act in {"review", "close", "withdraw"}} == {Side.OFFICE}
        assert Side.OFFICE not in {side for act, side in by if act.startswith("report")}


class Walk(RuleBasedStateMachine):
    """Units, officer and leader do whatever comes to their mind, in any order."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.units = [factories.unit() for _number in range(3)]
        self.handlers = [factories.person(Role.HANDLER, unit_=unit) for unit in self.units]
        self.officer = factories.person(Role.OFFICER)
        self.at: datetime = AT
        case = factories.case(
            lead=self.units[0], supports=(self.units[1],), officer=self.officer, limit_days=3
        )
        self.number = case.id
        self.kept = (0, 0, 0, 0)

    def teardown(self) -> None:
        db.session.rollback()
        self.context.pop()

    @property
    def case(self) -> Case:
        return queries.case_for(self.number, self.officer, to_change=True)

    def does(self, act: str, doing: object) -> None:
        """Do it, and hold whether it was taken against the table."""
        case = self.case
        before = case.state
        try:
            doing(case)  # type: ignore[operator]
        except (StepRefused, NotAllowed, InputRefused):
            db.session.rollback()
            assert self.case.state == before
            return
        assert act in {act for act, _side in steps_at(before)}, (act, before)
        db.session.commit()
        reached = self.case.state
        allowed = {step.to for step in STEPS if step.act == act and before in step.at}
        assert reached in allowed | {before}

    @rule(days=st.integers(0, 4))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(who=st.integers(0, 2), is_active=st.booleans())
    def a_unit_is_abolished_or_comes_back(self, who: int, is_active: bool) -> None:
        unit = self.units[who]
        people.change_unit(
            unit,
            name=f"改{unit.id}",
            short_name="",
            group=unit.group,
            is_active=is_active,
            by=System(),
            at=self.at,
        )
        db.session.commit()

    @rule()
    def the_leader_leaves_or_comes_back(self) -> None:
        leader = self.case.instruction.leader
        leader.active = not leader.active
        db.session.commit()

    @rule(who=st.integers(0, 2))
    def acknowledge(self, who: int) -> None:
        self.does(
            "acknowledge",
            lambda case: actions.acknowledge(
                case, handler="郑办", phone="", by=self.handlers[who], at=self.at
            ),
        )

    @rule(who=st.integers(0, 2), stage=st.sampled_from(ReportStage))
    def report(self, who: int, stage: ReportStage) -> None:
        written = actions.Written(process="已办。", signer="郑局")
        self.does(
            "report" if stage == ReportStage.FINAL else "report_interim",
            lambda case: actions.report(
                case, written, stage=stage, by=self.handlers[who], at=self.at
            ),
        )

    @rule(passes=st.booleans(), which=st.integers(0, 3))
    def answer_report(self, passes: bool, which: int) -> None:
        reports = self.case.reports
        if not reports:
            return
        number = reports[which % len(reports)].id

        def answer(case: Case) -> None:
            one = queries.report_of(case, number)
            if passes:
                actions.accept(one, case, result="办结", by=self.officer, at=self.at)
            else:
                actions.return_report(one, case, reason="不实", by=self.officer, at=self.at)

        final = reports[which % len(reports)].stage == ReportStage.FINAL
        if final:
            self.does("review" if passes else "return_report", answer)
        else:
            self.does("accept" if passes else "return", answer)

    @rule(of_leader=st.booleans())
    def see_result(self, of_leader: bool) -> None:
        self.does(
            "see_result",
            lambda case: actions.see_result(
                case, by=case.instruction.leader if of_leader else self.officer, at=self.at
            ),
        )

    @rule(later=st.none() | st.integers(-1, 9))
    def close(self, later: int | None) -> None:
        day = None if later is None else self.at.date() + timedelta(days=later)
        self.does(
            "close",
            lambda case: actions.close(case, look_back_on=day, by=self.officer, at=self.at),
        )

    @rule(has_held=st.booleans())
    def look_back(self, has_held: bool) -> None:
        self.does(
            "look_back",
            lambda case: actions.look_back(
                case,
                means="电话",
                findings="运行平稳",
                has_held=has_held,
                next_on=None,
                by=self.officer,
                at=self.at,
            ),
        )

    @rule()
    def reopen(self) -> None:
        self.does("reopen", lambda case: actions.reopen(case, by=self.officer, at=self.at))

    @rule()
    def withdraw(self) -> None:
        self.does(
            "withdraw",
            lambda case: actions.withdraw(case, reason="并案", by=self.officer, at=self.at),
        )

    @rule()
    def chase(self) -> None:
        self.does(
            "chase",
            lambda case: actions.chase(
                case, text="请抓紧", means="电话", by=self.officer, at=self.at
            ),
        )

    @rule()
    def remind(self) -> None:
        self.does(
            "remind",
            lambda case: (
                reminders.remind([case], (-1, 0, 1), WorkingCalendar(), by=System(), at=self.at)
                if case.id in {one.id for one in queries.to_remind(date(2027, 12, 31))}
                else case.must_allow("remind", Side.SYSTEM)
            ),
        )

    @rule(who=st.integers(0, 2), days=st.integers(-2, 20))
    def ask_extension(self, who: int, days: int) -> None:
        self.does(
            "ask_extension",
            lambda case: actions.ask_extension(
                case,
                reason="汛期",
                progress="",
                new_due_on=case.due_on + timedelta(days=days),
                by=self.handlers[who],
                at=self.at,
            ),
        )

    @rule(granted=st.booleans())
    def answer_extension(self, granted: bool) -> None:
        asked = [one.id for one in self.case.extensions if one.state == ExtensionState.ASKED]
        if asked:
            self.does(
                "answer_extension",
                lambda case: actions.answer_extension(
                    queries.extension_of(case, asked[0]),
                    case,
                    granted=granted,
                    answer="",
                    by=self.officer,
                    at=self.at,
                ),
            )

    @rule(who=st.integers(0, 2), to=st.integers(0, 2))
    def ask_transfer(self, who: int, to: int) -> None:
        self.does(
            "ask_transfer",
            lambda case: transfers.ask(
                case, to=self.units[to], reason="职责", by=self.handlers[who], at=self.at
            ),
        )

    @rule(to=st.integers(0, 2))
    def offer_transfer(self, to: int) -> None:
        self.does(
            "offer_transfer",
            lambda case: transfers.offer(
                case,
                case.lead,
                to=self.units[to],
                reason="职责",
                consent="同意",
                by=self.officer,
                at=self.at,
            ),
        )

    @rule(answer=st.sampled_from(("put_on", "refuse", "decline", "take_over")))
    def answer_transfer(self, answer: str) -> None:
        pending = [one for one in self.case.transfers if one.state in TRANSFER_OPEN]
        if not pending:
            return
        number, unit = pending[0].id, pending[0].to_unit_id
        by = next(one for one in self.handlers if one.unit_id == unit)

        def say(case: Case) -> None:
            one = queries.transfer_of(case, number)
            if answer == "put_on":
                transfers.put_on(one, case, by=self.officer, at=self.at)
            elif answer == "refuse":
                transfers.refuse(one, case, reason="不妥", by=self.officer, at=self.at)
            elif answer == "decline":
                transfers.decline(one, case, reason="不属我", by=by, at=self.at)
            else:
                transfers.take_over(one, case, answer="", by=by, at=self.at)

        acts = {
            "put_on": "offer_transfer",
            "refuse": "refuse_transfer",
            "decline": "decline_transfer",
        }
        self.does(acts.get(answer, "take_over"), say)

    @invariant()
    def the_case_is_whole(self) -> None:
        case = self.case
        assert [task.part for task in case.tasks].count(Part.LEAD) == 1
        assert len({task.unit_id for task in case.tasks}) == len(case.tasks)
        assert (case.closed_at is not None) is (case.state not in RUNNING)
        finals = [one for one in case.reports if one.stage == ReportStage.FINAL]
        waiting = [one for one in finals if one.state == ReportState.SUBMITTED]
        assert len(waiting) == (1 if case.state == State.REPORTED else 0) or (
            case.state == State.WITHDRAWN
        )
        asked = [one for one in case.extensions if one.state == ExtensionState.ASKED]
        pending = [one for one in case.transfers if one.state in TRANSFER_OPEN]
        assert len(asked) <= 1
        assert len(pending) <= 1
        if case.state not in {State.ASSIGNED, State.RECEIVED, State.RETURNED}:
            assert not asked
            assert not pending

    @invariant()
    def somebody_can_go_on_with_it(self) -> None:
        case = self.case
        everybody = [*self.handlers, self.officer, case.instruction.leader]
        steps = frozenset().union(*(actions.open_steps(case, one) for one in everybody))
        assert bool(steps) is (case.state not in {State.REOPENED, State.WITHDRAWN})

    @invariant()
    def nothing_is_lost(self) -> None:
        case = self.case
        has = tuple(
            len(one) for one in (case.reports, case.chases, case.extensions, case.transfers)
        )
        assert all(now >= before for now, before in zip(has, self.kept, strict=True))
        self.kept = has

    @invariant()
    def the_figures_are_those_of_the_records(self) -> None:
        today = self.at.date()
        every = db.session.scalars(select(Case)).unique().all()
        assert sum(one.state in RUNNING for one in every) + sum(
            one.state in {State.CLOSED, State.REOPENED, State.WITHDRAWN} for one in every
        ) == len(every)
        figures = queries.counts(self.officer, today)
        assert figures.running == sum(one.state in RUNNING for one in every)
        assert figures.overdue == sum(one.is_overdue(today) for one in every)
        assert figures.to_review == sum(one.state == State.REPORTED for one in every)
        assert figures.to_show == sum(one.state == State.REVIEWED for one in every)
        counts = queries.counts(self.officer, today)
        for name in ("running", "overdue", "to_review", "to_show", "to_look_back", "closed"):
            listed = queries.cases(self.officer, today=today, which=name)
            assert getattr(counts, name) == listed.total

    @invariant()
    def the_parties_see_it_and_nobody_else(self) -> None:
        case = self.case
        party = {task.unit_id for task in case.tasks} | {
            one.to_unit_id for one in case.transfers if one.state == TransferState.OFFERED
        }
        for who in self.handlers:
            try:
                queries.case_for(self.number, who)
                seen = True
            except PublisherError:
                seen = False
            assert seen is (who.unit_id in party)


@pytest.mark.usefixtures("records")
def test_cases_walked_at_random_keep_to_the_table(app: Flask) -> None:
    Walk.app = app
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS_OF_A_WALK,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
