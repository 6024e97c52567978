"""In this file are the doors of this room: what waits for me, and the history for the auditor."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import func, select

from publisher import clock
from publisher.database import db
from publisher.history import HistoryEntry
from publisher.people.guard import allowed, current_person, public, signed_in
from publisher.people.permission import Permission
from publisher.today import queries

bp = Blueprint("today", __name__)


@bp.get("/")
@signed_in
def home() -> str:
    """What waits for the person who looks."""
    today = clock.today()
    desk = queries.desk(current_person(), today)
    return render_template("today/home.html", tiles=desk.tiles, blocks=desk.blocks, today=today)


@bp.get("/health")
@public
def health() -> tuple[str, int]:
    """Whether the site and its database answer."""
    db.session.execute(select(func.count()).select_from(HistoryEntry).limit(1))
    return "ok", 200


@bp.get("/history")
@allowed(Permission.History.READ)
def history() -> str:
    """Every act of everybody, the latest first."""
    return render_template(
        "today/history.html", page=queries.history(request.args.get("page", 1, type=int))
    )
