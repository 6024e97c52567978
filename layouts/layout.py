"""In this file a layout is read from its data and checked field by field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layouts.errors import LayoutInvalid
from layouts.fonts import FACES

LIBRARY = Path(__file__).parent / "library"
FILE = "layout.toml"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
STYLES = (
    "handling", "serial_name", "number_line", "office_line", "contents_title", "contents_entry",
    "editor_note", "section_title", "article_title", "body", "heading1", "heading2", "heading3",
    "heading4", "source_line", "table", "caption", "imprint", "page_number",
)  # fmt: skip
WORDS = (
    "contents", "editor_note", "correction", "to_superior", "to_peer", "to_subordinate", "extra",
    "signer", "checker", "editor", "phone", "print_run",
)  # fmt: skip
ALIGNS = ("left", "center", "right", "justify")


@dataclass(frozen=True)
class Style:
    """How one kind of text is set: a face, a size in points, bold or not."""

    face: str
    size: float
    bold: bool = False
    align: str = ""
    least: float = 0
    """The smallest size a text that must fit its width may shrink to; 0 does not shrink."""


@dataclass(frozen=True)
class Layout:
    """A layout as data; both presses and the reading page follow it."""

    name: str
    title: str
    number_pattern: str
    supplement_pattern: str
    words: Mapping[str, str]
    colors: Mapping[str, str]
    styles: Mapping[str, Style]
    contents_from: int
    contents_marker: str
    numbered: bool
    section_titles: bool

    def number_line(
        self, *, number: int | None, total: int | None, year: int | None, series: str
    ) -> str:
        """The masthead's number from the pattern, blank where it is not given yet."""
        pattern = self.supplement_pattern if series == "supplement" else self.number_pattern
        return pattern.format(number=number or "　", total=total or "　", year=year or "　")


def read_layout(name: str, layouts_dir: Path | None = None) -> Layout:
    """The layout of that name, the office's own before the library's.

    Raises `LayoutInvalid` naming the field that is wrong.
    """
    return _layout(name, _data(name, layouts_dir, ()))


def layout_names(layouts_dir: Path | None = None) -> list[str]:
    """The names of every issue layout there is."""
    folders = [LIBRARY, *([layouts_dir] if layouts_dir and layouts_dir.is_dir() else [])]
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{FILE}")})


def _data(name: str, layouts_dir: Path | None, before: tuple[str, ...]) -> dict[str, Any]:
    if not NAME.fullmatch(name):
        raise LayoutInvalid(name, "name", "版式名只能用小写字母、数字、下划线和短横。")
    if name in before:
        raise LayoutInvalid(name, "based_on", "版式互相引用，成了循环。")
    for folder in filter(None, (layouts_dir, LIBRARY)):
        path = folder / name / FILE
        if path.is_file():
            break
    else:
        raise LayoutInvalid(name, "name", "没有这个版式。")
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LayoutInvalid(name, FILE, f"不是有效的 TOML：{error}") from error
    base = own.pop("based_on", None)
    if base is None:
        return own
    if not isinstance(base, str):
        raise LayoutInvalid(name, "based_on", "应为版式名。")
    return _merged(_data(base, layouts_dir, (*before, name)), own)


def _merged(base: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


KNOWN = frozenset(
    {
        "name",
        "title",
        "number_pattern",
        "supplement_pattern",
        "words",
        "colors",
        "contents",
        "articles",
        "style",
    }
)


def _layout(name: str, data: Mapping[str, Any]) -> Layout:
    for key in data:
        if key not in KNOWN:
            raise LayoutInvalid(name, key, "不认识的设置，请核对拼写。")
    values = _Values(name, data)
    return Layout(
        name=name,
        title=values.text("title"),
        number_pattern=values.pattern("number_pattern"),
        supplement_pattern=values.pattern("supplement_pattern"),
        words={key: values.text(f"words.{key}") for key in WORDS},
        colors={key: values.color(f"colors.{key}") for key in ("masthead", "rule", "text")},
        styles={key: _style(name, key, values.get(f"style.{key}")) for key in STYLES},
        contents_from=values.whole("contents.from_articles"),
        contents_marker=values.text("contents.marker"),
        numbered=values.flag("articles.numbered"),
        section_titles=values.flag("articles.section_titles"),
    )


class _Values:
    """A layout's data, asked for by path; what is wrong is named by the same path."""

    def __init__(self, layout: str, data: Mapping[str, Any]) -> None:
        self._layout, self._data = layout, data

    def get(self, path: str) -> object:
        """Whatever stands at a path, none where nothing does."""
        table, _dot, key = path.rpartition(".")
        data = self._data.get(table, {}) if table else self._data
        if not isinstance(data, dict):
            raise self._wrong(table, "应为一组设置。")
        return data.get(key)

    def text(self, path: str) -> str:
        """A text."""
        value = self.get(path)
        if not isinstance(value, str):
            raise self._wrong(path, "应为文字。")
        return value

    def color(self, path: str) -> str:
        """A colour such as #d7000f."""
        value = self.text(path)
        if not COLOR.fullmatch(value):
            raise self._wrong(path, "应为 #d7000f 这样的颜色。")
        return value

    def whole(self, path: str) -> int:
        """A whole number."""
        value = self.get(path)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(path, "应为整数。")
        return value

    def flag(self, path: str) -> bool:
        """True or false."""
        value = self.get(path)
        if not isinstance(value, bool):
            raise self._wrong(path, "应为 true 或 false。")
        return value

    def pattern(self, path: str) -> str:
        """A text with {number}, {total} and {year} in it and nothing else in braces."""
        value = self.text(path)
        try:
            value.format(number=1, total=1, year=2026)
        except (KeyError, IndexError, ValueError) as error:
            raise self._wrong(path, "只能含 {number}、{total}、{year}。") from error
        return value

    def _wrong(self, path: str, reason: str) -> LayoutInvalid:
        return LayoutInvalid(self._layout, path, reason)


def _style(layout: str, key: str, data: object) -> Style:
    field = f"style.{key}"
    if not isinstance(data, dict):
        raise LayoutInvalid(layout, field, "缺少这一样式。")
    for name in data:
        if name not in Style.__dataclass_fields__:
            raise LayoutInvalid(layout, f"{field}.{name}", "不认识的设置，请核对拼写。")
    if data.get("face") not in FACES:
        raise LayoutInvalid(layout, f"{field}.face", f"应为以下之一：{'、'.join(FACES)}。")
    for name in ("size", "least"):
        value = data.get(name, 0 if name == "least" else None)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 120:
            raise LayoutInvalid(layout, f"{field}.{name}", "应为0至120之间的磅数。")
    if data.get("align", "") not in ("", *ALIGNS):
        raise LayoutInvalid(layout, f"{field}.align", f"应为以下之一：{'、'.join(ALIGNS)}。")
    if not isinstance(data.get("bold", False), bool):
        raise LayoutInvalid(layout, f"{field}.bold", "应为 true 或 false。")
    return Style(**data)
