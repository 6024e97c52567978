"""In this file we read kept files back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from publisher.attachments.model import Attachment, AttachmentText
from publisher.database import db
from publisher.errors import NotFound


def attachments(numbers: Iterable[int]) -> list[Attachment]:
    """The attachments of those numbers, those that exist, in no promised order."""
    return list(db.session.scalars(select(Attachment).where(Attachment.id.in_(list(numbers)))))


def content(attachment: Attachment, folder: Path) -> bytes:
    """The bytes of a kept file; raises `NotFound` where the disk has lost it."""
    path = folder / attachment.digest[:2] / attachment.digest[2:4] / attachment.digest
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound from error


def unread(media_types: Iterable[str], most: int) -> list[tuple[int, str, str]]:
    """Number, digest and media type of files whose text was never looked at, the latest first."""
    statement = (
        select(Attachment.id, Attachment.digest, Attachment.media_type)
        .outerjoin(AttachmentText, AttachmentText.attachment_id == Attachment.id)
        .where(AttachmentText.attachment_id.is_(None), Attachment.media_type.in_(media_types))
        .order_by(Attachment.id.desc())
        .limit(most)
    )
    return [(number, digest, kind) for number, digest, kind in db.session.execute(statement)]
