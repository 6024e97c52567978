"""In this file what a query finds is masked and counted.

Every part of the index has its masks; what a reader may not see is out of them from the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from search.dates import FIRST_DAY, LAST_DAY, as_number
from search.engines.whoosh.arrays import Array
from search.engines.whoosh.lending import Lent
from search.engines.whoosh.matching import Matcher
from search.engines.whoosh.postings import Ints, Mask
from search.engines.whoosh.segments import MONTHS, View
from search.query import Node
from search.records import FACETS, LENT, MANY, Filters
from search.weights import MOST_AKIN, MOST_FACET_VALUES


@dataclass(frozen=True)
class Part:
    """One segment of a snapshot, with what reads it."""

    view: View
    matcher: Matcher


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


def together(arrays: Sequence[Array]) -> Array:
    """One array for those of all parts."""
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=np.int64)
