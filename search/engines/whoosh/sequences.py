"""In this file terms are found that stand one after another, in all documents at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search.engines.whoosh.arrays import Array, smallest
from search.engines.whoosh.postings import Ints, Mask, Postings

MUCH_SHORTER = 16
"""By how much the shorter of two sorted arrays is the shorter for each of it to be looked up."""

_POSITION_BITS = 32
_POSITION = 2**_POSITION_BITS - 1


class Places(NamedTuple):
    """The documents in which a sequence stands, in order, and how often in each."""

    docs: Array
    counts: Array


def in_sequence(postings: list[Postings], places: list[int]) -> Places:
    """The documents in which terms stand at the given places relative to each other."""
    if len(postings) == 1:
        return alone(postings[0])
    docs, starts = _aligned(postings, places)
    counts = np.bincount(starts >> _POSITION_BITS, minlength=len(docs))
    has_any = counts > 0
    return Places(docs[has_any], smallest(counts[has_any]))


def alone(postings: Postings) -> Places:
    """The documents of a single term."""
    docs, counts = postings.docs, postings.freqs
    return Places(docs, np.ones(len(docs), dtype=np.uint8) if counts is None else counts)


def starts_in_sequence(postings: list[Postings], places: list[int]) -> Ints:
    """Where the sequence begins: document and position made one number, in order."""
    docs, starts = _aligned(postings, places)
    owners: Ints = docs[starts >> _POSITION_BITS].astype(np.int64)
    placed: Ints = (owners << _POSITION_BITS) + (starts & _POSITION)
    return placed


def documents_of(starts: Ints) -> Places:
    """The documents in which these beginnings lie."""
    docs, counts = np.unique(starts >> _POSITION_BITS, return_counts=True)
    return Places(smallest(docs), smallest(counts))


def is_behind(starts: Ints, ends: Ints, low: int, high: int) -> Mask:
    """Which of `starts` lie at least `low` and at most `high` behind one of `ends`."""
    if not len(ends):
        return np.zeros(len(starts), dtype=bool)
    nearest = np.searchsorted(ends, starts - low, side="right") - 1
    behind: Mask = (nearest >= 0) & (starts - ends[np.maximum(nearest, 0)] <= high)
    return behind


def _aligned(postings: list[Postings], places: list[int]) -> tuple[Array, Ints]:
    """The documents of all terms, and where the sequence begins in them, by their index."""
    order = sorted(range(len(postings)), key=lambda index: len(postings[index].docs))
    docs = postings[order[0]].docs
    for index in order[1:]:
        docs = _common(docs, postings[index].docs)
    if not len(docs):
        return docs, np.empty(0, dtype=np.int64)
    starts = _starts(postings[order[0]], docs, places[order[0]])
    for index in order[1:]:
        starts = _common(starts, _starts(postings[index], docs, places[index]))
    return docs, starts


def _common(one: Array, other: Array) -> Array:
    """What is in both; each sorted, without repetition, and of one type."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) * MUCH_SHORTER < len(longer):
        found: Array = longer[places_in(shorter, longer)]
        return found
    both = np.concatenate((one, other))
    both.sort(kind="stable")  # two sorted runs are merged in linear time
    common: Array = both[1:][both[1:] == both[:-1]]
    return common


def places_in(few: Array, many: Array) -> Ints:
    """Where in `many` those of `few` stand that are there; both sorted, without repetition."""
    at = np.searchsorted(many, few.astype(many.dtype))  # else numpy would turn the many
    at[at == len(many)] = 0
    places: Ints = at[many[at] == few]
    return places


def _starts(postings: Postings, docs: Array, place: int) -> Ints:
    """Where the sequence would begin for each occurrence of its term in `docs`, which all have it.

    A document's index in `docs` and a position make one sorted number.
    """
    if postings.freqs is None or postings.positions is None:
        raise TypeError("a sequence needs a field with positions")
    counts, positions = postings.freqs, postings.positions
    if len(docs) < len(postings.docs):
        at = _within(docs, postings.docs)
        ends = np.cumsum(counts, dtype=np.int64)[at]
        counts = counts[at].astype(np.int64)
        before = np.cumsum(counts) - counts
        positions = positions.take(
            np.repeat(ends - counts - before, counts) + np.arange(counts.sum())
        )
    owners = np.repeat(np.arange(len(docs)), counts)
    starts = positions.astype(np.int64) - place
    placed: Ints = (owners << _POSITION_BITS) + starts
    return placed[starts >= 0]


def _within(docs: Array, those: Array) -> Ints:
    """Where in `those` the documents stand, all of which are there."""
    if len(docs) * MUCH_SHORTER < len(those):
        return places_in(docs, those)
    table = np.zeros(int(those[-1]) + 1, dtype=bool)
    table[docs.astype(np.int64)] = True
    return np.flatnonzero(table.take(those))
