"""In this file a photographed paper sheet says what it belongs to, by the code printed on it.

The photo comes from outside: its size is bounded by the site, its pixels here, and it is looked at
and let go, never kept.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable

import zxingcpp
from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from publisher.errors import InputRefused
from publisher.instructions.model import RESTRICTED_SERIES, SERIES
from publisher.people.model import Person

MOST_PIXELS = 60_000_000
LOOKED_AT = 2600
"""Photos are made smaller than this before they are looked at, in pixels of the longer side."""
CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
FORMATS = ("JPEG", "PNG", "WEBP")
NUMBER = re.compile(r"([^〔〕\d\s]{1,10})〔(\d{4})〕第?(\d{1,6})号")
BROKEN = (OSError, SyntaxError, ValueError, MemoryError, EOFError)

Finder = Callable[[str, int, int, Person], str | None]
_finders: dict[str, Finder] = {}


def numbered(*series: str) -> Callable[[Finder], Finder]:
    """Register how the sheets of a register are found: series, year, number and person to address.

    None where the person may not know of it, as where there is no such number.
    """

    def register(finder: Finder) -> Finder:
        _finders.update(dict.fromkeys(series, finder))
        return finder

    return register


def numbers_on(content: bytes) -> list[tuple[str, int, int]]:
    """The numbers in a photo's codes, each once; raises `InputRefused` for what is no photo."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as photo:
                if photo.width * photo.height > MOST_PIXELS:
                    raise InputRefused(_("照片像素过大，请缩小后再传。"), field="photo")
                photo.draft("L", (LOOKED_AT, LOOKED_AT))
                grey = ImageOps.exif_transpose(photo).convert("L")
    except (UnidentifiedImageError, Image.DecompressionBombError, *BROKEN) as error:
        raise InputRefused(
            _("这不是能打开的照片，请上传JPG、PNG或WebP。"), field="photo"
        ) from error
    found: list[tuple[str, int, int]] = []
    for longest in (LOOKED_AT // 2, LOOKED_AT):
        # A small picture is read faster, and a blurred code better; a far code needs the large one.
        small = grey.copy()
        small.thumbnail((longest, longest))
        read = zxingcpp.read_barcodes(small, formats=CODES)
        matches = (NUMBER.fullmatch(code.text.strip()[:60]) for code in read)
        found += [(match[1], int(match[2]), int(match[3])) for match in matches if match]
        if found:
            break
    return list(dict.fromkeys(found))


def address_of(content: bytes, person: Person) -> str:
    """Where the case or instruction of a photographed sheet is; raises `InputRefused`."""
    numbers = numbers_on(content)
    if not numbers:
        raise InputRefused(
            _("照片上没有认出单据的二维码，请把编号右边的方码拍清楚，再试一次。"), field="photo"
        )
    for series, year, number in numbers:
        finder = _finders.get(series)
        address = finder(series, year, number, person) if finder else None
        if address is not None:
            return address
    series, year, number = numbers[0]
    raise InputRefused(
        _("没有找到编号为“%(number)s”的批示或事项。", number=f"{series}〔{year}〕{number}号"),
        field="photo",
    )


OWN_SERIES = (SERIES, RESTRICTED_SERIES)
"""What the numbers of instructions begin with."""
