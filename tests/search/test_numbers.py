"""In this file numbers as people write them are tried."""

from __future__ import annotations

import pytest

from search.numbers import amount, number_at, number_terms
from tests.search.factories import record


class TestAmount:
    @pytest.mark.parametrize(
        ("written", "value"),
        [
            *[("12", 12), ("七", 7), ("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105)],
            *[("一千四百八十七", 1487), ("二〇二六", 2026)],
        ],
    )
    def test_it_reads_digits_and_numerals(self, written: str, value: int) -> None:
        assert amount(written) == value

    @pytest.mark.parametrize("written", ["十百", "一二十", "百千"])
    def test_it_refuses_what_is_no_number(self, written: str) -> None:
        assert amount(written) is None


class TestNumberAt:
    @pytest.mark.parametrize(
        ("written", "terms"),
        [
            ("第12期", ("n:12",)),
            ("12期", ("n:12",)),
            ("第十二期", ("n:12",)),
            ("总第1487期", ("t:1487",)),
            ("2026年第12期", ("y:2026", "n:12")),
            ("第12期(总第1487期)", ("n:12", "t:1487")),
            ("〔2026〕12号", ("d:2026:12",)),
            ("[2026]第12号", ("d:2026:12",)),
            ("批(2026)12号", ("d:批2026:12",)),
        ],
    )
    def test_it_reads_a_number_as_written(self, written: str, terms: tuple[str, ...]) -> None:
        found = number_at(written)
        assert found is not None
        assert (found.text, found.terms) == (written, terms)

    @pytest.mark.parametrize("written", ["期", "第期", "2026年", "一期工程", "号"])
    def test_it_leaves_other_words_alone(self, written: str) -> None:
        assert number_at(written) is None


class TestNumberTerms:
    def test_a_record_is_known_by_all_its_numbers(self) -> None:
        known = number_terms(record(1, number=1, total=1487, year=2026), "云政督批〔2026〕12号")
        assert {"t:1487", "y:2026", "d:2026:12", "d:批2026:12", "d:云政督批2026:12"} <= known
