"""In this file two texts nearly the same lie beside each other, what they share marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from search import Alike, Passage, Piece, Record

LONGEST = 6000
"""Characters of each text that are compared letter by letter."""
SHORTEST_SHARED = 5
"""Characters in a row that both have, to be marked; fewer are chance."""

MOST_OF_IT = 0.6
"""So much of a text stands in a record that holds it."""


@dataclass(frozen=True)
class Pair:
    """A published record and the text asked about, side by side."""

    record: Record
    share: float
    """Jaccard of their shingles, 0 to 1."""
    own: Passage
    theirs: Passage
    is_exact: bool
    covered: float
    """How much of the text asked about stands in the record as well, 0 to 1."""


def pair_of(text: str, alike: Alike) -> Pair:
    """The two texts with their shared stretches marked."""
    own, theirs = text[:LONGEST], alike.record.text[:LONGEST]
    length = len("".join(own.split()))
    found = [
        (op.src_start, op.src_end, op.dest_start, op.dest_end)
        for op in LCSseq.opcodes(own, theirs)
        if op.tag == "equal" and op.src_end - op.src_start >= SHORTEST_SHARED
    ]
    return Pair(
        record=alike.record,
        share=alike.share,
        own=tuple(_pieces(own, [(start, end) for start, end, _a, _b in found])),
        theirs=tuple(_pieces(theirs, [(start, end) for _a, _b, start, end in found])),
        is_exact="".join(own.split()) == "".join(theirs.split()),
        covered=sum(len("".join(own[start:end].split())) for start, end, _a, _b in found)
        / max(length, 1),
    )


def holding(text: str, records: Iterable[Record]) -> list[Pair]:
    """Of these records those in which most of the text stands, as a part of something longer."""
    pairs = [pair_of(text, Alike(record, 0.0)) for record in records]
    held = [pair for pair in pairs if pair.covered >= MOST_OF_IT]
    return sorted(held, key=lambda pair: -pair.covered)


def _pieces(text: str, shared: list[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in shared:
        if start > at:
            yield Piece(text[at:start], is_hit=False)
        yield Piece(text[start:end], is_hit=True)
        at = end
    if at < len(text):
        yield Piece(text[at:], is_hit=False)
