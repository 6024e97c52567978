"""In this file we ask about calls."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, true

from publisher.calls.model import SERIES, Call, CallKind, CallState, CallUnit
from publisher.database import db
from publisher.errors import NotFound
from publisher.people.model import Person
from publisher.people.permission import Permission


def visible_to(person: Person) -> ColumnElement[bool]:
    """The desk sees every call; a unit sees priorities and what it was asked for."""
    if person.may(Permission.Calls.MANAGE) or person.may(Permission.Submissions.SEE_ALL):
        return true()
    asked = select(CallUnit.call_id).where(CallUnit.unit_id == person.unit_id)
    return or_(Call.kind == CallKind.PRIORITY, Call.id.in_(asked))


def call(number: int) -> Call:
    """The call of that number; raises `NotFound`."""
    found = db.session.get(Call, number)
    if found is None:
        raise NotFound
    return found


def call_for(number: int, person: Person) -> Call:
    """A call the person may know of; raises `NotFound`."""
    statement = select(Call).where(Call.id == number, visible_to(person))
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def by_number(series: str, year: int, number: int, person: Person) -> int | None:
    """The call of a number on paper, 约稿〔2026〕3号, where the person may know of it."""
    kinds = [kind for kind, word in SERIES.items() if word == series]
    statement = select(Call.id).where(
        Call.kind.in_(kinds), Call.year == year, Call.number == number, visible_to(person)
    )
    return db.session.scalar(statement)


def calls_for(person: Person, *, state: CallState | None = None) -> Sequence[Call]:
    """The calls a person may know of, the nearest day first."""
    statement = select(Call).where(visible_to(person))
    if state is not None:
        statement = statement.where(Call.state == state)
    return list(db.session.scalars(statement.order_by(Call.due_on.desc(), Call.id)).unique())


def open_calls(person: Person) -> int:
    """How many open calls a person's unit has been asked."""
    statement = select(func.count(Call.id)).where(visible_to(person), Call.state == CallState.OPEN)
    return db.session.scalar(statement) or 0
