"""In this file the worker reads and takes over old registers, and finds those left undone."""

from __future__ import annotations

from publisher import jobs
from publisher.database import db
from publisher.jobs import every_minute, job
from publisher.oldregister import importing, queries
from publisher.oldregister.model import State
from publisher.settings import settings


@job
def read(number: int) -> None:
    """Read one workbook."""
    importing.read(number, settings())


@job
def take_over(number: int) -> None:
    """Take the rows of one workbook over."""
    importing.take_over(number, settings())
    jobs.nudge("library.drain_outbox")


@every_minute
def take_up() -> None:
    """Go on with the registers whose job was lost."""
    waiting, importing_ = queries.in_state(State.WAITING), queries.in_state(State.IMPORTING)
    db.session.rollback()
    for number in waiting[:1]:
        read(number)
    for number in importing_[:1]:
        take_over(number)
