"""In this file a case goes its way, and every step that the table does not know is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from publisher.database import db
from publisher.errors import InputRefused, NotAllowed, StepRefused
from publisher.followups import actions, queries, rounds
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import (
    RUNNING,
    WITH_THE_UNIT,
    Case,
    Extension,
    ExtensionState,
    Part,
    Report,
    ReportStage,
    ReportState,
    State,
)
from publisher.history import entries_of
from publisher.instructions.model import State as InstructionState
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.states import Stateful
from publisher.submissions.model import Kind
from tests import factories

records = pytest.mark.usefixtures("records")
AT = factories.AT
LOOSE: dict[type[Stateful], dict[str, Any]] = {
    Case: {
        "year": 2026,
        "number": 1,
        "instruction": None,
        "matter": "办理",
        "limit_days": 10,
        "due_on": date(2026, 12, 4),
        "officer": None,
        "opened_at": AT,
    },
    Report: {
        "unit": None,
        "stage": ReportStage.FINAL,
        "process": "已落实。",
        "reported_by": None,
        "reported_at": AT,
    },
    Extension: {
        "reason": "汛期施工受阻",
        "new_due_on": date(2026, 12, 18),
        "asked_by": None,
        "asked_at": AT,
    },
}
"""What each thing needs to be made without a database."""
STEPS = [
    (kind, here, there) for kind in LOOSE for here, there in product(list(kind.NEXT), repeat=2)
]


def written(process: str = "已推广到12个乡镇。") -> actions.Written:
    return actions.Written(process=process, situation="运行平稳。", signer="郑局")


class TestStates:
    @pytest.mark.parametrize(("kind", "here", "there"), STEPS)
    def test_every_step_of_the_table_is_taken_and_no_other(
        self, kind: type[Stateful], here: Any, there: Any
    ) -> None:
        thing = kind(**LOOSE[kind])
        thing.state = here
        if there in kind.NEXT[here]:
            thing.move_to(there, act="try", by=factories.SYSTEM, at=AT)
            assert thing.state == there
        else:
            with pytest.raises(StepRefused, match=f"现在是“{here.source_word}”"):
                thing.move_to(there, act="try", by=factories.SYSTEM, at=AT)
            assert thing.state == here

    def test_the_tables_name_every_state(self) -> None:
        assert set(Case.NEXT) == set(State)
        assert set(Report.NEXT) == set(ReportState)
        assert set(Extension.NEXT) == set(ExtensionState)

    def test_the_limit_counts_only_while_the_unit_has_to_act(self) -> None:
        assert WITH_THE_UNIT < RUNNING
        case = Case(**LOOSE[Case])
        for state in State:
            case.state = state
            assert case.is_overdue(date(2026, 12, 5)) is (state in WITH_THE_UNIT)
            assert not case.is_overdue(date(2026, 12, 4))


class Matter:
    """A case with the people of two units and an officer."""

    def __init__(self, limit_days: int = 10) -> None:
        self.handler: Person = factories.person(Role.HANDLER, name="郑办")
        self.support: Person = factories.person(Role.HANDLER, name="何办")
        self.officer: Person = factories.person(Role.OFFICER, name="孙督")
        self.case = factories.case(
            lead=self.handler.unit,
            supports=(self.support.unit,),
            officer=self.officer,
            limit_days=limit_days,
        )

    def received(self) -> Matter:
        actions.acknowledge(self.case, handler="郑办", phone="2210", by=self.handler, at=AT)
        db.session.commit()
        return self

    def report(self, stage: ReportStage = ReportStage.FINAL) -> Report:
        made = actions.report(self.case, written(), stage=stage, by=self.handler, at=AT)
        db.session.commit()
        return made

    def reviewed(self) -> Matter:
        final = self.received().report()
        actions.accept(final, self.case, result="已推广到12个乡镇。", by=self.officer, at=AT)
        db.session.commit()
        return self


@records
class TestOpen:
    def test_the_limit_is_counted_in_working_days_of_the_offices_calendar(self) -> None:
        calendar = WorkingCalendar(special={date(2026, 11, 23): False, date(2026, 11, 28): True})
        case = actions.open_case(
            factories.instruction(),
            number=1,
            matter="办理",
            demand="",
            lead=factories.unit(),
            supports=[],
            limit_days=6,
            calendar=calendar,
            by=factories.person(Role.OFFICER),
            at=AT,
        )
        assert case.due_on == date(2026, 11, 30)

    def test_the_units_handlers_become_readers_of_the_instruction(self) -> None:
        matter = Matter()
        tokens = {reader.token for reader in matter.case.instruction.readers}
        units = (matter.handler.unit_id, matter.support.unit_id)
        assert {f"handlers:{unit}" for unit in units} <= tokens
        assert matter.case.instruction.state == InstructionState.OPENED
        assert [task.part for task in matter.case.tasks] == [Part.LEAD, Part.SUPPORT]

    def test_an_impossible_limit_or_unit_is_refused(self) -> None:
        unit, instruction = factories.unit(), factories.instruction()
        for given, sentence in (
            ({"limit_days": 0}, "1至365个工作日"),
            ({"limit_days": 366}, "1至365个工作日"),
            ({"supports": [unit]}, "不能同时是协办单位"),
        ):
            values: dict[str, Any] = {"limit_days": 5, "supports": []} | given
            with pytest.raises(InputRefused, match=sentence):
                actions.open_case(
                    instruction,
                    number=1,
                    matter="办理",
                    demand="",
                    lead=unit,
                    calendar=WorkingCalendar(),
                    by=factories.person(Role.OFFICER),
                    at=AT,
                    **values,
                )
        assert instruction.state == InstructionState.REGISTERED

    def test_an_instruction_not_registered_opens_nothing(self) -> None:
        with pytest.raises(StepRefused, match="现在是“待登记”"):
            factories.case(instruction_=factories.instruction(registered=False))


@records
class TestAcknowledge:
    def test_the_lead_units_signature_sets_the_case_going(self) -> None:
        matter = Matter()
        actions.acknowledge(matter.case, handler="何办", phone="", by=matter.support, at=AT)
        assert matter.case.state == State.ASSIGNED
        matter.received()
        assert matter.case.state == State.RECEIVED
        assert matter.case.lead.received_by is matter.handler

    def test_a_unit_signs_once_and_only_for_its_own(self) -> None:
        matter = Matter().received()
        with pytest.raises(StepRefused, match="已经签收"):
            matter.received()
        with pytest.raises(NotAllowed, match="不承办这一事项"):
            actions.acknowledge(
                matter.case, handler="x", phone="", by=factories.person(Role.HANDLER), at=AT
            )

    def test_what_is_over_is_not_signed_for(self) -> None:
        matter = Matter()
        actions.withdraw(matter.case, reason="已并入他案", by=matter.officer, at=AT)
        with pytest.raises(StepRefused, match="已经结束"):
            matter.received()


@records
class TestReport:
    def test_nobody_reports_before_signing(self) -> None:
        with pytest.raises(StepRefused, match="请先签收"):
            Matter().report()

    def test_a_unit_that_supports_signs_before_it_reports(self) -> None:
        matter = Matter().received()
        with pytest.raises(StepRefused, match="请先签收"):
            actions.report(
                matter.case, written(), stage=ReportStage.INTERIM, by=matter.support, at=AT
            )

    def test_an_interim_report_leaves_the_case_with_the_unit(self) -> None:
        matter = Matter().received()
        interim = matter.report(ReportStage.INTERIM)
        assert matter.case.state == State.RECEIVED
        actions.accept(interim, matter.case, result="", by=matter.officer, at=AT)
        assert (interim.state, matter.case.state) == (ReportState.ACCEPTED, State.RECEIVED)

    def test_the_final_report_is_the_lead_units(self) -> None:
        matter = Matter().received()
        actions.acknowledge(matter.case, handler="何办", phone="", by=matter.support, at=AT)
        with pytest.raises(StepRefused, match="由主办单位统一报送"):
            actions.report(
                matter.case, written(), stage=ReportStage.FINAL, by=matter.support, at=AT
            )
        actions.report(matter.case, written(), stage=ReportStage.INTERIM, by=matter.support, at=AT)
        matter.report()
        assert matter.case.state == State.REPORTED
        with pytest.raises(StepRefused, match="现在是“已反馈”"):
            matter.report()

    def test_a_returned_report_is_reported_anew(self) -> None:
        matter = Matter().received()
        first = matter.report()
        with pytest.raises(InputRefused, match="请写明退回的理由"):
            actions.return_report(first, matter.case, reason=" ", by=matter.officer, at=AT)
        actions.return_report(first, matter.case, reason="缺数据。", by=matter.officer, at=AT)
        assert (first.state, matter.case.state) == (ReportState.RETURNED, State.RETURNED)
        second = matter.report()
        actions.accept(second, matter.case, result="已落实。", by=matter.officer, at=AT)
        assert [one.state for one in matter.case.reports] == [
            ReportState.RETURNED,
            ReportState.ACCEPTED,
        ]
        assert (matter.case.state, matter.case.result) == (State.REVIEWED, "已落实。")

    def test_a_final_report_is_accepted_with_its_result_only(self) -> None:
        matter = Matter().received()
        final = matter.report()
        with pytest.raises(InputRefused, match="概括办理结果"):
            actions.accept(final, matter.case, result=" ", by=matter.officer, at=AT)
        db.session.rollback()
        assert (final.state, matter.case.state) == (ReportState.SUBMITTED, State.REPORTED)


@records
class TestClose:
    def test_it_is_closed_after_the_leader_has_seen_it(self) -> None:
        matter = Matter()
        with pytest.raises(StepRefused, match="还没有审结"):
            actions.see_result(matter.case, by=matter.officer, at=AT)
        matter.reviewed()
        with pytest.raises(StepRefused, match="须先呈原批示领导阅看"):
            actions.close(matter.case, by=matter.officer, at=AT)
        with pytest.raises(NotAllowed):
            actions.see_result(matter.case, by=factories.leader(), at=AT)
        actions.see_result(matter.case, by=matter.case.instruction.leader, at=AT)
        actions.see_result(matter.case, by=matter.officer, at=AT + timedelta(days=1))
        assert matter.case.shown_at == AT
        actions.close(matter.case, by=matter.officer, at=AT)
        assert (matter.case.state, matter.case.closed_at) == (State.CLOSED, AT)
        db.session.commit()
        acts = [one.act for one in entries_of(db.session, f"followup_case:{matter.case.id}")]
        assert acts == ["assign", "acknowledge", "report", "review", "see_result", "close"]

    def test_a_case_is_called_off_with_a_reason(self) -> None:
        matter = Matter()
        with pytest.raises(InputRefused, match="请写明撤销的理由"):
            actions.withdraw(matter.case, reason="", by=matter.officer, at=AT)
        actions.withdraw(matter.case, reason="批示已撤回", by=matter.officer, at=AT)
        assert (matter.case.state, matter.case.result) == (State.WITHDRAWN, "批示已撤回")
        with pytest.raises(StepRefused, match="不需要催办"):
            actions.chase(matter.case, text="请抓紧", means="电话", by=matter.officer, at=AT)

    def test_a_new_instruction_on_the_result_opens_a_new_round(self) -> None:
        matter = Matter().reviewed()
        first = matter.case.instruction
        again = factories.instruction(
            issue_=first.issue, leader_=first.leader, text="再请核实第三季度情况。"
        )
        before = rounds.round_before(again, matter.officer)
        assert before is matter.case
        second = factories.keep(
            actions.open_case(
                again,
                number=2,
                matter="再核实",
                demand="",
                lead=matter.handler.unit,
                supports=[],
                limit_days=5,
                calendar=WorkingCalendar(),
                by=matter.officer,
                at=AT,
                follows=before,
            )
        )
        assert matter.case.state == State.REOPENED
        assert rounds.rounds_of(second) == rounds.rounds_of(matter.case) == [matter.case, second]
        with pytest.raises(StepRefused, match="现在是“再批示”"):
            actions.reopen(matter.case, by=matter.officer, at=AT)

    def test_another_leaders_word_on_the_same_issue_is_no_second_round(self) -> None:
        matter = Matter().reviewed()
        other = factories.instruction(issue_=matter.case.instruction.issue)
        assert rounds.round_before(other, matter.officer) is None


@records
class TestExtension:
    def ask(self, matter: Matter, new: date, at: datetime = AT) -> Extension:
        made = actions.ask_extension(
            matter.case, reason="汛期施工受阻", progress="完成六成", new_due_on=new,
            by=matter.handler, at=at,
        )  # fmt: skip
        db.session.commit()
        return made

    def answer(self, matter: Matter, extension: Extension, *, granted: bool) -> None:
        actions.answer_extension(
            extension, matter.case, granted=granted, answer="请抓紧", by=matter.officer, at=AT
        )
        db.session.commit()

    def test_a_granted_one_moves_the_limit_and_a_refused_one_does_not(self) -> None:
        matter = Matter().received()
        was, new = matter.case.due_on, date(2026, 12, 18)
        refused = self.ask(matter, new)
        self.answer(matter, refused, granted=False)
        assert (refused.state, matter.case.due_on) == (ExtensionState.REFUSED, was)
        granted = self.ask(matter, new)
        self.answer(matter, granted, granted=True)
        assert (granted.state, matter.case.due_on) == (ExtensionState.GRANTED, new)
        with pytest.raises(StepRefused):
            self.answer(matter, granted, granted=False)
        moved = entries_of(db.session, f"followup_case:{matter.case.id}")[-1]
        assert moved.detail == {"was": was.isoformat(), "due_on": new.isoformat()}

    def test_it_is_asked_in_time_by_the_lead_unit_and_one_at_a_time(self) -> None:
        matter = Matter().received()
        later = matter.case.due_on + timedelta(days=7)
        with pytest.raises(InputRefused, match="应晚于原时限"):
            self.ask(matter, matter.case.due_on)
        after = datetime.combine(matter.case.due_on + timedelta(days=1), AT.timetz())
        with pytest.raises(StepRefused, match="已过办理时限"):
            self.ask(matter, later, at=after)
        with pytest.raises(StepRefused, match="由主办单位统一提出"):
            actions.ask_extension(
                matter.case, reason="x", progress="", new_due_on=later, by=matter.support, at=AT
            )
        self.ask(matter, later)
        with pytest.raises(StepRefused, match="还在等待答复"):
            self.ask(matter, later)
        matter.report()
        with pytest.raises(StepRefused, match="不需要延期"):
            self.ask(matter, later)


@records
class TestChase:
    def test_every_chase_is_counted_and_kept(self) -> None:
        matter = Matter()
        for text in ("请签收。", "请抓紧办理。"):
            actions.chase(matter.case, text=text, means="电话", by=matter.officer, at=AT)
        db.session.commit()
        assert [(one.number, one.text) for one in matter.case.chases] == [
            (1, "请签收。"),
            (2, "请抓紧办理。"),
        ]


@records
class TestAsSubmission:
    def test_the_instruction_goes_with_it_and_empty_parts_are_left_out(self) -> None:
        matter = Matter().received()
        final = matter.report()
        instruction = matter.case.instruction
        draft = actions.as_submission(matter.case, final, [instruction])
        assert draft.body.startswith("按照批示要求，现将办理情况报告如下。")
        assert draft.instructions == (
            {
                "origin": f"instruction:{instruction.id}",
                "leader": instruction.leader_name,
                "post": "副市长",
                "text": "请清溪县总结推广，并报市政府。",
                "date": "11月20日",
                "number": instruction.number_text,
            },
        )
        assert instruction.text not in draft.body
        assert "## 一、落实过程\n\n已推广到12个乡镇。" in draft.body
        assert "意见和建议" not in draft.body
        assert draft.kind == Kind.SUPERVISION
        assert draft.title.startswith(matter.handler.unit.short_name)


@records
class TestLists:
    def test_what_is_overdue_stands_first_and_the_figures_are_those_of_the_lists(self) -> None:
        officer = factories.person(Role.OFFICER)
        for days in (30, 2, 10):
            factories.case(limit_days=days)
        Matter().received().report()
        Matter().reviewed()
        withdrawn = Matter()
        actions.withdraw(withdrawn.case, reason="批示已撤回", by=withdrawn.officer, at=AT)
        db.session.commit()
        today = date(2026, 12, 1)
        counts = queries.counts(officer, today)
        assert counts == queries.Counts(
            running=5, overdue=1, to_review=1, to_show=1, to_look_back=0, closed=1
        )
        for name in ("running", "overdue", "to_review", "to_show", "closed"):
            page = queries.cases(officer, today=today, which=name)
            assert page.total == len(page.rows) == getattr(counts, name), name
        running = queries.cases(officer, today=today).rows
        assert running[0].limit_days == 2
        assert [one.due_on for one in running[1:]] == sorted(one.due_on for one in running[1:])

    def test_the_light_is_red_yellow_or_blue(self) -> None:
        case = Matter().received().case
        calendar = WorkingCalendar()
        assert case.due_on == date(2026, 12, 4)
        for today, light in (
            (date(2026, 11, 30), "blue"),
            (date(2026, 12, 1), "yellow"),
            (date(2026, 12, 4), "yellow"),
            (date(2026, 12, 5), "red"),
        ):
            assert queries.light(case, today, calendar) == light, today
        case.state = State.REVIEWED
        assert queries.light(case, date(2026, 12, 5), calendar) == ""

    def test_another_unit_knows_nothing_of_it(self) -> None:
        matter = Matter()
        other = factories.person(Role.HANDLER)
        today = date(2026, 12, 31)
        assert queries.counts(matter.handler, today).overdue == 1
        assert queries.counts(matter.support, today).overdue == 1
        assert queries.counts(other, today) == queries.Counts(0, 0, 0, 0, 0, 0)
        assert queries.cases(other, today=today, which="all").total == 0
