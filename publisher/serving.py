"""In this file the site and its worker are started together, and stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from publisher.config import Settings

GRACE_SECONDS = 15.0
"""How long a process may take to finish what it is doing when it is told to stop."""


def web_command(settings: Settings) -> list[str]:
    """The command that serves the site."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"{settings.host}:{settings.port}",
        "--workers",
        str(settings.web_workers),
        "--worker-class",
        "gthread",
        "--threads",
        str(settings.web_threads),
        "--max-requests",
        "20000",
        "--max-requests-jitter",
        "2000",
        "--graceful-timeout",
        "20",
        "--log-level",
        "warning",
        "publisher.wsgi:app",
    ]


def worker_command(instance: Path) -> list[str]:
    """The command that does the background work."""
    return [sys.executable, "-m", "publisher", "--instance", str(instance), "worker"]


def serve(settings: Settings, *, web: bool = True, worker: bool = True) -> int:
    """Run the site, its worker or both until one ends or a signal comes; the exit code."""
    environment = {**os.environ, "JIANBAO_INSTANCE": str(settings.instance)}
    commands = [web_command(settings)] if web else []
    if worker:
        commands.append(worker_command(settings.instance))
    children = [
        subprocess.Popen(command, env=environment)  # noqa: S603 - our own programs
        for command in commands
    ]
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.3)
    ended = [child.poll() for child in children]
    _stop(children)
    return 0 if stopping else next((code for code in ended if code), 1)


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
