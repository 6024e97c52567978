"""In this file we keep the record of who did what to which: append-only rows chained by hash.

Actions call `record(...)`, which needs no session: what they tell waits on the object until the
object belongs to a session, and becomes rows in the very transaction that commits the act. Each
row's hash covers its content and the hash before it, so a changed, removed or inserted row shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, Text, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from publisher.database import Base
from publisher.words import N_

FIRST_HASH = "0" * 64
WALKED_AT_ONCE = 500
CHAIN_LOCK = 20_260_101
"""PostgreSQL's advisory lock by which one transaction at a time extends the chain."""


class HistoryEntry(Base):
    """One act of one person on one thing."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who acted; empty for what the system does by itself."""
    actor: Mapped[str] = mapped_column(String(120))
    """The actor's name at that time."""
    act: Mapped[str] = mapped_column(String(80), index=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)
    """What was acted on, as kind and number: item:17."""
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    @property
    def who(self) -> str:
        """Who acted, as it is shown: the name at that time, or the system."""
        by_itself = self.person_id is None and self.actor == System.name
        return str(_(self.actor)) if by_itself else self.actor

    def content(self) -> str:
        """What the hash covers, the same text for ever."""
        return json.dumps(
            [
                self.id,
                self.at.isoformat(timespec="microseconds"),
                self.person_id,
                self.actor,
                self.act,
                self.subject,
                self.from_state,
                self.to_state,
                self.detail,
                self.previous_hash,
            ],
            ensure_ascii=False,
            sort_keys=True,
        )


class HistoryHead(Base):
    """The last row's number and hash, so that a cut tail shows as well."""

    __tablename__ = "history_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_id: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)


class Actor(Protocol):
    """Whoever can act: a person, or the system."""

    @property
    def id(self) -> int | None:
        """The person's number, none for the system."""

    @property
    def name(self) -> str:
        """The name that is kept."""


@dataclass(frozen=True)
class System:
    """The system acting by itself, in a job or a command."""

    name: str = N_("系统")
    id: int | None = None


@dataclass(frozen=True)
class Act:
    """What an action told, before it becomes a row."""

    subject: Any
    by: Actor
    at: datetime
    act: str
    from_state: str | None
    to_state: str | None
    detail: Mapping[str, Any]


def record(
    subject: Any,
    act: str,
    *,
    by: Actor,
    at: datetime,
    from_state: str | None = None,
    to_state: str | None = None,
    **detail: Any,
) -> None:
    """Tell that `by` did `act` to `subject`; it becomes a row when the act is committed."""
    told = Act(subject, by, at, act, from_state, to_state, detail)
    session = object_session(subject)
    if session is not None:
        session.info.setdefault("acts", []).append(told)
    else:
        subject.__dict__.setdefault("_acts", []).append(told)


def acts_told_on(subject: Any) -> list[Act]:
    """What was told of an object that no session knows yet; for tests of actions alone."""
    return list(subject.__dict__.get("_acts", []))


@event.listens_for(Session, "after_attach")
def _adopt_acts(session: Session, subject: Any) -> None:
    session.info.setdefault("acts", []).extend(subject.__dict__.pop("_acts", []))


@event.listens_for(Session, "before_commit")
def _write_acts(session: Session) -> None:
    acts: list[Act] = session.info.pop("acts", [])
    if not acts:
        return
    session.flush()
    head = _locked_head(session)
    for told in acts:
        entry = HistoryEntry(
            id=head.last_id + 1,
            at=told.at,
            person_id=told.by.id,
            actor=told.by.name,
            act=told.act,
            subject=subject_name(told.subject),
            from_state=told.from_state,
            to_state=told.to_state,
            detail=json.loads(json.dumps(dict(told.detail), ensure_ascii=False, default=str)),
            previous_hash=head.hash,
            hash="",
        )
        entry.hash = _hash(entry)
        session.add(entry)
        head.last_id, head.hash = entry.id, entry.hash
    session.flush()


@event.listens_for(Session, "after_rollback")
def _forget_acts(session: Session) -> None:
    session.info.pop("acts", None)


def _locked_head(session: Session) -> HistoryHead:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    statement = select(HistoryHead).where(HistoryHead.id == 1).with_for_update()
    head = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if head is None:
        head = HistoryHead(id=1, last_id=0, hash=FIRST_HASH)
        session.add(head)
    return head


def subject_name(subject: Any) -> str:
    """The name history gives to a thing: its table and its number, as item:17."""
    return f"{subject.__tablename__}:{subject.id}"


def _hash(entry: HistoryEntry) -> str:
    return hashlib.sha256(entry.content().encode()).hexdigest()


def entries_of(session: Session, subject: str) -> list[HistoryEntry]:
    """Everything that happened to one thing, oldest first."""
    statement = select(HistoryEntry).where(HistoryEntry.subject == subject)
    return list(session.scalars(statement.order_by(HistoryEntry.id)))


def verify(session: Session) -> Iterator[str]:
    """Walk the chain and yield a sentence for each link that does not hold."""
    previous, expected, last_id = FIRST_HASH, 1, 0
    for number, entry in _walk(session):
        if number > expected:
            yield f"第 {expected} 条至第 {number - 1} 条记录缺失。"
        if entry is None:
            yield f"第 {number} 条记录的内容被改动过，已读不出来。"
        else:
            if entry.previous_hash != previous:
                yield f"第 {number} 条记录与前一条不相衔接。"
            if not _holds(entry):
                yield f"第 {number} 条记录的内容被改动过。"
        previous = entry.hash if entry else _kept_hash(session, number)
        expected, last_id = number + 1, number
    head = session.get(HistoryHead, 1)
    if head is None:
        if last_id:
            yield "记录链的末端标记缺失。"
    elif (head.last_id, head.hash) != (last_id, previous):
        yield f"记录链的末端不符：应止于第 {head.last_id} 条，实止于第 {last_id} 条。"


def _holds(entry: HistoryEntry) -> bool:
    try:
        return entry.hash == _hash(entry)
    except (TypeError, ValueError):
        return False


def _kept_hash(session: Session, number: int) -> str:
    return str(session.scalar(select(HistoryEntry.hash).where(HistoryEntry.id == number)))


def _walk(session: Session) -> Iterator[tuple[int, HistoryEntry | None]]:
    """Every row with its number, in order; none in place of a row that cannot be read any more."""
    statement = select(HistoryEntry.id).order_by(HistoryEntry.id)
    numbers = list(session.scalars(statement.limit(WALKED_AT_ONCE)))
    while numbers:
        yield from _rows(session, numbers)
        later = statement.where(HistoryEntry.id > numbers[-1])
        numbers = list(session.scalars(later.limit(WALKED_AT_ONCE)))


def _rows(session: Session, numbers: list[int]) -> list[tuple[int, HistoryEntry | None]]:
    """The rows of these numbers; one that holds no JSON, no date or no text is sought out alone."""
    statement = select(HistoryEntry).where(HistoryEntry.id.in_(numbers))
    statement = statement.execution_options(populate_existing=True)
    try:
        found = {entry.id: entry for entry in session.scalars(statement)}
    except (ValueError, TypeError, DBAPIError):
        if len(numbers) == 1:
            return [(numbers[0], None)]
        middle = len(numbers) // 2
        return _rows(session, numbers[:middle]) + _rows(session, numbers[middle:])
    return [(number, found.get(number)) for number in numbers]


def size_and_head(session: Session) -> tuple[int, str]:
    """How many rows the chain has, and the hash of its last one."""
    head = session.get(HistoryHead, 1)
    return (head.last_id, head.hash) if head else (0, FIRST_HASH)
