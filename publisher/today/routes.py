"""In this file are the doors of this room: what waits for me."""

from __future__ import annotations

from flask import Blueprint, render_template

from publisher.people.guard import signed_in

bp = Blueprint("today", __name__)


@bp.get("/")
@signed_in
def home() -> str:
    """What waits for the person who looks."""
    return render_template("today/home.html")
