"""In this file we name what the desk makes of submissions: items, their sources and revisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.attachments.model import Attachment
from publisher.database import Base, Choice
from publisher.people.model import Person
from publisher.serials.model import Serial
from publisher.states import Stateful
from publisher.submissions.model import Kind, Submission
from publisher.words import N_, Worded


class State(Worded):
    """Where an item stands between the pool and the printed page (domain.md 4.5)."""

    EDITING = "editing", N_("编辑中")
    IN_APPROVAL = "in_approval", N_("送审中")
    APPROVED = "approved", N_("待排版")
    PLACED = "placed", N_("已排版")
    LOCKED = "locked", N_("已定版")
    PUBLISHED = "published", N_("已刊发")
    DROPPED = "dropped", N_("已撤下")


class Item(Stateful, Base):
    """One piece of text on its way into an issue, made from one submission or from several."""

    __tablename__ = "item"
    __table_args__ = (
        Index("ix_item_in_state", "state", "made_at"),
        Index("ix_item_of_editor", "editor_id", "state", "made_at"),
        Index("ix_item_of_serial", "serial_id", "state", "made_at"),
    )
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        State.EDITING: frozenset({State.IN_APPROVAL, State.DROPPED}),
        State.IN_APPROVAL: frozenset({State.EDITING, State.APPROVED}),
        State.APPROVED: frozenset({State.EDITING, State.PLACED}),
        State.PLACED: frozenset({State.APPROVED, State.LOCKED}),
        State.LOCKED: frozenset({State.PUBLISHED}),
        State.PUBLISHED: frozenset(),
        State.DROPPED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    """Markdown, as it will be printed."""
    kind: Mapped[Kind] = mapped_column(Choice(Kind))
    source_line: Mapped[str] = mapped_column(String(200), default="")
    """Printed under the text: 清溪县政府办公室供稿."""
    stage_label: Mapped[str] = mapped_column(String(20), default="")
    instructions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default_factory=list)
    """The instructions it answers, as its submissions brought them, and whether each is printed."""
    tags: Mapped[str] = mapped_column(String(200), default="")
    """Words apart by a space: 苗头性 预警性."""
    is_brief: Mapped[bool] = mapped_column(default=False)
    serial_id: Mapped[int | None] = mapped_column(ForeignKey("serial.id"), init=False)
    serial: Mapped[Serial | None] = relationship(default=None, lazy="joined")
    """The serial it is meant for; its route leads the item to a yes."""
    section: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[State] = mapped_column(Choice(State), default=State.EDITING)
    editor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    editor: Mapped[Person] = relationship(lazy="joined")
    """The responsible editor (责任编辑)."""
    made_at: Mapped[datetime] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(init=False)
    """Counts saves; a save of an older version is told about the newer one."""
    sources: Mapped[list[ItemSource]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="ItemSource.position"
    )
    revisions: Mapped[list[Revision]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Revision.number"
    )
    files: Mapped[list[ItemFile]] = relationship(default_factory=list, cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class ItemSource(Base):
    """One submission an item was made from; its unit is credited."""

    __tablename__ = "item_source"
    __table_args__ = (UniqueConstraint("item_id", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), init=False, index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), init=False, index=True)
    submission: Mapped[Submission] = relationship(lazy="joined")
    position: Mapped[int]


class ItemFile(Base):
    """A photo or file the desk added to an item."""

    __tablename__ = "item_file"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), init=False, index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), init=False, index=True)
    attachment: Mapped[Attachment] = relationship(lazy="joined")


class Revision(Base):
    """The text of an item as it stood after one save."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), init=False, index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    by: Mapped[Person] = relationship(lazy="joined")
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(200), default="")
    in_proof: Mapped[bool] = mapped_column(default=False)
    """Made while the item stood in an issue in work, after its own yes (校对改正)."""
