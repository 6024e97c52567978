"""In this file we try the sheets around an instruction: every field printed, Word and PDF alike."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pdfplumber
import pypdfium2
import pytest
import segno
from docx.oxml.ns import qn
from PIL import Image

import layouts
from layouts import grid
from layouts.fonts import found_face
from layouts.sheet import MARGINS, _read
from tests.layouts import word

NAMES = layouts.sheet_names()
MM = grid.POINTS_PER_MM

needs_face = pytest.mark.skipif(
    not found_face("fang").used, reason="no face for 仿宋 on this machine"
)


def filled(name: str) -> tuple[layouts.Sheet, dict[str, str]]:
    """A sheet with another word in each field."""
    words = {word: f"第{number}项甲乙丙" for number, word in enumerate(_read(name, None)["words"])}
    words["number"] = "督查〔2026〕37号"
    return layouts.fill_sheet(name, words, lists=rows(name, 2)), words


def rows(name: str, count: int, **changed: str) -> dict[str, list[dict[str, str]]]:
    """Rows for the tables of a sheet, with another word in each field."""
    return {
        kind: [{one: f"{place}{one}" for one in known} | changed for place in range(count)]
        for kind, known in _read(name, None).get("lists", {}).items()
    }


def squeezed(text: str) -> str:
    return "".join(text.split())


def words_of_docx(sheet: layouts.Sheet) -> str:
    document = word.opened(layouts.typeset_sheet(sheet, "docx").content)
    return squeezed(word.words_of(document.element.body))


def opened_pdf(sheet: layouts.Sheet) -> Any:
    return pdfplumber.open(io.BytesIO(layouts.typeset_sheet(sheet, "pdf").content))


def words_of_pdf(sheet: layouts.Sheet) -> str:
    with opened_pdf(sheet) as pdf:
        # The number of a page stands at its foot, which in Word is no part of the text.
        foot = MARGINS[sheet.orientation][2] * MM
        return squeezed(
            "".join(
                char["text"]
                for page in pdf.pages
                for char in page.chars
                if char["bottom"] < page.height - foot
            )
        )


def printed_fields(name: str) -> Iterator[str]:
    """The fields that a sheet's own texts name."""
    text = str(_read(name, None)["part"])
    yield from (word for word in _read(name, None)["words"] if f"{{{word}}}" in text)


class TestSheet:
    def test_there_are_the_sheets_an_office_needs(self) -> None:
        assert NAMES == [
            "chasing_notice", "distribution_list", "dossier", "fair_copy", "feedback_form",
            "filing_list", "followup_month", "priority_list", "reading_sheet", "register",
            "result_sheet", "score_bulletin", "solicitation_notice", "supervision_notice",
        ]  # fmt: skip

    @needs_face
    @pytest.mark.parametrize("name", NAMES)
    def test_word_and_pdf_have_the_same_words_in_the_same_order(self, name: str) -> None:
        sheet, _words = filled(name)
        assert words_of_docx(sheet) == words_of_pdf(sheet)

    @pytest.mark.parametrize("name", NAMES)
    def test_every_field_is_printed(self, name: str) -> None:
        sheet, words = filled(name)
        printed = words_of_docx(sheet)
        fields = {*printed_fields(name), "number"}
        assert len(fields) >= 4
        assert [field for field in fields if words[field] not in printed] == []
        assert squeezed(sheet.title) in printed

    @pytest.mark.parametrize("name", NAMES)
    def test_every_label_is_printed(self, name: str) -> None:
        sheet, _words = filled(name)
        printed = words_of_docx(sheet)
        labels = [pair.label for part in sheet.parts for row in part.rows for pair in row]
        labels += [part.label for part in sheet.parts if part.label]
        labels += [column.title for part in sheet.parts for column in part.columns]
        assert labels
        assert [label for label in labels if squeezed(label) not in printed] == []

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("press", ["docx", "pdf"])
    def test_the_same_sheet_gives_the_same_bytes(self, name: str, press: Any) -> None:
        sheet, _words = filled(name)
        first, second = (layouts.typeset_sheet(sheet, press).content for _ in range(2))
        assert first == second

    @needs_face
    @pytest.mark.parametrize("name", [name for name in NAMES if name != "dossier"])
    def test_a_filled_sheet_takes_one_page_of_each_way_it_lies(self, name: str) -> None:
        sheet = filled(name)[0]
        with opened_pdf(sheet) as pdf:
            assert [page.width > page.height for page in pdf.pages] == [
                lies == "landscape" for lies, _parts in sheet.runs
            ]

    @pytest.mark.parametrize("name", NAMES)
    def test_its_file_bears_the_number_and_no_word_of_its_maker(self, name: str) -> None:
        sheet, _words = filled(name)
        properties = word.opened(layouts.typeset_sheet(sheet, "docx").content).core_properties
        assert properties.title == f"{sheet.title} 督查〔2026〕37号"
        assert properties.author == sheet.office
        assert "python" not in (properties.comments or "")


class TestDossier:
    def test_each_case_stands_under_its_own_number_and_apart_from_the_one_before(self) -> None:
        """Word makes one table of two that touch."""
        sheet, _words = filled("dossier")
        document = word.opened(layouts.typeset_sheet(sheet, "docx").content)
        parts = list(document.element.body.iterchildren(qn("w:p"), qn("w:tbl")))
        before = {
            parts[place - 1] for place, one in enumerate(parts) if one.tag == qn("w:tbl") and place
        }
        assert {one.tag for one in before} == {qn("w:p")}
        headings = [word.words_of(one) for one in before]
        assert {"0number（0state）", "1number（1state）"} <= set(headings)
        after = [
            parts[place + 1]
            for place, one in enumerate(parts[:-1])
            if one.tag == qn("w:tbl") and parts[place + 1].tag == qn("w:p")
        ]
        spaces = [one.find(f".//{qn('w:spacing')}").get(qn("w:before")) for one in after]
        assert set(spaces) == {"160"}


class TestHandwriting:
    """The leader's box of 阅批单 is at least a third of the page (domain.md 3.4)."""

    LEAST = grid.PAPER_HEIGHT / 3

    @needs_face
    def test_the_box_has_a_third_of_the_page_in_the_pdf(self) -> None:
        with opened_pdf(filled("reading_sheet")[0]) as pdf:
            (page,) = pdf.pages
            label = page.search("领导批示")[0]
            following = page.search("办理结果")[0]
        assert (following["top"] - label["top"]) / MM >= self.LEAST

    def test_the_box_has_a_third_of_the_page_in_the_word_file(self) -> None:
        content = layouts.typeset_sheet(filled("reading_sheet")[0], "docx").content
        document = word.opened(content)
        (height,) = (
            row.height.mm
            for table in document.tables
            for row in table.rows
            if word.words_of(row._tr) == "领导批示"
        )
        assert height >= self.LEAST


class TestResult:
    @needs_face
    def test_the_leader_has_room_below_what_was_done(self) -> None:
        with opened_pdf(filled("result_sheet")[0]) as pdf:
            (page,) = pdf.pages
            label = page.search("领导批示")[-1]
            following = page.search("呈报单位")[0]
        assert (following["top"] - label["top"]) / MM >= 55

    @needs_face
    def test_however_much_was_done_his_room_stays_in_one_piece(self) -> None:
        words = filled("result_sheet")[1] | {"process": "逐村逐户核实，建立台账。" * 150}
        sheet = layouts.fill_sheet("result_sheet", words)
        with opened_pdf(sheet) as pdf:
            assert len(pdf.pages) > 1
            last = pdf.pages[-1]
            room = last.search("呈报单位")[0]["top"] - last.search("领导批示")[-1]["top"]
        assert room / MM >= 55
        rows = [
            row
            for table in word.opened(layouts.typeset_sheet(sheet, "docx").content).tables
            for row in table.rows
            if word.words_of(row._tr) == "领导批示"
        ]
        assert [row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows] == [True]


class TestRegister:
    """批示台账: lying, as many rows as there are, the head on each page (domain.md 3.4 h)."""

    TITLES = (
        "序号", "批示编号", "批示领导", "批示时间", "批示载体", "批示内容", "类别", "拟办意见",
        "主办", "协办", "交办时间", "办理时限", "签收时间", "催办次数", "反馈时间", "办理结果摘要",
        "状态", "办结时间",
    )  # fmt: skip

    def long(self) -> layouts.Sheet:
        given = rows("register", 60, instruction="请认真研究办理，并于月底前报送结果。" * 3)
        for place, row in enumerate(given["instructions"]):
            row |= {"color": ("running", "continued", "")[place % 3]}
        return layouts.fill_sheet("register", {"office": "云汀市"}, lists=given)

    @needs_face
    def test_it_lies_and_its_head_stands_on_every_page_of_the_pdf(self) -> None:
        with opened_pdf(self.long()) as pdf:
            assert len(pdf.pages) > 2
            for number, page in enumerate(pdf.pages, 1):
                assert (round(page.width / MM), round(page.height / MM)) == (297, 210)
                printed = squeezed(page.extract_text())
                assert "批示编号批示领导批示时间批示载体批示内容" in printed
                assert f"第{number}页共{len(pdf.pages)}页" in printed
            words = "".join(page.extract_text() for page in pdf.pages)
        assert [place for place in range(60) if f"{place}number" not in words] == []

    def test_it_lies_and_its_head_is_repeated_in_word(self) -> None:
        document = word.opened(layouts.typeset_sheet(self.long(), "docx").content)
        section = document.sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
        (table,) = document.tables
        heads = [row.trPr.find(qn("w:tblHeader")) is not None for row in table._tbl.tr_lst]
        assert heads == [True, *[False] * 60]
        cells = [word.words_of(cell) for cell in table._tbl.tr_lst[0].tc_lst]
        assert tuple(cells) == self.TITLES

    def test_the_colour_of_a_row_is_that_of_its_state_in_both(self) -> None:
        sheet = self.long()
        assert [line.color for line in sheet.parts[1].lines[:3]] == [
            "#c00000",
            "#00692f",
            "#000000",
        ]
        (table,) = word.opened(layouts.typeset_sheet(sheet, "docx").content).tables
        colors = [
            {run.get(qn("w:val")) for run in row.iter(qn("w:color"))}
            for row in table._tbl.tr_lst[1:4]
        ]
        assert colors == [{"C00000"}, {"00692F"}, set()]
        with opened_pdf(sheet) as pdf:
            shades = {char["non_stroking_color"] for char in pdf.pages[0].chars}
        # The title is red in its own way.
        assert len(shades) == 4

    @needs_face
    def test_numbers_and_days_are_not_broken(self) -> None:
        days = dict.fromkeys(("written_on", "opened_on", "due_on", "closed_on"), "2026.11.06")
        whole = days | {
            "number": "批示〔2024〕\n1123号", "leader": "常务副市长\n韦东川", "lead": "市水利局",
            "state": "合并办理\n超期16天", "chases": "12次\n11.23", "position": "1231",
        }  # fmt: skip
        sheet = layouts.fill_sheet("register", {}, lists={"instructions": [whole]})
        with opened_pdf(sheet) as pdf:
            words = [one["text"] for one in pdf.pages[0].extract_words(x_tolerance=1)]
        lines = [line for text in whole.values() for line in text.split("\n")]
        assert [line for line in lines if line not in words] == []

    def test_each_cell_says_its_own_words_line_by_line(self) -> None:
        words = ["甲", "甲\n乙\n丙", "", "甲\n\n丙", " 前后有空 ", "甲\t乙", "甲\n", "控\x07制"]
        given = {"instructions": [{"instruction": one, "color": "running"} for one in words]}
        sheet = layouts.fill_sheet("register", {}, lists=given)
        (table,) = word.opened(layouts.typeset_sheet(sheet, "docx").content).tables
        cells = [row.cells[5].paragraphs[0] for row in table.rows[1:]]
        assert [one.text for one in cells] == [*words[:-1], "控制"]
        inks = [{str(run.font.color.rgb) for run in one.runs} for one in cells]
        assert inks == [{"C00000"}] * len(words)

    @needs_face
    def test_an_instruction_longer_than_a_page_is_printed_whole(self) -> None:
        given = rows("register", 1, instruction="".join(f"第{n}句。" for n in range(900)))
        sheet = layouts.fill_sheet("register", {}, lists=given)
        with opened_pdf(sheet) as pdf:
            pages = len(pdf.pages)
        printed = words_of_pdf(sheet)
        # A sentence may be parted by the head of the next page.
        parted = [n for n in range(900) if f"第{n}句。" not in printed]
        assert len(parted) < pages
        assert "第899句。" in printed

    def test_without_rows_there_is_the_head(self) -> None:
        sheet = layouts.fill_sheet("register", {})
        assert "批示编号" in words_of_docx(sheet)
        assert "批示编号" in words_of_pdf(sheet)


class TestCall:
    @pytest.mark.parametrize("name", ["priority_list", "solicitation_notice"])
    def test_what_is_wanted_stands_line_by_line(self, name: str) -> None:
        wanted = "一、收购进度；\n二、农户反映。"
        sheet = layouts.fill_sheet(name, {"text": wanted})
        document = word.opened(layouts.typeset_sheet(sheet, "docx").content)
        lines = {word.words_of(one) for one in document.element.body.iter(qn("w:p"))}
        assert {"一、收购进度；", "二、农户反映。"} <= lines
        assert words_of_docx(sheet) == words_of_pdf(sheet)


class TestWordFile:
    @pytest.mark.parametrize("name", NAMES)
    def test_its_words_are_chinese_in_chinese_faces(self, name: str) -> None:
        document = word.opened(layouts.typeset_sheet(filled(name)[0], "docx").content)
        runs = [run for run in document.element.body.iter(qn("w:r")) if word.words_of(run)]
        faces = {run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}").get(qn("w:eastAsia")) for run in runs}
        assert faces <= {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体"}
        (language,) = document.styles.element.iter(qn("w:lang"))
        assert language.get(qn("w:eastAsia")) == "zh-CN"


class TestOwnSheet:
    def own(self, folder: Path, text: str) -> layouts.Sheet:
        (folder / "own").mkdir()
        (folder / "own" / "sheet.toml").write_text(text, encoding="utf-8")
        return layouts.fill_sheet("own", {"office": "云汀市人民政府办公室"}, folder)

    def test_an_office_adds_a_sheet_without_python(self, tmp_path: Path) -> None:
        sheet = self.own(
            tmp_path,
            'title = "送阅单"\nwords = ["office", "title"]\n[[part]]\nkind = "rows"\n'
            'rows = [[["单位", "{office}"], ["标题", "{title}"]]]\n',
        )
        assert words_of_docx(sheet) == "送阅单单位云汀市人民政府办公室标题"
        assert "own" in layouts.sheet_names(tmp_path)

    @pytest.mark.parametrize(
        ("part", "field"),
        [
            ('kind = "photo"', "part[0].kind"),
            ('kind = "text"\ntext = "{leader}"', "part[0].text"),
            ('kind = "text"\ntext = "{office"', "part[0].text"),
            ('kind = "box"\nface = "comic"', "part[0].face"),
            ('kind = "box"\nheight = 900', "part[0].height"),
            ('kind = "rows"\nrows = [[["甲", "{leader}"]]]', "part[0].rows[0]"),
            ('kind = "text"\nsize = 90', "part[0].size"),
            ('kind = "table"\nlist = "cases"', "part[0].list"),
            ('kind = "table"\nlist = "issues"', "part[0].columns"),
            ('kind = "table"\nlist = "issues"\ncolumns = [["甲", "{a}", 0]]', "part[0].columns"),
            ('kind = "table"\nlist = "issues"\ncolumns = [["甲", "{b}", 9]]', "part[0].columns[0]"),
            (
                'kind = "table"\nlist = "issues"\ncolumns = [["甲", "", 9]]\ncolors.late = "red"',
                "part[0].colors.late",
            ),
        ],
    )
    def test_it_names_what_is_wrong(self, tmp_path: Path, part: str, field: str) -> None:
        head = 'title = "送阅单"\nwords = ["office"]\n[lists]\nissues = ["a"]\n'
        with pytest.raises(layouts.LayoutInvalid) as caught:
            self.own(tmp_path, f"{head}[[part]]\n{part}\n")
        assert caught.value.field == field

    def test_a_sheet_nobody_made_is_named(self) -> None:
        with pytest.raises(layouts.LayoutInvalid, match="nowhere"):
            layouts.fill_sheet("nowhere", {})

    def test_whatever_is_typed_stays_text(self) -> None:
        nasty = "<b>&\"'</b>{0}"
        sheet = layouts.fill_sheet("fair_copy", {"instruction": nasty, "number": nasty})
        assert words_of_docx(sheet).count(nasty) == 2


class TestCode:
    """The number stands in the upper right corner as a QR code, for whoever takes the paper in."""

    NUMBER = "督查〔2026〕37号"
    ALTERNATIVE = "二维码：督查〔2026〕37号"

    def matrix(self) -> list[list[bool]]:
        code = segno.make(self.NUMBER, error="m", micro=False)
        return [[bool(module) for module in row] for row in code.matrix]

    def sampled(self, picture: Image.Image) -> list[list[bool]]:
        """The modules of a picture of the code, cut to its black."""
        grey = picture.convert("L")
        cut = grey.crop(grey.point(lambda shade: 255 if shade < 128 else 0).getbbox())
        size = len(self.matrix())
        module = cut.width / size
        return [
            [
                cast("int", cut.getpixel((int((x + 0.5) * module), int((y + 0.5) * module)))) < 128
                for x in range(size)
            ]
            for y in range(size)
        ]

    @pytest.mark.parametrize("name", NAMES)
    def test_word_has_the_code_with_its_words(self, name: str) -> None:
        document = word.opened(layouts.typeset_sheet(filled(name)[0], "docx").content)
        (shape,) = document.inline_shapes
        assert shape._inline.docPr.get("descr") == self.ALTERNATIVE
        key = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        with Image.open(io.BytesIO(document.part.related_parts[key].blob)) as picture:
            assert self.sampled(picture) == self.matrix()

    @needs_face
    @pytest.mark.parametrize("name", NAMES)
    def test_the_pdf_has_the_code_with_its_words(self, name: str) -> None:
        content = layouts.typeset_sheet(filled(name)[0], "pdf").content
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            page = pdf.pages[0]
            tags = list(page.structure_tree)
            figures = []
            while tags:
                tag = tags.pop()
                tags += tag.get("children", [])
                if tag["type"] == "Figure":
                    figures.append(tag)
            (figure,) = figures
            label = page.search("编号：")[0]
            right = page.width - MARGINS[filled(name)[0].orientation][1] * MM
        assert figure["alt_text"] == self.ALTERNATIVE
        with pypdfium2.PdfDocument(content) as opened:
            scale = 8
            picture = opened[0].render(scale=scale).to_pil()
        # The code stands above the red rule, at the right end of the line of the number.
        foot = label["bottom"] + 3
        corner = (right - 18 * MM, foot - 18 * MM, right, foot)
        cut = picture.crop(tuple(int(edge * scale) for edge in corner))
        assert self.sampled(cut) == self.matrix()

    def test_a_sheet_without_a_number_has_none(self) -> None:
        sheet = layouts.fill_sheet("reading_sheet", {"office": "云汀市人民政府办公室"})
        content = layouts.typeset_sheet(sheet, "docx").content
        assert len(word.opened(content).inline_shapes) == 0
        with opened_pdf(sheet) as pdf:
            assert "编号" not in pdf.pages[0].extract_text()
            assert "Figure" not in str(pdf.pages[0].structure_tree)
