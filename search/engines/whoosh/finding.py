"""In this file what a query finds is masked, counted and put in order.

Every part of the index has its masks; what a reader may not see is out of them from the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from search.dates import FIRST_DAY, LAST_DAY, as_number
from search.engines.whoosh.arrays import Array
from search.engines.whoosh.lending import Lent
from search.engines.whoosh.matching import Matcher
from search.engines.whoosh.postings import Ints, Mask
from search.engines.whoosh.segments import View
from search.query import Node
from search.records import LENT, MANY, Filters, Hit, Record
from search.snippets import Marker
from search.weights import MOST_AKIN, MOST_FACET_VALUES, MOST_OF_A_STORY, MOST_PER_PAGE


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
    def docs(self) -> Ints:
        """The documents found, in order."""
        return np.flatnonzero(self.without(""))

    def keep(self, wanted: Mask) -> None:
        """Find no others than these."""
        self._base = self._base & wanted
        self.__dict__.pop("docs", None)

    def without(self, facet: str) -> Mask:
        """What is found if the ticks of `facet` are taken away."""
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
        column = self.part.view.columns.column(facet)
        if not column.values:
            return {}
        counts = np.bincount(column.refs[self.docs_without(facet)], minlength=len(column.values))
        return {
            column.values[ref]: int(counts[ref])
            for ref in np.flatnonzero(counts[: len(column.values)]).tolist()
        }

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
    """What was found, in its order: the best score first, then by day."""

    def __init__(self, masks: list[Masks], scores: np.ndarray, days: Ints) -> None:
        self._masks = masks
        self._scores = scores
        self._days = days
        self._order: Ints | None = None
        self._every = self._stories = np.empty(0, dtype=np.int64)
        self._owners = np.repeat(np.arange(len(masks)), [len(one.docs) for one in masks])
        self._docs = together([one.docs for one in masks])

    def __len__(self) -> int:
        return len(self._days if self._order is None else self._order)

    def by_stories(self) -> Ordered:
        """The first of each story alone, with the others beneath it."""
        every = np.lexsort((np.arange(len(self._days)), -self._days, -self._scores))
        stories = together([one.lent.stories[one.docs] for one in self._masks])[every]
        _names, first = np.unique(stories, return_index=True)
        self._every, self._stories = every, stories
        self._order = every[np.sort(first)]
        return self

    def _others(self, at: int) -> Ints:
        """What else was found of the story of a hit."""
        if self._order is None:
            return np.empty(0, dtype=np.int64)
        own = self._stories[np.flatnonzero(self._every == at)[0]]
        others: Ints = self._every[(self._stories == own) & (self._every != at)]
        return others

    def page(self, page: int, per_page: int) -> list[Place]:
        """The hits of one page."""
        per_page = min(max(per_page, 1), MOST_PER_PAGE)
        first = (max(page, 1) - 1) * per_page
        if self._order is None:
            chosen = _best(self._scores, self._days, first, per_page)
        else:
            chosen = self._order[first : first + per_page].tolist()
        return [self._place(at) for at in chosen]

    def _place(self, at: int) -> Place:
        mask = self._masks[self._owners[at]]
        others = self._others(at)
        return Place(
            mask.part,
            int(self._docs[at]),
            float(self._scores[at]),
            mask.lent,
            tuple(self._record(other) for other in others[:MOST_OF_A_STORY].tolist()),
            len(others),
        )

    def _record(self, at: int) -> Record:
        mask: Masks = self._masks[int(self._owners[at])]
        return mask.part.view.segment.record(int(self._docs[at]))


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


def month_counts(masks: list[Masks]) -> tuple[tuple[int, int], ...]:
    """How many are found in each month (202603), the ticked days left aside."""
    totals: dict[int, int] = {}
    for one in masks:
        for month, count in one.part.view.columns.months.counts(one.docs_without("date")).items():
            totals[month] = totals.get(month, 0) + count
    return tuple(sorted(totals.items()))


def facet_counts(masks: list[Masks], facet: str) -> tuple[tuple[str, int], ...]:
    """How many of each value of a facet are found in all parts, the most frequent first."""
    totals: dict[str, int] = {}
    for one in masks:
        for value, count in one.counts(facet).items():
            totals[value] = totals.get(value, 0) + count
    ordered = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(ordered[:MOST_FACET_VALUES])


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


def together(arrays: Sequence[Array]) -> Array:
    """One array for those of all parts."""
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=np.int64)
