"""In this file we measure how surely near-duplicates are found among real news.

    python tests/bench/duplicates.py [--items 8000] [--changed 1000]

Items are changed by leaving sentences out, putting in those of others and replacing characters,
more and more. A changed text whose shingles agree with the original's by half or more (Jaccard,
counted here by plain sets) ought to be found, and nothing else called nearly the same.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests" / "bench"))

from bench_search import real_items  # noqa: E402

from search import Record, open_engine, rebuild  # noqa: E402
from search.analysis import HAN, fold, simplify  # noqa: E402

READERS = frozenset({"staff"})
NEAR = 0.5
LEFT_OUT = re.compile(f"[^{HAN}0-9a-z]+")


def plain_shingles(text: str) -> set[str]:
    """Runs of three characters, counted without the search's own code."""
    plain = LEFT_OUT.sub("", simplify(fold(text)))
    return {plain[at : at + 3] for at in range(len(plain) - 2)}


def jaccard(one: str, other: str) -> float:
    """What two texts share of what either has."""
    first, second = plain_shingles(one), plain_shingles(other)
    return len(first & second) / len(first | second) if first | second else 0.0


def changed(text: str, strangers: list[str], chance: random.Random) -> str:
    """The text edited: sentences gone, sentences of others come in, characters replaced."""
    degree = chance.random() * 0.7
    sentences = [part for part in re.split(r"(?<=[。！？\n])", text) if part.strip()]
    kept = [one for one in sentences if chance.random() > degree * 0.7] or sentences[:1]
    for _ in range(int(len(kept) * degree * 0.6)):
        kept.insert(chance.randrange(len(kept) + 1), chance.choice(strangers))
    signs = list("".join(kept))
    for at in range(len(signs)):
        if chance.random() < degree * 0.08:
            signs[at] = chr(chance.randrange(0x4E00, 0x9FA5))
    return "".join(signs)


def main() -> None:
    """Build, change, ask and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=8000)
    parser.add_argument("--changed", type=int, default=1000)
    given = parser.parse_args()
    chance = random.Random(11)  # noqa: S311  # repeatable, not secret
    items = [one for one in real_items() if len(one["body"]) > 120][: given.items]
    strangers = [part + "。" for one in items[:500] for part in one["body"].split("。") if part]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        started = time.perf_counter()
        rebuild(
            path,
            (
                Record(
                    id=f"item:{number}", kind="item", title=one["title"], text=one["body"],
                    date=date.fromisoformat(one["date"]), readers=READERS,
                )
                for number, one in enumerate(items)
            ),
        )  # fmt: skip
        built = time.perf_counter() - started
        engine = open_engine(path)
        wanted = found = called = right = 0
        seconds: list[float] = []
        for number in chance.sample(range(len(items)), given.changed):
            text = changed(items[number]["body"], strangers, chance)
            is_near = jaccard(text, items[number]["body"]) >= NEAR
            started = time.perf_counter()
            alike = [one for one in engine.alike(text, READERS) if one.share >= NEAR]
            seconds.append(time.perf_counter() - started)
            ids = {one.record.id for one in alike}
            wanted += is_near
            found += is_near and f"item:{number}" in ids
            called += len(alike)
            right += sum(jaccard(text, one.record.text) >= NEAR for one in alike)
    seconds.sort()
    print(
        f"{len(items)} items built in {built:.0f} s; {given.changed} changed texts, {wanted} of"
        f" them near: recall {found / wanted:.4f}, precision {right / called:.4f};"
        f" p50 {seconds[len(seconds) // 2] * 1000:.1f} ms,"
        f" p95 {seconds[int(len(seconds) * 0.95)] * 1000:.1f} ms"
    )


if __name__ == "__main__":
    main()
