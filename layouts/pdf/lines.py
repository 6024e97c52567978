"""In this file WeasyPrint learns to set lines of Chinese: spread between characters, marks hanging.

WeasyPrint 70 spreads a justified line at its spaces alone, of which Chinese has none, and knows no
hanging punctuation. Word, WPS and LibreOffice do both, and an issue must break at the same
characters in each of them. The two functions replaced here are WeasyPrint's own places for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

HANGING = "，。、；：！？"
"""Marks that may stand in the margin behind a full line, one a line."""
LOOK_AHEAD = 24
"""A mark further behind the break than this cannot be drawn into the line."""
SPREADABLE = re.compile(
    "[ \\u00a0\\u2018\\u2019\\u201c\\u201d\\u2014\\u2026\\u00b7\\u2460-\\u2473\\u25a0-\\u25ff"
    "\\u2e80-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef\\U00020000-\\U0003ffff]+"
)
"""Runs of characters that may be set apart to fill a line; Latin words and numbers stay whole."""
WIDEST_SPREAD = 0.75
"""Of the type's size: a line that would be spread wider stays ragged."""

_split_first_line = line_break.split_first_line
_set_text = line_break.Layout.set_text


def set_chinese_lines() -> None:
    """Let WeasyPrint set every line from now on as above; once for the process."""
    inline.split_first_line = _split_with_hanging_mark
    inline.justify_line = _justify_line
    line_break.Layout.set_text = _set_spread_text


def _split_with_hanging_mark(  # noqa: PLR0917 - called in this order by WeasyPrint
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """As `split_first_line`, but a mark just behind a full line is taken into it."""

    def split(width: float | None) -> Any:
        return _split_first_line(
            text, style, context, width, justification_spacing, is_line_start, minimum
        )

    narrow = split(max_width)
    behind = narrow[2]
    if behind is None or max_width is None or style["text_align_all"] != "justify":
        return narrow
    if not any(mark in HANGING for mark in text.encode()[behind:].decode()[:LOOK_AHEAD]):
        return narrow
    mark_width = style["font_size"]
    wide = split(max_width + mark_width)
    layout, length, resume_at, width, height, baseline = wide
    taken = text.encode()[:length].decode()
    fits = width - mark_width <= max_width and taken[-1:] in HANGING and length > narrow[1]
    if not fits or width <= max_width:
        return narrow
    layout.hanging = width - max_width
    return layout, length, resume_at, max_width, height, baseline


def _justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Spread a line between its characters and at its spaces, so that it ends where others do."""
    texts = list(_text_boxes(line))
    if not texts:
        return
    counts = [_spreadable(box.text) for box in texts]
    # Pango gives nothing at the two ends of a line.
    gaps = sum(counts) - 0.5 * sum(
        SPREADABLE.match(end) is not None for end in (texts[-1].text[:1], texts[-1].text[-1:])
    )
    spacing = extra_width / gaps if gaps >= 1 else 0
    if 0 < spacing <= WIDEST_SPREAD * line.style["font_size"]:
        _spread(context, line, spacing, 0)


def _spread(context: Any, box: Any, spacing: float, moved: float) -> float:
    """Move what is in a line to the right by what is spread before it; how far the end moves."""
    if isinstance(box, boxes.TextBox):
        box.position_x += moved
        layout = line_break.create_layout(box.text, box.style, context, None, spacing)
        layout.deactivate()
        box.justification_spacing, box.pango_layout = spacing, layout
        added = spacing * _spreadable(box.text)
        box.width += added
        return moved + added
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += moved
        before = moved
        for child in box.children:
            if child.is_in_normal_flow():
                moved = _spread(context, child, spacing, moved)
        box.width += moved - before
        return moved
    box.translate(moved, 0)
    return moved


def _text_boxes(box: Any) -> Iterator[Any]:
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _text_boxes(child)


def _spreadable(text: str) -> int:
    return sum(len(run.group()) for run in SPREADABLE.finditer(text))


def _set_spread_text(layout: Any, text: str, justify: bool = False) -> None:
    """As `Layout.set_text`; while drawing, characters of a justified line are set apart."""
    spacing, layout.justification_spacing = layout.justification_spacing, 0
    _set_text(layout, text, justify)
    layout.justification_spacing = spacing
    if not (justify and spacing):
        return
    own = layout.style["letter_spacing"]
    units = int((spacing + (0 if own == "normal" else own)) * TO_UNITS)
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for run in SPREADABLE.finditer(layout.text):
        attribute = pango.pango_attr_letter_spacing_new(units)
        attribute.start_index = len(layout.text[: run.start()].encode())
        attribute.end_index = len(layout.text[: run.end()].encode())
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)
