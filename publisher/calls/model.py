"""In this file we name what the office asks for: reporting priorities and solicitations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base, Choice
from publisher.people.model import Person, Unit
from publisher.states import Stateful
from publisher.words import N_, Worded


class CallKind(Worded):
    """How the office asks."""

    PRIORITY = "priority", N_("报送要点")
    SOLICITATION = "solicitation", N_("约稿")


SERIES = {CallKind.PRIORITY: "要点", CallKind.SOLICITATION: "约稿"}
"""What the numbers of each kind begin with."""


class CallState(Worded):
    """A call is open until it is ended."""

    OPEN = "open", N_("征集中")
    ENDED = "ended", N_("已结束")


class Call(Stateful, Base):
    """The office asks units for items on a topic, by a day."""

    __tablename__ = "call"
    __table_args__ = (UniqueConstraint("kind", "year", "number"),)
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        CallState.OPEN: frozenset({CallState.ENDED}),
        CallState.ENDED: frozenset({CallState.OPEN}),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[CallKind] = mapped_column(Choice(CallKind))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    """What is wanted and in what form, as Markdown."""
    due_on: Mapped[date]
    state: Mapped[CallState] = mapped_column(Choice(CallState), default=CallState.OPEN)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    made_by: Mapped[Person] = relationship(lazy="joined")
    made_at: Mapped[datetime]
    year: Mapped[int]
    number: Mapped[int]
    """Counted through the year, each kind for itself."""
    asked: Mapped[list[CallUnit]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )
    """The units asked; a priority list names none and asks all."""

    @property
    def number_text(self) -> str:
        """约稿〔2026〕3号 or 要点〔2026〕1号."""
        return f"{SERIES[self.kind]}〔{self.year}〕{self.number}号"


class CallUnit(Base):
    """One unit a call was sent to, and when somebody there opened it."""

    __tablename__ = "call_unit"
    __table_args__ = (UniqueConstraint("call_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), init=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), init=False)
    unit: Mapped[Unit] = relationship(lazy="joined")
    read_at: Mapped[datetime | None] = mapped_column(default=None)
