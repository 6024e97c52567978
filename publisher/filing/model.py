"""In this file we name what is filed under an archive number, and packages for the archives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base, Choice
from publisher.issues.model import Issue
from publisher.people.model import Person
from publisher.words import N_, Worded

Series = tuple[str, str]
"""Retention and organ: what files are numbered under in a year."""


class Filed(Base):
    """One object of the archive under its archive number (档号), which never changes."""

    __tablename__ = "filed"
    __table_args__ = (UniqueConstraint("year", "retention", "organ", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    object_id: Mapped[str] = mapped_column(String(120), unique=True)
    """The archive's name of it; all editions of one number are one file (件)."""
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    issue: Mapped[Issue] = relationship(lazy="joined")
    """The edition that was the latest when it was filed."""
    year: Mapped[int] = mapped_column(index=True)
    retention: Mapped[str] = mapped_column(String(10))
    """Y for ever, D30 and D10 for so many years (DA/T 13)."""
    organ: Mapped[str] = mapped_column(String(40))
    """Organ or matter: the serial's code."""
    number: Mapped[int]
    """件号: in the year, under the retention and the organ."""
    archive_number: Mapped[str] = mapped_column(String(120), unique=True)
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    filed_by: Mapped[Person] = relationship(lazy="joined")
    filed_at: Mapped[datetime]


class PackageState(Worded):
    """How far a package is."""

    QUEUED = "queued", N_("等待制作")
    READY = "ready", N_("已生成")
    FAILED = "failed", N_("未能生成")


class Package(Base):
    """A year's files as a package for the archives (移交包)."""

    __tablename__ = "package"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    year: Mapped[int]
    state: Mapped[PackageState] = mapped_column(Choice(PackageState), default=PackageState.QUEUED)
    files: Mapped[int] = mapped_column(default=0)
    """How many issues are in it."""
    size: Mapped[int] = mapped_column(default=0)
    """Bytes."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the ZIP, to be written into the hand-over sheet."""
    error: Mapped[str] = mapped_column(Text, default="")
    with_papers: Mapped[bool] = mapped_column(default=False)
    """Whether instructions and results are in it; then only who may know of them may fetch it."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    by: Mapped[Person] = relationship(lazy="joined")
    at: Mapped[datetime]
