"""In this file a layout's styles become Word styles, which an office can change.

Everything a page looks like is in these styles; paragraphs have hardly a property of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Mm, Pt, RGBColor

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
PITCH = grid.LINE_PITCH
TIGHT = -6
"""Twentieths of a point that 三号 characters are drawn closer, so that 28 of them fill a line in
Word, WPS and LibreOffice alike: the grid of characters is not kept alike by them."""
DEEPEST_LIST = 4
RULE_DISTANCE = 11.34
"""4 mm between the office's line and the red rule (GB/T 9704-2012, 7.2.7), pt."""
RED_RULE = 2.0
MASTHEAD_LINES = 8
NAME_LINES = 3


@dataclass(frozen=True)
class Kind:
    """One kind of paragraph: its name in Word and what does not come from the layout."""

    name: str
    base: str
    """The style of the layout whose face, size and free lines it has."""
    align: str = "left"
    first: int = 0
    """First-line indent, in hundredths of a character like the three below."""
    left: int = 0
    right: int = 0
    hanging: int = 0
    pitch: float = PITCH
    """The height of a line, pt."""
    before: float | None = None
    """Free space in points where it is not the layout's."""
    after: float | None = None
    level: int = 0
    """Its level in the navigation pane, from 1: then it is Word's own heading of that level."""
    keeps: bool = False
    """Whether it stays with the paragraph behind it."""
    face: str = ""
    size: float = 0
    spacing: int = 0
    """Twentieths of a point between its characters."""
    builtin: bool = False


KINDS: Mapping[str, Kind] = {
    "handling": Kind("密级标识", "handling"),
    "urgency": Kind("紧急程度", "handling"),
    "serial_name": Kind("刊名", "serial_name", "center", pitch=NAME_LINES * PITCH),
    "number_line": Kind("期号", "number_line", "center"),
    "office_line": Kind(
        "编印单位和日期", "office_line", left=100, right=100,
        before=PITCH - RULE_DISTANCE - RED_RULE,
    ),
    "red_rule": Kind("版头分隔线", "office_line", pitch=RULE_DISTANCE, before=0, size=1),
    "addressee": Kind("报送对象", "addressee", "justify"),
    "correction": Kind("更正说明", "editor_note", "justify", 200, 200, 200),
    "contents_title": Kind("目录标题", "contents_title", "center", keeps=True, spacing=160),
    "contents_entry": Kind(
        "toc 1", "contents_entry", left=300, right=450, hanging=200, builtin=True
    ),
    "editor_note": Kind("编者按", "editor_note", "justify", 200, 200, 200),
    "editor_note_more": Kind("编者按续段", "editor_note", "justify", 200, 200, 200, before=0),
    "section_title": Kind("栏目", "section_title", "center", level=1, keeps=True),
    "article_title": Kind("稿件标题", "article_title", "center", level=2, keeps=True),
    "instruction": Kind("批示引文", "instruction", "justify", 200),
    "body": Kind("正文段落", "body", "justify", 200),
    "heading1": Kind("一级标题", "heading1", first=200, level=3, keeps=True),
    "heading2": Kind("二级标题", "heading2", first=200, level=4, keeps=True),
    "heading3": Kind("三级标题", "heading3", first=200, level=5, keeps=True),
    "heading4": Kind("四级标题", "heading4", first=200, level=6, keeps=True),
    **{
        f"list{level}": Kind(f"{level + 1}级列表", "body", "justify", 200, 200 * level)
        for level in range(DEEPEST_LIST + 1)
    },
    "quote": Kind("引文", "body", "justify", 200, 200, 200),
    "preformatted": Kind("原样文字", "body"),
    "rule": Kind("分隔线", "body", pitch=PITCH / 2, after=PITCH / 2, left=840, right=840),
    "source_line": Kind("供稿单位", "source_line", "right", right=100),
    "photo": Kind("照片", "caption", "center", pitch=0, before=PITCH / 2),
    "photo_words": Kind("照片文字", "body", "center", before=PITCH / 2),
    "photo_caption": Kind(
        "照片说明", "caption", "center", pitch=grid.IMPRINT_PITCH, before=3, after=PITCH / 2
    ),
    "pair_caption": Kind(
        "照片对说明", "caption", "center", pitch=grid.IMPRINT_PITCH, before=3, after=0
    ),
    "pair_end": Kind("照片对末", "caption", pitch=1, size=1, before=PITCH / 2 - 1),
    "table_caption": Kind("表题", "caption", "center", keeps=True),
    "table": Kind("表格文字", "table", "center", pitch=18),
    "table_head": Kind("表头文字", "table", "center", pitch=18, face="hei"),
    "wide_table": Kind("宽表文字", "table", "center", pitch=11, size=8),
    "wide_table_head": Kind("宽表表头", "table", "center", pitch=11, size=8, face="hei"),
    "table_gap": Kind("表格间距", "body", pitch=PITCH / 2),
    "note": Kind("footnote text", "note", "justify", pitch=16, before=4, builtin=True),
    "note_rule": Kind("脚注线", "note", pitch=1, size=1),
    "imprint_top": Kind("版记首线", "imprint", pitch=1, size=1, before=PITCH),
    "imprint_thick": Kind("版记粗线", "imprint", pitch=1, size=1),
    "imprint_thin": Kind("版记细线", "imprint", pitch=0.7, size=1),
    "imprint": Kind(
        "版记", "imprint", left=300, right=100, hanging=200, pitch=grid.IMPRINT_PITCH, before=2,
        after=2,
    ),
    "imprint_names": Kind(
        "版记人员", "imprint", left=100, pitch=grid.IMPRINT_PITCH, before=2
    ),
    "print_run": Kind(
        "印数", "imprint", "right", right=100, pitch=grid.IMPRINT_PITCH
    ),
    "document_end": Kind("文末", "imprint", pitch=1, size=1),
    "odd_page": Kind("单页页码", "page_number", "right", right=100, pitch=20),
    "even_page": Kind("双页页码", "page_number", left=100, pitch=20),
}  # fmt: skip

STRONG, EMPHASIS = "黑体强调", "楷体强调"
"""The character styles of bold and emphasised words."""
NOTE_MARK = "footnote reference"
"""Word's own style of the marks of footnotes."""
TABLE, PAIR = "简报表格", "照片对"


def add_styles(document: Any, layout: Layout, language: str) -> dict[str, Any]:
    """Add every style of a layout to a Word document; the paragraph styles by their kind."""
    _set_defaults(document, layout, language)
    made = {key: _add_style(document, kind, layout) for key, kind in KINDS.items()}
    _color(made["serial_name"], layout.colors["masthead"])
    _color(made["urgency"], layout.colors["urgency"])
    for key, edge, eighths, color in (
        ("red_rule", "bottom", 16, layout.colors["rule"]),
        ("rule", "bottom", 4, "#000000"),
    ):
        oxml.set_border(
            made[key].element.get_or_add_pPr(), edge, eighths=eighths, color=color.lstrip("#")
        )
    for key in ("imprint_top", "imprint_thick", "imprint_thin"):
        oxml.set_shading(made[key].element.get_or_add_pPr(), "000000")
    _tab(made["handling"], 0)
    _tab(made["office_line"], grid.CHARACTER_PITCH)
    _tab(made["contents_entry"], grid.CHARACTER_PITCH, WD_TAB_LEADER.DOTS)
    for name, face in ((STRONG, "hei"), (EMPHASIS, "kai")):
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        oxml.set_east_asia(style.element.get_or_add_rPr(), FACES[face].docx)
    marks = document.styles.add_style(NOTE_MARK, WD_STYLE_TYPE.CHARACTER, builtin=True)
    marks.font.superscript = True
    oxml.add_table_style(document, TABLE)
    oxml.add_table_style(document, PAIR, ruled=False)
    for style in document.styles.element.style_lst:
        oxml.in_schema_order(style)
    return made


def added_styles(document: Any) -> dict[str, Any]:
    """The paragraph styles that `add_styles` has put into a document, by their kind."""
    by_name = {style.name: style for style in document.styles}
    return {
        key: by_name[f"Heading {kind.level}" if kind.level else kind.name]
        for key, kind in KINDS.items()
    }


def fit_name(style: Any, size: float, spacing: float, *, before: float) -> None:
    """Let the serial's name fill its width: size, room between its characters, room above, pt."""
    style.font.size = Pt(size)
    style.paragraph_format.space_before = Pt(before)
    properties = style.element.get_or_add_rPr()
    oxml.set_letter_spacing(properties, twentieths=round(spacing * 20))
    oxml.in_schema_order(style.element)


def _set_defaults(document: Any, layout: Layout, language: str) -> None:
    """What holds where no style says otherwise; Word's theme faces and colours are taken out."""
    body, face = layout.styles["body"], FACES[layout.styles["body"].face].docx
    oxml.set_default_run(document.styles.element, east_asia=face, language=language)
    normal = document.styles["Normal"]
    normal.font.size = Pt(body.size)
    oxml.set_fonts(normal.element.get_or_add_rPr(), east_asia=face)
    _color(normal, layout.colors["text"])
    for properties in (normal.element.get_or_add_pPr(), normal.element.get_or_add_rPr()):
        oxml.leave_grid(properties)
    _space(normal.paragraph_format, PITCH, 0, 0)


def _add_style(document: Any, kind: Kind, layout: Layout) -> Any:
    own = layout.styles[kind.base]
    made = _own_style(document, kind)
    size = kind.size or own.size
    made.font.size = Pt(size)
    made.font.bold = True if own.bold else None
    made.quick_style = True
    properties = made.element.get_or_add_rPr()
    oxml.set_fonts(properties, east_asia=FACES[kind.face or own.face].docx)
    spacing = kind.spacing or (TIGHT if size == grid.BODY_SIZE else 0)
    if spacing:
        oxml.set_letter_spacing(properties, twentieths=spacing)
    paragraph = made.paragraph_format
    paragraph.alignment = ALIGN[own.align or kind.align]
    before = own.before * PITCH if kind.before is None else kind.before
    after = own.after * PITCH if kind.after is None else kind.after
    _space(paragraph, kind.pitch, before, after)
    paragraph.widow_control = True
    _indent(made, kind, own, size)
    if kind.keeps:
        paragraph.keep_with_next = paragraph.keep_together = True
    return made


def _own_style(document: Any, kind: Kind) -> Any:
    """A new style, or Word's own heading under its second name, emptied."""
    if not kind.level:
        made = document.styles.add_style(kind.name, WD_STYLE_TYPE.PARAGRAPH, kind.builtin)
        made.base_style = document.styles["Normal"]
        return made
    made = document.styles[f"Heading {kind.level}"]
    oxml.empty_style(made.element, alias=kind.name, level=kind.level)
    return made


def _space(paragraph: Any, pitch: float, before: float, after: float) -> None:
    paragraph.space_before, paragraph.space_after = Pt(before), Pt(after)
    if pitch:
        paragraph.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.line_spacing = Pt(pitch)
    else:
        paragraph.line_spacing = 1.0


def _indent(made: Any, kind: Kind, own: Style, size: float) -> None:
    """Indents in characters, and beside them in twips for programs that know no other."""
    character = grid.CHARACTER_PITCH if size == grid.BODY_SIZE else size
    left = kind.left + round(own.indent * 100)
    values = {"firstLine": kind.first, "left": left, "right": kind.right, "hanging": kind.hanging}
    chars = {f"{key}Chars": value for key, value in values.items() if value}
    twips = {key: round(value / 5 * character) for key, value in values.items() if value}
    if chars:
        oxml.set_indent(made.element.get_or_add_pPr(), **chars, **twips)


def _tab(made: Any, short: float, leader: Any = WD_TAB_LEADER.SPACES) -> None:
    """A stop at the right edge, `short` points before it."""
    made.paragraph_format.tab_stops.add_tab_stop(
        Mm(grid.AREA_WIDTH) - Pt(short), WD_TAB_ALIGNMENT.RIGHT, leader
    )


def _color(style: Any, color: str) -> None:
    style.font.color.rgb = RGBColor.from_string(color.lstrip("#").upper())
