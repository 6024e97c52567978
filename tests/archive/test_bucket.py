"""In this file object storage fails and deposits are cut off, and a store says so plainly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive import Bucket, Store, StoreUnusable, verify
from tests.archive.test_store import DEPOSIT, STEPS


class Cut(Exception):
    """The process ended here."""


def cutting_at(step: str) -> Callable[[str], None]:
    def reached(name: str) -> None:
        if name == f"archive.{step}":
            raise Cut

    return reached


class TestCutOff:
    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize("version", [1, 2])
    def test_a_second_try_ends_well_wherever_the_first_was_cut(
        self, bucket: Callable[..., Bucket], step: str, version: int
    ) -> None:
        shelf = bucket("a/b")
        store = Store(shelf)
        wanted = DEPOSIT
        if version == 2:
            store.deposit(DEPOSIT)
            wanted = replace(DEPOSIT, files={"issue.pdf": b"%PDF-2", "new.txt": b"new"})
        if version == 1 and step in {"version", "sidecar"}:
            Store(shelf, reached=cutting_at(step)).deposit(wanted)
        else:
            with pytest.raises(Cut):
                Store(shelf, reached=cutting_at(step)).deposit(wanted)
        other = replace(wanted, files={"issue.pdf": b"%PDF-2", "other.txt": b"other"})
        assert store.deposit(wanted).version == version
        assert list(verify(store)) == []
        assert store.deposit(other).version == version + 1
        assert list(verify(store)) == []

    def test_an_inventory_that_a_first_deposit_could_not_write_is_proven_and_written(
        self, bucket: Callable[..., Bucket]
    ) -> None:
        shelf = bucket()
        store = Store(shelf)
        with pytest.raises(Cut):
            Store(shelf, reached=cutting_at("rename")).deposit(DEPOSIT)
        assert {fault.code for fault in verify(store)} == {"A05"}
        assert store.deposit(DEPOSIT).version == 1
        assert list(verify(store)) == []


class TestUnreachable:
    def test_a_storage_that_does_not_answer_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("archive.bucket.SECONDS", 1)
        gone = Bucket(
            endpoint="http://127.0.0.1:9",
            bucket="archive",
            key="k",
            secret="s",
            lock=tmp_path / "lock",
        )
        with pytest.raises(StoreUnusable, match=r"连不上对象存储 http://127\.0\.0\.1:9"):
            Store(gone).deposit(DEPOSIT)

    def test_a_bucket_that_is_not_there_is_named(self, storage: str, tmp_path: Path) -> None:
        gone = Bucket(
            endpoint=storage, bucket="nowhere", key="k", secret="s", lock=tmp_path / "lock"
        )
        with pytest.raises(StoreUnusable, match="NoSuchBucket"):
            Store(gone).deposit(DEPOSIT)

    def test_many_objects_are_listed_over_several_answers(
        self, bucket: Callable[..., Bucket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = Store(bucket("x"))
        monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "7")
        names = {f"zwxx-2026-{number:03d}" for number in range(4)}
        for name in names:
            store.deposit(replace(DEPOSIT, object_id=name))
        assert set(store.objects()) == names
        assert list(verify(store)) == []
