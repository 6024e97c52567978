"""In this file words are followed through time: how often, by whom, of which kind, month by month.

Every point of the chart and every cell of its table leads to the records behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import search
from publisher.config import Settings
from publisher.library.engine import engine_of
from publisher.research.searching import Asked, filters_of
from publisher.words import N_

WIDTH, HEIGHT = 720, 220
MOST_SERIES = 6
MOST_POINTS = 60
STEPS = {"month": N_("按月"), "quarter": N_("按季"), "year": N_("按年")}
Step = Literal["month", "quarter", "year"]
BY = {
    "": N_("各词相比"),
    "unit": N_("按单位"),
    "category": N_("按类别"),
    "kind": N_("按种类"),
    "serial": N_("按刊物"),
}
"""What the lines of the chart are: the words typed, or the values of a facet."""


@dataclass(frozen=True)
class Point:
    """A stretch of time: how many records, where in the drawing, and the question for them."""

    count: int
    x: float
    y: float
    asked: Asked


@dataclass(frozen=True)
class Series:
    """One line of the chart."""

    name: str
    points: Sequence[Point]
    total: int

    @property
    def line(self) -> str:
        """The points for an SVG polyline."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


@dataclass(frozen=True)
class Trend:
    """The whole chart."""

    stretches: Sequence[str]
    """2026-03, 2026-Q1 or 2026."""
    series: Sequence[Series]
    most: int
    """What the upper edge stands for, an even number."""


def trend_of(
    questions: Sequence[Asked],
    tokens: frozenset[str],
    office: Settings,
    *,
    by: str,
    step: Step,
    synonyms: Sequence[Sequence[str]] = (),
) -> Trend | None:
    """The lines of these questions, or of the first one by a facet; none where nothing is found."""
    engine = engine_of(office)
    lines: list[tuple[str, Asked, dict[int, int]]] = []
    for asked in questions[: 1 if by else MOST_SERIES]:
        query = search.parse(asked.words, synonyms)
        counted = engine.months(query, tokens, by=by, filters=filters_of(asked))
        for value, months in counted.items():
            narrowed = {**asked.filters, by: (value,)} if by else asked.filters
            lines.append((value or asked.words, replace(asked, filters=narrowed), months))
    lines = sorted(lines, key=lambda line: -sum(line[2].values())) if by else lines
    lines = [line for line in lines if line[2]][:MOST_SERIES]
    if not lines:
        return None
    every = [month for _name, _asked, months in lines for month in months]
    stretches = _stretches(min(every), max(every), step)[-MOST_POINTS:]
    summed = [_by_stretch(months, step) for _name, _asked, months in lines]
    most = max(count for counts in summed for count in counts.values())
    most += most % 2  # half of it stands beside the middle line, and records are counted whole
    return Trend(
        stretches,
        [
            _series(name, asked, counts, stretches, most)
            for (name, asked, _months), counts in zip(lines, summed, strict=True)
        ],
        most,
    )


def _series(
    name: str, asked: Asked, counts: Mapping[str, int], stretches: Sequence[str], most: int
) -> Series:
    room = WIDTH / max(len(stretches) - 1, 1)
    points = [
        Point(
            counts.get(stretch, 0),
            round(place * room, 1) if len(stretches) > 1 else WIDTH / 2,
            round(HEIGHT - counts.get(stretch, 0) / most * HEIGHT, 1),
            _within(asked, stretch),
        )
        for place, stretch in enumerate(stretches)
    ]
    return Series(name, points, sum(point.count for point in points))


def _within(asked: Asked, stretch: str) -> Asked:
    """The same question for one stretch of time."""
    year, _dash, part = stretch.partition("-")
    if part.startswith("Q"):
        last = int(part[1:]) * 3
        return replace(asked, since=f"{year}-{last - 2:02d}", until=f"{year}-{last:02d}", page=1)
    return replace(asked, since=stretch, until=stretch, page=1)


def _stretch(month: int, step: Step) -> str:
    year, number = divmod(month, 100)
    if step == "year":
        return str(year)
    return f"{year}-Q{(number + 2) // 3}" if step == "quarter" else f"{year}-{number:02d}"


def _stretches(first: int, last: int, step: Step) -> list[str]:
    months = range(first // 100 * 12 + first % 100 - 1, last // 100 * 12 + last % 100)
    return list(dict.fromkeys(_stretch(one // 12 * 100 + one % 12 + 1, step) for one in months))


def _by_stretch(months: Mapping[int, int], step: Step) -> dict[str, int]:
    counts: dict[str, int] = {}
    for month, count in months.items():
        name = _stretch(month, step)
        counts[name] = counts.get(name, 0) + count
    return counts
