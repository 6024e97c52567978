"""In this file every element of a page is measured against the place it is to have, in millimetres.

The places are those of GB/T 9704-2012 and of briefings (domain.md 2.3 and 3.1). What stands across
the page is measured from the paper's left edge. Down the page, lines are measured from the first of
the type area: where in its line a program puts a character is its own; the PDF's is tested apart.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pdfplumber
import pytest
from lxml import html

import layouts
from layouts import grid
from layouts.fonts import found_face
from tests.layouts import samples, word

MM = grid.POINTS_PER_MM
CLOSE = 0.5
"""How far an element may stand from its place, mm."""
LEFT, RIGHT = grid.LEFT, grid.PAPER_WIDTH - grid.RIGHT
MIDDLE = (LEFT + RIGHT) / 2
CHARACTER = grid.CHARACTER_PITCH / MM
SMALL_CHARACTER = 14 / MM
LINE = grid.LINE_PITCH / MM
FOOT = grid.PAPER_HEIGHT - grid.BOTTOM

pytestmark = pytest.mark.skipif(
    not found_face("fang").used, reason="no face for 仿宋 on this machine"
)


@dataclass(frozen=True)
class Across:
    """Where the left, middle or right of some words stands."""

    element: str
    words: str
    size: float
    edge: Literal["left", "middle", "right"]
    place: float


@dataclass(frozen=True)
class Down:
    """How many lines below the first line of the type area some words stand."""

    element: str
    words: str
    size: float
    lines: float


ACROSS = (
    Across("handling", "内部资料", 16, "left", LEFT),
    Across("copy number", "000012", 16, "right", RIGHT),
    Across("urgency", "特急", 16, "left", LEFT),
    Across("serial name", "政务信息", 60, "middle", MIDDLE),
    Across("office", "云汀市人民政府办公室编", 16, "left", LEFT + CHARACTER),
    Across("date", "2026年3月9日", 16, "right", RIGHT - CHARACTER),
    Across("contents title", "本期要目", 16, "middle", MIDDLE),
    Across("contents marker", "◇", 16, "left", LEFT + CHARACTER),
    Across("contents entry", "清溪县推行“一窗通办”", 16, "left", LEFT + 3 * CHARACTER),
    Across("contents page", "（2）", 16, "right", RIGHT - CHARACTER),
    Across("editor's note", "编者按", 16, "left", LEFT + 4 * CHARACTER),
    Across("section title", "工作动态", 18, "middle", MIDDLE),
    Across("article title", "清溪县推行“一窗通办”", 22, "middle", MIDDLE),
    Across("heading 1", "一、甲甲", 16, "left", LEFT + 2 * CHARACTER),
    Across("heading 2", "（一）乙乙", 16, "left", LEFT + 2 * CHARACTER),
    Across("heading 3", "1.丙丙", 16, "left", LEFT + 2 * CHARACTER),
    Across("heading 4", "（1）丁丁", 16, "left", LEFT + 2 * CHARACTER),
    Across("text", "戊段文字", 16, "left", LEFT + 2 * CHARACTER),
    Across("source line", "（市水利局供稿）", 16, "right", RIGHT - CHARACTER),
    Across("recipients", "报：", 14, "left", LEFT + SMALL_CHARACTER),
    Across("names", "签发：", 14, "left", LEFT + SMALL_CHARACTER),
    Across("print run", "（共印85份）", 14, "right", RIGHT - SMALL_CHARACTER),
)
DOWN = (
    Down("copy number", "000012", 16, 0),
    Down("urgency", "特急", 16, 1),
    Down("number line", "第12期", 16, 5),
    Down("contents title", "本期要目", 16, 9),
    Down("contents entry", "清溪县推行“一窗通办”", 16, 10),
    Down("editor's note", "编者按", 16, 13),
)
"""Eight lines are the masthead's, from 0; then a free line stands before each part."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """An issue with every element as the PDF press sets it, and LibreOffice the Word file."""
    data = samples.source(urgency="特急", copy_number="000012", editor_note="现选登两则，供参考。")
    first, second = data["sections"][0]["articles"]
    first["body"] = "# 一、甲甲\n\n## （一）乙乙\n\n### 1.丙丙\n\n#### （1）丁丁\n\n戊段文字。"
    second["body"] = "己段。" * 200
    document = samples.document(data)
    pdf = layouts.typeset(document, "pdf")
    docx = layouts.typeset(document, "docx", places=pdf.places, early=pdf.early).content
    folder: Path = tmp_path_factory.mktemp("office")
    office = word.set_by_libreoffice({"whole": docx}, folder)["whole"]
    with pdfplumber.open(io.BytesIO(pdf.content)) as one, pdfplumber.open(office) as other:
        yield {"pdf": one, "docx": other}


def found(pdf: Any, words: str, size: float) -> tuple[float, float, float]:
    """Left, right and baseline of the first such words of that size, mm from left and above."""
    for page in pdf.pages:
        chars = [c for c in page.chars if c["text"].strip() and abs(c["size"] - size) < CLOSE]
        place = "".join(char["text"] for char in chars).find(words)
        if place >= 0:
            first, last = chars[place], chars[place + len(words) - 1]
            wide = last["text"] >= "\u2e80"
            right = last["matrix"][4] + size if wide else last["x1"]
            below = float(page.height) - first["matrix"][5]
            return first["matrix"][4] / MM, right / MM, below / MM
    pytest.fail(f"{words} is not there")


def rules(page: Any) -> list[tuple[float, float, float, float]]:
    """Left, right, top and height of the rules as wide as the type area, mm, from above."""
    drawn = {
        tuple(round(one[key] / MM, 2) for key in ("x0", "x1", "top", "bottom"))
        for one in (*page.rects, *page.lines, *page.curves)
        if one["width"] / MM > 150
    }
    return [
        (x0, x1, top, bottom - top) for x0, x1, top, bottom in sorted(drawn, key=lambda r: r[2])
    ]


@pytest.mark.parametrize("press", ["pdf", "docx"])
class TestPlaces:
    @pytest.mark.parametrize("one", ACROSS, ids=lambda one: one.element)
    def test_across_the_page(self, pages: dict[str, Any], press: str, one: Across) -> None:
        left, right, _below = found(pages[press], one.words, one.size)
        place = {"left": left, "right": right, "middle": (left + right) / 2}[one.edge]
        assert place == pytest.approx(one.place, abs=CLOSE)

    @pytest.mark.parametrize("one", DOWN, ids=lambda one: one.element)
    def test_down_the_page(self, pages: dict[str, Any], press: str, one: Down) -> None:
        first = found(pages[press], "内部资料", 16)[2]
        below = found(pages[press], one.words, one.size)[2]
        assert below - first == pytest.approx(one.lines * LINE, abs=CLOSE)

    def test_the_red_rule_is_four_millimetres_below_the_office(
        self, pages: dict[str, Any], press: str
    ) -> None:
        left, right, top, _height = rules(pages[press].pages[0])[0]
        assert (left, right) == pytest.approx((LEFT, RIGHT), abs=CLOSE)
        assert top == pytest.approx(grid.TOP + 8 * LINE, abs=2 / MM + CLOSE)
        first = found(pages[press], "内部资料", 16)[2]
        line = found(pages[press], "云汀市人民政府办公室编", 16)[2] - first
        # Its line ends where the four millimetres begin.
        assert grid.TOP + line + LINE + 4 == pytest.approx(top, abs=2 / MM + CLOSE)

    def test_page_numbers_stand_seven_millimetres_below_one_character_in(
        self, pages: dict[str, Any], press: str
    ) -> None:
        for page in pages[press].pages:
            dashes = [c for c in page.chars if c["text"] == "—" and c["top"] / MM > FOOT]
            # A dash is drawn at 0.36 of its size above the baseline.
            below = (float(page.height) - dashes[0]["matrix"][5] - 0.36 * 14) / MM
            assert below == pytest.approx(FOOT + 7, abs=CLOSE)
            if page.page_number % 2:
                assert dashes[-1]["x1"] / MM == pytest.approx(RIGHT - SMALL_CHARACTER, abs=CLOSE)
            else:
                assert dashes[0]["x0"] / MM == pytest.approx(LEFT + SMALL_CHARACTER, abs=CLOSE)

    def test_the_imprint_ends_with_the_type_area(self, pages: dict[str, Any], press: str) -> None:
        page = pages[press].pages[-1]
        lowest = max(c["bottom"] for c in page.chars if c["top"] / MM < FOOT - 1) / MM
        assert FOOT - 3 < lowest <= FOOT + CLOSE


class TestImprintRules:
    WIDTHS = (0.35, 0.25, 0.25, 0.35)

    def test_in_word_the_outer_are_thicker(self, pages: dict[str, Any]) -> None:
        drawn = rules(pages["docx"].pages[-1])
        heights = [height for _x0, _x1, _top, height in drawn]
        assert heights == pytest.approx(self.WIDTHS, abs=0.02)
        assert {(x0, x1) for x0, x1, _top, _height in drawn} == {(27.99, 183.99)}

    def test_on_paper_they_stand_at_the_same_heights(self, pages: dict[str, Any]) -> None:
        office = [top for _x0, _x1, top, _height in rules(pages["docx"].pages[-1])]
        edges = {edge for _x0, _x1, top, height in rules(pages["pdf"].pages[-1])
                 for edge in (top, top + height)}  # fmt: skip
        for top in office:
            assert min(abs(top - edge) for edge in edges) < CLOSE


class TestFirstLine:
    def test_its_characters_stand_in_the_middle_of_the_line_on_paper(
        self, pages: dict[str, Any]
    ) -> None:
        below = found(pages["pdf"], "内部资料", 16)[2]
        middle = below - (0.88 - 0.5) * 16 / MM
        assert middle == pytest.approx(grid.TOP + LINE / 2, abs=0.1)

    def test_the_reading_page_says_the_urgency_in_words(self) -> None:
        edition = layouts.typeset(samples.document(samples.source(urgency="特急")), "html")
        page = html.fragment_fromstring(edition.content.decode())
        assert [one.text for one in page.find_class("masthead-urgency")] == ["特急"]
