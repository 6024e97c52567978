"""In this file is the WordprocessingML that python-docx has no words for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TWIPS_PER_MM = 1440 / 25.4

CELL_MARGINS = 160
"""Left and right of the words in a table's cell together, twips."""

ORDER = {
    "w:pPr": (
        "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr",
        "suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap",
        "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd",
        "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "jc",
        "textDirection", "textAlignment", "outlineLvl", "rPr",
    ),
    "w:rPr": (
        "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike",
        "outline", "shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "color",
        "spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd",
        "fitText", "vertAlign", "rtl", "cs", "em", "lang",
    ),
}  # fmt: skip
"""The order the schema demands of properties; Word is strict about it."""


def element(name: str, /, **attributes: object) -> Any:
    """An element such as `w:ind` with attributes such as `firstLineChars` in its own namespace."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def in_schema_order(tree: Any) -> None:
    """Put the properties of every paragraph and run in a tree into the order of the schema."""
    for name, order in ORDER.items():
        place = {qn(f"w:{child}"): number for number, child in enumerate(order)}
        for properties in tree.iter(qn(name)):
            children = list(properties)
            ordered = sorted(children, key=lambda child: place.get(child.tag, len(place)))
            if ordered != children:
                properties[:] = ordered


# -- styles --------------------------------------------------------------------------------------


def set_fonts(properties: Any, *, east_asia: str, latin: str = "Times New Roman") -> None:
    """Name the East-Asian face and the Latin one of a run's or style's properties (w:rFonts).

    The hint lets quotation marks, dashes and dots, which both scripts have, be East-Asian.
    """
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for key in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{key}"), latin)
    fonts.set(qn("w:eastAsia"), east_asia)
    fonts.set(qn("w:hint"), "eastAsia")


def set_east_asia(properties: Any, face: str) -> None:
    """Name the East-Asian face alone: digits keep theirs (w:rFonts)."""
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), face)


def set_default_run(styles: Any, *, east_asia: str, language: str) -> None:
    """Faces and language of the whole document (w:docDefaults); no theme, no Latin spacing."""
    properties = styles.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    set_fonts(properties, east_asia=east_asia)
    spoken = properties.find(qn("w:lang"))
    spoken.set(qn("w:eastAsia"), language)
    for spacing in styles.findall(f".//{qn('w:pPrDefault')}/{qn('w:pPr')}/{qn('w:spacing')}"):
        spacing.getparent().remove(spacing)


def leave_grid(properties: Any) -> None:
    """Let a style keep its own measures instead of the section's grid (w:snapToGrid)."""
    properties.append(element("w:snapToGrid", val=0))


def empty_style(style: Any, *, alias: str, level: int) -> None:
    """Take the looks out of one of Word's own headings and give it a second name (w:aliases)."""
    for name in ("w:pPr", "w:rPr", "w:link"):
        for old in style.findall(qn(name)):
            style.remove(old)
    style.find(qn("w:name")).addnext(element("w:aliases", val=alias))
    style.get_or_add_pPr().append(element("w:outlineLvl", val=level - 1))


def add_table_style(document: Any, name: str, *, ruled: bool = True) -> None:
    """A table ruled thin with the cells' margins of the PDF, or neither (w:tblBorders)."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.TABLE)
    style.base_style = document.styles["Normal Table"]
    properties = element("w:tblPr")
    borders = element("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{edge}", val="single", sz=4, space=0, color="000000"))
    margins = element("w:tblCellMar")
    side = CELL_MARGINS // 2
    for edge, twips in (("top", 60), ("left", side), ("bottom", 60), ("right", side)):
        margins.append(element(f"w:{edge}", w=twips, type="dxa"))
    properties.extend((borders, margins) if ruled else ())
    style.element.append(properties)


def set_letter_spacing(properties: Any, *, twentieths: int) -> None:
    """Set characters wider or closer by twentieths of a point (w:spacing of a run)."""
    properties.append(element("w:spacing", val=twentieths))


def widen(run: Any, *, twentieths: int) -> None:
    """Set the characters of one run wider, instead of what its style says (w:spacing)."""
    properties = run._r.get_or_add_rPr()  # noqa: SLF001
    for old in properties.findall(qn("w:spacing")):
        properties.remove(old)
    set_letter_spacing(properties, twentieths=twentieths)


def set_indent(paragraph_properties: Any, **values: int) -> None:
    """Indent by hundredths of a character: firstLineChars, leftChars, rightChars (w:ind)."""
    indent = paragraph_properties.find(qn("w:ind"))
    if indent is None:
        indent = element("w:ind")
        paragraph_properties.append(indent)
    for key, value in values.items():
        indent.set(qn(f"w:{key}"), str(value))


def set_border(paragraph_properties: Any, edge: str, *, eighths: int, color: str) -> None:
    """A rule at one edge of a paragraph, `eighths` of a point wide (w:pBdr)."""
    borders = element("w:pBdr")
    borders.append(element(f"w:{edge}", val="single", sz=eighths, space=0, color=color))
    paragraph_properties.append(borders)


def set_shading(paragraph_properties: Any, color: str) -> None:
    """Fill the lines of a paragraph: one of 1 pt is a rule of 0.35 mm (w:shd).

    In the frame of the imprint a border would not do: LibreOffice takes its paragraphs out.
    """
    paragraph_properties.append(element("w:shd", val="clear", color="auto", fill=color))


def set_frame(paragraph_properties: Any, *, width: int) -> None:
    """Stand a paragraph at the foot of the type area, `width` twips wide (w:framePr)."""
    paragraph_properties.append(
        element(
            "w:framePr",
            w=width,
            hRule="auto",
            wrap="around",
            hAnchor="margin",
            xAlign="center",
            vAnchor="margin",
            yAlign="bottom",
        )
    )


# -- the file ------------------------------------------------------------------------------------


def set_grid(section: Any, *, line_pitch: int, char_space: int) -> None:
    """Lay a section on a grid, `line_pitch` in twips, `char_space` in 1/4096 pt (w:docGrid)."""
    properties = section._sectPr  # noqa: SLF001 - python-docx offers no other way
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(
        element("w:docGrid", type="linesAndChars", linePitch=line_pitch, charSpace=char_space)
    )


def set_language(settings: Any, language: str) -> None:
    """The language that line-break rules and faces are chosen for (w:themeFontLang)."""
    settings.element.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), language)


def punctuation_is_whole(settings: Any) -> None:
    """Keep marks as wide as characters, so that 28 fill a line (w:characterSpacingControl)."""
    settings.element.find(qn("w:characterSpacingControl")).set(qn("w:val"), "doNotCompress")


# -- paragraphs and runs -------------------------------------------------------------------------


def add_field(run: Any, instruction: str, result: str) -> None:
    """A field with its result filled in, so that it shows without updating (w:fldChar)."""
    for piece in (
        element("w:fldChar", fldCharType="begin"),
        _text("w:instrText", f" {instruction} "),
        element("w:fldChar", fldCharType="separate"),
        _text("w:t", result),
        element("w:fldChar", fldCharType="end"),
    ):
        run._r.append(piece)  # noqa: SLF001


def field_part(run: Any, kind: str, instruction: str = "") -> None:
    """One part of a field that spans paragraphs: begin with its instruction, separate, or end."""
    run._r.append(element("w:fldChar", fldCharType=kind))  # noqa: SLF001
    if instruction:
        run._r.append(_text("w:instrText", f" {instruction} "))  # noqa: SLF001


def _text(name: str, text: str) -> Any:
    made = OxmlElement(name)
    made.set(qn("xml:space"), "preserve")
    made.text = text
    return made


def section_ends_before(paragraph: Any) -> None:
    """Let the paragraph before end a section, and take the empty one away that does (w:sectPr)."""
    empty = paragraph._p  # noqa: SLF001
    before = empty.getprevious()
    if before is None or before.tag != qn("w:p") or before.find(f".//{qn('w:sectPr')}") is not None:
        return
    before.get_or_add_pPr().append(empty.pPr.find(qn("w:sectPr")))
    empty.getparent().remove(empty)


def add_bookmark(paragraph: Any, name: str, number: int) -> None:
    """Mark a paragraph, so that the contents can point to it (w:bookmarkStart)."""
    start = element("w:bookmarkStart", id=number, name=name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)  # noqa: SLF001
    paragraph._p.append(element("w:bookmarkEnd", id=number))  # noqa: SLF001


def bookmark_run(run: Any, name: str, number: int) -> None:
    """Mark a run, so that a field can refer to what it holds (w:bookmarkStart)."""
    run._r.addprevious(element("w:bookmarkStart", id=number, name=name))  # noqa: SLF001
    run._r.addnext(element("w:bookmarkEnd", id=number))  # noqa: SLF001


def add_hyperlink(paragraph: Any, anchor: str) -> Any:
    """A link to a bookmark; runs are appended to what is given back (w:hyperlink)."""
    link = element("w:hyperlink", anchor=anchor, history=1)
    paragraph._p.append(link)  # noqa: SLF001
    return link


def describe_picture(run: Any, number: int, description: str) -> None:
    """Give the picture of a run its number and its alternative text (wp:docPr)."""
    for properties in run._r.iter(qn("wp:docPr")):  # noqa: SLF001
        properties.set("id", str(number))
        properties.set("name", f"照片{number}")
        properties.set("descr", description)


# -- tables --------------------------------------------------------------------------------------


def add_table(document: Any, style: Any, *, columns: int, width: int) -> Any:
    """A table without rows, of equal columns, `width` twips wide (w:tbl)."""
    table = element("w:tbl")
    properties = element("w:tblPr")
    properties.extend(
        (
            element("w:tblStyle", val=style.style_id),
            element("w:tblW", w=width, type="dxa"),
            element("w:jc", val="center"),
        )
    )
    columns_of = element("w:tblGrid")
    columns_of.extend(element("w:gridCol", w=width // columns) for _column in range(columns))
    table.extend((properties, columns_of))
    document.element.body._insert_tbl(table)  # noqa: SLF001 - before the section's properties
    return table


def add_row(table: Any, *, is_head: bool) -> Any:
    """A row that no page breaks; a head is repeated on each (w:cantSplit, w:tblHeader)."""
    made = row(is_head=is_head)
    table.append(made)
    return made


def row(*, is_head: bool) -> Any:
    """The same, not yet in a table."""
    made = element("w:tr")
    properties = element("w:trPr")
    properties.append(element("w:cantSplit"))
    if is_head:
        properties.append(element("w:tblHeader"))
    made.append(properties)
    return made


def add_cell(row: Any, *, width: int, columns: int, merged: str = "", align: str = "center") -> Any:
    """A cell over some columns; `merged` is restart or continue where it spans rows (w:vMerge)."""
    cell = element("w:tc")
    properties = element("w:tcPr")
    parts: Iterable[Any] = (
        element("w:tcW", w=width, type="dxa"),
        *((element("w:gridSpan", val=columns),) if columns > 1 else ()),
        *((element("w:vMerge", val=merged),) if merged else ()),
        element("w:vAlign", val=align),
    )
    properties.extend(parts)
    cell.append(properties)
    row.append(cell)
    return cell
