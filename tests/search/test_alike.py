"""In this file near-duplicates are found, and what a reader may not see is no duplicate of his."""

from __future__ import annotations

from pathlib import Path

from datasketch import MinHash

from search import Change, open_engine
from search.alike import BANDS, ROWS, bands, share, shingles, signature
from search.analysis import fold, simplify
from tests.search.factories import STAFF, record

TEXT = (
    "云汀市水务局组织力量对全市二十七座水库开展拉网式排查，发现隐患十二处，已整改九处，"
    "其余三处明确责任人和完成时限，六月底前全部到位。清溪县安排专人二十四小时值守。"
)
CHANGED = TEXT.replace("十二处", "十四处").replace("六月底", "七月中旬")
OTHER = "白石县因地制宜发展林下经济，农户人均增收三千元，经验已在全市推广，下一步扩大种植面积。"


def test_a_text_little_changed_is_found_and_another_is_not(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.apply([Change.put(record(1, text=TEXT)), Change.put(record(2, text=OTHER))])
    found = engine.alike(CHANGED, STAFF)
    assert [one.record.id for one in found] == ["item:1"]
    assert 0.6 < found[0].share < 1
    assert engine.alike(TEXT, STAFF)[0].share == 1
    assert engine.alike(TEXT, STAFF, but=frozenset({"item:1"})) == ()


def test_a_hidden_text_is_nobody_s_duplicate(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.apply([Change.put(record(1, text=TEXT, readers=frozenset({"role:editor"})))])
    assert engine.alike(TEXT, STAFF) == ()
    assert engine.alike(TEXT, frozenset({"role:editor"}))


def test_signatures_do_not_change_with_process_or_spelling() -> None:
    assert bands(TEXT) == bands(TEXT.replace("，", "\n"))
    assert len(bands(TEXT)) == 42
    assert bands("太短") == []
    assert share(shingles(TEXT), shingles("")) == 0


def test_signatures_are_those_of_datasketch() -> None:
    for text in (TEXT, OTHER, "雲汀" * 3000 + "一库一策", "𠮷野家" * 40):
        made = MinHash(num_perm=ROWS * BANDS, hashfunc=int, scheme="affine64")
        made.update_batch(shingles(text).tolist())
        assert made.hashvalues.tolist() == signature(shingles(text)).tolist()


def test_a_text_simplified_already_has_the_same_bands() -> None:
    for text in (
        TEXT,
        "雲汀市水務局組織力量對全市二十七座水庫開展拉網式排查，發現隱患。",
        "㎡㎢" * 9000,
    ):
        assert bands(text, simplified=simplify(fold(text))) == bands(text)


def test_related_items_share_rare_words(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.apply(
        [
            Change.put(record(1, title="水库排查", text=TEXT)),
            Change.put(record(2, title="林下经济", text=OTHER)),
            Change.put(record(3, title="水库值守", text="水库二十四小时值守，隐患整改到位。")),
            Change.put(
                record(4, title="水库", text="水库隐患排查", readers=frozenset({"role:editor"}))
            ),
        ]
    )
    asked = engine.record("item:1", STAFF)
    assert asked is not None
    found = [one.id for one in engine.related(asked, STAFF)]
    assert found[0] == "item:3"
    assert "item:4" not in found
    assert "item:1" not in found


def test_names_nearly_as_typed_are_proposed_out_of_what_may_be_seen(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.apply(
        [
            Change.put(record(1, unit="云汀市水务局")),
            Change.put(record(2, unit="云汀市水利局", readers=frozenset({"role:editor"}))),
        ]
    )
    assert [one.text for one in engine.near_names("云汀市水雾局", STAFF)] == ["云汀市水务局"]
    assert engine.near_names("云", STAFF) == ()
    assert engine.near_names("完全无关之名称", STAFF) == ()
