"""In this file the office asks units for items, and a unit signs that it has read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from publisher.calls import actions
from publisher.calls.model import Call, CallKind, CallState
from publisher.errors import InputRefused, StepRefused
from publisher.history import acts_told_on
from publisher.people.permission import Role
from tests import factories

pytestmark = pytest.mark.usefixtures("records")


def sent_out(today: date, at: datetime, **other: Any) -> Call:
    """A call as the desk sends it out, not saved yet."""
    values: dict[str, Any] = {
        "kind": CallKind.SOLICITATION,
        "title": "  秋粮收购进展  ",
        "text": "请报收购量、价格和农户反映，五百字以内。",
        "due_on": today + timedelta(days=5),
        "units": [factories.unit()],
        "number": 7,
        "by": factories.person(Role.EDITOR, name="周编"),
        "at": at,
    }
    return actions.send_out(**values | other)


class TestSendOut:
    def test_a_solicitation_names_its_units_each_once(self, today: date, at: datetime) -> None:
        first, second = factories.unit("清溪县"), factories.unit("白石县")
        call = sent_out(today, at, units=[first, second, first])
        assert (call.title, call.state) == ("秋粮收购进展", CallState.OPEN)
        assert [one.unit for one in call.asked] == [first, second]
        assert call.number_text == f"约稿〔{at.year}〕7号"
        (told,) = acts_told_on(call)
        assert (told.act, told.by.name) == ("send_out", "周编")

    def test_a_solicitation_of_nobody_is_refused(self, today: date, at: datetime) -> None:
        with pytest.raises(InputRefused, match="约稿须指定单位") as refused:
            sent_out(today, at, units=[])
        assert refused.value.field == "units"

    def test_a_priority_list_needs_no_units(self, today: date, at: datetime) -> None:
        assert sent_out(today, at, kind=CallKind.PRIORITY, units=[]).asked == []

    def test_today_is_the_earliest_day(self, today: date, at: datetime) -> None:
        assert sent_out(today, at, due_on=today).due_on == today
        with pytest.raises(InputRefused, match="截止日期不能早于今天") as refused:
            sent_out(today, at, due_on=today - timedelta(days=1))
        assert refused.value.field == "due_on"


class TestRead:
    def test_the_first_of_a_unit_signs_for_it(self, today: date, at: datetime) -> None:
        unit, other = factories.unit("清溪县"), factories.unit("白石县")
        call = factories.keep(sent_out(today, at, units=[unit, other]))
        first, second = (factories.person(Role.REPORTER, unit_=unit) for _one in range(2))
        actions.note_read(call, by=first, at=at)
        actions.note_read(call, by=second, at=at + timedelta(hours=1))
        assert [one.read_at for one in call.asked] == [at, None]

    def test_a_unit_that_was_not_asked_signs_nothing(self, today: date, at: datetime) -> None:
        call = factories.keep(sent_out(today, at))
        actions.note_read(call, by=factories.person(Role.REPORTER), at=at)
        assert [one.read_at for one in call.asked] == [None]


class TestEnd:
    def test_a_call_is_ended_once(self, today: date, at: datetime) -> None:
        call = factories.keep(sent_out(today, at))
        actions.end(call, by=call.made_by, at=at)
        assert call.state == CallState.ENDED
        with pytest.raises(StepRefused):
            actions.end(call, by=call.made_by, at=at)
