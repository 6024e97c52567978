"""In this file the presses are given what no office should send, and each comes out in time."""

from __future__ import annotations

import io
import re
import struct
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import layouts
from layouts.typesetting import PressName
from tests.layouts import samples

PRESSES: tuple[PressName, ...] = ("pdf", "docx", "html")
NO_CHARACTER = re.compile(r"[\ufffe\uffff]")
MOST_SECONDS = 30.0
"""One press and one document; each is also stopped by the press itself after that."""
TABLE_SECONDS = 20.0
"""A table of 5,000 rows; on a slow machine the press gives it up after that, and says so."""


def pressed(
    data: dict[str, Any], images: Mapping[str, bytes] | None = None
) -> dict[str, layouts.Edition]:
    """A source in all three forms, each within its time."""
    made: dict[str, layouts.Edition] = {}
    document = samples.document(data)
    for press in PRESSES:
        began = time.monotonic()
        made[press] = layouts.typeset(document, press, images=images or {}, seconds=MOST_SECONDS)
        assert time.monotonic() - began < MOST_SECONDS
    assert made["pdf"].content.startswith(b"%PDF-")
    assert made["docx"].content.startswith(b"PK")
    return made


def codes(made: Mapping[str, layouts.Edition]) -> set[str]:
    return {fault.code for one in made.values() for fault in one.faults}


def table(columns: int, rows: int) -> str:
    row = "|" + "栏|" * columns + "\n"
    return row + "|" + "---|" * columns + "\n" + row * rows


def picture(form: str, mode: str = "RGB", **more: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (60, 40)).save(file, form, **more)
    return file.getvalue()


def bomb() -> bytes:
    """A few bytes that say they are a picture of 60,000 by 60,000."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        size, check = struct.pack(">I", len(content)), zlib.crc32(kind + content)
        return size + kind + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(10_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


class TestWords:
    @pytest.mark.parametrize(
        "body",
        [
            "a" * 500,
            "\U00020000\U0002a700\U0002b740\U0002b820\U0002ceb0\U00030000\U00031350",
            "👨‍👩‍👧‍👦🇨🇳😀",
            "\u202e云汀市\u202c\u200f\u200e\u2066x\u2069",
            "\n".join("  " * depth + f"- 第{depth}层" for depth in range(11)),
            "",
        ],
        ids=["word", "rare", "emoji", "right-to-left", "lists", "nothing"],
    )
    def test_every_press_sets_it_or_says_where_it_cannot(self, body: str) -> None:
        made = pressed(samples.with_body(body))
        known = {"character-missing", "article-empty"}
        assert all(fault.place for one in made.values() for fault in one.faults)
        assert codes(made) <= known

    def test_long_titles(self) -> None:
        titles = ("长" * 200, "W" * 200, "长 " * 100)
        pressed(samples.with_articles(*(samples.article(f"a{n}", t) for n, t in enumerate(titles))))

    def test_an_issue_without_an_article(self) -> None:
        pressed(samples.source(sections=[]))

    def test_three_hundred_articles(self) -> None:
        many = [samples.article(f"a{n}", f"第{n}篇") for n in range(300)]
        assert (pressed(samples.with_articles(*many))["pdf"].pages or 0) > 10


class TestTables:
    def test_forty_columns_are_set_and_told(self) -> None:
        assert "table-crowded" in codes(pressed(samples.with_body(table(40, 5))))

    def test_five_thousand_rows_are_set_or_given_up_in_time(self) -> None:
        document = samples.document(samples.with_body(table(2, 5_000)))
        for press in PRESSES:
            began, said = time.monotonic(), "超过"
            try:
                layouts.typeset(document, press, seconds=TABLE_SECONDS)
            except layouts.TypesettingFailed as error:
                said = str(error)
            assert "超过" in said
            assert time.monotonic() - began < TABLE_SECONDS + 5


class TestPictures:
    @pytest.mark.parametrize(
        ("photo", "told"),
        [
            (
                picture("GIF", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")]),
                "photo-coarse",
            ),
            (picture("JPEG", "CMYK"), "photo-coarse"),
            (picture("PNG")[:60], "photo-unreadable"),
            (bomb(), "photo-unreadable"),
        ],
        ids=["animated", "cmyk", "truncated", "bomb"],
    )
    def test_a_strange_picture_is_set_or_told(self, photo: bytes, told: str) -> None:
        made = pressed(samples.with_body("![现场](photo:1)"), {"1": photo})
        assert codes(made) == {told}


class TestAddresses:
    def test_no_file_and_no_address_is_read(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret.png"
        Image.new("RGB", (50, 50), "red").save(secret)
        addresses = (
            secret.as_uri(), str(secret), "http://127.0.0.1:9/x.png", "../secret.png",
            "data:image/png;base64,iVBORw0KGgo=", "photo:../../secret",
        )  # fmt: skip
        marks = "\n\n".join(
            f'![甲]({one})\n\n<img src="{one}">\n\n<object data="{one}"></object>'
            for one in addresses
        )
        title = f'<img src="{secret.as_uri()}">'
        data = samples.with_articles(samples.article("a1", title, marks), editor_note=marks)
        made = pressed(data)
        assert "image-dropped" in codes(made)
        page = made["html"].content.decode()
        assert set(re.findall(r'<img[^>]*src="([^":]*:?)', page)) <= {"photo:"}
        assert b"/Subtype /Image" not in made["pdf"].content
        assert b"/media/" not in made["docx"].content


class TestCollections:
    @pytest.mark.parametrize("name", ["blns.txt", "commonmark_spec.txt"])
    def test_real_ones_are_set(self, shared_data: Path, name: str) -> None:
        text = (shared_data / "hostile-text" / name).read_text(encoding="utf-8")
        if name.startswith("commonmark"):
            # The examples alone, each as it would be pasted; an arrow stands for a tabulator.
            found = re.findall(r"^`{32} example\n(.*?)\n?\.\n", text, re.DOTALL | re.MULTILINE)
            pieces = [one.replace("→", "\t") for one in found]
        else:
            lines = [one for one in text.splitlines() if one and not one.startswith("#")]
            pieces = [NO_CHARACTER.sub("", one) for one in lines]
            for one in lines:
                if NO_CHARACTER.search(one):
                    with pytest.raises(layouts.SourceInvalid, match="body"):
                        samples.document(samples.with_body(one))
        assert len(pieces) > 400
        step = -(-len(pieces) // 5)
        articles = [
            samples.article(
                f"a{n}", pieces[n].strip()[:200] or "无题", "\n\n".join(pieces[n : n + step])
            )
            for n in range(0, len(pieces), step)
        ]
        pressed(samples.with_articles(*articles))
