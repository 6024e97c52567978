"""In this file a list of records leaves the house: as a table for Excel or as a paper for Word.

Cells are written as texts, never as formulas: a title that begins with = stays a title.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import docx
import xlsxwriter
from docx.oxml.ns import qn
from docx.shared import Pt
from flask_babel import gettext as _

from publisher.research.citing import citation_of
from publisher.research.searching import facet_word, kind_word
from search import Hit

MOST = 1000
"""Records taken along at once."""
LONGEST_CELL = 32_000
"""Characters of a cell; Excel takes 32,767."""
_CONTROL = {code: None for code in range(32) if chr(code) not in "\n\t"} | {
    0xFFFE: None,
    0xFFFF: None,
}


@dataclass(frozen=True)
class Row:
    """A record with its note, as it leaves."""

    hit: Hit
    note: str = ""


def heads() -> list[str]:
    """The columns of the table."""
    return [
        _("序号"),
        _("种类"),
        _("标题"),
        _("刊物"),
        _("期号或文号"),
        _("日期"),
        _("单位"),
        _("批示领导"),
        _("办理状态"),
        _("摘录"),
        _("引用"),
        _("备注"),
    ]


def cells(number: int, row: Row, office: str) -> list[str]:
    """A record's cells, all of them texts."""
    record = row.hit.record
    passages = "……".join("".join(piece.text for piece in one) for one in row.hit.passages)
    return [
        _clean(text)
        for text in (
            str(number),
            kind_word(record.kind),
            record.title,
            record.serial,
            record.number_text,
            record.date.isoformat(),
            record.unit,
            "、".join(row.hit.leaders) or record.leader,
            "、".join(facet_word("state", state) for state in row.hit.states),
            passages,
            citation_of(record, office).office,
            row.note,
        )
    ]


def _clean(text: str) -> str:
    """Without what neither XML nor a cell may hold."""
    plain = text.encode("utf-8", "replace").decode("utf-8").translate(_CONTROL)
    return plain[:LONGEST_CELL]


def as_xlsx(rows: Sequence[Row], *, title: str, office: str) -> bytes:
    """The records as a workbook of one sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    ) as book:
        sheet = book.add_worksheet(_("检索结果")[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, _clean(title), bold)
        for column, (head, width) in enumerate(zip(heads(), WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, head, bold)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(cells(number, row, office)):
                sheet.write_string(number + 1, column, text, plain)
        sheet.freeze_panes(2, 0)
        sheet.autofilter(1, 0, max(len(rows) + 1, 2), len(WIDTHS) - 1)
    return content.getvalue()


WIDTHS = (6, 9, 40, 12, 18, 12, 16, 12, 12, 60, 50, 24)
"""Of the columns, in characters."""


def as_docx(rows: Sequence[Row], *, title: str, office: str, asked: str = "") -> bytes:
    """The records as a paper: for each its title, where it stands, its passages and its note."""
    paper = docx.Document()
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    heading = paper.add_paragraph()
    run = heading.add_run(_clean(title))
    run.bold, run.font.size = True, Pt(18)
    if asked:
        paper.add_paragraph(_clean(asked))
    for number, row in enumerate(rows, start=1):
        _number, _kind, name, *_rest, note = cells(number, row, office)
        paper.add_paragraph().add_run(f"{number}. {name}").bold = True
        paper.add_paragraph(_clean(citation_of(row.hit.record, office).office))
        for passage in row.hit.passages:
            line = paper.add_paragraph()
            for piece in passage:
                line.add_run(_clean(piece.text)).bold = piece.is_hit
        if note:
            paper.add_paragraph(_("备注：%(note)s", note=note))
    content = io.BytesIO()
    paper.save(content)
    return content.getvalue()


def file_name(title: str) -> str:
    """A title as a file may be called on any computer."""
    plain = "".join(sign if sign.isalnum() or sign in "-_（）〔〕《》" else "_" for sign in title)
    return plain.strip("_")[:80] or "export"
