"""In this file are the doors for old issues: take in, list, look over, mend, enter."""

from __future__ import annotations

import re

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from publisher import clock
from publisher.attachments.answers import send
from publisher.database import db
from publisher.errors import InputRefused, NotFound, PublisherError
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.retrospect import actions, entering, extraction, queries, readings, scans, tasks
from publisher.retrospect.drafts import Article, Draft, Unsure, from_json
from publisher.retrospect.forms import TakeInForm, read_draft
from publisher.retrospect.model import OldFile, State
from publisher.retrospect.paragraphs import tight
from publisher.retrospect.words import doubt_sentences
from publisher.serials import queries as serials
from publisher.settings import settings

bp = Blueprint("retrospect", __name__, url_prefix="/retrospect")

TELLING = 4
"""A line of fewer characters may stand anywhere."""
MAY_BE_TITLE = 80
"""Only a paragraph so short is offered as a title."""


@bp.route("/", methods=["GET", "POST"])
@allowed(Permission.Archive.ENTER)
def files() -> str | Redirect | tuple[str, int]:
    """Old files, and a form for more of them."""
    form = TakeInForm()
    status = 200
    if form.is_submitted():
        if form.validate() and any(one.filename for one in form.files.data or ()):
            return _take_in(form)
        form.files.errors = [*form.files.errors, _("请选择文件。")]
        status = 422
    state = next((one for one in State if one.value == request.args.get("state")), None)
    page = render_template(
        "retrospect/files.html",
        form=form,
        page=queries.old_files(state, request.args.get("page", 1, type=int)),
        state=state,
        tabs=_tabs(state),
        has_office=extraction.has_office(),
    )
    return (page, status) if status != 200 else page


def _tabs(chosen: State | None) -> list[tuple[str, str, bool, int | None]]:
    """A view for each state that has files."""
    counts = queries.counts()
    return [(_("全部"), url_for(".files"), chosen is None, None)] + [
        (one.word, url_for(".files", state=one.value), one == chosen, counts[one])
        for one in State
        if counts.get(one)
    ]


def _take_in(form: TakeInForm) -> Redirect:
    taken: list[OldFile | str] = []
    for upload in form.files.data:
        if upload.filename:
            taken += entering.keep_upload(
                upload,
                settings(),
                tells_counters=bool(form.tells_counters.data),
                by=current_person(),
                at=clock.now(),
            )
    db.session.commit()
    numbers = [one.id for one in taken if isinstance(one, OldFile) and one.state == State.WAITING]
    refused = [one for one in taken if isinstance(one, str)]
    db.session.rollback()
    for number in numbers:
        tasks.read_old_file.later(number)
    flash(_("已收 %(n)s 个文件，正在识别。", n=len(taken) - len(refused)), "success")
    for sentence in refused[:10]:
        flash(sentence, "warning")
    return redirect(url_for(".files"))


@bp.get("/files/<int:number>")
@allowed(Permission.Archive.ENTER)
def file(number: int) -> str | Redirect:
    """One old file: its pages beside what was recognised."""
    return _page(queries.old_file(number))


def _page(old: OldFile, *, draft: Draft | None = None, error: str = "") -> str:
    draft = draft or from_json(old.draft)
    serial = queries.serial_named(draft.serial)
    return render_template(
        "retrospect/file.html",
        old=old,
        draft=draft,
        error=error,
        doubts=doubt_sentences(draft.doubts),
        beyond=bool(
            serial is not None
            and old.state == State.REVIEW
            and entering.goes_beyond(draft, serial)
            and not old.tells_counters
        ),
        serials=serials.all_serials(),
        pages=[url_for(".page", number=old.id, page=n) for n in range(1, old.pages + 1)],
        may_be_titles=[_may_be_titles(one) for one in draft.articles],
        unsure=_unsure_of(draft),
        progress=readings.progress(old.id, settings()) if old.state == State.WAITING else (0, 0),
        may_read_again="no_ocr" in draft.doubts and scans.can_read(),
        following=queries.next_in_review(old.id),
    )


def _unsure_of(draft: Draft) -> list[list[tuple[int, Unsure]]]:
    """The unsure lines of each item, each with its place in the draft; at the end the others."""
    texts = [tight(f"{one.title}{one.body}".replace("\\", "")) for one in draft.articles]
    found: list[list[tuple[int, Unsure]]] = [[] for _text in (*texts, "")]
    for place, one in enumerate(draft.unsure):
        said = tight(one.text)
        known = (n for n, text in enumerate(texts) if len(said) >= TELLING and said in text)
        at = next(known, len(texts))
        found[at].append((place, one))
    return found


def _may_be_titles(article: Article) -> list[tuple[int, str]]:
    """The short paragraphs of an item, each with its place."""
    parts = article.body.split("\n\n")
    return [
        (place, part)
        for place, part in enumerate(parts)
        if 0 < len(part) <= MAY_BE_TITLE and not part.endswith(("。", "；", "，"))
    ][:40]


@bp.post("/files/<int:number>")
@allowed(Permission.Archive.ENTER)
def mend(number: int) -> str | Redirect | tuple[str, int]:
    """Keep what was mended, do the one thing that was pressed, and enter the issue if asked."""
    old = queries.old_file(number, to_change=True)
    person, at = current_person(), clock.now()
    draft = read_draft(request.form, from_json(old.draft))
    what = request.form.get("do", "save")
    try:
        _change(draft, what)
        actions.mend(old, draft, by=person, at=at)
        db.session.commit()
        if what != "enter":
            return redirect(url_for(".file", number=number, _anchor=_anchor(what)))
        entering.enter(
            number, by=person, at=at, tells_counters=request.form.get("tells_counters") == "1"
        )
    except PublisherError as error:
        db.session.rollback()
        return _page(queries.old_file(number), draft=draft, error=error.sentence), 422
    flash(_("已补录入库。"), "success")
    following = queries.next_in_review(number)
    if following is not None:
        return redirect(url_for(".file", number=following))
    return redirect(url_for(".files"))


def _change(draft: Draft, what: str) -> None:
    """One press: add, join-2, section-2, remove-2, split-2-5."""
    if what == "add":
        draft.articles.append(Article("", ""))
    found = re.fullmatch(r"(join|section|remove|split)-(\d{1,4})(?:-(\d{1,5}))?", what)
    if found is None:
        return
    number = int(found[2])
    if found[1] == "join":
        actions.join_with_previous(draft, number)
    elif found[1] == "section":
        actions.make_section(draft, number)
    elif found[1] == "split":
        actions.split_at(draft, number, int(found[3] or 0))
    elif number < len(draft.articles):
        draft.articles.pop(number)
    else:
        raise InputRefused(_("没有这一条，请重新打开页面。"))


def _anchor(what: str) -> str | None:
    found = re.fullmatch(r"\w+-(\d{1,4}).*", what)
    return f"article-{found[1]}" if found else None


@bp.post("/files/<int:number>/again")
@allowed(Permission.Archive.ENTER)
def again(number: int) -> Redirect:
    """Read the original once more."""
    old = queries.old_file(number, to_change=True)
    actions.read_again(old, by=current_person(), at=clock.now())
    db.session.commit()
    db.session.rollback()
    tasks.read_old_file.later(number)
    return redirect(url_for(".file", number=number))


@bp.post("/files/<int:number>/review")
@allowed(Permission.Archive.ENTER)
def review(number: int) -> Redirect:
    """Look at what was held for a duplicate."""
    old = queries.old_file(number, to_change=True)
    actions.review_anyway(old, by=current_person(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".file", number=number))


@bp.post("/files/<int:number>/drop")
@allowed(Permission.Archive.ENTER)
def drop(number: int) -> Redirect:
    """Take the file in no further."""
    old = queries.old_file(number, to_change=True)
    actions.drop(old, by=current_person(), at=clock.now())
    db.session.commit()
    following = queries.next_in_review(number)
    return redirect(url_for(".file", number=following) if following else url_for(".files"))


@bp.get("/files/<int:number>/pages/<int:page>.png")
@allowed(Permission.Archive.ENTER)
def page(number: int, page: int) -> Response:
    """One page of an old file as a picture."""
    old = queries.old_file(number)
    path = readings.folder_of(old.id, settings()) / f"{page}.png"
    if not 1 <= page <= old.pages or not path.is_file():
        raise NotFound
    return send_file(path, mimetype="image/png", etag=True, max_age=3600)


@bp.get("/files/<int:number>/lines/<int:line>.png")
@allowed(Permission.Archive.ENTER)
def line(number: int, line: int) -> Response:
    """One line of a scan that may have been read wrong, as a picture."""
    old = queries.old_file(number)
    path = readings.line_path(old.id, line, settings())
    if not path.is_file():
        raise NotFound
    return send_file(path, mimetype="image/png", etag=True, max_age=3600)


@bp.get("/files/<int:number>/original")
@allowed(Permission.Archive.ENTER)
def original(number: int) -> Response:
    """The file as it came in."""
    old = queries.old_file(number)
    return send(old.attachment)
