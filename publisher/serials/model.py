"""In this file we name what the office publishes: serials, their sections, routes and readers."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base, Choice
from publisher.people.permission import Role
from publisher.words import N_, Worded


class SerialKind(Worded):
    """What kind of publication it is (domain.md 3.2)."""

    REGULAR = "regular", N_("政务信息")
    DIGEST = "digest", N_("每日要情")
    FLASH = "flash", N_("信息快报")
    SITUATION = "situation", N_("情况反映")
    SPECIAL = "special_report", N_("专报")
    RESEARCH = "research", N_("调研")
    SPECIAL_ISSUE = "special_issue", N_("专刊")
    FOLLOWUP = "followup", N_("批示反馈")
    SUPERVISION = "supervision", N_("督查专报")
    BULLETIN = "score_bulletin", N_("通报")


class Series(Worded):
    """Supplements are numbered apart from the main series (domain.md 1.1)."""

    MAIN = "main", N_("正刊")
    SUPPLEMENT = "supplement", N_("增刊")


class RouteSubject(Worded):
    """What a route leads to a yes."""

    ITEM = "item", N_("稿件")
    ISSUE = "issue", N_("刊期")


class Serial(Base):
    """A named publication with its own masthead, numbering, sections, routes and readers."""

    __tablename__ = "serial"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """Letters for file names and archive numbers: zwxx."""
    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[SerialKind] = mapped_column(Choice(SerialKind))
    layout: Mapped[str] = mapped_column(String(60), default="regular")
    number_pattern: Mapped[str] = mapped_column(String(80), default="第{number}期（总第{total}期）")
    """What the masthead prints; may hold {number}, {total} and {year}."""
    restarts_yearly: Mapped[bool] = mapped_column(default=True)
    issuing_office: Mapped[str] = mapped_column(String(120))
    handling_note: Mapped[str] = mapped_column(String(60), default="")
    to_superior: Mapped[str] = mapped_column(Text, default="")
    """报: superiors."""
    to_peer: Mapped[str] = mapped_column(Text, default="")
    """送: peers."""
    to_subordinate: Mapped[str] = mapped_column(Text, default="")
    """发: subordinates."""
    phone: Mapped[str] = mapped_column(String(40), default="")
    print_run: Mapped[int] = mapped_column(default=0)
    retention_years: Mapped[int] = mapped_column(default=10)
    """How long the archive keeps an issue; 0 is for ever (domain.md 7.2)."""
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    sections: Mapped[list[Section]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Section.position"
    )
    steps: Mapped[list[RouteStep]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="RouteStep.position"
    )
    readers: Mapped[list[SerialReader]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )
    counters: Mapped[list[Counter]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )
    totals: Mapped[list[RunningTotal]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )

    def route(self, subject: RouteSubject) -> list[RouteStep]:
        """The steps that lead an item or an issue of this serial to a yes."""
        return [step for step in self.steps if step.subject == subject]


class Section(Base):
    """A named part of every issue of a serial (栏目)."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("serial_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    serial_id: Mapped[int] = mapped_column(ForeignKey("serial.id"), init=False)
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    is_expected: Mapped[bool] = mapped_column(default=False)
    """Whether every issue has items in it; an issue that has none is told so before it goes."""


class RouteStep(Base):
    """One step of a serial's route: who has to say yes, and what the step is called."""

    __tablename__ = "route_step"
    __table_args__ = (UniqueConstraint("serial_id", "subject", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    serial_id: Mapped[int] = mapped_column(ForeignKey("serial.id"), init=False)
    subject: Mapped[RouteSubject] = mapped_column(Choice(RouteSubject))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[Role] = mapped_column(Choice(Role))


class SerialReader(Base):
    """Who may read a serial's issues, as an access token: staff, role:leader, unit:3."""

    __tablename__ = "serial_reader"
    __table_args__ = (UniqueConstraint("serial_id", "token"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    serial_id: Mapped[int] = mapped_column(ForeignKey("serial.id"), init=False)
    token: Mapped[str] = mapped_column(String(60))


class Counter(Base):
    """The last number given in one year of one series."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("serial_id", "series", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    serial_id: Mapped[int] = mapped_column(ForeignKey("serial.id"), init=False)
    series: Mapped[Series] = mapped_column(Choice(Series))
    year: Mapped[int]
    """0 where a serial's numbers never restart."""
    last_number: Mapped[int] = mapped_column(default=0)


class RunningTotal(Base):
    """The last running total given in one series, over all years."""

    __tablename__ = "running_total"
    __table_args__ = (UniqueConstraint("serial_id", "series"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    serial_id: Mapped[int] = mapped_column(ForeignKey("serial.id"), init=False)
    series: Mapped[Series] = mapped_column(Choice(Series))
    last_total: Mapped[int] = mapped_column(default=0)
