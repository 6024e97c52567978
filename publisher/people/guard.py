"""In this file we ask at a door who comes and whether the person may pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from publisher.errors import NotAllowed, NotFound
from publisher.people.model import Person

Values = ParamSpec("Values")
Answer = TypeVar("Answer")


def current_person() -> Person:
    """The person signed in; raises `NotAllowed` where there is none."""
    if not current_user.is_authenticated:
        raise NotAllowed
    return cast("Person", current_user._get_current_object())  # noqa: SLF001 - Flask-Login's way


def allowed(
    *permissions: str,
) -> Callable[[Callable[Values, Answer]], Callable[Values, Answer | Response]]:
    """Open a door to those who hold one of `permissions`; for others it does not exist."""

    def guarded(view: Callable[Values, Answer]) -> Callable[Values, Answer | Response]:
        @wraps(view)
        def pass_(*args: Values.args, **kwargs: Values.kwargs) -> Answer | Response:
            if not current_user.is_authenticated:
                login = current_app.login_manager  # type: ignore[attr-defined]
                return cast("Response", login.unauthorized())
            if not any(current_user.may(permission) for permission in permissions):
                raise NotFound
            return view(*args, **kwargs)

        pass_.permissions = permissions  # type: ignore[attr-defined]
        return pass_

    return guarded


def signed_in(view: Callable[Values, Answer]) -> Callable[Values, Answer | Response]:
    """Open a door to everyone who has signed in."""

    @wraps(view)
    def pass_(*args: Values.args, **kwargs: Values.kwargs) -> Answer | Response:
        if not current_user.is_authenticated:
            login = current_app.login_manager  # type: ignore[attr-defined]
            return cast("Response", login.unauthorized())
        return view(*args, **kwargs)

    pass_.permissions = ("signed_in",)  # type: ignore[attr-defined]
    return pass_


def public(view: Callable[Values, Answer]) -> Callable[Values, Answer]:
    """Open a door to everybody; said aloud, so that no door is open by forgetting."""
    view.permissions = ("public",)  # type: ignore[attr-defined]
    return view


def safe_target(target: str | None) -> str:
    """A path of this site to go on to, or the front page; never another site.

    Browsers overlook tabs and line ends, so "/", tab, "/elsewhere" would lead out as well.
    """
    if (
        target
        and target.isprintable()
        and target.startswith("/")
        and not target.startswith(("//", "/\\"))
    ):
        return target
    return url_for("today.home")


def back(default: str) -> Response:
    """Go back to the page a form names, or to `default`."""
    return redirect(safe_target(request.form.get("next") or default))
