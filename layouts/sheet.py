"""In this file a sheet (单) is read from its data and filled with words.

A sheet's data are title, wording and rows in layouts/library/<name>/sheet.toml; an office changes
the words there or puts a folder of the same name into its own layouts. Words in braces are filled
in; a word the sheet does not name is refused, one that is not given stays blank. A table repeats
one line for each row of a list, with the words that the list names.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from layouts import grid
from layouts.errors import LayoutInvalid
from layouts.fonts import FACES
from layouts.layout import LIBRARY

FILE = "sheet.toml"
KINDS = ("text", "rows", "box", "sign", "slip", "table")
ORIENTATIONS = ("portrait", "landscape")
MARGINS = {"portrait": (30.0, grid.RIGHT, 25.0, grid.LEFT), "landscape": (14.0, 10.0, 14.0, 12.0)}
"""Above, right, below and left of the type area, mm."""
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
SIZES = (6.0, 24.0)
BLACK = "#000000"

List = Sequence[Mapping[str, str]]
NO_LISTS: Mapping[str, List] = MappingProxyType({})


@dataclass(frozen=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    text: str


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    title: str
    width: float
    """Its share of the type area."""


@dataclass(frozen=True)
class Line:
    """One row of a table, with the colour of its words."""

    cells: tuple[str, ...]
    color: str = BLACK


@dataclass(frozen=True)
class Part:
    """One part of a sheet: a paragraph, rows of pairs, a box, a signature, a slip or a table."""

    kind: str
    text: str = ""
    label: str = ""
    rows: tuple[tuple[Pair, ...], ...] = ()
    height: float = 0
    """The least height of a box, mm."""
    face: str = "fang"
    indent: bool = True
    size: float = 0
    """Size of a paragraph's or table's type in points; 0 for the usual one."""
    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet filled in, ready for the press."""

    name: str
    title: str
    office: str
    number: str
    date: str
    parts: tuple[Part, ...]
    orientation: str = "portrait"

    @property
    def paper(self) -> tuple[float, float]:
        """Width and height of the paper, mm."""
        sides = (float(grid.PAPER_WIDTH), float(grid.PAPER_HEIGHT))
        return sides if self.orientation == "portrait" else (sides[1], sides[0])

    @property
    def area_width(self) -> float:
        """Width of the type area, mm."""
        _above, right, _below, left = MARGINS[self.orientation]
        return self.paper[0] - left - right

    @property
    def has_pages(self) -> bool:
        """Whether its pages are numbered: a table has as many as it needs."""
        return any(part.kind == "table" for part in self.parts)


def sheet_names(layouts_dir: Path | None = None) -> list[str]:
    """The names of every sheet there is."""
    folders = [LIBRARY, *([layouts_dir] if layouts_dir and layouts_dir.is_dir() else [])]
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{FILE}")})


def fill_sheet(
    name: str,
    words: Mapping[str, str],
    layouts_dir: Path | None = None,
    lists: Mapping[str, List] = NO_LISTS,
) -> Sheet:
    """The sheet of that name filled with `words`; raises `LayoutInvalid` naming what is wrong.

    `lists` holds the rows of its tables, each with words of its own.
    """
    data = _read(name, layouts_dir)
    known = data.get("words", [])
    given = dict.fromkeys(known, "") | {k: v for k, v in words.items() if k in known}
    filler = _Filler(name, given)
    orientation = data.get("orientation", "portrait")
    if orientation not in ORIENTATIONS:
        raise filler.wrong("orientation", f"应为以下之一：{'、'.join(ORIENTATIONS)}。")
    rows = _Rows(data.get("lists", {}), lists)
    return Sheet(
        name=name,
        title=filler.fill(data.get("title"), "title"),
        office=words.get("office", ""),
        number=words.get("number", ""),
        date=words.get("date", ""),
        parts=tuple(
            _part(part, f"part[{place}]", filler, rows)
            for place, part in enumerate(data.get("part", []))
        ),
        orientation=orientation,
    )


def _read(name: str, layouts_dir: Path | None) -> dict[str, Any]:
    for folder in filter(None, (layouts_dir, LIBRARY)):
        path = folder / name / FILE
        if path.is_file():
            try:
                return tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise LayoutInvalid(name, FILE, f"不是有效的 TOML：{error}") from error
    raise LayoutInvalid(name, "name", "没有这种单据。")


class _Filler:
    """Puts words into texts of one sheet."""

    def __init__(self, sheet: str, words: Mapping[str, str]) -> None:
        self._sheet, self._words = sheet, words

    def fill(self, text: object, field: str) -> str:
        """A text with its words filled in."""
        if not isinstance(text, str):
            raise LayoutInvalid(self._sheet, field, "应为文字。")
        try:
            for _text, word, _spec, _conversion in string.Formatter().parse(text):
                if word is not None and word not in self._words:
                    raise LayoutInvalid(self._sheet, field, f"没有“{{{word}}}”这个词。")
            return text.format(**self._words)
        except ValueError as error:
            raise LayoutInvalid(self._sheet, field, "花括号不成对。") from error

    def of(self, words: Mapping[str, str]) -> _Filler:
        """The same for the words of one row."""
        return _Filler(self._sheet, words)

    def wrong(self, field: str, reason: str) -> LayoutInvalid:
        """The error for a field."""
        return LayoutInvalid(self._sheet, field, reason)


@dataclass(frozen=True)
class _Rows:
    """The words that the lists of a sheet have, and their rows."""

    known: Mapping[str, Sequence[str]]
    given: Mapping[str, List]

    def of(self, name: str) -> list[dict[str, str]]:
        """The rows of one list; a word that is not given stays blank."""
        blank = dict.fromkeys(self.known[name], "")
        return [
            blank | {k: v for k, v in row.items() if k in blank} for row in self.given.get(name, ())
        ]


def _part(data: Mapping[str, Any], field: str, filler: _Filler, rows: _Rows) -> Part:
    kind = data.get("kind")
    if kind not in KINDS:
        raise filler.wrong(f"{field}.kind", f"应为以下之一：{'、'.join(KINDS)}。")
    face = data.get("face", "fang")
    if face not in FACES:
        raise filler.wrong(f"{field}.face", f"应为以下之一：{'、'.join(FACES)}。")
    height = data.get("height", 0)
    if not _is_number(height) or not 0 <= height <= 220:
        raise filler.wrong(f"{field}.height", "应为0至220之间的毫米数。")
    size = data.get("size", 0)
    if not _is_number(size) or (size and not SIZES[0] <= size <= SIZES[1]):
        raise filler.wrong(f"{field}.size", "应为6至24之间的磅数。")
    columns, lines = _table(data, field, filler, rows) if kind == "table" else ((), ())
    return Part(
        kind=kind,
        text=filler.fill(data.get("text", ""), f"{field}.text"),
        label=filler.fill(data.get("label", ""), f"{field}.label"),
        rows=tuple(
            tuple(
                Pair(
                    filler.fill(label, f"{field}.rows[{place}]"),
                    filler.fill(text, f"{field}.rows[{place}]"),
                )
                for label, text in row
            )
            for place, row in enumerate(data.get("rows", []))
        ),
        height=float(height),
        face=face,
        indent=bool(data.get("indent", True)),
        size=float(size),
        columns=columns,
        lines=lines,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _table(
    data: Mapping[str, Any], field: str, filler: _Filler, rows: _Rows
) -> tuple[tuple[Column, ...], tuple[Line, ...]]:
    name = str(data.get("list", ""))
    if name not in rows.known:
        raise filler.wrong(f"{field}.list", "没有这个清单。")
    given = data.get("columns")
    if not given or not all(
        len(one) == 3 and _is_number(one[2]) and one[2] > 0 for one in given
    ):  # fmt: skip
        raise filler.wrong(f"{field}.columns", "每栏应写明栏名、内容和栏宽。")
    colors = data.get("colors", {})
    for word, color in colors.items():
        if not isinstance(color, str) or not COLOR.fullmatch(color):
            raise filler.wrong(f"{field}.colors.{word}", "应为 #d7000f 这样的颜色。")
    chosen_by = data.get("color", "")
    columns = tuple(
        Column(filler.fill(title, f"{field}.columns[{place}]"), float(width))
        for place, (title, _text, width) in enumerate(given)
    )

    def filled(row: Mapping[str, str]) -> Line:
        of_row = filler.of(row)
        cells = (of_row.fill(one[1], f"{field}.columns[{n}]") for n, one in enumerate(given))
        return Line(tuple(cells), colors.get(row.get(chosen_by, ""), BLACK))

    filled(dict.fromkeys(rows.known[name], ""))  # A misspelt word is told where no row is, too.
    return columns, tuple(filled(row) for row in rows.of(name))
