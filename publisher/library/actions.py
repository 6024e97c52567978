"""In this file readers mark issues as read, note remarks, show them and answer them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _

from publisher import history
from publisher.errors import InputRefused, StepRefused
from publisher.issues.model import Issue
from publisher.library.anchors import Block, Passage, settled
from publisher.library.model import (
    TYPE_SIZES,
    Annotation,
    AnnotationReader,
    AnnotationState,
    ReadingChoice,
    ReadMark,
)
from publisher.people.model import Person

LONGEST_QUOTE = 5000
KEPT_WHILE_AWAY = timedelta(hours=24)
"""So long a mark or note may wait in the browser for the network and keep its own time."""


def made_at(told: str, now: datetime) -> datetime:
    """When a mark or note was made, where the browser kept it until the network was back.

    `told` is ISO 8601 with a zone; what is not, lies ahead or is too long ago counts as now.
    """
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return now
    if at.tzinfo is None or not now - KEPT_WHILE_AWAY <= at <= now:
        return now
    return at.astimezone(now.tzinfo)


def choose_size(choice: ReadingChoice, size: int) -> None:
    """Read in another size of type from now on; raises `InputRefused` for one there is not."""
    if size not in TYPE_SIZES:
        raise InputRefused(_("没有这个字号。"), field="size")
    choice.type_size = size


def mark_read(issue: Issue, *, by: Person, at: datetime) -> ReadMark:
    """Note that a person has read an issue (圈阅); it is never consent."""
    mark = ReadMark(issue=issue, person=by, at=at)
    history.record(issue, "read", by=by, at=at)
    return mark


def annotate(
    issue: Issue,
    passage: Passage,
    *,
    body: str,
    shown: AnnotationState = AnnotationState.PRIVATE,
    to: Sequence[Person] = (),
    blocks: Sequence[Block] = (),
    by: Person,
    at: datetime,
    form_key: str | None = None,
) -> Annotation:
    """Note a remark on a passage: for oneself, for named people, or for the issue's readers.

    `blocks` are those of the issue; the passage has to stand in them.
    """
    if not passage.quote.strip() or len(passage.quote) > LONGEST_QUOTE:
        raise InputRefused(_("请先在正文中选定一段文字。"), field="quote")
    if blocks:
        found = settled(passage, blocks)
        if found is None:
            raise InputRefused(_("选定的文字不在本期正文中，请重新选定。"), field="quote")
        passage = found
    made = Annotation(
        issue=issue,
        person=by,
        block=passage.block[:80],
        start=max(passage.start, 0),
        quote=passage.quote,
        prefix=passage.prefix[-80:],
        suffix=passage.suffix[:80],
        body=_said(body),
        at=at,
        form_key=form_key,
    )
    made.state = AnnotationState.PRIVATE
    # What a private remark says is nobody's business but its writer's: history keeps the act only.
    history.record(made, "annotate", by=by, at=at, issue=history.subject_name(issue))
    if shown != AnnotationState.PRIVATE:
        show(made, shown, to=to, by=by, at=at)
    return made


def show(
    annotation: Annotation,
    shown: AnnotationState,
    *,
    to: Iterable[Person] = (),
    by: Person,
    at: datetime,
) -> None:
    """Show a remark to named people, to all readers of its issue, or to nobody any more."""
    if annotation.reply_to is not None:
        raise StepRefused(_("回复随所答的批注一起显示。"))
    named = [person for person in dict.fromkeys(to) if person.id != by.id]
    if shown == AnnotationState.NAMED and not named:
        raise InputRefused(_("请选择批注给谁看。"), field="to")
    names = "、".join(person.name for person in named) if shown == AnnotationState.NAMED else ""
    if shown == AnnotationState.PRIVATE:
        annotation.move_to(shown, act="take_back_note", by=by, at=at)
    else:
        annotation.move_to(shown, act="release", by=by, at=at, to=names)
    annotation.readers = (
        [AnnotationReader(person=person) for person in named]
        if shown == AnnotationState.NAMED
        else []
    )


def reply(
    annotation: Annotation, *, body: str, by: Person, at: datetime, form_key: str | None = None
) -> Annotation:
    """Answer a remark; whoever sees the remark sees the answer."""
    root = annotation.reply_to or annotation
    made = Annotation(
        issue=root.issue,
        person=by,
        block=root.block,
        start=root.start,
        quote=root.quote,
        prefix=root.prefix,
        suffix=root.suffix,
        body=_said(body),
        at=at,
        form_key=form_key,
        reply_to=root,
    )
    made.state = AnnotationState.RELEASED
    history.record(made, "reply", by=by, at=at, to=history.subject_name(root))
    return made


def _said(body: str) -> str:
    if not body.strip():
        raise InputRefused(_("请填写批注。"), field="body")
    return body.strip()


def remove(annotation: Annotation, *, by: Person, at: datetime) -> None:
    """Take a remark away."""
    annotation.move_to(AnnotationState.REMOVED, act="remove", by=by, at=at)
