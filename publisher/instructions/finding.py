"""In this file instructions tell the index how they are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from publisher.database import db
from publisher.instructions.model import Instruction, InstructionFile
from publisher.library.indexing import Record, findable, findable_files, rank_of


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
