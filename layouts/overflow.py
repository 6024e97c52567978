"""In this file set pages are measured: what stands outside the type area and cannot be read whole.

The lines of a set page are asked of the PDF itself, whatever layout and CSS it came from. A mark
may hang one character to the right of its line, as Word hangs it; a photo or a rule is no text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pypdfium2

from layouts import grid
from layouts.document import Document
from layouts.faults import Fault, tell
from layouts.preflight import texts

HANGING_MM = 6.0
"""A mark of 16 points behind a full line, with its glyph's own white."""
BELOW_MM = 1.0
LONGEST_QUOTE = 20
MOST_FAULTS = 20
"""A page that is all wrong is told, not every line of it."""
PAGE_NUMBER = re.compile(r"\s*[—–-]\s*\d+\s*[—–-]\s*")


def overflow_faults(document: Document, pdf: bytes) -> tuple[Fault, ...]:
    """The texts of the pages set from a document that leave the type area, page by page."""
    placed = [(place, _bare(text)) for place, text in texts(document)]
    return tuple(itertools.islice(_faults(placed, pdf), MOST_FAULTS))


def _faults(placed: list[tuple[str, str]], pdf: bytes) -> Iterator[Fault]:
    opened = pypdfium2.PdfDocument(pdf)
    try:
        for number, page in enumerate(opened, 1):
            told = set()
            for words, millimetres in _outside(page):
                shown = words[:LONGEST_QUOTE]
                place = _place_of(words, placed) or f"page-{number}"
                if place in told:
                    continue
                told.add(place)
                yield tell(
                    "text-overflow", place, quote=shown, page=number, words=shown, mm=millimetres
                )
            page.close()
    finally:
        opened.close()


def _outside(page: pypdfium2.PdfPage) -> Iterator[tuple[str, int]]:
    """Each line of a page that leaves the type area, with how far, mm."""
    width, height = page.get_size()
    mm = grid.POINTS_PER_MM
    left, right = grid.LEFT * mm, width - grid.RIGHT * mm
    bottom = grid.BOTTOM * mm
    text = page.get_textpage()
    try:
        for number in range(text.count_rects()):
            x0, y0, x1, y1 = text.get_rect(number)
            out = max(
                x1 - right - HANGING_MM * mm,
                left - x0 - BELOW_MM * mm,
                bottom - y0 - BELOW_MM * mm,
                y1 - height,
            )
            if out <= 0:
                continue
            words = text.get_text_bounded(x0, y0, x1, y1).strip()
            if words and not PAGE_NUMBER.fullmatch(words):
                beyond = max(x1 - right, left - x0, bottom - y0, y1 - height)
                yield words, round(beyond / mm)
    finally:
        text.close()


def _place_of(words: str, placed: list[tuple[str, str]]) -> str:
    """The block, article or field that a line stands in; empty where it cannot be told."""
    bare = _bare(words)
    for wanted in filter(None, (bare, bare[:8])):
        for place, text in placed:
            if wanted in text:
                return place
    return ""


def _bare(text: str) -> str:
    return "".join(text.split())
