"""In this file one document is set in processes that differ in all but the document: same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from layouts.fonts import found_face
from tests.layouts import samples

ROOT = Path(__file__).parents[2]
SET = """
import hashlib, json, sys
import layouts
document = layouts.compose(layouts.read_source(json.load(sys.stdin)))
pdf = layouts.typeset(document, "pdf")
files = [pdf.content] + [
    layouts.typeset(document, press, places=pdf.places).content for press in ("docx", "html")
]
print(json.dumps([hashlib.sha256(one).hexdigest() for one in files]))
"""
CLOCK = """
import datetime, time_machine
time_machine.travel(datetime.datetime(2031, 2, 3, 23, 59), tick=True).start()
"""
"""What every Python of that environment runs first, the child that sets pages too."""
BODY = "# 一、甲\n\n受理3.6万件，**办结率**99.2%。\n\n| 乡镇 | 件数 |\n|---|--:|\n| 石桥镇 | 12 |\n"


def digests(folder: Path, *paths: Path, **environment: str) -> list[str]:
    """The digests of PDF, DOCX and reading page, set by a new process in that folder."""
    data = samples.with_articles(
        samples.article("item-1", "甲", BODY), samples.article("item-2", "乙")
    )
    done = subprocess.run(
        [sys.executable, "-c", SET],
        input=json.dumps(data),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT)))} | environment,
        cwd=folder,
        text=True,
        capture_output=True,
        check=True,
        timeout=120,
    )
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not found_face("fang").used, reason="no face for 仿宋 on this machine")
def test_seed_zone_locale_folder_and_day_change_no_byte(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-c", "import datetime; print(datetime.date.today())"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.startswith("2031-02-0")
    here = digests(ROOT, PYTHONHASHSEED="1", TZ="Asia/Shanghai", LC_ALL="C.UTF-8")
    there = digests(tmp_path, tmp_path, PYTHONHASHSEED="77", TZ="America/New_York", LC_ALL="C")
    assert len(set(here)) == 3
    assert there == here
