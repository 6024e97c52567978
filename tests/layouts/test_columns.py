"""In this file numbers of a table stand one below the other, measured on paper and in Word."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from docx.oxml.ns import qn
from lxml import html

import layouts
from layouts.columns import figures_of
from layouts.document import Table
from layouts.fonts import found_face
from layouts.markdown import read_blocks
from tests.layouts import samples, word

TABLE = """| 县区 | 增速 | 总量 | 备注 |
|---|---|--:|---|
| 清溪县 | 12.5% | 1,234.56 | 无 |
| 石桥镇 | −0.25% | 98 | 12 |
| 柳湾乡 | — | 12,345.6 | 13 |
| 合计 | 103.1% | 13678 | 14 |
"""
MERGED = (
    "<table><tr><th rowspan=2>阶段</th><th colspan=2>转移</th></tr>"
    "<tr><th>户数</th><th>人数</th></tr><tr><td>预警后</td><td>68.5</td><td>214</td></tr><tr><td>预警前</td><td>6</td><td>1,214</td></tr>"
    "<tr><td>合计</td><td colspan=2>300.25</td></tr></table>"
)


def table_of(text: str) -> Table:
    """The one table of a text."""
    (table,) = read_blocks(text, "a")
    assert isinstance(table, Table)
    return table


def column(*numbers: str, rule: str = "---") -> str:
    """A table of one column."""
    return "| 数 |\n|" + rule + "|\n" + "".join(f"| {one} |\n" for one in numbers)


class TestFinding:
    def test_columns_of_numbers_are_found_and_no_others(self) -> None:
        columns = {place for _row, place in figures_of(table_of(TABLE))}
        assert columns == {1, 2}

    @pytest.mark.parametrize(
        "numbers",
        [
            ["1", "2.5"], ["+1.5%", "-2%", "－"], ["1,234", "1，234.5"], ["3.6万元", "12万元"],
            [".5", "1"], ["99.1", "", "98"], ["2.1个百分点", "−3个百分点"],
        ],
    )  # fmt: skip
    def test_signs_thousands_units_and_blanks_may_stand_in_it(self, numbers: list[str]) -> None:
        assert figures_of(table_of(column(*numbers)))

    @pytest.mark.parametrize(
        ("numbers", "rule"),
        [
            (["1", "甲"], "---"), (["1"], "---"), (["1", "—"], "---"),
            (["3月9日", "4月1日"], "---"),
            (["1", "2.5"], ":-:"), (["1", "2.5"], ":--"), (["0999-2210018", "1"], "---"),
        ],
    )  # fmt: skip
    def test_other_columns_stay_as_they_are(self, numbers: list[str], rule: str) -> None:
        assert not figures_of(table_of(column(*numbers, rule=rule)))

    def test_heads_and_cells_over_several_columns_are_none_of_it(self) -> None:
        places = set(figures_of(table_of(MERGED)))
        assert places == {(2, 1), (2, 2), (3, 1), (3, 2)}

    def test_a_footnote_stands_behind_the_number(self) -> None:
        table = table_of(column("1.5[^1]", "12") + "\n[^1]: 注")
        figure = figures_of(table)[1, 0]
        assert ["".join(r.text for r in half) for half in (figure.whole, figure.part)] == [
            "1",
            ".5①",
        ]


def points(page: Any, *numbers: str) -> list[float]:
    """Where the decimal point of each number stands, or would stand, from the left."""
    found = []
    for number in numbers:
        whole = number.partition(".")[0].rstrip("%")
        chars = sorted(page.chars, key=lambda one: (round(-one["matrix"][5]), one["x0"]))
        line = "".join(one["text"] for one in chars)
        assert line.count(number) == 1
        found.append(chars[line.index(number) + len(whole) - 1]["x1"])
    return found


@pytest.mark.skipif(not found_face("fang").used, reason="no face for 仿宋 on this machine")
class TestPages:
    GROWTH = ("12.5%", "−0.25%", "103.1%")
    TOTAL = ("1,234.56", "12,345.6", "13678")

    def check(self, pdf: Any) -> None:
        page = pdf.pages[0]
        for numbers in (self.GROWTH, self.TOTAL):
            places = points(page, *numbers)
            assert places == pytest.approx([places[0]] * len(places), abs=0.3)

    def test_decimal_points_stand_one_below_the_other(self) -> None:
        document = samples.document(samples.with_body(TABLE, imprint={}))
        content = layouts.typeset(document, "pdf").content
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            self.check(pdf)
            # What gives the column its width is not there to be read.
            text = "".join(pdf.pages[0].extract_text().split())
        assert text.count("12,345") == text.count("103.1%") == 1

    def test_they_do_in_word_as_well(self, tmp_path: Path) -> None:
        content = word.docx_of(samples.with_body(TABLE, imprint={}))
        with pdfplumber.open(word.set_by_libreoffice({"t": content}, tmp_path)["t"]) as pdf:
            self.check(pdf)


class TestScreen:
    def test_the_text_of_a_cell_is_the_number_alone(self) -> None:
        edition = layouts.typeset(samples.document(samples.with_body(TABLE)), "html")
        page = html.fragment_fromstring(edition.content.decode())
        cells = [one.text_content() for one in page.iter("td")]
        assert cells[:4] == ["清溪县", "12.5%", "1,234.56", "无"]
        assert {one.get("data-widest") for one in page.find_class("whole")} == {"103", "12,345"}

    def test_merged_cells_stay_merged_and_heads_repeated(self) -> None:
        (table,) = word.opened(word.docx_of(samples.with_body(MERGED))).tables
        heads = [one.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") for one in table._tbl.tr_lst]
        assert [one is not None for one in heads] == [True, True, False, False, False]
        spans = [[cell.grid_span for cell in row.tc_lst] for row in table._tbl.tr_lst]
        assert spans == [[1, 2], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 2]]
