"""In this file a sheet becomes a Word file, with the QR code of its number."""

from __future__ import annotations

import copy
import io
from typing import Any

import docx
import segno
from docx.enum.section import WD_ORIENTATION, WD_SECTION
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from layouts.docx import oxml
from layouts.docx.package import clean, same_bytes
from layouts.fonts import FACES
from layouts.sheet import (
    BLACK,
    MARGINS,
    ROOMY,
    Line,
    Pair,
    Part,
    Sheet,
    area_width,
    paper_of,
    width_of,
)

LABEL_WIDTH = 24.0
TEXT, PROPERTIES = qn("w:t"), qn("w:rPr")
TABLES = frozenset({"rows", "table"})
MODEL = "字"
"""What stands in the cells of a row that others are copied from."""
LANGUAGE = "zh-CN"
PITCHES: dict[float, float] = {14: 22, 16: 28}
"""The height of a line by the size of its type, as in the PDF, pt."""
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
RED = RGBColor(0xD7, 0x00, 0x0F)


def press_sheet(sheet: Sheet) -> bytes:
    """Set a sheet as DOCX; the same sheet gives the same bytes."""
    word = docx.Document()
    _page(word.sections[0], sheet.orientation)
    if sheet.has_pages:
        _number_pages(word.sections[0])
    oxml.set_default_run(word.styles.element, east_asia=FACES["fang"].docx, language=LANGUAGE)
    oxml.set_language(word.settings, LANGUAGE)
    properties = word.core_properties
    properties.title = f"{sheet.title} {sheet.number}".strip()
    properties.author = properties.last_modified_by = sheet.office
    properties.language, properties.comments = LANGUAGE, ""
    title = _paragraph(word, sheet.title, "title", 24, WD_ALIGN_PARAGRAPH.CENTER)
    title.runs[0].font.color.rgb = RED
    _number(word, sheet)
    lying, before = sheet.orientation, ""
    for orientation, run in sheet.runs:
        if orientation != lying:
            _page(word.add_section(WD_SECTION.NEW_PAGE), orientation)
            lying = orientation
        for part in run:
            told = len(word.paragraphs) if part.kind == "text" and before in TABLES else None
            _placed(word, part, area_width(orientation))
            for paragraph in word.paragraphs[told:][:1] if told is not None else ():
                paragraph.paragraph_format.space_before = Pt(8)
            before = part.kind
    oxml.in_schema_order(word.element.body)
    stream = io.BytesIO()
    word.save(stream)
    return same_bytes(stream.getvalue())


def _page(section: Any, orientation: str) -> None:
    (wide, high), (above, right, below, left) = paper_of(orientation), MARGINS[orientation]
    section.orientation = WD_ORIENTATION.LANDSCAPE if wide > high else WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.top_margin, section.bottom_margin = Mm(above), Mm(below)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance = Mm(below / 2)


def _number_pages(section: Any) -> None:
    """Page and pages at the foot; a further section keeps the foot of the one before."""
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第", "PAGE"), ("页　共", "NUMPAGES"), ("页", "")):
        run = foot.add_run(text)
        if field:
            oxml.add_field(run, field, "1")
        run.font.size = Pt(9)
        oxml.set_fonts(run._r.get_or_add_rPr(), east_asia=FACES["song"].docx)  # noqa: SLF001


def _number(word: Any, sheet: Sheet) -> None:
    if sheet.number:
        line = _paragraph(word, f"编号：{sheet.number}", "fang", 14)
        line.paragraph_format.tab_stops.add_tab_stop(
            Mm(area_width(sheet.orientation)), WD_TAB_ALIGNMENT.RIGHT
        )
        line.add_run("\t")
        picture = io.BytesIO()
        segno.make(sheet.number, error="m", micro=False).save(
            picture, kind="png", scale=6, border=1
        )
        picture.seek(0)
        run = line.add_run()
        run.add_picture(picture, width=Mm(16))
        oxml.describe_picture(run, 1, f"二维码：{sheet.number}")
    else:
        line = word.add_paragraph()
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    oxml.set_border(
        line._p.get_or_add_pPr(),  # noqa: SLF001
        "bottom",
        eighths=12,
        color=str(RED),
    )


def _placed(word: Any, part: Part, wide: float) -> None:
    if part.new_page and part.kind == "text":
        before = len(word.paragraphs)
        _part(word, part, wide)
        for paragraph in word.paragraphs[before : before + 1]:
            paragraph.paragraph_format.page_break_before = True
    elif part.new_page:
        word.add_page_break()
        _part(word, part, wide)
    else:
        _part(word, part, wide)


def _part(word: Any, part: Part, wide: float) -> None:
    if part.kind == "text":
        for line in part.text.split("\n"):
            if line.strip():
                align = ALIGN.get(part.align)
                paragraph = _paragraph(word, line, part.face, part.size or 16, align)
                paragraph.paragraph_format.keep_with_next = part.keeps or None
                if part.indent:
                    _indent(paragraph, "firstLine")
    elif part.kind == "sign":
        paragraph = _paragraph(word, part.text, "fang", 16, WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.space_before = Pt(16)
        _indent(paragraph, "right")
    elif part.kind == "box":
        _box(word, part, wide)
    elif part.kind == "table":
        _list(word, part, wide)
    else:
        if part.kind == "slip":
            line = _paragraph(word, part.label, "hei", 16, WD_ALIGN_PARAGRAPH.CENTER)
            line.paragraph_format.space_before = Pt(20)
            oxml.set_border(
                line._p.get_or_add_pPr(),  # noqa: SLF001
                "top",
                eighths=6,
                color="000000",
            )
        _table(word, part.rows, wide)


def _table(word: Any, rows: tuple[tuple[Pair, ...], ...], area: float) -> None:
    most = max((len(row) for row in rows), default=1)
    table = word.add_table(len(rows), 2 * most)
    table.style = word.styles["Table Grid"]
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    wide = (area - LABEL_WIDTH * most) / most
    for place, column in enumerate(table.columns):
        column.width = Mm(LABEL_WIDTH if place % 2 == 0 else wide)
    for number, row in enumerate(rows):
        cells = table.rows[number].cells
        for place in range(2 * most):
            cells[place].width = Mm(LABEL_WIDTH if place % 2 == 0 else wide)
        for place, pair in enumerate(row):
            _in_cell(cells[2 * place], pair.label, "hei", WD_ALIGN_PARAGRAPH.CENTER)
            target = cells[2 * place + 1]
            if len(row) == 1 and most > 1:
                target = target.merge(cells[-1])
            _in_cell(target, pair.text, "fang")
            for cell in (cells[2 * place], target):
                cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
                if number == 0:  # The first row is never alone at the foot of a page.
                    for paragraph in cell.paragraphs:
                        paragraph.paragraph_format.keep_with_next = True


def _list(word: Any, part: Part, wide: float) -> None:
    """A table of many rows; its head stands on every page."""
    whole = sum(column.width for column in part.columns)
    widths = [Mm(wide * column.width / whole) for column in part.columns]
    table = word.add_table(0, len(part.columns))
    table.style = word.styles["Table Grid"]
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    side = 80 if (part.size or 10.5) >= ROOMY else 30
    table._tbl.tblPr.append(_narrow_cells(side))  # noqa: SLF001
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width

    def row_of(line: Line, *, is_head: bool = False) -> Any:
        row = oxml.row(is_head=is_head)
        for cell, width, column in zip(line.cells, widths, part.columns, strict=True):
            inner = oxml.add_cell(row, width=round(width.twips), columns=1)
            words = Paragraph(inner.add_p(), table)
            _set(words, cell, "hei" if is_head else "fang", part.size or 10.5)
            if is_head:
                words.alignment = WD_ALIGN_PARAGRAPH.CENTER
            elif column.align:
                words.alignment = ALIGN[column.align]
            if line.color != BLACK:
                for run in words.runs:
                    run.font.color.rgb = RGBColor.from_string(line.color[1:].upper())
        return row

    rows = table._tbl  # noqa: SLF001
    rows.append(row_of(Line(tuple(column.title for column in part.columns)), is_head=True))
    models: dict[str, Any] = {}
    for line in part.lines:
        if line.color not in models:
            model = Line((MODEL,) * len(part.columns), color=line.color)
            models[line.color] = row_of(model)
        like = _like(models[line.color], line)
        rows.append(row_of(line) if like is None else like)


def _like(model: Any, line: Line) -> Any | None:
    """A row like a model that says something else; None where a cell is more than plain lines.

    Thousands of rows are copied in the time in which a hundred are built.
    """
    cells = [clean(cell).split("\n") for cell in line.cells]
    if any(words != words.strip() or "\t" in words for cell in cells for words in cell):
        return None
    row = copy.deepcopy(model)
    for place, (first, *further) in zip(list(row.iter(TEXT)), cells, strict=True):
        last = place.getparent()
        for words in further:
            run = copy.deepcopy(place.getparent())
            run.find(PROPERTIES).addnext(oxml.element("w:br"))
            run.find(TEXT).text = words
            last.addnext(run)
            last = run
        place.text = first
    return row


def _narrow_cells(side: int) -> Any:
    margins = oxml.element("w:tblCellMar")
    for edge, twips in (("top", 40), ("left", side), ("bottom", 40), ("right", side)):
        margins.append(oxml.element(f"w:{edge}", w=twips, type="dxa"))
    return margins


def _box(word: Any, part: Part, wide: float) -> None:
    table = word.add_table(1, 1)
    table.style = word.styles["Table Grid"]
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    table.columns[0].width = table.cell(0, 0).width = Mm(wide)
    row = table.rows[0]
    row.height, row.height_rule = Mm(part.height), WD_ROW_HEIGHT_RULE.AT_LEAST
    _in_cell(row.cells[0], part.label, "hei")
    if not part.text:  # Room for the pen stays in one piece.
        row._tr.get_or_add_trPr().append(oxml.element("w:cantSplit"))  # noqa: SLF001
    for line in part.text.split("\n") if part.text else ():
        paragraph = row.cells[0].add_paragraph()
        _set(paragraph, line, part.face, 16)
        _indent(paragraph, "firstLine")
    for place, picture in enumerate(part.pictures, 1):
        run = row.cells[0].add_paragraph().add_run()
        run.add_picture(io.BytesIO(picture), width=Mm(min(width_of(picture), wide - 8)))
        oxml.describe_picture(run, 1 + place, part.label)


def _indent(paragraph: Any, side: str) -> None:
    """Two characters of 16 pt, and beside them twips for programs that know no other."""
    oxml.set_indent(paragraph._p.get_or_add_pPr(), **{f"{side}Chars": 200, side: 640})  # noqa: SLF001


def _in_cell(cell: Any, text: str, face: str, align: Any = None) -> None:
    paragraph = cell.paragraphs[0]
    _set(paragraph, text, face, 14)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)


def _paragraph(word: Any, text: str, face: str, size: float, align: Any = None) -> Any:
    paragraph = word.add_paragraph()
    _set(paragraph, text, face, size)
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(6)
    return paragraph


def _set(paragraph: Any, text: str, face: str, size: float) -> None:
    paragraph.paragraph_format.line_spacing = Pt(PITCHES.get(size, size * 1.4))
    for place, line in enumerate(clean(text).split("\n")):
        run = paragraph.add_run()
        if place:
            run.add_break()
        run.add_text(line)
        run.font.size = Pt(size)
        oxml.set_fonts(run._r.get_or_add_rPr(), east_asia=FACES[face].docx)  # noqa: SLF001
