"""In this file we name what researchers keep: searches, collections, synonyms, programs' keys."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base
from publisher.people.model import Person


class Synonyms(Base):
    """Names of the same thing: whoever searches for one of them finds all."""

    __tablename__ = "synonyms"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    names: Mapped[str] = mapped_column(Text)
    """One name a line, the full one first: 省政府办公厅, 省府办."""
    changed_at: Mapped[datetime]

    @property
    def all_names(self) -> list[str]:
        """The names, as they stand."""
        return self.names.split("\n")


class SavedSearch(Base):
    """A search somebody keeps, and which of what it finds the person has not seen yet."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    person: Mapped[Person] = relationship(lazy="joined")
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(Text)
    """What is asked for, as the query of the research page's address."""
    alerts: Mapped[bool]
    """Whether the person is told of what comes in."""
    made_at: Mapped[datetime]
    looked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the worker last looked."""
    known: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """Ids of what was found up to now."""
    fresh: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """Ids of what came in since the person last looked."""


class Collection(Base):
    """Records somebody gathered on a matter, with notes; its owner's alone."""

    __tablename__ = "collection"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    person: Mapped[Person] = relationship(lazy="joined")
    name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    about: Mapped[str] = mapped_column(Text, default="")
    entries: Mapped[list[CollectionEntry]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="CollectionEntry.id"
    )


class CollectionEntry(Base):
    """One record of a collection; what it is, the index tells whoever may still see it."""

    __tablename__ = "collection_entry"
    __table_args__ = (UniqueConstraint("collection_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"), init=False, index=True)
    key: Mapped[str] = mapped_column(String(80))
    """The record's id in the index: item:17."""
    added_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")


class ApiToken(Base):
    """A key by which a program reads as the person who made it; only its digest is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    person: Mapped[Person] = relationship(lazy="joined")
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the key."""
    made_at: Mapped[datetime]
    ends_on: Mapped[date]
    """The last day on which it is taken."""
