"""In this file readers mark an issue read and note remarks on its passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from publisher import history
from publisher.errors import InputRefused
from publisher.issues.model import Issue
from publisher.library.model import Annotation, AnnotationState, ReadMark
from publisher.people.model import Person

LONGEST_QUOTE = 5000


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Where a remark stands: block, offset and quote with what is around it (W3C selectors)."""

    block: str
    start: int
    quote: str
    prefix: str = ""
    suffix: str = ""


def mark_read(issue: Issue, *, by: Person, at: datetime) -> ReadMark:
    """Note that a person has read an issue (圈阅); it is never consent."""
    mark = ReadMark(issue=issue, person=by, at=at)
    history.record(issue, "read", by=by, at=at)
    return mark


def annotate(
    issue: Issue, passage: Passage, *, body: str, released: bool, by: Person, at: datetime
) -> Annotation:
    """Note a remark on a passage, for oneself or for all readers of the issue."""
    if not passage.quote.strip() or len(passage.quote) > LONGEST_QUOTE:
        raise InputRefused(_("请先在正文中选定一段文字。"), field="quote")
    if not body.strip():
        raise InputRefused(_("请填写批注。"), field="body")
    made = Annotation(
        issue=issue,
        person=by,
        block=passage.block[:80],
        start=max(passage.start, 0),
        quote=passage.quote,
        prefix=passage.prefix[-80:],
        suffix=passage.suffix[:80],
        body=body.strip(),
        at=at,
    )
    made.state = AnnotationState.RELEASED if released else AnnotationState.PRIVATE
    # What a private remark says is nobody's business but its writer's: history keeps the act only.
    history.record(made, "annotate", by=by, at=at, issue=history.subject_name(issue))
    return made


def release(annotation: Annotation, *, by: Person, at: datetime) -> None:
    """Show a private remark to the readers of its issue."""
    annotation.move_to(AnnotationState.RELEASED, act="release", by=by, at=at)


def remove(annotation: Annotation, *, by: Person, at: datetime) -> None:
    """Take a remark away."""
    annotation.move_to(AnnotationState.REMOVED, act="remove", by=by, at=at)
