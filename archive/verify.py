"""In this file every byte of the store is held against its inventory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from archive import filesystem
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
from archive.store import (
    EXTENSIONS,
    LAYOUT_FILE,
    ROOT_DECLARATION,
    Store,
)


def verify(store: Store) -> Iterator[Fault]:
    """Yield a fault for each thing that is changed, missing, extra or swapped."""
    places = list(store.places())
    for place in places:
        yield from _verify_object(store, place)
    yield from _strangers(store, places)


def _verify_object(store: Store, place: Path) -> Iterator[Fault]:
    name = place.name
    try:
        content = (place / NAME).read_bytes()
        inventory = read_inventory(content)
    except (OSError, ValueError):
        yield Fault("A05", name, NAME)
        return
    name = inventory.object_id
    if store.place_of(name) != place:
        yield Fault("A06", name, str(place.relative_to(store.root)))
    yield from _verify_sidecar(place, name, NAME, content)
    yield from _verify_declaration(place, name)
    yield from _verify_versions(place, inventory, content)
    yield from _verify_content(place, inventory)


def _verify_sidecar(folder: Path, name: str, shown: str, content: bytes) -> Iterator[Fault]:
    try:
        if (folder / SIDECAR).read_bytes() != sidecar(content):
            yield Fault("A04", name, shown)
    except OSError:
        yield Fault("A05", name, shown.replace(NAME, SIDECAR))


def _verify_declaration(place: Path, name: str) -> Iterator[Fault]:
    try:
        if (place / DECLARATION).read_text(encoding="utf-8") != DECLARED:
            yield Fault("A08", name, DECLARATION)
    except (OSError, UnicodeDecodeError):
        yield Fault("A08", name, DECLARATION)


def _verify_versions(place: Path, inventory: Inventory, content: bytes) -> Iterator[Fault]:
    """Each version has its own inventory; the last one's equals the object's."""
    name = inventory.object_id
    for number in range(1, inventory.head + 1):
        folder, shown = place / f"v{number}", f"v{number}/{NAME}"
        try:
            own = (folder / NAME).read_bytes()
            read = read_inventory(own)
        except (OSError, ValueError):
            yield Fault("A05", name, shown)
            continue
        yield from _verify_sidecar(folder, name, shown, own)
        is_last = number == inventory.head
        agrees = read.object_id == name and read.versions == inventory.versions[:number]
        if not agrees or (is_last and own != content):
            yield Fault("A06", name, shown)


def _verify_content(place: Path, inventory: Inventory) -> Iterator[Fault]:
    name = inventory.object_id
    known = {NAME, SIDECAR, DECLARATION}
    for number in range(1, inventory.head + 1):
        known |= {f"v{number}/{NAME}", f"v{number}/{SIDECAR}"}
    for digest, paths in inventory.manifest.items():
        for path in paths:
            known.add(path)
            try:
                if filesystem.digest(place / path) != digest:
                    yield Fault("A02", name, path)
            except OSError:
                yield Fault("A01", name, path)
    for found in filesystem.files_below(place):
        if (path := found.relative_to(place).as_posix()) not in known:
            yield Fault("A03", name, path)


def _strangers(store: Store, places: list[Path]) -> Iterator[Fault]:
    """Files outside every object; what lies below extensions/ is the store's own."""
    own = {ROOT_DECLARATION, LAYOUT_FILE}
    inside = {str(place) for place in places}
    for found in filesystem.files_below(store.root) if store.root.exists() else ():
        path = found.relative_to(store.root)
        if path.parts[0] == EXTENSIONS or path.as_posix() in own:
            continue
        if not any(str(parent) in inside for parent in found.parents):
            yield Fault("A07", "", path.as_posix())


def head(store: Store) -> str:
    """One digest over every object's inventory: the state of the whole store in 64 characters."""
    made = hashlib.sha256()
    for place in store.places():
        made.update(filesystem.digest(place / NAME).encode())
    return made.hexdigest()
