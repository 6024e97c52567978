"""In this file an old register is taken in, and its rows become instructions and cases."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from flask_babel import gettext as _

from publisher import history
from publisher.attachments.model import Attachment
from publisher.clock import OFFICE_ZONE
from publisher.editing.model import Item
from publisher.errors import InputRefused
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import Case, Part, Task
from publisher.followups.model import State as CaseState
from publisher.instructions import actions as instructions
from publisher.instructions.actions import Leader, Words
from publisher.instructions.model import Instruction, InstructionReader, Paper, PaperKind
from publisher.instructions.model import State as InstructionState
from publisher.issues.model import Issue
from publisher.oldregister.cells import Doubt, Standing, issue_in, level_of
from publisher.oldregister.columns import NEEDED, Column
from publisher.oldregister.entries import Entry
from publisher.oldregister.model import ColumnMapping, OldRegister, State
from publisher.people.model import Person, Unit, UnitGroup

USUAL_DAYS = 15
"""The limit of a running case whose register names none, from the day it is taken over."""


def take_in(attachment: Attachment, *, form: str, by: Person, at: datetime) -> OldRegister:
    """Take a workbook in; it is read by the worker."""
    made = OldRegister(attachment=attachment, form=form, by=by, at=at)
    made.state = State.WAITING
    history.record(made, "take_in_old_register", by=by, at=at, to_state=made.state.value)
    return made


def settle(
    register: OldRegister,
    columns: Mapping[int, Column],
    *,
    headings: str,
    known: ColumnMapping | None,
    by: Person,
    at: datetime,
) -> ColumnMapping:
    """Say what each column is, and keep it for the next file with the same headings.

    Raises `InputRefused` where a column is missing without which nothing can be taken over.
    """
    for needed in NEEDED:
        if needed not in columns.values():
            raise InputRefused(_("请指定哪一列是“%(column)s”。", column=needed.word))
    if Column.DATE not in columns.values():
        raise InputRefused(_("请指定哪一列是“%(column)s”。", column=Column.DATE.word))
    register.mapping = {str(place): one.value for place, one in columns.items()}
    if known is None:
        known = ColumnMapping(headings=headings, columns={}, kept_by=by, kept_at=at)
    known.columns, known.kept_by, known.kept_at = dict(register.mapping), by, at
    return known


def begin(register: OldRegister, *, by: Person, at: datetime) -> None:
    """Begin to take its rows over."""
    register.move_to(State.IMPORTING, act="import_old_register", by=by, at=at)


@dataclass
class Ground:
    """What is known here that the rows of an old register may speak of."""

    persons: Mapping[str, Person]
    """Leaders by name, where one alone has it."""
    units: dict[str, Unit]
    """Units by name and short name, abolished ones too."""
    items: Mapping[str, list[Item]]
    """Printed items by their plain title."""
    issues: Mapping[tuple[str, int, int], Issue]
    """Issues by serial, year and number."""
    issue_of: Mapping[int, Issue]
    """The issue that printed an item."""
    papers: dict[tuple[str, str], Paper]
    """Old papers by title and carrier."""
    taken: set[tuple[int, int]]
    """Year and number of instructions that have one of the office's own."""
    secretaries: Mapping[int, list[int]]
    new_units: list[Unit] = field(default_factory=list)
    first_of: dict[tuple[str, ...], Instruction] = field(default_factory=dict)
    """On which instruction the case of a matter stands, as far as it was opened here."""


def enter(
    entry: Entry, ground: Ground, *, calendar: WorkingCalendar, by: Person, at: datetime
) -> tuple[Instruction, Case | None]:
    """Make of a row an instruction, and a case where the register says what became of it."""
    item, issue = _printed(entry, ground)
    leader = _leader(entry, ground)
    days = entry.limit_days if entry.limit_on is None else None
    person = leader.person
    named = {f"person:{person.id}"} if person else set()
    named |= {f"person:{one}" for one in ground.secretaries.get(person.id, [])} if person else set()
    leads, supports = _units(entry.leads, ground, entry), _units(entry.supports, ground, entry)
    supports += [one for one in leads[1:] if one not in supports]
    made = instructions.written(
        Words(
            text=entry.text(Column.TEXT),
            disposition=entry.disposition,
            written_on=entry.written_on or at.date(),
            item=item,
            units=[*leads[:1], *supports],
            limit_on=entry.limit_on,
            limit_days=days,
        ),
        leader=leader,
        issue=issue,
        paper=None if issue or item else _paper(entry, ground, by, at),
        tokens=[*instructions.OFFICE, *sorted(named)],
        by=by,
        at=at,
    )
    _number(made, entry, ground)
    made.proposal = entry.text(Column.PROPOSAL)
    made.registered_by, made.registered_at = by, at
    made.move_to(
        InstructionState.REGISTERED,
        act="enter_old_entry",
        by=by,
        at=at,
        sheet=entry.row.sheet,
        row=entry.row.number,
    )
    if Doubt.ONE_MATTER in entry.row.doubts:
        # 一事一项: the case stands on the first instruction of the row or the rows.
        first = made.joined_to = ground.first_of.get(entry.row.matter)
        together = _("与%(name)s的批示一并办理", name=first.leader_name if first else "")
        made.move_to(InstructionState.NOTED, act="note_only", by=by, at=at, remark=str(together))
        return made, None
    if entry.opens_case:
        ground.first_of[entry.row.matter] = made
        made.move_to(InstructionState.OPENED, act="open_case", by=by, at=at)
        return made, _case(made, entry, leads[0], supports, calendar=calendar, by=by, at=at)
    if entry.standing in {Standing.NOTED, Standing.CLOSED, Standing.WITHDRAWN}:
        made.move_to(InstructionState.NOTED, act="note_only", by=by, at=at)
    return made, None


def _printed(entry: Entry, ground: Ground) -> tuple[Item | None, Issue | None]:
    """The item and the issue of ours it stands on, by title and by number."""
    carrier, year = entry.text(Column.CARRIER), entry.written_on.year if entry.written_on else 0
    named = issue_in(carrier) or issue_in(entry.text(Column.TITLE))
    issue = (
        ground.issues.get((named[0].strip("《》"), named[1] or year, named[2])) if named else None
    )
    found = ground.items.get(entry.title, [])
    if issue is not None:
        own = [one for one in found if any(one.id == p.item_id for p in issue.placements)]
        return (own[0] if own else None), issue
    if len(found) > 1:
        entry.row.doubts.append(Doubt.MANY_ITEMS)
    if len(found) == 1:
        return found[0], ground.issue_of.get(found[0].id)
    return None, None


def _leader(entry: Entry, ground: Ground) -> Leader:
    named = entry.leader
    if named is None:
        return Leader(name=str(_("未注明")), post="")
    person = None if named.is_many else ground.persons.get(named.name)
    post = named.post or (person.post if person else "")
    same = person is not None and post == person.post
    return Leader(
        name=named.name,
        post=post,
        level=person.level if person is not None and same else level_of(post),
        rank=person.rank if person is not None and same else None,
        person=person,
    )


def _paper(entry: Entry, ground: Ground, by: Person, at: datetime) -> Paper | None:
    """The old paper the row names, the same for every row that names it; none where none does."""
    carrier = entry.text(Column.CARRIER).replace("\n", " ").strip()
    title = entry.title or carrier
    if not title:
        return None
    number = carrier[:60] if entry.title else ""
    key = (title[:300], number)
    if key not in ground.papers:
        made = Paper(kind=PaperKind.OLD, title=key[0], number=number, kept_by=by, kept_at=at)
        made.kept_by_id = by.id
        ground.papers[key] = made
    return ground.papers[key]


def _number(made: Instruction, entry: Entry, ground: Ground) -> None:
    """Its own number where it is of the office's series and free; else as it was typed."""
    made.old_number = entry.text(Column.NUMBER).replace("\n", " ")[:60]
    if entry.number is None or entry.number[0] != made.series:
        return
    key = entry.number[1:]
    if key in ground.taken and (entry.row.place or Doubt.ONE_MATTER in entry.row.doubts):
        return
    if key in ground.taken:
        entry.row.doubts.append(Doubt.NUMBER_TAKEN)
        return
    made.year, made.number = key
    ground.taken.add(key)


def _units(names: list[str], ground: Ground, entry: Entry) -> list[Unit]:
    """The units of these names; one that is in no list is made as a unit of the past."""
    found: list[Unit] = []
    for name in names:
        unit = ground.units.get(name)
        if unit is None:
            unit = Unit(
                code=f"old-{hashlib.sha256(name.encode()).hexdigest()[:12]}",
                name=name[:120],
                short_name=name[:60],
                group=UnitGroup.DEPARTMENT,
                is_active=False,
            )
            ground.units[name] = unit
            ground.new_units.append(unit)
        if not unit.is_active:
            entry.row.doubts.append(Doubt.NEW_UNIT)
        if unit not in found:
            found.append(unit)
    return found


def _case(
    made: Instruction,
    entry: Entry,
    lead: Unit,
    supports: list[Unit],
    *,
    calendar: WorkingCalendar,
    by: Person,
    at: datetime,
) -> Case:
    """The case as the register left it: closed, called off, or assigned and still to be signed."""
    written_on = made.written_on
    opened, closed = entry.opened_on or written_on, entry.closed_on
    due_on, days = entry.limit_on, entry.limit_days or 0
    if due_on is None and days:
        due_on = calendar.after(written_on, days)
    elif due_on is not None:
        days = max(calendar.between(opened, due_on), 1)
    elif entry.standing == Standing.RUNNING:
        due_on, days = calendar.after(at.date(), USUAL_DAYS), USUAL_DAYS
    about = made.item.title if made.item else made.paper.title if made.paper else made.stands_on
    case = Case(
        year=opened.year,
        number=None,
        instruction=made,
        matter=f"关于“{about or made.text[:30]}”批示事项的办理"[:300],
        limit_days=days,
        due_on=due_on or closed or opened,
        officer=by,
        opened_at=_moment(opened),
        result=entry.text(Column.RESULT) or entry.text(Column.STATE),
        closed_at=_moment(closed) if closed and entry.standing != Standing.RUNNING else None,
        tasks=[
            Task(unit=unit, part=Part.LEAD if place == 0 else Part.SUPPORT, position=place)
            for place, unit in enumerate([lead, *(one for one in supports if one is not lead)])
        ],
    )
    case.state = CaseState.ASSIGNED
    if entry.standing == Standing.CLOSED:
        case.state = CaseState.CLOSED
    history.record(case, "enter_old_entry", by=by, at=at, to_state=case.state.value)
    if entry.standing == Standing.WITHDRAWN:
        case.move_to(CaseState.WITHDRAWN, act="withdraw", by=by, at=at, reason=case.result)
    return case


def readers_of(case: Case) -> list[InstructionReader]:
    """The units of a case read its instruction; asked once their numbers are known."""
    known = {reader.token for reader in case.instruction.readers}
    tokens = dict.fromkeys(f"handlers:{task.unit.id}" for task in case.tasks)
    return [InstructionReader(token=token) for token in tokens if token not in known]


def _moment(day: date) -> datetime:
    return datetime.combine(day, time.min, OFFICE_ZONE)
