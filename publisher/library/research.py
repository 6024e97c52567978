"""In this file a research page's address becomes a search, and the search what the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

import search
from publisher.config import Settings
from publisher.words import N_

PER_PAGE = 20
LONGEST_QUERY = 2000
FACETS = {
    "kind": N_("种类"),
    "serial": N_("刊物"),
    "year": N_("年份"),
    "unit": N_("单位"),
    "category": N_("类别"),
    "section": N_("栏目"),
    "leader": N_("批示领导"),
    "state": N_("办理状态"),
}
"""What a researcher narrows by, in the order of the page."""
KINDS = {
    "item": N_("稿件"),
    "issue": N_("刊期"),
    "instruction": N_("批示"),
    "report": N_("办理情况"),
}
SORTS = {"relevance": N_("相关度"), "newest": N_("从新到旧"), "oldest": N_("从旧到新")}
Sort = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True)
class Asked:
    """What a researcher asked for."""

    words: str
    filters: Mapping[str, tuple[str, ...]]
    sort: Sort
    page: int

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.words.strip() or any(self.filters.values()))


@dataclass(frozen=True)
class Found:
    """What was found, a page of it."""

    results: search.Results
    page: int
    per_page: int = PER_PAGE

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
    )


def find(asked: Asked, tokens: frozenset[str], office: Settings) -> Found:
    """Search as the holder of `tokens`."""
    results = search.open_engine(office.index_path).search(
        search.parse(asked.words),
        readers=tokens,
        filters=_filters(asked),
        page=max(asked.page, 1),
        per_page=PER_PAGE,
        sort=asked.sort,
    )
    return Found(results, max(asked.page, 1))


def _filters(asked: Asked) -> search.Filters:
    narrowed: dict[str, Any] = dict(asked.filters)
    return search.Filters(**narrowed)


def suggest(prefix: str, tokens: frozenset[str], office: Settings) -> list[dict[str, Any]]:
    """Names that begin as typed, out of what the holder of `tokens` may read."""
    found = search.open_engine(office.index_path).suggest(prefix[:60], tokens)
    return [{"text": one.text, "count": one.count} for one in found]


def facet_words() -> dict[str, str]:
    """The facets' names in the reader's language."""
    return {name: str(_(word)) for name, word in FACETS.items()}


def facet_word(facet: str, value: str) -> str:
    """A value of a facet as it is shown; names stay as the office wrote them."""
    if facet == "kind":
        return kind_word(value)
    # The index keeps states and categories by their Chinese words, each of them marked as such.
    return str(_(value)) if value and facet in {"category", "state"} else value


def kind_word(kind: str) -> str:
    """What a kind of record is called."""
    return str(_(KINDS.get(kind, kind)))
