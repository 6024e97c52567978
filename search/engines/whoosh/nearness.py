"""In this file documents are put in order by how near they come to a whole question.

First the pairs, characters and words of the question are looked for, the words that only ask left
out. Then the pairs that make out the nearest documents are looked for in all that came near at
all: an answer often says it in other words than the question (relevance feedback). The weights
were chosen on the odd half of the questions of two public sets, `tests/bench/relevance.py`.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from search.analysis import RUN, Words, fold, query_tokens, runs, simplify
from search.engines.whoosh.grams import SECOND, gram_text, grams
from search.engines.whoosh.postings import Ints, Mask
from search.engines.whoosh.ranking import Ranking, Scores, Shape

ASKING = re.compile(
    "为什么|什么|多少|哪些|哪个|哪里|哪儿|怎么样|怎么办|怎么|怎样|如何|是否|为何|何时|请问|谁"
    "|吗(?!啡)|呢(?!绒)"
)
"""Words that ask and say nothing of the matter; an answer does not repeat them."""

PAIRS = Shape(k1=0.8, b=0.75)
SINGLES = Shape(k1=1.2, b=0.9)
WORDS = Shape(k1=0.6, b=0.7)
SINGLE_WEIGHT, WORD_WEIGHT = 1.2, 1.5
"""Beside pairs, which weigh 1."""

FED_BACK = 10
"""The nearest documents, whose pairs are asked for again."""
LONGEST_FED_BACK = 3000
"""Characters of each that are read."""
PAIRS_LOOKED_AT, PAIRS_FED_BACK = 400, 200
"""The pairs most said in them, and how many of these, the rarest first, are asked for."""
STEEPNESS = 3
"""A document's say falls with this power of its share in the highest score."""
FEEDBACK_WEIGHT = 0.2
"""How much the second look may add, as a share of the highest score of the first."""
ORDERED_AGAIN = 1000
"""Documents looked at a second time; a page never shows as many."""


class Near(NamedTuple):
    """Documents of one segment that came near, in order, and how near."""

    docs: Ints
    scores: Scores


def nearness(ranking: Ranking, text: str, words: Words, visible: Sequence[Mask]) -> list[Scores]:
    """For each segment how near each of the `visible` documents comes to a folded text."""
    totals = _first_look(ranking, _matter(simplify(text)), words)
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


def _matter(text: str) -> str:
    """The text without the words that ask, as far as anything remains."""
    matter = ASKING.sub(" ", text)
    return matter if RUN.search(matter) else text


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
    extra = [np.zeros(len(one.docs)) for one in near]
    lengths = ranking.dampers("body", PAIRS)
    dampers = [damper[one.docs] for damper, one in zip(lengths, near, strict=True)]
    for pair, weight in _said(ranking, near, most):
        for part, damper in enumerate(dampers):
            counts = ranking.matchers[part].counts_in(pair, near[part].docs)
            extra[part] += weight * counts / (counts + damper)
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
