"""In this file the worker reads old registers and takes their rows over, some hundred at a time.

Each lot is one transaction with the rows' own records, so that a job that died goes on where it
stopped, and no row is taken over twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from publisher import clock, history, registers
from publisher.attachments import actions as attachments
from publisher.attachments import queries as kept_files
from publisher.attachments import texts
from publisher.attachments.actions import path_of
from publisher.config import Settings
from publisher.database import db
from publisher.errors import InputRefused
from publisher.followups.model import Case
from publisher.followups.queries import working_calendar
from publisher.instructions.model import SERIES, Instruction
from publisher.oldregister import actions, queries
from publisher.oldregister.actions import Ground
from publisher.oldregister.cells import Doubt, year_in
from publisher.oldregister.columns import Column, Head, find_head, guesses, head_at
from publisher.oldregister.entries import Context, Entry, Row, rows_of, understood
from publisher.oldregister.model import OldEntry, OldRegister, Outcome, State
from publisher.oldregister.workbook import Sheet, Unreadable, sheets_of
from publisher.people.model import Person
from publisher.publication import outbox

logger = logging.getLogger(__name__)
SYSTEM = history.System()
LOT = 100
SHOWN = 20
"""So many rows of a sheet are shown before it is taken over."""
SHOWN_WITHOUT_HEAD = 15
LONGEST_SHOWN = 2000
FORMS = {".xlsx": "xlsx", ".csv": "csv"}


def keep(content: bytes, name: str, office: Settings, *, by: Person, at: datetime) -> OldRegister:
    """Keep an uploaded workbook; gives the one that is here already for the very same file.

    Raises `InputRefused` for what is no workbook. A CSV in the Chinese encoding is kept as UTF-8.
    """
    ending = "." + name.rpartition(".")[2].lower()
    form = FORMS.get(ending)
    if form is None:
        raise InputRefused(
            _(
                "“%(name)s”不是 .xlsx 或 .csv。.xls、.et 和带宏的表格请先另存为 .xlsx。",
                name=attachments.shown_name(name),
            ),
            field="file",
        )
    if form == "csv":
        content = _as_utf8(content)
    kept = attachments.keep_bytes(content, name=name, folder=office.files_path, by=by, at=at)
    if (twin := queries.same_file(kept.digest)) is not None:
        return twin
    made = actions.take_in(kept, form=form, by=by, at=at)
    db.session.add(made)
    db.session.flush()
    return made


def _as_utf8(content: bytes) -> bytes:
    try:
        return texts.decoded(content)[0].encode()
    except texts.NotText as error:
        raise InputRefused(
            _("CSV 文件的文字编码认不出来，请另存为 .xlsx。"), field="file"
        ) from error


def read(number: int, office: Settings) -> None:
    """Read a waiting register and lay its columns before a person."""
    found = queries.register(number)
    if found.state != State.WAITING:
        return
    path, form, head = path_of(found.attachment.digest, office.files_path), found.form, found.head
    name = found.attachment.name
    db.session.rollback()
    error, told = "", {}
    try:
        told = laid_out(sheets_of(path, form), head, name)
    except Unreadable as failure:
        error = str(failure)
    except Exception:
        logger.exception("Old register %d could not be read", number)
        error = _("读取时出现意外，没有读出来。")
    found = queries.register(number, to_change=True)
    if found.state == State.WAITING:
        found.reading, found.error = told, error
        to = State.UNREADABLE if error else State.REVIEW
        found.move_to(to, act="read_old_register", by=SYSTEM, at=clock.now(), reason=error)
        if told:
            choose(found, told["groups"][0]["key"] if told["groups"] else "")
    db.session.commit()


def choose(found: OldRegister, key: str) -> None:
    """Turn to the sheets with one head, their columns as told the last time or guessed."""
    group = group_of(found, key)
    if group is None:
        found.mapping = {}
        return
    known = queries.mapping_for(key)
    found.head = {**found.head, "chosen": key}
    found.mapping = dict(known.columns) if known else dict(group["guesses"])


def group_of(found: OldRegister, key: str | None = None) -> dict[str, Any] | None:
    """The sheets of one head, as they were laid out: those chosen, or those of a key."""
    wanted = key if key is not None else found.head.get("chosen")
    groups: list[dict[str, Any]] = found.reading.get("groups", [])
    return next((one for one in groups if one["key"] == wanted), None)


def laid_out(sheets: Sequence[Sheet], said: dict[str, Any], name: str) -> dict[str, Any]:
    """What the page shows: sheets of the same head together, and those without one."""
    groups: dict[str, dict[str, Any]] = {}
    bare = []
    for sheet in sheets:
        if not sheet.rows:
            continue
        head = head_of(sheet, said)
        if head is None:
            bare.append(
                {
                    "name": sheet.name,
                    "rows": [
                        [number, [_short(one) for one in row]]
                        for number, row in sheet.rows[:SHOWN_WITHOUT_HEAD]
                    ],
                }
            )
            continue
        group = groups.setdefault(head.key, _group(head))
        below = [one for one in sheet.rows if one[0] > head.last_row]
        first = below[: _fits(sheet, below, SHOWN - len(group["shown"]))]
        numbers = {number for number, _row in first}
        group["sheets"].append(
            {
                "name": sheet.name,
                "row": head.row,
                "lines": head.lines,
                "count": len(below),
                "above": _above(sheet, head),
                "merges": [one for one in sheet.merges if one[0] in numbers],
            }
        )
        group["shown"] += [
            [sheet.name, number, [_short(one) for one in row]] for number, row in first
        ]
    ordered = sorted(groups.values(), key=lambda one: -len(one["guesses"]))
    return {"groups": ordered, "bare": bare, "year": year_in(name)}


def _fits(sheet: Sheet, rows: Sequence[tuple[int, list[str]]], most: int) -> int:
    """So many rows that no merged cell is cut, about `most`."""
    if most <= 0 or not rows:
        return 0
    last = rows[min(most, len(rows)) - 1][0]
    until = max([last, *(one[2] for one in sheet.merges if one[0] <= last <= one[2])])
    return sum(number <= min(until, last + SHOWN) for number, _row in rows)


def _above(sheet: Sheet, head: Head) -> str:
    return " ".join(" ".join(row) for number, row in sheet.rows if number < head.row)[:2000]


def _group(head: Head) -> dict[str, Any]:
    return {
        "key": head.key,
        "headings": list(head.headings),
        "guesses": {str(place): one.value for place, one in guesses(head.headings).items()},
        "sheets": [],
        "shown": [],
    }


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "……"


def head_of(sheet: Sheet, said: dict[str, Any]) -> Head | None:
    """The head of a sheet: where a person said it stands, else where it looks like one."""
    if said.get("sheet") == sheet.name:
        return head_at(sheet, int(said.get("row", 1)), int(said.get("lines", 1)))
    return find_head(sheet)


def context_of(sheet: str, above: str, name: str, leaders: dict[str, Person]) -> Context:
    """What is known beside the rows of a sheet: its name, what stands above its head, the file."""
    return Context(
        leaders={one.name: one.post for one in leaders.values()},
        year=year_in(sheet, above, name),
        today=clock.today(),
    )


def preview(found: OldRegister) -> list[Entry]:
    """The first rows of the chosen sheets as they would be taken over; nothing is kept."""
    group, leaders = group_of(found), queries.leaders()
    if group is None:
        return []
    mapping = columns_of(found)
    shown: list[Entry] = []
    for told in group["sheets"]:
        rows = [(number, row) for one, number, row in group["shown"] if one == told["name"]]
        merges = [(a, b, c, d) for a, b, c, d in told.get("merges", ())]
        sheet = Sheet(told["name"], rows, merges)
        head = Head(told["row"], told["lines"], tuple(group["headings"]))
        context = context_of(sheet.name, told.get("above", ""), found.attachment.name, leaders)
        shown += understood(list(rows_of(sheet, head, mapping)), context)
    return shown


def columns_of(found: OldRegister) -> dict[int, Column]:
    """What each column of a register says, by its place."""
    return {int(place): Column(value) for place, value in found.mapping.items()}


def take_over(number: int, office: Settings) -> None:
    """Take the rows of the chosen sheets over; going on where an earlier run stopped."""
    found = queries.register(number)
    if found.state != State.IMPORTING:
        return
    group, by = group_of(found), found.by
    names = {one["name"] for one in group["sheets"]} if group else set()
    mapping, said, name = columns_of(found), dict(found.head), found.attachment.name
    path, form, by_id = path_of(found.attachment.digest, office.files_path), found.form, by.id
    done, leaders = queries.rows_done(number), queries.leaders()
    db.session.rollback()
    try:
        sheets = [one for one in sheets_of(path, form) if one.name in names]
        for sheet in sheets:
            head = head_of(sheet, said)
            if head is None:
                continue
            context = context_of(sheet.name, _above(sheet, head), name, leaders)
            rows = [
                row for row in rows_of(sheet, head, mapping) if (row.sheet, row.number) not in done
            ]
            for lot in _lots(rows):
                _take_over(understood(lot, context), number, by_id)
    except Unreadable as failure:
        db.session.rollback()
        found = queries.register(number, to_change=True)
        found.error = str(failure)
        found.move_to(State.UNREADABLE, act="read_old_register", by=SYSTEM, at=clock.now())
        db.session.commit()
        return
    found = queries.register(number, to_change=True)
    if found.state == State.IMPORTING:
        told = {one.value: count for one, count in queries.counts(number).items()}
        found.move_to(State.DONE, act="end_old_register", by=SYSTEM, at=clock.now(), **told)
    db.session.commit()


def _lots(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Some hundred rows at a time; rows of one matter are never parted."""
    lot: list[Row] = []
    for row in rows:
        if len(lot) >= LOT and row.matter != lot[-1].matter:
            yield lot
            lot = []
        lot.append(row)
    if lot:
        yield lot


def _take_over(lot: Sequence[Entry], number: int, by_id: int) -> None:
    """Take one lot over, in one transaction with the rows' own records."""
    at, by = clock.now(), db.session.get_one(Person, by_id)
    register = queries.register(number)
    ground, calendar = _ground(lot), working_calendar()
    before = queries.entered_before(
        {one.digest for one in lot} | {one.former_digest for one in lot}
    )
    seen: set[str] = set()
    made: list[tuple[OldEntry, Instruction, Case | None]] = []
    for entry in lot:
        known = before.get(entry.digest) or before.get(entry.former_digest)
        is_twin = entry.digest in seen or (known is not None and known.register_id == register.id)
        if not entry.is_refused and is_twin:
            entry.row.doubts.append(Doubt.SAME_ROW)
        kept = _as_row(entry, register)
        db.session.add(kept)
        if entry.is_refused:
            continue
        if known is not None:
            kept.outcome, kept.instruction_id = Outcome.KNOWN, known.instruction_id
            told = [Doubt.CHANGED] if known.status_digest != entry.status_digest else []
            told += [Doubt.AS_ONE] if known.digest != entry.digest else []
            _doubt(kept, told)
            continue
        seen.add(entry.digest)
        instruction, case = actions.enter(entry, ground, calendar=calendar, by=by, at=at)
        kept.outcome = Outcome.ENTERED
        _doubt(kept, entry.doubts)
        db.session.add_all([instruction, *([case] if case is not None else [])])
        made.append((kept, instruction, case))
    db.session.add_all(ground.new_units)
    db.session.flush()
    for kept, instruction, case in made:
        kept.instruction_id = instruction.id
        instruction.origin = f"old_entry:{kept.id}"
        outbox.tell(db.session, f"instruction:{instruction.id}", at)
        if case is not None:
            instruction.readers += actions.readers_of(case)
            outbox.tell(db.session, f"case:{case.id}", at)
    own = [one for _kept, one, _case in made if one.series == SERIES and one.number]
    for year in sorted({one.year or 0 for one in own}):
        last = max(one.number or 0 for one in own if one.year == year)
        registers.go_on_after(db.session, registers.INSTRUCTIONS, year, last)
    db.session.commit()


def _doubt(kept: OldEntry, doubts: Sequence[Doubt]) -> None:
    kept.doubts, kept.has_doubt = [one.value for one in doubts], bool(doubts)


def _as_row(entry: Entry, register: OldRegister) -> OldEntry:
    return OldEntry(
        register=register,
        sheet=entry.row.sheet[:120],
        row=entry.row.number,
        place=entry.row.place,
        cells=[list(one) for one in entry.row.cells],
        digest=entry.digest,
        status_digest=entry.status_digest,
        outcome=Outcome.REFUSED,
        has_doubt=bool(entry.doubts),
        doubts=[one.value for one in entry.doubts],
    )


def _ground(lot: Sequence[Entry]) -> Ground:
    titles = {one.title for one in lot if one.title}
    carriers = {one.text(Column.CARRIER).replace("\n", " ").strip() for one in lot}
    items = queries.printed_items(titles | {one.text(Column.TITLE).strip() for one in lot})
    numbers = [item.id for found in items.values() for item in found]
    return Ground(
        persons=queries.leaders(),
        units=queries.units(),
        items=items,
        issues=queries.issues_named(lot),
        issue_of=queries.issues_of_items(numbers),
        papers=queries.old_papers(titles | carriers),
        taken=queries.numbers_taken({one.number[1] for one in lot if one.number}),
        secretaries=queries.secretaries(),
    )


def original(found: OldRegister, office: Settings) -> bytes:
    """The workbook as it came in."""
    return kept_files.content(found.attachment, office.files_path)
