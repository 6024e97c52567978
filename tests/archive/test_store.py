"""In this file the store is tried: what is deposited stays, whatever happens on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import ocfl
import pytest

from archive import Deposit, DepositRefused, NotDeposited, Store, StoreUnusable, head, verify

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
DEPOSIT = Deposit(
    object_id="政务信息-2026-062",
    files={"issue.pdf": b"%PDF-1", "issue.docx": b"PK", "photos/12.jpg": b"photo"},
    message="刊发",
    by_name="周立言",
    by_address="urn:jianbao:person:7",
    at=AT,
    metadata={"题名": "《政务信息》第62期"},
)

on_a_disk = pytest.mark.parametrize("store", ["folder"], indirect=True)
"""For tests that lay hands on files."""

STEPS = ("content", "inventory", "rename", "version", "sidecar", "done")


def root_of(store: Store) -> Path:
    return Path(store.shelf.address)


def place_in(store: Store, object_id: str = DEPOSIT.object_id) -> Path:
    return root_of(store) / store.place_of(object_id)


class TestDeposit:
    def test_it_keeps_every_file_and_gives_a_receipt(self, store: Store) -> None:
        receipt = store.deposit(DEPOSIT)
        assert (receipt.version, len(receipt.files)) == (1, 4)
        assert store.read("政务信息-2026-062", "issue.pdf") == b"%PDF-1"
        assert "题名" in store.read("政务信息-2026-062", "metadata.json").decode()

    def test_the_same_content_again_makes_no_version(self, store: Store) -> None:
        first = store.deposit(DEPOSIT)
        again = store.deposit(replace(DEPOSIT, message="再次", at=datetime.now(UTC)))
        assert again == first

    def test_another_content_makes_a_version_and_keeps_the_first(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        files = {**DEPOSIT.files, "issue.pdf": b"%PDF-2"}
        receipt = store.deposit(replace(DEPOSIT, files=files, message="更正"))
        assert receipt.version == 2
        assert store.read("政务信息-2026-062", "issue.pdf") == b"%PDF-2"
        assert store.read("政务信息-2026-062", "issue.pdf", version=1) == b"%PDF-1"
        assert [version.message for version in store.versions("政务信息-2026-062")] == [
            "刊发",
            "更正",
        ]

    def test_equal_content_is_kept_once(self, store: Store) -> None:
        store.deposit(replace(DEPOSIT, files={"a.txt": b"same", "b.txt": b"same"}))
        kept = [path for path in store.shelf.files() if "/content/" in path]
        assert len(kept) == 2  # the text once, and metadata.json
        assert store.read(DEPOSIT.object_id, "b.txt") == b"same"

    @pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../b", "", "metadata.json", "a//b"])
    def test_it_refuses_names_that_lead_elsewhere(self, store: Store, name: str) -> None:
        with pytest.raises(DepositRefused):
            store.deposit(replace(DEPOSIT, files={name: b"x"}))

    def test_it_refuses_a_folder_that_is_no_archive(self, tmp_path: Path) -> None:
        (tmp_path / "letter.txt").write_text("不是档案")
        with pytest.raises(StoreUnusable):
            Store(tmp_path).deposit(DEPOSIT)

    def test_many_at_once_lose_nothing(self, store: Store) -> None:
        def deposit(number: int) -> int:
            files = {"issue.pdf": f"{number}".encode()}
            return store.deposit(replace(DEPOSIT, files=files)).version

        with ThreadPoolExecutor(8) as pool:
            versions = sorted(pool.map(deposit, range(12)))
        assert versions == list(range(1, 13))
        assert list(verify(store)) == []


class TestReading:
    def test_what_was_never_deposited_is_not_found(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        for object_id, path, version in (
            ("没有的", "issue.pdf", None),
            (DEPOSIT.object_id, "没有的.pdf", None),
            (DEPOSIT.object_id, "issue.pdf", 9),
        ):
            with pytest.raises(NotDeposited):
                store.read(object_id, path, version)

    @on_a_disk
    def test_a_stranger_finds_the_store_valid(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        store.deposit(replace(DEPOSIT, files={**DEPOSIT.files, "issue.pdf": b"%PDF-2"}))
        store.deposit(replace(DEPOSIT, object_id="每日要情-2026-301"))
        assert ocfl.StorageRoot(root=str(root_of(store))).validate(check_digests=True)
        for place in store.places():
            passed, told = ocfl.Object().validate(str(root_of(store) / place))[:2]
            assert passed, str(told)


DAMAGE = {
    "A01": lambda place: _content(place).unlink(),
    "A02": lambda place: _content(place).write_bytes(b"%PDF-X"),
    "A03": lambda place: (place / "v1" / "content" / "extra.pdf").write_bytes(b"?"),
    "A04": lambda place: (place / "inventory.json.sha512").write_text("0 inventory.json\n"),
    "A05": lambda place: (place / "v1" / "inventory.json").unlink(),
    "A06": lambda place: place.rename(place.with_name("another")),
    "A07": lambda place: (place.parent / "stranger.txt").write_text("?"),
    "A08": lambda place: (place / "0=ocfl_object_1.1").write_text("x"),
    "A09": lambda place: _content(place).write_bytes(b"PK"),
    "A10": lambda place: (place.parents[3] / "ocfl_layout.json").unlink(),
    "A11": lambda place: _content(place).replace(place / "x") and _content_link(place),
}


def _content(place: Path) -> Path:
    return next(path for path in place.rglob("content/issue.pdf"))


def _content_link(place: Path) -> None:
    (place / "v1" / "content" / "issue.pdf").symlink_to(place / "x")


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :]


class TestVerify:
    def test_a_whole_store_has_no_fault(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        store.deposit(replace(DEPOSIT, files={"issue.pdf": b"%PDF-2"}))
        assert list(verify(store)) == []

    @on_a_disk
    @pytest.mark.parametrize("code", sorted(DAMAGE))
    def test_each_damage_is_named_by_its_code(self, store: Store, code: str) -> None:
        store.deposit(DEPOSIT)
        DAMAGE[code](place_in(store))
        faults = list(verify(store))
        assert code in {fault.code for fault in faults}
        assert all(fault.sentence and fault.english for fault in faults)

    @on_a_disk
    def test_every_changed_byte_of_every_file_is_found(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        for path in sorted(place_in(store).rglob("*")):
            if not path.is_file():
                continue
            before = path.read_bytes()
            for place in range(0, len(before), max(1, len(before) // 12)):
                path.write_bytes(before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :])
                assert list(verify(store)), f"{path.name} at {place}"
            path.write_bytes(before)
        assert list(verify(store)) == []

    def test_the_head_changes_with_any_deposit(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        before = head(store)
        store.deposit(replace(DEPOSIT, object_id="另一件"))
        assert head(store) != before


class TestBeside:
    """Files that come later are kept beside a version that stays as it is."""

    LATER = replace(
        DEPOSIT,
        files={"instructions/2026-0012/instruction.json": b"{}", "same.pdf": b"%PDF-1"},
        metadata={},
        beside=1,
        message="批示和办理情况",
    )

    def test_the_next_version_holds_both_and_the_earlier_one_only_its_own(
        self, store: Store
    ) -> None:
        store.deposit(DEPOSIT)
        receipt = store.deposit(self.LATER)
        assert receipt.version == 2
        assert set(store.digests(DEPOSIT.object_id, 2)) == {
            *store.digests(DEPOSIT.object_id, 1),
            *self.LATER.files,
        }
        assert store.read(DEPOSIT.object_id, "same.pdf") == b"%PDF-1"
        # What an earlier version has already is not kept twice.
        kept = list(store.shelf.files(f"{store.place_of(DEPOSIT.object_id)}/v2/content"))
        assert [path.rpartition("/")[2] for path in kept] == ["instruction.json"]
        assert list(verify(store)) == []

    def test_the_same_again_makes_no_version(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        first = store.deposit(self.LATER)
        assert store.deposit(replace(self.LATER, at=datetime.now(UTC))) == first

    def test_a_new_edition_and_the_same_papers_beside_it(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        store.deposit(self.LATER)
        edition = store.deposit(replace(DEPOSIT, files={**DEPOSIT.files, "issue.pdf": b"%PDF-2"}))
        receipt = store.deposit(replace(self.LATER, beside=edition.version))
        assert (edition.version, receipt.version) == (3, 4)
        assert store.read(DEPOSIT.object_id, "issue.pdf", 4) == b"%PDF-2"
        assert list(verify(store)) == []

    def test_a_name_that_is_taken_and_a_version_that_is_not_there_are_refused(
        self, store: Store
    ) -> None:
        store.deposit(DEPOSIT)
        with pytest.raises(DepositRefused, match=r"issue\.pdf"):
            store.deposit(replace(self.LATER, files={"issue.pdf": b"x"}))
        with pytest.raises(NotDeposited):
            store.deposit(replace(self.LATER, beside=7))
        assert len(store.versions(DEPOSIT.object_id)) == 1

    @on_a_disk
    def test_the_published_validator_finds_it_right(self, store: Store) -> None:
        store.deposit(DEPOSIT)
        store.deposit(self.LATER)
        assert ocfl.StorageRoot(root=str(root_of(store))).validate(check_digests=True)
        passed, told = ocfl.Object().validate(str(place_in(store)))[:2]
        assert passed, str(told)

    @on_a_disk
    @pytest.mark.parametrize("step", STEPS)
    def test_killed_at_any_step_a_second_try_ends_well(self, store: Store, step: str) -> None:
        store.deposit(DEPOSIT)
        died = os.fork()
        if died == 0:
            dying = Store(root_of(store), reached=lambda name: name.endswith(step) and os._exit(9))
            dying.deposit(self.LATER)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(died, 0)[1]) == 9
        assert store.deposit(self.LATER).version == 2
        assert list(verify(store)) == []


CHILD = """
import os, sys
from dataclasses import replace
from pathlib import Path
from archive import Store
from tests.archive.test_store import DEPOSIT
def reached(name):
    if name == sys.argv[2]:
        os._exit(9)
store = Store(Path(sys.argv[1]), reached=reached)
store.deposit(DEPOSIT if sys.argv[3] == "1" else replace(DEPOSIT, files={"issue.pdf": b"%PDF-2"}))
"""


@on_a_disk
class TestKilled:
    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize("version", ["1", "2"])
    def test_at_any_step_the_store_is_whole_and_a_second_try_ends_well(
        self, store: Store, step: str, version: str
    ) -> None:
        second = replace(DEPOSIT, files={"issue.pdf": b"%PDF-2"})
        if version == "2":
            store.deposit(DEPOSIT)
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(root_of(store)), f"archive.{step}", version],
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        if version == "1" and step in {"version", "sidecar"}:
            assert child.returncode == 0
        else:
            assert child.returncode == 9
        receipt = store.deposit(DEPOSIT if version == "1" else second)
        assert receipt.version == int(version)
        assert list(verify(store)) == []
        if version == "2":
            assert store.read(DEPOSIT.object_id, "issue.pdf", version=1) == b"%PDF-1"
