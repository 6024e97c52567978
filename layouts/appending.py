"""In this file PDF files are put behind one another, as the attachments of a dossier are."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pikepdf

MOST_PAGES = 2000
"""Pages of all that is appended; beyond, a file is left out and named."""


def appended(pdf: bytes, others: Mapping[str, bytes]) -> tuple[bytes, list[str]]:
    """A PDF with others behind it, each named among its bookmarks; the same give the same bytes.

    Also gives the names of those that cannot be appended: locked, broken, or too many pages.
    """
    left_out: list[str] = []
    with pikepdf.open(io.BytesIO(pdf)) as whole:
        places: list[tuple[str, int]] = []
        for name, content in others.items():
            try:
                with pikepdf.open(io.BytesIO(content)) as other:
                    if len(whole.pages) + len(other.pages) > MOST_PAGES:
                        left_out.append(name)
                        continue
                    first = len(whole.pages)
                    whole.pages.extend(other.pages)
            except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, ValueError):
                left_out.append(name)
                continue
            places.append((name, first))
        with whole.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(name, place) for name, place in places)
        with whole.open_metadata(set_pikepdf_as_editor=False) as metadata:
            # What is put behind may be anything: the whole is no longer held to the archive form.
            for key in ("pdfaid:part", "pdfaid:conformance"):
                if places and key in metadata:
                    del metadata[key]
        stream = io.BytesIO()
        whole.save(stream, deterministic_id=True)
    return stream.getvalue(), left_out
