"""In this file we read the XML of the Word press against GB/T 9704 and let LibreOffice set it."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from docx.oxml.ns import qn
from PIL import Image

import layouts
from layouts import grid
from layouts.docx import oxml
from layouts.docx.styles import KINDS
from layouts.fonts import FACES
from layouts.layout import LIBRARY
from tests.layouts import samples, word

MM = grid.POINTS_PER_MM
SENTENCE = "今年以来清溪县聚焦群众办事难题持续优化政务服务流程整合窗口资源压减办理时限"
MERGED = (
    '<table><tr><th rowspan="2">阶段</th><th colspan="2">转移安置</th></tr>'
    "<tr><th>户数</th><th>人数</th></tr><tr><td>预警后2小时</td><td>68</td><td>214</td></tr></table>"
)


def photo(kind: str = "JPEG", size: tuple[int, int] = (800, 500), **more: Any) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (90, 140, 200)).save(stream, kind, **more)
    return stream.getvalue()


def style_of(content: bytes, key: str) -> Any:
    """The XML of the style of one kind of paragraph."""
    kind = KINDS[key]
    name = f"heading {kind.level}" if kind.level else kind.name
    (style,) = (
        one
        for one in word.part(content, "word/styles.xml")
        if one.tag == qn("w:style") and one.find(qn("w:name")).get(qn("w:val")) == name
    )
    return style


@pytest.fixture(scope="module")
def whole() -> bytes:
    """An issue with every part, its contents with true pages."""
    data = samples.source(
        urgency="特急", copy_number="000012", editor_note="现选登两则，供参考。",
        archive_number="YTZW-2026-0012",
    )  # fmt: skip
    return word.docx_of(data, places={"item-1": 1, "item-2": 3})


@pytest.fixture(scope="module")
def body(whole: bytes) -> Any:
    return word.part(whole, "word/document.xml").find(qn("w:body"))


class TestPage:
    def test_the_paper_is_a4_with_the_margins_of_the_standard(self, whole: bytes) -> None:
        (section,) = word.opened(whole).sections
        sizes = (section.page_width, section.page_height)
        margins = (
            section.top_margin, section.bottom_margin, section.left_margin, section.right_margin,
        )  # fmt: skip
        assert [round(one.mm, 1) for one in sizes] == [210, 297]
        assert [round(one.mm, 1) for one in margins] == [37, 35, 28, 26]

    def test_the_grid_has_22_lines_of_28_characters(self, body: Any) -> None:
        (found,) = body.iter(qn("w:docGrid"))
        assert {key.partition("}")[2]: value for key, value in found.attrib.items()} == {
            "type": "linesAndChars", "linePitch": "579", "charSpace": "-848",
        }  # fmt: skip

    @pytest.mark.parametrize("key", ["body", "editor_note", "heading1", "quote", "list0"])
    def test_running_text_has_the_exact_pitch_and_begins_two_characters_in(
        self, whole: bytes, key: str
    ) -> None:
        properties = style_of(whole, key).find(qn("w:pPr"))
        spacing, indent = properties.find(qn("w:spacing")), properties.find(qn("w:ind"))
        assert spacing.get(qn("w:lineRule")) == "exact"
        assert int(spacing.get(qn("w:line"))) == 579
        assert indent.get(qn("w:firstLineChars")) == "200"

    def test_22_lines_of_the_pitch_fit_and_28_characters_do(self, whole: bytes) -> None:
        spacing = style_of(whole, "body").find(qn("w:rPr")).find(qn("w:spacing"))
        closer = int(spacing.get(qn("w:val"))) / 20
        assert 22 * 579 / 20 <= grid.AREA_HEIGHT * MM < 23 * 579 / 20
        assert 28 * (16 + closer) <= grid.AREA_WIDTH * MM < 29 * (16 + closer)

    @pytest.mark.parametrize("layout", ["regular", "digest"])
    def test_every_style_names_its_east_asian_face(self, layout: str) -> None:
        content = word.docx_of(samples.source(layout=layout))
        faces = layouts.read_layout(layout).styles
        for key, kind in KINDS.items():
            fonts = style_of(content, key).find(qn("w:rPr")).find(qn("w:rFonts"))
            assert fonts.get(qn("w:eastAsia")) == FACES[kind.face or faces[kind.base].face].docx
            assert fonts.get(qn("w:ascii")) == "Times New Roman"
            # Without it Word takes quotation marks from Times New Roman.
            assert fonts.get(qn("w:hint")) == "eastAsia"

    def test_no_theme_puts_other_faces_or_colours_in(self, whole: bytes) -> None:
        for key in KINDS:
            attributes = [
                name for one in style_of(whole, key).iter() for name in one.attrib if "heme" in name
            ]
            assert attributes == []

    def test_odd_and_even_pages_have_their_numbers_outside(self, whole: bytes) -> None:
        document = word.opened(whole)
        section = document.sections[0]
        assert document.settings.odd_and_even_pages_header_footer
        for footer, key, side in (
            (section.footer, "odd_page", "right"),
            (section.even_page_footer, "even_page", "left"),
        ):
            (paragraph,) = footer.paragraphs
            assert paragraph.style.name == KINDS[key].name
            indent = style_of(whole, key).find(qn("w:pPr")).find(qn("w:ind"))
            assert indent.get(qn(f"w:{side}Chars")) == "100"
            assert "".join(word.words_of(paragraph._p).split()) in {"—1—", "—2—"}
            assert paragraph._p.find(f".//{qn('w:instrText')}").text == " PAGE "

    def test_the_red_rule_is_as_wide_as_the_type_area(self, whole: bytes) -> None:
        properties = style_of(whole, "red_rule").find(qn("w:pPr"))
        bottom = properties.find(qn("w:pBdr")).find(qn("w:bottom"))
        assert (bottom.get(qn("w:color")).lower(), bottom.get(qn("w:sz"))) == ("d7000f", "16")
        assert properties.find(qn("w:ind")) is None

    @pytest.mark.parametrize("more", [{}, {"urgency": "特急"}, {"handling": ""}])
    def test_the_head_is_eight_lines_high(self, more: dict[str, str]) -> None:
        content = word.docx_of(samples.source(**more))
        height = 0.0
        for paragraph in word.opened(content).paragraphs:
            shape = paragraph.style.paragraph_format
            height += shape.line_spacing.pt + shape.space_before.pt + shape.space_after.pt
            if paragraph.style.name == KINDS["red_rule"].name:
                break
        assert height + 2 == pytest.approx(8 * grid.LINE_PITCH, abs=0.5)


class TestStructure:
    def test_sections_articles_and_headings_are_words_own_headings(self) -> None:
        data = samples.source()
        data["sections"][0]["articles"][0]["body"] = (
            "# 一、甲\n\n## （一）乙\n\n### 1.丙\n\n#### （1）丁\n\n正文。"
        )
        document = word.opened(word.docx_of(data))
        headings = [
            (one.style.name, one.text)
            for one in document.paragraphs
            if one.style.name.startswith("Heading")
        ]
        assert headings[:6] == [
            ("Heading 1", "工作动态"), ("Heading 2", "清溪县推行“一窗通办”"),
            ("Heading 3", "一、甲"),
            ("Heading 4", "（一）乙"), ("Heading 5", "1.丙"), ("Heading 6", "（1）丁"),
        ]  # fmt: skip

    def test_headings_have_a_chinese_name_and_their_level(self, whole: bytes) -> None:
        for key, kind in KINDS.items():
            if kind.level:
                style = style_of(whole, key)
                assert style.find(qn("w:aliases")).get(qn("w:val")) == kind.name
                level = style.find(qn("w:pPr")).find(qn("w:outlineLvl"))
                assert int(level.get(qn("w:val"))) == kind.level - 1

    def test_the_contents_are_a_field_with_true_pages_and_links_that_lead_somewhere(
        self, whole: bytes, body: Any
    ) -> None:
        (instruction,) = body.iter(qn("w:instrText"))
        assert instruction.text == r' TOC \h \z \o "2-2" '
        kinds = [one.get(qn("w:fldCharType")) for one in body.iter(qn("w:fldChar"))]
        assert kinds == ["begin", "separate", "end"]
        entries = [one for one in word.opened(whole).paragraphs if one.style.name == "toc 1"]
        assert [word.words_of(one._p) for one in entries] == [
            "◇清溪县推行“一窗通办”（1）", "◇市水利局部署冬修水利（3）",
        ]  # fmt: skip
        names = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
        assert [one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))] == names
        assert all(len(name) <= 40 and name.replace("_", "").isalnum() for name in names)

    def test_articles_with_long_names_have_bookmarks_of_their_own(self) -> None:
        long = "item-" + "x" * 50
        data = samples.with_articles(
            samples.article(f"{long}-1", "第一篇"), samples.article(f"{long}-2", "第二篇")
        )
        body = word.part(word.docx_of(data), "word/document.xml")
        names = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
        assert len(set(names)) == 2
        assert [one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))] == names

    def test_without_true_pages_the_contents_name_none(self) -> None:
        document = word.opened(word.docx_of())
        entries = [one.text for one in document.paragraphs if one.style.name == "toc 1"]
        assert entries[1] == "◇\t市水利局部署冬修水利"

    def test_a_paragraph_has_hardly_a_property_of_its_own(self) -> None:
        data = json.loads(
            (Path(samples.__file__).parents[2] / "docs/examples/issue.json").read_text("utf-8")
        )
        body = word.part(word.docx_of(data), "word/document.xml")
        own = {
            child.tag.partition("}")[2]
            for properties in itertools.chain(body.iter(qn("w:pPr")), body.iter(qn("w:rPr")))
            for child in properties
        }
        # Columns of a table are aligned one by one, their numbers at the decimal point; a short
        # name is set apart; the imprint stands in a frame.
        assert own <= {"pStyle", "rStyle", "keepNext", "jc", "framePr", "ind", "spacing"}

    def test_strong_and_emphasised_words_have_the_faces_of_the_pdf(self) -> None:
        content = word.docx_of(samples.with_body("**一是统一设置。**将*高频*事项纳入"))
        runs = [run for one in word.opened(content).paragraphs for run in one.runs]
        faces = {
            run.text: run.style.element.find(qn("w:rPr")).find(qn("w:rFonts")).get(qn("w:eastAsia"))
            for run in runs
            if run.text in {"一是统一设置。", "高频"}
        }
        assert faces == {"一是统一设置。": "黑体", "高频": "楷体_GB2312"}

    def test_raised_lowered_and_struck_words_are_so_and_no_others(self) -> None:
        body = "面积10m<sup>2</sup>，H<sub>3</sub>O，<del>四</del>，五。"
        fonts = {
            run.text: (run.font.superscript, run.font.subscript, run.font.strike)
            for one in word.opened(word.docx_of(samples.with_body(body))).paragraphs
            for run in one.runs
        }
        assert [fonts[text] for text in ("2", "3", "四", "，五。")] == [
            (True, False, None), (False, True, None), (None, None, True), (None, None, None),
        ]  # fmt: skip

    def test_a_photo_has_alternative_text_and_the_size_it_has_in_the_pdf(self) -> None:
        content = word.docx_of(
            samples.with_body("![水库除险加固现场](photo:12)\n\n![](photo:13)"),
            images={"12": photo(), "13": photo(size=(192, 96))},
        )
        first, second = word.opened(content).inline_shapes
        descriptions = [one._inline.docPr.get("descr") for one in (first, second)]
        assert descriptions == ["水库除险加固现场", "照片"]
        assert first.width.mm == pytest.approx(grid.PHOTO_WIDTH, abs=0.1)
        assert second.width.mm == pytest.approx(2 * 25.4, abs=0.1)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
    def test_every_photo_the_pdf_prints_is_in_the_word_file(self, kind: str) -> None:
        content = word.docx_of(samples.with_body("![现场](photo:1)"), images={"1": photo(kind)})
        assert len(word.opened(content).inline_shapes) == 1

    def test_a_photo_without_the_marks_of_a_camera_is_taken(self) -> None:
        plain = photo()
        # Without its JFIF header, as some scanners write it.
        bare = plain[:2] + plain[2 + 2 + int.from_bytes(plain[4:6], "big") :]
        content = word.docx_of(samples.with_body("![现场](photo:1)"), images={"1": bare})
        assert len(word.opened(content).inline_shapes) == 1

    def test_a_photo_taken_upright_stands_upright(self) -> None:
        turned = Image.Exif()
        turned[0x0112] = 6
        content = word.docx_of(
            samples.with_body("![现场](photo:1)"), images={"1": photo(exif=turned)}
        )
        (shape,) = word.opened(content).inline_shapes
        assert shape.height > shape.width

    def test_the_properties_name_the_issue_and_hide_its_archive_number(self, whole: bytes) -> None:
        document = word.opened(whole)
        properties = document.core_properties
        assert properties.title == "《政务信息》第12期（总第1487期）"
        assert properties.author == properties.last_modified_by == "云汀市人民政府办公室编"
        assert properties.created.date().isoformat() == "2026-03-09"
        assert properties.language == "zh-CN"
        assert properties.identifier == "YTZW-2026-0012"
        assert "YTZW-2026-0012" not in word.words_of(document.element)

    def test_its_archive_number_is_a_property_that_no_page_shows(self, whole: bytes) -> None:
        root = word.part(whole, "docProps/custom.xml")
        values = {one.get("name"): one[0].text for one in root}
        assert values == {
            "档案号": "YTZW-2026-0012", "刊物": "政务信息", "期号": "第12期（总第1487期）",
        }  # fmt: skip
        assert [one.get("pid") for one in root] == ["2", "3", "4"]
        assert word.opened(whole).core_properties.category == "政务信息"

    def test_its_words_are_chinese_for_whoever_checks_them(self, whole: bytes) -> None:
        languages = [
            one.get(qn("w:eastAsia"))
            for name in ("word/styles.xml", "word/settings.xml")
            for tag in ("w:lang", "w:themeFontLang")
            for one in word.part(whole, name).iter(qn(tag))
        ]
        assert set(languages) == {"zh-CN"}

    def test_the_imprint_stands_in_one_frame_at_the_foot(self, whole: bytes) -> None:
        framed = [one for one in word.opened(whole).paragraphs if is_framed(one)]
        texts = [one.text for one in framed if one.text]
        assert [text[:2] for text in texts] == ["报：", "送：", "发：", "签发", "（共"]
        assert {one.style.name for one in framed if not one.text} == {
            "版记首线", "版记粗线", "版记细线",
        }  # fmt: skip
        assert not is_framed(word.opened(whole).paragraphs[-1])


def is_framed(paragraph: Any) -> bool:
    return paragraph._p.find(f"{qn('w:pPr')}/{qn('w:framePr')}") is not None


class TestTables:
    def test_merged_cells_stay_merged_and_head_rows_are_repeated(self) -> None:
        content = word.docx_of(samples.with_body(MERGED))
        (table,) = word.opened(content).tables
        assert [[cell.text for cell in row.cells] for row in table.rows] == [
            ["阶段", "转移安置", "转移安置"], ["阶段", "户数", "人数"],
            ["预警后2小时", "68", "214"],
        ]  # fmt: skip
        heads = [
            row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows
        ]
        assert heads == [True, True, False]
        assert table.cell(0, 0)._tc is table.cell(1, 0)._tc

    def test_cells_that_would_cover_one_another_keep_their_words(self) -> None:
        body = (
            "<table><tr><td>甲</td><td rowspan=3>乙</td></tr><tr><td colspan=2>丙</td></tr>"
            "<tr><td>丁</td><td>戊</td></tr></table>"
        )
        (table,) = word.opened(word.docx_of(samples.with_body(body))).tables
        words = [word.words_of(cell) for cell in table._tbl.iter(qn("w:tc"))]
        assert [text for text in words if text] == ["甲", "乙", "丙", "丁", "戊"]

    def test_a_table_wider_than_word_takes_keeps_its_words(self) -> None:
        columns = 70
        body = "\n".join(
            "|" + "|".join(cells) + "|"
            for cells in (
                [f"甲{n}" for n in range(columns)], ["---"] * columns,
                [f"乙{n}" for n in range(columns)],
            )
        )  # fmt: skip
        (table,) = word.opened(word.docx_of(samples.with_body(body))).tables
        assert len(table._tbl.tblGrid.findall(qn("w:gridCol"))) == 63
        words = "".join(word.words_of(row) for row in table._tbl.tr_lst)
        assert all(f"甲{n}" in words and f"乙{n}" in words for n in range(columns))

    def test_each_row_fills_the_columns(self) -> None:
        body = "<table><tr><td colspan=3>甲</td></tr><tr><td>乙</td></tr></table>"
        (table,) = word.opened(word.docx_of(samples.with_body(body))).tables
        spans = [sum(cell.grid_span for cell in row.tc_lst) for row in table._tbl.tr_lst]
        assert spans == [3, 3]


class TestFile:
    def test_the_same_document_gives_the_same_bytes_in_another_process(self) -> None:
        script = (
            "import hashlib; from tests.layouts import word;"
            "print(hashlib.sha256(word.docx_of()).hexdigest())"
        )
        other = subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(layouts.__file__).parents[1],
            env={"PYTHONHASHSEED": "7", "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        assert other.stdout.strip() == hashlib.sha256(word.docx_of()).hexdigest()

    def test_another_document_gives_other_bytes(self) -> None:
        assert word.docx_of() != word.docx_of(samples.source(number=13))

    @pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "word/footer1.xml"])
    def test_properties_stand_in_the_order_of_the_schema(self, whole: bytes, name: str) -> None:
        tree = word.part(whole, name)
        checked = 0
        for kind, order in oxml.ORDER.items():
            for properties in tree.iter(qn(kind)):
                places = [order.index(child.tag.partition("}")[2]) for child in properties]
                assert places == sorted(set(places))
                checked += 1
        assert checked

    @pytest.mark.parametrize("layout", sorted(p.parent.name for p in LIBRARY.glob("*/layout.toml")))
    def test_whatever_is_typed_is_a_file_that_opens(self, layout: str) -> None:
        nasty = "<b>&\"'</b>\x0b\t]]>"
        data = samples.source(
            layout=layout, serial=nasty, office=nasty, handling=nasty, correction=nasty,
            editor_note=f"- {nasty}\n\n![甲](photo:1)",
            sections=[{"title": nasty, "articles": [samples.article("a", nasty, nasty)]}],
            imprint={"to_peer": nasty, "extra": nasty, "signer": nasty},
        )  # fmt: skip
        text = "".join(one.text for one in word.opened(word.docx_of(data)).paragraphs)
        assert text.count("<b>&\"'</b>") >= 8


@pytest.fixture(scope="module")
def set_pages(tmp_path_factory: pytest.TempPathFactory, whole: bytes) -> dict[str, Path]:
    """What LibreOffice makes of a page full of text, and of an issue with every part."""
    return word.set_by_libreoffice(
        {
            "full": word.docx_of(samples.with_body(SENTENCE * 60, imprint={})),
            "whole": whole,
        },
        tmp_path_factory.mktemp("office"),
    )


class TestSetByLibreOffice:
    def test_a_full_page_has_22_lines_of_28_characters(self, set_pages: dict[str, Path]) -> None:
        lines = word.printed_lines(set_pages["full"])[1]
        assert len(lines) == grid.LINES
        assert {len(line) for line in lines} == {grid.CHARACTERS}

    def test_lines_fill_the_type_area(self, set_pages: dict[str, Path]) -> None:
        with pdfplumber.open(set_pages["full"]) as pdf:
            chars = [char for char in pdf.pages[1].chars if char["size"] > 15]
        left = min(char["matrix"][4] for char in chars) / MM
        right = max(char["matrix"][4] + 16 for char in chars) / MM
        assert left == pytest.approx(grid.LEFT, abs=0.5)
        assert right == pytest.approx(grid.PAPER_WIDTH - grid.RIGHT, abs=0.7)

    def test_page_numbers_stand_seven_millimetres_below(self, set_pages: dict[str, Path]) -> None:
        with pdfplumber.open(set_pages["full"]) as pdf:
            odd, even = (
                [char for char in page.chars if char["top"] / MM > 264] for page in pdf.pages[:2]
            )
        assert ["".join(c["text"] for c in side).split() for side in (odd, even)] == [
            ["—", "1", "—"], ["—", "2", "—"],
        ]  # fmt: skip
        assert odd[-1]["x1"] / MM == pytest.approx(184 - 14 / MM, abs=1)
        assert even[0]["x0"] / MM == pytest.approx(28 + 14 / MM, abs=1)
        dash = (odd[0]["matrix"][5] + 0.36 * 14) / MM
        assert 297 - 262 - dash == pytest.approx(7, abs=0.5)

    def test_the_red_rule_stands_where_it_does_in_the_pdf(self, set_pages: dict[str, Path]) -> None:
        with pdfplumber.open(set_pages["whole"]) as pdf:
            page = pdf.pages[0]
            drawn = [*page.rects, *page.lines, *page.curves]
            rules = [one for one in drawn if one["width"] / MM > 150 and one["top"] / MM < 150]
        assert {(round(one["x0"] / MM), round(one["x1"] / MM)) for one in rules} == {(28, 184)}
        foot = max(one["bottom"] for one in rules) / MM
        assert foot == pytest.approx(37 + 8 * grid.LINE_PITCH / MM, abs=0.7)

    def test_the_imprint_ends_at_the_foot_of_the_last_page(
        self, set_pages: dict[str, Path]
    ) -> None:
        with pdfplumber.open(set_pages["whole"]) as pdf:
            *before, last = pdf.pages
            copies = [char for char in last.chars if char["text"] == "印"]
            assert not any("共印85份" in page.extract_text() for page in before)
        assert copies[-1]["bottom"] / MM == pytest.approx(262, abs=3)
