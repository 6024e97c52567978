"""In this file the embedded engine answers: it opens the newest generation and searches it.

What a reader may not see is masked before anything is counted, ordered, suggested or shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np

from search.alike import COMPARED, bands, nearest, shingles
from search.analysis import fold, words_with
from search.engine import LOCK_SECONDS
from search.engines.whoosh.finding import Masks, Part, counts_of, keep_nearest
from search.engines.whoosh.folder import Build, IndexFolder
from search.engines.whoosh.lending import Lent, lent_to
from search.engines.whoosh.matching import Matcher
from search.engines.whoosh.nearness import nearness
from search.engines.whoosh.ordering import Ordered, Place, hit
from search.engines.whoosh.ranking import Ranking
from search.engines.whoosh.segments import Kept, Segment, SegmentColumns, View
from search.engines.whoosh.suggesting import most_frequent, names_with, words_beginning
from search.engines.whoosh.writing import IndexWriter
from search.errors import IndexDamaged
from search.meant import NAMES_COMPARED, near_names
from search.query import Akin, Everything, Node, Query
from search.records import (
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
from search.weights import MOST_SUGGESTIONS, RELATED_LENGTH, SUGGESTING_FIELDS, ranked_texts

_OPEN_ATTEMPTS = 12
_READERS_LENT_TO = 32
"""Different readers for whom what is lent is kept ready, in one generation."""


@dataclass(frozen=True)
class Snapshot:
    """The index as of one generation; it never changes."""

    build: Path
    generation: int
    parts: tuple[Part, ...]
    _lent: Kept[frozenset[str], tuple[Lent, ...]] = field(
        default_factory=lambda: Kept(_READERS_LENT_TO)
    )

    def lent(self, readers: frozenset[str]) -> tuple[Lent, ...]:
        """What is lent to this reader, for each part."""
        views = [part.view for part in self.parts]
        return self._lent.get(readers, lambda: lent_to(views, readers))

    @cached_property
    def ranking(self) -> Ranking:
        """Scores over all segments."""
        return Ranking(
            [part.view.segment for part in self.parts], [part.matcher for part in self.parts]
        )


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
        grouped: bool = False,
    ) -> Results:
        """One page of what somebody holding the access tokens `readers` may find.

        `grouped` shows the first of each story, and beneath it more of the same.
        """
        started = time.perf_counter()
        snapshot = self._current()
        masks = self._masks(snapshot, query.root, filters or Filters(), readers)
        found = self._found(snapshot, masks, query, sort)
        found = found.by_stories() if grouped else found
        counts = counts_of(masks)
        marked = tuple(texts_to_mark(query.root, self._words))
        marker = Marker(marked)
        return Results(
            total=len(found),
            hits=tuple(hit(place, marker) for place in found.page(page, per_page)),
            facets=counts.facets,
            notice=query.notice,
            seconds=time.perf_counter() - started,
            marked=marked,
            months=counts.months,
        )

    def matching_ids(
        self, query: Query, readers: frozenset[str], filters: Filters | None = None
    ) -> frozenset[str]:
        """The ids of everything a query finds, without order or limit."""
        ids: set[str] = set()
        for one in self._masks(self._current(), query.root, filters or Filters(), readers):
            column = one.part.view.columns.column("id")
            ids.update(column.values[ref] for ref in column.refs[one.docs].tolist())
        return frozenset(ids)

    def alike(
        self, text: str, readers: frozenset[str], *, but: frozenset[str] = frozenset()
    ) -> tuple[Alike, ...]:
        """Items whose text is nearly this one, the nearest first; those of the ids `but` left out.

        The signature finds them, and their texts' shingles are counted before they are shown.
        """
        return nearest(shingles(text), self._sharing_a_band(bands(text), readers), but=but)

    def _sharing_a_band(self, wanted: Sequence[str], readers: frozenset[str]) -> Iterator[Record]:
        for part in self._current().parts if wanted else ():
            visible = part.view.visible(readers)
            docs = [part.matcher.exact("bands", band) for band in wanted]
            for doc in np.unique(np.concatenate(docs)).tolist():
                if visible[doc]:
                    yield part.view.segment.record(doc)

    def related(
        self, record: Record, readers: frozenset[str], *, most: int = 6
    ) -> tuple[Record, ...]:
        """Items on the same matter as a record: those that share its rarest words."""
        akin = Akin(fold(f"{record.title}。{record.text}"[:RELATED_LENGTH]))
        filters = Filters(kind=tuple(sorted(COMPARED)))
        masks = self._masks(self._current(), akin, filters, readers)
        found = self._found(self._current(), masks, Query("", akin), "relevance")
        others = [place.part.view.segment.record(place.doc) for place in found.page(1, most + 1)]
        return tuple(other for other in others if other.id != record.id)[:most]

    def months(
        self, query: Query, readers: frozenset[str], *, by: str, filters: Filters | None = None
    ) -> dict[str, dict[int, int]]:
        """How many records a query finds in each month (202603), for every value of a facet."""
        counts: dict[str, dict[int, int]] = {}
        for one in self._masks(self._current(), query.root, filters or Filters(), readers):
            months = one.part.view.columns.months
            for value, docs in one.by_value(by):
                in_value = counts.setdefault(value, {})
                for month, count in months.counts(docs).items():
                    in_value[month] = in_value.get(month, 0) + count
        return counts

    def values(
        self, facet: str, wanted: str, readers: frozenset[str], *, most: int = MOST_SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """The values of a facet that contain what was typed, the most frequent first."""
        found: dict[str, int] = {}
        for one in self._masks(self._current(), Everything(), Filters(), readers):
            for value, count in one.counts(facet).items():
                if wanted in fold(value):
                    found[value] = found.get(value, 0) + count
        every = [Suggestion(value, count, facet) for value, count in found.items()]
        return tuple(sorted(every, key=most_frequent)[:most])

    def near_names(
        self, typed: str, readers: frozenset[str], *, most: int = 3
    ) -> tuple[Suggestion, ...]:
        """Names of units, serials and leaders nearly as typed: what may have been meant."""

        def values_of(facet: str) -> tuple[Suggestion, ...]:
            return self.values(facet, "", readers, most=NAMES_COMPARED)

        return near_names(typed, values_of, most=most)

    def hits(self, ids: Iterable[str], readers: frozenset[str]) -> dict[str, Hit]:
        """The records of these ids as hits without words, as far as the reader may see them."""
        snapshot, marker = self._current(), Marker(())
        wanted, found = list(dict.fromkeys(ids)), dict[str, Hit]()
        for part, lent in zip(snapshot.parts, snapshot.lent(readers), strict=True):
            visible = part.view.visible(readers)
            for record_id in wanted:
                doc = part.view.segment.doc_of(record_id)
                if doc is not None and visible[doc]:
                    found[record_id] = hit(Place(part, doc, 0.0, lent), marker)
        return {record_id: found[record_id] for record_id in wanted if record_id in found}

    def suggest(
        self, prefix: str, readers: frozenset[str], *, most: int = MOST_SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """Names that contain `prefix`, then words that begin with it, the most frequent first."""
        wanted = fold(prefix).strip()
        if not wanted:
            return ()
        parts = self._current().parts
        names = [
            one for field in SUGGESTING_FIELDS for one in names_with(parts, field, wanted, readers)
        ]
        words = words_beginning(parts, wanted, readers)
        chosen: dict[str, Suggestion] = {}
        for suggestion in [*sorted(names, key=most_frequent), *sorted(words, key=most_frequent)]:
            chosen.setdefault(suggestion.text, suggestion)
        return tuple(chosen.values())[:most]

    def check(self, expected: Iterable[tuple[str, str]]) -> Report:
        """Hold the index against the `expected` pairs of record id and digest."""
        indexed: dict[str, str] = {}
        for part in self._current().parts:
            part.view.segment.file.verify()
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

    def _masks(
        self, snapshot: Snapshot, root: Node, filters: Filters, readers: frozenset[str]
    ) -> list[Masks]:
        """What is found in each part; where nearness is asked for, the nearest."""
        lent = snapshot.lent(readers)
        asked = Everything() if isinstance(root, Akin) else root
        masks = [
            Masks(part, asked, filters, readers, one)
            for part, one in zip(snapshot.parts, lent, strict=True)
        ]
        if isinstance(root, Akin):
            visible = [part.view.visible(readers) for part in snapshot.parts]
            keep_nearest(masks, nearness(snapshot.ranking, root.text, self._words, visible))
        return masks

    def _found(self, snapshot: Snapshot, masks: list[Masks], query: Query, sort: Sort) -> Ordered:
        scores = None
        if isinstance(query.root, Akin):
            scores = [one.nearness[one.docs] for one in masks]
        elif sort == "rank":
            scores = [-one.lent.ranks[one.docs].astype(np.float32) for one in masks]
        elif sort == "relevance" and (leaves := ranked_texts(query.root)):
            docs = [one.docs for one in masks]
            scores = snapshot.ranking.scores(leaves, self._words, docs)
        return Ordered(masks, scores, oldest_first=sort == "oldest")


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
