"""In this file the columns of numbers in a table are found, to be aligned at the decimal point.

A column is one of numbers where every cell of its body that says something is a number, with or
without a sign, thousands, a fraction and a unit, or the mark of a blank; and where its author has
not set it left or centred. All cells of it then take the same width before and behind the point.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from layouts.document import Align, Cell, Run, Runs, Table, plain

NUMBER = re.compile(
    r"(?P<whole>[+＋\-−–－]?[0-9][0-9,，]*|[+\-−–]?(?=\.))"
    r"(?P<part>(?:\.[0-9]+)?(?:[%％‰]|[\u4e00-\u9fff]{1,4})?)"
)
BLANKS = {"", "—", "——", "－", "-", "–", "/", "／", "…"}
"""What stands where there is no number."""
LEAST = 2
"""Numbers a column must have, for them to stand one below the other."""
WIDTHS = {".": 0.25, ",": 0.25, "-": 0.333, "+": 0.564, "−": 0.564, "–": 0.5, "%": 0.833}
"""Of the type's size, in Times New Roman and the faces of its widths."""
DIGIT = 0.5


@dataclass(frozen=True)
class Figure:
    """A number in its column: what stands before the decimal point, and from it on."""

    whole: Runs
    part: Runs
    widest_whole: str
    widest_part: str
    """The texts of the column that take most room on either side."""

    @property
    def behind(self) -> float:
        """The room that is left behind it, of the type's size."""
        return width_of(self.widest_part) - width_of(_text(self.part))

    @property
    def room(self) -> float:
        """What every cell of the column takes, of the type's size."""
        return width_of(self.widest_whole) + width_of(self.widest_part)


Place = tuple[int, int]
"""The row of a cell and its first column."""


def width_of(text: str) -> float:
    """The width of a number's text, of the type's size."""
    return sum(DIGIT if one.isascii() and one.isdigit() else WIDTHS.get(one, 1.0) for one in text)


def figures_of(table: Table) -> Mapping[Place, Figure]:
    """Every number that stands in a column of numbers, by its place."""
    columns: dict[int, list[tuple[int, Cell]]] = {}
    for number, line in enumerate(table.grid()):
        for cell, start, end in line:
            if end - start == 1 and number >= table.head_rows and not cell.is_head:
                columns.setdefault(start, []).append((number, cell))
    found: dict[Place, Figure] = {}
    for column, cells in columns.items():
        found |= {(row, column): figure for row, figure in _figures(cells)}
    return found


def _figures(cells: list[tuple[int, Cell]]) -> list[tuple[int, Figure]]:
    """The numbers of a column by their row; none where it is no column of numbers."""
    read = [(row, cell, NUMBER.fullmatch(plain(cell.runs).strip())) for row, cell in cells]
    matches = [match for _row, _cell, match in read if match]
    aligns = {cell.align for _row, cell in cells}
    if (
        len(matches) < LEAST
        or aligns & {Align.LEFT, Align.CENTER}
        or any(plain(cell.runs).strip() not in BLANKS for _row, cell, match in read if not match)
    ):
        return []
    whole = max((match["whole"] for match in matches), key=width_of)
    halves = [(row, *_halves(cell.runs, len(match["whole"]))) for row, cell, match in read if match]
    part = max((_text(behind) for _row, _before, behind in halves), key=width_of)
    return [(row, Figure(before, behind, whole, part)) for row, before, behind in halves]


def _halves(runs: Runs, length: int) -> tuple[Runs, Runs]:
    """The runs of a number up to its decimal point, and from it on with the marks of notes."""
    before: list[Run] = []
    behind: list[Run] = []
    for number, run in enumerate(runs):
        text = run.text.lstrip() if number == 0 else run.text
        taken = 0 if run.note else min(length, len(text))
        length -= taken
        if taken:
            before.append(replace(run, text=text[:taken]))
        if rest := text[taken:].rstrip():
            behind.append(replace(run, text=rest))
    return tuple(before), tuple(behind)


def _text(runs: Runs) -> str:
    return "".join(run.text for run in runs)
