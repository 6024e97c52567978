"""In this file are the doors for filing: a year's files, archive numbers, lists, packages."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from publisher import clock, history
from publisher.database import db
from publisher.errors import NotFound
from publisher.filing import actions, packing, queries, sheets, tasks
from publisher.filing.model import PackageState
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.settings import settings

bp = Blueprint("filing", __name__, url_prefix="/filing")


@bp.get("/")
@allowed(Permission.Archive.FILE)
def year() -> str:
    """A year's files with their archive numbers, what waits for one, and packages."""
    years = queries.years()
    chosen = request.args.get("year", type=int) or (years[0] if years else clock.today().year)
    return render_template(
        "filing/year.html",
        years=years,
        year=chosen,
        rows=sheets.rows(chosen),
        waiting=queries.to_file(chosen),
        packages=queries.packages(current_person()),
        fonds=settings().fonds_number,
    )


@bp.post("/<int:year>/file")
@allowed(Permission.Archive.FILE)
def file(year: int) -> Redirect:
    """Give archive numbers to a year's issues that have none."""
    made = actions.file_year(
        queries.to_file(year),
        queries.last_numbers(year),
        fonds=settings().fonds_number.strip(),
        year=year,
        by=current_person(),
        at=clock.now(),
    )
    db.session.add_all(made)
    db.session.commit()
    flash(_("已编制档号 %(n)s 件。", n=len(made)), "success")
    return redirect(url_for(".year", year=year))


@bp.get("/<int:year>/list.<form>")
@allowed(Permission.Archive.FILE)
def list_(year: int, form: str) -> Response:
    """A year's list of files: docx, pdf or xlsx."""
    return sheets.answer(year, form)


@bp.post("/<int:year>/package")
@allowed(Permission.Archive.FILE)
def ask_package(year: int) -> Redirect:
    """Ask for a year's package; one that waits already is not asked for twice."""
    known = queries.packages(current_person())
    waiting = any(one.year == year and one.state == PackageState.QUEUED for one in known)
    if not waiting:
        made = actions.ask_package(
            year, len(queries.filed(year)), by=current_person(), at=clock.now()
        )
        db.session.add(made)
        db.session.commit()
        number = made.id
        db.session.rollback()
        tasks.make_package.later(number)
    return redirect(url_for(".year", year=year))


@bp.post("/packages/<int:number>")
@allowed(Permission.Archive.FILE)
def fetch_package(number: int) -> Response:
    """A package as a ZIP; the download is told to history."""
    found = queries.package_for(number, current_person())
    path = packing.path_of(number, settings())
    if found.state != PackageState.READY or not path.is_file():
        raise NotFound
    history.record(found, "download", by=current_person(), at=clock.now(), digest=found.digest)
    year_ = found.year
    db.session.commit()
    return send_file(
        path,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"移交包{year_}年.zip",
    )
