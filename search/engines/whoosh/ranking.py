"""In this file the documents found are put in order: BM25 over the whole arrays of a segment.

A document's score is the sum, over the texts asked for and not denied, of

    body            BM25 of the text as a whole: how often, how rare it is, how long the document
    title           the same, twice, for texts that stand in the title
    words           BM25 of the dictionary words in the text, lightly
    exact names     a fixed bonus if the text is the name of the serial, unit, leader or thread
    numbers         a large fixed bonus if the record itself bears the number asked for
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from search.analysis import Words, query_tokens, simplify
from search.engines.whoosh.matching import Found, Matcher
from search.engines.whoosh.segments import Kept, Segment
from search.query import And, Gapped, Node, Number, Or, Text

Scores = npt.NDArray[np.float64]

K1, B = 1.2, 0.75
TITLE_WEIGHT = 2.0
WORD_WEIGHT = 0.3
NAME_BONUS = 3.0
NUMBER_BONUS = 20.0
NEAR_WORD_WEIGHT = 2.0
NEAR_KEPT = 4
"""Texts whose nearness is kept ready; it is asked for twice in one search."""


Leaf = Text | Gapped | Number


def ranked_texts(node: Node) -> list[Leaf]:
    """The leaves that order the results: what was asked for and not denied."""
    if isinstance(node, (Text, Gapped, Number)):
        return [node]
    if isinstance(node, (And, Or)):
        return list(dict.fromkeys(leaf for child in node.nodes for leaf in ranked_texts(child)))
    return []


class Ranking:
    """Scores of one query over several segments, whose statistics are taken together."""

    def __init__(self, segments: Sequence[Segment], matchers: Sequence[Matcher]) -> None:
        self._segments = segments
        self._matchers = matchers
        self._doc_count = sum(segment.doc_count for segment in segments)
        self._dampers: dict[str, list[Scores]] = {}
        self._near: Kept[str, list[Scores]] = Kept(NEAR_KEPT)

    def scores(self, leaves: Sequence[Leaf], words: Words) -> list[Scores]:
        """For each segment the score of each document."""
        totals = [np.zeros(segment.doc_count) for segment in self._segments]
        for leaf in leaves:
            self._add_leaf(totals, leaf)
        for word in {word for leaf in leaves for word in words.of(simplify(leaf.text))}:
            self._add_word(totals, word)
        return totals

    def nearness(self, text: str, words: Words) -> list[Scores]:
        """For each segment how near each document comes to a folded text, by shared terms."""
        return self._near.get(text, lambda: self._nearness(text, words))

    def _nearness(self, text: str, words: Words) -> list[Scores]:
        totals = [np.zeros(segment.doc_count) for segment in self._segments]
        plain = simplify(text)
        for gram, times in Counter(token.text for token in query_tokens(plain)).items():
            found = [one.found(Text(gram), "body") for one in self._matchers]
            self._add(totals, "body", found, float(times))
        for word, times in Counter(words.of(plain)).items():
            found = [matcher.word(word) for matcher in self._matchers]
            self._add(totals, "words", found, NEAR_WORD_WEIGHT * times)
        return totals

    def _add_leaf(self, totals: list[Scores], leaf: Leaf) -> None:
        if isinstance(leaf, Gapped):
            self._add(totals, "body", [one.apart(leaf, "body") for one in self._matchers], 1.0)
            return
        text = Text(leaf.text) if isinstance(leaf, Number) else leaf
        if not text.in_title:
            self._add(totals, "body", [one.found(text, "body") for one in self._matchers], 1.0)
        self._add(
            totals, "title", [one.found(text, "title") for one in self._matchers], TITLE_WEIGHT
        )
        for total, matcher in zip(totals, self._matchers, strict=True):
            total[matcher.exact("names", text.text)] += NAME_BONUS
            if isinstance(leaf, Number):
                total[matcher.with_number(leaf)] += NUMBER_BONUS

    def _add_word(self, totals: list[Scores], word: str) -> None:
        found = [matcher.word(word) for matcher in self._matchers]
        self._add(totals, "words", found, WORD_WEIGHT)

    def _add(self, totals: list[Scores], field: str, found: list[Found], weight: float) -> None:
        doc_frequency = sum(len(one.docs) for one in found)
        if not doc_frequency:
            return
        rarity = math.log1p((self._doc_count - doc_frequency + 0.5) / (doc_frequency + 0.5))
        factor = weight * rarity * (K1 + 1)
        for total, dampers, one in zip(totals, self._dampers_of(field), found, strict=True):
            if len(one.docs):
                total[one.docs] += factor * one.counts / (one.counts + dampers[one.docs])

    def _dampers_of(self, field: str) -> list[Scores]:
        """For each document what its length adds below the line of BM25's fraction."""
        dampers = self._dampers.get(field)
        if dampers is None:
            total = sum(segment.total_lengths[field] for segment in self._segments)
            mean = max(total, 1) / self._doc_count
            dampers = [
                K1 * (1 - B + B * segment.lengths(field) / mean) for segment in self._segments
            ]
            self._dampers[field] = dampers
        return dampers
