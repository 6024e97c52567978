"""In this file a subject is led to a yes: the route, two persons, substitutes, every step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import product

import pytest

from publisher.approvals import actions, queries
from publisher.approvals.model import Approval, ApprovalState, Decision
from publisher.database import db
from publisher.errors import NotAllowed, NotFound, StepRefused
from publisher.history import entries_of
from publisher.people import actions as people
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.serials.model import RouteStep, RouteSubject
from tests import factories

records = pytest.mark.usefixtures("records")
ROUTE = (("核稿", Role.CHECKER), ("签发", Role.DIRECTOR))


def asked(
    by: Person,
    *,
    at: datetime,
    authors: Sequence[Person] = (),
    route: Sequence[tuple[str, Role]] = ROUTE,
    kind: RouteSubject = RouteSubject.ITEM,
) -> Approval:
    return factories.keep(
        actions.ask(
            subject="item:1",
            subject_kind=kind,
            title="清溪县推行“一窗通办”",
            route=[
                RouteStep(subject=kind, position=number, name=name, role=role)
                for number, (name, role) in enumerate(route, 1)
            ],
            authors=[one.id for one in authors],
            by=by,
            at=at,
        )
    )


class TestStates:
    @pytest.mark.parametrize(("here", "there"), list(product(ApprovalState, ApprovalState)))
    def test_every_step_of_the_table_is_taken_and_no_other(
        self, here: ApprovalState, there: ApprovalState, at: datetime
    ) -> None:
        approval = Approval(
            subject="item:1",
            subject_kind=RouteSubject.ITEM,
            title="题",
            authors=[],
            asked_by=None,  # type: ignore[arg-type]
            asked_at=at,
        )
        approval.state = here
        if there in Approval.NEXT[here]:
            approval.move_to(there, act="try", by=factories.SYSTEM, at=at)
            assert approval.state == there
        else:
            with pytest.raises(StepRefused, match=f"现在是“{here.source_word}”"):
                approval.move_to(there, act="try", by=factories.SYSTEM, at=at)
            assert approval.state == here

    def test_the_table_names_every_state(self) -> None:
        assert set(Approval.NEXT) == set(ApprovalState)


@records
class TestRoute:
    def test_it_is_what_the_serial_says(self, at: datetime) -> None:
        serial = factories.serial(
            steps=[
                RouteStep(subject=RouteSubject.ITEM, position=1, name="初核", role=Role.CHECKER),
                RouteStep(subject=RouteSubject.ITEM, position=2, name="复核", role=Role.CHECKER),
                RouteStep(subject=RouteSubject.ITEM, position=3, name="终审", role=Role.DIRECTOR),
            ]
        )
        route = serial.route(RouteSubject.ITEM)
        approval = asked(
            factories.person(), at=at, route=[(step.name, step.role) for step in route]
        )
        assert [step.name for step in approval.steps] == ["初核", "复核", "终审"]

    def test_a_route_changed_later_does_not_touch_what_is_under_way(self, at: datetime) -> None:
        approval = asked(factories.person(), at=at)
        step = approval.steps[0]
        actions.pass_step(approval, by=factories.person(Role.CHECKER), at=at)
        assert (step.name, step.decision) == ("核稿", Decision.PASSED)
        assert approval.current is approval.steps[1]

    def test_a_serial_without_a_route_sends_nothing(self, at: datetime) -> None:
        with pytest.raises(StepRefused, match="没有设置审批流程"):
            asked(factories.person(), at=at, route=())

    def test_steps_are_passed_in_their_order_and_the_last_yes_ends_it(self, at: datetime) -> None:
        checker, director = factories.person(Role.CHECKER), factories.person(Role.DIRECTOR)
        approval = asked(factories.person(), at=at)
        with pytest.raises(NotAllowed, match="这一步应由核稿人办理"):
            actions.pass_step(approval, by=director, at=at)
        actions.pass_step(approval, by=checker, at=at, opinion=" 同意。 ")
        assert approval.state == ApprovalState.UNDER_WAY
        with pytest.raises(NotAllowed, match="应由签发人办理"):
            actions.pass_step(approval, by=checker, at=at)
        actions.pass_step(approval, by=director, at=at)
        assert approval.state == ApprovalState.PASSED
        assert approval.current is None
        assert [step.opinion for step in approval.steps] == ["同意。", ""]

    def test_what_is_over_takes_no_decision(self, at: datetime) -> None:
        editor, checker = factories.person(), factories.person(Role.CHECKER)
        approval = asked(editor, at=at)
        actions.return_step(approval, by=checker, at=at, opinion="数字请核实。")
        for again in (actions.pass_step, actions.return_step):
            with pytest.raises(StepRefused, match="已经结束"):
                again(approval, by=checker, at=at, opinion="同意")
        with pytest.raises(StepRefused):
            actions.recall(approval, by=editor, at=at)

    def test_history_tells_who_decided_what(self, at: datetime) -> None:
        approval = asked(factories.person(), at=at)
        actions.return_step(approval, by=factories.person(Role.CHECKER), at=at, opinion="请补。")
        db.session.commit()
        told = entries_of(db.session, f"approval:{approval.id}")
        assert [one.act for one in told] == ["ask_approval", "decide", "return"]
        assert told[1].detail["opinion"] == "请补。"


@records
class TestTwoPersons:
    def test_nobody_signs_alone_what_he_alone_wrote_and_checked(self, at: datetime) -> None:
        one = factories.person(Role.EDITOR, Role.CHECKER, Role.DIRECTOR, name="周全")
        approval = asked(one, at=at)
        actions.pass_step(approval, by=one, at=at)
        assert approval.would_be_alone(one.id)
        with pytest.raises(NotAllowed, match="不能由本人一人核签"):
            actions.pass_step(approval, by=one, at=at)
        assert approval.state == ApprovalState.UNDER_WAY

    def test_a_route_of_one_step_is_no_way_round_it(self, at: datetime) -> None:
        one = factories.person(Role.EDITOR, Role.DIRECTOR)
        approval = asked(one, at=at, route=(("签发", Role.DIRECTOR),))
        with pytest.raises(NotAllowed):
            actions.pass_step(approval, by=one, at=at)
        actions.pass_step(approval, by=factories.person(Role.DIRECTOR), at=at)
        assert approval.state == ApprovalState.PASSED

    def test_who_wrote_may_sign_after_another_checked(self, at: datetime) -> None:
        one = factories.person(Role.EDITOR, Role.DIRECTOR)
        approval = asked(one, at=at)
        actions.pass_step(approval, by=factories.person(Role.CHECKER), at=at)
        actions.pass_step(approval, by=one, at=at)
        assert approval.state == ApprovalState.PASSED

    def test_who_did_not_write_may_check_and_sign(self, at: datetime) -> None:
        one = factories.person(Role.CHECKER, Role.DIRECTOR)
        approval = asked(factories.person(), at=at)
        for _step in approval.steps:
            actions.pass_step(approval, by=one, at=at)
        assert approval.state == ApprovalState.PASSED

    def test_he_may_still_return_his_own(self, at: datetime) -> None:
        one = factories.person(Role.EDITOR, Role.CHECKER, Role.DIRECTOR)
        approval = asked(one, at=at)
        actions.pass_step(approval, by=one, at=at)
        actions.return_step(approval, by=one, at=at, opinion="发现错字。")
        assert approval.state == ApprovalState.RETURNED

    def test_signing_for_an_absent_person_is_still_signing_oneself(
        self, at: datetime, today: date
    ) -> None:
        one = factories.person(Role.EDITOR, Role.CHECKER)
        director = factories.person(Role.DIRECTOR)
        substitute(director, by=one, day=today)
        approval = asked(one, at=at)
        actions.pass_step(approval, by=one, at=at)
        with pytest.raises(NotAllowed, match="不能由本人一人核签"):
            actions.pass_step(approval, by=one, at=at, acting_for=director)


def substitute(absent: Person, *, by: Person, day: date) -> None:
    factories.keep(
        people.name_substitute(
            absent,
            substitute=by,
            from_day=day,
            until_day=day,
            reason="外出学习",
            by=factories.SYSTEM,
            at=factories.AT,
        )
    )


@records
class TestSubstitutes:
    def test_a_substitute_decides_for_the_absent_and_both_are_named(
        self, at: datetime, today: date
    ) -> None:
        checker, other = factories.person(Role.CHECKER), factories.person(Role.DIRECTOR)
        substitute(checker, by=other, day=today)
        approval = asked(factories.person(), at=at)
        absent = queries.acting_for(approval, other, today)
        assert absent is checker
        step = actions.pass_step(approval, by=other, at=at, acting_for=absent)
        assert (step.decided_by, step.acting_for) == (other, checker)

    def test_it_holds_on_the_named_days_only(self, at: datetime, today: date) -> None:
        checker, other = factories.person(Role.CHECKER), factories.person(Role.DIRECTOR)
        substitute(checker, by=other, day=today)
        approval = asked(factories.person(), at=at)
        assert queries.may_decide(approval, other, today)
        for day in (date(2026, 11, 19), date(2026, 11, 21)):
            assert not queries.may_decide(approval, other, day)
            assert queries.acting_for(approval, other, day) is None

    def test_who_holds_the_role_himself_acts_for_nobody(self, at: datetime, today: date) -> None:
        checker, other = factories.person(Role.CHECKER), factories.person(Role.CHECKER)
        substitute(checker, by=other, day=today)
        assert queries.acting_for(asked(factories.person(), at=at), other, today) is None


@records
class TestWaiting:
    def test_each_sees_what_waits_for_his_step(self, at: datetime, today: date) -> None:
        checker, director = factories.person(Role.CHECKER), factories.person(Role.DIRECTOR)
        first = asked(factories.person(), at=at)
        second = asked(factories.person(), at=at, kind=RouteSubject.ISSUE)
        assert queries.waiting_for(checker, today) == [first, second]
        assert queries.waiting_for(checker, today, kind=RouteSubject.ISSUE) == [second]
        assert queries.waiting_for(director, today) == []
        actions.pass_step(first, by=checker, at=at)
        db.session.commit()
        assert queries.waiting_for(checker, today) == [second]
        assert queries.waiting_for(director, today) == [first]

    def test_the_latest_approval_of_a_subject_is_the_one(self, at: datetime) -> None:
        first = asked(factories.person(), at=at)
        actions.recall(first, by=first.asked_by, at=at)
        second = asked(factories.person(), at=at)
        assert queries.of_subject("item:1") is second
        assert queries.all_of_subject("item:1") == [first, second]
        assert queries.of_subject("item:2") is None

    def test_an_approval_that_is_not_there_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            queries.approval(99)
