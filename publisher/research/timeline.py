"""In this file what was found in each month becomes a row of bars that lead to their records.

Months that lie further apart than five years are gathered by years. Everything is plain numbers for
an SVG of fixed size, so that it stands on the page without a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 64
"""Of the drawing, in its own units."""
MOST_MONTHS = 60
GAP = 2
WIDEST = 60
"""Of a bar, where there are few."""


@dataclass(frozen=True)
class Bar:
    """One month or year: its place in the drawing, its figure, and the days it stands for."""

    since: str
    """2026 or 2026-03; the last day is that of the same year or month."""
    count: int
    x: float
    y: float
    width: float
    height: float
    chosen: bool
    reach_x: float
    reach_width: float
    """The room it has: the stretches that are pointed at lie beside each other without gaps."""


@dataclass(frozen=True)
class Timeline:
    """All bars, and how many records the highest one stands for."""

    bars: Sequence[Bar]
    most: int

    @property
    def first(self) -> str:
        """The first month or year."""
        return self.bars[0].since

    @property
    def last(self) -> str:
        """The last month or year."""
        return self.bars[-1].since


def timeline_of(
    months: Sequence[tuple[int, int]], *, since: str = "", until: str = ""
) -> Timeline | None:
    """The bars of these months (202603) with their counts; none where there is one month or none.

    Bars between `since` and `until` are chosen.
    """
    if len(months) < 2:
        return None
    counts = dict(months)
    every = _every_month(min(counts), max(counts))
    if len(every) > MOST_MONTHS:
        by_year: dict[int, int] = dict.fromkeys(range(every[0] // 100, every[-1] // 100 + 1), 0)
        for month, count in counts.items():
            by_year[month // 100] += count
        named = [(str(year), count) for year, count in by_year.items()]
    else:
        named = [(f"{one // 100}-{one % 100:02d}", counts.get(one, 0)) for one in every]
    most = max(count for _name, count in named)
    step = WIDTH / len(named)
    bars = []
    for place, (name, count) in enumerate(named):
        height = round(max(count / most * HEIGHT, 2 if count else 0), 1)
        width = min(max(step - GAP, 1), WIDEST)
        bars.append(
            Bar(
                since=name,
                count=count,
                x=round(place * step + (step - width) / 2, 1),
                y=round(HEIGHT - height, 1),
                width=round(width, 1),
                height=height,
                chosen=_is_within(name, since, until),
                reach_x=round(place * step, 1),
                reach_width=round(step, 1),
            )
        )
    return Timeline(bars, most)


def _every_month(first: int, last: int) -> list[int]:
    low, high = first // 100 * 12 + first % 100 - 1, last // 100 * 12 + last % 100 - 1
    return [month // 12 * 100 + month % 12 + 1 for month in range(low, high + 1)]


def _is_within(name: str, since: str, until: str) -> bool:
    if not (since or until):
        return True
    length = len(name)
    return (not since or name >= since[:length]) and (not until or name <= until[:length])
