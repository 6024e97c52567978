"""In this file we measure years by hand: 1,190 real days imported, published, searched, verified.

    python tests/bench/bench_years.py --instance FOLDER [--until 14:45]

Each day is an issue of its own with its real items in their real order. A month is carried whole
from its import to its last archived file before the next begins; the compiles of a month run in
one warm program. A month that would begin after `--until` is not begun: what is printed then says
how many days ran, and the same command goes on from there.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import re
import subprocess
import sys
import time
from contextlib import redirect_stdout
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from offices import NEWS, Commands, found, peak_of_children, percentile, show
from werkzeug.datastructures import MultiDict

from publisher import cli, create_app
from publisher.config import read_settings
from publisher.library import indexing
from publisher.people import queries as people
from publisher.research import searching
from publisher.settings import settings

BY = ("--as", "zhou", "--checked-by", "wang")
COMPILED, SIGNED, PUBLISHED = "compiled", "signed", "published"


def real_months() -> dict[str, list[dict[str, Any]]]:
    """The real issues by month: each a day and the numbers of its items in order."""
    with gzip.open(NEWS / "issues.jsonl.gz", "rt", encoding="utf-8") as lines:
        issues = sorted(map(json.loads, lines), key=lambda one: one["date"])
    return {month: list(days) for month, days in groupby(issues, key=lambda one: one["date"][:7])}


def compile_all(instance: Path, days: list[dict[str, Any]]) -> list[str]:
    """Compile a month's issues, each by its command, in one warm child; gives their numbers."""
    done = subprocess.run(
        [sys.executable, __file__, "--instance", str(instance), "--compile"],
        input=json.dumps(days),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"compile: {done.stdout}{done.stderr}")
    return [str(one) for one in json.loads(done.stdout)]


def compile_here(instance: Path, days: list[dict[str, Any]]) -> list[int]:
    """The compiles themselves, as the command line does them."""
    numbers = []
    for day in days:
        said = io.StringIO()
        with redirect_stdout(said):
            cli.cli(
                [
                    "--instance", str(instance), "issue", "compile", "--serial", "mrzb",
                    "--date", day["date"], "--imported", ",".join(day["item_ids"]), *BY, "--json",
                ],
                standalone_mode=False,
            )  # fmt: skip
        numbers.append(json.loads(said.getvalue())["issue"])
    return numbers


def publish_month(
    commands: Commands, month: str, days: list[dict[str, Any]], months: dict[str, Any]
) -> None:
    """Carry a month from its import to the archive; what it took is kept in `months`."""
    began = time.perf_counter()
    words = ("items", "import", str(NEWS / "items.jsonl.gz"), "--as", "zhao", "--month", month)
    taken = commands(*words)["taken"]
    imported = time.perf_counter()
    numbers = compile_all(commands.instance, days)
    compiled = time.perf_counter()
    commands("issue", "sign", *numbers, "--as", "wang", "--as", "li", "--confirm")
    signed = time.perf_counter()
    published = commands("issue", "publish", *numbers)
    done = time.perf_counter()
    months[month] = {
        "taken": taken,
        "issues": len(published),
        "items": sum(len(one["items"]) for one in published),
        "pages": sum(one["pages"] for one in published),
        "longest": max(one["pages"] for one in published),
        "import": imported - began,
        COMPILED: compiled - imported,
        SIGNED: signed - compiled,
        PUBLISHED: done - signed,
        "memory": peak_of_children(),
    }
    print(month, json.dumps(months[month]), flush=True)


def tell(months: dict[str, Any]) -> None:
    """Print the sums of what ran."""
    first, last = next(iter(months)), list(months)[-1]
    total = {name: sum(one[name] for one in months.values()) for name in months[first]}
    show("months", len(months))
    show("items imported", total["taken"])
    show("issues published", total["issues"])
    show("items in them", total["items"])
    show("pages in all", total["pages"])
    show("pages of the longest", max(one["longest"] for one in months.values()))
    for name in ("import", COMPILED, SIGNED, PUBLISHED):
        show(f"{name}, s per issue", total[name] / total["issues"])
    show("all of it, s", sum(total[name] for name in ("import", COMPILED, SIGNED, PUBLISHED)))
    for name in (first, last):
        show(f"published in {name}, s per issue", months[name][PUBLISHED] / months[name]["issues"])
    show("most memory of a command, MB", max(one["memory"] for one in months.values()))


def search_all(instance: Path, days: list[dict[str, Any]]) -> None:
    """Find each issue by its number, its date and the words of a title in it."""
    with gzip.open(NEWS / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
        titles = {one["id"]: one["title"] for one in map(json.loads, lines)}
    app = create_app(read_settings(instance))
    by_number = by_date = by_words = 0
    seconds: list[float] = []
    numbers: dict[str, int] = {}
    with app.app_context():
        tokens = indexing.OFFICE | {people.STAFF, "role:officer", "role:leader", "role:researcher"}

        def ask(words: str) -> list[Any]:
            request = searching.read_request(MultiDict({"q": words}))
            began = time.perf_counter()
            results = searching.find(request, tokens, settings()).results
            seconds.append(time.perf_counter() - began)
            return [one.record for one in results.hits]

        for day in days:
            date, year = day["date"], day["date"][:4]
            numbers[year] = number = numbers.get(year, 0) + 1
            by_number += any(
                one.kind == "issue" and one.date.isoformat() == date
                for one in ask(f"期号:{number} 年份:{year}")
            )
            by_date += any(
                one.kind == "issue" and one.date.isoformat() == date for one in ask(f"日期:{date}")
            )
            title = max((titles[one] for one in day["item_ids"]), key=len)
            words = " ".join(re.findall(r"\w+", title))
            by_words += any(one.date.isoformat() == date for one in ask(words))
    show("issues looked for", len(days))
    show("found by number and year", by_number)
    show("found by date", by_date)
    show("found by the words of their longest title", by_words)
    show("a search p50, ms", percentile(seconds, 50) * 1000)
    show("a search p95, ms", percentile(seconds, 95) * 1000)


def prove(commands: Commands) -> None:
    """Verify archive and history, and hold the index against the records."""
    for what in ("archive", "history"):
        began = time.perf_counter()
        faults = commands(what, "verify")["faults"]
        show(f"faults in {what}", len(faults))
        show(f"{what} verify, s", time.perf_counter() - began)
    held = commands("index", "check")
    show("records expected", held["expected"])
    show("records indexed", held["indexed"])
    differ = sum(len(held[name]) for name in ("missing", "changed", "unexpected"))
    show("missing, changed or unexpected", differ)
    show("objects in the archive", len(commands("archive", "list")))
    size = sum(one.stat().st_size for one in commands.instance.rglob("*") if one.is_file())
    show("the instance on disk, MB", size / 1e6)


def main() -> None:
    """Go on where it stopped, then search and verify."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--instance", type=Path, required=True)
    parser.add_argument("--until", default="")
    parser.add_argument("--months", type=int, default=0, help="no more than so many in all")
    parser.add_argument("--compile", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.compile:
        numbers = compile_here(chosen.instance, json.load(sys.stdin))
        print(json.dumps(numbers))
        return
    kept = chosen.instance / "months.json"
    commands = Commands(chosen.instance) if kept.exists() else found(chosen.instance)
    months = json.loads(kept.read_text()) if kept.exists() else {}
    for month, days in real_months().items():
        late = chosen.until and datetime.now().astimezone().strftime("%H:%M") >= chosen.until
        if late or (chosen.months and len(months) >= chosen.months):
            break
        if month not in months:
            publish_month(commands, month, days, months)
            kept.write_text(json.dumps(months))
    tell(months)
    prove(commands)
    ran = [day for month, days in real_months().items() if month in months for day in days]
    search_all(chosen.instance, ran)


if __name__ == "__main__":
    main()
