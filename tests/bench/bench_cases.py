"""In this file we measure a register of 20,000 cases with 60,000 reports, on SQLite.

    python -m tests.bench.bench_cases [--cases 20000]

One of each thing is made as the office makes it, and its rows are copied until there are enough,
five years of them, one case in ten still running. Then officer, unit, leader, director and auditor
open their lists, first pages, cases and threads many times. A page is asked for in this process:
measured is the page, not the line. Beside the time on the wall stands the processor's, which says
the same however busy the machine is.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, event, func, insert, select

from publisher import clock, create_app, database, migrations
from publisher.config import Settings
from publisher.database import db
from publisher.editing.model import Item, ItemSource, Revision
from publisher.followups import actions, transfers
from publisher.followups.model import (
    Case,
    Chase,
    Extension,
    ExtensionState,
    Reminder,
    Report,
    ReportStage,
    ReportState,
    State,
    Task,
    Transfer,
)
from publisher.history import HistoryEntry, HistoryHead
from publisher.instructions.model import Instruction, InstructionReader
from publisher.instructions.model import State as InstructionState
from publisher.issues.model import Issue, IssueReader, Placement
from publisher.people.permission import Role
from publisher.publication.model import Publication
from publisher.submissions.model import Submission
from tests import factories
from tests.bench.offices import percentile, show
from tests.factories import AT, Browser

AGAIN = 30
"""How often each page is opened."""
UNITS, LEADERS = 40, 5
OF_AN_ISSUE = 5
"""So many cases stand on the same item."""
REPEATED = 60
"""Of a page with more queries than this, the one sent most often is shown."""
YEARS = 5
ROUNDS = 500
"""So many cases continue another one."""
Row = dict[str, Any]

PAGES: dict[str, tuple[str, ...]] = {
    "officer": (
        "/", "/instructions", "/instructions?page=500", "/instructions?state=recorded",
        "/instructions?leader={leader}", "/instructions?words=推广", "/instructions?year=2024",
        "/instructions/{instruction}", "/cases", "/cases?which=overdue", "/cases?which=all",
        "/cases?which=all&page=900", "/cases?which=closed", "/cases?unit={unit}",
        "/cases?leader={leader}&which=all", "/cases?words=推广&which=all", "/cases?which=to_review",
        "/cases?which=to_look_back", "/cases/{case}", "/cases/{round}", "/cases/open/{waiting}",
        "/threads/case:{case}", "/threads/case:{round}", "/cases/proposals",
    ),
    "handler": ("/", "/cases", "/cases?which=all", "/cases/{case}", "/threads/case:{case}"),
    "leader": (
        "/", "/instructions", "/cases", "/cases?which=all", "/cases/{case}",
        "/library/issues/{issue}", "/threads/issue:{issue}", "/instructions/write/{issue}",
    ),
    "director": ("/", "/instructions", "/cases?which=all", "/threads/case:{case}"),
    "auditor": ("/history", "/history?page=2000"),
}  # fmt: skip
SHEETS = ("/cases/month.docx", "/cases/register.xlsx?year=2026")
"""What an officer downloads; it may take longer than a page, and is shown apart."""


def rows_of(kind: type[Any]) -> list[Row]:
    """The rows of a table as they stand."""
    table: Table = kind.__table__
    return [dict(row._mapping) for row in db.session.execute(select(table))]


def put(kind: type[Any], rows: Iterable[Row]) -> None:
    """Put many rows into a table, a thousand at a time."""
    waiting = iter(rows)
    while part := list(islice(waiting, 1000)):
        db.session.execute(insert(kind.__table__), part)
    db.session.commit()


class Large:
    """The office that is made large."""

    def __init__(self, cases: int) -> None:
        self.cases, self.how_many_issues = cases, cases // OF_AN_ISSUE
        self.units = [factories.unit() for _number in range(UNITS)]
        self.leaders = [factories.leader() for _number in range(LEADERS)]
        self.people = {
            "officer": factories.person(Role.OFFICER),
            "handler": factories.person(Role.HANDLER, unit_=self.units[0]),
            "leader": self.leaders[0],
            "director": factories.person(Role.DIRECTOR),
            "auditor": factories.person(Role.AUDITOR),
        }
        self.issue = factories.published_issue(serial_=factories.serial(readers=("staff",)))
        self.made_once()
        self.copy_issues()
        self.copy_cases()

    def made_once(self) -> None:
        """One case with all that can hang on it, by the verbs of the office."""
        officer, handler = self.people["officer"], self.people["handler"]
        instruction = factories.instruction(
            issue_=self.issue, item_=self.issue.placements[0].item, leader_=self.leaders[0]
        )
        case = factories.case(
            instruction_=instruction, lead=self.units[0], supports=(self.units[1],),
            officer=officer,
        )  # fmt: skip
        actions.acknowledge(case, handler="郑办", phone="2210", by=handler, at=AT)
        asked = actions.ask_extension(
            case, reason="汛期施工受阻", progress="六成", by=handler, at=AT,
            new_due_on=case.due_on + timedelta(days=9),
        )  # fmt: skip
        actions.answer_extension(
            asked, case, granted=True, answer="同意。", by=officer, at=AT
        )  # fmt: skip
        moved = transfers.ask(case, to=self.units[2], reason="职责", by=handler, at=AT)
        transfers.refuse(moved, case, reason="不妥", by=officer, at=AT)
        actions.chase(case, text="请抓紧办理，按时反馈。", means="电话", by=officer, at=AT)
        case.reminders.append(Reminder(due_on=case.due_on, rung=-3, at=AT))
        written = actions.Written(
            process="已组织专家现场勘察，逐项制定方案。" * 8,
            situation="三座水库均已落实专人值守，运行平稳。" * 6,
            proposals="建议纳入年度除险加固计划。" * 3,
            signer="郑局",
        )
        for stage in (ReportStage.INTERIM, ReportStage.INTERIM, ReportStage.FINAL):
            actions.report(case, written, stage=stage, by=handler, at=AT)
        db.session.commit()

    def copy_issues(self) -> None:
        """Many issues of the one: its item, what it came from, its publication and its readers."""
        (sent,) = [row for row in rows_of(Submission) if row["id"] == self._sent()]
        (item,), (source,) = rows_of(Item)[:1], rows_of(ItemSource)[:1]
        (issue,), (placement,) = rows_of(Issue)[:1], rows_of(Placement)[:1]
        (publication,), (revision,) = rows_of(Publication)[:1], rows_of(Revision)[:1]
        readers = rows_of(IssueReader)
        first = 1000
        numbers = [first + place for place in range(self.how_many_issues)]
        put(Submission, (sent | {"id": n, "form_key": f"s{n}"} for n in numbers))
        put(Item, (item | {"id": n, "title": f"{item['title']}之{n}"} for n in numbers))
        put(ItemSource, (source | {"id": n, "item_id": n, "submission_id": n} for n in numbers))
        put(Revision, (revision | {"id": n, "item_id": n} for n in numbers))
        put(Issue, (
            issue
            | {
                "id": n, "number": n, "total": n,
                "dated_on": self._day(place, self.how_many_issues),
            }
            for place, n in enumerate(numbers)
        ))  # fmt: skip
        put(Placement, (placement | {"id": n, "issue_id": n, "item_id": n} for n in numbers))
        put(Publication, (publication | {"id": n, "issue_id": n} for n in numbers))
        put(IssueReader, (
            row | {"id": n * 10 + place, "issue_id": n}
            for n in numbers for place, row in enumerate(readers)
        ))  # fmt: skip
        self.issues = numbers

    def _sent(self) -> int:
        return int(db.session.scalar(select(func.min(Submission.id))) or 0)

    @staticmethod
    def _day(place: int, of: int) -> date:
        return AT.date() - timedelta(days=365 * YEARS * (of - place) // of)

    def copy_cases(self) -> None:
        """Instructions and cases, the oldest first; one case in ten is still running."""
        numbers = range(1000, 1000 + self.cases)
        (told,), (case,) = rows_of(Instruction), rows_of(Case)
        readers = [row for row in rows_of(InstructionReader) if "handlers" not in row["token"]]
        more = range(1000 + self.cases, 1000 + self.cases * 11 // 10)
        put(Instruction, (self._instruction(told, n, InstructionState.OPENED) for n in numbers))
        put(Instruction, (
            self._instruction(
                told, n, (InstructionState.NOTED, InstructionState.REGISTERED)[n % 20 == 0]
            )
            for n in more
        ))  # fmt: skip
        put(InstructionReader, (
            row | {"id": n * 20 + place, "instruction_id": n}
            for n in (*numbers, *more) for place, row in enumerate(readers)
        ))  # fmt: skip
        put(InstructionReader, (
            readers[0]
            | {
                "id": n * 20 + 15 + place, "instruction_id": n,
                "token": f"handlers:{self.units[(n + place) % UNITS].id}",
            }
            for n in numbers for place in (0, 1)
        ))  # fmt: skip
        put(Case, (self._case(case, n) for n in numbers))
        for kind, each in (
            (Task, 2), (Report, 3), (Chase, 1), (Extension, 1), (Transfer, 1), (Reminder, 1),
        ):  # fmt: skip
            put(kind, self._parts(kind, each, numbers))
        self._histories(numbers)

    def _instruction(self, row: Row, n: int, state: InstructionState) -> Row:
        issue = self.issues[(n - 1000) * len(self.issues) // (self.cases * 11 // 10)]
        return row | {
            "id": n, "number": n, "form_key": f"i{n}", "state": state, "issue_id": issue,
            "item_id": issue, "leader_id": self.leaders[n % LEADERS].id,
            "written_on": self._day(n - 1000, self.cases * 11 // 10),
            "text": f"请有关单位认真研究，总结推广。第{n}件。",
        }  # fmt: skip

    def _case(self, row: Row, n: int) -> Row:
        opened = self._day(n - 1000, self.cases)
        at = AT - (AT.date() - opened)
        runs = n - 1000 >= self.cases * 9 // 10
        state = State.CLOSED
        if runs:
            state = (
                State.ASSIGNED, State.RECEIVED, State.RECEIVED, State.REPORTED, State.REVIEWED,
                State.RETURNED,
            )[n % 6]  # fmt: skip
        follows = n - 1 if n % (self.cases // ROUNDS) == 0 and n > 1000 else None
        return row | {
            "id": n, "number": n, "instruction_id": n, "state": state, "opened_at": at,
            "due_on": opened + timedelta(days=20 if not runs else 20 + n % 200),
            "closed_at": None if runs else at + timedelta(days=18),
            "shown_at": None if runs else at + timedelta(days=17),
            "result": "" if runs else "全部消除。", "follows_id": follows,
            "look_back_on": None if runs or n % 50 else AT.date(),
        }  # fmt: skip

    def _parts(self, kind: type[Any], each: int, numbers: Iterable[int]) -> Iterator[Row]:
        rows = rows_of(kind)
        for n in numbers:
            for place in range(each):
                row = rows[place % len(rows)] | {"id": n * 4 + place, "case_id": n}
                unit = self.units[(n + (place if kind is Task else 0)) % UNITS].id
                if "unit_id" in row:
                    row["unit_id"] = unit
                if kind is Report:
                    row |= {"form_key": f"r{n}-{place}", "state": ReportState.ACCEPTED}
                if kind is Extension and n % 90 == 0:
                    row["state"] = ExtensionState.ASKED
                yield row

    def _histories(self, numbers: Iterable[int]) -> None:
        """Ten acts for each case; their chain is not what is measured here."""
        row = rows_of(HistoryEntry)[-1]
        last = row["id"]
        put(HistoryEntry, (
            row
            | {
                "id": last + (n - 1000) * 10 + place + 1, "subject": f"followup_case:{n}",
                "hash": f"{n}-{place}",
            }
            for n in numbers for place in range(10)
        ))  # fmt: skip
        head = db.session.get_one(HistoryHead, 1)
        head.last_id = db.session.scalar(select(func.max(HistoryEntry.id))) or 0
        db.session.commit()


def measure(app: Flask, office: Large) -> None:
    """Open every page of everybody many times and print its queries and its times."""
    last = 999 + office.cases
    places = {
        "leader": office.leaders[0].id, "unit": office.units[0].id, "issue": office.issues[-1],
        "instruction": last, "case": last - last % UNITS, "waiting": 1020 + office.cases,
        "round": 1000 + office.cases // 2 // (office.cases // ROUNDS) * (office.cases // ROUNDS),
    }  # fmt: skip
    places["waiting"] -= places["waiting"] % 20
    walls: list[float] = []
    busy: list[float] = []
    lines = []
    for name, paths in PAGES.items():
        browser = Browser(app, office.people[name])
        for path in paths:
            wall, cpu, asked = times(app, browser, path.format(**places), AGAIN)
            walls += wall
            busy += cpu
            lines.append((percentile(cpu, 95), percentile(wall, 95), asked, f"{name} {path}"))
    show("pages opened", len(walls))
    for share in (50, 95):
        show(f"a page, ms of the processor, p{share}", percentile(busy, share) * 1000)
        show(f"a page, ms on the wall, p{share}", percentile(walls, share) * 1000)
    show("most queries of a page", max(line[2] for line in lines))
    for cpu_, wall_, asked, page in sorted(lines, reverse=True):
        print(f"{page:<48}{cpu_ * 1000:>9.0f} ms {wall_ * 1000:>9.0f} ms {asked:>5} queries")
    browser = Browser(app, office.people["officer"])
    for path in SHEETS:
        wall, cpu, asked = times(app, browser, path, 1)
        print(f"{path:<48}{cpu[0] * 1000:>9.0f} ms {wall[0] * 1000:>9.0f} ms {asked:>5} queries")


def times(
    app: Flask, browser: Browser, path: str, again: int
) -> tuple[list[float], list[float], int]:
    """Seconds on the wall and of the processor for each time, and how many queries one sends."""
    sent: Counter[str] = Counter()

    def one_more(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent[statement] += 1

    wall, cpu = [], []
    with app.app_context():
        engine = db.engine
    for turn in range(again + 1):
        if turn == 1:
            event.listen(engine, "before_cursor_execute", one_more)
        started, worked = time.perf_counter(), time.process_time()
        answer = browser.get(path)
        if turn or again == 1:
            wall.append(time.perf_counter() - started)
            cpu.append(time.process_time() - worked)
        if turn == 1:
            event.remove(engine, "before_cursor_execute", one_more)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    if sent.total() > REPEATED:
        statement, often = sent.most_common(1)[0]
        print(f"{path}: {often} times …{' '.join(statement.partition('FROM')[2].split())[:240]}")
    return wall, cpu, sent.total()


def main() -> None:
    """Make the office and measure it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, clock.standing_at(AT):
        app = create_app(
            Settings(instance=Path(folder), secret_key="测" * 40, office_name="云汀市"),
            jobs_at_once=True,
        )
        app.config.update(WTF_CSRF_ENABLED=False)
        with app.app_context(), database.writing():
            migrations.upgrade(db.engine)
            started = time.process_time()
            office = Large(asked.cases)
            show("made, s of the processor", time.process_time() - started)
            for kind in (Instruction, Case, Report, Task, HistoryEntry):
                show(kind.__tablename__, db.session.scalar(select(func.count()).select_from(kind)))
            db.session.rollback()
            gc.collect()
            gc.freeze()  # as a web process does: see publisher/wsgi.py
            measure(app, office)


if __name__ == "__main__":
    main()
