"""In this file a layout's styles become Word styles, which an office can change."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from layouts import grid
from layouts.docx import oxml
from layouts.fonts import FACES
from layouts.layout import Layout, Style

ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}

NAMES: dict[str, tuple[str, str, int]] = {
    "handling": ("密级标识", "left", 0),
    "serial_name": ("刊名", "center", 0),
    "number_line": ("期号", "center", 0),
    "office_line": ("编印单位和日期", "left", 0),
    "contents_title": ("目录标题", "center", 0),
    "contents_entry": ("目录条目", "left", 0),
    "editor_note": ("编者按", "justify", 200),
    "section_title": ("栏目", "center", 0),
    "article_title": ("稿件标题", "center", 0),
    "body": ("正文段落", "justify", 200),
    "heading1": ("一级标题", "left", 200),
    "heading2": ("二级标题", "left", 200),
    "heading3": ("三级标题", "left", 200),
    "heading4": ("四级标题", "left", 200),
    "source_line": ("供稿单位", "right", 0),
    "table": ("表格文字", "center", 0),
    "caption": ("图表说明", "center", 0),
    "imprint": ("版记", "left", 0),
    "page_number": ("页码文字", "left", 0),
}
"""Name in Word, alignment, first-line indent in hundredths of a character."""

OUTLINE = {"section_title": 0, "article_title": 1, "heading1": 2, "heading2": 3, "heading3": 4}
"""Levels of the navigation pane."""

FREE_PITCH = frozenset({"serial_name", "table", "caption", "imprint", "article_title",
                        "section_title", "page_number"})  # fmt: skip
"""Styles whose lines are as high as their type asks, not the page's 28.95 pt."""


def add_styles(document: Any, layout: Layout) -> None:
    """Add every style of a layout to a Word document, and set the document's own default."""
    normal = document.styles["Normal"]
    normal.font.size = Pt(layout.styles["body"].size)
    oxml.set_fonts(
        normal.element.get_or_add_rPr(), east_asia=FACES[layout.styles["body"].face].docx
    )
    for key in NAMES:
        _add_style(document, key, layout.styles[key])
    color = RGBColor.from_string(layout.colors["masthead"].lstrip("#").upper())
    document.styles[NAMES["serial_name"][0]].font.color.rgb = color


def _add_style(document: Any, key: str, style: Style) -> None:
    name, align, indent = NAMES[key]
    made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = document.styles["Normal"]
    made.font.size = Pt(style.size)
    made.font.bold = style.bold or None
    made.quick_style = True
    properties = made.element.get_or_add_rPr()
    oxml.set_fonts(properties, east_asia=FACES[style.face].docx)
    if style.size == grid.BODY_SIZE:
        oxml.set_letter_spacing(properties, twentieths=round(grid.LETTER_SPACING * 20))
    paragraph = made.paragraph_format
    paragraph.alignment = ALIGN[style.align or align]
    paragraph.space_before = paragraph.space_after = Pt(0)
    if key in FREE_PITCH:
        paragraph.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.line_spacing = Pt(round(style.size * 1.4, 1))
    else:
        paragraph.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.line_spacing = Pt(grid.LINE_PITCH)
    paragraph.widow_control = True
    properties = made.element.get_or_add_pPr()
    if indent:
        oxml.set_indent(properties, firstLineChars=indent, firstLine=int(style.size * 40))
    if key in OUTLINE:
        paragraph.keep_with_next = True
        properties.append(oxml.element("w:outlineLvl", val=OUTLINE[key]))
    in_schema_order(properties)


ORDER = (
    "pStyle",
    "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "pBdr", "tabs",
    "spacing", "ind", "jc", "outlineLvl", "rPr",
)  # fmt: skip


def in_schema_order(properties: Any) -> None:
    """Put a paragraph's properties into the order the schema demands; Word is strict about it."""
    place = {qn(f"w:{name}"): number for number, name in enumerate(ORDER)}
    children = sorted(properties, key=lambda child: place.get(child.tag, len(ORDER)))
    for child in children:
        properties.remove(child)
        properties.append(child)
