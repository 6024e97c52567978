"""In this file a second root follows the first, and what is damaged is healed out of it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive import CopiesDiffer, Damaged, Folder, Store, bring_up, compare, heal, verify
from archive.store import DEPTH
from tests.archive.test_store import DEPOSIT, flipped
from tests.archive.test_verify import codes, filled

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def copied(store: Store, copy: Store) -> None:
    filled(store)
    for name in list(store.objects()):
        bring_up(store, copy, name)


def same(store: Store, copy: Store) -> bool:
    return all(
        [(path, one.shelf.read(path)) for path in one.shelf.files() if "jianbao" not in path]
        == [(path, other.shelf.read(path)) for path in other.shelf.files() if "jianbao" not in path]
        for one, other in ((store, copy),)
    )


class TestBringUp:
    def test_the_copy_becomes_the_same_byte_by_byte(self, store: Store, copy: Store) -> None:
        copied(store, copy)
        assert same(store, copy)
        assert list(verify(copy)) == []
        assert list(compare(store, copy)) == []

    def test_only_what_is_lacking_is_brought(self, store: Store, copy: Store) -> None:
        store.deposit(DEPOSIT)
        assert bring_up(store, copy, DEPOSIT.object_id) == 1
        assert bring_up(store, copy, DEPOSIT.object_id) == 0
        store.deposit(replace(DEPOSIT, files={"issue.pdf": b"%PDF-2"}))
        assert codes(compare(store, copy)) == {"C01"}
        assert bring_up(store, copy, DEPOSIT.object_id) == 1
        assert same(store, copy)

    def test_what_is_damaged_is_not_copied(self, store: Store, copy: Store) -> None:
        store.deposit(DEPOSIT)
        store.shelf.put(f"{store.place_of(DEPOSIT.object_id)}/v1/content/issue.pdf", b"x")
        with pytest.raises(Damaged):
            bring_up(store, copy, DEPOSIT.object_id)
        assert list(copy.objects()) == []

    def test_a_copy_that_tells_another_story_is_left_alone(self, store: Store, copy: Store) -> None:
        store.deposit(DEPOSIT)
        copy.deposit(replace(DEPOSIT, message="另一个"))
        with pytest.raises(CopiesDiffer):
            bring_up(store, copy, DEPOSIT.object_id)
        assert codes(compare(store, copy)) == {"C02"}

    def test_an_object_only_the_copy_has_is_named(self, store: Store, copy: Store) -> None:
        copied(store, copy)
        copy.deposit(replace(DEPOSIT, object_id="多出来的"))
        assert codes(compare(store, copy)) == {"C03"}


class TestHeal:
    def test_any_damaged_file_is_mended_and_the_damaged_one_is_kept_aside(
        self, store: Store, copy: Store
    ) -> None:
        copied(store, copy)
        chance = random.Random(7)  # noqa: S311 - the same in every run
        files = [
            one
            for one in store.shelf.files()
            if one.count("/") >= DEPTH and not one.startswith("extensions/")
        ]
        for path in files if isinstance(store.shelf, Folder) else files[::7]:
            before = store.shelf.read(path)
            store.shelf.put(path, flipped(before, chance.randrange(len(before))))
            place = "/".join(path.split("/")[:DEPTH])
            healed = heal(store, copy, place, at=AT)
            assert path.removeprefix(f"{place}/") in healed.mended
            assert healed.faults == ()
            assert store.shelf.read(path) == before
        assert list(verify(store)) == []
        assert any("jianbao-set-aside/20261121T020000Z/" in path for path in store.shelf.files())

    def test_a_lost_object_comes_back_whole(self, store: Store, copy: Store) -> None:
        copied(store, copy)
        place = store.place_of("zwxx-2026-001")
        for path in list(store.shelf.files(place)):
            if not path.endswith("/"):
                store.shelf.set_aside(path, f"extensions/away/{path}")
        healed = heal(store, copy, place, at=AT)
        assert healed.faults == ()
        assert list(verify(store)) == []
        assert list(compare(store, copy)) == []

    def test_what_is_extra_is_set_aside(self, store: Store, copy: Store) -> None:
        copied(store, copy)
        place = store.place_of("zwxx-2026-001")
        store.shelf.put(f"{place}/v1/content/extra.pdf", b"x")
        healed = heal(store, copy, place, at=AT)
        assert healed.set_aside == ("v1/content/extra.pdf",)
        assert list(verify(store)) == []

    def test_a_version_cut_off_is_healed_and_the_copy_is_not_shortened(
        self, store: Store, copy: Store
    ) -> None:
        copied(store, copy)
        place = store.place_of("zwxx-2026-001")
        for path in list(store.shelf.files(f"{place}/v2")):
            store.shelf.set_aside(path, f"extensions/away/{path}")
        for name in ("inventory.json", "inventory.json.sha512"):
            store.shelf.put(f"{place}/{name}", store.shelf.read(f"{place}/v1/{name}"))
        assert codes(compare(store, copy)) == {"C02"}
        assert heal(store, copy, place, at=AT).faults == ()
        assert len(store.versions("zwxx-2026-001")) == 2
        assert list(compare(store, copy)) == []

    def test_damage_in_both_places_is_told_and_nothing_is_lost(
        self, store: Store, copy: Store
    ) -> None:
        copied(store, copy)
        place = store.place_of("zwxx-2026-000")
        for root in (store, copy):
            root.shelf.put(f"{place}/v1/content/issue.pdf", b"x")
        healed = heal(store, copy, place, at=AT)
        assert {fault.code for fault in healed.faults} == {"A02"}
        assert store.shelf.read(f"{place}/v1/content/issue.pdf") == b"x"

    def test_two_stories_are_never_settled_by_themselves(self, store: Store, copy: Store) -> None:
        store.deposit(DEPOSIT)
        copy.deposit(replace(DEPOSIT, message="另一个"))
        before = list(store.shelf.files())
        with pytest.raises(CopiesDiffer):
            heal(store, copy, store.place_of(DEPOSIT.object_id), at=AT)
        assert list(store.shelf.files()) == before
