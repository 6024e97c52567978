"""In this file the query's tree becomes, for one segment, an array of which documents match.

A word's pairs are looked up, the rarest first; documents that have them all are then checked for
the pairs standing one after another, all documents at a time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from search.analysis import Token, fold, query_tokens, runs, simplify
from search.engines.whoosh.arrays import Array, smallest
from search.engines.whoosh.found import NONE_FOUND, Found, found_in
from search.engines.whoosh.lending import Lent
from search.engines.whoosh.postings import Field, Ints, Mask
from search.engines.whoosh.segments import Kept, Segment, SegmentColumns
from search.engines.whoosh.sequences import (
    Places,
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

MATCHES_KEPT_BYTES = 120
"""Memory a segment may use, for each of its documents, to keep where words asked for stand."""


class Matcher:
    """Answers for one segment which documents match."""

    def __init__(self, segment: Segment, columns: SegmentColumns) -> None:
        self._segment = segment
        self._columns = columns
        self._kept: Kept[tuple[str, Text | Gapped | str], Found] = Kept(
            MATCHES_KEPT_BYTES * segment.doc_count, lambda found: found.nbytes + 200
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
        if number is None:
            return np.empty(0, dtype=np.int64)
        return opened.postings(number).docs.astype(np.int64)

    def numbers(self, field: str) -> Ints:
        """Every document's whole number in a field, -1 where it has none."""
        return self._columns.numbers(field)

    def term(self, field: str, term: str) -> Found:
        """Where a single term stands, whatever its positions."""
        return self._kept.get((field, term), lambda: self._find_term(field, term))

    def _find_term(self, field: str, term: str) -> Found:
        opened = self._segment.field(field)
        number = opened.find(term.encode("utf-8", "surrogatepass"))
        if number is None:
            return NONE_FOUND
        return self._found_in(alone(opened.frequencies(number)))

    def _found_in(self, places: Places) -> Found:
        return found_in(places.docs, places.counts, self._segment.doc_count)

    def doc_count(self, field: str, term: str) -> int:
        """In how many documents a single term stands, deleted ones included."""
        opened = self._segment.field(field)
        number = opened.find(term.encode("utf-8", "surrogatepass"))
        return 0 if number is None else opened.doc_count(number)

    def counts_in(self, term: str, docs: Ints) -> Array:
        """How often a single term stands in the body of each of `docs`, which are in order."""
        return self.term("body", term).counts_of(docs)

    # Nodes.

    def _text(self, node: Text, _lent: Lent | None = None) -> Mask:
        mask = np.zeros(self._segment.doc_count, dtype=bool)
        if node.in_title:
            self.found(node, "title").mark(mask)
            return mask
        self.found(node, "body").mark(mask)
        mask[self.exact("names", node.text)] = True
        simplified = Text(simplify(node.text), is_prefix=node.is_prefix)
        self.found(simplified, "folded").mark(mask)
        if simplified.text != node.text:
            self.found(simplified, "body").mark(mask)
        return mask

    def _gapped(self, node: Gapped, _lent: Lent | None = None) -> Mask:
        mask = np.zeros(self._segment.doc_count, dtype=bool)
        self.apart(node, "body").mark(mask)
        simplified = Gapped(tuple(map(simplify, node.pieces)), node.gaps)
        self.apart(simplified, "folded").mark(mask)
        if simplified.pieces != node.pieces:
            self.apart(simplified, "body").mark(mask)
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
        return self._found_in(in_sequence(postings, [token.position for token in tokens]))

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
        return self._found_in(documents_of(starts))

    def _terms(self, field: Field, token: Token) -> range:
        number = field.find(token.text.encode("utf-8", "surrogatepass"))
        return range(0) if number is None else range(number, number + 1)

    def _any_of(self, field: Field, tokens: tuple[Token, ...], ranges: list[range]) -> Found:
        """The text with each of the words its last one may go on as."""
        before = [field.postings(numbers[0]) for numbers in ranges[:-1]]
        positions = [token.position for token in tokens]
        counts = np.zeros(self._segment.doc_count, dtype=np.int64)
        for number in ranges[-1]:
            docs, times = in_sequence([*before, field.postings(number)], positions)
            counts[docs.astype(np.int64)] += times
        having = np.flatnonzero(counts)
        return self._found_in(Places(smallest(having), smallest(counts[having])))


def _length(piece: str) -> int:
    """How many positions a folded text takes."""
    return sum(len(run.text) if run.is_han else 1 for run in runs(piece))
