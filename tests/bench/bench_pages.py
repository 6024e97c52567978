"""In this file we measure the pages by hand, in an office of 20,000 items and 200 issues.

    python tests/bench/bench_pages.py [--issues 200]

The real items and briefs come in; so many real days go out as issues, set in both formats,
archived and indexed; the rest lies at the desk in every state. The office follows up 1,000
instructions. Then the site is served with its worker, and each role opens its pages many times.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import tempfile
import time
from pathlib import Path

from offices import (
    NEWS,
    Browser,
    Commands,
    found,
    memory,
    percentile,
    real_days,
    served,
    show,
)
from sqlalchemy import select

from publisher import create_app, database
from publisher.config import read_settings
from publisher.database import db
from publisher.editing import actions as desk
from publisher.editing.model import State as ItemState
from publisher.followups import actions as followups
from publisher.followups.calendar import WorkingCalendar
from publisher.instructions import actions as instructions
from publisher.instructions.model import Disposition
from publisher.issues.model import Issue
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.registers import CASES, INSTRUCTIONS, take_number
from publisher.serials import queries as serials
from publisher.submissions.model import State as SubmissionState
from publisher.submissions.model import Submission
from tests import factories

AGAIN = 60
"""How often each page is opened."""
TOGETHER = 500
"""So many records are committed together."""
INSTRUCTIONS_GIVEN = 1000

PAGES: dict[str, tuple[str, ...]] = {
    "zhou": (
        "/", "/desk", "/desk?page=40", "/desk/items", "/desk/items?state=approved", "/issues",
        "/issues/200", "/search?q=经济", "/search?q=粮食+安全&serial=每日摘报", "/library",
        "/scores",
    ),
    "zhao": ("/", "/submissions", "/submissions?page=300", "/submissions/new", "/calls"),
    "li": ("/", "/approvals", "/issues", "/library"),
    "shen": (
        "/", "/library", "/library/issues/150", "/instructions/write/150", "/instructions",
        "/cases?which=overdue", "/threads/issue:150", "/search?q=高质量发展",
    ),
    "sun": ("/", "/instructions", "/instructions/7", "/cases", "/cases?which=all", "/cases/7",
            "/threads/case:7"),
    "xu": ("/", "/search?q=一", "/search?q=“高质量发展”", "/search?q=种类:批示",
           "/library?year=2023"),
}  # fmt: skip
"""What each account opens: editor, reporter, director, leader, officer, researcher."""


def brief_lines(folder: Path) -> Path:
    """The real briefs as items of their own."""
    path = folder / "briefs.jsonl"
    with (
        gzip.open(NEWS / "briefs.jsonl.gz", "rt", encoding="utf-8") as lines,
        path.open("w", encoding="utf-8") as out,
    ):
        for place, line in enumerate(lines):
            brief = json.loads(line)
            brief |= {"id": f"brief-{place}", "title": brief["title"][:300]}
            known = {key: brief[key] for key in ("id", "title", "date", "body", "source")}
            out.write(json.dumps(known, ensure_ascii=False) + "\n")
    return path


def publish_days(commands: Commands, most: int) -> None:
    """Send so many real days out, the earliest first."""
    numbers = [
        str(
            commands(
                "issue", "compile", "--serial", "mrzb", "--date", day, "--as", "zhou",
                "--imported", ",".join(item["id"] for item in items), "--checked-by", "wang",
            )["issue"]
        )
        for day, items in itertools.islice(real_days().items(), most)
    ]  # fmt: skip
    commands("issue", "sign", *numbers, "--as", "wang", "--as", "li", "--confirm")
    started = time.perf_counter()
    published = commands("issue", "publish", *numbers)
    seconds = (time.perf_counter() - started) / len(published)
    show("issues published", len(published))
    show("publish, s per issue", seconds)


def fill_the_desk(instance: Path) -> None:
    """Take up most of what came in, in every state an item waits in."""
    app = create_app(read_settings(instance))
    with app.app_context(), database.writing():
        editor, serial = _person("zhou"), serials.serial_by_code("mrzb")
        waiting = select(Submission).where(Submission.state == SubmissionState.SUBMITTED)
        received = db.session.scalars(waiting).unique().all()
        for place, submission in enumerate(received[: len(received) * 9 // 10]):
            item = desk.take_up(
                submission, by=editor, at=factories.AT, serial=serial, section="工作动态"
            )
            item.state = (ItemState.EDITING, ItemState.APPROVED, ItemState.DROPPED)[place % 3]
            db.session.add(item)
            if place % TOGETHER == 0:
                db.session.commit()
        db.session.commit()
        show("submissions", len(db.session.scalars(select(Submission.id)).all()))


def follow_up(instance: Path) -> None:
    """Let the leader instruct on the issues, and open a case on each instruction."""
    app = create_app(read_settings(instance))
    with app.app_context(), database.writing():
        leader, officer = _person("shen"), _person("sun")
        units = [factories.unit() for _number in range(20)]
        issues = list(db.session.scalars(select(Issue)).unique())
        for place in range(INSTRUCTIONS_GIVEN):
            instruction = instructions.write(
                issues[place % len(issues)],
                instructions.Words(
                    text="请有关单位认真研究，拿出办法，按时报告。",
                    disposition=Disposition.ACT,
                    written_on=factories.DAY,
                ),
                leader=leader,
                secretaries=[],
                by=leader,
                at=factories.AT,
            )
            number = take_number(db.session, INSTRUCTIONS, factories.DAY.year)
            db.session.add(instruction)
            instructions.register(
                instruction, number=number, proposal="拟交办。", by=officer, at=factories.AT
            )
            db.session.add(
                followups.open_case(
                    instruction,
                    number=take_number(db.session, CASES, factories.AT.year),
                    matter="落实领导批示事项",
                    demand="按时反馈。",
                    lead=units[place % 20],
                    supports=[units[(place + 1) % 20], units[(place + 2) % 20]],
                    limit_days=1 + place % 15,
                    calendar=WorkingCalendar(),
                    by=officer,
                    at=factories.AT,
                )
            )
            if place % TOGETHER == 0:
                db.session.commit()
        db.session.commit()


def _person(account: str) -> Person:
    found = people.person_by_account(account)
    assert found is not None
    return found


def open_pages(instance: Path) -> None:
    """Open every page of every role; print the slowest pages and what the processes hold."""
    with served(instance) as (address, process):
        seconds: dict[tuple[str, str], list[float]] = {}
        for account, paths in PAGES.items():
            browser = Browser(address, account)
            for path in paths:
                browser.get(path)
                seconds[account, path] = [browser.seconds(path) for _again in range(AGAIN)]
        every = [one for took in seconds.values() for one in took]
        show("pages opened", len(every))
        show("a page p50 ms", percentile(every, 50) * 1000)
        show("a page p95 ms", percentile(every, 95) * 1000)
        for (account, path), took in sorted(
            seconds.items(), key=lambda one: -percentile(one[1], 95)
        ):
            show(f"  p95 ms {account} {path}", percentile(took, 95) * 1000)
        for name, megabytes in memory(process).items():
            show(f"memory of a {name}, MB", megabytes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--issues", type=int, default=200)
    parser.add_argument("--keep", type=Path, help="Found the office here, or use it again.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        instance = (asked.keep or Path(folder)) / "office"
        if not instance.exists():
            commands = found(instance)
            commands("items", "import", str(NEWS / "items.jsonl.gz"), "--as", "zhao")
            commands("items", "import", str(brief_lines(Path(folder))), "--as", "zhao")
            publish_days(commands, asked.issues)
            fill_the_desk(instance)
            follow_up(instance)
            show("records indexed", commands("index", "rebuild")["records"])
        open_pages(instance)


if __name__ == "__main__":
    main()
