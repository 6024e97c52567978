"""In this file the worker notes what was searched for, and looks again for those who watch."""

from __future__ import annotations

import logging
from datetime import timedelta

import search
from publisher import clock, history
from publisher.database import db
from publisher.issues.model import Issue
from publisher.jobs import every_minute, job
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.research import actions, queries, searching
from publisher.settings import settings

logger = logging.getLogger(__name__)

AT_ONCE = 200
"""So many watched searches are looked at each minute."""
LOOK_AGAIN_MINUTES = 10
"""A watched search is looked at again after so long."""


@job
def note_search(person_id: int, words: str, total: int) -> None:
    """Tell history what somebody searched for; the worker writes, so that a search only reads."""
    person = db.session.get(Person, person_id)
    if person is None:
        return
    history.record(person, "search", by=person, at=clock.now(), words=words, total=total)
    db.session.commit()


@job
def note_marked(person_id: int, issue_id: int, words: str) -> None:
    """Tell history that somebody looked words up in the PDF of an issue."""
    person, issue = db.session.get(Person, person_id), db.session.get(Issue, issue_id)
    if person is None or issue is None:
        return
    history.record(issue, "look_up", by=person, at=clock.now(), words=words)
    db.session.commit()


@every_minute
def look_again() -> None:
    """Look again what the watched searches find, each as the person who keeps it.

    Where the index is on a cluster that is away, all wait for the next time.
    """
    try:
        _look_again()
    except search.EngineAway as error:
        db.session.rollback()
        logger.warning("Watched searches wait for the search cluster: %s", error.reason)


def _look_again() -> None:
    now = clock.now()
    waiting = queries.searches_to_look_at(now - timedelta(minutes=LOOK_AGAIN_MINUTES), AT_ONCE)
    if not waiting:
        return
    groups = queries.synonym_groups()
    for kept in waiting:
        found = searching.ids_found(
            searching.read_address(kept.address),
            people.access_tokens(kept.person),
            settings(),
            groups,
        )
        actions.look_again(kept, found, at=now)
    db.session.commit()
