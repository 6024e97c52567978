"""In this file the office asks: send a call out, note that it was read, end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _

from publisher import history
from publisher.calls.model import Call, CallKind, CallState, CallUnit
from publisher.errors import InputRefused
from publisher.people.model import Person, Unit


def send_out(
    *,
    kind: CallKind,
    title: str,
    text: str,
    due_on: date,
    units: Sequence[Unit],
    number: int,
    by: Person,
    at: datetime,
) -> Call:
    """Ask units for items by a day; a solicitation names them, a priority list asks all.

    `number` is the next of the kind's register in this year.
    """
    if kind == CallKind.SOLICITATION and not units:
        raise InputRefused(_("约稿须指定单位。"), field="units")
    if due_on < at.date():
        raise InputRefused(_("截止日期不能早于今天。"), field="due_on")
    call = Call(
        kind=kind,
        title=title.strip(),
        text=text,
        due_on=due_on,
        made_by=by,
        made_at=at,
        year=at.year,
        number=number,
        asked=[CallUnit(unit=unit) for unit in dict.fromkeys(units)],
    )
    call.state = CallState.OPEN
    history.record(call, "send_out", by=by, at=at, units=[unit.name for unit in units])
    return call


def note_read(call: Call, *, by: Person, at: datetime) -> None:
    """Note that a unit has opened a call it was asked, once."""
    for asked in call.asked:
        if asked.unit_id == by.unit_id and asked.read_at is None:
            asked.read_at = at
            history.record(call, "read", by=by, at=at)


def end(call: Call, *, by: Person, at: datetime) -> None:
    """End a call; what comes in later is not counted as its answer."""
    call.move_to(CallState.ENDED, act="end", by=by, at=at)
