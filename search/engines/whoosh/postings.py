"""In this file the terms of one field become flat arrays, are merged, and are read again.

For a field F of a segment, terms being sorted by their UTF-8 bytes:

    F.terms      bytes of all terms, one after another     F.term_ends   where each of them ends
    F.docs       documents of all terms, term by term      F.doc_ends    where each term's end
    F.freqs      how often, for each of F.docs             (GRAMS and WORDS)
    F.positions  positions, posting by posting             F.position_ends  (GRAMS)

Numbers take the smallest type that holds them all; a segment of at most 65,536 documents has two
bytes a document. Nothing is compressed, so nothing is ever decoded: a term's postings are slices
of the file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.engines.whoosh.arrays import Array, ArrayFile, SlicedArray, smallest
from search.engines.whoosh.schema import Style

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

BLOCK = 64
"""Terms of which only the first is kept in memory to be looked up."""
MERGED_AT_ONCE = 2_000_000
"""Entries sorted at one time while merging; about 120 MB."""


class Entries(NamedTuple):
    """Occurrences of terms: for each its term's number, its document, and its position if kept."""

    terms: Ints
    docs: Array
    positions: Array | None


class FieldArrays(NamedTuple):
    """A field as it will be written."""

    terms: list[bytes]
    docs: Array
    doc_counts: Ints
    freqs: Array | None
    positions: Array | None
    position_counts: Ints | None

    def to_map(self, field: str) -> Iterator[tuple[str, Array]]:
        """The arrays to be mapped, under the names they have in the file."""
        yield f"{field}.terms", np.frombuffer(b"".join(self.terms), dtype=np.uint8)
        lengths = np.fromiter(map(len, self.terms), dtype=np.int64, count=len(self.terms))
        yield f"{field}.term_ends", smallest(np.cumsum(lengths))
        yield f"{field}.doc_ends", smallest(np.cumsum(self.doc_counts))
        if self.position_counts is not None:
            yield f"{field}.position_ends", smallest(np.cumsum(self.position_counts))

    def to_slice(self, field: str) -> Iterator[tuple[str, Array]]:
        """The arrays to be read in slices, under the names they have in the file."""
        yield f"{field}.docs", self.docs
        if self.freqs is not None:
            yield f"{field}.freqs", self.freqs
        if self.positions is not None:
            yield f"{field}.positions", self.positions


def stable_order(numbers: Array) -> Ints:
    """The order that sorts whole numbers, none below 0, leaving equal ones as they stand.

    Sorted by 16 bits at a time, which numpy does in linear time: several times as fast as one
    `argsort` of the whole numbers.
    """
    order = np.arange(len(numbers))
    largest = int(numbers.max()) if len(numbers) else 0
    for shift in range(0, largest.bit_length(), 16):
        digits = (numbers >> numbers.dtype.type(shift)).astype(np.uint16)
        order = order[np.argsort(digits[order], kind="stable")]
    return order


def collate(terms: list[bytes], entries: Entries, style: Style) -> FieldArrays:
    """Sort entries into postings. `terms` are sorted; an entry's document and position ascend."""
    order = stable_order(entries.terms)
    numbers, docs = entries.terms[order], entries.docs[order]
    is_first = np.empty(len(docs), dtype=bool)
    is_first[:1] = True
    is_first[1:] = (numbers[1:] != numbers[:-1]) | (docs[1:] != docs[:-1])
    starts = np.flatnonzero(is_first)
    doc_counts = np.bincount(numbers[starts], minlength=len(terms))
    freqs = None if style is Style.EXACT else smallest(np.diff(starts, append=len(docs)))
    positions = position_counts = None
    if entries.positions is not None:
        positions = smallest(entries.positions[order])
        position_counts = np.bincount(numbers, minlength=len(terms))
    return FieldArrays(terms, smallest(docs[starts]), doc_counts, freqs, positions, position_counts)


class Postings(NamedTuple):
    """What a field knows of one term: slices of the file."""

    docs: Array
    freqs: Array | None
    positions: Array | None


class Field:
    """One field of one segment, read."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        # Single numbers are read from a memoryview in a third of the time an array takes.
        self._text = file.mapped(f"{name}.terms").data
        self._term_ends = file.mapped(f"{name}.term_ends").data
        self._doc_ends = file.mapped(f"{name}.doc_ends")
        self._docs = file.sliced(f"{name}.docs")
        self._freqs = file.sliced(f"{name}.freqs") if f"{name}.freqs" in file else None
        self._positions: SlicedArray | None = None
        self._position_ends: Array | None = None
        if f"{name}.positions" in file:
            self._positions = file.sliced(f"{name}.positions")
            self._position_ends = file.mapped(f"{name}.position_ends")

    def __len__(self) -> int:
        return len(self._term_ends)

    def term(self, number: int) -> bytes:
        """The term of this number."""
        start = self._term_ends[number - 1] if number else 0
        return bytes(self._text[start : self._term_ends[number]])

    def terms(self) -> list[bytes]:
        """All terms, in order."""
        text, start, terms = self._text.tobytes(), 0, []
        for end in self._term_ends:
            terms.append(text[start:end])
            start = end
        return terms

    @cached_property
    def _heads(self) -> list[bytes]:
        """The first term of each block: a lookup begins among them, and goes on in one block."""
        return [self.term(number) for number in range(0, len(self), BLOCK)]

    def first_from(self, term: bytes) -> int:
        """The number of the first term that is not before `term`; the count where none is."""
        block = bisect_left(self._heads, term)
        low, high = max(0, (block - 1) * BLOCK), min(block * BLOCK, len(self))
        while low < high:
            middle = (low + high) // 2
            if self.term(middle) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: bytes) -> int | None:
        """The number of `term`, or None."""
        number = self.first_from(term)
        return number if number < len(self) and self.term(number) == term else None

    def with_prefix(self, prefix: bytes, most: int) -> range:
        """The numbers of at most `most` terms that begin with `prefix`."""
        first = self.first_from(prefix)
        last = first
        while last < len(self) and last - first < most and self.term(last).startswith(prefix):
            last += 1
        return range(first, last)

    def doc_count(self, number: int) -> int:
        """In how many documents the term stands, deleted ones included."""
        start, end = _bounds(self._doc_ends, number)
        return end - start

    def postings(self, number: int) -> Postings:
        """The postings of the term of this number."""
        found = self.frequencies(number)
        if self._positions is None or self._position_ends is None:
            return found
        first, last = _bounds(self._position_ends, number)
        return found._replace(positions=self._positions[first:last])

    def frequencies(self, number: int) -> Postings:
        """The postings of the term of this number, its positions left on the disk."""
        start, end = _bounds(self._doc_ends, number)
        freqs = None if self._freqs is None else self._freqs[start:end]
        return Postings(self._docs[start:end], freqs, None)

    def last_documents(self) -> Ints:
        """For each term the last document that has it."""
        return self._docs[:].take(self._doc_ends.astype(np.int64) - 1).astype(np.int64)

    def values_by_document(self, doc_count: int) -> Ints:
        """For a field of single values: each document's term number, the count of terms if none."""
        values = np.full(doc_count, len(self), dtype=np.int64)
        counts = _differences(self._doc_ends)
        values[self._docs[:]] = np.repeat(np.arange(len(self)), counts)
        return values

    def entries(self, first: int, last: int) -> Entries:
        """Everything known of the terms from number `first` up to `last`."""
        start = int(self._doc_ends[first - 1]) if first else 0
        counts = _differences(self._doc_ends[first:last], start)
        end = start + int(counts.sum())
        terms = np.repeat(np.arange(first, last), counts)
        docs = self._docs[start:end].astype(np.int64)
        if self._freqs is None:
            return Entries(terms, docs, None)
        freqs = self._freqs[start:end].astype(np.int64)
        positions = None
        if self._positions is not None and self._position_ends is not None:
            at = int(self._position_ends[first - 1]) if first else 0
            positions = self._positions[at : at + int(freqs.sum())].astype(np.int64)
        return Entries(np.repeat(terms, freqs), np.repeat(docs, freqs), positions)

    def entry_ends(self) -> Ints:
        """For every term, how many entries it and those before it have."""
        if self._position_ends is not None:
            return self._position_ends.astype(np.int64)
        ends = self._doc_ends.astype(np.int64)
        if self._freqs is None:
            return ends
        return np.concatenate(([0], np.cumsum(self._freqs[:], dtype=np.int64)))[ends]


def _bounds(ends: Array, number: int) -> tuple[int, int]:
    return (int(ends[number - 1]) if number else 0), int(ends[number])


def _differences(ends: Array, start: int = 0) -> Ints:
    """How much lies between each end and the one before, the first being counted from `start`."""
    return np.diff(np.asarray(ends, dtype=np.int64), prepend=np.int64(start)).astype(np.int64)


def merge(
    parts: Sequence[tuple[Field, Ints]],
    style: Style,
    breathe: Callable[[], None] = lambda: None,
) -> FieldArrays:
    """One field out of several segments', each with its documents' new numbers, -1 if dropped.

    Terms are taken a stretch at a time, so that memory stays bounded; `breathe` is called between.
    """
    all_terms = sorted(set().union(*(field.terms() for field, _ in parts)))
    number_of = {term: number for number, term in enumerate(all_terms)}
    sources = [_Source(field, new_docs, number_of) for field, new_docs in parts]
    stretches = []
    for first, last in _stretches(sources, len(all_terms)):
        entries = _joined([source.entries(first, last) for source in sources])
        stretches.append(collate(all_terms[first:last], entries, style))
        breathe()
    return _without_unused(_concatenated(stretches))


class _Source:
    """One segment's field on its way into a merged one."""

    def __init__(self, field: Field, new_docs: Ints, number_of: dict[bytes, int]) -> None:
        self._field = field
        self._new_docs = new_docs
        terms = field.terms()
        self.numbers = np.fromiter((number_of[term] for term in terms), np.int64, len(terms))
        self.entry_ends = field.entry_ends()

    def entries(self, first: int, last: int) -> Entries:
        """The live entries of the merged terms from `first` up to `last`, numbered from 0."""
        low, high = np.searchsorted(self.numbers, (first, last))
        terms, docs, positions = self._field.entries(int(low), int(high))
        new_docs = self._new_docs[docs]
        is_kept = new_docs >= 0
        numbers = self.numbers[terms[is_kept]] - first
        kept_positions = None if positions is None else positions[is_kept]
        return Entries(numbers, new_docs[is_kept], kept_positions)


def _stretches(sources: list[_Source], term_count: int) -> Iterator[tuple[int, int]]:
    """Stretches of terms of about `MERGED_AT_ONCE` entries each; always one at least."""
    per_term = np.zeros(term_count, dtype=np.int64)
    for source in sources:
        per_term[source.numbers] += _differences(source.entry_ends)
    ends = np.cumsum(per_term)
    first = 0
    while True:
        before = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, before + MERGED_AT_ONCE, side="right"))
        last = min(max(last, first + 1), term_count)
        yield first, last
        if last >= term_count:
            return
        first = last


def _joined(parts: list[Entries]) -> Entries:
    positions = [part.positions for part in parts if part.positions is not None]
    return Entries(
        np.concatenate([part.terms for part in parts]),
        np.concatenate([part.docs for part in parts]),
        np.concatenate(positions) if positions else None,
    )


def _concatenated(parts: list[FieldArrays]) -> FieldArrays:
    def together(arrays: list[Array | None]) -> Array | None:
        present = [array for array in arrays if array is not None]
        return np.concatenate(present) if present else None

    counts = [part.position_counts for part in parts if part.position_counts is not None]
    docs = together([part.docs for part in parts])
    return FieldArrays(
        [term for part in parts for term in part.terms],
        docs if docs is not None else np.empty(0, dtype=np.uint8),
        np.concatenate([part.doc_counts for part in parts]),
        together([part.freqs for part in parts]),
        together([part.positions for part in parts]),
        np.concatenate(counts) if counts else None,
    )


def _without_unused(field: FieldArrays) -> FieldArrays:
    """The field without terms whose last document is gone."""
    used = field.doc_counts > 0
    if bool(used.all()):
        return field
    counts = field.position_counts
    return field._replace(
        terms=[term for term, is_used in zip(field.terms, used.tolist(), strict=True) if is_used],
        doc_counts=field.doc_counts[used],
        position_counts=None if counts is None else counts[used],
    )
