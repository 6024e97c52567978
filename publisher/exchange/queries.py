"""In this file we ask what of an export is here already, and for papers that came with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from publisher.database import db
from publisher.editing.model import Item, ItemSource
from publisher.errors import NotFound
from publisher.exchange.model import PastPaper, TakenOver
from publisher.filing.model import Filed
from publisher.issues.model import Issue, Placement
from publisher.people.model import Person, Unit
from publisher.publication.model import Publication, Step
from publisher.serials.model import Serial, Series

AT_ONCE = 50
"""So many objects are read together."""


def object_ids() -> list[str]:
    """The archive's name of every issue that came out, in order."""
    statement = select(Publication.object_id).where(Publication.state == Step.PUBLISHED).distinct()
    return list(db.session.scalars(statement.order_by(Publication.object_id)))


def leaving(object_ids: Iterable[str]) -> dict[str, list[Publication]]:
    """The published editions of objects with all that their records tell, the first first."""
    statement = (
        select(Publication)
        .where(Publication.object_id.in_(list(object_ids)), Publication.state == Step.PUBLISHED)
        .order_by(Publication.object_id, Publication.object_version)
        .options(
            selectinload(Publication.issue).options(
                undefer(Issue.frozen_photos),
                selectinload(Issue.readers),
                selectinload(Issue.placements)
                .joinedload(Placement.item)
                .selectinload(Item.sources)
                .joinedload(ItemSource.submission),
            )
        )
    )
    found: dict[str, list[Publication]] = {}
    for one in db.session.scalars(statement).unique():
        found.setdefault(one.object_id, []).append(one)
    return found


def filed(object_ids: Iterable[str]) -> dict[str, Filed]:
    """The archive numbers of objects."""
    statement = select(Filed).where(Filed.object_id.in_(list(object_ids)))
    return {one.object_id: one for one in db.session.scalars(statement).unique()}


def codes_of_units() -> dict[str, int]:
    """The number of each unit by its code."""
    rows = db.session.execute(select(Unit.code, Unit.id))
    return {row.code: row.id for row in rows}


def taken_over(object_id: str) -> TakenOver | None:
    """That an object came in from another instance, where it did."""
    statement = select(TakenOver).where(TakenOver.object_id == object_id)
    return db.session.scalars(statement).unique().one_or_none()


def editions(object_id: str) -> dict[int, Publication]:
    """The editions of an object that are here, by number."""
    statement = (
        select(Publication)
        .where(Publication.object_id == object_id)
        .options(selectinload(Publication.issue))
    )
    found = db.session.scalars(statement).unique()
    return {one.issue.edition: one for one in found}


def serials_named(code: str, name: str) -> tuple[Serial | None, Serial | None]:
    """The serial with that code, and the one with that name."""
    statement = select(Serial).where(or_(Serial.code == code, Serial.name == name))
    found = list(db.session.scalars(statement).unique())
    return (
        next((one for one in found if one.code == code), None),
        next((one for one in found if one.name == name), None),
    )


def same_number(serial_id: int, edition: Mapping[str, Any]) -> Issue | None:
    """An issue that bears the number or the running total of an edition already."""
    numbers = and_(Issue.year == edition["year"], Issue.number == edition["number"])
    totals = and_(Issue.total == edition["total"], Issue.total.is_not(None))
    statement = (
        select(Issue)
        .where(
            Issue.serial_id == serial_id,
            Issue.series == Series(edition["series"]),
            Issue.edition == edition["edition"],
            or_(numbers, totals),
        )
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def is_filed_otherwise(object_id: str, given: Mapping[str, Any]) -> bool:
    """Whether an archive number is another object's, or the object has another one."""
    place = and_(
        Filed.year == given["year"],
        Filed.retention == given["retention"],
        Filed.organ == given["organ"],
        Filed.number == given["number"],
    )
    statement = select(Filed.object_id, Filed.archive_number).where(
        or_(Filed.archive_number == given["archive_number"], place, Filed.object_id == object_id)
    )
    own = (object_id, given["archive_number"])
    return any((name, number) != own for name, number in db.session.execute(statement))


def units_like(given: Iterable[Mapping[str, Any]]) -> dict[str, Unit]:
    """The units that are here, by code and by name."""
    every = list(given)
    statement = select(Unit).where(
        or_(
            Unit.code.in_([one["code"] for one in every]),
            Unit.name.in_([one["name"] for one in every]),
        )
    )
    found: dict[str, Unit] = {}
    for unit in db.session.scalars(statement):
        found[unit.code] = found[unit.name] = unit
    return found


def items_named(names: Mapping[str, str]) -> dict[str, Item]:
    """The items that came in before, by what the archive calls them."""
    numbers = {int(here.partition("-")[2]): name for name, here in names.items()}
    statement = select(Item).where(Item.id.in_(numbers))
    return {numbers[item.id]: item for item in db.session.scalars(statement).unique()}


def person(number: int) -> Person:
    """The person of that number; raises `NotFound`."""
    found = db.session.get(Person, number)
    if found is None:
        raise NotFound
    return found


def papers_of(object_id: str) -> dict[str, PastPaper]:
    """The papers of an object that came in before, by their place."""
    statement = select(PastPaper).where(PastPaper.object_id == object_id)
    return {one.path: one for one in db.session.scalars(statement).unique()}


def on_issue(issue_ids: Iterable[int]) -> list[PastPaper]:
    """The papers that came with these issues, in the order of their places."""
    statement = select(PastPaper).where(PastPaper.issue_id.in_(list(issue_ids)))
    return list(db.session.scalars(statement.order_by(PastPaper.path)).unique())


def paper(number: int) -> PastPaper:
    """One paper; raises `NotFound`."""
    statement = select(PastPaper).where(PastPaper.id == number).options(joinedload(PastPaper.issue))
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def fellows(found: PastPaper) -> list[PastPaper]:
    """The other papers that came with the same object."""
    statement = select(PastPaper).where(
        PastPaper.object_id == found.object_id, PastPaper.id != found.id
    )
    return list(db.session.scalars(statement.order_by(PastPaper.path)).unique())


def papers_version(object_id: str) -> int | None:
    """The version of an object whose papers came with it."""
    statement = select(TakenOver.papers_version).where(TakenOver.object_id == object_id)
    return db.session.scalar(statement)
