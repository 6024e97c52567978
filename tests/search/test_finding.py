"""In this file what was found is put in order."""

from __future__ import annotations

import numpy as np
import pytest

from search.engines.whoosh.finding import BLOCK, bound_of


@pytest.mark.parametrize("length", [0, 5, 10, 2 * BLOCK * 10 - 1, 2 * BLOCK * 10, 5003])
def test_enough_reach_the_bound_of_a_page(length: int) -> None:
    scores = np.random.default_rng(length).random(length).round(2)
    bound = bound_of(scores, 10)
    reach = np.flatnonzero(scores >= bound)
    assert len(reach) >= min(10, length)
    assert set(np.argsort(-scores, kind="stable")[:10].tolist()) <= {*reach.tolist()}
