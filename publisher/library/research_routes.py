"""In this file are the doors of the research beside the search itself: a record as it was found."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

import search
from publisher.errors import NotFound
from publisher.library import research
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person, public
from publisher.people.permission import Permission
from publisher.settings import settings
from search import Marker

bp = Blueprint("research", __name__, url_prefix="/search")

LONGEST_SHOWN = 6000
"""Characters of a record shown beside the hits."""


def tokens() -> frozenset[str]:
    """What the person signed in holds against the readers of a record."""
    return people.access_tokens(current_person())


@bp.get("/records/<key>")
@allowed(Permission.Library.SEARCH)
def record(key: str) -> str:
    """One record as it was found, its words marked: a page, or the part beside the hits."""
    held, engine = tokens(), search.open_engine(settings().index_path)
    found = engine.record(key, held)
    if found is None:
        raise NotFound
    words = request.args.get("q", "")[: research.LONGEST_QUERY]
    marked = search.words_of(search.parse(words).root)
    marker = Marker(marked)
    is_part = request.headers.get("HX-Request") == "true"
    text = found.text[:LONGEST_SHOWN]
    return render_template(
        "library/record_card.html" if is_part else "library/record.html",
        record=found,
        words=" ".join(marked),
        title=marker.mark(found.title),
        paragraphs=[marker.mark(line) for line in text.split("\n") if line.strip()],
        is_cut=len(found.text) > LONGEST_SHOWN,
        related=engine.related(found, held) if found.kind in {"item", "case"} else (),
    )


@bp.get("/opensearch.xml")
@public
def description() -> Response:
    """How a browser or another program searches here (OpenSearch 1.1)."""
    body = render_template(
        "library/opensearch.xml",
        name=settings().office_name,
        pages=url_for("library.search", _external=True),
    )
    return Response(body, mimetype="application/opensearchdescription+xml")
