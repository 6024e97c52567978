"""In this file the embedded engine answers: it opens the newest generation and searches it.

What a reader may not see is masked before anything is counted, ordered, suggested or shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np

from search.analysis import fold, words_with
from search.dates import as_number
from search.engine import LOCK_SECONDS
from search.engines.whoosh.folder import Build, IndexFolder
from search.engines.whoosh.matching import Matcher
from search.engines.whoosh.postings import Ints, Mask
from search.engines.whoosh.ranking import Ranking, ranked_texts
from search.engines.whoosh.segments import Segment, SegmentColumns, View
from search.engines.whoosh.writing import IndexWriter
from search.errors import IndexDamaged
from search.query import Node, Query, words_of
from search.records import (
    FACETS,
    Change,
    Filters,
    Hit,
    Record,
    Report,
    Results,
    Sort,
    Suggestion,
)
from search.snippets import Marker

MOST_FACET_VALUES = 200
"""Values of one facet given to a page."""
MOST_PER_PAGE = 200
MOST_SUGGESTIONS = 10
_WORDS_TRIED = 300
_OPEN_ATTEMPTS = 12
_SUGGESTING_FIELDS = ("serial", "unit", "leader", "thread")


@dataclass(frozen=True)
class Part:
    """One segment of a snapshot, with what reads it."""

    view: View
    matcher: Matcher


@dataclass(frozen=True)
class Snapshot:
    """The index as of one generation; it never changes."""

    build: Path
    generation: int
    parts: tuple[Part, ...]

    @cached_property
    def ranking(self) -> Ranking:
        """Scores over all segments."""
        return Ranking(
            [part.view.segment for part in self.parts], [part.matcher for part in self.parts]
        )


@dataclass(frozen=True)
class Place:
    """A document found: its part, its number there, and its score."""

    part: Part
    doc: int
    score: float


class WhooshEngine:
    """Search in one folder of this machine. Safe to use from several threads and processes."""

    def __init__(
        self, path: Path, *, names: Iterable[str] = (), lock_seconds: float = LOCK_SECONDS
    ) -> None:
        """Open the index at `path`, making an empty one if there is none.

        `names` of units, leaders and serials are taught to the segmentation into words.
        """
        self.path = path
        self._folder = IndexFolder(path)
        self._folder.ensure(lock_seconds)
        self._words = words_with(frozenset(names))
        self._writer = IndexWriter(self._folder, self._words, lock_seconds)
        self._snapshot: Snapshot | None = None
        self._opening = Lock()

    # Writing.

    def apply(self, changes: Sequence[Change]) -> None:
        """Bring changes into the index, all or none; raises `IndexBusy` or `IndexOutdated`.

        Applying the same changes again does no harm.
        """
        self._writer.apply(changes)

    def tidy(self) -> int:
        """Merge small segments in the background; returns how many were merged, 0 when done."""
        return self._writer.tidy()

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
    ) -> Results:
        """One page of what somebody holding the access tokens `readers` may find."""
        started = time.perf_counter()
        snapshot = self._current()
        masks = [_Masks(part, query.root, filters or Filters(), readers) for part in snapshot.parts]
        places = self._places(snapshot, masks, query, sort, page=page, per_page=per_page)
        marker = Marker(words_of(query.root))
        return Results(
            total=sum(len(one.docs) for one in masks),
            hits=tuple(_hit(place, marker) for place in places),
            facets={name: _facet_counts(masks, name) for name in FACETS},
            notice=query.notice,
            seconds=time.perf_counter() - started,
        )

    def matching_ids(self, query: Query, readers: frozenset[str]) -> frozenset[str]:
        """The ids of everything a query finds, without order or limit."""
        ids: set[str] = set()
        for part in self._current().parts:
            found = _Masks(part, query.root, Filters(), readers).docs
            column = part.view.columns.column("id")
            ids.update(column.values[ref] for ref in column.refs[found].tolist())
        return frozenset(ids)

    def suggest(
        self, prefix: str, readers: frozenset[str], *, most: int = MOST_SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """Names that contain `prefix`, then words that begin with it, the most frequent first."""
        wanted = fold(prefix).strip()
        if not wanted:
            return ()
        parts = self._current().parts
        names = [
            one for field in _SUGGESTING_FIELDS for one in _names(parts, field, wanted, readers)
        ]
        words = _beginning_words(parts, wanted, readers)
        chosen: dict[str, Suggestion] = {}
        for suggestion in [*sorted(names, key=_most_frequent), *sorted(words, key=_most_frequent)]:
            chosen.setdefault(suggestion.text, suggestion)
        return tuple(chosen.values())[:most]

    def check(self, expected: Iterable[tuple[str, str]]) -> Report:
        """Hold the index against the `expected` pairs of record id and digest."""
        indexed: dict[str, str] = {}
        for part in self._current().parts:
            ids, digests = (part.view.columns.column(name) for name in ("id", "digest"))
            for doc in np.flatnonzero(part.view.live).tolist():
                indexed[ids.values[ids.refs[doc]]] = digests.values[digests.refs[doc]]
        return Report.compare(expected, indexed)

    def record(self, record_id: str, readers: frozenset[str]) -> Record | None:
        """The record of this id as indexed, if the reader may see it."""
        for part in self._current().parts:
            doc = part.view.segment.doc_of(record_id)
            if doc is not None and part.view.visible(readers)[doc]:
                return part.view.segment.record(doc)
        return None

    # Generations.

    def _current(self) -> Snapshot:
        """The newest generation; segments that did not change are not opened again."""
        snapshot = self._snapshot
        build = self._folder.current()
        if (
            snapshot is not None
            and snapshot.build == build.path
            and snapshot.generation == build.generation()
        ):
            return snapshot
        with self._opening:
            self._snapshot = self._opened(self._snapshot)
            return self._snapshot

    def _opened(self, former: Snapshot | None) -> Snapshot:
        known = {
            part.view.segment.path: part for part in (former.parts if former is not None else ())
        }
        for attempt in range(_OPEN_ATTEMPTS):
            build, contents = self._folder.opened()
            try:
                parts = tuple(
                    _opened_part(build, entry.segment_id(), frozenset(entry.deleted_docs()), known)
                    for entry in contents.segments
                )
            except FileNotFoundError:  # merged away while we opened it
                time.sleep(0.01 * attempt)
                continue
            return Snapshot(build.path, contents.generation, parts)
        raise IndexDamaged("索引文件缺失")

    def _places(
        self,
        snapshot: Snapshot,
        masks: list[_Masks],
        query: Query,
        sort: Sort,
        *,
        page: int,
        per_page: int,
    ) -> list[Place]:
        per_page = min(max(per_page, 1), MOST_PER_PAGE)
        first = (max(page, 1) - 1) * per_page
        docs = [one.docs for one in masks]
        days = _together(
            [part.matcher.numbers("date")[found] for part, found in _pairs(masks, docs)]
        )
        leaves = ranked_texts(query.root) if sort == "relevance" else []
        scores = np.zeros(len(days))
        if leaves and len(days):
            by_part = snapshot.ranking.scores(leaves, self._words)
            scores = np.concatenate([one[found] for one, found in zip(by_part, docs, strict=True)])
        direction = -1 if sort == "oldest" else 1
        chosen = _best(scores, direction * days, first, per_page)
        owners = np.repeat(np.arange(len(docs)), [len(found) for found in docs])
        numbers = _together(docs)
        return [Place(masks[owners[at]].part, int(numbers[at]), float(scores[at])) for at in chosen]


class _Masks:
    """Which documents of a part are found, and which would be without one facet's ticks."""

    def __init__(self, part: Part, root: Node, filters: Filters, readers: frozenset[str]) -> None:
        self.part = part
        base = part.matcher.mask(root) & part.view.visible(readers)
        if filters.since is not None:
            base &= part.matcher.numbers("date") >= as_number(filters.since)
        if filters.until is not None:
            base &= part.matcher.numbers("date") <= as_number(filters.until)
        self._base = base
        self._ticked = {
            name: part.view.columns.column(name).where(frozenset(values).__contains__)
            for name, values in filters.chosen().items()
        }
        self.all = self.without("")

    @cached_property
    def docs(self) -> Ints:
        """The documents found, in order."""
        return np.flatnonzero(self.all)

    def without(self, facet: str) -> Mask:
        """What is found if the ticks of `facet` are taken away."""
        mask = self._base
        for name, ticked in self._ticked.items():
            if name != facet:
                mask = mask & ticked
        return mask

    def counts(self, facet: str) -> dict[str, int]:
        """How many documents of each value are found, the facet's own ticks left aside."""
        column = self.part.view.columns.column(facet)
        docs = np.flatnonzero(self.without(facet)) if facet in self._ticked else self.docs
        counts = np.bincount(column.refs[docs], minlength=len(column.values))
        return {
            column.values[ref]: int(counts[ref])
            for ref in np.flatnonzero(counts[: len(column.values)]).tolist()
        }


def _opened_part(
    build: Build, segment_id: str, deleted: frozenset[int], known: dict[Path, Part]
) -> Part:
    path = build.segment_path(segment_id)
    former = known.get(path)
    if former is not None and former.view.deleted == deleted:
        return former
    if former is not None:
        view = View(former.view.segment, deleted, former.view.columns)
        return Part(view, former.matcher)
    segment = Segment(path)
    columns = SegmentColumns(segment)
    return Part(View(segment, deleted, columns), Matcher(segment, columns))


def _pairs(masks: list[_Masks], docs: list[Ints]) -> Iterable[tuple[Part, Ints]]:
    return zip((one.part for one in masks), docs, strict=True)


def _together(arrays: list[Ints]) -> Ints:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=np.int64)


def _best(scores: np.ndarray, days: Ints, first: int, count: int) -> list[int]:
    """The places from `first` on, best score first, then by day; only the top is sorted."""
    wanted = min(first + count, len(days))
    if first >= wanted:
        return []
    leading = scores if scores.any() else days
    least = np.partition(leading, len(days) - wanted)[len(days) - wanted]
    candidates = np.flatnonzero(leading >= least)
    order = np.lexsort((candidates, -days[candidates], -scores[candidates]))
    return [int(place) for place in candidates[order][first:wanted]]


def _hit(place: Place, marker: Marker) -> Hit:
    record = place.part.view.segment.record(place.doc)
    return Hit(
        record=record,
        title=marker.mark(record.title),
        passages=marker.passages(record.text),
        score=place.score,
    )


def _facet_counts(masks: list[_Masks], facet: str) -> tuple[tuple[str, int], ...]:
    totals: dict[str, int] = {}
    for one in masks:
        for value, count in one.counts(facet).items():
            totals[value] = totals.get(value, 0) + count
    ordered = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(ordered[:MOST_FACET_VALUES])


def _names(
    parts: Sequence[Part], field: str, wanted: str, readers: frozenset[str]
) -> Iterable[Suggestion]:
    """The values of a field that contain what was typed, counted among what the reader may see."""
    totals: dict[str, int] = {}
    for part in parts:
        column = part.view.columns.column(field)
        matching = [ref for ref, value in enumerate(column.values) if wanted in fold(value)]
        if not matching:
            continue
        counts = np.bincount(column.refs[part.view.visible(readers)], minlength=len(column.values))
        for ref in matching:
            totals[column.values[ref]] = totals.get(column.values[ref], 0) + int(counts[ref])
    return [Suggestion(text, count, field) for text, count in totals.items() if count]


def _beginning_words(
    parts: Sequence[Part], wanted: str, readers: frozenset[str]
) -> Iterable[Suggestion]:
    """Dictionary words that begin with what was typed, counted among what the reader may see."""
    totals: dict[str, int] = {}
    for part in parts:
        visible = part.view.visible(readers)
        field = part.view.segment.field("words")
        for number in field.with_prefix(wanted.encode("utf-8", "surrogatepass"), _WORDS_TRIED):
            count = int(np.count_nonzero(visible[field.postings(number).docs]))
            word = field.term(number).decode()
            if count and word != wanted:
                totals[word] = totals.get(word, 0) + count
    return [Suggestion(text, count, "word") for text, count in totals.items()]


def _most_frequent(suggestion: Suggestion) -> tuple[int, str]:
    return -suggestion.count, suggestion.text
