"""In this file short names are set as wide as long ones, and stay what they are for a search."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from lxml import html

import layouts
from layouts.document import Mark, runs_of
from layouts.fonts import found_face
from layouts.markdown import plain_text, read_blocks
from layouts.names import aligned, with_names
from tests.layouts import samples, word

LIST = "出席：张三　李四光　王五　赵小六"
COLUMN = "| 单位 | 联系人 |\n|---|---|\n| 市水利局 | 张三 |\n| 石桥 | 李四光 |\n| 柳湾乡 | 王五 |"


def apart(text: str) -> list[str]:
    """The characters behind which room is made."""
    (block,) = read_blocks(text, "a")
    return [run.text for run in runs_of(with_names(block)) if Mark.APART in run.marks]


class TestFinding:
    def test_short_names_are_set_apart_beside_long_ones_only(self) -> None:
        assert aligned(["张三", "李四光"])
        assert not aligned(["张三", "李四"])
        assert not aligned(["李四光", "欧阳明"])

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (LIST, ["张", "王"]),
            (COLUMN, ["张", "王"]),
            ("张三　李四光　王五", ["张", "王"]),
            ("张三　李四光", []),
            ("内部　资料室　注意", []),
            ("张三、李四光、王五到会。", []),
            ("今年　清溪县　开工", []),
            (COLUMN.replace("联系人", "乡镇"), []),
        ],
    )
    def test_names_stand_in_lists_with_blanks_and_below_their_heads(
        self, text: str, found: list[str]
    ) -> None:
        assert apart(text) == found

    def test_a_search_finds_the_name(self) -> None:
        assert plain_text(LIST) == LIST


def document() -> layouts.Document:
    return samples.document(
        samples.with_body(LIST, imprint={"signer": "周立言", "checker": "何文"})
    )


def ends(pdf: Any, first: str, last: str) -> float:
    """From the left of one character to the right of the next other, in points."""
    chars = [char for page in pdf.pages for char in page.chars if char["text"].strip()]
    place = next(n for n, one in enumerate(chars) if one["text"] == first)
    return float(
        next(one for one in chars[place:] if one["text"] == last)["matrix"][4]
        - chars[place]["matrix"][4]
    )


@pytest.mark.skipif(not found_face("fang").used, reason="no face for 仿宋 on this machine")
class TestPages:
    def check(self, pdf: Any) -> None:
        assert ends(pdf, "张", "三") == pytest.approx(ends(pdf, "李", "光"), abs=0.8)
        assert ends(pdf, "何", "文") == pytest.approx(ends(pdf, "周", "言"), abs=0.8)

    def test_they_are_as_wide_on_paper(self) -> None:
        with pdfplumber.open(io.BytesIO(layouts.typeset(document(), "pdf").content)) as pdf:
            self.check(pdf)

    def test_they_are_in_word(self, tmp_path: Path) -> None:
        content = layouts.typeset(document(), "docx").content
        assert "何文" in word.words_of(word.opened(content).element)
        with pdfplumber.open(word.set_by_libreoffice({"n": content}, tmp_path)["n"]) as pdf:
            self.check(pdf)


class TestScreen:
    def test_who_copies_a_name_gets_the_name(self) -> None:
        page = html.fragment_fromstring(layouts.typeset(document(), "html").content.decode())
        assert LIST in page.text_content()
        assert [one.text for one in page.find_class("apart")] == ["张", "王", "何"]
