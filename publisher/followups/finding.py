"""In this file cases and reports tell the index how they are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from publisher.database import db
from publisher.followups.model import Case, Report, ReportFile
from publisher.instructions.model import Instruction
from publisher.library.indexing import Record, findable, findable_files


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
        readers=_readers(case),
        serial=instruction.issue.serial.name if instruction.issue else "",
        number=case.number,
        year=case.year,
        number_text=case.number_text,
        unit=found.unit.short_name,
        leader=instruction.leader_name,
        state=case.state.source_word,
        handlers=_handlers(case),
        about=(f"case:{case.id}",),
        thread=f"case:{case.id}",
        url=f"/cases/{case.id}#report-{found.id}",
    )


def _case_numbers() -> Iterator[int]:
    yield from db.session.scalars(select(Case.id).order_by(Case.id))


@findable("case", _case_numbers)
def case_records(numbers: Sequence[int]) -> Iterator[Record]:
    """What was ordered, who handles it and what came of it."""
    statement = (
        select(Case)
        .where(Case.id.in_(numbers))
        .options(
            joinedload(Case.instruction).selectinload(Instruction.readers),
            selectinload(Case.tasks),
        )
    )
    for case in db.session.scalars(statement).unique():
        yield _case_record(case)


def _case_record(case: Case) -> Record:
    instruction = case.instruction
    stands_on = [f"item:{instruction.item_id}"] if instruction.item_id else []
    stands_on += [f"issue:{instruction.issue_id}"] if instruction.issue_id else []
    return Record(
        id=f"case:{case.id}",
        kind="case",
        title=case.matter,
        text="\n".join(filter(None, (case.demand, case.result))),
        date=case.opened_at.date(),
        readers=_readers(case),
        serial=instruction.issue.serial.name if instruction.issue else "",
        number=case.number,
        year=case.year,
        number_text=case.number_text,
        leader=instruction.leader_name,
        state=case.state.source_word,
        handlers=_handlers(case),
        about=(f"instruction:{instruction.id}", *stands_on),
        thread=f"case:{case.id}",
        url=f"/cases/{case.id}",
    )


def _handlers(case: Case) -> tuple[str, ...]:
    return tuple(dict.fromkeys(task.unit.short_name for task in case.tasks))


def _readers(case: Case) -> frozenset[str]:
    """The instruction's readers, the officers, and those who handle it."""
    return (
        frozenset(reader.token for reader in case.instruction.readers)
        | (frozenset() if case.instruction.is_restricted else {"role:officer"})
        | {f"handlers:{task.unit_id}" for task in case.tasks}
    )


findable_files(
    "report_file",
    "report",
    select(
        ReportFile.report_id,
        ReportFile.id,
        ReportFile.attachment_id,
        Report.case_id,
    ).join(Report, ReportFile.report_id == Report.id),
    lambda record, link, _attachment, case: (
        f"/cases/{case}/reports/{record.id.partition(':')[2]}/files/{link}"
    ),
)
