"""In this file names and words that complete what was typed are gathered from the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from search.analysis import fold
from search.engines.whoosh.columns import Values
from search.engines.whoosh.finding import Part
from search.records import Suggestion

_WORDS_TRIED = 300


def names_with(
    parts: Sequence[Part], field: str, wanted: str, readers: frozenset[str]
) -> Iterable[Suggestion]:
    """The values of a field that contain what was typed, counted among what the reader may see."""
    totals: dict[str, int] = {}
    for part in parts:
        counts = Values.of(part.view.segment.field(field)).counts(part.view.visible(readers))
        for value, count in counts.items():
            if wanted in fold(value):
                totals[value] = totals.get(value, 0) + count
    return [Suggestion(text, count, field) for text, count in totals.items()]


def words_beginning(
    parts: Sequence[Part], wanted: str, readers: frozenset[str]
) -> Iterable[Suggestion]:
    """Dictionary words that begin with what was typed, counted among what the reader may see."""
    totals: dict[str, int] = {}
    for part in parts:
        visible = part.view.visible(readers)
        field = part.view.segment.field("words")
        for number in field.with_prefix(wanted.encode("utf-8", "surrogatepass"), _WORDS_TRIED):
            count = int(np.count_nonzero(visible[field.postings(number).docs]))
            word = field.term(number).decode()
            if count and word != wanted:
                totals[word] = totals.get(word, 0) + count
    return [Suggestion(text, count, "word") for text, count in totals.items()]


def most_frequent(suggestion: Suggestion) -> tuple[int, str]:
    """The key that sorts the most frequent first."""
    return -suggestion.count, suggestion.text
