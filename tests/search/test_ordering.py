"""In this file what was found is put in order."""

from __future__ import annotations

import numpy as np
import pytest

from search.engines.whoosh.ordering import BLOCK, foremost

PAGE = 10


@pytest.mark.parametrize("length", [0, 5, PAGE, 2 * BLOCK * PAGE - 1, 2 * BLOCK * PAGE, 5003])
@pytest.mark.parametrize("different", [1, 2, 300, 1_000_000])
def test_the_foremost_are_among_those_looked_at(length: int, different: int) -> None:
    chance = np.random.default_rng(length + different)
    scores = chance.integers(0, different, length).astype(np.float32)
    days = chance.integers(20200101, 20200150, length)
    places = foremost(scores, days.take, PAGE)
    in_order = np.lexsort((np.arange(length), -days, -scores))
    assert places.tolist() == sorted(places.tolist())
    looked_at = places[np.lexsort((places, -days[places], -scores[places]))]
    assert looked_at[:PAGE].tolist() == in_order[:PAGE].tolist()
    assert len(places) <= max(2 * BLOCK * PAGE, length // 20)
