"""In this file an attached file is read for the search: a child process with bounds gives its text.

Run as a script it knows nothing of the publisher: it takes a path and a media type and writes text.
Whatever a hostile file does to it - endless pages, endless nesting, a crash of the PDF library -
ends with the child, and the file has no text and a reason.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

LONGEST = 200_000
"""Characters taken of one file."""
MOST_PAGES = 300
MOST_UNPACKED = 40 * 1024 * 1024
"""Bytes of one part of a Word or Excel file."""
SECONDS = 30
MEMORY = 1024 * 1024 * 1024
"""Bytes the child may use."""

PDF = "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument"
WORD = f"{_OFFICE}.wordprocessingml.document"
EXCEL = f"{_OFFICE}.spreadsheetml.sheet"
TEXT = "text/plain; charset="
"""The encoding follows: utf-8 or gb18030."""
READ = frozenset({PDF, WORD, EXCEL, f"{TEXT}utf-8", f"{TEXT}gb18030"})
"""Media types that have a text; scans, photos and old binary forms have none here."""


class Unreadable(Exception):
    """A file has no text that can be had; `str()` says why."""


def text_of(path: Path, media_type: str, *, seconds: float = SECONDS) -> str:
    """The text of a kept file; raises `Unreadable`."""
    command = [sys.executable, "-I", str(Path(__file__).resolve()), str(path), media_type]
    try:
        done = subprocess.run(  # noqa: S603 - our own script and a path of ours
            command, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("文件读取超时") from error
    if done.returncode != 0:
        raise Unreadable("文件已损坏、已加密或过大，读不出文字")
    return done.stdout.decode("utf-8", "replace").replace("\0", "")[:LONGEST]


def _bound() -> None:
    import resource  # noqa: PLC0415 - only in the child

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _pieces(path: Path, media_type: str) -> Iterator[str]:
    if media_type == PDF:
        return _of_pdf(path)
    if media_type == WORD:
        return _of_package(path, ["word/document.xml"], frozenset({"p", "br", "tab"}))
    if media_type == EXCEL:
        return _of_package(path, _sheets(path), frozenset({"si", "is", "row"}))
    encoding = media_type.removeprefix(TEXT)
    return iter([path.read_bytes()[: LONGEST * 4].decode(encoding, "replace")])


def _of_pdf(path: Path) -> Iterator[str]:
    import pypdfium2  # noqa: PLC0415 - only in the child

    document = pypdfium2.PdfDocument(path)
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        yield page.get_textpage().get_text_range() + "\n"
        page.close()


def _sheets(path: Path) -> list[str]:
    """Where a workbook keeps texts: in one common list, or in its sheets."""
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
    sheets = sorted(name for name in names if name.startswith("xl/worksheets/sheet"))
    if "xl/workbook.xml" not in names:
        raise ValueError("no workbook")
    return [name for name in names if name == "xl/sharedStrings.xml"] + sheets[:MOST_PAGES]


def _of_package(path: Path, parts: list[str], breaks: frozenset[str]) -> Iterator[str]:
    """The texts of XML parts: every element t, and a line end behind those named."""
    from lxml import etree  # noqa: PLC0415 - only in the child

    with zipfile.ZipFile(path) as package:
        if sum(package.getinfo(part).file_size for part in parts) > MOST_UNPACKED:
            raise ValueError("too large")
        for part in parts:
            with package.open(part) as file:
                for _event, element in etree.iterparse(
                    file, events=("end",), resolve_entities=False, no_network=True, huge_tree=False
                ):
                    name = etree.QName(element).localname
                    if name == "t":
                        yield element.text or ""
                    elif name in breaks:
                        yield "\n"
                        element.clear()


def _main() -> None:
    _bound()
    taken = 0
    for piece in _pieces(Path(sys.argv[1]), sys.argv[2]):
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.buffer.write(piece.encode("utf-8", "replace"))
        taken += len(piece)
        if taken >= LONGEST:
            break
    sys.stdout.flush()


if __name__ == "__main__":
    _main()
