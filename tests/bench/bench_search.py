"""In this file we measure the search by hand: building, changing, asking, memory, and recall.

    python tests/bench/bench_search.py [--records 20000 ...] [--folder FOLDER]

Reads the real news beside the checkout; beyond their number, records are resampled from their
sentences. The asking is done in a process of its own, as a web process would. Several numbers of
records show the growth. In a `--folder` the indices are kept, by their numbers of records, and not
built again. Where the machine does other work too, the seconds of a processor tell
more than those of the clock.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
NEWS = ROOT.parent / "shared" / "data" / "news"
sys.path.insert(0, str(ROOT))

from search import Change, Filters, Record, open_engine, parse, rebuild  # noqa: E402
from search.analysis import fold  # noqa: E402

READERS = frozenset({"unit:3", "role:editor"})
UNITS = [f"云汀市第{number}局" for number in range(1, 61)]


def real_items() -> list[dict[str, str]]:
    """Items and briefs, as they lie in the files."""
    items: list[dict[str, str]] = []
    for name in ("items", "briefs"):
        with gzip.open(NEWS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            items.extend(map(json.loads, lines))
    return items


def texts(items: list[dict[str, str]], count: int) -> Iterator[tuple[str, str, date]]:
    """Title, text and day of `count` records: the real ones first, then resampled ones."""
    for item in items[:count]:
        yield item["title"], item["body"], date.fromisoformat(item["date"])
    chance = random.Random(7)  # noqa: S311  # repeatable, not secret
    sentences = [part + "。" for item in items for part in item["body"].split("。") if part]
    for number in range(count - len(items)):
        text = "".join(chance.choices(sentences, k=9))
        yield text[:24], text, date(2022, 9, 1) + timedelta(days=number % 1200)


def records(items: list[dict[str, str]], count: int) -> Iterator[Record]:
    """Records with units, numbers and readers such as an office has."""
    for place, (title, text, day) in enumerate(texts(items, count)):
        yield Record(
            id=f"item:{place}",
            kind="item",
            title=title,
            text=text,
            date=day,
            readers=frozenset(
                {"staff", f"unit:{place % 5}"} | ({"role:editor"} if place % 2 else set())
            ),
            serial=("政务信息", "每日要情", "情况反映")[place % 3],
            number=place % 240 + 1,
            total=place // 12 + 1,
            year=day.year,
            number_text=f"第{place % 240 + 1}期",
            unit=UNITS[place % len(UNITS)],
            category=("动态", "经验", "问题", "综合")[place % 4],
            section="工作动态",
        )


def queries() -> list[tuple[str, Filters, int]]:
    """Sixty: common, middling and rare words, phrases, fields, filters, deep pages."""
    words = (
        "经济 发展 的 我国 高质量发展 长江 生态 防汛 水库 粮食 芯片 年 2025年 一带一路 小麦 冰雪"
    )
    words += (
        " 共同富裕 乡村振兴 亿元 新能源汽车 台风 冬奥会 中欧班列 碳达峰 丹江口 独龙江 麋鹿 大熊猫"
    )
    both = ["经济 社会", "粮食 安全", "长江 生态 保护", "科技 创新 企业 人才", "防汛 救灾 -台风"]
    both += ["乡村 OR 农村", "(小麦 OR 水稻) 丰收", "人工智能 产业 -美国", "消费 市场 回暖"]
    phrases = ["“经济社会发展”", "“全面推进乡村振兴”", "“高水平对外开放”", "“绿水青山就是金山银山”"]
    phrases += ["“稳中求进工作总基调”", "“新质生产力”", "“数字经济”", "“人与自然和谐共生”"]
    fields = ["单位:第7局 发展", "日期:2024..2025-06 创新", "标题:经济", "期号:12", "第12期"]
    fields += ["总第100期", "年份:2024 粮食", "政务信息第5期", "", "刊物:每日要情 生态"]
    plain = [*words.split(), *both, *phrases, *fields]
    asked = [(typed, Filters(), 1) for typed in plain]
    asked += [(typed, Filters(), 20) for typed in ("经济", "发展 国家", "年")]
    asked += [
        ("经济", Filters(category=("动态",), year=("2024", "2025")), 1),
        ("建设", Filters(since=date(2024, 1, 1), until=date(2024, 12, 31)), 1),
    ]
    return asked


def timed(action: Callable[[], object]) -> float:
    """Seconds an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def ask(path: Path, rounds: int) -> dict[str, float]:
    """What a fresh web process measures."""
    before = psutil.Process().memory_full_info()
    engine = open_engine(path)

    def one(query: tuple[str, Filters, int]) -> float:
        typed, filters, page = query
        return timed(
            lambda: engine.search(parse(typed), readers=READERS, filters=filters, page=page)
        )

    first = [one(query) for query in queries()]
    worked = time.process_time()
    later = [one(query) for _ in range(rounds) for query in queries()]
    worked = time.process_time() - worked
    suggested = timed(lambda: engine.suggest("经济", READERS))
    after = psutil.Process().memory_full_info()
    return {
        "first round p50 ms": percentile(first, 50) * 1000,
        "first round p95 ms": percentile(first, 95) * 1000,
        "p50 ms": percentile(later, 50) * 1000,
        "p95 ms": percentile(later, 95) * 1000,
        "slowest ms": max(later) * 1000,
        "of a processor, mean ms": worked / len(later) * 1000,
        "suggest ms": suggested * 1000,
        "process RSS MB (with mapped files)": after.rss / 1e6,
        "process USS MB (its own)": after.uss / 1e6,
        "of these before opening MB": before.uss / 1e6,
    }


def percentile(values: list[float], share: int) -> float:
    """The value below which `share` percent of them lie."""
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


def recall(path: Path, known: list[Record]) -> float:
    """The share of exact substrings, taken from titles and texts, that find their record."""
    chance = random.Random(3)  # noqa: S311  # repeatable, not secret
    engine, found, tried = open_engine(path), 0, 0
    for record in chance.sample(known, min(300, len(known))):
        runs = [run for run in record.text.replace("\n", "，").split("，") if run.isalpha()]
        if not runs:
            continue
        run = chance.choice(runs)
        start = chance.randrange(len(run))
        typed = f"“{run[start : start + chance.randint(1, 6)]}”"
        if fold(typed) != typed or not all("一" <= letter <= "鿿" for letter in typed[1:-1]):
            continue
        tried += 1
        found += record.id in engine.matching_ids(parse(typed), frozenset({"staff"}))
    return found / tried


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, nargs="+", default=[20_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        print(json.dumps(ask(given.ask, given.rounds)))
        return
    for count in given.records:
        show("records", count)
        with tempfile.TemporaryDirectory() as passing:
            measure((given.folder or Path(passing)) / str(count), count, given.rounds)


def measure(path: Path, count: int, rounds: int) -> None:
    """Build, change and ask an index of `count` records."""
    items = real_items()
    if not path.exists():
        build(path, items, count)
    show("size MB", sum(file.stat().st_size for file in path.rglob("*.arrays")) / 1e6)
    show("segments", len(list(path.rglob("*.arrays"))))
    engine = open_engine(path)
    changed = list(islice(records(items, 10_000), 200, 1_400))
    commits = [
        timed(lambda at=at: engine.apply([Change.put(one) for one in changed[at : at + 12]]))
        for at in range(0, 480, 12)
    ]
    show("apply 12 records, first s", commits[0])
    show("apply 12 records p50 s", percentile(commits, 50))
    show("apply 12 records, slowest of the others s", max(commits[1:]))
    show("tidy s", timed(engine.tidy))
    show("recall of exact text", recall(path, list(islice(records(items, 5_000), 5_000))))
    command = [sys.executable, __file__, "--ask", str(path), "--rounds", str(rounds)]
    answered = subprocess.run(command, check=True, capture_output=True, text=True)
    for name, value in json.loads(answered.stdout).items():
        show(name, value)


def build(path: Path, items: list[dict[str, str]], count: int) -> None:
    """Build the index, and say what it took."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    worked = time.process_time()
    show("build s", timed(lambda: rebuild(path, records(items, count))))
    show("build s of a processor", time.process_time() - worked)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    show("build peak MB (the data themselves included)", peak)
    show("of these before building MB", held)


def show(name: str, value: float) -> None:
    """One line of the result."""
    print(f"{name:48} {value:10.3f}", flush=True)


if __name__ == "__main__":
    main()
