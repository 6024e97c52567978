"""In this file we try the chains of faces, and a machine that has none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import layouts
from layouts import fonts
from layouts.fonts import FACES, LATIN, RARE
from tests.layouts import samples


class TestChains:
    def test_word_files_name_the_faces_offices_have(self) -> None:
        assert {name: face.docx for name, face in FACES.items()} == {
            "title": "方正小标宋简体", "fang": "仿宋_GB2312", "kai": "楷体_GB2312", "hei": "黑体",
            "song": "宋体",
        }  # fmt: skip

    @pytest.mark.parametrize("name", FACES)
    def test_a_chain_goes_from_the_offices_own_face_to_those_with_rare_characters(
        self, name: str
    ) -> None:
        chain = FACES[name].chain
        assert len(set(chain)) == len(chain)
        assert set(RARE) <= set(chain)
        assert chain[1 if FACES[name].latin else 0] == FACES[name].families[0]
        assert (chain[0] == LATIN) == FACES[name].latin

    def test_quotation_marks_and_dashes_are_never_latin(self) -> None:
        ends = [part.removeprefix("U+").split("-") for part in fonts.LATIN_RANGE.split(", ")]
        latin = {
            code
            for start, *end in ends
            for code in range(int(start, 16), int((end or [start])[0], 16) + 1)
        }
        assert not latin & set(map(ord, "“”‘’—…·、。　"))
        assert set(map(ord, "0123456789%ABCxyz()-")) <= latin


class TestLacks:
    def test_the_usual_characters_are_gb_2312_and_more(self) -> None:
        usual = fonts.usual_characters()
        assert len(set(usual)) == len(usual) > 6763 + 300
        assert set("啊齄喆䶮𬭎") <= set(usual)

    def test_a_face_lacks_what_only_another_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        here = fonts._Installed(
            frozenset({"SimHei", "FandolSong"}), {}, (0x4E00,), (0x4E0A,),
            {"SimHei": ((0x4E00,), (0x4E01,)), "FandolSong": ((0x4E00,), (0x4E0A,))},
        )  # fmt: skip
        monkeypatch.setattr(fonts, "_installed", lambda _folder: here)
        found = {one.found.face: one for one in fonts.lacks("一三 龘")}
        assert (found["hei"].substituted, found["hei"].missing) == (("三",), ("龘",))
        assert (found["song"].substituted, found["song"].missing) == ((), ("龘",))
        assert found["kai"].substituted == ()


class TestBareMachine:
    @pytest.fixture(autouse=True)
    def _without_fontconfig(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(fonts.shutil, "which", lambda _name: None)
        fonts._listed.cache_clear()
        yield
        fonts._listed.cache_clear()

    def test_no_face_is_found_and_none_is_the_offices_own(self) -> None:
        found = layouts.found_faces()
        assert [one.used for one in found] == [""] * len(FACES)
        assert all(one.is_substituted for one in found)
        assert fonts.latin_files() == {}

    def test_characters_are_not_called_missing_where_nobody_can_know(self) -> None:
        assert layouts.preflight(samples.document(samples.with_body("姓名𒀀")), {}) == ()


class TestFolder:
    def test_the_stamp_changes_when_a_face_comes_or_goes(self, tmp_path: Path) -> None:
        stamps = [fonts.fonts_stamp(tmp_path)]
        face = tmp_path / "fang.ttf"
        face.write_bytes(b"1")
        stamps.append(fonts.fonts_stamp(tmp_path))
        os.utime(face, (1, 1))
        stamps.append(fonts.fonts_stamp(tmp_path))
        assert len(set(stamps)) == 3
        face.unlink()
        assert fonts.fonts_stamp(tmp_path) == stamps[0]

    def test_a_folder_that_is_not_there_is_none(self, tmp_path: Path) -> None:
        assert fonts.fonts_stamp(tmp_path / "none") == fonts.fonts_stamp(None) == 0
