"""In this file rooms say how their things are found: each kind's loader gives search records.

The loaders of later rooms are registered here by those rooms; this room indexes issues and items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from layouts import plain_text
from publisher.attachments.model import Attachment, AttachmentText
from publisher.database import db
from publisher.editing.model import Item, ItemFile, ItemSource
from publisher.issues.model import Issue, Placement, State
from publisher.issues.source import articles
from publisher.library.queries import NOTHING, READABLE
from publisher.people.model import Level, Rank, Unit
from publisher.people.permission import PERMISSIONS, Permission
from publisher.publication.model import Publication, Step
from publisher.submissions.model import SubmissionFile
from search import Record
from search.records import Kind

__all__ = [
    "OFFICE",
    "Kind",
    "Loader",
    "Record",
    "findable",
    "findable_files",
    "follows",
    "keys",
    "rank_of",
    "record",
    "records",
    "units_above",
]

Loader = Callable[[Sequence[int]], Iterable[Record]]
Numbers = Callable[[], Iterator[int]]
_loaders: dict[str, tuple[Loader, Numbers]] = {}
_files: dict[str, _Files] = {}
Following = Callable[[Sequence[int]], Iterable[str]]
_following: list[tuple[str, Following]] = []

AT_ONCE = 200
"""So many records are read together."""
OFFICE = frozenset(
    f"role:{role.value}"
    for role, permissions in PERMISSIONS.items()
    if Permission.Publication.WATCH in permissions
)
"""The tokens of those who may read whatever was published."""


def findable(kind: str, numbers: Numbers) -> Callable[[Loader], Loader]:
    """Register how a kind's records are read; `numbers` yields those of all that may be found.

    A loader reads many in a fixed number of queries and leaves out what is not to be found.
    """

    def register(loader: Loader) -> Loader:
        _loaders[kind] = (loader, numbers)
        return loader

    return register


def follows(kind: str) -> Callable[[Following], Following]:
    """Register what is read again whenever a thing of a kind changes: keys by its numbers."""

    def register(following: Following) -> Following:
        _following.append((kind, following))
        return following

    return register


def record(key: str) -> Record | None:
    """The record of a key such as item:17 as it is now, none where it is not to be found."""
    return next(records([key]), None)


def records(keys: Iterable[str]) -> Iterator[Record]:
    """The records of many keys as they are now, those of one kind together."""
    wanted: dict[str, list[int]] = {}
    for key in keys:
        kind, _colon, number = key.partition(":")
        if kind in _loaders and number.isdigit():
            wanted.setdefault(kind, []).append(int(number))
    for kind, numbers in wanted.items():
        loader, _numbers = _loaders[kind]
        for first in range(0, len(numbers), AT_ONCE):
            yield from loader(numbers[first : first + AT_ONCE])


def keys() -> Iterator[str]:
    """The key of every record that may be found."""
    for kind, (_loader, numbers) in _loaders.items():
        yield from (f"{kind}:{number}" for number in numbers())


def units_above() -> dict[int, tuple[str, ...]]:
    """Each unit's own short name and those of the units above it, in one query."""
    statement = select(Unit.id, Unit.short_name, Unit.parent_id)
    units = {number: (name, parent) for number, name, parent in db.session.execute(statement)}
    return {number: tuple(_upwards(number, units)) for number in units}


def _upwards(number: int | None, units: Mapping[int, tuple[str, int | None]]) -> Iterator[str]:
    seen: set[int] = set()
    while number is not None and number in units and number not in seen:
        seen.add(number)
        name, number = units[number]
        yield name


def rank_of(level: Level | None, rank: Rank | None, protocol_order: int) -> int | None:
    """A leader's place among all leaders, 0 the first: by level, rank and protocol."""
    if level is None:
        return None
    deputy = 0 if rank == Rank.MAIN else 1
    return (list(Level).index(level) * 2 + deputy) * 1000 + min(max(protocol_order, 0), 999)


@dataclass(frozen=True)
class _Files:
    """How the files of one kind of record hang on it."""

    owner_kind: str
    hanging: Select[int, int, int, int]
    """Owner, link, attachment and the number the address needs besides."""
    address: Callable[[Record, int, int, int], str]
    readers: frozenset[str] | None


def findable_files(
    kind: str,
    owner_kind: str,
    hanging: Select[int, int, int, int],
    address: Callable[[Record, int, int, int], str],
    *,
    readers: frozenset[str] | None = None,
) -> None:
    """Let the text of files be found beside the records they hang on.

    `hanging` selects owner, link, attachment and one number more; `address` makes the file's
    address of the owner's record and the last three. A file has its owner's readers or those given.
    """
    files = _Files(owner_kind, hanging, address, readers)
    _files[kind] = files
    _owner, link, attachment, _more = hanging.selected_columns

    def numbers() -> Iterator[int]:
        read = hanging.with_only_columns(link).join(
            AttachmentText, AttachmentText.attachment_id == attachment
        )
        yield from db.session.scalars(read.where(AttachmentText.text != "").order_by(link))

    def load(wanted: Sequence[int]) -> Iterator[Record]:
        yield from _file_records(kind, files, wanted)

    _loaders[kind] = (load, numbers)


def _file_records(kind: str, files: _Files, numbers: Sequence[int]) -> Iterator[Record]:
    _owner, link, attachment, _more = files.hanging.selected_columns
    statement = (
        files.hanging.add_columns(Attachment.name, AttachmentText.text)
        .join(Attachment, Attachment.id == attachment)
        .join(AttachmentText, AttachmentText.attachment_id == attachment)
        .where(link.in_(numbers), AttachmentText.text != "")
    )
    rows = db.session.execute(statement).all()
    owners = {
        one.id: one
        for one in records(dict.fromkeys(f"{files.owner_kind}:{row[0]}" for row in rows))
    }
    for owner_number, link_number, attachment_number, more, name, text in rows:
        owner = owners.get(f"{files.owner_kind}:{owner_number}")
        if owner is not None:
            yield Record(
                id=f"{kind}:{link_number}",
                kind="file",
                title=name,
                text=text,
                date=owner.date,
                readers=owner.readers if files.readers is None else files.readers,
                serial=owner.serial,
                number=owner.number,
                total=owner.total,
                year=owner.year,
                number_text=owner.number_text,
                unit=owner.unit,
                units=owner.units,
                about=(owner.id,),
                thread=owner.thread,
                url=files.address(owner, link_number, attachment_number, more),
            )


def with_following(keys: Iterable[str]) -> list[str]:
    """The keys, and those of what changes with what they name: files that hang on it among them."""
    every = list(dict.fromkeys(keys))
    for kind, following in _following:
        if numbers := [int(key.partition(":")[2]) for key in every if key.startswith(f"{kind}:")]:
            every += following(numbers)
    for kind, files in _files.items():
        owner, link, _attachment, _more = files.hanging.selected_columns
        numbers = [
            int(key.partition(":")[2]) for key in every if key.startswith(f"{files.owner_kind}:")
        ]
        if numbers:
            found = db.session.scalars(
                files.hanging.with_only_columns(link).where(owner.in_(numbers))
            )
            every += [f"{kind}:{number}" for number in found]
    return list(dict.fromkeys(every))


def keys_of_attachments(numbers: Sequence[int]) -> list[str]:
    """The keys of the files that these attachments are, wherever they hang."""
    found: list[str] = []
    for kind, files in _files.items():
        _owner, link, attachment, _more = files.hanging.selected_columns
        statement = files.hanging.with_only_columns(link).where(attachment.in_(numbers))
        found += [f"{kind}:{number}" for number in db.session.scalars(statement)]
    return found


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
def issue_records(numbers: Sequence[int]) -> Iterator[Record]:
    """Published issues: their titles, contents and editors' notes."""
    published = select(Publication.issue_id).where(
        Publication.issue_id.in_(numbers), Publication.state == Step.PUBLISHED
    )
    for issue in _issues(published).values():
        printed = issue.frozen or NOTHING
        titles = "\n".join(str(article["title"]) for article in articles(printed))
        yield Record(
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
            urgency=issue.urgency.source_word,
            thread=f"issue:{issue.id}",
            url=f"/library/issues/{issue.id}",
            extra=_edition(issue),
        )


def _issues(wanted: Select[int] | Iterable[int]) -> dict[int, Issue]:
    """Issues with what they print and who may read them, by their numbers."""
    statement = (
        select(Issue)
        .where(Issue.id.in_(wanted))
        .options(undefer(Issue.frozen), selectinload(Issue.readers))
    )
    return {issue.id: issue for issue in db.session.scalars(statement).unique()}


@findable("item", _published_items)
def item_records(numbers: Sequence[int]) -> Iterator[Record]:
    """Published items, each in the words of the latest edition that printed it."""
    latest = _latest_placements(numbers)
    issues = _issues({issue_id for issue_id, _placement in latest})
    statement = (
        select(Placement)
        .where(Placement.id.in_([placement for _issue, placement in latest]))
        .options(
            joinedload(Placement.item).selectinload(Item.sources).joinedload(ItemSource.submission)
        )
    )
    above = units_above()
    for placement in db.session.scalars(statement).unique():
        yield _item_record(placement, issues[placement.issue_id], above)


def _latest_placements(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Issue and placement of the latest printing of each item."""
    statement = (
        select(Placement.item_id, Issue.id, Placement.id)
        .join(Issue, Placement.issue_id == Issue.id)
        .join(Publication, Publication.issue_id == Issue.id)
        .where(Placement.item_id.in_(numbers), Publication.state == Step.PUBLISHED)
        .order_by(Issue.dated_on, Issue.id)
    )
    return list(
        {
            item: (issue, placement) for item, issue, placement in db.session.execute(statement)
        }.values()
    )


def _item_record(
    placement: Placement, issue: Issue, above: Mapping[int, tuple[str, ...]]
) -> Record:
    item, name = placement.item, f"item-{placement.item_id}"
    printed = next(one for one in articles(issue.frozen or NOTHING) if one["id"] == name)
    units = dict.fromkeys(source.submission.unit.short_name for source in item.sources)
    every = chain.from_iterable(above[source.submission.unit_id] for source in item.sources)
    origins = [source.submission.origin for source in item.sources]
    return Record(
        id=f"item:{item.id}",
        kind="item",
        title=str(printed["title"]),
        text="\n".join([*_quoted_in(printed), plain_text(str(printed["body"]))]),
        date=issue.dated_on,
        readers=readers_of(issue),
        serial=issue.serial.name,
        number=issue.number,
        total=issue.total,
        year=issue.year,
        number_text=issue.number_text,
        unit="、".join(units),
        units=tuple(dict.fromkeys(every)),
        tags=tuple(dict.fromkeys(item.tags.split())),
        urgency=issue.urgency.source_word,
        # A result printed again goes on with the story of its case.
        about=tuple(origin for origin in origins if origin.startswith("case:")),
        category=item.kind.source_word,
        section=placement.section,
        state=edition_word(issue),
        thread=f"item:{item.id}",
        url=f"/library/issues/{issue.id}#item-{item.id}",
        extra=_edition(issue),
    )


def _quoted_in(printed: Mapping[str, Any]) -> Iterator[str]:
    """The instructions quoted before an article, which is found by their words too."""
    for one in printed.get("instructions", ()):
        yield f"{one['post']}{one['leader']}：{one['text']}"


def readers_of(issue: Issue) -> frozenset[str]:
    """Who finds what an issue printed; once it is withdrawn, the office alone."""
    if issue.state not in READABLE:
        return OFFICE
    return OFFICE | {reader.token for reader in issue.readers}


def edition_word(issue: Issue) -> str:
    """That an edition was corrected, withdrawn or entered later, for the hit to say so."""
    told = {State.CORRECTED, State.WITHDRAWN, State.ENTERED}
    return issue.state.source_word if issue.state in told else ""


def _edition(issue: Issue) -> dict[str, str]:
    """That an edition corrects an earlier one, for the hit to say so."""
    return {"edition": str(issue.edition)} if issue.edition > 1 else {}


def _holding(permission: str) -> frozenset[str]:
    return frozenset(
        f"role:{role.value}"
        for role, permissions in PERMISSIONS.items()
        if permission in permissions
    )


# What came with a submission was printed only in part; the desk alone reads the rest.
findable_files(
    "submission_file",
    "item",
    select(
        ItemSource.item_id,
        SubmissionFile.id,
        SubmissionFile.attachment_id,
        SubmissionFile.submission_id,
    ).join(SubmissionFile, SubmissionFile.submission_id == ItemSource.submission_id),
    lambda _item, link, _attachment, submission: f"/submissions/{submission}/files/{link}?inline=1",
    readers=_holding(Permission.Submissions.SEE_ALL),
)
findable_files(
    "item_file",
    "item",
    select(ItemFile.item_id, ItemFile.id, ItemFile.attachment_id, ItemFile.item_id.label("more")),
    lambda _item, _link, attachment, item: f"/desk/items/{item}/files/{attachment}",
    readers=_holding(Permission.Items.SEE),
)
