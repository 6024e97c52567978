"""In this file the index is kept up with the records, from the outbox, by one writer."""

from __future__ import annotations

import logging

from sqlalchemy import delete, select

import search
from publisher.database import db
from publisher.jobs import every_minute, job
from publisher.library import indexing
from publisher.publication.model import OutboxEntry
from publisher.settings import settings

logger = logging.getLogger(__name__)

AT_ONCE = 200
"""So many changes are applied in one commit of the index."""


@job
def drain_outbox() -> None:
    """Bring the index up to what has changed; killed anywhere, the same changes come again."""
    while entries := _next_entries():
        numbers = [number for number, _key in entries]
        keys = dict.fromkeys(key for _number, key in entries)
        changes = [_change(key) for key in keys]
        # The records are read; the database is free again while the index is written.
        db.session.rollback()
        search.open_engine(settings().index_path).apply(changes)
        db.session.execute(delete(OutboxEntry).where(OutboxEntry.id.in_(numbers)))
        db.session.commit()
        logger.info("Indexed %s records", len(changes))


@every_minute
def keep_up() -> None:
    """Apply what was left undone, and merge small parts of the index while nothing waits."""
    drain_outbox()
    search.open_engine(settings().index_path).tidy()


def _next_entries() -> list[tuple[int, str]]:
    statement = select(OutboxEntry.id, OutboxEntry.key).order_by(OutboxEntry.id).limit(AT_ONCE)
    return [(number, key) for number, key in db.session.execute(statement)]


def _change(key: str) -> search.Change:
    found = indexing.record(key)
    return search.Change("put" if found else "remove", key, found)
