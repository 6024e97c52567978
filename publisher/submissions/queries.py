"""In this file we ask about submissions: the pool, a unit's own, one with its neighbours."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import selectinload

from publisher.database import db
from publisher.errors import NotFound
from publisher.paging import Page, page_of
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.submissions.model import Kind, State, Submission, SubmissionFile

LATEST_FIRST = (Submission.submitted_at.desc(), Submission.id.desc())


def visible_to(person: Person) -> ColumnElement[bool]:
    """What a person may know of: the desk all, a unit's head the unit's, others their own."""
    if person.may(Permission.Submissions.SEE_ALL):
        return true()
    own = Submission.submitted_by_id == person.id
    if person.may(Permission.Submissions.SEE_OWN_UNIT):
        return or_(own, Submission.unit_id == person.unit_id)
    return own


def submission(number: int, *, person: Person) -> Submission:
    """One submission with its files; raises `NotFound` where the person may not know of it."""
    statement = (
        select(Submission)
        .where(Submission.id == number, visible_to(person))
        .options(selectinload(Submission.files))
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def own(person: Person, *, state: State | None = None, page: int = 1) -> Page[Submission]:
    """What a person, or the unit for its head, has sent in; latest first."""
    mine: ColumnElement[bool] = Submission.submitted_by_id == person.id
    if person.may(Permission.Submissions.SEE_OWN_UNIT):
        mine = or_(mine, Submission.unit_id == person.unit_id)
    statement = select(Submission).where(mine)
    if state is not None:
        statement = statement.where(Submission.state == state)
    return page_of(statement, Submission.id, order=LATEST_FIRST, page=page)


def pool(
    *,
    state: State | None = State.SUBMITTED,
    kind: Kind | None = None,
    unit_id: int | None = None,
    words: str = "",
    page: int = 1,
) -> Page[Submission]:
    """What came in, the urgent first, then the oldest waiting."""
    statement = select(Submission)
    if state is not None:
        statement = statement.where(Submission.state == state)
    if kind is not None:
        statement = statement.where(Submission.kind == kind)
    if unit_id is not None:
        statement = statement.where(Submission.unit_id == unit_id)
    if words:
        statement = statement.where(Submission.title.contains(words, autoescape=True))
    urgent_first = Submission.kind != Kind.EMERGENCY
    longest_waiting = (urgent_first, Submission.submitted_at, Submission.id)
    order = longest_waiting if state == State.SUBMITTED else LATEST_FIRST
    return page_of(statement, Submission.id, order=order, page=page)


def count_by_state(person: Person) -> dict[State, int]:
    """How many submissions the person may know of stand in each state."""
    statement = (
        select(Submission.state, func.count()).where(visible_to(person)).group_by(Submission.state)
    )
    return {state: number for state, number in db.session.execute(statement)}  # noqa: C416


def already_sent(person: Person, form_key: str) -> Submission | None:
    """The submission a form has made already, when it is sent twice."""
    if not form_key:
        return None
    statement = select(Submission).where(
        Submission.submitted_by_id == person.id, Submission.form_key == form_key
    )
    return db.session.scalars(statement).unique().one_or_none()


def earlier_reports(person: Person) -> list[Submission]:
    """The staged reports of a person's unit that a new report may follow, latest first."""
    statement = (
        select(Submission)
        .where(Submission.unit_id == person.unit_id, Submission.stage.is_not(None))
        .order_by(Submission.submitted_at.desc())
        .limit(30)
    )
    return list(db.session.scalars(statement).unique())


def reports_of_event(one: Submission) -> list[Submission]:
    """All reports of the event that a submission belongs to, in their order."""
    first = one
    while first.follows is not None:
        first = first.follows
    found, last = [first], [first.id]
    while last:
        statement = (
            select(Submission)
            .where(Submission.follows_id.in_(last))
            .order_by(Submission.submitted_at)
        )
        following = list(db.session.scalars(statement).unique())
        found += following
        last = [submission.id for submission in following]
    return found


def versions_of(one: Submission) -> list[Submission]:
    """The returned submissions this one replaces, oldest first, and itself."""
    chain = [one]
    while chain[0].replaces is not None:
        chain.insert(0, chain[0].replaces)
    return chain


def file_of(submission_: Submission, number: int) -> SubmissionFile:
    """One file of a submission; raises `NotFound`."""
    for file in submission_.files:
        if file.id == number:
            return file
    raise NotFound


def report_of_unit(number: int, person: Person) -> Submission:
    """A staged report of a person's own unit; raises `NotFound`."""
    statement = select(Submission).where(
        Submission.id == number,
        Submission.unit_id == person.unit_id,
        Submission.stage.is_not(None),
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found
