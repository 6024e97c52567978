"""In this file a store is read out of one ZIP file, and ZIPs that mean harm are told so."""

from __future__ import annotations

import hashlib
import json
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive import (
    ROOT_FILES,
    Damaged,
    NotDeposited,
    Store,
    StoreUnusable,
    Zipped,
    bring_up,
    compare,
    verify,
    whole,
    zipped,
)
from archive.inventory import NAME, SIDECAR, read_inventory, sidecar
from tests.archive.test_store import DEPOSIT


def packed(store: Store, path: Path, *, how: int = zipfile.ZIP_DEFLATED) -> Path:
    """Everything of a store in one ZIP, below a folder."""
    with zipfile.ZipFile(path, "w", how) as package:
        for place, content in ROOT_FILES.items():
            package.writestr(f"archive/{place}", content)
        for name in store.objects():
            for place, content in whole(store, name):
                package.writestr(f"archive/{place}", content)
    return path


@pytest.fixture
def first(tmp_path: Path) -> Store:
    """A store with an object of two versions."""
    made = Store(tmp_path / "first")
    made.deposit(DEPOSIT)
    made.deposit(replace(DEPOSIT, files={**DEPOSIT.files, "issue.pdf": b"%PDF-2" * 400}))
    return made


class TestReading:
    def test_a_store_is_read_verified_and_copied_out_of_it(
        self, first: Store, tmp_path: Path
    ) -> None:
        shelf = Zipped(packed(first, tmp_path / "all.zip")).below("archive")
        there = Store(shelf)
        assert list(verify(there)) == []
        assert list(there.objects()) == [DEPOSIT.object_id]
        assert there.read(DEPOSIT.object_id, "issue.pdf") == b"%PDF-2" * 400
        assert there.read(DEPOSIT.object_id, "issue.pdf", 1) == b"%PDF-1"
        with pytest.raises(NotDeposited):
            there.read(DEPOSIT.object_id, "nothing.pdf")
        copy = Store(tmp_path / "copy")
        assert bring_up(there, copy, DEPOSIT.object_id) == 2
        assert list(compare(first, copy)) == []
        assert list(verify(copy)) == []

    def test_one_larger_than_32_bits_tell_is_read(
        self, first: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
        path = packed(first, tmp_path / "all.zip")
        assert b"PK\x06\x06" in path.read_bytes()
        assert list(verify(Store(Zipped(path).below("archive")))) == []
        monkeypatch.setattr(zipped, "MOST_DIRECTORY", 200)
        with pytest.raises(StoreUnusable, match="文件太多"):
            Zipped(path)

    def test_nothing_is_written_into_it(self, first: Store, tmp_path: Path) -> None:
        there = Store(Zipped(packed(first, tmp_path / "all.zip")).below("archive"))
        with pytest.raises(StoreUnusable, match="只供读取"):
            there.deposit(DEPOSIT)

    def test_a_content_that_was_changed_is_named(self, first: Store, tmp_path: Path) -> None:
        path = packed(first, tmp_path / "all.zip", how=zipfile.ZIP_STORED)
        content = path.read_bytes()
        path.write_bytes(content.replace(b"%PDF-1", b"%PDF-9", 1))
        there = Store(Zipped(path).below("archive"))
        assert [fault.code for fault in verify(there)] == ["A01"]
        with pytest.raises(Damaged):
            bring_up(there, Store(tmp_path / "copy"), DEPOSIT.object_id)


def entry(name: str, **given: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    for attribute, value in given.items():
        setattr(made, attribute, value)
    return made


def with_link(package: zipfile.ZipFile) -> None:
    package.writestr(entry("a/link", external_attr=(stat.S_IFLNK | 0o777) << 16), "/etc/passwd")


def twice(package: zipfile.ZipFile) -> None:
    package.writestr("a.json", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package.writestr("a.json", "2")


def bomb(package: zipfile.ZipFile) -> None:
    package.writestr("a.svg", b"\0" * (17 << 20), zipfile.ZIP_DEFLATED)


def rare(package: zipfile.ZipFile) -> None:
    package.writestr("a.svg", b"x", zipfile.ZIP_BZIP2)


OUTSIDE = ("../x", "/etc/x", "a/../../x", "a\\..\\x", "C:/x", "a//b", "a/./b")
HARMS: dict[str, tuple[Callable[[zipfile.ZipFile], None], str]] = {
    "a link": (with_link, "不正当的文件名“a/link”"),
    "the same name twice": (twice, "“a.json”出现了两次"),
    "a bomb": (bomb, "“a.svg”解开后大得不正常"),
    "a rare compression": (rare, "压缩方式读不了"),
}


class TestHostile:
    @pytest.mark.parametrize("name", OUTSIDE)
    def test_a_name_that_leads_elsewhere_is_told(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / "来件.zip"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr(name, "x")
        with pytest.raises(StoreUnusable, match=r"“来件\.zip”里有不正当的文件名"):
            Zipped(path)

    @pytest.mark.parametrize("name", list(HARMS))
    def test_it_is_told_before_anything_is_read(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / "来件.zip"
        make, words = HARMS[name]
        with zipfile.ZipFile(path, "w") as package:
            make(package)
        with pytest.raises(StoreUnusable, match=r"来件\.zip") as told:
            Zipped(path)
        assert words in str(told.value)

    def test_no_more_is_read_than_its_directory_says(self, tmp_path: Path) -> None:
        path = tmp_path / "lies.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("a.svg", b"\0" * (4 << 20))
        # The directory is made to say that it has ten bytes, so that no bound hinders it.
        content = bytearray(path.read_bytes())
        at = content.rindex(b"PK\x01\x02")
        content[at + 24 : at + 28] = struct.pack("<L", 10)
        path.write_bytes(content)
        with pytest.raises(OSError, match=r"a\.svg"):
            Zipped(path).read("a.svg")

    def test_files_that_lie_in_one_another_are_told(self, tmp_path: Path) -> None:
        path = tmp_path / "overlap.zip"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("a", b"x" * 200)
            package.writestr("b", b"y" * 200)
        content = bytearray(path.read_bytes())
        at = content.rindex(b"PK\x01\x02")
        content[at + 42 : at + 46] = struct.pack("<L", 20)
        path.write_bytes(content)
        with pytest.raises(StoreUnusable, match="互相重叠"):
            Zipped(path)

    def test_a_password_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "locked.zip"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("a", b"x")
        content = bytearray(path.read_bytes())
        content[content.rindex(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(content)
        with pytest.raises(StoreUnusable, match="加了密码"):
            Zipped(path)

    def test_a_directory_without_end_is_not_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "many.zip"
        with zipfile.ZipFile(path, "w") as package:
            for number in range(100):
                package.writestr(str(number), b"")
        monkeypatch.setattr(zipped, "MOST_DIRECTORY", 1000)
        with pytest.raises(StoreUnusable, match="文件太多"):
            Zipped(path)

    @pytest.mark.parametrize("left", [0.1, 0.5, 0.999])
    def test_one_that_is_cut_short_is_named(
        self, first: Store, tmp_path: Path, left: float
    ) -> None:
        path = packed(first, tmp_path / "all.zip")
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * left)])
        with pytest.raises(StoreUnusable, match=r"“all\.zip”不完整"):
            Zipped(path)

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\0" * 100_000])
    def test_one_that_is_none_is_named(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "other.zip"
        path.write_bytes(content)
        with pytest.raises(StoreUnusable, match=r"“other\.zip”不是 ZIP 文件"):
            Zipped(path)

    def test_whatever_is_changed_in_it_is_told_or_read_and_never_a_surprise(
        self, first: Store, tmp_path: Path
    ) -> None:
        path = packed(first, tmp_path / "all.zip")
        content = path.read_bytes()
        told = 0
        for at in range(len(content) - 400, len(content)):
            path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
            try:
                faults = list(verify(Store(Zipped(path).below("archive"))))
                told += bool(faults)
            except StoreUnusable:
                told += 1
        assert told > 100


class TestAnInventoryFromOutside:
    @pytest.mark.parametrize(
        "place",
        [
            "v1/../../../../evil",
            "v1/content/../../../../evil",
            "/etc/passwd",
            "v3/content/issue.pdf",
            "v1/content/",
            "v1/inventory.json",
        ],
    )
    def test_a_place_that_leads_out_of_the_object_is_none(self, first: Store, place: str) -> None:
        data = json.loads(first.inventory(first.place_of(DEPOSIT.object_id)).as_bytes())
        digest = next(iter(data["manifest"]))
        data["manifest"][digest] = [place]
        with pytest.raises(ValueError, match="places"):
            read_inventory(json.dumps(data).encode())

    def test_nothing_is_written_outside_of_the_archive(self, first: Store, tmp_path: Path) -> None:
        """The digests fit, the sidecars fit, and a content wants to lie somewhere else."""
        place = tmp_path / "first" / first.place_of(DEPOSIT.object_id)
        evil = b"evil"
        for folder in (place, place / "v2"):
            data = json.loads((folder / NAME).read_bytes())
            data["manifest"][hashlib.sha512(evil).hexdigest()] = ["v2/../../../../../../../evil"]
            (folder / NAME).write_text(json.dumps(data))
            (folder / SIDECAR).write_bytes(sidecar((folder / NAME).read_bytes()))
        (tmp_path / "evil").write_bytes(evil)
        copy = Store(tmp_path / "deep" / "copy")
        with pytest.raises(StoreUnusable):
            bring_up(first, copy, DEPOSIT.object_id)
        assert not copy.shelf.exists("")
        assert "A05" in {fault.code for fault in verify(first)}
        assert not (tmp_path / "deep" / "evil").exists()

    def test_one_nested_without_end_is_none(self) -> None:
        with pytest.raises(ValueError, match="not an inventory"):
            read_inventory(b"[" * 200_000)
