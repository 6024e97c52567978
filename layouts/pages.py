"""In this file the pages of a PDF become pictures, to be looked at on a screen."""

from __future__ import annotations

import io
import itertools
import threading
from collections.abc import Iterator

import pypdfium2

_one_at_a_time = threading.Lock()
"""PDFium knows no threads, and a site answers several readers at once."""


def page_pictures(pdf: bytes, dpi: int = 96, most: int | None = None) -> Iterator[bytes]:
    """Each page as PNG, one after the other, the first `most` of them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in itertools.islice(document, most):
            picture = page.render(scale=dpi / 72).to_pil()
            stream = io.BytesIO()
            picture.save(stream, "PNG", optimize=True)
            yield stream.getvalue()
            page.close()
    finally:
        document.close()


def page_picture(pdf: bytes, page: int, dpi: int = 96) -> bytes:
    """One page as PNG, counted from 1; raises `IndexError` for one that is not there."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 1 <= page <= len(document):
                raise IndexError(page)
            picture = document[page - 1].render(scale=dpi / 72).to_pil()
        finally:
            document.close()
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
