"""In this file a segment is read: its fields, its columns made on need, and who may see what."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from search.engines.whoosh.arrays import Array, ArrayFile
from search.engines.whoosh.building import stored_record
from search.engines.whoosh.columns import (
    Cells,
    Column,
    Values,
    cells_of,
    column_of,
    months_of,
    numbers_of,
)
from search.engines.whoosh.postings import Field, Ints, Mask
from search.errors import IndexDamaged
from search.records import FACETS, LENT, MANY, Record

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MONTHS = "month"
"""What the cells call the months of the documents' days."""
RECORDS_KEPT_BYTES = 1_000_000
"""Memory a segment may use to keep the records shown lately."""
TARGETS_KEPT = 64
"""Other segments of which it is known which of their documents a segment's own are about."""
LOOKED_UP = 1000
"""Terms looked up one by one; more are found sooner by reading all."""
READERS_KEPT = 64
"""Different sets of access tokens whose view of a segment is kept ready."""


class Kept(Generic[Key, Value]):
    """The values used last, safe among threads; `most` of them, by their weights."""

    def __init__(self, most: int, weigh: Callable[[Value], int] = lambda _: 1) -> None:
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value kept for `key`, or a new one."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._weight += self._weigh(value)
            while self._weight > self._most and len(self._values) > 1:
                _, dropped = self._values.popitem(last=False)
                self._weight -= self._weigh(dropped)
        return value


class Segment:
    """The file of one segment, which never changes; what is deleted since is said elsewhere."""

    def __init__(self, path: Path) -> None:
        """Map the file; raises as `ArrayFile` does."""
        self.path = path
        self.file = ArrayFile(path)
        self._stored = self.file.sliced("stored")
        self._stored_ends = self.file.mapped("stored.ends")
        self.doc_count = len(self._stored_ends)
        self._fields: dict[str, Field] = {}
        self._records: Kept[int, Record] = Kept(
            RECORDS_KEPT_BYTES, lambda record: 2 * len(record.text) + 1000
        )

    def field(self, name: str) -> Field:
        """The field of this name."""
        field = self._fields.get(name)
        if field is None:
            field = self._fields[name] = Field(self.file, name)
        return field

    def lengths(self, name: str) -> Array:
        """How many terms of the field each document has."""
        return self.file.mapped(f"{name}.lengths")

    @cached_property
    def total_lengths(self) -> dict[str, int]:
        """How many terms of a field all documents have together."""
        names = [name[: -len(".lengths")] for name in self.file.names() if ".lengths" in name]
        return {name: int(self.lengths(name).sum(dtype=np.int64)) for name in names}

    def stored(self, doc: int) -> bytes:
        """The record of a document, as it is stored."""
        start = int(self._stored_ends[doc - 1]) if doc else 0
        return self._stored[start : int(self._stored_ends[doc])].tobytes()

    def record(self, doc: int) -> Record:
        """The record of a document."""
        return self._records.get(doc, lambda: self._read_record(doc))

    def _read_record(self, doc: int) -> Record:
        try:
            return stored_record(self.stored(doc))
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{self.path.name} 内容有误") from error

    def doc_of(self, record_id: str) -> int | None:
        """The last document of this record, deleted or not."""
        field = self.field("id")
        number = field.find(record_id.encode("utf-8", "surrogatepass"))
        return None if number is None else int(field.postings(number).docs[-1])


class View:
    """A segment as it stands in one generation: without what was deleted since it was written."""

    def __init__(self, segment: Segment, deleted: frozenset[int], shared: SegmentColumns) -> None:
        self.segment = segment
        self.deleted = deleted
        self.columns = shared
        self.live = np.ones(segment.doc_count, dtype=bool)
        self.live[list(deleted)] = False
        self._visible: Kept[frozenset[str], Mask] = Kept(READERS_KEPT)

    def visible(self, readers: frozenset[str]) -> Mask:
        """The documents that somebody with these access tokens may see. Not to be changed."""
        return self._visible.get(readers, lambda: self._made_visible(readers))

    def _made_visible(self, readers: frozenset[str]) -> Mask:
        field = self.segment.field("readers")
        mask = np.zeros(self.segment.doc_count, dtype=bool)
        for token in readers:
            number = field.find(token.encode("utf-8", "surrogatepass"))
            if number is not None:
                mask[field.postings(number).docs] = True
        return mask & self.live


class Links(NamedTuple):
    """Which document is about which record, by the record's number among all that are named."""

    docs: Ints
    refs: Ints
    is_first: Mask
    """Whether it is the one that the document names first: with it a story goes on."""


class SegmentColumns:
    """The columns of a segment, made when first used and kept over generations."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._columns: dict[str, Column[str]] = {}
        self._numbers: dict[str, Ints] = {}
        self._many: dict[str, Values] = {}
        self._targets: Kept[Path, Ints] = Kept(TARGETS_KEPT)

    @cached_property
    def links(self) -> Links:
        """What the documents are about."""
        about = self.many("about").by_doc
        counts = np.bincount(about.docs, minlength=self._segment.doc_count)
        is_first = counts.take(about.docs) == 1
        for doc in np.flatnonzero(counts > 1).tolist():
            first, last = np.searchsorted(about.docs, [doc, doc + 1])
            named = self._segment.record(doc).about[0]
            is_first[first:last] = [about.values[ref] == named for ref in about.refs[first:last]]
        return Links(about.docs, about.refs, is_first)

    def targets_in(self, other: Segment) -> Ints:
        """For each record that documents are about, its document in `other`; -1 where none is."""
        return self._targets.get(other.path, lambda: self._found_targets(other))

    def _found_targets(self, other: Segment) -> Ints:
        named, ids = self._segment.field("about"), other.field("id")
        targets = np.full(len(named), -1, dtype=np.int64)
        found = list(_terms_of_both(named, ids))
        if found:
            numbers, id_numbers = np.array(found, dtype=np.int64).T
            targets[numbers] = ids.last_documents().take(id_numbers)
        return targets

    def many(self, name: str) -> Values:
        """The values of a field of which documents may have several."""
        values = self._many.get(name)
        if values is None:
            values = self._many[name] = Values.of(self._segment.field(name))
        return values

    def where(self, name: str, holds: Callable[[str], bool]) -> Mask:
        """The documents of which a value of the field fulfils a condition."""
        if name in MANY:
            return self.many(name).where(holds, self._segment.doc_count)
        return self.column(name).where(holds)

    def column(self, name: str) -> Column[str]:
        """The column of single values of this field."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._column(name)
        return column

    def _column(self, name: str) -> Column[str]:
        return column_of(self._segment.field(name), self._segment.doc_count)

    @cached_property
    def months(self) -> Column[int]:
        """The months of the documents' days."""
        return months_of(self.numbers("date"))

    @cached_property
    def cells(self) -> tuple[Cells, ...]:
        """Facets and months to be counted together; what is lent or too manifold is not there."""
        own = [name for name in FACETS if name not in LENT]
        columns: dict[str, Column[Any] | None] = {
            name: self.many(name).column(self._segment.doc_count)
            if name in MANY
            else self.column(name)
            for name in own
        }
        columns[MONTHS] = self.months
        return cells_of({name: one for name, one in columns.items() if one and one.values})

    def numbers(self, name: str) -> Ints:
        """The column of whole numbers of this field."""
        numbers = self._numbers.get(name)
        if numbers is None:
            numbers = self._numbers[name] = numbers_of(self._column(name))
        return numbers


def _terms_of_both(one: Field, other: Field) -> Iterator[tuple[int, int]]:
    """The numbers that the terms of both fields have in the one and in the other."""
    if len(other) < len(one):
        yield from ((number, own) for own, number in _terms_of_both(other, one))
    elif len(one) <= LOOKED_UP:
        for number in range(len(one)):
            found = other.find(one.term(number))
            if found is not None:
                yield number, found
    else:
        numbers = {term: number for number, term in enumerate(one.terms())}
        for found, term in enumerate(other.terms()):
            if term in numbers:
                yield numbers[term], found
