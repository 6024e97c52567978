"""In this file are the doors of this room: a case as officer, unit and leader see it."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from publisher import clock, history, jobs
from publisher.database import db
from publisher.errors import InputRefused, NotFound
from publisher.followups import actions, finding, limits, queries, rounds, sheets
from publisher.followups.forms import (
    AcknowledgeForm,
    AnswerForm,
    ChaseForm,
    CloseForm,
    ExtensionForm,
    LookBackForm,
    OfferForm,
    PrintAgainForm,
    ReasonForm,
    ReportForm,
    ReviewForm,
    TakeOverForm,
    TransferForm,
)
from publisher.followups.model import (
    Case,
    Part,
    Report,
    ReportStage,
    State,
    Task,
)
from publisher.language import day_of_year
from publisher.library import queries as library
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.publication import outbox
from publisher.serials import queries as serials
from publisher.serials.model import SerialKind
from publisher.submissions import actions as submissions
from publisher.submissions.model import Channel, Submission
from publisher.submissions.routes import keep_uploads

__all__ = ["bp", "finding"]

Offered = TypeVar("Offered", bound=TransferForm)

bp = Blueprint("followups", __name__, url_prefix="/cases")

SEES = (
    Permission.Followups.MANAGE,
    Permission.Followups.HANDLE,
    Permission.Instructions.SEE_ALL,
    Permission.Instructions.WRITE,
    Permission.Instructions.WRITE_FOR_ANOTHER,
)


@bp.get("")
@allowed(*SEES)
def cases() -> str:
    """The cases I may know of, what is overdue first."""
    person, today = current_person(), clock.today()
    which = request.args.get("which", "running")
    return render_template(
        "followups/cases.html",
        page=queries.cases(
            person,
            today=today,
            which=which,
            unit_id=request.args.get("unit", type=int),
            leader_id=request.args.get("leader", type=int),
            words=request.args.get("words", "").strip(),
            page=request.args.get("page", 1, type=int),
        ),
        which=which,
        counts=queries.counts(person, today),
        light=queries.Lamps(today),
        today=today,
        units=people.units(),
        leaders=people.leaders(),
    )


@bp.get("/<int:number>")
@allowed(*SEES)
def case(number: int) -> str:
    """One case: the instruction, the units, what was reported, what can be done now."""
    return page(queries.case_for(number, current_person()))


def page(
    found: Case,
    *,
    acknowledging: AcknowledgeForm | None = None,
    reporting: ReportForm | None = None,
    reviewing: ReviewForm | None = None,
    extending: ExtensionForm | None = None,
    answering: AnswerForm | None = None,
    chasing: ChaseForm | None = None,
    refusing: ReasonForm | None = None,
    withdrawing: ReasonForm | None = None,
    printing: PrintAgainForm | None = None,
    handing_on: TransferForm | None = None,
    offering: OfferForm | None = None,
    taking: TakeOverForm | None = None,
    declining: ReasonForm | None = None,
    closing: CloseForm | None = None,
    looking_back: LookBackForm | None = None,
) -> str:
    """A case's page, with the form that was refused in place of its blank one."""
    person, today = current_person(), clock.today()
    lamps = queries.Lamps(today)
    printing, some_kept = _printing(found, printing)
    task, sent = _own_task(found), rounds.sent_again(found)
    reporting = reporting or ReportForm(formdata=None)
    reporting.offer(may_be_final=task is not None and task.part == Part.LEAD)
    reporting.key()
    if acknowledging is None:
        acknowledging = AcknowledgeForm(formdata=None)
        acknowledging.handler.data, acknowledging.phone.data = person.name, person.phone
    if chasing is None:
        chasing = ChaseForm(formdata=None)
        chasing.text.data = _chasing_words(found, today)
    return render_template(
        "followups/case.html",
        leaders_limit=limits.named_by_leader(found.instruction, lamps.calendar),
        case=found,
        task=task,
        printed_url=_printed_url(found),
        light=lamps,
        today=today,
        manages=person.may(Permission.Followups.MANAGE),
        is_leader=person.id == found.instruction.leader_id,
        acknowledging=acknowledging,
        reporting=reporting,
        reviewing=reviewing or ReviewForm(formdata=None),
        extending=extending or ExtensionForm(formdata=None),
        answering=answering or AnswerForm(formdata=None),
        chasing=chasing,
        refusing=refusing or ReasonForm(formdata=None),
        withdrawing=withdrawing or ReasonForm(formdata=None),
        printing=printing,
        some_kept=some_kept,
        handing_on=handing_on or transfer_form(TransferForm(formdata=None)),
        offering=offering or offer_form(OfferForm(formdata=None), found),
        taking=taking or TakeOverForm(formdata=None),
        declining=declining or ReasonForm(formdata=None),
        closing=closing or CloseForm(formdata=None),
        looking_back=looking_back or LookBackForm(formdata=None),
        steps=actions.open_steps(found, person),
        abolished=[task.unit for task in found.tasks if not task.unit.is_active],
        rounds=rounds.rounds_for(found, person),
        sheets=sheets.names(found, manages=True),
        sent_again=sent,
        sent_again_url=_address_of(sent) if sent else "",
        entries=history.entries_of(db.session, f"followup_case:{found.id}"),
        S=State,
    )


def _printing(found: Case, form: PrintAgainForm | None) -> tuple[PrintAgainForm, bool]:
    """The form for sending the result in again, and whether an instruction must not be quoted."""
    form, kept = form or PrintAgainForm(formdata=None), False
    if current_person().may(Permission.Followups.MANAGE) and queries.final_report(found):
        own = rounds.instructed_by(found)
        offered, kept = rounds.quotable(found, own)
        form.offer(offered, [one.id for one in offered if one.id in own])
    else:
        form.offer([], [])
    return form, kept


def transfer_form(form: Offered) -> Offered:
    """A form that offers the units there are."""
    form.offer([(str(unit.id), unit.name) for unit in people.units()])
    return form


def offer_form(form: OfferForm, found: Case) -> OfferForm:
    """A form that offers the units a part may come from and go to."""
    form.offer_parts([(str(task.unit_id), task.unit.name) for task in found.tasks])
    return transfer_form(form)


def _own_task(found: Case) -> Task | None:
    person = current_person()
    if not person.may(Permission.Followups.HANDLE):
        return None
    return next((task for task in found.tasks if task.unit_id == person.unit_id), None)


def _printed_url(found: Case) -> str:
    """Where the person reads what the leader wrote on; nowhere if the issue is not for him."""
    instruction = found.instruction
    issue = instruction.issue_id
    if issue is None or not library.may_read(issue, current_person()):
        return ""
    block = instruction.block or (f"item-{instruction.item_id}" if instruction.item_id else None)
    return url_for("library.issue", number=issue, _anchor=block)


def _address_of(sent: Submission) -> str:
    """Where a submission is shown to the person; nowhere if a colleague sent it in."""
    if not queries.is_shown_to(sent, current_person()):
        return ""
    return url_for("submissions.show", number=sent.id)


def _chasing_words(found: Case, today: date) -> str:
    days = -found.days_left(today)
    if days > 0:
        return (
            f"贵单位承办的{found.number_text}事项应于{day_of_year(found.due_on)}前办结，"
            f"现已超期{days}天，请抓紧办理。"
        )
    return (
        f"贵单位承办的{found.number_text}事项将于{day_of_year(found.due_on)}到期，"
        "请按时办结并报送结果。"
    )


@bp.post("/<int:number>/acknowledge")
@allowed(Permission.Followups.HANDLE)
def acknowledge(number: int) -> str | Redirect | tuple[str, int]:
    """Sign for a case on behalf of the unit."""
    found, form = to_change(number), AcknowledgeForm()
    if not form.validate():
        return page(found, acknowledging=form), 422
    actions.acknowledge(
        found,
        handler=form.handler.data or "",
        phone=form.phone.data or "",
        by=current_person(),
        at=clock.now(),
    )
    return done(found, _("已签收。"))


@bp.post("/<int:number>/report")
@allowed(Permission.Followups.HANDLE)
def report(number: int) -> str | Redirect | tuple[str, int]:
    """Report what was done."""
    found, form = to_change(number), ReportForm()
    task = _own_task(found)
    form.offer(may_be_final=task is not None and task.part == Part.LEAD)
    if not form.validate():
        return page(found, reporting=form), 422
    if queries.report_sent_already(found, form.key()) is not None:
        return redirect(url_for(".case", number=number))
    by, at = current_person(), clock.now()
    try:
        made = actions.report(
            found,
            actions.Written(
                process=form.course.data or "",
                situation=form.situation.data or "",
                proposals=form.proposals.data or "",
                signer=form.signer.data or "",
            ),
            stage=ReportStage(form.stage.data),
            files=keep_uploads(form.files.data, "", by=by),
            form_key=form.key(),
            by=by,
            at=at,
        )
    except InputRefused as error:
        db.session.rollback()
        getattr(form, error.field, form.course).errors = [error.sentence]
        return page(queries.case_for(number, current_person()), reporting=form), 422
    db.session.flush()
    outbox.tell(db.session, f"report:{made.id}", at)
    return done(found, _("办理情况已报送。"))


@bp.post("/<int:number>/reports/<int:report_number>/accept")
@allowed(Permission.Followups.MANAGE)
def accept(number: int, report_number: int) -> str | Redirect | tuple[str, int]:
    """Pass a report at review."""
    found, form = to_change(number), ReviewForm()
    made = queries.report_of(found, report_number)
    valid = form.validate()
    if made.stage == ReportStage.FINAL and not form.all_checked():
        form.form_right.errors = [_("六项审核须逐项确认；有一项不符的，请退回补办。")]
        valid = False
    if valid:
        try:
            actions.accept(
                made,
                found,
                result=form.result.data or "",
                remark=form.remark.data or "",
                by=current_person(),
                at=clock.now(),
            )
        except InputRefused as error:
            db.session.rollback()
            getattr(form, error.field, form.result).errors = [error.sentence]
        else:
            return done(found, _("已审结。"), made)
    return page(queries.case_for(number, current_person()), reviewing=form), 422


@bp.post("/<int:number>/reports/<int:report_number>/return")
@allowed(Permission.Followups.MANAGE)
def return_report(number: int, report_number: int) -> str | Redirect | tuple[str, int]:
    """Give a report back with what is wanting."""
    found, form = to_change(number), ReasonForm()
    made = queries.report_of(found, report_number)
    if not form.validate():
        return page(found, refusing=form), 422
    actions.return_report(
        made, found, reason=form.reason.data or "", by=current_person(), at=clock.now()
    )
    return done(found, _("已退回补办。"), made)


@bp.post("/<int:number>/seen")
@allowed(
    Permission.Followups.MANAGE,
    Permission.Instructions.WRITE,
)
def see_result(number: int) -> Redirect:
    """The leader has seen the result."""
    found = to_change(number)
    actions.see_result(found, by=current_person(), at=clock.now())
    return done(found, _("已记录领导阅看。"))


@bp.post("/<int:number>/close")
@allowed(Permission.Followups.MANAGE)
def close(number: int) -> str | Redirect | tuple[str, int]:
    """Close a case."""
    found, form = to_change(number), CloseForm()
    if not form.validate():
        return page(found, closing=form), 422
    try:
        actions.close(
            found, look_back_on=form.look_back_on.data, by=current_person(), at=clock.now()
        )
    except InputRefused as error:
        db.session.rollback()
        form.look_back_on.errors = [error.sentence]
        return page(queries.case_for(number, current_person()), closing=form), 422
    return done(found, _("已办结。"))


@bp.post("/<int:number>/look-back")
@allowed(Permission.Followups.MANAGE)
def look_back(number: int) -> str | Redirect | tuple[str, int]:
    """Note what was found on looking back at a closed case."""
    found, form = to_change(number), LookBackForm()
    if not form.validate():
        return page(found, looking_back=form), 422
    try:
        actions.look_back(
            found,
            means=form.means.data or "",
            findings=form.findings.data or "",
            has_held=form.has_held.data == "yes",
            next_on=form.next_on.data,
            by=current_person(),
            at=clock.now(),
        )
    except InputRefused as error:
        db.session.rollback()
        form.next_on.errors = [error.sentence]
        return page(queries.case_for(number, current_person()), looking_back=form), 422
    return done(found, _("回访情况已登记。"))


@bp.post("/<int:number>/withdraw")
@allowed(Permission.Followups.MANAGE)
def withdraw(number: int) -> str | Redirect | tuple[str, int]:
    """Call a case off."""
    found, form = to_change(number), ReasonForm()
    if not form.validate():
        return page(found, withdrawing=form), 422
    actions.withdraw(found, reason=form.reason.data or "", by=current_person(), at=clock.now())
    return done(found, _("已撤销。"))


@bp.post("/<int:number>/chase")
@allowed(Permission.Followups.MANAGE)
def chase(number: int) -> str | Redirect | tuple[str, int]:
    """Chase the units."""
    found, form = to_change(number), ChaseForm()
    if not form.validate():
        return page(found, chasing=form), 422
    actions.chase(
        found,
        text=form.text.data or "",
        means=form.means.data or "",
        by=current_person(),
        at=clock.now(),
    )
    return done(found, _("已催办。"))


@bp.post("/<int:number>/print-again")
@allowed(Permission.Followups.MANAGE)
def print_again(number: int) -> str | Redirect | tuple[str, int]:
    """Send the final report in as a new submission, so that a later issue prints it."""
    found = to_change(number)
    made = queries.final_report(found)
    if made is None:
        raise NotFound(_("还没有办理结果，不能转报。"))
    if (sent := rounds.sent_again(found)) is not None:
        return redirect(_address_of(sent) or url_for(".case", number=number))
    form = PrintAgainForm()
    offered, _some_kept = rounds.quotable(found, rounds.instructed_by(found))
    form.offer(offered, [])
    if not form.validate():
        return page(found, printing=form), 422
    wanted = set(form.quoted.data or [])
    by, at = current_person(), clock.now()
    submission = submissions.submit(
        actions.as_submission(
            found,
            made,
            [one for one in offered if str(one.id) in wanted],
            serial=serials.only_active_of(SerialKind.FOLLOWUP),
        ),
        by=by,
        at=at,
        unit=made.unit,
        files=[file.attachment for file in made.files],
        origin=f"case:{found.id}",
        channel=Channel.FOLLOWUP,
        form_key=f"case-{found.id}",
    )
    db.session.add(submission)
    db.session.commit()
    flash(_("已转为来稿，回执编号%(number)s。", number=submission.id), "success")
    return redirect(url_for("submissions.show", number=submission.id))


def to_change(number: int) -> Case:
    """The case of that number, locked for who comes next."""
    return queries.case_for(number, current_person(), to_change=True)


def done(found: Case, sentence: str, made: Report | None = None) -> Redirect:
    """Commit what was done, let the index know, and go back to the case."""
    at = clock.now()
    for key in (f"instruction:{found.instruction_id}", f"case:{found.id}"):
        outbox.tell(db.session, key, at)
    for report_ in [made] if made else found.reports:
        if report_.id:
            outbox.tell(db.session, f"report:{report_.id}", at)
    db.session.commit()
    jobs.nudge("library.drain_outbox")
    flash(sentence, "success")
    return redirect(url_for(".case", number=found.id))
