"""In this file a PDF gives its paragraphs: characters to lines, lines to paragraphs."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

from publisher.retrospect.errors import Unreadable
from publisher.retrospect.paragraphs import Extract, Paragraph

MOST_PAGES = 400
FOLIO = re.compile(r"^[-—–－\s·]*\d{1,4}[-—–－\s·]*$|^第\s*\d+\s*页(\s*[/，,]?\s*共\s*\d+\s*页)?$")
LISTED = re.compile(
    r"(?:[.…·．⋯]{3,}|\t|\u3000)\s*[(（]?\s*\d{1,3}\s*[)）]?\s*$|[(（]\s*\d{1,3}\s*[)）]\s*$"
)
"""A line of the contents ends with its page."""
DOTTED = re.compile(r"[.…·．⋯]{3,}\s*[(（]?\s*\d{1,3}\s*[)）]?\s*$")
"""Between an entry of the contents and its page run dots; such a line is as wide as the page."""
SIGN = re.compile(r"^[◇◆●○■□▲△★☆※]")
OUR_PRESS, SOURCE = "Jianbao", "source.json"
"""The program a PDF of ours names as its creator, and the file in it that is the issue's source."""
MOST_ATTACHED = 50
LONGEST_SOURCE = 8 * 1024**2
"""Bytes; the longest issue that can be set is shorter."""
NEAR = 3.0
"""Points within which lines begin or end alike."""
SCANNED = 20
"""A page with fewer characters than this may be a picture."""


@dataclass(frozen=True)
class Line:
    """Characters on one baseline."""

    text: str
    page: int
    left: float
    right: float
    base: float
    size: float
    font: str
    bold: bool


def read_pdf(content: bytes) -> Extract:
    """The paragraphs of a PDF; of a scan, none. Raises `Unreadable`."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("PDF 设有打开密码，请解密后再补录。") from error
        raise Unreadable("PDF 已损坏，打不开。") from error
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise Unreadable(f"PDF 有 {count} 页，超过 {MOST_PAGES} 页，请分开补录。")
        paragraphs: list[Paragraph] = []
        scanned: list[int] = []
        lines: list[list[Line]] = []
        for number in range(count):
            found = list(_lines(document[number], number + 1))
            if _is_picture(document[number], sum(len(one.text) for one in found)):
                scanned.append(number + 1)
            lines.append(found)
        paragraphs = list(paragraphs_of(lines))
        source = _carried(document)
    finally:
        document.close()
    return Extract(tuple(paragraphs), count, source=source, scanned=tuple(scanned))


def _is_picture(page: pypdfium2.PdfPage, characters: int) -> bool:
    """Whether what a page shows is no text: a scan, or letters drawn as outlines."""
    if characters >= SCANNED:
        return False
    kinds = {one.type for one in page.get_objects(max_depth=3)}
    return pdfium.FPDF_PAGEOBJ_IMAGE in kinds or (not characters and bool(kinds))


def _carried(document: pypdfium2.PdfDocument) -> str:
    """The source a PDF of this program's press carries; empty for any other."""
    if document.get_metadata_dict().get("Creator") != OUR_PRESS:
        return ""
    for number in range(min(document.count_attachments(), MOST_ATTACHED)):
        attached = document.get_attachment(number)
        if attached.get_name() == SOURCE:
            try:
                content = bytes(attached.get_data())
            except pypdfium2.PdfiumError:
                return ""
            return content.decode("utf-8", "replace") if len(content) <= LONGEST_SOURCE else ""
    return ""


def _lines(page: pypdfium2.PdfPage, number: int) -> Iterator[Line]:
    """The lines of a page from top to bottom; folios are left out."""
    text = page.get_textpage()
    characters = sorted(_characters(text), key=lambda one: (-one[1], one[2]))
    merged: list[list[tuple[str, float, float, float, float, str, bool]]] = []
    for one in characters:
        if merged and abs(merged[-1][-1][1] - one[1]) < max(2.0, one[4] * 0.25):
            merged[-1].append(one)
        else:
            merged.append([one])
    height = page.get_height()
    for line in merged:
        line.sort(key=lambda one: one[2])
        made = _line(line, number)
        at_edge = made.base < height * 0.12 or made.base > height * 0.93
        if made.text.strip() and not (at_edge and FOLIO.match(made.text.strip())):
            yield made


def _line(line: list[tuple[str, float, float, float, float, str, bool]], number: int) -> Line:
    pieces: list[str] = []
    before = line[0][2]
    for character, _base, left, right, size, _font, _bold in line:
        if left - before > size * 0.9 and pieces:
            pieces.append("　" if left - before < size * 3 else "\t")
        if not character.isspace() or (pieces and not pieces[-1].isspace()):
            pieces.append(character)
        before = right
    sizes = Counter(round(one[4], 1) for one in line)
    fonts = Counter(one[5] for one in line if ord(one[0]) > 0x2E7F) or Counter({"": 1})
    return Line(
        "".join(pieces).rstrip(),
        number,
        line[0][2],
        max(one[3] for one in line),
        Counter(round(one[1], 1) for one in line).most_common(1)[0][0],
        sizes.most_common(1)[0][0],
        fonts.most_common(1)[0][0],
        sum(one[6] for one in line) * 2 > len(line),
    )


def _characters(
    text: pypdfium2.PdfTextPage,
) -> Iterator[tuple[str, float, float, float, float, str, bool]]:
    """Character, baseline, left, right, size, face and whether it is bold."""
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in {0, 0xFFFE, 0xFFFF} or 0xD800 <= code < 0xE000:
            continue
        character = chr(code)
        if character in "\r\n\t" or pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        if not pdfium.FPDFText_GetCharOrigin(text, index, x, y):
            continue
        left, _bottom, right, _top = text.get_charbox(index, loose=True)
        size = _size_of(text, index)
        weight = pdfium.FPDFText_GetFontWeight(text, index)
        yield character, y.value, left, right, size, _face(text, index), weight >= 600


def _size_of(text: pypdfium2.PdfTextPage, index: int) -> float:
    """The size as it is seen: the face's own, scaled by the matrix it stands under."""
    matrix = pdfium.FS_MATRIX()
    scale = 1.0
    if pdfium.FPDFText_GetMatrix(text, index, matrix):
        scale = abs(matrix.d) or abs(matrix.b) or 1.0
    return float(pdfium.FPDFText_GetFontSize(text, index)) * scale


def _face(text: pypdfium2.PdfTextPage, index: int) -> str:
    flags = ctypes.c_int()
    buffer = ctypes.create_string_buffer(128)
    length = pdfium.FPDFText_GetFontInfo(text, index, buffer, 128, flags)
    name = buffer.raw[: max(0, min(length, 128) - 1)].decode("utf-8", "replace")
    return name.rpartition("+")[2]


def paragraphs_of(pages: list[list[Line]]) -> Iterator[Paragraph]:
    """Lines joined: a line that begins at the margin goes on, one that is indented begins."""
    lines = [one for page in pages for one in page]
    if not lines:
        return
    sizes: Counter[float] = Counter()
    for one in lines:
        sizes[round(one.size)] += len(one.text)
    body = sizes.most_common(1)[0][0]
    running = [one for one in lines if round(one.size) == body]
    margin = outermost([one.left for one in running], left=True)
    edge = outermost([one.right for one in running], left=False)
    before: Line | None = None
    made: Paragraph | None = None
    for line in lines:
        centred = _is_centred(line, margin, edge)
        if made is not None and before is not None and _goes_on(before, line, margin, edge, body):
            made = replace(made, text=joined(made.text, line.text))
        else:
            if made is not None:
                yield made
            made = Paragraph(
                text=line.text,
                page=line.page,
                size=line.size,
                centred=centred,
                right=not centred and edge - line.right < body and line.left > (margin + edge) / 2,
                bold=line.bold,
                font=line.font,
            )
        before = line
    if made is not None:
        yield made


def outermost(values: Sequence[float], *, left: bool) -> float:
    """Where the lines begin or end that go farthest out, but for a few that stand out alone.

    Not where most begin: in short paragraphs there are more indented lines than others.
    """
    ordered = sorted(values, reverse=not left)
    enough = max(2, len(ordered) // 10)
    for place, value in enumerate(ordered):
        if sum(abs(one - value) < NEAR for one in ordered[place : place + enough]) == enough:
            return value
    return ordered[0]


def _is_centred(line: Line, margin: float, edge: float) -> bool:
    if "\t" in line.text or DOTTED.search(line.text):
        return False
    left, right = line.left - margin, edge - line.right
    return left > line.size * 0.8 and abs(left - right) < max(line.size * 1.6, left * 0.15)


def _goes_on(before: Line, line: Line, margin: float, edge: float, body: float) -> bool:
    """Whether a line belongs to the paragraph of the one before."""
    if abs(before.size - line.size) > 1.0 or (before.bold != line.bold and line.size > body):
        return False
    if SIGN.match(line.text) or LISTED.search(before.text):
        return False
    gap = before.base - line.base
    if line.page == before.page and gap > line.size * 2.6:
        return False
    both_centred = _is_centred(before, margin, edge) and _is_centred(line, margin, edge)
    if line.size > body + 1 or both_centred:
        return both_centred and line.page == before.page and before.font == line.font
    full = before.right > edge - body * 3.2
    return line.left < margin + line.size * 0.9 and full


def joined(first: str, second: str) -> str:
    """Two lines of one paragraph; words of letters keep a space between them."""
    apart = first[-1:].isascii() and second[:1].isascii()
    both = first[-1:].isalnum() and second[:1].isalnum()
    return f"{first} {second}" if apart and both and first[-1:].isalpha() else first + second
