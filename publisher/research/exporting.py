"""In this file a list of records leaves the house: as a table for Excel or as a paper for Word.

Cells are written as texts, never as formulas: a title that begins with = stays a title.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import docx
import xlsxwriter
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from flask_babel import gettext as _

from publisher.research.citing import citation_of
from publisher.research.searching import edition_marks, facet_word, kind_word, telling
from publisher.research.trends import Trend
from search import Hit, Record

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
        _("版次"),
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
            edition_of(record),
            record.date.isoformat(),
            record.unit,
            "、".join(row.hit.leaders) or record.leader,
            "、".join(facet_word("state", state) for state in telling(row.hit.states)),
            passages,
            citation_of(record, office).office,
            row.note,
        )
    ]


def edition_of(record: Record) -> str:
    """What a record's edition is, where it is not simply the published one: 更正版, 已撤回."""
    return "、".join(word for word, _tone in edition_marks(record))


def _clean(text: str) -> str:
    """Without what neither XML nor a cell may hold."""
    plain = text.encode("utf-8", "replace").decode("utf-8").translate(_CONTROL)
    return plain[:LONGEST_CELL]


def as_xlsx(rows: Sequence[Row], *, title: str, office: str, told: str, site: str) -> bytes:
    """The records as a workbook of one sheet; `told` says below the title when they left.

    Each title leads to its record on `site`. It prints on A4 across, a page wide, its head on each.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    ) as book:
        sheet = book.add_worksheet(_("检索结果")[:31])
        large = book.add_format({"bold": True, "font_size": 14, "valign": "vcenter"})
        small = book.add_format({"font_color": "#555555"})
        bold = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "border": 1,
                "bg_color": "#f2f2f2",
            }
        )
        plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        link = book.add_format(
            {"text_wrap": True, "valign": "top", "border": 1, "font_color": "#1d5c96"}
        )
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, _clean(title), large)
        sheet.write_string(1, 0, f"{_clean(office)}　{told}", small)
        for column, (head, width) in enumerate(zip(heads(), WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(HEAD_ROW, column, head, bold)
        for number, row in enumerate(rows, start=1):
            line = HEAD_ROW + number
            for column, text in enumerate(cells(number, row, office)):
                sheet.write_string(line, column, text, plain)
            address = f"{site.rstrip('/')}{row.hit.record.url}"
            name = _clean(row.hit.record.title) or address
            sheet.write_url(line, TITLE_COLUMN, address, link, string=name)
        last = HEAD_ROW + max(len(rows), 1)
        sheet.freeze_panes(HEAD_ROW + 1, TITLE_COLUMN + 1)
        sheet.autofilter(HEAD_ROW, 0, last, len(WIDTHS) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:M{last + 1}"})
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.set_footer("&C" + _("第%(page)s页，共%(pages)s页", page="&P", pages="&N"))
    return content.getvalue()


def trend_as_xlsx(trend: Trend, names: Sequence[str], *, title: str, office: str) -> bytes:
    """The figures of a chart: a line for each stretch of time, a column for each line drawn."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("走势"))
        large = book.add_format({"bold": True, "font_size": 14})
        small = book.add_format({"font_color": "#555555"})
        bold = book.add_format(
            {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#f2f2f2"}
        )
        plain = book.add_format({"border": 1})
        sheet.write_string(0, 0, _clean(title), large)
        sheet.write_string(1, 0, _clean(office), small)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, len(names), 18)
        for column, name in enumerate([_("时间"), *names]):
            sheet.write_string(HEAD_ROW, column, _clean(name), bold)
        for place, stretch in enumerate(trend.stretches):
            line = HEAD_ROW + 1 + place
            sheet.write_string(line, 0, stretch, plain)
            for column, series in enumerate(trend.series, start=1):
                sheet.write_number(line, column, series.points[place].count, plain)
        last = HEAD_ROW + 1 + len(trend.stretches)
        sheet.write_string(last, 0, _("合计"), bold)
        for column, series in enumerate(trend.series, start=1):
            sheet.write_number(last, column, series.total, bold)
        sheet.freeze_panes(HEAD_ROW + 1, 1)
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
    return content.getvalue()


A4 = 9
"""Excel's number of the paper."""
HEAD_ROW = 2
TITLE_COLUMN = 2
WIDTHS = (6, 9, 40, 12, 20, 9, 12, 16, 12, 12, 60, 50, 24)
"""Of the columns, in characters."""


def as_docx(rows: Sequence[Row], *, title: str, office: str, told: str, about: str = "") -> bytes:
    """The records as a paper: for each its title, where it stands, its passages and its note.

    A4 with numbered pages; a record's title and place stay together with what follows.
    """
    paper = _paper()
    heading = paper.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = _run(heading, title, size=18, face="黑体")
    run.bold = True
    origin = paper.add_paragraph()
    origin.alignment = WD_ALIGN_PARAGRAPH.CENTER
    origin.paragraph_format.space_after = Pt(14)
    _run(origin, f"{office}　{told}", size=10.5)
    for said in about.splitlines():
        _run(paper.add_paragraph(), said)
    for number, row in enumerate(rows, start=1):
        record = row.hit.record
        head = paper.add_paragraph()
        head.paragraph_format.space_before = Pt(10)
        head.paragraph_format.keep_with_next = True
        _run(head, f"{number}．{record.title}", face="黑体")
        if edition := edition_of(record):
            _run(head, f"（{edition}）", face="黑体").font.color.rgb = RGBColor(0xB3, 0x16, 0x1B)
        place = paper.add_paragraph()
        place.paragraph_format.keep_with_next = bool(row.hit.passages or row.note)
        _run(place, citation_of(record, office).office, size=10.5)
        for passage in row.hit.passages:
            line = paper.add_paragraph()
            line.paragraph_format.first_line_indent = Pt(24)
            for piece in passage:
                _run(line, piece.text).bold = piece.is_hit
        if row.note:
            _run(paper.add_paragraph(), _("备注：%(note)s", note=row.note), face="楷体_GB2312")
    content = io.BytesIO()
    paper.save(content)
    return content.getvalue()


def _paper() -> Document:
    """An empty paper of A4 with the number of the page at the foot of each."""
    paper = docx.Document()
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(3), 1.25
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(27)
    section.top_margin = section.bottom_margin = Mm(28)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(foot, "— ", size=10.5)
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    number.append(_run(foot, "1", size=10.5).element)
    foot.paragraph_format.element.append(number)
    _run(foot, " —", size=10.5)
    return paper


def _run(paragraph: Paragraph, text: str, *, size: float = 12, face: str = "") -> Run:
    run = paragraph.add_run(_clean(text))
    run.font.size = Pt(size)
    if face:
        run.font.name = "Times New Roman"
        run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    return run


def file_name(title: str) -> str:
    """A title as a file may be called on any computer."""
    plain = "".join(sign if sign.isalnum() or sign in "-_（）〔〕《》" else "_" for sign in title)
    return plain.strip("_")[:80] or "export"
