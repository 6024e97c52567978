"""In this file are the doors of the research: the search, a record, and what is made of them.

What leaves the house, whether a text was published, trends, the names that mean the same, and keys
for programs. What a researcher keeps is in `keeping_routes.py`.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence
from typing import cast
from urllib.parse import unquote_plus, urlsplit

import pikepdf
import pypdfium2
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
from werkzeug.wrappers import Response as Redirect

import layouts
import search
from publisher import clock, history, jobs
from publisher.answers import Answer, page
from publisher.database import db
from publisher.editing import queries as editing
from publisher.errors import InputRefused, NotFound
from publisher.language import day
from publisher.library import queries as library
from publisher.library.engine import engine_of
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person, public
from publisher.people.permission import Permission
from publisher.publication import kept, press
from publisher.publication.model import Publication
from publisher.research import actions, citing, exporting, overlap, queries, searching, timeline
from publisher.research import trends as trends_
from publisher.research.forms import PublishedForm, SaveSearchForm, SynonymsForm, TokenForm
from publisher.research.found_pages import page_with
from publisher.research.marked_pdf import marked_copy, marks
from publisher.research.understood import understood
from publisher.settings import settings
from search import Marker

bp = Blueprint("research", __name__, url_prefix="/search")
bp.add_app_template_filter(searching.telling)
bp.add_app_template_filter(searching.tone_of_state)
bp.add_app_template_filter(searching.edition_marks)

logger = logging.getLogger(__name__)

PRINTED = frozenset({"item", "issue"})
"""Kinds that stand in an issue's PDF."""
LONGEST_SHOWN = 6000
"""Characters of a record shown beside the hits."""
NEAR_COMPARED = 8
"""Published items held against a text that may be a part of one of them."""
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ris": "application/x-research-info-systems",
}


@bp.app_errorhandler(search.SearchError)
def _unusable(error: search.SearchError) -> Answer:
    """Say that the index cannot be used just now; the worker makes it anew within minutes.

    A cluster that is away is waited for: nothing that changes meanwhile is lost.
    """
    if isinstance(error, search.EngineAway):
        logger.warning("The search cluster is away at %s: %s", request.path, error.reason)
        return page(
            503,
            _("检索服务器暂时连不上，请稍后再试。其他页面照常使用，新刊发的内容待恢复后即可查到。"),
        )
    if isinstance(error, search.QueryRefused):
        logger.warning("The search cluster refused %s: %s", request.path, error.reason)
        return page(422, _("这个检索式过于复杂，未能检索，请减少词语后再试。"))
    logger.error("The index cannot be used at %s: %s", request.path, error)
    return page(503, _("检索暂时不可用，系统正在自动重建索引，请过几分钟再试。"))


def tokens() -> frozenset[str]:
    """What the person signed in holds against the readers of a record."""
    return people.access_tokens(current_person())


@bp.get("", endpoint="search")
@allowed(Permission.Library.SEARCH)
def search_() -> str:
    """Search items, issues, instructions, cases, reports and files together."""
    asked = searching.read_request(request.args)
    found, said = None, ""
    if asked.is_asked:
        groups = queries.synonym_groups()
        found = searching.find(asked, tokens(), settings(), synonyms=groups)
        said = understood(search.parse(asked.words, groups))
        if asked.page <= 1:
            jobs.nudge_soon(
                "research.note_search",
                current_person().id,
                unquote_plus(asked.address)[:500],
                found.total,
            )
    months = found.results.months if found else ()
    return render_template(
        "research/search.html",
        asked=asked,
        results=found,
        understood=said,
        marked=" ".join(found.results.marked) if found else "",
        timeline=timeline.timeline_of(months, since=asked.since, until=asked.until),
        timeline_size=(timeline.WIDTH, timeline.HEIGHT),
        sorts=searching.SORTS,
        saving=SaveSearchForm(formdata=None, data={"address": asked.address}),
        collections=queries.collections(current_person()),
        search_words=asked.words,
        facet_words=searching.facet_words(),
    )


@bp.get("/suggest")
@allowed(Permission.Library.SEARCH)
def suggest() -> Response:
    """Names that begin as the words typed, out of what I may read."""
    return jsonify(searching.suggest(request.args.get("q", ""), tokens(), settings()))


@bp.get("/records/<key>")
@allowed(Permission.Library.SEARCH)
def record(key: str) -> str:
    """One record as it was found, its words marked: a page, or the part beside the hits."""
    held, engine = tokens(), engine_of(settings())
    found = engine.record(key, held)
    if found is None:
        raise NotFound
    words = request.args.get("q", "")[: searching.LONGEST_QUERY]
    asked = _words_asked()
    marker = Marker(asked)
    is_part = request.headers.get("HX-Request") == "true"
    text = found.text[:LONGEST_SHOWN]
    return render_template(
        "research/record_card.html" if is_part else "research/record.html",
        record=found,
        hit=engine.hits([key], held).get(key),
        words=" ".join(asked),
        title=marker.mark(found.title),
        paragraphs=[marker.mark(line) for line in text.split("\n") if line.strip()],
        is_cut=len(found.text) > LONGEST_SHOWN,
        related=engine.related(found, held) if found.kind in {"item", "case"} else (),
        pdf=url_for(".in_pdf", key=key, q=words) if found.kind in PRINTED else "",
        citation=citing.citation_of(found, settings().office_name),
        collections=queries.collections(current_person()),
        came_from=_came_from() if is_part else "",
    )


def _came_from() -> str:
    """The page beside whose hits a record is shown, for whoever gathers it to stay there."""
    came = urlsplit(request.referrer or "")
    return f"{came.path}?{came.query}" if came.netloc == request.host else ""


@bp.get("/records/<key>/pdf")
@allowed(Permission.Library.SEARCH)
def in_pdf(key: str) -> Redirect:
    """To the page of the issue's PDF on which the words stand, in a copy that marks them."""
    found, publication = _printed(key)
    words = _words_asked()
    content = kept.read(publication, press.PDF, settings())
    as_it_is = url_for("library.download", number=publication.issue_id, form="pdf", inline=1)
    try:
        page_number = page_with(content, words, found.title if found.kind == "item" else "")
    except pypdfium2.PdfiumError:
        # An old file whose pages cannot be read for words.
        return redirect(as_it_is)
    address = url_for(".marked", key=key, q=request.args.get("q", "")) if words else as_it_is
    return redirect(f"{address}#page={page_number}")


@bp.get("/records/<key>/marked.pdf")
@allowed(Permission.Library.SEARCH)
def marked(key: str) -> Response | Redirect:
    """A copy of the issue's PDF with the words marked; the archived file is not touched."""
    found, publication = _printed(key)
    content = kept.read(publication, press.PDF, settings())
    issue, words = publication.issue, _words_asked()
    told = "".join(f"（{word}）" for word, _tone in searching.edition_marks(found))
    name = _(
        "%(issue)s（检索标记副本，不是存档件）", issue=f"{found.serial}{found.number_text}{told}"
    )
    try:
        copy = marked_copy(content, marks(content, words), title=name)
    except (pikepdf.PdfError, pypdfium2.PdfiumError):
        # An old file that only lets itself be shown as it is.
        address = url_for("library.download", number=issue.id, form="pdf", inline=1)
        return redirect(address)
    jobs.nudge_soon("research.note_marked", current_person().id, issue.id, " ".join(words)[:500])
    return send_file(
        io.BytesIO(copy),
        mimetype="application/pdf",
        download_name=f"{name}.pdf",
        conditional=False,
    )


def _printed(key: str) -> tuple[search.Record, Publication]:
    """A record that stands in an issue I may read, and the issue; raises `NotFound`."""
    found = engine_of(settings()).record(key, tokens())
    number = re.match(r"/library/issues/(\d+)", found.url) if found else None
    if found is None or number is None or found.kind not in PRINTED:
        raise NotFound
    return found, library.publication(int(number[1]), current_person())


def _words_asked() -> tuple[str, ...]:
    words = request.args.get("q", "")[: searching.LONGEST_QUERY]
    return search.words_of(search.parse(words, queries.synonym_groups()).root)


# What leaves the house; each is in the history.


@bp.post("/export.<form>")
@allowed(Permission.Library.SEARCH)
def export(form: str) -> Response:
    """What a search finds, at most a thousand records, as a table, a paper or citations."""
    if form not in MEDIA_TYPES:
        raise NotFound
    asked = searching.read_address(request.form.get("address", "")[:4000])
    hits = searching.all_hits(
        asked, tokens(), settings(), queries.synonym_groups(), most=exporting.MOST
    )
    rows = [exporting.Row(hit) for hit in hits]
    said = asked.words or _("按限定检索")
    return leaving(rows, form, title=_("检索结果：%(words)s", words=said[:60]), what=asked.address)


@bp.post("/records/<key>/cite.ris")
@allowed(Permission.Library.SEARCH)
def cite(key: str) -> Response:
    """One record for programs that keep references."""
    hits = engine_of(settings()).hits([key], tokens())
    if key not in hits:
        raise NotFound
    return leaving([exporting.Row(hits[key])], "ris", title=hits[key].record.title, what=key)


def leaving(
    rows: Sequence[exporting.Row], form: str, *, title: str, what: str, about: str = ""
) -> Response:
    """The file, once history has been told who takes what along."""
    person, office = current_person(), settings().office_name
    history.record(
        person,
        "export",
        by=person,
        at=clock.now(),
        form=form,
        what=what[:500],
        records=[row.hit.record.id for row in rows],
    )
    db.session.commit()
    told = _("%(day)s取出，共%(n)s条", day=day(clock.today()), n=len(rows))
    if form == "xlsx":
        content = exporting.as_xlsx(
            rows, title=title, office=office, told=told, site=request.host_url
        )
    elif form == "docx":
        content = exporting.as_docx(rows, title=title, office=office, told=told, about=about)
    else:
        records = [row.hit.record for row in rows]
        content = citing.ris(records, office, request.host_url).encode("utf-8", "replace")
    return send_file(
        io.BytesIO(content),
        mimetype=MEDIA_TYPES[form],
        as_attachment=True,
        download_name=f"{exporting.file_name(title)}.{form}",
    )


# Was it published already, and how does it go on through time?


@bp.route("/published", methods=["GET", "POST"])
@allowed(Permission.Library.SEARCH)
def published() -> str | tuple[str, int]:
    """Whether a text, or an item on the desk, was published before: those nearly the same."""
    form = PublishedForm()
    number = request.args.get("item", type=int)
    item, own = None, frozenset[str]()
    if number is not None and not form.is_submitted():
        if not current_person().may(Permission.Items.SEE):
            raise NotFound
        item = editing.item(number)
        form.text.data = layouts.plain_text(item.body)[:20000]
        own = frozenset({f"item:{number}"})
    text = form.text.data or ""
    valid = form.validate() if form.is_submitted() else bool(text)
    page = render_template(
        "research/published.html",
        form=form,
        asked=valid,
        item=item,
        pairs=_published_before(text, own) if valid else (),
    )
    return page if valid or not form.is_submitted() else (page, 422)


def _published_before(text: str, own: frozenset[str]) -> list[overlap.Pair]:
    """What is nearly the same; where nothing is, what holds the text as a part."""
    engine = engine_of(settings())
    if found := engine.alike(text, tokens(), but=own):
        return [overlap.pair_of(text, one) for one in found]
    near = engine.search(
        search.akin_to(text),
        readers=tokens(),
        filters=search.Filters(kind=("item",)),
        per_page=NEAR_COMPARED,
    )
    return overlap.holding(text, [hit.record for hit in near.hits if hit.record.id not in own])


published.only_reads = True  # type: ignore[attr-defined]


@bp.get("/trends")
@allowed(Permission.Library.SEARCH)
def trends() -> str:
    """Words through time, as a chart with its table."""
    lines, by, step = _trends_asked()
    return render_template(
        "research/trends.html",
        words="\n".join(lines),
        by=by,
        step=step,
        trend=_trend(lines, by, step),
        choices=trends_.BY,
        steps=trends_.STEPS,
        size=(trends_.WIDTH, trends_.HEIGHT),
    )


@bp.post("/trends/export.xlsx")
@allowed(Permission.Library.SEARCH)
def export_trends() -> Response:
    """The figures of a chart as a table; raises `NotFound` where there are none."""
    lines, by, step = _trends_asked()
    found, person = _trend(lines, by, step), current_person()
    if found is None:
        raise NotFound
    history.record(
        person, "export", by=person, at=clock.now(), form="xlsx", what="；".join(lines)[:500]
    )
    db.session.commit()
    names = [searching.facet_word(by, one.name) if by else one.name for one in found.series]
    title = _("走势：%(words)s", words="、".join(lines)[:60])
    content = exporting.trend_as_xlsx(found, names, title=title, office=settings().office_name)
    return send_file(
        io.BytesIO(content),
        mimetype=MEDIA_TYPES["xlsx"],
        as_attachment=True,
        download_name=f"{exporting.file_name(title)}.xlsx",
    )


def _trends_asked() -> tuple[list[str], str, trends_.Step]:
    """The lines that the address asks for, what they are parted by, and the step."""
    typed = [line.strip() for line in request.args.get("words", "")[:2000].splitlines()]
    by, step = request.args.get("by", ""), request.args.get("step", "month")
    return (
        [line for line in typed if line][: trends_.MOST_SERIES],
        by if by in trends_.BY else "",
        cast("trends_.Step", step if step in trends_.STEPS else "month"),
    )


def _trend(lines: list[str], by: str, step: trends_.Step) -> trends_.Trend | None:
    asked = searching.read_request(request.args)
    return trends_.trend_of(
        [asked.with_words(line) for line in lines],
        tokens(),
        settings(),
        by=by,
        step=step,
        synonyms=queries.synonym_groups(),
    )


# Names that mean the same.


@bp.route("/synonyms", methods=["GET", "POST"])
@allowed(Permission.Library.KEEP_WORDS)
def synonyms() -> str | Redirect | tuple[str, int]:
    """Names and abbreviations that the search takes for each other."""
    form, groups = SynonymsForm(), queries.synonyms()
    changed = request.args.get("group", type=int)
    former = queries.synonyms_of(changed) if changed is not None else None
    if form.is_submitted() and form.validate():
        taken = {name for group in groups if group is not former for name in group.all_names}
        try:
            made = actions.set_synonyms(
                former, form.names.data or "", taken, by=current_person(), at=clock.now()
            )
        except InputRefused as error:
            form.names.errors = [error.sentence]
        else:
            db.session.add(made)
            db.session.commit()
            flash(_("已保存，即刻生效。"), "success")
            return redirect(url_for(".synonyms"))
    elif former is not None and not form.is_submitted():
        form.names.data = former.names
    page = render_template("research/synonyms.html", form=form, groups=groups, former=former)
    return (page, 422) if form.is_submitted() else page


@bp.post("/synonyms/<int:number>/remove")
@allowed(Permission.Library.KEEP_WORDS)
def remove_synonyms(number: int) -> Redirect:
    """Take a group of names away."""
    group = queries.synonyms_of(number)
    actions.remove_synonyms(group, by=current_person(), at=clock.now())
    db.session.delete(group)
    db.session.commit()
    flash(_("已删除。"), "success")
    return redirect(url_for(".synonyms"))


# Keys for programs.


@bp.route("/tokens", methods=["GET", "POST"])
@allowed(Permission.Library.SEARCH)
def tokens_() -> str | tuple[str, int]:
    """The keys by which programs read as me, and a form for one more."""
    form, person, key = TokenForm(), current_person(), ""
    if form.is_submitted() and form.validate():
        made, key = actions.make_token(
            form.name.data or "", days=form.days.data or 1, by=person, at=clock.now()
        )
        db.session.add(made)
        db.session.commit()
        form = TokenForm(formdata=None)
    page = render_template(
        "research/tokens.html",
        form=form,
        key=key,
        keys=queries.api_tokens(person),
        today=clock.today(),
        site=request.host_url.rstrip("/"),
    )
    return (page, 422) if form.errors else page


@bp.post("/tokens/<int:number>/end")
@allowed(Permission.Library.SEARCH)
def end_token(number: int) -> Redirect:
    """Take a key no longer."""
    token = queries.api_token(number, current_person())
    actions.end_token(token, by=current_person(), at=clock.now())
    db.session.delete(token)
    db.session.commit()
    flash(_("密钥已停用。"), "success")
    return redirect(url_for(".tokens_"))


@bp.get("/opensearch.xml")
@public
def description() -> Response:
    """How a browser or another program searches here (OpenSearch 1.1)."""
    body = render_template(
        "research/opensearch.xml",
        name=settings().office_name,
        pages=url_for(".search", _external=True),
    )
    return Response(body, mimetype="application/opensearchdescription+xml")
