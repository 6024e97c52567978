"""In this file is the store: deposit, read, list, history. There is no update and no delete.

An OCFL 1.1 storage root. Order of writing: content first, inventories last. Killed anywhere, the
object is either as it was or whole with its new version; what an interrupted deposit left behind
is cleared by the next one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archive.errors import DepositRefused, NotDeposited, StoreUnusable
from archive.folder import Folder, digest_of
from archive.inventory import (
    DECLARATION,
    DECLARED,
    NAME,
    SIDECAR,
    Inventory,
    Version,
    is_plain,
    read_inventory,
    sidecar,
)
from archive.shelf import Content, KillPoint, Shelf, nowhere

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
DEPTH = 4
"""An object lies so many folders below the root."""
ROOT_FILES: Mapping[str, bytes] = {
    f"{EXTENSIONS}/{LAYOUT}/config.json": json.dumps(LAYOUT_CONFIG, indent=2).encode(),
    LAYOUT_FILE: json.dumps(
        {"extension": LAYOUT, "description": "Folders by the digest of the name"}, indent=2
    ).encode(),
    ROOT_DECLARATION: ROOT_DECLARED.encode(),
}
"""What makes a place a storage root; the declaration is written last."""
HEADS = frozenset({NAME, SIDECAR, DECLARATION})
LONGEST_FOLDER = 100
METADATA = "metadata.json"


@dataclass(frozen=True, kw_only=True)
class Deposit:
    """What is to be kept, and who hands it over."""

    object_id: str
    files: Mapping[str, Content]
    message: str
    by_name: str
    by_address: str
    """A URI, as OCFL wants it: mailto:… or urn:…"""
    at: datetime
    metadata: Mapping[str, object] = field(default_factory=dict)
    beside: int | None = None
    """An earlier version whose files stay as they are, with these beside them."""


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
    """A storage root: in a folder, or wherever a shelf keeps it."""

    def __init__(self, place: Path | Shelf, *, reached: KillPoint = nowhere) -> None:
        self.shelf: Shelf = Folder(place) if isinstance(place, Path) else place
        self._reached = reached
        """Told at each step of a deposit; a test ends the process there."""

    # -- writing -----------------------------------------------------------------------------

    def deposit(self, deposit: Deposit) -> Receipt:
        """Keep something; the same content again gives the same receipt and makes no version.

        Raises `DepositRefused` for a name or path that cannot be kept, `NotDeposited` where the
        version these files belong beside is not there, `StoreUnusable` where the place is no
        archive or cannot be reached.
        """
        content = _content(deposit)
        self.prepare()
        with self.shelf.locked():
            return self._deposit(deposit, content)

    def _deposit(self, deposit: Deposit, content: Mapping[str, Content]) -> Receipt:
        place = self.place_of(deposit.object_id)
        before = self._before(place, deposit.object_id)
        state = _state(content)
        if deposit.beside is not None:
            state = _together(self._version(before, deposit.beside).state, state)
        if before.versions and before.versions[-1].state == state:
            return self._receipt(before, before.head)
        after, new = _with_version(before, deposit, state)
        files = {path: content[name] for path, name in new.items()}
        self.add_version(place, after, files)
        return self._receipt(after, after.head)

    def add_version(self, place: str, after: Inventory, files: Mapping[str, Content]) -> None:
        """Write the last version of an inventory, its files named below the object's folder.

        The object's own inventory, replaced last, makes the version real.
        """
        version, written = f"v{after.head}", after.as_bytes()
        heads = {f"{version}/{NAME}": written, f"{version}/{SIDECAR}": sidecar(written)}
        if after.head == 1:
            last = {SIDECAR: sidecar(written), DECLARATION: DECLARED.encode(), NAME: written}
            self.shelf.put_tree(place, {**files, **heads, **last}, self._reached)
        else:
            own = {
                path.removeprefix(f"{version}/"): content
                for path, content in {**files, **heads}.items()
            }
            self.shelf.put_tree(f"{place}/{version}", own, self._reached)
            self._reached("archive.version")
            self.shelf.put(f"{place}/{NAME}", written)
            self._reached("archive.sidecar")
            self.shelf.put(f"{place}/{SIDECAR}", sidecar(written))
        self._reached("archive.done")

    def _before(self, place: str, object_id: str) -> Inventory:
        """What an object's inventory says before a deposit, none of its versions where it is new.

        What a kill kept from being written is written first, where a digest proves it to be ours:
        an inventory that its version's folder holds too, byte by byte, and its sidecar. Any other
        disagreement is damage, left for `verify` to name.
        """
        own, told = self._found(f"{place}/{NAME}"), self._found(f"{place}/{SIDECAR}")
        if own is None:
            first = self._found(f"{place}/v1/{NAME}")
            if first is not None and told == sidecar(first):
                self.shelf.put(f"{place}/{NAME}", first)
                own = first
            elif told is not None or self.shelf.exists(f"{place}/{DECLARATION}"):
                raise StoreUnusable(f"对象“{object_id}”的清单缺失，请先核验修复档案库。")
            else:
                return Inventory(object_id)
        inventory = self._read(place, own)
        folder = f"{place}/v{inventory.head}"
        if (
            told != sidecar(own)
            and self._found(f"{folder}/{NAME}") == own
            and self._found(f"{folder}/{SIDECAR}") == sidecar(own)
        ):
            self.shelf.put(f"{place}/{SIDECAR}", sidecar(own))
        return inventory

    def _found(self, path: str) -> bytes | None:
        try:
            return self.shelf.read(path)
        except FileNotFoundError:
            return None

    def is_there(self) -> bool:
        """Whether a storage root can be read here now; raises `StoreUnusable`, `OSError`."""
        return self.shelf.exists(ROOT_DECLARATION)

    def prepare(self) -> None:
        """Make the storage root where there is none yet; raises `StoreUnusable`."""
        if self.shelf.exists(ROOT_DECLARATION):
            return
        with self.shelf.locked():
            if self.shelf.exists(ROOT_DECLARATION):
                return
            begun = all(
                path in ROOT_FILES or path.startswith(f"{EXTENSIONS}/")
                for path in self.shelf.files()
            )
            if not begun:
                raise StoreUnusable(f"{self.shelf.address} 不是空文件夹，也不是档案库。")
            for path, data in ROOT_FILES.items():
                self.shelf.put(path, data)

    # -- reading -----------------------------------------------------------------------------

    def read(self, object_id: str, path: str, version: int | None = None) -> bytes:
        """The bytes of one file of an object's version, the last unless another is named.

        Raises `NotDeposited`.
        """
        try:
            return self.shelf.read(self._place_of_file(object_id, path, version))
        except FileNotFoundError as error:
            raise NotDeposited(f"“{object_id}”里没有“{path}”。") from error

    def address_of(self, object_id: str, path: str, version: int | None = None) -> str:
        """Where one file of a version lies, for a person; raises `NotDeposited`."""
        found = self._place_of_file(object_id, path, version)
        if not self.shelf.exists(found):
            raise NotDeposited(f"“{object_id}”里没有“{path}”。")
        return self.shelf.address_of(found)

    def _place_of_file(self, object_id: str, path: str, version: int | None) -> str:
        place = self.place_of(object_id)
        inventory = self.inventory(place)
        digest = self._version(inventory, version).digest_of(path)
        if digest is None:
            raise NotDeposited(f"“{object_id}”里没有“{path}”。")
        return f"{place}/{inventory.manifest[digest][0]}"

    def receipt(self, object_id: str, version: int | None = None) -> Receipt:
        """The receipt of a version, the last unless another is named; raises `NotDeposited`."""
        inventory = self.inventory(self.place_of(object_id))
        self._version(inventory, version)
        return self._receipt(inventory, version or inventory.head)

    def digests(self, object_id: str, version: int | None = None) -> dict[str, str]:
        """The digest of each file of a version, as its inventory says; raises `NotDeposited`."""
        inventory = self.inventory(self.place_of(object_id))
        state = self._version(inventory, version).state
        return {path: digest for digest, paths in state.items() for path in paths}

    def versions(self, object_id: str) -> tuple[Version, ...]:
        """Every version of an object, the first first; raises `NotDeposited`."""
        return self.inventory(self.place_of(object_id)).versions

    def objects(self) -> Iterator[str]:
        """The name of every object whose inventory can be read, in the order of their places."""
        for place in self.places():
            try:
                yield self.inventory(place).object_id
            except (NotDeposited, StoreUnusable):
                # One that is damaged is named by `verify`; it hides none of the others.
                continue

    def places(self) -> Iterator[str]:
        """The folder of every object, below the root."""
        yield from self.shelf.folders_with(HEADS, DEPTH)

    def place_of(self, object_id: str) -> str:
        """Where an object lies or would lie below the root (extension 0003)."""
        digest = hashlib.sha256(object_id.encode()).hexdigest()
        name = "".join(_folder_character(c) for c in object_id)
        if len(name) > LONGEST_FOLDER:
            name = f"{name[:LONGEST_FOLDER]}-{digest}"
        return f"{digest[:3]}/{digest[3:6]}/{digest[6:9]}/{name}"

    def inventory(self, place: str) -> Inventory:
        """The inventory of the object there; raises `NotDeposited`, `StoreUnusable`."""
        try:
            return self._read(place, self.shelf.read(f"{place}/{NAME}"))
        except FileNotFoundError as error:
            raise NotDeposited("档案库里没有这一对象。") from error

    def _read(self, place: str, content: bytes) -> Inventory:
        try:
            return read_inventory(content)
        except ValueError as error:
            where = self.shelf.address_of(f"{place}/{NAME}")
            raise StoreUnusable(f"清单无法读取：{where}") from error

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
                Kept(path, digest, self.shelf.size(f"{place}/{inventory.manifest[digest][0]}"))
                for digest, paths in sorted(version.state.items())
                for path in paths
            ),
        )


def _folder_character(character: str) -> str:
    if character.isascii() and (character.isalnum() or character in "-_"):
        return character
    return "".join(f"%{byte:02x}" for byte in character.encode())


def _content(deposit: Deposit) -> dict[str, Content]:
    """The files with the metadata beside them; raises `DepositRefused`."""
    if not deposit.object_id.strip() or not deposit.files:
        raise DepositRefused("归档内容为空，或没有编号。")
    for name in (*deposit.files, METADATA):
        if not is_plain(name):
            raise DepositRefused(f"文件名“{name}”不能归档。")
    if METADATA in deposit.files:
        raise DepositRefused(f"文件名“{METADATA}”留作元数据之用。")
    content = dict(deposit.files)
    if deposit.metadata:
        content[METADATA] = (
            json.dumps(deposit.metadata, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        ).encode()
    return content


def _state(content: Mapping[str, Content]) -> dict[str, tuple[str, ...]]:
    state: dict[str, list[str]] = {}
    for name in sorted(content):
        found = content[name]
        digest = hashlib.sha512(found).hexdigest() if isinstance(found, bytes) else digest_of(found)
        state.setdefault(digest, []).append(name)
    return {digest: tuple(names) for digest, names in state.items()}


def _together(
    kept: Mapping[str, tuple[str, ...]], more: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The files of a version and those that come beside them; raises `DepositRefused`."""
    names = {name for paths in kept.values() for name in paths}
    state = {digest: list(paths) for digest, paths in kept.items()}
    for digest, paths in more.items():
        for name in paths:
            if name in names:
                raise DepositRefused(f"文件名“{name}”已有别的内容。")
        state.setdefault(digest, []).extend(paths)
    return {digest: tuple(sorted(paths)) for digest, paths in state.items()}


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
