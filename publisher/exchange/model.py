"""In this file we name what was taken over from another instance, and the papers that came too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base
from publisher.issues.model import Issue
from publisher.people.model import Person


class TakenOver(Base):
    """One object of the archive that came from another instance."""

    __tablename__ = "taken_over"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    object_id: Mapped[str] = mapped_column(String(120), unique=True)
    office: Mapped[str] = mapped_column(String(200))
    """The office that handed it over, as it calls itself."""
    inventory: Mapped[str] = mapped_column(String(128))
    """The digest of the object's inventory as it came."""
    papers_version: Mapped[int | None] = mapped_column(default=None)
    """The version whose papers came with it; none where nothing was written on it."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    by: Mapped[Person] = relationship(lazy="joined")
    at: Mapped[datetime]


class PastPaper(Base):
    """An instruction, a case or a report of another instance, as its archive tells of it."""

    __tablename__ = "past_paper"
    __table_args__ = (UniqueConstraint("object_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    object_id: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(200))
    """Where its record lies in the object."""
    kind: Mapped[str] = mapped_column(String(20))
    """instruction, case or report."""
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    issue: Mapped[Issue] = relationship(lazy="joined")
