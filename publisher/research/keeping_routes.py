"""In this file are the doors to what a researcher keeps: searches, what comes in, collections."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Redirect

import search
from publisher import clock
from publisher.database import db
from publisher.errors import InputRefused, NotFound
from publisher.library.engine import engine_of
from publisher.people.guard import allowed, back, current_person
from publisher.people.permission import Permission
from publisher.research import actions, citing, exporting, queries, searching
from publisher.research.forms import CollectionForm, EntryNoteForm, SaveSearchForm
from publisher.research.model import Collection, CollectionEntry
from publisher.research.routes import MEDIA_TYPES, bp, leaving, tokens
from publisher.settings import settings
from search import Hit

# Searches that are kept.


@bp.get("/saved")
@allowed(Permission.Library.SEARCH)
def saved() -> str:
    """The searches I keep, what came in for them, and my collections."""
    return _saved(CollectionForm(formdata=None))


def _saved(form: CollectionForm) -> str:
    person = current_person()
    kept = queries.saved_searches(person)
    fresh = [key for one in kept for key in one.fresh[:FRESH_SHOWN]]
    return render_template(
        "research/saved.html",
        searches=kept,
        hits=engine_of(settings()).hits(fresh, tokens()),
        shown=FRESH_SHOWN,
        collections=queries.collections(person),
        form=form,
    )


MOST_FRESH_SHOWN = 100
"""New records of a saved search shown together."""
FRESH_SHOWN = 5
"""New records named beneath a saved search."""


@bp.post("/saved")
@allowed(Permission.Library.SEARCH)
def save() -> Redirect:
    """Keep a search under a name."""
    form, person, at = SaveSearchForm(), current_person(), clock.now()
    asked = searching.read_address((form.address.data or "")[:4000])
    try:
        kept = actions.keep_search(
            name=form.name.data or "",
            address=asked.address,
            alerts=bool(form.alerts.data),
            found=_ids(asked),
            by=person,
            at=at,
        )
        db.session.add(kept)
        db.session.commit()
    except InputRefused as error:
        flash(error.sentence, "warning")
        return redirect(f"{url_for('.search')}?{asked.address}")
    except IntegrityError:
        db.session.rollback()
        flash(_("您已保存过同名的检索，请换个名字。"), "warning")
        return redirect(f"{url_for('.search')}?{asked.address}")
    flash(_("检索已保存。"), "success")
    return redirect(url_for(".saved"))


def _ids(asked: searching.Asked) -> frozenset[str]:
    return searching.ids_found(asked, tokens(), settings(), queries.synonym_groups())


@bp.post("/saved/<int:number>/alerts")
@allowed(Permission.Library.SEARCH)
def alerts(number: int) -> Redirect:
    """Begin or end telling me of what comes in."""
    kept = queries.saved_search(number, current_person())
    try:
        actions.change_alerts(
            kept,
            alerts=not kept.alerts,
            found=_ids(searching.read_address(kept.address)),
            by=current_person(),
            at=clock.now(),
        )
    except InputRefused as error:
        flash(error.sentence, "warning")
    else:
        db.session.commit()
    return redirect(url_for(".saved"))


@bp.get("/saved/<int:number>/fresh")
@allowed(Permission.Library.SEARCH)
def fresh(number: int) -> str:
    """What came in for a search of mine since I last said that I had seen it, and nothing else."""
    kept = queries.saved_search(number, current_person())
    found = engine_of(settings()).hits(kept.fresh[:MOST_FRESH_SHOWN], tokens())
    asked = searching.read_address(kept.address)
    query = search.parse(asked.words, queries.synonym_groups())
    return render_template(
        "research/fresh.html",
        kept=kept,
        asked=asked,
        marked=" ".join(search.words_of(query.root)),
        hits=sorted(found.values(), key=lambda hit: hit.record.date, reverse=True),
        more=len(kept.fresh) - MOST_FRESH_SHOWN,
    )


@bp.post("/saved/<int:number>/seen")
@allowed(Permission.Library.SEARCH)
def seen(number: int) -> Redirect:
    """Say that I have seen what came in."""
    kept = queries.saved_search(number, current_person())
    actions.see_fresh(kept)
    db.session.commit()
    return redirect(url_for(".saved"))


@bp.post("/saved/<int:number>/forget")
@allowed(Permission.Library.SEARCH)
def forget(number: int) -> Redirect:
    """Keep a search no longer."""
    kept = queries.saved_search(number, current_person())
    actions.forget_search(kept, by=current_person(), at=clock.now())
    db.session.delete(kept)
    db.session.commit()
    flash(_("检索已删除。"), "success")
    return redirect(url_for(".saved"))


# Collections.


@bp.post("/collections")
@allowed(Permission.Library.SEARCH)
def begin_collection() -> Redirect | tuple[str, int]:
    """Begin to gather records on a matter."""
    form = CollectionForm()
    if form.validate():
        try:
            made = actions.begin_collection(
                form.name.data or "",
                about=form.about.data or "",
                by=current_person(),
                at=clock.now(),
            )
            db.session.add(made)
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            form.name.errors = [_("您已有同名的专题。")]
        else:
            return redirect(url_for(".collection", number=made.id))
    return _saved(form), 422


@bp.get("/collections/<int:number>")
@allowed(Permission.Library.SEARCH)
def collection(number: int) -> str:
    """What I gathered on a matter, with my notes."""
    found = queries.collection(number, current_person())
    hits = _hits_of(found)
    return render_template(
        "research/collection.html",
        collection=found,
        hits=hits,
        cited={
            key: citing.citation_of(hit.record, settings().office_name) for key, hit in hits.items()
        },
        form=EntryNoteForm(formdata=None),
    )


def _hits_of(found: Collection) -> dict[str, Hit]:
    engine = engine_of(settings())
    return engine.hits([entry.key for entry in found.entries], tokens())


@bp.post("/gather")
@allowed(Permission.Library.SEARCH)
def gather() -> Redirect:
    """Put a record into a collection of mine."""
    number, key = request.form.get("collection", 0, type=int), request.form.get("key", "")
    found = queries.collection(number, current_person())
    if engine_of(settings()).record(key, tokens()) is None:
        raise NotFound
    try:
        added = actions.gather(found, key, by=current_person(), at=clock.now())
    except InputRefused as error:
        flash(error.sentence, "warning")
    else:
        db.session.commit()
        flash(
            _("已收入专题“%(name)s”。", name=found.name)
            if added
            else _("专题“%(name)s”中已有这一条。", name=found.name),
            "success",
        )
    return back(url_for(".collection", number=number))


@bp.post("/collections/<int:number>/entries/<int:entry_number>/note")
@allowed(Permission.Library.SEARCH)
def note(number: int, entry_number: int) -> Redirect:
    """Say why a record was gathered."""
    _found, entry = _entry(number, entry_number)
    form = EntryNoteForm()
    if form.validate():
        actions.note_entry(entry, form.note.data or "")
        db.session.commit()
    else:
        flash(_("备注过长。"), "warning")
    return redirect(url_for(".collection", number=number, _anchor=f"entry-{entry_number}"))


@bp.post("/collections/<int:number>/entries/<int:entry_number>/take-out")
@allowed(Permission.Library.SEARCH)
def take_out(number: int, entry_number: int) -> Redirect:
    """Take a record out of a collection."""
    found, entry = _entry(number, entry_number)
    actions.take_out(found, entry, by=current_person(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".collection", number=number))


def _entry(number: int, entry_number: int) -> tuple[Collection, CollectionEntry]:
    found = queries.collection(number, current_person())
    for entry in found.entries:
        if entry.id == entry_number:
            return found, entry
    raise NotFound


@bp.post("/collections/<int:number>/give-up")
@allowed(Permission.Library.SEARCH)
def give_up(number: int) -> Redirect:
    """Keep a collection no longer; the records themselves stay where they are."""
    found = queries.collection(number, current_person())
    actions.give_up_collection(found, by=current_person(), at=clock.now())
    db.session.delete(found)
    db.session.commit()
    flash(_("专题已删除。"), "success")
    return redirect(url_for(".saved"))


@bp.post("/collections/<int:number>/export.<form>")
@allowed(Permission.Library.SEARCH)
def export_collection(number: int, form: str) -> Response:
    """A collection with its notes, as a table, a paper or citations."""
    if form not in MEDIA_TYPES:
        raise NotFound
    found = queries.collection(number, current_person())
    hits = _hits_of(found)
    rows = [
        exporting.Row(hits[entry.key], entry.note) for entry in found.entries if entry.key in hits
    ]
    return leaving(rows, form, title=found.name, what=f"collection:{number}", about=found.about)
