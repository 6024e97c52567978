"""In this file both engines answer the same questions in turn, and their times stand side by side.

    python tests/bench/bench_engines.py [--records 10000] [--rounds 3]

Reads the real news beside the checkout and starts the OpenSearch that ./check has fetched: one node
on this machine with half a gigabyte, asked over HTTP. Each question goes to one engine and then to
the other, so that whatever else the machine does falls on both; both must find as many records.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from search import Change, Cluster, Engine, open_engine, parse, rebuild
from search.engine import Place
from tests import cluster
from tests.bench.bench_search import (
    READERS,
    percentile,
    queries,
    real_items,
    records,
    timed,
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    program = cluster.java()
    if program is None:
        sys.exit("no OpenSearch here; ./check fetches it where Java and Maven are")
    with tempfile.TemporaryDirectory() as folder, cluster.own_node(program) as node:
        places: list[Place] = [
            Path(folder) / "index",
            Cluster((node.address,), name="bench", seconds=60),
        ]
        measure(places, given.records, given.rounds)


def measure(places: list[Place], count: int, rounds: int) -> None:
    """Build, change and ask on both."""
    items = real_items()
    show("", ["embedded", "cluster"])
    show(
        "build, s",
        [timed(lambda place=place: rebuild(place, records(items, count))) for place in places],
    )
    engines = [open_engine(place) for place in places]
    changed = list(islice(records(items, count), 200, 440))
    commits: list[list[float]] = [[], []]
    for at in range(0, len(changed), 12):
        changes = [Change.put(one) for one in changed[at : at + 12]]
        for engine, taken in zip(engines, commits, strict=True):
            taken.append(timed(lambda engine=engine, changes=changes: engine.apply(changes)))
    show("apply 12 records, p50 s", [percentile(taken, 50) for taken in commits])
    asked(engines)
    times: list[list[float]] = [[], []]
    for _ in range(rounds):
        for engine_times, taken in zip(times, asked(engines), strict=True):
            engine_times.extend(taken)
    show("search, p50 ms", [percentile(taken, 50) * 1000 for taken in times])
    show("search, p95 ms", [percentile(taken, 95) * 1000 for taken in times])
    suggesting = [
        timed(lambda engine=engine: engine.suggest("经济", READERS)) for engine in engines
    ]
    show("suggest, ms", [taken * 1000 for taken in suggesting])


def asked(engines: list[Engine]) -> list[list[float]]:
    """The seconds of every question, for each engine; raises where they find not as many."""
    times: list[list[float]] = [[] for _ in engines]
    for typed, filters, page in queries():
        totals = set()
        for engine, taken in zip(engines, times, strict=True):
            started = time.perf_counter()
            found = engine.search(parse(typed), readers=READERS, filters=filters, page=page)
            taken.append(time.perf_counter() - started)
            totals.add(found.total)
        if len(totals) > 1:
            raise RuntimeError(f"“{typed}” finds {totals}")
    return times


def show(name: str, values: list[float] | list[str]) -> None:
    """One line of the result."""
    print(
        f"{name:28}",
        *(f"{value:>12}" if isinstance(value, str) else f"{value:12.3f}" for value in values),
        flush=True,
    )


if __name__ == "__main__":
    main()
