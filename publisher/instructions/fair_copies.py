"""In this file are the doors around an instruction: hand, fair copy, contests, phrases, photos."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Redirect

from publisher import clock, jobs
from publisher.calls import queries as calls
from publisher.calls.model import SERIES as CALL_SERIES
from publisher.database import db
from publisher.errors import InputRefused, NotFound
from publisher.instructions import actions, ink, photos, queries
from publisher.instructions.forms import (
    AnswerForm,
    CheckForm,
    ContestForm,
    CopyForm,
    PhraseForm,
    SheetPhotoForm,
)
from publisher.instructions.model import Instruction
from publisher.instructions.routes import SEES
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.publication import outbox

bp = Blueprint("fair_copies", __name__, url_prefix="/instructions")

CHECKS = (Permission.Instructions.REGISTER, Permission.Instructions.SEE_ALL)


@bp.get("/<int:number>/ink/<int:page>.svg")
@allowed(*SEES)
def hand(number: int, page: int) -> Response:
    """What was written by hand on one page, as a drawing."""
    found = queries.page_of_ink(_found(number), page)
    return Response(ink.svg(found.strokes, found.height), mimetype="image/svg+xml")


@bp.post("/<int:number>/copy")
@allowed(Permission.Instructions.REGISTER, Permission.Instructions.WRITE_FOR_ANOTHER)
def transcribe(number: int) -> Redirect:
    """Type what the leader wrote by hand."""
    found, form, person = _found(number), CopyForm(), current_person()
    registers = person.may(Permission.Instructions.REGISTER)
    if not registers and person.id not in people.secretaries_of(found.leader_id):
        raise NotFound
    if not form.validate():
        raise InputRefused(_("请填写抄清的文字。"), field="text")
    actions.transcribe(found, text=form.text.data or "", by=person, at=clock.now())
    db.session.commit()
    flash(_("已抄清，待另一位同志核对。"), "success")
    return _back(number)


@bp.post("/<int:number>/check")
@allowed(*CHECKS)
def check(number: int) -> Redirect:
    """Find a fair copy right."""
    found = _found(number)
    actions.check_copy(found, is_right=True, by=current_person(), at=clock.now())
    _tell(found)
    flash(_("抄清件已核对。"), "success")
    return _back(number)


@bp.post("/<int:number>/return-copy")
@allowed(*CHECKS)
def return_copy(number: int) -> Redirect:
    """Find a fair copy wrong."""
    found, form = _found(number), CheckForm()
    actions.check_copy(
        found, is_right=False, remark=form.remark.data or "", by=current_person(), at=clock.now()
    )
    db.session.commit()
    flash(_("已退回重抄。"), "success")
    return _back(number)


@bp.post("/<int:number>/contest")
@allowed(Permission.Instructions.WRITE)
def contest(number: int) -> Redirect:
    """Say that what was entered in my name is not what I wrote."""
    found, form = _found(number), ContestForm()
    actions.contest(found, reason=form.reason.data or "", by=current_person(), at=clock.now())
    db.session.commit()
    flash(_("异议已送办公室。"), "success")
    return _back(number)


@bp.post("/<int:number>/answer")
@allowed(Permission.Instructions.REGISTER)
def answer(number: int) -> Redirect:
    """Answer a leader who contests an entry."""
    found, form = _found(number), AnswerForm()
    if not form.validate():
        raise InputRefused(_("请选择怎样处理，并填写答复。"), field="answer")
    actions.answer_contest(
        found,
        upheld=form.upheld.data == "yes",
        answer=form.answer.data or "",
        by=current_person(),
        at=clock.now(),
    )
    _tell(found)
    flash(_("已答复领导。"), "success")
    return _back(number)


@bp.get("/phrases")
@allowed(Permission.Instructions.WRITE)
def phrases() -> str:
    """The words I use often."""
    return _phrases(PhraseForm(formdata=None))


@bp.post("/phrases")
@allowed(Permission.Instructions.WRITE)
def keep_phrase() -> str | Redirect | tuple[str, int]:
    """Put words into my list."""
    form = PhraseForm()
    if not form.validate():
        return _phrases(form), 422
    try:
        db.session.add(actions.keep_phrase(current_person(), form.text.data or ""))
        db.session.commit()
    except InputRefused as error:
        form.text.errors = [error.sentence]
        return _phrases(form), 422
    except IntegrityError:
        # It stands in the list already.
        db.session.rollback()
    return redirect(url_for(".phrases"))


@bp.post("/phrases/<int:number>/drop")
@allowed(Permission.Instructions.WRITE)
def drop_phrase(number: int) -> Redirect:
    """Take words out of my list."""
    db.session.delete(queries.phrase(number, current_person()))
    db.session.commit()
    return redirect(url_for(".phrases"))


def _phrases(form: PhraseForm) -> str:
    person = current_person()
    return render_template(
        "instructions/phrases.html",
        form=form,
        phrases=queries.phrases(person),
        offered=queries.offered_phrases([person.id]),
    )


@photos.numbered(*photos.OWN_SERIES)
def _address(series: str, year: int, number: int, person: Person) -> str | None:
    found = queries.by_number(series, year, number, person)
    return url_for("instructions.show", number=found) if found else None


@photos.numbered(*CALL_SERIES.values())
def _call_address(series: str, year: int, number: int, person: Person) -> str | None:
    found = calls.by_number(series, year, number, person)
    return url_for("calls.call", number=found) if found else None


@bp.route("/photo", methods=["GET", "POST"])
@allowed(*SEES, Permission.Calls.MANAGE)
def photo() -> str | Redirect | tuple[str, int]:
    """Find what a photographed paper sheet belongs to: an instruction, a case, a call."""
    form = SheetPhotoForm()
    if form.is_submitted() and form.validate():
        try:
            return redirect(photos.address_of(form.photo.data.read(), current_person()))
        except InputRefused as error:
            form.photo.errors = [error.sentence]
    page = render_template("instructions/photo.html", form=form)
    return (page, 422) if form.is_submitted() else page


def _found(number: int) -> Instruction:
    return queries.instruction(number, person=current_person())


def _tell(found: Instruction) -> None:
    """Commit, and let the index read the instruction again."""
    outbox.tell(db.session, f"instruction:{found.id}", clock.now())
    db.session.commit()
    jobs.nudge("library.drain_outbox")


def _back(number: int) -> Redirect:
    return redirect(url_for("instructions.show", number=number))
