"""In this file a unit's part in a case goes to another unit: asked, offered, taken over (转办).

Both sides agree: the giving unit by asking, or by words the office keeps where the office began;
the receiving unit by taking over. An abolished unit has nobody left to ask.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from publisher import history
from publisher.errors import InputRefused, NotAllowed, StepRefused
from publisher.followups.actions import drop_requests, task_of
from publisher.followups.model import (
    TRANSFER_OPEN,
    Case,
    Part,
    Side,
    State,
    Task,
    Transfer,
    TransferState,
)
from publisher.instructions.model import InstructionReader
from publisher.people.model import Person, Unit


def ask(case: Case, *, to: Unit, reason: str, by: Person, at: datetime) -> Transfer:
    """A unit asks that its part go to another; the office answers first."""
    task = task_of(case, by)
    case.must_allow("ask_transfer", Side.LEAD if task.part == Part.LEAD else Side.SUPPORT)
    made = _begin(case, task, to, reason, asks=True, by=by, at=at)
    history.record(case, "ask_transfer", by=by, at=at, unit=task.unit.name, to=to.name)
    return made


def offer(
    case: Case, task: Task, *, to: Unit, reason: str, consent: str, by: Person, at: datetime
) -> Transfer:
    """The office offers a unit's part to another; `consent` is what the giving unit said."""
    case.must_allow("offer_transfer", Side.OFFICE)
    if task.unit.is_active and not consent.strip():
        raise InputRefused(_("请写明移出单位的意见（何人、何时答复）。"), field="consent")
    made = _begin(case, task, to, reason, asks=False, by=by, at=at)
    made.consent = consent.strip()
    history.record(case, "offer_transfer", by=by, at=at, unit=task.unit.name, to=to.name)
    return made


def put_on(transfer: Transfer, case: Case, *, by: Person, at: datetime) -> None:
    """The office agrees to what a unit asked and offers it to the other unit."""
    case.must_allow("offer_transfer", Side.OFFICE)
    transfer.move_to(TransferState.OFFERED, act="offer_transfer", by=by, at=at)


def refuse(transfer: Transfer, case: Case, *, reason: str, by: Person, at: datetime) -> None:
    """The office does not let a unit's part go, or takes its offer back."""
    case.must_allow("refuse_transfer", Side.OFFICE)
    asked = transfer.state == TransferState.ASKED
    transfer.move_to(
        TransferState.REFUSED if asked else TransferState.DROPPED,
        act="refuse_transfer",
        by=by,
        at=at,
        reason=reason,
    )
    _answered(transfer, reason, by=by, at=at)


def decline(transfer: Transfer, case: Case, *, reason: str, by: Person, at: datetime) -> None:
    """The receiving unit does not take the part."""
    _must_be_offered(transfer, case, "decline_transfer", by)
    transfer.move_to(TransferState.DECLINED, act="decline_transfer", by=by, at=at, reason=reason)
    _answered(transfer, reason, by=by, at=at)


def take_over(transfer: Transfer, case: Case, *, answer: str, by: Person, at: datetime) -> None:
    """The receiving unit takes the part; a lead's new unit signs for the case afresh.

    The giving unit knows of the case no longer. Its reports stay.
    """
    _must_be_offered(transfer, case, "take_over", by)
    task = _task_of_unit(case, transfer.from_unit)
    transfer.move_to(TransferState.TAKEN, act="take_over", by=by, at=at)
    _answered(transfer, answer, by=by, at=at)
    _hand_over(case, task, transfer.to_unit)
    _let_read(case, instead_of=transfer.from_unit, unit=transfer.to_unit)
    units = {"was": transfer.from_unit.name, "unit": transfer.to_unit.name}
    if task.part == Part.LEAD:
        drop_requests(case, _("主办单位已经变更。"), by=by, at=at)
        if case.state != State.ASSIGNED:
            case.move_to(State.ASSIGNED, act="take_over", by=by, at=at, **units)
            return
    history.record(case, "take_over", by=by, at=at, **units)


def _begin(
    case: Case,
    task: Task,
    to: Unit,
    reason: str,
    *,
    asks: bool,
    by: Person,
    at: datetime,
) -> Transfer:
    if not reason.strip():
        raise InputRefused(_("请写明转办的理由。"), field="reason")
    if to.id == task.unit_id:
        raise InputRefused(_("接收单位就是现在的承办单位。"), field="to_unit")
    if not to.is_active:
        raise InputRefused(_("这个单位已经撤销，不能接收。"), field="to_unit")
    if task.part == Part.SUPPORT and any(one.unit_id == to.id for one in case.tasks):
        raise InputRefused(_("这个单位已经承办这一事项。"), field="to_unit")
    if any(one.state in TRANSFER_OPEN for one in case.transfers):
        raise StepRefused(_("上一次转办还没有办完。"))
    made = Transfer(
        from_unit=task.unit, to_unit=to, reason=reason.strip(), asked_by=by, asked_at=at
    )
    made.to_unit_id, made.from_unit_id = to.id, task.unit_id
    made.state = TransferState.ASKED if asks else TransferState.OFFERED
    case.transfers.append(made)
    return made


def _must_be_offered(transfer: Transfer, case: Case, act: str, by: Person) -> None:
    if transfer.to_unit_id != by.unit_id:
        raise NotAllowed
    case.must_allow(act, Side.OFFERED)


def _answered(transfer: Transfer, answer: str, *, by: Person, at: datetime) -> None:
    transfer.answered_by, transfer.answered_at = by, at
    transfer.answer = answer.strip()


def _task_of_unit(case: Case, unit: Unit) -> Task:
    for task in case.tasks:
        if task.unit_id == unit.id:
            return task
    raise StepRefused(_("移出单位已经不承办这一事项。"))


def _hand_over(case: Case, task: Task, unit: Unit) -> None:
    """Put the unit in the task's place; a support that becomes the lead gives up its own place."""
    own = next((one for one in case.tasks if one.unit_id == unit.id), None)
    if own is None:
        own = Task(unit=unit, part=task.part, position=task.position)
        own.unit_id = unit.id
        case.tasks.append(own)
    own.part, own.position = task.part, task.position
    own.received_at = own.received_by = None
    own.handler = own.handler_phone = ""
    case.tasks.remove(task)


def _let_read(case: Case, *, instead_of: Unit, unit: Unit) -> None:
    readers = case.instruction.readers
    gone, new = f"handlers:{instead_of.id}", f"handlers:{unit.id}"
    for reader in [one for one in readers if one.token == gone]:
        readers.remove(reader)
    if all(reader.token != new for reader in readers):
        readers.append(InstructionReader(token=new))
