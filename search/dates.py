"""In this file we read days, months and years as people write them, and spans of them.

    2025   2025-03   2025-03-09   20250309   2025年3月9日   2025.3   2025/3/9
    2025..2026-03   2025-03..   ..2026   2025年至2026年3月

A day is held as the number 20250309, which sorts as days do.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

FIRST_DAY, LAST_DAY = 0, 99991231
"""Bounds of a span left open."""

_DAY = re.compile(
    r"(?P<year>[0-9]{4})(?:[-/.年]?(?P<month>[0-9]{1,2})(?:[-/.月]?(?P<day>[0-9]{1,2}))?)?[年月日]?"
)
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_SPAN = re.compile(r"(?P<low>.*?)(?:\.\.+|~|至|到)(?P<high>.*)")


def as_number(day: date) -> int:
    """The day as the number 20250309."""
    return day.year * 10_000 + day.month * 100 + day.day


def as_day(number: int) -> date:
    """The day of the number 20250309."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def last_day(number: int) -> date:
    """The day of a span's end, where the 31st stands for the end of every month."""
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    return date(year, month, min(day, monthrange(year, month)[1]))


def days_between(text: str) -> tuple[int, int] | None:
    """First and last day of what is written, or None where it is no date."""
    span = _SPAN.fullmatch(text.strip())
    if span is None:
        return _period(text.strip())
    low, high = span["low"].strip(), span["high"].strip()
    first = _period(low) if low else (FIRST_DAY, FIRST_DAY)
    last = _period(high) if high else (LAST_DAY, LAST_DAY)
    if first is None or last is None or not (low or high):
        return None
    return min(first[0], last[0]), max(first[1], last[1])


def _period(text: str) -> tuple[int, int] | None:
    """A day, month or year as its first and last day; the 31st stands for every month's end."""
    match = _COMPACT.fullmatch(text) or _DAY.fullmatch(text)
    if match is None or (not text.isascii() and text[-1] not in "年月日"):
        return None
    year, month, day = int(match["year"]), match["month"], match["day"]
    if month is None:
        return year * 10_000 + 101, year * 10_000 + 1231
    if not 1 <= int(month) <= 12 or (day is not None and not 1 <= int(day) <= 31):
        return None
    base = year * 10_000 + int(month) * 100
    return (base + 1, base + 31) if day is None else (base + int(day), base + int(day))
