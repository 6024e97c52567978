"""In this file every byte of the store is held against its inventory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from archive.faults import Fault
from archive.inventory import (
    DECLARATION,
    DECLARED,
    NAME,
    SIDECAR,
    Inventory,
    read_inventory,
    sidecar,
)
from archive.store import DEPTH, EXTENSIONS, ROOT_FILES, Store


def verify(store: Store) -> Iterator[Fault]:
    """Yield a fault for each thing that is changed, missing, extra or swapped."""
    for place in list(store.places()):
        yield from verify_object(store, place)
    yield from verify_root(store)


def verify_object(store: Store, place: str) -> Iterator[Fault]:
    """Yield the faults of the one object at that place."""
    content = _read(store, f"{place}/{NAME}")
    inventory = _inventory(content)
    if content is None or inventory is None:
        yield Fault("A05", place.rpartition("/")[2], NAME)
        return
    name = inventory.object_id
    if store.place_of(name) != place:
        yield Fault("A06", name, place)
    yield from _verify_sidecar(store, place, "", name, content)
    if _read(store, f"{place}/{DECLARATION}") != DECLARED.encode():
        yield Fault("A08", name, DECLARATION)
    yield from _verify_versions(store, place, inventory, content)
    yield from _verify_content(store, place, inventory)


def _read(store: Store, path: str) -> bytes | None:
    try:
        return store.shelf.read(path)
    except OSError:
        return None


def _inventory(content: bytes | None) -> Inventory | None:
    try:
        return read_inventory(content) if content is not None else None
    except ValueError:
        return None


def _verify_sidecar(
    store: Store, place: str, version: str, name: str, content: bytes
) -> Iterator[Fault]:
    told = _read(store, f"{place}/{version}{SIDECAR}")
    if told is None:
        yield Fault("A05", name, f"{version}{SIDECAR}")
    elif told != sidecar(content):
        yield Fault("A04", name, f"{version}{NAME}")


def _verify_versions(
    store: Store, place: str, inventory: Inventory, content: bytes
) -> Iterator[Fault]:
    """Each version has its own inventory; the last one's equals the object's."""
    name = inventory.object_id
    for number in range(1, inventory.head + 1):
        shown = f"v{number}/{NAME}"
        own = _read(store, f"{place}/{shown}")
        read = _inventory(own)
        if own is None or read is None:
            yield Fault("A05", name, shown)
            continue
        yield from _verify_sidecar(store, place, f"v{number}/", name, own)
        if not agrees(read, inventory, number) or (number == inventory.head and own != content):
            yield Fault("A06", name, shown)


def agrees(earlier: Inventory, inventory: Inventory, number: int) -> bool:
    """Whether a version's own inventory tells the same story as the object's later one."""
    return (
        earlier.object_id == inventory.object_id
        and earlier.versions == inventory.versions[:number]
        and earlier.manifest.items() <= inventory.manifest.items()
    )


def _verify_content(store: Store, place: str, inventory: Inventory) -> Iterator[Fault]:
    """Every content is there and is what was deposited; nothing else is."""
    name = inventory.object_id
    known = known_files(inventory)
    for digest, paths in inventory.manifest.items():
        for path in paths:
            try:
                found = store.shelf.digest(f"{place}/{path}")
            except OSError:
                yield Fault("A01", name, path)
                continue
            if found != digest:
                swapped = found in inventory.manifest
                yield Fault("A09" if swapped else "A02", name, path)
            elif not store.shelf.exists(f"{place}/{path}"):
                yield Fault("A11", name, path)
    for found in store.shelf.files(place):
        if (path := found.removeprefix(f"{place}/")) not in known:
            yield Fault("A03", name, path)


def known_files(inventory: Inventory) -> frozenset[str]:
    """Every file an object has, by its place below the object's folder."""
    known = {NAME, SIDECAR, DECLARATION}
    for number in range(1, inventory.head + 1):
        known |= {f"v{number}/{NAME}", f"v{number}/{SIDECAR}"}
    for paths in inventory.manifest.values():
        known |= set(paths)
    return frozenset(known)


def verify_root(store: Store) -> Iterator[Fault]:
    """Yield what is wrong with the root itself, and each file outside every object.

    What lies below extensions/ beside the layout is the store's own; an empty folder is what a
    deposit leaves that died.
    """
    if store.shelf.is_empty():
        return
    for path, content in ROOT_FILES.items():
        if _read(store, path) != content:
            yield Fault("A10", "", path)
    inside = set(store.places())
    for path in store.shelf.files():
        if path.startswith(f"{EXTENSIONS}/") or path in ROOT_FILES or path.endswith("/"):
            continue
        if "/".join(path.split("/")[:DEPTH]) not in inside or path.count("/") < DEPTH:
            yield Fault("A07", "", path)


def head(store: Store) -> str:
    """One digest over every object's inventory: the state of the whole store in 64 characters."""
    made = hashlib.sha256()
    for place in store.places():
        made.update(store.shelf.digest(f"{place}/{NAME}").encode())
    return made.hexdigest()
