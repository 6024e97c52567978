"""In this bench publishing is killed a thousand times, and nothing confirmed may be lost.

Run from the checkout: `python -m tests.bench.bench_kills 1000`. One office, issues signed one after
the other; each death is a process of its own, ended at a named point of the way drawn by lot, or by
SIGKILL after a time drawn by lot. The same issue may die many times. In the end every issue is
carried on, and archive, records, second copy, numbers and history are held against each other.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

import archive
from publisher import create_app, database, faultpoints, history, jobs, migrations
from publisher.config import Settings
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.issues.model import Issue, State
from publisher.people.permission import Role
from publisher.publication import audit, press, queries, stores, tasks
from publisher.publication.model import Publication, Step
from tests import factories
from tests.publisher.publication.dying import leave_to_others
from tests.publisher.publication.presses import fast_set_all
from tests.publisher.publication.test_kills import PUBLISHING

SEED = 20261128
LONGEST = 0.35
"""Seconds within which a process is killed by time."""
POINTS = (*PUBLISHING, "publication.copied")


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    chance = random.Random(SEED)  # noqa: S311 - the same in every run
    press.set_all = fast_set_all
    jobs.nudge = leave_to_others
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as kept:
        instance = Path(kept) / "instance"
        instance.mkdir()
        settings = Settings(
            instance=instance, secret_key="测" * 40, archive_copy=str(Path(kept) / "second")
        )
        numbers = _office(settings, wanted)
        deaths = _die(settings, numbers, wanted, chance)
        _tell(settings, numbers, deaths)
    print(f"seconds: {time.perf_counter() - began:.0f}")


def _office(settings: Settings, wanted: int) -> list[int]:
    """An office with an issue for each second death."""
    app = create_app(settings, jobs_at_once=True)
    with app.app_context(), database.writing():
        migrations.upgrade(db.engine)
        serial = factories.serial("政务信息", code="zwxx")
        editor, director = factories.person(Role.EDITOR), factories.person(Role.DIRECTOR)
        reporter = factories.person(Role.REPORTER)
        numbers = []
        for _number in range(max(wanted // 2, 1)):
            item = factories.item(
                serial_=serial,
                editor=editor,
                state=ItemState.PLACED,
                sources=[factories.submission(by=reporter)],
            )
            numbers.append(
                factories.signed_issue(
                    serial_=serial, items=[item], by=director, compiled_by=editor
                ).id
            )
        db.session.rollback()
        db.engine.dispose()
    return numbers


def _die(
    settings: Settings, numbers: list[int], wanted: int, chance: random.Random
) -> Counter[str]:
    """Let processes die; gives how many died at each point, by time, and how many came through."""
    deaths: Counter[str] = Counter()
    died = 0
    # Made once and bequeathed without a connection: a child has publishing to do and nothing else.
    app = create_app(settings, jobs_at_once=True)
    while died < wanted and numbers:
        number = chance.choice(numbers)
        by_time = chance.random() < 0.5
        point = "" if by_time else chance.choice(POINTS)
        child = os.fork()
        if child == 0:
            os.environ[faultpoints.VARIABLE] = point
            with app.app_context(), database.writing():
                tasks.begin(number)
            os._exit(0)
        if by_time:
            time.sleep(chance.uniform(0.0, LONGEST))
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        ended = code in {faultpoints.DIED, -signal.SIGKILL}
        deaths[("by time" if by_time else point) if ended else "came through"] += 1
        if ended:
            died += 1
        else:
            numbers = [one for one in numbers if one != number]
        if died % 100 == 0 and ended:
            print(f"{died} deaths", flush=True)
    return deaths


def _tell(settings: Settings, numbers: list[int], deaths: Counter[str]) -> None:
    """Carry everything on and hold all against each other."""
    app = create_app(settings, jobs_at_once=True)
    with app.app_context(), database.writing():
        for number in numbers:
            # A publication that was tried so often waits for somebody who asks again.
            found = queries.of_issue(number)
            if found is not None:
                found.attempts = 0
                db.session.commit()
            db.session.rollback()
            tasks.begin(number)
        tasks.take_up()
        store, copy = stores.store(settings), stores.copy(settings)
        assert copy is not None
        for name in list(store.objects()):
            archive.bring_up(store, copy, name)
        faults = list(audit.verify(settings))
        published = db.session.scalar(
            select(func.count()).select_from(Publication).where(Publication.state == Step.PUBLISHED)
        )
        left = db.session.scalar(
            select(func.count()).select_from(Issue).where(Issue.state != State.PUBLISHED)
        )
        given = sorted(db.session.scalars(select(Issue.number)))
        print(f"deaths: {sum(deaths.values()) - deaths['came through']} {dict(deaths)}")
        print(f"published: {published}, not published: {left}")
        print(f"numbers without gap or double: {given == list(range(1, len(given) + 1))}")
        print(f"faults in archive, copy and records: {len(faults)}")
        print(f"faults in history: {len(list(history.verify(db.session)))}")
        db.session.rollback()
        db.engine.dispose()


if __name__ == "__main__":
    main()
