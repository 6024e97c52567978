"""In this file we name what an instruction sets going: cases, tasks, reports, chases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.attachments.model import Attachment
from publisher.database import Base, Choice
from publisher.instructions.model import Instruction
from publisher.people.model import Person, Unit
from publisher.states import Stateful
from publisher.words import N_, Worded


class State(Worded):
    """Where a case stands (domain.md 4.5)."""

    ASSIGNED = "assigned", N_("已交办")
    RECEIVED = "received", N_("办理中")
    REPORTED = "reported", N_("已反馈")
    RETURNED = "returned", N_("退回补办")
    REVIEWED = "reviewed", N_("待呈阅")
    CLOSED = "closed", N_("已办结")
    REOPENED = "reopened", N_("再批示")
    WITHDRAWN = "withdrawn", N_("已撤销")


RUNNING = frozenset(
    {State.ASSIGNED, State.RECEIVED, State.REPORTED, State.RETURNED, State.REVIEWED}
)
"""A case in one of these is not over."""

WITH_THE_UNIT = frozenset({State.ASSIGNED, State.RECEIVED, State.RETURNED})
"""In these the unit has to act, so the limit counts."""


class Part(Worded):
    """A unit's part in a case."""

    LEAD = "lead", N_("主办")
    SUPPORT = "support", N_("协办")


class ReportStage(Worded):
    """How far a report goes."""

    INTERIM = "interim", N_("阶段性反馈")
    FINAL = "final", N_("办理结果")


class ReportState(Worded):
    """What the office said to a report."""

    SUBMITTED = "submitted", N_("待审核")
    ACCEPTED = "accepted", N_("已审结")
    RETURNED = "returned", N_("已退回")


class ExtensionState(Worded):
    """What the office said to a request for more time."""

    ASKED = "asked", N_("待答复")
    GRANTED = "granted", N_("同意延期")
    REFUSED = "refused", N_("不同意延期")


class Case(Stateful, Base):
    """One matter a leader instructed on, followed to its end."""

    __tablename__ = "followup_case"
    __table_args__ = (UniqueConstraint("year", "number"),)
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        State.ASSIGNED: frozenset({State.RECEIVED, State.WITHDRAWN}),
        State.RECEIVED: frozenset({State.REPORTED, State.WITHDRAWN}),
        State.REPORTED: frozenset({State.RETURNED, State.REVIEWED, State.WITHDRAWN}),
        State.RETURNED: frozenset({State.REPORTED, State.WITHDRAWN}),
        State.REVIEWED: frozenset({State.CLOSED, State.REOPENED}),
        State.CLOSED: frozenset({State.REOPENED}),
        State.REOPENED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    year: Mapped[int]
    number: Mapped[int]
    """督查〔2026〕37号."""
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    instruction: Mapped[Instruction] = relationship(lazy="joined")
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("followup_case.id"), init=False)
    follows: Mapped[Case | None] = relationship(default=None, remote_side="Case.id")
    """The round before this one, where the leader gave a new instruction on its result."""
    matter: Mapped[str] = mapped_column(String(300))
    """督查事项, in one sentence."""
    demand: Mapped[str] = mapped_column(Text, default="")
    """办理要求."""
    limit_days: Mapped[int]
    """Working days from the day of assignment."""
    due_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[State] = mapped_column(Choice(State), default=State.ASSIGNED, index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    officer: Mapped[Person] = relationship(lazy="joined")
    """谁转办谁跟踪落实 (domain.md 4.1, step 13)."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    shown_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the leader had seen the result."""
    result: Mapped[str] = mapped_column(Text, default="")
    """The result in a few lines, for register and leader."""
    tasks: Mapped[list[Task]] = relationship(
        default_factory=list,
        cascade="all, delete-orphan",
        order_by="Task.position",
        lazy="selectin",
    )
    reports: Mapped[list[Report]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Report.id"
    )
    extensions: Mapped[list[Extension]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Extension.id"
    )
    chases: Mapped[list[Chase]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Chase.id"
    )

    @property
    def number_text(self) -> str:
        """督查〔2026〕37号."""
        return f"督查〔{self.year}〕{self.number}号"

    @property
    def lead(self) -> Task:
        """The lead unit's task; every case has exactly one."""
        return next(task for task in self.tasks if task.part == Part.LEAD)

    def days_left(self, today: date) -> int:
        """Calendar days to the limit; negative when it has passed."""
        return (self.due_on - today).days

    def is_overdue(self, today: date) -> bool:
        """Whether the unit still has to act and the limit has passed."""
        return self.state in WITH_THE_UNIT and today > self.due_on


class Task(Base):
    """One unit's part in a case."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("case_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("followup_case.id"), init=False, index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), init=False, index=True)
    unit: Mapped[Unit] = relationship(lazy="joined")
    part: Mapped[Part] = mapped_column(Choice(Part))
    position: Mapped[int]
    received_at: Mapped[datetime | None] = mapped_column(default=None)
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    received_by: Mapped[Person | None] = relationship(default=None, lazy="joined")
    handler: Mapped[str] = mapped_column(String(60), default="")
    handler_phone: Mapped[str] = mapped_column(String(40), default="")


class Report(Stateful, Base):
    """What a unit reports, in the standard's three parts (domain.md 3.4 e)."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("case_id", "form_key"),)
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        ReportState.SUBMITTED: frozenset({ReportState.ACCEPTED, ReportState.RETURNED}),
        ReportState.ACCEPTED: frozenset(),
        ReportState.RETURNED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("followup_case.id"), init=False, index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), init=False, index=True)
    unit: Mapped[Unit] = relationship(lazy="joined")
    stage: Mapped[ReportStage] = mapped_column(Choice(ReportStage))
    process: Mapped[str] = mapped_column(Text)
    """落实过程."""
    situation: Mapped[str] = mapped_column(Text, default="")
    """基本情况."""
    proposals: Mapped[str] = mapped_column(Text, default="")
    """意见和建议."""
    signer: Mapped[str] = mapped_column(String(60), default="")
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    reported_by: Mapped[Person] = relationship(lazy="joined", foreign_keys="Report.reported_by_id")
    reported_at: Mapped[datetime]
    state: Mapped[ReportState] = mapped_column(Choice(ReportState), default=ReportState.SUBMITTED)
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why it was returned, or what the office noted on accepting it."""
    form_key: Mapped[str | None] = mapped_column(String(40), default=None)
    files: Mapped[list[ReportFile]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )


class ReportFile(Base):
    """A file that came with a report: the sealed scan."""

    __tablename__ = "report_file"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), init=False, index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), init=False, index=True)
    attachment: Mapped[Attachment] = relationship(lazy="joined")


class Extension(Stateful, Base):
    """A unit asks for more time, before the limit and with its reason (domain.md 4.3)."""

    __tablename__ = "extension"
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        ExtensionState.ASKED: frozenset({ExtensionState.GRANTED, ExtensionState.REFUSED}),
        ExtensionState.GRANTED: frozenset(),
        ExtensionState.REFUSED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("followup_case.id"), init=False, index=True)
    reason: Mapped[str] = mapped_column(Text)
    progress: Mapped[str] = mapped_column(Text, default="")
    new_due_on: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    asked_by: Mapped[Person] = relationship(lazy="joined")
    asked_at: Mapped[datetime]
    state: Mapped[ExtensionState] = mapped_column(
        Choice(ExtensionState), default=ExtensionState.ASKED
    )
    answer: Mapped[str] = mapped_column(Text, default="")


class Chase(Base):
    """The office reminded or chased a unit (催办)."""

    __tablename__ = "chase"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("followup_case.id"), init=False, index=True)
    number: Mapped[int]
    """Which chase of this case it is."""
    text: Mapped[str] = mapped_column(Text)
    means: Mapped[str] = mapped_column(String(40), default="")
    """By page, phone or paper."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    by: Mapped[Person] = relationship(lazy="joined")
    at: Mapped[datetime]


class CalendarDay(Base):
    """A day that is not what its weekday says: a holiday, or a weekend worked instead (调休)."""

    __tablename__ = "calendar_day"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    day: Mapped[date] = mapped_column(unique=True)
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60), default="")
