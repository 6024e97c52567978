"""In this file we say what of a whole question counts how much, for what comes nearest to it.

The weights are the same for everything; they were chosen on the questions of two public sets
(`tests/bench/relevance.py`), where both halves of either set gain by them.
"""

from __future__ import annotations

import re

from search.analysis import RUN
from search.weights import Shape

ASKING = re.compile(
    "为什么|什么|多少|哪些|哪个|哪里|哪儿|怎么样|怎么办|怎么|怎样|如何|是否|为何|何时|请问|谁"
    "|吗(?!啡)|呢(?!绒)"
)
"""Words that ask and say nothing of the matter; an answer does not repeat them."""

PAIRS = Shape(k1=0.8, b=0.9)
SINGLES = Shape(k1=1.2, b=1.0)
WORDS = Shape(k1=0.6, b=0.9)
SINGLE_WEIGHT, WORD_WEIGHT = 1.2, 1.5
"""Beside pairs, which weigh 1."""

FED_BACK = 4
"""The nearest documents, whose pairs are asked for again."""
LONGEST_FED_BACK = 3000
"""Characters of each that are read."""
PAIRS_LOOKED_AT, PAIRS_FED_BACK = 400, 200
"""The pairs most said in them, and how many of these, the rarest first, are asked for."""
STEEPNESS = 3
"""A document's say falls with this power of its share in the highest score."""
FEEDBACK_WEIGHT = 0.25
"""How much the second look may add, as a share of the highest score of the first."""
ORDERED_AGAIN = 1000
"""Documents looked at a second time; a page never shows as many."""


def matter(text: str) -> str:
    """The text without the words that ask, as far as anything remains."""
    left = ASKING.sub(" ", text)
    return left if RUN.search(left) else text
