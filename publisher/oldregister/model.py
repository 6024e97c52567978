"""In this file we name an old register in a workbook, its rows, and what its headings mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.attachments.model import Attachment
from publisher.database import Base, Choice
from publisher.people.model import Person
from publisher.states import Stateful
from publisher.words import N_, Worded


class State(Worded):
    """How far an old register is."""

    WAITING = "waiting", N_("等待读取")
    REVIEW = "review", N_("待核对各列")
    IMPORTING = "importing", N_("正在导入")
    DONE = "done", N_("已导入")
    UNREADABLE = "unreadable", N_("未能读取")
    DROPPED = "dropped", N_("不予导入")


class Outcome(Worded):
    """What became of one row."""

    ENTERED = "entered", N_("已导入")
    KNOWN = "known", N_("以前已导入")
    REFUSED = "refused", N_("未导入")


class OldRegister(Stateful, Base):
    """A register of instructions kept in a workbook before this program (旧台账)."""

    __tablename__ = "old_register"
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        State.WAITING: frozenset({State.REVIEW, State.UNREADABLE}),
        State.REVIEW: frozenset({State.WAITING, State.IMPORTING, State.DROPPED}),
        State.IMPORTING: frozenset({State.DONE, State.UNREADABLE}),
        State.DONE: frozenset({State.REVIEW}),
        State.UNREADABLE: frozenset({State.WAITING, State.DROPPED}),
        State.DROPPED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), init=False, index=True)
    attachment: Mapped[Attachment] = relationship(lazy="joined")
    form: Mapped[str] = mapped_column(String(10))
    """xlsx or csv."""
    state: Mapped[State] = mapped_column(Choice(State), default=State.WAITING, index=True)
    reading: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    """What was read of it for the page: sheets with heads, sizes and first rows."""
    head: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    """Row and lines of the head, where a person said where it stands."""
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    """What each column says: its place, counted from 0, and the column's value."""
    error: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    by: Mapped[Person] = relationship(lazy="joined")
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class OldEntry(Base):
    """One row of an old register as it stood, and what became of it; one for each leader of it."""

    __tablename__ = "old_entry"
    __table_args__ = (UniqueConstraint("register_id", "sheet", "row", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    register_id: Mapped[int] = mapped_column(ForeignKey("old_register.id"), init=False, index=True)
    register: Mapped[OldRegister] = relationship()
    sheet: Mapped[str] = mapped_column(String(120))
    row: Mapped[int]
    cells: Mapped[list[list[str]]] = mapped_column(JSON)
    """Heading and text of each cell that held something."""
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of what makes it this instruction: number, day, leader, words, title."""
    status_digest: Mapped[str] = mapped_column(String(64))
    """The same of what was told of its handling."""
    outcome: Mapped[Outcome] = mapped_column(Choice(Outcome), index=True)
    has_doubt: Mapped[bool] = mapped_column(default=False, index=True)
    doubts: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    instruction_id: Mapped[int | None] = mapped_column(
        ForeignKey("instruction.id"), default=None, index=True
    )
    place: Mapped[int] = mapped_column(default=0)
    """Which of the leaders of the row it is, counted from 0."""


class ColumnMapping(Base):
    """What the columns of registers with certain headings mean; kept for the next such file."""

    __tablename__ = "column_mapping"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    headings: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the headings in their order."""
    columns: Mapped[dict[str, str]] = mapped_column(JSON)
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    kept_by: Mapped[Person] = relationship()
    kept_at: Mapped[datetime]
