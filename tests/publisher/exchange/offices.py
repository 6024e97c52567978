"""In this file tests of the exchange open offices of their own and let archives come in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher import clock, create_app, database
from publisher.config import Settings
from publisher.database import db
from publisher.exchange import arriving, leaving, portable
from publisher.people.permission import Role
from publisher.publication import moving
from tests import factories
from tests.factories import AT

FORM_1 = Path(__file__).parent / "form1"
"""An export as the first form of the program wrote it, kept as data; made by `make_form1.py`."""
NAME, OTHER = "zwxx-2026-001", "zwxx-2026-002"


def taken(path: Path, settings: Settings, by_id: int = 0) -> list[tuple[str, str]]:
    """Take everything over; gives what became of each object."""
    by_id = by_id or factories.person(Role.ARCHIVIST).id
    db.session.rollback()
    with moving.Export(path) as export:
        outcomes = [
            arriving.take_over(place, export, settings, by_id=by_id, at=clock.now())
            for place in portable.records(export)
        ]
    return [(one.object_id, one.state) for one in outcomes]


def left(path: Path, settings: Settings) -> leaving.Left:
    """Export everything, and tell nobody."""
    return leaving.leave(path, settings, at=AT, tell=lambda _done, _of: None)


@contextmanager
def opened(settings: Settings, newest_records: Path) -> Iterator[None]:
    """Another office, with a database of its own."""
    settings.instance.mkdir(exist_ok=True)
    if not (settings.instance / newest_records.name).exists():
        shutil.copyfile(newest_records, settings.instance / newest_records.name)
    app = create_app(settings, jobs_at_once=True)
    with app.app_context(), database.writing():
        engine = db.engine
        yield
        db.session.rollback()
    engine.dispose()
