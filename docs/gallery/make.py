"""In this file the gallery's pictures are made: an issue in each layout, and each sheet.

    .venv/bin/python docs/gallery/make.py                    # all layouts and sheets of the library
    .venv/bin/python docs/gallery/make.py flash register     # these only
    .venv/bin/python docs/gallery/make.py --instance DIR …   # of a demonstration just founded

Each is a PNG of at most 128 colours: the pages of an invented issue in issues.toml, and in sheets/
the first page of a sheet as the demonstration office downloads it. A demonstration given as
`--instance` is changed: its year is filed, copies are given out. Look at each picture before it is
committed.
"""

from __future__ import annotations

import argparse
import io
import sys
import tomllib
from pathlib import Path
from typing import Any

from demo_sheets import DOORS, fetched
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
    words = argparse.ArgumentParser(description="Make the pictures of layouts and sheets.")
    words.add_argument("names", nargs="*", metavar="NAME", help="of these layouts or sheets only")
    words.add_argument("--instance", type=Path, help="a demonstration office just founded")
    given = words.parse_args()
    asked = set(given.names)
    for data in issues():
        if not asked or data["layout"] in asked:
            _keep(data["layout"], pages_of(data))
    sheets = asked & set(DOORS) if asked else set(DOORS)
    if sheets:
        for name, content in fetched(sheets, given.instance):
            _keep(f"sheets/{name}", beside([page_of(content)]))


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
    return beside([_drawn(one) for one in layouts.page_pictures(edition.content, dpi=DPI)])


def page_of(content: bytes) -> Image.Image:
    """The first page of a PDF."""
    return _drawn(layouts.page_picture(content, 1, dpi=DPI))


def _drawn(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def beside(drawn: list[Image.Image]) -> Image.Image:
    """Pages beside each other on a desk of grey; an upright one is as wide as any other."""
    part = WIDTH / min(min(page.size) for page in drawn)
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
