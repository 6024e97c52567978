"""In this file we note for index and archive what changed, in the very transaction of the act."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from publisher.publication.model import OutboxEntry, PaperDue

PAPERS = ("instruction:", "issue:", "adoption:")
"""What the archive keeps of instructions and their results hangs on these."""


def tell(session: Session, key: str, at: datetime) -> None:
    """Note that the record named `key` (issue:3, item:17, …) is to be read again."""
    session.add(OutboxEntry(key=key, told_at=at))
    if key.startswith(PAPERS):
        session.add(PaperDue(key=key, told_at=at))
