"""In this file the documents found are put in order: BM25 over the whole arrays of a segment.

What counts how much is said in `search.weights`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.analysis import Words, simplify
from search.engines.whoosh.found import Found, Scores
from search.engines.whoosh.matching import Matcher
from search.engines.whoosh.postings import Ints
from search.engines.whoosh.segments import Segment
from search.query import Gapped, Number, Text
from search.weights import (
    ISSUE_BONUS,
    NAME_BONUS,
    NUMBER_BONUS,
    TITLE_WEIGHT,
    USUAL,
    WORD_WEIGHT,
    Leaf,
    Shape,
    rarity,
)

LEAST = 1e-9
"""More than nothing, where no length adds anything and nothing occurs."""


class Ranking:
    """Scores of one query over several segments, whose statistics are taken together."""

    def __init__(self, segments: Sequence[Segment], matchers: Sequence[Matcher]) -> None:
        self.segments = segments
        self.matchers = matchers
        self._doc_count = sum(segment.doc_count for segment in segments)
        self._dampers: dict[tuple[str, Shape], list[Scores]] = {}

    def scores(self, leaves: Sequence[Leaf], words: Words, wanted: Sequence[Ints]) -> list[Scores]:
        """For each segment the scores of the `wanted` documents."""
        totals = self.nothing()
        for leaf in leaves:
            self._add_leaf(totals, leaf, wanted)
        said = (word for leaf in leaves for word in words.of(simplify(leaf.text)))
        for word in dict.fromkeys(said):  # in their order, so that sums are the same every time
            self._add(totals, "words", self._of_word(word), WORD_WEIGHT, wanted=wanted)
        return [total.take(docs) for total, docs in zip(totals, wanted, strict=True)]

    def nothing(self) -> list[Scores]:
        """A score of nothing for each document of each segment."""
        return [np.zeros(segment.doc_count, dtype=np.float32) for segment in self.segments]

    def add_gram(self, totals: list[Scores], gram: str, weight: float, shape: Shape) -> None:
        """Add what a single pair, character or word of letters brings."""
        self._add(totals, "body", [one.term("body", gram) for one in self.matchers], weight, shape)

    def add_word(self, totals: list[Scores], word: str, weight: float, shape: Shape) -> None:
        """Add what a dictionary word brings."""
        self._add(totals, "words", self._of_word(word), weight, shape)

    def _of_word(self, word: str) -> list[Found]:
        return [one.term("words", word) for one in self.matchers]

    def rarity(self, gram: str) -> float:
        """How much a pair, character or word of letters tells, by how few documents have it."""
        return rarity(self._doc_count, sum(one.doc_count("body", gram) for one in self.matchers))

    def _add_leaf(self, totals: list[Scores], leaf: Leaf, wanted: Sequence[Ints]) -> None:
        if isinstance(leaf, Gapped):
            apart = [one.apart(leaf, "body") for one in self.matchers]
            self._add(totals, "body", apart, 1.0, wanted=wanted)
            return
        text = Text(leaf.text) if isinstance(leaf, Number) else leaf
        if not text.in_title:
            body = [one.found(text, "body") for one in self.matchers]
            self._add(totals, "body", body, 1.0, wanted=wanted)
        title = [one.found(text, "title") for one in self.matchers]
        self._add(totals, "title", title, TITLE_WEIGHT, wanted=wanted)
        for total, matcher in zip(totals, self.matchers, strict=True):
            total[matcher.exact("names", text.text)] += NAME_BONUS
            if isinstance(leaf, Number):
                bearing = matcher.with_number(leaf)
                total[bearing] += NUMBER_BONUS
                total[np.intersect1d(bearing, matcher.exact("kind", "issue"))] += ISSUE_BONUS

    def _add(
        self,
        totals: list[Scores],
        field: str,
        found: list[Found],
        weight: float,
        shape: Shape = USUAL,
        *,
        wanted: Sequence[Ints] | None = None,
    ) -> None:
        """Add what a text brings to all documents that have it, at least to the `wanted`."""
        doc_frequency = sum(map(len, found))
        if not doc_frequency:
            return
        factor = weight * rarity(self._doc_count, doc_frequency) * (shape.k1 + 1)
        dampers = self.dampers(field, shape)
        for part, one in enumerate(found):
            one.add(totals[part], factor, dampers[part], None if wanted is None else wanted[part])

    def dampers(self, field: str, shape: Shape) -> list[Scores]:
        """For each document what its length adds below the line of BM25's fraction."""
        k1, b = shape
        dampers = self._dampers.get((field, shape))
        if dampers is None:
            total = sum(segment.total_lengths[field] for segment in self.segments)
            mean = max(total, 1) / self._doc_count
            dampers = [
                np.maximum(k1 * (1 - b + b * lengths / mean), LEAST).astype(np.float32)
                for lengths in (segment.lengths(field) for segment in self.segments)
            ]
            self._dampers[field, shape] = dampers
        return dampers
