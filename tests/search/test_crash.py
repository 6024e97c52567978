"""In this file writers are killed, locked out, and given broken files."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from search import Change, IndexBusy, IndexDamaged, akin_to, open_engine, parse, rebuild
from search.engines.whoosh import arrays
from search.engines.whoosh.arrays import ArrayFile
from search.engines.whoosh.folder import IndexFolder
from tests.search.factories import STAFF, record

WRITER = """
import sys
from pathlib import Path
from search import Change, open_engine
from tests.search.factories import record

engine = open_engine(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 10_000):
    engine.apply([Change.put(record(number)), Change.put(record(0, text=f"第{number}稿"))])
    print(number, flush=True)
"""


def total(path: Path, typed: str = "") -> int:
    return open_engine(path).search(parse(typed), readers=STAFF).total


class TestAKilledWriter:
    def test_it_leaves_a_readable_index_and_every_change_it_finished(self, tmp_path: Path) -> None:
        path, finished = tmp_path / "index", 0
        for lines_before_the_kill in (1, 4, 11):
            finished = self.write_and_be_killed(path, finished + 1, lines_before_the_kill)
            assert finished <= total(path) - 1 <= finished + 1
            assert total(path, "稿") == 1
        engine = open_engine(path, lock_seconds=1)
        engine.apply([Change.put(record(0, text="新稿"))])
        engine.tidy()
        assert total(path, "新稿") == 1

    def write_and_be_killed(self, path: Path, first: int, lines: int) -> int:
        root = Path(__file__).parents[2]
        command = [sys.executable, "-c", WRITER, str(path), str(first)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, cwd=root, text=True
        ) as writer:  # our own script
            assert writer.stdout is not None
            for _ in range(lines):
                writer.stdout.readline()
            writer.kill()
            rest = writer.stdout.read().split()
        return int(rest[-1]) if rest else first + lines - 1

    def test_its_leftovers_are_cleared(self, tmp_path: Path) -> None:
        path = tmp_path / "index"
        engine = open_engine(path)
        engine.apply([Change.put(record(1))])
        build = next(path.glob("build-*"))
        (build / "writing-0123456789ab.arrays").write_bytes(b"JBARRAY2 half")
        (build / "MAIN_0000000000000000.arrays").write_bytes(b"JBARRAY2 half")
        (path / "build-000000000000").mkdir()
        engine.apply([Change.put(record(2))])
        engine.tidy()
        assert len(list(path.glob("build-*"))) == 1
        assert all(total(path) == 2 for _ in build.glob("*.arrays"))
        assert len(list(build.glob("*.arrays"))) == 1


class TestTwoWriters:
    def test_the_second_waits_and_then_says_that_the_index_is_busy(self, tmp_path: Path) -> None:
        engine = open_engine(tmp_path / "index", lock_seconds=0.1)
        with (
            IndexFolder(tmp_path / "index").locked("writer", 0),
            pytest.raises(IndexBusy, match="稍后再试"),
        ):
            engine.apply([Change.put(record(1))])
        engine.apply([Change.put(record(1))])
        assert total(tmp_path / "index") == 1

    def test_writers_and_readers_at_once_lose_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "index"
        engine = open_engine(path)
        seen: list[int] = []
        failures: list[BaseException] = []

        def write(first: int) -> None:
            writer = open_engine(path)
            for number in range(first, first + 15):
                writer.apply([Change.put(record(number))])

        def read() -> None:
            try:
                while len(seen) < 400 and (not seen or seen[-1] < 30):
                    seen.append(engine.search(parse("防汛"), readers=STAFF).total)
            except BaseException as failure:  # noqa: BLE001  # told to the test below
                failures.append(failure)

        def tidy() -> None:
            for _ in range(5):
                open_engine(path).tidy()

        threads = [threading.Thread(target=write, args=(first,)) for first in (0, 100)]
        threads += [threading.Thread(target=read), threading.Thread(target=tidy)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert seen == sorted(seen)
        assert total(path) == 30


class TestBrokenFiles:
    @pytest.mark.parametrize("pattern", ["build-*/*.arrays", "build-*/*.toc", "current.json"])
    @pytest.mark.parametrize("kept", [0, 0.5])
    def test_they_are_reported_and_a_rebuild_heals_them(
        self, tmp_path: Path, pattern: str, kept: float
    ) -> None:
        path = tmp_path / "index"
        open_engine(path).apply([Change.put(record(1))])
        broken = next(path.glob(pattern))
        content = broken.read_bytes()
        broken.write_bytes(content[: int(len(content) * kept)])
        with pytest.raises(IndexDamaged, match="重建"):
            total(path)
        rebuild(path, [record(1), record(2)])
        assert total(path) == 2

    def test_a_lost_segment_is_reported(self, tmp_path: Path) -> None:
        path = tmp_path / "index"
        open_engine(path).apply([Change.put(record(1))])
        next(path.glob("build-*/*.arrays")).unlink()
        with pytest.raises(IndexDamaged, match="缺失"):
            total(path)

    def test_one_flipped_byte_is_reported_wherever_it_lies(self, tmp_path: Path) -> None:
        path = tmp_path / "index"
        hidden = record(2, title="内情", readers=frozenset({"role:leader"}))
        open_engine(path).apply([Change.put(record(1)), Change.put(hidden)])
        segment = next(path.glob("build-*/*.arrays"))
        whole = segment.read_bytes()
        found = total(path, "")
        told = 0
        for at in range(7, len(whole), max(1, len(whole) // 150)):
            segment.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
            try:
                assert total(path, "") == found
                assert total(path, "内情") == 0
            except IndexDamaged:
                told += 1
        assert told > 130  # the rest lies between the arrays and is never read
        segment.write_bytes(whole)
        assert total(path, "") == found

    def test_a_large_file_is_verified_by_the_check(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(arrays, "VERIFIED_WHOLE", 0)
        path = tmp_path / "index"
        open_engine(path).apply([Change.put(record(1))])
        segment = next(path.glob("build-*/*.arrays"))
        content = bytearray(segment.read_bytes())
        offset = ArrayFile(segment).sliced("body.positions").offset
        content[offset] ^= 1
        segment.write_bytes(content)
        with pytest.raises(IndexDamaged):
            open_engine(path).check([])


class TestUnreasonableQueries:
    @pytest.mark.parametrize(
        "typed",
        [
            "防" * 100_000,
            "(" * 5000 + "防汛" + ")" * 5000,
            "-(" * 3000,
            "防汛 OR " * 20_000,
            "?" * 50_000,
            "防" + "*?" * 10_000 + "汛",
            "a* b* c* d* e*",
            "*:*",
            "日期:" + "9" * 10_000,
            "“" * 9_999,
            "\ud800\udfff 防汛",
        ],
    )
    def test_they_end_at_once(self, tmp_path: Path, typed: str) -> None:
        engine = open_engine(tmp_path / "index")
        engine.apply([Change.put(record(number)) for number in range(20)])
        started = time.perf_counter()
        engine.search(parse(typed, (("防汛", "防汛抗旱"),)), readers=STAFF)
        engine.search(akin_to(typed), readers=STAFF)
        engine.suggest(typed[:60], STAFF)
        assert time.perf_counter() - started < 5
