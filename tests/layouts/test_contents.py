"""In this file contents run over several pages, and each page they tell is true in both formats."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import layouts
from layouts.fonts import found_face
from tests.layouts import samples, word

ITEMS = 60
LONG = "并组织开展全市病险水库除险加固工程质量安全专项检查"
ENTRY = re.compile(r"◇第(\d+)条信息标题.*?（(\d+)）")
TITLE = re.compile(r"第(\d+)条信息标题")

pytestmark = pytest.mark.skipif(
    not found_face("fang").used, reason="no face for 仿宋 on this machine"
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[list[list[str]]]:
    """The lines of each page of an issue of many items, of the PDF and of LibreOffice.

    Measured once with 300 items, every third of three lines: 98 pages, 25 of contents, in each.
    """
    articles = [
        samples.article(
            f"item-{number}", f"第{number}条信息标题{LONG if number % 3 == 0 else ''}", "正文。"
        )
        for number in range(1, ITEMS + 1)
    ]
    document = samples.document(samples.with_articles(*articles))
    pdf = layouts.typeset(document, "pdf")
    docx = layouts.typeset(document, "docx", places=pdf.places, early=pdf.early).content
    folder: Path = tmp_path_factory.mktemp("office")
    made = word.set_by_libreoffice({"many": docx}, folder)["many"]
    return [word.printed_lines(one) for one in (pdf.content, made)]


class TestLongContents:
    def test_every_entry_tells_the_page_on_which_its_title_stands(
        self, both: list[list[list[str]]]
    ) -> None:
        for pages in both:
            listed = {
                int(one[1]): int(one[2])
                for one in ENTRY.finditer("".join(line for page in pages for line in page))
            }
            stands = {
                int(one[1]): number
                for number, page in enumerate(pages, 1)
                for line in page
                if (one := TITLE.match(line))
            }
            assert list(listed) == list(range(1, ITEMS + 1))
            assert listed == stands
            assert listed[1] > 2

    def test_both_formats_have_the_same_pages(self, both: list[list[list[str]]]) -> None:
        pdf, docx = both
        assert len(docx) == len(pdf)
