"""In this file one document goes to any of the three presses: DOCX, PDF, reading page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from layouts import html, pdf
from layouts.document import Document
from layouts.faults import Fault
from layouts.layout import read_layout
from layouts.official import Official
from layouts.pdf.official import press_official as pdf_official
from layouts.pdf.sheet import press_sheet as pdf_sheet
from layouts.pdf.worker import EarlyLines, Progress, silent
from layouts.photos import sizes_of
from layouts.preflight import is_printable, preflight
from layouts.sheet import Sheet

PressName = Literal["docx", "pdf", "html"]
NO_PHOTOS: Mapping[str, bytes] = MappingProxyType({})
MEDIA_TYPES: Mapping[PressName, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}


@dataclass(frozen=True)
class Edition:
    """One file of a document."""

    press: PressName
    content: bytes
    media_type: str
    pages: int | None = None
    places: Mapping[str, int] | None = None
    """The page each named block begins on; PDF only."""
    early: EarlyLines | None = None
    """The lines that end early, so that nothing is parted; PDF only."""
    faults: tuple[Fault, ...] = ()


def typeset(
    document: Document,
    press: PressName,
    *,
    images: Mapping[str, bytes] = NO_PHOTOS,
    layouts_dir: Path | None = None,
    fonts_dir: Path | None = None,
    places: Mapping[str, int] | None = None,
    early: EarlyLines | None = None,
    seconds: float | None = None,
    photo: Callable[[str], str] = "photo:{}".format,
    progress: Progress = silent,
) -> Edition:
    """Set a document; the same document gives the same bytes.

    `images` holds the photos by key, `places` the true pages for a DOCX's contents and `early` the
    lines that end early (an Edition of the PDF press has both), `photo` the address of a photo in
    the reading page; `progress` hears the page of a long PDF that is being set. Raises
    `LayoutInvalid` or `TypesettingFailed`.
    """
    layout = document.look or read_layout(document.layout, layouts_dir)
    faults = preflight(document, images, fonts_dir, layout)
    printable = {key: one for key, one in images.items() if is_printable(one)}
    media_type = MEDIA_TYPES[press]
    if press == "html":
        text = html.fragment(document, layout, photo, sizes=sizes_of(printable))
        return Edition(press, text.encode(), media_type, faults=faults)
    if press == "docx":
        # Loaded where it is used: python-docx is large, and most processes print nothing.
        from layouts import docx  # noqa: PLC0415

        content = docx.press(document, layout, printable, places, early)
        return Edition(press, content, media_type, faults=faults)
    pages = pdf.press(document, layout, printable, fonts_dir, seconds, progress=progress)
    return Edition(press, pages.pdf, media_type, pages.pages, pages.places, pages.early, faults)


def typeset_sheet(
    sheet: Sheet, press: Literal["docx", "pdf"], *, fonts_dir: Path | None = None
) -> Edition:
    """Set a filled sheet; the same sheet gives the same bytes. Raises `TypesettingFailed`."""
    if press == "docx":
        from layouts.docx.sheet import press_sheet as docx_sheet  # noqa: PLC0415 - see above

        return Edition(press, docx_sheet(sheet), MEDIA_TYPES[press])
    pages = pdf_sheet(sheet, fonts_dir)
    return Edition(press, pages.pdf, MEDIA_TYPES[press], pages.pages)


def typeset_official(
    document: Official, press: Literal["docx", "pdf"], *, fonts_dir: Path | None = None
) -> Edition:
    """Set an official document; the same gives the same bytes. Raises `TypesettingFailed`."""
    if press == "docx":
        from layouts.docx.official import press_official as docx_official  # noqa: PLC0415

        return Edition(press, docx_official(document, fonts_dir), MEDIA_TYPES[press])
    pages = pdf_official(document, fonts_dir)
    return Edition(press, pages.pdf, MEDIA_TYPES[press], pages.pages)
