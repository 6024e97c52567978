"""In this file the query's tree becomes, for one segment, an array of which documents match.

A word's pairs are looked up, the rarest first; documents that have them all are then checked for
the pairs standing one after another, all documents at a time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from search.analysis import Token, fold, query_tokens, runs, simplify
from search.engines.whoosh.lending import Lent
from search.engines.whoosh.postings import Field, Ints, Mask
from search.engines.whoosh.segments import Kept, Segment, SegmentColumns
from search.engines.whoosh.sequences import (
    NONE_FOUND,
    Found,
    alone,
    documents_of,
    in_sequence,
    is_behind,
    starts_in_sequence,
)
from search.query import (
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
from search.records import LENT
from search.weights import MOST_PREFIX_TERMS

MATCHES_KEPT_BYTES = 8_000_000
"""Memory a segment may use to keep the matches of words asked for lately."""


class Matcher:
    """Answers for one segment which documents match."""

    def __init__(self, segment: Segment, columns: SegmentColumns) -> None:
        self._segment = segment
        self._columns = columns
        self._kept: Kept[tuple[str, Text | Gapped], Found] = Kept(
            MATCHES_KEPT_BYTES, lambda found: found.docs.nbytes + found.counts.nbytes + 200
        )
        self._answers: dict[type, Callable[..., Mask]] = {
            Text: self._text,
            Gapped: self._gapped,
            Number: self._number,
            Name: self._name,
            Range: self._range,
            And: self._and,
            Or: self._or,
            Not: lambda node, lent: ~self.mask(node.node, lent),
            Everything: lambda _node, _lent: np.ones(segment.doc_count, dtype=bool),
            Nothing: lambda _node, _lent: np.zeros(segment.doc_count, dtype=bool),
        }

    def mask(self, node: Node, lent: Lent | None = None) -> Mask:
        """Which documents match, deleted ones included; facets count with what is `lent`."""
        return self._answers[type(node)](node, lent)

    def found(self, text: Text, field: str) -> Found:
        """Where a text stands in one field."""
        return self._kept.get((field, text), lambda: self._find(text, field))

    def apart(self, node: Gapped, field: str) -> Found:
        """Where texts stand in one field, each as far behind the one before as it may be."""
        return self._kept.get((field, node), lambda: self._find_apart(node, field))

    def exact(self, field: str, term: str) -> Ints:
        """The documents that have exactly this term."""
        opened = self._segment.field(field)
        number = opened.find(term.encode("utf-8", "surrogatepass"))
        return NONE_FOUND.rows if number is None else alone(opened.postings(number)).rows

    def numbers(self, field: str) -> Ints:
        """Every document's whole number in a field, -1 where it has none."""
        return self._columns.numbers(field)

    def term(self, field: str, term: str) -> Found:
        """Where a single term stands, whatever its positions."""
        opened = self._segment.field(field)
        number = opened.find(term.encode("utf-8", "surrogatepass"))
        return NONE_FOUND if number is None else alone(opened.frequencies(number))

    def doc_count(self, field: str, term: str) -> int:
        """In how many documents a single term stands, deleted ones included."""
        opened = self._segment.field(field)
        number = opened.find(term.encode("utf-8", "surrogatepass"))
        return 0 if number is None else opened.doc_count(number)

    def counts_in(self, term: str, docs: Ints) -> Ints:
        """How often a single term stands in the body of each of `docs`, which are in order."""
        found = self.term("body", term).among(docs)
        counts = np.zeros(self._segment.doc_count, dtype=np.int64)
        counts[found.rows] = found.counts
        return counts[docs]

    # Nodes.

    def _text(self, node: Text, _lent: Lent | None = None) -> Mask:
        mask = np.zeros(self._segment.doc_count, dtype=bool)
        if node.in_title:
            mask[self.found(node, "title").rows] = True
            return mask
        mask[self.found(node, "body").rows] = True
        mask[self.exact("names", node.text)] = True
        simplified = Text(simplify(node.text), is_prefix=node.is_prefix)
        mask[self.found(simplified, "folded").rows] = True
        if simplified.text != node.text:
            mask[self.found(simplified, "body").rows] = True
        return mask

    def _gapped(self, node: Gapped, _lent: Lent | None = None) -> Mask:
        mask = np.zeros(self._segment.doc_count, dtype=bool)
        mask[self.apart(node, "body").rows] = True
        simplified = Gapped(tuple(map(simplify, node.pieces)), node.gaps)
        mask[self.apart(simplified, "folded").rows] = True
        if simplified.pieces != node.pieces:
            mask[self.apart(simplified, "body").rows] = True
        return mask

    def _number(self, node: Number, _lent: Lent | None = None) -> Mask:
        mask = self._text(Text(node.text))
        mask[self.with_number(node)] = True
        return mask

    def with_number(self, node: Number) -> Ints:
        """The documents that bear all terms of a number."""
        docs = self.exact("numbers", node.terms[0])
        for term in node.terms[1:]:
            docs = np.intersect1d(docs, self.exact("numbers", term), assume_unique=True)
        return docs

    def _name(self, node: Name, lent: Lent | None = None) -> Mask:
        if node.field in {"kind", "id"}:
            mask = np.zeros(self._segment.doc_count, dtype=bool)
            mask[self.exact(node.field, node.value)] = True
            return mask
        if lent is not None and node.field in LENT:
            values = lent.facets[node.field]
            return values.where(lambda value: node.value in fold(value), self._segment.doc_count)
        return self._columns.where(node.field, lambda value: node.value in fold(value))

    def _range(self, node: Range, _lent: Lent | None = None) -> Mask:
        numbers = self._columns.numbers(node.field)
        return (numbers >= node.low) & (numbers <= node.high)

    def _and(self, node: And, lent: Lent | None = None) -> Mask:
        mask = self.mask(node.nodes[0], lent)
        for child in node.nodes[1:]:
            mask &= self.mask(child, lent)
        return mask

    def _or(self, node: Or, lent: Lent | None = None) -> Mask:
        mask = self.mask(node.nodes[0], lent)
        for child in node.nodes[1:]:
            mask |= self.mask(child, lent)
        return mask

    # Texts.

    def _find(self, text: Text, name: str) -> Found:
        field = self._segment.field(name)
        if not len(field):
            return NONE_FOUND
        tokens = query_tokens(text.text)
        ranges = [self._terms(field, token) for token in tokens]
        if text.is_prefix:
            prefix = tokens[-1].text.encode("utf-8", "surrogatepass")
            ranges[-1] = field.with_prefix(prefix, MOST_PREFIX_TERMS)
        if not all(ranges):
            return NONE_FOUND
        if len(ranges[-1]) > 1:
            return self._any_of(field, tokens, ranges)
        postings = [field.postings(numbers[0]) for numbers in ranges]
        return in_sequence(postings, [token.position for token in tokens])

    def _find_apart(self, node: Gapped, name: str) -> Found:
        field = self._segment.field(name)
        starts, length = np.empty(0, dtype=np.int64), 0
        for place, piece in enumerate(node.pieces):
            tokens = query_tokens(piece)
            ranges = [self._terms(field, token) for token in tokens] if len(field) else [range(0)]
            if not all(ranges):
                return NONE_FOUND
            postings = [field.postings(numbers[0]) for numbers in ranges]
            here = starts_in_sequence(postings, [token.position for token in tokens])
            if place:
                low, high = node.gaps[place - 1]
                here = here[is_behind(here, starts + length, low, high)]
            starts, length = here, _length(piece)
        return documents_of(starts)

    def _terms(self, field: Field, token: Token) -> range:
        number = field.find(token.text.encode("utf-8", "surrogatepass"))
        return range(0) if number is None else range(number, number + 1)

    def _any_of(self, field: Field, tokens: tuple[Token, ...], ranges: list[range]) -> Found:
        """The text with each of the words its last one may go on as."""
        before = [field.postings(numbers[0]) for numbers in ranges[:-1]]
        positions = [token.position for token in tokens]
        counts = np.zeros(self._segment.doc_count, dtype=np.int64)
        for number in ranges[-1]:
            found = in_sequence([*before, field.postings(number)], positions)
            counts[found.rows] += found.counts
        docs = np.flatnonzero(counts)
        return Found(docs.astype(np.uint32), counts[docs].astype(np.uint32))


def _length(piece: str) -> int:
    """How many positions a folded text takes."""
    return sum(len(run.text) if run.is_han else 1 for run in runs(piece))
