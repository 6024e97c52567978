"""In this file we try where long titles are broken."""

from __future__ import annotations

import pytest

from layouts.titles import NEVER_FIRST, NEVER_LAST, title_lines, width_of

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
