"""In this file a warm child sets pages, bounded in time, memory and pages."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import layouts
from layouts.errors import TypesettingFailed
from layouts.fonts import fontconfig_environment, fonts_stamp, latin_files

logger = logging.getLogger(__name__)

MOST_MEMORY = 3 * 1024**3
"""Address space of the child, bytes; resident memory stays far below."""
MOST_PAGES = 3000
MOST_SECONDS = 120.0
RENEWED_AFTER = 200
"""A child is replaced after so many documents, because memory of large ones is not given back."""

Progress = Callable[[int], None]


def silent(_page: int) -> None:
    """Nobody waits to hear which page is being set."""


EarlyLines = Mapping[str, Sequence[tuple[str, float]]]
"""Lines that end early, by block: the last words of each, and how much wider they are set, pt."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF."""

    name: str
    description: str
    relationship: Literal["Source", "Alternative"]
    """What it is to the pages (AFRelationship, ISO 32000-2, 7.11.3)."""
    content: bytes


@dataclass(frozen=True)
class Job:
    """What is to be set."""

    html: str
    css: str
    photos: Mapping[str, bytes]
    attachments: Sequence[Attachment] = ()
    day: str = "2000-01-01"
    """The attachments' own day; the clock's would make two files of one document differ."""
    variant: str | None = "pdf/a-3u"
    seconds: float = MOST_SECONDS


@dataclass(frozen=True)
class Pages:
    """What was set."""

    pdf: bytes
    pages: int
    places: Mapping[str, int]
    """The page each named element begins on, from 1."""
    early: EarlyLines = field(default_factory=dict)


class Worker:
    """One child process and the pipe to it; used by one thread at a time."""

    def __init__(self, fonts_dir: Path | None = None) -> None:
        self._fonts_dir = fonts_dir
        self._child: subprocess.Popen[bytes] | None = None
        self._done = 0
        self._stamp = 0
        self._lock = threading.Lock()

    def set(self, job: Job, progress: Progress = silent) -> Pages:
        """Set one document; `progress` hears the page that is being set, now and then.

        Raises `TypesettingFailed` when it takes too long or breaks down.
        """
        with self._lock:
            try:
                return self._exchange(self._running(), job, progress)
            except (OSError, ValueError, EOFError) as error:
                self.stop()
                raise TypesettingFailed(
                    "排版进程意外中断，请重试；若仍失败，请检查稿件内容。"
                ) from error

    def stop(self) -> None:
        """End the child; the next document starts another."""
        child, self._child, self._done = self._child, None, 0
        if child is not None:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            child.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        stamp = fonts_stamp(self._fonts_dir)
        worn_out = self._done >= RENEWED_AFTER or stamp != self._stamp
        if worn_out or (self._child and self._child.poll() is not None):
            self.stop()
        if self._child is None:
            self._stamp = stamp
            latin = {weight: str(path) for weight, path in latin_files(self._fonts_dir).items()}
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "layouts.pdf.child", str(MOST_MEMORY), json.dumps(latin)],
                cwd=Path(layouts.__file__).parents[1],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=fontconfig_environment(self._fonts_dir),
            )
        return self._child

    def _exchange(self, child: subprocess.Popen[bytes], job: Job, progress: Progress) -> Pages:
        if child.stdin is None or child.stdout is None:
            raise EOFError
        header = {
            "html": job.html,
            "css": job.css,
            "photos": [[key, len(photo)] for key, photo in job.photos.items()],
            "attachments": [
                [one.name, one.description, one.relationship, len(one.content)]
                for one in job.attachments
            ],
            "day": job.day,
            "variant": job.variant,
            "identifier": hashlib.sha256((job.html + job.css).encode()).hexdigest()[:32],
            "most_pages": MOST_PAGES,
        }
        child.stdin.write(json.dumps(header).encode() + b"\n")
        for photo in job.photos.values():
            child.stdin.write(photo)
        for one in job.attachments:
            child.stdin.write(one.content)
        child.stdin.flush()
        answer = self._answer(child, job.seconds, progress)
        self._done += 1
        if "error" in answer:
            logger.warning("Typesetting failed: %s", answer["error"])
            if answer["error"].startswith("MemoryError"):
                self.stop()
                raise TypesettingFailed(
                    f"内容过大：排出来超过{MOST_PAGES}页，请分成几期。"
                    if "pages" in answer["error"]
                    else "内容过大：排版要用的内存超过上限，请拆分长表格或减少照片。"
                )
            raise TypesettingFailed("版面无法生成：内容含有无法处理的成分。")
        pdf = child.stdout.read(answer["size"])
        if len(pdf) != answer["size"]:
            raise EOFError
        return Pages(pdf, answer["pages"], answer["places"], answer["early"])

    def _answer(
        self, child: subprocess.Popen[bytes], seconds: float, progress: Progress
    ) -> dict[str, Any]:
        """What the child says at last; the pages it tells on the way go to `progress`."""
        given_up = threading.Event()

        def give_up() -> None:
            given_up.set()
            child.kill()

        timer = threading.Timer(seconds, give_up)
        timer.start()
        try:
            while child.stdout is not None and (line := child.stdout.readline()):
                said: dict[str, Any] = json.loads(line)
                if "page" not in said:
                    return said
                progress(said["page"])
        finally:
            timer.cancel()
        if given_up.is_set():
            self.stop()
            raise TypesettingFailed(f"排版超过{seconds:.0f}秒仍未完成，已停止。")
        raise EOFError


_workers: dict[tuple[int, Path | None], Worker] = {}


def worker_for(fonts_dir: Path | None) -> Worker:
    """The warm worker of this process for that folder of faces; one for all folders without any.

    A process that was forked from this one gets its own: two cannot share one pipe.
    """
    has_faces = fonts_dir is not None and fonts_dir.is_dir() and any(fonts_dir.iterdir())
    own = fonts_dir if has_faces else None
    return _workers.setdefault((os.getpid(), own), Worker(own))


@atexit.register
def _stop_all() -> None:
    for (process, _folder), worker in _workers.items():
        if process == os.getpid():
            worker.stop()
