"""In this file background work is known to the web and to the worker, and one fault stops none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

import publisher
from publisher import jobs
from publisher.config import Settings
from publisher.retrospect.tasks import read_old_file

ROOMS = sorted(path.parent.name for path in Path(publisher.__file__).parent.glob("*/tasks.py"))


class TestKnown:
    @pytest.mark.parametrize("room", ROOMS)
    def test_a_rooms_jobs_are_known_to_a_process_that_only_makes_the_application(
        self, room: str, tmp_path: Path
    ) -> None:
        script = (
            "import sys, pathlib\n"
            "from publisher import create_app\n"
            "from publisher.config import Settings\n"
            f"create_app(Settings(instance=pathlib.Path({str(tmp_path)!r}), secret_key='x' * 40))\n"
            f"sys.exit(0 if 'publisher.{room}.tasks' in sys.modules else 1)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


class TestTend:
    def test_one_rooms_fault_does_not_stop_the_next(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        called: list[str] = []

        def broken() -> None:
            raise OSError("磁盘已满")

        monkeypatch.setattr(jobs, "_tending", [broken, lambda: called.append("next")])
        jobs.tend(app)
        assert called == ["next"]
        assert "磁盘已满" in caplog.text


class TestQueued:
    def test_what_waits_is_told_until_somebody_takes_it(self, settings: Settings) -> None:
        app = publisher.create_app(settings)
        with app.app_context():
            assert read_old_file.queued() == set()
            read_old_file.later(7)
            read_old_file.later(8)
            assert read_old_file.queued() == {(7,), (8,)}
            app.extensions["huey"].dequeue()
            assert read_old_file.queued() == {(8,)}

    def test_where_jobs_are_done_at_once_none_waits(self, app: Flask) -> None:
        with app.app_context():
            assert read_old_file.queued() == set()
