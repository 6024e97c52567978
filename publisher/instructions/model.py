"""In this file we name what a leader writes: the instruction, its scans, hand, copy and readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.attachments.model import Attachment
from publisher.database import Base, Choice
from publisher.editing.model import Item
from publisher.issues.model import Issue
from publisher.people.model import Level, Person, Rank, Unit
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
    VOID = "void", N_("已作废")


LAST_IN_PROTOCOL = 999
SERIES, RESTRICTED_SERIES = "批", "限批"
"""What a number begins with. Instructions for named people only are counted apart: nobody else sees
a gap in the register."""


class PaperKind(Worded):
    """What else than an issue of this office a leader writes on."""

    ADOPTED = "adopted", N_("上级采用")
    OLD = "old", N_("旧件")


ADOPTION_LEVELS = (Level.STATE, Level.PROVINCE, Level.CITY, Level.COUNTY)
"""Levels of the offices that adopt (domain.md 5.2); an authority counts by whose it is."""
UNNOTED = N_("未注明级别")


class Paper(Base):
    """What a leader wrote on that is no issue of this office, by its name on paper.

    A higher office printed an item of ours in a publication of its own, or it is an old paper that
    only a register of before speaks of.
    """

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[PaperKind] = mapped_column(Choice(PaperKind))
    title: Mapped[str] = mapped_column(String(300), index=True)
    office: Mapped[str] = mapped_column(String(120), default="")
    """Whose publication it is: 省政府办公厅."""
    publication: Mapped[str] = mapped_column(String(120), default="")
    """专报信息."""
    number: Mapped[str] = mapped_column(String(60), default="")
    """As it stands on the paper: 2026年第88期."""
    level: Mapped[Level | None] = mapped_column(Choice(Level), default=None)
    """Of which level the office is that adopted it; None where nobody noted it."""
    dated_on: Mapped[date | None] = mapped_column(default=None)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), init=False, index=True)
    item: Mapped[Item | None] = relationship(default=None)
    """The item of ours that was adopted."""
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    kept_by: Mapped[Person] = relationship(lazy="joined")
    kept_at: Mapped[datetime]
    form_key: Mapped[str | None] = mapped_column(String(40), default=None)

    __table_args__ = (UniqueConstraint("kept_by_id", "form_key"),)

    @property
    def level_word(self) -> str:
        """省级, in the reader's language."""
        return self.level.word if self.level else str(_(UNNOTED))

    @property
    def name(self) -> str:
        """省政府办公厅《专报信息》2026年第88期《清溪县“一窗通办”》."""
        publication = f"《{self.publication}》" if self.publication else ""
        return f"{self.office}{publication}{self.number}《{self.title}》"


class Instruction(Stateful, Base):
    """A leader's exact words on an issue, an item or a passage, or on a paper from elsewhere."""

    __tablename__ = "instruction"
    __table_args__ = (
        UniqueConstraint("series", "year", "number"),
        UniqueConstraint("entered_by_id", "form_key"),
        Index("ix_instruction_of_leader", "leader_id", "written_on"),
        Index("ix_instruction_in_state", "state", "written_on"),
        Index(
            "ix_instruction_restricted",
            "is_restricted",
            sqlite_where=text("is_restricted = 1"),
            postgresql_where=text("is_restricted"),
        ),
    )
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        State.RECORDED: frozenset({State.REGISTERED, State.VOID}),
        State.REGISTERED: frozenset({State.NOTED, State.OPENED, State.VOID}),
        State.NOTED: frozenset({State.OPENED, State.VOID}),
        State.OPENED: frozenset(),
        State.VOID: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    issue: Mapped[Issue | None] = relationship(lazy="joined", default=None)
    """None where no issue of this office carried what he wrote on."""
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"), init=False, index=True)
    paper: Mapped[Paper | None] = relationship(lazy="joined", default=None)
    """The paper from elsewhere that he wrote on."""
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), init=False, index=True)
    item: Mapped[Item | None] = relationship(default=None)
    """None where it stands on the whole issue."""
    block: Mapped[str] = mapped_column(String(80), default="")
    quote: Mapped[str] = mapped_column(Text, default="")
    """The passage it stands on; empty where it stands on the whole."""
    start: Mapped[int] = mapped_column(default=0)
    """Offset of the passage in its block's text, in characters."""
    prefix: Mapped[str] = mapped_column(String(80), default="")
    suffix: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(String(80), default="", index=True)
    """What of a later room it stands on besides, as kind and number: report:9."""
    origin: Mapped[str] = mapped_column(String(80), default="", index=True)
    """Where of a later room it was taken over from: old_entry:12."""
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    leader: Mapped[Person | None] = relationship(
        lazy="joined", foreign_keys="Instruction.leader_id", default=None
    )
    """None for a leader of a higher office or of years ago, who has no account here."""
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
    state: Mapped[State] = mapped_column(Choice(State), default=State.RECORDED)
    limit_on: Mapped[date | None] = mapped_column(default=None)
    """The day by which the leader wants it done, where he named one."""
    limit_days: Mapped[int | None] = mapped_column(default=None)
    """The same in working days from the day he wrote, where he named no day."""
    is_restricted: Mapped[bool] = mapped_column(default=False)
    """Only the people it names may know of it, whatever their role."""
    may_print: Mapped[bool] = mapped_column(default=True)
    """Whether an issue may print the words."""
    series: Mapped[str] = mapped_column(String(10), default=SERIES)
    year: Mapped[int | None] = mapped_column(default=None)
    number: Mapped[int | None] = mapped_column(default=None)
    """批〔2026〕12号, given at registration without gaps."""
    old_number: Mapped[str] = mapped_column(String(60), default="")
    """Its number in a register of before, where that is none of ours."""
    joined_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    joined_to: Mapped[Instruction | None] = relationship(default=None, remote_side="Instruction.id")
    """The first instruction on the same matter, in whose case this is handled too (合并办理)."""
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

    addressees: Mapped[list[Addressee]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Addressee.position"
    )
    """Whom the leader wants to act."""
    pages: Mapped[list[InkPage]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="InkPage.page"
    )
    """What he wrote by hand on the screen."""
    fair_copy: Mapped[FairCopy | None] = relationship(
        default=None, cascade="all, delete-orphan", lazy="selectin"
    )
    contests: Mapped[list[Contest]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Contest.id", lazy="selectin"
    )

    @property
    def number_text(self) -> str:
        """批〔2026〕12号, or nothing before registration."""
        return f"{self.series}〔{self.year}〕{self.number}号" if self.number else self.old_number

    @property
    def stands_on(self) -> str:
        """What he wrote on, in a line: the paper from elsewhere, else the issue of this office."""
        if self.paper is not None:
            return self.paper.name
        if self.issue is None:
            return ""
        return f"《{self.issue.serial.name}》{self.issue.number_text}"

    @property
    def words(self) -> str:
        """The leader's words; until his hand is copied fair, that it is by hand."""
        return self.text or str(_("（手写批示，待抄清）"))

    @property
    def open_contest(self) -> Contest | None:
        """What the leader says is wrong with it, as long as the office has not answered."""
        return next((one for one in self.contests if one.answered_at is None), None)

    @property
    def is_entered_for_another(self) -> bool:
        """Whether somebody else entered it for the leader."""
        return self.entered_by_id != self.leader_id

    @property
    def is_joined(self) -> bool:
        """Whether it has no case of its own, but is handled in that of another."""
        return self.state == State.NOTED and self.joined_to_id is not None

    @property
    def leaders_place(self) -> int:
        """The leader's place in the office's protocol; last for one without an account."""
        return self.leader.protocol_order if self.leader is not None else LAST_IN_PROTOCOL


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
    __table_args__ = (
        UniqueConstraint("instruction_id", "token"),
        Index("ix_instruction_reader_knows", "token", "instruction_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    token: Mapped[str] = mapped_column(String(60))


class Addressee(Base):
    """One whom the leader wants to act: a unit of the office, or anybody else by name."""

    __tablename__ = "instruction_addressee"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), init=False)
    unit: Mapped[Unit | None] = relationship(default=None)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)


class FairCopy(Base):
    """What a leader wrote by hand, typed by one and checked by another (批示抄清)."""

    __tablename__ = "fair_copy"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, unique=True
    )
    text: Mapped[str] = mapped_column(Text)
    transcribed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    transcribed_by: Mapped[Person] = relationship(
        lazy="joined", foreign_keys="FairCopy.transcribed_by_id"
    )
    transcribed_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    checked_by: Mapped[Person | None] = relationship(
        default=None, lazy="joined", foreign_keys="FairCopy.checked_by_id"
    )
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    remark: Mapped[str] = mapped_column(String(500), default="")
    """What the checker found wrong, until it is typed anew."""


class Contest(Base):
    """A leader says that what was entered in his name is not what he wrote."""

    __tablename__ = "contest"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    answered_by: Mapped[Person | None] = relationship(default=None, lazy="joined")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    is_upheld: Mapped[bool] = mapped_column(default=False)
    """Whether the office agreed and made the entry void."""


class Phrase(Base):
    """Words a leader uses often, from a list of his own."""

    __tablename__ = "phrase"
    __table_args__ = (UniqueConstraint("person_id", "text"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    person: Mapped[Person] = relationship()
    text: Mapped[str] = mapped_column(String(120))


class InkPage(Base):
    """The strokes a leader wrote on one page of an issue, or on an empty sheet (page 0)."""

    __tablename__ = "ink_page"
    __table_args__ = (UniqueConstraint("instruction_id", "page"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    page: Mapped[int]
    strokes: Mapped[list[list[list[float]]]] = mapped_column(JSON)
    """Each stroke a list of points: x, y in thousandths of the page's width, pressure 0 to 1."""
    height: Mapped[int]
    """Height of the page in thousandths of its width."""
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of page and strokes: the same hand sent twice is one."""
