"""In this file is the WordprocessingML that python-docx has no words for."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def element(name: str, /, **attributes: object) -> Any:
    """An element such as `w:ind` with attributes such as `firstLineChars` in its own namespace."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def set_fonts(properties: Any, *, east_asia: str, latin: str = "Times New Roman") -> None:
    """Name the East-Asian face and the Latin one of a run's or style's properties (w:rFonts)."""
    fonts = properties.get_or_add_rFonts()
    for key in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{key}"), latin)
    fonts.set(qn("w:eastAsia"), east_asia)


def set_grid(section: Any, *, line_pitch: int) -> None:
    """Lay a section on a grid of lines, `line_pitch` twips apart (w:docGrid)."""
    properties = section._sectPr  # noqa: SLF001 - python-docx offers no other way
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(element("w:docGrid", type="lines", linePitch=line_pitch))


def set_letter_spacing(properties: Any, *, twentieths: int) -> None:
    """Set characters wider or closer by twentieths of a point (w:spacing of a run)."""
    properties.append(element("w:spacing", val=twentieths))


def set_indent(paragraph_properties: Any, **values: int) -> None:
    """Indent by hundredths of a character: firstLineChars, leftChars, rightChars (w:ind)."""
    indent = paragraph_properties.find(qn("w:ind"))
    if indent is None:
        indent = element("w:ind")
        paragraph_properties.append(indent)
    for key, value in values.items():
        indent.set(qn(f"w:{key}"), str(value))


def set_border(
    paragraph_properties: Any, edge: str, *, eighths: int, color: str, space: int = 1
) -> None:
    """A rule at one edge of a paragraph, `eighths` of a point wide (w:pBdr)."""
    borders = paragraph_properties.find(qn("w:pBdr"))
    if borders is None:
        borders = element("w:pBdr")
        paragraph_properties.append(borders)
    borders.append(element(f"w:{edge}", val="single", sz=eighths, space=space, color=color))


def set_frame(paragraph_properties: Any, *, width: int) -> None:
    """Stand a paragraph at the foot of the type area, `width` twips wide (w:framePr)."""
    paragraph_properties.insert(
        0,
        element(
            "w:framePr",
            w=width,
            hRule="auto",
            wrap="around",
            hAnchor="margin",
            xAlign="center",
            vAnchor="margin",
            yAlign="bottom",
        ),
    )


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


def add_bookmark(paragraph: Any, name: str, number: int) -> None:
    """Mark a paragraph, so that the contents can point to it (w:bookmarkStart)."""
    start = element("w:bookmarkStart", id=number, name=name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)  # noqa: SLF001
    paragraph._p.append(element("w:bookmarkEnd", id=number))  # noqa: SLF001


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


def repeat_as_head(row: Any) -> None:
    """Repeat a table row on every page (w:tblHeader)."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))  # noqa: SLF001


def keep_row_whole(row: Any) -> None:
    """Do not break a table row between pages (w:cantSplit)."""
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))  # noqa: SLF001


def odd_and_even_footers(settings: Any) -> None:
    """Let odd and even pages have footers of their own (w:evenAndOddHeaders)."""
    if settings.element.find(qn("w:evenAndOddHeaders")) is None:
        settings.element.append(element("w:evenAndOddHeaders"))


def punctuation_may_hang(settings: Any) -> None:
    """Compress punctuation as offices' Word files do (w:characterSpacingControl)."""
    for old in settings.element.findall(qn("w:characterSpacingControl")):
        settings.element.remove(old)
    settings.element.append(element("w:characterSpacingControl", val="compressPunctuation"))
