"""In this file units send items in and the desk says what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from publisher import history
from publisher.attachments.model import Attachment
from publisher.errors import InputRefused, StepRefused
from publisher.people.model import Person, Unit
from publisher.serials.model import Serial
from publisher.submissions.model import (
    Channel,
    Kind,
    RejectReason,
    Stage,
    State,
    Submission,
    SubmissionFile,
)

ELEMENTS = ("source", "event_at", "drafter", "unit_signer", "signer_phone")
"""What a complete submission tells besides title and text (domain.md 10)."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a unit sends: words and circumstances."""

    title: str
    body: str
    kind: Kind
    source: str = ""
    event_at: datetime | None = None
    drafter: str = ""
    unit_signer: str = ""
    signer_phone: str = ""
    proposed_serial: Serial | None = None
    stage: Stage | None = None
    follows: Submission | None = None
    call_id: int | None = None
    instructions: tuple[Mapping[str, str], ...] = ()


def submit(
    draft: Draft,
    *,
    by: Person,
    at: datetime,
    unit: Unit | None = None,
    files: Iterable[Attachment] = (),
    form_key: str | None = None,
    origin: str = "",
    channel: Channel = Channel.SYSTEM,
    imported_as: str | None = None,
) -> Submission:
    """Send an item in; it is kept as received from now on.

    `origin` names what it grew out of as a plain value (case:118). Raises `InputRefused` where a
    report claims to follow one that is not of the same unit's event.
    """
    submission = Submission(
        title=draft.title.strip(),
        body=draft.body,
        kind=draft.kind,
        source=draft.source,
        event_at=draft.event_at,
        drafter=draft.drafter,
        unit_signer=draft.unit_signer,
        signer_phone=draft.signer_phone,
        unit=unit or by.unit,
        submitted_by=by,
        submitted_at=at,
        proposed_serial=draft.proposed_serial,
        channel=channel,
        stage=draft.stage,
        stage_number=stage_number(draft),
        follows=draft.follows,
        call_id=draft.call_id,
        origin=origin,
        instructions=[dict(one) for one in draft.instructions],
        form_key=form_key,
        imported_as=imported_as,
        files=[
            SubmissionFile(attachment=attachment, position=position)
            for position, attachment in enumerate(files, 1)
        ],
    )
    submission.state = State.SUBMITTED
    history.record(submission, "submit", by=by, at=at, to_state=State.SUBMITTED.value)
    return submission


def stage_number(draft: Draft) -> int:
    """Which follow-on report a draft is: one more than the last one before it."""
    if draft.stage is None or draft.stage == Stage.FIRST:
        return 0
    if draft.follows is None:
        raise InputRefused(_("续报、终报须选定所接续的上一次报告。"), field="follows")
    return draft.follows.stage_number + (1 if draft.stage == Stage.FOLLOWON else 0)


def resubmit(
    returned: Submission,
    draft: Draft,
    *,
    by: Person,
    at: datetime,
    files: Iterable[Attachment] = (),
    form_key: str | None = None,
) -> Submission:
    """Send a better version of a returned submission; the returned one stays as it was."""
    check_is_returned(returned)
    better = submit(draft, by=by, at=at, unit=returned.unit, files=files, form_key=form_key)
    better.replaces = returned
    better.follows, better.stage = returned.follows, returned.stage
    better.stage_number, better.origin = returned.stage_number, returned.origin
    better.call_id, better.instructions = returned.call_id, list(returned.instructions)
    returned.move_to(State.RESUBMITTED, act="resubmit", by=by, at=at)
    return better


def check_is_returned(submission: Submission) -> None:
    """Raise `StepRefused` for a submission that does not wait for a better version."""
    if submission.state != State.RETURNED:
        raise StepRefused(_("这件来稿没有被退回，不能重报。"))


def return_for_revision(
    submission: Submission, *, reason: str, by: history.Actor, at: datetime
) -> None:
    """Give a submission back to its unit, saying what is wanting."""
    submission.move_to(State.RETURNED, act="return", by=by, at=at, reason=reason)
    submission.reply = reason


def reject(
    submission: Submission,
    *,
    reason: RejectReason,
    remark: str,
    by: history.Actor,
    at: datetime,
) -> None:
    """Say that a submission is not used, and why."""
    submission.move_to(
        State.REJECTED, act="reject", by=by, at=at, reason=reason.value, remark=remark
    )
    submission.reject_reason, submission.reply = reason, remark


def take_back_rejection(submission: Submission, *, by: history.Actor, at: datetime) -> None:
    """Put a rejected submission into the pool again."""
    submission.move_to(State.SUBMITTED, act="take_back_rejection", by=by, at=at)
    submission.reject_reason, submission.reply = None, ""


def missing_elements(submission: Submission) -> list[str]:
    """The names of what a complete submission would tell and this one does not."""
    return [name for name in ELEMENTS if not getattr(submission, name)]
