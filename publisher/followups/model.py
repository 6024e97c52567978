"""In this file we name what an instruction sets going: cases, tasks, reports, chases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.attachments.model import Attachment
from publisher.database import Base, Choice
from publisher.errors import NotAllowed, StepRefused
from publisher.instructions.model import Instruction
from publisher.people.model import Person, Unit
from publisher.registers import CASES, RESTRICTED_CASES
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


class Side(Worded):
    """Who takes a step of a case."""

    OFFICE = "office", N_("督查室")
    LEAD = "lead", N_("主办单位")
    SUPPORT = "support", N_("协办单位")
    OFFERED = "offered", N_("接收单位")
    LEADER = "leader", N_("批示领导")
    SYSTEM = "system", N_("系统")


OFFICE, UNITS = frozenset({Side.OFFICE}), frozenset({Side.LEAD, Side.SUPPORT})
LEAD, LEADER = frozenset({Side.LEAD}), frozenset({Side.LEADER})


@dataclass(frozen=True)
class Step:
    """One step of a case: what is done, by whom, in which states, and the state it leads to."""

    act: str
    """As history tells it."""
    by: frozenset[Side]
    at: frozenset[State]
    to: State | None = None
    """None where the case stays as it is."""


STEPS = (
    Step("acknowledge", LEAD, frozenset({State.ASSIGNED}), State.RECEIVED),
    Step("acknowledge", frozenset({Side.SUPPORT}), RUNNING),
    Step("report_interim", LEAD, frozenset({State.RECEIVED, State.RETURNED})),
    Step(
        "report_interim",
        frozenset({Side.SUPPORT}),
        frozenset({State.RECEIVED, State.RETURNED, State.REPORTED}),
    ),
    Step("report", LEAD, frozenset({State.RECEIVED, State.RETURNED}), State.REPORTED),
    Step("accept", OFFICE, RUNNING),
    Step("return", OFFICE, RUNNING),
    Step("review", OFFICE, frozenset({State.REPORTED}), State.REVIEWED),
    Step("return_report", OFFICE, frozenset({State.REPORTED}), State.RETURNED),
    Step("see_result", OFFICE | LEADER, frozenset({State.REVIEWED})),
    Step("close", OFFICE, frozenset({State.REVIEWED}), State.CLOSED),
    Step("look_back", OFFICE, frozenset({State.CLOSED})),
    Step("reopen", OFFICE, frozenset({State.REVIEWED, State.CLOSED}), State.REOPENED),
    Step("withdraw", OFFICE, RUNNING - {State.REVIEWED}, State.WITHDRAWN),
    Step("chase", OFFICE, RUNNING),
    Step("remind", frozenset({Side.SYSTEM}), WITH_THE_UNIT),
    Step("ask_extension", LEAD, frozenset({State.RECEIVED, State.RETURNED})),
    Step("answer_extension", OFFICE, WITH_THE_UNIT),
    Step("ask_transfer", UNITS, WITH_THE_UNIT),
    Step("offer_transfer", OFFICE, WITH_THE_UNIT),
    Step("refuse_transfer", OFFICE, WITH_THE_UNIT),
    Step("decline_transfer", frozenset({Side.OFFERED}), WITH_THE_UNIT),
    Step("take_over", frozenset({Side.OFFERED}), WITH_THE_UNIT, State.ASSIGNED),
)
"""Every step of a case after it is assigned, and who may take it (domain.md 4.1, steps 14 to 19).

Taking over leads back to 已交办 where the lead unit changes; a support's place changes hands
without it."""


def steps_at(state: State) -> frozenset[tuple[str, Side]]:
    """What can be done in a state, and by whom."""
    return frozenset((step.act, side) for step in STEPS if state in step.at for side in step.by)


def _next() -> Mapping[Any, frozenset[Any]]:
    """The table of states that the steps make."""
    return {
        here: frozenset(
            step.to for step in STEPS if here in step.at and step.to not in {None, here}
        )
        for here in State
    }


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


class TransferState(Worded):
    """How far a part in a case is on its way to another unit."""

    ASKED = "asked", N_("待督查室答复")
    OFFERED = "offered", N_("待接收单位答复")
    TAKEN = "taken", N_("已转办")
    REFUSED = "refused", N_("督查室不同意")
    DECLINED = "declined", N_("接收单位不同意")
    DROPPED = "dropped", N_("已作罢")


TRANSFER_OPEN = frozenset({TransferState.ASKED, TransferState.OFFERED})
"""In these a transfer waits for somebody."""


class ProposalState(Worded):
    """What was decided on what the office proposes to do with an instruction."""

    PROPOSED = "proposed", N_("待审定")
    AGREED = "agreed", N_("同意")
    RETURNED = "returned", N_("已退回")


class ExtensionState(Worded):
    """What the office said to a request for more time."""

    ASKED = "asked", N_("待答复")
    GRANTED = "granted", N_("同意延期")
    REFUSED = "refused", N_("不同意延期")
    DROPPED = "dropped", N_("已作罢")


class Case(Stateful, Base):
    """One matter a leader instructed on, followed to its end."""

    __tablename__ = "followup_case"
    __table_args__ = (
        UniqueConstraint("series", "year", "number"),
        Index("ix_followup_case_in_state", "state", "due_on", "look_back_on", "instruction_id"),
    )
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = _next()
    STEPS: ClassVar[tuple[Step, ...]] = STEPS

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    year: Mapped[int]
    number: Mapped[int | None]
    """督查〔2026〕37号; None for a case taken over from a register that counted none."""
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    instruction: Mapped[Instruction] = relationship(lazy="joined")
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("followup_case.id"), init=False, index=True
    )
    follows: Mapped[Case | None] = relationship(default=None, remote_side="Case.id")
    """The round before this one, where the leader gave a new instruction on its result."""
    matter: Mapped[str] = mapped_column(String(300))
    """督查事项, in one sentence."""
    demand: Mapped[str] = mapped_column(Text, default="")
    """办理要求."""
    limit_days: Mapped[int]
    """Working days from the day of assignment; 0 where a register of before named no limit."""
    due_on: Mapped[date] = mapped_column(index=True)
    limit_reason: Mapped[str] = mapped_column(Text, default="")
    """Why the office set another limit than the leader named; empty where it did not."""
    series: Mapped[str] = mapped_column(String(10), default=CASES)
    """What its number begins with; 限督查 where the instruction is for named people only."""
    state: Mapped[State] = mapped_column(Choice(State), default=State.ASSIGNED)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    officer: Mapped[Person] = relationship(lazy="joined")
    """谁转办谁跟踪落实 (domain.md 4.1, step 13)."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    shown_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the leader had seen the result."""
    result: Mapped[str] = mapped_column(Text, default="")
    """The result in a few lines, for register and leader."""
    look_back_on: Mapped[date | None] = mapped_column(default=None, index=True)
    """When the office means to see whether the result has held (回访)."""
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
    transfers: Mapped[list[Transfer]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Transfer.id"
    )
    reminders: Mapped[list[Reminder]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Reminder.id"
    )
    look_backs: Mapped[list[LookBack]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="LookBack.id"
    )

    @property
    def number_text(self) -> str:
        """督查〔2026〕37号; for one without, the number of its instruction."""
        if self.number is None:
            return self.instruction.number_text or str(_("旧件"))
        return f"{self.series}〔{self.year}〕{self.number}号"

    @property
    def lead(self) -> Task:
        """The lead unit's task; every case has exactly one."""
        return next(task for task in self.tasks if task.part == Part.LEAD)

    def must_allow(self, act: str, side: Side) -> None:
        """Hold a step against the table.

        Raises `NotAllowed` where it is not this side's to take at all, `StepRefused` where it is
        not open now.
        """
        if not any(step.act == act and side in step.by for step in STEPS):
            raise NotAllowed
        if (act, side) not in steps_at(self.state):
            raise StepRefused(_("现在是“%(state)s”，不能这样办理。", state=self.state.word))

    def days_left(self, today: date) -> int:
        """Calendar days to the limit; negative when it has passed."""
        return (self.due_on - today).days

    def is_overdue(self, today: date) -> bool:
        """Whether the unit still has to act and the limit has passed."""
        return self.state in WITH_THE_UNIT and today > self.due_on


def series_of(instruction: Instruction) -> str:
    """In which register an instruction's case takes its number."""
    return RESTRICTED_CASES if instruction.is_restricted else CASES


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
        ExtensionState.ASKED: frozenset(
            {ExtensionState.GRANTED, ExtensionState.REFUSED, ExtensionState.DROPPED}
        ),
        ExtensionState.GRANTED: frozenset(),
        ExtensionState.REFUSED: frozenset(),
        ExtensionState.DROPPED: frozenset(),
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
        Choice(ExtensionState), default=ExtensionState.ASKED, index=True
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


class Proposal(Stateful, Base):
    """What the supervision section proposes to do with an instruction (拟办); the director decides.

    Kept where the office's setting wants two people for it (domain.md 4.1, step 12).
    """

    __tablename__ = "proposal"
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        ProposalState.PROPOSED: frozenset({ProposalState.AGREED, ProposalState.RETURNED}),
        ProposalState.AGREED: frozenset(),
        ProposalState.RETURNED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("instruction.id"), init=False, index=True
    )
    instruction: Mapped[Instruction] = relationship(lazy="joined")
    opens: Mapped[bool]
    """Whether a case is to be opened; else the instruction is to be noted only."""
    matter: Mapped[str] = mapped_column(String(300), default="")
    demand: Mapped[str] = mapped_column(Text, default="")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), init=False)
    lead: Mapped[Unit | None] = relationship(default=None, lazy="joined")
    support_ids: Mapped[list[int]] = mapped_column(JSON, default_factory=list)
    """Numbers of the supporting units."""
    limit_days: Mapped[int] = mapped_column(default=0)
    by_leaders_limit: Mapped[bool] = mapped_column(default=False)
    """Whether the limit is the one the leader named, whatever day it is decided."""
    limit_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it is another than the leader named."""
    remark: Mapped[str] = mapped_column(Text, default="")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    proposed_by: Mapped[Person] = relationship(
        lazy="joined", foreign_keys="Proposal.proposed_by_id"
    )
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    decided_by: Mapped[Person | None] = relationship(
        default=None, lazy="joined", foreign_keys="Proposal.decided_by_id"
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ProposalState] = mapped_column(
        Choice(ProposalState), default=ProposalState.PROPOSED, index=True
    )


class Transfer(Stateful, Base):
    """A unit's part in a case goes to another unit, with what both sides agreed (转办)."""

    __tablename__ = "transfer"
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        TransferState.ASKED: frozenset(
            {TransferState.OFFERED, TransferState.REFUSED, TransferState.DROPPED}
        ),
        TransferState.OFFERED: frozenset(
            {TransferState.TAKEN, TransferState.DECLINED, TransferState.DROPPED}
        ),
        TransferState.TAKEN: frozenset(),
        TransferState.REFUSED: frozenset(),
        TransferState.DECLINED: frozenset(),
        TransferState.DROPPED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("followup_case.id"), init=False, index=True)
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), init=False)
    from_unit: Mapped[Unit] = relationship(lazy="joined", foreign_keys="Transfer.from_unit_id")
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), init=False, index=True)
    to_unit: Mapped[Unit] = relationship(lazy="joined", foreign_keys="Transfer.to_unit_id")
    reason: Mapped[str] = mapped_column(Text)
    consent: Mapped[str] = mapped_column(Text, default="")
    """What the giving unit said, where the office began it."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    asked_by: Mapped[Person] = relationship(lazy="joined", foreign_keys="Transfer.asked_by_id")
    asked_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    answered_by: Mapped[Person | None] = relationship(
        default=None, lazy="joined", foreign_keys="Transfer.answered_by_id"
    )
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the receiving unit, or the office that refused, said."""
    state: Mapped[TransferState] = mapped_column(
        Choice(TransferState), default=TransferState.ASKED, index=True
    )


class Reminder(Base):
    """One rung of the ladder of reminders that a case's limit came to."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("case_id", "due_on", "rung"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("followup_case.id"), init=False, index=True)
    due_on: Mapped[date]
    """The limit it spoke of: when the limit moves, the ladder begins anew."""
    rung: Mapped[int]
    """Working days from the limit: -3 is three before it, 0 the day itself, 1 one after."""
    at: Mapped[datetime]
    mailed_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    mail_tries: Mapped[int] = mapped_column(default=0)


class LookBack(Base):
    """The office went to see whether a closed case's result has held (回访)."""

    __tablename__ = "look_back"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("followup_case.id"), init=False, index=True)
    means: Mapped[str] = mapped_column(String(40))
    findings: Mapped[str] = mapped_column(Text)
    has_held: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    by: Mapped[Person] = relationship(lazy="joined")
    at: Mapped[datetime]


class LimitClass(Base):
    """A class of limits (domain.md 4.3): 特急 1, 加急 3, 批办 15, 复杂 30 working days."""

    __tablename__ = "limit_class"
    __table_args__ = (UniqueConstraint("name", "leader_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(40))
    days: Mapped[int]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    leader: Mapped[Person | None] = relationship(default=None, lazy="joined")
    """Whose instructions it holds for; None for everybody's."""
    position: Mapped[int] = mapped_column(default=0)


class CalendarDay(Base):
    """A day that is not what its weekday says: a holiday, or a weekend worked instead (调休)."""

    __tablename__ = "calendar_day"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    day: Mapped[date] = mapped_column(unique=True)
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60), default="")
