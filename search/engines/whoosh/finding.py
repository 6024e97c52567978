"""In this file what a query finds is masked, counted and put in order.

Every part of the index has its masks; what a reader may not see is out of them from the first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from typing import Any

import numpy as np

from search.dates import FIRST_DAY, LAST_DAY, as_number
from search.engines.whoosh.arrays import Array
from search.engines.whoosh.found import Scores
from search.engines.whoosh.lending import Lent
from search.engines.whoosh.matching import Matcher
from search.engines.whoosh.postings import Ints, Mask
from search.engines.whoosh.segments import MONTHS, View
from search.query import Node
from search.records import FACETS, LENT, MANY, Filters, Hit, Record
from search.snippets import Marker
from search.weights import MOST_AKIN, MOST_FACET_VALUES, MOST_OF_A_STORY, MOST_PER_PAGE

BLOCK = 64
"""Documents of which only the best is looked at while the bound of a page is sought."""


@dataclass(frozen=True)
class Part:
    """One segment of a snapshot, with what reads it."""

    view: View
    matcher: Matcher


@dataclass(frozen=True)
class Place:
    """A document found: its part, its number there, and its score."""

    part: Part
    doc: int
    score: float
    lent: Lent
    others: tuple[Record, ...] = ()
    others_count: int = 0


class Masks:
    """Which documents of a part are found, and which would be without one facet's ticks."""

    def __init__(
        self, part: Part, root: Node, filters: Filters, readers: frozenset[str], lent: Lent
    ) -> None:
        self.part = part
        self.lent = lent
        self.nearness: Array = np.empty(0)
        self._base = part.matcher.mask(root, lent) & part.view.visible(readers)
        self._ticked = {
            name: self._where(name, frozenset(values).__contains__)
            for name, values in filters.chosen().items()
        }
        self._ticked.update(_days_ticked(part, filters))

    def _where(self, facet: str, holds: Callable[[str], bool]) -> Mask:
        if facet in LENT:
            return self.lent.facets[facet].where(holds, self.part.view.segment.doc_count)
        return self.part.view.columns.where(facet, holds)

    @cached_property
    def mask(self) -> Mask:
        """What is found. Not to be changed."""
        return self._but("")

    @cached_property
    def docs(self) -> Ints:
        """The documents found, in order."""
        return np.flatnonzero(self.mask)

    def keep(self, wanted: Mask) -> None:
        """Find no others than these."""
        self._base = self._base & wanted
        for made in ("mask", "docs"):
            self.__dict__.pop(made, None)

    def without(self, facet: str) -> Mask:
        """What is found if the ticks of `facet` are taken away. Not to be changed."""
        return self._but(facet) if facet in self._ticked else self.mask

    def _but(self, facet: str) -> Mask:
        mask = self._base
        for name, ticked in self._ticked.items():
            if name != facet:
                mask = mask & ticked
        return mask

    def docs_without(self, facet: str) -> Ints:
        """The documents found if the ticks of `facet` are taken away, in order."""
        return np.flatnonzero(self.without(facet)) if facet in self._ticked else self.docs

    def counts(self, facet: str) -> dict[str, int]:
        """How many documents of each value are found, the facet's own ticks left aside."""
        if facet in LENT:
            return self.lent.facets[facet].counts(self.without(facet))
        if facet in MANY:
            return self.part.view.columns.many(facet).counts(self.without(facet))
        return self.part.view.columns.column(facet).counts(self.docs_without(facet))

    def all_counts(self) -> Mapping[str, Mapping[Any, int]]:
        """How many of each value of every facet, and of each month, their own ticks left aside."""
        counts: dict[str, Mapping[Any, int]] = {}
        for cells in self.part.view.columns.cells:
            if not self._ticked.keys() >= set(cells.names):
                counts |= cells.counts(self.docs)
        if "date" in self._ticked:
            counts[MONTHS] = self.part.view.columns.months.counts(self.docs_without("date"))
        apart = [name for name in FACETS if name not in counts or name in self._ticked]
        return counts | {name: self.counts(name) for name in apart}

    def by_value(self, facet: str) -> Iterable[tuple[str, Ints]]:
        """The documents found of each value of a facet; of all of them for no facet."""
        if not facet:
            yield "", self.docs
            return
        found = self.without("")
        for value in self.counts(facet):
            docs = np.flatnonzero(found & self._where(facet, value.__eq__))
            if len(docs):
                yield value, docs


class Ordered:
    """What was found, in its order: the best score first, then by day.

    A hit is known by its place among all that was found, part after part.
    """

    def __init__(
        self, masks: list[Masks], scores: list[Scores] | None = None, *, oldest_first: bool = False
    ) -> None:
        """Order what the masks leave by `scores` of each part's documents, or by day alone."""
        self._masks = masks
        self._scores = scores
        self._sign = -1 if oldest_first else 1
        self._ends = list(accumulate(len(one.docs) for one in masks))
        self._order: Ints | None = None
        self._every = self._stories = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        if self._order is not None:
            return len(self._order)
        return self._ends[-1] if self._ends else 0

    def by_stories(self) -> Ordered:
        """The first of each story alone, with the others beneath it."""
        every = self._sorted(np.arange(len(self)))
        stories = together([one.lent.stories[one.docs] for one in self._masks])[every]
        _names, first = np.unique(stories, return_index=True)
        self._every, self._stories = every, stories
        self._order = every[np.sort(first)]
        return self

    def page(self, page: int, per_page: int) -> list[Place]:
        """The hits of one page."""
        per_page = min(max(per_page, 1), MOST_PER_PAGE)
        first = (max(page, 1) - 1) * per_page
        order = self._order if self._order is not None else self._best(first + per_page)
        return [self._place(at) for at in order[first : first + per_page].tolist()]

    def _best(self, wanted: int) -> Ints:
        """The best in their order, at least as many as `wanted` where there are so many."""
        candidates = []
        for mask, leading, end in zip(self._masks, self._leading(), self._ends, strict=True):
            days = partial(self._days, mask)
            candidates.append(foremost(leading, days, wanted) + end - len(leading))
        return self._sorted(together(candidates))

    def _leading(self) -> list[Array]:
        """For each part what orders its documents first."""
        if self._scores is not None and any(one.any() for one in self._scores):
            return list(self._scores)
        return [self._days(one, np.arange(len(one.docs))) for one in self._masks]

    def _days(self, mask: Masks, own: Ints) -> Ints:
        """The days that order some of the documents found in a part."""
        return self._sign * mask.part.matcher.numbers("date").take(mask.docs.take(own))

    def _sorted(self, places: Ints) -> Ints:
        """These places, given in order, put in the order of what was found."""
        days, scores = [], []
        bounds = np.searchsorted(places, [0, *self._ends])
        for part, mask in enumerate(self._masks):
            own = places[bounds[part] : bounds[part + 1]] - (self._ends[part] - len(mask.docs))
            days.append(self._days(mask, own))
            scores.append(self._scores[part].take(own) if self._scores else np.zeros(len(own)))
        order: Ints = places[np.lexsort((places, -together(days), -together(scores)))]
        return order

    def _part(self, at: int) -> tuple[int, int]:
        """The part in which a hit lies, and which of the documents found there it is."""
        part = bisect_right(self._ends, at)
        return part, at - (self._ends[part - 1] if part else 0)

    def _place(self, at: int) -> Place:
        part, own = self._part(at)
        mask = self._masks[part]
        others = self._others(at)
        return Place(
            mask.part,
            int(mask.docs[own]),
            float(self._scores[part][own]) if self._scores else 0.0,
            mask.lent,
            tuple(self._record(other) for other in others[:MOST_OF_A_STORY].tolist()),
            len(others),
        )

    def _others(self, at: int) -> Ints:
        """What else was found of the story of a hit."""
        if self._order is None:
            return np.empty(0, dtype=np.int64)
        own = self._stories[np.flatnonzero(self._every == at)[0]]
        others: Ints = self._every[(self._stories == own) & (self._every != at)]
        return others

    def _record(self, at: int) -> Record:
        part, own = self._part(at)
        mask = self._masks[part]
        return mask.part.view.segment.record(int(mask.docs[own]))


def foremost(leading: Array, days: Callable[[Ints], Ints], wanted: int) -> Ints:
    """Places among which are the `wanted` foremost, by what leads and then by day; few more."""
    least = _bound(leading, wanted)
    places = np.flatnonzero(leading >= least)
    if len(places) <= BLOCK * wanted:
        return places
    is_last = leading.take(places) == least
    last = places[is_last]  # many alike: of them the newest
    newest = days(last)
    last = last[newest >= _bound(newest, wanted)]
    return np.sort(np.concatenate((places[~is_last], last)))


def _bound(leading: Array, wanted: int) -> float:
    """A number that at least `wanted` of an array reach, or all; few more do."""
    if len(leading) <= wanted:
        return -np.inf
    if len(leading) >= 2 * BLOCK * wanted:
        # At least as many as there are such blocks reach what the best blocks reach at their best.
        leading = leading[: len(leading) // BLOCK * BLOCK].reshape(-1, BLOCK).max(axis=1)
    return float(np.partition(leading, len(leading) - wanted)[len(leading) - wanted])


def _days_ticked(part: Part, filters: Filters) -> dict[str, Mask]:
    days = part.matcher.numbers("date")
    ticked: dict[str, Mask] = {}
    if filters.since is not None or filters.until is not None:
        first = as_number(filters.since) if filters.since else FIRST_DAY
        last = as_number(filters.until) if filters.until else LAST_DAY
        ticked["date"] = (days >= first) & (days <= last)
    return ticked


def keep_nearest(masks: list[Masks], scores: list[np.ndarray]) -> None:
    """Keep those that come nearest, `MOST_AKIN` of them."""
    own = together([one[mask.docs] for one, mask in zip(scores, masks, strict=True)])
    least = 0.0
    if len(own) > MOST_AKIN:
        least = float(np.partition(own, len(own) - MOST_AKIN)[len(own) - MOST_AKIN])
    for one, mask in zip(scores, masks, strict=True):
        mask.nearness = one
        mask.keep((one > 0) & (one >= least))


@dataclass(frozen=True)
class Counts:
    """How many of what was found have each value of each facet, and lie in each month."""

    facets: dict[str, tuple[tuple[str, int], ...]]
    """The most frequent values first."""
    months: tuple[tuple[int, int], ...]
    """By month (202603)."""


def counts_of(masks: Iterable[Masks]) -> Counts:
    """The counts of all parts together."""
    totals: dict[str, dict[Any, int]] = {name: {} for name in (*FACETS, MONTHS)}
    for one in masks:
        for name, counts in one.all_counts().items():
            total = totals[name]
            for value, count in counts.items():
                total[value] = total.get(value, 0) + count
    months = totals.pop(MONTHS)
    facets = {
        name: tuple(sorted(values.items(), key=_most_frequent)[:MOST_FACET_VALUES])
        for name, values in totals.items()
    }
    return Counts(facets, tuple(sorted(months.items())))


def _most_frequent(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def hit(place: Place, marker: Marker) -> Hit:
    """A place as it is shown, with what was asked for marked."""
    record = place.part.view.segment.record(place.doc)
    return Hit(
        record=record,
        title=marker.mark(record.title),
        passages=marker.passages(record.text),
        score=place.score,
        leaders=place.lent.of("leader", place.doc),
        states=place.lent.of("state", place.doc),
        adopted=place.lent.of("adopted", place.doc),
        others=place.others,
        others_count=place.others_count,
    )


def together(arrays: Sequence[Array]) -> Array:
    """One array for those of all parts."""
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=np.int64)
