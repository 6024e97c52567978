"""In this file are presses of no time, for tests that are not about what is printed."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf

import layouts
from publisher.config import Settings
from publisher.publication import press


def fast_set_all(
    document: layouts.Document,
    photos: Mapping[str, bytes],
    *,
    progress: Callable[[str, int], None] = lambda _name, _page: None,
    **_given: Any,
) -> press.Files:
    """Files that differ from document to document and are the same for the same one."""
    first = {press.PDF: b"%PDF-1.7 ", press.DOCX: b"PK ", press.HTML: b"<!DOCTYPE html>"}
    text = (document.title + document.source_json).encode()
    for name in first:
        progress(name, 0)
    by_name = {name: start + text for name, start in first.items()}
    by_name |= {press.photo_name(key, content): content for key, content in photos.items()}
    return press.Files(by_name, 2, ())


@functools.cache
def blank_page() -> bytes:
    """A PDF of one page with nothing on it."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        stream = io.BytesIO()
        pdf.save(stream)
    return stream.getvalue()


def fast_set_pdf(
    document: layouts.Document, photos: Mapping[str, bytes], office: Settings
) -> layouts.Edition:
    """One blank page, with the faults the document has."""
    layout = layouts.read_layout(document.layout, office.layouts_path)
    faults = layouts.preflight(document, photos, office.fonts_path, layout)
    return layouts.Edition(
        "pdf", blank_page(), "application/pdf", pages=1, places={}, faults=faults
    )
