"""In this file we measure the pages of the PDF press against GB/T 9704 and read what they hold."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2
import pytest
from PIL import Image

import layouts
from layouts import grid
from layouts.fonts import found_face
from tests.layouts import samples

MM = grid.POINTS_PER_MM
SENTENCE = "今年以来清溪县聚焦群众办事难题持续优化政务服务流程整合窗口资源压减办理时限"

pytestmark = pytest.mark.skipif(
    not found_face("fang").used, reason="no face for 仿宋 on this machine"
)


def pdf_of(data: dict[str, Any], **more: Any) -> bytes:
    return layouts.typeset(samples.document(data), "pdf", **more).content


def opened(pdf: bytes) -> pdfplumber.PDF:
    return pdfplumber.open(io.BytesIO(pdf))


def lines_of(page: pdfplumber.page.Page, size: float = 16) -> list[list[dict[str, Any]]]:
    """The characters of a page of one size, line by line from above."""
    lines: dict[float, list[dict[str, Any]]] = {}
    for char in page.chars:
        if abs(char["size"] - size) < 0.1 and char["text"].strip():
            lines.setdefault(round(char["matrix"][5], 1), []).append(char)
    return [sorted(lines[y], key=lambda c: c["x0"]) for y in sorted(lines, reverse=True)]


def words_of(line: list[dict[str, Any]]) -> str:
    return "".join(char["text"] for char in line)


@pytest.fixture(scope="module")
def full() -> bytes:
    """An issue whose second page is text from the first line to the last."""
    return pdf_of(samples.with_body(SENTENCE * 60, imprint={}))


@pytest.fixture(scope="module")
def whole() -> bytes:
    """An issue with every part."""
    data = samples.source(urgency="特急", copy_number="000012", editor_note="现选登两则，供参考。")
    return pdf_of(data)


class TestGrid:
    def test_the_paper_is_a4(self, full: bytes) -> None:
        with opened(full) as pdf:
            sizes = {(round(page.width / MM), round(page.height / MM)) for page in pdf.pages}
        assert sizes == {(210, 297)}

    def test_a_full_page_has_22_lines_of_28_characters(self, full: bytes) -> None:
        with opened(full) as pdf:
            lines = lines_of(pdf.pages[1])
        assert len(lines) == grid.LINES
        assert {len(line) for line in lines} == {grid.CHARACTERS}

    def test_lines_stand_one_pitch_apart(self, full: bytes) -> None:
        with opened(full) as pdf:
            heights = [line[0]["matrix"][5] for line in lines_of(pdf.pages[1])]
        steps = [upper - lower for upper, lower in itertools.pairwise(heights)]
        assert steps == pytest.approx([grid.PDF_LINE_PITCH] * 21, abs=0.06)

    def test_a_full_line_fills_the_type_area(self, full: bytes) -> None:
        with opened(full) as pdf:
            line = next(line for line in lines_of(pdf.pages[1]) if len(line) == 28)
        assert line[0]["matrix"][4] / MM == pytest.approx(grid.LEFT, abs=0.2)
        assert (line[-1]["matrix"][4] + 16) / MM == pytest.approx(
            grid.PAPER_WIDTH - grid.RIGHT, abs=0.3
        )

    def test_the_page_fills_the_type_area(self, full: bytes) -> None:
        with opened(full) as pdf:
            page = pdf.pages[1]
            lines = lines_of(page)
            first = page.height - lines[0][0]["matrix"][5]
            last = page.height - lines[-1][0]["matrix"][5]
        # A 16 pt character stands in the middle of its line, its baseline 0.88 of it below its top.
        top = first - 0.88 * 16 - (grid.PDF_LINE_PITCH - 16) / 2
        bottom = last + 0.12 * 16 + (grid.PDF_LINE_PITCH - 16) / 2
        assert top / MM == pytest.approx(grid.TOP, abs=1.0)
        assert bottom / MM == pytest.approx(grid.PAPER_HEIGHT - grid.BOTTOM, abs=1.0)

    def test_a_paragraph_begins_two_characters_in(self, full: bytes) -> None:
        with opened(full) as pdf:
            first = next(line for line in lines_of(pdf.pages[0]) if "今年以来" in words_of(line))
        assert first[0]["matrix"][4] - grid.LEFT * MM == pytest.approx(2 * 15.793, abs=0.3)

    def test_a_mark_behind_a_full_line_hangs(self) -> None:
        body = SENTENCE[:26] + "，" + SENTENCE * 2
        with opened(pdf_of(samples.with_body(body, imprint={}))) as pdf:
            line = next(line for line in lines_of(pdf.pages[0]) if "今年以来" in words_of(line))
        assert words_of(line) == SENTENCE[:26] + "，"
        assert (line[-2]["matrix"][4] + 16) / MM == pytest.approx(184, abs=0.4)

    def test_a_line_with_numbers_still_ends_at_the_edge(self) -> None:
        body = "受理3.6万件，办结率99.2%，比上年提高12个百分点，" * 6
        with opened(pdf_of(samples.with_body(body, imprint={}))) as pdf:
            lines = [line for line in lines_of(pdf.pages[0]) if len(line) > 20]
        ends = [line[-1]["x1"] / MM for line in lines if line[-1]["text"] not in "，。、"]
        assert ends
        assert ends == pytest.approx([184] * len(ends), abs=0.4)

    def test_a_line_with_numbers_ends_at_the_edge_in_chromium_too(self) -> None:
        body = "受理3.6万件，办结率99.2%，比上年提高12个百分点，" * 6
        pdf = pdf_of(samples.with_body(body, imprint={}))
        (picture,) = layouts.page_pictures(pdf, dpi=100)
        with Image.open(io.BytesIO(picture)) as drawn:
            page = drawn.convert("L").point(lambda grey: 255 if grey < 128 else 0)
        with opened(pdf) as file:
            lines = [line for line in lines_of(file.pages[0]) if len(line) > 20]
            height = file.pages[0].height
        ending = [line for line in lines if line[-1]["text"] not in "，。、"]
        assert ending
        for line in ending:
            above = (height - line[0]["matrix"][5] - 14) / 72 * 100
            box = page.crop((0, int(above), page.width, int(above) + 20)).getbbox()
            assert box is not None
            assert box[2] / 100 * 25.4 == pytest.approx(line[-1]["x1"] / MM, abs=1.2)

    def test_page_numbers_stand_outside_seven_millimetres_below(self, full: bytes) -> None:
        with opened(full) as pdf:
            odd, even = (
                [char for char in page.chars if char["top"] / MM > 265] for page in pdf.pages[:2]
            )
        assert ["".join(c["text"] for c in side).split() for side in (odd, even)] == [
            ["—", "1", "—"], ["—", "2", "—"],
        ]  # fmt: skip
        assert odd[-1]["x1"] / MM == pytest.approx(184 - 14 / MM, abs=1)
        assert even[0]["x0"] / MM == pytest.approx(28 + 14 / MM, abs=1)
        # The dash is drawn at 0.36 of the type above the baseline.
        dash = (odd[0]["matrix"][5] + 0.36 * 14) / MM
        assert 297 - 262 - dash == pytest.approx(7, abs=0.5)


class TestParts:
    def test_the_serial_name_is_red_centred_and_large(self, whole: bytes) -> None:
        with opened(whole) as pdf:
            (name,) = lines_of(pdf.pages[0], 60)
        assert words_of(name) == "政务信息"
        middle = (name[0]["x0"] + name[-1]["x1"]) / 2 / MM
        assert middle == pytest.approx(28 + 78, abs=0.5)
        red, green, blue = name[0]["non_stroking_color"]
        assert (red > 0.8, green < 0.1, blue < 0.1) == (True, True, True)

    @pytest.mark.parametrize(
        "serial", ["要情", "云汀政务", "云汀市人民政府办公室信息专报", "云" * 40]
    )
    def test_a_serial_name_of_any_length_stays_inside_the_type_area(self, serial: str) -> None:
        with opened(pdf_of(samples.source(serial=serial))) as pdf:
            name = [char for char in pdf.pages[0].chars if char["non_stroking_color"][0] > 0.8]
        assert "".join(char["text"] for char in name) == serial
        assert name[0]["x0"] / MM > 27.5
        assert name[-1]["x1"] / MM < 184.5

    def test_the_red_rule_is_as_wide_as_the_type_area(self, whole: bytes) -> None:
        with opened(whole) as pdf:
            drawn = [*pdf.pages[0].rects, *pdf.pages[0].lines, *pdf.pages[0].curves]
            rules = [one for one in drawn if one["width"] / MM > 150 and one["height"] < 5]
        assert {(round(one["x0"] / MM), round(one["x1"] / MM)) for one in rules} == {(28, 184)}
        # The head is eight lines of the page; the rule is drawn upon the foot of the last.
        assert min(one["top"] for one in rules) / MM == pytest.approx(37 + 8 * 10.227, abs=1)

    def test_office_and_date_stand_above_the_rule(self, whole: bytes) -> None:
        with opened(whole) as pdf:
            text = pdf.pages[0].extract_text()
        assert "第12期（总第1487期）" in text
        assert "云汀市人民政府办公室编" in text
        assert "2026年3月9日" in text

    def test_the_contents_tell_the_true_pages(self) -> None:
        data = samples.with_articles(
            samples.article("item-1", "第一篇", SENTENCE * 40), samples.article("item-2", "第二篇")
        )
        edition = layouts.typeset(samples.document(data), "pdf")
        assert edition.places is not None
        with opened(edition.content) as pdf:
            text = pdf.pages[0].extract_text()
            page = pdf.pages[edition.places["item-2"] - 1].extract_text()
        assert f"（{edition.places['item-2']}）" in text
        assert edition.places["item-2"] > 1
        assert "第二篇" in page

    def test_the_pages_in_the_contents_stand_one_below_the_other_one_character_in(self) -> None:
        data = samples.with_articles(
            samples.article("item-1", "短题"),
            samples.article("item-2", "市水利局提前完成冬修水利任务部署并组织开展全市专项检查"),
            samples.article("item-3", "清溪县推行“一窗通办”提升政务服务效能"),
        )
        with opened(pdf_of(data)) as pdf:
            lines = [line for line in lines_of(pdf.pages[0]) if ".." in words_of(line)]
        ends = [(line[-1]["matrix"][4] + 16) / MM for line in lines]
        assert len(ends) == 3
        assert ends == pytest.approx([184 - 16 / MM] * 3, abs=0.5)

    def test_one_article_needs_no_contents(self) -> None:
        with opened(pdf_of(samples.with_body("正文。"))) as pdf:
            assert "本期要目" not in pdf.pages[0].extract_text()

    def test_the_imprint_ends_at_the_foot_of_the_last_page(self, whole: bytes) -> None:
        with opened(whole) as pdf:
            *before, last = pdf.pages
            lines = lines_of(last, 14)
            foot = last.height - min(
                line[0]["matrix"][5] for line in lines if "共印" in words_of(line)
            )
            assert not any("共印85份" in page.extract_text() for page in before)
        assert foot / MM == pytest.approx(262, abs=3)

    @pytest.mark.parametrize("length", [100, 300, 420, 460, 480, 500, 520, 700])
    def test_the_imprint_is_printed_once_however_the_text_ends(self, length: int) -> None:
        with opened(pdf_of(samples.with_body((SENTENCE * 30)[:length]))) as pdf:
            texts = [page.extract_text() for page in pdf.pages]
        assert ["共印85份" in text for text in texts] == [False] * (len(texts) - 1) + [True]
        # It is never alone on its page: some of the text stands above it.
        assert any(word in texts[-1] for word in ("政务服务", "清溪", "群众", "窗口", "时限"))

    def test_headings_have_their_faces(self) -> None:
        body = "# 一、甲甲\n\n## （一）乙乙\n\n### 1.丙丙\n\n#### （1）丁丁\n\n正文。"
        with opened(pdf_of(samples.with_body(body))) as pdf:
            fonts = {char["text"]: char["fontname"] for char in pdf.pages[0].chars}
        wanted = {"甲": "hei", "乙": "kai", "丙": "fang", "丁": "fang"}
        for character, face in wanted.items():
            assert found_face(face).used.replace(" ", "-") in fonts[character]

    def test_an_issue_of_hard_cases_is_set(self) -> None:
        body = (
            f"地址https://www.example.invalid/{'a' * 300}，表情😀，生僻字𠮷龘，{'x' * 400}\n\n"
             "|" + "甲|" * 40 + "\n|" + "---|" * 40 + "\n" + ("|" + "1|" * 40 + "\n") * 60
        )  # fmt: skip
        data = samples.with_articles(
            samples.article("a", "长" * 200, body), samples.article("b", "W" * 150, "短。")
        )
        with opened(pdf_of(data)) as pdf:
            right = max(char["x1"] for page in pdf.pages for char in page.chars)
            text = "".join(page.extract_text() for page in pdf.pages)
        assert right / MM < 192
        assert text.count("长") >= 200


class TestFile:
    def test_the_same_document_gives_the_same_bytes_in_another_process(self) -> None:
        first = pdf_of(samples.source())
        layouts.pdf.worker.worker_for(None).stop()
        assert hashlib.sha256(pdf_of(samples.source())).digest() == hashlib.sha256(first).digest()

    def test_it_is_tagged_titled_and_says_it_is_pdf_a(self, whole: bytes) -> None:
        with opened(whole) as pdf:
            catalog = pdf.doc.catalog
            title = pdf.metadata["Title"]
            metadata = catalog["Metadata"].resolve().get_data().decode()
        assert "StructTreeRoot" in catalog
        assert title == "《政务信息》第12期（总第1487期）"
        assert '="3"' in metadata[metadata.index("part") :][:30]
        assert "U" in metadata[metadata.index("conformance") :][:40]

    def test_its_source_is_attached_in_json_and_markdown(self, whole: bytes) -> None:
        with pikepdf.open(io.BytesIO(whole)) as pdf:
            files = {
                name: (
                    one.obj.AFRelationship,
                    one.get_file().mime_type,
                    one.get_file().read_bytes(),
                )
                for name, one in pdf.attachments.items()
            }
        assert {name: kind[:2] for name, kind in files.items()} == {
            "source.json": ("/Source", "application/json"),
            "issue.md": ("/Alternative", "text/markdown"),
        }
        assert layouts.read_source(json.loads(files["source.json"][2])).serial == "政务信息"
        assert "### 清溪县推行“一窗通办”" in files["issue.md"][2].decode().split("\n")

    def test_its_bookmarks_lead_to_sections_and_articles(self, whole: bytes) -> None:
        pdf = pypdfium2.PdfDocument(whole)
        try:
            found = [(mark.level, mark.get_title()) for mark in pdf.get_toc()]
        finally:
            pdf.close()
        assert found[0] == (0, "工作动态")
        assert (1, "清溪县推行“一窗通办”") in found

    def test_every_font_is_embedded(self, whole: bytes) -> None:
        with opened(whole) as pdf:
            fonts = [
                descendant.resolve()["FontDescriptor"].resolve()
                for page in pdf.pages
                for font in page.page_obj.resources["Font"].resolve().values()
                for descendant in font.resolve()["DescendantFonts"]
            ]
        assert fonts
        assert all({"FontFile2", "FontFile3"} & set(font) for font in fonts)

    def test_a_photo_is_printed_with_its_caption(self) -> None:
        stream = io.BytesIO()
        Image.new("RGB", (800, 500), (90, 140, 200)).save(stream, "JPEG")
        pdf_bytes = pdf_of(
            samples.with_body("![现场 一](photo:12)", imprint={}),
            images={"12": stream.getvalue()},
        )
        with opened(pdf_bytes) as pdf:
            (picture,) = pdf.pages[0].images
            text = pdf.pages[0].extract_text()
        assert picture["width"] / MM == pytest.approx(grid.PHOTO_WIDTH, abs=1)
        assert "现场" in text

    def test_a_file_that_is_no_photo_leaves_its_words_and_a_fault(self) -> None:
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
        edition = layouts.typeset(
            samples.document(samples.with_body("![现场](photo:1)")), "pdf", images={"1": svg}
        )
        with opened(edition.content) as pdf:
            assert "〔照片：现场〕" in pdf.pages[0].extract_text()
        assert [fault.code for fault in edition.faults] == ["photo-unreadable"]


class TestPagePictures:
    def test_each_page_becomes_a_png_of_its_size(self, whole: bytes) -> None:
        pictures = list(layouts.page_pictures(whole, dpi=72))
        with opened(whole) as pdf:
            assert len(pictures) == len(pdf.pages)
        with Image.open(io.BytesIO(pictures[0])) as picture:
            assert picture.format == "PNG"
            assert picture.size == pytest.approx((595, 842), abs=1)


class TestOwnLayout:
    def test_an_office_adds_a_layout_without_python(self, tmp_path: Path) -> None:
        own = tmp_path / "blue"
        own.mkdir()
        (own / "layout.toml").write_text(
            'based_on = "regular"\n[colors]\nmasthead = "#0000ff"\n', encoding="utf-8"
        )
        (own / "page.css").write_text(".number-line { letter-spacing: 4pt; }", encoding="utf-8")
        document = layouts.compose(
            layouts.read_source(samples.source(layout="blue")), layouts_dir=tmp_path
        )
        made = layouts.typeset(document, "pdf", layouts_dir=tmp_path).content
        with opened(made) as pdf:
            (name,) = lines_of(pdf.pages[0], 60)
        assert name[0]["non_stroking_color"][2] > 0.9
        assert "blue" in layouts.layout_names(tmp_path)
