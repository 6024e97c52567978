"""In this file are the doors of this room: sign in and out, language, password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from publisher import clock
from publisher.database import db
from publisher.errors import InputRefused
from publisher.language import LANGUAGES
from publisher.people import actions, queries
from publisher.people.forms import PasswordForm, SignInForm
from publisher.people.guard import back, current_person, public, safe_target, signed_in
from publisher.people.sign_in import sign_in as let_in
from publisher.people.sign_in import sign_out as let_out
from publisher.settings import settings

bp = Blueprint("people", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> str | Response | tuple[str, int]:
    """Sign in with account and password."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            let_in(
                (form.account.data or "").strip(),
                form.password.data or "",
                address=request.remote_addr or "",
                settings=settings(),
                at=clock.now(),
            )
        except InputRefused as error:
            db.session.commit()
            form.password.errors = [error.sentence]
        else:
            db.session.commit()
            return redirect(safe_target(form.next.data))
    elif not form.is_submitted():
        if current_user.is_authenticated:
            return redirect(url_for("today.home"))
        form.next.data = request.args.get("next", "")
    accounts = queries.persons() if settings().demo else []
    page = render_template("people/sign_in.html", form=form, accounts=accounts)
    return (page, 422) if form.is_submitted() else page


@bp.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End the session."""
    let_out(current_person(), clock.now())
    db.session.commit()
    return redirect(url_for("people.sign_in"))


@bp.post("/language")
@public
def language() -> Response:
    """Switch between Chinese and English, kept with the person."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
        if current_user.is_authenticated:
            current_person().language = wanted
            db.session.commit()
    return back(url_for("today.home"))


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> str | Response | tuple[str, int]:
    """Change the own password."""
    form = PasswordForm()
    if not form.is_submitted():
        return render_template("people/password.html", form=form)
    if form.validate():
        person = current_person()
        try:
            actions.change_own_password(
                person,
                old=form.old.data or "",
                new=form.password.data or "",
                shortest=settings().password_length,
                at=clock.now(),
            )
        except InputRefused as error:
            getattr(form, error.field).errors = [error.sentence]
        else:
            db.session.commit()
            session["key"] = person.session_key
            flash(_("密码已修改。"), "success")
            return redirect(url_for("today.home"))
    return render_template("people/password.html", form=form), 422
