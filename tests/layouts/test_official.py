"""In this file an official document is measured against GB/T 9704-2012, in millimetres."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
import pdfplumber
import pypdfium2
import pytest

import layouts
from layouts import grid
from layouts.fonts import found_face
from layouts.official import FILE, _read
from tests.layouts import word

pytestmark = pytest.mark.skipif(
    not found_face("fang").used, reason="no face for 仿宋 on this machine"
)

MM = grid.POINTS_PER_MM
CELL = grid.AREA_WIDTH / grid.CHARACTERS
LINE = grid.PDF_LINE_PITCH / MM
WORDS = {
    "unit": "云汀市水利局",
    "number": "云水〔2026〕18号",
    "signer": "岑守拙",
    "matter": "关于病险水库除险加固批示事项",
    "notice": "督查〔2026〕3号",
    "received_on": "2026年9月19日",
    "office": "云汀市人民政府办公室",
    "process": "市水利局逐座制定推进方案。\n\n### （一）分片包联\n\n局领导分片包联。\n\n"
    "#### 1.第一批\n\n鹰嘴岩水库。\n\n##### （1）开工\n\n于9月29日开工。",
    "situation": "两座水库先后开工。" * 12,
    "proposals": "建议将管护经费纳入预算。",
    "date": "2026年10月22日",
    "contact": "联系人：俞知远，联系电话：0999-2210321",
    "copies": "市财政局，松岫县人民政府。",
    "printer": "云汀市水利局办公室",
    "printed_on": "2026年10月23日",
    "copy_number": "000003",
    "urgency": "加急",
}
ATTACHED = ("病险水库除险加固进度表", "验收意见")


def filled(**changed: str) -> layouts.Official:
    return layouts.fill_official("handling_report", WORDS | changed, attachments=ATTACHED)


class Measured:
    """The pages of one document, each text found with its edges in mm."""

    def __init__(self, document: layouts.Official) -> None:
        self.content = layouts.typeset_official(document, "pdf").content
        with pdfplumber.open(io.BytesIO(self.content)) as pdf:
            self.pages: list[list[dict[str, Any]]] = [page.chars for page in pdf.pages]
            self.rules = [[*page.rects, *page.lines] for page in pdf.pages]

    def of(self, text: str) -> tuple[int, float, float, float]:
        """Page, left, right and foot of the characters of a text, mm from the type area's edge."""
        for number, chars in enumerate(self.pages, 1):
            place = "".join(char["text"] for char in chars).find(text)
            if place >= 0:
                own = chars[place : place + len(text)]
                foot = max(char["bottom"] for char in own) / MM - grid.TOP
                return number, own[0]["x0"] / MM - grid.LEFT, own[-1]["x1"] / MM - grid.LEFT, foot
        raise AssertionError(text)

    def red_rows(self) -> Iterator[tuple[int, int]]:
        """Each row of pixels of the first page with red in it, and how many; 10 rows are 1 mm."""
        page = pypdfium2.PdfDocument(self.content)[0].render(scale=254 / 72)
        picture = page.to_pil().convert("RGB")
        for row in range(picture.height):
            reds = sum(
                1
                for x in range(0, picture.width, 2)
                if (pixel := picture.getpixel((x, row)))[0] > 150 and pixel[1] < 90
            )
            if reds:
                yield row, reds


@pytest.fixture(scope="module")
def measured() -> Measured:
    return Measured(filled())


class TestHead:
    def test_the_mark_begins_35_mm_below_the_top_of_the_type_area(self, measured: Measured) -> None:
        first = next(measured.red_rows())[0] / 10
        assert first - grid.TOP == pytest.approx(35, abs=1)

    def test_the_rule_is_as_wide_as_the_type_area_4_mm_below_the_number(
        self, measured: Measured
    ) -> None:
        row, reds = max(measured.red_rows(), key=lambda one: one[1])
        assert reds * 2 / 10 == pytest.approx(grid.AREA_WIDTH, abs=1)
        _page, left, _right, foot = measured.of("云水〔2026〕18号")
        assert row / 10 - grid.TOP - foot == pytest.approx(4, abs=1)
        assert left == pytest.approx(CELL, abs=0.5)

    def test_the_signer_stands_on_the_numbers_line_one_character_from_the_right(
        self, measured: Measured
    ) -> None:
        _page, _left, right, foot = measured.of("岑守拙")
        assert right == pytest.approx(grid.AREA_WIDTH - CELL, abs=0.5)
        assert foot == pytest.approx(measured.of("云水〔2026〕18号")[3], abs=1)

    def test_without_a_signer_the_number_is_centred(self) -> None:
        own = Measured(filled(signer=""))
        _page, left, right, _foot = own.of("云水〔2026〕18号")
        assert (left + right) / 2 == pytest.approx(grid.AREA_WIDTH / 2, abs=0.5)

    def test_number_and_urgency_of_the_copy_are_the_first_lines(self, measured: Measured) -> None:
        for place, text in enumerate(("000003", "加急"), 1):
            _page, left, _right, foot = measured.of(text)
            assert left == pytest.approx(0, abs=0.3)
            assert place * LINE - 4 < foot < place * LINE


class TestBody:
    def test_the_first_page_has_body_text_and_the_addressee_stands_flush_left(
        self, measured: Measured
    ) -> None:
        page, left, _right, foot = measured.of("云汀市人民政府办公室：")
        assert (page, left) == (1, pytest.approx(0, abs=0.3))
        assert measured.of("你室转来的")[0] == 1
        # One free line between title and addressee.
        assert foot - measured.of("批示事项办理情况的报告")[3] == pytest.approx(2 * LINE, abs=3)

    def test_every_paragraph_and_heading_is_indented_by_two(self, measured: Measured) -> None:
        for text in ("你室转来的", "一、落实过程", "（一）分片包联", "1.第一批", "（1）开工"):
            assert measured.of(text)[1] == pytest.approx(2 * CELL, abs=0.6), text

    def test_attachments_stand_one_line_below_and_their_names_under_each_other(
        self, measured: Measured
    ) -> None:
        first, second = (measured.of(name) for name in ATTACHED)
        assert measured.of("附件：")[1] == pytest.approx(2 * CELL, abs=0.6)
        assert first[1] == pytest.approx(second[1], abs=0.5)
        assert second[3] - first[3] == pytest.approx(LINE, abs=0.5)


class TestFoot:
    def test_the_date_leaves_four_characters_and_the_agency_is_centred_over_it(
        self, measured: Measured
    ) -> None:
        page, left, right, foot = measured.of("2026年10月22日")
        assert right == pytest.approx(grid.AREA_WIDTH - 4 * CELL, abs=0.6)
        own = [chars for chars in measured.pages[page - 1] if chars["text"] == "局"]
        agency = [char for char in own if char["bottom"] / MM - grid.TOP < foot - LINE / 2][-1]
        start = agency["x1"] / MM - grid.LEFT - 6 * CELL
        middle = (start + agency["x1"] / MM - grid.LEFT) / 2
        assert middle == pytest.approx((left + right) / 2, abs=1.2)

    def test_the_note_stands_in_brackets_on_the_line_below_the_date(
        self, measured: Measured
    ) -> None:
        """附注: two characters free at the left, below the date (7.3.6)."""
        note, date = measured.of("（联系人：俞知远"), measured.of("2026年10月22日")
        assert note[0] == date[0]
        assert note[1] == pytest.approx(2 * CELL, abs=0.5)
        assert note[2] - note[1] == pytest.approx(8 * CELL, abs=3)
        assert note[3] - date[3] == pytest.approx(LINE, abs=0.8)

    def test_the_imprint_stands_at_the_foot_of_an_even_page(self, measured: Measured) -> None:
        page = measured.of("抄送：")[0]
        assert page % 2 == 0
        assert page == len(measured.pages)
        lowest = max(rule["bottom"] for rule in measured.rules[page - 1]) / MM
        assert lowest - grid.TOP == pytest.approx(grid.AREA_HEIGHT, abs=0.6)
        _page, left, _right, _foot = measured.of("云汀市水利局办公室")
        assert left == pytest.approx(14 / MM, abs=0.5)
        assert measured.of("印发")[2] == pytest.approx(grid.AREA_WIDTH - 14 / MM, abs=0.5)

    @pytest.mark.parametrize(("sentences", "blank"), [(40, True), (58, False)])
    def test_an_imprint_without_room_has_the_next_even_page(
        self, sentences: int, blank: bool
    ) -> None:
        """Behind a blank page neither has a number; else its own page is numbered (7.5)."""
        longer = filled(process="已落实。", situation="两座水库先后开工。" * sentences)
        pages = ["".join(one["text"] for one in page) for page in Measured(longer).pages]
        assert len(pages) == 4
        assert "印发" in pages[-1]
        assert (pages[2] == "", "—" not in pages[3]) == (blank, blank)
        sections = word.opened(layouts.typeset_official(longer, "docx").content).sections
        assert len(sections) == 2

    def test_pages_are_numbered_outside(self, measured: Measured) -> None:
        for number in (1, 2):
            dash = [char for char in measured.pages[number - 1] if char["text"] == "—"]
            left, right = dash[0]["x0"] / MM - grid.LEFT, dash[-1]["x1"] / MM - grid.LEFT
            free = grid.AREA_WIDTH - right if number == 1 else left
            assert free == pytest.approx(14 / MM, abs=0.6)


class TestFiles:
    def test_word_has_the_same_words_in_the_same_order(self, measured: Measured) -> None:
        content = layouts.typeset_official(filled(), "docx").content
        document = word.opened(content)
        printed = "".join(word.words_of(document.element.body).split())
        in_pdf = "".join(
            char["text"]
            for page in measured.pages
            for char in page
            if char["bottom"] / MM < grid.TOP + grid.AREA_HEIGHT + 1
        )
        # The bodies agree; the imprint of the PDF stands at the foot whatever comes before it.
        assert sorted(printed) == sorted("".join(in_pdf.split()))
        assert content == layouts.typeset_official(filled(), "docx").content
        assert len(docx.Document(io.BytesIO(content)).sections) in {1, 2}

    def test_the_same_document_gives_the_same_bytes(self, measured: Measured) -> None:
        assert layouts.typeset_official(filled(), "pdf").content == measured.content

    def test_what_is_wrong_in_its_data_is_named(self, tmp_path: Any) -> None:
        (tmp_path / "own").mkdir()
        path = tmp_path / "own" / FILE
        path.write_text('words = []\nmark = "{unit"', encoding="utf-8")
        with pytest.raises(layouts.LayoutInvalid, match="花括号"):
            layouts.fill_official("own", {}, tmp_path)
        path.write_text("mark = ", encoding="utf-8")
        with pytest.raises(layouts.LayoutInvalid, match="TOML"):
            layouts.fill_official("own", {}, tmp_path)
        with pytest.raises(layouts.LayoutInvalid, match="没有这种公文"):
            layouts.fill_official("none", {}, tmp_path)
        assert _read("handling_report", tmp_path)["mark"] == "{unit}文件"
