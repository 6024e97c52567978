"""In this file a person becomes signed in: guessing is slowed and sessions end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Flask, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from publisher import clock, history
from publisher.config import Settings
from publisher.database import db
from publisher.errors import InputRefused
from publisher.people import actions, queries
from publisher.people.model import Person, SignInAttempt

if TYPE_CHECKING:
    from collections.abc import Callable

STARTED, SEEN = "started_at", "seen_at"
FREE_DOORS = frozenset({"people.password", "people.sign_out", "people.language", "static"})
"""Where somebody who must change the password may still go."""


def init_sign_in(app: Flask, settings: Settings) -> None:
    """Keep sessions: who is behind a cookie, and when it has ended."""
    manager = LoginManager(app)
    manager.login_view = "people.sign_in"
    manager.login_message = ""
    manager.user_loader(_loader(settings))
    app.before_request(_keep_fresh)


def _loader(settings: Settings) -> Callable[[str], Person | None]:
    def load(number: str) -> Person | None:
        person = db.session.get(Person, int(number)) if number.isdigit() else None
        if person is None or not person.active or session.get("key") != person.session_key:
            return None
        if _has_ended(settings):
            return None
        person.stands_in = queries.roles_stood_in(person, clock.today())  # type: ignore[misc]
        return person

    return load


def _has_ended(settings: Settings) -> bool:
    now = clock.now().timestamp()
    started = float(session.get(STARTED, 0))
    seen = float(session.get(SEEN, 0))
    return (
        now - started > timedelta(hours=settings.session_hours).total_seconds()
        or now - seen > timedelta(minutes=settings.idle_minutes).total_seconds()
    )


def _keep_fresh() -> Response | None:
    if request.endpoint == "static" or not current_user.is_authenticated:
        return None
    now = clock.now().timestamp()
    if now - float(session.get(SEEN, 0)) > 60:
        session[SEEN] = now
    if current_user.must_change_password and request.endpoint not in FREE_DOORS:
        return redirect(url_for("people.password"))
    return None


def sign_in(
    account: str, password: str, *, address: str, settings: Settings, at: datetime
) -> Person:
    """Sign a person in; raises `InputRefused` with one sentence for whatever was wrong."""
    since = queries.lockout_start(at, settings.lockout_minutes)
    if queries.recent_failures(account, address, since=since) >= settings.lockout_failures:
        raise InputRefused(_("尝试次数过多，请 %(n)s 分钟后再试。", n=settings.lockout_minutes))
    person = queries.person_by_account(account)
    fits = actions.password_fits(person, password)
    succeeded = fits and person is not None and person.active
    db.session.add(
        SignInAttempt(account=account[:60], address=address[:60], at=at, succeeded=succeeded)
    )
    if person is None or not succeeded:
        raise InputRefused(_("账号或密码不正确。"))
    # Chosen on the page just before, the language is the person's from now on.
    person.language = session.get("language", person.language)
    session.clear()
    session[STARTED] = session[SEEN] = at.timestamp()
    session["key"] = person.session_key
    login_user(person)
    history.record(person, "sign_in", by=person, at=at, address=address)
    return person


def sign_out(person: Person, at: datetime) -> None:
    """End the person's session in this browser."""
    history.record(person, "sign_out", by=person, at=at)
    logout_user()
    session.clear()
