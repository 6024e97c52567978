"""In this file the parts of one matter are gathered, from any of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from publisher.clock import OFFICE_ZONE
from publisher.database import db
from publisher.editing.model import Item, ItemSource
from publisher.errors import NotFound
from publisher.followups.model import Case
from publisher.instructions.model import Instruction
from publisher.issues.model import Issue, Placement
from publisher.publication.model import Publication, Step
from publisher.submissions.model import Submission

MOST = 60
"""A matter of more parts than this is cut; no office's thread comes near."""


@dataclass
class Matter:
    """The numbers of all that belongs to one matter."""

    submissions: set[int] = field(default_factory=set)
    items: set[int] = field(default_factory=set)
    issues: set[int] = field(default_factory=set)
    instructions: set[int] = field(default_factory=set)
    cases: set[int] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)
    """The issues of which all is of the matter, not an item alone; what was said of such an issue
    as a whole belongs to it."""

    @property
    def size(self) -> int:
        """How many parts were found."""
        return sum(
            len(one)
            for one in (self.submissions, self.items, self.issues, self.instructions, self.cases)
        )

    def holds(self, key: str) -> bool:
        """Whether a part is among them."""
        kind, number = _part(key)
        return number in getattr(self, kind)


def _part(key: str) -> tuple[str, int]:
    """The kind, as `Matter` names it, and the number in submission:12; raises `NotFound`."""
    kind, _colon, number = key.partition(":")
    plural = {
        "submission": "submissions",
        "item": "items",
        "issue": "issues",
        "instruction": "instructions",
        "case": "cases",
    }.get(kind)
    if plural is None or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise NotFound
    return plural, int(number)


def gather(key: str) -> Matter:
    """Everything that hangs together with one part, the same from any of them; raises `NotFound`.

    An issue belongs to the matter of each item it prints, but only one that prints a single item
    is the same matter as the item.
    """
    kind, number = _part(key)
    matter, trail = Matter(), _Trail()
    getattr(matter, kind).add(number)
    if kind == "issues":
        matter.whole.add(number)
    before = -1
    while before != matter.size < MOST:
        before = matter.size
        _grow_by_submissions(matter, trail)
        _grow_by_items(matter, trail)
        _grow_by_instructions(matter, trail)
        _grow_by_cases(matter, trail)
        _grow_by_issues(matter, trail)
    return matter


class _Trail:
    """Which links were followed from which numbers, so that each is followed once."""

    def __init__(self) -> None:
        self._followed: dict[str, set[int]] = {}

    def new(self, link: str, numbers: set[int]) -> set[int]:
        """Those of the numbers from which a link was not followed yet; from now on it was."""
        followed = self._followed.setdefault(link, set())
        fresh = numbers - followed
        followed |= fresh
        return fresh


def _grow_by_submissions(matter: Matter, trail: _Trail) -> None:
    """Follow those before and after, those given back, and the items made of them."""
    if new := trail.new("submissions", matter.submissions):
        found = select(
            Submission.id, Submission.follows_id, Submission.replaces_id, Submission.origin
        ).where(
            or_(
                Submission.id.in_(new),
                Submission.follows_id.in_(new),
                Submission.replaces_id.in_(new),
            )
        )
        for own, follows, replaces, origin in db.session.execute(found):
            matter.submissions.update(number for number in (own, follows, replaces) if number)
            kind, _colon, number = origin.partition(":")
            if kind == "case" and number.isdigit():
                matter.cases.add(int(number))
    if new := trail.new("items of submissions", matter.submissions):
        made = select(ItemSource.item_id).where(ItemSource.submission_id.in_(new))
        matter.items.update(db.session.scalars(made))


def _grow_by_items(matter: Matter, trail: _Trail) -> None:
    """Follow what they are made of, what was written on them, and where they stand."""
    if new := trail.new("items", matter.items):
        for statement, known in (
            (
                select(ItemSource.submission_id).where(ItemSource.item_id.in_(new)),
                matter.submissions,
            ),
            (select(Instruction.id).where(Instruction.item_id.in_(new)), matter.instructions),
            (select(Placement.issue_id).where(Placement.item_id.in_(new)), matter.issues),
        ):
            known.update(db.session.scalars(statement))


def _grow_by_instructions(matter: Matter, trail: _Trail) -> None:
    """Follow what they stand on, and the cases they opened.

    What was said of one paper from elsewhere is one matter.
    """
    if new := trail.new("instructions", matter.instructions):
        on = select(Instruction.item_id, Instruction.issue_id, Instruction.paper_id).where(
            Instruction.id.in_(new)
        )
        papers = set()
        for item, issue, paper in db.session.execute(on):
            if item:
                matter.items.add(item)
            elif issue:
                matter.whole.add(issue)
            if paper:
                papers.add(paper)
        if papers := trail.new("papers", papers):
            said = select(Instruction.id).where(Instruction.paper_id.in_(papers))
            matter.instructions.update(db.session.scalars(said))
    if new := trail.new("cases of instructions", matter.instructions):
        opened = select(Case.id).where(Case.instruction_id.in_(new))
        matter.cases.update(db.session.scalars(opened))


def _grow_by_cases(matter: Matter, trail: _Trail) -> None:
    """Follow the rounds before and after, their instructions, and what was sent in of them."""
    if new := trail.new("cases", matter.cases):
        found = select(Case.id, Case.instruction_id, Case.follows_id).where(
            or_(Case.id.in_(new), Case.follows_id.in_(new))
        )
        for number, instruction, follows in db.session.execute(found):
            matter.cases.update(one for one in (number, follows) if one)
            matter.instructions.add(instruction)
    if new := trail.new("submissions of cases", matter.cases):
        origins = [f"case:{number}" for number in new]
        sent = select(Submission.id).where(Submission.origin.in_(origins))
        matter.submissions.update(db.session.scalars(sent))


def _grow_by_issues(matter: Matter, trail: _Trail) -> None:
    """Take in the issues spoken of as a whole, what was said of them, and their single item."""
    if new := trail.new("editions", matter.whole):
        editions = select(Issue.id, Issue.supersedes_id).where(
            or_(Issue.id.in_(new), Issue.supersedes_id.in_(new))
        )
        for pair in db.session.execute(editions):
            matter.whole.update(number for number in pair if number)
    matter.issues.update(matter.whole)
    if new := trail.new("issues", matter.issues):
        single = (
            select(Placement.issue_id, func.min(Placement.item_id))
            .where(Placement.issue_id.in_(new))
            .group_by(Placement.issue_id)
            .having(func.count() == 1)
        )
        for issue, item in db.session.execute(single):
            matter.whole.add(issue)
            matter.items.add(item)
    if new := trail.new("said of issues", matter.whole):
        said = select(Instruction.id).where(
            Instruction.issue_id.in_(new), Instruction.item_id.is_(None)
        )
        matter.instructions.update(db.session.scalars(said))


@dataclass(frozen=True)
class Event:
    """One thing that happened, as the page shows it."""

    at: datetime | date
    who: str
    what: str
    text: str = ""
    url: str = ""
    tone: str = ""
    known_at: datetime | None = None
    """When a thing of which only the day is known had been done at the latest."""

    @property
    def order(self) -> datetime:
        """A moment to sort by; a day counts from its last minute, after what happened on it."""
        if isinstance(self.at, datetime):
            return self.at
        end_of_day = datetime.combine(self.at, time(23, 59), OFFICE_ZONE)
        return min(end_of_day, self.known_at or end_of_day)


class Printing(NamedTuple):
    """An issue that came out, with the items of one matter in it."""

    issue: Issue
    publication: Publication
    items: list[Item]


def issues_printing(matter: Matter, issues: set[int]) -> list[Printing]:
    """Those of the published `issues` that belong to the matter, the first first."""
    statement = (
        select(Publication)
        .join(Publication.issue)
        .where(Issue.id.in_(matter.issues & issues), Publication.state == Step.PUBLISHED)
        .options(
            selectinload(Publication.issue)
            .selectinload(Issue.placements)
            .joinedload(Placement.item)
            .selectinload(Item.sources)
        )
        .order_by(Publication.published_at, Publication.id)
    )
    return [
        Printing(
            found.issue,
            found,
            [
                placement.item
                for placement in found.issue.placements
                if placement.item_id in matter.items
            ],
        )
        for found in db.session.scalars(statement).unique()
    ]
