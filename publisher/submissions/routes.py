"""In this file are the doors of this room: send an item in, see what became of it."""

from __future__ import annotations

import io

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Redirect

from publisher import clock
from publisher.attachments import actions as attachments
from publisher.attachments.answers import send
from publisher.attachments.model import Attachment
from publisher.calls import queries as calls
from publisher.calls.model import Call
from publisher.database import db
from publisher.errors import InputRefused, NotAllowed
from publisher.people.guard import allowed, current_person
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.serials import queries as serials
from publisher.settings import settings
from publisher.submissions import actions, queries
from publisher.submissions.forms import SubmissionForm
from publisher.submissions.model import Kind, Stage, State, Submission

bp = Blueprint("submissions", __name__, url_prefix="/submissions")

MEGABYTE = 1024 * 1024
SEES = (
    Permission.Submissions.SUBMIT,
    Permission.Submissions.SEE_ALL,
    Permission.Submissions.SEE_OWN_UNIT,
)


@bp.get("")
@allowed(Permission.Submissions.SUBMIT, Permission.Submissions.SEE_OWN_UNIT)
def mine() -> str:
    """What I have sent in, and what became of it."""
    state = State(request.args["state"]) if request.args.get("state") in set(State) else None
    page = queries.own(current_person(), state=state, page=request.args.get("page", 1, type=int))
    return render_template("submissions/mine.html", page=page, state=state, states=list(State))


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.Submissions.SUBMIT)
def new() -> str | Redirect | tuple[str, int]:
    """Send an item in."""
    person = current_person()
    form = _form(person)
    if not form.is_submitted():
        form.drafter.data = person.name
        form.signer_phone.data = person.phone
        form.call_id.data = request.args.get("call", "")
        form.follows.data = request.args.get("follows", "")
        if form.follows.data:
            form.kind.data, form.stage.data = Kind.EMERGENCY.value, Stage.FOLLOWON.value
    return _take(form, person, returned=None)


@bp.route("/<int:number>/again", methods=["GET", "POST"])
@allowed(Permission.Submissions.SUBMIT)
def again(number: int) -> str | Redirect | tuple[str, int]:
    """Send a better version of what was returned."""
    person = current_person()
    returned = queries.submission(number, person=person)
    if not _is_of(returned, person):
        raise NotAllowed
    form = _form(person)
    if not form.is_submitted():
        actions.check_is_returned(returned)
        _fill(form, returned)
    return _take(form, person, returned=returned)


@bp.get("/<int:number>")
@allowed(*SEES)
def show(number: int) -> str:
    """One submission: the receipt, the text as received, and what became of it."""
    submission = queries.submission(number, person=current_person())
    return render_template(
        "submissions/show.html",
        submission=submission,
        versions=queries.versions_of(submission),
        reports=queries.reports_of_event(submission) if submission.stage else [],
        missing=actions.missing_elements(submission),
        may_answer=_may_answer(submission),
    )


@bp.get("/<int:number>/files/<int:file_number>")
@allowed(*SEES, Permission.Items.SEE)
def file(number: int, file_number: int) -> Response:
    """A photo or file of a submission."""
    submission = queries.submission(number, person=current_person())
    found = queries.file_of(submission, file_number)
    return send(
        found.attachment, inline="inline" in request.args, fitting="fitting" in request.args
    )


def _may_answer(submission: Submission) -> bool:
    return submission.state == State.RETURNED and _is_of(submission, current_person())


def _is_of(submission: Submission, person: Person) -> bool:
    """Whether a person or the person's unit has sent it in."""
    return submission.submitted_by_id == person.id or submission.unit_id == person.unit_id


def _form(person: Person) -> SubmissionForm:
    form = SubmissionForm()
    form.offer(
        [(str(serial.id), _("《%(name)s》", name=serial.name)) for serial in serials.active()],
        [
            (str(report.id), f"{report.stage_word}　{report.title}")
            for report in queries.earlier_reports(person)
        ],
        longest=settings().body_characters,
    )
    form.key()
    return form


def _fill(form: SubmissionForm, returned: Submission) -> None:
    for name in ("title", "body", "source", "event_at", "drafter", "unit_signer", "signer_phone"):
        getattr(form, name).data = getattr(returned, name)
    form.kind.data = returned.kind.value
    form.proposed_serial.data = str(returned.proposed_serial_id or "")


def _take(
    form: SubmissionForm, person: Person, *, returned: Submission | None
) -> str | Redirect | tuple[str, int]:
    """Take what the form brings, or show it (again) with what was typed."""
    if form.is_submitted() and form.validate():
        if (sent := queries.already_sent(person, form.key())) is not None:
            return redirect(url_for(".show", number=sent.id))
        try:
            submission = _send(form, person, returned)
        except InputRefused as error:
            field = getattr(form, error.field, form.title)
            field.errors = [error.sentence]
        except IntegrityError:
            # The same form arrived twice at the same moment; the other one was taken.
            db.session.rollback()
            if (sent := queries.already_sent(person, form.key())) is None:
                raise
            return redirect(url_for(".show", number=sent.id))
        else:
            flash(_("已报送，回执编号 %(n)s。", n=submission.id), "success")
            return redirect(url_for(".show", number=submission.id))
    call = _asked(form, person)
    page = render_template("submissions/new.html", form=form, returned=returned, call=call)
    return (page, 422) if form.is_submitted() else page


def _send(form: SubmissionForm, person: Person, returned: Submission | None) -> Submission:
    at = clock.now()
    draft = _draft(form, person)
    kept = keep_uploads(form.files.data, form.captions.data or "", by=person)
    if not kept and returned is not None:
        kept = [file.attachment for file in returned.files]
    if returned is None:
        submission = actions.submit(draft, by=person, at=at, files=kept, form_key=form.key())
    else:
        submission = actions.resubmit(
            returned, draft, by=person, at=at, files=kept, form_key=form.key()
        )
    db.session.add(submission)
    db.session.commit()
    return submission


def keep_uploads(
    uploads: list[FileStorage] | None, captions: str, *, by: Person
) -> list[Attachment]:
    """Keep the files that were really chosen, photos with their captions line by line.

    Raises `InputRefused` where together they are larger than what one form may bring.
    """
    lines = captions.splitlines()
    chosen = [upload for upload in uploads or [] if upload and upload.filename]
    most = settings().upload_megabytes
    total = sum(upload.stream.seek(0, io.SEEK_END) for upload in chosen)
    for upload in chosen:
        upload.stream.seek(0)
    if total > most * MEGABYTE:
        raise InputRefused(
            _(
                "所选文件合计%(total)s MB，一次最多%(most)s MB，没有收。请把照片缩小，"
                "或分次上传，重新选择文件；已填写的内容都还在。",
                total=f"{total / MEGABYTE:.1f}",
                most=most,
            ),
            field="files",
        )
    return [
        attachments.keep_file(
            upload,
            folder=settings().files_path,
            by=by,
            at=clock.now(),
            caption=lines[place] if place < len(lines) else "",
        )
        for place, upload in enumerate(chosen)
    ]


def _draft(form: SubmissionForm, person: Person) -> actions.Draft:
    wanted = form.proposed_serial.data
    follows = form.follows.data
    event_at = form.event_at.data
    call = _asked(form, person)
    return actions.Draft(
        title=form.title.data or "",
        body=(form.body.data or "").replace("\r\n", "\n"),
        kind=Kind(form.kind.data),
        source=form.source.data or "",
        event_at=event_at.replace(tzinfo=clock.OFFICE_ZONE) if event_at else None,
        drafter=form.drafter.data or "",
        unit_signer=form.unit_signer.data or "",
        signer_phone=form.signer_phone.data or "",
        proposed_serial=serials.serial(int(wanted)) if wanted else None,
        stage=Stage(form.stage.data) if form.stage.data else None,
        follows=queries.report_of_unit(int(follows), person) if follows else None,
        call_id=call.id if call else None,
    )


def _asked(form: SubmissionForm, person: Person) -> Call | None:
    """The call a form answers; raises `NotFound` for one the person may not know of."""
    number = form.call_id.data or ""
    return calls.call_for(int(number), person) if number.isdecimal() else None
