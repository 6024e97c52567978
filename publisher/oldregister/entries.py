"""In this file the rows of a sheet become entries: what each says, and what is doubtful of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from publisher.instructions.model import Disposition
from publisher.oldregister import cells
from publisher.oldregister.cells import Doubt, Named, Standing
from publisher.oldregister.columns import Column, Head, by_row, spread
from publisher.oldregister.workbook import ERROR, FORMULA, Sheet

LONGEST_TEXT = 5000
TOLD_OF_REFUSED = cells.REFUSING | {Doubt.FORMULA, Doubt.ERROR}
NAMES = frozenset({Column.LEAD, Column.SUPPORTS, Column.LEADER})
"""Where several rows are one entry, these are joined by 、, the others line by line."""


@dataclass
class Row:
    """One row as it stands, or several that share a merged cell of words."""

    sheet: str
    number: int
    cells: list[tuple[str, str]]
    """Heading and text of each cell that holds something."""
    values: dict[Column, str]
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """What is known beside the row: leaders by name with their posts, a year, and today."""

    leaders: Mapping[str, str]
    year: int | None
    today: date


@dataclass
class Entry:
    """What a row says, understood."""

    row: Row
    written_on: date | None = None
    number: tuple[str, int, int] | None = None
    leader: Named | None = None
    disposition: Disposition = Disposition.ACT
    standing: Standing = Standing.UNKNOWN
    leads: list[str] = field(default_factory=list)
    supports: list[str] = field(default_factory=list)
    opened_on: date | None = None
    limit_on: date | None = None
    limit_days: int | None = None
    closed_on: date | None = None

    @property
    def doubts(self) -> list[Doubt]:
        """What is unsure about it, each once; of a refused row only what it was refused for."""
        doubts = list(dict.fromkeys(self.row.doubts))
        return [one for one in doubts if one in TOLD_OF_REFUSED] if self.is_refused else doubts

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be taken over."""
        return bool(set(self.row.doubts) & cells.REFUSING)

    def text(self, column: Column) -> str:
        """What stands in a column; empty where there is none."""
        return self.row.values.get(column, "")

    @property
    def title(self) -> str:
        """The paper it stands on, by its title."""
        return cells.plain_title(self.text(Column.TITLE))

    @property
    def digest(self) -> str:
        """The same for the same instruction, in whatever file it stands."""
        named = self.leader.name if self.leader else ""
        day = self.written_on.isoformat() if self.written_on else self.text(Column.DATE)
        return _digest(self.text(Column.NUMBER), day, named, self.text(Column.TEXT), self.title)

    @property
    def status_digest(self) -> str:
        """The same as long as nothing else is told of its handling."""
        told = (Column.STATE, Column.RESULT, Column.CLOSED, Column.LIMIT, Column.LEAD,
                Column.SUPPORTS)  # fmt: skip
        return _digest(*(self.text(one) for one in told))


def _digest(*parts: str) -> str:
    plain = "\x1f".join(re.sub(r"\s+", "", part) for part in parts)
    return hashlib.sha256(plain.encode()).hexdigest()


def rows_of(sheet: Sheet, head: Head, mapping: Mapping[int, Column]) -> Iterator[Row]:
    """The rows below a head; those that share a merged cell of words are one."""
    merged, every = by_row(sheet), dict(sheet.rows)
    said = next((place for place, one in mapping.items() if one == Column.TEXT), None)
    notes: dict[int, set[str]] = {}
    for number, _column, code in sheet.notes:
        notes.setdefault(number, set()).add(code)
    group: list[tuple[int, list[str]]] = []
    share = 0
    for number, own in sheet.rows:
        if number <= head.last_row:
            continue
        full = spread(sheet, number, own, down=True, merged=merged, rows=every)
        if _is_head(full, head):
            continue
        top = next(
            (
                one[0]
                for one in merged.get(number, ())
                if said is not None and one[1] <= said + 1 <= one[3] and one[0] > head.last_row
            ),
            0,
        )
        if group and (not top or top != share):
            yield _row(sheet, head, mapping, group, notes)
            group = []
        group.append((number, full))
        share = top
    if group:
        yield _row(sheet, head, mapping, group, notes)


def _is_head(full: Sequence[str], head: Head) -> bool:
    """Whether the head is printed once more, as it is on every page of some registers."""
    plain = [re.sub(r"\s+", "", one) for one in full]
    return len(plain) >= 2 and plain == list(head.headings[: len(plain)])


def _row(
    sheet: Sheet,
    head: Head,
    mapping: Mapping[int, Column],
    group: Sequence[tuple[int, list[str]]],
    notes: Mapping[int, set[str]],
) -> Row:
    values: dict[Column, list[str]] = {}
    told: list[tuple[str, str]] = []
    width = max(len(full) for _number, full in group)
    for place in range(width):
        texts = list(
            dict.fromkeys(full[place] for _n, full in group if place < len(full) and full[place])
        )
        if not texts:
            continue
        heading = head.headings[place] if place < len(head.headings) else ""
        told.append((heading or f"第{place + 1}列", "\n".join(texts)))
        column = mapping.get(place)
        if column is not None:
            values.setdefault(column, []).extend(texts)
    row = Row(
        sheet.name,
        group[0][0],
        told,
        {one: ("、" if one in NAMES else "\n").join(texts) for one, texts in values.items()},
    )
    codes = {code for number, _full in group for code in notes.get(number, ())}
    row.doubts += [Doubt.FORMULA] if FORMULA in codes else []
    row.doubts += [Doubt.ERROR] if ERROR in codes else []
    row.doubts += [Doubt.JOINED] if len(group) > 1 else []
    return row


def understood(row: Row, context: Context) -> Entry:
    """What a row says; what cannot be told, or could be meant otherwise, is a doubt."""
    entry = Entry(row)
    text = entry.text
    if cells.is_secret(text(Column.SECRECY)):
        # Not a word of it is kept.
        row.doubts, row.cells, row.values = [Doubt.SECRET], [], {}
        return entry
    entry.number = cells.number_of(text(Column.NUMBER))
    year = entry.number[1] if entry.number else cells.year_in(text(Column.NUMBER)) or context.year
    _words(entry)
    _written(entry, year, context.today)
    _who(entry, context)
    _handling(entry, year)
    return entry


def _words(entry: Entry) -> None:
    said = entry.text(Column.TEXT)
    if not said:
        entry.row.doubts.append(Doubt.NO_TEXT)
    elif len(said) > LONGEST_TEXT:
        entry.row.doubts.append(Doubt.TOO_LONG)


def _written(entry: Entry, year: int | None, today: date) -> None:
    # A day that the words themselves end with is the last to be asked: 沈明远 3月5日.
    found = cells.day_of(entry.text(Column.DATE), year)
    if found is None:
        entry.row.doubts.append(Doubt.NO_DATE)
        return
    entry.written_on = found.on
    entry.row.doubts += [Doubt.YEAR_GUESSED] if found.year_guessed else []
    if found.on > today:
        entry.row.doubts.append(Doubt.LATE_DATE)


def _who(entry: Entry, context: Context) -> None:
    entry.leader = cells.leader_of(
        entry.text(Column.LEADER), entry.text(Column.POST), context.leaders
    )
    if entry.leader is None:
        entry.row.doubts.append(Doubt.NO_LEADER)
    elif entry.leader.is_many:
        entry.row.doubts.append(Doubt.MANY_LEADERS)
    elif entry.leader.name not in context.leaders:
        entry.row.doubts.append(Doubt.NEW_LEADER)


def _handling(entry: Entry, year: int | None) -> None:
    text, doubts = entry.text, entry.row.doubts
    entry.leads, supports = cells.units_in(text(Column.LEAD))
    more, also = cells.units_in(text(Column.SUPPORTS))
    entry.supports = [
        one for one in dict.fromkeys([*supports, *more, *also]) if one not in entry.leads
    ]
    opened, closed = (cells.day_of(text(column), year) for column in (Column.OPENED, Column.CLOSED))
    entry.opened_on = opened.on if opened else None
    entry.closed_on = closed.on if closed else None
    limit = cells.day_of(text(Column.LIMIT), year)
    entry.limit_on = limit.on if limit else None
    entry.limit_days = None if limit else cells.days_of(text(Column.LIMIT))
    wrote = entry.written_on
    for name in ("opened_on", "limit_on", "closed_on"):
        day = getattr(entry, name)
        if day is not None and wrote is not None and day < wrote:
            setattr(entry, name, None)
            doubts.append(Doubt.BAD_DAY)
    unread = (opened is None and text(Column.OPENED)) or (closed is None and text(Column.CLOSED))
    if unread or (text(Column.LIMIT) and entry.limit_on is None and entry.limit_days is None):
        doubts.append(Doubt.BAD_DAY)
    entry.standing = cells.standing_of(
        text(Column.STATE), text(Column.RESULT), has_closing_day=entry.closed_on is not None
    )
    asked = cells.disposition_of(text(Column.DISPOSITION))
    noted = entry.standing == Standing.NOTED
    entry.disposition = asked or (Disposition.INFORM if noted else Disposition.ACT)
    if entry.standing == Standing.UNKNOWN:
        doubts.append(Doubt.NO_STATE)
    elif entry.standing != Standing.NOTED and not entry.leads:
        doubts.append(Doubt.NO_UNIT)
    if entry.standing == Standing.CLOSED and entry.closed_on is None:
        doubts.append(Doubt.NOT_CLOSED_ON)
    if (
        entry.standing == Standing.RUNNING
        and entry.leads
        and entry.limit_on is None
        and entry.limit_days is None
    ):
        doubts.append(Doubt.NO_LIMIT)
