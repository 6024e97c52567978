"""In this file a sheet (单) is read from its data and filled with words.

A sheet's data are title, wording and rows in layouts/library/<name>/sheet.toml; an office changes
the words there or puts a folder of the same name into its own layouts. Words in braces are filled
in; a word the sheet does not name is refused, one that is not given stays blank.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layouts.errors import LayoutInvalid
from layouts.fonts import FACES
from layouts.layout import LIBRARY

FILE = "sheet.toml"
KINDS = ("text", "rows", "box", "sign", "slip")


@dataclass(frozen=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    text: str


@dataclass(frozen=True)
class Part:
    """One part of a sheet: a paragraph, rows of pairs, a tall box, a signature or a slip."""

    kind: str
    text: str = ""
    label: str = ""
    rows: tuple[tuple[Pair, ...], ...] = ()
    height: float = 0
    """The least height of a box, mm."""
    face: str = "fang"
    indent: bool = True


@dataclass(frozen=True)
class Sheet:
    """A sheet filled in, ready for the press."""

    name: str
    title: str
    office: str
    number: str
    date: str
    parts: tuple[Part, ...]


def sheet_names(layouts_dir: Path | None = None) -> list[str]:
    """The names of every sheet there is."""
    folders = [LIBRARY, *([layouts_dir] if layouts_dir and layouts_dir.is_dir() else [])]
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{FILE}")})


def fill_sheet(name: str, words: Mapping[str, str], layouts_dir: Path | None = None) -> Sheet:
    """The sheet of that name filled with `words`; raises `LayoutInvalid` naming what is wrong."""
    data = _read(name, layouts_dir)
    known = data.get("words", [])
    given = dict.fromkeys(known, "") | {k: v for k, v in words.items() if k in known}
    filler = _Filler(name, given)
    return Sheet(
        name=name,
        title=filler.fill(data.get("title"), "title"),
        office=words.get("office", ""),
        number=words.get("number", ""),
        date=words.get("date", ""),
        parts=tuple(
            _part(part, f"part[{place}]", filler) for place, part in enumerate(data.get("part", []))
        ),
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

    def wrong(self, field: str, reason: str) -> LayoutInvalid:
        """The error for a field."""
        return LayoutInvalid(self._sheet, field, reason)


def _part(data: Mapping[str, Any], field: str, filler: _Filler) -> Part:
    kind = data.get("kind")
    if kind not in KINDS:
        raise filler.wrong(f"{field}.kind", f"应为以下之一：{'、'.join(KINDS)}。")
    face = data.get("face", "fang")
    if face not in FACES:
        raise filler.wrong(f"{field}.face", f"应为以下之一：{'、'.join(FACES)}。")
    height = data.get("height", 0)
    if isinstance(height, bool) or not isinstance(height, int | float) or not 0 <= height <= 220:
        raise filler.wrong(f"{field}.height", "应为0至220之间的毫米数。")
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
    )
