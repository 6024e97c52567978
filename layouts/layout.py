"""In this file a layout is read from its data and checked field by field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    "heading4", "source_line", "table", "caption", "imprint", "page_number", "addressee",
    "instruction",
)  # fmt: skip
WORDS = (
    "contents", "editor_note", "correction", "to_superior", "to_peer", "to_subordinate", "extra",
    "signer", "checker", "editor", "phone", "print_run", "addressee", "instructed",
)  # fmt: skip
COLORS = ("masthead", "rule", "text", "urgency")
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
    before: float = 0
    after: float = 0
    """Free lines above and below, in lines of the page."""
    indent: float = 0
    """Characters free before every line."""


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
    addressed: bool
    """Whether 报 stands under the red rule, as of a report to named leaders, not in the imprint."""
    contents_shown: bool
    contents_from: int
    contents_marker: str
    numbered: bool
    section_titles: bool
    most_articles: int
    """So many articles an issue is made for; 0 for any."""
    css: str = field(default="", repr=False)
    """Every page.css of the layout, those of the layouts it is based on first."""

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
    data, css = _data(name, layouts_dir, ())
    return _layout(name, _merged(UNSAID, data), css)


def layout_names(layouts_dir: Path | None = None) -> list[str]:
    """The names of every issue layout there is."""
    folders = [LIBRARY, *([layouts_dir] if layouts_dir and layouts_dir.is_dir() else [])]
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{FILE}")})


def layout_titles(layouts_dir: Path | None = None) -> list[tuple[str, str]]:
    """Every issue layout with its title, the regular first; of a wrong one, what is wrong."""
    found = []
    for name in sorted(layout_names(layouts_dir), key=lambda one: (one != "regular", one)):
        try:
            title = read_layout(name, layouts_dir).title or name
        except LayoutInvalid as error:
            title = f"{name}（{error}）"
        found.append((name, title))
    return found


def _data(
    name: str, layouts_dir: Path | None, before: tuple[str, ...]
) -> tuple[dict[str, Any], str]:
    """A layout's settings and CSS, laid over those of the layout it is based on."""
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
    page_css = path.with_name("page.css")
    css = page_css.read_text(encoding="utf-8") if page_css.is_file() else ""
    base = own.pop("based_on", None)
    if base is None:
        return own, css
    if not isinstance(base, str):
        raise LayoutInvalid(name, "based_on", "应为版式名。")
    data, base_css = _data(base, layouts_dir, (*before, name))
    return _merged(data, own), base_css + css


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


KNOWN: Mapping[str, tuple[str, ...]] = {
    "words": WORDS,
    "colors": COLORS,
    "masthead": ("addressed",),
    "contents": ("shown", "from_articles", "marker"),
    "articles": ("numbered", "section_titles", "most"),
    "style": STYLES,
}
"""The tables of a layout and what may stand in them; beside them stand texts alone."""
UNSAID: Mapping[str, Any] = {
    "words": {"addressee": "报送：", "instructed": "批示："},
    "colors": {"urgency": "#000000"},
    "masthead": {"addressed": False},
    "contents": {"shown": True},
    "articles": {"most": 0},
    "style": {
        "addressee": {"face": "fang", "size": 16},
        "instruction": {"face": "kai", "size": 16, "after": 1},
    },
}
"""What holds where a layout of an office's own, written before there was such a setting, is silent
and based on no other."""
TEXTS = ("name", "title", "number_pattern", "supplement_pattern")


def _refuse_unknown(layout: str, data: Mapping[str, Any]) -> None:
    """A misspelt setting must not be lost."""
    for key, value in data.items():
        if key not in (*TEXTS, *KNOWN):
            raise LayoutInvalid(layout, key, "不认识的设置，请核对拼写。")
        for inner in value if key in KNOWN and isinstance(value, dict) else ():
            if inner not in KNOWN[key]:
                raise LayoutInvalid(layout, f"{key}.{inner}", "不认识的设置，请核对拼写。")


def _layout(name: str, data: Mapping[str, Any], css: str) -> Layout:
    _refuse_unknown(name, data)
    values = _Values(name, data)
    return Layout(
        name=name,
        title=values.text("title"),
        number_pattern=values.pattern("number_pattern"),
        supplement_pattern=values.pattern("supplement_pattern"),
        words={key: values.text(f"words.{key}") for key in WORDS},
        colors={key: values.color(f"colors.{key}") for key in COLORS},
        styles={key: _style(name, key, values.get(f"style.{key}")) for key in STYLES},
        addressed=values.flag("masthead.addressed"),
        contents_shown=values.flag("contents.shown"),
        contents_from=values.whole("contents.from_articles"),
        contents_marker=values.text("contents.marker"),
        numbered=values.flag("articles.numbered"),
        section_titles=values.flag("articles.section_titles"),
        most_articles=values.whole("articles.most"),
        css=css,
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
    place = f"style.{key}"
    if not isinstance(data, dict):
        raise LayoutInvalid(layout, place, "缺少这一样式。")
    for name in data:
        if name not in Style.__dataclass_fields__:
            raise LayoutInvalid(layout, f"{place}.{name}", "不认识的设置，请核对拼写。")
    if data.get("face") not in FACES:
        raise LayoutInvalid(layout, f"{place}.face", f"应为以下之一：{'、'.join(FACES)}。")
    for name, most, unit in (("size", 120, "磅"), ("least", 120, "磅"), ("before", 20, "行"),
                             ("after", 20, "行"), ("indent", 10, "字")):  # fmt: skip
        value = data.get(name, None if name == "size" else 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise LayoutInvalid(layout, f"{place}.{name}", f"应为0至{most}之间的{unit}数。")
    if data.get("align", "") not in ("", *ALIGNS):
        raise LayoutInvalid(layout, f"{place}.align", f"应为以下之一：{'、'.join(ALIGNS)}。")
    if not isinstance(data.get("bold", False), bool):
        raise LayoutInvalid(layout, f"{place}.bold", "应为 true 或 false。")
    return Style(**data)
