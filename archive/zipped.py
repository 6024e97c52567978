"""In this file one ZIP file holds a store's files, to be read where they are.

Nothing is unpacked: a file is found by its name and read with bounds. The ZIP comes from outside,
so its directory is held against all that a hostile one could say before anything is read.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from archive.errors import StoreUnusable
from archive.folder import CHUNK
from archive.inventory import is_plain
from archive.shelf import Content, KillPoint

MOST_BYTES = 1 << 30
"""No file is read that says it is larger; the largest scans of an office have a tenth of it."""
MOST_JSON = 64 << 20
MOST_DIRECTORY = 128 << 20
"""A file's entry has some 150 bytes, so it is enough for 800,000 files."""
MOST_RATIO = 200
"""What is larger unpacked by more than this is a bomb, from `SMALL` bytes up."""
SMALL = 16 << 20
KNOWN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED = 0x1
HEADER = 30
"""Bytes before each file: PKWARE APPNOTE 6.3, section 4.3.7, without name and extra field."""
END, END64, LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
"""What the directory's end begins with: APPNOTE 6.3, sections 4.3.14 to 4.3.16."""
LONGEST_END = 76 + 22 + (1 << 16)
"""Bytes: the end of 64 bit with its locator, the end itself, and the longest comment."""
BROKEN = (
    zipfile.BadZipFile,
    struct.error,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What zipfile raises over a file that is damaged, or made to hurt."""


class Zipped:
    """The files of a ZIP, or those of them below a folder of it; it is only read."""

    def __init__(self, path: Path) -> None:
        """Open a ZIP; raises `StoreUnusable` where it is none, is cut short or means harm."""
        self.path = path
        self._below = ""
        try:
            _must_have_a_bearable_directory(path)
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise StoreUnusable(f"“{path.name}”打不开：{error.strerror or error}。") from error
        except BROKEN as error:
            raise StoreUnusable(_what_it_is(path)) from error
        try:
            self._entries = _entries(self._zip, path)
        except BaseException:
            self._zip.close()
            raise
        self._names = sorted(self._entries)

    def below(self, folder: str) -> Zipped:
        """The files below one of its folders; the file is the same, and closed with this one."""
        made = object.__new__(Zipped)
        made.path, made._zip = self.path, self._zip
        made._below = f"{self._below}{folder}/" if folder else self._below
        made._entries, made._names = self._entries, self._names
        return made

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    @property
    def address(self) -> str:
        """The file's path, with the folder in it."""
        return f"{self.path}!/{self._below}".rstrip("/!")

    def address_of(self, path: str) -> str:
        """Where one file is in it."""
        return f"{self.path}!/{self._below}{path}"

    def is_empty(self) -> bool:
        """Whether nothing lies below the folder."""
        return next(self.files(), None) is None

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return f"{self._below}{path}" in self._entries

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return b"".join(self._chunks(path))

    def size(self, path: str) -> int:
        """The length of a file in bytes, as the directory says; more is never read."""
        return self._entry(path).file_size

    def digest(self, path: str) -> str:
        """The SHA-512 of a file's content."""
        made = hashlib.sha512()
        for chunk in self._chunks(path):
            made.update(chunk)
        return made.hexdigest()

    def files(self, below: str = "") -> Iterator[str]:
        """Every file below a folder, in the order of their names."""
        folder = f"{self._below}{below}".rstrip("/")
        prefix = f"{folder}/" if folder else ""
        first = bisect.bisect_left(self._names, prefix)
        for name in itertools.islice(self._names, first, None):
            if not name.startswith(prefix):
                return
            yield name.removeprefix(self._below)

    def folders_with(self, heads: frozenset[str], depth: int) -> Iterator[str]:
        """The folders `depth` levels down that hold one of these files."""
        last = ""
        for path in self.files():
            parts = path.split("/")
            folder = "/".join(parts[:depth])
            if len(parts) == depth + 1 and parts[-1] in heads and folder != last:
                last = folder
                yield folder

    def locked(self) -> AbstractContextManager[None]:
        """There is no writer to be kept away."""
        raise self._only_read()

    def put(self, path: str, content: bytes) -> None:
        """Nothing is written here."""
        del path, content
        raise self._only_read()

    def put_tree(self, folder: str, files: Mapping[str, Content], reached: KillPoint) -> None:
        """Nothing is written here."""
        del folder, files, reached
        raise self._only_read()

    def set_aside(self, path: str, to: str) -> None:
        """Nothing is moved here."""
        del path, to
        raise self._only_read()

    def _only_read(self) -> StoreUnusable:
        return StoreUnusable(f"“{self.path.name}”只供读取，不能写入。")

    def _entry(self, path: str) -> zipfile.ZipInfo:
        try:
            return self._entries[f"{self._below}{path}"]
        except KeyError as error:
            raise FileNotFoundError(path) from error

    def _chunks(self, path: str) -> Iterator[bytes]:
        """A file piece by piece: read at once, a small one could unpack to gigabytes first."""
        entry = self._entry(path)
        try:
            with self._zip.open(entry) as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except BROKEN as error:
            raise OSError(f"{self.path.name}: {path}") from error


def _must_have_a_bearable_directory(path: Path) -> None:
    """Hold a directory's length against a bound; whatever is broken besides is found afterwards.

    It is looked for where zipfile looks for it: the 64 bit end stands right before its locator.
    """
    with path.open("rb") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(max(0, length - LONGEST_END))
        tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile("no end of a directory")
    (size,) = struct.unpack_from("<L", tail, at + 12)
    if at >= 76 and tail.startswith(LOCATOR64, at - 20) and tail.startswith(END64, at - 76):
        (size,) = struct.unpack_from("<Q", tail, at - 76 + 40)
    if size > MOST_DIRECTORY:
        raise StoreUnusable(f"“{path.name}”里的文件太多，没有读取。")


def _what_it_is(path: Path) -> str:
    """Why a file is no whole ZIP, for a person."""
    with path.open("rb") as file:
        begins = file.read(4)
    if begins in {b"PK\x03\x04", END}:
        return f"“{path.name}”不完整，可能没有复制完，或者导出时中断了，请重新复制或重新导出。"
    return f"“{path.name}”不是 ZIP 文件。"


def _entries(package: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of a ZIP by name; raises `StoreUnusable` for one that means harm."""
    found: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for entry in sorted(package.infolist(), key=lambda one: one.header_offset):
        name = entry.filename
        if entry.header_offset < end:
            raise StoreUnusable(f"“{path.name}”里的文件互相重叠，没有读取。")
        end = entry.header_offset + HEADER + entry.compress_size
        if not _leads_down(entry.orig_filename) or stat.S_ISLNK(entry.external_attr >> 16):
            shown = "".join(one if one.isprintable() else "?" for one in name[:80])
            raise StoreUnusable(f"“{path.name}”里有不正当的文件名“{shown}”，没有读取。")
        if entry.is_dir():
            continue
        if name in found:
            raise StoreUnusable(f"“{path.name}”里的“{name}”出现了两次，没有读取。")
        if entry.flag_bits & ENCRYPTED:
            raise StoreUnusable(f"“{path.name}”加了密码，请解除密码后再移入。")
        if entry.compress_type not in KNOWN:
            raise StoreUnusable(f"“{path.name}”的压缩方式读不了，请用普通 ZIP 格式重新打包。")
        most = MOST_JSON if name.endswith(".json") else MOST_BYTES
        swollen = entry.file_size > max(SMALL, entry.compress_size * MOST_RATIO)
        if entry.file_size > most or swollen:
            raise StoreUnusable(f"“{path.name}”里的“{name}”解开后大得不正常，没有读取。")
        found[name] = entry
    return found


def _leads_down(name: str) -> bool:
    """Whether a name leads to one place below the root, on any machine."""
    drive = name.partition("/")[0]
    return "\\" not in name and ":" not in drive and is_plain(name.removesuffix("/"))
