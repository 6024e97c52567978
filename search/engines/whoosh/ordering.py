"""In this file what was found is put in order, and the hits of one page are made.

Only what can be on the page is sorted; for the rest the best of each block is looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

import numpy as np

from search.engines.whoosh.arrays import Array
from search.engines.whoosh.finding import Masks, Part, together
from search.engines.whoosh.found import Scores
from search.engines.whoosh.lending import Lent
from search.engines.whoosh.postings import Ints
from search.records import Hit, Record
from search.snippets import Marker
from search.weights import MOST_OF_A_STORY, MOST_PER_PAGE

BLOCK = 64
"""Documents of which only the best is looked at while the bound of a page is sought."""


@dataclass(frozen=True)
class Place:
    """A document found: its part, its number there, and its score."""

    part: Part
    doc: int
    score: float
    lent: Lent
    others: tuple[Record, ...] = ()
    others_count: int = 0


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
