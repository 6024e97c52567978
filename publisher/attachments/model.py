"""In this file we name a kept file: what it was called, what it is, and its digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from publisher.database import Base


class Attachment(Base):
    """A file somebody uploaded; its bytes lie in the instance under their SHA-256 digest."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(200))
    """The name it came with, shown and offered for download, never used as a path."""
    media_type: Mapped[str] = mapped_column(String(100))
    """Found from the content, not from the name."""
    size: Mapped[int]
    """Bytes."""
    digest: Mapped[str] = mapped_column(String(64), index=True)
    caption: Mapped[str] = mapped_column(String(300), default="")
    width: Mapped[int | None] = mapped_column(default=None)
    """Pixels; photos only."""
    height: Mapped[int | None] = mapped_column(default=None)
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    kept_at: Mapped[datetime]

    @property
    def is_photo(self) -> bool:
        """Whether it can be printed as a photo."""
        return self.width is not None


class AttachmentText(Base):
    """What a file says, read once by the worker; empty with the reason where it cannot be read."""

    __tablename__ = "attachment_text"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    fault: Mapped[str] = mapped_column(String(200), default="")
    read_at: Mapped[datetime | None] = mapped_column(default=None)
