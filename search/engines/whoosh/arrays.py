"""In this file named numpy arrays lie in one file: small ones mapped, large ones read in slices.

Layout: a mark of eight bytes, the arrays to be mapped, those to be read (each beginning at a
multiple of 16), a directory in JSON, and at the very end the directory's offset, length and CRC-32
and the mark again. A file cut short has no valid end. The directory has the CRC-32 of each array:
a file of usual size is held against them whole when it is opened, of a large one the arrays that
are mapped and those that say who may see what; `verify` looks at the rest.

Postings and records are read, not mapped: the kernel would count every page it maps as memory of
the process, and it maps far more than is asked for.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import weakref
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from search.errors import IndexDamaged

Array = npt.NDArray[Any]

_MARK = b"JBARRAY2"
_END = struct.Struct("<QQI8s")
_ALIGNMENT = 16
VERIFIED_WHOLE = 128 * 1024 * 1024
"""Bytes of a file up to which all of it is verified at opening; it takes a tenth of a second."""
GUARDED = ("readers.",)
"""Arrays verified whatever the size: a wrong bit here would show what is hidden."""
_AT_ONCE = 8 * 1024 * 1024


def write_arrays(path: Path, mapped: Mapping[str, Array], sliced: Mapping[str, Array]) -> None:
    """Write the arrays and see them safely on the disk; what could not be finished is removed."""
    try:
        with path.open("wb") as file:
            _write_to(file, mapped, sliced)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)  # on a full disk every byte counts
        raise


def _write_to(file: BinaryIO, mapped: Mapping[str, Array], sliced: Mapping[str, Array]) -> None:
    directory: dict[str, tuple[str, int, int, int]] = {}
    file.write(_MARK)
    for name, array in [*mapped.items(), *sliced.items()]:
        file.write(b"\0" * (-file.tell() % _ALIGNMENT))
        content = np.ascontiguousarray(array).data
        directory[name] = (array.dtype.str, file.tell(), array.size, zlib.crc32(content))
        file.write(content)
    offset = file.tell()
    written = json.dumps({"mapped": list(mapped), "arrays": directory}).encode()
    file.write(written)
    file.write(_END.pack(offset, len(written), zlib.crc32(written), _MARK))


class SlicedArray:
    """An array in a file, of which a slice is read when it is asked for."""

    def __init__(self, descriptor: int, dtype: np.dtype[Any], offset: int, size: int) -> None:
        self._descriptor = descriptor
        self._dtype = dtype
        self.offset = offset
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, wanted: slice) -> Array:
        start, stop, _ = wanted.indices(self._size)
        width = self._dtype.itemsize
        length, offset = max(0, stop - start) * width, self.offset + start * width
        return np.frombuffer(os.pread(self._descriptor, length, offset), dtype=self._dtype)


class ArrayFile:
    """The arrays of one file. It stays readable when the file is removed, until it is forgotten."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises `IndexDamaged` if it is cut short, FileNotFoundError if gone."""
        self._descriptor = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._descriptor)
        try:
            self._directory, mapped = self._read_directory()
            end = max((self._end_of(name) for name in mapped), default=0)
            self._map = mmap.mmap(self._descriptor, end, access=mmap.ACCESS_READ)
            is_usual = os.fstat(self._descriptor).st_size <= VERIFIED_WHOLE
            self._verify(
                name
                for name in self._directory
                if is_usual or name in mapped or name.startswith(GUARDED)
            )
        except (struct.error, ValueError, KeyError, TypeError, OSError) as error:
            raise IndexDamaged(f"{path.name} 不完整") from error

    def verify(self) -> None:
        """Hold every array against its sum; raises `IndexDamaged`."""
        try:
            self._verify(self._directory)
        except ValueError as error:
            raise IndexDamaged("索引文件内容有误") from error

    def _verify(self, names: Iterable[str]) -> None:
        for name in names:
            dtype, offset, size, expected = self._directory[name]
            left, found = size * np.dtype(dtype).itemsize, 0
            while left > 0:
                part = os.pread(self._descriptor, min(left, _AT_ONCE), offset)
                if not part:
                    raise ValueError(name)
                found = zlib.crc32(part, found)
                left, offset = left - len(part), offset + len(part)
            if found != expected:
                raise ValueError(name)

    def _read_directory(self) -> tuple[dict[str, tuple[str, int, int, int]], list[str]]:
        size = os.fstat(self._descriptor).st_size
        ending = os.pread(self._descriptor, _END.size, max(0, size - _END.size))
        offset, length, expected, mark = _END.unpack(ending)
        if mark != _MARK:
            raise ValueError("no mark at the end")
        written = os.pread(self._descriptor, min(length, size), offset)
        if zlib.crc32(written) != expected:
            raise ValueError("a damaged directory")
        directory = json.loads(written)
        return directory["arrays"], directory["mapped"]

    def _end_of(self, name: str) -> int:
        dtype, offset, size, _sum = self._directory[name]
        return offset + size * np.dtype(dtype).itemsize

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def mapped(self, name: str) -> Array:
        """An array written as `mapped`."""
        dtype, offset, size, _sum = self._directory[name]
        return np.frombuffer(self._map, dtype=dtype, count=size, offset=offset)

    def sliced(self, name: str) -> SlicedArray:
        """Any array, to be read in slices."""
        dtype, offset, size, _sum = self._directory[name]
        return SlicedArray(self._descriptor, np.dtype(dtype), offset, size)

    def names(self) -> list[str]:
        """The arrays' names, in the order in which they were written."""
        return list(self._directory)


def smallest(array: Array) -> Array:
    """The same whole numbers, none below 0, in the smallest type that holds them all."""
    largest = int(array.max()) if array.size else 0
    for dtype in (np.uint8, np.uint16, np.uint32):
        if largest <= np.iinfo(dtype).max:
            return array.astype(dtype)
    return array.astype(np.uint64)
