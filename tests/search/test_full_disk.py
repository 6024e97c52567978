"""In this file the disk of the index is full: nothing confirmed is lost, and it goes on after."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MEGABYTES = 3
WRITER = """
import json
import sys
from pathlib import Path
from search import Change, IndexUnwritable, open_engine, parse, rebuild
from tests.search.factories import STAFF, record

def totals():
    everything = parse("")
    opened_anew = open_engine(path).search(everything, readers=STAFF).total
    return [engine.search(everything, readers=STAFF).total, opened_anew]

def text(number):
    return "".join(chr(0x4E00 + (number * 7919 + at * 31) % 20000) for at in range(300))

disk = Path(sys.argv[1])
path, ballast = disk / "index", disk / "ballast"
ballast.write_bytes(bytes(1_500_000))
engine = open_engine(path)
told, confirmed = {}, 0
try:
    for number in range(1000):
        engine.apply([Change.put(record(number, text=text(number)))])
        confirmed += 1
except IndexUnwritable as error:
    told["apply"] = str(error)
told["confirmed"], told["full"] = confirmed, totals()
try:
    rebuild(path, (record(number, text=text(number)) for number in range(5000)))
except IndexUnwritable as error:
    told["rebuild"] = str(error)
told["after rebuild"] = totals()
told["leftovers"] = [one.name for one in path.rglob("writing-*")]
told["builds"] = len(list(path.glob("build-*")))
ballast.unlink()
engine.apply([Change.put(record(confirmed, text=text(confirmed)))])
while engine.tidy():
    pass
told["freed"] = totals()
told["sound"] = engine.check(
    (one.id, one.digest)
    for one in (record(number, text=text(number)) for number in range(confirmed + 1))
).is_sound
print(json.dumps(told))
"""


def with_own_disk(script: str, disk: Path) -> subprocess.CompletedProcess[str]:
    """Run a script that has a small disk to itself, which no other process sees."""
    disk.mkdir()
    mount = f'mount -t tmpfs -o size={MEGABYTES}m tmpfs "$1" && exec "$2" -c "$3" "$1"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh", str(disk)]
    root = Path(__file__).parents[2]
    return subprocess.run(
        [*command, sys.executable, script],
        capture_output=True, text=True, check=False, cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip


def test_what_was_confirmed_stays_and_the_rest_comes_when_there_is_room(tmp_path: Path) -> None:
    if shutil.which("unshare") is None or with_own_disk("", tmp_path / "probe").returncode:
        pytest.skip("a process may have no disk of its own here")
    ran = with_own_disk(WRITER, tmp_path / "disk")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    confirmed = told["confirmed"]
    assert confirmed > 10
    assert "写不进磁盘" in told["apply"]
    assert "写不进磁盘" in told["rebuild"]
    assert told["full"] == told["after rebuild"] == [confirmed, confirmed]
    assert (told["leftovers"], told["builds"]) == ([], 1)
    assert told["freed"] == [confirmed + 1, confirmed + 1]
    assert told["sound"]
