"""In this file the query's tree becomes what the cluster is asked; nothing here counts for order.

Phrases stand at exact places: a hole in a phrase (|) is a position at which anything may stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from search.analysis import Token, runs, simplify
from search.dates import FIRST_DAY, LAST_DAY, as_number
from search.engines.opensearch.documents import phrase_of, plain, tokens_of, word
from search.engines.opensearch.schema import Body
from search.query import (
    Akin,
    And,
    Everything,
    Gapped,
    Name,
    Node,
    Not,
    Nothing,
    Number,
    Or,
    Range,
    Text,
)
from search.records import LENT, Filters
from search.weights import MOST_PREFIX_TERMS

EVERYTHING: Body = {"match_all": {}}
NOTHING: Body = {"match_none": {}}
_GREATEST = 2**62
_SPECIAL = re.compile(r"([*?\\])")


def filtered(*conditions: Body | None) -> Body:
    """All of the conditions, none of which counts for the order."""
    return {"bool": {"filter": [one for one in conditions if one is not None]}}


def either(conditions: Sequence[Body]) -> Body:
    """Any of the conditions."""
    if len(conditions) == 1:
        return conditions[0]
    return {"bool": {"should": list(conditions), "minimum_should_match": 1}}


def visible(readers: frozenset[str]) -> Body:
    """What somebody with these access tokens may see."""
    return {"terms": {"readers": sorted(map(plain, readers))}}


def lent_where(readers: frozenset[str], condition: Body) -> Body:
    """Records to which one that the reader may see lends what fulfils the condition."""
    seen = {"terms": {"lent.readers": sorted(map(plain, readers))}}
    return {"nested": {"path": "lent", "query": filtered(seen, condition)}}


class Asker:
    """Translates for one reader, for facets are lent to each as he may see them."""

    def __init__(self, readers: frozenset[str]) -> None:
        self._readers = readers
        self._answers: dict[type, Callable[..., Body]] = {
            Text: _text,
            Gapped: _gapped,
            Number: _number,
            Name: self._name,
            Range: _range,
            And: lambda node: filtered(*map(self.query, node.nodes)),
            Or: lambda node: either([self.query(child) for child in node.nodes]),
            Not: lambda node: {"bool": {"must_not": [self.query(node.node)]}},
            Everything: lambda _node: EVERYTHING,
            Akin: lambda _node: EVERYTHING,
            Nothing: lambda _node: NOTHING,
        }

    def query(self, node: Node) -> Body:
        """What finds the records that match."""
        return self._answers[type(node)](node)

    def ticked(self, filters: Filters) -> dict[str, Body]:
        """For each facet that is narrowed the condition of its ticks; the days are `date`."""
        made = {name: self._one_of(name, values) for name, values in filters.chosen().items()}
        if filters.since is not None or filters.until is not None:
            first = as_number(filters.since) if filters.since else FIRST_DAY
            last = as_number(filters.until) if filters.until else LAST_DAY
            made["date"] = {"range": {"date": {"gte": first, "lte": last}}}
        return made

    def _one_of(self, name: str, values: Iterable[str]) -> Body:
        wanted = [plain(value) for value in values]
        if name in LENT:
            return lent_where(self._readers, {"terms": {f"lent.{name}": wanted}})
        return {"terms": {name: wanted}}

    def _name(self, node: Name) -> Body:
        value = plain(node.value)
        if node.field in {"kind", "id"}:
            return {"term": {node.field: value}}
        if node.field in LENT:
            return lent_where(self._readers, containing(f"lent.{node.field}_folded", value))
        return containing(f"{node.field}_folded", value)


def containing(field: str, value: str) -> Body:
    """Of which a value contains the folded text."""
    escaped = _SPECIAL.sub(r"\\\1", value)
    return {"wildcard": {field: {"value": f"*{escaped}*"}}}


def _text(node: Text) -> Body:
    if node.in_title:
        return text_in("title", node)
    simplified = Text(simplify(node.text), is_prefix=node.is_prefix)
    ways = [text_in("body", node), text_in("folded", simplified)]
    if simplified.text != node.text:
        ways.append(text_in("body", simplified))
    return either([*ways, {"term": {"names": plain(node.text)}}])


def text_in(field: str, node: Text) -> Body:
    """Where a text stands in one field; the score is how often, for each of its terms."""
    tokens = tokens_of(node.text)
    if node.is_prefix:
        return _going_on(field, tokens)
    if len(tokens) == 1:
        return {"term": {field: word(tokens[0].text)}}
    return {"match_phrase": {field: phrase_of(tokens)}}


def _going_on(field: str, tokens: Sequence[Token]) -> Body:
    """A text whose last word may go on."""
    if len(tokens) == 1:
        rewrite = f"top_terms_{MOST_PREFIX_TERMS}"
        return {"prefix": {field: {"value": tokens[0].text, "rewrite": rewrite}}}
    asked = {"query": phrase_of(tokens), "max_expansions": MOST_PREFIX_TERMS}
    return {"match_phrase_prefix": {field: asked}}


def _number(node: Number) -> Body:
    return either([_text(Text(node.text)), with_number(node)])


def with_number(node: Number) -> Body:
    """The records that bear all terms of a number."""
    return filtered(*({"term": {"numbers": term}} for term in node.terms))


def _range(node: Range) -> Body:
    field = "year_number" if node.field == "year" else node.field
    low, high = max(node.low, 0), min(node.high, _GREATEST)
    return {"range": {field: {"gte": min(low, _GREATEST), "lte": high}}}


def _gapped(node: Gapped) -> Body:
    simplified = Gapped(tuple(map(simplify, node.pieces)), node.gaps)
    ways = [apart(node, "body"), apart(simplified, "folded")]
    if simplified.pieces != node.pieces:
        ways.append(apart(simplified, "body"))
    return either(ways)


def apart(node: Gapped, field: str) -> Body:
    """Where texts follow each other in one field, each as far behind the one before as it may be.

    Stretches of fixed width have wide gaps between them, and are joined from the last one on: what
    follows a stretch is found by where it begins, and the nearest such place decides.
    """
    stretches, wide = [_stretch_of(node.pieces[0], field)], list[tuple[int, int]]()
    for piece, (low, high) in zip(node.pieces[1:], node.gaps, strict=True):
        if high == low:
            stretches[-1] += [*_gap(low, field), *_stretch_of(piece, field)]
        else:
            stretches.append(_stretch_of(piece, field))
            wide.append((low, high))
    made = _near(stretches[-1])
    for stretch, (low, high) in zip(reversed(stretches[:-1]), reversed(wide), strict=True):
        made = _near([_near(stretch), *_gap(low, field), made], slop=high - low)
    return made


def _stretch_of(piece: str, field: str) -> list[Body]:
    """A folded text as spans that leave no position out."""
    tokens = tokens_of(piece)
    made: list[Body] = [{"span_term": {field: word(tokens[0].text)}}]
    for one, other in pairwise(tokens):
        made += _gap(other.position - one.position - 1, field)
        made.append({"span_term": {field: word(other.text)}})
    length = sum(len(run.text) if run.is_han else 1 for run in runs(piece))
    return [*made, *_gap(length - 1 - tokens[-1].position, field)]


def _gap(width: int, field: str) -> list[Body]:
    return [{"span_gap": {field: width}}] if width else []


def _near(clauses: Sequence[Body], *, slop: int = 0) -> Body:
    if len(clauses) == 1:
        return dict(clauses[0])
    made: dict[str, Any] = {"clauses": list(clauses), "slop": slop, "in_order": True}
    return {"span_near": made}
