"""In this file handwriting is read from what a browser sends, and drawn: strokes, SVG, PNG.

A stroke is a list of points: x and y in thousandths of the page's width, pressure from 0 to 1. They
come from outside, so numbers and sizes are bounded, and a drawing is made of numbers alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import gettext as _
from PIL import Image, ImageDraw

from publisher.errors import InputRefused

MOST_PAGES = 40
MOST_STROKES = 2_000
MOST_POINTS = 40_000
"""In one instruction: more than a page written full."""
LONGEST = 2_000_000
"""Of what is sent, in characters."""
WIDE = 1000
"""The width of every page, whatever the screen was."""
TALLEST = 2000
THIN, THICK = 1.6, 5.2
"""The line at pressure 0 and 1, in thousandths of the width: 0.3 to 1.1 mm on A4."""
COLOR = "#1b2f6b"

Point = list[float]
Stroke = list[Point]


@dataclass(frozen=True)
class Page:
    """What was written on one page; 0 is an empty sheet."""

    page: int
    height: int
    strokes: list[Stroke]

    @property
    def digest(self) -> str:
        """SHA-256 of it: the same hand, the same digest."""
        told = json.dumps([self.page, self.height, self.strokes], separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()


def read_pages(sent: str, *, pages: int) -> list[Page]:
    """The pages that were written on, of an issue of so many; raises `InputRefused`.

    The form is {"pages": [{"page": 1, "height": 1414, "strokes": [[[x, y, pressure], …], …]}]}.
    """
    if not sent.strip():
        return []
    if len(sent) > LONGEST:
        raise InputRefused(_("手写内容过多，请分次写。"), field="ink")
    try:
        given = json.loads(sent)
        found = [_page(one, pages) for one in given["pages"]]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise InputRefused(_("手写内容没有收全，请重写。"), field="ink") from error
    found = [one for one in found if one.strokes]
    points = sum(len(stroke) for one in found for stroke in one.strokes)
    strokes = sum(len(one.strokes) for one in found)
    if strokes > MOST_STROKES or points > MOST_POINTS or len(found) > MOST_PAGES:
        raise InputRefused(_("手写内容过多，请分次写。"), field="ink")
    if len({one.page for one in found}) < len(found):
        raise InputRefused(_("手写内容没有收全，请重写。"), field="ink")
    return found


def _page(given: dict[str, object], pages: int) -> Page:
    page, height, strokes = given["page"], given["height"], given["strokes"]
    if type(page) is not int or type(height) is not int or not isinstance(strokes, list):
        raise TypeError
    if not 0 <= page <= pages or not 100 <= height <= TALLEST:
        raise ValueError
    return Page(page, height, [_stroke(one, height) for one in strokes if one])


def _stroke(given: object, height: int) -> Stroke:
    if not isinstance(given, list):
        raise TypeError
    return [_point(one, height) for one in given]


def _point(given: object, height: int) -> Point:
    if not isinstance(given, list) or len(given) != 3:
        raise ValueError
    x, y, pressure = (_number(one) for one in given)
    return [
        round(min(max(x, 0), WIDE), 1),
        round(min(max(y, 0), height), 1),
        round(min(max(pressure, 0), 1), 2),
    ]


def _number(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise TypeError
    return float(given)


def svg(strokes: Sequence[Stroke], height: int) -> str:
    """The strokes as a drawing of their own, made of numbers alone."""
    shapes = "".join(f'<path d="{_outline(stroke)}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" '
        f'width="{WIDE}" height="{height}" fill="{COLOR}">{shapes}</svg>'
    )


def _outline(stroke: Stroke) -> str:
    """A line as thick as it was pressed: round pieces and the quadrangles between them."""
    parts = [_dot(x, y, _thick(pressure) / 2) for x, y, pressure in stroke]
    for (x1, y1, p1), (x2, y2, p2) in pairwise(stroke):
        corners = _between((x1, y1, p1), (x2, y2, p2))
        if corners:
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z")
    return "".join(parts)


def _dot(x: float, y: float, radius: float) -> str:
    return (
        f"M{x - radius:.1f} {y:.1f}"
        f"a{radius:.1f} {radius:.1f} 0 1 1 {2 * radius:.1f} 0"
        f"a{radius:.1f} {radius:.1f} 0 1 1 {-2 * radius:.1f} 0Z"
    )


def _thick(pressure: float) -> float:
    return THIN + (THICK - THIN) * pressure


def _between(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> list[tuple[float, float]]:
    """The quadrangle between two round pieces."""
    (x1, y1, p1), (x2, y2, p2) = one, other
    r1, r2 = _thick(p1) / 2, _thick(p2) / 2
    length = math.hypot(x2 - x1, y2 - y1)
    if not length:
        return []
    across, along = (y1 - y2) / length, (x2 - x1) / length
    # All run the same way round, so that overlapping pieces never cut a hole.
    return [
        (x1 - across * r1, y1 - along * r1),
        (x2 - across * r2, y2 - along * r2),
        (x2 + across * r2, y2 + along * r2),
        (x1 + across * r1, y1 + along * r1),
    ]


def png(strokes: Sequence[Stroke]) -> bytes:
    """The strokes alone, cut to what was written, for a paper sheet: black, as large as written.

    300 dots to the inch of an A4 page.
    """
    points = [point for stroke in strokes for point in stroke]
    left = min(point[0] for point in points) - THICK
    top = min(point[1] for point in points) - THICK
    right = max(point[0] for point in points) + THICK
    bottom = max(point[1] for point in points) + THICK
    scale = 210 / 25.4 * 300 / WIDE
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    for stroke in strokes:
        for x, y, pressure in stroke:
            half = _thick(pressure) / 2
            box = [(x - half - left) * scale, (y - half - top) * scale,
                   (x + half - left) * scale, (y + half - top) * scale]  # fmt: skip
            draw.ellipse(box, fill=0)
        for (x1, y1, p1), (x2, y2, p2) in pairwise(stroke):
            corners = _between((x1, y1, p1), (x2, y2, p2))
            if corners:
                draw.polygon([((x - left) * scale, (y - top) * scale) for x, y in corners], fill=0)
    stream = io.BytesIO()
    picture.save(stream, "PNG", dpi=(300, 300))
    return stream.getvalue()
