"""In this file a layout is read from its data and checked field by field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layouts.checking import PAGE_CSS, Faults, checked, css_faults
from layouts.errors import LayoutInvalid
from layouts.settings import COLORS, STYLES, WORDS, unsaid

LIBRARY = Path(__file__).parent / "library"
FILE = "layout.toml"
KEPT = "kept"
"""The folder beside an office's layouts in which the versions of issues are kept."""
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
NO_NAMES = frozenset({KEPT})
LARGEST = 200_000
"""Bytes of a layout.toml or page.css; the library's largest has seven thousand."""
MOST_FAULTS = 100
"""So many faults of one layout are told; nobody reads more at once."""


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
    copy_digits: int
    """Digits of a copy's number (份号)."""
    wide_tables_lie: bool
    """Whether a table of more than eight columns has a page of its own, lying on its side."""
    parts: tuple[str, ...]
    """What stands between the red rule and the articles, in order."""
    recipients: tuple[str, ...]
    names: tuple[str, ...]
    print_run: bool
    """The lines of the imprint that are printed, in order, and whether the copies are."""
    even_pages: bool
    """Whether an issue ends on an even page, with its imprint there."""
    css: str = field(default="", repr=False)
    """Every page.css of the layout, those of the layouts it is based on first."""
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Every setting by its path, as it was said."""

    def number_line(
        self, *, number: int | None, total: int | None, year: int | None, series: str
    ) -> str:
        """The masthead's number from the pattern, blank where it is not given yet."""
        pattern = self.supplement_pattern if series == "supplement" else self.number_pattern
        return pattern.format(number=number or "　", total=total or "　", year=year or "　")


@dataclass(frozen=True)
class Said:
    """All that a layout says: its settings, laid over those it is based on, and its CSS."""

    name: str
    data: Mapping[str, Any]
    css: str = field(default="", repr=False)
    faults: tuple[tuple[str, str], ...] = ()
    """What is wrong with the CSS; the settings are looked at when a layout is made of them."""


Files = tuple[bytes, bytes | None]
"""A layout.toml and its page.css, as they lie on disk."""
Find = Callable[[str], Files | None]
"""Gives the files of the layout of a name; none where there is no such layout."""


def read_layout(name: str, layouts_dir: Path | None = None) -> Layout:
    """The layout of that name, the office's own before the library's.

    Raises `LayoutInvalid` naming every field that is wrong.
    """
    return layout_of(all_said(name, found_in(layouts_dir)))


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


def found_in(layouts_dir: Path | None) -> Find:
    """Looks among an office's own layouts, then in the library."""

    def find(name: str) -> Files | None:
        for folder in filter(None, (layouts_dir, LIBRARY)):
            path = folder / name / FILE
            if path.is_file():
                css = path.with_name(PAGE_CSS)
                return path.read_bytes(), css.read_bytes() if css.is_file() else None
        return None

    return find


def all_said(name: str, find: Find) -> Said:
    """What a layout and those it is based on say, not yet held against the settings.

    Raises `LayoutInvalid` where a file cannot be read.
    """
    faults: Faults = []
    data, css = _over_its_base(name, find, (), faults)
    return Said(name, data, css, tuple(faults))


def layout_of(said: Said) -> Layout:
    """The layout that is said; raises `LayoutInvalid` naming every field that is wrong."""
    faults: Faults = list(said.faults)
    values = checked(merged(unsaid(), said.data), faults)
    if faults:
        raise LayoutInvalid.of(said.name, faults[:MOST_FAULTS])
    return Layout(
        name=said.name,
        title=values["title"],
        number_pattern=values["number_pattern"],
        supplement_pattern=values["supplement_pattern"],
        words={key: values[f"words.{key}"] for key in WORDS},
        colors={key: values[f"colors.{key}"] for key in COLORS},
        styles={key: _style(key, values) for key in STYLES},
        addressed=values["masthead.addressed"],
        contents_shown=values["contents.shown"],
        contents_from=values["contents.from_articles"],
        contents_marker=values["contents.marker"],
        numbered=values["articles.numbered"],
        section_titles=values["articles.section_titles"],
        most_articles=values["articles.most"],
        copy_digits=values["masthead.copy_digits"],
        wide_tables_lie=values["articles.wide_tables_lie"],
        parts=tuple(values["parts"]),
        recipients=tuple(values["imprint.recipients"]),
        names=tuple(values["imprint.names"]),
        print_run=values["imprint.print_run"],
        even_pages=values["pages.even"],
        css=said.css,
        values=values,
    )


def _style(name: str, values: Mapping[str, Any]) -> Style:
    return Style(**{key: values[f"style.{name}.{key}"] for key in Style.__dataclass_fields__})


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Settings laid over those of a base."""
    both = dict(base)
    for key, value in own.items():
        below = both.get(key)
        are_tables = isinstance(value, Mapping) and isinstance(below, Mapping)
        both[key] = merged(below, value) if are_tables else value  # type: ignore[arg-type]
    return both


def _over_its_base(
    name: str, find: Find, before: tuple[str, ...], faults: Faults
) -> tuple[dict[str, Any], str]:
    """A layout's settings and CSS, laid over those of the layout it is based on."""
    if not NAME.fullmatch(name) or name in NO_NAMES:
        raise LayoutInvalid(name, "name", "版式名只能用小写字母、数字、下划线和短横。")
    if name in before:
        raise LayoutInvalid(name, "based_on", "版式互相引用，成了循环。")
    files = find(name)
    if files is None:
        raise LayoutInvalid(name, "name", "没有这个版式。")
    own, css = read_files(name, files)
    whose = f"{name}/" if before else ""
    faults.extend((whose + place, reason) for place, reason in css_faults(css))
    base = own.pop("based_on", None)
    if base is None:
        return own, css
    if not isinstance(base, str):
        raise LayoutInvalid(name, "based_on", "应为版式名。")
    data, base_css = _over_its_base(base, find, (*before, name), faults)
    return merged(data, own), base_css + css


def read_files(name: str, files: Files) -> tuple[dict[str, Any], str]:
    """The settings and the CSS in a layout's own files; raises `LayoutInvalid`."""
    toml, css = files
    for file, content in ((FILE, toml), (PAGE_CSS, css or b"")):
        if len(content) > LARGEST:
            raise LayoutInvalid(name, file, f"过大，最多{LARGEST // 1000}KB。")
    try:
        own = tomllib.loads(toml.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise LayoutInvalid(name, FILE, f"不是有效的 TOML：{error}") from error
    try:
        return own, (css or b"").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LayoutInvalid(name, PAGE_CSS, "不是 UTF-8 编码的文本文件。") from error
