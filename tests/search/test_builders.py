"""In this file a large index is built by several processes, which may be lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from search import Record, open_engine, parse, rebuild
from search.analysis import words_with
from search.engines.whoosh import builders
from search.errors import BuilderLost
from tests.search.factories import STAFF, record

NAMES = ("云汀市水务局",)


@pytest.fixture
def records() -> list[Record]:
    """More than one segment holds, with a character cut in half and a line that ends inside."""
    ends = ["𠮷山镇", "第12期\n另行", "\ud842", "水务局"]
    return [record(number, title=f"防汛{ends[number % 4]}之{number}") for number in range(120)]


@pytest.fixture
def _several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builders, "MOST_CHARACTERS", 1_000)
    monkeypatch.setattr(builders.os, "cpu_count", lambda: 2)


def answers(path: Path) -> list[object]:
    engine = open_engine(path, names=NAMES)
    asked = ("防汛", "𠮷山", "“水务局之7”", "第12期", "云汀市水务局 水库", "之11")
    return [
        (found.total, [hit.record for hit in found.hits], found.facets)
        for found in (engine.search(parse(one), readers=STAFF, per_page=200) for one in asked)
    ]


def test_several_processes_build_what_one_builds(
    records: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    rebuild(tmp_path / "one", records, names=NAMES)
    monkeypatch.setattr(builders, "MOST_CHARACTERS", 1_000)
    monkeypatch.setattr(builders.os, "cpu_count", lambda: 2)
    assert rebuild(tmp_path / "several", records, names=NAMES, progress=told.append) == 120
    assert len(told) > 2
    assert told == sorted(told)
    assert answers(tmp_path / "several") == answers(tmp_path / "one")


@pytest.mark.usefixtures("_several")
def test_a_lost_process_leaves_the_former_index(
    records: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(tmp_path, records[:3])
    monkeypatch.setattr(builders.sys, "executable", "/bin/false")
    with pytest.raises(BuilderLost, match="原有索引照常可用"):
        rebuild(tmp_path, records)
    assert open_engine(tmp_path).search(parse("防汛"), readers=STAFF).total == 3
    assert len(list(tmp_path.glob("build-*"))) == 1


@pytest.mark.usefixtures("_several")
def test_what_the_disk_says_in_a_process_is_said_here(
    records: list[Record], tmp_path: Path
) -> None:
    nowhere = tmp_path / "gone"
    with pytest.raises(FileNotFoundError):
        list(builders.written(records, words_with(frozenset()), lambda: nowhere / "x.arrays"))
