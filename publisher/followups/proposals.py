"""In this file the supervision section proposes what is done (拟办) and the director decides.

Two people, where the office wants it by its setting (domain.md 4.1, step 12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from publisher import history
from publisher.errors import InputRefused, NotAllowed, StepRefused
from publisher.followups import limits
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import Proposal, ProposalState
from publisher.instructions.model import Instruction
from publisher.instructions.model import State as InstructionState
from publisher.people.model import Person, Unit


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is proposed for an instruction: who does what by when."""

    matter: str
    demand: str
    lead: Unit
    supports: Sequence[Unit]
    limit_days: int | None
    """Working days; None for the limit the leader named."""
    limit_reason: str = ""
    """Why it is another than the leader named."""


def propose(
    instruction: Instruction,
    plan: Plan | None,
    *,
    calendar: WorkingCalendar,
    by: Person,
    at: datetime,
    remark: str = "",
) -> Proposal:
    """Propose a case, or with no plan that there be none; the director decides (拟办).

    Raises `InputRefused` for a limit that cannot be, see `limits.settled`.
    """
    if instruction.state not in {InstructionState.REGISTERED, InstructionState.NOTED}:
        raise StepRefused(_("这件批示现在是“%(state)s”，不能拟办。", state=instruction.state.word))
    made = Proposal(
        instruction=instruction,
        opens=plan is not None,
        remark=remark.strip(),
        proposed_by=by,
        proposed_at=at,
    )
    if plan is not None:
        made.matter, made.demand = plan.matter.strip(), plan.demand.strip()
        limit = limits.settled(
            instruction,
            calendar,
            today=at.date(),
            days=plan.limit_days,
            reason=plan.limit_reason,
        )
        made.lead, made.limit_days, made.limit_reason = plan.lead, limit.days, limit.reason
        made.by_leaders_limit = plan.limit_days is None
        made.support_ids = [unit.id for unit in plan.supports]
    made.state = ProposalState.PROPOSED
    history.record(made, "propose", by=by, at=at, to_state=made.state.value, opens=made.opens)
    return made


def agree(proposal: Proposal, *, answer: str, by: Person, at: datetime) -> None:
    """The director agrees; the case is opened, or the instruction noted, in the same breath."""
    if proposal.proposed_by_id == by.id:
        raise NotAllowed(_("拟办和审定须是两个人。"))
    proposal.move_to(ProposalState.AGREED, act="decide", by=by, at=at, answer=answer)
    proposal.decided_by, proposal.decided_at, proposal.answer = by, at, answer.strip()


def give_back(proposal: Proposal, *, reason: str, by: Person, at: datetime) -> None:
    """The director gives a proposal back with what is to be thought of."""
    if not reason.strip():
        raise InputRefused(_("请写明退回的理由。"), field="answer")
    proposal.move_to(ProposalState.RETURNED, act="return", by=by, at=at, reason=reason)
    proposal.decided_by, proposal.decided_at, proposal.answer = by, at, reason.strip()
