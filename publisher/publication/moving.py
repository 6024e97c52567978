"""In this file objects of the archive leave for another instance, and come in from one.

An export is a folder or one ZIP file, with a storage root of its own; whatever is copied is held
against its digests on the way. What is here already is copied no second time, so either may be
broken off and repeated.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

import archive
from publisher.config import Settings
from publisher.publication import stores
from publisher.publication.errors import ArchiveLost, PublicationFailed

ROOT = "archive"
"""The storage root below the folder of an export."""
ROOT_FILES = {f"{ROOT}/{path}": content for path, content in archive.ROOT_FILES.items()}
MANIFEST = "jianbao-export.json"
"""What an export says of itself; where it lies is the export."""


class Standing(enum.Enum):
    """How an object of an export stands to what is here."""

    NEW = enum.auto()
    LONGER = enum.auto()
    """It is here with fewer versions."""
    SAME = enum.auto()
    SHORTER = enum.auto()
    """It is here with more versions."""
    OTHER = enum.auto()
    DAMAGED = enum.auto()


class Export:
    """An export that is read: a folder, or a ZIP file with the same things in it."""

    def __init__(self, path: Path) -> None:
        """Open an export; raises `PublicationFailed` for a file that is no whole ZIP."""
        try:
            self._shelf = _opened(path) if path.is_file() else archive.Folder(path)
        except archive.ArchiveError as error:
            raise PublicationFailed(str(error)) from error
        self.store = archive.Store(self._shelf.below(ROOT))

    def __enter__(self) -> Export:
        return self

    def __exit__(self, *_error: object) -> None:
        self._shelf.close()

    def names(self, folder: str) -> list[str]:
        """The files below one of its folders."""
        return sorted(self._shelf.files(folder))

    def read(self, name: str) -> bytes:
        """One of its files; raises `OSError`."""
        return self._shelf.read(name)


def _opened(path: Path) -> archive.Zipped:
    """A ZIP of ours, or of a folder that somebody packed with its own name above everything."""
    package = archive.Zipped(path)
    if package.exists(MANIFEST):
        return package
    tops = [one for one in package.files() if one.endswith(f"/{MANIFEST}") and one.count("/") == 1]
    return package.below(tops[0].partition("/")[0]) if tops else package


def files_of(object_id: str, office: Settings) -> Iterator[tuple[str, bytes]]:
    """Every file of an object with its place in an export; raises `PublicationFailed`."""
    try:
        for path, content in archive.whole(stores.store(office), object_id):
            yield f"{ROOT}/{path}", content
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error
    except OSError as error:
        raise PublicationFailed(f"{object_id}：{error.strerror or error}") from error


def copy_out(object_id: str, folder: Path, office: Settings) -> str:
    """Bring an export what it lacks of an object; gives the digest of its inventory there."""
    store, there = stores.store(office), archive.Store(archive.Folder(folder / ROOT))
    try:
        archive.bring_up(store, there, object_id)
        return _inventory_digest(there, object_id)
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error


def _inventory_digest(store: archive.Store, object_id: str) -> str:
    content = store.inventory(store.place_of(object_id)).as_bytes()
    return hashlib.sha512(content).hexdigest()


def standing(object_id: str, export: Export, office: Settings) -> tuple[Standing, str]:
    """How an object of an export stands to what is here, and the digest of its inventory there.

    Raises `ArchiveLost` where what is here cannot be asked.
    """
    store, there = stores.store(office), export.store
    place = there.place_of(object_id)
    if next(archive.verify_object(there, place), None) is not None:
        return Standing.DAMAGED, ""
    theirs, digest = there.inventory(place), _inventory_digest(there, object_id)
    try:
        own = store.inventory(place)
    except archive.NotDeposited:
        return Standing.NEW, digest
    except archive.ArchiveError as error:
        raise ArchiveLost(str(error)) from error
    if own == theirs:
        return Standing.SAME, digest
    longer, shorter = (own, theirs) if own.head >= theirs.head else (theirs, own)
    if own.head == theirs.head or not archive.agrees(shorter, longer, shorter.head):
        return Standing.OTHER, digest
    return (Standing.SHORTER if longer is own else Standing.LONGER), digest


def copy_in(object_id: str, export: Export, office: Settings) -> None:
    """Bring the archive what it lacks of an object of an export, and its second copy too.

    Raises `PublicationFailed` over the object, `ArchiveLost` over the archive.
    """
    try:
        archive.bring_up(export.store, stores.store(office), object_id)
    except archive.StoreUnusable as error:
        raise ArchiveLost(str(error)) from error
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error
    stores.keep_copy(object_id, office)


def versions(object_id: str, export: Export) -> int:
    """How many versions an object of an export has."""
    return len(export.store.versions(object_id))


def read(object_id: str, path: str, version: int, export: Export) -> bytes:
    """One file of an object of an export; raises `PublicationFailed`."""
    try:
        return export.store.read(object_id, path, version)
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error


def read_json(object_id: str, path: str, version: int, export: Export) -> Mapping[str, Any]:
    """A record in an object of an export; raises `PublicationFailed`."""
    try:
        found: Mapping[str, Any] = json.loads(read(object_id, path, version, export))
    except (ValueError, RecursionError) as error:
        raise PublicationFailed(_("“%(name)s”读不懂。", name=f"{object_id} {path}")) from error
    return found


def digests(object_id: str, version: int, export: Export) -> Mapping[str, str]:
    """Every file of a version of an object of an export, with its digest."""
    return export.store.digests(object_id, version)
