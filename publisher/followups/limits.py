"""In this file the limit a leader names becomes the limit of the case (domain.md 4.1, step 13).

The office may set another one, but never without saying why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from publisher.errors import InputRefused
from publisher.followups.calendar import WorkingCalendar
from publisher.instructions.model import Instruction


@dataclass(frozen=True, kw_only=True)
class Limit:
    """By when a case is to be done, and why that is not what the leader named."""

    due_on: date
    days: int
    """Working days from the day of assignment."""
    reason: str = ""
    """Why the office departs from the leader's limit; empty where it keeps to it."""


def named_by_leader(instruction: Instruction, calendar: WorkingCalendar) -> date | None:
    """The day by which the leader wants it done, where he named a day or working days.

    Days count from the day he wrote, so a late opening does not make his limit longer.
    """
    if instruction.limit_on is not None:
        return instruction.limit_on
    if instruction.limit_days is not None:
        return calendar.after(instruction.written_on, instruction.limit_days)
    return None


def settled(
    instruction: Instruction,
    calendar: WorkingCalendar,
    *,
    today: date,
    days: int | None,
    reason: str = "",
) -> Limit:
    """The limit of a case opened today: the leader's where `days` is None, else so many days.

    Raises `InputRefused` for a limit that cannot be, and for one that departs from the leader's
    without a reason.
    """
    leaders = named_by_leader(instruction, calendar)
    if days is None:
        if leaders is None:
            raise InputRefused(_("请选择办理时限，或者另定工作日数。"), field="limit_class")
        if leaders < today:
            raise InputRefused(_("批示限定的期限已过，请另定时限并写明理由。"), field="limit_class")
        return Limit(due_on=leaders, days=calendar.between(today, leaders))
    if not 1 <= days <= 365:
        raise InputRefused(_("办理时限应在1至365个工作日之间。"), field="limit_days")
    due_on = calendar.after(today, days)
    if leaders is None or due_on == leaders:
        return Limit(due_on=due_on, days=days)
    if not reason.strip():
        raise InputRefused(_("时限与批示限定的不同，请写明理由。"), field="limit_reason")
    return Limit(due_on=due_on, days=days, reason=reason.strip())
