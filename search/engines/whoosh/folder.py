"""In this file an index lies in its folder: the build in force, the lock, the table of contents.

    index/current.json       the build in force and the fingerprint it was made with
    index/writer.lock        held by whoever writes; a killed writer's lock falls with it
    index/<build>/           a Whoosh index: _MAIN_<generation>.toc and one .arrays file a segment

A rebuild makes a second build beside the first and then replaces current.json in one step.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC, EmptyIndexError, clean_files
from whoosh.util.filelock import FileLock, try_for

from search.engines.whoosh.codec import EXTENSION, ArraysCodec
from search.engines.whoosh.schema import fingerprint, schema
from search.errors import IndexBusy, IndexDamaged, IndexOutdated

INDEX_NAME = "MAIN"
_LOCK_RETRY_SECONDS = 0.05
_OPEN_ATTEMPTS = 12


Entry = Any
"""A segment as Whoosh's table of contents holds it: its name, and which documents are deleted."""


class Storage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's files of a folder; what it reads, its table of contents, is read at once.

    A file left open when a damaged table cannot be read would otherwise stay open.
    """

    def open_file(self, name: str, **_: Any) -> BufferFile:
        """The whole file in memory."""
        return BufferFile(memoryview((Path(self.folder) / name).read_bytes()), name=name)


class Build:
    """One Whoosh index: a folder with a table of contents and segments."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.storage = Storage(str(path))

    def create(self) -> None:
        """An empty index, in a new folder."""
        self.path.mkdir(parents=True)
        TOC.create(self.storage, schema(), INDEX_NAME)

    def remove(self) -> None:
        """Remove a build that could not be finished."""
        shutil.rmtree(self.path, ignore_errors=True)

    def generation(self) -> int:
        """The newest generation; -1 if the folder is gone."""
        try:
            names = os.listdir(self.path)  # noqa: PTH208  # asked at every search: names, no paths
        except FileNotFoundError:
            return -1
        prefix = f"_{INDEX_NAME}_"
        numbers = (
            name[len(prefix) : -len(".toc")]
            for name in names
            if name.startswith(prefix) and name.endswith(".toc")
        )
        return max((int(number) for number in numbers if number.isdigit()), default=-1)

    def contents(self) -> TOC:
        """The newest table of contents; raises FileNotFoundError if it is just being replaced."""
        try:
            return TOC.read(self.storage, INDEX_NAME)
        except (FileNotFoundError, EmptyIndexError) as error:
            raise FileNotFoundError(self.path) from error
        except Exception as error:  # a damaged pickle may raise anything
            raise IndexDamaged("目录文件不完整") from error

    def segment_path(self, segment_id: str) -> Path:
        """The file of a segment."""
        return self.path / f"{segment_id}{EXTENSION}"

    def new_path(self) -> Path:
        """A name for a file being written; no commit clears it away, as it is no segment's yet."""
        return self.path / f"writing-{secrets.token_hex(6)}{EXTENSION}"

    def adopt(self, path: Path, doc_count: int) -> Entry:
        """Make a written file a segment; it counts only once a table of contents names it."""
        segment = ArraysCodec().new_segment(self.storage, INDEX_NAME)
        segment.set_doc_count(doc_count)
        path.rename(self.segment_path(segment.segment_id()))
        return segment

    def commit(self, segments: list[Entry], generation: int) -> None:
        """Put a new table of contents in force, safely on the disk, then clear what it forgot."""
        toc = TOC(schema(), segments, generation)
        toc.write(self.storage, INDEX_NAME)
        _sync(self.path / f"_{INDEX_NAME}_{generation}.toc")
        _sync(self.path)
        clean_files(self.storage, INDEX_NAME, generation, segments)


class IndexFolder:
    """The folder of an index, its lock and the build in force."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def ensure(self, lock_seconds: float) -> None:
        """Make an empty index where none is."""
        if self._current_path.is_file():
            return
        self.path.mkdir(parents=True, exist_ok=True)
        with self.locked("writer", lock_seconds):
            if not self._current_path.is_file():
                build = self.new_build()
                build.create()
                self.put_in_force(build)

    @property
    def _current_path(self) -> Path:
        return self.path / "current.json"

    def current(self) -> Build:
        """The build in force; raises `IndexOutdated` if another analysis made it."""
        try:
            current = json.loads(self._current_path.read_text())
            folder, made_by = str(current["folder"]), current["fingerprint"]
        except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged("缺少 current.json 或其内容有误") from error
        if made_by != fingerprint():
            raise IndexOutdated
        return Build(self.path / folder)

    def new_build(self) -> Build:
        """A build not yet made, beside the one in force."""
        return Build(self.path / f"build-{secrets.token_hex(6)}")

    def put_in_force(self, build: Build) -> None:
        """Let `build` answer from now on, and remove all others."""
        current = {"folder": build.path.name, "fingerprint": fingerprint()}
        waiting = self.path / "current.json.new"
        waiting.write_text(json.dumps(current))
        _sync(waiting)
        waiting.replace(self._current_path)
        _sync(self.path)
        self._remove_other_builds(build)

    def _remove_other_builds(self, kept: Build) -> None:
        for path in self.path.glob("build-*"):
            if path != kept.path:
                Build(path).remove()

    def clear_leftovers(self, build: Build) -> None:
        """Remove what killed writers left; only for whoever holds both locks."""
        self._remove_other_builds(build)
        for path in [*build.path.glob("writing-*"), *build.path.glob(f"_{INDEX_NAME}_*.toc.*")]:
            path.unlink(missing_ok=True)

    @contextmanager
    def locked(self, name: str, seconds: float) -> Iterator[None]:
        """Hold the lock of this name; raises `IndexBusy` after waiting `seconds`."""
        lock = FileLock(str(self.path / f"{name}.lock"))
        if not try_for(lock.acquire, timeout=seconds, delay=_LOCK_RETRY_SECONDS):
            raise IndexBusy(seconds)
        try:
            yield
        finally:
            lock.release()

    def opened(self) -> tuple[Build, TOC]:
        """The build in force with its table of contents, while others may be replacing both."""
        for attempt in range(_OPEN_ATTEMPTS):
            build = self.current()
            with suppress(FileNotFoundError):
                return build, build.contents()
            time.sleep(0.01 * attempt)
        raise IndexDamaged("目录文件缺失")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
