"""In this file the index is kept up with the records, from the outbox, by one writer."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from sqlalchemy import delete, select

import search
from publisher import clock
from publisher.attachments import queries as attachments
from publisher.attachments import reading
from publisher.attachments.actions import path_of
from publisher.attachments.model import AttachmentText
from publisher.database import db
from publisher.faultpoints import reached
from publisher.jobs import every_minute, job
from publisher.library import indexing
from publisher.library.engine import engine_of, place_of
from publisher.publication import outbox
from publisher.publication.model import OutboxEntry
from publisher.settings import settings

logger = logging.getLogger(__name__)

AT_ONCE = 200
"""So many changes are applied in one commit of the index."""
FILES_AT_ONCE = 10
"""So many attached files are read each minute."""


@job
def drain_outbox() -> None:
    """Bring the index up to what has changed; killed anywhere, the same changes come again.

    A record that cannot be read stays in the outbox for the next time and holds up no other. Where
    the index cannot be written to, be its cluster away, its disk full, another writing, or it made
    by an older version, all of them stay for `keep_up`: whatever was done is done all the same.
    """
    try:
        _drain()
    except search.SearchError as error:
        db.session.rollback()
        logger.warning("What changed waits for the search: %s", error)


def _drain() -> None:
    last = 0
    while entries := _next_entries(last):
        last = entries[-1][0]
        changes = _changes(indexing.with_following(key for _number, key in entries))
        # The records are read; the database is free again while the index is written.
        db.session.rollback()
        reached("library.read")
        readable = [change for change in changes.values() if change is not None]
        engine_of(settings()).apply(readable)
        reached("library.indexed")
        done = [number for number, key in entries if changes[key] is not None]
        db.session.execute(delete(OutboxEntry).where(OutboxEntry.id.in_(done)))
        db.session.commit()
        reached("library.told")
        logger.info("Indexed %s records", len(readable))


@every_minute
def keep_up() -> None:
    """Apply what was left undone, and merge small parts of the index while nothing waits.

    An index that is damaged, or was made by an older version, is made anew. What else hinders, as a
    cluster that is away or a disk that is full, is tried again the next time.
    """
    try:
        _keep_up()
    except search.SearchError as error:
        db.session.rollback()
        logger.warning("The search cannot be written to: %s", error)


def _keep_up() -> None:
    try:
        engine = engine_of(settings())
        everything = engine.search(search.parse(""), readers=indexing.OFFICE, per_page=1)
        if not everything.total and next(indexing.keys(), None) is not None:
            raise search.IndexDamaged("索引是空的")  # noqa: TRY301 - somebody deleted it
        _drain()
        engine.tidy()
    except (search.IndexDamaged, search.IndexOutdated):
        logger.exception("The index cannot be used and is made anew")
        db.session.rollback()
        make_anew()


def make_anew() -> int:
    """Build the index out of the records, beside the old one; returns how many there are.

    What changes meanwhile stays in the outbox and is applied after it.
    """
    keys = list(indexing.keys())
    search.rebuild(place_of(settings()), indexing.records(keys))
    drain_outbox()
    return len(keys)


def _next_entries(after: int) -> list[tuple[int, str]]:
    statement = (
        select(OutboxEntry.id, OutboxEntry.key)
        .where(OutboxEntry.id > after)
        .order_by(OutboxEntry.id)
        .limit(AT_ONCE)
    )
    return [(number, key) for number, key in db.session.execute(statement)]


def _changes(keys: Iterable[str]) -> dict[str, search.Change | None]:
    """What the index has to learn; none for a record that cannot be read."""
    wanted = list(keys)
    try:
        found = {record.id: record for record in indexing.records(wanted)}
    except Exception:
        logger.exception("Some records cannot be read for the index; each is read alone")
        return {key: _change(key) for key in wanted}
    return {key: _change_to(key, found.get(key)) for key in wanted}


def _change(key: str) -> search.Change | None:
    try:
        return _change_to(key, indexing.record(key))
    except Exception:
        logger.exception("The record of %s cannot be read for the index", key)
        return None


def _change_to(key: str, found: search.Record | None) -> search.Change:
    return search.Change("put" if found else "remove", key, found)


@every_minute
def read_files() -> None:
    """Read the text of attached files, some at a time, and let the index know of them."""
    waiting = attachments.unread(reading.READ, FILES_AT_ONCE)
    # A file may take its time; the database is free meanwhile.
    db.session.rollback()
    if not waiting:
        return
    read = [_read_file(number, digest, media_type) for number, digest, media_type in waiting]
    for one in read:
        db.session.add(one)
    for key in indexing.keys_of_attachments([one.attachment_id for one in read if one.text]):
        outbox.tell(db.session, key, clock.now())
    db.session.commit()
    drain_outbox()


def _read_file(number: int, digest: str, media_type: str) -> AttachmentText:
    try:
        text = reading.text_of(path_of(digest, settings().files_path), media_type)
    except reading.Unreadable as error:
        return AttachmentText(attachment_id=number, fault=str(error), read_at=clock.now())
    return AttachmentText(attachment_id=number, text=text.strip(), read_at=clock.now())
