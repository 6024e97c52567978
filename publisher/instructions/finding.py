"""In this file instructions and adoptions tell the index how they are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from publisher.database import db
from publisher.instructions.model import UNNOTED, Instruction, InstructionFile, Paper, PaperKind
from publisher.library import indexing
from publisher.library.indexing import Record, findable, findable_files, follows, rank_of
from publisher.people.permission import PERMISSIONS, Permission
from publisher.people.queries import STAFF


def _numbers() -> Iterator[int]:
    yield from db.session.scalars(select(Instruction.id).order_by(Instruction.id))


@findable("instruction", _numbers)
def records(numbers: Sequence[int]) -> Iterator[Record]:
    """Instructions: the leader's words, the passage, what they stand on."""
    statement = (
        select(Instruction)
        .where(Instruction.id.in_(numbers))
        .options(selectinload(Instruction.readers), selectinload(Instruction.item))
    )
    for one in db.session.scalars(statement).unique():
        yield _record(one)


def _record(found: Instruction) -> Record:
    issue = found.issue
    tokens = frozenset(reader.token for reader in found.readers)
    about = found.item.title if found.item else found.stands_on
    return Record(
        id=f"instruction:{found.id}",
        kind="instruction",
        title=f"{found.leader_post}{found.leader_name}批示：{about}",
        text="\n".join(
            filter(
                None,
                (
                    found.text,
                    found.quote,
                    found.proposal,
                    found.paper.name if found.paper else "",
                ),
            )
        ),
        date=found.written_on,
        readers=tokens if found.is_restricted else tokens | {"role:officer"},
        serial=issue.serial.name if issue else "",
        number=found.number,
        year=found.written_on.year,
        number_text=found.number_text,
        leader=found.leader_name,
        state=found.state.source_word,
        category=found.disposition.source_word,
        rank=rank_of(found.leader_level, found.leader_rank, found.leaders_place),
        about=tuple(
            filter(
                None,
                [
                    f"item:{found.item_id}" if found.item_id else "",
                    f"issue:{issue.id}" if issue else "",
                ],
            )
        ),
        thread=f"instruction:{found.id}",
        url=f"/instructions/{found.id}",
    )


findable_files(
    "instruction_file",
    "instruction",
    select(
        InstructionFile.instruction_id,
        InstructionFile.id,
        InstructionFile.attachment_id,
        InstructionFile.instruction_id.label("more"),
    ),
    lambda _record, link, _attachment, number: f"/instructions/{number}/files/{link}",
)


def _holding(permission: str) -> frozenset[str]:
    return frozenset(
        f"role:{role.value}" for role, held in PERMISSIONS.items() if permission in held
    )


REGISTER, SEE_ALL = map(
    _holding, (Permission.Instructions.REGISTER, Permission.Instructions.SEE_ALL)
)


def _adoption_numbers() -> Iterator[int]:
    adopted = select(Paper.id).where(Paper.kind == PaperKind.ADOPTED)
    yield from db.session.scalars(adopted.order_by(Paper.id))


@findable("adoption", _adoption_numbers)
def adoption_records(numbers: Sequence[int]) -> Iterator[Record]:
    """Adoptions by higher offices, each lending its level to the item that was adopted."""
    adopted = select(Paper).where(Paper.id.in_(numbers), Paper.kind == PaperKind.ADOPTED)
    papers = list(db.session.scalars(adopted).unique())
    items = dict.fromkeys(f"item:{one.item_id}" for one in papers if one.item_id)
    printed = {one.id: one for one in indexing.records(items)}
    written = select(Instruction).where(Instruction.paper_id.in_([one.id for one in papers]))
    named: dict[int, set[str]] = {}
    for one in db.session.scalars(written.options(selectinload(Instruction.readers))).unique():
        tokens = (reader.token for reader in one.readers)
        named.setdefault(one.paper_id or 0, set()).update(tokens)
    for paper in papers:
        item = printed.get(f"item:{paper.item_id}")
        yield _adoption_record(paper, item, named.get(paper.id, set()))


def _adoption_record(paper: Paper, item: Record | None, named: set[str]) -> Record:
    day = paper.dated_on or paper.kept_at.date()
    return Record(
        id=f"adoption:{paper.id}",
        kind="adoption",
        title=f"{paper.office}采用：{paper.title}",
        text=_where_printed(paper),
        date=day,
        readers=_knowing(paper, item) | named,
        number_text=paper.number,
        year=day.year,
        unit=item.unit if item else "",
        units=item.units if item else (),
        adopted=paper.level.source_word if paper.level else UNNOTED,
        about=(item.id,) if item else (),
        thread=item.thread if item else "",
        url=f"/instructions/adoptions/{paper.id}",
    )


def _where_printed(paper: Paper) -> str:
    """《专报信息》2026年第88期，省级采用."""
    publication = f"《{paper.publication}》{paper.number}" if paper.publication else paper.number
    level = f"{paper.level.source_word}采用" if paper.level else UNNOTED
    return "，".join(filter(None, (publication, level)))


def _knowing(paper: Paper, item: Record | None) -> frozenset[str]:
    """Who knows of an adoption by his role, as `queries.adoptions_known_to` says.

    A record is read by who holds any one token, so "sees instructions and may read the item" is
    told of those alone of whom it is sure: of roles that read the item as such, or if all do.
    """
    if paper.item_id is None or (item is not None and STAFF in item.readers):
        return REGISTER | SEE_ALL
    return REGISTER | (SEE_ALL & item.readers if item else frozenset())


@follows("item")
def _adoptions_of(numbers: Sequence[int]) -> Iterator[str]:
    adopted = select(Paper.id).where(Paper.kind == PaperKind.ADOPTED, Paper.item_id.in_(numbers))
    yield from (f"adoption:{number}" for number in db.session.scalars(adopted))


@follows("instruction")
def _adoptions_under(numbers: Sequence[int]) -> Iterator[str]:
    stood_on = select(Paper.id).join(Instruction, Instruction.paper_id == Paper.id)
    adopted = stood_on.where(Paper.kind == PaperKind.ADOPTED, Instruction.id.in_(numbers))
    yield from (f"adoption:{number}" for number in db.session.scalars(adopted.distinct()))
