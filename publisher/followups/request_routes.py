"""In this file are the doors of what units ask for: more time, or another unit in their place."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from publisher import clock
from publisher.database import db
from publisher.errors import InputRefused
from publisher.followups import actions, queries, transfers
from publisher.followups.forms import (
    AnswerForm,
    ExtensionForm,
    OfferForm,
    ReasonForm,
    TakeOverForm,
    TransferForm,
)
from publisher.followups.routes import bp, done, offer_form, page, to_change, transfer_form
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission

Answer = str | Redirect | tuple[str, int]


@bp.post("/<int:number>/extend")
@allowed(Permission.Followups.HANDLE)
def extend(number: int) -> Answer:
    """Ask for more time."""
    found, form = to_change(number), ExtensionForm()
    if not form.validate() or form.new_due_on.data is None:
        return page(found, extending=form), 422
    try:
        actions.ask_extension(
            found,
            reason=form.reason.data or "",
            progress=form.progress.data or "",
            new_due_on=form.new_due_on.data,
            by=current_person(),
            at=clock.now(),
        )
    except InputRefused as error:
        db.session.rollback()
        getattr(form, error.field, form.reason).errors = [error.sentence]
        return page(queries.case_for(number, current_person()), extending=form), 422
    return done(found, _("延期申请已提交。"))


@bp.post("/<int:number>/extensions/<int:extension_number>/answer")
@allowed(Permission.Followups.MANAGE)
def answer_extension(number: int, extension_number: int) -> Answer:
    """Answer a request for more time."""
    found, form = to_change(number), AnswerForm()
    asked = queries.extension_of(found, extension_number)
    if not form.validate():
        return page(found, answering=form), 422
    actions.answer_extension(
        asked,
        found,
        granted=form.granted.data == "yes",
        answer=form.answer.data or "",
        by=current_person(),
        at=clock.now(),
    )
    return done(found, _("已答复。"))


@bp.post("/<int:number>/transfers")
@allowed(Permission.Followups.HANDLE)
def ask_transfer(number: int) -> Answer:
    """A unit asks that its part go to another."""
    found, form = to_change(number), transfer_form(TransferForm())
    if not form.validate():
        return page(found, handing_on=form), 422
    try:
        transfers.ask(
            found,
            to=people.unit(int(form.to_unit.data)),
            reason=form.reason.data or "",
            by=current_person(),
            at=clock.now(),
        )
    except InputRefused as error:
        db.session.rollback()
        getattr(form, error.field, form.reason).errors = [error.sentence]
        return page(queries.case_for(number, current_person()), handing_on=form), 422
    return done(found, _("转办申请已提交。"))


@bp.post("/<int:number>/transfers/offer")
@allowed(Permission.Followups.MANAGE)
def offer_transfer(number: int) -> Answer:
    """The office offers a unit's part to another."""
    found = to_change(number)
    form = offer_form(OfferForm(), found)
    if not form.validate():
        return page(found, offering=form), 422
    try:
        transfers.offer(
            found,
            queries.task_of(found, int(form.task.data)),
            to=people.unit(int(form.to_unit.data)),
            reason=form.reason.data or "",
            consent=form.consent.data or "",
            by=current_person(),
            at=clock.now(),
        )
    except InputRefused as error:
        db.session.rollback()
        getattr(form, error.field, form.reason).errors = [error.sentence]
        return page(queries.case_for(number, current_person()), offering=form), 422
    return done(found, _("已送接收单位答复。"))


@bp.post("/<int:number>/transfers/<int:transfer_number>/put-on")
@allowed(Permission.Followups.MANAGE)
def put_on_transfer(number: int, transfer_number: int) -> Redirect:
    """The office agrees, and the other unit is asked."""
    found = to_change(number)
    transfers.put_on(
        queries.transfer_of(found, transfer_number), found, by=current_person(), at=clock.now()
    )
    return done(found, _("已送接收单位答复。"))


@bp.post("/<int:number>/transfers/<int:transfer_number>/refuse")
@allowed(Permission.Followups.MANAGE)
def refuse_transfer(number: int, transfer_number: int) -> Answer:
    """The office does not agree, or takes its offer back."""
    found, form = to_change(number), ReasonForm()
    if not form.validate():
        return page(found, declining=form), 422
    transfers.refuse(
        queries.transfer_of(found, transfer_number),
        found,
        reason=form.reason.data or "",
        by=current_person(),
        at=clock.now(),
    )
    return done(found, _("已答复。"))


@bp.post("/<int:number>/transfers/<int:transfer_number>/decline")
@allowed(Permission.Followups.HANDLE)
def decline_transfer(number: int, transfer_number: int) -> Answer:
    """The receiving unit does not take the part, and knows of the case no longer."""
    found, form = to_change(number), ReasonForm()
    if not form.validate():
        return page(found, declining=form), 422
    transfers.decline(
        queries.transfer_of(found, transfer_number),
        found,
        reason=form.reason.data or "",
        by=current_person(),
        at=clock.now(),
    )
    db.session.commit()
    flash(_("已答复。"), "success")
    return redirect(url_for(".cases"))


@bp.post("/<int:number>/transfers/<int:transfer_number>/take-over")
@allowed(Permission.Followups.HANDLE)
def take_over(number: int, transfer_number: int) -> Answer:
    """The receiving unit takes the part over."""
    found, form = to_change(number), TakeOverForm()
    if not form.validate():
        return page(found, taking=form), 422
    transfers.take_over(
        queries.transfer_of(found, transfer_number),
        found,
        answer=form.answer.data or "",
        by=current_person(),
        at=clock.now(),
    )
    return done(found, _("已接收，请签收后办理。"))
