"""In this file we ask what a reader may read, has read and has noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from publisher.database import db
from publisher.errors import NotFound
from publisher.issues.model import Issue, IssueReader, Placement, State
from publisher.issues.source import articles
from publisher.library.anchors import Passage
from publisher.library.model import (
    Annotation,
    AnnotationReader,
    AnnotationState,
    ReadingChoice,
    ReadMark,
)
from publisher.paging import PER_PAGE, Page, page_of
from publisher.people import queries as people
from publisher.people.model import Person, RoleGrant
from publisher.people.permission import Permission, Role
from publisher.publication.model import Publication, Step

READABLE = (State.PUBLISHED, State.CORRECTED, State.ENTERED)
"""What readers see; a withdrawn issue is for the office alone."""
NOTHING: dict[str, list[Any]] = {"sections": []}
CHARACTERS_A_MINUTE = 400
"""How fast an issue is read: the middle of 300 to 500 Chinese characters a minute."""


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

    @property
    def minutes(self) -> int:
        """How long it takes to read, in minutes, at least one."""
        printed = self.issue.frozen or NOTHING
        characters = len(str(printed.get("editor_note", ""))) + sum(
            len(str(one["title"])) + len(str(one["body"])) for one in articles(printed)
        )
        return max(1, round(characters / CHARACTERS_A_MINUTE))


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
    counted: bool = True,
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
        counted=counted,
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


def may_read(issue_id: int, person: Person) -> bool:
    """Whether an issue came out and is for the person."""
    statement = (
        select(Publication.id)
        .join(Publication.issue)
        .where(
            Publication.issue_id == issue_id,
            Publication.state == Step.PUBLISHED,
            readable_by(person),
        )
    )
    return db.session.scalar(statement) is not None


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


def not_read_by(issue: Issue) -> list[Person]:
    """Leaders, and people named as readers, who may read an issue and have not yet.

    Others may read it, but nobody waits for them.
    """
    tokens = {reader.token for reader in issue.readers}
    read = select(ReadMark.person_id).where(ReadMark.issue_id == issue.id)
    named = [int(token[7:]) for token in tokens if token[:7] == "person:" and token[7:].isdigit()]
    awaited = select(Person).options(people.WITH_ROLES)
    awaited = awaited.where(
        Person.active,
        Person.id.not_in(read),
        or_(
            Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == Role.LEADER)),
            Person.id.in_(named),
        ),
    )
    found = db.session.scalars(awaited.order_by(Person.protocol_order, Person.id)).unique()
    return [person for person in found if people.access_tokens(person) & tokens]


def type_size(person: Person) -> int:
    """The size of type a person reads in, in percent."""
    choice = db.session.get(ReadingChoice, person.id)
    return choice.type_size if choice else 100


def reading_choice(person: Person) -> ReadingChoice:
    """What a person has chosen, or the usual, still to be added to the session."""
    return db.session.get(ReadingChoice, person.id) or ReadingChoice(person_id=person.id)


def editions_before(issue: Issue) -> list[Issue]:
    """The editions an issue puts right, the latest first."""
    found: list[Issue] = []
    while issue.supersedes is not None:
        issue = issue.supersedes
        found.append(issue)
    return found


def publications_of(issue_ids: Sequence[int]) -> list[Publication]:
    """The publications of these issues that have come out."""
    statement = select(Publication).where(
        Publication.issue_id.in_(issue_ids), Publication.state == Step.PUBLISHED
    )
    return list(db.session.scalars(statement).unique())


def passage_of(annotation: Annotation) -> Passage:
    """Where a remark stands on its own edition."""
    return Passage(
        block=annotation.block,
        start=annotation.start,
        quote=annotation.quote,
        prefix=annotation.prefix,
        suffix=annotation.suffix,
    )


def _seen_by(person: Person) -> ColumnElement[bool]:
    """The remarks a person sees: the own, those for the issue's readers, those that name him."""
    named = exists().where(
        AnnotationReader.annotation_id == Annotation.id, AnnotationReader.person_id == person.id
    )
    return or_(
        Annotation.state == AnnotationState.RELEASED,
        and_(Annotation.state == AnnotationState.NAMED, named),
        and_(Annotation.person_id == person.id, Annotation.state != AnnotationState.REMOVED),
    )


def annotations_on(issue_ids: Sequence[int], person: Person) -> list[Annotation]:
    """The remarks on these editions that a person sees, without the answers to them."""
    statement = (
        select(Annotation)
        .where(
            Annotation.issue_id.in_(issue_ids), Annotation.reply_to_id.is_(None), _seen_by(person)
        )
        .options(selectinload(Annotation.readers))
        .order_by(Annotation.at, Annotation.id)
    )
    return list(db.session.scalars(statement).unique())


def replies_to(annotation_ids: Sequence[int]) -> dict[int, list[Annotation]]:
    """The answers to remarks, the earliest first."""
    statement = (
        select(Annotation)
        .where(
            Annotation.reply_to_id.in_(annotation_ids),
            Annotation.state != AnnotationState.REMOVED,
        )
        .order_by(Annotation.at, Annotation.id)
    )
    found: dict[int, list[Annotation]] = {}
    for one in db.session.scalars(statement).unique():
        found.setdefault(one.reply_to_id or 0, []).append(one)
    return found


def seen_annotation(number: int, person: Person) -> Annotation:
    """A remark a person sees, on an issue the person may read; raises `NotFound`."""
    statement = (
        select(Annotation)
        .join(Annotation.issue)
        .where(
            Annotation.id == number,
            Annotation.reply_to_id.is_(None),
            _seen_by(person),
            readable_by(person),
        )
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def already_noted(person: Person, form_key: str) -> Annotation | None:
    """The remark a form has made already, when it is sent twice."""
    if not form_key:
        return None
    statement = select(Annotation).where(
        Annotation.person_id == person.id, Annotation.form_key == form_key
    )
    return db.session.scalars(statement).unique().one_or_none()


def fellow_readers(issue: Issue, person: Person) -> list[Person]:
    """Those who may read an issue and write notes, for a remark to name."""
    tokens = {reader.token for reader in issue.readers}
    statement = select(Person).where(Person.active, Person.id != person.id)
    statement = statement.options(people.WITH_ROLES)
    everyone = db.session.scalars(statement.order_by(Person.protocol_order, Person.id)).unique()
    return [
        one
        for one in everyone
        if one.may(Permission.Library.ANNOTATE)
        and (one.may(Permission.Publication.WATCH) or people.access_tokens(one) & tokens)
    ]


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
