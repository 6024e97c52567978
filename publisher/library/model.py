"""In this file we name what readers leave: read marks, annotations and the size of type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base, Choice
from publisher.issues.model import Issue
from publisher.people.model import Person
from publisher.states import Stateful
from publisher.words import N_, Worded

TYPE_SIZES = (85, 100, 115, 130, 150, 175)
"""What a reader chooses from, in percent of the usual size."""


class ReadingChoice(Base):
    """How large a person wants the type; it goes with the person from machine to machine."""

    __tablename__ = "reading_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    type_size: Mapped[int] = mapped_column(default=100)
    """One of `TYPE_SIZES`."""


class ReadMark(Base):
    """A person has read an issue (圈阅); it is never consent (domain.md 1.4)."""

    __tablename__ = "read_mark"
    __table_args__ = (UniqueConstraint("issue_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    issue: Mapped[Issue] = relationship()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    person: Mapped[Person] = relationship(lazy="joined")
    at: Mapped[datetime]


class AnnotationState(Worded):
    """Who sees an annotation."""

    PRIVATE = "private", N_("仅本人可见")
    NAMED = "named", N_("指定人员可见")
    RELEASED = "released", N_("本期读者可见")
    REMOVED = "removed", N_("已删除")


class Annotation(Stateful, Base):
    """A remark on a passage, anchored as the W3C Web Annotation model does: quote and position."""

    __tablename__ = "annotation"
    __table_args__ = (UniqueConstraint("person_id", "form_key"),)
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        AnnotationState.PRIVATE: frozenset(
            {AnnotationState.NAMED, AnnotationState.RELEASED, AnnotationState.REMOVED}
        ),
        AnnotationState.NAMED: frozenset(
            {AnnotationState.PRIVATE, AnnotationState.RELEASED, AnnotationState.REMOVED}
        ),
        AnnotationState.RELEASED: frozenset({AnnotationState.PRIVATE, AnnotationState.REMOVED}),
        AnnotationState.REMOVED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    issue: Mapped[Issue] = relationship()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    person: Mapped[Person] = relationship(lazy="joined")
    block: Mapped[str] = mapped_column(String(80))
    """The block the passage begins in: item-17-p3."""
    start: Mapped[int]
    """Offset of the passage in its block's text, in characters."""
    quote: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(String(80), default="")
    suffix: Mapped[str] = mapped_column(String(80), default="")
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[AnnotationState] = mapped_column(
        Choice(AnnotationState), default=AnnotationState.PRIVATE
    )
    at: Mapped[datetime]
    reply_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("annotation.id"), init=False, index=True
    )
    reply_to: Mapped[Annotation | None] = relationship(
        default=None, remote_side="Annotation.id", foreign_keys="Annotation.reply_to_id"
    )
    """The remark this one answers; whoever sees that one sees this one too."""
    form_key: Mapped[str | None] = mapped_column(String(40), default=None)
    readers: Mapped[list[AnnotationReader]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )
    """Whom a remark for named people is for."""


class AnnotationReader(Base):
    """One of the people a remark is shown to."""

    __tablename__ = "annotation_reader"
    __table_args__ = (UniqueConstraint("annotation_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    annotation_id: Mapped[int] = mapped_column(ForeignKey("annotation.id"), init=False, index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    person: Mapped[Person] = relationship(lazy="joined")
