"""In this file we measure a real month by hand: imported, compiled, signed and published.

    python tests/bench/bench_month.py [--month 2025-03]

Every step is a command of its own, as an office's scheduled job would call it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from offices import NEWS, Commands, found, peak_of_children, percentile, real_days, show

QUERIES = ("经济", "粮食 安全", "“高质量发展”", "春耕", "消费 市场", "标题:我国", "水利", "期号:12")


def publish_month(commands: Commands, days: dict[str, list[dict[str, str]]]) -> None:
    """Compile each day, sign all, publish all; print seconds and pages."""
    started = time.perf_counter()
    numbers = [
        str(
            commands(
                "issue", "compile", "--serial", "mrzb", "--date", day, "--as", "zhou",
                "--imported", ",".join(item["id"] for item in items), "--checked-by", "wang",
            )["issue"]
        )
        for day, items in days.items()
    ]  # fmt: skip
    compiled = time.perf_counter()
    commands("issue", "sign", *numbers, "--as", "wang", "--as", "li", "--confirm")
    signed = time.perf_counter()
    published = commands("issue", "publish", *numbers)
    done = time.perf_counter()
    pages = [one["pages"] for one in published]
    show("issues", len(published))
    show("items in them", sum(len(one["items"]) for one in published))
    show("pages in all", sum(pages))
    show("pages of the longest", max(pages))
    show("compile, s per issue", (compiled - started) / len(numbers))
    show("sign, s per issue", (signed - compiled) / len(numbers))
    show("publish (DOCX, PDF, archive, index), s per issue", (done - signed) / len(numbers))
    show("the month from first compile to last published, s", done - started)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--month", default="2025-03")
    month = parser.parse_args().month
    with tempfile.TemporaryDirectory() as folder:
        commands = found(Path(folder) / "office")
        started = time.perf_counter()
        words = ("items", "import", str(NEWS / "items.jsonl.gz"), "--as", "zhao", "--month", month)
        taken = commands(*words)["taken"]
        took = time.perf_counter() - started
        show("items imported", taken)
        show("imported per s (16,503 lines read)", taken / took)
        publish_month(commands, real_days(month))
        show("most memory of a command, MB", peak_of_children())
        started = time.perf_counter()
        count = commands("index", "rebuild")["records"]
        show("records indexed anew", count)
        show("indexed per s, the program's start included", count / (time.perf_counter() - started))
        seconds = [commands("search", query)["seconds"] for query in QUERIES for _again in range(3)]
        show("search in a fresh process p50 ms", percentile(seconds, 50) * 1000)
        show("search in a fresh process p95 ms", percentile(seconds, 95) * 1000)
        checks = commands("archive", "verify"), commands("history", "verify")
        show("faults in archive and history", sum(len(one["faults"]) for one in checks))


if __name__ == "__main__":
    main()
