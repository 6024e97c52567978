"""In this file scanned pages become paragraphs: a child reads each, we put its lines in order.

The reading itself is an optional part of the program (`ocr`); without it a scan is kept and shown,
and a person types it.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from publisher.retrospect.drafts import Unsure
from publisher.retrospect.errors import Unreadable
from publisher.retrospect.eye import MOST_PAGES, REFUSED, SURE
from publisher.retrospect.pages import Line, outermost, paragraphs_of
from publisher.retrospect.paragraphs import Extract

PICTURES = frozenset({"png", "jpg", "tif"})
"""The forms of a file that is nothing but pictures."""
WAIT = 240
"""Seconds for one page by the clock; the processor's are limited in the child."""
ALIKE = 0.13
"""Lines whose characters differ by less are of one size: boxes are not drawn to the point."""
UPPER, LOWER = 0.07, 0.88
"""A folio stands above or below these shares of a page's height, counted from its upper edge."""
FOLIO = re.compile(r"^[-—–－一_~.·\s]*\d{1,4}[-—–－一_~.·\s]*$|^第\s*\d+\s*页")
"""Dashes beside it are taken for other strokes now and then."""
BRACKETS = re.compile(r"\(([^()]*[\u3400-\u9fff][^()]*)\)")
"""Around Chinese words they are full-width, whatever width they were taken for."""


@dataclass(frozen=True)
class Box:
    """A run of text on a page set straight, in points from its upper left corner."""

    text: str
    sure: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """The height its characters stand at."""
        return (self.top + self.bottom) / 2

    @property
    def em(self) -> float:
        """The width of one Chinese character; of a few characters, the height tells better."""
        width = sum(1 if ord(one) > 0x2E7F else 0.5 for one in self.text)
        return (self.right - self.left) / width if width >= 4 else self.bottom - self.top


def can_read() -> bool:
    """Whether the part that reads pictures is installed."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


def bound(content: bytes) -> bytes:
    """The PDF of a picture's pages; raises `Unreadable`."""
    return _asked(content, "bind")


def read_page(pdf: bytes, number: int) -> dict[str, Any]:
    """What stands on a page, as `eye.py` says it; raises `Unreadable`."""
    value: dict[str, Any] = json.loads(_asked(pdf, "read", str(number)))
    return value


def _asked(content: bytes, *words: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "publisher.retrospect.eye", *words],
            input=content,
            capture_output=True,
            timeout=WAIT,
            check=False,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "OMP_NUM_THREADS": "1",
            },
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("这一页在规定时间内没有识别完。") from error
    if done.returncode == REFUSED:
        raise Unreadable(done.stdout.decode())
    if done.returncode != 0:
        raise Unreadable("图片已损坏或过大，没有识别出来。")
    return done.stdout


def to_read(extract: Extract) -> list[int]:
    """The pages of a file that have to be read from their pictures."""
    return list(extract.scanned)[:MOST_PAGES]


def with_readings(extract: Extract, readings: Mapping[int, Mapping[str, Any]]) -> Extract:
    """The extract with what was read of its scanned pages, in their places."""
    if not readings:
        return extract
    body = body_size([box for one in readings.values() for box in straightened(one)])
    lines = [straight_lines(readings[page], page, body) for page in sorted(readings)]
    read = paragraphs_of(_at_one_margin([one for one in lines if one]))
    others = [one for one in extract.paragraphs if one.page not in readings]
    paragraphs = sorted([*others, *read], key=lambda one: one.page)
    failed = [page for page, value in readings.items() if value.get("failed")]
    notes = [f"第{page}页没有识别出来，请对照页面填写。" for page in failed]
    if len(extract.scanned) > MOST_PAGES:
        notes.append(f"扫描件有 {len(extract.scanned)} 页，只识别了前 {MOST_PAGES} 页。")
    unsure = tuple(
        Unsure(page, line["text"], line["sure"])
        for page in sorted(readings)
        for line in readings[page].get("lines", ())
        if line["sure"] < SURE
    )
    return replace(extract, paragraphs=tuple(paragraphs), notes=tuple(notes), unsure=unsure)


def straight_lines(reading: Mapping[str, Any], page: int, body: float | None = None) -> list[Line]:
    """The lines of a page from top to bottom, set straight, runs on one height joined.

    `body` is the size of the running text, where other pages tell it better.
    """
    height = float(reading.get("height", 0))
    boxes = [
        one
        for one in straightened(reading)
        if not (FOLIO.match(one.text) and not height * UPPER < one.middle < height * LOWER)
    ]
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda one: one.middle):
        last = rows[-1][-1] if rows else None
        lower = min(box.bottom - box.top, last.bottom - last.top) if last else 0
        if last is not None and abs(box.middle - last.middle) < lower * 0.5:
            rows[-1].append(box)
        else:
            rows.append([box])
    size = body or body_size(boxes)
    return [_line(sorted(row, key=lambda one: one.left), page, height, size) for row in rows]


def straightened(reading: Mapping[str, Any]) -> list[Box]:
    """The runs of a page turned by as much as the sheet lay askew: what most long lines say."""
    lines = reading.get("lines", ())
    angles = [
        math.atan2(y1 - y0, x1 - x0)
        for (x0, y0), (x1, y1), *_others in (one["box"] for one in lines)
        if math.hypot(x1 - x0, y1 - y0) > 100
    ]
    angle = statistics.median(angles) if angles else 0.0
    cos, sin = math.cos(angle), math.sin(angle)
    made = []
    for one in lines:
        xs = [x * cos + y * sin for x, y in one["box"]]
        ys = [y * cos - x * sin for x, y in one["box"]]
        # Left and right of a box that is askew are where the middles of its sides are.
        left, right = (xs[0] + xs[3]) / 2, (xs[1] + xs[2]) / 2
        top, bottom = (ys[0] + ys[1]) / 2, (ys[2] + ys[3]) / 2
        text = BRACKETS.sub(r"（\1）", one["text"].strip())
        made.append(Box(text, float(one["sure"]), left, right, top, bottom))
    return made


def body_size(boxes: Sequence[Box]) -> float:
    """The size of the running text: that of the most characters."""
    sizes = [size for one in boxes for size in [one.em] * len(one.text) if len(one.text) >= 8]
    return statistics.median(sizes) if sizes else 16.0


def _line(row: Sequence[Box], page: int, height: float, body: float) -> Line:
    pieces: list[str] = []
    before = row[0].left
    for box in row:
        if pieces and box.left - before > body * 0.9:
            pieces.append("　" if box.left - before < body * 3 else "\t")
        pieces.append(box.text)
        before = box.right
    longest = max(row, key=lambda one: len(one.text))
    return Line(
        text="".join(pieces),
        page=page,
        left=row[0].left,
        right=row[-1].right,
        base=height - longest.middle,
        size=_size(longest.em, body),
        font="",
        bold=False,
    )


def _size(em: float, body: float) -> float:
    """A size in points; what differs little from the running text's is the same."""
    return round(body) if abs(em / body - 1) < ALIKE else round(em)


def _at_one_margin(pages: list[list[Line]]) -> list[list[Line]]:
    """Pages laid over each other: no two sheets lie alike on the glass."""
    margins = [outermost([one.left for one in lines], left=True) for lines in pages]
    if not margins:
        return pages
    common = statistics.median_low(margins)
    return [
        [
            replace(one, left=one.left - margin + common, right=one.right - margin + common)
            for one in lines
        ]
        if len(lines) > 5
        else lines
        for lines, margin in zip(pages, margins, strict=True)
    ]
