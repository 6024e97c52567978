"""In this file named numpy arrays lie in one file, written once and then mapped into memory.

Layout: a mark of eight bytes, the arrays (each beginning at a multiple of 16), a directory in JSON,
and at the very end the directory's offset and length. A file cut short has no valid end.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from search.errors import IndexDamaged

Array = npt.NDArray[Any]

_MARK = b"JBARRAY1"
_END = struct.Struct("<QQ8s")
_ALIGNMENT = 16


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write the arrays and see them safely on the disk."""
    directory: dict[str, tuple[str, int, int]] = {}
    with path.open("wb") as file:
        file.write(_MARK)
        for name, array in arrays.items():
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            directory[name] = (array.dtype.str, file.tell(), array.size)
            file.write(np.ascontiguousarray(array).data)
        offset = file.tell()
        written = json.dumps(directory).encode()
        file.write(written)
        file.write(_END.pack(offset, len(written), _MARK))
        file.flush()
        os.fsync(file.fileno())


class ArrayFile:
    """The arrays of one file, mapped and not read until they are used."""

    def __init__(self, path: Path) -> None:
        """Map the file; raises `IndexDamaged` if it is cut short, FileNotFoundError if gone."""
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise IndexDamaged(f"{path.name} 是空文件") from error
        self._directory = self._read_directory(path)

    def _read_directory(self, path: Path) -> dict[str, tuple[str, int, int]]:
        try:
            offset, length, mark = _END.unpack(self._map[-_END.size :])
            if mark != _MARK:
                raise IndexDamaged(f"{path.name} 不完整")
            directory = json.loads(self._map[offset : offset + length])
        except (struct.error, ValueError) as error:
            raise IndexDamaged(f"{path.name} 不完整") from error
        return {name: tuple(entry) for name, entry in directory.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def __getitem__(self, name: str) -> Array:
        dtype, offset, size = self._directory[name]
        return np.frombuffer(self._map, dtype=dtype, count=size, offset=offset)

    def get(self, name: str) -> Array | None:
        """The array of this name, or None."""
        return self[name] if name in self._directory else None

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
