"""In this file an adoption has its level: found by it, worth points by it, hidden where it is."""

from __future__ import annotations

from datetime import date, datetime
from importlib import import_module

import pytest
from flask import Flask
from sqlalchemy import select

import search
from publisher import clock
from publisher.database import db
from publisher.instructions import adoptions, queries
from publisher.instructions.model import Instruction, Paper
from publisher.issues.model import Issue
from publisher.library.engine import engine_of
from publisher.library.tasks import drain_outbox
from publisher.people import queries as people
from publisher.people.model import Level, Person
from publisher.people.permission import Role
from publisher.publication import outbox
from publisher.scores import actions as scoring
from publisher.scores import tasks as scores
from publisher.scores.model import Event, LedgerEntry
from publisher.settings import settings
from tests import factories
from tests.factories import Browser
from tests.publisher.instructions.test_adoptions import noted, typed

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")
MIGRATION = import_module("publisher.migrations.versions.v0025_level_of_adoption")


@pytest.fixture
def officers(app: Flask) -> Browser:
    return Browser(app, factories.person(Role.OFFICER, name="孙督"))


def found(person: Person, typed_: str) -> set[str]:
    """The ids a person finds by what he types, the index brought up before."""
    drain_outbox()
    return set(
        engine_of(settings()).matching_ids(search.parse(typed_), people.access_tokens(person))
    )


def closed_issue(*readers: str) -> Issue:
    return factories.published_issue(
        serial_=factories.serial("内部参考", readers=(*readers, "role:officer"))
    )


class TestFinding:
    def test_an_item_is_found_by_the_level_of_its_adoption(
        self, app: Flask, officers: Browser
    ) -> None:
        item = factories.published_issue().placements[0].item_id
        paper = noted(officers, item).id
        other = noted(officers, "", title="春耕备耕", level="state", form_key="a2").id
        researcher = factories.person(Role.RESEARCHER)
        assert found(researcher, "采用级别:省级") == {f"item:{item}", f"adoption:{paper}"}
        assert found(researcher, "采用级别:国家级") == {f"adoption:{other}"}
        assert found(researcher, "采用级别:有 种类:信息") == {f"item:{item}"}
        assert found(researcher, "种类:上级采用 省政府办公厅 专报信息") == {
            f"adoption:{paper}", f"adoption:{other}",
        }  # fmt: skip
        browser = Browser(app, researcher)
        page = browser.get("/search?adopted=省级&kind=item").text
        assert 'name="adopted" value="省级"' in page
        assert "省级采用" in page
        assert browser.get(f"/instructions/adoptions/{paper}").status_code == 200

    def test_a_level_put_right_is_found_at_once_and_told(self, officers: Browser) -> None:
        item = factories.published_issue().placements[0].item_id
        paper = noted(officers, item).id
        db.session.get_one(Paper, paper).level = None
        outbox.tell(db.session, f"adoption:{paper}", clock.now())
        db.session.commit()
        researcher = factories.person(Role.RESEARCHER)
        assert f"item:{item}" in found(researcher, "采用级别:未注明")
        page = officers.get(f"/instructions/adoptions/{paper}").text
        assert ("未注明级别" in page, ">注明级别<" in page) == (True, True)
        address = f"/instructions/adoptions/{paper}/level"
        assert officers.post(address, {"level": "state"}).status_code == 302
        assert f"item:{item}" in found(researcher, "采用级别:国家级")
        assert found(researcher, "采用级别:未注明") == set()
        officers.post(address, {"level": "department"})
        assert db.session.get_one(Paper, paper).level == Level.STATE
        assert "请选择采用级别。" in officers.get("/instructions/adoptions").text


class TestWho:
    @pytest.mark.parametrize(
        "readers", [("staff",), ("role:director",), ("role:leader", "role:researcher")]
    )
    def test_nobody_finds_what_his_pages_do_not_tell(
        self, officers: Browser, readers: tuple[str, ...]
    ) -> None:
        """For every role: the index tells of no adoption more than the page of adoptions does."""
        item = closed_issue(*readers).placements[0].item_id
        instructed = noted(officers, item)
        officers.post(f"/instructions/adoptions/{instructed.id}", typed())
        silent = noted(officers, item, form_key="a2", level="state")
        elsewhere = noted(officers, "", title="春耕备耕", form_key="a3")
        every = {one.id for one in (instructed, silent, elsewhere)}
        told: dict[Role, set[int]] = {}
        for role in Role:
            person = factories.person(role)
            known = {one.id for one in queries.papers(1, person).rows}
            told[role] = {int(key[9:]) for key in found(person, "种类:上级采用")}
            assert told[role] <= known, role
            if f"item:{item}" in found(person, "采用级别:国家级"):
                assert silent.id in known, role
        assert told[Role.OFFICER] == every
        assert told[Role.HANDLER] == told[Role.REPORTER] == set()
        open_to_all = readers == ("staff",)
        assert (told[Role.RESEARCHER] == every) is (open_to_all or "role:researcher" in readers)
        assert (told[Role.DIRECTOR] == every) is True

    def test_a_restricted_instruction_tells_its_readers_alone(self, officers: Browser) -> None:
        paper = noted(officers, closed_issue("role:director").placements[0].item_id)
        officers.post(f"/instructions/adoptions/{paper.id}", typed())
        named, other = factories.person(Role.HANDLER), factories.person(Role.HANDLER)
        written = db.session.scalars(select(Instruction)).unique().one()
        written.is_restricted = True
        written.readers[0].token = f"person:{named.id}"
        outbox.tell(db.session, f"instruction:{written.id}", clock.now())
        db.session.commit()
        assert found(named, "种类:上级采用") == {f"adoption:{paper.id}"}
        assert found(other, "种类:上级采用") == set()
        assert [one.id for one in queries.papers(1, named).rows] == [paper.id]
        assert queries.papers(1, other).rows == []

    def test_who_keeps_no_register_reads_and_changes_nothing(
        self, app: Flask, officers: Browser
    ) -> None:
        paper = noted(officers, factories.published_issue().placements[0].item_id)
        address = f"/instructions/adoptions/{paper.id}"
        editor, handler = (
            Browser(app, factories.person(role)) for role in (Role.EDITOR, Role.HANDLER)
        )
        page = editor.get(address).text
        assert ("省级" in page, "<form" in page.split("<main")[1].split("</main>")[0]) == (
            True, False,
        )  # fmt: skip
        assert handler.get(address).status_code == 404
        for browser in (editor, handler):
            assert browser.post(f"{address}/level", {"level": "state"}).status_code == 404


class TestPoints:
    def test_an_adoption_earns_by_the_level_of_the_office_once_it_is_noted(self) -> None:
        issue, by = factories.published_issue(), factories.person(Role.OFFICER)
        for level, points in ((Level.PROVINCE, 30), (Level.STATE, 60)):
            db.session.add(
                scoring.set_rule(
                    event=Event.ADOPTED_UP, subject=level.value, points=points,
                    effective_from=date(2026, 1, 1), rules=[],
                    by=factories.person(Role.DIRECTOR), at=factories.AT,
                )
            )  # fmt: skip
        made = adoptions.adopt(
            title="", office="省政府办公厅", publication="专报信息", number="", dated_on=None,
            level=Level.PROVINCE, item=issue.placements[0].item, by=by, at=clock.now(),
        )  # fmt: skip
        made.level = None
        db.session.add(made)
        db.session.commit()
        scores.post()
        assert db.session.scalars(select(LedgerEntry)).all() == []
        adoptions.set_level(made, Level.STATE, by=by, at=clock.now())
        db.session.commit()
        for _minute in range(2):
            scores.post()
        (earned,) = db.session.scalars(select(LedgerEntry)).unique()
        assert (earned.event, earned.points, earned.cause) == (
            Event.ADOPTED_UP, 60, f"paper:{made.id}",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("noted_at", "on", "earns"),
        [
            (datetime(2026, 11, 1, 6, tzinfo=clock.OFFICE_ZONE), None, True),
            (datetime(2026, 11, 1, 0, tzinfo=clock.OFFICE_ZONE), None, True),
            (datetime(2026, 10, 31, 23, 59, tzinfo=clock.OFFICE_ZONE), None, False),
            (datetime(2026, 11, 1, 6, tzinfo=clock.OFFICE_ZONE), date(2026, 10, 31), False),
            (datetime(2026, 11, 2, 6, tzinfo=clock.OFFICE_ZONE), date(2026, 11, 1), True),
        ],
    )
    def test_a_rule_holds_from_the_first_hour_of_its_first_day(
        self, noted_at: datetime, on: date | None, earns: bool
    ) -> None:
        issue, by = factories.published_issue(), factories.person(Role.OFFICER)
        first = date(2026, 11, 1)
        rule = scoring.set_rule(
            event=Event.ADOPTED_UP, subject=Level.PROVINCE.value, points=30,
            effective_from=first, rules=[], by=factories.person(Role.DIRECTOR), at=factories.AT,
        )  # fmt: skip
        made = adoptions.adopt(
            title="", office="省政府办公厅", publication="专报信息", number="", dated_on=on,
            level=Level.PROVINCE, item=issue.placements[0].item, by=by, at=noted_at,
        )  # fmt: skip
        db.session.add_all([rule, made])
        db.session.commit()
        scores.post()
        entered = db.session.scalars(select(LedgerEntry)).unique().all()
        assert [(one.points, one.on) for one in entered] == ([(30, first)] if earns else [])


class TestOldRecords:
    @pytest.mark.parametrize(
        ("office", "level"),
        [
            ("国务院办公厅", "state"),
            ("中共中央办公厅", "state"),
            ("省政府办公厅", "province"),
            ("自治区政府办公厅", "province"),
            ("重庆市政府办公厅", "province"),
            ("重庆市云阳县政府办", "county"),
            ("云汀市清溪县委办", "county"),
            ("地区行署办公室", "city"),
            ("云汀市政府办公室", None),
            ("省政府所在地的某市", None),
            ("党委办公厅", None),
        ],
    )
    def test_a_level_is_taken_from_a_name_only_where_it_says_one(
        self, office: str, level: str | None
    ) -> None:
        assert MIGRATION.level_of(office) == level
