"""In this file terms that stand one after another are found, and held against a plain walk."""

from __future__ import annotations

import numpy as np
import pytest

from search.engines.whoosh.postings import Postings
from search.engines.whoosh.sequences import in_sequence, places_in, starts_in_sequence

TEXTS = 3000
SIGNS = "甲乙丙丁"


@pytest.fixture(scope="module")
def texts() -> list[str]:
    chance = np.random.default_rng(5)
    usual = ["".join(chance.choice(list(SIGNS), chance.integers(1, 30))) for _ in range(TEXTS)]
    return [text + ("戊甲" if place % 700 == 0 else "") for place, text in enumerate(usual)]


def postings(texts: list[str], sign: str) -> Postings:
    found = [
        (doc, [at for at, one in enumerate(text) if one == sign]) for doc, text in enumerate(texts)
    ]
    having = [(doc, places) for doc, places in found if places]
    return Postings(
        np.array([doc for doc, _ in having], dtype=np.uint16),
        np.array([len(places) for _, places in having], dtype=np.uint8),
        np.array([at for _, places in having for at in places], dtype=np.uint16),
    )


def walked(texts: list[str], wanted: str) -> dict[int, int]:
    counts = {
        doc: sum(text.startswith(wanted, at) for at in range(len(text)))
        for doc, text in enumerate(texts)
    }
    return {doc: count for doc, count in counts.items() if count}


@pytest.mark.parametrize("wanted", ["甲", "甲乙", "甲甲", "丙丁甲", "甲乙丙丁", "戊甲", "乙戊甲"])
def test_a_sequence_is_found_as_by_walking(texts: list[str], wanted: str) -> None:
    terms = [postings(texts, sign) for sign in wanted]
    found = in_sequence(terms, list(range(len(wanted))))
    assert dict(zip(found.docs.tolist(), found.counts.tolist(), strict=True)) == walked(
        texts, wanted
    )
    assert found.docs.tolist() == sorted(found.docs.tolist())


def test_beginnings_are_told_with_their_documents(texts: list[str]) -> None:
    starts = starts_in_sequence([postings(texts, "丙"), postings(texts, "丁")], [0, 1])
    places = [(int(one) >> 32, int(one) & 0xFFFFFFFF) for one in starts]
    assert places == [
        (doc, at)
        for doc, text in enumerate(texts)
        for at in range(len(text))
        if text.startswith("丙丁", at)
    ]


def test_a_number_too_large_for_the_longer_array_is_not_there() -> None:
    many = np.arange(0, 200, 2, dtype=np.uint8)
    assert places_in(np.array([44, 45, 300]), many).tolist() == [22]
