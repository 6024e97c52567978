"""In this file we ask about items: the desk's lists, one item with all it needs, differences."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from publisher.attachments.model import Attachment
from publisher.database import db
from publisher.editing.model import Item, ItemSource, Revision, State
from publisher.errors import NotFound
from publisher.paging import Page, page_of
from publisher.submissions.model import Submission


def item(number: int) -> Item:
    """One item with its sources and revisions; raises `NotFound`."""
    statement = (
        select(Item)
        .where(Item.id == number)
        .options(
            selectinload(Item.sources)
            .joinedload(ItemSource.submission)
            .selectinload(Submission.files),
            selectinload(Item.revisions),
            selectinload(Item.files),
        )
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def items(
    *,
    state: State | None = None,
    editor_id: int | None = None,
    serial_id: int | None = None,
    words: str = "",
    page: int = 1,
) -> Page[Item]:
    """The desk's items, the latest first."""
    statement: Select[Item] = select(Item)
    if state is not None:
        statement = statement.where(Item.state == state)
    if editor_id is not None:
        statement = statement.where(Item.editor_id == editor_id)
    if serial_id is not None:
        statement = statement.where(Item.serial_id == serial_id)
    if words:
        statement = statement.where(Item.title.contains(words, autoescape=True))
    return page_of(
        statement,
        Item.id,
        order=(Item.made_at.desc(), Item.id.desc()),
        page=page,
        options=[selectinload(Item.sources)],
    )


def count_by_state() -> dict[State, int]:
    """How many items stand in each state."""
    statement = select(Item.state, func.count()).group_by(Item.state)
    return dict(db.session.execute(statement).all())


def items_of(submission_id: int) -> list[Item]:
    """The items a submission went into."""
    statement = (
        select(Item).join(ItemSource).where(ItemSource.submission_id == submission_id)
    ).order_by(Item.id)
    return list(db.session.scalars(statement).unique())


def revision(item_: Item, number: int) -> Revision:
    """One revision of an item; raises `NotFound`."""
    for found in item_.revisions:
        if found.number == number:
            return found
    raise NotFound


def photos(item_: Item) -> list[Attachment]:
    """Every photo that may be printed in an item: those received and the desk's own."""
    received = [file.attachment for source in item_.sources for file in source.submission.files]
    added = [file.attachment for file in item_.files]
    return [attachment for attachment in (*received, *added) if attachment.is_photo]


def attachment_of(item_: Item, number: int) -> Attachment:
    """A file an item may show, by the attachment's number; raises `NotFound`."""
    received = [file.attachment for source in item_.sources for file in source.submission.files]
    for attachment in (*received, *(file.attachment for file in item_.files)):
        if attachment.id == number:
            return attachment
    raise NotFound


@dataclass(frozen=True)
class Difference:
    """One line of a comparison: pieces of both sides, each with whether it differs."""

    op: str
    left: tuple[tuple[str, bool], ...]
    right: tuple[tuple[str, bool], ...]


def differences(before: str, after: str) -> list[Difference]:
    """Compare two texts line by line, and inside changed lines character by character."""
    left, right = before.splitlines(), after.splitlines()
    rows: list[Difference] = []
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(None, left, right, False).get_opcodes():
        for place in range(max(a2 - a1, b2 - b1)):
            old = left[a1 + place] if a1 + place < a2 else None
            new = right[b1 + place] if b1 + place < b2 else None
            rows.append(difference(op, old, new))
    return rows


def difference(op: str, old: str | None, new: str | None) -> Difference:
    """One line of a comparison: what stands on both sides, marked where it differs."""
    if old is None:
        return Difference("insert", (), ((new or "", True),))
    if new is None:
        return Difference("delete", ((old, True),), ())
    if op == "equal":
        return Difference(op, ((old, False),), ((new, False),))
    pieces = difflib.SequenceMatcher(None, _words(old), _words(new), False)
    old_words, new_words = _words(old), _words(new)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for kind, a1, a2, b1, b2 in pieces.get_opcodes():
        if a2 > a1:
            left.append(("".join(old_words[a1:a2]), kind != "equal"))
        if b2 > b1:
            right.append(("".join(new_words[b1:b2]), kind != "equal"))
    return Difference("replace", tuple(left), tuple(right))


def _words(line: str) -> list[str]:
    """Chinese characters one by one, Latin words and numbers whole."""
    return re.findall(r"[A-Za-z]+|\d+(?:\.\d+)?|.", line)
