"""In this file working days are counted: weekends and holidays out, days worked instead in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from publisher.followups.calendar import WorkingCalendar, published_days

NATIONAL_DAY = WorkingCalendar(
    special={date(2025, 10, n): False for n in range(1, 9)}
    | {date(2025, 9, 28): True, date(2025, 10, 11): True},
    confirmed=frozenset({2025}),
)
"""1 to 8 October 2025 off; Sunday 28 September and Saturday 11 October worked instead."""


class TestAfter:
    @pytest.mark.parametrize(
        ("start", "days", "due"),
        [
            (date(2026, 11, 20), 1, date(2026, 11, 23)),
            (date(2026, 11, 20), 5, date(2026, 11, 27)),
            (date(2026, 11, 21), 1, date(2026, 11, 23)),
            (date(2026, 11, 20), 15, date(2026, 12, 11)),
            (date(2026, 12, 31), 1, date(2027, 1, 1)),
        ],
    )
    def test_weekends_do_not_count(self, start: date, days: int, due: date) -> None:
        assert WorkingCalendar().after(start, days) == due

    @pytest.mark.parametrize(
        ("start", "days", "due"),
        [
            (date(2025, 9, 26), 1, date(2025, 9, 28)),
            (date(2025, 9, 30), 1, date(2025, 10, 9)),
            (date(2025, 9, 30), 3, date(2025, 10, 11)),
            (date(2025, 10, 3), 1, date(2025, 10, 9)),
            (date(2025, 9, 26), 5, date(2025, 10, 10)),
        ],
    )
    def test_a_holiday_is_skipped_and_a_worked_weekend_counts(
        self, start: date, days: int, due: date
    ) -> None:
        assert NATIONAL_DAY.after(start, days) == due

    def test_the_day_itself_does_not_count(self) -> None:
        day = date(2026, 11, 20)
        assert WorkingCalendar().after(day, 0) == day


class TestBetween:
    def test_it_is_what_after_counts(self) -> None:
        for calendar in (WorkingCalendar(), NATIONAL_DAY):
            for offset in range(14):
                start = date(2025, 9, 25) + timedelta(days=offset)
                for days in range(1, 20):
                    assert calendar.between(start, calendar.after(start, days)) == days

    def test_backwards_it_is_negative(self) -> None:
        assert NATIONAL_DAY.between(date(2025, 10, 9), date(2025, 9, 30)) == -1
        assert NATIONAL_DAY.between(date(2025, 9, 30), date(2025, 9, 30)) == 0


class TestPublished:
    def test_the_notices_of_past_years_are_known(self) -> None:
        days = published_days(2025)
        holidays = {day for day, (is_working, _name) in days.items() if not is_working}
        assert {date(2025, 10, n) for n in (1, 2, 3, 6, 7, 8)} <= holidays
        assert days[date(2025, 9, 28)][0]
        assert days[date(2025, 10, 11)][0]

    def test_only_days_unlike_their_weekday_are_named(self) -> None:
        for day, (is_working, _name) in published_days(2025).items():
            assert is_working == (day.weekday() in {5, 6})

    def test_a_year_without_a_notice_is_empty_and_unconfirmed(self) -> None:
        assert published_days(2099) == {}
        assert not NATIONAL_DAY.is_confirmed(date(2099, 1, 4))
        assert NATIONAL_DAY.is_confirmed(date(2025, 1, 4))
