"""In this file instructions and cases lend their facets to what they are about.

Whoever narrows by a leader wants the items the leader wrote on as well. What is lent comes only
out of records that this reader may see: an item never betrays an instruction that is hidden.
Stories are told apart in the same way: records that go on with each other, as far as they are seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.engines.whoosh.arrays import Array
from search.engines.whoosh.columns import Values
from search.engines.whoosh.postings import Mask
from search.engines.whoosh.segments import View
from search.records import LENDERS, LENT, MANY
from search.weights import NO_RANK


@dataclass(frozen=True)
class Lent:
    """For one segment and one reader, the facets as they count, ranks and stories."""

    facets: Mapping[str, Values]
    ranks: Array
    stories: Array
    """For each document the number of its story; documents of one story have the same."""

    def of(self, facet: str, doc: int) -> tuple[str, ...]:
        """The values a document has of a facet, lent ones included."""
        values = self.facets[facet]
        if not len(values.docs):
            return ()
        first, last = np.searchsorted(values.docs, [doc, doc + 1])
        return tuple(values.values[ref] for ref in values.refs[first:last].tolist())


def lent_to(views: Sequence[View], readers: frozenset[str]) -> tuple[Lent, ...]:
    """What is lent in each segment, for somebody with these access tokens."""
    visible = [view.visible(readers) for view in views]
    pairs: list[dict[str, set[tuple[int, str]]]] = [{name: set() for name in LENT} for _ in views]
    ranks = [_own_ranks(view) for view in views]
    stories = _Stories(views)
    place_of = _Places(views, visible)
    for part, view in enumerate(views):
        lenders = visible[part] & view.columns.column("kind").where(LENDERS.__contains__)
        own = {name: _values_by_doc(view, name, lenders) for name in LENT}
        for doc, about, is_first in _links(view, visible[part]):
            place = place_of[about]
            if place is None:
                continue
            other, target = place
            if is_first:
                stories.join(stories.number(part, doc), stories.number(other, target))
            if lenders[doc]:
                for name, by_doc in own.items():
                    pairs[other][name].update((target, value) for value in by_doc.get(doc, ()))
                ranks[other][target] = min(ranks[other][target], ranks[part][doc])
    return tuple(
        Lent(
            {name: _own(view, name).together(pairs[part][name]) for name in LENT},
            ranks[part],
            stories.of(part),
        )
        for part, view in enumerate(views)
    )


def _links(view: View, visible: Mask) -> Iterator[tuple[int, str, bool]]:
    """Each visible document with what it is about, and whether its story goes on from there."""
    about = view.columns.many("about")
    seen = visible[about.docs]
    firsts: dict[int, str] = {}
    for doc in np.unique(about.docs[seen]).tolist():
        known = view.segment.record(doc).about
        firsts[doc] = known[0] if known else ""
    for doc, ref in zip(about.docs[seen].tolist(), about.refs[seen].tolist(), strict=True):
        yield doc, about.values[ref], about.values[ref] == firsts[doc]


def _own(view: View, name: str) -> Values:
    if name in MANY:
        return view.columns.many(name)
    return Values.of(view.segment.field(name))


def _values_by_doc(view: View, name: str, wanted: Mask) -> dict[int, list[str]]:
    values = _own(view, name)
    found: dict[int, list[str]] = {}
    chosen = wanted[values.docs] if len(values.docs) else np.empty(0, dtype=bool)
    for doc, ref in zip(values.docs[chosen].tolist(), values.refs[chosen].tolist(), strict=True):
        found.setdefault(doc, []).append(values.values[ref])
    return found


def _own_ranks(view: View) -> Array:
    ranks: Array = view.columns.numbers("rank").astype(np.int32)
    ranks[ranks < 0] = NO_RANK
    return ranks


class _Places(dict[str, "tuple[int, int] | None"]):
    """Where a record that is seen stands: its segment and document, looked up once."""

    def __init__(self, views: Sequence[View], visible: Sequence[Mask]) -> None:
        super().__init__()
        self._views, self._visible = views, visible

    def __missing__(self, record_id: str) -> tuple[int, int] | None:
        self[record_id] = None
        for part, view in enumerate(self._views):
            doc = view.segment.doc_of(record_id)
            if doc is not None and self._visible[part][doc]:
                self[record_id] = part, doc
        return self[record_id]


class _Stories:
    """Joins documents into stories: each tree of links is one."""

    def __init__(self, views: Sequence[View]) -> None:
        self._ends = np.cumsum([0, *(view.segment.doc_count for view in views)])
        self._parent: dict[int, int] = {}

    def number(self, part: int, doc: int) -> int:
        """A document's number among all segments."""
        return int(self._ends[part]) + doc

    def join(self, one: int, other: int) -> None:
        """Make one story of two."""
        self._parent[max(self._root(one), self._root(other))] = min(
            self._root(one), self._root(other)
        )

    def _root(self, number: int) -> int:
        while (above := self._parent.get(number, number)) != number:
            number = above
        return number

    def of(self, part: int) -> Array:
        """The story of each document of a segment."""
        numbers = np.arange(self._ends[part], self._ends[part + 1], dtype=np.int32)
        for number in self._parent:
            if self._ends[part] <= number < self._ends[part + 1]:
                numbers[number - self._ends[part]] = self._root(number)
        return numbers
