"""In this file a case is opened, received, reported on, chased, extended, reviewed and closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from publisher import history
from publisher.attachments.model import Attachment
from publisher.errors import InputRefused, NotAllowed, StepRefused
from publisher.followups import limits
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import (
    RUNNING,
    TRANSFER_OPEN,
    WITH_THE_UNIT,
    Case,
    Chase,
    Extension,
    ExtensionState,
    LimitClass,
    LookBack,
    Part,
    Report,
    ReportFile,
    ReportStage,
    ReportState,
    Side,
    State,
    Task,
    TransferState,
    series_of,
    steps_at,
)
from publisher.instructions.actions import quotation
from publisher.instructions.model import Instruction, InstructionReader
from publisher.instructions.model import State as InstructionState
from publisher.people.model import Person, Unit
from publisher.people.permission import Permission
from publisher.serials.model import Serial
from publisher.submissions.actions import Draft
from publisher.submissions.model import Kind


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a unit writes, in the standard's three parts (domain.md 3.4 e)."""

    process: str
    situation: str = ""
    proposals: str = ""
    signer: str = ""


def note_only(instruction: Instruction, *, by: Person, at: datetime, remark: str = "") -> None:
    """Decide that an instruction opens no case: it was for information or study (阅知、阅研)."""
    instruction.move_to(InstructionState.NOTED, act="note_only", by=by, at=at, remark=remark)


def open_case(
    instruction: Instruction,
    *,
    number: int,
    matter: str,
    demand: str,
    lead: Unit,
    supports: Sequence[Unit],
    limit_days: int | None,
    calendar: WorkingCalendar,
    by: Person,
    at: datetime,
    limit_reason: str = "",
    follows: Case | None = None,
) -> Case:
    """Open a case on an instruction and assign it (一事一项).

    `number` comes from the register in the same transaction. `limit_days` is None for the limit the
    leader named; another than his needs its `limit_reason`, which history tells. `follows` is the
    case whose result the leader instructed on again; its round ends with this. Raises
    `InputRefused` for a limit or units that cannot be.
    """
    limit = limits.settled(
        instruction, calendar, today=at.date(), days=limit_days, reason=limit_reason
    )
    if lead in supports:
        raise InputRefused(_("主办单位不能同时是协办单位。"), field="supports")
    _must_be_there(lead, supports)
    if instruction.state != InstructionState.OPENED:
        instruction.move_to(InstructionState.OPENED, act="open_case", by=by, at=at)
    if follows is not None and follows.state in {State.REVIEWED, State.CLOSED}:
        reopen(follows, by=by, at=at)
    may_read = {reader.token for reader in instruction.readers}
    instruction.readers += [
        InstructionReader(token=token)
        for token in dict.fromkeys(f"handlers:{unit.id}" for unit in [lead, *supports])
        if token not in may_read
    ]
    case = Case(
        year=at.year,
        number=number,
        instruction=instruction,
        follows=follows,
        matter=matter.strip(),
        demand=demand.strip(),
        limit_days=limit.days,
        due_on=limit.due_on,
        limit_reason=limit.reason,
        series=series_of(instruction),
        officer=by,
        opened_at=at,
        tasks=[
            Task(unit=unit, part=Part.LEAD if place == 0 else Part.SUPPORT, position=place)
            for place, unit in enumerate([lead, *supports])
        ],
    )
    case.state = State.ASSIGNED
    history.record(
        case,
        "assign",
        by=by,
        at=at,
        to_state=State.ASSIGNED.value,
        lead=lead.name,
        supports=[unit.name for unit in supports],
        due_on=case.due_on.isoformat(),
    )
    if limit.reason:
        history.record(
            case,
            "depart_from_limit",
            by=by,
            at=at,
            reason=limit.reason,
            leaders=str(limits.named_by_leader(instruction, calendar)),
            due_on=case.due_on.isoformat(),
        )
    return case


def _must_be_there(lead: Unit, supports: Sequence[Unit]) -> None:
    """Refuse units that were abolished since they were chosen."""
    for unit, field in ((lead, "lead"), *((one, "supports") for one in supports)):
        if not unit.is_active:
            sentence = _("%(unit)s已经撤销，请改选接手的单位。", unit=unit.name)
            raise InputRefused(sentence, field=field)


def name_officer(
    instruction: Instruction,
    cases: Iterable[Case],
    *,
    officer: Person,
    gone: Iterable[Person],
    reason: str,
    knows: bool,
    by: Person,
    at: datetime,
) -> None:
    """Let an officer know of an instruction for named people, and follow its running cases.

    `knows` is whether the one who names him knows of it himself. Who does not has to say why, and
    the record of acts tells it of the people who left, for that record is read by the auditor.
    """
    if not officer.active or not officer.may(Permission.Followups.MANAGE):
        raise InputRefused(_("请选择在岗的督查人员。"), field="officer")
    if not knows and not reason.strip():
        raise InputRefused(_("请写明指定的依据。"), field="reason")
    token = f"person:{officer.id}"
    if any(reader.token == token for reader in instruction.readers):
        raise InputRefused(_("他已经知悉这件批示。"), field="officer")
    instruction.readers.append(InstructionReader(token=token))
    history.record(
        instruction, "name_officer", by=by, at=at, to=officer.name, reason=reason.strip()
    )
    for one in cases:
        if one.state in RUNNING and not (
            one.officer.active and one.officer.may(Permission.Followups.MANAGE)
        ):
            history.record(one, "name_officer", by=by, at=at, was=one.officer.name, to=officer.name)
            one.officer = officer
    if not knows:
        for one_gone in gone or [officer]:
            history.record(one_gone, "hand_on_named", by=by, at=at, to=officer.name)


def sides_of(case: Case, person: Person) -> frozenset[Side]:
    """On which sides of a case a person stands."""
    sides = set()
    if person.may(Permission.Followups.MANAGE):
        sides.add(Side.OFFICE)
    if person.id == case.instruction.leader_id:
        sides.add(Side.LEADER)
    if person.may(Permission.Followups.HANDLE):
        sides |= {
            Side.LEAD if task.part == Part.LEAD else Side.SUPPORT
            for task in case.tasks
            if task.unit_id == person.unit_id
        }
        if any(
            one.state == TransferState.OFFERED and one.to_unit_id == person.unit_id
            for one in case.transfers
        ):
            sides.add(Side.OFFERED)
    return frozenset(sides)


def open_steps(case: Case, person: Person) -> frozenset[str]:
    """What a person may do in a case as it stands, by the table of steps."""
    sides = sides_of(case, person)
    return frozenset(act for act, side in steps_at(case.state) if side in sides)


def task_of(case: Case, person: Person) -> Task:
    """The task of a person's unit in a case; raises `NotAllowed` where it has none."""
    for task in case.tasks:
        if task.unit_id == person.unit_id:
            return task
    raise NotAllowed(_("贵单位不承办这一事项。"))


def acknowledge(case: Case, *, handler: str, phone: str, by: Person, at: datetime) -> None:
    """A unit signs for the case and names who handles it; the lead unit's sets the case going."""
    task = task_of(case, by)
    if case.state not in RUNNING:
        raise StepRefused(_("这一事项已经结束。"))
    if task.received_at is not None:
        raise StepRefused(_("贵单位已经签收。"))
    task.received_at, task.received_by = at, by
    task.handler, task.handler_phone = handler.strip() or by.name, phone.strip() or by.phone
    if task.part == Part.LEAD:
        case.move_to(State.RECEIVED, act="acknowledge", by=by, at=at, unit=task.unit.name)
    else:
        history.record(case, "acknowledge", by=by, at=at, unit=task.unit.name)


def report(
    case: Case,
    written: Written,
    *,
    stage: ReportStage,
    by: Person,
    at: datetime,
    files: Iterable[Attachment] = (),
    form_key: str | None = None,
) -> Report:
    """A unit reports; the lead unit's final report goes to review.

    Raises `StepRefused` where a support reports finally (the lead unit does) or the unit has not
    signed for the case yet.
    """
    task = task_of(case, by)
    if case.state in RUNNING and task.received_at is None:
        raise StepRefused(_("请先签收，再报送办理情况。"))
    if case.state not in {State.RECEIVED, State.RETURNED} | (
        {State.REPORTED} if task.part == Part.SUPPORT else set()
    ):
        raise StepRefused(_("现在是“%(state)s”，不能报送办理情况。", state=case.state.word))
    if stage == ReportStage.FINAL and task.part != Part.LEAD:
        raise StepRefused(_("办理结果由主办单位统一报送，协办单位请报阶段性反馈。"))
    made = Report(
        unit=task.unit,
        stage=stage,
        process=written.process.strip(),
        situation=written.situation.strip(),
        proposals=written.proposals.strip(),
        signer=written.signer.strip(),
        reported_by=by,
        reported_at=at,
        form_key=form_key,
        files=[ReportFile(attachment=attachment) for attachment in files],
    )
    made.state = ReportState.SUBMITTED
    case.reports.append(made)
    if stage == ReportStage.FINAL:
        case.move_to(State.REPORTED, act="report", by=by, at=at, unit=task.unit.name)
        drop_requests(case, _("已报送办理结果。"), by=by, at=at)
    else:
        history.record(case, "report_interim", by=by, at=at, unit=task.unit.name)
    return made


def drop_requests(case: Case, reason: str, *, by: history.Actor, at: datetime) -> None:
    """Let requests fall that nobody needs an answer to any more."""
    for extension in case.extensions:
        if extension.state == ExtensionState.ASKED:
            extension.move_to(ExtensionState.DROPPED, act="drop_request", by=by, at=at)
            extension.answer = reason
    for transfer in case.transfers:
        if transfer.state in TRANSFER_OPEN:
            transfer.move_to(TransferState.DROPPED, act="drop_request", by=by, at=at)
            transfer.answer = reason


def accept(
    report_: Report, case: Case, *, result: str, by: Person, at: datetime, remark: str = ""
) -> None:
    """Pass a report at review; a final one makes the case ready for the leader (审结)."""
    report_.move_to(ReportState.ACCEPTED, act="accept", by=by, at=at)
    report_.answer = remark.strip()
    if report_.stage == ReportStage.FINAL:
        if not result.strip():
            raise InputRefused(_("请用几句话概括办理结果，供领导阅看。"), field="result")
        case.result = result.strip()
        case.move_to(State.REVIEWED, act="review", by=by, at=at)


def return_report(report_: Report, case: Case, *, reason: str, by: Person, at: datetime) -> None:
    """Give a report back with what is wanting (退回补办)."""
    if not reason.strip():
        raise InputRefused(_("请写明退回的理由。"), field="reason")
    report_.move_to(ReportState.RETURNED, act="return", by=by, at=at, reason=reason)
    report_.answer = reason.strip()
    if report_.stage == ReportStage.FINAL:
        case.move_to(State.RETURNED, act="return_report", by=by, at=at, reason=reason)


def see_result(case: Case, *, by: Person, at: datetime) -> None:
    """The instructing leader, or the office for the leader, notes that the result was seen."""
    is_leader = by.id == case.instruction.leader_id
    if not is_leader and not by.may(Permission.Followups.MANAGE):
        raise NotAllowed
    if case.state != State.REVIEWED:
        raise StepRefused(_("办理结果还没有审结，不能呈阅。"))
    if case.shown_at is None:
        case.shown_at = at
        history.record(case, "see_result", by=by, at=at)


def close(case: Case, *, by: Person, at: datetime, look_back_on: date | None = None) -> None:
    """Close a case the leader has seen without a new instruction (办结, domain.md 9).

    `look_back_on` is the day the office means to see whether the result has held (回访).
    """
    if case.shown_at is None:
        raise StepRefused(_("办理结果须先呈原批示领导阅看，再行办结。"))
    if look_back_on is not None and look_back_on <= at.date():
        raise InputRefused(_("回访日期应在今天之后。"), field="look_back_on")
    case.move_to(State.CLOSED, act="close", by=by, at=at)
    case.closed_at, case.look_back_on = at, look_back_on


def look_back(
    case: Case,
    *,
    means: str,
    findings: str,
    has_held: bool,
    next_on: date | None,
    by: Person,
    at: datetime,
) -> LookBack:
    """Note what the office found on looking back at a closed case (回访).

    `next_on` is the day of another look; None ends the looking back.
    """
    case.must_allow("look_back", Side.OFFICE)
    if next_on is not None and next_on <= at.date():
        raise InputRefused(_("下次回访日期应在今天之后。"), field="next_on")
    made = LookBack(means=means, findings=findings.strip(), has_held=has_held, by=by, at=at)
    case.look_backs.append(made)
    case.look_back_on = next_on
    history.record(case, "look_back", by=by, at=at, has_held=has_held)
    return made


def reopen(case: Case, *, by: Person, at: datetime) -> None:
    """End a round because the leader gave a new instruction on its result (再批示)."""
    case.move_to(State.REOPENED, act="reopen", by=by, at=at)
    case.closed_at = case.closed_at or at


def withdraw(case: Case, *, reason: str, by: Person, at: datetime) -> None:
    """Call a case off, with the reason."""
    if not reason.strip():
        raise InputRefused(_("请写明撤销的理由。"), field="reason")
    case.move_to(State.WITHDRAWN, act="withdraw", by=by, at=at, reason=reason)
    case.result, case.closed_at = reason.strip(), at
    drop_requests(case, _("这一事项已经撤销。"), by=by, at=at)


def ask_extension(
    case: Case, *, reason: str, progress: str, new_due_on: date, by: Person, at: datetime
) -> Extension:
    """A lead unit asks for more time, before the limit only (domain.md 4.3)."""
    if task_of(case, by).part != Part.LEAD:
        raise StepRefused(_("延期由主办单位统一提出。"))
    if case.state == State.ASSIGNED:
        raise StepRefused(_("请先签收，再申请延期。"))
    if case.state not in WITH_THE_UNIT:
        raise StepRefused(_("现在是“%(state)s”，不需要延期。", state=case.state.word))
    if at.date() > case.due_on:
        raise StepRefused(_("已过办理时限，不能再申请延期，请报送进展和超期原因。"))
    if any(extension.state == ExtensionState.ASKED for extension in case.extensions):
        raise StepRefused(_("上一次延期申请还在等待答复。"))
    if new_due_on <= case.due_on:
        raise InputRefused(_("新的时限应晚于原时限。"), field="new_due_on")
    extension = Extension(
        reason=reason.strip(),
        progress=progress.strip(),
        new_due_on=new_due_on,
        asked_by=by,
        asked_at=at,
    )
    extension.state = ExtensionState.ASKED
    case.extensions.append(extension)
    history.record(case, "ask_extension", by=by, at=at, new_due_on=new_due_on.isoformat())
    return extension


def answer_extension(
    extension: Extension,
    case: Case,
    *,
    granted: bool,
    answer: str,
    by: Person,
    at: datetime,
) -> None:
    """Grant or refuse more time; a granted one moves the limit.

    A limit that was moved further meanwhile stands: more time never becomes less.
    """
    case.must_allow("answer_extension", Side.OFFICE)
    state = ExtensionState.GRANTED if granted else ExtensionState.REFUSED
    extension.move_to(state, act="answer_extension", by=by, at=at, answer=answer)
    extension.answer = answer.strip()
    if granted and extension.new_due_on > case.due_on:
        history.record(
            case,
            "move_limit",
            by=by,
            at=at,
            was=case.due_on.isoformat(),
            due_on=extension.new_due_on.isoformat(),
        )
        case.due_on = extension.new_due_on


def chase(case: Case, *, text: str, means: str, by: Person, at: datetime) -> Chase:
    """Remind or chase the units of a running case; every one is kept (催办)."""
    if case.state not in RUNNING:
        raise StepRefused(_("这一事项已经结束，不需要催办。"))
    made = Chase(number=len(case.chases) + 1, text=text.strip(), means=means, by=by, at=at)
    case.chases.append(made)
    history.record(case, "chase", by=by, at=at, number=made.number)
    return made


def set_limit_class(one: LimitClass, *, by: Person, at: datetime) -> None:
    """Tell that a class of limits holds from now on."""
    history.record(one, "set_limit_class", by=by, at=at, **_of_class(one))


def remove_limit_class(one: LimitClass, *, by: Person, at: datetime) -> None:
    """Tell that a class of limits is given up; cases keep the limit they have."""
    history.record(one, "remove", by=by, at=at, **_of_class(one))


def _of_class(one: LimitClass) -> dict[str, Any]:
    leader = one.leader.name if one.leader else ""
    return {"name": one.name, "days": one.days, "leader": leader}


def as_submission(
    case: Case,
    final: Report,
    quoted: Iterable[Instruction] = (),
    *,
    serial: Serial | None = None,
) -> Draft:
    """The final report as a new submission for a later issue of `serial`.

    The instructions `quoted` go with it as plain values, for the issue to print before the text.
    What was ordered for named people alone is told in no issue.
    """
    if case.instruction.is_restricted:
        raise StepRefused(_("这件批示限定了知悉范围，办理结果不能转为来稿。"))
    parts = [
        "按照批示要求，现将办理情况报告如下。",
        "## 一、落实过程",
        final.process,
    ]
    if final.situation:
        parts += ["## 二、基本情况", final.situation]
    if final.proposals:
        parts += ["## 三、意见和建议", final.proposals]
    return Draft(
        title=f"{case.lead.unit.short_name}关于{_about(case)}批示办理情况的报告",
        body="\n\n".join(parts),
        kind=Kind.SUPERVISION,
        source="批示办理",
        drafter=final.reported_by.name,
        unit_signer=final.signer,
        signer_phone=case.lead.handler_phone,
        proposed_serial=serial,
        instructions=tuple(quotation(one) for one in quoted),
    )


def _about(case: Case) -> str:
    item = case.instruction.item
    return f"“{item.title}”" if item is not None else case.matter
