"""In this file objects of the archive leave for another instance, and come in from one.

An export is a folder with a storage root of its own; whatever is copied is held against its digests
on the way. What is here already is copied no second time, so either may be broken off and repeated.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

import archive
from publisher.config import Settings
from publisher.publication import stores
from publisher.publication.errors import PublicationFailed

ROOT = "archive"
"""The storage root below the folder of an export."""


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


def outside(folder: Path) -> archive.Store:
    """The storage root of an export."""
    return archive.Store(archive.Folder(folder / ROOT))


def copy_out(object_id: str, folder: Path, office: Settings) -> str:
    """Bring an export what it lacks of an object; gives the digest of its inventory there."""
    store, there = stores.store(office), outside(folder)
    try:
        archive.bring_up(store, there, object_id)
        return _inventory_digest(there, object_id)
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error


def _inventory_digest(store: archive.Store, object_id: str) -> str:
    content = store.inventory(store.place_of(object_id)).as_bytes()
    return hashlib.sha512(content).hexdigest()


def standing(object_id: str, folder: Path, office: Settings) -> tuple[Standing, str]:
    """How an object of an export stands to what is here, and the digest of its inventory there."""
    store, there = stores.store(office), outside(folder)
    place = there.place_of(object_id)
    if next(archive.verify_object(there, place), None) is not None:
        return Standing.DAMAGED, ""
    theirs, digest = there.inventory(place), _inventory_digest(there, object_id)
    try:
        own = store.inventory(place)
    except archive.NotDeposited:
        return Standing.NEW, digest
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error
    if own == theirs:
        return Standing.SAME, digest
    longer, shorter = (own, theirs) if own.head >= theirs.head else (theirs, own)
    if own.head == theirs.head or not archive.agrees(shorter, longer, shorter.head):
        return Standing.OTHER, digest
    return (Standing.SHORTER if longer is own else Standing.LONGER), digest


def copy_in(object_id: str, folder: Path, office: Settings) -> None:
    """Bring the archive what it lacks of an object of an export, and its second copy too."""
    try:
        archive.bring_up(outside(folder), stores.store(office), object_id)
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error
    stores.keep_copy(object_id, office)


def versions(object_id: str, folder: Path) -> int:
    """How many versions an object of an export has."""
    return len(outside(folder).versions(object_id))


def read(object_id: str, path: str, version: int, folder: Path) -> bytes:
    """One file of an object of an export; raises `PublicationFailed`."""
    try:
        return outside(folder).read(object_id, path, version)
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error


def read_json(object_id: str, path: str, version: int, folder: Path) -> Mapping[str, Any]:
    """A record in an object of an export; raises `PublicationFailed`."""
    try:
        found: Mapping[str, Any] = json.loads(read(object_id, path, version, folder))
    except ValueError as error:
        raise PublicationFailed(_("“%(name)s”读不懂。", name=f"{object_id} {path}")) from error
    return found


def digests(object_id: str, version: int, folder: Path) -> Mapping[str, str]:
    """Every file of a version of an object of an export, with its digest."""
    return outside(folder).digests(object_id, version)
