"""In this file are the files people upload, good and bad, made on the spot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image


def photo(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A real picture with something in it."""
    image = Image.new("RGB", size)
    image.putdata([(x % 256, x * 7 % 256, x * 13 % 256) for x in range(size[0] * size[1])])
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def telephone_photo() -> bytes:
    """What many telephones write: a JPEG with a second, smaller picture behind it (MPO)."""
    file = io.BytesIO()
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (20, 15))
    first.save(file, "MPO", save_all=True, append_images=[second])
    return file.getvalue()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that unpacks to gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 4_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    )


def office_file(name: str = "word/document.xml", size: int = 100) -> bytes:
    """A zip as Word and Excel write them, holding one part of that many bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, b"0" * size)
    return file.getvalue()


def office_bomb() -> bytes:
    """A small zip whose directory promises a gigabyte."""
    honest = bytearray(office_file())
    directory = honest.index(b"PK\x01\x02")
    honest[directory + 24 : directory + 28] = struct.pack("<I", 1_000_000_000)
    return bytes(honest)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PROGRAM = b"MZ\x90\0\x03\0\0\0" + b"\0" * 100
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100
PDF = b"%PDF-1.7\n%%EOF\n"
