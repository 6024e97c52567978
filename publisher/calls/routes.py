"""In this file are the doors of this room: what the office asks for, and who has answered."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from publisher import clock, registers
from publisher.calls import actions, queries
from publisher.calls.forms import CallForm
from publisher.calls.model import SERIES, CallKind
from publisher.database import db
from publisher.errors import InputRefused
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission

bp = Blueprint("calls", __name__, url_prefix="/calls")

SEES = (
    Permission.Calls.MANAGE,
    Permission.Submissions.SUBMIT,
    Permission.Submissions.SEE_ALL,
    Permission.Submissions.SEE_OWN_UNIT,
)


@bp.get("")
@allowed(*SEES)
def calls() -> str:
    """What the office asks for."""
    return render_template(
        "calls/calls.html", calls=queries.calls_for(current_person()), today=clock.today()
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.Calls.MANAGE)
def new() -> str | Response | tuple[str, int]:
    """Send a call out."""
    form = CallForm()
    form.offer([(str(unit.id), unit.short_name) for unit in people.units()])
    if form.is_submitted() and form.validate() and form.due_on.data is not None:
        try:
            kind, at = CallKind(form.kind.data), clock.now()
            call = actions.send_out(
                kind=kind,
                title=form.title.data or "",
                text=form.text.data or "",
                due_on=form.due_on.data,
                units=[people.unit(int(number)) for number in form.units.data or []],
                number=registers.take_number(db.session, SERIES[kind], at.year),
                by=current_person(),
                at=at,
            )
        except InputRefused as error:
            db.session.rollback()
            getattr(form, error.field, form.title).errors = [error.sentence]
        else:
            db.session.add(call)
            db.session.commit()
            flash(_("已发出，编号%(number)s。", number=call.number_text), "success")
            return redirect(url_for(".call", number=call.id))
    page = render_template("calls/new.html", form=form)
    return (page, 422) if form.is_submitted() else page


@bp.get("/<int:number>")
@allowed(*SEES)
def call(number: int) -> str:
    """One call; the desk sees which units have opened it."""
    found = queries.call_for(number, current_person())
    asked = [one for one in found.asked if one.unit_id == current_person().unit_id]
    return render_template(
        "calls/call.html",
        call=found,
        today=clock.today(),
        manages=current_person().may(Permission.Calls.MANAGE),
        unread=any(one.read_at is None for one in asked),
    )


@bp.post("/<int:number>/read")
@allowed(Permission.Submissions.SUBMIT)
def read(number: int) -> Response:
    """Sign that my unit has received a call."""
    found = queries.call_for(number, current_person())
    actions.note_read(found, by=current_person(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".call", number=number))


@bp.post("/<int:number>/end")
@allowed(Permission.Calls.MANAGE)
def end(number: int) -> Response:
    """End a call."""
    found = queries.call_for(number, current_person())
    actions.end(found, by=current_person(), at=clock.now())
    db.session.commit()
    flash(_("已结束征集。"), "success")
    return redirect(url_for(".call", number=number))
