"""In this file a workbook somebody uploaded is read by a child process of limited means.

Run as a script it knows nothing of the publisher: it takes a path and a form and writes JSON.
Whatever a hostile file does to it ends with the child. Nothing in it is ever reckoned: of a formula
the value that was saved with it is read, and one without is told of.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

MOST_ROWS = 20_000
"""Rows with something in them, of all sheets together."""
MOST_COLUMNS = 60
MOST_SHEETS = 60
MOST_CHARACTERS = 30_000_000
MOST_UNPACKED = 200 * 1024 * 1024
SECONDS = 90
MEMORY = 2 * 1024**3
REFUSED = 3
"""The child's exit code for a file that it refuses in a sentence."""
MERGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
FORMULA, ERROR = "formula", "error"


class Unreadable(Exception):
    """The workbook cannot be read; `str()` says why."""


@dataclass
class Sheet:
    """One sheet: its rows that hold something, each with its number and its cells as text."""

    name: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column, counted from 1."""
    notes: list[tuple[int, int, str]] = field(default_factory=list)
    """Row, column and what is wrong with a cell: a formula without a value, or an error."""


def sheets_of(path: Path, form: str) -> list[Sheet]:
    """The sheets of a kept workbook (xlsx or csv); raises `Unreadable`."""
    command = [sys.executable, "-I", str(Path(__file__).resolve()), str(path), form]
    try:
        done = subprocess.run(  # noqa: S603 - our own script and a path of ours
            command, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("表格过于复杂，规定时间内没有读完。") from error
    if done.returncode == REFUSED:
        raise Unreadable(done.stdout.decode("utf-8", "replace"))
    if done.returncode != 0:
        raise Unreadable("表格已损坏、设有密码或过大，没有读出来。")
    return [
        Sheet(
            one["name"],
            [(number, cells) for number, cells in one["rows"]],
            [(a, b, c, d) for a, b, c, d in one["merges"]],
            [(row, column, code) for row, column, code in one["notes"]],
        )
        for one in json.loads(done.stdout)
    ]


class _Bounds:
    """How much was read, held against the limits."""

    def __init__(self) -> None:
        self.rows = self.characters = 0

    def count(self, cells: list[str]) -> None:
        self.rows += 1
        self.characters += sum(map(len, cells))
        if self.rows > MOST_ROWS:
            raise Unreadable(f"表格超过{MOST_ROWS}行，请按年度拆成几个文件再导入。")
        if self.characters > MOST_CHARACTERS:
            raise Unreadable("表格里的文字过多，请按年度拆成几个文件再导入。")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.10g}"
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in {"\n", "\t"} or c.isprintable()).strip()


def _of_xlsx(path: Path) -> Iterator[Sheet]:
    from openpyxl import load_workbook  # noqa: PLC0415 - only in the child

    with zipfile.ZipFile(path) as package:
        names = {one.filename for one in package.infolist()}
        if sum(one.file_size for one in package.infolist()) > MOST_UNPACKED:
            raise Unreadable("表格展开后过大，不予导入。")
        if any("vbaproject" in name.lower() for name in names):
            raise Unreadable("表格里带有宏，不予导入。请另存为不带宏的 .xlsx。")
    # Kept files have no ending, by which openpyxl would tell a path: it is given what they hold.
    content = path.read_bytes()
    values = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    formulas = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    bounds = _Bounds()
    tables = [one for one in values.worksheets if hasattr(one, "reset_dimensions")]
    if len(tables) > MOST_SHEETS:
        raise Unreadable(f"工作表超过{MOST_SHEETS}张，请拆成几个文件再导入。")
    for table in tables:
        sheet = Sheet(table.title, merges=list(_merges(path, table._worksheet_path)))  # noqa: SLF001
        beside = formulas[table.title]
        table.reset_dimensions()
        beside.reset_dimensions()
        rows = zip(
            table.iter_rows(max_col=MOST_COLUMNS),
            beside.iter_rows(max_col=MOST_COLUMNS),
            strict=False,
        )
        for number, (row, typed) in enumerate(rows, 1):
            cells = [_text(cell.value) for cell in row]
            for column, (cell, raw) in enumerate(zip(row, typed, strict=False), 1):
                if raw.data_type == "f" and cell.value is None:
                    sheet.notes.append((number, column, FORMULA))
                elif cell.data_type == "e":
                    sheet.notes.append((number, column, ERROR))
            _keep(sheet, number, cells, bounds)
        yield sheet


def _keep(sheet: Sheet, number: int, cells: list[str], bounds: _Bounds) -> None:
    while cells and not cells[-1]:
        cells.pop()
    if cells:
        bounds.count(cells)
        sheet.rows.append((number, cells))


def _merges(path: Path, part: str) -> Iterator[tuple[int, int, int, int]]:
    """The merged cells of a sheet; openpyxl does not tell them when it reads a stream."""
    with zipfile.ZipFile(path) as package, package.open(part.lstrip("/")) as stream:
        rest = b""
        while chunk := stream.read(1 << 20):
            found, end = rest + chunk, 0
            for match in MERGE.finditer(found):
                end = match.end()
                first, last = _column(match[1]), _column(match[3])
                yield int(match[2]), first, int(match[4]), last
            rest = found[max(end, len(found) - 200) :]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _of_csv(path: Path) -> Iterator[Sheet]:
    text = path.read_bytes().decode("utf-8-sig")
    first = text[:4000].partition("\n")[0]
    delimiter = max(",\t;，", key=first.count)
    bounds, sheet = _Bounds(), Sheet("CSV")
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    for number, row in enumerate(reader, 1):
        _keep(sheet, number, [_text(cell) for cell in row[:MOST_COLUMNS]], bounds)
    yield sheet


def _bound() -> None:
    import resource  # noqa: PLC0415 - only in the child

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Read the workbook whose path is given, within limits, and write it as JSON."""
    _bound()
    path, form = Path(sys.argv[1]), sys.argv[2]
    try:
        found = list(_of_csv(path) if form == "csv" else _of_xlsx(path))
    except (Unreadable, csv.Error) as error:
        sentence = str(error) if isinstance(error, Unreadable) else "CSV 文件格式有误。"
        sys.stdout.buffer.write(sentence.encode())
        sys.exit(REFUSED)
    said = [vars(sheet) for sheet in found]
    sys.stdout.buffer.write(json.dumps(said).encode())


if __name__ == "__main__":
    main()
