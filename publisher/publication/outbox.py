"""In this file we note for the index what has changed, in the transaction that changes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from publisher.publication.model import OutboxEntry


def tell(session: Session, key: str, at: datetime) -> None:
    """Note that the record named `key` (issue:3, item:17, …) is to be read again."""
    session.add(OutboxEntry(key=key, told_at=at))
