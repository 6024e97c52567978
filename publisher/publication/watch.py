"""In this file the archive is verified in the background, a piece at a time, and healed.

A verification goes through the objects in the order of their places and says after each piece how
far it has come, so that it holds up no publication for long and goes on after a restart. Where the
office keeps a second copy, what is damaged in the archive is healed out of it; the copy itself is
never mended but by the command that says so.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

import archive
from publisher import clock, history
from publisher.config import Settings
from publisher.database import db
from publisher.publication import audit, queries, stores
from publisher.publication.audit import Finding
from publisher.publication.model import Verification

logger = logging.getLogger(__name__)
SYSTEM = history.System()

PIECE = 15.0
"""Seconds of one piece: so long a signed issue may have to wait for the worker."""
NIGHT = range(1, 5)
"""Hours at which a verification begins by itself."""
OFTEN = timedelta(hours=20)
LATE = timedelta(hours=48)
"""A machine that is off at night verifies by day after so long."""


def is_due(at: datetime) -> bool:
    """Whether it is time to verify the archive."""
    if queries.how_many_published() == 0:
        return False
    last = queries.last_verification()
    since = at - last.begun_at if last is not None else OFTEN
    return since >= LATE or (since >= OFTEN and at.hour in NIGHT)


def begin(*, by: history.Actor, at: datetime) -> Verification:
    """A verification that is yet to be added to the session."""
    return Verification(by_id=by.id, begun_at=at)


def go_on(number: int, office: Settings) -> bool:
    """Verify the next objects for a piece; says whether the verification is done."""
    verification = queries.verification(number)
    if verification.ended_at is not None:
        return True
    after = verification.after
    db.session.rollback()
    store, copy = stores.store(office), stores.copy(office)
    found = _Found()
    try:
        done = _piece(store, copy, after, found, time.monotonic() + PIECE)
    except (archive.ArchiveError, OSError) as error:
        logger.exception("The archive cannot be verified")
        found.unreadable, done = str(error), True
    verification = queries.verification(number)
    verification.objects += found.objects
    verification.after = found.after or after
    verification.findings = [*verification.findings, *(one.as_json() for one in found.findings)]
    verification.healed = [*verification.healed, *found.healed]
    verification.error = found.unreadable
    for name in found.healed:
        history.record(verification, "heal_archive", by=SYSTEM, at=clock.now(), object=name)
    if done:
        verification.ended_at = clock.now()
        verification.head = "" if found.unreadable else archive.head(store)
        history.record(
            verification,
            "verify_archive",
            by=SYSTEM,
            at=clock.now(),
            objects=verification.objects,
            faults=len(verification.findings),
            healed=len(verification.healed),
            head=verification.head,
        )
    db.session.commit()
    return done


class _Found:
    """What one piece of a verification found."""

    def __init__(self) -> None:
        self.objects = 0
        self.after = ""
        self.findings: list[Finding] = []
        self.healed: list[str] = []
        self.unreadable = ""


def _piece(
    store: archive.Store, copy: archive.Store | None, after: str, found: _Found, until: float
) -> bool:
    """Verify objects until time is up; says whether the root and the records were reached."""
    known = {store.place_of(name) for name in audit.known_objects()}
    db.session.rollback()
    here = set(store.places())
    there = set(copy.places()) if copy is not None else set()
    for place in sorted(here | (there & known)):
        if place <= after:
            continue
        if time.monotonic() > until:
            return False
        _verify(store, copy, place, found)
        found.objects += 1
        found.after = place
    found.findings += [audit.finding(fault) for fault in archive.verify_root(store)]
    if copy is not None:
        _follow(store, copy)
        found.findings += [
            audit.finding(fault, in_copy=True) for fault in archive.verify_root(copy)
        ]
        found.findings += [audit.finding(fault) for fault in archive.compare(store, copy)]
    found.findings += list(audit.against_records(store))
    db.session.rollback()
    return True


def _verify(store: archive.Store, copy: archive.Store | None, place: str, found: _Found) -> None:
    faults = list(archive.verify_object(store, place))
    if copy is not None:
        in_copy = [
            audit.finding(fault, in_copy=True) for fault in archive.verify_object(copy, place)
        ]
        missing = not any(True for _file in copy.shelf.files(place))
        found.findings += [] if missing else in_copy
        if faults and not missing:
            faults = _healed(store, copy, place, faults, found)
    found.findings += [audit.finding(fault) for fault in faults]


def _healed(
    store: archive.Store,
    copy: archive.Store,
    place: str,
    faults: list[archive.Fault],
    found: _Found,
) -> list[archive.Fault]:
    """Heal one object; gives what is still wrong."""
    try:
        healed = archive.heal(store, copy, place, at=clock.now())
    except archive.CopiesDiffer:
        return faults
    if healed.mended or healed.set_aside:
        found.healed.append(healed.object_id)
    return list(healed.faults)


def _follow(store: archive.Store, copy: archive.Store) -> None:
    """Bring the copy what it lacks, as when it could not be reached at a deposit."""
    for name in list(store.objects()):
        try:
            archive.bring_up(store, copy, name)
        except (archive.CopiesDiffer, archive.Damaged) as error:
            # Both are named by what follows: compare and verify.
            logger.warning("%s", error)
