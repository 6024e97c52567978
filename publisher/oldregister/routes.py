"""In this file are the doors for old registers: take in, tell the columns, take over, report."""

from __future__ import annotations

import io

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from publisher import clock
from publisher.attachments.answers import send
from publisher.database import db
from publisher.errors import InputRefused, NotFound, StepRefused
from publisher.oldregister import actions, importing, links, queries, report, tasks
from publisher.oldregister.cells import Doubt
from publisher.oldregister.columns import Column
from publisher.oldregister.forms import TakeInForm, read_columns
from publisher.oldregister.model import OldRegister, Outcome, State
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.settings import settings

__all__ = ["bp", "links"]

bp = Blueprint("oldregister", __name__, url_prefix="/old-registers")
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("", methods=["GET", "POST"])
@allowed(Permission.Instructions.REGISTER)
def registers() -> str | Redirect | tuple[str, int]:
    """Old registers, and a form for another."""
    form = TakeInForm()
    if form.is_submitted() and form.validate():
        try:
            found = importing.keep(
                form.file.data.read(),
                form.file.data.filename or "",
                settings(),
                by=current_person(),
                at=clock.now(),
            )
            db.session.commit()
        except InputRefused as error:
            db.session.rollback()
            form.file.errors = [error.sentence]
        else:
            number, state = found.id, found.state
            db.session.rollback()
            if state == State.WAITING:
                tasks.read.later(number)
            else:
                flash(_("这个文件已经收过，没有再收。"), "info")
            return redirect(url_for(".show", number=number))
    page = render_template(
        "oldregister/registers.html",
        form=form,
        page=queries.registers(request.args.get("page", 1, type=int)),
    )
    return (page, 422) if form.is_submitted() else page


@bp.get("/<int:number>")
@allowed(Permission.Instructions.REGISTER)
def show(number: int) -> str:
    """One old register: its columns beside the first rows, or what became of its rows."""
    return _page(queries.register(number))


def _page(found: OldRegister, error: str = "") -> str:
    group = importing.group_of(found)
    which = request.args.get("which", "doubtful")
    outcome = Outcome(which) if which in set(Outcome) else None
    counts = queries.counts(found.id)
    done = queries.sheets_done(found.id)
    others = [
        one
        for one in found.reading.get("groups", [])
        if one is not group and not {sheet["name"] for sheet in one["sheets"]} <= done
    ]
    return render_template(
        "oldregister/register.html",
        register=found,
        group=group,
        others=others,
        bare=found.reading.get("bare", []),
        columns=[(one.value, one.word) for one in Column],
        known=group is not None and queries.mapping_for(group["key"]) is not None,
        shown=importing.preview(found) if found.state == State.REVIEW else [],
        error=error,
        counts=counts,
        total=sum(counts.values()),
        outcomes=list(Outcome),
        which=which,
        page=queries.entries(
            found.id,
            request.args.get("page", 1, type=int),
            outcome=outcome,
            doubtful=which == "doubtful",
        ),
        word_of={one.value: one.word for one in Doubt},
        Column=Column,
    )


@bp.get("/<int:number>/waiting")
@allowed(Permission.Instructions.REGISTER)
def waiting(number: int) -> str:
    """A part of the page that asks again until the worker is done."""
    found = queries.register(number)
    return render_template(
        "oldregister/waiting.html",
        register=found,
        state=found.state.value,
        total=sum(queries.counts(number).values()),
    )


@bp.post("/<int:number>/columns")
@allowed(Permission.Instructions.REGISTER)
def columns(number: int) -> str | Redirect | tuple[str, int]:
    """Say what each column is; look at the rows again, or begin to take them over."""
    found, by, at = queries.register(number, to_change=True), current_person(), clock.now()
    group = importing.group_of(found)
    if found.state != State.REVIEW or group is None:
        raise StepRefused(_("现在是“%(state)s”，不能这样办理。", state=found.state.word))
    chosen = read_columns(request.form)
    found.mapping = {str(place): one.value for place, one in chosen.items()}
    if request.form.get("do") != "import":
        db.session.commit()
        return redirect(url_for(".show", number=number, _anchor="preview"))
    try:
        known = actions.settle(
            found,
            chosen,
            headings=group["key"],
            known=queries.mapping_for(group["key"]),
            by=by,
            at=at,
        )
    except InputRefused as error:
        page = _page(found, error.sentence)
        db.session.rollback()
        return page, 422
    db.session.add(known)
    actions.begin(found, by=by, at=at)
    db.session.commit()
    db.session.rollback()
    tasks.take_over.later(number)
    return redirect(url_for(".show", number=number))


@bp.post("/<int:number>/head")
@allowed(Permission.Instructions.REGISTER)
def head(number: int) -> Redirect:
    """Say where the head of a sheet stands, or turn to other sheets of the workbook."""
    found, by, at = queries.register(number, to_change=True), current_person(), clock.now()
    if found.state == State.DONE:
        found.move_to(State.REVIEW, act="review_old_register", by=by, at=at)
    if found.state != State.REVIEW:
        raise StepRefused(_("现在是“%(state)s”，不能这样办理。", state=found.state.word))
    if (key := request.form.get("group")) is not None:
        if importing.group_of(found, key) is None:
            raise NotFound
        importing.choose(found, key)
        db.session.commit()
        return redirect(url_for(".show", number=number))
    row = request.form.get("row", 1, type=int)
    lines = request.form.get("lines", 1, type=int)
    found.head = {
        "sheet": request.form.get("sheet", "")[:120],
        "row": min(max(row, 1), 1_048_576),
        "lines": 2 if lines == 2 else 1,
    }
    found.move_to(State.WAITING, act="read_again", by=by, at=at)
    db.session.commit()
    db.session.rollback()
    tasks.read.later(number)
    return redirect(url_for(".show", number=number))


@bp.post("/<int:number>/drop")
@allowed(Permission.Instructions.REGISTER)
def drop(number: int) -> Redirect:
    """Take the workbook over no further."""
    found = queries.register(number, to_change=True)
    found.move_to(State.DROPPED, act="drop_old_register", by=current_person(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".registers"))


@bp.get("/<int:number>/original")
@allowed(Permission.Instructions.REGISTER)
def original(number: int) -> Response:
    """The workbook as it came in."""
    return send(queries.register(number).attachment)


@bp.get("/<int:number>/report.xlsx")
@allowed(Permission.Instructions.REGISTER)
def report_(number: int) -> Response:
    """What became of each row, as a spreadsheet."""
    found = queries.register(number)
    name = found.attachment.name.rpartition(".")[0]
    content = report.spreadsheet(queries.every_entry(number), f"旧台账“{name}”导入报告")
    return send_file(
        io.BytesIO(content),
        mimetype=SPREADSHEET,
        as_attachment=True,
        download_name=f"{name}导入报告.xlsx",
    )


@bp.get("/entries/<int:number>")
@allowed(Permission.Instructions.REGISTER)
def entry(number: int) -> str:
    """One row as it stood in the old register."""
    found = queries.entry(number)
    if found is None:
        raise NotFound
    return render_template(
        "oldregister/entry.html",
        entry=found,
        register=found.register,
        word_of={one.value: one.word for one in Doubt},
    )
