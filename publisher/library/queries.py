"""In this file we ask what a reader may read, has read and has noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from publisher.database import db
from publisher.errors import NotFound
from publisher.issues.model import Issue, IssueReader, Placement, State
from publisher.issues.source import articles
from publisher.library.model import Annotation, AnnotationState, ReadMark
from publisher.paging import PER_PAGE, Page, page_of
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.publication.model import Publication, Step

READABLE = (State.PUBLISHED, State.CORRECTED)
"""What readers see; a withdrawn issue is for the office alone."""
NOTHING: dict[str, list[Any]] = {"sections": []}


@dataclass(frozen=True)
class Row:
    """One issue in the list of the reading room."""

    publication: Publication
    is_read: bool

    @property
    def issue(self) -> Issue:
        """The issue itself."""
        return self.publication.issue

    @property
    def titles(self) -> list[str]:
        """What the issue prints, as it prints it."""
        return [str(article["title"]) for article in articles(self.issue.frozen or NOTHING)]


def readable_by(person: Person) -> ColumnElement[bool]:
    """Which published issues a person may read: the office all, others what names them a reader."""
    if person.may(Permission.Publication.WATCH):
        return Issue.state.in_([*READABLE, State.WITHDRAWN])
    named = exists().where(
        IssueReader.issue_id == Issue.id, IssueReader.token.in_(people.access_tokens(person))
    )
    return and_(Issue.state.in_(READABLE), named)


def issues(
    person: Person,
    *,
    serial_id: int | None = None,
    year: int | None = None,
    on: date | None = None,
    unread: bool = False,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[Row]:
    """The issues a person may read, the latest first; a corrected edition gives way to the new."""
    read = exists().where(ReadMark.issue_id == Issue.id, ReadMark.person_id == person.id)
    statement = (
        select(Publication)
        .join(Publication.issue)
        .where(
            Publication.state == Step.PUBLISHED, readable_by(person), Issue.state != State.CORRECTED
        )
    )
    if serial_id is not None:
        statement = statement.where(Issue.serial_id == serial_id)
    if year is not None:
        statement = statement.where(Issue.year == year)
    if on is not None:
        statement = statement.where(Issue.dated_on == on)
    if unread:
        statement = statement.where(~read)
    found = page_of(
        statement,
        Publication.id,
        order=(Issue.dated_on.desc(), Publication.published_at.desc(), Publication.id.desc()),
        page=page,
        options=[joinedload(Publication.issue).undefer(Issue.frozen)],
        per_page=per_page,
    )
    seen = _read_by(person, [one.issue_id for one in found.rows])
    rows = [Row(one, one.issue_id in seen) for one in found.rows]
    return Page(rows, found.total, found.page, found.per_page)


def _read_by(person: Person, issue_ids: Sequence[int]) -> set[int]:
    """Which of the issues a person has marked as read."""
    statement = select(ReadMark.issue_id).where(
        ReadMark.person_id == person.id, ReadMark.issue_id.in_(issue_ids)
    )
    return set(db.session.scalars(statement))


def publication(issue_id: int, person: Person) -> Publication:
    """A published issue the person may read; raises `NotFound` for every other."""
    statement = (
        select(Publication)
        .join(Publication.issue)
        .where(
            Publication.issue_id == issue_id,
            Publication.state == Step.PUBLISHED,
            readable_by(person),
        )
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def newer_edition(issue: Issue, person: Person) -> Issue | None:
    """The published edition that puts an issue right, where the person may read it."""
    statement = (
        select(Issue)
        .join(Publication, Publication.issue_id == Issue.id)
        .where(
            Issue.supersedes_id == issue.id,
            Publication.state == Step.PUBLISHED,
            readable_by(person),
        )
    )
    return db.session.scalars(statement).unique().first()


def neighbours(issue: Issue, person: Person) -> tuple[int | None, int | None]:
    """The numbers of the issues before and after, of the same serial, that the person may read."""
    later = or_(
        Issue.dated_on > issue.dated_on,
        and_(Issue.dated_on == issue.dated_on, Issue.id > issue.id),
    )
    readable = (
        select(Issue.id)
        .join(Publication, Publication.issue_id == Issue.id)
        .where(
            Issue.serial_id == issue.serial_id,
            Issue.id != issue.id,
            Issue.state != State.CORRECTED,
            Publication.state == Step.PUBLISHED,
            readable_by(person),
        )
        .limit(1)
    )
    before = readable.where(~later).order_by(Issue.dated_on.desc(), Issue.id.desc())
    after = readable.where(later).order_by(Issue.dated_on, Issue.id)
    return db.session.scalar(before), db.session.scalar(after)


def read_mark(issue_id: int, person: Person) -> ReadMark | None:
    """That a person has read an issue, where it is so."""
    statement = select(ReadMark).where(
        ReadMark.issue_id == issue_id, ReadMark.person_id == person.id
    )
    return db.session.scalars(statement).unique().one_or_none()


def read_marks(issue_id: int) -> list[ReadMark]:
    """Who has read an issue, in the order of reading."""
    statement = select(ReadMark).where(ReadMark.issue_id == issue_id).order_by(ReadMark.at)
    return list(db.session.scalars(statement).unique())


def annotations_on(issue_id: int, person: Person) -> list[Annotation]:
    """The annotations on an issue that a person sees: the own, and the released ones."""
    statement = (
        select(Annotation)
        .where(
            Annotation.issue_id == issue_id,
            or_(
                Annotation.state == AnnotationState.RELEASED,
                and_(
                    Annotation.person_id == person.id, Annotation.state == AnnotationState.PRIVATE
                ),
            ),
        )
        .order_by(Annotation.at, Annotation.id)
    )
    return list(db.session.scalars(statement).unique())


def own_annotation(number: int, person: Person) -> Annotation:
    """An annotation of the person's own; raises `NotFound`."""
    statement = select(Annotation).where(
        Annotation.id == number,
        Annotation.person_id == person.id,
        Annotation.state != AnnotationState.REMOVED,
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def placements(issue_id: int) -> list[Placement]:
    """The items of an issue in their order."""
    statement = (
        select(Placement)
        .where(Placement.issue_id == issue_id)
        .options(joinedload(Placement.item))
        .order_by(Placement.position)
    )
    return list(db.session.scalars(statement).unique())


def years(person: Person) -> list[int]:
    """The years a person finds issues of, the latest first."""
    statement = select(Issue.year).where(readable_by(person), Issue.year.is_not(None)).distinct()
    return sorted((year for year in db.session.scalars(statement) if year), reverse=True)
