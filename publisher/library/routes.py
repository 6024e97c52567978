"""In this file are the doors of the reading room: issues, pages, files, marks and notes."""

from __future__ import annotations

import io
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    send_from_directory,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Redirect

from publisher import clock, history
from publisher.attachments import pictures
from publisher.calls import queries as calls
from publisher.calls import sheets as call_sheets
from publisher.calls.routes import SEES as SEES_CALLS
from publisher.database import db
from publisher.errors import InputRefused, NotFound
from publisher.formkeys import new_key
from publisher.issues.model import Issue
from publisher.library import actions, queries, reading, sheets, webannotation
from publisher.library import leaves as leaves_
from publisher.library.anchors import Block, Passage, Place, Standing, through
from publisher.library.forms import SHOWN, AnnotationForm, ReplyForm, ShownForm
from publisher.library.model import Annotation, AnnotationState
from publisher.people.guard import allowed, current_person, public
from publisher.people.model import Person
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


@bp.get("/library/worker.js")
@public
def worker() -> Response:
    """The script that keeps opened issues readable while the network is away."""
    sent = send_from_directory(
        Path(current_app.static_folder or "") / "built", "worker.js", mimetype="text/javascript"
    )
    # Both the list and the issues below it are its business.
    sent.headers["Service-Worker-Allowed"] = "/library"
    sent.headers["Cache-Control"] = "no-cache"
    return sent


@bp.get("/library/away")
@allowed(Permission.Library.READ)
def away() -> str:
    """What a reader is shown while the network is away, in place of a page never opened here."""
    return render_template("library/away.html")


@bp.post("/library/type-size")
@allowed(Permission.Library.READ)
def type_size() -> tuple[str, int]:
    """Keep how large I want the type."""
    choice = queries.reading_choice(current_person())
    actions.choose_size(choice, request.form.get("size", 0, type=int))
    db.session.add(choice)
    db.session.commit()
    return "", 204


@bp.get("/library/issues/<int:number>")
@allowed(Permission.Library.READ)
def issue(number: int) -> str:
    """One issue as a calm page."""
    return _reading(_publication(number), AnnotationForm(formdata=None))


def _reading(publication: Publication, form: AnnotationForm) -> str:
    person, found = current_person(), publication.issue
    before, after = queries.neighbours(found, person)
    annotates = person.may(Permission.Library.ANNOTATE)
    fellows = queries.fellow_readers(found, person) if annotates else []
    form.offer(fellows)
    form.key()

    def photo(path: str) -> str:
        return url_for(".photo", number=found.id, name=path.removeprefix("photos/"))

    sees_readers = person.may(Permission.Library.SEE_READERS)
    earlier = queries.editions_before(found)
    return render_template(
        "library/issue.html",
        publication=publication,
        issue=found,
        html=Markup(reading.reading_page(publication, settings(), photo)),  # noqa: S704 - our own press made it
        form=form,
        fellows=fellows,
        shown_kinds=SHOWN,
        answering=ReplyForm(formdata=None),
        new_key=new_key,
        annotations=_annotations(publication, earlier, person),
        beside=reading.beside(found, person),
        mark=queries.read_mark(found.id, person),
        read_before=any(queries.read_mark(one.id, person) for one in earlier[:1]),
        newer=queries.newer_edition(found, person),
        before=before,
        after=after,
        minutes=queries.Row(publication, is_read=False).minutes,
        size=queries.type_size(person),
        readers=queries.read_marks(found.id) if sees_readers else None,
        not_read=queries.not_read_by(found) if sees_readers else [],
    )


def _annotations(
    publication: Publication, earlier: list[Issue], person: Person
) -> list[dict[str, object]]:
    """The remarks on an edition and on those it puts right, each where it stands now."""
    editions = [publication.issue, *earlier]
    found = queries.annotations_on([one.id for one in editions], person)
    replies = queries.replies_to([one.id for one in found])
    blocks = _blocks_of_editions(publication, earlier) if earlier and found else {}
    return [_shown(one, _place(one, editions, blocks), replies.get(one.id, [])) for one in found]


def _blocks_of_editions(
    publication: Publication, earlier: list[Issue]
) -> dict[int, tuple[Block, ...]]:
    published = [publication, *queries.publications_of([one.id for one in earlier])]
    return {one.issue_id: reading.blocks(one, settings()) for one in published}


def _place(
    one: Annotation, editions: list[Issue], blocks: dict[int, tuple[Block, ...]]
) -> Place | None:
    """Where a remark on an earlier edition stands now; none for one on this edition."""
    passage = queries.passage_of(one)
    numbers = [edition.id for edition in editions]
    since = numbers[: numbers.index(one.issue_id) + 1][::-1]
    if len(since) == 1:
        return None
    return through(passage, [blocks.get(number, ()) for number in since])


def _shown(one: Annotation, place: Place | None, replies: list[Annotation]) -> dict[str, object]:
    passage = place.passage if place else queries.passage_of(one)
    me = current_person().id
    return {
        "id": one.id,
        "block": passage.block,
        "start": passage.start,
        "quote": passage.quote,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
        "body": one.body,
        "who": one.person.name,
        "at": one.at.isoformat(),
        "moment": one.at,
        "is_own": one.person_id == me,
        "state": one.state,
        "to": [reader.person.name for reader in one.readers],
        "to_ids": [str(reader.person_id) for reader in one.readers],
        "standing": place.standing if place else None,
        "was": one.quote if place and place.standing == Standing.CHANGED else "",
        "replies": [
            {
                "id": reply.id,
                "who": reply.person.name,
                "moment": reply.at,
                "body": reply.body,
                "is_own": reply.person_id == me,
            }
            for reply in replies
        ],
    }


@bp.get("/library/issues/<int:number>/annotations.jsonld")
@allowed(Permission.Library.READ)
def export(number: int) -> Response:
    """The remarks I see on an issue, as W3C Web Annotations."""
    publication, person = _publication(number), current_person()
    found = queries.annotations_on([publication.issue_id], person)
    replies = queries.replies_to([one.id for one in found])
    every = [*found, *(reply for of_one in replies.values() for reply in of_one)]
    address = url_for(".issue", number=number, _external=True)
    answer = jsonify(webannotation.collection(every, address))
    answer.mimetype = "application/ld+json"
    answer.headers["Content-Disposition"] = f"attachment; filename=annotations-{number}.jsonld"
    return answer


@bp.get("/library/issues/<int:number>/pages")
@allowed(Permission.Library.READ)
def leaves(number: int) -> str:
    """The true pages of an issue, as they were printed."""
    publication, person = _publication(number), current_person()
    before, after = queries.neighbours(publication.issue, person)
    return render_template(
        "library/pages.html",
        publication=publication,
        issue=publication.issue,
        before=before,
        after=after,
        newer=queries.newer_edition(publication.issue, person),
        size=queries.type_size(person),
        mark=queries.read_mark(number, person),
        addresses=[
            url_for(".leaf", number=number, page=page + 1) for page in range(publication.pages or 0)
        ],
    )


@bp.get("/library/issues/<int:number>/pages/<int:page>.png")
@allowed(Permission.Library.READ)
def leaf(number: int, page: int) -> Response:
    """The picture of one page."""
    return send_file(leaves_.leaf(_publication(number), page, settings()), mimetype="image/png")


@bp.get("/library/issues/<int:number>/issue.<form>")
@allowed(Permission.Library.READ)
def download(number: int, form: str) -> Response:
    """The issue's PDF or Word file, as it was published; each download is in the history."""
    if form not in MEDIA_TYPES:
        raise NotFound
    publication = _publication(number)
    content = kept.read(publication, f"issue.{form}", settings())
    inline = form == "pdf" and "inline" in request.args
    return send_file(
        io.BytesIO(content),
        mimetype=MEDIA_TYPES[form],
        as_attachment=not inline,
        download_name=kept.file_name(publication.issue, form),
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
    """A photo of an issue, out of the archive, as its page shows it; the original where asked."""
    content = kept.read(_publication(number), f"photos/{name}", settings())
    media_type = "image/png" if name.endswith(".png") else "image/jpeg"
    if "original" not in request.args:
        content, media_type = pictures.fitting(content, media_type, settings().pictures_path)
    return send_file(io.BytesIO(content), mimetype=media_type)


@bp.post("/library/issues/<int:number>/read")
@allowed(Permission.Library.READ)
def mark_read(number: int) -> Redirect:
    """Note that I have read an issue, once."""
    publication, person = _publication(number), current_person()
    if queries.read_mark(publication.issue_id, person) is None:
        try:
            at = actions.made_at(request.form.get("made_at", ""), clock.now())
            db.session.add(actions.mark_read(publication.issue, by=person, at=at))
            db.session.commit()
        except IntegrityError:
            # Pressed twice at the same moment: the other press noted it.
            db.session.rollback()
    return redirect(url_for(".issue", number=number))


@bp.post("/library/issues/<int:number>/annotate")
@allowed(Permission.Library.ANNOTATE)
def annotate(number: int) -> str | Redirect | tuple[str, int]:
    """Note a remark on a passage."""
    publication, form, person = _publication(number), AnnotationForm(), current_person()
    readers = queries.fellow_readers(publication.issue, person)
    form.offer(readers)
    if form.validate():
        if (noted := queries.already_noted(person, form.key())) is not None:
            return redirect(url_for(".issue", number=number, _anchor=f"note-{noted.id}"))
        try:
            made = actions.annotate(
                publication.issue,
                _passage(form),
                body=form.body.data or "",
                shown=AnnotationState(form.shown.data),
                to=[one for one in readers if str(one.id) in (form.to.data or [])],
                blocks=reading.blocks(publication, settings()),
                by=person,
                at=actions.made_at(request.form.get("made_at", ""), clock.now()),
                form_key=form.key(),
            )
            db.session.add(made)
            db.session.commit()
        except InputRefused as error:
            db.session.rollback()
            (form.to if error.field == "to" else form.body).errors = [error.sentence]
        except IntegrityError:
            # The same note arrived twice at the same moment; the other one was taken.
            db.session.rollback()
            return redirect(url_for(".issue", number=number))
        else:
            return redirect(url_for(".issue", number=number, _anchor=f"note-{made.id}"))
    return _reading(publication, form), 422


def _passage(form: AnnotationForm) -> Passage:
    return Passage(
        block=form.block.data or "",
        start=_offset(form.start.data or ""),
        quote=(form.quote.data or "").replace("\r\n", "\n"),
        prefix=form.prefix.data or "",
        suffix=form.suffix.data or "",
    )


def _offset(typed: str) -> int:
    """Where a passage begins; what is no offset into a text is its beginning."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


@bp.post("/library/annotations/<int:number>/show")
@allowed(Permission.Library.ANNOTATE)
def show(number: int) -> Redirect:
    """Say anew who sees a remark of mine."""
    person, form = current_person(), ShownForm()
    found = queries.own_annotation(number, person)
    readers = queries.fellow_readers(found.issue, person)
    form.offer(readers)
    if not form.validate():
        raise InputRefused(_("请选择谁能看到。"), field="shown")
    shown = AnnotationState(form.shown.data)
    to = [one for one in readers if str(one.id) in (form.to.data or [])]
    actions.show(found, shown, to=to, by=person, at=clock.now())
    db.session.commit()
    return redirect(_back_to(found))


@bp.post("/library/annotations/<int:number>/reply")
@allowed(Permission.Library.ANNOTATE)
def reply(number: int) -> Redirect:
    """Answer a remark I see."""
    person, form = current_person(), ReplyForm()
    found = queries.seen_annotation(number, person)
    if not form.validate():
        raise InputRefused(_("请填写回复。"), field="body")
    if queries.already_noted(person, form.key()) is None:
        at = actions.made_at(request.form.get("made_at", ""), clock.now())
        made = actions.reply(
            found, body=form.body.data or "", by=person, at=at, form_key=form.key()
        )
        try:
            db.session.add(made)
            db.session.commit()
        except IntegrityError:
            # The same answer arrived twice at the same moment; the other one was taken.
            db.session.rollback()
    return redirect(_back_to(found))


def _back_to(found: Annotation) -> str:
    """The issue a remark is read on: its own, or the edition that puts it right."""
    number = request.form.get("on", found.issue_id, type=int)
    return url_for(".issue", number=number, _anchor=f"note-{found.reply_to_id or found.id}")


@bp.post("/library/annotations/<int:number>/remove")
@allowed(Permission.Library.ANNOTATE)
def remove(number: int) -> Redirect:
    """Take a remark of my own away."""
    found = queries.own_annotation(number, current_person())
    actions.remove(found, by=current_person(), at=clock.now())
    db.session.commit()
    flash(_("批注已删除。"), "success")
    return redirect(_back_to(found))


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
