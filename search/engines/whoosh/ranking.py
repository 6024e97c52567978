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
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from search.analysis import Words, fold, query_tokens, runs, simplify
from search.engines.whoosh.matching import Found, Matcher
from search.engines.whoosh.postings import Ints, Mask
from search.engines.whoosh.segments import Segment
from search.query import And, Gapped, Node, Number, Or, Text

Scores = npt.NDArray[np.float64]

K1, B = 1.2, 0.75
TITLE_WEIGHT = 2.0
WORD_WEIGHT = 0.3
NAME_BONUS = 3.0
NUMBER_BONUS = 20.0
NEAR_WORD_WEIGHT, NEAR_SINGLE_WEIGHT = 1.0, 1.5
NEAR_WORDS = (0.6, 0.6)
"""K1 and B of words where nearness is asked for."""
FED_BACK, WORDS_FED_BACK = 5, 20
"""Documents whose words are asked for again, and how many of these."""
LONGEST_FED_BACK = 3000
FEEDBACK_WEIGHT = 0.15
"""How much these may add, as a share of the highest score."""


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
        self._dampers: dict[tuple[str, tuple[float, float]], list[Scores]] = {}

    def scores(self, leaves: Sequence[Leaf], words: Words) -> list[Scores]:
        """For each segment the score of each document."""
        totals = [np.zeros(segment.doc_count) for segment in self._segments]
        for leaf in leaves:
            self._add_leaf(totals, leaf)
        for word in {word for leaf in leaves for word in words.of(simplify(leaf.text))}:
            self._add_word(totals, word)
        return totals

    def nearness(self, text: str, words: Words, visible: Sequence[Mask]) -> list[Scores]:
        """For each segment how near each document comes to a folded text.

        Pairs, characters and words of the text are looked for, and then, lightly, the words of
        the `visible` documents that came nearest: an answer often says it in other words.
        """
        totals = [np.zeros(segment.doc_count) for segment in self._segments]
        plain = simplify(text)
        for gram, times in Counter(token.text for token in query_tokens(plain)).items():
            self._add_gram(totals, gram, float(times))
        singles = Counter(sign for run in runs(plain) if run.is_han for sign in run.text)
        for sign, times in singles.items():
            self._add_gram(totals, sign, NEAR_SINGLE_WEIGHT * times)
        for word, times in Counter(words.of(plain)).items():
            found = [matcher.word(word) for matcher in self._matchers]
            self._add(totals, "words", found, NEAR_WORD_WEIGHT * times, NEAR_WORDS)
        for total, mask in zip(totals, visible, strict=True):
            total[~mask] = 0
        self._feed_back(totals, words)
        return totals

    def _add_gram(self, totals: list[Scores], gram: str, weight: float) -> None:
        found = [one.found(Text(gram), "body") for one in self._matchers]
        self._add(totals, "body", found, weight)

    def _feed_back(self, totals: list[Scores], words: Words) -> None:
        """Add to each document that came near what it shares with the nearest."""
        together = np.concatenate(totals) if totals else np.empty(0)
        most = float(together.max()) if together.size else 0.0
        if not most:
            return
        nearest = np.argsort(-together, kind="stable")[:FED_BACK]
        said = self._words_said(together, nearest, words, most)
        extra = [np.zeros(len(total)) for total in totals]
        for word, share in said:
            found = [matcher.word(word) for matcher in self._matchers]
            self._add(extra, "words", found, share)
        highest = max(float(one.max()) for one in extra if one.size)
        factor = FEEDBACK_WEIGHT * most / max(highest, 1e-9)
        for total, one in zip(totals, extra, strict=True):
            np.add(total, factor * one, out=total, where=total > 0)

    def _words_said(
        self, together: Scores, nearest: Ints, words: Words, most: float
    ) -> list[tuple[str, float]]:
        """The words that make out the nearest documents, each with its share in them."""
        ends = np.cumsum([segment.doc_count for segment in self._segments])
        shares: dict[str, float] = defaultdict(float)
        for at in nearest.tolist():
            part = int(np.searchsorted(ends, at, side="right"))
            doc = at - (int(ends[part - 1]) if part else 0)
            record = self._segments[part].record(doc)
            said = words.of(simplify(fold(f"{record.title}\n{record.text[:LONGEST_FED_BACK]}")))
            for word, times in Counter(said).items():
                shares[word] += float(together[at]) / most * times / max(len(said), 1)
        often = sorted(shares, key=lambda word: -shares[word])[: WORDS_FED_BACK * 10]
        chosen = sorted(often, key=lambda word: -shares[word] * self._rarity(word))
        return [(word, shares[word]) for word in chosen[:WORDS_FED_BACK]]

    def _rarity(self, word: str) -> float:
        frequency = sum(len(matcher.word(word).docs) for matcher in self._matchers)
        return math.log1p((self._doc_count - frequency + 0.5) / (frequency + 0.5))

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

    def _add(
        self,
        totals: list[Scores],
        field: str,
        found: list[Found],
        weight: float,
        shape: tuple[float, float] = (K1, B),
    ) -> None:
        doc_frequency = sum(len(one.docs) for one in found)
        if not doc_frequency:
            return
        rarity = math.log1p((self._doc_count - doc_frequency + 0.5) / (doc_frequency + 0.5))
        factor = weight * rarity * (shape[0] + 1)
        for total, dampers, one in zip(totals, self._dampers_of(field, shape), found, strict=True):
            if len(one.docs):
                total[one.docs] += factor * one.counts / (one.counts + dampers[one.docs])

    def _dampers_of(self, field: str, shape: tuple[float, float]) -> list[Scores]:
        """For each document what its length adds below the line of BM25's fraction."""
        k1, b = shape
        dampers = self._dampers.get((field, shape))
        if dampers is None:
            total = sum(segment.total_lengths[field] for segment in self._segments)
            mean = max(total, 1) / self._doc_count
            dampers = [
                k1 * (1 - b + b * segment.lengths(field) / mean) for segment in self._segments
            ]
            self._dampers[field, shape] = dampers
        return dampers
