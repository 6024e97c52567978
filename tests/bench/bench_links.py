"""In this file we measure what a change costs the next question where much is linked.

    python tests/bench/bench_links.py [--instructions 20000]

To each instruction belong four items, one of which it is on, a case and three reports. What is
lent, and which records tell one story, is worked out anew for each reader after every change.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from search import Change, Engine, Record, open_engine, parse, rebuild

STAFF = frozenset({"staff"})
TEXT = "各县抓紧秋粮收购，确保颗粒归仓。" * 3


def main() -> None:
    """Build, ask, change, ask again."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--instructions", type=int, default=20_000)
    count = parser.parse_args().instructions
    with tempfile.TemporaryDirectory() as folder:
        rebuild(Path(folder), records(count))
        engine = open_engine(Path(folder))
        show("the first question of a process", engine, STAFF)
        show("the same again", engine, STAFF)
        engine.apply([Change.put(record(0, "item"))])
        show("after a change", engine, STAFF)
        show("another reader", engine, STAFF | {"unit:1"})
        show("the same again", engine, STAFF)


def record(number: int, kind: Any, about: tuple[str, ...] = (), **given: Any) -> Record:
    """One record of a kind."""
    return Record(
        id=f"{kind}:{number}", kind=kind, title=f"粮食收购第{number}号", text=TEXT,
        date=date(2020 + number % 6, 1 + number % 12, 1 + number % 28), readers=STAFF,
        serial="政务信息", year=2020 + number % 6, unit=f"第{number % 60}局", about=about, **given,
    )  # fmt: skip


def records(count: int) -> Iterator[Record]:
    """Items, instructions, cases and reports."""
    for number in range(4 * count):
        yield record(number, "item")
    for number in range(count):
        item, leader = f"item:{number * 4}", {"leader": f"领导{number % 5}", "rank": number % 5}
        yield record(number, "instruction", (item,), **leader)
        about = (f"instruction:{number}", item)
        yield record(number, "case", about, state="办结", handlers=("水务局",), **leader)
    for number in range(3 * count):
        yield record(number, "report", (f"case:{number % count}",))


def show(what: str, engine: Engine, readers: frozenset[str]) -> None:
    """Ask, and print what it took of a processor."""
    began = time.process_time()
    engine.search(parse("粮食"), readers=readers)
    print(f"{what:40} {(time.process_time() - began) * 1000:10.1f} ms of a processor", flush=True)


if __name__ == "__main__":
    main()
