"""In this file an issue's source goes to the presses: read, composed, and set in each form."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

import layouts
from publisher.attachments.actions import path_of
from publisher.config import Settings
from publisher.publication.errors import PublicationFailed
from publisher.publication.originals import Original
from publisher.serials import queries as serials

logger = logging.getLogger(__name__)

PDF, DOCX, HTML = "issue.pdf", "issue.docx", "issue.html"
"""What the file of each press is called, in staging and in the archive."""
SOURCE, LAYOUT = "source.json", "layout.json"
"""The issue's text, and the layout it is set in: from the two it can be set again for ever."""

STYLE = Path(__file__).parents[1] / "templates" / "publication" / "standalone.css"


@serials.knows_layouts
def layout_titles(layouts_dir: Path) -> list[tuple[str, str]]:
    """Name and title of every layout there is, the office's own too."""
    return layouts.layout_titles(layouts_dir)


@serials.keeps_layouts
def keep_layout(name: str, layouts_dir: Path) -> str:
    """Keep a layout as it stands when an issue is signed, and give its version.

    One that cannot be read or kept does not hinder the signing: its issue waits in publication
    with the reason, and is set as soon as the layout is right.
    """
    try:
        return layouts.keep_version(name, layouts_dir)
    except (layouts.LayoutError, OSError):
        logger.exception("The layout %r could not be kept", name)
        return ""


@serials.versions_layouts
def current_layout(name: str, layouts_dir: Path) -> str:
    """The version a layout has as it stands; empty where it is wrong."""
    try:
        return layouts.current_version(name, layouts_dir)
    except layouts.LayoutError:
        return ""


@dataclass(frozen=True)
class Files:
    """An issue in every form."""

    by_name: Mapping[str, bytes]
    pages: int
    faults: tuple[layouts.Fault, ...]


def compose(
    source: Mapping[str, Any], layouts_dir: Path | None, *, kept_layout: bytes | None = None
) -> layouts.Document:
    """Read a source and compose it; raises `PublicationFailed` naming the field that is wrong.

    `kept_layout` is the version of its layout that came with it.
    """
    try:
        read = layouts.read_source(source)
        look = layouts.look_of(read, layouts_dir, kept_layout)
        return layouts.compose(read, look=look)
    except layouts.LayoutError as error:
        raise PublicationFailed(_("组版未成：%(reason)s", reason=str(error))) from error


def read_issue(text: str) -> dict[str, Any] | None:
    """The JSON form of an issue, with every field, out of a text that came from outside.

    None where the text is no such form.
    """
    try:
        return layouts.read_source(json.loads(text)).as_json()
    except (ValueError, RecursionError, layouts.LayoutError):
        return None


def set_pdf(
    document: layouts.Document, photos: Mapping[str, bytes], office: Settings
) -> layouts.Edition:
    """The pages alone; raises `PublicationFailed` where the press gives up."""
    try:
        return layouts.typeset(
            document,
            "pdf",
            images=photos,
            layouts_dir=office.layouts_path,
            fonts_dir=office.fonts_path,
            seconds=office.typeset_seconds,
        )
    except layouts.LayoutError as error:
        raise _given_up(error) from error


def set_all(
    document: layouts.Document,
    photos: Mapping[str, bytes],
    *,
    layouts_dir: Path | None = None,
    fonts_dir: Path | None = None,
    seconds: float | None = None,
    progress: Callable[[str, int], None] = lambda _name, _page: None,
) -> Files:
    """Set every form; the Word file's contents get the page numbers of the PDF.

    `progress` hears the name of each file before it is made, with page 0, and then now and then the
    page of a long one. Raises `PublicationFailed`.
    """
    try:
        progress(PDF, 0)
        pdf = layouts.typeset(
            document,
            "pdf",
            images=photos,
            layouts_dir=layouts_dir,
            fonts_dir=fonts_dir,
            seconds=seconds,
            progress=lambda page: progress(PDF, page),
        )
        progress(DOCX, 0)
        docx = layouts.typeset(
            document,
            "docx",
            images=photos,
            layouts_dir=layouts_dir,
            places=pdf.places,
            early=pdf.early,
        )
        progress(HTML, 0)
        page = layouts.typeset(
            document,
            "html",
            images=photos,
            layouts_dir=layouts_dir,
            photo=lambda key: photo_name(key, photos[key]) if key in photos else "",
        )
    except layouts.LayoutError as error:
        raise _given_up(error) from error
    by_name = {PDF: pdf.content, DOCX: docx.content, HTML: standalone(document, page.content)}
    by_name |= {photo_name(key, content): content for key, content in photos.items()}
    faults = dict.fromkeys((*pdf.faults, *docx.faults, *page.faults))
    return Files(by_name, pdf.pages or 0, tuple(faults))


def kept_layout_of(document: layouts.Document) -> bytes:
    """The whole layout a document is set in, for the archive."""
    return layouts.text_of(document.look).encode() if document.look else b""


def set_old(document: layouts.Document, original: Original, office: Settings) -> Files:
    """The files of an old issue: its original as it is, and a reading page of its text.

    Only where its pages could not be made from the original are they set anew. Raises
    `PublicationFailed`.
    """
    try:
        page = layouts.typeset(document, "html", layouts_dir=office.layouts_path)
    except layouts.LayoutError as error:
        raise _given_up(error) from error
    by_name = {original.name: original.content, HTML: standalone(document, page.content)}
    if original.form == "docx":
        by_name[DOCX] = original.content
    if original.pdf is not None:
        return Files({**by_name, PDF: original.pdf}, original.pages, ())
    pdf = set_pdf(document, {}, office)
    return Files({**by_name, PDF: pdf.content}, pdf.pages or 0, ())


def pictures(pdf: bytes, dpi: int) -> Iterator[bytes]:
    """Each page of a PDF as PNG."""
    yield from layouts.page_pictures(pdf, dpi=dpi)


def _given_up(error: layouts.LayoutError) -> PublicationFailed:
    return PublicationFailed(_("排印未成：%(reason)s", reason=str(error)))


def standalone(document: layouts.Document, fragment: bytes) -> bytes:
    """The reading page as a whole HTML page that needs no site around it."""
    head = (
        f'<!DOCTYPE html>\n<html lang="{escape(document.language)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n"
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
    )
    return head.encode() + fragment + b"\n</body>\n</html>\n"


def read_photos(digests: Mapping[str, str], folder: Path) -> dict[str, bytes]:
    """The bytes of each photo by its key; raises `PublicationFailed` for a lost or changed one."""
    found: dict[str, bytes] = {}
    for key, expected in digests.items():
        try:
            content = path_of(expected, folder).read_bytes()
        except OSError as error:
            raise PublicationFailed(
                _("照片（编号%(key)s）读不出来，请检查附件目录。", key=key)
            ) from error
        if hashlib.sha256(content).hexdigest() != expected:
            raise PublicationFailed(_("照片（编号%(key)s）已损坏，与上传时不一致。", key=key))
        found[key] = content
    return found


def photo_name(key: str, content: bytes) -> str:
    """What a photo is called in the archive: photos/12.png."""
    return f"photos/{key}.{'png' if content.startswith(bytes([0x89]) + b'PNG') else 'jpg'}"
