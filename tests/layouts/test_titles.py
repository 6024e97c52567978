"""In this file we try where long titles are broken."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import pytest
import rjieba

from layouts.titles import NEVER_FIRST, NEVER_LAST, is_well_shaped, title_lines, width_of

WIDE = 18.1


class TestTitleLines:
    def test_a_short_title_stays_whole(self) -> None:
        assert title_lines("清溪县推行“一窗通办”", WIDE) == ("清溪县推行“一窗通办”",)

    @pytest.mark.parametrize("length", [19, 37, 55, 90, 200])
    def test_no_line_is_too_wide_and_nothing_is_lost(self, length: int) -> None:
        title = ("市水利局提前完成冬修水利任务部署并组织开展全市病险水库除险加固专项检查，" * 9)[
            :length
        ]
        lines = title_lines(title, WIDE)
        assert "".join(lines) == title
        assert all(width_of(line) <= WIDE for line in lines)

    def test_words_stay_whole(self) -> None:
        lines = title_lines("市水利局组织开展全市病险水库除险加固工程质量安全专项检查", WIDE)
        assert len(lines) == 2
        assert not any(line.startswith(("库", "固", "程")) for line in lines)

    def test_punctuation_never_begins_a_line_nor_brackets_end_one(self) -> None:
        lines = title_lines(
            "“一窗通办”、“一网通办”、“一次办成”（试点）推动政务服务（营商）提升。", 9.0
        )
        assert not any(line[0] in NEVER_FIRST or line[-1] in NEVER_LAST for line in lines)

    def test_a_word_longer_than_a_line_is_broken_rather_than_left_to_run_out(self) -> None:
        lines = title_lines("A" * 120, WIDE)
        assert "".join(lines) == "A" * 120
        assert all(width_of(line) <= WIDE for line in lines)


class TestShape:
    @pytest.mark.parametrize(
        ("lengths", "well"),
        [
            ((12, 10), True), ((10, 12), True), ((10, 10), False), ((12, 10, 8), True),
            ((10, 12, 10), True), ((8, 10, 12), True), ((12, 8, 12), False), ((10, 10, 10), False),
            ((12, 12, 8), True), ((8, 12, 12, 8), True), ((8, 12, 8, 12), False),
        ],
    )  # fmt: skip
    def test_lines_stand_as_trapezium_or_diamond(
        self, lengths: tuple[int, ...], well: bool
    ) -> None:
        assert is_well_shaped(["字" * length for length in lengths]) is well


REAL = 200
MOST_ILL_SHAPED = 6
"""Of the real titles; measured 5, made of two halves as long as each other."""


@pytest.fixture(scope="module")
def real_titles(shared_data: Path) -> list[str]:
    """Real titles from the whole of the collection that are longer than a line."""
    with gzip.open(shared_data / "news" / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
        titles = {" ".join(json.loads(line)["title"].split()) for line in lines}
    long = sorted(title for title in titles if width_of(title) > WIDE)
    return long[:: len(long) // REAL][:REAL]


class TestRealTitles:
    def test_two_hundred_begin_no_line_with_a_mark_cut_no_word_and_are_well_shaped(
        self, real_titles: list[str]
    ) -> None:
        assert len(real_titles) == REAL
        ill_shaped = 0
        for title in real_titles:
            lines = title_lines(title, WIDE)
            assert len(lines) > 1
            assert not any(one[0] in NEVER_FIRST or one[-1] in NEVER_LAST for one in lines)
            ends = set(itertools.accumulate(len(word) for word in rjieba.cut(title)))
            place = 0
            for line in lines[:-1]:
                place = title.index(line, place) + len(line)
                assert place in ends
            ill_shaped += not is_well_shaped(lines)
        assert ill_shaped <= MOST_ILL_SHAPED
