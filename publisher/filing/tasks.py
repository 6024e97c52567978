"""In this file the worker makes packages for the archives and keeps what is written on issues."""

from __future__ import annotations

from publisher import clock
from publisher.database import db
from publisher.filing import packing, papers, queries
from publisher.jobs import every_minute, job
from publisher.settings import settings


@job
def make_package(number: int) -> None:
    """Make one package."""
    packing.make(number, settings())


@every_minute
def take_up() -> None:
    """Make the packages whose job was lost."""
    waiting = queries.packages_waiting()
    db.session.rollback()
    for number in waiting:
        make_package(number)


@every_minute
def keep_papers() -> None:
    """Bring instructions and results into the archive, beside the issue they stand on."""
    papers.take_up(clock.now(), settings())
