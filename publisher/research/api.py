"""In this file programs read: search, records, issues, feeds and OAI-PMH, each as one person may.

A program comes with a key (Authorization: Bearer jb-…) or with the session of a browser; it may
read and nothing else. `DOORS` describes every door, and the OpenAPI document is made of it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from flask import Blueprint, Request, Response, current_app, jsonify, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user

import search
from publisher import clock, jobs
from publisher.errors import NotFound
from publisher.issues.source import articles
from publisher.library import queries as library
from publisher.library.engine import engine_of
from publisher.library.queries import NOTHING
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person, public
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.research import actions, harvest, queries, searching
from publisher.serials import queries as serials
from publisher.settings import settings
from search import Filters, Hit, Record

bp = Blueprint("api", __name__, url_prefix="/api/v1")

MOST_PER_PAGE = 100
HARVESTED = ("issue", "item")
HARVEST_PAGE = 100
BEARER = "Bearer "


@bp.record_once
def _take_keys(state: BlueprintSetupState) -> None:
    state.app.login_manager.request_loader(_person_of)  # type: ignore[attr-defined]


def _person_of(asked: Request) -> Person | None:
    """Whose key a request brings; keys open these doors alone."""
    given = asked.headers.get("Authorization", "")
    if asked.blueprint != bp.name or not given.startswith(BEARER):
        return None
    digest = actions.digest_of(given.removeprefix(BEARER).strip()[:200])
    return queries.person_of_token(digest, clock.today())


@bp.before_request
def _known() -> tuple[Response, int, dict[str, str]] | None:
    view = current_app.view_functions[request.endpoint or ""]
    if current_user.is_authenticated or getattr(view, "permissions", ()) == ("public",):
        return None
    said = jsonify(error=_("请先登录，或在请求头中带上有效的接口密钥。"))
    return said, 401, {"WWW-Authenticate": "Bearer"}


def _tokens() -> frozenset[str]:
    return people.access_tokens(current_person())


@bp.get("/search")
@allowed(Permission.Library.SEARCH)
def search_() -> Response:
    """Search, with the facets of what is found."""
    asked = searching.read_request(request.args)
    per_page = min(max(request.args.get("per_page", 20, type=int), 1), MOST_PER_PAGE)
    found = searching.find(
        asked, _tokens(), settings(), synonyms=queries.synonym_groups(), per_page=per_page
    )
    said = unquote_plus(asked.address)[:500]
    jobs.nudge_soon("research.note_search", current_person().id, said, found.total)
    return jsonify(
        total=found.total,
        page=found.page,
        pages=found.pages,
        notice=found.results.notice,
        near=found.is_near,
        hits=[_hit(hit) for hit in found.results.hits],
        facets={
            name: [{"value": value, "count": count} for value, count in values]
            for name, values in found.results.facets.items()
        },
    )


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        **_record(hit.record),
        "leaders": list(hit.leaders),
        "states": list(hit.states),
        "passages": [
            [{"text": piece.text, "hit": piece.is_hit} for piece in one] for one in hit.passages
        ],
    }


def _record(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.kind,
        "title": record.title,
        "date": record.date.isoformat(),
        "serial": record.serial,
        "number": record.number_text,
        "unit": record.unit,
        "category": record.category,
        "section": record.section,
        "tags": list(record.tags),
        "url": record.url,
    }


@bp.get("/suggest")
@allowed(Permission.Library.SEARCH)
def suggest() -> Response:
    """How a word being typed may go on."""
    return jsonify(searching.suggest(request.args.get("q", ""), _tokens(), settings()))


@bp.get("/records/<key>")
@allowed(Permission.Library.SEARCH)
def record(key: str) -> Response:
    """One record with its text."""
    hits = engine_of(settings()).hits([key], _tokens())
    if key not in hits:
        raise NotFound
    return jsonify({**_hit(hits[key]), "text": hits[key].record.text})


@bp.get("/issues")
@allowed(Permission.Library.READ)
def issues() -> Response:
    """The issues I may read, the latest first."""
    page = library.issues(
        current_person(),
        year=request.args.get("year", type=int),
        serial_id=_serial_number(request.args.get("serial", "")),
        page=request.args.get("page", 1, type=int),
    )
    return jsonify(
        total=page.total,
        page=page.page,
        pages=page.pages,
        issues=[
            {
                "id": row.issue.id,
                "serial": row.issue.serial.name,
                "number": row.issue.number_text,
                "date": row.issue.dated_on.isoformat(),
                "titles": row.titles,
                "url": url_for("library.issue", number=row.issue.id),
                "pdf": url_for("library.download", number=row.issue.id, form="pdf"),
            }
            for row in page.rows
        ],
    )


def _serial_number(code: str) -> int | None:
    """The serial of a code; one that is unknown has no issues."""
    if not code:
        return None
    return next((one.id for one in serials.all_serials() if one.code == code), -1)


@bp.get("/issues/<int:number>")
@allowed(Permission.Library.READ)
def issue(number: int) -> Response:
    """One issue as it was printed, article by article."""
    found = library.publication(number, current_person()).issue
    return jsonify(
        id=found.id,
        serial=found.serial.name,
        number=found.number_text,
        date=found.dated_on.isoformat(),
        edition=found.edition,
        url=url_for("library.issue", number=found.id),
        articles=[
            {"id": one["id"], "title": one["title"], "body": one["body"]}
            for one in articles(found.frozen or NOTHING)
        ],
    )


@bp.get("/serials/<code>/feed.atom")
@allowed(Permission.Library.READ)
def serial_feed(code: str) -> Response:
    """The latest issues of a serial (Atom)."""
    serial = next((one for one in serials.all_serials() if one.code == code), None)
    if serial is None:
        raise NotFound
    filters = Filters(kind=("issue",), serial=(serial.name,))
    return _feed(_newest(search.parse(""), filters), title=f"《{serial.name}》")


@bp.get("/saved/<int:number>/feed.atom")
@allowed(Permission.Library.SEARCH)
def saved_feed(number: int) -> Response:
    """What a search of mine finds, the latest first (Atom)."""
    kept = queries.saved_search(number, current_person())
    asked = searching.read_address(kept.address)
    query = search.parse(asked.words, queries.synonym_groups())
    return _feed(_newest(query, searching.filters_of(asked)), title=kept.name)


def _newest(query: search.Query, filters: Filters) -> list[Record]:
    engine = engine_of(settings())
    found = engine.search(query, readers=_tokens(), filters=filters, per_page=30, sort="newest")
    return [hit.record for hit in found.hits]


def _feed(records: list[Record], *, title: str) -> Response:
    content = harvest.atom(
        records, title=title, address=request.base_url, site=_site(), office=settings().office_name
    )
    return Response(content, mimetype="application/atom+xml")


def _site() -> str:
    return request.host_url.rstrip("/")


@bp.get("/oai")
@allowed(Permission.Library.READ)
def oai() -> Response:
    """Issues and items in Dublin Core, as OAI-PMH 2.0 asks for them."""
    given = {name: values[-1] for name, values in request.args.lists()}
    answer = harvest.Answer(request.base_url, given, clock.now(), request.host.partition(":")[0])
    try:
        if any(len(values) > 1 for _name, values in request.args.lists()):
            raise harvest.Refused("badArgument", "an argument is repeated")  # noqa: TRY301
        _answer_oai(answer, given)
    except harvest.Refused as refused:
        answer.refuse(refused)
    return Response(answer.written(), mimetype="text/xml")


def _answer_oai(answer: harvest.Answer, given: dict[str, str]) -> None:
    match given.get("verb"):
        case "Identify":
            first = _harvested(harvest.Wanted(), per_page=1)[0]
            since = first[0].date if first else clock.today()
            mail = f"admin@{request.host.partition(':')[0]}"
            answer.identify(settings().office_name, request.base_url, since, mail)
        case "ListMetadataFormats":
            answer.formats()
        case "ListSets":
            answer.sets((one.code, one.name) for one in _readable_serials())
        case "GetRecord":
            _get_record(answer, given)
        case "ListRecords" | "ListIdentifiers" as verb:
            _list_records(answer, verb, harvest.read_wanted(given))
        case _:
            raise harvest.Refused("badVerb", "unknown verb")


def _readable_serials() -> list[Any]:
    """The serials of which I find anything: others are not named."""
    found = engine_of(settings()).values("serial", "", _tokens(), most=1000)
    names = {one.text for one in found}
    return [one for one in serials.all_serials() if one.name in names]


def _get_record(answer: harvest.Answer, given: dict[str, str]) -> None:
    if set(given) != {"verb", "identifier", "metadataPrefix"}:
        raise harvest.Refused("badArgument", "identifier and metadataPrefix are needed")
    if given["metadataPrefix"] != "oai_dc":
        raise harvest.Refused("cannotDisseminateFormat", "only oai_dc")
    key = given["identifier"].rpartition(":")
    record_id = f"{key[0].rpartition(':')[2]}:{key[2]}"
    found = engine_of(settings()).record(record_id, _tokens())
    if found is None or found.kind not in HARVESTED:
        raise harvest.Refused("idDoesNotExist", "unknown identifier")
    codes = {one.name: one.code for one in _readable_serials()}
    answer.records("GetRecord", [found], codes, _site(), office=settings().office_name)


def _list_records(answer: harvest.Answer, verb: str, wanted: harvest.Wanted) -> None:
    records, total = _harvested(wanted, per_page=HARVEST_PAGE)
    if not records:
        raise harvest.Refused("noRecordsMatch", "nothing found")
    is_last = wanted.page * HARVEST_PAGE >= total
    further = harvest.Wanted(wanted.since, wanted.until, wanted.set_code, wanted.page + 1)
    token = harvest.token_of(further) if not is_last else ("" if wanted.page > 1 else None)
    codes = {one.name: one.code for one in _readable_serials()}
    answer.records(
        verb, records, codes, _site(), office=settings().office_name, token=token, total=total
    )


def _harvested(wanted: harvest.Wanted, *, per_page: int) -> tuple[list[Record], int]:
    """A page of what I may read, the oldest first, so that what comes in shifts nothing."""
    names: tuple[str, ...] = ()
    if wanted.set_code:
        names = tuple(one.name for one in _readable_serials() if one.code == wanted.set_code)
        if not names:
            return [], 0
    found = engine_of(settings()).search(
        search.parse(""),
        readers=_tokens(),
        filters=Filters(kind=HARVESTED, serial=names, since=wanted.since, until=wanted.until),
        page=wanted.page,
        per_page=per_page,
        sort="oldest",
    )
    return [hit.record for hit in found.hits], found.total


# What is described.

_TEXT, _COUNT, _FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_RECORD_FIELDS: dict[str, dict[str, Any]] = {
    "id": _TEXT,
    "kind": {"type": "string", "enum": list(searching.KINDS)},
    "title": _TEXT,
    "date": {"type": "string", "format": "date"},
    "serial": _TEXT,
    "number": _TEXT,
    "unit": _TEXT,
    "category": _TEXT,
    "section": _TEXT,
    "tags": _list(_TEXT),
    "url": _TEXT,
}
_HIT_FIELDS = {
    **_RECORD_FIELDS,
    "leaders": _list(_TEXT),
    "states": _list(_TEXT),
    "passages": _list(_list(_object(text=_TEXT, hit=_FLAG))),
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "Hit": _object(**_HIT_FIELDS),
    "Record": _object(**_HIT_FIELDS, text=_TEXT),
    "Results": _object(
        total=_COUNT,
        page=_COUNT,
        pages=_COUNT,
        notice=_TEXT,
        near=_FLAG,
        hits=_list({"$ref": "#/components/schemas/Hit"}),
        facets={
            "type": "object",
            "additionalProperties": _list(_object(value=_TEXT, count=_COUNT)),
        },
    ),
    "Proposals": _list(
        _object(text=_TEXT, count={"type": ["integer", "null"]}, whole=_TEXT),
    ),
    "Issues": _object(
        total=_COUNT,
        page=_COUNT,
        pages=_COUNT,
        issues=_list(
            _object(
                id=_COUNT,
                serial=_TEXT,
                number=_TEXT,
                date=_TEXT,
                titles=_list(_TEXT),
                url=_TEXT,
                pdf=_TEXT,
            )
        ),
    ),
    "Issue": _object(
        id=_COUNT,
        serial=_TEXT,
        number=_TEXT,
        date=_TEXT,
        edition=_COUNT,
        url=_TEXT,
        articles=_list(_object(id=_TEXT, title=_TEXT, body=_TEXT)),
    ),
    "Error": _object(error=_TEXT),
}
_PAGE = {"page": _COUNT}
_NARROWING = {name: _list(_TEXT) for name in searching.FACETS}
DOORS: dict[str, tuple[str, str, dict[str, dict[str, Any]], str]] = {
    "search_": (
        "Search items, issues, instructions, cases, reports and files",
        "Results",
        {
            "q": _TEXT,
            **_NARROWING,
            "since": _TEXT,
            "until": _TEXT,
            "sort": {"type": "string", "enum": list(searching.SORTS)},
            "grouped": {"type": "string", "enum": ["1"]},
            **_PAGE,
            "per_page": {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE},
        },
        "application/json",
    ),
    "suggest": ("How a word may go on", "Proposals", {"q": _TEXT}, "application/json"),
    "record": ("One record with its text", "Record", {}, "application/json"),
    "issues": (
        "Published issues, the latest first",
        "Issues",
        {"year": _COUNT, "serial": _TEXT, **_PAGE},
        "application/json",
    ),
    "issue": ("One issue as it was printed", "Issue", {}, "application/json"),
    "serial_feed": ("The latest issues of a serial", "", {}, "application/atom+xml"),
    "saved_feed": ("What a saved search finds", "", {}, "application/atom+xml"),
    "oai": (
        "Issues and items in Dublin Core (OAI-PMH 2.0)",
        "",
        dict.fromkeys(sorted(harvest.ARGUMENTS), _TEXT),
        "text/xml",
    ),
    "openapi": ("This document", "", {}, "application/json"),
}
"""By endpoint: what it gives, the schema of its answer, what may be asked, the media type."""


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    """What these doors give, for programs (OpenAPI 3.1)."""
    paths: dict[str, Any] = {}
    for rule in current_app.url_map.iter_rules():
        blueprint, _dot, name = rule.endpoint.partition(".")
        if blueprint == bp.name:
            path = "".join(
                f"{{{part}}}" if is_variable else part for is_variable, part in _parts(rule.rule)
            )
            paths[path] = {"get": _described(name, rule.rule)}
    return jsonify(
        openapi="3.1.0",
        info={"title": settings().office_name, "version": "1"},
        paths=paths,
        components={
            "schemas": SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        security=[{"key": []}],
    )


def _parts(rule: str) -> list[tuple[bool, str]]:
    """A rule's fixed parts and the names of its variables: /issues/<int:number>."""
    found: list[tuple[bool, str]] = []
    for piece in rule.split("<"):
        name, closes, rest = piece.partition(">")
        if closes:
            found += [(True, name.rpartition(":")[2]), (False, rest)]
        else:
            found.append((False, piece))
    return found


def _described(name: str, rule: str) -> dict[str, Any]:
    summary, schema, asked, media_type = DOORS[name]
    variables = [part for is_variable, part in _parts(rule) if is_variable]
    content: dict[str, Any] = (
        {"schema": {"$ref": f"#/components/schemas/{schema}"}} if schema else {}
    )
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "operationId": name.strip("_"),
        "summary": summary,
        "parameters": [
            *({"name": one, "in": "path", "required": True, "schema": _TEXT} for one in variables),
            *({"name": one, "in": "query", "schema": kind} for one, kind in asked.items()),
        ],
        "responses": {
            "200": {"description": summary, "content": {media_type: content}},
            "401": {"description": "no valid key and no session", "content": error},
            "404": {"description": "not there, or not for this reader"},
        },
    }
