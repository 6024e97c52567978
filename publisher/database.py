"""In this file we hold the records: engine, session, the base of every noun, and the write lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, dataclass_transform

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, String, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from publisher.clock import OFFICE_ZONE
from publisher.config import Settings
from publisher.words import Worded

BUSY_SECONDS = 30
"""How long a writer waits for another on SQLite before it gives up."""

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names that do not depend on the server, so that migrations can speak of them."""


class Moment(TypeDecorator[datetime]):
    """A moment, kept as UTC without a zone and given back in the office's zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware moment into UTC; a moment without a zone is a mistake in the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the moment back in the office's zone."""
        return None if value is None else value.replace(tzinfo=UTC).astimezone(OFFICE_ZONE)


class Choice(TypeDecorator[Any]):
    """A member of a `Worded` enumeration, kept as its value so that tables can be read by eye."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[Worded]) -> None:
        super().__init__()
        self.kind = kind
        self._members: dict[str, Worded] = {member.value: member for member in kind}

    def _member(self, value: str) -> Worded:
        return self._members[value]

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Keep the value; a word that is no member is refused."""
        return None if value is None else str(self._member(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Worded | None:  # noqa: ARG002
        """Give the member back."""
        return None if value is None else self._member(value)


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column, relationship))
class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """Base of every noun the house keeps; nouns are made with keywords only.

    Two nouns are the same when they are the same row, not when they look alike.
    """

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment()}  # noqa: RUF012 - SQLAlchemy's own form


db = SQLAlchemy(session_options={"autoflush": False})
"""The session of the request, the job or the command at hand."""

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Begin every transaction inside as a writer.

    SQLite has one writer at a time. A transaction that starts as a reader and wants to write
    later may be refused at once, however long it would wait; one that starts as a writer queues.
    """
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def init_database(app: Flask, settings: Settings) -> None:
    """Bind the records to the application."""
    options: dict[str, Any] = {"url": settings.records_url}
    if settings.records_url.startswith("sqlite"):
        options["connect_args"] = {"timeout": BUSY_SECONDS}
    else:
        options["pool_pre_ping"] = True
    app.config["SQLALCHEMY_ENGINES"] = {"default": options}
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def prepare_engine(engine: Engine) -> None:
    """Teach a SQLite engine durability, foreign keys and honest transactions."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own BEGIN comes too late and is never immediate; we send ours below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
