"""In this file a sheet (单) is read from its data and filled with words.

A sheet's data are title, wording and rows in layouts/library/<name>/sheet.toml; an office changes
the words there or puts a folder of the same name into its own layouts. Words in braces are filled
in; a word the sheet does not name is refused, one that is not given stays blank. A table repeats
one line for each row of a list, with the words that the list names; a part of kind "each" repeats
the parts in it for each row.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from layouts import grid
from layouts.errors import LayoutInvalid
from layouts.fonts import FACES
from layouts.layout import LIBRARY

FILE = "sheet.toml"
KINDS = ("text", "rows", "box", "sign", "slip", "table", "each")
ALIGNS = ("", "left", "center", "right")
ORIENTATIONS = ("portrait", "landscape")
MARGINS = {"portrait": (24.0, grid.RIGHT, 20.0, grid.LEFT), "landscape": (14.0, 10.0, 14.0, 12.0)}
"""Above, right, below and left of the type area, mm."""
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
SIZES = (6.0, 24.0)
BLACK = "#000000"
ROOMY = 10.0
"""The size of type, points, from which the cells of a table have air at their sides."""

List = Sequence[Mapping[str, str]]
NO_LISTS: Mapping[str, List] = MappingProxyType({})
NO_PICTURES: Mapping[str, Sequence[bytes]] = MappingProxyType({})
DOTS = 300
"""So many of a picture's dots go to an inch."""


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
    align: str = ""


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
    align: str = ""
    """Of a paragraph: left, center or right; empty for justified."""
    landscape: bool = False
    """Whether it stands on pages that lie on their side, as a wide table does."""
    new_page: bool = False
    """Whether it begins a page."""
    keeps: bool = False
    """Whether a paragraph stays with what follows it, as a heading does."""
    picture: str = ""
    """The name under which handwriting is put into a box."""
    pictures: tuple[bytes, ...] = ()
    """PNG of 300 dots to the inch."""


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
        return paper_of(self.orientation)

    @property
    def runs(self) -> tuple[tuple[str, tuple[Part, ...]], ...]:
        """Its parts in runs of pages that lie alike, each with its orientation."""
        lying = self.orientation == "landscape"
        return tuple(
            ("landscape" if wide else "portrait", tuple(parts))
            for wide, parts in groupby(self.parts, lambda part: lying or part.landscape)
        )

    @property
    def has_pages(self) -> bool:
        """Whether its pages are numbered: a table has as many as it needs."""
        return any(part.kind == "table" or part.new_page for part in self.parts)


def paper_of(orientation: str) -> tuple[float, float]:
    """Width and height of the paper, mm."""
    sides = (float(grid.PAPER_WIDTH), float(grid.PAPER_HEIGHT))
    return sides if orientation == "portrait" else (sides[1], sides[0])


def area_width(orientation: str) -> float:
    """Width of the type area, mm."""
    _above, right, _below, left = MARGINS[orientation]
    return paper_of(orientation)[0] - left - right


def sheet_names(layouts_dir: Path | None = None) -> list[str]:
    """The names of every sheet there is."""
    folders = [LIBRARY, *([layouts_dir] if layouts_dir and layouts_dir.is_dir() else [])]
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{FILE}")})


def fill_sheet(
    name: str,
    words: Mapping[str, str],
    layouts_dir: Path | None = None,
    lists: Mapping[str, List] = NO_LISTS,
    pictures: Mapping[str, Sequence[bytes]] = NO_PICTURES,
) -> Sheet:
    """The sheet of that name filled with `words`; raises `LayoutInvalid` naming what is wrong.

    `lists` holds the rows of its tables, each with words of its own, `pictures` the handwriting of
    its boxes. A box that is there for handwriting alone is left out where there is none.
    """
    data = _read(name, layouts_dir)
    known = data.get("words", [])
    given = dict.fromkeys(known, "") | {k: v for k, v in words.items() if k in known}
    filler = Filler(name, given)
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
            replace(part, pictures=tuple(pictures.get(part.picture, ())))
            for part in _parts(data.get("part", []), "part", filler, rows, set(pictures))
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


class Filler:
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

    def of(self, words: Mapping[str, str]) -> Filler:
        """The same for the words of one row."""
        return Filler(self._sheet, words)

    def over(self, words: Mapping[str, str]) -> Filler:
        """The same with the words of one row beside the sheet's own."""
        return Filler(self._sheet, {**self._words, **words})

    def wrong(self, field: str, reason: str) -> LayoutInvalid:
        """The error for a field."""
        return LayoutInvalid(self._sheet, field, reason)


@dataclass(frozen=True)
class _Rows:
    """The words that the lists of a sheet have, and their rows."""

    known: Mapping[str, Sequence[str]]
    given: Mapping[str, List]

    def of(self, name: str, further: Sequence[str] = ()) -> list[dict[str, str]]:
        """The rows of one list; a word that is not given stays blank."""
        blank = dict.fromkeys((*self.known[name], *further), "")
        return [
            blank | {k: v for k, v in row.items() if k in blank} for row in self.given.get(name, ())
        ]


def _parts(
    data: Sequence[Mapping[str, Any]],
    field: str,
    filler: Filler,
    rows: _Rows,
    pictures: Set[str] = frozenset(),
) -> Iterator[Part]:
    """The parts of a sheet, those that are repeated for each row of a list one after the other."""
    for place, one in enumerate(data):
        here = f"{field}[{place}]"
        if one.get("kind") != "each":
            part = _part(one, here, filler, rows)
            has_picture = part.picture in pictures
            if not one.get("optional") or part.text.strip() or part.lines or has_picture:
                yield part
            continue
        name = str(one.get("list", ""))
        if name not in rows.known:
            raise filler.wrong(f"{here}.list", "没有这个清单。")
        # A misspelt word is told where no row is, too.
        blank = filler.over(dict.fromkeys(rows.known[name], ""))
        tuple(_parts(one.get("part", []), f"{here}.part", blank, rows))
        for row in rows.of(name):
            yield from _parts(one.get("part", []), f"{here}.part", filler.over(row), rows)


def _part(data: Mapping[str, Any], field: str, filler: Filler, rows: _Rows) -> Part:
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
        align=_align(data.get("align", ""), f"{field}.align", filler),
        landscape=bool(data.get("landscape", False)),
        new_page=bool(data.get("new_page", False)),
        keeps=bool(data.get("keeps", False)),
        picture=str(data.get("picture", "")),
    )


def _align(value: object, field: str, filler: Filler) -> str:
    if not isinstance(value, str) or value not in ALIGNS:
        raise filler.wrong(field, f"应为以下之一：{'、'.join(ALIGNS[1:])}。")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _table(
    data: Mapping[str, Any], field: str, filler: Filler, rows: _Rows
) -> tuple[tuple[Column, ...], tuple[Line, ...]]:
    name = str(data.get("list", ""))
    if name not in rows.known:
        raise filler.wrong(f"{field}.list", "没有这个清单。")
    given = data.get("columns")
    if not given or not all(
        len(one) in {3, 4} and _is_number(one[2]) and one[2] > 0 for one in given
    ):  # fmt: skip
        raise filler.wrong(f"{field}.columns", "每栏应写明栏名、内容和栏宽。")
    colors = data.get("colors", {})
    for word, color in colors.items():
        if not isinstance(color, str) or not COLOR.fullmatch(color):
            raise filler.wrong(f"{field}.colors.{word}", "应为 #d7000f 这样的颜色。")
    chosen_by = data.get("color", "")
    columns = [
        Column(
            filler.fill(one[0], f"{field}.columns[{place}]"),
            float(one[2]),
            _align(one[3] if len(one) > 3 else "", f"{field}.columns[{place}]", filler),
        )
        for place, one in enumerate(given)
    ]
    after, further, keys = _spread(data.get("spread"), f"{field}.spread", filler, rows)

    def filled(row: Mapping[str, str]) -> Line:
        of_row = filler.of(row)
        cells = [of_row.fill(one[1], f"{field}.columns[{n}]") for n, one in enumerate(given)]
        cells[after:after] = [row.get(key, "") for key in keys]
        return Line(tuple(cells), colors.get(row.get(chosen_by, ""), BLACK))

    filled(dict.fromkeys(rows.known[name], ""))  # A misspelt word is told where no row is, too.
    columns[after:after] = further
    return tuple(columns), tuple(filled(row) for row in rows.of(name, keys))


def _spread(
    data: Any, field: str, filler: Filler, rows: _Rows
) -> tuple[int, list[Column], list[str]]:
    """Columns of a table that are as many as a list has rows: where, their heads, their words.

    Each row of the list names by its `key` the word that the table's own rows have for it.
    """
    if data is None:
        return 0, [], []
    name = str(data.get("list", ""))
    if name not in rows.known or data.get("key") not in rows.known[name]:
        raise filler.wrong(f"{field}.list", "没有这个清单，或清单里没有这个词。")
    width, after = data.get("width"), data.get("after", 0)
    if not _is_number(width) or width <= 0 or not isinstance(after, int):
        raise filler.wrong(f"{field}.width", "应写明栏宽和排在第几栏之后。")
    given = rows.of(name)
    align = _align(data.get("align", ""), f"{field}.align", filler)
    heads = [
        Column(filler.over(row).fill(data.get("title"), f"{field}.title"), float(width), align)
        for row in given
    ]
    return after, heads, [row[data["key"]] for row in given]


def width_of(picture: bytes) -> float:
    """How wide a PNG stands on paper, mm."""
    return int.from_bytes(picture[16:20]) / DOTS * 25.4
