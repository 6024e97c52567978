"""In this file we name the issue: approved items gathered under one number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base, Choice
from publisher.editing.model import Item
from publisher.people.model import Person
from publisher.serials.model import Serial, Series
from publisher.states import Stateful
from publisher.words import N_, Worded


class State(Worded):
    """Where an issue stands (domain.md 4.5); its number is given on the way to SIGNED."""

    ARRANGING = "arranging", N_("编排中")
    IN_APPROVAL = "in_approval", N_("送签中")
    SIGNED = "signed", N_("已签发")
    PUBLISHED = "published", N_("已刊发")
    CORRECTED = "corrected", N_("已更正")
    WITHDRAWN = "withdrawn", N_("已撤回")
    CANCELLED = "cancelled", N_("已作废")
    ENTERED = "entered", N_("补录")


SIGNED_FOR_GOOD = frozenset(
    {State.SIGNED, State.PUBLISHED, State.CORRECTED, State.WITHDRAWN, State.ENTERED}
)
"""An issue in one of these has a number and a frozen content."""


class Urgency(Worded):
    """How urgent it is (domain.md 1.1)."""

    NORMAL = "normal", N_("平件")
    URGENT = "urgent", N_("加急")
    EXPRESS = "express", N_("特急")


class Issue(Stateful, Base):
    """One issue of a serial; once signed its content is frozen and never edited."""

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("serial_id", "series", "year", "number", "edition"),
        UniqueConstraint("serial_id", "series", "total", "edition"),
        Index("ix_issue_serial_state", "serial_id", "state"),
    )
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        State.ARRANGING: frozenset({State.IN_APPROVAL, State.CANCELLED, State.ENTERED}),
        State.IN_APPROVAL: frozenset({State.ARRANGING, State.SIGNED}),
        State.SIGNED: frozenset({State.PUBLISHED}),
        State.PUBLISHED: frozenset({State.CORRECTED, State.WITHDRAWN}),
        State.CORRECTED: frozenset(),
        State.WITHDRAWN: frozenset(),
        State.CANCELLED: frozenset(),
        State.ENTERED: frozenset({State.WITHDRAWN}),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    serial_id: Mapped[int] = mapped_column(ForeignKey("serial.id"), init=False, index=True)
    serial: Mapped[Serial] = relationship(lazy="joined")
    series: Mapped[Series] = mapped_column(Choice(Series), default=Series.MAIN)
    dated_on: Mapped[date] = mapped_column(index=True)
    """Printed in the masthead; the number's year follows it, not the day of signing."""
    year: Mapped[int | None] = mapped_column(default=None)
    number: Mapped[int | None] = mapped_column(default=None)
    """None until it is signed."""
    total: Mapped[int | None] = mapped_column(default=None)
    edition: Mapped[int] = mapped_column(default=1)
    """A correction is edition 2 under the same number."""
    supersedes_id: Mapped[int | None] = mapped_column(
        ForeignKey("issue.id"), init=False, index=True
    )
    supersedes: Mapped[Issue | None] = relationship(
        default=None, remote_side="Issue.id", foreign_keys="Issue.supersedes_id"
    )
    correction: Mapped[str] = mapped_column(Text, default="")
    """What edition 2 puts right, printed on it."""
    withdrawal: Mapped[str] = mapped_column(Text, default="")
    """Why it was withdrawn."""
    state: Mapped[State] = mapped_column(Choice(State), default=State.ARRANGING, index=True)
    editor_note: Mapped[str] = mapped_column(Text, default="")
    urgency: Mapped[Urgency] = mapped_column(Choice(Urgency), default=Urgency.NORMAL)
    extra_recipients: Mapped[str] = mapped_column(Text, default="")
    """本期增发."""
    compiled_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    compiled_by: Mapped[Person] = relationship(lazy="joined", foreign_keys="Issue.compiled_by_id")
    made_at: Mapped[datetime]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    signed_by: Mapped[Person | None] = relationship(
        default=None, lazy="joined", foreign_keys="Issue.signed_by_id"
    )
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None, deferred=True)
    """The issue as it was signed, in the JSON form of docs/typeset.md."""
    frozen_photos: Mapped[dict[str, str] | None] = mapped_column(JSON, default=None, deferred=True)
    """Digest of each photo the frozen text names, by its key."""
    version: Mapped[int] = mapped_column(init=False)
    placements: Mapped[list[Placement]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Placement.position"
    )
    readers: Mapped[list[IssueReader]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def number_text(self) -> str:
        """第12期（总第1487期）, or nothing while there is no number.

        An old issue on whose paper no running total stands has its number alone.
        """
        if self.number is None or self.year is None:
            return ""
        if self.total is None:
            ending = self.series.source_word if self.series == Series.SUPPLEMENT else ""
            return f"{ending}第{self.number}期"
        return self.number_line(self.number, self.total, self.year)

    def number_line(self, number: int | str, total: int | str, year: int) -> str:
        """A number as this issue's serial prints it; a supplement says that it is one (增刊)."""
        line = self.serial.number_pattern.format(number=number, total=total, year=year)
        return f"{self.series.source_word}{line}" if self.series == Series.SUPPLEMENT else line

    @property
    def has_left_the_desk(self) -> bool:
        """Whether it is signed: from then on its content stands and it is known by its number."""
        return self.state in SIGNED_FOR_GOOD


class Placement(Base):
    """One item's place in an issue: its section and its position, which no other holds."""

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("issue_id", "item_id"),
        UniqueConstraint("issue_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), init=False, index=True)
    item: Mapped[Item] = relationship()
    section: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int]


class Check(Base):
    """What was found when one state of an issue's content was looked through before printing."""

    __tablename__ = "issue_check"
    __table_args__ = (UniqueConstraint("issue_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    """Of the content; other content was not looked through by this."""
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each with code, place, sentence, quote, page and whether it is hard."""
    checked_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    confirmed_by: Mapped[Person | None] = relationship(default=None, lazy="joined")
    """Who sent the issue on its way with the soft faults that are named here."""
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None, index=True)


class IssueReader(Base):
    """Who may read this issue, as an access token; taken from the serial at signing."""

    __tablename__ = "issue_reader"
    __table_args__ = (UniqueConstraint("issue_id", "token"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    token: Mapped[str] = mapped_column(String(60), index=True)
