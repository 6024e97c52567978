"""In this file words that cannot be right are told with their place, right ones left alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import layouts
from layouts.proofreading import proofread
from tests.layouts import samples


def codes(body: str) -> list[tuple[str, str]]:
    document = samples.document(samples.with_body(body))
    found = proofread(document.articles, document.editor_note)
    return [(fault.code, fault.place) for fault in found]


def sentences(body: str) -> list[str]:
    document = samples.document(samples.with_body(body))
    return [fault.sentence for fault in proofread(document.articles, document.editor_note)]


class TestMarks:
    @pytest.mark.parametrize("text", ["已办结。。下一步", "水利局，，住建局", "任务、，分工"])
    def test_doubled_marks_are_told(self, text: str) -> None:
        assert [code for code, _place in codes(text)] == ["mark-doubled"]

    @pytest.mark.parametrize("text", ["等等……下一步", "怎么办？！", "一个字——“干”。"])
    def test_marks_that_stand_together_are_left_alone(self, text: str) -> None:
        assert codes(text) == []

    def test_a_half_width_mark_between_characters_is_told_with_the_right_one(self) -> None:
        (sentence,) = sentences("全市粮食丰收,农民增收。")
        assert sentence == "中文里用了半角“,”，应为“，”：“全市粮食丰收,农民增收。”。"

    @pytest.mark.parametrize(
        "text",
        ["增长12.6%。", "时间为15:30。", "1,215件", "GB/T 9704", "第1.2节"],
    )
    def test_numbers_times_and_latin_words_are_left_alone(self, text: str) -> None:
        assert codes(text) == []


class TestDays:
    @pytest.mark.parametrize("text", ["2月30日", "11月31日", "13月1日", "2026年2月29日"])
    def test_a_day_that_does_not_exist_is_told(self, text: str) -> None:
        assert [code for code, _place in codes(text)] == ["day-impossible"]

    @pytest.mark.parametrize("text", ["2月29日", "2024年2月29日", "12月31日", "2026年1月1日"])
    def test_a_day_that_exists_is_left_alone(self, text: str) -> None:
        assert codes(text) == []


class TestHeadings:
    def test_a_level_left_out_is_told_where_it_is(self) -> None:
        body = "## 一、做法\n\n### （一）建\n\n## 二、成效\n\n#### 1.甲"
        assert codes(body) == [("heading-skipped", "item-1-p4")]

    def test_levels_in_their_order_and_back_are_left_alone(self) -> None:
        body = "## 一、做法\n\n### （一）建\n\n#### 1.甲\n\n## 二、成效\n\n### （一）好"
        assert codes(body) == []


def test_it_is_part_of_the_look_before_printing() -> None:
    document = samples.document(samples.with_body("全市粮食丰收,农民增收。"))
    assert "mark-half-width" in [fault.code for fault in layouts.preflight(document, {})]


def test_real_news_has_hardly_anything_to_tell(shared_data: Path) -> None:
    with gzip.open(shared_data / "news" / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
        bodies = [json.loads(line)["body"] for _n, line in zip(range(1000), lines, strict=False)]
    told = sum(bool(codes(body.replace("\n", "\n\n"))) for body in bodies)
    assert told < 0.05 * len(bodies)
