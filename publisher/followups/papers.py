"""In this file are the doors to this room's papers: files of reports, sheets, the register."""

from __future__ import annotations

from flask import Blueprint, Response, request

from publisher.attachments.answers import send
from publisher.errors import NotFound
from publisher.followups import queries, sheets
from publisher.followups.routes import SEES
from publisher.instructions.routes import SEES as SEES_REGISTER
from publisher.instructions.routes import filters
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission

TYPED = ("number", "copies", "printer", "urgency")
"""What a unit adds to an official document when it is downloaded."""

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
def register_(form: str) -> Response:
    """The register on paper: the rows of its page as it is filtered, and what became of each."""
    return sheets.register(current_person(), *filters(), form)
