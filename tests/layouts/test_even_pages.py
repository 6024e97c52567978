"""In this file issues for printing on both sides end on an even page, the imprint there."""

from __future__ import annotations

import io
from pathlib import Path

import pdfplumber
import pytest

import layouts
from layouts import grid
from layouts.fonts import found_face
from tests.layouts import samples, word

SENTENCE = "今年以来清溪县聚焦群众办事难题持续优化政务服务流程整合窗口资源压减办理时限"
IMPRINT = samples.source()["imprint"]
LENGTHS = {"one": 60, "two": 500, "pushed": 880, "three": 1000}
"""Characters of text that end early on the first page, on the second, just at the foot of the
second so that the imprint pushes lines to a third, and on the third."""

WANTED = {
    "one": ["TN", "I"],
    "two": ["TN", "TIN"],
    "pushed": ["TN", "TN", "", "I"],
    "three": ["TN", "TN", "TN", "I"],
}

pytestmark = pytest.mark.skipif(
    not found_face("fang").used, reason="no face for 仿宋 on this machine"
)


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[layouts.Edition, bytes]]:
    """The same text in both formats, at each length."""
    folder = tmp_path_factory.mktemp("layouts")
    (folder / "double").mkdir()
    (folder / "double" / "layout.toml").write_text(
        'based_on = "regular"\n[pages]\neven = true\n', encoding="utf-8"
    )
    made = {}
    for name, length in LENGTHS.items():
        data = samples.with_body((SENTENCE * 40)[:length], layout="double", imprint=IMPRINT)
        document = layouts.compose(layouts.read_source(data), layouts_dir=folder)
        pdf = layouts.typeset(document, "pdf", layouts_dir=folder)
        docx = layouts.typeset(document, "docx", layouts_dir=folder, places=pdf.places)
        made[name] = (pdf, docx.content)
    return made


def outline(pdf: bytes | Path) -> list[str]:
    """What each page holds: T text, I the imprint, N a number."""
    with pdfplumber.open(pdf if isinstance(pdf, Path) else io.BytesIO(pdf)) as file:
        found = []
        for page in file.pages:
            foot = (grid.PAPER_HEIGHT - grid.BOTTOM + 1) * grid.POINTS_PER_MM
            words = "".join(char["text"] for char in page.chars if char["top"] < foot)
            number = any(char["text"] == "—" for char in page.chars if char["top"] > foot)
            found.append(
                ("T" if any(one in words for one in ("群众", "窗口", "时限", "流程")) else "")
                + ("I" if "共印85份" in "".join(words.split()) else "")
                + ("N" if number else "")
            )
    return found


class TestEvenPages:
    @pytest.mark.parametrize("name", LENGTHS)
    def test_the_last_page_is_even_and_holds_the_imprint(
        self, editions: dict[str, tuple[layouts.Edition, bytes]], name: str
    ) -> None:
        assert outline(editions[name][0].content) == WANTED[name]

    def test_the_word_file_does_the_same(
        self, editions: dict[str, tuple[layouts.Edition, bytes]], tmp_path: Path
    ) -> None:
        made = word.set_by_libreoffice({n: docx for n, (_pdf, docx) in editions.items()}, tmp_path)
        assert {name: outline(path) for name, path in made.items()} == WANTED

    def test_the_imprint_stands_at_the_foot_of_its_own_page(
        self, editions: dict[str, tuple[layouts.Edition, bytes]]
    ) -> None:
        with pdfplumber.open(io.BytesIO(editions["three"][0].content)) as pdf:
            lowest = max(char["bottom"] for char in pdf.pages[-1].chars)
        assert lowest / grid.POINTS_PER_MM == pytest.approx(262, abs=3)

    def test_other_layouts_end_where_their_text_does(self) -> None:
        document = samples.document(samples.with_body(SENTENCE, imprint=IMPRINT))
        assert outline(layouts.typeset(document, "pdf").content) == ["TIN"]
