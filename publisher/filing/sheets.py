"""In this file the yearly list of files (归档文件目录) is written: on paper and as a table."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import xlsxwriter
from flask import Response, send_file

from publisher import clock
from publisher.errors import NotFound
from publisher.filing import queries
from publisher.issues.model import State
from publisher.language import day
from publisher.library import sheets
from publisher.publication.describing import responsible, retention_word
from publisher.settings import settings

COLUMNS: tuple[tuple[str, str, float], ...] = (
    ("序号", "position", 6), ("档号", "archive_number", 28), ("文件编号", "number", 20),
    ("责任者", "responsible", 26), ("题名", "title", 60), ("日期", "date", 12),
    ("页数", "pages", 6), ("保管期限", "retention", 12), ("备注", "note", 14),
)  # fmt: skip
"""Word, name and width of each column; the words are those of DA/T 22 and DA/T 46."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Row:
    """One file of the list."""

    position: str
    archive_number: str
    number: str
    responsible: str
    title: str
    date: str
    pages: str
    retention: str
    note: str

    def as_words(self) -> dict[str, str]:
        """The row by its columns' names."""
        return {name: getattr(self, name) for _word, name, _width in COLUMNS}


def rows(year: int) -> list[Row]:
    """The list of a year."""
    found = queries.filed(year)
    latest = queries.publications_of(found)
    made = []
    for place, one in enumerate(found, 1):
        publication = latest.get(one.object_id)
        issue = publication.issue if publication else one.issue
        source = issue.frozen or {}
        titles = [
            article["title"] for part in source.get("sections", ()) for article in part["articles"]
        ]
        made.append(
            Row(
                position=str(place),
                archive_number=one.archive_number,
                number=issue.number_text,
                responsible=responsible(
                    str(source.get("office", "")) or issue.serial.issuing_office
                ),
                title=f"《{issue.serial.name}》{'；'.join(titles)}",
                date=f"{issue.dated_on:%Y%m%d}",
                pages=str(publication.pages or "") if publication else "",
                retention=retention_word(issue.serial.retention_years),
                note=NOTES.get(issue.state, "") or ("更正版" if issue.edition > 1 else ""),
            )
        )
    return made


NOTES: Mapping[State, str] = {State.WITHDRAWN: "已撤回", State.ENTERED: "补录"}


def answer(year: int, form: str) -> Response:
    """The list of a year as a download; raises `NotFound` for an unknown form or an empty year."""
    found = rows(year)
    if not found:
        raise NotFound
    title = f"归档文件目录（{year}年）"
    if form == "xlsx":
        return send_file(
            io.BytesIO(as_table(found)),
            mimetype=XLSX,
            as_attachment=True,
            download_name=f"{title}.xlsx",
        )
    office = settings()
    return sheets.answer(
        "filing_list",
        {
            "office": office.office_name,
            "fonds": office.fonds_number,
            "year": str(year),
            "count": str(len(found)),
            "date": day(clock.today()),
        },
        form,
        title=title,
        lists={"files": [one.as_words() for one in found]},
    )


def as_table(found: Iterable[Row]) -> bytes:
    """The list as XLSX; every cell is a text, so that nothing in it is reckoned."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("归档文件目录")
        head = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter"})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        for column, (word, _name, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, word, head)
        for line, row in enumerate(found, 1):
            for column, (_word, name, _width) in enumerate(COLUMNS):
                sheet.write_string(line, column, getattr(row, name), cell)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return stream.getvalue()
