"""In this file are the doors of the reading room: issues, downloads, marks, notes, research."""

from __future__ import annotations

import io

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Redirect

from publisher import clock, history
from publisher.calls import queries as calls
from publisher.calls import sheets as call_sheets
from publisher.calls.routes import SEES as SEES_CALLS
from publisher.database import db
from publisher.errors import InputRefused, NotFound
from publisher.library import actions, queries, research, sheets, timeline
from publisher.library.forms import AnnotationForm
from publisher.library.model import Annotation
from publisher.library.reading import reading_page
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.publication import kept
from publisher.publication.model import Publication
from publisher.serials import queries as serials
from publisher.settings import settings

bp = Blueprint("library", __name__)

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@bp.get("/library")
@allowed(Permission.Library.READ)
def issues() -> str:
    """The issues I may read, today's first."""
    person = current_person()
    return render_template(
        "library/issues.html",
        page=queries.issues(
            person,
            serial_id=request.args.get("serial", type=int),
            year=request.args.get("year", type=int),
            unread=request.args.get("unread") == "1",
            page=request.args.get("page", 1, type=int),
        ),
        today=clock.today(),
        serials=serials.all_serials(),
        years=queries.years(person),
    )


@bp.get("/library/issues/<int:number>")
@allowed(Permission.Library.READ)
def issue(number: int) -> str:
    """One issue as a calm page."""
    return _reading(_publication(number), AnnotationForm(formdata=None))


def _reading(publication: Publication, form: AnnotationForm) -> str:
    person, found = current_person(), publication.issue
    before, after = queries.neighbours(found, person)

    def photo(path: str) -> str:
        return url_for(".photo", number=found.id, name=path.removeprefix("photos/"))

    return render_template(
        "library/issue.html",
        publication=publication,
        issue=found,
        html=Markup(reading_page(publication, settings(), photo)),  # noqa: S704 - our own press made it
        form=form,
        annotations=[_shown(one) for one in queries.annotations_on(found.id, person)],
        mark=queries.read_mark(found.id, person),
        newer=queries.newer_edition(found, person),
        before=before,
        after=after,
        readers=queries.read_marks(found.id)
        if person.may(Permission.Library.SEE_READERS)
        else None,
    )


def _shown(one: Annotation) -> dict[str, object]:
    return {
        "id": one.id,
        "block": one.block,
        "start": one.start,
        "quote": one.quote,
        "prefix": one.prefix,
        "suffix": one.suffix,
        "body": one.body,
        "who": one.person.name,
        "at": one.at.isoformat(),
        "moment": one.at,
        "is_own": one.person_id == current_person().id,
        "state": one.state,
    }


@bp.get("/library/issues/<int:number>/issue.<form>")
@allowed(Permission.Library.READ)
def download(number: int, form: str) -> Response:
    """The issue's PDF or Word file, as it was published; each download is in the history."""
    if form not in MEDIA_TYPES:
        raise NotFound
    publication = _publication(number)
    content = kept.read(publication, f"issue.{form}", settings())
    found = publication.issue
    inline = form == "pdf" and "inline" in request.args
    return send_file(
        io.BytesIO(content),
        mimetype=MEDIA_TYPES[form],
        as_attachment=not inline,
        download_name=f"{found.serial.name}{found.year}年{found.number_text}.{form}",
    )


@bp.post("/library/issues/<int:number>/fetch.<form>")
@allowed(Permission.Library.READ)
def fetch(number: int, form: str) -> Redirect:
    """Note in the history that a file is taken along, and hand it over."""
    if form not in MEDIA_TYPES:
        raise NotFound
    publication = _publication(number)
    history.record(publication.issue, "download", by=current_person(), at=clock.now(), form=form)
    db.session.commit()
    return redirect(url_for(".download", number=number, form=form))


@bp.get("/library/issues/<int:number>/photos/<name>")
@allowed(Permission.Library.READ)
def photo(number: int, name: str) -> Response:
    """A photo of an issue, out of the archive."""
    content = kept.read(_publication(number), f"photos/{name}", settings())
    media_type = "image/png" if name.endswith(".png") else "image/jpeg"
    return send_file(io.BytesIO(content), mimetype=media_type)


@bp.post("/library/issues/<int:number>/read")
@allowed(Permission.Library.READ)
def mark_read(number: int) -> Redirect:
    """Note that I have read an issue, once."""
    publication, person = _publication(number), current_person()
    if queries.read_mark(publication.issue_id, person) is None:
        try:
            db.session.add(actions.mark_read(publication.issue, by=person, at=clock.now()))
            db.session.commit()
        except IntegrityError:
            # Pressed twice at the same moment: the other press noted it.
            db.session.rollback()
    return redirect(url_for(".issue", number=number))


@bp.post("/library/issues/<int:number>/annotate")
@allowed(Permission.Library.ANNOTATE)
def annotate(number: int) -> str | Redirect | tuple[str, int]:
    """Note a remark on a passage."""
    publication, form = _publication(number), AnnotationForm()
    if form.validate():
        try:
            made = actions.annotate(
                publication.issue,
                actions.Passage(
                    block=form.block.data or "",
                    start=_offset(form.start.data or ""),
                    quote=(form.quote.data or "").replace("\r\n", "\n"),
                    prefix=form.prefix.data or "",
                    suffix=form.suffix.data or "",
                ),
                body=form.body.data or "",
                released=bool(form.released.data),
                by=current_person(),
                at=clock.now(),
            )
        except InputRefused as error:
            form.body.errors = [error.sentence]
        else:
            db.session.add(made)
            db.session.commit()
            return redirect(url_for(".issue", number=number, _anchor=f"note-{made.id}"))
    return _reading(publication, form), 422


def _offset(typed: str) -> int:
    """Where a passage begins; what is no offset into a text is its beginning."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


@bp.post("/library/annotations/<int:number>/release")
@allowed(Permission.Library.ANNOTATE)
def release(number: int) -> Redirect:
    """Show a remark to the readers of its issue."""
    found = queries.own_annotation(number, current_person())
    actions.release(found, by=current_person(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".issue", number=found.issue_id))


@bp.post("/library/annotations/<int:number>/remove")
@allowed(Permission.Library.ANNOTATE)
def remove(number: int) -> Redirect:
    """Take a remark of my own away."""
    found = queries.own_annotation(number, current_person())
    actions.remove(found, by=current_person(), at=clock.now())
    db.session.commit()
    flash(_("批注已删除。"), "success")
    return redirect(url_for(".issue", number=found.issue_id))


@bp.get("/search")
@allowed(Permission.Library.SEARCH)
def search() -> str:
    """Search items, issues, instructions, cases, reports and files together."""
    asked = research.read_request(request.args)
    tokens = people.access_tokens(current_person())
    found = research.find(asked, tokens, settings()) if asked.is_asked else None
    months = found.results.months if found else ()
    return render_template(
        "library/search.html",
        asked=asked,
        results=found,
        marked=" ".join(found.results.marked) if found else "",
        timeline=timeline.timeline_of(months, since=asked.since, until=asked.until),
        timeline_size=(timeline.WIDTH, timeline.HEIGHT),
        sorts=research.SORTS,
        search_words=asked.words,
        facet_words=research.facet_words(),
    )


@bp.get("/search/suggest")
@allowed(Permission.Library.SEARCH)
def suggest() -> Response:
    """Names that begin as the words typed, out of what I may read."""
    tokens = people.access_tokens(current_person())
    return jsonify(research.suggest(request.args.get("q", ""), tokens, settings()))


def _publication(number: int) -> Publication:
    return queries.publication(number, current_person())


@bp.get("/calls/<int:number>/sheet.<form>")
@allowed(*SEES_CALLS)
def call_sheet(number: int, form: str) -> Response:
    """A call on paper. Its own room lies below this one, which alone reaches the presses."""
    person = current_person()
    call = calls.call_for(number, person)
    name, title = call_sheets.NAMES[call.kind]
    words = call_sheets.words(call, person)
    return sheets.answer(name, words, form, title=f"{title}（{call.title}）")
