"""In this file we list the entries on the left: what a person may open, with what waits there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from publisher.people.permission import Permission as P
from publisher.settings import settings
from publisher.words import N_


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool
    count: int = 0


DOORS: tuple[tuple[str, str, tuple[str, ...]], ...] = (("today.home", N_("今日"), ()),)
"""Endpoint, label, and the permissions one of which opens it (none: everyone)."""


def entries() -> list[Entry]:
    """The entries for the person who looks, none for a visitor."""
    if not current_user.is_authenticated:
        return []
    room = (request.endpoint or "").partition(".")[0]
    return [
        Entry(_(label), url_for(endpoint), current=endpoint.partition(".")[0] == room)
        for endpoint, label, permissions in DOORS
        if not permissions or any(current_user.may(permission) for permission in permissions)
    ]


def init_navigation(app: Flask) -> None:
    """Give every page the navigation, the office's name and the permissions."""
    app.context_processor(
        lambda: {
            "navigation": entries(),
            "office_name": settings().office_name,
            "settings": settings(),
            "P": P,
        }
    )
