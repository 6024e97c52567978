"""In this file the cluster is told what counts how much: the weights of `search.weights`, exactly.

Lucene knows how often a text stands in a record. How rare it is as a whole, a phrase included, is
asked first, for all texts at once; BM25 is then a script over both and the record's length. So the
order is the embedded engine's, but for what differs by less than a float can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from search.analysis import Words, simplify
from search.engines.opensearch.asking import apart, filtered, text_in, with_number
from search.engines.opensearch.documents import plain, tokens_of
from search.engines.opensearch.schema import Body
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

MOST_LEAVES = 64
"""Texts that order the results; the synonyms of a long query may be more."""
_SCORED = ("body", "title", "words")
_SCRIPT = (
    "double often = _score / params.terms;"
    " return params.weight * often / (often + params.base + params.slope * doc['{}_length'].value);"
)
Ask = Callable[[Body], Body]


class Scored(NamedTuple):
    """What adds to a score by BM25 in one field, and how it is found."""

    field: str
    query: Body
    terms: int
    """How many terms Lucene counts the text by; 0 where it counts once however often it stands."""
    weight: float
    shape: Shape = USUAL


@dataclass
class Statistics:
    """How many records there are, how long, and of how many each text is."""

    every: int
    lengths: Mapping[str, float]
    having: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, queries: Sequence[Body], ask: Ask) -> Statistics:
        """What the cluster says of these queries over all records, whoever may see them."""
        counted = {str(place): query for place, query in enumerate(queries)}
        aggregations: Body = {
            f"{name}_length": {"sum": {"field": f"{name}_length"}} for name in _SCORED
        }
        if counted:
            aggregations["having"] = {"filters": {"filters": counted}}
        found = ask({"size": 0, "track_total_hits": True, "aggs": aggregations})
        said = found["aggregations"]
        buckets = said["having"]["buckets"] if counted else {}
        return cls(
            every=int(found["hits"]["total"]["value"]),
            lengths={name: float(said[f"{name}_length"]["value"]) for name in _SCORED},
            having=[int(buckets[key]["doc_count"]) for key in counted],
        )

    def clause(self, one: Scored, having: int) -> Body:
        """What adds the score of one text."""
        told = one.weight * rarity(self.every, having) * (one.shape.k1 + 1)
        return self.plain_clause(one, told)

    def damper(self, name: str, shape: Shape, length: float) -> float:
        """What a record's length adds below the line of BM25's fraction."""
        mean = max(self.lengths[name], 1.0) / max(self.every, 1)
        return shape.k1 * (1 - shape.b + shape.b * length / mean)

    def plain_clause(self, one: Scored, weight: float) -> Body:
        """What adds the score of one text, whose rarity is in the weight."""
        base = self.damper(one.field, one.shape, 0)
        query = one.query if one.terms else {"constant_score": {"filter": one.query}}
        params: dict[str, Any] = {
            "terms": float(max(one.terms, 1)),
            "weight": weight,
            "base": base,
            "slope": self.damper(one.field, one.shape, 1) - base,
        }
        script = {"source": _SCRIPT.format(one.field), "params": params}
        return {"script_score": {"query": query, "script": script}}


def scoring(leaves: Sequence[Leaf], words: Words, ask: Ask) -> list[Body]:
    """The clauses whose scores together order what is found."""
    leaves = leaves[:MOST_LEAVES]
    scored = [one for leaf in leaves for one in _of_leaf(leaf)]
    wanted = {word for leaf in leaves for word in words.of(simplify(leaf.text))}
    scored += [of_word(word, WORD_WEIGHT) for word in sorted(wanted)]
    return [*counted(scored, ask), *bonuses(leaves)]


def counted(scored: Sequence[Scored], ask: Ask) -> list[Body]:
    """The clauses of texts that stand anywhere."""
    statistics = Statistics.of([one.query for one in scored], ask)
    return [
        statistics.clause(one, having)
        for one, having in zip(scored, statistics.having, strict=True)
        if having
    ]


def of_word(word: str, weight: float, shape: Shape = USUAL) -> Scored:
    """A dictionary word."""
    return Scored("words", {"term": {"words": plain(word)}}, 1, weight, shape)


def _of_leaf(leaf: Leaf) -> Iterable[Scored]:
    if isinstance(leaf, Gapped):
        yield Scored("body", apart(leaf, "body"), 0, 1.0)
        return
    text = Text(leaf.text) if isinstance(leaf, Number) else leaf
    tokens = tokens_of(text.text)
    # What may go on in several ways is counted by the cluster for each of them, or, after other
    # words, by all: then it counts once.
    terms = 0 if text.is_prefix and len(tokens) > 1 else len(tokens)
    if not text.in_title:
        yield Scored("body", text_in("body", text), terms, 1.0)
    yield Scored("title", text_in("title", text), terms, TITLE_WEIGHT)


def bonuses(leaves: Sequence[Leaf]) -> list[Body]:
    """What a record is given for bearing a name or number itself."""
    made = []
    for leaf in leaves:
        if isinstance(leaf, Gapped):
            continue
        named = {"term": {"names": plain(leaf.text)}}
        made.append({"constant_score": {"filter": named, "boost": NAME_BONUS}})
        if isinstance(leaf, Number):
            borne = with_number(leaf)
            made.append({"constant_score": {"filter": borne, "boost": NUMBER_BONUS}})
            itself = filtered(borne, {"term": {"kind": "issue"}})
            made.append({"constant_score": {"filter": itself, "boost": ISSUE_BONUS}})
    return made
