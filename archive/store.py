"""In this file is the store: deposit, read, list, history. There is no update and no delete.

An OCFL 1.1 storage root. Order of writing: content into staging, inventories last, everything
synced, then one rename makes a version real. Killed anywhere, the object is either as it was or
whole with its new version; what was left in staging is cleared by the next deposit.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from archive import filesystem
from archive.errors import DepositRefused, NotDeposited, StoreUnusable
from archive.inventory import (
    DECLARATION,
    DECLARED,
    NAME,
    SIDECAR,
    Inventory,
    Version,
    read_inventory,
    sidecar,
)

ROOT_DECLARATION, ROOT_DECLARED = "0=ocfl_1.1", "ocfl_1.1\n"
LAYOUT_FILE, EXTENSIONS = "ocfl_layout.json", "extensions"
LAYOUT = "0003-hash-and-id-n-tuple-storage-layout"
"""Folders by the digest of the object's name, the last one readable: a person finds it by eye."""
LAYOUT_CONFIG = {
    "extensionName": LAYOUT,
    "digestAlgorithm": "sha256",
    "tupleSize": 3,
    "numberOfTuples": 3,
}
LONGEST_FOLDER = 100
METADATA = "metadata.json"
STAGING = "jianbao-staging"
"""Below extensions/, where OCFL lets a store keep what is its own."""

KillPoint = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Deposit:
    """What is to be kept, and who hands it over."""

    object_id: str
    files: Mapping[str, bytes | Path]
    message: str
    by_name: str
    by_address: str
    """A URI, as OCFL wants it: mailto:… or urn:…"""
    at: datetime
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """One file of a version."""

    path: str
    sha512: str
    size: int


@dataclass(frozen=True)
class Receipt:
    """That something is kept: object, version and what it holds."""

    object_id: str
    version: int
    digest: str
    """Of the object's inventory: it covers every file of every version."""
    deposited_at: str
    files: tuple[Kept, ...]

    def digest_of(self, path: str) -> str:
        """The digest of one file; raises `NotDeposited`."""
        for kept in self.files:
            if kept.path == path:
                return kept.sha512
        raise NotDeposited(f"“{self.object_id}”里没有“{path}”。")


class Store:
    """A storage root on a local disk."""

    def __init__(self, root: Path, *, reached: KillPoint = lambda _name: None) -> None:
        self.root = root
        self._reached = reached
        """Told at each step of a deposit; a test ends the process there."""

    # -- writing -----------------------------------------------------------------------------

    def deposit(self, deposit: Deposit) -> Receipt:
        """Keep something; the same content again gives the same receipt and makes no version.

        Raises `DepositRefused` for a name or path that cannot be kept, `StoreUnusable` where the
        folder is no archive.
        """
        content = _content(deposit)
        self._prepare()
        with filesystem.locked(self.root / EXTENSIONS / STAGING / "lock"):
            return self._deposit(deposit, content)

    def _deposit(self, deposit: Deposit, content: Mapping[str, bytes | Path]) -> Receipt:
        place = self.place_of(deposit.object_id)
        self._finish_interrupted(place)
        before = self._inventory(place) if place.exists() else Inventory(deposit.object_id)
        state = _state(content)
        if before.versions and before.versions[-1].state == state:
            return self._receipt(before, before.head)
        after, new = _with_version(before, deposit, state)
        staging = (
            self.root
            / EXTENSIONS
            / STAGING
            / hashlib.sha256(deposit.object_id.encode()).hexdigest()
        )
        filesystem.remove_tree(staging)
        version = f"v{after.head}"
        for path, name in new.items():
            found = content[name]
            data = found if isinstance(found, bytes) else found.read_bytes()
            filesystem.write(staging / path, data)
            self._reached("archive.content")
        if not (staging / version).exists():
            (staging / version).mkdir(parents=True)
        written = after.as_bytes()
        filesystem.write(staging / version / NAME, written)
        filesystem.write(staging / version / SIDECAR, sidecar(written))
        self._reached("archive.inventory")
        if before.versions:
            self._add_version(place, staging, version, written)
        else:
            self._add_object(place, staging, written)
        return self._receipt(after, after.head)

    def _add_object(self, place: Path, staging: Path, written: bytes) -> None:
        filesystem.write(staging / DECLARATION, DECLARED.encode())
        filesystem.write(staging / NAME, written)
        filesystem.write(staging / SIDECAR, sidecar(written))
        filesystem.sync_tree(staging)
        place.parent.mkdir(parents=True, exist_ok=True)
        self._reached("archive.rename")
        staging.rename(place)
        self._sync_up(place.parent)
        self._reached("archive.done")

    def _add_version(self, place: Path, staging: Path, version: str, written: bytes) -> None:
        """The version's folder first; the object's own inventory, replaced last, makes it real."""
        filesystem.sync_tree(staging)
        left = place / version
        if left.exists():
            # A kill between the two steps below left a version no inventory speaks of.
            filesystem.remove_tree(left)
        self._reached("archive.rename")
        (staging / version).rename(left)
        filesystem.sync_folder(place)
        self._reached("archive.version")
        filesystem.replace(place / NAME, written)
        self._reached("archive.sidecar")
        filesystem.replace(place / SIDECAR, sidecar(written))
        filesystem.remove_tree(staging)
        self._reached("archive.done")

    def _finish_interrupted(self, place: Path) -> None:
        """Write the sidecar that a kill kept from following its inventory.

        Only an inventory that its version's folder holds too, byte by byte with a fitting sidecar
        of its own, is ours; any other disagreement is damage, left for `verify` to name.
        """
        if not place.exists():
            return
        inventory = self._inventory(place)
        written = (place / NAME).read_bytes()
        folder = place / f"v{inventory.head}"
        if (
            (place / SIDECAR).read_bytes() != sidecar(written)
            and (folder / NAME).read_bytes() == written
            and (folder / SIDECAR).read_bytes() == sidecar(written)
        ):
            filesystem.replace(place / SIDECAR, sidecar(written))

    def _prepare(self) -> None:
        """Make the storage root where there is none yet."""
        declaration = self.root / ROOT_DECLARATION
        if declaration.exists():
            return
        strangers = self.root.exists() and any(
            path.name not in {EXTENSIONS, LAYOUT_FILE} for path in self.root.iterdir()
        )
        # Asked again: another process may have made the root while this one looked.
        if strangers and not declaration.exists():
            raise StoreUnusable(f"{self.root} 不是空文件夹，也不是档案库。")
        with filesystem.locked(self.root / EXTENSIONS / STAGING / "lock"):
            if declaration.exists():
                return
            for path, data in (
                (self.root / EXTENSIONS / LAYOUT / "config.json", LAYOUT_CONFIG),
                (
                    self.root / LAYOUT_FILE,
                    {"extension": LAYOUT, "description": "Folders by the digest of the name"},
                ),
            ):
                path.unlink(missing_ok=True)
                filesystem.write(path, json.dumps(data, indent=2).encode())
            filesystem.write(declaration, ROOT_DECLARED.encode())
            filesystem.sync_tree(self.root)

    def _sync_up(self, folder: Path) -> None:
        while folder != self.root.parent:
            filesystem.sync_folder(folder)
            folder = folder.parent

    # -- reading -----------------------------------------------------------------------------

    def read(self, object_id: str, path: str, version: int | None = None) -> bytes:
        """The bytes of one file of an object's version, the last unless another is named.

        Raises `NotDeposited`.
        """
        return self.path_of(object_id, path, version).read_bytes()

    def path_of(self, object_id: str, path: str, version: int | None = None) -> Path:
        """Where one file of a version lies; raises `NotDeposited`."""
        place = self.place_of(object_id)
        inventory = self._inventory(place)
        digest = self._version(inventory, version).digest_of(path)
        if digest is None:
            raise NotDeposited(f"“{object_id}”里没有“{path}”。")
        return place / inventory.manifest[digest][0]

    def receipt(self, object_id: str, version: int | None = None) -> Receipt:
        """The receipt of a version, the last unless another is named; raises `NotDeposited`."""
        inventory = self._inventory(self.place_of(object_id))
        self._version(inventory, version)
        return self._receipt(inventory, version or inventory.head)

    def versions(self, object_id: str) -> tuple[Version, ...]:
        """Every version of an object, the first first; raises `NotDeposited`."""
        return self._inventory(self.place_of(object_id)).versions

    def objects(self) -> Iterator[str]:
        """The name of every object, in the order of their places."""
        for place in self.places():
            yield self._inventory(place).object_id

    def places(self) -> Iterator[Path]:
        """The folder of every object."""
        if not self.root.exists():
            return
        for folder, folders, files in os.walk(self.root):
            if folder == str(self.root):
                folders[:] = [name for name in folders if name != EXTENSIONS]
            folders.sort()
            if DECLARATION in files or NAME in files:
                folders.clear()
                yield Path(folder)

    def place_of(self, object_id: str) -> Path:
        """Where an object lies or would lie (extension 0003)."""
        digest = hashlib.sha256(object_id.encode()).hexdigest()
        name = "".join(_folder_character(c) for c in object_id)
        if len(name) > LONGEST_FOLDER:
            name = f"{name[:LONGEST_FOLDER]}-{digest}"
        return self.root / digest[:3] / digest[3:6] / digest[6:9] / name

    def _inventory(self, place: Path) -> Inventory:
        try:
            return read_inventory((place / NAME).read_bytes())
        except FileNotFoundError as error:
            raise NotDeposited("档案库里没有这一对象。") from error
        except ValueError as error:
            raise StoreUnusable(f"清单无法读取：{place / NAME}") from error

    def _version(self, inventory: Inventory, version: int | None) -> Version:
        number = version or inventory.head
        if not 1 <= number <= inventory.head:
            raise NotDeposited(f"“{inventory.object_id}”没有第{number}版。")
        return inventory.versions[number - 1]

    def _receipt(self, inventory: Inventory, number: int) -> Receipt:
        place, version = self.place_of(inventory.object_id), inventory.versions[number - 1]
        return Receipt(
            object_id=inventory.object_id,
            version=number,
            digest=hashlib.sha512(inventory.as_bytes()).hexdigest(),
            deposited_at=version.created,
            files=tuple(
                Kept(path, digest, (place / inventory.manifest[digest][0]).stat().st_size)
                for digest, paths in sorted(version.state.items())
                for path in paths
            ),
        )


def _folder_character(character: str) -> str:
    if character.isascii() and (character.isalnum() or character in "-_"):
        return character
    return "".join(f"%{byte:02x}" for byte in character.encode())


def _content(deposit: Deposit) -> dict[str, bytes | Path]:
    """The files with the metadata beside them; raises `DepositRefused`."""
    if not deposit.object_id.strip() or not deposit.files:
        raise DepositRefused("归档内容为空，或没有编号。")
    for name in (*deposit.files, METADATA):
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or {"..", "."} & set(name.split("/")) or "//" in name:
            raise DepositRefused(f"文件名“{name}”不能归档。")
    if METADATA in deposit.files:
        raise DepositRefused(f"文件名“{METADATA}”留作元数据之用。")
    content = dict(deposit.files)
    if deposit.metadata:
        content[METADATA] = (
            json.dumps(deposit.metadata, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        ).encode()
    return content


def _state(content: Mapping[str, bytes | Path]) -> dict[str, tuple[str, ...]]:
    state: dict[str, list[str]] = {}
    for name in sorted(content):
        found = content[name]
        digest = (
            hashlib.sha512(found).hexdigest()
            if isinstance(found, bytes)
            else filesystem.digest(found)
        )
        state.setdefault(digest, []).append(name)
    return {digest: tuple(names) for digest, names in state.items()}


def _with_version(
    before: Inventory, deposit: Deposit, state: dict[str, tuple[str, ...]]
) -> tuple[Inventory, dict[str, str]]:
    """The inventory with one more version, and the new places with the names of their content.

    Content that an earlier version has already is not kept twice.
    """
    number = before.head + 1
    new = {
        f"v{number}/content/{names[0]}": names[0]
        for digest, names in state.items()
        if digest not in before.manifest
    }
    manifest = dict(before.manifest)
    for digest, names in state.items():
        manifest.setdefault(digest, (f"v{number}/content/{names[0]}",))
    version = Version(
        created=deposit.at.isoformat(timespec="seconds"),
        message=deposit.message,
        by_name=deposit.by_name,
        by_address=deposit.by_address,
        state=state,
    )
    return Inventory(before.object_id, (*before.versions, version), manifest), new
