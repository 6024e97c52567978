"""In this file the worker makes packages for the archives."""

from __future__ import annotations

from publisher.database import db
from publisher.filing import packing, queries
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
