"""In this file records become the arrays of one segment."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import numpy as np

from search.alike import COMPARED, bands
from search.analysis import Words, fold, simplify
from search.dates import as_number
from search.engines.whoosh.arrays import Array, smallest, write_arrays
from search.engines.whoosh.grams import BETWEEN_PARTS, WORD_FLAG, Grams, gram_text, grams, joined
from search.engines.whoosh.postings import Entries, FieldArrays, Ints, collate, stable_order
from search.engines.whoosh.schema import SCORED, STYLES, Style, whole_number
from search.numbers import number_terms
from search.records import FACETS, Record

LARGEST = 65_536
"""Documents of a segment: two bytes then hold a document's number."""


class SegmentBuilder:
    """Takes records, one document each, and writes them as one segment's file."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._grams = {name: _GramField() for name in STYLES if STYLES[name] is Style.GRAMS}
        self._plain = {
            name: _PlainField(style) for name, style in STYLES.items() if style is not Style.GRAMS
        }
        self._lengths: dict[str, list[int]] = {name: [] for name in SCORED}
        self._stored: list[bytes] = []

    @property
    def doc_count(self) -> int:
        """Documents taken so far."""
        return len(self._stored)

    def add(self, record: Record) -> None:
        """Take one record."""
        doc = self.doc_count
        parts = [fold(part) for part in record.parts]
        text = joined(parts)
        simplified = simplify(text)
        self._add_text(doc, text, simplified, len(parts[0]))
        words = self._words.of(text)
        self._plain["words"].add(doc, words)
        self._lengths["words"].append(len(words))
        self._add_exact(doc, record, number_text=parts[-1])
        if record.kind in COMPARED:
            first = len(parts[0]) + len(BETWEEN_PARTS)
            own = simplified[first : first + len(parts[1])]
            self._plain["bands"].add(doc, bands(record.text, simplified=own))
        self._stored.append(stored_bytes(record))

    def _add_text(self, doc: int, text: str, simplified: str, title_length: int) -> None:
        body = grams(text)
        self._grams["body"].add(doc, body)
        self._lengths["body"].append(body.count)
        title = _within(body, title_length)
        self._grams["title"].add(doc, title)
        self._lengths["title"].append(title.count)
        if simplified != text:
            self._grams["folded"].add(doc, grams(simplified))

    def _add_exact(self, doc: int, record: Record, *, number_text: str) -> None:
        exact: dict[str, Collection[str]] = {
            "id": [record.id],
            "digest": [record.digest],
            "readers": record.readers,
            "names": {fold(name) for name in record.names},
            "numbers": number_terms(record, number_text),
            "date": [whole_number(as_number(record.date))],
            "number": _numbers(record.number),
            "total": _numbers(record.total),
            "thread": _texts(record.thread),
            "about": dict.fromkeys(record.about),
            "rank": _numbers(record.rank),
        }
        exact.update({name: dict.fromkeys(record.facet(name)) for name in FACETS})
        for name, terms in exact.items():
            if terms:
                self._plain[name].add(doc, terms)

    def write(self, path: Path) -> None:
        """Write the segment's file, safely on the disk."""
        fields = {name: field.finish() for name, field in self._grams.items()}
        fields |= {name: field.finish() for name, field in self._plain.items()}
        lengths = {name: np.array(values) for name, values in self._lengths.items()}
        write_segment(path, fields, lengths, self._stored)


def write_segment(
    path: Path, fields: dict[str, FieldArrays], lengths: dict[str, Ints], stored: list[bytes]
) -> None:
    """Write fields, the lengths of those that rank, and the records themselves."""
    mapped: dict[str, Array] = {}
    sliced: dict[str, Array] = {}
    for name, field in fields.items():
        mapped.update(field.to_map(name))
        sliced.update(field.to_slice(name))
    for name, values in lengths.items():
        mapped[f"{name}.lengths"] = smallest(values)
    ends = np.cumsum(np.fromiter(map(len, stored), dtype=np.int64, count=len(stored)))
    mapped["stored.ends"] = smallest(ends)
    sliced["stored"] = np.frombuffer(b"".join(stored), dtype=np.uint8)
    write_arrays(path, mapped, sliced)


def stored_bytes(record: Record) -> bytes:
    """A record as it is stored: compressed JSON."""
    plain = json.dumps(record.as_json(), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(plain.encode("utf-8", "surrogatepass"), 3)


def stored_record(stored: bytes) -> Record:
    """The record that `stored_bytes` wrote."""
    return Record.from_json(json.loads(zlib.decompress(stored).decode("utf-8", "surrogatepass")))


def _within(found: Grams, length: int) -> Grams:
    """What lies in the first `length` characters; pairs reach over no part's end."""
    is_within = found.places < length
    words = [word for word in found.words if word[2] < length]
    return Grams(found.keys[is_within], found.positions[is_within], found.places[is_within], words)


def _numbers(value: int | None) -> list[str]:
    return [] if value is None or value < 0 else [whole_number(value)]


def _texts(value: str) -> list[str]:
    return [value] if value else []


class _Numbering(dict[str, int]):
    """Numbers new terms from 0 on as they come."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class _GramField:
    """Collects characters, pairs and words with positions."""

    def __init__(self) -> None:
        self._keys: list[Array] = []
        self._positions: list[Array] = []
        self._counts: list[tuple[int, int]] = []
        self._words = _Numbering()

    def add(self, doc: int, found: Grams) -> None:
        keys, positions = found.keys, found.positions
        if found.words:
            numbers = [self._words[word] for word, _, _ in found.words]
            keys = np.concatenate((keys, np.array(numbers, dtype=np.uint64) | WORD_FLAG))
            places = np.array([position for _, position, _ in found.words])
            positions = np.concatenate((positions, places))
        self._keys.append(keys)
        self._positions.append(positions.astype(np.uint32))
        self._counts.append((doc, len(keys)))

    def finish(self) -> FieldArrays:
        keys = _together(self._keys, np.uint64)
        docs, counts = np.array(self._counts, dtype=np.int64).reshape(-1, 2).T
        words = list(self._words)

        def text(key: int) -> bytes:
            is_word = key >= int(WORD_FLAG)
            return (words[key - int(WORD_FLAG)] if is_word else gram_text(key)).encode()

        positions = _together(self._positions, np.uint32)
        return _collated(keys, np.repeat(docs, counts), positions, text, Style.GRAMS)


class _PlainField:
    """Collects terms without positions."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._numbers = _Numbering()
        self._terms = array("Q")
        self._docs = array("Q")

    def add(self, doc: int, terms: Iterable[str]) -> None:
        before = len(self._terms)
        self._terms.extend(map(self._numbers.__getitem__, terms))
        self._docs.extend([doc] * (len(self._terms) - before))

    def finish(self) -> FieldArrays:
        texts = [term.encode("utf-8", "surrogatepass") for term in self._numbers]
        keys = np.frombuffer(self._terms, dtype=np.uint64)
        docs = np.frombuffer(self._docs, dtype=np.uint64)
        return _collated(keys, docs, None, texts.__getitem__, self._style)


def _together(arrays: list[Array], dtype: type[np.generic]) -> Array:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=dtype)


def _collated(
    keys: Array,
    docs: Array,
    positions: Array | None,
    text: Callable[[int], bytes],
    style: Style,
) -> FieldArrays:
    """Postings of entries whose terms are still keys in no order."""
    order = stable_order(keys)
    ordered = keys[order]
    is_first = np.ones(len(ordered), dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    texts = [text(key) for key in ordered[is_first].tolist()]
    sorting = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(texts), dtype=np.int64)
    rank[sorting] = np.arange(len(texts))
    terms = rank[np.cumsum(is_first) - 1]
    entries = Entries(terms, docs[order], None if positions is None else positions[order])
    return collate([texts[place] for place in sorting], entries, style)
