"""In this file an issue is opened, arranged, sent for signing, signed, taken back and cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from publisher import history
from publisher.editing import actions as desk
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.errors import InputRefused, Overtaken, StepRefused
from publisher.issues.model import Issue, IssueReader, Placement, State, Urgency
from publisher.issues.numbering import Number
from publisher.issues.source import articles, digest_of
from publisher.people.model import Person
from publisher.serials.model import Serial, Series


def open_issue(
    serial: Serial,
    *,
    dated_on: date,
    by: Person,
    at: datetime,
    series: Series = Series.MAIN,
    urgency: Urgency = Urgency.NORMAL,
    extra_recipients: str = "",
) -> Issue:
    """Begin an issue; it has no number until it is signed."""
    if not serial.is_active:
        raise StepRefused(_("《%(name)s》已停刊，不能再编新的一期。", name=serial.name))
    issue = Issue(
        serial=serial,
        series=series,
        dated_on=dated_on,
        urgency=urgency,
        extra_recipients=extra_recipients.strip(),
        compiled_by=by,
        made_at=at,
    )
    history.record(
        issue,
        "open_issue",
        by=by,
        at=at,
        to_state=State.ARRANGING.value,
        serial=serial.code,
        dated_on=dated_on.isoformat(),
    )
    return issue


def describe(
    issue: Issue,
    *,
    dated_on: date,
    urgency: Urgency,
    extra_recipients: str,
    editor_note: str,
    by: Person,
    at: datetime,
) -> None:
    """Set the date, urgency, extra recipients and editor's note of an issue in work."""
    _must_be_in_work(issue)
    if issue.edition == 1:
        # A correction keeps the day of what it puts right, as it keeps the number of that year.
        issue.dated_on = dated_on
    issue.urgency = urgency
    issue.extra_recipients, issue.editor_note = extra_recipients.strip(), editor_note.strip()
    history.record(issue, "describe", by=by, at=at, dated_on=issue.dated_on.isoformat())


def place(issue: Issue, item: Item, *, section: str, by: Person, at: datetime) -> Placement:
    """Put an approved item, or one that stands in the issue already, at the end of a section.

    Raises `StepRefused` for any other item.
    """
    _must_be_arranged_freely(issue)
    if item.serial_id != issue.serial_id:
        raise StepRefused(_("《%(title)s》不是本刊的稿件。", title=item.title))
    last = 1 + max((one.position for one in issue.placements), default=0)
    known = _known_section(issue, section or item.section)
    placement = next((one for one in issue.placements if one.item.id == item.id), None)
    if placement is not None:
        placement.section, placement.position = known, last
        issue.placements.sort(key=lambda one: one.position)
    else:
        item.move_to(ItemState.PLACED, act="place", by=by, at=at, issue=history.subject_name(issue))
        placement = Placement(item=item, section=known, position=last)
        issue.placements.append(placement)
    _note_change(issue)
    return placement


def unplace(issue: Issue, item: Item, *, by: Person, at: datetime) -> None:
    """Take an item out of an issue; it waits in the pool again."""
    _must_be_arranged_freely(issue)
    issue.placements.remove(_placement_of(issue, item.id))
    item.move_to(ItemState.APPROVED, act="unplace", by=by, at=at, issue=history.subject_name(issue))
    _note_change(issue)


def arrange(
    issue: Issue,
    order: Sequence[tuple[str, Sequence[int]]],
    *,
    pool: Mapping[int, Item],
    by: Person,
    at: datetime,
    seen_version: int | None = None,
) -> None:
    """Bring an issue into an order of sections with their items' numbers.

    What the order names for the first time comes from the `pool`; what it no longer names goes
    back there. Raises `Overtaken` where somebody arranged it after the version that `by` had seen.
    """
    _must_be_arranged_freely(issue)
    if seen_version is not None and seen_version != issue.version:
        raise Overtaken(_("另一位同事刚刚调整过本期的编排，请重新打开页面。"))
    wanted = [(section, number) for section, numbers in order for number in numbers]
    if len({number for _section, number in wanted}) != len(wanted):
        raise InputRefused(_("同一篇稿件不能在一期里排两次。"))
    named = {number for _section, number in wanted}
    first = _free_positions(issue, len(wanted))
    for placement in [one for one in issue.placements if one.item.id not in named]:
        unplace(issue, placement.item, by=by, at=at)
    here = {placement.item.id: placement for placement in issue.placements}
    for position, (section, number) in enumerate(wanted, first):
        placement = here.get(number) or _take_from(pool, number, issue, section, by=by, at=at)
        placement.section = _known_section(issue, section)
        placement.position = position
    issue.placements.sort(key=lambda one: one.position)
    _note_change(issue)
    arranged = [[one.section, one.item.id] for one in issue.placements]
    history.record(issue, "arrange", by=by, at=at, order=arranged)


def _take_from(
    pool: Mapping[int, Item], number: int, issue: Issue, section: str, *, by: Person, at: datetime
) -> Placement:
    if number not in pool:
        raise StepRefused(_("有稿件已不在待排版之列，请重新打开页面。"))
    return place(issue, pool[number], section=section, by=by, at=at)


def _free_positions(issue: Issue, count: int) -> int:
    """The first of `count` positions in a row that none holds, also not for a moment.

    The database refuses two placements on one position even while they change places, so each new
    order stands before or behind the former one.
    """
    held = [one.position for one in issue.placements]
    return 1 if not held or min(held) > count else max(held) + 1


def _known_section(issue: Issue, section: str) -> str:
    names = [one.name for one in issue.serial.sections]
    if section in names:
        return section
    if section and section in {one.section for one in issue.placements}:
        return section
    return names[0] if names else ""


def _note_change(issue: Issue) -> None:
    """Let the issue's version count a change of its placements, so that nobody overwrites it."""
    flag_modified(issue, "editor_note")


def step(issue: Issue, item_id: int, *, down: bool, by: Person, at: datetime) -> None:
    """Move an item one place up or down, over the border of its section if it stands there."""
    _must_be_arranged_freely(issue)
    moved = _placement_of(issue, item_id)
    sections: dict[str, list[int]] = {one.name: [] for one in issue.serial.sections}
    for placement in sorted(issue.placements, key=lambda one: one.position):
        sections.setdefault(placement.section, []).append(placement.item.id)
    names, numbers = list(sections), sections[moved.section]
    here, there = numbers.index(item_id), numbers.index(item_id) + (1 if down else -1)
    if 0 <= there < len(numbers):
        numbers[here], numbers[there] = numbers[there], numbers[here]
    else:
        neighbour = names.index(moved.section) + (1 if down else -1)
        if not 0 <= neighbour < len(names):
            return
        numbers.remove(item_id)
        sections[names[neighbour]].insert(0 if down else len(sections[names[neighbour]]), item_id)
    arrange(issue, list(sections.items()), pool={}, by=by, at=at)


def mend(
    issue: Issue,
    item: Item,
    *,
    title: str,
    body: str,
    source_line: str,
    by: Person,
    at: datetime,
    seen_version: int | None = None,
) -> bool:
    """Put a slip of one of its items right while it is in work; says whether anything changed."""
    _must_be_arranged_freely(issue)
    _placement_of(issue, item.id)
    changed = desk.mend(
        item,
        title=title,
        body=body,
        source_line=source_line,
        by=by,
        at=at,
        seen_version=seen_version,
    )
    if changed:
        history.record(
            issue, "mend", by=by, at=at, item=history.subject_name(item), title=item.title
        )
    return changed


def send_for_signing(
    issue: Issue, *, by: Person, at: datetime, confirmed: Sequence[str] = ()
) -> None:
    """Send an issue on its serial's route; `confirmed` are the soft faults it is sent with.

    Raises `StepRefused` for an empty one, and for a correction that puts nothing right.
    """
    must_have_articles(issue)
    before = issue.supersedes
    if before is not None and _prints_the_same(issue, before):
        raise StepRefused(_("更正版与原刊没有差别，请先改正有误之处。"))
    told = {"confirmed": list(confirmed)} if confirmed else {}
    issue.move_to(State.IN_APPROVAL, act="send_for_signing", by=by, at=at, **told)


def _prints_the_same(edition: Issue, before: Issue) -> bool:
    """Whether an edition has the text of the one it should put right."""
    if edition.frozen is None or before.frozen is None:
        return False
    return (
        edition.frozen["sections"] == before.frozen["sections"]
        and edition.editor_note == before.editor_note
        and edition.extra_recipients == before.extra_recipients
        and edition.urgency == before.urgency
    )


def must_have_articles(issue: Issue) -> None:
    """Refuse an issue without a single article."""
    if not issue.placements:
        raise StepRefused(_("本期还没有排入稿件，不能送签。"))


def authors(issue: Issue) -> set[int]:
    """The numbers of those whose work it is: who compiled it and the editors of its items."""
    return {issue.compiled_by_id or issue.compiled_by.id} | {
        placement.item.editor_id for placement in issue.placements
    }


def take_back(issue: Issue, *, act: str, by: Person, at: datetime, reason: str = "") -> None:
    """Bring an issue back to arranging: it was returned, or its compilers recall it."""
    issue.move_to(State.ARRANGING, act=act, by=by, at=at, reason=reason)


def sign(
    issue: Issue,
    *,
    numbered: Number,
    frozen: Mapping[str, Any],
    photos: Mapping[str, str],
    by: Person,
    at: datetime,
) -> None:
    """Give an issue its number and freeze content, readers and items: from here nothing is edited.

    Call it in the transaction that took the number.
    """
    if not any(True for _article in articles(frozen)):
        raise StepRefused(_("本期还没有排入稿件，不能送签。"))
    issue.number, issue.total, issue.year = numbered.number, numbered.total, numbered.year
    issue.frozen, issue.frozen_photos = dict(frozen), dict(photos)
    issue.signed_by, issue.signed_at = by, at
    _freeze_readers(issue)
    for placement in issue.placements:
        if placement.item.state == ItemState.PLACED:
            placement.item.move_to(
                ItemState.LOCKED, act="lock", by=by, at=at, issue=history.subject_name(issue)
            )
    issue.move_to(
        State.SIGNED,
        act="sign",
        by=by,
        at=at,
        number=numbered.number,
        total=numbered.total,
        year=numbered.year,
        edition=issue.edition,
        content=digest_of(frozen, photos),
    )


def _freeze_readers(issue: Issue) -> None:
    """Take over who may read it: the serial's readers, or those of the edition it puts right."""
    source = issue.supersedes.readers if issue.supersedes else issue.serial.readers
    here = {reader.token for reader in issue.readers}
    for token in dict.fromkeys(reader.token for reader in source):
        if token not in here:
            issue.readers.append(IssueReader(token=token))


def cancel(issue: Issue, *, reason: str, by: Person, at: datetime) -> None:
    """Give up an issue that has no number yet; its items wait in the pool again."""
    if not reason.strip():
        raise InputRefused(_("请写明作废的原因。"), field="reason")
    issue.move_to(State.CANCELLED, act="cancel", by=by, at=at, reason=reason.strip())
    for placement in list(issue.placements):
        if placement.item.state == ItemState.PLACED:
            placement.item.move_to(
                ItemState.APPROVED, act="unplace", by=by, at=at, issue=history.subject_name(issue)
            )
        issue.placements.remove(placement)


def _placement_of(issue: Issue, item_id: int) -> Placement:
    for placement in issue.placements:
        if placement.item.id == item_id:
            return placement
    raise StepRefused(_("这篇稿件不在本期里，请重新打开页面。"))


def _must_be_in_work(issue: Issue) -> None:
    if issue.state != State.ARRANGING:
        raise StepRefused(_("本期现在是“%(state)s”，不能再改。", state=issue.state.word))


def _must_be_arranged_freely(issue: Issue) -> None:
    _must_be_in_work(issue)
    if issue.edition > 1:
        raise StepRefused(_("更正版只改正原有稿件，不增减、不换位。"))
