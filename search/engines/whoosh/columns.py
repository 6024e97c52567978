"""In this file every document's values are numbers, and what is found is counted by them.

A field of one value a document is a column. Several columns together make cells, one for each
combination of their values: counting the cells of what is found counts all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from search.engines.whoosh.arrays import Array, smallest
from search.engines.whoosh.postings import Field, Ints, Mask

Value = TypeVar("Value", bound=Hashable)

MOST_CELLS = 4096
"""Combinations counted together: more would take longer to add up than they save."""


@dataclass(frozen=True)
class Column(Generic[Value]):
    """For each document the number of its value in `values`; their count where it has none."""

    values: list[Value]
    refs: Array

    def where(self, holds: Callable[[Value], bool]) -> Mask:
        """The documents whose value fulfils a condition."""
        table = np.array([*(holds(value) for value in self.values), False], dtype=bool)
        found: Mask = table.take(self.refs)
        return found

    def counts(self, docs: Ints) -> dict[Value, int]:
        """How many of these documents have each value."""
        if not self.values:
            return {}
        counts = np.bincount(self.refs.take(docs), minlength=len(self.values))
        found = np.flatnonzero(counts[: len(self.values)])
        return {self.values[ref]: int(counts[ref]) for ref in found.tolist()}


def column_of(field: Field, doc_count: int) -> Column[str]:
    """The column of a field of single values."""
    values = [term.decode("utf-8", "surrogatepass") for term in field.terms()]
    return Column(values, smallest(field.values_by_document(doc_count)))


def months_of(days: Ints) -> Column[int]:
    """The months (202603) of days (20260317)."""
    values, refs = np.unique(days // 100, return_inverse=True)
    return Column(values.tolist(), smallest(refs))


def numbers_of(column: Column[str]) -> Ints:
    """The values of a column of whole numbers; -1 where there is none."""
    values = np.array([*(int(value) for value in column.values), -1], dtype=np.int64)
    return values[column.refs]


class Pairs(NamedTuple):
    """Documents, each with the number of a value in `values`."""

    docs: Ints
    refs: Ints
    values: Sequence[str]


class Values:
    """The values of a field of which documents may have several: pairs of document and value."""

    def __init__(self, docs: Ints, refs: Ints, values: list[str]) -> None:
        self.docs, self.refs, self.values = docs, refs, values

    @classmethod
    def of(cls, field: Field) -> Values:
        """The field's values as they are kept."""
        found = field.entries(0, len(field))
        texts = [term.decode("utf-8", "surrogatepass") for term in field.terms()]
        return cls(found.docs.astype(np.int64), found.terms.astype(np.int64), texts)

    def where(self, holds: Callable[[str], bool], doc_count: int) -> Mask:
        """The documents of which one value at least fulfils a condition."""
        mask = np.zeros(doc_count, dtype=bool)
        table = np.array([holds(value) for value in self.values], dtype=bool)
        if len(self.docs):
            mask[self.docs[table[self.refs]]] = True
        return mask

    def counts(self, mask: Mask) -> dict[str, int]:
        """How many of the documents have each value."""
        if not len(self.docs):
            return {}
        counts = np.bincount(self.refs[mask.take(self.docs)], minlength=len(self.values))
        return {self.values[ref]: int(counts[ref]) for ref in np.flatnonzero(counts).tolist()}

    @cached_property
    def by_doc(self) -> Values:
        """The same, in the order of the documents."""
        order = np.lexsort((self.refs, self.docs))
        return Values(self.docs[order], self.refs[order], self.values)

    def passed_on(self, givers: Ints, takers: Ints) -> Pairs:
        """What each of `givers` has, given to the one of `takers` that stands at its place."""
        docs = self.by_doc.docs
        first, last = np.searchsorted(docs, givers), np.searchsorted(docs, givers, side="right")
        counts = last - first
        before = np.cumsum(counts) - counts
        at = np.repeat(first - before, counts) + np.arange(counts.sum())
        return Pairs(np.repeat(takers, counts), self.by_doc.refs.take(at), self.values)

    def together(self, others: Sequence[Pairs]) -> Values:
        """These values and others, each once, in the order of the documents."""
        others = [one for one in others if len(one.docs)]
        if not others:
            return self.by_doc
        known = {value: ref for ref, value in enumerate(self.values)}
        docs, refs = [self.docs], [self.refs]
        for one in others:
            numbers = [known.setdefault(value, len(known)) for value in one.values]
            docs.append(one.docs)
            refs.append(np.array(numbers, dtype=np.int64).take(one.refs))
        every = np.unique(np.concatenate(docs) * len(known) + np.concatenate(refs))
        return Values(every // len(known), every % len(known), list(known))

    def column(self, doc_count: int) -> Column[tuple[str, ...]] | None:
        """Each document's values as one; nothing where too many different sets occur."""
        docs, refs = self.by_doc.docs, self.by_doc.refs
        ends = np.cumsum(np.bincount(docs, minlength=doc_count))
        places = np.arange(len(docs)) - np.concatenate(([0], ends))[docs]
        base, most = len(self.values) + 1, int(places.max(initial=-1)) + 1
        if base**most >= np.iinfo(np.int64).max:
            return None
        keys = np.zeros(doc_count, dtype=np.int64)
        for place in range(most):  # a set becomes a number whose digits are its values
            here = places == place
            keys[docs[here]] = keys[docs[here]] * base + refs[here] + 1
        different, sets = np.unique(keys, return_inverse=True)
        if len(different) > MOST_CELLS:
            return None
        return Column([tuple(self._digits(key)) for key in different.tolist()], smallest(sets))

    def _digits(self, key: int) -> Iterator[str]:
        while key:
            key, digit = divmod(key, len(self.values) + 1)
            yield self.values[digit - 1]


class Cells:
    """Some columns, each with several values a document or one, that are counted together."""

    def __init__(self, columns: Mapping[str, Column[Any]]) -> None:
        self.names = tuple(columns)
        self._columns = columns

    @cached_property
    def _values(self) -> list[list[tuple[Any, ...]]]:
        """For each column what each of its numbers stands for."""
        return [
            [value if isinstance(value, tuple) else (value,) for value in column.values] + [()]
            for column in self._columns.values()
        ]

    @cached_property
    def _refs(self) -> Array:
        """Each document's cell."""
        refs: Array = np.zeros(1, dtype=np.int64)
        for column in self._columns.values():
            refs = refs * (len(column.values) + 1) + column.refs
        return smallest(refs)

    def counts(self, docs: Ints) -> dict[str, dict[Any, int]]:
        """For each of the columns, how many of these documents have each value."""
        shape = tuple(map(len, self._values))
        table = np.bincount(self._refs.take(docs), minlength=prod(shape)).reshape(shape)
        axes = range(len(shape))
        return {
            name: _tallied(values, table.sum(axis=tuple(one for one in axes if one != axis)))
            for axis, (name, values) in enumerate(zip(self.names, self._values, strict=True))
        }


def cells_of(columns: Mapping[str, Column[Any]]) -> tuple[Cells, ...]:
    """As few cells as hold all the columns, none of them with too many combinations."""
    groups: list[dict[str, Column[Any]]] = [{}]
    combinations = 1
    for name, column in sorted(columns.items(), key=lambda pair: len(pair[1].values)):
        combinations *= len(column.values) + 1
        if combinations > MOST_CELLS and groups[-1]:
            groups.append({})
            combinations = len(column.values) + 1
        groups[-1][name] = column
    return tuple(Cells(group) for group in groups if group)


def _tallied(values: Sequence[tuple[Any, ...]], counts: Ints) -> dict[Any, int]:
    totals: dict[Any, int] = {}
    for ref in np.flatnonzero(counts).tolist():
        for value in values[ref]:
            totals[value] = totals.get(value, 0) + int(counts[ref])
    return totals
