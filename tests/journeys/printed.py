"""In this file journeys read what was printed: the words of a PDF and of a Word file."""

from __future__ import annotations

import io
import re

import docx
import pypdfium2
from docx.oxml.ns import qn


def words_of_pdf(content: bytes) -> str:
    """All words of a PDF in order, without blanks."""
    with pypdfium2.PdfDocument(content) as document:
        return _tight("".join(page.get_textpage().get_text_bounded() for page in document))


def words_of_docx(content: bytes) -> str:
    """All words of a Word file's body in order, tables and frames too, without blanks."""
    body = docx.Document(io.BytesIO(content)).element.body
    return _tight("".join(text.text or "" for text in body.iter(qn("w:t"))))


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", text)
