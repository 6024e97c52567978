"""In this file we tell the time: the only clock of the house."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
"""All offices this program serves keep Beijing time, and their papers name no other."""


def now() -> datetime:
    """The present moment in the office's zone, to the microsecond."""
    return datetime.now(OFFICE_ZONE)


def today() -> date:
    """The office's calendar day."""
    return now().date()
