"""In this file the page of a PDF is found on which words stand."""

from __future__ import annotations

import pytest
from weasyprint import HTML

from publisher.research.found_pages import page_with


@pytest.fixture(scope="module")
def pdf() -> bytes:
    pages = ("Contents: Dams, Roads", "Dams are safe", "and the weir at Qingxi leaks", "Roads open")
    made = HTML(
        string="".join(f"<p style='break-after:page'>{text}</p>" for text in pages)
    ).write_pdf()
    assert isinstance(made, bytes)
    return made


def test_the_page_with_the_words_behind_the_title_is_found(pdf: bytes) -> None:
    assert page_with(pdf, ["Qingxi leaks"], "Dams are safe") == 3
    assert page_with(pdf, ["Qingxi, LEAKS"], "") == 3
    assert page_with(pdf, ["nowhere"], "Dams are safe") == 2
    assert page_with(pdf, [], "") == 1
    assert page_with(pdf, ["open"], "no such title") == 4
