"""In this file a copy of a PDF is made in which the words that were searched for are marked.

The words are found as the search finds them: whatever their spelling, and punctuation between the
runs of a phrase passed over. A line may break within a word; a page may not. The file that was
handed in is not touched: what comes out says of itself that it is a copy with marks.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
from pypdfium2 import raw

from search import Marker
from search.analysis import fold, is_han, simplify

MOST_PAGES = 200
"""Pages looked at, from the first."""
MOST_MARKS = 2000
"""Places marked in one copy."""
MOST_SECONDS = 4.0
"""After so long no further page is looked at; what was found until then is marked."""
YELLOW = (1.0, 0.87, 0.25)
_GAPS = frozenset(("", *" \r\n\x00\x02\ufffe"))
"""What pdfium puts where a line ends, a word is broken or signs stand far apart."""


class Box(NamedTuple):
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Mark:
    """One place at which words stand: its page, from 0 on, and a box for each line of it."""

    page: int
    text: str
    boxes: tuple[Box, ...]


def marks(pdf: bytes, words: Sequence[str], *, seconds: float = MOST_SECONDS) -> list[Mark]:
    """Where the folded `words` stand in a PDF, as far as there is time and room to look."""
    marker, until = Marker(words), time.monotonic() + seconds
    found: list[Mark] = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            found += _on_page(document[number].get_textpage(), marker, number)
            if len(found) >= MOST_MARKS or time.monotonic() > until:
                break
    finally:
        document.close()
    return found[:MOST_MARKS]


def _on_page(page: pypdfium2.PdfTextPage, marker: Marker, number: int) -> Iterator[Mark]:
    text, places = _running(page)
    for span in marker.spans(text):
        signs = list(dict.fromkeys(places[span.start : span.end]))
        boxes = tuple(_lines([page.get_charbox(at) for at in signs]))
        if boxes:
            yield Mark(number, "".join(_sign(page, at) for at in signs), boxes)


def _running(page: pypdfium2.PdfTextPage) -> tuple[str, list[int]]:
    """The page's text in one spelling, without what a line's end or spacing puts into Chinese.

    With it, for each sign the place on the page that it comes from.
    """
    signs: list[str] = []
    places: list[int] = []
    gap = -1
    for at in range(page.count_chars()):
        sign = simplify(fold(_sign(page, at)))
        if sign in _GAPS:
            gap = at
            continue
        if gap >= 0 and signs and not (is_han(sign) and is_han(signs[-1])):
            # Two words of letters on two lines stay two words.
            signs.append(" ")
            places.append(gap)
        signs.extend(sign)
        places.extend([at] * len(sign))
        gap = -1
    return "".join(signs), places


def _sign(page: pypdfium2.PdfTextPage, at: int) -> str:
    return chr(raw.FPDFText_GetUnicode(page, at))


def _lines(boxes: Sequence[tuple[float, float, float, float]]) -> Iterator[Box]:
    """One box for each line that the signs' boxes lie on."""
    line: Box | None = None
    for box in (Box(*one) for one in boxes):
        if box.right <= box.left or box.top <= box.bottom:
            continue
        if line is not None and _is_beside(line, box):
            line = Box(
                min(line.left, box.left),
                min(line.bottom, box.bottom),
                max(line.right, box.right),
                max(line.top, box.top),
            )
            continue
        if line is not None:
            yield line
        line = box
    if line is not None:
        yield line


def _is_beside(line: Box, box: Box) -> bool:
    """Whether a sign stands on the line so far: half as high as both, and behind its beginning."""
    shared = min(line.top, box.top) - max(line.bottom, box.bottom)
    return box.left >= line.left and shared > 0.5 * min(
        line.top - line.bottom, box.top - box.bottom
    )


def marked_copy(pdf: bytes, found: Sequence[Mark], *, title: str) -> bytes:
    """The PDF with these places highlighted, under a title of its own.

    Raises `pikepdf.PdfError` where the PDF cannot be read.
    """
    with pikepdf.open(io.BytesIO(pdf)) as copy:
        for mark in found:
            page = copy.pages[mark.page]
            if "/Annots" not in page:
                page.Annots = copy.make_indirect(pikepdf.Array())
            page.Annots.append(copy.make_indirect(_highlight(copy, mark)))
        with copy.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = title
            for claim in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part"):
                # Marks are not what these standards ask of a page: the copy does not claim them.
                metadata.pop(claim, None)
        stream = io.BytesIO()
        copy.save(stream, deterministic_id=True)
        return stream.getvalue()


def _highlight(pdf: pikepdf.Pdf, mark: Mark) -> Any:
    """The annotation (ISO 32000-1, 12.5.6.10) with an appearance, for programs that make none."""
    boxes = mark.boxes
    around = [
        min(one.left for one in boxes),
        min(one.bottom for one in boxes),
        max(one.right for one in boxes),
        max(one.top for one in boxes),
    ]
    corners = [
        number
        for one in boxes
        for number in (
            *(one.left, one.top, one.right, one.top),
            *(one.left, one.bottom, one.right, one.bottom),
        )
    ]
    drawn = " ".join(
        f"{one.left:.2f} {one.bottom:.2f} {one.right - one.left:.2f} {one.top - one.bottom:.2f} re"
        for one in boxes
    )
    colour = " ".join(f"{part:.2f}" for part in YELLOW)
    form = pikepdf.Stream(pdf, f"/Over gs {colour} rg {drawn} f".encode())
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, around
    form.Resources = pikepdf.Dictionary(
        ExtGState=pikepdf.Dictionary(
            Over=pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, BM=pikepdf.Name.Multiply)
        )
    )
    # A group of its own, or the colour would not be laid over what stands below it.
    form.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency, CS=pikepdf.Name.DeviceRGB)
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Highlight,
        Rect=around,
        QuadPoints=corners,
        C=list(YELLOW),
        F=4,
        Contents=mark.text,
        AP=pikepdf.Dictionary(N=pdf.make_indirect(form)),
    )
