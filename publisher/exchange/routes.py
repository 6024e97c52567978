"""In this file are the doors to papers that came with the archive of another instance."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Response, render_template, send_file

from publisher.errors import NotFound
from publisher.exchange import beside, finding, queries
from publisher.exchange.model import PastPaper
from publisher.people.guard import allowed
from publisher.people.permission import Permission
from publisher.publication import papers
from publisher.settings import settings

__all__ = ["beside", "bp", "finding"]

bp = Blueprint("exchange", __name__, url_prefix="/past-papers")

SEES = (Permission.Instructions.SEE_ALL, Permission.Instructions.REGISTER)
"""Those who may know of every instruction that is not for named people only; the others stayed."""
SHOWN = frozenset({"image/jpeg", "image/png", "application/pdf"})


@bp.get("/<int:number>")
@allowed(*SEES)
def paper(number: int) -> str:
    """One instruction, case or report as its archive tells of it."""
    found = queries.paper(number)
    taken = queries.taken_over(found.object_id)
    return render_template(
        "exchange/paper.html",
        paper=found,
        record=found.record,
        title=beside.title_of(found),
        facts=beside.facts_of(found),
        texts=beside.texts_of(found),
        files=_files(found),
        office=taken.office if taken else "",
        others=[(one, beside.title_of(one)) for one in queries.fellows(found)],
    )


def _files(found: PastPaper) -> list[dict[str, Any]]:
    files = found.record.get("files", [])
    return [one for one in files if isinstance(one, dict) and isinstance(one.get("file"), str)]


@bp.get("/<int:number>/files/<name>")
@allowed(*SEES)
def file(number: int, name: str) -> Response:
    """A file that belongs to a paper, out of the archive."""
    found = queries.paper(number)
    version = queries.papers_version(found.object_id)
    told = next((one for one in _files(found) if one["file"] == name), None)
    if told is None or version is None:
        raise NotFound
    folder = found.path.rpartition("/")[0]
    content = papers.read(found.object_id, f"{folder}/{name}", version, settings())
    media_type = str(told.get("media_type", ""))
    return send_file(
        io.BytesIO(content),
        mimetype=media_type if media_type in SHOWN else "application/octet-stream",
        as_attachment=media_type not in SHOWN,
        download_name=str(told.get("name") or name),
    )
