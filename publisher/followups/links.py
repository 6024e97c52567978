"""In this file cases and reports are found by the plain values that earlier rooms keep or read."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from publisher.database import db
from publisher.followups.model import Case, Report
from publisher.followups.queries import visible_to
from publisher.instructions import photos, subjects
from publisher.people.model import Person
from publisher.registers import CASES, RESTRICTED_CASES


@subjects.known_as("report")
def report(number: int, person: Person) -> subjects.Subject | None:
    """The report a leader writes on: report:9."""
    statement = (
        select(Report, Case)
        .join(Case, Report.case_id == Case.id)
        .where(Report.id == number, visible_to(person))
    )
    found = db.session.execute(statement).unique().one_or_none()
    if found is None:
        return None
    written, case = found
    return subjects.Subject(
        key=f"report:{written.id}",
        title=f"{written.unit.short_name}{written.stage.word}：{case.matter}",
        url=url_for("followups.case", number=case.id, _anchor=f"report-{written.id}"),
    )


@photos.numbered(CASES, RESTRICTED_CASES)
def case_on_sheet(series: str, year: int, number: int, person: Person) -> str | None:
    """The case whose number stands on a photographed sheet: 督查〔2026〕37号."""
    statement = select(Case.id).where(
        Case.series == series, Case.year == year, Case.number == number, visible_to(person)
    )
    found = db.session.scalar(statement)
    return url_for("followups.case", number=found) if found else None
