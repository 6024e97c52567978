"""In this file a second root is brought up to the first, and a damaged object is healed.

Copying goes one way only, from a root to its copy. Healing goes the way it is asked to go; nothing
is thrown away: what is taken out of an object lies in a folder of its own afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.errors import CopiesDiffer, Damaged, NotDeposited
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
from archive.shelf import Content
from archive.store import EXTENSIONS, Store
from archive.verify import agrees, known_files, verify_object

SET_ASIDE = f"{EXTENSIONS}/jianbao-set-aside"


@dataclass(frozen=True)
class Healed:
    """What was mended in one object."""

    object_id: str
    mended: tuple[str, ...]
    set_aside: tuple[str, ...]
    faults: tuple[Fault, ...]
    """What is still wrong."""


def bring_up(store: Store, copy: Store, object_id: str) -> int:
    """Give the copy what it lacks of an object; says how many versions that were.

    Raises `Damaged` where the object itself is not whole, `CopiesDiffer` where the copy holds
    something else, `StoreUnusable` where the copy cannot be reached.
    """
    place = store.place_of(object_id)
    inventory = store.inventory(place)
    copy.prepare()
    with copy.shelf.locked():
        held = _held(copy, place, inventory)
        for number in range(held + 1, inventory.head + 1):
            then = _inventory_of(store, place, inventory, number)
            copy.add_version(place, then, _files_of(store, place, then))
    return inventory.head - held


def _held(copy: Store, place: str, inventory: Inventory) -> int:
    """How many versions the copy has already; raises `CopiesDiffer`."""
    try:
        there = copy.inventory(place)
    except NotDeposited:
        return 0
    if there.head > inventory.head or not agrees(there, inventory, there.head):
        raise CopiesDiffer(f"对象“{inventory.object_id}”在两处的清单不一致，请人工核对。")
    return there.head


def _inventory_of(store: Store, place: str, inventory: Inventory, number: int) -> Inventory:
    """The inventory as it stood with one of its versions; raises `Damaged`."""
    try:
        content = store.shelf.read(f"{place}/v{number}/{NAME}")
        then = read_inventory(content)
    except (OSError, ValueError) as error:
        raise _damaged(inventory) from error
    if not agrees(then, inventory, number) or then.as_bytes() != content:
        raise _damaged(inventory)
    return then


def _files_of(store: Store, place: str, then: Inventory) -> dict[str, Content]:
    """The content that came with an inventory's last version, held against its digests."""
    return dict(_contents(store, place, then))


def _contents(store: Store, place: str, then: Inventory) -> Iterator[tuple[str, bytes]]:
    """The same one by one; raises `Damaged`."""
    for digest, paths in then.manifest.items():
        for path in paths:
            if path.startswith(f"v{then.head}/"):
                try:
                    content = store.shelf.read(f"{place}/{path}")
                except OSError as error:
                    raise _damaged(then) from error
                if hashlib.sha512(content).hexdigest() != digest:
                    raise _damaged(then)
                yield path, content


def whole(store: Store, object_id: str) -> Iterator[tuple[str, bytes]]:
    """Every file of an object with its place below the root, its inventory last.

    Each is held against its digest on the way, one at a time in memory. Raises `NotDeposited`,
    `Damaged`, `StoreUnusable`.
    """
    place = store.place_of(object_id)
    inventory = store.inventory(place)
    for number in range(1, inventory.head + 1):
        then = _inventory_of(store, place, inventory, number)
        for path, content in _contents(store, place, then):
            yield f"{place}/{path}", content
        yield f"{place}/v{number}/{NAME}", then.as_bytes()
        yield f"{place}/v{number}/{SIDECAR}", sidecar(then.as_bytes())
    written = inventory.as_bytes()
    yield f"{place}/{DECLARATION}", DECLARED.encode()
    yield f"{place}/{SIDECAR}", sidecar(written)
    yield f"{place}/{NAME}", written


def _damaged(inventory: Inventory) -> Damaged:
    return Damaged(f"对象“{inventory.object_id}”已损坏，没有复制。")


def compare(store: Store, copy: Store) -> Iterator[Fault]:
    """Yield where the copy lacks an object, tells another story of it, or holds one too many."""
    here = set(store.places())
    there = set(copy.places())
    for place in sorted(here):
        name = place.rpartition("/")[2]
        if place not in there:
            yield Fault("C01", name, place)
            continue
        own, other = _whole_inventory(store, place), _whole_inventory(copy, place)
        if own is None or other is None:
            continue  # verify names it
        if other.head < own.head and agrees(other, own, other.head):
            yield Fault("C01", own.object_id, f"v{own.head}")
        elif own != other:
            yield Fault("C02", own.object_id, place)
    for place in sorted(there - here):
        yield Fault("C03", place.rpartition("/")[2], place)


def heal(store: Store, source: Store, place: str, *, at: datetime) -> Healed:
    """Mend the object at that place of `store` out of `source`.

    Whatever is not as deposited is replaced by a content whose digest is right; what is extra is
    set aside. Raises `CopiesDiffer` where the two tell different stories or the source cannot
    say what is right.
    """
    with store.shelf.locked():
        return _heal(store, source, place, at)


def _heal(store: Store, source: Store, place: str, at: datetime) -> Healed:
    truth = _truth(store, source, place)
    aside = f"{SET_ASIDE}/{at.astimezone(UTC):%Y%m%dT%H%M%SZ}/{place}"
    mended: list[str] = []
    moved: list[str] = []
    for found in list(store.shelf.files(place)):
        path = found.removeprefix(f"{place}/")
        if path not in known_files(truth):
            store.shelf.set_aside(found, f"{aside}/{path}")
            moved.append(path)
    for path, good in _wanted(store, source, place, truth):
        if _is(store, f"{place}/{path}", good):
            continue
        content = _good(source, f"{place}/{path}", good)
        if content is None:
            continue
        if store.shelf.exists(f"{place}/{path}"):
            store.shelf.set_aside(f"{place}/{path}", f"{aside}/{path}")
            moved.append(path)
        store.shelf.put(f"{place}/{path}", content)
        mended.append(path)
    left = tuple(verify_object(store, place))
    return Healed(truth.object_id, tuple(mended), tuple(moved), left)


def _wanted(
    store: Store, source: Store, place: str, truth: Inventory
) -> Iterator[tuple[str, str | bytes]]:
    """Each file an object should have, with its digest or its bytes; inventories last."""
    for digest, paths in truth.manifest.items():
        yield from ((path, digest) for path in paths)
    for number in range(1, truth.head + 1):
        own = next(
            (
                content
                for root in (store, source)
                if (content := _version_inventory(root, place, truth, number)) is not None
            ),
            None,
        )
        if own is not None:
            yield f"v{number}/{NAME}", own
            yield f"v{number}/{SIDECAR}", sidecar(own)
    written = truth.as_bytes()
    yield DECLARATION, DECLARED.encode()
    yield NAME, written
    yield SIDECAR, sidecar(written)


def _version_inventory(root: Store, place: str, truth: Inventory, number: int) -> bytes | None:
    """A version's own inventory where it is whole and agrees with the truth."""
    if number == truth.head:
        return truth.as_bytes()
    try:
        then = _inventory_of(root, place, truth, number)
    except Damaged:
        return None
    return then.as_bytes()


def _truth(store: Store, source: Store, place: str) -> Inventory:
    """The inventory both roots can agree on; raises `CopiesDiffer`."""
    own, other = _whole_inventory(store, place), _whole_inventory(source, place)
    name = place.rpartition("/")[2]
    if other is None:
        raise CopiesDiffer(f"对象“{name}”在另一处也没有完好的清单，不能修复。")
    if own is None:
        return other
    longer, shorter = (own, other) if own.head >= other.head else (other, own)
    if not agrees(shorter, longer, shorter.head):
        raise CopiesDiffer(f"对象“{own.object_id}”在两处的清单不一致，请人工核对。")
    return longer


def _whole_inventory(root: Store, place: str) -> Inventory | None:
    """The object's inventory where it fits its sidecar, or that of its last whole version."""
    numbers = sorted(
        (
            int(part[1:])
            for part in {
                path.removeprefix(f"{place}/").partition("/")[0] for path in root.shelf.files(place)
            }
            if part.startswith("v") and part[1:].isdigit()
        ),
        reverse=True,
    )
    for folder in ("", *(f"v{number}/" for number in numbers)):
        try:
            content = root.shelf.read(f"{place}/{folder}{NAME}")
            fits = root.shelf.read(f"{place}/{folder}{SIDECAR}") == sidecar(content)
            found = read_inventory(content)
        except (OSError, ValueError):
            continue
        if fits and found.as_bytes() == content and root.place_of(found.object_id) == place:
            return found
    return None


def _is(store: Store, path: str, good: str | bytes) -> bool:
    try:
        if isinstance(good, str):
            return store.shelf.exists(path) and store.shelf.digest(path) == good
        return store.shelf.exists(path) and store.shelf.read(path) == good
    except OSError:
        return False


def _good(source: Store, path: str, good: str | bytes) -> bytes | None:
    """The right content of a file, none where the source has lost it as well."""
    if isinstance(good, bytes):
        return good
    try:
        content = source.shelf.read(path)
    except OSError:
        return None
    return content if hashlib.sha512(content).hexdigest() == good else None
