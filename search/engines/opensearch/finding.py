"""In this file one search is carried out: its condition, order and page, and what is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from search.analysis import Words
from search.engines.opensearch.asking import EVERYTHING, Asker, filtered, visible
from search.engines.opensearch.cluster import Connection
from search.engines.opensearch.counting import facet_counting
from search.engines.opensearch.documents import plain, stored_record
from search.engines.opensearch.near import nearest
from search.engines.opensearch.ranking import scoring
from search.engines.opensearch.schema import DEEPEST, Body
from search.engines.opensearch.stories import stories_of
from search.query import Akin, Query
from search.records import Filters, Hit, Record, Sort
from search.snippets import Marker
from search.weights import MOST_AKIN, MOST_OF_A_STORY, NO_RANK, ranked_texts

SHOWN = ["id", "stored", "lent"]
_NEWEST: list[Body] = [{"date": "desc"}, {"id": "asc"}]


@dataclass(frozen=True)
class Page:
    """One page of what was found, as the cluster gives it back."""

    total: int
    hits: Sequence[Body]
    counted: Body
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By hit the ids of the others of its story."""


class Finding:
    """What one query finds for one reader."""

    def __init__(
        self,
        connection: Connection,
        words: Words,
        query: Query,
        readers: frozenset[str],
        *,
        filters: Filters | None = None,
        sort: Sort = "relevance",
    ) -> None:
        self._connection = connection
        self._readers = readers
        asker = Asker(readers)
        self.visible = visible(readers)
        self._ticked = asker.ticked(filters or Filters())
        self.base = filtered(self.visible, asker.query(query.root))
        """What is found before anything is ticked."""
        self._ordered, self._sort = self.base, _NEWEST
        self._nearest: list[Body] | None = None
        if isinstance(query.root, Akin):
            self._keep_nearest(query.root, words)
        elif sort == "rank":
            self._sort = [_by_rank(readers), *_NEWEST]
        elif sort == "oldest":
            self._sort = [{"date": "asc"}, {"id": "asc"}]
        elif sort == "relevance" and (leaves := ranked_texts(query.root)):
            clauses = scoring(leaves, words, connection.search)
            self._ordered = {"bool": {"filter": [self.base], "should": clauses}}
            self._sort = [{"_score": "desc"}, *_NEWEST]

    @property
    def condition(self) -> Body:
        """What is found, the ticks included."""
        return filtered(self.base, *self._ticked.values())

    def _keep_nearest(self, root: Akin, words: Words) -> None:
        """Find no others than those that come nearest, in that order."""
        ticked = list(self._ticked.values())
        found = nearest(root.text, words, self.visible, ticked, self._connection.search)
        self._nearest = found[:MOST_AKIN]
        keys = [hit["fields"]["id"][0] for hit in self._nearest]
        self.base = filtered(self.visible, {"terms": {"id": keys}})

    def page(self, page: int, per_page: int) -> Page:
        """One page of the hits, one by one."""
        first = (page - 1) * per_page
        if self._nearest is not None:
            shown = self._nearest[first : first + per_page]
            return Page(len(self._nearest), self._with_records(shown), self._counted())
        is_reached = first + per_page <= DEEPEST
        found = self._connection.search(
            {
                "query": self._ordered,
                "post_filter": filtered(*self._ticked.values()),
                "aggs": facet_counting(self._ticked, self._readers),
                "sort": self._sort,
                "track_total_hits": True,
                "from": first if is_reached else 0,
                "size": per_page if is_reached else 0,
                "_source": SHOWN,
            }
        )
        hits = found["hits"]
        return Page(int(hits["total"]["value"]), hits["hits"], found["aggregations"])

    def stories(self, page: int, per_page: int) -> Page:
        """One page of stories: the first hit of each, with the others beneath it."""
        found = list(self._every(["id", "first"]))
        stories = stories_of(found, self.visible, self._connection.every)
        members: dict[str, list[Body]] = {}
        for hit in found:
            members.setdefault(stories[hit["fields"]["id"][0]], []).append(hit)
        firsts = [story[0] for story in members.values()]
        shown = firsts[(page - 1) * per_page : page * per_page]
        others = {story[0]["_id"]: [hit["_id"] for hit in story[1:]] for story in members.values()}
        return Page(len(firsts), self._with_records(shown), self._counted(), others)

    def _every(self, fields: Sequence[str]) -> Iterator[Body]:
        """All hits in their order, with these fields alone."""
        if self._nearest is not None:
            return iter(self._nearest)
        ordered = {"bool": {"must": [self._ordered], "filter": list(self._ticked.values())}}
        asked = {
            "query": ordered,
            "sort": self._sort,
            "_source": False,
            "docvalue_fields": list(fields),
        }
        return self._connection.every(asked)

    def _counted(self) -> Body:
        counting = facet_counting(self._ticked, self._readers)
        asked = {"query": self.base, "size": 0, "track_total_hits": False, "aggs": counting}
        found: Body = self._connection.search(asked)["aggregations"]
        return found

    def _with_records(self, hits: Sequence[Body]) -> list[Body]:
        """The hits as they are shown, in their order."""
        shown = shown_hits(self._connection.search, [hit["_id"] for hit in hits], self.visible)
        return [
            shown[hit["_id"]] | {"_score": hit["_score"]} for hit in hits if hit["_id"] in shown
        ]

    def ids(self) -> Iterator[str]:
        """The ids of everything that is found."""
        asked = {
            "query": self.condition,
            "sort": [{"id": "asc"}],
            "_source": False,
            "docvalue_fields": ["id"],
        }
        return (str(hit["fields"]["id"][0]) for hit in self._connection.every(asked))


def _by_rank(readers: frozenset[str]) -> Body:
    """The order of those who wrote on a record, as far as the reader may see what they wrote."""
    seen = {"terms": {"lent.readers": sorted(map(plain, readers))}}
    nested = {"path": "lent", "filter": seen}
    return {"lent.rank": {"order": "asc", "mode": "min", "missing": NO_RANK, "nested": nested}}


def shown_hits(
    ask: Callable[[Body], Body], keys: Sequence[str], condition: Body = EVERYTHING
) -> dict[str, Body]:
    """What is shown of the records of these ids, as far as they fulfil a condition."""
    if not keys:
        return {}
    asked = {
        "query": filtered(condition, {"terms": {"id": list(keys)}}),
        "size": len(keys),
        "_source": SHOWN,
        "track_total_hits": False,
    }
    return {hit["_id"]: hit for hit in ask(asked)["hits"]["hits"]}


def hit_of(
    raw: Body, marker: Marker, readers: frozenset[str], others: Sequence[Record] = (), more: int = 0
) -> Hit:
    """A hit as a page shows it, with what was asked for marked."""
    record = stored_record(raw["_source"])
    return Hit(
        record=record,
        title=marker.mark(record.title),
        passages=marker.passages(record.text),
        score=float(raw.get("_score") or 0.0),
        leaders=_lent(raw, "leader", readers),
        states=_lent(raw, "state", readers),
        adopted=_lent(raw, "adopted", readers),
        others=tuple(others),
        others_count=more,
    )


def _lent(raw: Body, facet: str, readers: frozenset[str]) -> tuple[str, ...]:
    """A record's values of a facet, those lent included, as far as the reader may see them."""
    tokens = {plain(token) for token in readers}
    values = {
        value
        for entry in raw["_source"].get("lent", ())
        if tokens & set(entry["readers"])
        for value in entry.get(facet, ())
    }
    return tuple(sorted(values))


def others_of(page: Page, ask: Callable[[Body], Body], condition: Body) -> dict[str, list[Record]]:
    """By hit the first records of the same story."""
    wanted = {hit["_id"]: list(page.others.get(hit["_id"], ())) for hit in page.hits}
    keys = [key for more in wanted.values() for key in more[:MOST_OF_A_STORY]]
    shown = {
        key: stored_record(raw["_source"]) for key, raw in shown_hits(ask, keys, condition).items()
    }
    return {
        key: [shown[one] for one in more[:MOST_OF_A_STORY] if one in shown]
        for key, more in wanted.items()
    }
