"""In this file are the doors to this room's papers: files of reports, sheets, the register."""

from __future__ import annotations

import io
import re
import secrets
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from publisher import clock
from publisher.attachments.answers import send
from publisher.database import db
from publisher.errors import NotFound
from publisher.followups import links, queries, registers, sheets, tasks
from publisher.followups.routes import SEES
from publisher.instructions.routes import SEES as SEES_REGISTER
from publisher.instructions.routes import filters
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.settings import settings

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
REGISTER = "批示台账"
MONTH_FORMS = frozenset({"docx", "pdf"})
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

    A long one is made by the worker; the person waits on a page of its own.
    """
    if form not in registers.FORMS:
        raise NotFound
    person, wanted = current_person(), registers.Wanted(*filters())
    if wanted.length(person) <= registers.MOST_AT_ONCE[form]:
        return _file(registers.register(person, wanted, form), form, REGISTER)
    key, person_id = secrets.token_hex(16), person.id
    db.session.rollback()
    tasks.make_register.later(person_id, key, form, wanted.as_values())
    return redirect(url_for(".waiting", key=key, form=form))


@bp.get("/registers/<key>.<form>/waiting")
@allowed(*SEES_REGISTER)
def waiting(key: str, form: str) -> str:
    """A register being made; the page asks again until it lies ready."""
    return _waiting(
        _made(key, form),
        made_url=url_for(".ready", key=key, form=form),
        waiting_url=url_for(".waiting", key=key, form=form),
        title=_("批示台账"),
        button=_("下载台账（%(form)s）", form=form.upper()),
        sentence=_("台账较长，正在后台制作，做好后在这里下载。"),
        back_url=url_for("instructions.register"),
        back_label=_("批示台账"),
    )


@bp.get("/registers/<key>.<form>")
@allowed(*SEES_REGISTER)
def ready(key: str, form: str) -> Response:
    """A register that the worker made for this person."""
    return _kept(_made(key, form), form, REGISTER)


@bp.get("/month.<form>")
@allowed(Permission.Followups.MANAGE)
def month(form: str) -> Response | Redirect:
    """The summary of a month's cases (督办月报); a long one is made by the worker too."""
    today, person = clock.today(), current_person()
    year = request.args.get("year", today.year, type=int)
    number = request.args.get("month", today.month, type=int)
    if form not in MONTH_FORMS or not _is_month(year, number):
        raise NotFound
    if registers.length_of_month(person, year, number) <= registers.MOST_AT_ONCE[form]:
        content = registers.month_summary(person, year, number, form)
        return _file(content, form, _name_of_month(year, number))
    key, person_id = secrets.token_hex(16), person.id
    db.session.rollback()
    tasks.make_month.later(person_id, key, form, year, number)
    return redirect(url_for(".month_waiting", year=year, number=number, key=key, form=form))


@bp.get("/months/<int:year>-<int:number>/<key>.<form>/waiting")
@allowed(Permission.Followups.MANAGE)
def month_waiting(year: int, number: int, key: str, form: str) -> str:
    """A month's summary being made; the page asks again until it lies ready."""
    if not _is_month(year, number):
        raise NotFound
    of: dict[str, Any] = {"year": year, "number": number, "key": key, "form": form}
    return _waiting(
        _made(key, form),
        made_url=url_for(".month_ready", **of),
        waiting_url=url_for(".month_waiting", **of),
        title=_("督办月报"),
        button=_("下载月报（%(form)s）", form=form.upper()),
        sentence=_("月报较长，正在后台制作，做好后在这里下载。"),
        back_url=url_for("followups.cases"),
        back_label=_("督办事项"),
    )


@bp.get("/months/<int:year>-<int:number>/<key>.<form>")
@allowed(Permission.Followups.MANAGE)
def month_ready(year: int, number: int, key: str, form: str) -> Response:
    """A month's summary that the worker made for this person."""
    if not _is_month(year, number):
        raise NotFound
    return _kept(_made(key, form), form, _name_of_month(year, number))


def _is_month(year: int, number: int) -> bool:
    return 2000 <= year <= 2100 and 1 <= number <= 12


def _name_of_month(year: int, number: int) -> str:
    return f"{year}年{number}月督办月报"


def _made(key: str, form: str) -> Path:
    if form not in registers.FORMS or not re.fullmatch(r"[0-9a-f]{32}", key):
        raise NotFound
    return registers.path_of(current_person().id, key, form, settings())


def _waiting(path: Path, **words: str) -> str:
    failed = path.with_suffix(".error")
    name = "_paper_ready.html" if request.headers.get("HX-Request") else "paper_ready.html"
    return render_template(
        f"followups/{name}",
        ready=path.is_file(),
        error=failed.read_text(encoding="utf-8") if failed.is_file() else "",
        **words,
    )


def _kept(path: Path, form: str, name: str) -> Response:
    if not path.is_file():
        raise NotFound
    return _file(path.read_bytes(), form, name)


def _file(content: bytes, form: str, name: str) -> Response:
    return send_file(
        io.BytesIO(content),
        mimetype=MEDIA_TYPES[form],
        as_attachment=True,
        download_name=f"{name}.{form}",
    )
