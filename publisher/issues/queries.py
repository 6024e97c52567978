"""In this file we ask about issues: lists, one issue with all it needs, the pool, its photos."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from publisher.attachments.model import Attachment
from publisher.database import db
from publisher.editing import queries as items
from publisher.editing.model import Item, ItemFile, ItemSource, Revision
from publisher.editing.model import State as ItemState
from publisher.errors import NotFound
from publisher.issues.model import SIGNED_FOR_GOOD, Check, Issue, Placement, State
from publisher.issues.source import photo_keys
from publisher.paging import Page, page_of
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.serials.model import Serial, Series
from publisher.submissions.model import Submission, SubmissionFile

WORKS_ON = (
    Permission.Issues.COMPILE,
    Permission.Issues.SIGN,
    Permission.Approvals.DECIDE,
)
"""Who holds one of these sees issues in work; who may only watch sees them once signed."""


def works_on_issues(person: Person) -> bool:
    """Whether a person sees issues in work."""
    return any(person.may(permission) for permission in WORKS_ON)


def _known_to(person: Person) -> Select[Issue]:
    statement = select(Issue)
    if not works_on_issues(person):
        statement = statement.where(Issue.state.in_(SIGNED_FOR_GOOD))
    return statement


def issues(
    person: Person,
    *,
    serial_id: int | None = None,
    state: State | None = None,
    year: int | None = None,
    page: int = 1,
) -> Page[Issue]:
    """The issues a person of the office may know of, the latest first."""
    statement = _known_to(person)
    if serial_id is not None:
        statement = statement.where(Issue.serial_id == serial_id)
    if state is not None:
        statement = statement.where(Issue.state == state)
    if year is not None:
        statement = statement.where(
            Issue.dated_on >= date(year, 1, 1), Issue.dated_on <= date(year, 12, 31)
        )
    return page_of(
        statement,
        Issue.id,
        order=(Issue.dated_on.desc(), Issue.id.desc()),
        page=page,
        options=[selectinload(Issue.placements)],
    )


def years() -> list[int]:
    """The years that have issues, the latest first."""
    first, last = db.session.execute(
        select(func.min(Issue.dated_on), func.max(Issue.dated_on))
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def issue(number: int, *, person: Person | None = None, to_change: bool = False) -> Issue:
    """One issue with its placements, items and photos; raises `NotFound`.

    With `to_change` the row is locked, so that two persons' acts on it come one after the other.
    """
    statement = (_known_to(person) if person else select(Issue)).where(Issue.id == number)
    statement = statement.options(
        selectinload(Issue.placements)
        .joinedload(Placement.item)
        .options(
            selectinload(Item.sources)
            .joinedload(ItemSource.submission)
            .selectinload(Submission.files)
            .joinedload(SubmissionFile.attachment),
            selectinload(Item.files).joinedload(ItemFile.attachment),
        ),
        selectinload(Issue.readers),
    )
    if to_change:
        statement = statement.with_for_update(of=Issue).execution_options(populate_existing=True)
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def pool(serial_id: int) -> list[Item]:
    """The approved items of a serial that stand in no issue yet, the longest waiting first."""
    statement = (
        select(Item)
        .where(Item.serial_id == serial_id, Item.state == ItemState.APPROVED)
        .options(selectinload(Item.sources))
        .order_by(Item.made_at, Item.id)
    )
    return list(db.session.scalars(statement).unique())


def empty_one_like(serial: Serial, series: Series, dated_on: date, by: Person) -> Issue | None:
    """The issue the same person opened for the same day and has put nothing into yet."""
    statement = (
        select(Issue)
        .where(
            Issue.serial_id == serial.id,
            Issue.series == series,
            Issue.dated_on == dated_on,
            Issue.compiled_by_id == by.id,
            Issue.state == State.ARRANGING,
            Issue.edition == 1,
            ~Issue.placements.any(),
        )
        .order_by(Issue.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def correction_of(issue_: Issue) -> Issue | None:
    """The edition that puts an issue right, whether in work or published; never a cancelled one."""
    statement = (
        select(Issue)
        .where(Issue.supersedes_id == issue_.id, Issue.state != State.CANCELLED)
        .order_by(Issue.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def check_of(issue_id: int, digest: str) -> Check | None:
    """What was found in this content of an issue, where it was looked through."""
    statement = select(Check).where(Check.issue_id == issue_id, Check.digest == digest)
    return db.session.scalars(statement).one_or_none()


def confirmed_before(issue_id: int) -> frozenset[str]:
    """The sentences of the soft faults with which the latest other issue was sent for signing."""
    statement = (
        select(Check.faults)
        .where(Check.confirmed_at.is_not(None), Check.issue_id != issue_id)
        .order_by(Check.confirmed_at.desc())
        .limit(1)
    )
    faults = db.session.scalars(statement).one_or_none()
    return frozenset(one["sentence"] for one in faults or ())


def latest_signed(serial: Serial, series: Series) -> Issue | None:
    """The signed issue of a series with the latest day, the one of the highest number of it."""
    statement = (
        select(Issue)
        .where(
            Issue.serial_id == serial.id,
            Issue.series == series,
            Issue.edition == 1,
            Issue.state.in_(SIGNED_FOR_GOOD),
        )
        .order_by(Issue.dated_on.desc(), Issue.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def menders_of(issue_: Issue) -> set[int]:
    """The numbers of those who put items right while these stood in an issue in work."""
    statement = select(Revision.by_id).where(
        Revision.item_id.in_([one.item.id for one in issue_.placements]), Revision.in_proof
    )
    return set(db.session.scalars(statement))


def mended_since_yes(issue_: Issue) -> set[int]:
    """The numbers of the items whose latest text was made after their own yes, in proof."""
    latest = (
        select(Revision.item_id, func.max(Revision.number).label("number"))
        .where(Revision.item_id.in_([one.item_id for one in issue_.placements]))
        .group_by(Revision.item_id)
        .subquery()
    )
    statement = select(Revision.item_id).join(
        latest, (Revision.item_id == latest.c.item_id) & (Revision.number == latest.c.number)
    )
    return set(db.session.scalars(statement.where(Revision.in_proof)))


def photos_of(issue_: Issue, source: Mapping[str, Any]) -> dict[str, str]:
    """The digest of each photo that a source names and that belongs to one of its items, by key.

    A correction may also name what the edition before it printed.
    """
    known = dict(issue_.frozen_photos or {}) if issue_.edition > 1 else {}
    for placement in issue_.placements:
        known |= {str(photo.id): photo.digest for photo in items.photos(placement.item)}
    return {key: known[key] for key in photo_keys(source) if key in known}


def photo_of(issue_: Issue, key: str) -> Attachment:
    """A photo an issue prints, by its key in the text; raises `NotFound`."""
    digest = (issue_.frozen_photos or {}).get(key)
    if digest is None:
        for placement in issue_.placements:
            for photo in items.photos(placement.item):
                if str(photo.id) == key:
                    return photo
        raise NotFound
    found = db.session.get(Attachment, int(key)) if re.fullmatch(r"\d{1,9}", key) else None
    if found is None or found.digest != digest:
        raise NotFound
    return found
