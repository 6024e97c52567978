"""In this file we try the warm child: it is bounded, reads nothing else, and comes back."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import layouts
from layouts.pdf import child
from layouts.pdf import worker as workers
from layouts.pdf.worker import Job, Worker, worker_for


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.stop()


def job(html: str = "<p>正文</p>", **more: object) -> Job:
    return Job(html=html, css="", photos={}, **more)  # type: ignore[arg-type]


class TestWorker:
    def test_it_sets_one_document_after_another_in_one_process(self, worker: Worker) -> None:
        first = worker.set(job())
        child = worker._child
        assert worker.set(job()).pdf == first.pdf
        assert worker._child is child

    def test_it_says_on_which_page_each_name_stands(self, worker: Worker) -> None:
        html = '<p id="甲">一</p><p id="乙" style="break-before: page">二</p>'
        pages = worker.set(job(html))
        assert (pages.pages, dict(pages.places)) == (2, {"甲": 1, "乙": 2})

    def test_the_pages_of_a_long_document_are_told_on_the_way(self, worker: Worker) -> None:
        told: list[int] = []
        html = '<p style="break-after: page">页</p>' * 800
        made = worker.set(job(html), told.append)
        assert told
        assert all(1 <= page <= made.pages for page in told)
        assert worker.set(job(), told.append).pages == 1

    def test_a_document_that_takes_too_long_is_given_up(self, worker: Worker) -> None:
        with pytest.raises(layouts.TypesettingFailed, match="超过"):
            worker.set(job("<p>长文。</p>" * 20_000, seconds=0.2))
        assert worker.set(job()).pages == 1

    def test_a_document_of_too_many_pages_is_refused(
        self, worker: Worker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workers, "MOST_PAGES", 2)
        with pytest.raises(layouts.TypesettingFailed, match="过大：排出来超过2页"):
            worker.set(job('<p style="break-after: page">页</p>' * 4))
        assert worker.set(job()).pages == 1

    def test_a_child_that_died_is_replaced(self, worker: Worker) -> None:
        worker.set(job())
        assert worker._child is not None
        os.kill(worker._child.pid, signal.SIGKILL)
        worker._child.wait()
        assert worker.set(job()).pages == 1

    def test_a_child_that_cannot_start_is_told_in_words(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workers.sys, "executable", "/nowhere/python")
        with pytest.raises(layouts.TypesettingFailed, match="中断"):
            Worker().set(job())

    def test_it_is_renewed_before_it_grows_old(
        self, worker: Worker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        worker.set(job())
        before = worker._child
        monkeypatch.setattr(workers, "RENEWED_AFTER", 1)
        worker.set(job())
        assert worker._child is not before

    def test_it_reads_no_file_and_no_address(self, worker: Worker, tmp_path: Path) -> None:
        secret = tmp_path / "secret.css"
        secret.write_text("p { break-before: page }", encoding="utf-8")
        html = (
            f'<link rel="stylesheet" href="{secret.as_uri()}"><p>一</p><p>二</p>'
            f'<img src="{secret.as_uri()}"><img src="http://127.0.0.1:9/x.png">'
            f'<link rel="attachment" href="{secret.as_uri()}">'
        )
        pages = worker.set(job(html))
        assert pages.pages == 1
        assert b"secret" not in pages.pdf

    def test_a_process_that_was_forked_gets_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        mine = worker_for(None)
        assert worker_for(None) is mine
        monkeypatch.setattr(workers.os, "getpid", lambda: -7)
        assert worker_for(None) is not mine
        workers._workers.pop((-7, None))

    def test_faces_put_into_the_folder_are_used_by_the_next_document(self, tmp_path: Path) -> None:
        made = Worker(tmp_path)
        try:
            made.set(job())
            before = made._child
            (tmp_path / "face.txt").write_text("", encoding="utf-8")
            made.set(job())
            assert made._child is not before
        finally:
            made.stop()


class TestPagesTold:
    def test_every_line_that_tells_a_page_is_understood(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A page set in an earlier round is told with more words behind it."""
        monkeypatch.setattr(child.PagesTold, "EVERY_SECONDS", 0)
        sink = io.BytesIO()
        told = child.PagesTold(sink)
        for message in (
            "Step 5 - Creating layout - Page %d",
            "Step 5 - Creating layout - Page %d (up-to-date)",
            "Step 6 - Creating PDF",
        ):
            values = (12,) if "%d" in message else ()
            told.emit(logging.LogRecord("weasyprint", logging.INFO, "", 0, message, values, None))
        pages = [json.loads(line)["page"] for line in sink.getvalue().splitlines()]
        assert pages == [12, 12]
