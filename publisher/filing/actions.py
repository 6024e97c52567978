"""In this file published issues get their archive numbers, and packages are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from flask_babel import gettext as _

from publisher import history
from publisher.errors import StepRefused
from publisher.filing.model import Filed, Package, PackageState, Series
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.publication.model import Publication


def retention_code(years: int) -> str:
    """A retention period as archive numbers write it: Y, D30, D10."""
    return f"D{years}" if years else "Y"


def archive_number(fonds: str, year: int, retention: str, organ: str, number: int) -> str:
    """全宗号-年度-保管期限-机构-件号 (DA/T 13, DA/T 22)."""
    return f"{fonds}-{year}-{retention}-{organ.upper()}-{number:04d}"


def file_year(
    publications: Iterable[Publication],
    last: Mapping[Series, int],
    *,
    fonds: str,
    year: int,
    by: Person,
    at: datetime,
) -> list[Filed]:
    """Give archive numbers to issues that have none yet, behind the `last` ones of the year.

    They are numbered in the order they come; a number once given is never given again.
    """
    if not fonds:
        raise StepRefused(_("还没有设置全宗号（fonds_number），不能编制档号。"))
    numbers = dict(last)
    made = []
    for one in publications:
        serial = one.issue.serial
        series = (retention_code(serial.retention_years), serial.code)
        numbers[series] = numbers.get(series, 0) + 1
        filed = Filed(
            object_id=one.object_id,
            issue=one.issue,
            year=year,
            retention=series[0],
            organ=series[1],
            number=numbers[series],
            archive_number=archive_number(fonds, year, *series, numbers[series]),
            filed_by=by,
            filed_at=at,
        )
        history.record(one.issue, "file", by=by, at=at, archive_number=filed.archive_number)
        made.append(filed)
    if not made:
        raise StepRefused(_("%(year)s年没有待编档号的刊期。", year=year))
    return made


def ask_package(year: int, files: int, *, by: Person, at: datetime) -> Package:
    """Ask for a year's package; it is made in the background.

    Instructions and results go in where whoever asks may know of them; those for named people
    only go into none.
    """
    if not files:
        raise StepRefused(_("%(year)s年还没有编制档号，不能生成移交包。", year=year))
    with_papers = by.may(Permission.Instructions.SEE_ALL)
    made = Package(year=year, files=files, with_papers=with_papers, by=by, at=at)
    made.state = PackageState.QUEUED
    history.record(made, "ask_package", by=by, at=at, year=year, files=files)
    return made
