"""In this file reports tell the index how they are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from publisher.database import db
from publisher.followups.model import Case, Report
from publisher.instructions.model import Instruction
from publisher.library.indexing import Record, findable


def _numbers() -> Iterator[int]:
    yield from db.session.scalars(select(Report.id).order_by(Report.id))


@findable("report", _numbers)
def records(numbers: Sequence[int]) -> Iterator[Record]:
    """What units reported; found by the instruction's readers and the handlers of the case."""
    statement = (
        select(Report, Case)
        .join(Case, Report.case_id == Case.id)
        .where(Report.id.in_(numbers))
        .options(
            joinedload(Case.instruction).selectinload(Instruction.readers),
            selectinload(Case.tasks),
        )
    )
    for report, case in db.session.execute(statement).unique():
        yield _record(report, case)


def _record(found: Report, case: Case) -> Record:
    instruction = case.instruction
    return Record(
        id=f"report:{found.id}",
        kind="report",
        title=f"{found.unit.short_name}{found.stage.source_word}：{case.matter}",
        text="\n".join(filter(None, (found.process, found.situation, found.proposals))),
        date=found.reported_at.date(),
        readers=frozenset(reader.token for reader in instruction.readers)
        | {"role:officer"}
        | {f"handlers:{task.unit_id}" for task in case.tasks},
        serial=instruction.issue.serial.name,
        number=case.number,
        year=case.year,
        number_text=case.number_text,
        unit=found.unit.short_name,
        leader=instruction.leader_name,
        state=case.state.source_word,
        thread=f"case:{case.id}",
        url=f"/cases/{case.id}#report-{found.id}",
    )
