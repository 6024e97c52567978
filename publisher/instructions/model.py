"""In this file we name what a leader writes: the instruction, its scans, fair copy and readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.attachments.model import Attachment
from publisher.database import Base, Choice
from publisher.editing.model import Item
from publisher.issues.model import Issue
from publisher.people.model import Level, Person, Rank
from publisher.states import Stateful
from publisher.words import N_, Worded


class Disposition(Worded):
    """What the leader asks for (domain.md 1.4)."""

    INFORM = "inform", N_("阅知")
    STUDY = "study", N_("阅研")
    INSTRUCT = "instruct", N_("阅示")
    COMMENT = "comment", N_("阅批")
    ACT = "act", N_("批办")


class State(Worded):
    """How far the office has come with an instruction."""

    RECORDED = "recorded", N_("待登记")
    REGISTERED = "registered", N_("已登记")
    NOTED = "noted", N_("不立项")
    OPENED = "opened", N_("已立项")


class Instruction(Stateful, Base):
    """A leader's exact words on an issue, an item or a passage."""

    __tablename__ = "instruction"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        UniqueConstraint("entered_by_id", "form_key"),
    )
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        State.RECORDED: frozenset({State.REGISTERED}),
        State.REGISTERED: frozenset({State.NOTED, State.OPENED}),
        State.NOTED: frozenset({State.OPENED}),
        State.OPENED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    issue: Mapped[Issue] = relationship(lazy="joined")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), init=False, index=True)
    item: Mapped[Item | None] = relationship(default=None)
    """None where it stands on the whole issue."""
    block: Mapped[str] = mapped_column(String(80), default="")
    quote: Mapped[str] = mapped_column(Text, default="")
    """The passage it stands on; empty where it stands on the whole."""
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    leader: Mapped[Person] = relationship(lazy="joined", foreign_keys="Instruction.leader_id")
    leader_name: Mapped[str] = mapped_column(String(60))
    """Name, post, level and rank as they were on that day."""
    leader_post: Mapped[str] = mapped_column(String(80))
    leader_level: Mapped[Level | None] = mapped_column(Choice(Level), default=None)
    leader_rank: Mapped[Rank | None] = mapped_column(Choice(Rank), default=None)
    text: Mapped[str] = mapped_column(Text)
    disposition: Mapped[Disposition] = mapped_column(Choice(Disposition))
    written_on: Mapped[date] = mapped_column(index=True)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    entered_by: Mapped[Person] = relationship(
        lazy="joined", foreign_keys="Instruction.entered_by_id"
    )
    """The leader, or the secretary who entered it on the leader's behalf."""
    entered_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(Choice(State), default=State.RECORDED, index=True)
    year: Mapped[int | None] = mapped_column(default=None)
    number: Mapped[int | None] = mapped_column(default=None)
    """批〔2026〕12号, given at registration without gaps."""
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    registered_by: Mapped[Person | None] = relationship(
        default=None, foreign_keys="Instruction.registered_by_id"
    )
    registered_at: Mapped[datetime | None] = mapped_column(default=None)
    proposal: Mapped[str] = mapped_column(Text, default="")
    """拟办意见: what the office proposes to do."""
    form_key: Mapped[str | None] = mapped_column(String(40), default=None)
    files: Mapped[list[InstructionFile]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )
    readers: Mapped[list[InstructionReader]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )

    @property
    def number_text(self) -> str:
        """批〔2026〕12号, or nothing before registration."""
        return f"批〔{self.year}〕{self.number}号" if self.number else ""

    @property
    def words(self) -> str:
        """The leader's words."""
        return self.text

    @property
    def is_entered_for_another(self) -> bool:
        """Whether somebody else entered it for the leader."""
        return self.entered_by_id != self.leader_id


class InstructionFile(Base):
    """The scan or photo of what the leader wrote on paper."""

    __tablename__ = "instruction_file"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), init=False, index=True)
    attachment: Mapped[Attachment] = relationship(lazy="joined")


class InstructionReader(Base):
    """Who may read an instruction, as an access token."""

    __tablename__ = "instruction_reader"
    __table_args__ = (UniqueConstraint("instruction_id", "token"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    token: Mapped[str] = mapped_column(String(60), index=True)


class RegisterCounter(Base):
    """The last number given in one year of a register: 批 for instructions, 督查 for cases."""

    __tablename__ = "register_counter"
    __table_args__ = (UniqueConstraint("register", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    register: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    last_number: Mapped[int] = mapped_column(default=0)
