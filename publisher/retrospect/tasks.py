"""In this file the worker reads old files, one after the other, and finds those left unread."""

from __future__ import annotations

from publisher.database import db
from publisher.jobs import every_minute, job
from publisher.publication import staging
from publisher.retrospect import entering, queries, readings
from publisher.retrospect.model import State
from publisher.settings import settings

AT_ONCE = 3
"""So many are taken up in a minute: reading takes seconds, and a signed issue must not wait."""


@job
def read_old_file(number: int) -> None:
    """Read one old file; of a scan one page, and the next behind whatever waits."""
    if entering.read(number, settings()):
        read_old_file.later(number)


@every_minute
def take_up() -> None:
    """Read the files whose job was lost: with a process that died, or before it was queued."""
    waiting = queries.waiting()
    db.session.rollback()
    queued = read_old_file.queued()
    lost = [one for one in waiting if (one,) not in queued]
    for number in lost[:AT_ONCE]:
        read_old_file(number)


@every_minute
def clear_pages() -> None:
    """Remove the pictures of files that nobody has to look at any more."""
    root = settings().proofs_path
    folders = sorted(root.glob("old-*"))[:50] if root.is_dir() else []
    numbers = [int(one.name[4:]) for one in folders if one.name[4:].isdigit()]
    done = queries.in_states(numbers, {State.DROPPED, State.UNREADABLE}) | queries.archived(numbers)
    db.session.rollback()
    for number in done:
        staging.clear(readings.folder_of(number, settings()))
