"""In this file a number is given once and never wasted: inside the transaction that signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from publisher.serials.model import Counter, RunningTotal, Serial, Series

NEVER_RESTARTS = 0
"""The year under which a serial counts whose numbers go on over the new year."""

Row = TypeVar("Row", Counter, RunningTotal)


@dataclass(frozen=True)
class Number:
    """What an issue is called by: its number in the year and its running total."""

    number: int
    total: int
    year: int


def take_number(session: Session, serial: Serial, series: Series, dated_on: date) -> Number:
    """Take the next number of a series; it is given for good when the transaction commits.

    The year is the issue's date's, whatever day it is signed on. Whoever else signs an issue of
    the same serial waits at the serial's row (SQLite: at the one writer's lock) and counts on from
    here; a transaction that is given up gives the number back.
    """
    lock(session, serial)
    counter = _counter(session, serial, series, dated_on)
    running = _running_total(session, serial, series)
    counter.last_number += 1
    running.last_total += 1
    session.flush()
    return Number(counter.last_number, running.last_total, dated_on.year)


def lock(session: Session, serial: Serial) -> None:
    """Let nobody else take a number of the serial until the transaction ends."""
    session.execute(select(Serial.id).where(Serial.id == serial.id).with_for_update())


def tell_counters(
    session: Session, serial: Serial, series: Series, *, number: int, total: int | None, year: int
) -> None:
    """Let a series count on behind a number that was given before this program; never back."""
    counter = _counter(session, serial, series, date(year, 1, 1))
    counter.last_number = max(counter.last_number, number)
    if total is not None:
        running = _running_total(session, serial, series)
        running.last_total = max(running.last_total, total)
    session.flush()


def _counter(session: Session, serial: Serial, series: Series, dated_on: date) -> Counter:
    year = dated_on.year if serial.restarts_yearly else NEVER_RESTARTS
    found = _fresh(
        session,
        select(Counter).where(
            Counter.serial_id == serial.id, Counter.series == series, Counter.year == year
        ),
    )
    if found is None:
        found = Counter(series=series, year=year)
        found.serial_id = serial.id
        session.add(found)
    return found


def _running_total(session: Session, serial: Serial, series: Series) -> RunningTotal:
    found = _fresh(
        session,
        select(RunningTotal).where(
            RunningTotal.serial_id == serial.id, RunningTotal.series == series
        ),
    )
    if found is None:
        found = RunningTotal(series=series)
        found.serial_id = serial.id
        session.add(found)
    return found


def _fresh(session: Session, statement: Select[Row]) -> Row | None:
    """The row as it stands under the lock, not as the session may remember it."""
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
