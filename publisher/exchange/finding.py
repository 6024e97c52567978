"""In this file papers of another instance tell the index how they are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from publisher.database import db
from publisher.exchange import beside
from publisher.exchange.model import PastPaper
from publisher.instructions.actions import OFFICE
from publisher.library.indexing import Kind, Record, findable

KINDS: Mapping[str, Kind] = {"instruction": "instruction", "case": "case", "report": "report"}
DATES = {"instruction": "written_on", "case": "opened_at", "report": "reported_at"}


def _numbers() -> Iterator[int]:
    yield from db.session.scalars(select(PastPaper.id).order_by(PastPaper.id))


@findable("past_paper", _numbers)
def records(numbers: Sequence[int]) -> Iterator[Record]:
    """Instructions, cases and reports that came in; found by who may know of every instruction."""
    statement = select(PastPaper).where(PastPaper.id.in_(numbers))
    for one in db.session.scalars(statement).unique():
        yield _record(one)


def _record(found: PastPaper) -> Record:
    told, issue = found.record, found.issue
    day = beside.day_of(told, DATES[found.kind]) or issue.dated_on
    return Record(
        id=f"past_paper:{found.id}",
        kind=KINDS[found.kind],
        title=beside.title_of(found),
        text="\n".join(said for _word, said in beside.texts_of(found)),
        date=day,
        readers=frozenset(OFFICE),
        serial=issue.serial.name,
        year=day.year,
        number_text=beside.text(told, "number") or beside.text(told, "case"),
        unit=beside.text(told, "unit", "short_name"),
        leader=beside.text(told, "leader", "name"),
        state=beside.text(told, "state"),
        about=(f"issue:{issue.id}",),
        thread=f"issue:{issue.id}",
        url=f"/past-papers/{found.id}",
    )
