"""In this file Whoosh reads our arrays: a codec, so that its own readers and matchers work on them.

Writing goes past Whoosh (see building.py); the codec only reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Segment
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from search.engines.whoosh.postings import Field, Postings
from search.engines.whoosh.schema import STYLES, Style
from search.engines.whoosh.segments import Segment

EXTENSION = ".arrays"
"""Of a segment's one file."""


class ArraysCodec(base.Codec):  # type: ignore[misc]  # Whoosh has no types
    """How Whoosh is told to read a segment; pickled into its table of contents."""

    def new_segment(self, storage: Any, indexname: str) -> W3Segment:  # noqa: ARG002  # by Whoosh
        """A segment with a name of its own."""
        return W3Segment(self, indexname)

    def terms_reader(self, storage: Any, segment: W3Segment) -> TermsReader:
        """The terms of a segment."""
        return TermsReader(_segment_of(storage, segment))

    def per_document_reader(self, storage: Any, segment: W3Segment) -> DocumentReader:
        """The documents of a segment."""
        return DocumentReader(_segment_of(storage, segment), segment)


def _segment_of(storage: Any, segment: W3Segment) -> Segment:
    return Segment(Path(storage.folder) / segment.make_filename(EXTENSION))


class TermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """Terms and postings, as Whoosh asks for them."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def _found(self, fieldname: str, text: bytes) -> tuple[Field, int]:
        if fieldname in STYLES:
            field = self._segment.field(fieldname)
            number = field.find(text)
            if number is not None:
                return field, number
        raise TermNotFound(f"{fieldname}:{text!r}")

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return term[0] in STYLES and self._segment.field(term[0]).find(term[1]) is not None

    def indexed_field_names(self) -> list[str]:
        """The fields."""
        return list(STYLES)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Every term of every field."""
        for name in sorted(STYLES):
            for term in self._segment.field(name).terms():
                yield name, term

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of the field from `prefix` on, and of the fields after it."""
        field = self._segment.field(fieldname)
        for number in range(field.first_from(prefix), len(field)):
            yield fieldname, field.term(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Every term with what is known of it."""
        for name, text in self.terms():
            yield (name, text), self.term_info(name, text)

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """The terms of `terms_from` with what is known of them."""
        for name, text in self.terms_from(fieldname, prefix):
            yield (name, text), self.term_info(name, text)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """What is known of a term; raises TermNotFound."""
        field, number = self._found(fieldname, text)
        docs, freqs, _ = field.postings(number)
        weight = len(docs) if freqs is None else int(freqs.sum())
        largest = 1 if freqs is None else int(freqs.max())
        return TermInfo(weight, len(docs), 0, 0xFFFF, largest, int(docs[0]), int(docs[-1]))

    def frequency(self, fieldname: str, text: bytes) -> int:
        """How often the term stands in all documents; 0 for a term that is not there."""
        if (fieldname, text) not in self:
            return 0
        return int(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """In how many documents the term stands; 0 for a term that is not there."""
        if (fieldname, text) not in self:
            return 0
        field, number = self._found(fieldname, text)
        return field.doc_count(number)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """The term's postings as Whoosh's own kind of list."""
        field, number = self._found(fieldname, text)
        postings = field.postings(number)
        freqs = [1] * len(postings.docs) if postings.freqs is None else postings.freqs.tolist()
        return ListMatcher(
            postings.docs.tolist(),
            [float(freq) for freq in freqs],
            _values(postings, STYLES[fieldname], format_),
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )


def _values(postings: Postings, style: Style, format_: Any) -> list[bytes] | None:
    """Positions, encoded as Whoosh encodes them."""
    if style is not Style.GRAMS or postings.positions is None or postings.freqs is None:
        return None
    ends = np.cumsum(postings.freqs, dtype=np.int64)[:-1]
    return [format_.encode(one.tolist()) for one in np.split(postings.positions, ends)]


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]  # Whoosh has no types
    """Lengths and stored records, as Whoosh asks for them."""

    def __init__(self, segment: Segment, entry: W3Segment) -> None:
        self._segment = segment
        self._entry = entry

    def doc_count(self) -> int:
        """Documents not deleted."""
        return self.doc_count_all() - int(self._entry.deleted_count())

    def doc_count_all(self) -> int:
        """Documents, deleted ones included."""
        return self._segment.doc_count

    def has_deletions(self) -> bool:
        """Whether any document is deleted."""
        return bool(self._entry.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Whether this document is deleted."""
        return bool(self._entry.is_deleted(docnum))

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents."""
        return iter(self._entry.deleted_docs())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """How many terms of the field the document has."""
        if f"{fieldname}.lengths" not in self._segment.file:
            return default
        return int(self._segment.lengths(fieldname)[docnum])

    def field_length(self, fieldname: str) -> int:
        """How many terms of the field all documents have."""
        return self._segment.total_lengths.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        """The smallest length of the field."""
        return int(self._segment.lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        """The greatest length of the field."""
        return int(self._segment.lengths(fieldname).max())

    def stored_fields(self, docnum: int) -> dict[str, object]:
        """The identity of the record; its text is read by `Segment.record`."""
        return {"id": self._segment.record(docnum).id}
