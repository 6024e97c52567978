"""In this file archives go between disks and object storage, as folders and as one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import Bucket, Store
from publisher.config import Settings
from publisher.database import db
from publisher.exchange import leaving, portable
from publisher.exchange.model import PastPaper
from publisher.library import tasks as library
from publisher.people.permission import Role
from publisher.publication import audit, kept, moving, press, queries, stores
from publisher.publication.errors import ArchiveLost
from tests import factories
from tests.publisher.exchange.offices import FORM_1, NAME, OTHER, left, opened, taken

Kept = Callable[[str, str], Settings]


@pytest.fixture
def kept_at(tmp_path: Path, bucket: Callable[..., Bucket]) -> Kept:
    """Makes the settings of an office whose archive lies on a disk, or in a bucket of its own."""

    def make(name: str, where: str) -> Settings:
        given = {}
        if where == "s3":
            shelf = bucket()
            given = {
                "archive_storage": f"s3://{shelf.bucket}/档案",
                "s3_endpoint": shelf.endpoint,
                "s3_key": "test",
                "s3_secret": "test",
            }
        return Settings(
            instance=tmp_path / name, secret_key="测" * 40, office_name=f"{name}办公室", **given
        )

    return make


@pytest.mark.parametrize(
    ("there", "form", "here"),
    [
        ("s3", "export", "s3"),
        ("s3", "export.zip", "s3"),
        ("disk", "export.zip", "s3"),
        ("s3", "export", "disk"),
    ],
)
def test_an_archive_leaves_and_comes_in_wherever_it_lies(  # noqa: PLR0917 - one life
    kept_at: Kept, tmp_path: Path, newest_records: Path, there: str, form: str, here: str
) -> None:
    first, second = kept_at("云汀市", there), kept_at("清溪县", here)
    path = tmp_path / "disk" / form
    with opened(first, newest_records):
        assert taken(FORM_1, first) == [(NAME, "new"), (OTHER, "new")]
        assert left(path, first) == leaving.Left(objects=2)
        told = {name: stores.store(first).receipt(name).digest for name in (NAME, OTHER)}
    with opened(second, newest_records):
        by_id = factories.person(Role.ARCHIVIST).id
        assert taken(path, second, by_id) == [(NAME, "new"), (OTHER, "new")]
        assert taken(path, second, by_id) == [(NAME, "same"), (OTHER, "same")]
        assert {name: stores.store(second).receipt(name).digest for name in told} == told
        assert list(audit.verify(second)) == []
        for one in queries.published():
            assert kept.read(one, press.PDF, second).startswith(b"%PDF")
            lies = kept.address_of(one, press.PDF, second)
            assert lies.startswith("s3://" if here == "s3" else str(tmp_path))
        library.drain_outbox()
        assert len(db.session.scalars(select(PastPaper)).unique().all()) == 3


def test_killed_between_bucket_and_records_it_is_done_again(
    kept_at: Kept, export: Path, newest_records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version of which only a part is in the bucket looks like none, and is written again."""

    class Killed(BaseException):
        pass

    office = kept_at("云汀市", "s3")
    with opened(office, newest_records):
        by_id = factories.person(Role.ARCHIVIST).id
        db.session.commit()
        put, count = Bucket.put, iter(range(100))

        def dying(shelf: Bucket, path: str, content: bytes) -> None:
            if next(count) == 9:
                raise Killed
            put(shelf, path, content)

        with monkeypatch.context() as patched:
            patched.setattr(Bucket, "put", dying)
            with pytest.raises(Killed):
                taken(export, office, by_id)
        db.session.rollback()
        assert taken(export, office, by_id) == [(NAME, "new"), (OTHER, "new")]
        assert list(audit.verify(office)) == []


def test_a_storage_that_is_gone_ends_it_in_words_and_calls_nothing_damaged(
    kept_at: Kept, export: Path, newest_records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.bucket.SECONDS", 1)
    office = replace(kept_at("云汀市", "s3"), s3_endpoint="http://127.0.0.1:9")
    with opened(office, newest_records), pytest.raises(ArchiveLost, match="连不上对象存储"):
        taken(export, office)


@pytest.mark.parametrize("form", ["export", "export.zip"])
def test_an_export_stops_where_the_storage_is_lost_and_goes_on_when_it_is_back(
    kept_at: Kept, tmp_path: Path, newest_records: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second object finds nobody at the address: nothing after it is tried."""
    monkeypatch.setattr("archive.bucket.SECONDS", 1)
    office, path = kept_at("云汀市", "s3"), tmp_path / "disk" / form
    with opened(office, newest_records):
        assert taken(FORM_1, office) == [(NAME, "new"), (OTHER, "new")]
        asked: list[str] = []
        reached = stores.store

        def lost_on_the_way(settings: Settings) -> Store:
            gone = replace(settings, s3_endpoint="http://127.0.0.1:9")
            return reached(gone if OTHER in asked else settings)

        def copying(copy: Callable[..., object]) -> Callable[..., object]:
            def copied(name: str, *more: object) -> object:
                asked.append(name)
                return copy(name, *more)

            return copied

        with monkeypatch.context() as patched:
            patched.setattr(stores, "store", lost_on_the_way)
            patched.setattr(moving, "copy_out", copying(moving.copy_out))
            patched.setattr(moving, "files_of", copying(moving.files_of))
            broken = left(path, office)
        assert (broken.objects, broken.refused, broken.is_whole) == (1, [], False)
        assert "连不上对象存储 http://127.0.0.1:9" in broken.lost
        assert asked == [NAME, OTHER]
        if path.is_dir():
            with moving.Export(path) as export, pytest.raises(portable.Unreadable):
                portable.manifest(export)
        else:
            assert not list(path.parent.glob("export*"))
        assert left(path, office) == leaving.Left(objects=2)
        with moving.Export(path) as export:
            assert portable.manifest(export)["objects"] == 2


def test_a_damaged_object_stops_no_export_and_a_disk_that_is_gone_does(
    kept_at: Kept, tmp_path: Path, newest_records: Path
) -> None:
    office = kept_at("云汀市", "disk")
    with opened(office, newest_records):
        assert taken(FORM_1, office) == [(NAME, "new"), (OTHER, "new")]
        store = stores.store(office)
        inventory = office.archive_root / store.place_of(NAME) / "inventory.json"
        whole = inventory.read_bytes()
        inventory.write_bytes(b"{")
        told = left(tmp_path / "export", office)
        assert (told.objects, len(told.refused), told.lost) == (1, 1, "")
        inventory.write_bytes(whole)
        office.archive_root.rename(tmp_path / "away")
        told = left(tmp_path / "export", office)
        assert (told.objects, told.refused) == (0, [])
        assert "不在了" in told.lost
