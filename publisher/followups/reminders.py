"""In this file the ladder of reminders is climbed: before a limit, on its day, and after it.

A rung is a number of working days from the limit, so the ladder moves with the limit. A rung that
passed while the worker was down is not made up for: a case is reminded of the highest rung it has
come to, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from publisher import history
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import Case, Reminder, Side

FARTHEST = 99
"""No rung stands farther from the limit than so many working days."""


def ladder(text: str) -> tuple[int, ...]:
    """The rungs of the setting `reminder_days`, such as "-3,-1,0,1,3,7"; empty for none."""
    return tuple(sorted({int(part) for part in text.replace("，", ",").split(",") if part.strip()}))


def rung_reached(
    due_on: date, today: date, rungs: Iterable[int], calendar: WorkingCalendar
) -> int | None:
    """The highest rung a limit has come to; None before the first.

    A day off counts as the working day before it, so nobody is reminded on a Sunday of what fell
    due on Friday.
    """
    passed = calendar.between(due_on, today)
    return max((rung for rung in rungs if rung <= passed), default=None)


def remind(
    cases: Iterable[Case],
    rungs: Sequence[int],
    calendar: WorkingCalendar,
    *,
    by: history.Actor,
    at: datetime,
) -> list[Reminder]:
    """Remind the units of the cases whose limit has come to a rung that nobody was told of yet.

    On days off nobody is reminded, nor on the day a case is assigned.
    """
    if not calendar.is_working(at.date()):
        return []
    made = []
    for case in cases:
        rung = rung_reached(case.due_on, at.date(), rungs, calendar)
        if rung is None or case.opened_at.date() == at.date():
            continue
        if any(one.due_on == case.due_on and one.rung >= rung for one in case.reminders):
            continue
        case.must_allow("remind", Side.SYSTEM)
        reminder = Reminder(due_on=case.due_on, rung=rung, at=at)
        case.reminders.append(reminder)
        history.record(case, "remind", by=by, at=at, rung=rung, due_on=case.due_on.isoformat())
        made.append(reminder)
    return made
