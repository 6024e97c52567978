"""In this file footnotes are read, numbered and set on paper, in Word and on the screen."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from docx.oxml.ns import qn
from lxml import html

import layouts
from layouts import grid
from layouts.document import Note, Paragraph, Run, note_mark, notes_of, plain
from layouts.faults import Fault
from layouts.fonts import found_face
from layouts.markdown import plain_text, read_blocks
from tests.layouts import samples, word

MM = grid.POINTS_PER_MM
SENTENCE = "今年以来清溪县聚焦群众办事难题持续优化政务服务流程整合窗口资源压减办理时限"
BODY = (
    f"受理3.6万件[^1]，满意率99%[^2]。{SENTENCE * 3}\n\n{SENTENCE * 7}又见[^1]。\n\n"
    f"{SENTENCE * 5}末尾[^3]。\n\n[^1]: 数据来自市政务服务局。\n[^2]: 抽样调查，{SENTENCE}。\n"
    "[^3]: 末尾注。\n"
)
needs_face = pytest.mark.skipif(
    not found_face("fang").used, reason="no face for 仿宋 on this machine"
)


def faults_of(text: str) -> list[tuple[str, str]]:
    """Code and place of what is wrong with a text."""
    faults: list[Fault] = []
    read_blocks(text, "a", faults)
    return [(one.code, one.place) for one in faults]


class TestReading:
    def test_a_footnote_stands_where_it_is_named_with_its_words(self) -> None:
        (block,) = read_blocks("受理[^甲]万件。\n\n[^甲]: 截至**2月**底。", "a")
        note = Note("a-n1", 1, (Run("截至"), Run("2月", frozenset({"strong"})), Run("底。")))
        assert block == Paragraph("a-p1", (Run("受理"), Run("①", note=note), Run("万件。")))

    def test_they_are_numbered_as_they_are_named_whatever_they_are_called(self) -> None:
        blocks = read_blocks("甲[^9]乙[^x]丙[^9]\n\n[^x]: 二\n[^9]: 一", "a")
        assert "".join(run.text for run in blocks[0].runs) == "甲①乙②丙①"
        assert [(one.number, plain(one.runs)) for one in notes_of(blocks)] == [(1, "一"), (2, "二")]

    def test_a_definition_ends_at_an_empty_line_and_need_not_have_one_before(self) -> None:
        blocks = read_blocks("甲[^1]。\n[^1]: 一\n  续\n\n乙。", "a")
        assert [plain(block.runs) for block in blocks] == ["甲。", "乙。"]
        assert plain(notes_of(blocks)[0].runs) == "一续"

    def test_code_keeps_what_was_typed(self) -> None:
        blocks = read_blocks("甲`[^1]`\n\n```\n[^1]: 一\n```", "a")
        assert plain(blocks[0].runs) == "甲[^1]"
        assert blocks[1].text == "[^1]: 一"

    def test_they_are_numbered_through_the_issue(self) -> None:
        one = "甲[^1]乙[^2]\n\n[^1]: 一\n[^2]: 二"
        data = samples.with_articles(
            samples.article("x", "甲", one), samples.article("y", "乙", one), editor_note=one
        )
        notes = samples.document(data).notes
        assert [(one.id, one.number) for one in notes] == [
            ("editor-note-n1", 1), ("editor-note-n2", 2), ("x-n1", 3), ("x-n2", 4), ("y-n1", 5),
            ("y-n2", 6),
        ]  # fmt: skip

    def test_marks_are_circled_to_twenty(self) -> None:
        assert [note_mark(number) for number in (1, 20, 21)] == ["①", "⑳", "21"]

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("甲\n\n乙[^1]。", ("note-missing", "a-p2")),
            ("甲[^1]\n\n[^1]:", ("note-missing", "a-p1")),
            ("甲\n\n[^1]: 一", ("note-unused", "a")),
            ("甲[^1]\n\n[^1]: 一\n[^1]: 二", ("note-twice", "a")),
        ],
    )
    def test_what_is_missing_or_left_over_is_a_fault_with_its_place(
        self, text: str, fault: tuple[str, str]
    ) -> None:
        assert faults_of(text) == [fault]

    def test_a_reader_finds_its_words_and_those_around_the_mark(self) -> None:
        text = plain_text("跑动[^1]次数。\n\n[^1]: 平均值。")
        assert text == "跑动次数。\n平均值。"

    def test_thousands_of_them_are_read_in_a_moment(self) -> None:
        many = "".join(f"甲[^{n}]" for n in range(3000))
        blocks = read_blocks(many + "\n\n" + "\n".join(f"[^{n}]: 注" for n in range(3000)), "a")
        assert len(notes_of(blocks)) == 500


class TestScreen:
    def test_links_lead_to_the_footnote_and_back(self) -> None:
        edition = layouts.typeset(samples.document(samples.with_body(BODY)), "html")
        page = html.fragment_fromstring(edition.content.decode())
        calls = [one.find("a") for one in page.find_class("note-call")]
        assert [one.text for one in calls] == ["①", "②", "①", "③"]
        for call in calls:
            note = page.get_element_by_id(call.get("href").lstrip("#"))
            back = page.get_element_by_id(note.find("a").get("href").lstrip("#"))
            assert back.text == call.text == note.find("a").text
        names = [one.get("id") for one in page.iter() if one.get("id")]
        assert len(names) == len(set(names))

    def test_they_stand_at_the_end_of_their_article(self) -> None:
        data = samples.with_articles(
            samples.article("x", "甲", "甲[^1]\n\n[^1]: 一", source_line="供稿"),
            samples.article("y", "乙", "乙。"),
        )
        edition = layouts.typeset(samples.document(data), "html")
        page = html.fragment_fromstring(edition.content.decode())
        (notes,) = page.find_class("notes")
        assert notes.getparent().get("id") == "x"
        assert notes.getnext() is None

    def test_the_preview_has_them(self) -> None:
        assert "①" in layouts.preview_html("甲[^1]\n\n[^1]: 一").partition('class="notes"')[2]


def foot_of(page: Any) -> list[str]:
    """The lines of a page that are set as small as footnotes, from above."""
    lines: dict[float, list[Any]] = {}
    for char in page.chars:
        if abs(char["size"] - 10.5) < 0.1 and char["text"].strip():
            lines.setdefault(round(char["matrix"][5]), []).append(char)
    return ["".join(one["text"] for one in lines[y]) for y in sorted(lines, reverse=True)]


@pytest.fixture(scope="module")
def edition() -> layouts.Edition:
    return layouts.typeset(samples.document(samples.with_body(BODY)), "pdf")


@pytest.fixture(scope="module")
def content(edition: layouts.Edition) -> bytes:
    return word.docx_of(samples.with_body(BODY), places=edition.places)


@needs_face
class TestPages:
    def test_each_stands_at_the_foot_of_the_page_that_names_it(
        self, edition: layouts.Edition
    ) -> None:
        with pdfplumber.open(io.BytesIO(edition.content)) as pdf:
            feet = [foot_of(page) for page in pdf.pages]
            lowest = min(
                char["matrix"][5] for char in pdf.pages[0].chars if abs(char["size"] - 10.5) < 0.1
            )
            text = min(
                char["matrix"][5] for char in pdf.pages[0].chars if abs(char["size"] - 16) < 0.1
            )
        assert [[one[0] for one in foot if one[0] in "①②③"] for foot in feet] == [["①", "②"], ["③"]]
        assert edition.places is not None
        assert [edition.places[f"item-1-n{n}"] for n in (1, 2, 3)] == [1, 1, len(feet)]
        assert lowest / MM == pytest.approx(grid.BOTTOM + 1.7, abs=0.5)
        assert text > lowest + 3 * 16

    def test_one_rule_stands_above_the_first_of_a_page(self, edition: layouts.Edition) -> None:
        with pdfplumber.open(io.BytesIO(edition.content)) as pdf:
            for page in (pdf.pages[0], pdf.pages[-1]):
                rules = [
                    one for one in page.rects if one["width"] / MM == pytest.approx(50, abs=0.5)
                ]
                first = min(char["top"] for char in page.chars if abs(char["size"] - 10.5) < 0.1)
                assert len(rules) == 1
                assert 0 < first - rules[0]["bottom"] < 12

    def test_the_imprint_stands_below_them(self, edition: layouts.Edition) -> None:
        with pdfplumber.open(io.BytesIO(edition.content)) as pdf:
            last = pdf.pages[-1]
            notes = [char["bottom"] for char in last.chars if abs(char["size"] - 10.5) < 0.1]
            imprint = [char["top"] for char in last.chars if char["text"] == "报"]
        assert max(notes) < min(imprint)

    @pytest.mark.parametrize("before", [25, 26, 27])
    def test_a_mark_never_begins_a_line(self, before: int) -> None:
        body = f"{SENTENCE[:before]}[^1]。\n\n[^1]: 注。"
        content = layouts.typeset(samples.document(samples.with_body(body)), "pdf").content
        assert not any(line.startswith("①。") for line in word.printed_lines(content)[0])


class TestWord:
    def test_they_are_words_own_footnotes(self, content: bytes) -> None:
        body = word.part(content, "word/document.xml")
        notes = word.part(content, "word/footnotes.xml").findall(qn("w:footnote"))
        called = [one.get(qn("w:id")) for one in body.iter(qn("w:footnoteReference"))]
        assert called == ["1", "2", "3"]
        assert [one.get(qn("w:id")) for one in notes] == ["-1", "0", *called]
        kinds = [one.get(qn("w:type")) for one in notes[:2]]
        assert kinds == ["separator", "continuationSeparator"]
        assert all(one.find(f".//{qn('w:footnoteRef')}") is not None for one in notes[2:])
        assert word.words_of(notes[2]) == " 数据来自市政务服务局。"

    def test_their_numbers_are_circled_in_section_and_settings(self, content: bytes) -> None:
        for part in ("word/document.xml", "word/settings.xml"):
            (form,) = word.part(content, part).iter(qn("w:numFmt"))
            assert form.get(qn("w:val")) == "decimalEnclosedCircleChinese"

    def test_one_that_is_called_again_is_referred_to(self, content: bytes) -> None:
        body = word.part(content, "word/document.xml")
        (field,) = body.iter(qn("w:instrText"))
        assert field.text == r" NOTEREF _Note00001 \f \h "
        names = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
        assert "_Note00001" in names

    def test_a_document_without_any_has_no_part_for_them(self) -> None:
        document = word.opened(word.docx_of())
        types = [one.reltype for one in document.part.rels.values()]
        assert not [one for one in types if one.endswith("/footnotes")]

    def test_libreoffice_sets_them_above_the_imprint(self, content: bytes, tmp_path: Path) -> None:
        made = word.set_by_libreoffice({"notes": content}, tmp_path)["notes"]
        with pdfplumber.open(made) as pdf:
            assert [len(foot_of(page)) > 0 for page in pdf.pages] == [
                True, *[False] * (len(pdf.pages) - 2), True,
            ]  # fmt: skip
            last = pdf.pages[-1]
            notes = [char["bottom"] for char in last.chars if abs(char["size"] - 10.5) < 0.1]
            imprint = [char["top"] for char in last.chars if char["text"] == "报"]
        assert max(notes) < min(imprint)
