"""In this file are the doors of this room: the whole story of one matter, and its dossier."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from publisher.database import db
from publisher.errors import NotFound
from publisher.people.guard import current_person, signed_in
from publisher.settings import settings
from publisher.threads import dossier, queries, tasks

bp = Blueprint("threads", __name__, url_prefix="/threads")


@bp.get("/<key>")
@signed_in
def show(key: str) -> str:
    """The story of the matter that a part belongs to, reached from any of its parts."""
    return render_template("threads/show.html", story=queries.story(key, current_person()), key=key)


@bp.post("/<key>/dossier")
@signed_in
def make(key: str) -> Redirect:
    """Let the worker make the dossier of a matter, as far as the person may read it."""
    form, person = request.form.get("form", "pdf"), current_person()
    if form not in dossier.FORMS:
        raise NotFound
    queries.story(key, person)
    token, person_id = secrets.token_hex(16), person.id
    db.session.rollback()
    tasks.make_dossier.later(person_id, key, token, form)
    return redirect(url_for(".waiting", token=token, form=form, key=key))


@bp.get("/dossiers/<token>.<form>/waiting")
@signed_in
def waiting(token: str, form: str) -> str:
    """A dossier being made; the page asks again until it lies ready."""
    path = _path(token, form)
    failed = path.with_suffix(".error")
    name = "_dossier.html" if request.headers.get("HX-Request") else "dossier.html"
    return render_template(
        f"threads/{name}",
        token=token,
        form=form,
        key=request.args.get("key", "")[:40],
        ready=path.is_file(),
        error=failed.read_text(encoding="utf-8") if failed.is_file() else "",
    )


@bp.get("/dossiers/<token>.<form>")
@signed_in
def ready(token: str, form: str) -> Response:
    """A dossier that was made for this person."""
    path = _path(token, form)
    if not path.is_file():
        raise NotFound
    return send_file(path, as_attachment=True, download_name=f"卷宗.{form}")


def _path(token: str, form: str) -> Path:
    if form not in dossier.FORMS or not re.fullmatch(r"[0-9a-f]{32}", token):
        raise NotFound
    return dossier.path_for(current_person().id, token, form, settings())
