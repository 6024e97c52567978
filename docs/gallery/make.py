"""In this file the gallery's pictures are made: the pages of an issue in each layout.

    .venv/bin/python docs/gallery/make.py                    # every layout of the library
    .venv/bin/python docs/gallery/make.py flash followup     # these only

Each is a PNG of at most 128 colours in this folder, of an invented issue in issues.toml. Look at
each picture before it is committed.
"""

from __future__ import annotations

import argparse
import io
import sys
import tomllib
from pathlib import Path
from typing import Any

from PIL import Image

import layouts

FOLDER = Path(__file__).parent
COLOURS = 128
LARGEST = 100_000
"""Bytes a picture may have, so that the page stays light."""
WIDTH = 520
"""Pixels of a page's width, at which its text can be read."""
DPI = 200
"""At which a page is drawn before it is made small."""
DESK = (222, 226, 231)
EDGE = 16
"""Pixels of the desk around each page."""


def main() -> None:
    """Make the pictures that are named, or all."""
    words = argparse.ArgumentParser(description="Make the pictures of the layouts.")
    words.add_argument("names", nargs="*", metavar="LAYOUT", help="of these layouts only")
    asked = words.parse_args().names
    for data in issues():
        if not asked or data["layout"] in asked:
            _keep(data["layout"], pages_of(data))


def issues() -> list[dict[str, Any]]:
    """The invented issues in the JSON form, one for each layout."""
    data = tomllib.loads((FOLDER / "issues.toml").read_text(encoding="utf-8"))
    found = []
    for one in data["issue"]:
        imprint = data["imprint"] | {key: one.pop(key) for key in ("to_superior",) if key in one}
        found.append(
            {"date": "2026-11-20", "year": 2026, "office": "云汀市人民政府办公室编"}
            | one
            | {"imprint": imprint}
        )
    return found


def pages_of(data: dict[str, Any]) -> Image.Image:
    """The pages of an issue beside each other, on a desk of grey."""
    edition = layouts.typeset(layouts.compose(layouts.read_source(data)), "pdf")
    if edition.faults:
        sys.exit("\n".join(one.sentence for one in edition.faults))
    drawn = [
        Image.open(io.BytesIO(one)).convert("RGB")
        for one in layouts.page_pictures(edition.content, dpi=DPI)
    ]
    part = WIDTH / min(page.width for page in drawn)
    small = [
        page.resize((round(page.width * part), round(page.height * part)), Image.Resampling.LANCZOS)
        for page in drawn
    ]
    high = max(page.height for page in small)
    desk = Image.new(
        "RGB", (sum(page.width + EDGE for page in small) + EDGE, high + 2 * EDGE), DESK
    )
    left = EDGE
    for page in small:
        desk.paste(page, (left, EDGE))
        left += page.width + EDGE
    return desk


def _keep(name: str, picture: Image.Image) -> None:
    """Keep a picture in few colours; text on a page needs no more."""
    path = FOLDER / f"{name}.png"
    picture.quantize(COLOURS).save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path.name} is larger than {LARGEST} bytes.")
    sys.stdout.write(f"{path.name}  {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
