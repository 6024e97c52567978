"""In this file we ask who uses a layout, and what it was before."""

from __future__ import annotations

from sqlalchemy import func, select

from publisher.database import db
from publisher.errors import NotFound
from publisher.issues.model import Issue
from publisher.serials import queries as serials
from publisher.typesetting.model import LayoutChange


def users_of_layouts() -> dict[str, list[str]]:
    """The names of the serials, those given up included, by their layout."""
    users: dict[str, list[str]] = {}
    for serial in serials.all_serials():
        users.setdefault(serial.layout, []).append(serial.name)
    return users


def issues_in(name: str) -> int:
    """How many signed issues name a layout."""
    named = Issue.frozen["layout"].as_string() == name
    return db.session.scalar(select(func.count(Issue.id)).where(named)) or 0


def changes_of(name: str) -> list[LayoutChange]:
    """What a layout was, newest first."""
    statement = select(LayoutChange).where(LayoutChange.layout == name)
    return list(db.session.scalars(statement.order_by(LayoutChange.id.desc())))


def last_change(name: str) -> LayoutChange | None:
    """The newest state of a layout that was saved."""
    statement = select(LayoutChange).where(LayoutChange.layout == name)
    return db.session.scalars(statement.order_by(LayoutChange.id.desc()).limit(1)).one_or_none()


def change_of(name: str, number: int) -> LayoutChange:
    """One saved state of a layout; raises `NotFound`."""
    found = db.session.get(LayoutChange, number)
    if found is None or found.layout != name:
        raise NotFound
    return found
