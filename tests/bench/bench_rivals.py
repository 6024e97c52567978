"""In this file the search and other engines build and answer the same in turn, side by side.

    python tests/bench/bench_rivals.py [--records 100000] [--rounds 3] [--tantivy FOLDER]
        [--only tantivy fts5 whoosh] [--folder FOLDER]

Each question goes to one engine after the other, so that whatever else the machine does falls on
all. `--tantivy` is where `pip install --target FOLDER tantivy` put it; it is no part of the
project. What the others are asked for stands in `rivals.py`. In a `--folder` indices are kept:
what stands there is only asked again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from search import Change, Engine, Filters, open_engine, parse, rebuild
from search.query import words_of
from tests.bench.bench_search import READERS, percentile, queries, real_items, records
from tests.bench.rivals import PER_PAGE, RIVALS, Rival, row_of

OURS = "the search"


def main() -> None:
    """Build each, change each, ask all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tantivy", type=Path)
    parser.add_argument("--only", nargs="*", choices=list(RIVALS), default=list(RIVALS))
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.tantivy:
        sys.path.append(str(given.tantivy))
    with tempfile.TemporaryDirectory() as passing:
        engine, rivals = built(given.folder or Path(passing), given.records, given.only)
        if not given.folder:
            added(engine, rivals, given.records)
        compared(engine, rivals, given.rounds)


def built(folder: Path, count: int, names: list[str]) -> tuple[Engine, list[Rival]]:
    """Everybody's index of the same records, one after the other."""
    items = real_items()
    show("records", count)
    if not (folder / "ours").exists():
        began, worked = time.perf_counter(), time.process_time()
        rebuild(folder / "ours", records(items, count))
        told(OURS, "build", began, worked)
    rivals = []
    for name in names:
        stands = (folder / name).exists()
        rivals.append(RIVALS[name](folder / name))
        if stands:
            rivals[-1].learn(records(items, count))
            continue
        began, worked = time.perf_counter(), time.process_time()
        rivals[-1].build(records(items, count))
        told(rivals[-1].name, "build", began, worked)
    for one, path in [(OURS, folder / "ours"), *((one.name, one.folder) for one in rivals)]:
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        show(f"{one}: size, MB", size / 1e6)
    return open_engine(folder / "ours"), rivals


def added(engine: Engine, rivals: list[Rival], count: int) -> None:
    """Ten more, findable at once; the middle of five times."""
    more = list(islice(records(real_items(), count + 50), count, count + 50))
    for name, put in [
        (OURS, lambda ten: engine.apply([Change.put(one) for one in ten])),
        *((one.name, lambda ten, one=one: one.write(map(row_of, ten))) for one in rivals),
    ]:
        seconds = []
        for at in range(0, 50, 10):
            began = time.perf_counter()
            put(more[at : at + 10])
            seconds.append(time.perf_counter() - began)
        show(f"{name}: ten more, p50 s", percentile(seconds, 50))


@dataclass
class Times:
    """What one engine took for all questions, and what it found."""

    name: str
    engine: Engine | Rival
    first: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)

    def ask(self, question: tuple[str, Filters, int], *, is_first: bool) -> None:
        """Answer one question."""
        typed, filters, page = question
        began, worked = time.perf_counter(), time.process_time()
        query = parse(typed)
        if isinstance(self.engine, Rival):
            words = words_of(query.root)
            total = self.engine.search(query.root, words, filters, READERS, page)
        else:
            found = self.engine.search(
                query, readers=READERS, filters=filters, page=page, per_page=PER_PAGE
            )
            total = found.total
        (self.first if is_first else self.later).append(time.perf_counter() - began)
        if is_first:
            self.totals.append(total)
        else:
            self.busy.append(time.process_time() - worked)

    def tell(self, ours: Times) -> None:
        """Print its figures, and where it finds not as many as `ours`."""
        for what, taken in (("first time, ", self.first), ("", self.later)):
            for share in (50, 95):
                show(f"{self.name}: {what}p{share} ms", percentile(taken, share) * 1000)
        show(f"{self.name}: of a processor, mean ms", sum(self.busy) / len(self.busy) * 1000)
        differing = [
            f"{typed or '(all)'} {total} for {right}"
            for (typed, *_more), total, right in zip(
                queries(), self.totals, ours.totals, strict=True
            )
            if total != right
        ]
        show(f"{self.name}: questions that find another number", len(differing))
        print(*(f"    {one}" for one in differing), sep="\n", flush=True)


def compared(engine: Engine, rivals: list[Rival], rounds: int) -> None:
    """All questions to all in turn, some times over."""
    all_times = [Times(OURS, engine), *(Times(one.name, one) for one in rivals)]
    for turn in range(rounds + 1):
        for question in queries():
            for one in all_times:
                one.ask(question, is_first=not turn)
    for one in all_times:
        one.tell(all_times[0])


def told(name: str, what: str, began: float, worked: float) -> None:
    """What something took, by the clock and of processors."""
    show(f"{name}: {what}, s", time.perf_counter() - began)
    show(f"{name}: {what}, s of processors", time.process_time() - worked)


def show(name: str, value: float) -> None:
    """One line of the result."""
    print(f"{name:52} {value:10.3f}", flush=True)


if __name__ == "__main__":
    main()
