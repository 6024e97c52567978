"""In this file stands what counts how much where results are ordered: the same for every engine.

A record's score is the sum, over the texts asked for and not denied, of

    body            BM25 of the text as a whole: how often, how rare it is, how long the record
    title           the same, twice, for texts that stand in the title
    words           BM25 of the dictionary words in the text, lightly
    exact names     a fixed bonus if the text is the name of the serial, unit, leader or thread
    numbers         a large fixed bonus if the record itself bears the number asked for
"""

from __future__ import annotations

import math
from typing import NamedTuple

from search.query import And, Gapped, Node, Number, Or, Text


class Shape(NamedTuple):
    """What BM25 makes of repetition (`k1`) and of a record's length (`b`)."""

    k1: float
    b: float


USUAL = Shape(k1=1.2, b=0.75)
TITLE_WEIGHT = 2.0
WORD_WEIGHT = 0.3
NAME_BONUS = 3.0
NUMBER_BONUS = 20.0
ISSUE_BONUS = 20.0
"""Of an issue above its own items, which bear its number as well."""
NO_RANK = 1_000_000
"""The place of a record on which no leader wrote: after all who did."""

MOST_FACET_VALUES = 200
"""Values of one facet given to a page."""
MOST_PER_PAGE = 200
MOST_AKIN = 100
"""Records listed where nothing has all the words and those that come near are shown."""
MOST_OF_A_STORY = 6
"""More records of one story shown beneath its first."""
MOST_PREFIX_TERMS = 500
"""Words of letters or digits that one prefix may stand for, in each part of an index."""
MOST_SUGGESTIONS = 10
SUGGESTING_FIELDS = ("serial", "unit", "leader", "thread")
RELATED_LENGTH = 1200
"""Characters of a record of which its related ones are found."""

Leaf = Text | Gapped | Number


def ranked_texts(node: Node) -> list[Leaf]:
    """The leaves that order the results: what was asked for and not denied."""
    if isinstance(node, (Text, Gapped, Number)):
        return [node]
    if isinstance(node, (And, Or)):
        return list(dict.fromkeys(leaf for child in node.nodes for leaf in ranked_texts(child)))
    return []


def rarity(every: int, having: int) -> float:
    """BM25's weight of what `having` of `every` record have."""
    return math.log1p((every - having + 0.5) / (having + 0.5))
