"""In this file are the doors of this room: open, arrange, send for signing, sign, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Redirect

from publisher import clock, faultpoints, history, jobs
from publisher.approvals import actions as approvals
from publisher.approvals import queries as routes_to_yes
from publisher.approvals.forms import DecisionForm
from publisher.approvals.model import Approval, ApprovalState
from publisher.attachments.answers import send
from publisher.database import db
from publisher.editing import queries as desk
from publisher.editing.model import Item
from publisher.errors import InputRefused, NotAllowed, NotFound, Overtaken, StepRefused
from publisher.issues import actions, checking, places, queries, signing, told
from publisher.issues.forms import ArticleForm, DetailsForm, IssueForm, ReasonForm
from publisher.issues.model import Issue, State, Urgency
from publisher.issues.source import by_section
from publisher.people.guard import allowed, back, current_person
from publisher.people.permission import Permission
from publisher.serials import queries as serials
from publisher.serials.model import Series

bp = Blueprint("issues", __name__, url_prefix="/issues")

SEES = (*queries.WORKS_ON, Permission.Publication.WATCH)
PREPARES = (Permission.Issues.COMPILE, Permission.Publication.CORRECT)
MOST_SECTIONS = 60
MOST_ITEMS = 200


@bp.get("")
@allowed(*SEES)
def index() -> str:
    """The office's issues, the latest first."""
    wanted = request.args.get("state", "")
    state = State(wanted) if wanted in set(State) else None
    serial_id = request.args.get("serial", type=int)
    year = request.args.get("year", type=int)
    page = queries.issues(
        current_person(),
        serial_id=serial_id,
        state=state,
        year=year if year and 1900 <= year <= 9998 else None,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "issues/index.html",
        page=page,
        state=state,
        state_choices=[(one.value, one.word) for one in State],
        serial_id=serial_id,
        serial_choices=[
            (one.id, _("《%(name)s》", name=one.name)) for one in serials.all_serials()
        ],
        year=year,
        year_choices=[(one, one) for one in queries.years()],
        may_compile=current_person().may(Permission.Issues.COMPILE),
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.Issues.COMPILE)
def new() -> str | Redirect | tuple[str, int]:
    """Begin an issue."""
    form = IssueForm()
    form.offer([(serial.id, _("《%(name)s》", name=serial.name)) for serial in serials.active()])
    form.key()
    if not form.is_submitted():
        form.dated_on.data = clock.today()
        form.serial.data = request.args.get("serial", type=int)
        return render_template("issues/new.html", form=form)
    if not form.validate():
        return render_template("issues/new.html", form=form), 422
    return redirect(url_for(".arrange", number=_open(form).id))


def _open(form: IssueForm) -> Issue:
    """The issue the form asks for; a double press finds the one the first press opened."""
    serial, series = serials.serial(form.serial.data), Series(form.series.data)
    dated_on: date = form.dated_on.data or clock.today()
    by = current_person()
    if (found := queries.empty_one_like(serial, series, dated_on, by)) is not None:
        flash(_("这一天的同一刊物已有一期尚未排稿，直接接着编。"), "info")
        return found
    issue = actions.open_issue(
        serial,
        series=series,
        dated_on=dated_on,
        urgency=Urgency(form.urgency.data),
        extra_recipients=form.extra_recipients.data or "",
        by=by,
        at=clock.now(),
    )
    db.session.add(issue)
    db.session.commit()
    return issue


@bp.get("/<int:number>")
@allowed(*SEES)
def show(number: int) -> str:
    """One issue in whatever state: contents, route, history, and its way to the readers."""
    return _show(_issue(number))


def _show(
    issue: Issue,
    *,
    decision: DecisionForm | None = None,
    cancelling: ReasonForm | None = None,
) -> str:
    person, today = current_person(), clock.today()
    approval = routes_to_yes.of_subject(history.subject_name(issue))
    works_on, in_approval = queries.works_on_issues(person), issue.state == State.IN_APPROVAL
    return render_template(
        "issues/show.html",
        issue=issue,
        sections=by_section(issue),
        groups=_groups(issue, checking.look_at(issue)) if works_on and in_approval else None,
        mended=queries.mended_since_yes(issue) if works_on else (),
        approval=approval,
        earlier=routes_to_yes.all_of_subject(history.subject_name(issue)),
        may_decide=approval is not None
        and in_approval
        and routes_to_yes.may_decide(approval, person, today),
        alone=approval is not None and approval.would_be_alone(person.id),
        acting_for=routes_to_yes.acting_for(approval, person, today) if approval else None,
        decision=decision or DecisionForm(formdata=None),
        cancelling=cancelling or ReasonForm(formdata=None),
        correction=queries.correction_of(issue),
        works_on_issues=works_on,
        may_prepare=_may_prepare(issue),
        events=told.events(issue),
    )


@bp.get("/<int:number>/arrange")
@allowed(Permission.Issues.COMPILE)
def arrange(number: int) -> str | Redirect:
    """The pool on the left, the sections in the middle, the true pages beside."""
    issue = _issue(number)
    if issue.state != State.ARRANGING:
        return redirect(url_for(".show", number=number))
    return _arrange(issue)


def _arrange(issue: Issue, form: DetailsForm | None = None) -> str:
    if form is None:
        form = DetailsForm(obj=issue, formdata=None)
        form.offer()
        form.urgency.data = issue.urgency.value
    return render_template(
        "issues/arrange.html",
        issue=issue,
        form=form,
        pool=queries.pool(issue.serial_id) if issue.edition == 1 else [],
        sections=by_section(issue),
        cancelling=ReasonForm(formdata=None),
    )


@bp.post("/<int:number>/details")
@allowed(Permission.Issues.COMPILE)
def details(number: int) -> str | Redirect | tuple[str, int]:
    """Save date, urgency, extra recipients and editor's note."""
    issue = _issue(number, to_change=True)
    form = DetailsForm()
    form.offer()
    if not form.validate():
        return _arrange(issue, form), 422
    actions.describe(
        issue,
        dated_on=form.dated_on.data or issue.dated_on,
        urgency=Urgency(form.urgency.data),
        extra_recipients=form.extra_recipients.data or "",
        editor_note=(form.editor_note.data or "").replace("\r\n", "\n"),
        by=current_person(),
        at=clock.now(),
    )
    db.session.commit()
    flash(_("已保存。"), "success")
    return back(url_for(".arrange", number=number))


@bp.post("/<int:number>/order")
@allowed(Permission.Issues.COMPILE)
def order(number: int) -> Response | tuple[Response, int]:
    """Take the whole order as arrange.js sends it; answers the new version, or why not."""
    issue = _issue(number, to_change=True)
    sent = request.get_json(silent=True)
    try:
        actions.arrange(
            issue,
            _read_order(sent),
            pool={item.id: item for item in queries.pool(issue.serial_id)},
            seen_version=_read_version(sent),
            by=current_person(),
            at=clock.now(),
        )
    except (StepRefused, Overtaken, InputRefused) as error:
        db.session.rollback()
        return jsonify(error=error.sentence), 422 if isinstance(error, InputRefused) else 409
    db.session.commit()
    return jsonify(version=issue.version, articles=len(issue.placements))


def _read_order(sent: object) -> Sequence[tuple[str, Sequence[int]]]:
    """Read {"sections": [{"title": "工作动态", "items": [3, 5]}]}; raises `InputRefused`."""
    refused = InputRefused(_("提交的排序无法识别，请刷新页面后重试。"))
    sections = sent.get("sections") if isinstance(sent, dict) else None
    if not isinstance(sections, list) or len(sections) > MOST_SECTIONS:
        raise refused
    found: list[tuple[str, list[int]]] = []
    for section in sections:
        title = section.get("title") if isinstance(section, dict) else None
        numbers = section.get("items") if isinstance(section, dict) else None
        if not isinstance(title, str) or not isinstance(numbers, list):
            raise refused
        if len(numbers) > MOST_ITEMS or not all(type(number) is int for number in numbers):
            raise refused
        found.append((title, numbers))
    return found


def _read_version(sent: object) -> int | None:
    version = sent.get("version") if isinstance(sent, dict) else None
    return version if type(version) is int else None


@bp.post("/<int:number>/place")
@allowed(Permission.Issues.COMPILE)
def place(number: int) -> Redirect:
    """Put one item of the pool at the end of a section."""
    issue = _issue(number, to_change=True)
    actions.place(
        issue,
        desk.item(request.form.get("item", 0, type=int)),
        section=request.form.get("section", "")[:60],
        by=current_person(),
        at=clock.now(),
    )
    db.session.commit()
    return redirect(url_for(".arrange", number=number))


@bp.post("/<int:number>/unplace")
@allowed(Permission.Issues.COMPILE)
def unplace(number: int) -> Redirect:
    """Take one item out again."""
    issue = _issue(number, to_change=True)
    item = desk.item(request.form.get("item", 0, type=int))
    actions.unplace(issue, item, by=current_person(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".arrange", number=number))


@bp.post("/<int:number>/step")
@allowed(Permission.Issues.COMPILE)
def step(number: int) -> Redirect:
    """Move one item up or down by a button."""
    issue = _issue(number, to_change=True)
    actions.step(
        issue,
        request.form.get("item", 0, type=int),
        down=request.form.get("to") == "down",
        by=current_person(),
        at=clock.now(),
    )
    db.session.commit()
    return redirect(url_for(".arrange", number=number))


@bp.get("/<int:number>/check")
@allowed(*PREPARES)
def check(number: int) -> str | Redirect:
    """What is to be put right or confirmed before an issue is sent for signing."""
    issue = _issue_to_prepare(number, to_change=False)
    if issue.state != State.ARRANGING:
        return redirect(url_for(".show", number=number))
    look = checking.look_at(issue)
    desk_page = ".arrange" if issue.edition == 1 else "publication.correction"
    return render_template(
        "issues/check.html",
        issue=issue,
        look=look,
        groups=_groups(issue, look),
        asked="",
        desk_url=url_for(desk_page, number=number),
    )


@bp.post("/<int:number>/check")
@allowed(*PREPARES)
def check_again(number: int) -> str | Redirect:
    """Let an issue be looked through where it was not; by the button, once more in any case."""
    by_script = bool(request.headers.get("HX-Request"))
    _issue_to_prepare(number)
    db.session.rollback()
    jobs.nudge("publication.check", number, not by_script)
    return check_state(number) if by_script else redirect(url_for(".check", number=number))


@bp.get("/<int:number>/check/state")
@allowed(*PREPARES)
def check_state(number: int) -> str:
    """How far the check is; the page asks again until it is made."""
    issue = _issue_to_prepare(number, to_change=False)
    look = checking.look_at(issue)
    asked = request.args.get("asked", look.digest)
    return render_template(
        "issues/_check.html", issue=issue, look=look, groups=_groups(issue, look), asked=asked
    )


def _groups(issue: Issue, look: checking.Look) -> dict[str, list[places.Led]]:
    person = current_person()
    return {
        name: places.led(issue, found, person)
        for name, found in (("hard", look.hard), ("soft", look.soft), ("known", look.known))
    }


@bp.route("/<int:number>/articles/<int:item>", methods=["GET", "POST"])
@allowed(Permission.Issues.COMPILE)
def article(number: int, item: int) -> str | Redirect | tuple[str, int]:
    """One article of an issue in work, to put a slip right where it was found."""
    issue = _issue(number, to_change=request.method == "POST")
    if issue.state != State.ARRANGING or issue.edition > 1:
        return redirect(url_for(".show", number=number))
    if all(one.item_id != item for one in issue.placements):
        raise NotFound
    found = desk.item(item)
    form = ArticleForm(obj=None if request.method == "POST" else found)
    if request.method != "POST":
        form.version.data = str(found.version)
        return _article(issue, found, form)
    if not form.validate():
        return _article(issue, found, form), 422
    try:
        changed = actions.mend(
            issue,
            found,
            title=form.title.data or "",
            body=(form.body.data or "").replace("\r\n", "\n"),
            source_line=form.source_line.data or "",
            seen_version=found.version if form.version.data == str(found.version) else 0,
            by=current_person(),
            at=clock.now(),
        )
        db.session.commit()
    except (Overtaken, StaleDataError):
        db.session.rollback()
        newer = desk.item(item)
        form.version.data = str(newer.version)
        return _article(_issue(number), newer, form, overtaken=True), 409
    flash(_("已保存。") if changed else _("没有改动。"), "success" if changed else "info")
    return redirect(url_for(".check", number=number))


def _article(issue: Issue, found: Item, form: ArticleForm, *, overtaken: bool = False) -> str:
    look = checking.look_at(issue)
    here = f"item-{found.id}"
    return render_template(
        "issues/article.html",
        issue=issue,
        item=found,
        form=form,
        overtaken=overtaken,
        differences=desk.differences(form.body.data or "", found.body) if overtaken else [],
        photos=desk.photos(found),
        quote=request.args.get("quote", ""),
        groups={
            "hard": places.led(issue, checking.within(look.hard, here), current_person()),
            "soft": places.led(issue, checking.within(look.soft, here), current_person()),
        },
    )


@bp.post("/<int:number>/ask")
@allowed(*PREPARES)
def ask(number: int) -> Redirect:
    """Send an issue for signing, where nothing stands against it or all was confirmed."""
    _issue_to_prepare(number)
    issue = _looked_through(number)
    look, confirmed = checking.look_at(issue), request.form.get("confirmed", "")
    is_confirmed = confirmed == look.digest
    if issue.placements and issue.state == State.ARRANGING:
        if confirmed and not is_confirmed:
            flash(_("内容刚有改动，请再核对一遍。"), "warning")
        if not look.is_made or look.hard or (look.soft and not is_confirmed):
            return redirect(url_for(".check", number=number))
    db.session.add(
        signing.ask(issue, look, by=current_person(), at=clock.now(), confirmed=is_confirmed)
    )
    db.session.commit()
    flash(_("已送签。"), "success")
    return redirect(url_for(".show", number=number))


def _looked_through(number: int) -> Issue:
    """The issue, locked; where its content was not looked through yet, that is begun first."""
    issue = _issue(number, to_change=True)
    if issue.has_left_the_desk or not issue.placements or checking.look_at(issue).is_made:
        return issue
    db.session.rollback()
    jobs.nudge("publication.check", number, False)
    return _issue(number, to_change=True)


@bp.post("/<int:number>/pass")
@allowed(*queries.WORKS_ON)
def pass_(number: int) -> str | Redirect | tuple[str, int]:
    """Say yes at the current step; the last yes numbers and freezes the issue."""
    issue = _looked_through(number)
    form = DecisionForm()
    if not form.validate():
        return _show(issue, decision=form), 422
    by, at = current_person(), clock.now()
    approval = _under_way(issue)
    approvals.pass_step(
        approval,
        by=by,
        at=at,
        opinion=form.opinion.data or "",
        acting_for=routes_to_yes.acting_for(approval, by, clock.today()),
    )
    signed = signing.sign_if_passed(issue, approval, by=by, at=at)
    flash(
        _("已签发：%(number)s。", number=issue.number_text) if signed else _("已同意。"), "success"
    )
    db.session.commit()
    if signed:
        faultpoints.reached("signing.signed")
        jobs.nudge("publication.begin", number)
    return back(url_for(".show", number=number))


@bp.post("/<int:number>/return")
@allowed(*queries.WORKS_ON)
def return_(number: int) -> str | Redirect | tuple[str, int]:
    """Say no with a reason; the issue is arranged anew."""
    issue = _issue(number, to_change=True)
    form = DecisionForm()
    if not form.says_why():
        return _show(issue, decision=form), 422
    by, at, opinion = current_person(), clock.now(), form.opinion.data or ""
    approval = _under_way(issue)
    approvals.return_step(
        approval,
        by=by,
        at=at,
        opinion=opinion,
        acting_for=routes_to_yes.acting_for(approval, by, clock.today()),
    )
    actions.take_back(issue, act="return", reason=opinion.strip(), by=by, at=at)
    db.session.commit()
    flash(_("已退回编排。"), "success")
    return back(url_for(".show", number=number))


@bp.post("/<int:number>/recall")
@allowed(*PREPARES)
def recall(number: int) -> Redirect:
    """Take an issue back before the last yes."""
    issue = _issue_to_prepare(number)
    by, at = current_person(), clock.now()
    approvals.recall(_under_way(issue), by=by, at=at)
    actions.take_back(issue, act="recall", by=by, at=at)
    db.session.commit()
    flash(_("已撤回，可继续编排。"), "success")
    return redirect(url_for(".show", number=number))


@bp.post("/<int:number>/cancel")
@allowed(*PREPARES)
def cancel(number: int) -> str | Redirect | tuple[str, int]:
    """Give an issue up before it has a number."""
    issue = _issue_to_prepare(number)
    form = ReasonForm()
    if not form.validate():
        return _show(issue, cancelling=form), 422
    actions.cancel(issue, reason=form.reason.data or "", by=current_person(), at=clock.now())
    db.session.commit()
    flash(_("本期已作废，稿件回到待排版。"), "success")
    return redirect(url_for(".show", number=number))


@bp.get("/<int:number>/photos/<key>")
@allowed(*queries.WORKS_ON)
def photo(number: int, key: str) -> Response:
    """A photo an issue in work prints."""
    return send(queries.photo_of(_issue(number), key), inline=True)


def _may_prepare(issue: Issue) -> bool:
    """Whether the person may send, recall and cancel it: its compilers, or who may correct."""
    person = current_person()
    if issue.edition == 1:
        return person.may(Permission.Issues.COMPILE)
    return person.may(Permission.Publication.CORRECT)


def _issue_to_prepare(number: int, *, to_change: bool = True) -> Issue:
    issue = _issue(number, to_change=to_change)
    if not _may_prepare(issue):
        raise NotAllowed
    return issue


def _under_way(issue: Issue) -> Approval:
    approval = routes_to_yes.of_subject(history.subject_name(issue))
    if approval is None or approval.state != ApprovalState.UNDER_WAY:
        raise StepRefused(_("本期不在送签中。"))
    return approval


def _issue(number: int, *, to_change: bool = False) -> Issue:
    """The issue, where the person may know of it; raises `NotFound`."""
    return queries.issue(number, person=current_person(), to_change=to_change)
