"""In this file are the doors to this room's papers: files of reports, sheets, the register."""

from __future__ import annotations

import io
import re
import secrets
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from publisher import clock
from publisher.attachments.answers import send
from publisher.database import db
from publisher.errors import NotFound
from publisher.followups import links, queries, registers, sheets, tasks
from publisher.followups.routes import SEES
from publisher.instructions.routes import SEES as SEES_REGISTER
from publisher.instructions.routes import filters
from publisher.library import sheets as library
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.settings import settings

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TYPED = ("number", "copies", "printer", "urgency")
"""What a unit adds to an official document when it is downloaded."""

__all__ = ["bp", "links"]

bp = Blueprint("papers", __name__, url_prefix="/cases")


@bp.get("/<int:number>/reports/<int:report_number>/files/<int:file_number>")
@allowed(*SEES)
def file(number: int, report_number: int, file_number: int) -> Response:
    """A file that came with a report."""
    found = queries.case_for(number, current_person())
    for one in queries.report_of(found, report_number).files:
        if one.id == file_number:
            return send(one.attachment, inline=True)
    raise NotFound


@bp.get("/<int:number>/sheets/<name>.<form>")
@allowed(Permission.Followups.MANAGE, Permission.Followups.HANDLE)
def sheet(number: int, name: str, form: str) -> Response:
    """A paper sheet of a case, filled from the record."""
    person = current_person()
    manages = person.may(Permission.Followups.MANAGE)
    return sheets.answer(queries.case_for(number, person), name, form, manages=manages)


@bp.get("/<int:number>/reports/<int:report_number>/document.<form>")
@allowed(Permission.Followups.MANAGE, Permission.Followups.HANDLE)
def document(number: int, report_number: int, form: str) -> Response:
    """A report as an official document under GB/T 9704, with what the unit's registry adds."""
    found = queries.case_for(number, current_person())
    typed = {key: request.args.get(key, "") for key in TYPED}
    return sheets.document(found, queries.report_of(found, report_number), typed, form)


@bp.get("/register.<form>")
@allowed(*SEES_REGISTER)
def register_(form: str) -> Response | Redirect:
    """The register on paper or as a spreadsheet: the rows of its page, and what became of each.

    A long one on paper is made by the worker; the person waits on a page of its own.
    """
    if form not in registers.FORMS:
        raise NotFound
    person, wanted = current_person(), registers.Wanted(*filters())
    if form == "xlsx" or wanted.length(person) <= registers.MOST_AT_ONCE:
        return _register_file(registers.register(person, wanted, form), form)
    key, person_id = secrets.token_hex(16), person.id
    db.session.rollback()
    tasks.make_register.later(person_id, key, form, wanted.as_values())
    return redirect(url_for(".waiting", key=key, form=form))


@bp.get("/registers/<key>.<form>/waiting")
@allowed(*SEES_REGISTER)
def waiting(key: str, form: str) -> str:
    """A register being made; the page asks again until it lies ready."""
    ready = _made(key, form).is_file()
    name = "_register_ready.html" if request.headers.get("HX-Request") else "register_ready.html"
    return render_template(f"followups/{name}", key=key, form=form, ready=ready)


@bp.get("/registers/<key>.<form>")
@allowed(*SEES_REGISTER)
def ready(key: str, form: str) -> Response:
    """A register that the worker made for this person."""
    path = _made(key, form)
    if not path.is_file():
        raise NotFound
    return _register_file(path.read_bytes(), form)


@bp.get("/month.<form>")
@allowed(Permission.Followups.MANAGE)
def month(form: str) -> Response:
    """The summary of a month's cases (督办月报)."""
    today = clock.today()
    year = request.args.get("year", today.year, type=int)
    number = request.args.get("month", today.month, type=int)
    if not (2000 <= year <= 2100 and 1 <= number <= 12):
        raise NotFound
    words, lists = registers.month(current_person(), year, number)
    return library.answer(
        "followup_month", words, form, title=f"{words['month']}督办月报", lists=lists
    )


def _made(key: str, form: str) -> Path:
    if form not in registers.FORMS or not re.fullmatch(r"[0-9a-f]{32}", key):
        raise NotFound
    return registers.path_of(current_person().id, key, form, settings())


def _register_file(content: bytes, form: str) -> Response:
    return send_file(
        io.BytesIO(content),
        mimetype=MEDIA_TYPES[form],
        as_attachment=True,
        download_name=f"批示台账.{form}",
    )
