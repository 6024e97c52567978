"""In this file instructions and cases lend their facets, and stories are told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest

from search import Change, Filters, Record, open_engine, parse, rebuild
from search.engines.whoosh.engine import WhooshEngine
from search.records import LENDERS
from search.weights import NO_RANK
from tests.search.factories import STAFF, record

OFFICER = STAFF | {"role:officer"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    """Three items; on the first a leader wrote what only officers see, and a case followed."""
    path = tmp_path_factory.mktemp("index")
    rebuild(
        path,
        [
            record(1, title="防汛甲", units=("水务局", "市政府"), unit="水务局", tags=("苗头性",)),
            record(2, title="防汛乙", units=("清溪县", "市政府"), tags=("苗头性", "预警性")),
            record(3, title="防汛丙", date=date(2026, 4, 1)),
        ],
    )
    made = open_engine(path)
    # A second segment: what is lent crosses from one into another.
    officers = frozenset({"role:officer"})
    made.apply(
        [
            Change.put(
                record(
                    id="instruction:7", kind="instruction", title="批示：防汛甲", leader="黎小满",
                    readers=officers, date=date(2026, 3, 10), rank=2, about=("item:1", "issue:9"),
                )
            ),
            Change.put(
                record(
                    id="case:5", kind="case", title="防汛甲督办", state="办理中", readers=officers,
                    handlers=("水务局", "财政局"), about=("instruction:7", "item:1"),
                )
            ),
            Change.put(
                record(
                    id="instruction:8", kind="instruction", title="批示：防汛丙", leader="秦望",
                    readers=STAFF, date=date(2026, 4, 2), rank=1, about=("item:3",),
                )
            ),
        ]
    )  # fmt: skip
    return made


def found(engine: WhooshEngine, typed: str, readers: frozenset[str], **given: object) -> set[str]:
    results = engine.search(parse(typed), readers=readers, filters=Filters(**given))  # type: ignore[arg-type]
    return {hit.record.id for hit in results.hits}


def test_a_leader_s_items_are_found_by_the_leader(engine: WhooshEngine) -> None:
    own = {"instruction:7", "item:1"}
    assert found(engine, "批示人:黎小满", OFFICER) == own
    assert found(engine, "", OFFICER, leader=("黎小满",)) == own
    assert found(engine, "办理单位:财政局 种类:信息", OFFICER) == {"item:1"}
    assert found(engine, "办理状态:办理中", OFFICER, kind=("item",)) == {"item:1"}


def test_nothing_is_lent_out_of_what_a_reader_may_not_see(engine: WhooshEngine) -> None:
    assert found(engine, "批示人:黎小满", STAFF) == set()
    assert found(engine, "", STAFF, handler=("财政局",)) == set()
    results = engine.search(parse("防汛"), readers=STAFF)
    assert results.facets["leader"] == (("秦望", 2),)
    assert results.facets["handler"] == ()
    assert "黎小满" not in str(engine.values("leader", "", STAFF))
    hit = next(hit for hit in results.hits if hit.record.id == "item:1")
    assert (hit.leaders, hit.states) == ((), ())


def test_whether_there_is_an_instruction_is_as_the_reader_may_know(engine: WhooshEngine) -> None:
    assert found(engine, "批示:有 种类:信息", OFFICER) == {"item:1", "item:3"}
    assert found(engine, "批示:有 种类:信息", STAFF) == {"item:3"}
    assert found(engine, "批示:无 种类:信息", STAFF) == {"item:1", "item:2"}
    assert found(engine, "批示:防汛丙", STAFF) == {"instruction:8"}


def test_a_hit_says_who_wrote_on_it_and_how_far_it_is(engine: WhooshEngine) -> None:
    results = engine.search(parse("标题:防汛甲 种类:信息"), readers=OFFICER)
    assert [(hit.leaders, hit.states) for hit in results.hits] == [(("黎小满",), ("办理中",))]


def test_records_count_for_all_their_units_and_tags(engine: WhooshEngine) -> None:
    results = engine.search(parse("种类:信息"), readers=STAFF)
    assert dict(results.facets["unit"]) == {"市政府": 2, "水务局": 1, "清溪县": 1}
    assert dict(results.facets["tag"]) == {"苗头性": 2, "预警性": 1}
    assert found(engine, "单位:市政府 标签:预警性", STAFF) == {"item:2"}
    narrowed = engine.search(parse(""), readers=STAFF, filters=Filters(tag=("预警性",)))
    assert dict(narrowed.facets["tag"]) == {"苗头性": 2, "预警性": 1}


def test_leaders_first_puts_the_highest_first(engine: WhooshEngine) -> None:
    results = engine.search(parse("种类:信息"), readers=OFFICER, sort="rank")
    assert [hit.record.id for hit in results.hits] == ["item:3", "item:1", "item:2"]


def test_results_are_grouped_by_story(engine: WhooshEngine) -> None:
    results = engine.search(parse("防汛"), readers=OFFICER, grouped=True, sort="newest")
    told = {hit.record.id: {other.id for other in hit.others} for hit in results.hits}
    assert results.total == 3
    assert told == {
        "instruction:8": {"item:3"},
        "instruction:7": {"case:5", "item:1"},
        "item:2": set(),
    }
    seen = engine.search(parse("防汛"), readers=STAFF, grouped=True)
    assert {hit.record.id: hit.others_count for hit in seen.hits}["item:1"] == 0


def test_months_are_counted_whatever_days_are_asked_for(engine: WhooshEngine) -> None:
    results = engine.search(
        parse("种类:信息"), readers=STAFF, filters=Filters(since=date(2026, 4, 1))
    )
    assert results.total == 1
    assert results.months == ((202603, 2), (202604, 1))
    by_unit = engine.months(parse("防汛"), STAFF, by="unit")
    assert by_unit["市政府"] == {202603: 2}


def test_a_record_put_again_lends_no_longer_what_it_said_before(tmp_path: Path) -> None:
    rebuild(tmp_path, [record(1)])
    engine = open_engine(tmp_path)
    written = record(
        id="instruction:1", kind="instruction", leader="黎小满", about=("item:1",), title="批示"
    )
    engine.apply([Change.put(written)])
    assert found(engine, "批示人:黎小满", STAFF) == {"item:1", "instruction:1"}
    engine.apply([Change.remove("instruction:1")])
    assert found(engine, "批示人:黎小满", STAFF) == set()
    assert found(engine, "批示:有", STAFF) == set()


@pytest.mark.parametrize("seed", range(6))
def test_many_links_lend_as_followed_one_by_one(tmp_path: Path, seed: int) -> None:
    """Over several segments, in circles and long rows, with ends that are hidden or missing."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    records = {one.id: one for one in (_linked(number, chance) for number in range(240))}
    rebuild(tmp_path, list(records.values())[:150])
    engine = open_engine(tmp_path)
    for first in range(150, 240, 30):
        engine.apply([Change.put(one) for one in list(records.values())[first : first + 30]])
    again = [replace(records[one], leader="秦望") for one in list(records)[20:40]]
    engine.apply([Change.put(one) for one in again])
    records |= {one.id: one for one in again}
    for readers in (STAFF, OFFICER):
        assert _lent(engine, readers) == _followed(records, readers)


def _linked(number: int, chance: Random) -> Record:
    kind = chance.choice(["item", "instruction", "case", "report", "adoption"])
    near = [f"x:{chance.randrange(max(0, number - 5), min(245, number + 5))}" for _ in range(3)]
    return record(
        id=f"x:{number}",
        kind=kind,
        leader=chance.choice(["", "黎小满", "秦望"]),
        handlers=tuple(chance.sample(["水务局", "财政局"], chance.randrange(3))),
        rank=chance.choice([-1, 1, 2, 3]),
        about=tuple(dict.fromkeys(near[: chance.randrange(4)])),
        readers=chance.choice([STAFF, frozenset({"role:officer"})]),
    )


Told = dict[str, tuple[set[str], set[str], int, str]]
"""For each record its leaders, its handlers, its rank, and the first record of its story."""


def _lent(engine: WhooshEngine, readers: frozenset[str]) -> Told:
    snapshot = engine._current()
    told: Told = {}
    firsts: dict[int, str] = {}
    for part, lent in zip(snapshot.parts, snapshot.lent(readers), strict=True):
        for doc in np.flatnonzero(part.view.visible(readers)).tolist():
            one = part.view.segment.record(doc)
            story = int(lent.stories[doc])
            first = firsts.setdefault(story, one.id)
            firsts[story] = min(first, one.id)
            values = (set(lent.of("leader", doc)), set(lent.of("handler", doc)))
            told[one.id] = (*values, int(lent.ranks[doc]), str(story))
    return {name: (*rest, firsts[int(story)]) for name, (*rest, story) in told.items()}


def _followed(records: dict[str, Record], readers: frozenset[str]) -> Told:
    seen = {name: one for name, one in records.items() if one.readers & readers}
    story = {name: {name} for name in seen}
    leaders = {name: {one.leader} - {""} for name, one in seen.items()}
    handlers = {name: set(one.handlers) for name, one in seen.items()}
    ranks = {name: _rank(one) for name, one in seen.items()}
    for name, one in seen.items():
        for about in one.about:
            if about not in seen:
                continue
            if one.kind in LENDERS:
                leaders[about] |= {one.leader} - {""}
                handlers[about] |= set(one.handlers)
                ranks[about] = min(ranks[about], _rank(one))
            if about == one.about[0] and story[name] is not story[about]:
                story[name] |= story[about]
                for other in story[about]:
                    story[other] = story[name]
    return {name: (leaders[name], handlers[name], ranks[name], min(story[name])) for name in seen}


def _rank(one: Record) -> int:
    return NO_RANK if one.rank is None or one.rank < 0 else one.rank
