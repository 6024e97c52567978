"""In this file we try that an issue is set again as it was, whatever became of its layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import layouts
from layouts.layout import KEPT
from layouts.versions import keep_version, look_of, read_version, text_of, version_of
from tests.layouts import samples

OWN = 'based_on = "regular"\ntitle = "县情"\n[colors]\nmasthead = "#00aa00"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "layout.toml").write_text(OWN, encoding="utf-8")
    return tmp_path


def pressed(data: dict[str, Any], folder: Path) -> tuple[bytes, ...]:
    document = layouts.compose(layouts.read_source(data), folder)
    return tuple(
        layouts.typeset(document, press, layouts_dir=folder).content
        for press in ("pdf", "docx", "html")
    )


def change(folder: Path) -> None:
    path = folder / "own" / "layout.toml"
    text = OWN.replace("#00aa00", "#0000aa") + '[words]\ncontents = "目　录"\n'
    path.write_text(text, encoding="utf-8")
    path.with_name("page.css").write_text(".article-title { text-align: left }", encoding="utf-8")


class TestKept:
    def test_an_old_issue_is_set_again_byte_for_byte_and_a_new_one_in_the_new_look(
        self, folder: Path
    ) -> None:
        old = samples.source(layout="own", layout_version=keep_version("own", folder))
        before = pressed(old, folder)
        change(folder)
        assert pressed(old, folder) == before
        new = pressed(samples.source(layout="own"), folder)
        assert all(one != other for one, other in zip(new, before, strict=True))
        (folder / "own" / "layout.toml").unlink()
        assert pressed(old, folder) == before

    def test_a_layout_that_is_not_changed_is_kept_once(self, folder: Path) -> None:
        first = keep_version("own", folder)
        path = folder / KEPT / f"{first}.json"
        path.write_bytes(b"half")
        assert keep_version("own", folder) == first
        assert version_of(path.read_text(encoding="utf-8")) == first
        change(folder)
        assert keep_version("own", folder) != first
        assert len(list((folder / KEPT).iterdir())) == 2
        assert [name for name, _title in layouts.layout_titles(folder) if name == KEPT] == []

    def test_what_came_along_serves_where_nothing_is_kept(
        self, folder: Path, tmp_path: Path
    ) -> None:
        text = text_of(layouts.read_layout("own", folder))
        source = layouts.read_source(samples.source(layout="own", layout_version=version_of(text)))
        assert look_of(source, None, text.encode()) == layouts.read_layout("own", folder)
        unversioned = layouts.read_source(samples.source(layout="own"))
        assert look_of(unversioned, None, text.encode()) == layouts.read_layout("own", folder)
        with pytest.raises(layouts.LayoutInvalid, match="没有保存这一版"):
            look_of(source, tmp_path)
        with pytest.raises(layouts.LayoutInvalid, match="已损坏"):
            look_of(source, tmp_path, text.encode() + b" ")

    def test_a_damaged_one_is_never_used(self, folder: Path) -> None:
        version = keep_version("own", folder)
        path = folder / KEPT / f"{version}.json"
        path.write_text(path.read_text("utf-8").replace("#00aa00", "#00ab00"), encoding="utf-8")
        with pytest.raises(layouts.LayoutInvalid, match="已损坏"):
            read_version("own", version, folder)

    @pytest.mark.parametrize(
        ("place", "value"),
        [
            ("css", "@import 'x';"),
            ("settings", []),
            ("settings", {"title": "无"}),
            ("settings", {"style.body": 5, "style.body.size": 12}),
            ("name", None),
        ],
    )
    def test_one_that_was_made_by_hand_is_checked_like_any_layout(
        self, folder: Path, place: str, value: object
    ) -> None:
        said = json.loads(text_of(layouts.read_layout("own", folder)))
        said[place] = value
        if value is None:
            del said[place]
        text = json.dumps(said)
        with pytest.raises(layouts.LayoutInvalid):
            read_version("own", version_of(text), None, text.encode())

    @pytest.mark.parametrize("version", ["../../etc/passwd", "A" * 16, "abc", "0" * 64])
    def test_a_version_that_is_none_leads_nowhere(self, folder: Path, version: str) -> None:
        with pytest.raises(layouts.LayoutInvalid) as caught:
            read_version("own", version, folder)
        assert caught.value.field == "layout_version"
