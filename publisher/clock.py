"""In this file we tell the time: the only clock of the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
"""All offices this program serves keep Beijing time, and their papers name no other."""


_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The present moment in the office's zone, to the microsecond."""
    return _standing.get() or datetime.now(OFFICE_ZONE)


def today() -> date:
    """The office's calendar day."""
    return now().date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock stand: the demonstration's past is told as of its own days."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)
