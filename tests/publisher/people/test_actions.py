"""In this file people are taken on, given roles, mandates and substitutes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from publisher.database import db
from publisher.errors import InputRefused, NotFound
from publisher.history import acts_told_on, entries_of
from publisher.people import actions, queries
from publisher.people.model import Level, Rank, UnitGroup
from publisher.people.permission import SEPARATE, Permission, Role
from tests import factories

pytestmark = pytest.mark.usefixtures("records")
SYSTEM = factories.SYSTEM


class TestTakeOn:
    def test_somebody_taken_on_must_change_the_first_password(self, at: datetime) -> None:
        taken = actions.take_on(
            account="zhao", name="赵报", unit=factories.unit("清溪县人民政府办公室"),
            password="初始密码一二三四五", roles=[Role.REPORTER], by=SYSTEM, at=at,
        )  # fmt: skip
        assert taken.must_change_password
        assert taken.roles == {Role.REPORTER}
        assert actions.password_fits(taken, "初始密码一二三四五")
        assert [act.act for act in acts_told_on(taken)] == ["take_on", "grant_roles"]

    def test_a_weak_first_password_is_refused(self, at: datetime) -> None:
        unit = factories.unit()
        for password, sentence in (
            ("短短", "至少 10 个字符"),
            ("1234567890", "太常见"),
            ("zhaobaoyuan", "太常见"),
        ):
            with pytest.raises(InputRefused, match=sentence) as refused:
                actions.take_on(
                    account="zhaobaoyuan", name="赵报", unit=unit, password=password,
                    roles=[Role.REPORTER], by=SYSTEM, at=at, shortest=10,
                )  # fmt: skip
            assert refused.value.field == "password"


class TestRoles:
    def test_an_officer_is_nothing_else(self, at: datetime) -> None:
        person = factories.person(Role.EDITOR)
        for officer in SEPARATE:
            for other in {Role.EDITOR, *SEPARATE} - {officer}:
                with pytest.raises(InputRefused, match="三员分立") as refused:
                    actions.grant_roles(person, [officer, other], by=SYSTEM, at=at)
                assert refused.value.field == "roles"
            assert person.roles == {Role.EDITOR}
        actions.grant_roles(person, [Role.AUDITOR], by=SYSTEM, at=at)
        assert person.roles == {Role.AUDITOR}

    def test_somebody_may_be_two_things_in_the_business(self) -> None:
        person = factories.person(Role.CHECKER, Role.DIRECTOR)
        assert person.may(Permission.Issues.SIGN)
        assert person.may(Permission.Issues.COMPILE)

    def test_giving_and_taking_are_told_and_no_change_is_not(self, at: datetime) -> None:
        person = factories.person(Role.EDITOR)
        for wanted in ([Role.CHECKER], [Role.CHECKER], []):
            actions.grant_roles(person, wanted, by=SYSTEM, at=at)
        db.session.commit()
        told = [one.detail for one in entries_of(db.session, f"person:{person.id}")]
        assert told[2:] == [
            {"given": ["checker"], "taken": ["editor"]},
            {"given": [], "taken": ["checker"]},
        ]
        assert person.roles == frozenset()
        assert not person.may(Permission.Library.READ)


class TestChange:
    def test_somebody_switched_off_stays_in_the_records(self, at: datetime) -> None:
        person = factories.leader("钱副市长")
        key, unit = person.session_key, factories.unit("云汀市发展和改革委员会")
        actions.change_person(
            person, name="钱任远", unit=unit, post="主任", phone="0999-1", email="",
            level=Level.COUNTY,
            rank=Rank.MAIN, protocol_order=0, active=False, by=SYSTEM, at=at,
        )  # fmt: skip
        db.session.commit()
        assert queries.person(person.id).titled_name == "主任钱任远"
        assert person.session_key != key
        assert person not in queries.leaders()

    def test_an_abolished_unit_is_offered_no_more(self, at: datetime) -> None:
        unit = factories.unit("云汀市旧局")
        actions.change_unit(
            unit, name="云汀市旧局", short_name="", group=UnitGroup.DEPARTMENT, is_active=False,
            by=SYSTEM, at=at,
        )  # fmt: skip
        db.session.commit()
        assert unit not in queries.units()
        assert unit in queries.units(active=False)
        assert unit.short_name == "云汀市旧局"


class TestMandates:
    def test_a_secretary_serves_the_leaders_of_the_mandates_only(self, at: datetime) -> None:
        secretary = factories.person(Role.SECRETARY, name="孙秘书")
        leader, other = factories.leader("钱副市长"), factories.leader("周副市长")
        db.session.add(actions.give_mandate(secretary, leader, by=SYSTEM, at=at))
        db.session.commit()
        assert queries.leaders_served_by(secretary) == [leader]
        assert queries.secretaries_of(leader.id) == [secretary.id]
        assert queries.secretaries_of(other.id) == []
        assert queries.mandates()[0].since == date(2026, 11, 20)


class TestSubstitutes:
    def test_a_substitute_acts_from_the_first_day_to_the_last(
        self, at: datetime, today: date
    ) -> None:
        away, acting = factories.person(Role.DIRECTOR), factories.person(Role.CHECKER)
        last = today + timedelta(days=3)
        db.session.add(
            actions.name_substitute(
                away, substitute=acting, from_day=today, until_day=last, reason="外出学习",
                by=SYSTEM, at=at,
            )
        )  # fmt: skip
        db.session.commit()
        days = {n: today + timedelta(days=n) for n in (-1, 0, 3, 4)}
        assert [n for n, day in days.items() if queries.substituted_by(acting, day)] == [0, 3]
        assert queries.substituted_by(acting, last) == [away]
        assert queries.substituted_by(away, last) == []

    def test_days_and_persons_that_cannot_be_are_refused(self, at: datetime, today: date) -> None:
        away, acting = factories.person(), factories.person()
        for substitute, until, field in (
            (acting, today - timedelta(days=1), "until_day"),
            (away, today, "substitute"),
        ):
            with pytest.raises(InputRefused) as refused:
                actions.name_substitute(
                    away, substitute=substitute, from_day=today, until_day=until, reason="",
                    by=SYSTEM, at=at,
                )  # fmt: skip
            assert refused.value.field == field


class TestQueries:
    def test_what_somebody_holds_against_the_readers_of_a_record(self) -> None:
        person = factories.person(Role.LEADER, Role.RESEARCHER)
        assert queries.access_tokens(person) == {
            "staff",
            f"person:{person.id}",
            f"unit:{person.unit_id}",
            "role:leader",
            "role:researcher",
        }
        handler = factories.person(Role.HANDLER)
        assert f"handlers:{handler.unit_id}" in queries.access_tokens(handler)

    def test_unknown_numbers_are_not_found(self) -> None:
        with pytest.raises(NotFound):
            queries.person(404)
        with pytest.raises(NotFound):
            queries.unit(404)
