"""In this file the pages of a PDF become pictures, to be looked at while an issue is in work."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdfium2


def page_pictures(pdf: bytes, dpi: int = 96) -> Iterator[bytes]:
    """Each page as PNG, one after the other."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            picture = page.render(scale=dpi / 72).to_pil()
            stream = io.BytesIO()
            picture.save(stream, "PNG", optimize=True)
            yield stream.getvalue()
            page.close()
    finally:
        document.close()
