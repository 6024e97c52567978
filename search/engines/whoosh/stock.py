"""In this file Whoosh's own matchers answer a query from our index: slowly, as a second opinion.

The tests hold the fast path against it; `jianbao` never searches this way.
"""

from __future__ import annotations

from functools import partial

from whoosh import query as whoosh_query
from whoosh.index import FileIndex
from whoosh.query import spans
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from search.analysis import Token, fold, query_tokens, simplify
from search.engines.whoosh.folder import INDEX_NAME, IndexFolder
from search.engines.whoosh.schema import schema, whole_number
from search.query import (
    Akin,
    And,
    Everything,
    Gapped,
    Name,
    Node,
    Not,
    Number,
    Or,
    Query,
    Range,
    Text,
)


def stock_matching_ids(folder: IndexFolder, query: Query, readers: frozenset[str]) -> set[str]:
    """The ids of what `query` finds for these readers, by Whoosh's matchers alone."""
    build, _ = folder.opened()
    index = FileIndex(build.storage, schema=schema(), indexname=INDEX_NAME)
    with index.searcher() as searcher:
        allowed = _any_term("readers", sorted(readers))
        asked = whoosh_query.And([_Compiler(searcher).compiled(query.root), allowed])
        return {searcher.stored_fields(doc)["id"] for doc in searcher.docs_for_query(asked)}


class _Compiler:
    """Turns our tree into Whoosh's."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def compiled(self, node: Node) -> whoosh_query.Query:
        """Whoosh's query for a node."""
        if isinstance(node, (And, Or)):
            kind = whoosh_query.And if isinstance(node, And) else whoosh_query.Or
            return kind([self.compiled(child) for child in node.nodes])
        if isinstance(node, Not):
            denied = whoosh_query.Not(self.compiled(node.node))
            return whoosh_query.And([whoosh_query.Every(), denied])
        return self._leaf(node)

    def _leaf(self, node: Node) -> whoosh_query.Query:
        match node:
            case Text():
                return self._text(node)
            case Number():
                terms = whoosh_query.And([_term("numbers", term) for term in node.terms])
                return whoosh_query.Or([self._text(Text(node.text)), terms])
            case Name():
                return self._name(node)
            case Gapped():
                return self._gapped(node)
            case Akin():
                raise TypeError("what comes nearest is an order, not a match")
            case Range():
                low, high = whole_number(node.low), whole_number(node.high)
                return whoosh_query.TermRange(node.field, low, high)
        return whoosh_query.Every() if node == Everything() else whoosh_query.NullQuery

    def _text(self, node: Text) -> whoosh_query.Query:
        simplified = simplify(node.text)
        sequence = partial(_sequence, is_prefix=node.is_prefix)
        if node.in_title:
            return sequence("title", query_tokens(node.text))
        return whoosh_query.Or(
            [
                sequence("body", query_tokens(node.text)),
                sequence("body", query_tokens(simplified)),
                sequence("folded", query_tokens(simplified)),
                _term("names", node.text),
            ]
        )

    def _gapped(self, node: Gapped) -> whoosh_query.Query:
        def chained(field: str, pieces: tuple[str, ...]) -> whoosh_query.Query:
            together = _sequence(field, query_tokens(pieces[0]), is_prefix=False)
            for piece, (low, high) in zip(pieces[1:], node.gaps, strict=True):
                one = _sequence(field, query_tokens(piece), is_prefix=False)
                together = _Near(together, one, slop=high + 1, ordered=True, mindist=low + 1)
            return together

        simplified = tuple(map(simplify, node.pieces))
        return whoosh_query.Or(
            [
                chained("body", node.pieces),
                chained("body", simplified),
                chained("folded", simplified),
            ]
        )

    def _name(self, node: Name) -> whoosh_query.Query:
        if node.field in {"kind", "id"}:
            return _term(node.field, node.value)
        values = (value.decode() for value in self._searcher.lexicon(node.field))
        return _any_term(node.field, [value for value in values if node.value in fold(value)])


class _Near(spans.SpanNear):  # type: ignore[misc]  # Whoosh has no types
    """A span query that can also stand within others, for which Whoosh asks its size."""

    def estimate_size(self, ixreader: IndexReader) -> int:
        """At most as many documents as its first part has."""
        return int(self.a.estimate_size(ixreader))


def _term(field: str, text: str) -> whoosh_query.Query:
    return whoosh_query.Term(field, text)


def _any_term(field: str, texts: list[str]) -> whoosh_query.Query:
    return whoosh_query.Or([_term(field, text) for text in texts])


def _sequence(field: str, tokens: tuple[Token, ...], *, is_prefix: bool) -> whoosh_query.Query:
    """Terms at fixed distances, as spans that follow each other."""
    queries = [_term(field, token.text) for token in tokens]
    if is_prefix:
        queries[-1] = whoosh_query.Prefix(field, tokens[-1].text)
    together = queries[0]
    for before, token, one in zip(tokens, tokens[1:], queries[1:], strict=False):
        distance = token.position - before.position
        together = _Near(together, one, slop=distance, ordered=True, mindist=distance)
    return together
