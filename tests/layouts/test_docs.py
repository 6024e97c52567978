"""In this file we hold docs/typeset.md and its example to what the code does."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

import layouts
from layouts import source
from layouts.layout import KNOWN, STYLES

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
        assert set(KNOWN) <= named
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


class TestExample:
    def test_it_is_read_and_set_without_a_fault(self) -> None:
        data = json.loads((DOCS / "examples" / "issue.json").read_text(encoding="utf-8"))
        edition = layouts.typeset(layouts.compose(layouts.read_source(data)), "pdf")
        assert edition.faults == ()
        assert edition.pages == 4
