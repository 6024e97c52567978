"""In this file instructions and results are brought into the archive, some time after they change.

What changed is noted in the transaction of the act (`publisher/publication/outbox.py`), so nothing
is lost with a process. Each minute the worker looks for what has settled; however often something
changed meanwhile, that is one version. Done again it makes no second one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from publisher.config import Settings
from publisher.database import db
from publisher.errors import PublisherError
from publisher.filing import records
from publisher.followups.model import Case, Report
from publisher.instructions.model import Instruction, Paper
from publisher.publication import audit, papers
from publisher.publication.model import Publication, Step

logger = logging.getLogger(__name__)
SETTLED = timedelta(minutes=10)
"""So long after the first change of an object its papers are kept, with what changed meanwhile."""
NAMED = re.compile(r"named-(\d{6,})")
"""The archive's name of an instruction for named people only."""
ELSEWHERE = re.compile(r"paper-(\d{6,})")
"""The archive's name of a paper from elsewhere, with what was written on it."""


_ON_A_PAPER = and_(
    Instruction.paper_id.is_not(None),
    Instruction.issue_id.is_(None),
    Instruction.is_restricted.is_(False),
)
"""What stands on a paper alone: where an issue of ours carried the item, it lies with the issue."""


@dataclass
class _Waiting:
    """What waits for one object."""

    since: datetime
    numbers: list[int] = field(default_factory=list)


def named_object(instruction_id: int) -> str:
    """The archive's name of an instruction for named people only; it tells no issue."""
    return f"named-{instruction_id:06d}"


def paper_object(paper_id: int) -> str:
    """The archive's name of a paper that is no issue of ours; what was written on it lies there."""
    return f"paper-{paper_id:06d}"


_elsewhere: list[Callable[[str], int | None]] = []


def come_with(find: Callable[[str], int | None]) -> Callable[[str], int | None]:
    """Register who knows in which version of an object papers came from another instance."""
    _elsewhere.append(find)
    return find


@audit.knows_objects
def _named_objects() -> Iterable[str]:
    statement = select(Instruction.id).where(
        Instruction.is_restricted, Instruction.number.is_not(None)
    )
    return [named_object(number) for number in db.session.scalars(statement)]


@audit.knows_objects
def _papers_from_elsewhere() -> Iterable[str]:
    statement = select(Instruction.paper_id).where(_ON_A_PAPER, Instruction.number.is_not(None))
    return [paper_object(number) for number in db.session.scalars(statement.distinct()) if number]


def take_up(at: datetime, office: Settings, *, all_at_once: bool = False) -> None:
    """Keep the papers of every object that has settled; one that fails holds up no other.

    `all_at_once` waits for nothing, as where a whole story has been told in a minute.
    """
    waiting = _waiting()
    db.session.rollback()
    for name, one in waiting.items():
        if not all_at_once and one.since > at - SETTLED:
            continue
        try:
            _bring(name, one.numbers, office, at)
        except (PublisherError, OSError):
            logger.exception("The papers of %s were not kept", name)
        except IntegrityError:
            logger.info("The papers of %s were kept by another worker", name)
        db.session.rollback()


def _waiting() -> dict[str, _Waiting]:
    """What waits, by object; what concerns no object any more is let go."""
    due = papers.due()
    objects = _objects([key for _number, key, _at in due])
    found: dict[str, _Waiting] = {}
    idle = []
    for number, key, told_at in due:
        name = objects.get(key)
        if name is None:
            idle.append(number)
        else:
            one = found.setdefault(name, _Waiting(told_at))
            one.since = min(one.since, told_at)
            one.numbers.append(number)
    if idle:
        papers.dismiss(idle)
    return found


def _objects(keys: Iterable[str]) -> dict[str, str]:
    """The object of each key; none for what has no number yet or has not come out.

    Registering an instruction and announcing an issue are told as well, so nothing is missed.
    """
    wanted: dict[str, set[int]] = {"instruction": set(), "issue": set(), "adoption": set()}
    for key in keys:
        kind, _colon, number = key.partition(":")
        wanted[kind].add(int(number))
    published = (
        select(Publication.issue_id, Publication.object_id)
        .where(Publication.state == Step.PUBLISHED)
        .where(Publication.issue_id.in_(wanted["issue"]))
    )
    found = {f"issue:{number}": name for number, name in db.session.execute(published)}
    found |= {f"adoption:{number}": paper_object(number) for number in wanted["adoption"]}
    came_out = and_(
        Publication.issue_id == Instruction.issue_id, Publication.state == Step.PUBLISHED
    )
    registered = (
        select(
            Instruction.id,
            Instruction.is_restricted,
            Instruction.issue_id,
            Instruction.paper_id,
            Publication.object_id,
        )
        .outerjoin(Publication, came_out)
        .where(Instruction.id.in_(wanted["instruction"]), Instruction.number.is_not(None))
    )
    for one, is_restricted, issue_id, paper_id, name in db.session.execute(registered):
        lies = name
        if issue_id is None and paper_id is not None:
            lies = paper_object(paper_id)
        if lies is not None:
            found[f"instruction:{one}"] = named_object(one) if is_restricted else lies
    return found


def _bring(name: str, numbers: list[int], office: Settings, at: datetime) -> None:
    """Bring one object's papers into the archive, where they are not there as they are now."""
    is_alone = NAMED.fullmatch(name) is not None or ELSEWHERE.fullmatch(name) is not None
    drawer, known = _drawer(name), papers.archived(name)
    beside = None if is_alone else papers.latest_edition(name)
    title = beside.title if beside else _title_of(name)
    kept = known.digest if known else ""
    if beside is None and not is_alone:
        return  # The next edition is on its way; it is told of when it comes out.
    if not drawer and not kept:
        papers.dismiss(numbers)
        return
    foreign = next((one for find in _elsewhere if (one := find(name)) is not None), None)
    db.session.rollback()
    # Files are read and written while the database is free for others.
    files = {path: drawn.read(office.files_path) for path, drawn in drawer.items()}
    if foreign is not None:
        files = papers.apart(files) | papers.of_version(name, foreign, office)
    version = beside.version if beside else None
    digest = papers.digest_of(files, version)
    if digest == kept:
        papers.dismiss(numbers)
        return
    made = papers.keep(name, files, beside, office, title=title, at=at)
    papers.conclude(name, made, version, digest, numbers, at=at)


def _title_of(name: str) -> str:
    """What an object that stands alone is called; what only named people may know tells nothing."""
    found = ELSEWHERE.fullmatch(name)
    paper = db.session.get(Paper, int(found[1])) if found else None
    return paper.name if paper else "限定知悉范围"


def _drawer(name: str) -> records.Drawer:
    """The files of an object's papers, as the records are now."""
    statement = (
        select(Instruction)
        .where(Instruction.number.is_not(None))
        .options(
            selectinload(Instruction.files),
            selectinload(Instruction.addressees),
            selectinload(Instruction.pages),
            joinedload(Instruction.item),
            joinedload(Instruction.registered_by),
        )
        .order_by(Instruction.id)
    )
    if named := NAMED.fullmatch(name):
        statement = statement.where(Instruction.id == int(named[1]), Instruction.is_restricted)
    elif elsewhere := ELSEWHERE.fullmatch(name):
        statement = statement.where(Instruction.paper_id == int(elsewhere[1]), _ON_A_PAPER)
    else:
        editions = select(Publication.issue_id).where(
            Publication.object_id == name, Publication.state == Step.PUBLISHED
        )
        statement = statement.where(
            Instruction.issue_id.in_(editions), Instruction.is_restricted.is_(False)
        )
    instructions = list(db.session.scalars(statement).unique())
    cases = (
        select(Case)
        .where(Case.instruction_id.in_([one.id for one in instructions]))
        .options(
            selectinload(Case.reports).selectinload(Report.files),
            selectinload(Case.look_backs),
            joinedload(Case.follows),
        )
        .order_by(Case.id)
    )
    return records.drawer(instructions, db.session.scalars(cases).unique())
