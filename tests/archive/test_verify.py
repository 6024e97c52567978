"""In this file a store is damaged in every way we know of, and `verify` has to name each."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from archive import Fault, Store, verify, verify_object
from archive.store import DEPTH
from tests.archive.test_store import DEPOSIT, flipped, on_a_disk, place_in, root_of

OBJECTS = 36
SAMPLED = 200


def filled(store: Store, objects: int = 2) -> Store:
    for number in range(objects):
        files = {
            f"issue.{form}": f"{number} {form}".encode() * (40 + number)
            for form in ("pdf", "docx", "html")
        }
        name = f"zwxx-2026-{number:03d}"
        store.deposit(replace(DEPOSIT, object_id=name, files=files))
        if number % 2:
            store.deposit(replace(DEPOSIT, object_id=name, files={**files, "issue.pdf": b"%PDF-2"}))
    return store


def codes(faults: object) -> set[str]:
    return {fault.code for fault in faults}  # type: ignore[attr-defined]


@on_a_disk
class TestEveryByte:
    def test_a_single_bit_in_any_of_two_hundred_files_is_found_and_its_object_named(
        self, store: Store
    ) -> None:
        filled(store, OBJECTS)
        chance = random.Random(2026)  # noqa: S311 - the same in every run
        files = [path for path in store.shelf.files() if not path.startswith("extensions/")]
        sampled = chance.sample(files, SAMPLED)
        for path in sampled:
            before = store.shelf.read(path)
            (root_of(store) / path).write_bytes(flipped(before, chance.randrange(len(before))))
            place = "/".join(path.split("/")[:DEPTH])
            faults = list(
                verify_object(store, place) if path.count("/") >= DEPTH else verify(store)
            )
            assert faults, path
            assert all(fault.sentence and fault.english for fault in faults)
            (root_of(store) / path).write_bytes(before)
        assert list(verify(store)) == []

    def test_every_fourth_byte_of_one_small_object_is_found(self, store: Store) -> None:
        store.deposit(replace(DEPOSIT, files={"a.txt": b"ab"}, metadata={}))
        place = store.place_of(DEPOSIT.object_id)
        for path in list(store.shelf.files(place)):
            before = store.shelf.read(path)
            for at in range(0, len(before), 4):
                (root_of(store) / path).write_bytes(flipped(before, at))
                assert any(True for _fault in verify_object(store, place)), f"{path} {at}"
            (root_of(store) / path).write_bytes(before)

    def test_truncated_lengthened_and_emptied_files_are_found(self, store: Store) -> None:
        filled(store)
        for path in [one for one in store.shelf.files() if not one.startswith("extensions/")]:
            before = store.shelf.read(path)
            for after in (before[:-1], before + b"\n", b""):
                (root_of(store) / path).write_bytes(after)
                assert list(verify(store)), path
            (root_of(store) / path).write_bytes(before)


class TestSwapped:
    def test_two_files_of_an_object_that_changed_places_are_both_named(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        place = store.place_of(DEPOSIT.object_id)
        first, second = f"{place}/v1/content/issue.pdf", f"{place}/v1/content/issue.docx"
        a, b = store.shelf.read(first), store.shelf.read(second)
        store.shelf.put(first, b)
        store.shelf.put(second, a)
        assert [(fault.code, fault.path.rpartition("/")[2]) for fault in verify(store)] in (
            [("A09", "issue.pdf"), ("A09", "issue.docx")],
            [("A09", "issue.docx"), ("A09", "issue.pdf")],
        )

    def test_inventories_of_two_objects_that_changed_places_are_named(self, store: Store) -> None:
        filled(store)
        places = list(store.places())
        kept = [
            {name: store.shelf.read(f"{place}/{name}") for name in store_heads} for place in places
        ]
        for place, files in zip(places, reversed(kept), strict=True):
            for name, content in files.items():
                store.shelf.put(f"{place}/{name}", content)
        assert codes(verify(store)) >= {"A06", "A01"}


store_heads = ("inventory.json", "inventory.json.sha512")


class TestMissingAndExtra:
    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("inventory.json", "A05"),
            ("inventory.json.sha512", "A05"),
            ("v1/inventory.json", "A05"),
            ("v1/inventory.json.sha512", "A05"),
            ("v2/content/issue.pdf", "A01"),
            ("0=ocfl_object_1.1", "A08"),
        ],
    )
    def test_each_missing_file_is_named(self, store: Store, path: str, code: str) -> None:
        filled(store)
        place = store.place_of("zwxx-2026-001")
        store.shelf.set_aside(f"{place}/{path}", "extensions/away")
        assert code in codes(verify(store))

    def test_a_missing_version_is_named(self, store: Store) -> None:
        filled(store)
        place = store.place_of("zwxx-2026-001")
        for path in list(store.shelf.files(f"{place}/v1")):
            store.shelf.set_aside(path, f"extensions/away/{path}")
        faults = list(verify(store))
        assert codes(faults) >= {"A01", "A05"}
        assert {fault.object_id for fault in faults} == {"zwxx-2026-001"}

    def test_extra_files_and_strangers_are_named(self, store: Store) -> None:
        filled(store)
        place = store.place_of("zwxx-2026-000")
        store.shelf.put(f"{place}/v9/content/x.pdf", b"x")
        store.shelf.put("letter.txt", b"x")
        store.shelf.put("aaa/bbb/ccc/ddd/x", b"x")
        assert sorted((fault.code, fault.path) for fault in verify(store)) == [
            ("A03", "v9/content/x.pdf"),
            ("A07", "aaa/bbb/ccc/ddd/x"),
            ("A07", "letter.txt"),
        ]

    @on_a_disk
    def test_an_empty_folder_is_extra(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        (place_in(store) / "v2").mkdir()
        assert list(verify(store)) == [Fault("A03", DEPOSIT.object_id, "v2/")]

    def test_a_version_that_was_cut_off_with_its_inventory_shows_in_the_copy(
        self, store: Store
    ) -> None:
        """Verify alone cannot see it: the object is whole as it was a version before."""
        filled(store)
        place = store.place_of("zwxx-2026-001")
        for path in list(store.shelf.files(f"{place}/v2")):
            store.shelf.set_aside(path, f"extensions/away/{path}")
        for name in store_heads:
            store.shelf.put(f"{place}/{name}", store.shelf.read(f"{place}/v1/{name}"))
        assert list(verify(store)) == []
