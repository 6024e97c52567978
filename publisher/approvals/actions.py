"""In this file a subject is led along its route to a yes, and nobody says yes to himself alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _

from publisher import history
from publisher.approvals.model import Approval, ApprovalState, ApprovalStep, Decision
from publisher.errors import NotAllowed, StepRefused
from publisher.people.model import Person
from publisher.serials.model import RouteStep, RouteSubject


def ask(
    *,
    subject: str,
    subject_kind: RouteSubject,
    title: str,
    route: Sequence[RouteStep],
    authors: Iterable[int],
    by: Person,
    at: datetime,
) -> Approval:
    """Send a subject on its way; the route is copied, so that a later change does not touch it.

    Raises `StepRefused` where the serial has no route for it.
    """
    if not route:
        raise StepRefused(_("这个刊物还没有设置审批流程，请联系系统管理员。"))
    approval = Approval(
        subject=subject,
        subject_kind=subject_kind,
        title=title,
        authors=sorted({*authors, by.id}),
        asked_by=by,
        asked_at=at,
        steps=[
            ApprovalStep(position=number, name=step.name, role=step.role)
            for number, step in enumerate(route, 1)
        ],
    )
    approval.state = ApprovalState.UNDER_WAY
    history.record(approval, "ask_approval", by=by, at=at, of=subject)
    return approval


def pass_step(
    approval: Approval,
    *,
    by: Person,
    at: datetime,
    opinion: str = "",
    acting_for: Person | None = None,
) -> ApprovalStep:
    """Say yes at the current step; after the last one the approval has passed."""
    step = _decide(approval, Decision.PASSED, by=by, at=at, opinion=opinion, acting_for=acting_for)
    if all(one.decision == Decision.PASSED for one in approval.steps):
        approval.move_to(ApprovalState.PASSED, act="pass", by=by, at=at, of=approval.subject)
    return step


def return_step(
    approval: Approval,
    *,
    by: Person,
    at: datetime,
    opinion: str,
    acting_for: Person | None = None,
) -> ApprovalStep:
    """Say no at the current step with a reason; the subject goes back to its authors."""
    step = _decide(
        approval, Decision.RETURNED, by=by, at=at, opinion=opinion, acting_for=acting_for
    )
    approval.move_to(
        ApprovalState.RETURNED, act="return", by=by, at=at, of=approval.subject, reason=opinion
    )
    return step


def recall(approval: Approval, *, by: Person, at: datetime) -> None:
    """Take a subject back before the last yes."""
    approval.move_to(ApprovalState.RECALLED, act="recall", by=by, at=at, of=approval.subject)


def _decide(
    approval: Approval,
    decision: Decision,
    *,
    by: Person,
    at: datetime,
    opinion: str,
    acting_for: Person | None,
) -> ApprovalStep:
    step = approval.current
    if step is None:
        raise StepRefused(_("这一审批已经结束，不能再办。"))
    holder = acting_for or by
    if step.role not in holder.roles:
        raise NotAllowed(
            _("“%(step)s”这一步应由%(role)s办理。", step=step.name, role=step.role.word)
        )
    if decision == Decision.PASSED and approval.would_be_alone(by.id):
        raise NotAllowed(_("本人撰写的内容不能由本人一人核签，请另一位同事先行核稿。"))
    step.decision, step.decided_by, step.decided_at = decision, by, at
    step.decided_by_id = by.id
    step.opinion, step.acting_for = opinion.strip(), acting_for
    history.record(
        approval,
        "decide",
        by=by,
        at=at,
        of=approval.subject,
        step=step.name,
        decision=decision.value,
        acting_for=acting_for.name if acting_for else None,
        opinion=step.opinion,
    )
    return step
