"""In this file we name the fields of the index, for Whoosh and for our own arrays.

| style | fields                          | holds                                        |
|-------|---------------------------------|----------------------------------------------|
| GRAMS | body, title, folded             | documents, how often, positions              |
| WORDS | words                           | documents and how often; only for ranking    |
| EXACT | id, readers, facets, numbers, … | documents only                               |
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import cache

from whoosh import analysis, fields, formats

from search.analysis import ANALYSIS_VERSION
from search.records import FACETS

FORMAT_VERSION = 3
"""Raised with every change of what a segment's file holds."""


class Style(StrEnum):
    """How much a field remembers of its terms."""

    GRAMS = "grams"
    WORDS = "words"
    EXACT = "exact"


STYLES: dict[str, Style] = {
    "body": Style.GRAMS,
    "title": Style.GRAMS,
    "folded": Style.GRAMS,
    "words": Style.WORDS,
    "id": Style.EXACT,
    "digest": Style.EXACT,
    "readers": Style.EXACT,
    "names": Style.EXACT,
    "numbers": Style.EXACT,
    "date": Style.EXACT,
    "number": Style.EXACT,
    "total": Style.EXACT,
    "thread": Style.EXACT,
    "about": Style.EXACT,
    "rank": Style.EXACT,
    "bands": Style.EXACT,
    **dict.fromkeys(FACETS, Style.EXACT),
}
"""Every indexed field. `folded` holds only records that have traditional characters."""

SCORED = ("body", "title", "words")
"""Fields whose lengths are kept, for ranking."""

_FORMATS = {
    Style.GRAMS: formats.Positions,
    Style.WORDS: formats.Frequency,
    Style.EXACT: formats.Existence,
}


class TermField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose terms are made by us, before Whoosh sees them."""

    analyzer = analysis.IDAnalyzer()
    multitoken_query = "default"

    def __init__(self, style: Style, *, scorable: bool) -> None:
        self.format = _FORMATS[style]()
        self.scorable = scorable
        self.stored = False
        self.unique = False
        self.vector = None
        self.column_type = None


def schema() -> fields.Schema:
    """The fields as Whoosh knows them."""
    return fields.Schema(
        **{name: TermField(style, scorable=name in SCORED) for name, style in STYLES.items()}
    )


@cache
def fingerprint() -> str:
    """Changes whenever an index built before could not answer as one built now."""
    described = [f"{name}:{style}" for name, style in sorted(STYLES.items())]
    described += [f"analysis:{ANALYSIS_VERSION}", f"format:{FORMAT_VERSION}"]
    return hashlib.sha256("\n".join(described).encode()).hexdigest()[:16]


def whole_number(value: int) -> str:
    """A number as a term; terms of one field then sort as their numbers do."""
    return f"{value:010d}"
