"""In this file we hold the look before printing to every place a document has words in."""

from __future__ import annotations

import io
import re
import shutil
import sys
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from PIL import Image

import layouts
from layouts.faults import KINDS, Severity, tell
from layouts.fonts import FACES, Found
from layouts.html.press import title_characters
from layouts.preflight import face_faults, is_printable, printed_dpi
from layouts.source import EDITOR_NOTE
from layouts.titles import title_lines
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


def picture(width: int, height: int, **more: Any) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (width, height)).save(stream, "JPEG", **more)
    return stream.getvalue()


def table(columns: int) -> str:
    return "|" + "栏|" * columns + "\n|" + "---|" * columns + "\n|" + "栏|" * columns


class TestSeverity:
    def test_every_code_that_is_told_stands_in_the_table(self) -> None:
        folder = Path(layouts.__file__).parent
        told = {
            code
            for path in folder.rglob("*.py")
            for code in re.findall(r"tell\(\s*\"([a-z-]+)\"", path.read_text(encoding="utf-8"))
        }
        assert told
        assert told <= set(KINDS)

    def test_every_sentence_ends_as_one(self) -> None:
        assert all(kind.sentence.endswith(("。", "{reason}")) for kind in KINDS.values())
        assert all(kind.english.endswith((".", "{reason}")) for kind in KINDS.values())

    def test_both_languages_say_the_same_words(self) -> None:
        for code, kind in KINDS.items():
            chinese, english = (
                {name for _text, name, _width, _how in Formatter().parse(text) if name}
                for text in (kind.sentence, kind.english)
            )
            assert chinese == english, code

    @pytest.mark.parametrize(
        ("code", "severity"),
        [
            ("character-missing", Severity.HARD), ("photo-unreadable", Severity.HARD),
            ("text-overflow", Severity.HARD), ("issue-empty", Severity.HARD),
            ("photo-coarse", Severity.SOFT), ("title-long", Severity.SOFT),
            ("face-substituted", Severity.SOFT), ("leader-name", Severity.SOFT),
        ],
    )  # fmt: skip
    def test_what_stops_and_what_is_asked(self, code: str, severity: Severity) -> None:
        assert layouts.Fault(code, "item-1", "。").severity is severity

    def test_a_word_its_sentence_needs_is_not_forgotten(self) -> None:
        with pytest.raises(KeyError):
            tell("table-wide", "item-1-p1")


class TestIssue:
    def test_an_issue_without_articles_is_told(self) -> None:
        assert faults_of(samples.source(sections=[])) == [("issue-empty", "sections")]

    def test_a_section_without_articles_is_told(self) -> None:
        sections = [*samples.source()["sections"], {"title": "经验做法", "articles": []}]
        assert faults_of(samples.source(sections=sections)) == [("section-empty", "section")]

    def test_an_article_without_text_or_name_is_told(self) -> None:
        one = samples.article("item-1", "——", "")
        assert faults_of(samples.with_articles(one)) == [
            ("article-empty", "item-1"), ("title-empty", "item-1"),
        ]  # fmt: skip


class TestTitles:
    def test_a_title_of_four_lines_is_told_and_one_of_three_is_not(self) -> None:
        titled = [samples.article(f"item-{n}", "云汀市推行政务服务“一窗通办”" * n) for n in (3, 5)]
        assert faults_of(samples.with_articles(*titled)) == [("title-long", "item-5")]

    def test_the_number_before_a_title_takes_its_room(self) -> None:
        room = title_characters(layouts.read_layout("digest"))
        title = "甲" * (3 * int(room))
        assert len(title_lines(title, room)) == 3
        data = samples.with_articles(samples.article("item-1", title), layout="digest")
        assert faults_of(data) == [("title-long", "item-1")]


class TestPhotos:
    @pytest.mark.parametrize(
        ("size", "dpi"),
        [((882, 400), 200), ((881, 400), 199), ((400, 630), 200), ((200, 100), 96)],
    )
    def test_pixels_are_counted_at_the_size_it_is_printed(
        self, size: tuple[int, int], dpi: int
    ) -> None:
        assert int(printed_dpi(picture(*size)) + 0.1) == dpi

    def test_a_photo_that_lies_on_its_side_is_counted_upright(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        assert printed_dpi(picture(900, 600, exif=exif)) == printed_dpi(picture(600, 900))

    def test_a_coarse_photo_is_told_and_a_fine_one_is_not(self) -> None:
        data = samples.with_body("![现场](photo:1)\n\n![远景](photo:2)")
        told = faults_of(data, **{"1": picture(600, 400), "2": picture(1200, 800)})
        assert told == [("photo-coarse", "item-1-p1")]


class TestTables:
    @pytest.mark.parametrize(
        ("columns", "told"),
        [(16, []), (17, ["table-crowded"]), (42, ["table-crowded"]), (43, ["table-wide"])],
    )
    def test_columns_are_counted(self, columns: int, told: list[str]) -> None:
        assert [code for code, _place in faults_of(samples.with_body(table(columns)))] == told

    def test_the_widest_that_is_not_refused_stays_in_the_type_area(self) -> None:
        fits, leaves = (samples.document(samples.with_body(table(n))) for n in (42, 46))
        for document, told in ((fits, False), (leaves, True)):
            edition = layouts.typeset(document, "pdf")
            assert bool(layouts.overflow_faults(document, edition.content)) is told


class TestOverflow:
    def test_a_line_that_leaves_the_paper_is_told_with_its_field(self) -> None:
        document = samples.document(samples.source(office="云汀市人民政府办公室编" * 6))
        edition = layouts.typeset(document, "pdf")
        (fault,) = layouts.overflow_faults(document, edition.content)
        assert (fault.code, fault.place) == ("text-overflow", "office")
        assert fault.severity is Severity.HARD
        assert fault.sentence.startswith("第1页“云汀市人民政府办公室编")

    def test_full_lines_hanging_marks_and_long_addresses_stay_inside(self) -> None:
        body = "各县（市、区）要抓好落实，" * 60 + "https://example.invalid/" + "a" * 200
        document = samples.document(samples.with_body(body))
        assert layouts.overflow_faults(document, layouts.typeset(document, "pdf").content) == ()


class TestFaces:
    def faults(self, monkeypatch: pytest.MonkeyPatch, used: str) -> list[layouts.Fault]:
        def found(name: str, _fonts_dir: Path | None) -> Found:
            own = FACES[name].families[0]
            return Found(name, FACES[name].docx, used if name == "hei" else own)

        monkeypatch.setattr(sys.modules["layouts.preflight"], "found_face", found)
        return list(face_faults(layouts.read_layout("regular")))

    def test_a_face_nothing_stands_in_for_is_hard(self, monkeypatch: pytest.MonkeyPatch) -> None:
        (fault,) = self.faults(monkeypatch, "")
        assert (fault.code, fault.severity) == ("face-missing", Severity.HARD)

    def test_one_that_is_stood_in_for_is_soft(self, monkeypatch: pytest.MonkeyPatch) -> None:
        (fault,) = self.faults(monkeypatch, "Noto Sans CJK SC")
        assert (fault.code, fault.severity) == ("face-substituted", Severity.SOFT)
        assert fault.sentence == "黑体由“Noto Sans CJK SC”代替，PDF与单位字体不同。"

    def test_the_office_with_its_own_faces_is_told_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.faults(monkeypatch, "SimHei") == []
