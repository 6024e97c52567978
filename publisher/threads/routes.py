"""In this file is the door of this room: the whole story of one matter."""

from __future__ import annotations

from flask import Blueprint, render_template

from publisher.people.guard import current_person, signed_in
from publisher.threads import queries

bp = Blueprint("threads", __name__, url_prefix="/threads")


@bp.get("/<key>")
@signed_in
def show(key: str) -> str:
    """The story of the matter that a part belongs to, reached from any of its parts."""
    return render_template("threads/show.html", story=queries.story(key, current_person()))
