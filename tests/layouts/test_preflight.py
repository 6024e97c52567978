"""In this file we hold the look before printing to every place a document has words in."""

from __future__ import annotations

import io
import shutil
import sys
from typing import Any

import pytest
from PIL import Image

import layouts
from layouts.preflight import is_printable
from layouts.source import EDITOR_NOTE
from tests.layouts import samples

MISSING = "\U000ffffd"
NAMED = f"姓名{MISSING}"

pytestmark = pytest.mark.skipif(
    shutil.which("fc-list") is None, reason="no fontconfig on this machine"
)


def faults_of(data: dict[str, Any], **images: bytes) -> list[tuple[str, str]]:
    document = samples.document(data)
    return [(fault.code, fault.place) for fault in layouts.preflight(document, images)]


class TestCharacters:
    @pytest.mark.parametrize(
        ("changes", "place"),
        [
            ({"serial": NAMED}, "serial"),
            ({"office": NAMED}, "office"),
            ({"handling": NAMED}, "handling"),
            ({"copy_number": NAMED}, "copy_number"),
            ({"number_line": NAMED}, "number_line"),
            ({"correction": NAMED}, "correction"),
            ({"editor_note": NAMED}, "note-p1"),
            ({"imprint": {"to_peer": NAMED}}, "imprint"),
            ({"imprint": {"signer": NAMED}}, "imprint"),
            ({"sections": [{"title": NAMED, "articles": [samples.article("a", "甲")]}]}, "section"),
        ],
    )
    def test_no_part_of_an_issue_is_left_out(self, changes: dict[str, Any], place: str) -> None:
        found = faults_of(samples.source(**changes))
        # A note's blocks are named after it.
        place = place.replace("note", EDITOR_NOTE)
        assert found == [("character-missing", place)]

    @pytest.mark.parametrize(
        ("more", "place"),
        [
            ({"title": NAMED}, "item-1"),
            ({"source_line": NAMED}, "item-1"),
            ({"stage": NAMED}, "item-1"),
            ({"instructions": [{"leader": NAMED, "text": "请办。"}]}, "item-1"),
            ({"instructions": [{"leader": "周立言", "text": NAMED}]}, "item-1"),
            ({"body": f"- {NAMED}"}, "item-1-p1"),
            ({"body": f"> {NAMED}"}, "item-1-p1"),
            ({"body": f"甲\n\n# {NAMED}"}, "item-1-p2"),
            ({"body": f"| 甲 |\n|---|\n| {NAMED} |"}, "item-1-p1"),
            ({"body": f"```\n{NAMED}\n```"}, "item-1-p1"),
        ],
    )
    def test_no_part_of_an_article_is_left_out(self, more: dict[str, Any], place: str) -> None:
        one = samples.article("item-1", "清溪县推行“一窗通办”") | more
        assert faults_of(samples.with_articles(one)) == [("character-missing", place)]

    def test_each_character_is_told_once_in_its_place(self) -> None:
        body = f"{NAMED}和{NAMED}\n\n{NAMED}"
        assert faults_of(samples.with_body(body)) == [
            ("character-missing", "item-1-p1"), ("character-missing", "item-1-p2"),
        ]  # fmt: skip

    def test_rare_names_and_marks_that_have_a_face_are_no_fault(self) -> None:
        body = "姓名：㛃、䶮、𠮷。①②③ ★ ℃ ㎡ — … “” 〔2026〕 3.6% A320neo"
        assert faults_of(samples.with_body(body)) == []

    def test_a_character_an_office_made_for_itself_is_told_whatever_face_has_it(self) -> None:
        (fault,) = layouts.preflight(samples.document(samples.with_body("姓名\ue000")), {})
        assert fault.code == "character-missing"
        assert "U+E000" in fault.sentence


class TestOrder:
    def test_faults_are_told_kind_by_kind_each_with_a_sentence(self) -> None:
        body = f"![外站](http://example.invalid/a.png)\n\n![现场](photo:5)\n\n{NAMED}"
        document = samples.document(samples.with_body(body))
        faults = layouts.preflight(document, {})
        assert [fault.code for fault in faults] == [
            "image-dropped", "photo-missing", "character-missing",
        ]  # fmt: skip
        assert all(fault.sentence.endswith("。") for fault in faults)

    def test_a_photo_of_the_editors_note_is_looked_at_too(self) -> None:
        data = samples.source(editor_note="按语。\n\n![现场](photo:5)")
        assert ("photo-missing", f"{EDITOR_NOTE}-p2") in faults_of(data)


class TestPictures:
    def test_a_picture_too_large_to_be_a_photo_is_not_printed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stream = io.BytesIO()
        Image.new("L", (40, 30)).save(stream, "PNG")
        assert is_printable(stream.getvalue())
        monkeypatch.setattr(sys.modules["layouts.preflight"], "MOST_PIXELS", 40 * 30 - 1)
        assert not is_printable(stream.getvalue())
