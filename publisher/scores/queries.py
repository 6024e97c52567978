"""In this file we ask what has earned points, what is not in the ledger yet, and who leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from publisher.clock import OFFICE_ZONE
from publisher.database import db
from publisher.editing.model import Item, ItemSource
from publisher.instructions.model import Instruction, Paper, PaperKind
from publisher.instructions.model import State as InstructionState
from publisher.issues.model import Issue, Placement
from publisher.people.model import Unit, UnitGroup
from publisher.publication.model import Publication, Step
from publisher.scores.model import Earned, Event, LedgerEntry, Rule
from publisher.serials.model import Serial
from publisher.submissions.model import State as SubmissionState
from publisher.submissions.model import Submission

AT_ONCE = 500


def rules() -> list[Rule]:
    """Every rule, the latest of each kind first."""
    statement = select(Rule).order_by(Rule.event, Rule.subject, Rule.effective_from.desc())
    return list(db.session.scalars(statement))


def rule(number: int) -> Rule | None:
    """The rule of that number."""
    return db.session.get(Rule, number)


def _has_rule(
    event: Event, subject: InstrumentedAttribute[Any], on: SQLColumnExpression[date]
) -> ColumnElement[bool]:
    """Whether something is worth points: what is worth none must not stand before what is."""
    return exists().where(Rule.event == event, Rule.subject == subject, Rule.effective_from <= on)


def unposted_adoptions() -> list[Earned]:
    """Items printed in published first editions whose points are not in the ledger yet."""
    posted = select(LedgerEntry.id).where(
        LedgerEntry.cause == literal("placement:") + cast(Placement.id, String)
    )
    statement = (
        select(Placement, Issue)
        .join(Issue, Placement.issue_id == Issue.id)
        .join(Publication, Publication.issue_id == Issue.id)
        .join(Serial, Issue.serial_id == Serial.id)
        .where(
            Publication.state == Step.PUBLISHED,
            Publication.taken_over_from == "",
            Issue.edition == 1,
            _has_rule(Event.ADOPTED, Serial.code, Issue.dated_on),
            ~posted.exists(),
        )
        .order_by(Placement.id)
        .options(
            joinedload(Placement.item).selectinload(Item.sources).joinedload(ItemSource.submission)
        )
        .limit(AT_ONCE)
    )
    return [
        Earned(
            event=Event.ADOPTED,
            subject=issue.serial.code,
            cause=f"placement:{placement.id}",
            on=issue.dated_on,
            units=[source.submission.unit for source in placement.item.sources],
            item_id=placement.item_id,
            note=placement.item.title,
        )
        for placement, issue in db.session.execute(statement).unique()
    ]


def unposted_higher_adoptions() -> list[Earned]:
    """Items that higher offices adopted whose points are not in the ledger yet.

    One of which nobody noted the level waits until somebody does.
    """
    posted = select(LedgerEntry.id).where(
        LedgerEntry.cause == literal("paper:") + cast(Paper.id, String)
    )
    statement = (
        select(Paper)
        .where(
            Paper.kind == PaperKind.ADOPTED,
            Paper.item_id.is_not(None),
            or_(false(), *_since_its_level_is_worth_points()),
            ~posted.exists(),
        )
        .order_by(Paper.id)
        .options(
            selectinload(Paper.item).selectinload(Item.sources).joinedload(ItemSource.submission)
        )
        .limit(AT_ONCE)
    )
    return [
        Earned(
            event=Event.ADOPTED_UP,
            subject=found.level.value,
            cause=f"paper:{found.id}",
            on=found.dated_on or found.kept_at.date(),
            units=[source.submission.unit for source in found.item.sources],
            item_id=found.item_id,
            note=found.item.title,
        )
        for found in db.session.scalars(statement).unique()
        if found.item is not None and found.level is not None
    ]


def _since_its_level_is_worth_points() -> Iterator[ColumnElement[bool]]:
    """From which day on an adoption is worth points, by the office's level.

    One without a date counts on the office's day on which it was noted, not on that of UTC.
    """
    earliest = select(Rule.subject, func.min(Rule.effective_from)).where(
        Rule.event == Event.ADOPTED_UP
    )
    for level, first in db.session.execute(earliest.group_by(Rule.subject)):
        noted = Paper.kept_at >= datetime.combine(first, time.min, OFFICE_ZONE)
        yield and_(
            type_coerce(Paper.level, String) == level,
            or_(Paper.dated_on >= first, and_(Paper.dated_on.is_(None), noted)),
        )


def unposted_instructions() -> list[Earned]:
    """Registered instructions on an item whose points are not in the ledger yet."""
    posted = select(LedgerEntry.id).where(
        LedgerEntry.cause == literal("instruction:") + cast(Instruction.id, String)
    )
    statement = (
        select(Instruction)
        .where(
            Instruction.state.not_in([InstructionState.RECORDED, InstructionState.VOID]),
            Instruction.is_restricted.is_(False),
            Instruction.item_id.is_not(None),
            _has_rule(Event.INSTRUCTED, Instruction.leader_level, Instruction.written_on),
            ~posted.exists(),
        )
        .order_by(Instruction.id)
        .options(
            selectinload(Instruction.item)
            .selectinload(Item.sources)
            .joinedload(ItemSource.submission)
        )
        .limit(AT_ONCE)
    )
    return [
        Earned(
            event=Event.INSTRUCTED,
            subject=found.leader_level.value if found.leader_level else "",
            cause=f"instruction:{found.id}",
            on=found.written_on,
            units=[source.submission.unit for source in found.item.sources],
            item_id=found.item_id,
            note=f"{found.leader_post}{found.leader_name}批示",
        )
        for found in db.session.scalars(statement).unique()
        if found.item is not None
    ]


@dataclass(frozen=True)
class Standing:
    """One unit's line of the ranking."""

    rank: int
    unit: Unit
    submitted: int
    """Sent in within the period; one that was given back and sent in again counts once, on the day
    it came in first."""
    used: int
    """Of those, how many an issue has used by now, in whatever version."""
    adopted: int
    """How often something of the unit's was printed within the period, whenever it was sent in; in
    two serials counts twice."""
    adopted_up: int
    """How often a higher office printed something of the unit's within the period."""
    instructed: int
    points: float

    @property
    def adoption_rate(self) -> str:
        """Of what was sent in within the period, the share that is used by now: never above 100 %.

        `adopted` is another count: it holds what was sent in before and what two serials printed.
        """
        return f"{self.used / self.submitted:.1%}" if self.submitted else "—"


def ranking(group: UnitGroup, start: date, end: date) -> list[Standing]:
    """The units of a group by points between two days, both included; equal points, equal rank."""
    first = datetime.combine(start, time.min, OFFICE_ZONE)
    last = datetime.combine(end, time.max, OFFICE_ZONE)
    submitted = _sent_in(first, last)
    earned: dict[int, dict[Event, tuple[int, float]]] = {}
    statement = (
        select(
            LedgerEntry.unit_id,
            LedgerEntry.event,
            func.count(),
            func.sum(LedgerEntry.points),
        )
        .where(LedgerEntry.on.between(start, end))
        .group_by(LedgerEntry.unit_id, LedgerEntry.event)
    )
    for unit_id, event, number, points in db.session.execute(statement):
        earned.setdefault(unit_id, {})[event] = (number, points or 0)
    units = db.session.scalars(
        select(Unit)
        .where(Unit.group == group, or_(Unit.is_active, Unit.id.in_(earned)))
        .order_by(Unit.position, Unit.id)
    )
    rows = [
        (
            round(sum(points for _n, points in earned.get(unit.id, {}).values()), 2),
            unit,
        )
        for unit in units
    ]
    rows.sort(key=lambda row: -row[0])
    standings: list[Standing] = []
    for place, (points, unit) in enumerate(rows, 1):
        same = standings and standings[-1].points == points
        standings.append(
            Standing(
                rank=standings[-1].rank if same else place,
                unit=unit,
                submitted=submitted.get(unit.id, (0, 0))[0],
                used=submitted.get(unit.id, (0, 0))[1],
                adopted=earned.get(unit.id, {}).get(Event.ADOPTED, (0, 0))[0],
                adopted_up=earned.get(unit.id, {}).get(Event.ADOPTED_UP, (0, 0))[0],
                instructed=earned.get(unit.id, {}).get(Event.INSTRUCTED, (0, 0))[0],
                points=points,
            )
        )
    return standings


def _sent_in(first: datetime, last: datetime) -> dict[int, tuple[int, int]]:
    """How many each unit sent in between two moments, and how many of those are used by now."""
    versions = (
        select(Submission.id, Submission.id.label("first"), Submission.unit_id, Submission.state)
        .where(Submission.replaces_id.is_(None), Submission.submitted_at.between(first, last))
        .cte("versions", recursive=True)
    )
    better = aliased(Submission)
    versions = versions.union_all(
        select(better.id, versions.c.first, versions.c.unit_id, better.state).join(
            versions, better.replaces_id == versions.c.id
        )
    )
    used = case((versions.c.state == SubmissionState.ADOPTED, versions.c.first))
    statement = select(
        versions.c.unit_id,
        func.count(versions.c.first.distinct()),
        func.count(used.distinct()),
    ).group_by(versions.c.unit_id)
    return {unit: (sent, taken) for unit, sent, taken in db.session.execute(statement)}


def adoptions(start: date, end: date) -> dict[int, dict[str, int]]:
    """How many items of each unit each serial printed between two days, by unit and code."""
    statement = (
        select(LedgerEntry.unit_id, Rule.subject, func.count())
        .join(Rule, LedgerEntry.rule_id == Rule.id)
        .where(LedgerEntry.event == Event.ADOPTED, LedgerEntry.on.between(start, end))
        .group_by(LedgerEntry.unit_id, Rule.subject)
    )
    found: dict[int, dict[str, int]] = {}
    for unit_id, code, number in db.session.execute(statement):
        found.setdefault(unit_id, {})[code] = number
    return found


def sent_as(origin: str) -> Submission | None:
    """The submission that a bulletin of that origin was made into."""
    statement = select(Submission).where(Submission.origin == origin).order_by(Submission.id)
    return db.session.scalars(statement.limit(1)).unique().one_or_none()


def ledger(unit_id: int, start: date, end: date) -> list[LedgerEntry]:
    """A unit's rows between two days, latest first."""
    statement = select(LedgerEntry).where(
        LedgerEntry.unit_id == unit_id, LedgerEntry.on.between(start, end)
    )
    return list(
        db.session.scalars(statement.order_by(LedgerEntry.on.desc(), LedgerEntry.id.desc()))
        .unique()
        .all()
    )
