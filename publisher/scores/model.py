"""In this file we name points: the rules by date and the ledger that bulletins read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base, Choice
from publisher.people.model import Unit
from publisher.words import N_, Worded


class Event(Worded):
    """What earns points (domain.md 5.2)."""

    ADOPTED = "adopted", N_("采用")
    ADOPTED_UP = "adopted_up", N_("上级采用")
    INSTRUCTED = "instructed", N_("领导批示")
    SOLICITED = "solicited", N_("完成约稿")


BY_LEVEL = frozenset({Event.ADOPTED_UP, Event.INSTRUCTED})
"""What is worth more the higher the office or leader is."""


class MergeRule(Worded):
    """How the units of a merged item share its points (domain.md 5.2, 4)."""

    SHARE_EQUAL = "share_equal", N_("平均分享")
    EACH_FULL = "each_full", N_("各计全分")


class Rule(Base):
    """What one event is worth from one day on; past months never change."""

    __tablename__ = "score_rule"
    __table_args__ = (UniqueConstraint("event", "subject", "effective_from"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    event: Mapped[Event] = mapped_column(Choice(Event))
    subject: Mapped[str] = mapped_column(String(40))
    """A serial's code for an adoption, the level of a higher office or a leader, else empty."""
    points: Mapped[float]
    merge: Mapped[MergeRule] = mapped_column(Choice(MergeRule), default=MergeRule.SHARE_EQUAL)
    effective_from: Mapped[date]


class LedgerEntry(Base):
    """Points of one unit for one event; corrected by a new entry, never overwritten."""

    __tablename__ = "ledger"
    __table_args__ = (UniqueConstraint("cause", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), init=False, index=True)
    unit: Mapped[Unit] = relationship(lazy="joined")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    event: Mapped[Event] = mapped_column(Choice(Event))
    cause: Mapped[str] = mapped_column(String(80))
    """What earned it, once for ever: placement:12, paper:3, instruction:5."""
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), default=None)
    points: Mapped[float]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("score_rule.id"), default=None)
    on: Mapped[date] = mapped_column(index=True)
    """The day the event happened."""
    entered_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(200), default="")


@dataclass(frozen=True, kw_only=True)
class Earned:
    """An event that earns points, and the units whose it is."""

    event: Event
    subject: str
    """What the rule goes by: a serial's code, a level, or nothing."""
    cause: str
    """What earned it, once for ever: placement:12."""
    on: date
    units: Sequence[Unit]
    item_id: int | None = None
    note: str = ""
