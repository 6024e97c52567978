"""In this file are the doors of the desk: pool, item, revisions, merge, return, reject."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Redirect

from publisher import clock, history
from publisher.attachments.answers import send
from publisher.database import db
from publisher.editing import actions, queries
from publisher.editing.forms import ItemForm, MergeForm, RejectForm, ReturnForm
from publisher.editing.model import Item, State
from publisher.errors import InputRefused, Overtaken
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.serials import queries as serials
from publisher.serials.model import Serial
from publisher.settings import settings
from publisher.submissions import actions as submissions
from publisher.submissions import queries as received
from publisher.submissions.model import Kind, RejectReason, Submission, quoted
from publisher.submissions.model import State as SubmissionState
from publisher.submissions.routes import keep_uploads

bp = Blueprint("editing", __name__, url_prefix="/desk")


@bp.get("")
@allowed(Permission.Items.EDIT)
def pool() -> str:
    """What came in and waits to be screened."""
    wanted = request.args.get("state", SubmissionState.SUBMITTED.value)
    kind = request.args.get("kind", "")
    state = SubmissionState(wanted) if wanted in set(SubmissionState) else None
    page = received.pool(
        state=state,
        kind=Kind(kind) if kind in set(Kind) else None,
        unit_id=request.args.get("unit", type=int),
        words=request.args.get("words", "").strip(),
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "editing/pool.html",
        page=page,
        state=state,
        states=list(SubmissionState),
        kinds=list(Kind),
        units=people.units(),
        counts=received.count_by_state(current_person()),
    )


@bp.get("/items")
@allowed(Permission.Items.SEE)
def items() -> str:
    """What is on the desk, and what became of it."""
    wanted = request.args.get("state", "")
    mine = request.args.get("mine") == "1"
    state = State(wanted) if wanted in set(State) else None
    page = queries.items(
        state=state,
        editor_id=current_person().id if mine else None,
        serial_id=request.args.get("serial", type=int),
        words=request.args.get("words", "").strip(),
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "editing/items.html",
        page=page,
        state=state,
        states=list(State),
        mine=mine,
        serials=serials.active(),
        counts=queries.count_by_state(),
    )


@bp.get("/submissions/<int:number>")
@allowed(Permission.Items.EDIT)
def screen(number: int) -> str:
    """One submission as it came, and what the desk can do with it."""
    return _screen(number)


def _screen(
    number: int, *, returning: ReturnForm | None = None, rejecting: RejectForm | None = None
) -> str:
    submission = received.submission(number, person=current_person())
    rejecting = rejecting or RejectForm(formdata=None)
    rejecting.offer()
    return render_template(
        "editing/screen.html",
        submission=submission,
        returning=returning or ReturnForm(formdata=None),
        rejecting=rejecting,
        missing=submissions.missing_elements(submission),
        versions=received.versions_of(submission),
        reports=received.reports_of_event(submission) if submission.stage else [],
        items=queries.items_of(number),
        entries=history.entries_of(db.session, f"submission:{number}"),
    )


@bp.post("/submissions/<int:number>/take-up")
@allowed(Permission.Items.EDIT)
def take_up(number: int) -> Redirect:
    """Take a submission onto the desk."""
    submission = received.submission(number, person=current_person())
    item = actions.take_up(submission, by=current_person(), at=clock.now())
    db.session.add(item)
    db.session.commit()
    return redirect(url_for(".item", number=item.id))


@bp.post("/submissions/<int:number>/return")
@allowed(Permission.Items.EDIT)
def return_for_revision(number: int) -> str | Redirect | tuple[str, int]:
    """Give a submission back with the reason."""
    form = ReturnForm()
    if not form.validate():
        return _screen(number, returning=form), 422
    submission = received.submission(number, person=current_person())
    submissions.return_for_revision(
        submission, reason=form.reason.data or "", by=current_person(), at=clock.now()
    )
    db.session.commit()
    flash(_("已退回%(unit)s。", unit=submission.unit.short_name), "success")
    return redirect(url_for(".pool"))


@bp.post("/submissions/<int:number>/reject")
@allowed(Permission.Items.EDIT)
def reject(number: int) -> str | Redirect | tuple[str, int]:
    """Say that a submission is not used, and why."""
    form = RejectForm()
    form.offer()
    if not form.validate():
        return _screen(number, rejecting=form), 422
    submissions.reject(
        received.submission(number, person=current_person()),
        reason=RejectReason(form.reason.data),
        remark=form.remark.data or "",
        by=current_person(),
        at=clock.now(),
    )
    db.session.commit()
    flash(_("已记为不采用。"), "success")
    return redirect(url_for(".pool"))


@bp.post("/submissions/<int:number>/take-back-rejection")
@allowed(Permission.Items.EDIT)
def take_back_rejection(number: int) -> Redirect:
    """Put a rejected submission into the pool again."""
    submission = received.submission(number, person=current_person())
    submissions.take_back_rejection(submission, by=current_person(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".screen", number=number))


@bp.route("/merge", methods=["GET", "POST"])
@allowed(Permission.Items.EDIT)
def merge() -> str | Redirect | tuple[str, int]:
    """Make one item out of several submissions."""
    chosen = _chosen(request.values.getlist("submission", type=int))
    if len(chosen) < 2:
        flash(_("并稿至少要选两件待筛选的来稿。"), "warning")
        return redirect(url_for(".pool"))
    form = MergeForm()
    form.serial.choices = [("", _("未定")), *_serial_choices()]
    form.key()
    if not form.is_submitted():
        form.title.data = chosen[0].title
        form.body.data = "\n\n".join(f"**{one.title}。**{one.body}" for one in chosen)
    elif form.validate():
        wanted = form.serial.data
        item = actions.merge(
            chosen,
            title=form.title.data or "",
            body=(form.body.data or "").replace("\r\n", "\n"),
            serial=serials.serial(int(wanted)) if wanted else None,
            by=current_person(),
            at=clock.now(),
        )
        db.session.add(item)
        db.session.commit()
        return redirect(url_for(".item", number=item.id))
    page = render_template("editing/merge.html", form=form, chosen=chosen)
    return (page, 422) if form.is_submitted() else page


def _chosen(numbers: list[int]) -> list[Submission]:
    found = [received.submission(number, person=current_person()) for number in numbers[:12]]
    return [one for one in found if one.state == SubmissionState.SUBMITTED]


@bp.route("/items/<int:number>", methods=["GET", "POST"])
@allowed(Permission.Items.SEE)
def item(number: int) -> str | Redirect | tuple[str, int]:
    """One item beside its original; saving is a post to the same address."""
    found = queries.item(number)
    form = _item_form(found)
    if request.method == "POST":
        if not current_person().may(Permission.Items.EDIT):
            return _item_page(found, form), 404
        return _save(found, form)
    return _item_page(found, form)


def _item_form(found: Item) -> ItemForm:
    form = ItemForm(obj=None if request.method == "POST" else found)
    chosen = _serial_of(form, found)
    form.offer(
        _serial_choices(),
        [section.name for section in chosen.sections] if chosen else [],
        longest=settings().body_characters,
    )
    form.printed.choices = [(one["origin"], quoted(one)) for one in found.instructions]
    if request.method != "POST":
        form.printed.data = [one["origin"] for one in found.instructions if one["printed"]]
        form.version.data = str(found.version)
        form.serial.data = str(found.serial_id or "")
        form.kind.data = found.kind.value
    return form


def _serial_of(form: ItemForm, found: Item) -> Serial | None:
    if request.method != "POST":
        return found.serial
    wanted = form.serial.data
    return next((one for one in serials.active() if str(one.id) == wanted), None)


def _serial_choices() -> list[tuple[str, str]]:
    return [(str(serial.id), _("《%(name)s》", name=serial.name)) for serial in serials.active()]


def _item_page(found: Item, form: ItemForm, *, overtaken: bool = False) -> str:
    return render_template(
        "editing/item.html",
        item=found,
        form=form,
        overtaken=overtaken,
        differences=queries.differences(form.body.data or "", found.body) if overtaken else [],
        photos=queries.photos(found),
        may_edit=found.state in actions.EDITABLE and current_person().may(Permission.Items.EDIT),
        sections={str(one.id): [s.name for s in one.sections] for one in serials.active()},
        entries=history.entries_of(db.session, f"item:{found.id}"),
    )


def _save(found: Item, form: ItemForm) -> str | Redirect | tuple[str, int]:
    if not form.validate():
        return _item_page(found, form), 422
    try:
        _revise(found, form)
        db.session.commit()
    except (Overtaken, StaleDataError):
        # The page shows both texts and the newer version's number: saving again is a choice.
        db.session.rollback()
        newer = queries.item(found.id)
        form.version.data = str(newer.version)
        return _item_page(newer, form, overtaken=True), 409
    except InputRefused as error:
        db.session.rollback()
        getattr(form, error.field, form.title).errors = [error.sentence]
        return _item_page(queries.item(found.id), form), 422
    flash(_("已保存。"), "success")
    return redirect(url_for(".item", number=found.id))


def _revise(found: Item, form: ItemForm) -> None:
    by, at = current_person(), clock.now()
    actions.revise(
        found,
        title=form.title.data or "",
        body=(form.body.data or "").replace("\r\n", "\n"),
        # Who names another version, or none, is shown the newest before he overwrites it.
        seen_version=found.version if form.version.data == str(found.version) else 0,
        note=form.note.data or "",
        by=by,
        at=at,
    )
    actions.classify(
        found,
        serial=_serial_of(form, found),
        section=form.section.data or "",
        kind=Kind(form.kind.data),
        source_line=form.source_line.data or "",
        tags=form.tags.data or "",
        is_brief=bool(form.is_brief.data),
        by=by,
        at=at,
    )
    actions.choose_instructions(found, form.printed.data or [], by=by, at=at)
    actions.add_files(found, keep_uploads(form.files.data, "", by=by), by=by, at=at)


@bp.get("/items/<int:number>/revisions")
@allowed(Permission.Items.SEE)
def revisions(number: int) -> str:
    """The revisions of an item and the difference between any two."""
    found = queries.item(number)
    last = found.revisions[-1].number
    before = queries.revision(found, request.args.get("before", max(last - 1, 1), type=int))
    after = queries.revision(found, request.args.get("after", last, type=int))
    return render_template(
        "editing/revisions.html",
        item=found,
        before=before,
        after=after,
        titles=queries.differences(before.title, after.title),
        bodies=queries.differences(before.body, after.body),
    )


@bp.get("/items/<int:number>/files/<int:attachment>")
@allowed(Permission.Items.SEE)
def file(number: int, attachment: int) -> Response:
    """A photo or file of an item, by its attachment's number as texts name it."""
    found = queries.attachment_of(queries.item(number), attachment)
    return send(found, inline=True, fitting="fitting" in request.args)


@bp.post("/items/<int:number>/drop")
@allowed(Permission.Items.EDIT)
def drop(number: int) -> Redirect:
    """Take an item off the desk."""
    found = queries.item(number)
    actions.drop(
        found,
        reason=request.form.get("reason", "").strip(),
        by=current_person(),
        at=clock.now(),
    )
    db.session.commit()
    flash(_("已撤下。"), "success")
    return redirect(url_for(".items"))
