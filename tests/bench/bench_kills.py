"""In this bench publishing and indexing are killed a thousand times; nothing confirmed may be lost.

Run from the checkout: `python -m tests.bench.bench_kills 1000`. One office, issues signed one after
the other; each death is a process of its own, ended at a named point of the way drawn by lot, or by
SIGKILL after a time drawn by lot. The same issue may die many times. One process in three only
keeps the index up, with changes of published items that were committed just before. After each
death the index is opened and asked; after every fiftieth it is held against all records that no
outbox waits for. In the end every issue is carried on, and archive, records, second copy, index,
numbers and history are held against each other.
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
import search
from publisher import clock, create_app, database, faultpoints, history, jobs, migrations
from publisher.config import Settings
from publisher.database import db
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.issues.model import Issue, State
from publisher.library import indexing
from publisher.library import tasks as library
from publisher.people.permission import Role
from publisher.publication import audit, outbox, press, queries, stores, tasks
from publisher.publication.model import OutboxEntry, Publication, Step
from tests import factories
from tests.publisher.publication.dying import leave_to_others
from tests.publisher.publication.presses import fast_set_all
from tests.publisher.publication.test_kills import PUBLISHING

SEED = 20261128
LONGEST = 0.6
"""Seconds within which a process is killed by time."""
INDEXING = ("library.read", "library.indexed", "library.told")
POINTS = (*PUBLISHING, "publication.copied", *INDEXING)
CHANGED = 12
"""So many published items are changed before a process that only keeps the index up."""
HELD_EVERY = 50
"""After so many deaths the index is held against the records."""


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
    """Let processes die; gives how many died where, and how many came through."""
    deaths: Counter[str] = Counter()
    died = 0
    # Made once and bequeathed without a connection: a child has its work to do and nothing else.
    app = create_app(settings, jobs_at_once=True)
    while died < wanted and numbers:
        number = 0 if chance.random() < 1 / 3 else chance.choice(numbers)
        by_time = chance.random() < 0.5
        point = "" if by_time else chance.choice(POINTS if number else INDEXING)
        if not number:
            with app.app_context(), database.writing():
                _change_some(chance)
        child = os.fork()
        if child == 0:
            os.environ[faultpoints.VARIABLE] = point
            with app.app_context(), database.writing():
                if number:
                    tasks.begin(number)
                    library.drain_outbox()
                else:
                    library.keep_up()
            os._exit(0)
        if by_time:
            time.sleep(chance.uniform(0.0, LONGEST))
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        ended = code in {faultpoints.DIED, -signal.SIGKILL}
        what = "publishing" if number else "indexing"
        deaths[(f"{what} by time" if by_time else point) if ended else f"{what} came through"] += 1
        if ended:
            died += 1
            _ask_index(settings)
        elif number and code == 0:
            numbers = [one for one in numbers if one != number]
        assert ended or code == 0, f"a process ended with {code}"
        if died % HELD_EVERY == 0 and ended:
            with app.app_context(), database.writing():
                lost = _lost(settings)
            assert not lost, f"lost to the index: {lost}"
            print(f"{died} deaths", flush=True)
    return deaths


def _change_some(chance: random.Random) -> None:
    """Change published items as an editor does, and note it for the index in the same commit."""
    every = (key.partition(":") for key in list(indexing.keys()))
    published = [int(number) for kind, _colon, number in every if kind == "item"]
    for number in chance.sample(published, min(CHANGED, len(published))):
        item = db.session.get(Item, number)
        assert item is not None
        item.tags = f"标签{chance.randrange(10**9)}"
        outbox.tell(db.session, f"item:{number}", clock.now())
    db.session.commit()
    db.session.close()
    db.engine.dispose()


def _ask_index(settings: Settings) -> None:
    """Open the index as whoever comes next does; it must answer."""
    search.open_engine(settings.index_path).search(search.parse("政务"), readers=indexing.OFFICE)


def _lost(settings: Settings) -> list[str]:
    """Records that the index does not hold as they are, and that no outbox waits for."""
    waiting = set(db.session.scalars(select(OutboxEntry.key)))
    expected = [(record.id, record.digest) for record in indexing.records(indexing.keys())]
    report = search.open_engine(settings.index_path).check(expected)
    db.session.rollback()
    db.engine.dispose()
    wrong = (*report.missing, *report.changed, *report.unexpected)
    return [key for key in wrong if key not in waiting]


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
        library.drain_outbox()
        faults = list(audit.verify(settings))
        published = db.session.scalar(
            select(func.count()).select_from(Publication).where(Publication.state == Step.PUBLISHED)
        )
        left = db.session.scalar(
            select(func.count()).select_from(Issue).where(Issue.state != State.PUBLISHED)
        )
        given = sorted(db.session.scalars(select(Issue.number)))
        through = sum(count for name, count in deaths.items() if name.endswith("through"))
        print(f"deaths: {sum(deaths.values()) - through} {dict(deaths)}")
        print(f"published: {published}, not published: {left}")
        print(f"numbers without gap or double: {given == list(range(1, len(given) + 1))}")
        print(f"faults in archive, copy and records: {len(faults)}")
        waiting = db.session.scalar(select(func.count()).select_from(OutboxEntry))
        print(f"records in the index: {len(list(indexing.keys()))}, waiting for it: {waiting}")
        print(f"records lost to the index: {len(_lost(settings))}")
        print(f"faults in history: {len(list(history.verify(db.session)))}")
        db.session.rollback()
        db.engine.dispose()


if __name__ == "__main__":
    main()
