"""In this file numbers are taken: none twice, none left out, whatever happens on the way."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from publisher.database import db
from publisher.issues.numbering import Number, take_number
from publisher.serials.model import Counter, RunningTotal, Serial, Series
from tests import factories

pytestmark = pytest.mark.usefixtures("records")


def take(
    serial: Serial, dated_on: date = date(2026, 11, 20), series: Series = Series.MAIN
) -> Number:
    number = take_number(db.session, serial, series, dated_on)
    db.session.commit()
    return number


class TestTakeNumber:
    def test_it_counts_from_one(self) -> None:
        serial = factories.serial()
        assert [take(serial).number for _turn in range(3)] == [1, 2, 3]

    def test_it_goes_on_from_what_the_office_had_reached(self) -> None:
        serial = factories.serial(
            counters=[Counter(series=Series.MAIN, year=2026, last_number=11)],
            totals=[RunningTotal(series=Series.MAIN, last_total=1486)],
        )
        assert take(serial) == Number(12, 1487, 2026)

    def test_it_restarts_with_the_year_of_the_issues_date_and_keeps_the_total(self) -> None:
        serial = factories.serial()
        take(serial, date(2026, 12, 30))
        assert take(serial, date(2027, 1, 4)) == Number(1, 2, 2027)

    def test_an_issue_dated_in_the_old_year_still_gets_the_old_years_number(self) -> None:
        serial = factories.serial()
        take(serial, date(2026, 12, 30))
        take(serial, date(2027, 1, 4))
        assert take(serial, date(2026, 12, 31)) == Number(2, 3, 2026)

    def test_a_serial_that_never_restarts_counts_over_the_new_year(self) -> None:
        serial = factories.serial(restarts_yearly=False)
        take(serial, date(2026, 12, 30))
        assert take(serial, date(2027, 1, 4)) == Number(2, 2, 2027)

    def test_supplements_count_apart(self) -> None:
        serial = factories.serial()
        take(serial)
        assert take(serial, series=Series.SUPPLEMENT) == Number(1, 1, 2026)
        assert take(serial) == Number(2, 2, 2026)

    def test_serials_count_apart(self) -> None:
        take(factories.serial())
        assert take(factories.serial()).number == 1

    def test_a_transaction_given_up_gives_the_number_back(self) -> None:
        serial = factories.serial()
        take(serial)
        assert take_number(db.session, serial, Series.MAIN, date(2026, 11, 20)).number == 2
        db.session.rollback()
        assert take(serial).number == 2
        assert db.session.scalars(select(Counter.last_number)).all() == [2]
