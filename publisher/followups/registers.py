"""In this file the register (批示台账) and the month of cases (督办月报) are put on paper."""

from __future__ import annotations

import calendar
import io
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from sqlalchemy import Select

from publisher import clock
from publisher.config import Settings
from publisher.followups import queries, rounds
from publisher.followups.model import RUNNING, Case, Part
from publisher.instructions import queries as instructions
from publisher.instructions.model import Instruction
from publisher.instructions.model import State as InstructionState
from publisher.instructions.sheets import carrier
from publisher.language import day
from publisher.library import sheets
from publisher.people import queries as people
from publisher.people.model import Person, Unit
from publisher.settings import settings

FORMS = frozenset({"docx", "pdf", "xlsx"})
MOST_AT_ONCE = {"docx": 1000, "pdf": 300, "xlsx": 1000}
"""Lines of a paper that is made while one waits; a longer one is made by the worker."""
KEPT = timedelta(days=1)
"""How long a register that the worker made stays."""
COLUMNS = (
    ("position", "序号", 6), ("number", "批示编号", 18), ("leader", "批示领导", 16),
    ("written_on", "批示时间", 12), ("carrier", "批示载体", 36), ("instruction", "批示内容", 48),
    ("kind", "类别", 8), ("proposal", "拟办意见", 28), ("lead", "主办", 16),
    ("supports", "协办", 16),
    ("opened_on", "交办时间", 12), ("due_on", "办理时限", 12), ("received_on", "签收时间", 12),
    ("chases", "催办次数", 10), ("reported_on", "反馈时间", 12), ("result", "办理结果摘要", 36),
    ("state", "状态", 12), ("closed_on", "办结时间", 12),
)  # fmt: skip
"""The spreadsheet's columns: the word of a row, its head, its width in characters."""
INK = {"running": "#c00000", "continued": "#00692f"}


@dataclass(frozen=True)
class Wanted:
    """Which entries of the register are wanted."""

    state: InstructionState | None = None
    leader: int | str | None = None
    words: str = ""
    year: int | None = None

    def as_values(self) -> list[str | int]:
        """The same as plain values, for a job."""
        state = self.state.value if self.state else ""
        return [state, self.leader or 0, self.words, self.year or 0]

    @classmethod
    def of_values(cls, values: Sequence[str | int]) -> Wanted:
        """What `as_values` gave."""
        state, leader, words, year = values
        return cls(
            InstructionState(str(state)) if state else None,
            leader or None,
            str(words),
            int(year) or None,
        )

    def length(self, person: Person) -> int:
        """How many there are, as far as a person may know of them."""
        return instructions.length_of_register(
            person, state=self.state, leader=self.leader, words=self.words, year=self.year
        )

    def numbers(self, person: Person) -> Select[int]:
        """The same as a question for their numbers."""
        return instructions.numbers_of_register(
            person, state=self.state, leader=self.leader, words=self.words, year=self.year
        )

    def rows(self, person: Person) -> list[Instruction]:
        """All of them, the earliest first."""
        return instructions.whole_register(
            person, state=self.state, leader=self.leader, words=self.words, year=self.year
        )

    def narrowed(self) -> str:
        """What they were narrowed by, as the register says it."""
        told = [f"{self.year}年"] if self.year else []
        told += [self.state.source_word] if self.state else []
        told += [one.titled_name for one in people.leaders() if one.id == self.leader]
        told += [self.leader] if isinstance(self.leader, str) else []
        told += [f"“{self.words}”"] if self.words else []
        return "、".join(told) or "全部批示"


def register(person: Person, wanted: Wanted, form: str) -> bytes:
    """The register as far as a person may know of it, with what became of each."""
    rows = wanted.rows(person)
    numbers = wanted.numbers(person)
    cases = queries.cases_in_register(person, numbers)
    shared = queries.cases_in_register(person, instructions.joined_to(numbers))
    still_running = rounds.still_running(person)
    today = clock.today()
    lines = [
        {"position": str(place)}
        | (
            _joined(one, shared.get(one.joined_to_id or 0), still_running)
            if one.is_joined
            else _line(one, cases.get(one.id), today, still_running)
        )
        for place, one in enumerate(rows, 1)
    ]
    filled = {
        "office": settings().office_name,
        "date": day(today),
        "count": str(len(lines)),
        "filters": wanted.narrowed(),
    }
    if form == "xlsx":
        return spreadsheet(filled, lines)
    return sheets.content("register", filled, form, {"instructions": lines})


def spreadsheet(filled: dict[str, str], lines: Sequence[dict[str, str]]) -> bytes:
    """The register as a spreadsheet; every cell is text, whatever somebody wrote into it."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False}) as book:
        page = book.add_worksheet("批示台账")
        head = book.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "bg_color": "#f2f2f2"}
        )
        inks = {
            color: book.add_format(
                {
                    "border": 1,
                    "text_wrap": True,
                    "valign": "top",
                    "font_color": INK.get(color, "#000000"),
                }
            )
            for color in ("", *INK)
        }
        told = (
            filled["office"],
            "批示台账",
            filled["filters"],
            f"共{filled['count']}件",
            filled["date"],
        )
        page.write_string(0, 0, "　".join(told))
        for column, (_word, title, width) in enumerate(COLUMNS):
            page.set_column(column, column, width)
            page.write_string(1, column, title, head)
        for row, line in enumerate(lines, 2):
            ink = inks[line.get("color", "")]
            for column, (word, _title, _width) in enumerate(COLUMNS):
                text = line.get(word, "")
                told_in_one = word in {"number", "leader"}
                page.write_string(row, column, text.replace("\n", "") if told_in_one else text, ink)
        page.freeze_panes(2, 2)
        page.autofilter(1, 0, max(len(lines) + 1, 1), len(COLUMNS) - 1)
        page.set_landscape()
        page.set_paper(8)
        page.fit_to_pages(1, 0)
        page.repeat_rows(1)
    return stream.getvalue()


def path_of(person_id: int, key: str, form: str, office: Settings) -> Path:
    """Where a register or a summary that the worker makes for one person lies."""
    return office.staging_path / "registers" / str(person_id) / f"{key}.{form}"


def clear_old(office: Settings) -> None:
    """Remove those that were made days ago."""
    oldest = (clock.now() - KEPT).timestamp()
    for path in (office.staging_path / "registers").glob("*/*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def length_of_month(person: Person, year: int, number: int) -> int:
    """How many cases a month's summary lists."""
    return queries.length_of_month(person, *_days_of(year, number))


def month_summary(person: Person, year: int, number: int, form: str) -> bytes:
    """The summary of a month's cases (督办月报), as far as a person may know of them."""
    words, lists = month(person, year, number)
    return sheets.content("followup_month", words, form, lists)


def _days_of(year: int, number: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def month(
    person: Person, year: int, number: int
) -> tuple[dict[str, str], dict[str, list[dict[str, str]]]]:
    """Words and rows of a month's summary: what was opened, closed, runs, is late, by unit."""
    first, last = _days_of(year, number)
    found = queries.cases_of_month(person, first, last)
    today = min(last, clock.today())
    closed = [one for one in found if one.closed_at and first <= one.closed_at.date() <= last]
    opened = [one for one in found if first <= one.opened_at.date() <= last]
    running = [
        one
        for one in found
        if one.state in RUNNING or (one.closed_at and one.closed_at.date() > last)
    ]
    late = [one for one in running if one.is_overdue(today)]
    ended, overdue = {one.id for one in closed}, {one.id for one in late}
    words = {
        "office": settings().office_name,
        "date": day(clock.today()),
        "month": f"{year}年{number}月",
        "opened": str(len(opened)),
        "closed": str(len(closed)),
        "in_time": str(sum(1 for one in closed if in_time(one))),
        "running": str(len(running)),
        "late": str(len(late)),
        "chases": str(
            sum(1 for one in found for chase in one.chases if first <= chase.at.date() <= last)
        ),
    }
    lines = [
        {
            "position": str(place),
            "number": one.number_text.replace("〕", "〕\n"),
            "matter": one.matter,
            "leader": f"{one.instruction.leader_post}{one.instruction.leader_name}",
            "lead": one.lead.unit.short_name,
            "opened_on": _short(one.opened_at),
            "due_on": _short(one.due_on),
            "closed_on": _short(one.closed_at) if one.id in ended else "",
            "state": f"超期{(today - one.due_on).days}天"
            if one.id in overdue
            else one.state.source_word,
            "color": "late" if one.id in overdue else "",
        }
        for place, one in enumerate(found, 1)
    ]
    return words, {"cases": lines, "units": _by_unit(found, ended, overdue)}


def _by_unit(found: Sequence[Case], closed: Set[int], late: Set[int]) -> list[dict[str, str]]:
    led: dict[Unit, list[Case]] = {}
    for one in found:
        led.setdefault(one.lead.unit, []).append(one)
    rows = []
    for unit, own in led.items():
        done = [one for one in own if one.id in closed]
        days = [(one.closed_at.date() - one.opened_at.date()).days for one in done if one.closed_at]
        rows.append(
            {
                "unit": unit.short_name,
                "all": str(len(own)),
                "closed": str(len(done)),
                "in_time": str(sum(1 for one in done if in_time(one))),
                "late": str(sum(1 for one in own if one.id in late)),
                "chases": str(sum(len(one.chases) for one in own)),
                "days": f"{sum(days) / len(days):.1f}" if days else "—",
            }
        )
    return sorted(rows, key=lambda row: (-int(row["all"]), row["unit"]))


def in_time(one: Case) -> bool:
    """Whether the unit's final report was in by the limit."""
    final = queries.final_on_paper(one)
    return final is not None and final.reported_at.date() <= one.due_on


def _line(
    one: Instruction, case: Case | None, today: date, still_running: Set[int]
) -> dict[str, str]:
    line = {
        "number": one.number_text.replace("〕", "〕\n"),
        "leader": f"{one.leader_post}\n{one.leader_name}",
        "written_on": _short(one.written_on),
        "carrier": carrier(one),
        "instruction": one.words,
        "kind": one.disposition.source_word,
        "proposal": one.proposal,
        "state": one.state.source_word,
        "color": "" if one.state == InstructionState.NOTED else "running",
    }
    return line | (_of_case(case, today, still_running) if case is not None else {})


def _joined(one: Instruction, case: Case | None, still_running: Set[int]) -> dict[str, str]:
    """An instruction handled in the case of another, which is named where it may be known."""
    line = _line(one, None, clock.today(), still_running)
    if case is None:
        return line | {"state": "合并办理"}
    own = _of_case(case, clock.today(), still_running)
    return line | {
        "lead": own["lead"],
        "supports": own["supports"],
        "due_on": own["due_on"],
        "closed_on": own["closed_on"],
        "result": f"与{case.number_text}合并办理",
        "state": f"合并办理\n{own['state']}",
        "color": own["color"],
    }


def _of_case(case: Case, today: date, still_running: Set[int]) -> dict[str, str]:
    final, chases = queries.final_on_paper(case), case.chases
    state, color = case.state.source_word, ""
    if case.is_overdue(today):
        state += f"\n超期{-case.days_left(today)}天"
    if case.state in RUNNING:
        color = "running"
    elif case.id in still_running:
        state, color = f"{state}\n后续在办", "continued"
    return {
        "lead": case.lead.unit.short_name,
        "supports": "、".join(
            task.unit.short_name for task in case.tasks if task.part == Part.SUPPORT
        ),
        "opened_on": _short(case.opened_at),
        "due_on": _short(case.due_on) if case.limit_days else "",
        "received_on": _short(case.lead.received_at),
        "chases": f"{len(chases)}次\n{_short(chases[-1].at)[5:]}" if chases else "",
        "reported_on": _short(final.reported_at if final else None),
        "result": case.result,
        "state": state,
        "closed_on": _short(case.closed_at),
        "color": color,
    }


def _short(value: date | None) -> str:
    """A day in a narrow column: 2026.11.20."""
    return "" if value is None else f"{value:%Y.%m.%d}"
