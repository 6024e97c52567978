"""In this file we ask about old registers, and for what their rows may speak of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from publisher.attachments.model import Attachment
from publisher.database import db
from publisher.editing.model import Item
from publisher.errors import NotFound
from publisher.instructions.model import SERIES, Instruction, Paper, PaperKind
from publisher.issues.model import Issue, Placement
from publisher.issues.model import State as IssueState
from publisher.oldregister.cells import issue_in, plain_title
from publisher.oldregister.columns import Column
from publisher.oldregister.entries import Entry
from publisher.oldregister.model import ColumnMapping, OldEntry, OldRegister, Outcome, State
from publisher.paging import Page, page_of
from publisher.people.model import Mandate, Person, Unit
from publisher.serials.model import Serial

CAME_OUT = (IssueState.PUBLISHED, IssueState.CORRECTED, IssueState.ENTERED)


def registers(page: int) -> Page[OldRegister]:
    """Old registers, the latest first."""
    return page_of(select(OldRegister), OldRegister.id, order=(OldRegister.id.desc(),), page=page)


def register(number: int, *, to_change: bool = False) -> OldRegister:
    """One old register; raises `NotFound`."""
    statement = select(OldRegister).where(OldRegister.id == number)
    if to_change:
        statement = statement.with_for_update(of=OldRegister).execution_options(
            populate_existing=True
        )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def in_state(state: State) -> list[int]:
    """The registers in a state, the first first."""
    statement = select(OldRegister.id).where(OldRegister.state == state)
    return list(db.session.scalars(statement.order_by(OldRegister.id)))


def same_file(digest: str) -> OldRegister | None:
    """The register that came in as the very same file, and was not given up."""
    statement = (
        select(OldRegister)
        .join(OldRegister.attachment)
        .where(Attachment.digest == digest, OldRegister.state != State.DROPPED)
        .order_by(OldRegister.id)
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def mapping_for(headings: str) -> ColumnMapping | None:
    """What was said of columns with these headings the last time."""
    statement = select(ColumnMapping).where(ColumnMapping.headings == headings)
    return db.session.scalars(statement).one_or_none()


def counts(register_id: int) -> dict[Outcome, int]:
    """How many rows came to what."""
    statement = (
        select(OldEntry.outcome, func.count())
        .where(OldEntry.register_id == register_id)
        .group_by(OldEntry.outcome)
    )
    return dict(db.session.execute(statement).all())


def entries(
    register_id: int, page: int, *, doubtful: bool = True, outcome: Outcome | None = None
) -> Page[OldEntry]:
    """Its rows in order; those that are doubtful or were not taken over alone, where asked."""
    statement = select(OldEntry).where(OldEntry.register_id == register_id)
    if outcome is not None:
        statement = statement.where(OldEntry.outcome == outcome)
    elif doubtful:
        statement = statement.where(OldEntry.has_doubt)
    return page_of(statement, OldEntry.id, order=(OldEntry.id,), page=page)


def every_entry(register_id: int) -> list[OldEntry]:
    """All its rows in order."""
    statement = select(OldEntry).where(OldEntry.register_id == register_id)
    return list(db.session.scalars(statement.order_by(OldEntry.id)))


def sheets_done(register_id: int) -> set[str]:
    """The sheets of which rows were taken over or refused."""
    statement = select(OldEntry.sheet).where(OldEntry.register_id == register_id).distinct()
    return set(db.session.scalars(statement))


def rows_done(register_id: int) -> set[tuple[str, int]]:
    """Sheet and row of what is done already, when a job goes on after a crash."""
    statement = select(OldEntry.sheet, OldEntry.row).where(OldEntry.register_id == register_id)
    return {(sheet, row) for sheet, row in db.session.execute(statement)}


def entered_before(digests: Collection[str]) -> dict[str, OldEntry]:
    """The rows that became these instructions before."""
    statement = select(OldEntry).where(
        OldEntry.digest.in_(digests), OldEntry.outcome == Outcome.ENTERED
    )
    return {one.digest: one for one in db.session.scalars(statement)}


def entry(number: int) -> OldEntry | None:
    """One row."""
    return db.session.get(OldEntry, number)


def leaders() -> dict[str, Person]:
    """Everybody with a leader's level by name, where one alone has it."""
    statement = select(Person).where(Person.level.is_not(None)).order_by(Person.id)
    found: dict[str, list[Person]] = {}
    for one in db.session.scalars(statement).unique():
        found.setdefault(one.name, []).append(one)
    return {name: persons[0] for name, persons in found.items() if len(persons) == 1}


def units() -> dict[str, Unit]:
    """Every unit by short name and by name."""
    every = list(db.session.scalars(select(Unit).order_by(Unit.is_active, Unit.id)))
    return {one.short_name: one for one in every} | {one.name: one for one in every}


def secretaries() -> dict[int, list[int]]:
    """The numbers of each leader's secretaries."""
    found: dict[int, list[int]] = {}
    statement = select(Mandate.leader_id, Mandate.secretary_id)
    for leader, secretary in db.session.execute(statement):
        found.setdefault(leader, []).append(secretary)
    return found


def printed_items(titles: Collection[str]) -> dict[str, list[Item]]:
    """Items that came out, by their plain titles."""
    out = (
        select(Placement.item_id)
        .join(Issue, Placement.issue_id == Issue.id)
        .where(Issue.state.in_(CAME_OUT))
    )
    statement = select(Item).where(Item.id.in_(out), Item.title.in_(titles))
    found: dict[str, list[Item]] = {}
    for one in db.session.scalars(statement).unique():
        found.setdefault(plain_title(one.title), []).append(one)
    return found


def issues_of_items(items: Collection[int]) -> dict[int, Issue]:
    """The newest edition that printed each item."""
    statement = (
        select(Placement.item_id, Issue)
        .join(Issue, Placement.issue_id == Issue.id)
        .where(Placement.item_id.in_(items), Issue.state.in_(CAME_OUT))
        .order_by(Issue.edition, Issue.id)
    )
    return dict(db.session.execute(statement).unique().all())


def issues_named(entries_: Sequence[Entry]) -> dict[tuple[str, int, int], Issue]:
    """The issues whose serial and number the rows name."""
    named = [
        found
        for one in entries_
        for column in (Column.CARRIER, Column.TITLE)
        if (found := issue_in(one.text(column))) is not None
    ]
    statement = (
        select(Serial.name, Issue)
        .join(Issue, Issue.serial_id == Serial.id)
        .where(
            Serial.name.in_({one[0].strip("《》") for one in named}),
            Issue.number.in_({one[2] for one in named}),
            Issue.state.in_(CAME_OUT),
        )
        .order_by(Issue.edition, Issue.id)
    )
    return {
        (name, issue.year or 0, issue.number or 0): issue
        for name, issue in db.session.execute(statement).unique()
    }


def old_papers(titles: Collection[str]) -> dict[tuple[str, str], Paper]:
    """Papers of old registers by title and carrier."""
    statement = select(Paper).where(Paper.kind == PaperKind.OLD, Paper.title.in_(titles))
    return {(one.title, one.number): one for one in db.session.scalars(statement).unique()}


def numbers_taken(years: Collection[int]) -> set[tuple[int, int]]:
    """Year and number of the office's own instructions of these years."""
    statement = select(Instruction.year, Instruction.number).where(
        Instruction.series == SERIES,
        Instruction.year.in_(years),
        Instruction.number.is_not(None),
    )
    return {(year or 0, number or 0) for year, number in db.session.execute(statement)}
