"""In this file we try what the layouts of the library do that the regular one does not."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from docx.oxml.ns import qn

import layouts
from layouts import grid
from layouts.docx.styles import KINDS
from layouts.fonts import found_face
from tests.layouts import samples, word

MM = grid.POINTS_PER_MM
SENTENCE = "今年以来清溪县聚焦群众办事难题持续优化政务服务流程整合窗口资源压减办理时限"
INSTRUCTION = {
    "leader": "周立言", "post": "市长", "text": "请市水利局抓紧整改。",
    "number": "批〔2026〕12号", "date": "11月3日",
}  # fmt: skip

needs_face = pytest.mark.skipif(
    not found_face("fang").used, reason="no face for 仿宋 on this machine"
)


def pressed(data: dict[str, Any], folder: Path | None = None) -> tuple[bytes, bytes, str]:
    """An issue as PDF, Word file and reading page."""
    document = layouts.compose(layouts.read_source(data), folder)
    pdf, docx, html = (
        layouts.typeset(document, press, layouts_dir=folder).content
        for press in ("pdf", "docx", "html")
    )
    return pdf, docx, html.decode()


def first_page(pdf: bytes) -> list[dict[str, Any]]:
    """The lines of the first page, from above."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return opened.pages[0].extract_text_lines(return_chars=True)


def paragraphs(docx: bytes) -> list[tuple[str, str]]:
    """The name of the style and the words of each paragraph."""
    return [(one.style.name, one.text) for one in word.opened(docx).paragraphs]


@pytest.fixture(scope="module")
def special_report() -> tuple[bytes, bytes, str]:
    """A special report of two pages in the three presses."""
    data = samples.with_body(SENTENCE * 40, layout="special_report", urgency="特急")
    data["imprint"] |= {"to_superior": "周立言市长、梅近仁常务副市长。"}
    return pressed(data)


@needs_face
class TestSpecialReport:
    def test_its_addressee_stands_first_under_the_rule_and_not_in_the_imprint(
        self, special_report: tuple[bytes, bytes, str]
    ) -> None:
        pdf, docx, html = special_report
        line = "报送：周立言市长、梅近仁常务副市长。"
        assert html.index('<hr class="red-rule">') < html.index(line) < html.index("<h3")
        assert html.count("梅近仁") == 1
        styles = paragraphs(docx)
        place = styles.index((KINDS["addressee"].name, line))
        assert [name for name, _words in styles[place - 1 : place + 2]] == [
            KINDS["red_rule"].name, KINDS["addressee"].name, "Heading 2",
        ]  # fmt: skip
        (found,) = (one for one in first_page(pdf) if "报送：" in one["text"])
        first = found["chars"][0]
        assert first["x0"] / MM == pytest.approx(grid.LEFT, abs=0.3)
        # The ninth line of the page: eight are the masthead's.
        baseline = (297 * MM - first["matrix"][5]) - grid.TOP * MM
        assert baseline // grid.PDF_LINE_PITCH == 8

    def test_its_pages_have_the_lines_and_characters_of_the_standard(
        self, special_report: tuple[bytes, bytes, str]
    ) -> None:
        with pdfplumber.open(io.BytesIO(special_report[0])) as pdf:
            page = pdf.pages[1]
            rows: dict[float, int] = {}
            for char in page.chars:
                if abs(char["size"] - 16) < 0.1 and char["text"].strip():
                    height = round(char["matrix"][5], 1)
                    rows[height] = rows.get(height, 0) + 1
        assert (len(rows), set(rows.values())) == (grid.LINES, {grid.CHARACTERS})

    def test_without_addressees_nothing_is_printed(self) -> None:
        data = samples.with_body("正文。", layout="special_report", imprint={})
        assert "报送" not in pressed(data)[2]


@needs_face
class TestFlash:
    def test_its_urgency_is_red_and_its_stage_is_in_the_title(self) -> None:
        article = samples.article("item-1", "柳湾乡发生山洪灾害", stage="续报二")
        data = samples.with_articles(article, layout="flash", urgency="特急")
        pdf, docx, html = pressed(data)
        (urgent,) = (one for one in first_page(pdf) if one["text"] == "特急")
        assert urgent["chars"][0]["non_stroking_color"][0] > 0.8
        assert word.opened(docx).styles[KINDS["urgency"].name].font.color.rgb is not None
        assert "（续报二）" in html
        assert "本期要目" not in html

    def test_more_articles_than_it_is_made_for_are_told(self) -> None:
        document = samples.document(samples.source(layout="flash"))
        (fault,) = document.faults
        assert (fault.code, fault.place) == ("articles-many", "sections")
        assert "信息快报" in fault.sentence
        assert "本期有2篇" in fault.sentence


@needs_face
class TestFollowup:
    def test_each_instruction_comes_before_the_text_with_number_and_date(self) -> None:
        article = samples.article("item-1", "水库整改情况", instructions=[INSTRUCTION])
        pdf, docx, html = pressed(samples.with_articles(article, layout="followup"))
        words = "市长周立言批示：“请市水利局抓紧整改。”（批〔2026〕12号，11月3日）"
        assert html.index(words) < html.index("今年以来")
        assert (KINDS["instruction"].name, words) in paragraphs(docx)
        text = "".join("".join(one["text"].split()) for one in first_page(pdf))
        assert words in text

    @pytest.mark.parametrize(
        ("known", "mark"),
        [
            ({}, "”"),
            ({"date": "11月3日"}, "”（11月3日）"),
            ({"number": "批〔2026〕12号"}, "”（批〔2026〕12号）"),
        ],
    )
    def test_what_is_not_known_of_it_is_not_printed(self, known: dict[str, str], mark: str) -> None:
        one = {"leader": "周立言", "text": "阅。"} | known
        article = samples.article("item-1", "整改情况", instructions=[one])
        document = samples.document(samples.with_articles(article, layout="followup"))
        (printed,) = document.articles[0].instructions
        assert printed.printed("批示：") == "周立言批示：“阅。" + mark


OWN = {
    'masthead = "#d7000f"': 'masthead = "#0000ff"',
    'text = "#000000"': 'text = "#003300"',
    'contents = "本期要目"': 'contents = "要　目"',
    'phone = "电话："': 'phone = "联系电话："',
    'number_pattern = "第{number}期（总第{total}期）"': 'number_pattern = "〔{year}〕{number}期"',
    "size = 22": "size = 20",
}


@needs_face
class TestOwnCopy:
    def copied(self, folder: Path, changes: dict[str, str]) -> Path:
        """A folder of the library copied under a name of the office's own, its data edited."""
        shutil.copytree(layouts.layout.LIBRARY / "regular", folder / "yunting")
        path = folder / "yunting" / "layout.toml"
        text = path.read_text("utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return folder

    def test_colours_sizes_labels_and_number_change_on_paper_and_in_word(
        self, tmp_path: Path
    ) -> None:
        self.copied(tmp_path, OWN)
        pdf, docx, _html = pressed(samples.source(layout="yunting"), tmp_path)
        lines = first_page(pdf)
        text = "\n".join(one["text"] for one in lines)
        assert "〔2026〕12期" in text
        assert "要目" in "".join(text.split())
        with pdfplumber.open(io.BytesIO(pdf)) as opened:
            last = opened.pages[-1].extract_text()
            chars = opened.pages[0].chars
        assert "联系电话：0999" in last
        (name,) = {one["non_stroking_color"] for one in chars if one["size"] > 50}
        assert name == pytest.approx((0, 0, 1), abs=0.01)
        assert any(abs(one["size"] - 20) < 0.1 for one in chars)
        styles = word.opened(docx).styles
        assert str(styles[KINDS["serial_name"].name].font.color.rgb) == "0000FF"
        assert styles["Heading 2"].font.size.pt == 20
        assert {"〔2026〕12期", "要　目"} <= {words for _style, words in paragraphs(docx)}
        body = word.part(docx, "word/document.xml")
        assert any("联系电话：" in (one.text or "") for one in body.iter(qn("w:t")))

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ('masthead = "#d7000f"', 'masthead = "大红"', "colors.masthead"),
            ("size = 60", "size = 600", "style.serial_name.size"),
            ('contents = "本期要目"', "contents = 1", "words.contents"),
            ('"增刊第{number}期"', '"增刊第{期}期"', "supplement_pattern"),
        ],
    )
    def test_a_wrong_value_is_named(self, tmp_path: Path, old: str, new: str, field: str) -> None:
        self.copied(tmp_path, {old: new})
        with pytest.raises(layouts.LayoutInvalid) as caught:
            layouts.read_layout("yunting", tmp_path)
        assert caught.value.field == field
        assert "yunting" in str(caught.value)
