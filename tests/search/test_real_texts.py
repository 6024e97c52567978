"""In this file hostile strings and real news go through the search, where they lie beside us."""

from __future__ import annotations

import gzip
import json
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from search import Change, open_engine, parse
from search.analysis import RUN, fold
from tests.search.factories import STAFF, record


@pytest.mark.shared_data
class TestHostileStrings:
    def test_each_is_indexed_asked_for_and_shown_unharmed(
        self, shared_data: Path, tmp_path: Path
    ) -> None:
        strings = shared_data / "hostile-text" / "blns.txt"
        lines = set(strings.read_text(encoding="utf-8", errors="replace").split("\n"))
        records = [record(number, text=line) for number, line in enumerate(sorted(lines)[::4])]
        engine = open_engine(tmp_path / "index")
        engine.apply([Change.put(one) for one in records])
        assert engine.check((one.id, one.digest) for one in records).is_sound
        for one in records:
            results = engine.search(parse(one.text), readers=STAFF, per_page=5)
            assert all(hit.passages or not hit.record.text.strip() for hit in results.hits)
            assert engine.record(one.id, STAFF) == one


@pytest.mark.shared_data
class TestRealNews:
    def test_every_word_between_two_marks_finds_its_text(
        self, shared_data: Path, tmp_path: Path
    ) -> None:
        with gzip.open(shared_data / "news" / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
            items = [json.loads(line) for line in islice(lines, 120)]
        engine = open_engine(tmp_path / "index")
        engine.apply(
            [
                Change.put(
                    record(
                        place,
                        title=item["title"],
                        text=item["body"],
                        date=date.fromisoformat(item["date"]),
                    )
                )
                for place, item in enumerate(items)
            ]
        )
        for place, item in enumerate(items):
            for run in islice(RUN.finditer(fold(item["body"])), 0, None, 9):
                assert f"item:{place}" in engine.matching_ids(parse(f"“{run.group()}”"), STAFF)
