"""In this file we say what a store asks of the place its files lie in.

Paths are relative, with slashes. `folder.py` keeps them on a disk, `bucket.py` in object storage;
neither knows what an inventory is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

Content = bytes | Path
KillPoint = Callable[[str], None]


def nowhere(_name: str) -> None:
    """Let nobody die."""


class Shelf(Protocol):
    """A place for files. A missing file is `FileNotFoundError`, a lost place `StoreUnusable`."""

    @property
    def address(self) -> str:
        """Where it is, for a person."""

    def address_of(self, path: str) -> str:
        """Where one file is, for a person."""

    def is_empty(self) -> bool:
        """Whether nothing lies here yet."""

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""

    def read(self, path: str) -> bytes:
        """The bytes of a file."""

    def size(self, path: str) -> int:
        """The length of a file in bytes."""

    def digest(self, path: str) -> str:
        """The SHA-512 of a file's content, in hexadecimal."""

    def files(self, below: str = "") -> Iterator[str]:
        """Every file below a folder, in a fixed order; an empty folder ends in a slash."""

    def folders_with(self, heads: frozenset[str], depth: int) -> Iterator[str]:
        """The folders `depth` levels down that hold a file of one of these names, in order."""

    def locked(self) -> AbstractContextManager[None]:
        """Hold a lock that every other writer of this place respects."""

    def put(self, path: str, content: bytes) -> None:
        """Write one file, whole or not at all, and wait until it is kept."""

    def put_tree(self, folder: str, files: Mapping[str, Content], reached: KillPoint) -> None:
        """Write a folder's files in their order; the last one makes it real.

        What an interrupted try left there is cleared away.
        """

    def set_aside(self, path: str, to: str) -> None:
        """Move one file away; only healing does so, and only to a place of its own."""
