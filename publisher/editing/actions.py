"""In this file the desk works: take up, edit, merge, return, send for approval, drop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from publisher import history
from publisher.attachments.model import Attachment
from publisher.editing.model import Item, ItemFile, ItemSource, Revision, State
from publisher.errors import InputRefused, Overtaken, StepRefused
from publisher.people.model import Person
from publisher.serials.model import Serial
from publisher.submissions.model import Kind, Submission
from publisher.submissions.model import State as SubmissionState

EDITABLE = frozenset({State.EDITING})
LONGEST_REASON = 1000


def source_line(submissions: Iterable[Submission]) -> str:
    """Who contributed: 清溪县政府办公室、市水利局供稿, each unit once, in order."""
    names = dict.fromkeys(submission.unit.short_name for submission in submissions)
    return "、".join(names) + "供稿" if names else ""


def take_up(
    submission: Submission,
    *,
    by: Person,
    at: datetime,
    serial: Serial | None = None,
    section: str = "",
) -> Item:
    """Take a submission out of the pool onto the desk; its text is copied, never moved."""
    submission.move_to(SubmissionState.ACCEPTED, act="take_up", by=by, at=at)
    return _make(
        [submission],
        submission.title,
        submission.body,
        submission.kind,
        by=by,
        at=at,
        serial=serial or submission.proposed_serial,
        section=section,
    )


def merge(
    submissions: Sequence[Submission],
    *,
    title: str,
    body: str,
    by: Person,
    at: datetime,
    serial: Serial | None = None,
    section: str = "",
) -> Item:
    """Make one item out of several submissions; each unit stays named and credited (多条合一)."""
    if len(submissions) < 2:
        raise InputRefused(_("并稿至少要选两件来稿。"), field="submissions")
    for submission in submissions:
        submission.move_to(SubmissionState.MERGED, act="merge", by=by, at=at)
    return _make(
        submissions, title, body, Kind.SYNTHESIS, by=by, at=at, serial=serial, section=section
    )


def _make(
    submissions: Sequence[Submission],
    title: str,
    body: str,
    kind: Kind,
    *,
    by: Person,
    at: datetime,
    serial: Serial | None,
    section: str,
) -> Item:
    item = Item(
        title=title.strip(),
        body=body,
        kind=kind,
        source_line=source_line(submissions),
        stage_label=submissions[0].stage_label if len(submissions) == 1 else "",
        instructions=_answered(submissions),
        serial=serial,
        section=section,
        editor=by,
        made_at=at,
        sources=[
            ItemSource(submission=submission, position=position)
            for position, submission in enumerate(submissions, 1)
        ],
        revisions=[Revision(number=1, title=title, body=body, by=by, at=at, note=_("来稿"))],
    )
    item.state = State.EDITING
    history.record(
        item,
        "make_item",
        by=by,
        at=at,
        to_state=State.EDITING.value,
        of=[history.subject_name(submission) for submission in submissions],
    )
    return item


def _answered(
    submissions: Iterable[Submission], known: Iterable[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """The instructions that submissions answer, each once; `known` ones stay as they are."""
    found = {one["origin"]: one for one in known}
    for submission in submissions:
        for one in submission.instructions:
            found.setdefault(one["origin"], one | {"printed": True})
    return list(found.values())


def join(item: Item, submission: Submission, *, by: Person, at: datetime) -> None:
    """Add one more submission to an item on the desk; its unit is credited too."""
    _must_be_editable(item)
    submission.move_to(SubmissionState.MERGED, act="merge", by=by, at=at)
    item.sources.append(ItemSource(submission=submission, position=len(item.sources) + 1))
    item.source_line = source_line(source.submission for source in item.sources)
    item.instructions = _answered([submission], item.instructions)
    history.record(item, "join", by=by, at=at, of=history.subject_name(submission))


def revise(
    item: Item,
    *,
    title: str,
    body: str,
    by: Person,
    at: datetime,
    seen_version: int | None = None,
    note: str = "",
) -> Revision | None:
    """Save a new text of an item; the former stays as a revision.

    Gives None where nothing changed. Raises `Overtaken` where somebody saved after the version
    that `by` had seen, `StepRefused` where the item is no longer on the desk.
    """
    _must_be_editable(item)
    revision = _next_revision(
        item, title=title, body=body, by=by, at=at, seen_version=seen_version, note=note
    )
    if revision is not None:
        history.record(item, "revise", by=by, at=at, revision=revision.number)
    return revision


def mend(
    item: Item,
    *,
    title: str,
    body: str,
    source_line: str,
    by: Person,
    at: datetime,
    seen_version: int | None = None,
) -> bool:
    """Put a slip right while the item stands in an issue in work; says whether anything changed.

    The item keeps its own yes: the issue's route looks at it once more, and the revision says that
    it was made in proof. Raises as `revise` does.
    """
    if item.state != State.PLACED:
        raise StepRefused(_("这篇稿件现在是“%(state)s”，不能修改。", state=item.state.word))
    revision = _next_revision(
        item, title=title, body=body, by=by, at=at, seen_version=seen_version, note=""
    )
    source_line = source_line.strip()
    if revision is None and source_line == item.source_line:
        return False
    item.source_line = source_line
    if revision is not None:
        revision.in_proof = True
    history.record(
        item, "mend", by=by, at=at, revision=revision.number if revision else None, title=item.title
    )
    return True


def _next_revision(
    item: Item,
    *,
    title: str,
    body: str,
    by: Person,
    at: datetime,
    seen_version: int | None,
    note: str,
) -> Revision | None:
    if seen_version is not None and seen_version != item.version:
        raise Overtaken(_("%(name)s刚刚保存过这篇稿件。", name=item.revisions[-1].by.name))
    title = title.strip()
    if not title:
        raise InputRefused(_("请填写标题。"), field="title")
    if (title, body) == (item.title, item.body):
        return None
    item.title, item.body = title, body
    revision = Revision(
        number=item.revisions[-1].number + 1, title=item.title, body=body, by=by, at=at, note=note
    )
    item.revisions.append(revision)
    return revision


def classify(
    item: Item,
    *,
    serial: Serial | None,
    section: str,
    kind: Kind,
    source_line: str,
    tags: str,
    is_brief: bool,
    by: Person,
    at: datetime,
) -> None:
    """Say what an item is and where it is meant to stand."""
    _must_be_editable(item)
    if section and (serial is None or section not in {one.name for one in serial.sections}):
        raise InputRefused(_("所选栏目不属于这个刊物。"), field="section")
    item.serial, item.section, item.kind = serial, section, kind
    item.source_line, item.tags, item.is_brief = source_line.strip(), tags.strip(), is_brief
    history.record(
        item, "classify", by=by, at=at, serial=serial.code if serial else None, section=section
    )


def choose_instructions(item: Item, printed: Iterable[str], *, by: Person, at: datetime) -> None:
    """Say which of the instructions an item answers are printed before it, by their origin."""
    _must_be_editable(item)
    wanted = set(printed)
    chosen = [one | {"printed": one["origin"] in wanted} for one in item.instructions]
    if chosen == item.instructions:
        return
    item.instructions = chosen
    history.record(
        item,
        "choose_instructions",
        by=by,
        at=at,
        printed=[one["origin"] for one in chosen if one["printed"]],
    )


def add_files(item: Item, files: Iterable[Attachment], *, by: Person, at: datetime) -> None:
    """Add photos or files of the desk's own to an item."""
    for attachment in files:
        item.files.append(ItemFile(attachment=attachment))
        history.record(item, "add_file", by=by, at=at, name=attachment.name)


def drop(item: Item, *, reason: str, by: Person, at: datetime) -> None:
    """Take an item off the desk; merged submissions wait in the pool again.

    A submission taken up alone stays with the desk, which may return or reject it.
    """
    if len(reason) > LONGEST_REASON:
        raise InputRefused(_("原因不超过1000字。"), field="reason")
    item.move_to(State.DROPPED, act="drop", by=by, at=at, reason=reason)
    for source in item.sources:
        if source.submission.state == SubmissionState.MERGED:
            source.submission.move_to(
                SubmissionState.SUBMITTED, act="drop", by=by, at=at, reason=reason
            )


def must_be_ready(item: Item) -> None:
    """Refuse to send an item for approval that has no serial or no text."""
    if item.serial is None:
        raise StepRefused(_("请先选定刊物，再送审。"))
    if not item.body.strip():
        raise StepRefused(_("正文为空，不能送审。"))


def authors(item: Item) -> set[int]:
    """The numbers of everyone who wrote in an item."""
    return {revision.by_id or revision.by.id for revision in item.revisions}


def _must_be_editable(item: Item) -> None:
    if item.state not in EDITABLE:
        raise StepRefused(_("这篇稿件现在是“%(state)s”，不能修改。", state=item.state.word))
