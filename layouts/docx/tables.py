"""In this file a table's cells find their places in the rows of a Word table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layouts.document import Cell, Table


@dataclass(frozen=True)
class Place:
    """A cell of one row of a Word table: what stands in it, and how it is merged downwards."""

    start: int
    end: int
    cells: tuple[Cell, ...] = ()
    merged: str = ""


def filled(table: Table, columns: int) -> Iterator[list[Place]]:
    """Each row's cells from the first column to the last, with those merged from above.

    What stands in the columns beyond is gathered in the last, which then is merged with nothing.
    """
    most = columns if table.columns == columns else columns - 1
    hanging: dict[int, tuple[int, int]] = {}
    for line in table.grid():
        row: list[Place] = []
        inside = {start: (cell, min(end, most)) for cell, start, end in line if start < most}
        column = 0
        while column < most:
            end, rows = hanging.get(column, (column, 0))
            if rows:
                row.append(Place(column, end, merged="continue"))
                hanging[column] = (end, rows - 1)
            elif column in inside:
                cell, end = inside[column]
                row.append(Place(column, end, (cell,), "restart" if cell.rowspan > 1 else ""))
                hanging[column] = (end, cell.rowspan - 1)
            else:
                end = column + 1
                row.append(Place(column, end))
            column = end
        if most < columns:
            beyond = tuple(cell for cell, start, _end in line if start >= most)
            row.append(Place(most, columns, beyond))
        yield row
