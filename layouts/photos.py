"""In this file is how large a photo is printed, and which photos stand side by side.

One rule for all presses: a photo is small if, printed alone, it leaves more than half of the line
free; two small photos that follow each other stand beside each other, as high as the lower of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from PIL import Image

from layouts import grid
from layouts.document import Block, Photo

CSS_PIXEL = 25.4 / 96
BETWEEN = 6.0
"""Between two photos side by side, mm."""
HALF = (grid.AREA_WIDTH - BETWEEN) / 2
"""The widest a small photo is printed, mm."""
ORIENTATION = 0x0112
"""The EXIF tag that says which side of a photo is up."""
LYING = range(5, 9)
"""Its values for a photo whose pixels lie on their side."""

Size = tuple[float, float]
"""Width and height as printed, mm."""


@dataclass(frozen=True)
class Pair:
    """Two photos side by side."""

    photos: tuple[Photo, Photo]
    sizes: tuple[Size, Size]


def printed_size(content: bytes) -> Size | None:
    """How large a photo is printed alone, never larger than on a screen; none if it is no photo."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            turned = image.getexif().get(ORIENTATION, 1) in LYING
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    if turned:
        width, height = height, width
    if not width * height:
        return None
    scale = min(grid.PHOTO_WIDTH / width, grid.PHOTO_HEIGHT / height, CSS_PIXEL)
    return width * scale, height * scale


def sizes_of(photos: Mapping[str, bytes]) -> dict[str, Size]:
    """The printed size of every photo that is one, by its key."""
    sizes = ((key, printed_size(content)) for key, content in photos.items())
    return {key: size for key, size in sizes if size}


def in_pairs(blocks: Iterable[Block], sizes: Mapping[str, Size]) -> Iterator[Block | Pair]:
    """The blocks, with small photos that follow each other taken two by two."""
    waiting: Photo | None = None
    for block in blocks:
        is_small = isinstance(block, Photo) and sizes.get(block.key, (HALF + 1, 0))[0] <= HALF
        if waiting and is_small and isinstance(block, Photo):
            yield _pair(waiting, block, sizes)
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = block if is_small and isinstance(block, Photo) else None
        if waiting is None:
            yield block
    if waiting:
        yield waiting


def _pair(first: Photo, second: Photo, sizes: Mapping[str, Size]) -> Pair:
    height = min(sizes[one.key][1] for one in (first, second))

    def scaled(one: Photo) -> Size:
        width, own = sizes[one.key]
        return width * height / own, height

    return Pair((first, second), (scaled(first), scaled(second)))
