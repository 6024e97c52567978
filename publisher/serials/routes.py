"""In this file are the doors of this room: found and change serials."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from publisher import clock
from publisher.database import db
from publisher.errors import InputRefused
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.serials import actions, queries
from publisher.serials.forms import SerialForm, read_route, written_route
from publisher.serials.model import RouteSubject, Serial, SerialKind
from publisher.settings import settings
from publisher.words import N_

bp = Blueprint("serials", __name__, url_prefix="/serials")

LAYOUTS = (
    N_("政务信息"), N_("每日要情"), N_("信息快报"), N_("情况反映"), N_("信息专报"), N_("调研"),
    N_("增刊"), N_("专刊"), N_("批示反馈"), N_("督查专报"), N_("通报"),
)  # fmt: skip
"""The titles of the layouts in the library, to be said in every language."""
EXPECTED = ("*", "＊")
"""What is typed behind the name of a section that every issue has items in."""


@bp.get("")
@allowed(Permission.Serials.MANAGE)
def serials() -> str:
    """Every serial with its numbers."""
    return render_template("serials/serials.html", serials=queries.all_serials())


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.Serials.MANAGE)
def new() -> str | Response | tuple[str, int]:
    """Found a serial."""
    form = _form()
    if form.is_submitted() and form.validate():
        try:
            serial = actions.found(
                form.code.data or "",
                _profile(form),
                last_number=form.last_number.data or 0,
                last_total=form.last_total.data or 0,
                by=current_person(),
                at=clock.now(),
            )
            db.session.add(serial)
            db.session.commit()
        except InputRefused as error:
            db.session.rollback()
            getattr(form, error.field, form.name).errors = [error.sentence]
        except IntegrityError:
            db.session.rollback()
            form.name.errors = [_("代码或刊名与已有刊物重复。")]
        else:
            flash(_("刊物已建立。"), "success")
            return redirect(url_for(".serials"))
    page = render_template("serials/serial.html", form=form, serial=None)
    return (page, 422) if form.is_submitted() else page


@bp.route("/<int:number>", methods=["GET", "POST"])
@allowed(Permission.Serials.MANAGE)
def serial(number: int) -> str | Response | tuple[str, int]:
    """Change a serial."""
    found = queries.serial(number)
    form = _form(found)
    if request.method == "POST":
        form.keep_code(found.code)
        if form.validate():
            try:
                actions.change(found, _profile(form), by=current_person(), at=clock.now())
                db.session.commit()
            except InputRefused as error:
                db.session.rollback()
                getattr(form, error.field, form.name).errors = [error.sentence]
            except IntegrityError:
                db.session.rollback()
                form.name.errors = [_("刊名与已有刊物重复。")]
            else:
                flash(_("已保存。"), "success")
                return redirect(url_for(".serials"))
    page = render_template("serials/serial.html", form=form, serial=queries.serial(number))
    return (page, 422) if form.is_submitted() else page


def _form(found: Serial | None = None) -> SerialForm:
    form = SerialForm(obj=None if request.method == "POST" else found)
    offered = queries.layouts(settings().layouts_path)
    form.offer([(name, _(title)) for name, title in offered])
    if found is not None and request.method != "POST":
        form.kind.data = found.kind.value
        form.sections.data = "\n".join(
            f"{section.name}{EXPECTED[0] if section.is_expected else ''}"
            for section in found.sections
        )
        for field, subject in (
            (form.item_route, RouteSubject.ITEM),
            (form.issue_route, RouteSubject.ISSUE),
        ):
            field.data = written_route([(s.name, s.role) for s in found.route(subject)])
        form.readers.data = [reader.token for reader in found.readers]
    return form


def _profile(form: SerialForm) -> actions.Profile:
    lines = [line.strip() for line in (form.sections.data or "").splitlines()]
    sections = [(line.rstrip("".join(EXPECTED)).strip(), line.endswith(EXPECTED)) for line in lines]
    return actions.Profile(
        name=(form.name.data or "").strip(),
        kind=SerialKind(form.kind.data),
        issuing_office=(form.issuing_office.data or "").strip(),
        layout=form.layout.data,
        number_pattern=form.number_pattern.data or "",
        restarts_yearly=bool(form.restarts_yearly.data),
        handling_note=(form.handling_note.data or "").strip(),
        to_superior=(form.to_superior.data or "").strip(),
        to_peer=(form.to_peer.data or "").strip(),
        to_subordinate=(form.to_subordinate.data or "").strip(),
        phone=(form.phone.data or "").strip(),
        print_run=form.print_run.data or 0,
        retention_years=form.retention_years.data,
        position=form.position.data or 0,
        is_active=bool(form.is_active.data),
        sections=[name for name, _expected in sections if name],
        expected={name for name, expected in sections if expected},
        item_route=read_route(form.item_route.data or "", "item_route"),
        issue_route=read_route(form.issue_route.data or "", "issue_route"),
        readers=form.readers.data or [],
    )
