"""In this file we ask about cases: who may know of them, what is late, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import joinedload, lazyload, load_only, selectinload

from publisher.clock import OFFICE_ZONE
from publisher.database import db
from publisher.errors import NotFound
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import (
    RUNNING,
    WITH_THE_UNIT,
    CalendarDay,
    Case,
    Chase,
    Extension,
    ExtensionState,
    LimitClass,
    Proposal,
    ProposalState,
    Reminder,
    Report,
    ReportStage,
    ReportState,
    State,
    Task,
    Transfer,
    TransferState,
)
from publisher.instructions.model import Instruction, InstructionReader
from publisher.instructions.queries import readable_by
from publisher.paging import PER_PAGE, Page, first_pages, page_of
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.people.permission import PERMISSIONS, Permission
from publisher.submissions import queries as submissions
from publisher.submissions.model import Submission

FOR_A_LINE = (
    lazyload("*"),
    joinedload(Case.instruction).options(
        load_only(
            Instruction.leader_post, Instruction.leader_name, Instruction.number,
            Instruction.series, Instruction.year, Instruction.old_number,
        )
    ),
    selectinload(Case.tasks).joinedload(Task.unit),
    selectinload(Case.reports).load_only(
        Report.unit_id, Report.stage, Report.state, Report.reported_at
    ),
    selectinload(Case.chases).load_only(Chase.at),
)  # fmt: skip
"""All that one line about a case says; thousands of lines are not read with all that was told."""


def visible_to(person: Person) -> ColumnElement[bool]:
    """Officers see all but restricted ones; a unit its own; others those they may read of.

    A unit that is offered a part knows of the case until it has answered.
    """
    named = select(InstructionReader.instruction_id).where(
        InstructionReader.token.in_(people.access_tokens(person))
    )
    if person.may(Permission.Followups.MANAGE):
        # Of a restricted instruction's case those know whom it names, and nobody by role.
        restricted = select(Instruction.id).where(Instruction.is_restricted)
        return or_(Case.instruction_id.not_in(restricted), Case.instruction_id.in_(named))
    of_unit = or_(
        Case.id.in_(select(Task.case_id).where(Task.unit_id == person.unit_id)),
        Case.id.in_(
            select(Transfer.case_id).where(
                Transfer.to_unit_id == person.unit_id, Transfer.state == TransferState.OFFERED
            )
        ),
    )
    readable = Case.instruction_id.in_(named)
    if person.may(Permission.Followups.HANDLE):
        return or_(of_unit, readable)
    return readable


def case_for(number: int, person: Person, *, to_change: bool = False) -> Case:
    """One case with all that hangs on it; raises `NotFound` where the person may not know of it.

    `to_change` locks it, so that two who act at once come one after the other.
    """
    statement = (
        select(Case)
        .where(Case.id == number, visible_to(person))
        .options(
            selectinload(Case.reports).selectinload(Report.files),
            selectinload(Case.extensions),
            selectinload(Case.chases),
            selectinload(Case.transfers),
            selectinload(Case.reminders),
            selectinload(Case.look_backs),
        )
    )
    if to_change:
        statement = statement.with_for_update(of=Case).execution_options(populate_existing=True)
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def cases_of(instruction_id: int) -> list[Case]:
    """The cases of an instruction, oldest first."""
    statement = select(Case).where(Case.instruction_id == instruction_id).order_by(Case.id)
    return list(db.session.scalars(statement).unique())


def cases_in_register(person: Person, numbers: Select[int] | Sequence[int]) -> dict[int, Case]:
    """The latest case of each instruction of these `numbers`, as far as a person may know of it."""
    statement = (
        select(Case)
        .where(Case.instruction_id.in_(numbers), visible_to(person))
        .order_by(Case.id)
        .options(*FOR_A_LINE)
    )
    return {one.instruction_id: one for one in db.session.scalars(statement).unique()}


def cases(
    person: Person,
    *,
    today: date,
    which: str = "running",
    unit_id: int | None = None,
    leader_id: int | None = None,
    words: str = "",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[Case]:
    """The cases a person may know of; what is overdue stands first, then by limit."""
    statement = _narrowed(select(Case).where(visible_to(person)), which, today)
    if unit_id is not None:
        statement = statement.where(
            Case.id.in_(select(Task.case_id).where(Task.unit_id == unit_id))
        )
    if leader_id is not None:
        statement = statement.join(Instruction).where(Instruction.leader_id == leader_id)
    if words:
        statement = statement.where(Case.matter.contains(words, autoescape=True))
    return page_of(
        statement,
        Case.id,
        order=_overdue_first(today),
        page=page,
        per_page=per_page,
        options=[selectinload(Case.chases)],
    )


def first_cases(
    person: Person, *, today: date, which: Sequence[str], most: int
) -> dict[str, Page[Case]]:
    """What stands first in several of these lists, and whether there is more in each."""
    return first_pages(
        {one: _narrowed(select(Case).where(visible_to(person)), one, today) for one in which},
        Case.id,
        order=_overdue_first(today),
        per_page=most,
    )


def _overdue_first(today: date) -> tuple[ColumnElement[Any], ...]:
    place = case((_overdue(today), 0), (Case.state.in_(list(RUNNING)), 1), else_=2)
    return place, Case.due_on.expression, Case.id.expression


def _overdue(today: date) -> ColumnElement[bool]:
    return Case.state.in_(list(WITH_THE_UNIT)) & (Case.due_on < today)


def _narrowed(statement: Select[Case], which: str, today: date) -> Select[Case]:
    conditions: dict[str, ColumnElement[bool]] = {
        "running": Case.state.in_(list(RUNNING)),
        "overdue": _overdue(today),
        "to_review": Case.state == State.REPORTED,
        "to_show": Case.state == State.REVIEWED,
        "to_look_back": (Case.state == State.CLOSED) & (Case.look_back_on <= today),
        "closed": Case.state.in_([State.CLOSED, State.REOPENED, State.WITHDRAWN]),
        "all": true(),
    }
    return statement.where(conditions.get(which, conditions["running"]))


@dataclass(frozen=True)
class Counts:
    """How many cases a person may know of stand how; always equal to the lists."""

    running: int
    overdue: int
    to_review: int
    to_show: int
    to_look_back: int
    closed: int


def counts(person: Person, today: date) -> Counts:
    """The figures over the list of cases, in one query."""
    names = ("running", "overdue", "to_review", "to_show", "to_look_back", "closed")
    statement = select(
        *(
            func.count().filter(_narrowed(select(Case), name, today).whereclause)  # type: ignore[arg-type]
            for name in names
        )
    ).select_from(Case)
    row = db.session.execute(statement.where(visible_to(person))).one()
    return Counts(**dict(zip(names, row, strict=True)))


def length_of_month(person: Person, first: date, last: date) -> int:
    """How many cases a month's summary would list."""
    cases_ = _of_month(person, first, last).with_only_columns(func.count(Case.id))
    return db.session.scalar(cases_) or 0


def cases_of_month(person: Person, first: date, last: date) -> list[Case]:
    """The cases a person may know of that were open on some day between two, the earliest first."""
    statement = _of_month(person, first, last).order_by(Case.opened_at, Case.id)
    return list(db.session.scalars(statement.options(*FOR_A_LINE)).unique())


def _of_month(person: Person, first: date, last: date) -> Select[Case]:
    start = datetime.combine(first, time.min, OFFICE_ZONE)
    end = datetime.combine(last, time.max, OFFICE_ZONE)
    return select(Case).where(
        visible_to(person),
        Case.opened_at <= end,
        # One of a register of before may be closed without a day: it was over then.
        or_(
            Case.closed_at >= start,
            Case.closed_at.is_(None) & or_(Case.state.in_(list(RUNNING)), Case.opened_at >= start),
        ),
        Case.state != State.WITHDRAWN,
    )


MOST_WAITING = 30
"""So many requests are shown at once, the oldest; each that is answered brings the next."""


def extensions_waiting(person: Person) -> list[Case]:
    """The cases a person may know of with a request for more time that nobody has answered yet."""
    statement = (
        select(Case)
        .join(Extension, Extension.case_id == Case.id)
        .where(Extension.state == ExtensionState.ASKED, visible_to(person))
        .order_by(Extension.asked_at)
        .limit(MOST_WAITING)
    )
    return list(db.session.scalars(statement).unique())


def transfers_waiting(person: Person) -> list[Transfer]:
    """The transfers that wait for this person: for the office's word, or for the unit's."""
    waiting = []
    if person.may(Permission.Followups.MANAGE):
        waiting.append(Transfer.state == TransferState.ASKED)
    if person.may(Permission.Followups.HANDLE):
        waiting.append(
            (Transfer.state == TransferState.OFFERED) & (Transfer.to_unit_id == person.unit_id)
        )
    if not waiting:
        return []
    statement = (
        select(Transfer)
        .join(Case, Transfer.case_id == Case.id)
        .where(or_(*waiting), visible_to(person))
        .order_by(Transfer.asked_at)
        .limit(MOST_WAITING)
    )
    return list(db.session.scalars(statement).unique())


def proposals_waiting(person: Person) -> list[Proposal]:
    """The proposals that wait for a decision, as far as the person may read their instructions."""
    statement = (
        select(Proposal)
        .join(Instruction, Proposal.instruction_id == Instruction.id)
        .where(Proposal.state == ProposalState.PROPOSED, readable_by(person))
        .order_by(Proposal.proposed_at)
    )
    return list(db.session.scalars(statement).unique())


def proposal(number: int, person: Person) -> Proposal:
    """One proposal, locked; raises `NotFound` where the person may not read its instruction."""
    statement = (
        select(Proposal)
        .join(Instruction, Proposal.instruction_id == Instruction.id)
        .where(Proposal.id == number, readable_by(person))
        .with_for_update(of=Proposal)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def proposal_on(instruction_id: int) -> Proposal | None:
    """What was proposed last for an instruction."""
    statement = select(Proposal).where(Proposal.instruction_id == instruction_id)
    return db.session.scalars(statement.order_by(Proposal.id.desc()).limit(1)).unique().first()


def may_be_decided(instruction: Instruction) -> bool:
    """Whether there is a director who may read the instruction and decide on it."""
    tokens = {reader.token for reader in instruction.readers}
    return any(
        tokens & people.access_tokens(person)
        for role, may in PERMISSIONS.items()
        if Permission.Followups.DECIDE in may
        for person in people.with_role(role)
    )


def transfer_of(found: Case, number: int) -> Transfer:
    """One transfer of a case; raises `NotFound`."""
    for transfer in found.transfers:
        if transfer.id == number:
            return transfer
    raise NotFound


def task_of(found: Case, unit_id: int) -> Task:
    """A unit's task in a case; raises `NotFound`."""
    for task in found.tasks:
        if task.unit_id == unit_id:
            return task
    raise NotFound


def to_remind(until: date) -> list[Case]:
    """The cases that units still have to act on and whose limit comes by `until`."""
    statement = (
        select(Case)
        .where(Case.state.in_(list(WITH_THE_UNIT)), Case.due_on <= until)
        .order_by(Case.id)
        .options(selectinload(Case.reminders))
    )
    return list(db.session.scalars(statement).unique())


def reminders_to_mail(most_tries: int, since: datetime) -> list[tuple[Reminder, Case]]:
    """The reminders made since then that no message was sent for yet."""
    statement = (
        select(Reminder, Case)
        .join(Case, Reminder.case_id == Case.id)
        .where(Reminder.mailed_at.is_(None), Reminder.mail_tries < most_tries, Reminder.at >= since)
        .order_by(Reminder.id)
    )
    return [(reminder, found) for reminder, found in db.session.execute(statement).unique()]


def limit_classes(leader_id: int | None = None) -> list[LimitClass]:
    """The classes of limits for a leader's instructions: his own before those for everybody.

    A class of the same name that is his own stands in place of the common one.
    """
    statement = (
        select(LimitClass)
        .where(or_(LimitClass.leader_id.is_(None), LimitClass.leader_id == leader_id))
        .order_by(LimitClass.position, LimitClass.days, LimitClass.id)
    )
    found = list(db.session.scalars(statement).unique())
    own = {one.name for one in found if one.leader_id is not None}
    return [one for one in found if one.leader_id is not None or one.name not in own]


def all_limit_classes() -> list[LimitClass]:
    """Every class of limits, those for everybody first."""
    statement = select(LimitClass).order_by(
        LimitClass.leader_id.is_not(None), LimitClass.position, LimitClass.days, LimitClass.id
    )
    return list(db.session.scalars(statement).unique())


def has_limit_class(name: str, leader_id: int | None) -> bool:
    """Whether there is a class of that name for that leader, or for everybody."""
    statement = select(LimitClass.id).where(
        LimitClass.name == name, LimitClass.leader_id.is_not_distinct_from(leader_id)
    )
    return db.session.scalar(statement) is not None


def limit_class(number: int) -> LimitClass:
    """One class of limits; raises `NotFound`."""
    found = db.session.get(LimitClass, number)
    if found is None:
        raise NotFound
    return found


def extension_of(found: Case, number: int) -> Extension:
    """One request for more time; raises `NotFound`."""
    for extension in found.extensions:
        if extension.id == number:
            return extension
    raise NotFound


def report_of(found: Case, number: int) -> Report:
    """One report of a case; raises `NotFound`."""
    for report in found.reports:
        if report.id == number:
            return report
    raise NotFound


def final_report(found: Case) -> Report | None:
    """The result of a case: the final report the office passed at review."""
    return next(
        (
            one
            for one in reversed(found.reports)
            if one.stage == ReportStage.FINAL and one.state == ReportState.ACCEPTED
        ),
        None,
    )


def report_on_paper(found: Case) -> Report | None:
    """What the lead unit's form says: its final report, before that its latest, none given back."""
    own = [
        one
        for one in reversed(found.reports)
        if one.unit_id == found.lead.unit_id and one.state != ReportState.RETURNED
    ]
    return next((one for one in own if one.stage == ReportStage.FINAL), own[0] if own else None)


def final_on_paper(found: Case) -> Report | None:
    """The lead unit's final report once it is in and not given back."""
    written = report_on_paper(found)
    return written if written is not None and written.stage == ReportStage.FINAL else None


def report_sent_already(found: Case, form_key: str) -> Report | None:
    """The report a form has made already, when it is sent twice."""
    return next((one for one in found.reports if form_key and one.form_key == form_key), None)


def working_calendar() -> WorkingCalendar:
    """The office's calendar as it stands."""
    days = list(db.session.scalars(select(CalendarDay)))
    return WorkingCalendar(
        special={one.day: one.is_working for one in days},
        confirmed=frozenset(one.day.year for one in days),
    )


def calendar_days(year: int) -> list[CalendarDay]:
    """The special days of one year."""
    statement = select(CalendarDay).where(
        CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    )
    return list(db.session.scalars(statement.order_by(CalendarDay.day)))


def light(found: Case, today: date, calendar: WorkingCalendar) -> str:
    """Red when overdue, yellow within three working days, else blue (domain.md 3.4 f)."""
    if found.state not in WITH_THE_UNIT:
        return ""
    if found.is_overdue(today):
        return "red"
    return "yellow" if calendar.between(today, found.due_on) <= 3 else "blue"


@dataclass(frozen=True)
class Lamps:
    """The light of each case on a page; the calendar is read once, where there is a case."""

    today: date

    def __call__(self, found: Case) -> str:
        """The light of one case."""
        return light(found, self.today, self.calendar)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The office's calendar."""
        return working_calendar()


def is_shown_to(sent: Submission, person: Person) -> bool:
    """Whether a person may open the submission a result became; a colleague may have sent it in."""
    statement = select(Submission.id).where(
        Submission.id == sent.id, submissions.visible_to(person)
    )
    return db.session.scalar(statement) is not None


def calendar_day(day: date) -> CalendarDay | None:
    """The entry of one day, where there is one."""
    return db.session.scalars(select(CalendarDay).where(CalendarDay.day == day)).one_or_none()
