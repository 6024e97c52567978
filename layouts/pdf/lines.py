"""In this file WeasyPrint learns to set lines of Chinese as Word, WPS and LibreOffice do.

A justified line is spread between its characters, a mark behind a full line hangs in the margin,
and a little room stands between a Chinese character and a number or Latin word; every line is as
high as the next, whatever faces stand in it. WeasyPrint 70 does none of it: it spreads at spaces,
of which Chinese has none. An issue must break at the same
characters in each program; the functions replaced here are WeasyPrint's own places for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, preferred
from weasyprint.pdf.stream import Stream
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

from layouts.pdf.breaks import better_break

HANGING = "，。、；：！？"
"""Marks that may stand in the margin behind a full line, one a line."""
LOOK_AHEAD = 24
"""A mark further behind the break than this cannot be drawn into the line."""
_NEVER_FIRST = "，。、；：！？）》〉】〕」』”’…—·％"
_NEVER_LAST = "（《〈【〔「『“‘"
BREAKS_AT_QUOTES = re.compile(
    f"(?<=[\\u2e80-\\uffef][”’])(?=[^{_NEVER_FIRST}\\s0-9A-Za-z])"
    f"|(?<=[^{_NEVER_LAST}\\s0-9A-Za-z])(?=[“‘][\\u2e80-\\uffef])"
)
"""Where a line of Chinese may end at a quotation mark, though Pango takes none there: to it the
marks may as well be English."""
SPREADABLE = re.compile(
    "[ \\u00a0\\u2018\\u2019\\u201c\\u201d\\u2014\\u2026\\u00b7\\u2460-\\u2473\\u25a0-\\u25ff"
    "\\u2e80-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef\\U00020000-\\U0003ffff]+"
)
"""Runs of characters that may be set apart to fill a line; Latin words and numbers stay whole."""
WIDEST_SPREAD = 0.75
"""Of the type's size: a line that would be spread wider stays ragged."""

_IDEOGRAPH = "[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_ALPHANUMERIC = "[0-9A-Za-z\u00c0-\u017f]"
MEETINGS = re.compile(f"(?<={_IDEOGRAPH})(?={_ALPHANUMERIC})|(?<={_ALPHANUMERIC})(?={_IDEOGRAPH})")
"""Where a Chinese character and a number or Latin word meet."""
ROOM_BETWEEN = 0.22
"""Of the type's size; Word gives a quarter, LibreOffice a little less."""

NARROWER = 0.05
"""Of the type's size: so much of all rooms of a line may be given up for a character to fit."""

ASCENT = 0.88
"""Of the type's size: how far a Chinese character reaches above its baseline, in every face."""

POINT = 0.75
"""Of one of WeasyPrint's pixels."""
CIRCLED = re.compile("[\u2460-\u2473]")
"""The marks of footnotes, which stay with the character before them."""
ALONE = re.compile("[0-9A-Za-z\u4e00-\u9fff]{3}")
"""The first of these characters stands alone on a line without width."""
LEAST_WIDE, LEAST_NARROW = 0.75, 0.2
"""Of the type's size: no Chinese character is narrower, set as close as any layout sets it, and
no other."""

_split_first_line = line_break.split_first_line
_strut = line_break.strut
_set_text = line_break.Layout.set_text
_get_first_line = line_break.Layout.get_first_line
_can_break_text = inline.can_break_text
_show_text = Stream.show_text


def set_chinese_lines() -> None:
    """Let WeasyPrint set every line from now on as above; once for the process."""
    inline.split_first_line = _split_line_of_one_height
    preferred.split_first_line = _split_line_at_each_character
    inline.strut = _strut_of_one_height
    inline.can_break_text = _can_break_between
    inline.justify_line = _justify_line
    line_break.Layout.set_text = _set_spread_text
    line_break.Layout.get_first_line = _get_line_with_rooms
    Stream.show_text = _show_text_without_empty_strings


@dataclass(frozen=True)
class _Line:
    """What `split_first_line` answers, in its order."""

    layout: Any
    length: int
    resume_at: int | None
    width: float
    height: float
    baseline: float
    room: float = 0
    """What stands between a Chinese character and a number in it."""

    def in_order(self) -> tuple[Any, int, int | None, float, float, float]:
        return (
            self.layout, self.length, self.resume_at, self.width, self.height, self.baseline,
        )  # fmt: skip


def _show_text_without_empty_strings(stream: Any, text: str) -> None:
    """As `show_text`; PDFium, which is Chromium's, loses the room behind a text with empty strings.

    Then lines with numbers, whose room stands at the end of a text, would not end at the edge.
    """
    _show_text(stream, text.replace("<>", " "))


def _can_break_between(pair: str, language: str) -> bool:
    """As `can_break_text`, of the two characters where two inline boxes meet."""
    return not CIRCLED.fullmatch(pair[-1:]) and bool(_can_break_text(pair, language))


def _split_line_of_one_height(text: str, style: Any, *others: Any, **named: Any) -> Any:
    """As `split_first_line`; digits of another face do not make a line higher than its pitch."""
    *before, _height, _baseline = _split_chinese_line(text, style, *others, **named)
    size = style["font_size"]
    return (*before, size, ASCENT * size)


def _split_line_at_each_character(  # noqa: PLR0917 - called in this order by WeasyPrint
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """As `split_first_line`, where it is asked how narrow a table's column may be.

    A text that may be broken anywhere is then set a character a line, which for a table of
    thousands of rows was a third of its time: what a character takes is asked once for a style.
    """
    widths: dict[tuple[str, bool], Any] | None = None
    if max_width == 0 and style["overflow_wrap"] == "anywhere" and ALONE.match(text):
        widths = style.__dict__.setdefault("alone", {})
        if (known := widths.get((text[0], is_line_start))) is not None:
            return known
    line = _split_first_line(
        text, style, context, max_width, justification_spacing, is_line_start, minimum
    )
    if widths is not None and line[2] == len(text[0].encode()):
        widths[text[0], is_line_start] = line
    return line


def _strut_of_one_height(style: Any) -> tuple[float, float]:
    """As `strut`: the line height of a style, and where in it the baseline is."""
    made = getattr(style, "strut", None)
    if made is None:
        line_height, _baseline = _strut(style)
        size = style["font_size"]
        made = style.strut = line_height, (line_height - size) / 2 + ASCENT * size
    return made


def _split_chinese_line(  # noqa: PLR0917 - called in this order by WeasyPrint
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """As `split_first_line`, for justified text: with room at meetings and a hanging mark."""

    def split(words: str, width: float | None) -> _Line:
        def at_once(some: str) -> _Line:
            return _Line(
                *_split_first_line(
                    some, style, context, width, justification_spacing, is_line_start, minimum
                )
            )

        enough = words if width is None else _enough(words, width / style["font_size"])
        line = at_once(enough)
        return line if line.resume_at is not None or enough == words else at_once(words)

    if max_width is None or max_width == inf or style["text_align_all"] != "justify":
        return _split_first_line(
            text, style, context, max_width, justification_spacing, is_line_start, minimum
        )
    size = style["font_size"]
    line = _up_to_quote(split, text, _fitted(split, text, size, max_width), size, max_width)
    if line.resume_at is not None:
        encoded = text.encode()
        behind = encoded[line.resume_at : line.resume_at + 4 * LOOK_AHEAD]
        rooms = len(MEETINGS.findall(encoded[: line.length].decode())) * ROOM_BETWEEN * size
        room = max_width + size - line.width + rooms
        if _may_hang(behind.decode(errors="ignore")[:LOOK_AHEAD], room / size):
            longer = _fitted(split, text, size, max_width + size)
            taken = encoded[: longer.length].decode()
            if taken[-1:] in HANGING and max_width < longer.width <= max_width + size:
                line = replace(longer, width=max_width)
    line = _ending_well(split, text, line, size, max_width)
    line.layout.rooms = line.room
    return line.in_order()


def _ending_well(split: _Split, text: str, line: _Line, size: float, max_width: float) -> _Line:
    """The line, or a shorter one where it would part what belongs together."""
    if line.resume_at is None:
        return line
    at = len(text.encode()[: line.resume_at].decode())
    place = better_break(text, at)
    if place == at:
        return line
    shorter = _fitted(split, text[:place], size, max_width)
    if shorter.resume_at is not None:
        return line
    shorter.layout.ends_early = True
    return replace(shorter, resume_at=len(text[:place].encode()))


def _enough(words: str, width: float) -> str:
    """So much of a text that the first line's end is in it, whatever the widths of its characters.

    It ends between two ideographs, where a line may end and nothing is drawn otherwise than in
    the whole. A paragraph of a hundred lines would be shaped for each of them by and by.
    """
    taken = 0.0
    for place in range(2, len(words)):
        # What stands two characters before is surely in the second line.
        if taken > width and _is_wide(words[place]) and _is_wide(words[place - 1]):
            return words[:place]
        taken += _least_width(words[place - 2])
    return words


def _may_hang(behind: str, room: float) -> bool:
    """Whether a mark that may hang stands so near behind a line that it could."""
    places = [place for place, one in enumerate(behind) if one in HANGING]
    return bool(places) and _least_width(behind[: places[0] + 1]) <= room


def _least_width(words: str) -> float:
    """What a text takes at least, in its own size."""
    return sum(LEAST_WIDE if one >= "\u2e80" else LEAST_NARROW for one in words)


def _is_wide(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


_Split = Callable[[str, float], _Line]


def _up_to_quote(split: _Split, text: str, line: _Line, size: float, max_width: float) -> _Line:
    """The line, or a longer one that ends at a quotation mark and still fits."""
    if line.resume_at is None:
        return line
    taken = len(text.encode()[: line.resume_at].decode())
    near = text[: taken + LOOK_AHEAD]
    for place in reversed([one.start() for one in BREAKS_AT_QUOTES.finditer(near, taken + 1)]):
        longer = _fitted(split, text[:place], size, max_width)
        if longer.resume_at is None and longer.width <= max_width:
            return replace(longer, resume_at=len(text[:place].encode()))
    return line


def _fitted(split: _Split, text: str, size: float, max_width: float) -> _Line:
    """The longest line that fits with its rooms, which may be a little narrower for it."""
    encoded = text.encode()

    def rooms(line: _Line) -> int:
        return len(MEETINGS.findall(encoded[: line.length].decode()))

    def least(count: int) -> float:
        return max(0, count * ROOM_BETWEEN - NARROWER) * size

    line = split(text, max_width)
    count = rooms(line)
    if count and line.width + least(count) > max_width:
        # A shorter line may have fewer rooms, and then be shorter than it must.
        line = split(text, max_width - least(count))
        if (fewer := rooms(line)) < count:
            longer = split(text, max_width - least(fewer))
            line = longer if longer.width + least(rooms(longer)) <= max_width else line
        count = rooms(line)
    width = line.width + count * ROOM_BETWEEN * size
    if not count or width <= max_width or line.width > max_width:
        return replace(line, width=width, room=ROOM_BETWEEN * size)
    return replace(line, width=max_width, room=(max_width - line.width) / count)


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
        layout.rooms = getattr(box.pango_layout, "rooms", 0)
        layout.ends_early = getattr(box.pango_layout, "ends_early", False)
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


def early_lines(pages: list[Any]) -> dict[str, list[tuple[str, float]]]:
    """What was set wider because its line ended early, by block: the words, and how much, pt.

    A program that would end the line elsewhere is brought to the same by setting them wider too.
    """
    found: dict[str, list[tuple[str, float]]] = {}
    for page in pages:
        _look_for_early(page._page_box, "", found)  # noqa: SLF001 - no other way to boxes
    return found


def _look_for_early(box: Any, block: str, found: dict[str, list[tuple[str, float]]]) -> None:
    for child in box.children:
        if isinstance(child, boxes.LineBox):
            texts = list(_text_boxes(child))
            if block and texts and getattr(texts[-1].pango_layout, "ends_early", False):
                spread = sum(one.justification_spacing * _spreadable(one.text) for one in texts)
                if spread > 0:
                    found.setdefault(block, []).append((texts[-1].text, round(spread * POINT, 2)))
        elif isinstance(child, boxes.ParentBox):
            element = child.element
            name = element.get("data-block") if element is not None else None
            _look_for_early(child, name or block, found)


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
    layout.is_drawn = justify
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


def _get_line_with_rooms(layout: Any) -> Any:
    """As `Layout.get_first_line`; while drawing, room is made in the line's glyphs."""
    line, index = _get_first_line(layout)
    rooms = getattr(layout, "rooms", 0)
    if rooms and getattr(layout, "is_drawn", False):
        # Once for a line: it is kept by Pango with what is done to it.
        layout.is_drawn = False
        places = {
            len(layout.text[: meeting.start()].encode())
            for meeting in MEETINGS.finditer(layout.text)
        }
        _make_room(line, places, int(rooms * TO_UNITS))
    return line, index


def _make_room(line: Any, places: set[int], units: int) -> None:
    run = line.runs[0] if places else ffi.NULL
    while run != ffi.NULL:
        item, glyphs = run.data.item, run.data.glyphs
        count, clusters = glyphs.num_glyphs, glyphs.log_clusters
        for number in range(count):
            end = item.length if number == count - 1 else clusters[number + 1]
            if clusters[number] != end and item.offset + end in places:
                glyphs.glyphs[number].geometry.width += units
        run = run.next
