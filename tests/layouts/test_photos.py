"""In this file small photos stand side by side, as one rule says, in every press."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from docx.oxml.ns import qn
from lxml import html
from PIL import Image

import layouts
from layouts import grid
from layouts.document import Photo
from layouts.fonts import found_face
from layouts.photos import HALF, Pair, in_pairs, printed_size
from tests.layouts import samples, word

MM = grid.POINTS_PER_MM
UPRIGHT, LYING, SMALL = (900, 1200), (1600, 900), (280, 200)
BODY = "甲。\n\n![一号](photo:1)\n\n![二号](photo:2)\n\n乙。"


def photo(size: tuple[int, int], turned: int = 1) -> bytes:
    stream, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = turned
    Image.new("RGB", size, (90, 140, 200)).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


IMAGES = {"1": photo(UPRIGHT), "2": photo((900, 1300))}


def groups(*sizes: tuple[float, float] | None) -> list[int]:
    """How many photos stand in each row, of photos printed so large."""
    photos = [Photo(str(number), str(number)) for number in range(len(sizes))]
    known = {str(number): size for number, size in enumerate(sizes) if size}
    return [2 if isinstance(one, Pair) else 1 for one in in_pairs(photos, known)]


class TestRule:
    @pytest.mark.parametrize(
        ("sizes", "rows"),
        [
            ([(60, 80), (60, 80)], [2]),
            ([(60, 80)] * 3, [2, 1]),
            ([(60, 80)] * 4, [2, 2]),
            ([(60, 80), (112, 63), (60, 80)], [1, 1, 1]),
            ([(HALF, 50), (HALF + 0.1, 50)], [1, 1]),
            ([(60, 80), None], [1, 1]),
        ],
    )
    def test_small_photos_that_follow_each_other_stand_two_by_two(
        self, sizes: list[tuple[float, float] | None], rows: list[int]
    ) -> None:
        assert groups(*sizes) == rows

    def test_two_side_by_side_are_as_high_as_the_lower(self) -> None:
        (pair,) = in_pairs(
            [Photo("a", "1"), Photo("b", "2")], {"1": (60.0, 80.0), "2": (70.0, 50.0)}
        )
        assert isinstance(pair, Pair)
        assert pair.sizes == ((37.5, 50.0), (70.0, 50.0))

    @pytest.mark.parametrize(
        ("content", "size"),
        [
            (photo(UPRIGHT), (60, 80)), (photo(LYING), (112, 63)),
            (photo((1200, 900), turned=6), (60, 80)), (photo(SMALL), (74.1, 52.9)),
        ],
    )  # fmt: skip
    def test_a_photo_is_printed_upright_and_no_larger_than_it_is(
        self, content: bytes, size: tuple[float, float]
    ) -> None:
        assert printed_size(content) == pytest.approx(size, abs=0.1)

    def test_what_is_no_photo_has_no_size(self) -> None:
        assert printed_size(b"<svg/>") is None


@pytest.mark.skipif(not found_face("fang").used, reason="no face for 仿宋 on this machine")
class TestPresses:
    def check(self, pdf: Any) -> None:
        (page,) = [page for page in pdf.pages if page.images]
        first, second = sorted(page.images, key=lambda one: one["x0"])
        assert first["top"] == pytest.approx(second["top"], abs=1)
        assert first["height"] / MM == pytest.approx(80, abs=0.5)
        assert second["height"] / MM == pytest.approx(80, abs=0.5)
        for picture, words in ((first, "一"), (second, "二")):
            below = next(char for char in page.chars if char["text"] == words and char["size"] < 15)
            assert below["top"] > picture["bottom"]
            assert picture["x0"] < below["x0"] < picture["x1"]

    def test_they_stand_side_by_side_with_their_captions_below(self, tmp_path: Path) -> None:
        document = samples.document(samples.with_body(BODY, imprint={}))
        edition = layouts.typeset(document, "pdf", images=IMAGES)
        with pdfplumber.open(io.BytesIO(edition.content)) as pdf:
            self.check(pdf)
        content = layouts.typeset(document, "docx", images=IMAGES).content
        with pdfplumber.open(word.set_by_libreoffice({"p": content}, tmp_path)["p"]) as pdf:
            self.check(pdf)

    def test_in_word_no_page_parts_them_and_each_has_its_words(self) -> None:
        content = word.docx_of(samples.with_body(BODY), images=IMAGES)
        (table,) = word.opened(content).tables
        assert [cell.text for cell in table.rows[0].cells] == ["\n一号", "\n二号"]
        assert table._tbl.tr_lst[0].find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
        described = [one.get("descr") for one in table._tbl.iter(qn("wp:docPr"))]
        assert described == ["一号", "二号"]

    def test_on_the_screen_they_are_a_pair(self) -> None:
        document = samples.document(samples.with_body(BODY))
        edition = layouts.typeset(document, "html", images=IMAGES)
        (pair,) = html.fragment_fromstring(edition.content.decode()).find_class("pair")
        assert [one.get("alt") for one in pair.iter("img")] == ["一号", "二号"]
