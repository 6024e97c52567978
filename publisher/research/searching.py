"""In this file a research page's address becomes a search, and the search what the page shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

import search
from publisher.config import Settings
from publisher.library.engine import engine_of
from publisher.people.model import Level
from publisher.research import guessing
from publisher.words import N_

PER_PAGE = 20
LONGEST_QUERY = 2000
FACETS = {
    "kind": N_("种类"),
    "serial": N_("刊物"),
    "year": N_("年份"),
    "section": N_("栏目"),
    "category": N_("类别"),
    "tag": N_("标签"),
    "unit": N_("单位"),
    "urgency": N_("紧急程度"),
    "instructed": N_("批示"),
    "leader": N_("批示领导"),
    "instructed_in": N_("批示年份"),
    "state": N_("办理状态"),
    "handler": N_("办理单位"),
    "adopted": N_("采用级别"),
}
"""What a researcher narrows by, in the order of the page."""
KINDS = {
    "item": N_("稿件"),
    "issue": N_("刊期"),
    "instruction": N_("批示"),
    "case": N_("督办事项"),
    "report": N_("办理情况"),
    "file": N_("附件"),
    "adoption": N_("上级采用"),
}
SORTS = {
    "relevance": N_("相关度"),
    "newest": N_("从新到旧"),
    "oldest": N_("从旧到新"),
    "rank": N_("批示领导"),
}
WORDED = frozenset({"category", "state", "urgency", "adopted"})
"""Facets whose values are words of the house."""
Sort = Literal["relevance", "newest", "oldest", "rank"]
OFFERED = {
    "刊物": "serial",
    "单位": "unit",
    "类别": "category",
    "栏目": "section",
    "标签": "tag",
    "批示人": "leader",
    "批示": "instructed",
    "办理状态": "state",
    "办理单位": "handler",
    "采用级别": "adopted",
    "紧急程度": "urgency",
    "年份": "year",
    "种类": "kind",
    "期号": "",
    "总期号": "",
    "文号": "",
    "日期": "",
    "标题": "",
}
"""Fields proposed while somebody types, and the facet whose values follow."""
SPOKEN = 10
"""Characters of a query from which what comes near is shown where nothing has all of it."""
MOST_APART = 6
"""Words of a query up to which each is counted alone where nothing has all of them."""
_DAY = re.compile(r"(?:19|2[0-9])[0-9]{2}(?:-[0-9]{1,2}){0,2}")
_TYPING = re.compile(r"(?:^|[\s(|（])[-－]?(?P<word>[^\s()|（）]*)$")


@dataclass(frozen=True)
class Asked:
    """What a researcher asked for."""

    words: str
    filters: Mapping[str, tuple[str, ...]]
    sort: Sort
    page: int
    since: str = ""
    until: str = ""
    """First and last day wanted, a day, month or year as it is written."""
    grouped: bool = False
    """Whether the records of one story stand together."""

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.words.strip() or any(self.filters.values()) or self.since or self.until)

    @property
    def address(self) -> str:
        """The same question as the query of an address, without its page."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(name, value) for name, values in self.filters.items() for value in values]
        pairs += [("since", self.since)] if self.since else []
        pairs += [("until", self.until)] if self.until else []
        pairs += [("sort", self.sort)] if self.sort != "relevance" else []
        pairs += [("grouped", "1")] if self.grouped else []
        return urlencode(pairs)

    def sorted_by(self, sort: Sort) -> Asked:
        """The same question in another order."""
        return replace(self, sort=sort, page=1)

    def with_words(self, words: str) -> Asked:
        """The same narrowing for other words."""
        return replace(self, words=words, page=1)

    @property
    def without_limits(self) -> Asked:
        """The same words without facets and days."""
        return replace(self, filters={}, since="", until="", page=1)


@dataclass(frozen=True)
class Found:
    """What was found, a page of it."""

    results: search.Results
    page: int
    per_page: int = PER_PAGE
    is_near: bool = False
    """Whether nothing has all the words, and what comes nearest is shown."""
    meant: tuple[search.Suggestion, ...] = ()
    """Names that may have been meant."""
    apart: tuple[tuple[str, int], ...] = ()
    """Where nothing has all the words: each of them, and how many records it finds alone."""
    unlimited: int = 0
    """Where nothing is left by facets and days: how many the words find without them."""

    @property
    def total(self) -> int:
        """How many there are."""
        return self.results.total

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))


def read_request(values: MultiDict[str, str]) -> Asked:
    """What the address asks for; what it does not know is left out."""
    sort = values.get("sort", "relevance")
    page = values.get("page", "1")
    return Asked(
        words=values.get("q", "")[:LONGEST_QUERY],
        filters={
            name: tuple(value[:200] for value in values.getlist(name) if value) for name in FACETS
        },
        sort=cast("Sort", sort if sort in SORTS else "relevance"),
        page=min(int(page), 1000) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
        since=_day(values.get("since", "")),
        until=_day(values.get("until", "")),
        grouped=values.get("grouped") == "1",
    )


def read_address(address: str) -> Asked:
    """What an address kept earlier asks for."""
    return read_request(MultiDict(parse_qsl(address)))


def _day(typed: str) -> str:
    return typed if _DAY.fullmatch(typed) and search.days_between(typed) else ""


def find(
    asked: Asked,
    tokens: frozenset[str],
    office: Settings,
    *,
    synonyms: Sequence[Sequence[str]] = (),
    per_page: int = PER_PAGE,
) -> Found:
    """Search as the holder of `tokens`; names in `synonyms` stand for each other."""
    engine = engine_of(office)
    page, filters = max(asked.page, 1), filters_of(asked)

    def ask(query: search.Query) -> search.Results:
        return engine.search(
            query,
            readers=tokens,
            filters=filters,
            page=page,
            per_page=per_page,
            sort=asked.sort,
            grouped=asked.grouped,
        )

    query = search.parse(asked.words, synonyms)
    results = ask(query)
    dated = guessing.day_meant(asked.words, ask) if query.is_plain else ()
    if results.total or not asked.words.strip():
        return Found(results, page, per_page, meant=dated)
    names = engine.near_names(_name_in(asked.words), tokens)
    meant = dated or names or guessing.words_meant(asked.words, ask)
    apart = _apart(asked, ask) if query.is_plain and not query.notice else ()
    unlimited = 0
    if filters != search.Filters():
        free = engine.search(query, readers=tokens, per_page=1)
        unlimited = free.total
    if query.is_plain and len(asked.words.strip()) >= SPOKEN:
        near = ask(search.akin_to(asked.words))
        if near.total:
            near = replace(near, notice=results.notice)
            return Found(near, page, per_page, True, meant, apart, unlimited)
    return Found(results, page, per_page, False, meant, apart, unlimited)


def _apart(
    asked: Asked, ask: Callable[[search.Query], search.Results]
) -> tuple[tuple[str, int], ...]:
    words = list(dict.fromkeys(asked.words.split()))
    if not 1 < len(words) <= MOST_APART:
        return ()
    return tuple((word, ask(search.parse(word)).total) for word in words)


def ids_found(
    asked: Asked,
    tokens: frozenset[str],
    office: Settings,
    synonyms: Sequence[Sequence[str]] = (),
) -> frozenset[str]:
    """The ids of everything that is found, without pages."""
    engine = engine_of(office)
    return engine.matching_ids(search.parse(asked.words, synonyms), tokens, filters_of(asked))


def all_hits(
    asked: Asked,
    tokens: frozenset[str],
    office: Settings,
    synonyms: Sequence[Sequence[str]] = (),
    *,
    most: int,
) -> list[search.Hit]:
    """The first hits in their order, up to `most`, whatever the page."""
    hits: list[search.Hit] = []
    at_once = min(most, 200)
    single = replace(asked, grouped=False)
    for page in range(1, -(-most // at_once) + 1):
        found = find(
            replace(single, page=page), tokens, office, synonyms=synonyms, per_page=at_once
        )
        hits += found.results.hits
        if found.is_near or page >= found.pages:
            break
    return hits[:most]


def _name_in(words: str) -> str:
    """What may be a name misspelt: the value behind a field, or all that was typed."""
    return re.split("[:：]", words.strip())[-1].strip('"“” ')


def filters_of(asked: Asked) -> search.Filters:
    """What narrows the search beside its words."""
    narrowed: dict[str, Any] = dict(asked.filters)
    since, until = search.days_between(asked.since), search.days_between(asked.until)
    return search.Filters(
        **narrowed,
        since=search.last_day(since[0]) if since else None,
        until=search.last_day(until[1]) if until else None,
    )


def suggest(typed: str, tokens: frozenset[str], office: Settings) -> list[dict[str, Any]]:
    """How the word being typed may go on: fields, a field's values, names and words.

    `whole` is the text of the box with the proposal in place of the word. Values come out of what
    the holder of `tokens` may read.
    """
    match = _TYPING.search(typed[-120:])
    word = match["word"] if match else ""
    before = typed[: len(typed) - len(word)]
    if not word:
        return []
    name, colon, value = _split_field(word)
    if colon:
        return [
            _proposal(before, f"{name}:{_quoted(one.text)}", one.text, one.count)
            for one in _values_of(OFFERED.get(name, ""), value, tokens, office)
        ]
    fields = [
        _proposal(before, f"{field}:", f"{field}:", None)
        for field in OFFERED
        if field.startswith(word) and field != word
    ]
    engine = engine_of(office)
    names = [
        _proposal(before, _quoted(one.text), one.text, one.count)
        for one in engine.suggest(word[:60], tokens)
    ]
    return [*fields[:4], *names]


def _split_field(word: str) -> tuple[str, bool, str]:
    match = re.fullmatch(r"([^:：]{1,5})[:：](.*)", word)
    return (match[1], True, match[2].lstrip('"“')) if match else ("", False, "")


def _values_of(
    facet: str, value: str, tokens: frozenset[str], office: Settings
) -> Sequence[search.Suggestion]:
    if facet == "kind":
        known = [word for word in search.KIND_NAMES if value in word]
        return [search.Suggestion(word, 0, facet) for word in known]
    if not facet:
        return ()
    return engine_of(office).values(facet, value.lower(), tokens)


def _quoted(name: str) -> str:
    return f"“{name}”" if re.search(r"\s", name) else name


def _proposal(before: str, put: str, shown: str, count: int | None) -> dict[str, Any]:
    return {"text": shown, "count": count, "whole": before + put}


CLOSED = N_("已办结")
ON_THE_WAY = frozenset({N_("待登记"), N_("已登记"), N_("已立项")})
"""States of an instruction that say nothing more where a case's own state is known."""


EDITIONS = {N_("已更正"): "waiting", N_("已撤回"): "refused", N_("补录"): "plain"}
"""What an issue or its items say of the edition itself, and the tone it is shown in."""


def telling(states: Sequence[str]) -> list[str]:
    """Of a hit's states those worth showing: the only one, or those of what became of it.

    What the edition says of itself is told by `edition_marks`.
    """
    states = [state for state in states if state not in EDITIONS]
    later = [state for state in states if state not in ON_THE_WAY]
    return states if len(states) == 1 else later


def edition_marks(record: search.Record) -> list[tuple[str, str]]:
    """That an edition was corrected, withdrawn, entered later or corrects one: word and tone."""
    marks = [(str(_("更正版")), "plain")] if "edition" in record.extra else []
    if record.state in EDITIONS:
        marks.append((facet_word("state", record.state), EDITIONS[record.state]))
    return marks


def tone_of_state(state: str) -> str:
    """The tone a state is shown in: what is closed is done, all else is being worked on."""
    return "done" if state == CLOSED else "working"


def facet_words() -> dict[str, str]:
    """The facets' names in the reader's language."""
    return {name: str(_(word)) for name, word in FACETS.items()}


def facet_word(facet: str, value: str) -> str:
    """A value of a facet as it is shown; names stay as the office wrote them."""
    if facet == "kind":
        return kind_word(value)
    if facet == "instructed" and value:
        return str(_("有批示"))
    # The index keeps states and categories by their Chinese words, each of them marked as such.
    return str(_(value)) if value and facet in WORDED else value


def adopted_word(level: str) -> str:
    """What a higher office's use of an item is called: 省级采用, or 上级采用 of no known level."""
    if level not in {one.source_word for one in Level}:
        return str(_("上级采用"))
    return str(_("%(level)s采用", level=facet_word("adopted", level)))


def kind_word(kind: str) -> str:
    """What a kind of record is called."""
    return str(_(KINDS.get(kind, kind)))
