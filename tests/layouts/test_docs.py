"""In this file we hold docs/typeset.md and its example to what the code does."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from pathlib import Path

import pytest

import layouts
from layouts import source
from layouts.layout import LIBRARY
from layouts.settings import SETTINGS, STYLES, TABLES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "typeset.md").read_text(encoding="utf-8")


class TestTypesetPage:
    @pytest.mark.parametrize(
        "kind",
        [
            source.Source,
            source.SourceSection,
            source.SourceArticle,
            source.SourceInstruction,
            source.SourceImprint,
        ],
    )
    def test_it_names_every_field_of_the_form(self, kind: type) -> None:
        missing = [f.name for f in dataclasses.fields(kind) if f"`{f.name}`" not in PAGE]
        assert missing == []

    def test_it_names_every_setting_of_a_layout(self) -> None:
        named = set(re.findall(r"`\[?(\w+)[\].\w]*`", PAGE))
        assert {one.partition(".")[0] for one in (*TABLES, *SETTINGS)} - {"title"} <= named
        assert {one.key for one in SETTINGS.values() if one.table not in {"words", ""}} <= named
        assert "article_title" in STYLES

    def test_its_own_layout_is_sound(self, tmp_path: Path) -> None:
        block = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
        assert block is not None
        (tmp_path / "express").mkdir()
        (tmp_path / "express" / "layout.toml").write_text(block.group(1), encoding="utf-8")
        own = layouts.read_layout("express", tmp_path)
        assert (own.styles["article_title"].size, own.contents_shown) == (20, False)

    def test_it_names_every_layout_of_the_library(self) -> None:
        assert [name for name in layouts.layout_names() if f"`{name}`" not in PAGE] == []


class TestGallery:
    def test_each_layout_of_the_library_has_its_light_picture(self) -> None:
        shown = (DOCS / "gallery" / "README.md").read_text(encoding="utf-8")
        for name in layouts.layout_names():
            assert f"]({name}.png)" in shown
            assert (DOCS / "gallery" / f"{name}.png").stat().st_size < 100_000

    def test_each_sheet_of_the_library_has_its_light_picture(self) -> None:
        shown = (DOCS / "gallery" / "README.md").read_text(encoding="utf-8")
        names = {
            *layouts.sheet_names(),
            *(one.parent.name for one in LIBRARY.glob("*/official.toml")),
        }
        assert "handling_report" in names
        for name in names:
            picture = DOCS / "gallery" / "sheets" / f"{name}.png"
            assert f"`{name}`" in shown
            assert f"](sheets/{name}.png)" in shown
            assert 5_000 < picture.stat().st_size < 120_000
        assert {one.stem for one in (DOCS / "gallery" / "sheets").glob("*.png")} == names

    def test_its_issues_are_set_without_a_fault(self) -> None:
        data = tomllib.loads((DOCS / "gallery" / "issues.toml").read_text(encoding="utf-8"))
        assert {one["layout"] for one in data["issue"]} == set(layouts.layout_names())
        for one in data["issue"]:
            one.pop("to_superior", "")
            read = layouts.read_source(one | {"date": "2026-11-20"})
            assert layouts.compose(read).faults == ()


class TestGuide:
    def test_its_own_layout_is_sound(self, tmp_path: Path) -> None:
        guide = (DOCS / "guides" / "layouts.md").read_text(encoding="utf-8")
        block = re.search(r"```toml\n(.*?)```", guide, re.DOTALL)
        assert block is not None
        (tmp_path / "yunting").mkdir()
        (tmp_path / "yunting" / "layout.toml").write_text(block.group(1), encoding="utf-8")
        own = layouts.read_layout("yunting", tmp_path)
        assert (own.title, own.words["editor"]) == ("要情快报", "编辑：")

    def test_every_setting_it_names_is_one(self) -> None:
        guide = (DOCS / "guides" / "layouts.md").read_text(encoding="utf-8")
        for table, name in re.findall(r"`\[(\w+)\.?(\w*)\]`", guide):
            assert {table, f"{table}.{name}"} & {"style", *TABLES}
            assert not name or f"{table}.{name}" in TABLES


class TestExample:
    def test_it_is_read_and_set_without_a_fault(self) -> None:
        data = json.loads((DOCS / "examples" / "issue.json").read_text(encoding="utf-8"))
        edition = layouts.typeset(layouts.compose(layouts.read_source(data)), "pdf")
        assert edition.faults == ()
        assert edition.pages == 4
