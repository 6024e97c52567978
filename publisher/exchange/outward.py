"""In this file an export is written: into a folder that goes on where it was, or one ZIP file.

Killed half way, neither looks whole: the folder's manifest says that it is not complete, and the
file has its name only when it is written to the end.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

from flask_babel import gettext as _

from publisher.config import Settings
from publisher.errors import StepRefused
from publisher.exchange import portable
from publisher.faultpoints import reached
from publisher.publication import moving, staging
from publisher.publication.errors import PublicationFailed

FILE = ".zip"
"""An export whose name ends so is one file."""
PARTIAL = ".part"
PACKED = frozenset(
    {".pdf", ".docx", ".xlsx", ".pptx", ".zip", ".jpg", ".jpeg", ".png", ".webp", ".gif", ".ofd"}
)
"""What is compressed in itself already, and kept as it is."""
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP can name; each file's own moment stands in its inventory."""


class Outward(Protocol):
    """An export that is being written."""

    def begin(self, manifest: portable.Record) -> None:
        """Say what is coming, where it may be seen before it is complete."""

    def copy(self, object_id: str, office: Settings) -> str:
        """Copy an object's files; gives the digest of its inventory, or `PublicationFailed`."""

    def write(self, place: str, content: bytes) -> None:
        """Write a file."""

    def conclude(self, manifest: portable.Record) -> None:
        """Say what is there now; a file that is not complete is not kept."""


def is_file(path: Path) -> bool:
    """Whether an export at that path is one file."""
    return path.name.lower().endswith(FILE) and not path.is_dir()


@contextmanager
def opened(path: Path) -> Iterator[Outward]:
    """The export at a path, to write to; raises `StepRefused` where it cannot be written."""
    try:
        if is_file(path):
            with _file(path) as made:
                yield made
        else:
            _must_be_ours(path)
            yield ToFolder(path)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise StepRefused(
                _("这个磁盘放不下这么大的一个文件，请导出到文件夹，或换一个磁盘。")
            ) from error
        why = error.strerror or str(error)
        raise StepRefused(_("“%(name)s”写不进去：%(why)s。", name=str(path), why=why)) from error


# -- a folder ------------------------------------------------------------------------------------


class ToFolder:
    """A folder: what is there already of an earlier try is not written again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, manifest: portable.Record) -> None:
        """Say that it is not complete."""
        self.write(moving.MANIFEST, portable.as_bytes(manifest))

    def copy(self, object_id: str, office: Settings) -> str:
        """Bring it what it lacks of an object."""
        return moving.copy_out(object_id, self._folder, office)

    def write(self, place: str, content: bytes) -> None:
        """Write a file unless it is there as it is to be."""
        path = self._folder / place
        if not path.is_file() or path.read_bytes() != content:
            staging.write_durably(path, content)

    def conclude(self, manifest: portable.Record) -> None:
        """Say what is there now."""
        self.write(moving.MANIFEST, portable.as_bytes(manifest))


def _must_be_ours(folder: Path) -> None:
    known = (folder / moving.MANIFEST).is_file()
    if folder.exists() and not known and (not folder.is_dir() or any(folder.iterdir())):
        raise StepRefused(_("“%(name)s”不是空文件夹，也不是本系统的导出。", name=str(folder)))


# -- one file ------------------------------------------------------------------------------------


class ToFile:
    """A ZIP file, written from its beginning to its end, one file of the archive after another."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._moment = EARLIEST
        self.is_complete = False

    def begin(self, manifest: portable.Record) -> None:
        """Take the moment of the export for all that is in it."""
        told = datetime.fromisoformat(manifest["exported_at"]).timetuple()[:6]
        self._moment = max(EARLIEST, told)
        for place, content in moving.ROOT_FILES.items():
            self.write(place, content)

    def copy(self, object_id: str, office: Settings) -> str:
        """Write an object's files; the inventory is the last of them."""
        content = b""
        for place, content in moving.files_of(object_id, office):
            self.write(place, content)
            reached("export.file")
        return hashlib.sha512(content).hexdigest()

    def write(self, place: str, content: bytes) -> None:
        """Add a file."""
        entry = zipfile.ZipInfo(place, self._moment)
        entry.external_attr = 0o644 << 16
        is_packed = PurePosixPath(place).suffix.lower() in PACKED
        entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        self._package.writestr(entry, content)

    def conclude(self, manifest: portable.Record) -> None:
        """Write the manifest, the last file of all, where every object is in it."""
        self.is_complete = bool(manifest["complete"])
        self.write(moving.MANIFEST, portable.as_bytes(manifest))


@contextmanager
def _file(path: Path) -> Iterator[ToFile]:
    """A ZIP that takes an earlier one's place when it is complete, and never before."""
    _must_be_free_or_ours(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(path.name + PARTIAL)
    with _held(staged) as descriptor:
        try:
            with os.fdopen(descriptor, "wb", closefd=False) as stream:
                with zipfile.ZipFile(stream, "w", allowZip64=True) as package:
                    made = ToFile(package)
                    yield made
                stream.flush()
                os.fsync(descriptor)
            reached("export.rename")
        except BaseException:
            staged.unlink()
            raise
        if made.is_complete:
            staged.replace(path)
        else:
            staged.unlink()
        staging.sync_folder(path.parent)


@contextmanager
def _held(staged: Path) -> Iterator[int]:
    """An empty file that nobody else writes now; what a dead process left in it is cleared."""
    descriptor = os.open(staged, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _is_locked(descriptor, staged):
            raise StepRefused(_("“%(name)s”正在由另一次导出写入，请等它结束。", name=staged.name))
        os.ftruncate(descriptor, 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int, staged: Path) -> bool:
    """Whether the file is ours now, and still the one of that name: another may just be done."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(descriptor), staged.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _must_be_free_or_ours(path: Path) -> None:
    if not path.exists():
        return
    try:
        with moving.Export(path) as export:
            portable.manifest(export)
    except (PublicationFailed, portable.Unreadable) as error:
        raise StepRefused(
            _("“%(name)s”已经存在，不是本系统的完整导出，没有改动它。", name=str(path))
        ) from error
