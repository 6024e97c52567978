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


def compound(stream: str, begins: bytes = b"") -> bytes:
    """A compound file ([MS-CFB]) whose directory tells of one stream, with its first bytes."""
    header = bytearray(OLD_WORD[:8].ljust(512, b"\0"))
    struct.pack_into("<H", header, 0x1E, 9)
    name = f"{stream}\0".encode("utf-16-le")
    entry = bytearray(512)
    entry[: len(name)] = name
    struct.pack_into("<HB", entry, 0x40, len(name), 2)
    struct.pack_into("<L", entry, 0x74, 1)
    return bytes(header + entry) + begins.ljust(512, b"\0")


def lying_package() -> bytes:
    """A ZIP of 64 kilobytes whose file says that it has ten bytes; it unpacks to 64 megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("2015年第12期.txt", b"\0" * (64 << 20))
    content = bytearray(file.getvalue())
    struct.pack_into("<L", content, content.rindex(b"PK\x01\x02") + 24, 10)
    return bytes(content)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PROGRAM = b"MZ\x90\0\x03\0\0\0" + b"\0" * 100
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100
PDF = b"%PDF-1.7\n%%EOF\n"
