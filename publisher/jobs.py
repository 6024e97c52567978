"""In this file we send work to the background: a queue on disk, one worker, jobs by name.

A job is a function of plain values that may be run again with the same result. What is queued
after a commit may be lost with the process; so each room also says, with `@every_minute`, how to
find work that was left undone. Nothing depends on the queue alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from huey import SqliteHuey, crontab
from huey.consumer import Consumer

from publisher.config import Settings
from publisher.database import writing

logger = logging.getLogger(__name__)

_jobs: dict[str, Job] = {}
_tending: list[Callable[[], None]] = []


class Job:
    """A function that may be done later, by the worker."""

    def __init__(self, function: Callable[..., None]) -> None:
        self.function = function
        self.name = f"{function.__module__}.{function.__name__}"

    def __call__(self, *values: Any) -> None:
        """Do it now, in the application context at hand."""
        with writing():
            self.function(*values)

    def later(self, *values: Any) -> None:
        """Queue it; call this after the commit that makes its work visible."""
        queue = current_app.extensions["jobs"]
        if queue is None:
            _run(_this_app(), self, *values)
        else:
            queue[self.name](*values)

    def soon(self, *values: Any) -> None:
        """Queue it from a page that only reads; where jobs are done at once, `tend` does it.

        Such a page holds no writer's lock, and must not wait for one.
        """
        queue = current_app.extensions["jobs"]
        if queue is None:
            current_app.extensions.setdefault("jobs_soon", []).append((self, values))
        else:
            queue[self.name](*values)

    def queued(self) -> set[tuple[Any, ...]]:
        """With which values it waits to be done; what a dead process had begun is not in it."""
        huey = current_app.extensions.get("huey")
        waiting = huey.pending() if huey is not None else []
        return {tuple(one.args) for one in waiting if one.name == self.name}


def job(function: Callable[..., None]) -> Job:
    """Make a function a job."""
    made = Job(function)
    _jobs[made.name] = made
    return made


def nudge(name: str, *values: Any) -> None:
    """Queue a job of a later room by its name, such as `library.drain_outbox`.

    It is a hint only: what the job would do is found by its room's `@every_minute` as well.
    """
    if (found := _named(name)) is not None:
        found.later(*values)


def nudge_soon(name: str, *values: Any) -> None:
    """Queue a job by its name, from a page that only reads; see `Job.soon`."""
    if (found := _named(name)) is not None:
        found.soon(*values)


def _named(name: str) -> Job | None:
    room, _dot, function = name.partition(".")
    return _jobs.get(f"publisher.{room}.tasks.{function}")


def every_minute(function: Callable[[], None]) -> Callable[[], None]:
    """Let the worker call a function each minute, to take up what was left undone."""
    _tending.append(function)
    return function


def init_jobs(app: Flask, settings: Settings, *, at_once: bool = False) -> None:
    """Bind the queue to the application; `at_once` does each job in place, for tests."""
    if at_once:
        app.extensions["jobs"] = None
        return
    huey = SqliteHuey("jianbao", filename=str(settings.jobs_path), fsync=True)
    app.extensions["huey"] = huey
    app.extensions["jobs"] = {
        made.name: huey.task(name=made.name)(_in_app(app, made)) for made in _jobs.values()
    }
    huey.periodic_task(crontab(minute="*"), name="tend")(lambda: tend(app))


def _in_app(app: Flask, made: Job) -> Callable[..., None]:
    def run(*values: Any) -> None:
        _run(app, made, *values)

    return run


def _run(app: Flask, made: Job, *values: Any) -> None:
    with app.app_context():
        made(*values)


def _this_app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001


def tend(app: Flask) -> None:
    """Take up whatever was left undone in any room; one room's fault does not stop the next."""
    for waiting, values in app.extensions.pop("jobs_soon", []):
        _run(app, waiting, *values)
    for function in _tending:
        try:
            with app.app_context(), writing():
                function()
        except Exception:
            logger.exception("Tending by %s failed", function.__qualname__)


def consumer(app: Flask) -> Consumer:
    """The worker that does the queued jobs, one at a time, until it is told to stop."""
    huey = app.extensions["huey"]
    return huey.create_consumer(workers=1, periodic=True, initial_delay=0.05, max_delay=0.5)
