"""In this file a higher office's use of an item is kept, and what its leader wrote on it.

A higher office (上级) prints an item of ours in a publication of its own, and a leader there writes
on it. That leader has no account here: the officer enters the words from the paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from flask_babel import gettext as _

from publisher import history
from publisher.attachments.model import Attachment
from publisher.editing.model import Item
from publisher.errors import InputRefused, NotAllowed
from publisher.instructions import actions
from publisher.instructions.actions import Leader, Words
from publisher.instructions.model import UNNOTED, Instruction, Paper, PaperKind
from publisher.issues.model import Issue
from publisher.people.model import Level, Person
from publisher.people.permission import Permission


def adopt(
    *,
    title: str,
    office: str,
    publication: str,
    number: str,
    dated_on: date | None,
    level: Level,
    item: Item | None,
    by: Person,
    at: datetime,
    form_key: str | None = None,
) -> Paper:
    """Note that a higher office printed an item of ours (上级采用)."""
    if dated_on is not None and dated_on > at.date():
        raise InputRefused(_("采用日期不能晚于今天。"), field="dated_on")
    made = Paper(
        kind=PaperKind.ADOPTED,
        title=title.strip() or (item.title if item else ""),
        office=office.strip(),
        publication=publication.strip().strip("《》"),
        number=number.strip(),
        dated_on=dated_on,
        level=level,
        item=item,
        kept_by=by,
        kept_at=at,
        form_key=form_key,
    )
    if not made.title:
        raise InputRefused(_("请选择被采用的稿件，或者填写刊出的标题。"), field="title")
    made.kept_by_id = by.id
    history.record(made, "note_adoption", by=by, at=at, paper=made.name)
    return made


def set_level(paper: Paper, level: Level, *, by: Person, at: datetime) -> None:
    """Note of which level the office is, or put it right; by who keeps the register only."""
    if not by.may(Permission.Instructions.REGISTER):
        raise NotAllowed
    former = paper.level.source_word if paper.level else UNNOTED
    paper.level = level
    history.record(
        paper, "set_adoption_level", by=by, at=at, former=former, level=level.source_word
    )


def write_on(
    paper: Paper,
    words: Words,
    *,
    leader: Leader,
    issue: Issue | None,
    by: Person,
    at: datetime,
    files: Iterable[Attachment] = (),
    form_key: str | None = None,
) -> Instruction:
    """Enter what a leader of a higher office wrote on a paper; by who keeps the register only.

    `issue` is the one of ours that printed the item, where one did. Raises as `actions.write` does.
    """
    if not by.may(Permission.Instructions.REGISTER):
        raise NotAllowed
    if not leader.name.strip() or not leader.post.strip():
        raise InputRefused(_("请填写批示领导的姓名和职务。"), field="leader_name")
    if paper.dated_on is not None and words.written_on < paper.dated_on:
        raise InputRefused(_("批示日期不能早于上级刊出的日期。"), field="written_on")
    return actions.written(
        words,
        leader=leader,
        issue=issue,
        paper=paper,
        tokens=(*actions.OFFICE, f"person:{by.id}"),
        by=by,
        at=at,
        files=files,
        form_key=form_key,
    )
