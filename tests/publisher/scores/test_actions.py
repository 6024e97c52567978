"""In this file points are reckoned by dated rules, shared as the rule says, and entered once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from publisher.clock import OFFICE_ZONE
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.errors import InputRefused
from publisher.instructions import actions as instructions
from publisher.issues.model import Issue
from publisher.people.model import Level, Unit, UnitGroup
from publisher.people.permission import Role
from publisher.publication import press
from publisher.scores import actions, queries, tasks
from publisher.scores.model import Earned, Event, LedgerEntry, MergeRule, Rule
from publisher.serials.model import Serial
from publisher.submissions.model import State as SubmissionState
from tests import factories
from tests.publisher.publication.presses import fast_set_all

pytestmark = pytest.mark.usefixtures("records")

DAY = factories.DAY


@pytest.fixture(autouse=True)
def _presses_of_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)


@pytest.fixture
def serial() -> Serial:
    return factories.serial("政务信息", code="zwxx")


def rule(
    points: float = 3,
    *,
    event: Event = Event.ADOPTED,
    subject: str = "zwxx",
    merge: MergeRule = MergeRule.SHARE_EQUAL,
    effective_from: date = date(2026, 1, 1),
) -> Rule:
    return Rule(
        event=event, subject=subject, points=points, merge=merge, effective_from=effective_from
    )


def earned(*units: Unit, on: date = DAY, note: str = "秋粮收购") -> Earned:
    return Earned(
        event=Event.ADOPTED, subject="zwxx", cause="placement:1", on=on, units=units, note=note
    )


def published(serial: Serial, *units: Unit, title: str = "秋粮收购") -> Issue:
    """An issue with one item of these units, come out today."""
    sources = [
        factories.submission(by=factories.person(Role.REPORTER, unit_=unit), title=title)
        for unit in units
    ]
    item = factories.item(serial_=serial, state=ItemState.PLACED, sources=sources, title=title)
    return factories.published_issue(serial_=serial, items=[item])


def ledger() -> list[tuple[str, Event, float]]:
    """Whose points for what stand in the ledger, in their order."""
    db.session.rollback()
    rows = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).unique()
    return [(one.unit.name, one.event, one.points) for one in rows]


class TestRuleInForce:
    def test_the_latest_rule_that_had_come_into_effect_counts(self) -> None:
        old, new = rule(3), rule(5, effective_from=date(2026, 7, 1))
        for on, expected in (
            (date(2025, 12, 31), None),
            (date(2026, 1, 1), old),
            (date(2026, 6, 30), old),
            (date(2026, 7, 1), new),
            (date(2027, 7, 1), new),
        ):
            assert actions.rule_for([new, old], earned(on=on)) is expected, on

    def test_a_rule_of_another_serial_or_event_does_not_count(self) -> None:
        others = [rule(subject="qkfy"), rule(event=Event.INSTRUCTED)]
        assert actions.rule_for(others, earned()) is None


class TestShares:
    @pytest.mark.parametrize(
        ("merge", "shares"),
        [(MergeRule.SHARE_EQUAL, [1.67, 1.67, 1.67]), (MergeRule.EACH_FULL, [5, 5, 5])],
    )
    def test_units_of_a_merged_item_share_as_the_rule_says(
        self, at: datetime, merge: MergeRule, shares: list[float]
    ) -> None:
        units = [factories.unit() for _one in range(3)]
        entries = actions.enter(earned(*units, units[0]), [rule(5, merge=merge)], at=at)
        assert [one.unit for one in entries] == units
        assert [one.points for one in entries] == shares

    def test_nothing_is_entered_without_a_rule_or_without_a_unit(self, at: datetime) -> None:
        assert actions.enter(earned(factories.unit()), [], at=at) == []
        assert actions.enter(earned(), [rule()], at=at) == []

    def test_points_may_be_taken_and_a_long_title_fits(self, at: datetime) -> None:
        (entry,) = actions.enter(earned(factories.unit(), note="长" * 300), [rule(-2.5)], at=at)
        assert (entry.points, entry.note, entry.on) == (-2.5, "长" * 200, DAY)


class TestSetRule:
    @pytest.fixture
    def setting(self, at: datetime) -> Callable[..., Rule]:
        director = factories.person(Role.DIRECTOR)

        def set_rule(event: Event = Event.ADOPTED, subject: str = "zwxx", day: date = DAY) -> Rule:
            return factories.keep(
                actions.set_rule(
                    event=event, subject=subject, points=3, effective_from=day,
                    rules=queries.rules(), by=director, at=at,
                )
            )  # fmt: skip

        return set_rule

    def test_one_day_has_one_rule_of_a_kind(self, setting: Callable[..., Rule]) -> None:
        setting()
        setting(day=DAY + timedelta(days=1))
        setting(subject="qkfy")
        with pytest.raises(InputRefused, match="已有同样事项的规则") as refused:
            setting()
        assert refused.value.field == "effective_from"
        assert len(queries.rules()) == 3

    def test_adoption_goes_by_serial_and_instruction_by_level(
        self, setting: Callable[..., Rule]
    ) -> None:
        setting(event=Event.INSTRUCTED, subject=Level.CITY.value)
        for event, subject in ((Event.INSTRUCTED, "zwxx"), (Event.ADOPTED, Level.CITY.value)):
            with pytest.raises(InputRefused, match="采用按刊物计分") as refused:
                setting(event=event, subject=subject)
            assert refused.value.field == "subject"


class TestPosting:
    def test_what_was_published_is_entered_once_for_each_unit(self, serial: Serial) -> None:
        first, second = factories.unit("清溪县"), factories.unit("白石县")
        factories.keep(rule(3))
        issue = published(serial, first, second)
        for _minute in range(2):
            tasks.post()
        assert ledger() == [("清溪县", Event.ADOPTED, 1.5), ("白石县", Event.ADOPTED, 1.5)]
        (entry, _other) = queries.ledger(first.id, DAY, DAY) + queries.ledger(second.id, DAY, DAY)
        assert (entry.on, entry.note, entry.item_id) == (
            issue.dated_on, "秋粮收购", issue.placements[0].item_id,
        )  # fmt: skip

    def test_an_issue_not_yet_out_earns_nothing(self, serial: Serial) -> None:
        factories.keep(rule())
        factories.signed_issue(serial_=serial)
        tasks.post()
        assert ledger() == []

    def test_a_rule_of_a_later_day_leaves_what_was_entered(self, serial: Serial) -> None:
        unit = factories.unit("清溪县")
        factories.keep(rule(3))
        published(serial, unit)
        tasks.post()
        factories.keep(rule(9, effective_from=DAY))
        tasks.post()
        assert ledger() == [("清溪县", Event.ADOPTED, 3)]

    def test_what_no_rule_values_does_not_stand_before_what_one_does(
        self, serial: Serial, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "AT_ONCE", 1)
        published(factories.serial("情况反映", code="qkfy"), factories.unit("白石县"))
        published(serial, factories.unit("清溪县"))
        factories.keep(rule(3))
        tasks.post()
        assert ledger() == [("清溪县", Event.ADOPTED, 3)]

    def test_what_is_too_much_for_one_minute_is_entered_in_the_next(
        self, serial: Serial, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "AT_ONCE", 1)
        factories.keep(rule(3))
        for name in ("清溪县", "白石县"):
            published(serial, factories.unit(name), title=f"{name}秋粮")
        for entered in (1, 2, 2):
            tasks.post()
            assert len(ledger()) == entered

    def test_a_registered_instruction_on_an_item_earns_by_the_leaders_level(
        self, serial: Serial
    ) -> None:
        unit, leader = factories.unit("清溪县"), factories.leader("沈明远")
        factories.keep(rule(8, event=Event.INSTRUCTED, subject=Level.CITY.value))
        issue = published(serial, unit)
        on_the_item = factories.instruction(
            issue_=issue, item_=issue.placements[0].item, leader_=leader, registered=False
        )
        factories.instruction(issue_=issue, leader_=leader)
        tasks.post()
        assert ledger() == []
        instructions.register(
            on_the_item, number=9, proposal="", by=factories.person(Role.OFFICER), at=factories.AT
        )
        db.session.commit()
        for _minute in range(2):
            tasks.post()
        assert ledger() == [("清溪县", Event.INSTRUCTED, 8)]

    def test_a_correction_earns_nothing_a_second_time(self, serial: Serial) -> None:
        factories.keep(rule(3))
        issue = published(serial, factories.unit("清溪县"))
        tasks.post()
        issue.edition = 2
        db.session.query(LedgerEntry).delete()
        db.session.commit()
        tasks.post()
        assert ledger() == []


class TestRanking:
    def entry(
        self, unit: Unit, points: float, *, on: date = DAY, event: Event = Event.ADOPTED
    ) -> None:
        number = len(ledger())
        factories.keep(
            LedgerEntry(
                unit=unit, event=event, cause=f"placement:{number}", points=points, on=on,
                entered_at=factories.AT,
            )
        )  # fmt: skip

    def test_equal_points_are_equal_in_rank_and_the_next_is_counted_on(self) -> None:
        units = [factories.unit(name) for name in ("清溪县", "白石县", "临江县", "云岭县")]
        department = factories.unit("市水利局", UnitGroup.DEPARTMENT)
        for unit, points in zip([*units, department], (3, 5, 3, 0, 99), strict=True):
            self.entry(unit, points)
        rows = queries.ranking(UnitGroup.COUNTY, DAY, DAY)
        assert [(one.rank, one.unit.name, one.points) for one in rows] == [
            (1, "白石县", 5), (2, "清溪县", 3), (2, "临江县", 3), (4, "云岭县", 0),
        ]  # fmt: skip

    def test_a_month_holds_its_first_and_its_last_day(self) -> None:
        unit = factories.unit()
        for on in (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)):
            self.entry(unit, 2, on=on)
        (row,) = queries.ranking(UnitGroup.COUNTY, date(2026, 11, 1), date(2026, 11, 30))
        assert (row.points, row.adopted) == (4, 2)
        assert len(queries.ledger(unit.id, date(2026, 11, 1), date(2026, 11, 30))) == 2

    def test_submissions_are_counted_by_the_offices_own_days(self) -> None:
        unit = factories.unit()
        reporter = factories.person(Role.REPORTER, unit_=unit)
        for moment in (
            datetime(2026, 10, 31, 23, 59, tzinfo=OFFICE_ZONE),
            datetime(2026, 11, 1, 0, 0, tzinfo=OFFICE_ZONE),
            datetime(2026, 11, 30, 23, 59, tzinfo=OFFICE_ZONE),
        ):
            factories.submission(by=reporter, submitted_at=moment)
        self.entry(unit, 3)
        self.entry(unit, 8, event=Event.INSTRUCTED)
        (row,) = queries.ranking(UnitGroup.COUNTY, date(2026, 11, 1), date(2026, 11, 30))
        assert (row.submitted, row.adopted, row.instructed, row.points) == (2, 1, 1, 11)
        assert (row.used, row.adoption_rate) == (0, "0.0%")
        (none,) = queries.ranking(UnitGroup.COUNTY, date(2025, 1, 1), date(2025, 1, 31))
        assert none.adoption_rate == "—"

    def test_the_adoption_rate_is_of_what_was_sent_in_and_never_above_the_whole(self) -> None:
        unit = factories.unit()
        reporter = factories.person(Role.REPORTER, unit_=unit)
        sent = [
            factories.submission(
                by=reporter, submitted_at=datetime(2026, month, 20, 9, 0, tzinfo=OFFICE_ZONE)
            )
            for month in (10, 10, 11, 11)
        ]
        for one in sent[:3]:
            one.state = SubmissionState.ADOPTED
        db.session.commit()
        # Both of October were printed in November as well, one of them by two serials.
        for _printed in range(4):
            self.entry(unit, 3)
        (row,) = queries.ranking(UnitGroup.COUNTY, date(2026, 11, 1), date(2026, 11, 30))
        assert (row.submitted, row.used, row.adopted) == (2, 1, 4)
        assert row.adoption_rate == "50.0%"
        (before,) = queries.ranking(UnitGroup.COUNTY, date(2026, 10, 1), date(2026, 10, 31))
        assert (before.adopted, before.adoption_rate) == (0, "100.0%")

    def test_what_is_sent_in_again_counts_once_when_it_came_in_first(self) -> None:
        reporter = factories.person(Role.REPORTER, unit_=factories.unit())
        first, second, third = (
            factories.submission(
                by=reporter, submitted_at=datetime(2026, *day, 9, 0, tzinfo=OFFICE_ZONE)
            )
            for day in ((10, 30), (10, 31), (11, 2))
        )
        second.replaces, third.replaces = first, second
        first.state = second.state = SubmissionState.RESUBMITTED
        third.state = SubmissionState.ADOPTED
        lost = factories.submission(
            by=reporter, submitted_at=datetime(2026, 11, 3, 9, 0, tzinfo=OFFICE_ZONE)
        )
        lost.state = SubmissionState.RETURNED
        db.session.commit()
        (october,) = queries.ranking(UnitGroup.COUNTY, date(2026, 10, 1), date(2026, 10, 31))
        assert (october.submitted, october.used, october.adoption_rate) == (1, 1, "100.0%")
        (november,) = queries.ranking(UnitGroup.COUNTY, date(2026, 11, 1), date(2026, 11, 30))
        assert (november.submitted, november.used) == (1, 0)
        (both,) = queries.ranking(UnitGroup.COUNTY, date(2026, 10, 1), date(2026, 11, 30))
        assert (both.submitted, both.used) == (2, 1)

    def test_a_unit_abolished_since_keeps_its_place_in_the_months_it_earned(self) -> None:
        unit, other = factories.unit("清溪县"), factories.unit("白石县")
        self.entry(unit, 3)
        unit.is_active = other.is_active = False
        db.session.commit()
        assert [one.unit.name for one in queries.ranking(UnitGroup.COUNTY, DAY, DAY)] == ["清溪县"]
        later = DAY + timedelta(days=60)
        assert queries.ranking(UnitGroup.COUNTY, later, later) == []
