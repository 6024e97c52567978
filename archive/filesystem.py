"""In this file is the one door to the disk: write, fsync, rename, list, lock."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK = 1024 * 1024


def write(path: Path, content: bytes) -> None:
    """Write a new file and wait until it is on the disk; its folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, content: bytes) -> None:
    """Put a new content in a file's place, whole or not at all."""
    staged = path.with_name(path.name + ".new")
    staged.unlink(missing_ok=True)
    write(staged, content)
    staged.rename(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Wait until a folder's entries are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(root: Path) -> None:
    """Wait until the entries of every folder below `root` are on the disk."""
    for folder, _folders, _files in os.walk(root, topdown=False):
        sync_folder(Path(folder))


def files_below(root: Path) -> Iterator[Path]:
    """Every file below a folder, in a fixed order."""
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files):
            yield Path(folder) / name


def remove_tree(path: Path) -> None:
    """Clear away what was left in staging; nothing deposited is ever removed."""
    shutil.rmtree(path, ignore_errors=True)


def digest(path: Path, algorithm: str = "sha512") -> str:
    """The digest of a file's content, in hexadecimal."""
    made = hashlib.new(algorithm)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            made.update(chunk)
    return made.hexdigest()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that other processes and threads respect; it ends with the process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
