"""In this file documents are put in order by how near they come to a whole question.

First the pairs, characters and words of the question are looked for, the words that only ask left
out. Then the pairs that make out the nearest documents are looked for in all that came near at
all: an answer often says it in other words than the question (relevance feedback). What counts
how much is said in `search.questions`.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from search.analysis import Words, fold, query_tokens, runs, simplify
from search.engines.whoosh.found import Scores
from search.engines.whoosh.grams import SECOND, gram_text, grams
from search.engines.whoosh.postings import Ints, Mask
from search.engines.whoosh.ranking import Ranking
from search.questions import (
    FED_BACK,
    FEEDBACK_WEIGHT,
    LONGEST_FED_BACK,
    ORDERED_AGAIN,
    PAIRS,
    PAIRS_FED_BACK,
    PAIRS_LOOKED_AT,
    SINGLE_WEIGHT,
    SINGLES,
    STEEPNESS,
    WORD_WEIGHT,
    WORDS,
    matter,
)


class Near(NamedTuple):
    """Documents of one segment that came near, in order, and how near."""

    docs: Ints
    scores: Scores


def nearness(ranking: Ranking, text: str, words: Words, visible: Sequence[Mask]) -> list[Scores]:
    """For each segment how near each of the `visible` documents comes to a folded text."""
    totals = _first_look(ranking, matter(simplify(text)), words)
    for total, mask in zip(totals, visible, strict=True):
        total[~mask] = 0
    near = _nearest(totals, ORDERED_AGAIN)
    most = max((float(one.scores.max()) for one in near if len(one.docs)), default=0.0)
    if most:
        extra = _second_look(ranking, near, most)
        highest = max(float(one.max()) for one in extra if one.size)
        factor = FEEDBACK_WEIGHT * most / max(highest, 1e-9)
        for total, one, more in zip(totals, near, extra, strict=True):
            total[one.docs] += factor * more
    return totals


def _first_look(ranking: Ranking, text: str, words: Words) -> list[Scores]:
    totals = ranking.nothing()
    for gram, times in Counter(token.text for token in query_tokens(text)).items():
        ranking.add_gram(totals, gram, times, PAIRS)
    singles = Counter(sign for run in runs(text) if run.is_han for sign in run.text)
    for sign, times in singles.items():
        ranking.add_gram(totals, sign, SINGLE_WEIGHT * times, SINGLES)
    for word, times in Counter(words.of(text)).items():
        ranking.add_word(totals, word, WORD_WEIGHT * times, WORDS)
    return totals


def _nearest(totals: Sequence[Scores], most: int) -> list[Near]:
    """The documents of the highest scores in all segments together, none of score 0."""
    together = np.concatenate(totals) if totals else np.empty(0)
    least = 0.0
    if len(together) > most:
        least = float(np.partition(together, len(together) - most)[len(together) - most])
    docs = [np.flatnonzero((total > 0) & (total >= least)) for total in totals]
    return [Near(found, total[found]) for found, total in zip(docs, totals, strict=True)]


def _second_look(ranking: Ranking, near: Sequence[Near], most: float) -> list[Scores]:
    """For each of those that came near, what it shares with the nearest of them."""
    extra = [np.zeros(len(one.docs), dtype=np.float32) for one in near]
    lengths = ranking.dampers("body", PAIRS)
    dampers = [damper[one.docs] for damper, one in zip(lengths, near, strict=True)]
    for pair, weight in _said(ranking, near, most):
        for part, damper in enumerate(dampers):
            counts = ranking.matchers[part].counts_in(pair, near[part].docs)
            extra[part] += weight * (counts / (counts + damper))
    return extra


def _said(ranking: Ranking, near: Sequence[Near], most: float) -> list[tuple[str, float]]:
    """The pairs that make out the nearest documents, each with its weight."""
    shares: dict[str, float] = defaultdict(float)
    dampers = ranking.dampers("body", PAIRS)
    nearest = _nearest_of(near)
    for part, doc, score in nearest:
        record = ranking.segments[part].record(doc)
        text = simplify(fold(f"{record.title}\n{record.text}"[:LONGEST_FED_BACK]))
        for pair, times in _pairs(text):
            shares[pair] += (score / most) ** STEEPNESS * times / (times + dampers[part][doc])
    often = heapq.nlargest(PAIRS_LOOKED_AT, shares, key=shares.__getitem__)
    weights = {pair: shares[pair] * ranking.rarity(pair) for pair in often}
    return heapq.nlargest(PAIRS_FED_BACK, weights.items(), key=itemgetter(1))


def _nearest_of(near: Sequence[Near]) -> list[tuple[int, int, float]]:
    """Segment, document and score of the `FED_BACK` nearest."""
    every = (
        (part, doc, score)
        for part, one in enumerate(near)
        for doc, score in zip(one.docs.tolist(), one.scores.tolist(), strict=True)
    )
    return heapq.nlargest(FED_BACK, every, key=itemgetter(2))


def _pairs(text: str) -> Iterator[tuple[str, int]]:
    """Every pair and every word of letters or digits in a folded text, and how often."""
    found = grams(text)
    keys, counts = np.unique(found.keys[found.keys & SECOND != 0], return_counts=True)
    yield from zip(map(gram_text, keys.tolist()), counts.tolist(), strict=True)
    yield from Counter(word for word, _position, _place in found.words).items()
