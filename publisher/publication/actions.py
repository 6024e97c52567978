"""In this file an issue is announced, put right by a new edition, or withdrawn."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from publisher import history
from publisher.editing.model import State as ItemState
from publisher.errors import InputRefused, StepRefused
from publisher.issues.model import Issue, Placement, State
from publisher.issues.source import articles
from publisher.people.model import Person
from publisher.publication.model import Proof, Publication, Remark, Step
from publisher.submissions.model import State as SubmissionState

CREDITED = frozenset({SubmissionState.ACCEPTED, SubmissionState.MERGED})


def queue(issue: Issue, *, at: datetime) -> Publication:
    """Let a signed issue begin its way to the readers."""
    if issue.state != State.SIGNED:
        raise StepRefused(_("签发以后才能刊发，本期现在是“%(state)s”。", state=issue.state.word))
    publication = Publication(issue=issue, queued_at=at)
    publication.state = Step.QUEUED
    return publication


def queue_entered(issue: Issue, *, at: datetime) -> Publication:
    """Let an old issue begin its way into the archive."""
    if issue.state != State.ENTERED:
        raise StepRefused(_("只有补录的旧刊才能这样入库，本期是“%(s)s”。", s=issue.state.word))
    publication = Publication(issue=issue, queued_at=at)
    publication.state = Step.QUEUED
    return publication


def try_again(publication: Publication, *, by: Person, at: datetime) -> None:
    """Let a publication that failed begin to count its tries anew."""
    if publication.state == Step.PUBLISHED:
        raise StepRefused(_("本期已经刊发。"))
    publication.attempts, publication.error, publication.queued_at = 0, "", at
    history.record(publication.issue, "try_publication_again", by=by, at=at)


def announce(publication: Publication, *, by: history.Actor, at: datetime) -> list[str]:
    """Let everybody know: the issue, its items and submissions have come out.

    Gives the keys of the records that the index has to read again. The edition that this one puts
    right stays and says so.
    """
    issue = publication.issue
    keys = [history.subject_name(issue)]
    if issue.state != State.ENTERED:
        issue.move_to(State.PUBLISHED, act="publish", by=by, at=at, number=issue.number_text)
    for placement in issue.placements:
        item = placement.item
        keys.append(history.subject_name(item))
        if item.state == ItemState.LOCKED:
            item.move_to(ItemState.PUBLISHED, act="publish", by=by, at=at, issue=keys[0])
        for source in item.sources:
            if source.submission.state in CREDITED:
                source.submission.move_to(
                    SubmissionState.ADOPTED, act="adopt", by=by, at=at, issue=keys[0]
                )
    if issue.supersedes is not None:
        issue.supersedes.move_to(State.CORRECTED, act="correct", by=by, at=at, by_edition=keys[0])
        keys.append(history.subject_name(issue.supersedes))
    publication.published_at = at
    publication.message = publication.error = ""
    publication.move_to(Step.PUBLISHED, act="publish", by=by, at=at)
    return keys


def correct(issue: Issue, *, note: str, by: Person, at: datetime) -> Issue:
    """Begin the edition that puts a published issue right, under the same number.

    It starts from the very text that was published; `note` is printed on it.
    """
    if issue.state != State.PUBLISHED:
        raise StepRefused(_("只有已刊发的刊期才能更正，本期是“%(s)s”。", s=issue.state.word))
    edition = Issue(
        serial=issue.serial,
        series=issue.series,
        dated_on=issue.dated_on,
        edition=issue.edition + 1,
        supersedes=issue,
        correction=_note(note),
        editor_note=issue.editor_note,
        urgency=issue.urgency,
        extra_recipients=issue.extra_recipients,
        compiled_by=by,
        made_at=at,
        frozen=copy.deepcopy(issue.frozen),
        frozen_photos=dict(issue.frozen_photos or {}),
        placements=[
            Placement(item=one.item, section=one.section, position=one.position)
            for one in issue.placements
        ],
    )
    history.record(
        edition,
        "begin_correction",
        by=by,
        at=at,
        to_state=State.ARRANGING.value,
        of=history.subject_name(issue),
        note=edition.correction,
    )
    return edition


def revise_note(edition: Issue, *, note: str, by: Person, at: datetime) -> None:
    """Say anew what a correction puts right."""
    _must_be_correction_in_work(edition)
    edition.correction = _note(note)
    history.record(edition, "revise_note", by=by, at=at, note=edition.correction)


def revise_article(
    edition: Issue,
    article_id: str,
    *,
    title: str,
    body: str,
    source_line: str,
    by: Person,
    at: datetime,
) -> bool:
    """Put one article of a correction right; says whether anything changed.

    The item itself stays as it was published: both texts are kept.
    """
    _must_be_correction_in_work(edition)
    if not title.strip() or not body.strip():
        raise InputRefused(_("标题和正文都不能为空。"), field="title")
    source: dict[str, Any] = copy.deepcopy(edition.frozen or {})
    article = next((one for one in articles(source) if one["id"] == article_id), None)
    if article is None:
        raise StepRefused(_("本期没有这篇稿件，请重新打开页面。"))
    revised = {"title": title.strip(), "body": body, "source_line": source_line.strip()}
    if all(article[name] == value for name, value in revised.items()):
        return False
    article.update(revised)
    edition.frozen = source
    history.record(edition, "revise_article", by=by, at=at, article=article_id, title=title.strip())
    return True


def remark(proof: Proof, *, page: int, text: str, by: Person, at: datetime) -> Remark:
    """Note what is to be put right on a page of a pulled proof."""
    if not text.strip():
        raise InputRefused(_("请写明要改什么。"), field="text")
    made = Remark(page=page, text=text.strip(), by=by, at=at)
    proof.remarks.append(made)
    history.record(
        proof.issue, "remark", by=by, at=at, proof=proof.ordinal, page=page, reason=made.text
    )
    return made


def settle(found: Remark, *, done: bool, by: Person, at: datetime) -> None:
    """Say that a remark was seen to, or that it is open again."""
    if done == (found.done_at is not None):
        return
    if done:
        found.done_by, found.done_at = by, at
        history.record(found.proof.issue, "settle_remark", by=by, at=at, reason=found.text)
    else:
        found.done_by, found.done_at = None, None
        history.record(found.proof.issue, "reopen_remark", by=by, at=at, reason=found.text)


def withdraw(
    issue: Issue, *, reason: str, correction: Issue | None, by: Person, at: datetime
) -> list[str]:
    """Take a published issue back from its readers; it keeps its number and stays in the archive.

    `correction` is the edition that puts it right, where there is one; one in work has to be given
    up first. Gives the keys of the records that the index has to read again.
    """
    if not reason.strip():
        raise InputRefused(_("请写明撤回的原因。"), field="reason")
    if correction is not None and correction.state != State.WITHDRAWN:
        raise StepRefused(_("本期的更正正在办理，请先作废更正，再撤回。"))
    issue.withdrawal = reason.strip()
    issue.move_to(State.WITHDRAWN, act="withdraw", by=by, at=at, reason=issue.withdrawal)
    return [
        history.subject_name(issue),
        *(history.subject_name(placement.item) for placement in issue.placements),
    ]


def _note(note: str) -> str:
    if not note.strip():
        raise InputRefused(_("请写明更正了什么，更正说明将印在刊物上。"), field="note")
    return note.strip()


def _must_be_correction_in_work(edition: Issue) -> None:
    if edition.edition == 1 or edition.state != State.ARRANGING:
        raise StepRefused(_("这一期现在不能改，它是“%(state)s”。", state=edition.state.word))
