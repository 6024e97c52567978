"""In this file we name the way of a signed issue into files, archive and index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base, Choice
from publisher.issues.model import Issue
from publisher.people.model import Person
from publisher.states import Stateful
from publisher.words import N_, Worded


class Step(Worded):
    """How far a publication has come; each step may be done again with the same result."""

    QUEUED = "queued", N_("等待制作")
    COMPOSED = "composed", N_("已组版")
    TYPESET = "typeset", N_("已排印")
    DEPOSITED = "deposited", N_("已入库")
    PUBLISHED = "published", N_("已刊发")


class Publication(Stateful, Base):
    """The way of one signed issue to its readers."""

    __tablename__ = "publication"
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        Step.QUEUED: frozenset({Step.COMPOSED}),
        Step.COMPOSED: frozenset({Step.TYPESET}),
        Step.TYPESET: frozenset({Step.DEPOSITED}),
        Step.DEPOSITED: frozenset({Step.PUBLISHED}),
        Step.PUBLISHED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), init=False, unique=True)
    issue: Mapped[Issue] = relationship(lazy="joined")
    state: Mapped[Step] = mapped_column(Choice(Step), default=Step.QUEUED, index=True)
    message: Mapped[str] = mapped_column(String(300), default="")
    """What is being done now, for the progress on the page."""
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    """Why the last try failed, in a sentence; empty when it did not."""
    queued_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    object_id: Mapped[str] = mapped_column(String(120), default="")
    """The archive's name for the issue; one object for all its editions."""
    object_version: Mapped[int | None] = mapped_column(default=None)
    """The version that holds this edition and nothing else."""
    docx_digest: Mapped[str] = mapped_column(String(128), default="")
    pdf_digest: Mapped[str] = mapped_column(String(128), default="")
    pages: Mapped[int | None] = mapped_column(default=None)
    taken_over_from: Mapped[str] = mapped_column(String(200), default="")
    """The office that published it, where it came in from another instance; else empty."""
    article_names: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    """What each article is called here, by what the archived files call it, where it came so."""


class OutboxEntry(Base):
    """A change the index has not seen yet."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(80), index=True)
    """The record to read again: issue:3, item:17, instruction:5, report:9."""
    told_at: Mapped[datetime]


class PaperDue(Base):
    """That something was written on an issue, or a new edition came out: its papers are due."""

    __tablename__ = "paper_due"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(80))
    """What changed: instruction:5, issue:3."""
    told_at: Mapped[datetime] = mapped_column(index=True)


class ArchivedPapers(Base):
    """What stands in the archive beside an edition: the instructions on it and their results."""

    __tablename__ = "archived_papers"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    object_id: Mapped[str] = mapped_column(String(120), unique=True)
    version: Mapped[int]
    """The version of the object that holds them."""
    beside: Mapped[int | None] = mapped_column(default=None)
    """The version of the edition they stand beside; none where they stand alone."""
    digest: Mapped[str] = mapped_column(String(128))
    """Of the edition's version and of each paper's name and content."""
    kept_at: Mapped[datetime]


class ProofState(Worded):
    """How far the pages of an issue in work are made."""

    QUEUED = "queued", N_("等待制作")
    READY = "ready", N_("已生成")
    FAILED = "failed", N_("未能生成")


class Proof(Base):
    """The true pages of an issue as it stood at one moment of the work on it.

    Pages shown beside the work have no ordinal and go when newer ones come; a proof that was pulled
    (一校, 二校) is kept with its source.
    """

    __tablename__ = "proof"
    __table_args__ = (UniqueConstraint("issue_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), init=False, index=True)
    issue: Mapped[Issue] = relationship()
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """Of the content; the same content is not set twice."""
    state: Mapped[ProofState] = mapped_column(Choice(ProofState), default=ProofState.QUEUED)
    pages: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]
    ordinal: Mapped[int | None] = mapped_column(default=None)
    """1 for 一校; none for pages that were only looked at beside the work."""
    pulled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    pulled_by: Mapped[Person | None] = relationship(default=None, lazy="joined")
    pulled_at: Mapped[datetime | None] = mapped_column(default=None)
    source: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None, deferred=True)
    """The issue as it stood, in the JSON form of docs/typeset.md; of a pulled proof alone."""
    made: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None, deferred=True)
    """What was set: the digest of each page's picture, the page each block begins on."""
    cleared_at: Mapped[datetime | None] = mapped_column(default=None)
    """When its page pictures were removed; text, differences and remarks stay."""
    remarks: Mapped[list[Remark]] = relationship(
        default_factory=list,
        back_populates="proof",
        cascade="all, delete-orphan",
        order_by="Remark.page, Remark.id",
    )


class Remark(Base):
    """What somebody wants put right on a pulled proof (校对意见)."""

    __tablename__ = "proof_remark"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    proof_id: Mapped[int] = mapped_column(ForeignKey("proof.id"), init=False, index=True)
    proof: Mapped[Proof] = relationship(back_populates="remarks", init=False)
    page: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    by: Mapped[Person] = relationship(lazy="joined", foreign_keys="Remark.by_id")
    at: Mapped[datetime]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    done_by: Mapped[Person | None] = relationship(
        default=None, lazy="joined", foreign_keys="Remark.done_by_id"
    )
    done_at: Mapped[datetime | None] = mapped_column(default=None)


class Verification(Base):
    """One walk through the whole archive: what was wrong, and what was healed."""

    __tablename__ = "verification"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who asked for it; empty for the night's."""
    begun_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    after: Mapped[str] = mapped_column(String(300), default="")
    """The place of the last object that was verified, to go on behind it."""
    objects: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default_factory=list)
    healed: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The objects that were healed out of the second copy."""
    error: Mapped[str] = mapped_column(Text, default="")
    """Why it could not be carried through."""
    head: Mapped[str] = mapped_column(String(64), default="")
    """One digest over the whole archive, to be written down outside of it."""


class Channel(Worded):
    """How a copy goes to its recipient."""

    BY_HAND = "by_hand", N_("专人送达")
    CONFIDENTIAL = "confidential", N_("机要交换")
    EXCHANGE = "exchange", N_("文件交换")
    NETWORK = "network", N_("内网发送")


class Copy(Base):
    """One numbered copy of a published issue: whose it is, who signed for it, if it is back."""

    __tablename__ = "issue_copy"
    __table_args__ = (UniqueConstraint("issue_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    number: Mapped[int]
    """份号, from 1 within its issue; never given twice."""
    recipient: Mapped[str] = mapped_column(String(120))
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    sent_on: Mapped[date]
    signed_by: Mapped[str] = mapped_column(String(60), default="")
    """Who signed for it."""
    signed_on: Mapped[date | None] = mapped_column(default=None)
    returned_on: Mapped[date | None] = mapped_column(default=None)
    """When it was given back (清退)."""
