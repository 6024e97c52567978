"""In this file what is found is counted by its values, and the counts held against plain ones."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from search.engines.whoosh.columns import (
    MOST_CELLS,
    Cells,
    Column,
    Values,
    cells_of,
    months_of,
)

DOCS = 500


def column(values: list[str], chance: np.random.Generator) -> Column[str]:
    return Column(values, chance.integers(0, len(values) + 1, DOCS).astype(np.uint8))


def several(names: list[str], most: int, chance: np.random.Generator) -> Values:
    """Up to `most` values for each document, in the order of the values as a field keeps them."""
    pairs = sorted(
        (int(ref), doc)
        for doc in range(DOCS)
        for ref in chance.choice(len(names), chance.integers(0, most + 1), replace=False)
    )
    refs, docs = np.array(pairs, dtype=np.int64).T
    return Values(docs, refs, names)


def values_of(values: Values, doc: int) -> list[str]:
    return [values.values[ref] for ref in values.refs[values.docs == doc].tolist()]


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(11)


class TestCells:
    def test_they_count_as_each_column_alone(self, chance: np.random.Generator) -> None:
        columns = {
            "serial": column(["政务信息", "每日要情"], chance),
            "section": column([f"栏目{number}" for number in range(20)], chance),
            "year": column(["2025", "2026"], chance),
        }
        docs = np.sort(chance.choice(DOCS, 200, replace=False))
        (cells,) = cells_of(columns)
        assert cells.counts(docs) == {name: one.counts(docs) for name, one in columns.items()}

    def test_what_has_too_many_combinations_is_counted_apart(
        self, chance: np.random.Generator
    ) -> None:
        columns = {
            name: column([f"{name}{number}" for number in range(100)], chance)
            for name in ("单位", "栏目", "标签")
        }
        groups = cells_of(columns)
        assert len(groups) == 3 > MOST_CELLS // 101**2
        docs = np.arange(DOCS)
        counted = {name: counts for one in groups for name, counts in one.counts(docs).items()}
        assert counted == {name: one.counts(docs) for name, one in columns.items()}

    def test_nothing_found_counts_nothing(self, chance: np.random.Generator) -> None:
        cells = Cells({"serial": column(["政务信息"], chance)})
        assert cells.counts(np.empty(0, dtype=np.int64)) == {"serial": {}}


class TestSeveralValues:
    def test_they_become_one_column(self, chance: np.random.Generator) -> None:
        values = several(["农业农村局", "财政局", "丰都县", "云汀市"], 3, chance)
        column = values.column(DOCS)
        assert column is not None
        for doc in range(DOCS):
            assert sorted(column.values[column.refs[doc]]) == sorted(values_of(values, doc))

    def test_counted_together_they_count_as_alone(self, chance: np.random.Generator) -> None:
        values = several(["农业农村局", "财政局", "丰都县"], 2, chance)
        column = values.column(DOCS)
        assert column is not None
        docs = np.sort(chance.choice(DOCS, 300, replace=False))
        expected = Counter(name for doc in docs.tolist() for name in values_of(values, doc))
        mask = np.zeros(DOCS, dtype=bool)
        mask[docs] = True
        assert Cells({"unit": column}).counts(docs)["unit"] == expected == values.counts(mask)

    def test_too_many_sets_are_no_column(self) -> None:
        names = [f"标签{number}" for number in range(MOST_CELLS + 1)]
        refs = np.arange(MOST_CELLS + 1)
        assert Values(refs, refs, names).column(MOST_CELLS + 1) is None
        deep = Values(np.zeros(12, dtype=np.int64), np.arange(12), names)
        assert deep.column(1) is None  # no whole number holds twelve of so many

    def test_none_has_any(self) -> None:
        none = Values(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), [])
        column = none.column(3)
        assert column is not None
        assert Cells({"tag": column}).counts(np.arange(3)) == {"tag": {}}


def test_months() -> None:
    months = months_of(np.array([20260317, 20260301, 20251231]))
    assert months.counts(np.array([0, 1])) == {202603: 2}
    assert months.counts(np.array([2])) == {202512: 1}
