"""In this file the cluster answers, as the embedded engine would.

What a reader may not see is kept out of every question, whether it finds, counts or suggests.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from search.alike import COMPARED, bands, nearest, shingles
from search.analysis import fold, words_with
from search.engine import LOCK_SECONDS, Cluster
from search.engines.opensearch.asking import containing, filtered, visible
from search.engines.opensearch.cluster import Connection
from search.engines.opensearch.counting import (
    MOST_MONTHS,
    buckets,
    counting,
    facets_of,
    holding,
    months_of,
)
from search.engines.opensearch.documents import plain, stored_record
from search.engines.opensearch.finding import Finding, hit_of, others_of, shown_hits
from search.engines.opensearch.schema import Body
from search.engines.opensearch.writing import Writer
from search.meant import NAMES_COMPARED, near_names
from search.query import Akin, Query
from search.records import (
    LENT,
    Alike,
    Change,
    Filters,
    Hit,
    Record,
    Report,
    Results,
    Sort,
    Suggestion,
)
from search.snippets import Marker, texts_to_mark
from search.weights import (
    MOST_PER_PAGE,
    MOST_SUGGESTIONS,
    RELATED_LENGTH,
    SUGGESTING_FIELDS,
)

_MOST_NAMES = 10_000
_SHARING_A_BAND = 1000
_MOST_WORDS = 300


class OpenSearchEngine:
    """Search on a cluster. Safe to use from several threads, processes and machines."""

    def __init__(
        self, cluster: Cluster, *, names: Iterable[str] = (), lock_seconds: float = LOCK_SECONDS
    ) -> None:
        """Speak to a cluster; an empty index is made there at the first question if there is none.

        `names` of units, leaders and serials are taught to the segmentation into words.
        """
        self._connection = Connection(cluster)
        self._words = words_with(frozenset(names))
        self._writer = Writer(self._connection, self._words, lock_seconds)

    # Writing.

    def apply(self, changes: Sequence[Change]) -> None:
        """Bring changes into the index; raises `IndexBusy`, `IndexOutdated` or `EngineAway`.

        Applying the same changes again does no harm, and mends what was left halfway.
        """
        self._writer.apply(changes)

    def tidy(self) -> int:
        """Do nothing: the cluster merges by itself."""
        return 0

    def rebuild(
        self, records: Iterable[Record], progress: Callable[[int], None] = lambda _: None
    ) -> int:
        """Build the index anew from `records` and swap it in; returns how many there were."""
        return self._writer.rebuild(records, progress)

    # Reading.

    def search(
        self,
        query: Query,
        *,
        readers: frozenset[str],
        filters: Filters | None = None,
        page: int = 1,
        per_page: int = 20,
        sort: Sort = "relevance",
        grouped: bool = False,
    ) -> Results:
        """One page of what somebody holding the access tokens `readers` may find.

        `grouped` shows the first of each story, and beneath it more of the same.
        """
        started = time.perf_counter()
        finding = self._finding(query, readers, filters=filters, sort=sort)
        page, per_page = max(page, 1), min(max(per_page, 1), MOST_PER_PAGE)
        found = finding.stories(page, per_page) if grouped else finding.page(page, per_page)
        others = others_of(found, self._connection.search, finding.visible)
        marked = tuple(texts_to_mark(query.root, self._words))
        marker = Marker(marked)
        return Results(
            total=found.total,
            hits=tuple(
                hit_of(
                    raw,
                    marker,
                    readers,
                    others[raw["_id"]],
                    len(found.others.get(raw["_id"], ())),
                )
                for raw in found.hits
            ),
            facets=facets_of(found.counted),
            notice=query.notice,
            seconds=time.perf_counter() - started,
            marked=marked,
            months=months_of(found.counted),
        )

    def _finding(
        self,
        query: Query,
        readers: frozenset[str],
        *,
        filters: Filters | None,
        sort: Sort = "relevance",
    ) -> Finding:
        return Finding(self._connection, self._words, query, readers, filters=filters, sort=sort)

    def matching_ids(
        self, query: Query, readers: frozenset[str], filters: Filters | None = None
    ) -> frozenset[str]:
        """The ids of everything a query finds, without order or limit."""
        finding = self._finding(query, readers, filters=filters, sort="newest")
        return frozenset(finding.ids())

    def months(
        self, query: Query, readers: frozenset[str], *, by: str, filters: Filters | None = None
    ) -> dict[str, dict[int, int]]:
        """How many records a query finds in each month (202603), for every value of a facet."""
        finding = self._finding(query, readers, filters=filters, sort="newest")
        monthly = {"month": {"terms": {"field": "month", "size": MOST_MONTHS}}}
        if not by:
            return {"": _monthly(self._aggregated(finding.condition, monthly))}
        asked = counting(by, readers, finding.condition, most=1000, further=monthly)
        found = self._aggregated(finding.visible, {"by": asked})["by"]
        return {value: _monthly(further) for value, count, further in buckets(found) if count}

    def alike(
        self, text: str, readers: frozenset[str], *, but: frozenset[str] = frozenset()
    ) -> tuple[Alike, ...]:
        """Items whose text is nearly this one, the nearest first; those of the ids `but` left out.

        The signature finds them, and their texts' shingles are counted before they are shown.
        """
        wanted = bands(text)
        if not wanted:
            return ()
        asked = {
            "query": {
                "bool": {
                    "filter": [visible(readers)],
                    "must": [{"terms": {"bands": wanted}}],
                }
            },
            "_source": ["stored"],
            "sort": [{"id": "asc"}],
        }
        found = islice(self._connection.every(asked, at_once=200), _SHARING_A_BAND)
        records = (stored_record(hit["_source"]) for hit in found)
        return nearest(shingles(text), records, but=but)

    def related(
        self, record: Record, readers: frozenset[str], *, most: int = 6
    ) -> tuple[Record, ...]:
        """Items on the same matter as a record: those that share its rarest words."""
        akin = Query("", Akin(fold(f"{record.title}。{record.text}"[:RELATED_LENGTH])))
        kinds = Filters(kind=tuple(sorted(COMPARED)))
        found = self._finding(akin, readers, filters=kinds).page(1, most + 1)
        others = [stored_record(raw["_source"]) for raw in found.hits]
        return tuple(other for other in others if other.id != record.id)[:most]

    def values(
        self, facet: str, wanted: str, readers: frozenset[str], *, most: int = MOST_SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """The values of a facet that contain what was typed, the most frequent first."""
        asked = counting(facet, readers, visible(readers), most=_MOST_NAMES)
        found = buckets(self._aggregated(visible(readers), {"by": asked})["by"])
        every = [Suggestion(value, count, facet) for value, count in holding(found, wanted)]
        return tuple(sorted(every, key=_most_frequent)[:most])

    def near_names(
        self, typed: str, readers: frozenset[str], *, most: int = 3
    ) -> tuple[Suggestion, ...]:
        """Names of units, serials and leaders nearly as typed: what may have been meant."""

        def values_of(facet: str) -> tuple[Suggestion, ...]:
            return self.values(facet, "", readers, most=NAMES_COMPARED)

        return near_names(typed, values_of, most=most)

    def hits(self, ids: Iterable[str], readers: frozenset[str]) -> dict[str, Hit]:
        """The records of these ids as hits without words, as far as the reader may see them."""
        wanted, marker = list(dict.fromkeys(ids)), Marker(())
        shown: dict[str, Hit] = {}
        for start in range(0, len(wanted), MOST_PER_PAGE):
            keys = [plain(key) for key in wanted[start : start + MOST_PER_PAGE]]
            found = shown_hits(self._connection.search, keys, visible(readers))
            shown |= {key: hit_of(raw, marker, readers) for key, raw in found.items()}
        return {key: shown[plain(key)] for key in wanted if plain(key) in shown}

    def record(self, record_id: str, readers: frozenset[str]) -> Record | None:
        """The record of this id as indexed, if the reader may see it."""
        found = self.hits([record_id], readers).get(record_id)
        return found.record if found else None

    def suggest(
        self, prefix: str, readers: frozenset[str], *, most: int = MOST_SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """Names that contain `prefix`, then words that begin with it, the most frequent first."""
        wanted = plain(fold(prefix).strip())
        if not wanted:
            return ()
        asked = {name: self._named(name, wanted) for name in SUGGESTING_FIELDS}
        begun = {"prefix": {"suggested": wanted}}
        asked["suggested"] = counting(
            "suggested", readers, begun, most=_MOST_WORDS, beginning=wanted
        )
        found = self._aggregated(visible(readers), asked)
        names = [
            Suggestion(value, count, name)
            for name in SUGGESTING_FIELDS
            for value, count in holding(buckets(found[name]), wanted)
        ]
        words = [
            Suggestion(value, count, "word")
            for value, count, _further in buckets(found["suggested"])
            if value != wanted
        ]
        chosen: dict[str, Suggestion] = {}
        for one in [*sorted(names, key=_most_frequent), *sorted(words, key=_most_frequent)]:
            chosen.setdefault(one.text, one)
        return tuple(chosen.values())[:most]

    def _named(self, name: str, wanted: str) -> Body:
        """What counts a record's own names that contain what was typed; what is lent is no name."""
        field = "leader_own" if name in LENT else name
        terms = {"terms": {"field": field, "size": 1000}}
        return {"filter": containing(f"{field}_folded", wanted), "aggs": {"values": terms}}

    def check(self, expected: Iterable[tuple[str, str]]) -> Report:
        """Hold the index against the `expected` pairs of record id and digest."""
        asked = {
            "query": {"match_all": {}},
            "_source": False,
            "docvalue_fields": ["id", "digest"],
            "sort": [{"id": "asc"}],
        }
        fields = (hit["fields"] for hit in self._connection.every(asked))
        return Report.compare(expected, {one["id"][0]: one["digest"][0] for one in fields})

    def _aggregated(self, condition: Body, aggregations: Body) -> Body:
        asked = {
            "query": filtered(condition),
            "size": 0,
            "track_total_hits": False,
            "aggs": aggregations,
        }
        found: Body = self._connection.search(asked)["aggregations"]
        return found


def _monthly(counted: Mapping[str, Body]) -> dict[int, int]:
    months = counted["month"]["buckets"]
    return {int(one["key"]): int(one["doc_count"]) for one in months}


def _most_frequent(suggestion: Suggestion) -> tuple[int, str]:
    return -suggestion.count, suggestion.text
