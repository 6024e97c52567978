"""In this file a folder on a disk keeps a store's files: write, fsync, rename, list, lock."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from archive.shelf import Content, KillPoint

CHUNK = 1024 * 1024
STAGING = "extensions/jianbao-staging"
"""Below extensions/, where OCFL lets a store keep what is its own."""


class Folder:
    """A folder; what is written is on the disk before anybody is told so."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def below(self, folder: str) -> Folder:
        """A folder below."""
        return Folder(self.root / folder)

    def close(self) -> None:
        """Nothing is held open."""

    @property
    def address(self) -> str:
        """The folder's path."""
        return str(self.root)

    def address_of(self, path: str) -> str:
        """A file's path."""
        return str(self.root / path)

    def is_empty(self) -> bool:
        """Whether the folder is missing or holds nothing but its own staging."""
        return not self.root.exists() or all(
            path.name == STAGING.partition("/")[0] for path in self.root.iterdir()
        )

    def exists(self, path: str) -> bool:
        """Whether there is such a file; a link is none."""
        found = self.root / path
        return found.is_file() and not found.is_symlink()

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return (self.root / path).read_bytes()

    def size(self, path: str) -> int:
        """The length of a file in bytes."""
        return (self.root / path).stat().st_size

    def digest(self, path: str) -> str:
        """The SHA-512 of a file's content."""
        return digest_of(self.root / path)

    def files(self, below: str = "") -> Iterator[str]:
        """Every file below a folder; a link and an empty folder are told as such by a slash."""
        top = self.root / below
        for folder, folders, files in os.walk(top):
            folders.sort()
            for name in sorted(files):
                yield (Path(folder) / name).relative_to(self.root).as_posix()
            if not files and not folders and Path(folder) != self.root:
                yield Path(folder).relative_to(self.root).as_posix() + "/"
            for name in [one for one in folders if (Path(folder) / one).is_symlink()]:
                yield (Path(folder) / name).relative_to(self.root).as_posix() + "/"

    def folders_with(self, heads: frozenset[str], depth: int) -> Iterator[str]:
        """The folders `depth` levels down that hold one of these files."""
        for folder, folders, files in os.walk(self.root):
            folders.sort()
            path = Path(folder).relative_to(self.root)
            if len(path.parts) == 0:
                folders[:] = [name for name in folders if name != "extensions"]
            if len(path.parts) == depth:
                folders.clear()
                if heads & set(files):
                    yield path.as_posix()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold a lock that other processes and threads respect; it ends with the process."""
        path = self.root / STAGING / "lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def put(self, path: str, content: bytes) -> None:
        """Put a content in a file's place, whole or not at all; its folders are made."""
        found = self.root / path
        found.parent.mkdir(parents=True, exist_ok=True)
        staged = found.with_name(found.name + ".new")
        staged.unlink(missing_ok=True)
        _write(staged, content)
        staged.rename(found)
        self._sync_up(found.parent)

    def put_tree(self, folder: str, files: Mapping[str, Content], reached: KillPoint) -> None:
        """Lay the files in staging, synced; one rename makes the folder real."""
        target = self.root / folder
        staging = self.root / STAGING / hashlib.sha256(folder.encode()).hexdigest()
        shutil.rmtree(staging, ignore_errors=True)
        for name, content in files.items():
            _write(staging / name, content if isinstance(content, bytes) else content.read_bytes())
            reached("archive.content")
        reached("archive.inventory")
        _sync_tree(staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        reached("archive.rename")
        staging.rename(target)
        self._sync_up(target.parent)

    def set_aside(self, path: str, to: str) -> None:
        """Move a file to where it harms nobody and can be looked at; folders left empty go."""
        found, target = self.root / path, self.root / to
        if found.is_dir() and not found.is_symlink():
            found.rmdir()
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        found.rename(target)
        self._sync_up(target.parent)
        _sync_folder(found.parent)
        parent = found.parent
        while parent != self.root and not any(parent.iterdir()):
            parent.rmdir()
            parent = parent.parent

    def _sync_up(self, folder: Path) -> None:
        while folder != self.root.parent:
            _sync_folder(folder)
            folder = folder.parent


def digest_of(path: Path) -> str:
    """The SHA-512 of a file on a disk, in hexadecimal."""
    made = hashlib.sha512()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            made.update(chunk)
    return made.hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_tree(root: Path) -> None:
    for folder, _folders, _files in os.walk(root, topdown=False):
        _sync_folder(Path(folder))
