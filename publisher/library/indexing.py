"""In this file rooms say how their things are found: each kind's loader gives a search record.

The loaders of later rooms are registered here by those rooms; this room indexes issues and items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from layouts import plain_text
from publisher.database import db
from publisher.editing.model import Item, ItemSource
from publisher.issues.model import Issue, Placement, State
from publisher.issues.source import articles
from publisher.library.queries import NOTHING, READABLE
from publisher.people.permission import PERMISSIONS, Permission
from publisher.publication.model import Publication, Step
from search import Record

__all__ = ["OFFICE", "Loader", "Record", "findable", "keys", "record"]

Loader = Callable[[int], Record | None]
Numbers = Callable[[], Iterator[int]]
_loaders: dict[str, tuple[Loader, Numbers]] = {}

OFFICE = frozenset(
    f"role:{role.value}"
    for role, permissions in PERMISSIONS.items()
    if Permission.Publication.WATCH in permissions
)
"""The tokens of those who may read whatever was published."""


def findable(kind: str, numbers: Numbers) -> Callable[[Loader], Loader]:
    """Register how a kind's record is read; `numbers` yields those of all that may be found."""

    def register(loader: Loader) -> Loader:
        _loaders[kind] = (loader, numbers)
        return loader

    return register


def record(key: str) -> Record | None:
    """The record of a key such as item:17 as it is now, none where it is not to be found."""
    kind, _colon, number = key.partition(":")
    loader = _loaders.get(kind)
    return loader[0](int(number)) if loader and number.isdigit() else None


def keys() -> Iterator[str]:
    """The key of every record that may be found."""
    for kind, (_loader, numbers) in _loaders.items():
        yield from (f"{kind}:{number}" for number in numbers())


def _published_issues() -> Iterator[int]:
    statement = select(Publication.issue_id).where(Publication.state == Step.PUBLISHED)
    yield from db.session.scalars(statement.order_by(Publication.issue_id))


def _published_items() -> Iterator[int]:
    statement = (
        select(Placement.item_id)
        .join(Publication, Publication.issue_id == Placement.issue_id)
        .where(Publication.state == Step.PUBLISHED)
        .distinct()
    )
    yield from db.session.scalars(statement.order_by(Placement.item_id))


@findable("issue", _published_issues)
def issue_record(number: int) -> Record | None:
    """A published issue: its title, contents and editor's note."""
    statement = (
        select(Publication)
        .where(Publication.issue_id == number, Publication.state == Step.PUBLISHED)
        .options(
            joinedload(Publication.issue).undefer(Issue.frozen),
            joinedload(Publication.issue).selectinload(Issue.readers),
        )
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        return None
    issue = found.issue
    printed = issue.frozen or NOTHING
    titles = "\n".join(str(article["title"]) for article in articles(printed))
    return Record(
        id=f"issue:{issue.id}",
        kind="issue",
        title=f"《{issue.serial.name}》{issue.number_text}",
        text="\n".join(filter(None, (plain_text(issue.editor_note), titles, issue.correction))),
        date=issue.dated_on,
        readers=readers_of(issue),
        serial=issue.serial.name,
        number=issue.number,
        total=issue.total,
        year=issue.year,
        number_text=issue.number_text,
        state=edition_word(issue),
        thread=f"issue:{issue.id}",
        url=f"/library/issues/{issue.id}",
    )


@findable("item", _published_items)
def item_record(number: int) -> Record | None:
    """A published item in the words of the latest edition that printed it."""
    statement = (
        select(Placement, Issue)
        .join(Issue, Placement.issue_id == Issue.id)
        .join(Publication, Publication.issue_id == Issue.id)
        .where(Placement.item_id == number, Publication.state == Step.PUBLISHED)
        .options(
            selectinload(Placement.item)
            .selectinload(Item.sources)
            .joinedload(ItemSource.submission),
            selectinload(Issue.readers),
            undefer(Issue.frozen),
        )
        .order_by(Issue.dated_on.desc(), Issue.id.desc())
        .limit(1)
    )
    row = db.session.execute(statement).unique().first()
    if row is None:
        return None
    placement, issue = row
    item, name = placement.item, f"item-{placement.item_id}"
    printed = next(one for one in articles(issue.frozen or NOTHING) if one["id"] == name)
    units = dict.fromkeys(source.submission.unit.short_name for source in item.sources)
    return Record(
        id=f"item:{item.id}",
        kind="item",
        title=str(printed["title"]),
        text=plain_text(str(printed["body"])),
        date=issue.dated_on,
        readers=readers_of(issue),
        serial=issue.serial.name,
        number=issue.number,
        total=issue.total,
        year=issue.year,
        number_text=issue.number_text,
        unit="、".join(units),
        category=item.kind.source_word,
        section=placement.section,
        state=edition_word(issue),
        thread=f"item:{item.id}",
        url=f"/library/issues/{issue.id}#item-{item.id}",
    )


def readers_of(issue: Issue) -> frozenset[str]:
    """Who finds what an issue printed; once it is withdrawn, the office alone."""
    if issue.state not in READABLE:
        return OFFICE
    return OFFICE | {reader.token for reader in issue.readers}


def edition_word(issue: Issue) -> str:
    """That an edition was corrected or withdrawn, for the hit to say so."""
    return issue.state.source_word if issue.state in {State.CORRECTED, State.WITHDRAWN} else ""
