"""In this file the ledger is kept up: it looks for what earned points and enters it once."""

from __future__ import annotations

from publisher import clock
from publisher.database import db
from publisher.jobs import every_minute, job
from publisher.scores import actions, queries


@job
def post() -> None:
    """Enter whatever has earned points and is not in the ledger yet."""
    rules, at = queries.rules(), clock.now()
    if not rules:
        return
    for earned in (
        *queries.unposted_adoptions(),
        *queries.unposted_higher_adoptions(),
        *queries.unposted_instructions(),
    ):
        db.session.add_all(actions.enter(earned, rules, at=at))
    db.session.commit()


@every_minute
def keep_up() -> None:
    """Post what was left undone."""
    post()
