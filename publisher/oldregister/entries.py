"""In this file the rows of a sheet become entries: what each says, and what is doubtful of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from publisher.instructions.model import Disposition
from publisher.oldregister import cells
from publisher.oldregister.cells import Doubt, Standing
from publisher.oldregister.columns import Column, Head, by_row, spread
from publisher.oldregister.leaders import Named, Said, leaders_of, named_in_words, words_of
from publisher.oldregister.workbook import ERROR, FORMULA, Sheet

LONGEST_TEXT = 5000
TOLD_OF_REFUSED = cells.REFUSING | {Doubt.FORMULA, Doubt.ERROR}
NAMES = frozenset({Column.LEAD, Column.SUPPORTS, Column.LEADER})
"""Where several rows are one entry, these are joined by 、, the others line by line."""
WITH_CASE = frozenset({Standing.CLOSED, Standing.RUNNING, Standing.WITHDRAWN})
"""What a register says of these is a case, where it names a unit."""
MATTER = (Column.LEAD, Column.TITLE, Column.CARRIER)
"""Rows that share the cell of what was done, and say the same of these, are one matter."""


@dataclass
class Row:
    """One row as it stands, or several that share a merged cell of words, or one leader's share."""

    sheet: str
    number: int
    cells: list[tuple[str, str]]
    """Heading and text of each cell that holds something."""
    values: dict[Column, str]
    doubts: list[Doubt] = field(default_factory=list)
    matter: tuple[str, ...] = ()
    """The same for rows that say together what was done; any other row has its own."""
    place: int = 0
    """Which of the leaders of the row it is, counted from 0."""
    leader: Named | None = None
    whole: dict[Column, str] | None = None
    """What stood in the row before it was cut by leaders; None where it was not."""


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
    year: int | None = None
    """The year that days without one belong to."""

    @property
    def doubts(self) -> list[Doubt]:
        """What is unsure about it, each once; of a refused row only what it was refused for."""
        doubts = list(dict.fromkeys(self.row.doubts))
        return [one for one in doubts if one in TOLD_OF_REFUSED] if self.is_refused else doubts

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be taken over."""
        return bool(set(self.row.doubts) & cells.REFUSING)

    @property
    def opens_case(self) -> bool:
        """Whether what the register says became of it is a case of its own."""
        handled = self.standing in WITH_CASE and bool(self.leads)
        return handled and not self.is_refused and Doubt.ONE_MATTER not in self.row.doubts

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
    def former_digest(self) -> str:
        """The digest of the row as one entry, as rows of several leaders were taken over before."""
        if self.row.whole is None:
            return self.digest
        was = self.row.whole
        day = cells.day_of(was.get(Column.DATE, ""), self.year)
        named = re.sub(r"\s+", "", was.get(Column.LEADER, ""))[:60]
        return _digest(
            was.get(Column.NUMBER, ""),
            day.on.isoformat() if day else was.get(Column.DATE, ""),
            named,
            was.get(Column.TEXT, ""),
            self.title,
        )

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

    def made(of: Sequence[tuple[int, list[str]]]) -> Row:
        row = _row(sheet, head, mapping, of, notes)
        row.matter = _matter(head, mapping, row, merged)
        return row

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
            yield made(group)
            group = []
        group.append((number, full))
        share = top
    if group:
        yield made(group)


Merged = Mapping[int, list[tuple[int, int, int, int]]]


def _matter(head: Head, mapping: Mapping[int, Column], row: Row, merged: Merged) -> tuple[str, ...]:
    """What row shares the cell of what was done, with the unit and the paper; itself where none."""
    done = [place for place, one in mapping.items() if one in {Column.RESULT, Column.STATE}]
    tops = [
        one[0]
        for place in done
        for one in merged.get(row.number, ())
        if one[1] <= place + 1 <= one[3] and one[2] > one[0] > head.last_row
    ]
    if len(tops) < len(done) or not tops:
        return (row.sheet, str(row.number))
    return (row.sheet, *map(str, tops), *(row.values.get(one, "") for one in MATTER))


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


def understood(rows: Sequence[Row], context: Context) -> list[Entry]:
    """What rows say, an entry for each leader; of one matter the first alone opens a case."""
    found: list[Entry] = []
    opened: set[tuple[str, ...]] = set()
    for row in rows:
        for own in by_leader(row, context):
            entry = _understood(own, context)
            if entry.opens_case and row.matter in opened:
                own.doubts = [one for one in own.doubts if one != Doubt.NO_LIMIT]
                own.doubts.append(Doubt.ONE_MATTER)
            opened |= {row.matter} if entry.opens_case else set()
            found.append(entry)
    return found


def by_leader(row: Row, context: Context) -> list[Row]:
    """A row cut into one for each of its leaders, with his own words where they can be told.

    Where they cannot, the register says that each of them wrote them, and so do the entries.
    """
    values = row.values
    if cells.is_secret(values.get(Column.SECRECY, "")):
        return [row]
    named = leaders_of(values.get(Column.LEADER, ""), values.get(Column.POST, ""), context.leaders)
    words, year = values.get(Column.TEXT, ""), _year(row, context)
    if not named and (named := named_in_words(words, context.leaders)):
        row.doubts.append(Doubt.LEADER_IN_WORDS)
    days = cells.days_in(values.get(Column.DATE, ""), year)
    if len(named) < 2:
        row.leader = named[0] if named else None
        row.doubts += [Doubt.SEVERAL_DAYS] if len(days) > 1 else []
        if Doubt.LEADER_IN_WORDS in row.doubts and (own := words_of(words, named, year)):
            row.values = values | _said(own[0])
        return [row]
    apart = words_of(words, named, year)
    said = apart or [Said(words)] * len(named)
    row.doubts.append(Doubt.APART if apart else Doubt.SAME_WORDS)
    if len(days) > 1 and not all(one.on for one in said):
        fits = len(days) == len(named)
        row.doubts.append(Doubt.DAYS_IN_ORDER if fits else Doubt.SEVERAL_DAYS)
        if fits:
            said = [replace(one, on=day.on) for one, day in zip(said, days, strict=True)]
    return [
        replace(
            row,
            values=values | {Column.LEADER: one.name} | _said(own),
            doubts=list(row.doubts),
            place=place,
            leader=one,
            whole=values,
        )
        for place, (one, own) in enumerate(zip(named, said, strict=True))
    ]


def _said(said: Said) -> dict[Column, str]:
    day = {Column.DATE: said.on.isoformat()} if said.on else {}
    return {Column.TEXT: said.text} | day


def _year(row: Row, context: Context) -> int | None:
    number = row.values.get(Column.NUMBER, "")
    told = cells.number_of(number)
    return told[1] if told else cells.year_in(number) or context.year


def _understood(row: Row, context: Context) -> Entry:
    """What a row of one leader says; what could be meant otherwise is a doubt."""
    entry = Entry(row)
    text = entry.text
    if cells.is_secret(text(Column.SECRECY)):
        # Not a word of it is kept.
        row.doubts, row.cells, row.values = [Doubt.SECRET], [], {}
        return entry
    entry.number = cells.number_of(text(Column.NUMBER))
    year = entry.year = _year(row, context)
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
    entry.leader = entry.row.leader
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
