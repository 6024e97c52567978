"""In this file two texts nearly the same lie beside each other, what they share marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from search import Alike, Passage, Piece, Record

LONGEST = 6000
"""Characters of each text that are compared letter by letter."""
SHORTEST_SHARED = 5
"""Characters in a row that both have, to be marked; fewer are chance."""


@dataclass(frozen=True)
class Pair:
    """A published record and the text asked about, side by side."""

    record: Record
    share: float
    """Jaccard of their shingles, 0 to 1."""
    own: Passage
    theirs: Passage
    is_exact: bool


def pair_of(text: str, alike: Alike) -> Pair:
    """The two texts with their shared stretches marked."""
    own, theirs = text[:LONGEST], alike.record.text[:LONGEST]
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
    )


def _pieces(text: str, shared: list[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in shared:
        if start > at:
            yield Piece(text[at:start], is_hit=False)
        yield Piece(text[start:end], is_hit=True)
        at = end
    if at < len(text):
        yield Piece(text[at:], is_hit=False)
