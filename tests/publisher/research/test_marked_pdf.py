"""In this file a copy of a PDF bears marks where the words stand, and nothing else is changed."""

from __future__ import annotations

import io
import re
import time

import pikepdf
import pypdfium2
import pytest
from weasyprint import HTML

from publisher.research.marked_pdf import Mark, marked_copy, marks

PAGES = (
    "目录：大坝、道路",
    "清溪县水库大坝加固工程按期完工，水庫蓄水正常，５Ｇ基站投用。",
    "两手抓，两手硬。Qingxi weir is safe; the QINGXI road is open.",
    "坝",
)
STYLE = "@page { size: 148mm 210mm; margin: 20mm } p { break-after: page; width: 60mm }"


@pytest.fixture(scope="module")
def pdf() -> bytes:
    pages = "".join(f"<p>{text}</p>" for text in PAGES)
    made = HTML(string=f"<style>{STYLE}</style>{pages}").write_pdf()
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as opened:
        with opened.open_metadata() as metadata:
            metadata["pdfaid:part"] = "2"
        opened.save(stream)
    return stream.getvalue()


def places(found: list[Mark]) -> list[tuple[int, str]]:
    return [(one.page, one.text) for one in found]


class TestWhere:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (["水库"], [(1, "水库"), (1, "水庫")]),
            (["坝"], [(0, "坝"), (1, "坝"), (3, "坝")]),
            (["5g"], [(1, "５Ｇ")]),
            (["两手抓,两手硬"], [(2, "两手抓，两手硬")]),
            (["qingxi"], [(2, "Qingxi"), (2, "QINGXI")]),
            (["加固*完工"], [(1, "加固工程按期完工")]),
            (["道路", "投用"], [(0, "道路"), (1, "投用")]),
            (["查无此词"], []),
            ([], []),
        ],
    )
    def test_words_are_found_as_the_search_finds_them(
        self, pdf: bytes, words: list[str], expected: list[tuple[int, str]]
    ) -> None:
        assert places(marks(pdf, words)) == expected

    def test_a_box_holds_the_signs_of_its_line_alone(self, pdf: bytes) -> None:
        """What pdfium reads inside of the boxes is the words, however lines break in them."""
        whole = "清溪县水库大坝加固工程按期完工"
        (found,) = marks(pdf, [whole])
        assert len(found.boxes) > 1
        page = pypdfium2.PdfDocument(pdf)[1].get_textpage()
        inside = "".join(page.get_text_bounded(*box) for box in found.boxes)
        assert re.sub(r"\s", "", inside) == whole

    def test_looking_ends_when_its_time_is_up(self, pdf: bytes) -> None:
        started = time.monotonic()
        assert places(marks(pdf, ["坝"], seconds=0)) == [(0, "坝")]
        assert time.monotonic() - started < 2


class TestCopy:
    def test_the_marks_lie_where_the_words_stand_and_the_text_is_the_same(self, pdf: bytes) -> None:
        found = marks(pdf, ["水库"])
        before, copy = bytes(pdf), marked_copy(pdf, found, title="检索标记副本")
        assert pdf == before
        with pikepdf.open(io.BytesIO(copy)) as opened:
            notes = [
                note
                for page in opened.pages
                for note in page.get("/Annots", ())
                if note.Subtype == pikepdf.Name.Highlight
            ]
            assert len(notes) == 2
            for note, mark in zip(notes, found, strict=True):
                (box,) = mark.boxes
                assert [float(one) for one in note.Rect] == pytest.approx(list(box), abs=0.01)
            assert opened.open_metadata()["dc:title"] == "检索标记副本"
            assert "pdfaid:part" not in opened.open_metadata()
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert "pdfaid:part" in opened.open_metadata()
        assert _texts(copy) == _texts(pdf)

    def test_the_marks_are_seen(self, pdf: bytes) -> None:
        (found,) = marks(pdf, ["道路"])
        assert _yellow(pdf) == []
        box = found.boxes[0]
        seen = _yellow(marked_copy(pdf, [found], title="副本"))
        assert seen == pytest.approx(list(box), abs=1)


def _texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [document[number].get_textpage().get_text_range() for number in range(len(document))]


def _yellow(pdf: bytes) -> list[float]:
    """The box around what is yellow on the first page, in points; empty where nothing is."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("RGB")
    pixels, width = picture.tobytes(), picture.width
    colours = zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True)
    found = [
        divmod(at, width)
        for at, (red, green, blue) in enumerate(colours)
        if red > 200 and green > 180 and blue < 120
    ]
    if not found:
        return []
    rows, columns = zip(*found, strict=True)
    top = picture.height
    return [min(columns) / 2, (top - max(rows)) / 2, max(columns) / 2, (top - min(rows)) / 2]
