"""In this file we name a file in which an old issue comes in, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.attachments.model import Attachment
from publisher.database import Base, Choice
from publisher.issues.model import Issue
from publisher.people.model import Person
from publisher.states import Stateful
from publisher.words import N_, Worded


class State(Worded):
    """What became of an old file."""

    WAITING = "waiting", N_("等待识别")
    REVIEW = "review", N_("待核对")
    ENTERED = "entered", N_("已补录")
    DUPLICATE = "duplicate", N_("重复")
    UNREADABLE = "unreadable", N_("未能读取")
    DROPPED = "dropped", N_("不予补录")


class OldFile(Stateful, Base):
    """An old issue as it came in: its original, and what was recognised of it."""

    __tablename__ = "old_file"
    __table_args__ = (Index("ix_old_file_in_state", "state", "id"),)
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        State.WAITING: frozenset({State.REVIEW, State.ENTERED, State.DUPLICATE, State.UNREADABLE}),
        State.REVIEW: frozenset({State.WAITING, State.ENTERED, State.DUPLICATE, State.DROPPED}),
        State.ENTERED: frozenset(),
        State.DUPLICATE: frozenset({State.REVIEW, State.DROPPED}),
        State.UNREADABLE: frozenset({State.WAITING, State.DROPPED}),
        State.DROPPED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), init=False, index=True)
    attachment: Mapped[Attachment] = relationship(lazy="joined")
    form: Mapped[str] = mapped_column(String(10))
    """pdf, docx, doc, txt, png, jpg or tif."""
    state: Mapped[State] = mapped_column(Choice(State), default=State.WAITING)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    """What was recognised and mended, see drafts.py."""
    error: Mapped[str] = mapped_column(Text, default="")
    """Why it was not taken, in a sentence."""
    pages: Mapped[int] = mapped_column(default=0)
    """How many pages can be shown; 0 where there are no pictures."""
    tells_counters: Mapped[bool] = mapped_column(default=False)
    """Whether the serial's counters go on behind its number."""
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    issue: Mapped[Issue | None] = relationship(default=None)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    by: Mapped[Person] = relationship(lazy="joined")
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
