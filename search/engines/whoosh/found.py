"""In this file it is kept how often a text stands in the documents of a segment.

Where few have it, they are listed; where many have it, there is a count for every document, with
which arithmetic runs straight through memory, several times as fast as by picking and putting.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from search.engines.whoosh.arrays import Array
from search.engines.whoosh.postings import Ints, Mask
from search.engines.whoosh.sequences import MUCH_SHORTER, places_in

Scores = npt.NDArray[np.float32]

COMMON = 5
"""One document in so many has a text of which every document's count is kept."""


class Found(Protocol):
    """In which documents of a segment a text stands, and how often."""

    nbytes: int

    def __len__(self) -> int:
        """In how many documents."""

    def mark(self, mask: Mask) -> None:
        """Set the documents that have it."""

    def counts_of(self, docs: Ints) -> Array:
        """How often it stands in each of these documents, which are in order."""

    def add(self, total: Scores, factor: float, dampers: Scores, wanted: Ints | None) -> None:
        """Add BM25's fraction, `factor` times, at least for the `wanted` documents."""


def found_in(docs: Array, counts: Array, doc_count: int) -> Found:
    """What was found of a text in a segment of `doc_count` documents, as it is kept best."""
    if len(docs) * COMMON < doc_count:
        return _Listed(docs, counts)
    every = np.zeros(doc_count, dtype=counts.dtype)
    every[docs.astype(np.int64)] = counts
    return _OfAll(every, len(docs))


class _Listed:
    def __init__(self, docs: Array, counts: Array) -> None:
        self._docs, self._counts = docs, counts
        self.nbytes = docs.nbytes + counts.nbytes

    def __len__(self) -> int:
        return len(self._docs)

    def mark(self, mask: Mask) -> None:
        mask[self._docs.astype(np.int64)] = True

    def counts_of(self, docs: Ints) -> Array:
        counts: Array = np.zeros(len(docs), dtype=self._counts.dtype)
        if len(self._docs):
            at = np.searchsorted(self._docs, docs.astype(self._docs.dtype))
            at[at == len(self._docs)] = 0
            here = self._docs.take(at) == docs
            counts[here] = self._counts[at[here]]
        return counts

    def add(self, total: Scores, factor: float, dampers: Scores, wanted: Ints | None) -> None:
        docs, counts = self._docs, self._counts
        if wanted is not None and len(wanted) * MUCH_SHORTER < len(docs):
            at = places_in(wanted, docs)
            docs, counts = docs[at], counts[at]
        rows = docs.astype(np.int64)
        total[rows] += factor * (counts / (counts + dampers.take(rows)))


class _OfAll:
    def __init__(self, counts: Array, having: int) -> None:
        self._counts, self._having = counts, having
        self.nbytes = counts.nbytes

    def __len__(self) -> int:
        return self._having

    def mark(self, mask: Mask) -> None:
        mask |= self._counts != 0

    def counts_of(self, docs: Ints) -> Array:
        return self._counts.take(docs)

    def add(self, total: Scores, factor: float, dampers: Scores, wanted: Ints | None) -> None:
        if wanted is not None and len(wanted) * COMMON < len(total):
            counts = self._counts.take(wanted)
            total[wanted] += factor * (counts / (counts + dampers.take(wanted)))
            return
        counts = self._counts.astype(np.float32)
        below = counts + dampers
        counts /= below
        counts *= factor
        total += counts


NONE_FOUND: Found = _Listed(np.empty(0, dtype=np.uint16), np.empty(0, dtype=np.uint8))
