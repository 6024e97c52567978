"""In this file the pages of an old file are kept, and what was read of each scan's page so far.

Reading sixty pages takes minutes and may be cut off at any time; what is read of a page is written
down before the next begins, and the work goes on there.
"""

from __future__ import annotations

import base64
import fcntl
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from publisher.config import Settings
from publisher.publication import press, staging
from publisher.retrospect import scans
from publisher.retrospect.errors import Unreadable
from publisher.retrospect.extraction import Read
from publisher.retrospect.eye import SURE
from publisher.retrospect.paragraphs import Extract, from_json

PAGES = "pages.pdf"
BEGUN = "reading.json"
DPI = 80
MOST_PICTURES = 60
MARK = "#b7791f"
"""Around what was not read well: the colour of a warning in the house's styles."""
LOCK = "lock"


def folder_of(number: int, office: Settings) -> Path:
    """Where the pages of an old file lie; they can be made again at any time."""
    return office.proofs_path / f"old-{number}"


def begin(number: int, found: Read, office: Settings) -> Extract:
    """Keep a file's pages and, of a scan, that its pages are being read."""
    folder = folder_of(number, office)
    if found.pdf is not None:
        staging.write_durably(folder / PAGES, found.pdf)
        if found.extract.scanned:
            value = json.dumps(found.extract.as_json())
            staging.write_durably(folder / BEGUN, value.encode())
    return found.extract


def begun(number: int, office: Settings) -> Extract | None:
    """What a scan holds whose pages are being read, none for any other file."""
    try:
        return from_json(json.loads((folder_of(number, office) / BEGUN).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def next_page(number: int, extract: Extract, office: Settings) -> int | None:
    """The first page that is a picture and was not read yet."""
    if not scans.can_read():
        return None
    folder = folder_of(number, office)
    return next((one for one in scans.to_read(extract) if not _path(folder, one).exists()), None)


def progress(number: int, office: Settings) -> tuple[int, int]:
    """How many pages of a scan are read, and of how many."""
    extract = begun(number, office)
    if extract is None or not scans.can_read():
        return 0, 0
    folder = folder_of(number, office)
    pages = scans.to_read(extract)
    return sum(_path(folder, one).exists() for one in pages), len(pages)


def read_page(number: int, page: int, office: Settings) -> None:
    """Read one page and write down what stands on it; one that is not read does not stop others."""
    folder = folder_of(number, office)
    try:
        value = scans.read_page((folder / PAGES).read_bytes(), page)
    except Unreadable:
        value = {"failed": True}
    staging.write_durably(_path(folder, page), json.dumps(value).encode())


@contextmanager
def held(number: int, office: Settings, *, wait: bool = False) -> Iterator[bool]:
    """Hold a file while something of it is read; says whether nobody else does.

    It ends with the process, so whoever comes next need not guess whether the last one still lives.
    """
    path = folder_of(number, office) / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)


def whole(number: int, extract: Extract, office: Settings) -> Extract:
    """The extract with what was read of its scanned pages."""
    return scans.with_readings(extract, _kept(number, office)) if extract.scanned else extract


def done(number: int, office: Settings) -> None:
    """Forget the readings: they stand in the draft."""
    for path in folder_of(number, office).glob("*.json"):
        path.unlink(missing_ok=True)


def keep_pictures(number: int, office: Settings) -> int:
    """Keep a picture of each page, what was not read well marked; says how many can be shown."""
    folder = folder_of(number, office)
    if not (folder / PAGES).exists():
        return 0
    readings = _kept(number, office)
    _keep_lines(folder, readings)
    count = 0
    for picture in press.pictures((folder / PAGES).read_bytes(), DPI):
        if count == MOST_PICTURES:
            break
        count += 1
        marked = _marked(picture, readings.get(count, {}))
        staging.write_durably(folder / f"{count}.png", marked)
    return count


def line_path(number: int, line: int, office: Settings) -> Path:
    """Where the picture of an unsure line lies, counted from 0 as in the draft."""
    return folder_of(number, office) / f"line-{line}.png"


def _keep_lines(folder: Path, readings: Mapping[int, Mapping[str, Any]]) -> None:
    unsure = [
        line
        for page in sorted(readings)
        for line in readings[page].get("lines", ())
        if line["sure"] < SURE
    ]
    for place, line in enumerate(unsure):
        if "picture" in line:
            content = base64.b64decode(line["picture"])
            staging.write_durably(folder / f"line-{place}.png", content)


def _marked(picture: bytes, reading: Mapping[str, Any]) -> bytes:
    """A page's picture, turned as it was read, with a frame around each unsure line."""
    boxes = [one["box"] for one in reading.get("lines", ()) if one["sure"] < SURE]
    if not boxes and not reading.get("turn"):
        return picture
    with Image.open(io.BytesIO(picture)) as opened:
        sheet = opened.convert("RGB").rotate(reading.get("turn", 0), expand=True)
    draw = ImageDraw.Draw(sheet)
    for box in boxes:
        xs, ys = ([one[axis] * DPI / 72 for one in box] for axis in (0, 1))
        draw.rectangle((min(xs) - 3, min(ys) - 3, max(xs) + 3, max(ys) + 3), None, MARK, 2)
    stream = io.BytesIO()
    sheet.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _path(folder: Path, page: int) -> Path:
    return folder / f"read-{page}.json"


def _kept(number: int, office: Settings) -> dict[int, dict[str, Any]]:
    """What was read of each page."""
    found = {}
    for path in folder_of(number, office).glob("read-*.json"):
        found[int(path.stem[5:])] = json.loads(path.read_text("utf-8"))
    return found
