"""In this file we ask about old files: lists, one of them, and what is here already."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from publisher.attachments.model import Attachment
from publisher.database import db
from publisher.errors import NotFound
from publisher.issues.model import Issue
from publisher.issues.numbering import NEVER_RESTARTS
from publisher.paging import Page, page_of
from publisher.publication.model import Publication, Step
from publisher.retrospect.drafts import Known
from publisher.retrospect.model import OldFile, State
from publisher.serials.model import Counter, RunningTotal, Section, Serial, Series

HELD = (State.WAITING, State.REVIEW, State.ENTERED)
"""A file in one of these counts as here."""


@dataclass(frozen=True)
class Counted:
    """The last number and running total a series has given."""

    number: int
    total: int


def old_files(state: State | None, page: int) -> Page[OldFile]:
    """Old files, the latest first."""
    statement = select(OldFile)
    if state is not None:
        statement = statement.where(OldFile.state == state)
    return page_of(statement, OldFile.id, order=(OldFile.id.desc(),), page=page)


def counts() -> dict[State, int]:
    """How many files there are in each state."""
    statement = select(OldFile.state, func.count().label("number")).group_by(OldFile.state)
    return {one.state: one.number for one in db.session.execute(statement)}


def old_file(number: int, *, to_change: bool = False) -> OldFile:
    """One old file; raises `NotFound`."""
    statement = select(OldFile).where(OldFile.id == number)
    if to_change:
        statement = statement.with_for_update(of=OldFile).execution_options(populate_existing=True)
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def next_in_review(after: int) -> int | None:
    """The file to look at after this one."""
    statement = (
        select(OldFile.id)
        .where(OldFile.state == State.REVIEW, OldFile.id != after)
        .order_by((OldFile.id > after).desc(), OldFile.id)
        .limit(1)
    )
    return db.session.scalar(statement)


def waiting() -> list[int]:
    """Files that were taken in and not read yet, the first first."""
    statement = select(OldFile.id).where(OldFile.state == State.WAITING).order_by(OldFile.id)
    return list(db.session.scalars(statement))


def same_original(digest: str, besides: int) -> OldFile | None:
    """Another file of the same content that is here."""
    statement = (
        select(OldFile)
        .join(OldFile.attachment)
        .where(Attachment.digest == digest, OldFile.id != besides, OldFile.state.in_(HELD))
        .order_by(OldFile.id)
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def same_number(serial_id: int, series: Series, year: int, number: int) -> Issue | None:
    """The issue that bears this number already, whatever became of it."""
    statement = (
        select(Issue)
        .where(
            Issue.serial_id == serial_id,
            Issue.series == series,
            Issue.year == year,
            Issue.number == number,
        )
        .order_by(Issue.edition.desc())
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def same_total(serial_id: int, series: Series, total: int) -> Issue | None:
    """The issue that bears this running total already."""
    statement = (
        select(Issue)
        .where(Issue.serial_id == serial_id, Issue.series == series, Issue.total == total)
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def counted(serial: Serial, series: Series, year: int) -> Counted:
    """What the serial's counters say of that year."""
    of = year if serial.restarts_yearly else NEVER_RESTARTS
    number = db.session.scalar(
        select(Counter.last_number).where(
            Counter.serial_id == serial.id, Counter.series == series, Counter.year == of
        )
    )
    total = db.session.scalar(
        select(RunningTotal.last_total).where(
            RunningTotal.serial_id == serial.id, RunningTotal.series == series
        )
    )
    return Counted(number or 0, total or 0)


def known() -> Known:
    """The serials and sections that a masthead or a contents list may name."""
    serials = tuple(db.session.scalars(select(Serial.name).order_by(Serial.id)))
    return Known(serials, frozenset(db.session.scalars(select(Section.name).distinct())))


def serial_named(name: str) -> Serial | None:
    """The serial of that name."""
    return db.session.scalars(select(Serial).where(Serial.name == name)).unique().one_or_none()


def of_issue(issue_id: int) -> OldFile | None:
    """The file an issue came in as, none for one that was made here."""
    statement = select(OldFile).where(OldFile.issue_id == issue_id, OldFile.state == State.ENTERED)
    return db.session.scalars(statement).unique().first()


def in_states(numbers: list[int], states: set[State]) -> set[int]:
    """Which of the files are in one of these states."""
    statement = select(OldFile.id).where(OldFile.id.in_(numbers), OldFile.state.in_(states))
    return set(db.session.scalars(statement))


def archived(numbers: list[int]) -> set[int]:
    """Which of the files lie in the archive."""
    statement = (
        select(OldFile.id)
        .join(Publication, Publication.issue_id == OldFile.issue_id)
        .where(
            OldFile.id.in_(numbers),
            OldFile.state == State.ENTERED,
            Publication.state == Step.PUBLISHED,
        )
    )
    return set(db.session.scalars(statement))
