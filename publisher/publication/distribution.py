"""In this file are the doors to an issue's numbered copies: given out, signed for, taken back."""

from __future__ import annotations

import io
from typing import Literal, cast

from flask import Blueprint, Response, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

import layouts
from publisher import clock
from publisher.database import db
from publisher.errors import InputRefused, NotFound
from publisher.issues import queries as issues
from publisher.issues.model import Issue
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.publication import copies, queries, tasks
from publisher.publication.forms import CopiesForm, ReceiptForm
from publisher.publication.model import Channel, Copy, Publication, Step
from publisher.publication.routes import MEDIA_TYPES
from publisher.settings import settings

bp = Blueprint("distribution", __name__, url_prefix="/publication/issues/<int:number>/copies")

GIVES_OUT = (Permission.Issues.COMPILE, Permission.Issues.SIGN)


@bp.get("")
@allowed(Permission.Publication.WATCH)
def index(number: int) -> str:
    """The copies of an issue, and who is to get one."""
    return _page(_published(number)[0])


def _page(
    issue: Issue,
    *,
    form: CopiesForm | None = None,
    receipt: ReceiptForm | None = None,
    wrong: int = 0,
) -> str:
    found = queries.copies_of(issue.id)
    if form is None:
        form = CopiesForm(formdata=None)
        form.sent_on.data = clock.today()
        have = {copy.recipient for copy in found}
        form.recipients.data = "\n".join(
            name for name in copies.proposed(issue) if name not in have
        )
    if receipt is None:
        receipt = ReceiptForm(formdata=None)
        receipt.on.data = clock.today()
    person = current_person()
    return render_template(
        "publication/copies.html",
        issue=issue,
        rows=[(copy, copies.number_text(issue, copy, settings())) for copy in found],
        form=form,
        receipt=receipt,
        wrong=wrong,
        may_give_out=any(person.may(one) for one in GIVES_OUT),
        zip_ready=bool(found) and copies.zip_path(issue, found, settings()).is_file(),
        today=clock.today(),
    )


@bp.post("")
@allowed(*GIVES_OUT)
def give_out(number: int) -> str | Redirect | tuple[str, int]:
    """Number a copy for each recipient."""
    issue, _publication = _published(number, to_change=True)
    form = CopiesForm()
    if form.validate() and form.sent_on.data is not None:
        try:
            made = copies.give_out(
                issue,
                (form.recipients.data or "").splitlines(),
                queries.copies_of(issue.id),
                channel=Channel(form.channel.data),
                on=form.sent_on.data,
                by=current_person(),
                at=clock.now(),
            )
        except InputRefused as error:
            form.recipients.errors = [error.sentence]
        else:
            db.session.add_all(made)
            db.session.commit()
            flash(_("已编份号%(n)s份。", n=len(made)), "success")
            return redirect(url_for(".index", number=number))
    return _page(issue, form=form), 422


@bp.post("/<int:copy>/receipt")
@allowed(*GIVES_OUT)
def receive(number: int, copy: int) -> str | Redirect | tuple[str, int]:
    """Note who signed for a copy."""
    issue, found = _copy(number, copy)
    form = ReceiptForm()
    if not form.validate() or form.on.data is None:
        return _page(issue, receipt=form, wrong=copy), 422
    try:
        copies.receive(
            found,
            issue,
            signer=form.signed_by.data or "",
            on=form.on.data,
            by=current_person(),
            at=clock.now(),
        )
    except InputRefused as error:
        form.on.errors = [error.sentence]
        return _page(issue, receipt=form, wrong=copy), 422
    db.session.commit()
    return redirect(url_for(".index", number=number, _anchor=f"copy-{copy}"))


@bp.post("/<int:copy>/return")
@allowed(*GIVES_OUT)
def take_back(number: int, copy: int) -> Redirect:
    """Note that a copy came back today."""
    issue, found = _copy(number, copy)
    copies.take_back(found, issue, on=clock.today(), by=current_person(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".index", number=number, _anchor=f"copy-{copy}"))


@bp.get("/<int:copy>.pdf")
@allowed(*GIVES_OUT)
def file(number: int, copy: int) -> Response:
    """One copy with its number and mark."""
    issue, publication = _published(number)
    found = queries.copy_of(issue.id, copy)
    ((name, content),) = copies.files(issue, publication, [found], settings())
    return send_file(
        io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name
    )


@bp.post("/files")
@allowed(*GIVES_OUT)
def make(number: int) -> Redirect:
    """Let the worker make the files of all copies."""
    issue, _publication = _published(number)
    issue_id = issue.id
    db.session.commit()
    tasks.make_copies.later(issue_id)
    flash(_("正在制作全部份，做好后本页出现“下载全部份”。"), "info")
    return redirect(url_for(".index", number=number))


@bp.get("/all.zip")
@allowed(*GIVES_OUT)
def all_files(number: int) -> Response:
    """Every copy in one archive, once it is made."""
    issue, _publication = _published(number)
    path = copies.zip_path(issue, queries.copies_of(issue.id), settings())
    if not path.is_file():
        raise NotFound(_("还没有制作，或名单已变，请重新制作。"))
    name = f"{issue.serial.name}{issue.year}年{issue.number_text}编号份.zip"
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=name)


@bp.get("/list.<form>")
@allowed(Permission.Publication.WATCH)
def list_(number: int, form: str) -> Response:
    """The distribution list on paper (分发签收单)."""
    issue, _publication = _published(number)
    if form not in MEDIA_TYPES:
        raise NotFound
    office = settings()
    try:
        edition = layouts.typeset_sheet(
            copies.sheet(issue, queries.copies_of(issue.id), clock.today(), office),
            cast("Literal['docx', 'pdf']", form),
            fonts_dir=office.fonts_path,
        )
    except layouts.LayoutError as error:
        raise InputRefused(_("单据未能生成：%(reason)s", reason=str(error))) from error
    return send_file(
        io.BytesIO(edition.content),
        mimetype=edition.media_type,
        as_attachment=True,
        download_name=f"{issue.serial.name}{issue.number_text}分发签收单.{form}",
    )


def _published(number: int, *, to_change: bool = False) -> tuple[Issue, Publication]:
    """An issue that came out and its publication; raises `NotFound`."""
    issue = issues.issue(number, person=current_person(), to_change=to_change)
    publication = queries.of_issue(issue.id)
    if publication is None or publication.state != Step.PUBLISHED:
        raise NotFound
    return issue, publication


def _copy(number: int, copy: int) -> tuple[Issue, Copy]:
    issue, _publication = _published(number)
    return issue, queries.copy_of(issue.id, copy)
