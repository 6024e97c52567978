"""In this file we name what a unit sends in: kept as received, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.attachments.model import Attachment
from publisher.database import Base, Choice
from publisher.language import is_chinese
from publisher.people.model import Person, Unit
from publisher.serials.model import Serial
from publisher.states import Stateful
from publisher.words import N_, Worded


class Kind(Worded):
    """What an item is about (domain.md 10)."""

    DYNAMIC = "dynamic", N_("动态")
    EXPERIENCE = "experience", N_("经验")
    PROBLEM = "problem", N_("问题")
    SYNTHESIS = "synthesis", N_("综合")
    RESEARCH = "research", N_("调研")
    SUPERVISION = "supervision", N_("督查")
    ONLINE = "online", N_("网络舆情")
    SENTIMENT = "sentiment", N_("社情民意")
    PHOTO = "photo", N_("照片")
    EMERGENCY = "emergency", N_("紧急")


class Stage(Worded):
    """Where a report stands in the story of an urgent event (domain.md 4.2)."""

    FIRST = "first", N_("首报")
    FOLLOWON = "followon", N_("续报")
    FINAL = "final", N_("终报")


class Channel(Worded):
    """How it came in."""

    SYSTEM = "system", N_("系统报送")
    IMPORT = "import", N_("批量导入")
    FOLLOWUP = "followup", N_("办理情况转报")


class State(Worded):
    """What became of a submission."""

    SUBMITTED = "submitted", N_("待筛选")
    RETURNED = "returned", N_("退回修改")
    RESUBMITTED = "resubmitted", N_("已重报")
    ACCEPTED = "accepted", N_("采编中")
    MERGED = "merged", N_("已并稿")
    REJECTED = "rejected", N_("不采用")
    ADOPTED = "adopted", N_("已采用")


class RejectReason(Worded):
    """Why a submission is not used (domain.md 8, row 42)."""

    DUPLICATE = "duplicate", N_("内容重复")
    OUTDATED = "outdated", N_("时效已过")
    THIN = "thin", N_("内容单薄")
    OFF_TOPIC = "off_topic", N_("不属报送范围")
    UNVERIFIED = "unverified", N_("情况待核实")
    OTHER = "other", N_("其他")


class Submission(Stateful, Base):
    """An item as a unit sent it; a returned one comes back as a new submission that replaces it."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("submitted_by_id", "form_key"),
        Index("ix_submission_of_person", "submitted_by_id", "submitted_at"),
        Index("ix_submission_of_unit", "unit_id", "submitted_at"),
        Index("ix_submission_in_state", "state", "submitted_at"),
    )
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        State.SUBMITTED: frozenset({State.RETURNED, State.ACCEPTED, State.MERGED, State.REJECTED}),
        State.RETURNED: frozenset({State.RESUBMITTED}),
        State.ACCEPTED: frozenset({State.RETURNED, State.REJECTED, State.MERGED, State.ADOPTED}),
        State.MERGED: frozenset({State.ADOPTED, State.SUBMITTED}),
        State.REJECTED: frozenset({State.SUBMITTED}),
        State.RESUBMITTED: frozenset(),
        State.ADOPTED: frozenset({State.ACCEPTED, State.MERGED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    """Markdown, as received."""
    kind: Mapped[Kind] = mapped_column(Choice(Kind))
    source: Mapped[str] = mapped_column(String(200), default="")
    """Where the unit has it from."""
    event_at: Mapped[datetime | None] = mapped_column(default=None)
    drafter: Mapped[str] = mapped_column(String(60), default="")
    unit_signer: Mapped[str] = mapped_column(String(60), default="")
    signer_phone: Mapped[str] = mapped_column(String(40), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), init=False)
    unit: Mapped[Unit] = relationship(lazy="joined")
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    submitted_by: Mapped[Person] = relationship(lazy="joined")
    submitted_at: Mapped[datetime] = mapped_column(index=True)
    proposed_serial_id: Mapped[int | None] = mapped_column(ForeignKey("serial.id"), init=False)
    proposed_serial: Mapped[Serial | None] = relationship(default=None)
    channel: Mapped[Channel] = mapped_column(Choice(Channel), default=Channel.SYSTEM)
    state: Mapped[State] = mapped_column(Choice(State), default=State.SUBMITTED)
    stage: Mapped[Stage | None] = mapped_column(Choice(Stage), default=None)
    stage_number: Mapped[int] = mapped_column(default=0)
    """Which follow-on report it is: 续报一 is 1."""
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("submission.id"), init=False, index=True
    )
    follows: Mapped[Submission | None] = relationship(
        default=None, remote_side="Submission.id", foreign_keys="Submission.follows_id"
    )
    """The report of the same event before this one."""
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("submission.id"), init=False, index=True
    )
    replaces: Mapped[Submission | None] = relationship(
        default=None, remote_side="Submission.id", foreign_keys="Submission.replaces_id"
    )
    """The returned submission this one is the better version of."""
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), default=None, index=True)
    """The call it answers."""
    origin: Mapped[str] = mapped_column(String(80), default="", index=True)
    """What it grew out of, as a plain value: case:118."""
    instructions: Mapped[list[dict[str, str]]] = mapped_column(JSON, default_factory=list)
    """The instructions it answers and may quote in print, as they stood: leader, post, text, date,
    number, and where each comes from (origin)."""
    reply: Mapped[str] = mapped_column(Text, default="")
    """What the desk told the unit: why it was returned or not used."""
    reject_reason: Mapped[RejectReason | None] = mapped_column(Choice(RejectReason), default=None)
    form_key: Mapped[str | None] = mapped_column(String(40), default=None)
    """Sent with the form, so that a double press sends one submission."""
    imported_as: Mapped[str | None] = mapped_column(String(120), default=None, unique=True)
    """The key it had in the file it was imported from; importing twice takes it once."""
    files: Mapped[list[SubmissionFile]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="SubmissionFile.position"
    )

    @property
    def stage_label(self) -> str:
        """首报, 续报一, 终报, or nothing."""
        if self.stage is None:
            return ""
        if self.stage == Stage.FOLLOWON:
            return self.stage.source_word + chinese_number(self.stage_number)
        return self.stage.source_word

    @property
    def stage_word(self) -> str:
        """The same in the reader's language: 续报一, follow-on report 1."""
        if self.stage is None or is_chinese():
            return self.stage_label
        follows = self.stage == Stage.FOLLOWON
        return f"{self.stage.word} {self.stage_number}" if follows else self.stage.word


class SubmissionFile(Base):
    """A photo or file that came with a submission."""

    __tablename__ = "submission_file"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), init=False, index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), init=False, index=True)
    attachment: Mapped[Attachment] = relationship(lazy="joined")
    position: Mapped[int]


def quoted(one: Mapping[str, Any]) -> str:
    """An instruction on one line: 副市长沈明远：“请落实。”（批〔2026〕12号，3月9日）."""
    known = "，".join(filter(None, (one["number"], one["date"])))
    return f"{one['post']}{one['leader']}：“{one['text']}”（{known}）"


DIGITS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """A number from 1 to 99 as it stands in 续报一, 续报十二."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")
