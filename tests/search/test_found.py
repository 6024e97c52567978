"""In this file few and many occurrences are kept in two ways, which must answer alike."""

from __future__ import annotations

import numpy as np
import pytest

from search.engines.whoosh.found import NONE_FOUND, found_in
from search.engines.whoosh.postings import Ints

DOCS = 20_000


def some(count: int) -> Ints:
    """Documents in order, none twice."""
    chance = np.random.default_rng(count)
    return np.sort(chance.choice(DOCS, count, replace=False))


@pytest.mark.parametrize("having", [1, 30, 3_000, 6_000, DOCS])
@pytest.mark.parametrize("wanted", [0, 5, 400, 15_000])
def test_both_ways_answer_as_a_plain_table(having: int, wanted: int) -> None:
    docs, asked = some(having), some(wanted)
    counts = np.random.default_rng(3).integers(1, 9, having).astype(np.uint8)
    found = found_in(docs.astype(np.uint16), counts, DOCS)
    plain = np.zeros(DOCS)
    plain[docs] = counts
    assert len(found) == having
    assert found.counts_of(asked).tolist() == plain[asked].tolist()
    mask = np.zeros(DOCS, dtype=bool)
    mask[0] = True
    found.mark(mask)
    assert np.flatnonzero(mask).tolist() == sorted({0, *docs.tolist()})
    dampers = np.random.default_rng(4).random(DOCS, dtype=np.float32) + np.float32(0.3)
    right = 1 + 2.5 * plain / (plain + dampers)
    for only in (None, asked):
        total = np.ones(DOCS, dtype=np.float32)
        found.add(total, 2.5, dampers, only)
        looked_at = np.arange(DOCS) if only is None else only
        assert total[looked_at] == pytest.approx(right[looked_at], rel=1e-5)


def test_what_is_nowhere_adds_nothing() -> None:
    total = np.zeros(3, dtype=np.float32)
    NONE_FOUND.add(total, 1.0, np.ones(3, dtype=np.float32), None)
    assert (len(NONE_FOUND), total.tolist()) == (0, [0.0, 0.0, 0.0])
    assert NONE_FOUND.counts_of(np.arange(3)).tolist() == [0, 0, 0]
