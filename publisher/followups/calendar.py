"""In this file we count working days: weekends and holidays out, days worked instead (调休) in.

The office's own table decides; the published holidays of past and present years seed it. A year
nobody has confirmed is counted by weekends alone, and whoever sets a limit is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

WEEKEND = frozenset({5, 6})
NAMES: Mapping[str, str] = {day.value: day.chinese for day in chinese_calendar.Holiday}
"""The holidays' names in Chinese by those the library gives."""


@dataclass(frozen=True)
class WorkingCalendar:
    """The days that are not what their weekday says, and the years somebody confirmed."""

    special: Mapping[date, bool] = field(default_factory=dict)
    """Whether work is done on that day."""
    confirmed: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        return self.special.get(day, day.weekday() not in WEEKEND)

    def is_confirmed(self, day: date) -> bool:
        """Whether that day's year has its holidays confirmed."""
        return day.year in self.confirmed

    def after(self, start: date, working_days: int) -> date:
        """The day that is so many working days after `start`; `start` itself does not count."""
        day, left = start, working_days
        while left > 0:
            day += timedelta(days=1)
            if self.is_working(day):
                left -= 1
        return day

    def between(self, start: date, end: date) -> int:
        """Working days from the day after `start` to `end`; negative when `end` came before."""
        if end < start:
            return -self.between(end, start)
        days = (end - start).days
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, days + 1))


def published_days(year: int) -> dict[date, tuple[bool, str]]:
    """What the State Council's notice changes in one year, as far as it is known; else empty."""
    found: dict[date, tuple[bool, str]] = {}
    day = date(year, 1, 1)
    while day.year == year:
        try:
            is_holiday, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            return {}
        if is_holiday != (day.weekday() in WEEKEND):
            found[day] = (not is_holiday, NAMES.get(name or "", ""))
        day += timedelta(days=1)
    return found
