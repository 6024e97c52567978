"""In this file a whole archive leaves as one ZIP file, and comes in out of it."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from publisher import cli, faultpoints
from publisher.config import Settings, read_settings, write_first_config
from publisher.database import db
from publisher.errors import StepRefused
from publisher.exchange import arriving, outward, portable
from publisher.issues.model import Issue
from publisher.people.permission import Role
from publisher.publication import audit, moving, stores
from publisher.publication.errors import ArchiveLost, PublicationFailed
from tests import factories
from tests.publisher.exchange.offices import NAME, OTHER, left, opened, taken

ROOT = Path(__file__).parents[3]


@pytest.fixture
def office(settings: Settings, export: Path, newest_records: Path) -> Iterator[Settings]:
    """An office with an archive of two objects, three versions the first."""
    with opened(settings, newest_records):
        taken(export, settings)
        yield settings


@pytest.fixture
def second(tmp_path: Path) -> Settings:
    """An office that has nothing yet."""
    return Settings(
        instance=tmp_path / "second", secret_key="测" * 40, office_name="清溪县政府办公室"
    )


def by_digest(settings: Settings) -> dict[str, list[dict[str, str]]]:
    store = stores.store(settings)
    return {
        name: [store.digests(name, number) for number in range(1, len(store.versions(name)) + 1)]
        for name in store.objects()
    }


class TestThereAndBack:
    def test_it_comes_in_as_it_was(
        self, office: Settings, second: Settings, tmp_path: Path, newest_records: Path
    ) -> None:
        path = tmp_path / "disk" / "全部档案.zip"
        gone = left(path, office)
        assert (gone.objects, gone.refused) == (2, [])
        assert [one.name for one in path.parent.iterdir()] == ["全部档案.zip"]
        here = by_digest(office)
        db.session.rollback()
        with opened(second, newest_records):
            assert taken(path, second) == [(NAME, "new"), (OTHER, "new")]
            assert by_digest(second) == here
            assert list(audit.verify(second)) == []
            assert db.session.scalar(select(func.count()).select_from(Issue)) == 3
            assert {state for _name, state in taken(path, second)} == {"same"}

    def test_it_holds_what_the_folder_holds_and_packs_nothing_twice(
        self, office: Settings, tmp_path: Path
    ) -> None:
        left(tmp_path / "folder", office)
        left(tmp_path / "one.zip", office)
        with zipfile.ZipFile(tmp_path / "one.zip") as package:
            entries = {one.filename: one for one in package.infolist()}
            for name, entry in entries.items():
                assert package.read(entry) == (tmp_path / "folder" / name).read_bytes()
        in_folder = {
            one.relative_to(tmp_path / "folder").as_posix()
            for one in (tmp_path / "folder").rglob("*")
            if one.is_file() and one.name != "lock"
        }
        assert set(entries) == in_folder
        assert list(entries)[-1] == moving.MANIFEST
        stored = {name for name, one in entries.items() if one.compress_type == zipfile.ZIP_STORED}
        assert stored == {name for name in entries if name.endswith((".pdf", ".docx"))}

    def test_a_folder_that_somebody_packed_is_read_too(
        self, office: Settings, second: Settings, tmp_path: Path, newest_records: Path
    ) -> None:
        left(tmp_path / "out" / "export", office)
        packed = shutil.make_archive(str(tmp_path / "by-hand"), "zip", tmp_path / "out", "export")
        db.session.rollback()
        with opened(second, newest_records):
            assert taken(Path(packed), second) == [(NAME, "new"), (OTHER, "new")]

    def test_a_folder_whose_name_ends_so_is_a_folder(
        self, office: Settings, tmp_path: Path
    ) -> None:
        (tmp_path / "x.zip").mkdir()
        left(tmp_path / "x.zip", office)
        assert (tmp_path / "x.zip" / moving.MANIFEST).is_file()


class TestWhatIsNotWritten:
    def test_an_earlier_export_is_replaced_and_nothing_else_is(
        self, office: Settings, tmp_path: Path
    ) -> None:
        path = tmp_path / "one.zip"
        left(path, office)
        before = path.stat().st_ino
        left(path, office)
        assert path.stat().st_ino != before
        letter = tmp_path / "letter.zip"
        letter.write_bytes(b"PK\x05\x06" + b"\0" * 18)
        with pytest.raises(StepRefused, match="不是本系统的完整导出"):
            left(letter, office)
        assert letter.stat().st_size == 22

    def test_with_a_damaged_object_no_file_is_left_and_the_earlier_one_stays(
        self, office: Settings, tmp_path: Path
    ) -> None:
        path = tmp_path / "one.zip"
        left(path, office)
        before = path.read_bytes()
        [pdf] = office.archive_root.rglob(f"{OTHER}/v1/content/issue.pdf")
        pdf.write_bytes(b"%PDF-?")
        gone = left(path, office)
        assert (gone.objects, gone.refused) == (1, [f"对象“{OTHER}”已损坏，没有复制。"])
        assert path.read_bytes() == before
        assert list(tmp_path.glob("*.part")) == []
        path.unlink()
        left(path, office)
        assert list(tmp_path.glob("one.zip*")) == []

    def test_another_export_is_not_written_over(self, office: Settings, tmp_path: Path) -> None:
        path = tmp_path / "one.zip"
        with (tmp_path / "one.zip.part").open("w") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            with pytest.raises(StepRefused, match="正在由另一次导出写入"):
                left(path, office)
        left(path, office)
        assert path.is_file()

    @pytest.mark.parametrize(
        ("number", "words"), [(errno.ENOSPC, "写不进去：No space left"), (errno.EFBIG, "放不下")]
    )
    def test_a_disk_that_is_full_is_told_and_nothing_is_left(
        self,
        office: Settings,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        number: int,
        words: str,
    ) -> None:
        def full(name: str) -> None:
            if name == "export.rename":
                raise OSError(number, os.strerror(number))

        monkeypatch.setattr(outward, "reached", full)
        with pytest.raises(StepRefused, match=words):
            left(tmp_path / "one.zip", office)
        assert list(tmp_path.glob("one.zip*")) == []


class TestWhatDoesNotComeIn:
    def test_one_that_was_cut_short_is_named(self, office: Settings, tmp_path: Path) -> None:
        path = tmp_path / "one.zip"
        left(path, office)
        path.write_bytes(path.read_bytes()[:-30])
        with pytest.raises(PublicationFailed, match=r"“one\.zip”不完整"):
            moving.Export(path)

    def test_one_without_a_manifest_is_no_export(self, tmp_path: Path, records: None) -> None:
        del records
        path = tmp_path / "other.zip"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("a/b.txt", "x")
        with (
            moving.Export(path) as export,
            pytest.raises(portable.Unreadable, match="不是本系统的导出"),
        ):
            portable.manifest(export)

    def test_what_is_damaged_in_it_is_named_and_the_rest_comes_in(
        self, office: Settings, second: Settings, tmp_path: Path, newest_records: Path
    ) -> None:
        path = tmp_path / "one.zip"
        left(path, office)
        with zipfile.ZipFile(path) as package:
            ending = f"{OTHER}/v1/content/issue.pdf"
            [name] = [one for one in package.namelist() if one.endswith(ending)]
            at = package.getinfo(name).header_offset
        content = bytearray(path.read_bytes())
        content[at + 30 + len(name) + 1] ^= 0xFF
        path.write_bytes(content)
        db.session.rollback()
        with opened(second, newest_records):
            assert taken(path, second) == [(NAME, "new"), (OTHER, "damaged")]

    def test_a_disk_of_ours_that_is_full_ends_it_in_words(
        self, office: Settings, export: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_given: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        by_id = factories.person(Role.ARCHIVIST).id
        db.session.rollback()
        monkeypatch.setattr(moving, "standing", full)
        with (
            moving.Export(export) as opened_,
            pytest.raises(ArchiveLost, match=r"No space left.*再运行一次"),
        ):
            arriving.take_over(
                portable.place_of(NAME), opened_, office, by_id=by_id, at=factories.AT
            )


class Commanded:
    """An instance on the command line."""

    def __init__(self, folder: Path, newest_records: Path) -> None:
        write_first_config(folder, office_name="云汀市人民政府办公室", demo=False)
        self.folder = folder
        with opened(read_settings(folder), newest_records):
            self.account = factories.person(Role.ARCHIVIST).account
            db.session.commit()

    def run(self, *words: str | Path) -> Result:
        """Run a command here, in this process."""
        return CliRunner().invoke(cli.cli, ["--instance", str(self.folder), *map(str, words)])

    def killed(self, point: str, *words: str | Path) -> int:
        """Run a command in a process of its own that dies at a point; gives its exit code."""
        command = [*("-c", "from publisher.cli import main; main()"), "--instance", self.folder]
        done = subprocess.run(
            [sys.executable, *command, *words],
            cwd=ROOT,
            env={**os.environ, faultpoints.VARIABLE: point},
            capture_output=True,
            timeout=120,
            check=False,
        )
        return done.returncode


@pytest.fixture
def commanded(tmp_path: Path, newest_records: Path) -> Commanded:
    """An office that has nothing yet."""
    return Commanded(tmp_path / "commanded", newest_records)


class TestCommands:
    def test_an_archive_goes_out_and_comes_in_by_one_file(
        self, commanded: Commanded, export: Path, tmp_path: Path, newest_records: Path
    ) -> None:
        path = tmp_path / "all.zip"
        came = commanded.run("archive", "take-over", export, "--as", commanded.account)
        assert (came.exit_code, came.output) == (0, "移入 2 件\n")
        gone = commanded.run("archive", "export", path)
        assert (gone.exit_code, gone.output) == (0, f"已导出 2 件到 {path}。\n")
        third = Commanded(tmp_path / "third", newest_records)
        came = third.run("archive", "take-over", path, "--as", third.account)
        assert (came.exit_code, came.output) == (0, "移入 2 件\n")
        path.write_bytes(path.read_bytes()[:-30])
        refused = third.run("archive", "take-over", path, "--as", third.account)
        assert (refused.exit_code, "“all.zip”不完整" in refused.output) == (1, True)

    def test_how_far_it_is_is_told_now_and_then_and_not_beside_json(
        self,
        commanded: Commanded,
        export: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        words = ("archive", "take-over", export, "--as", commanded.account)
        monkeypatch.setattr(cli, "SPARSE", 0)
        assert "已处理 1／2 件\n移入 2 件\n" in commanded.run(*words).output
        told = commanded.run("archive", "export", tmp_path / "a.zip").output
        assert told.startswith("已导出 1／2 件\n已导出 2 件到")
        assert commanded.run("archive", "export", tmp_path / "a.zip", "--json").output.startswith(
            "{"
        )
        assert commanded.run(*words, "--json").output.startswith("[")
        monkeypatch.undo()
        assert commanded.run(*words).output == "已在库中 2 件\n"

    def test_an_object_that_cannot_leave_is_told_with_what_to_do(
        self, commanded: Commanded, export: Path, tmp_path: Path
    ) -> None:
        commanded.run("archive", "take-over", export, "--as", commanded.account)
        [pdf] = (commanded.folder / "archive").rglob(f"{OTHER}/v1/content/issue.pdf")
        pdf.write_bytes(b"%PDF-?")
        told = commanded.run("archive", "export", tmp_path / "a.zip")
        assert (told.exit_code, "有 1 件没有导出，没有写成文件" in told.output) == (1, True)

    @pytest.mark.parametrize("point", ["export.file", "export.rename"])
    def test_killed_half_way_nothing_looks_whole_and_it_is_done_again(
        self, commanded: Commanded, export: Path, tmp_path: Path, point: str
    ) -> None:
        commanded.run("archive", "take-over", export, "--as", commanded.account)
        path = tmp_path / "all.zip"
        assert commanded.killed(point, "archive", "export", path) == faultpoints.DIED
        assert [one.name for one in tmp_path.glob("all.zip*")] == ["all.zip.part"]
        if point == "export.file":
            with pytest.raises(PublicationFailed, match=r"“all\.zip\.part”不完整|不是 ZIP"):
                moving.Export(tmp_path / "all.zip.part")
        assert commanded.run("archive", "export", path).exit_code == 0
        assert [one.name for one in tmp_path.glob("all.zip*")] == ["all.zip"]
