"""In this file the embedded engine is tried: what is found, by whom, in which order, after what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from search import (
    Change,
    Filters,
    IndexOutdated,
    Record,
    RecordInvalid,
    Results,
    open_engine,
    parse,
    rebuild,
)
from search.engines.whoosh import folder as folder_module
from search.engines.whoosh.engine import WhooshEngine
from tests.search.factories import STAFF, record


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return open_engine(tmp_path / "index")


def put(engine: WhooshEngine, *records: Record) -> None:
    engine.apply([Change.put(one) for one in records])


def find(engine: WhooshEngine, typed: str, readers: frozenset[str] = STAFF) -> list[str]:
    return [hit.record.id for hit in engine.search(parse(typed), readers=readers).hits]


def search(engine: WhooshEngine, typed: str = "", **given: object) -> Results:
    return engine.search(parse(typed), **({"readers": STAFF} | given))  # type: ignore[arg-type]


class TestFinding:
    def test_an_empty_index_finds_nothing(self, engine: WhooshEngine) -> None:
        results = search(engine, "防汛")
        assert (results.total, results.hits) == (0, ())

    def test_nothing_typed_finds_everything(self, engine: WhooshEngine) -> None:
        put(engine, record(1), record(2))
        assert search(engine).total == 2

    def test_title_text_unit_and_leader_are_searched(self, engine: WhooshEngine) -> None:
        put(
            engine, record(1, title="澄溪县防汛", text="正文", unit="云汀市水务局", leader="黎小满")
        )
        for typed in ("澄溪", "正文", "水务局", "黎小满"):
            assert find(engine, typed) == ["item:1"], typed

    def test_no_phrase_reaches_from_the_title_into_the_text(self, engine: WhooshEngine) -> None:
        put(engine, record(1, title="澄溪防汛", text="备汛情况"))
        assert find(engine, "“防汛备汛”") == []

    def test_the_name_of_a_serial_finds_its_records(self, engine: WhooshEngine) -> None:
        put(engine, record(1, serial="督查专报"), record(2, text="见督查专报之外的材料"))
        assert set(find(engine, "督查专报")) == {"item:1", "item:2"}
        assert find(engine, "督查专") == ["item:2"]

    @pytest.mark.parametrize(
        "typed", ["第7期", "第七期", "7期", "总第1487期", "2026年第7期", "政务信息第7期", "期号:7"]
    )
    def test_an_issue_is_found_by_its_number_as_written(
        self, engine: WhooshEngine, typed: str
    ) -> None:
        issue = record(1, id="issue:3", kind="issue", number=7, total=1487, number_text="第7期")
        put(engine, issue, record(2, number=17, total=1497))
        assert find(engine, typed) == ["issue:3"]

    @pytest.mark.parametrize(
        "typed",
        ["〔2026〕12号", "批〔2026〕12号", "[2026]12号", "批（2026）12号", "文号:〔2026〕12号"],
    )
    def test_a_document_is_found_by_its_number_as_written(
        self, engine: WhooshEngine, typed: str
    ) -> None:
        given = {"kind": "instruction", "leader": "黎小满"}
        put(
            engine,
            record(1, id="instruction:5", number_text="云批〔2026〕12号", **given),
            record(2, id="instruction:6", number_text="云批〔2026〕112号", **given),
            record(3, id="instruction:7", number_text="云批〔2025〕12号", **given),
        )
        assert find(engine, typed) == ["instruction:5"]

    def test_traditional_and_simplified_find_each_other(self, engine: WhooshEngine) -> None:
        put(engine, record(1, text="經濟發展"), record(2, text="经济发展"))
        assert set(find(engine, "经济发展")) == {"item:1", "item:2"}
        assert set(find(engine, "經濟發展")) == {"item:1", "item:2"}
        assert find(engine, "发展 -經濟") == []

    def test_full_width_digits_and_letters_are_plain_ones(self, engine: WhooshEngine) -> None:
        put(engine, record(1, text="建成５Ｇ基站３００个"))
        assert find(engine, "5g 300") == ["item:1"]

    def test_a_prefix_finds_longer_words(self, engine: WhooshEngine) -> None:
        put(engine, record(1, text="执行GB9704标准"), record(2, text="执行GB2312标准"))
        assert find(engine, "gb97*") == ["item:1"]
        assert set(find(engine, "gb*")) == {"item:1", "item:2"}
        assert find(engine, "gb") == []

    def test_fields_narrow_the_search(self, engine: WhooshEngine) -> None:
        put(
            engine,
            record(1, unit="云汀市水务局", date=date(2026, 3, 9)),
            record(2, unit="澄溪县水务局", date=date(2026, 4, 1)),
        )
        assert find(engine, "防汛 单位:云汀") == ["item:1"]
        assert find(engine, "日期:2026-04..") == ["item:2"]
        assert find(engine, "-单位:云汀") == ["item:2"]
        assert find(engine, "种类:批示") == []

    def test_a_long_text_is_found_to_its_end(self, engine: WhooshEngine) -> None:
        put(engine, record(1, text="会议听取汇报。" * 12_000 + "最后到位。"))
        assert find(engine, "“汇报，最后到位”") == ["item:1"]


class TestAccess:
    @pytest.fixture(autouse=True)
    def two_worlds(self, engine: WhooshEngine) -> None:
        put(
            engine,
            record(1, unit="云汀市水务局", text="云汀水库排查"),
            record(2, unit="秘密处", text="机密水库排查 暗号", readers=frozenset({"person:7"})),
        )

    def test_hits_and_totals_are_those_the_reader_may_see(self, engine: WhooshEngine) -> None:
        results = search(engine, "水库")
        assert (results.total, [hit.record.id for hit in results.hits]) == (1, ["item:1"])

    def test_facets_count_only_what_the_reader_may_see(self, engine: WhooshEngine) -> None:
        assert search(engine, "水库").facets["unit"] == (("云汀市水务局", 1),)

    def test_suggestions_come_from_what_the_reader_may_see(self, engine: WhooshEngine) -> None:
        assert engine.suggest("秘密", STAFF) == ()
        assert engine.suggest("暗", STAFF) == ()
        assert [one.text for one in engine.suggest("秘密", frozenset({"person:7"}))] == ["秘密处"]

    def test_a_reader_without_tokens_sees_nothing(self, engine: WhooshEngine) -> None:
        assert search(engine, readers=frozenset()).total == 0

    def test_one_token_of_several_is_enough(self, engine: WhooshEngine) -> None:
        assert search(engine, readers=frozenset({"person:7", "unit:4"})).total == 1

    def test_denial_does_not_reveal_what_is_hidden(self, engine: WhooshEngine) -> None:
        assert find(engine, "-云汀") == []

    def test_a_record_is_only_given_to_its_readers(self, engine: WhooshEngine) -> None:
        assert engine.record("item:2", STAFF) is None
        assert engine.record("item:2", frozenset({"person:7"})) is not None

    def test_a_change_of_readers_takes_effect(self, engine: WhooshEngine) -> None:
        put(engine, record(2, text="水库", readers=STAFF))
        assert search(engine, "水库").total == 2


class TestOrderAndPages:
    @pytest.fixture(autouse=True)
    def a_month(self, engine: WhooshEngine) -> None:
        put(engine, *(record(day, date=date(2026, 3, day)) for day in range(1, 29)))

    def test_the_newest_or_the_oldest_come_first(self, engine: WhooshEngine) -> None:
        newest = search(engine, "防汛", sort="newest").hits
        oldest = search(engine, "防汛", sort="oldest").hits
        assert [hit.record.date.day for hit in newest[:3]] == [28, 27, 26]
        assert [hit.record.date.day for hit in oldest[:3]] == [1, 2, 3]

    def test_pages_follow_each_other_without_gap_or_repetition(self, engine: WhooshEngine) -> None:
        pages = [search(engine, "防汛", page=page, per_page=10).hits for page in (1, 2, 3, 4)]
        assert [len(page) for page in pages] == [10, 10, 8, 0]
        assert len({hit.record.id for page in pages for hit in page}) == 28

    def test_equally_good_hits_come_newest_first(self, engine: WhooshEngine) -> None:
        days = [hit.record.date.day for hit in search(engine, "防汛", per_page=28).hits]
        assert days == sorted(days, reverse=True)

    def test_the_title_outweighs_the_text(self, engine: WhooshEngine) -> None:
        put(
            engine,
            record(101, title="其他事项", text="台风来袭，台风过境。" + "各项工作有序推进。" * 5),
            record(102, title="台风防御", text="各项工作有序推进。" * 6),
        )
        assert find(engine, "台风") == ["item:102", "item:101"]

    def test_the_numbered_issue_comes_before_what_mentions_it(self, engine: WhooshEngine) -> None:
        put(
            engine,
            record(101, text="第9期第9期第9期"),
            record(102, id="issue:9", kind="issue", title="简报", text="目录", number=9),
        )
        assert find(engine, "第9期") == ["issue:9", "item:101"]

    def test_the_numbered_issue_comes_before_its_own_items(self, engine: WhooshEngine) -> None:
        item = record(103, title="2026年春运启动", text="2026年春运2026年启动", number=9, year=2026)
        issue = record(104, id="issue:9", kind="issue", title="《简报》第9期", number=9, year=2026)
        put(engine, item, issue)
        assert find(engine, "2026年第9期") == ["issue:9", "item:103"]


class TestFacetsAndFilters:
    @pytest.fixture(autouse=True)
    def three(self, engine: WhooshEngine) -> None:
        put(
            engine,
            record(1, category="动态", year=2025, date=date(2025, 5, 1)),
            record(2, category="动态", year=2026),
            record(3, category="问题", year=2026, state="办理中", section="问题建议"),
        )

    def test_facets_count_the_values_found(self, engine: WhooshEngine) -> None:
        facets = search(engine, "防汛").facets
        assert facets["category"] == (("动态", 2), ("问题", 1))
        assert facets["year"] == (("2026", 2), ("2025", 1))
        assert facets["state"] == (("办理中", 1),)

    def test_ticks_of_one_facet_add_and_of_several_narrow(self, engine: WhooshEngine) -> None:
        both = Filters(category=("动态", "问题"))
        narrowed = Filters(category=("动态",), year=("2026",))
        assert search(engine, filters=both).total == 3
        assert search(engine, filters=narrowed).total == 1

    def test_a_tick_leaves_its_own_facet_open(self, engine: WhooshEngine) -> None:
        facets = search(engine, filters=Filters(category=("动态",))).facets
        assert facets["category"] == (("动态", 2), ("问题", 1))
        assert facets["year"] == (("2025", 1), ("2026", 1))

    def test_days_narrow(self, engine: WhooshEngine) -> None:
        assert search(engine, filters=Filters(since=date(2026, 1, 1))).total == 2
        assert search(engine, filters=Filters(until=date(2025, 12, 31))).total == 1


class TestApply:
    def test_a_record_put_again_replaces_the_former_one(self, engine: WhooshEngine) -> None:
        put(engine, record(1, text="初稿"))
        put(engine, record(1, text="定稿"))
        assert find(engine, "初稿") == []
        assert find(engine, "定稿") == ["item:1"]

    def test_a_removed_record_is_gone_everywhere(self, engine: WhooshEngine) -> None:
        put(engine, record(1, unit="云汀市水务局"), record(2))
        engine.apply([Change.remove("item:1")])
        assert find(engine, "") == ["item:2"]
        assert engine.suggest("云汀市水务", STAFF) == ()
        assert search(engine).facets["unit"] == ()

    def test_the_last_of_several_changes_counts(self, engine: WhooshEngine) -> None:
        engine.apply([Change.put(record(1)), Change.remove("item:1"), Change.put(record(2))])
        assert find(engine, "") == ["item:2"]

    def test_doing_it_again_does_no_harm(self, engine: WhooshEngine) -> None:
        changes = [Change.put(record(1)), Change.remove("item:9")]
        engine.apply(changes)
        engine.apply(changes)
        assert search(engine).total == 1

    def test_everything_may_be_removed(self, engine: WhooshEngine) -> None:
        put(engine, record(1))
        engine.apply([Change.remove("item:1")])
        assert search(engine, "防汛").total == 0

    def test_another_engine_sees_it_at_once(self, engine: WhooshEngine, tmp_path: Path) -> None:
        other = open_engine(tmp_path / "index")
        assert search(other).total == 0
        put(engine, record(1))
        assert search(other).total == 1

    def test_a_put_needs_its_own_record(self) -> None:
        with pytest.raises(RecordInvalid):
            Change("put", "item:2", record(1))


class TestTidy:
    def test_many_small_changes_stay_few_segments(
        self, engine: WhooshEngine, tmp_path: Path
    ) -> None:
        for number in range(40):
            put(engine, record(number))
        assert len(list((tmp_path / "index").glob("build-*/*.arrays"))) <= 10
        assert search(engine, "防汛").total == 40

    def test_it_merges_and_loses_nothing(self, engine: WhooshEngine, tmp_path: Path) -> None:
        for start in range(0, 12, 3):
            put(engine, *(record(start + step, text=f"第{start}批水库") for step in range(3)))
        engine.apply([Change.remove("item:4")])
        assert engine.tidy() == 4
        assert engine.tidy() == 0
        assert len(list((tmp_path / "index").glob("build-*/*.arrays"))) == 1
        assert search(engine, "水库", per_page=50).total == 11
        assert set(find(engine, "“第3批水库”")) == {"item:3", "item:5"}

    def test_it_writes_a_segment_anew_when_much_is_deleted(self, engine: WhooshEngine) -> None:
        put(engine, *(record(number) for number in range(10)))
        engine.apply([Change.remove(f"item:{number}") for number in range(5)])
        assert engine.tidy() == 1
        assert search(engine).total == 5


class TestCheck:
    def test_a_sound_index_is_sound(self, engine: WhooshEngine) -> None:
        put(engine, record(1), record(2))
        report = engine.check([(one.id, one.digest) for one in (record(1), record(2))])
        assert report.is_sound
        assert (report.expected, report.indexed) == (2, 2)

    def test_it_names_what_is_missing_changed_and_unexpected(self, engine: WhooshEngine) -> None:
        put(engine, record(1), record(2))
        newer = record(2, text="改后")
        report = engine.check([(newer.id, newer.digest), ("item:3", record(3).digest)])
        assert (report.missing, report.changed, report.unexpected) == (
            ("item:3",),
            ("item:2",),
            ("item:1",),
        )


class TestRebuild:
    def test_the_new_index_takes_the_old_ones_place(
        self, engine: WhooshEngine, tmp_path: Path
    ) -> None:
        put(engine, record(1))
        assert search(engine).total == 1
        seen: list[int] = []
        assert rebuild(tmp_path / "index", [record(2), record(3)], progress=seen.append) == 2
        assert (set(find(engine, "")), seen) == ({"item:2", "item:3"}, [2])
        assert len(list((tmp_path / "index").glob("build-*"))) == 1

    def test_a_failed_rebuild_leaves_the_old_index(
        self, engine: WhooshEngine, tmp_path: Path
    ) -> None:
        put(engine, record(1))

        def broken() -> object:
            yield record(2)
            raise OSError("数据库断开")

        with pytest.raises(OSError, match="数据库断开"):
            rebuild(tmp_path / "index", broken())  # type: ignore[arg-type]
        put(engine, record(3))
        assert set(find(engine, "")) == {"item:1", "item:3"}

    def test_an_index_of_another_analysis_must_be_rebuilt(
        self, engine: WhooshEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(engine, record(1))
        monkeypatch.setattr(folder_module, "fingerprint", lambda: "another")
        with pytest.raises(IndexOutdated):
            search(engine)
        with pytest.raises(IndexOutdated):
            put(engine, record(2))
        rebuild(tmp_path / "index", [record(2)])
        assert find(engine, "") == ["item:2"]


class TestSuggest:
    @pytest.fixture(autouse=True)
    def two(self, engine: WhooshEngine) -> None:
        put(engine, record(1, unit="云汀市水务局", text="水库水库"), record(2, text="水库排查"))

    def test_names_come_before_words(self, engine: WhooshEngine) -> None:
        suggested = engine.suggest("水", STAFF)
        assert (suggested[0].text, suggested[0].kind) == ("云汀市水务局", "unit")
        assert ("水库", 2, "word") in [(one.text, one.count, one.kind) for one in suggested]

    def test_nothing_typed_suggests_nothing(self, engine: WhooshEngine) -> None:
        assert engine.suggest(" ", STAFF) == ()

    def test_there_are_never_more_than_wanted(self, engine: WhooshEngine) -> None:
        assert len(engine.suggest("水", STAFF, most=1)) == 1
