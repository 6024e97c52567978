"""In this file rankings and ledgers are read on the site, and a director sets the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from publisher import clock
from publisher.database import db
from publisher.history import entries_of
from publisher.people.model import Unit
from publisher.people.permission import PERMISSIONS, Permission, Role
from publisher.scores.model import Event, LedgerEntry, MergeRule, Rule
from publisher.serials.model import Serial
from tests import factories
from tests.factories import Browser
from tests.publisher.submissions.sending import shown_in

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def _on_that_day(at: datetime) -> Iterator[None]:
    with clock.standing_at(at):
        yield


@pytest.fixture
def serial() -> Serial:
    return factories.serial("政务信息", code="zwxx")


@pytest.fixture
def directors(app: Flask, serial: Serial) -> Browser:
    return Browser(app, factories.person(Role.DIRECTOR, name=f"李签{serial.id}"))


def typed(**other: Any) -> dict[str, Any]:
    return {
        "event": "adopted",
        "subject": "zwxx",
        "points": "3.5",
        "merge": "share_equal",
        "effective_from": "2026-07-01",
    } | other


def rules() -> list[Rule]:
    db.session.expire_all()
    return list(db.session.scalars(select(Rule).order_by(Rule.id)))


def entry(unit: Unit, points: float, on: date, note: str = "秋粮收购") -> None:
    factories.keep(
        LedgerEntry(
            unit=unit, event=Event.ADOPTED, cause=f"placement:{on.toordinal()}", points=points,
            on=on, entered_at=factories.AT, note=note,
        )
    )  # fmt: skip


class TestRules:
    def test_a_rule_is_set_and_stands_in_the_list(self, directors: Browser) -> None:
        assert directors.post("/scores/rules", typed()).status_code == 302
        (rule,) = rules()
        assert (rule.event, rule.subject, rule.points) == (Event.ADOPTED, "zwxx", 3.5)
        assert (rule.merge, rule.effective_from) == (MergeRule.SHARE_EQUAL, date(2026, 7, 1))
        told = entries_of(db.session, f"score_rule:{rule.id}")
        assert [(one.act, one.detail) for one in told] == [("set_rule", {"points": 3.5})]
        page = directors.get("/scores/rules").text
        for words in ("《政务信息》", "3.5", "平均分享", "2026年7月1日"):
            assert words in page, words

    def test_an_instruction_is_worth_points_by_the_leaders_level(self, directors: Browser) -> None:
        answer = directors.post("/scores/rules", typed(event="instructed", subject="city"))
        assert answer.status_code == 302
        assert '<th scope="row">市级</th>' in directors.get("/scores/rules").text

    def test_what_is_wrong_is_said_and_the_rest_stays(self, directors: Browser) -> None:
        for wrong, sentence in (
            ({"event": "galaxy"}, "事项"),
            ({"event": "solicited"}, "事项"),
            ({"subject": "404"}, "刊物或领导级别"),
            ({"subject": "city"}, "采用按刊物计分，领导批示按领导级别计分。"),
            ({"event": "instructed"}, "采用按刊物计分，领导批示按领导级别计分。"),
            ({"points": ""}, "请填写分值。"),
            ({"points": "三分"}, "分值"),
            ({"points": "1e9"}, "分值"),
            ({"points": "NaN"}, "分值"),
            ({"points": "sNaN"}, "分值"),
            ({"points": "-Infinity"}, "分值"),
            ({"merge": "galaxy"}, "并稿计分"),
            ({"effective_from": ""}, "请选择生效日期。"),
            ({"effective_from": "2026-02-30"}, "生效日期"),
        ):
            given = typed(**wrong)
            answer = directors.post("/scores/rules", given)
            assert (answer.status_code, sentence in answer.text) == (422, True), wrong
            assert 'aria-invalid="true"' in answer.text, wrong
            for field in ("points", "effective_from"):
                assert shown_in(answer.text, field) == given[field], (wrong, field)
        assert rules() == []

    def test_a_second_rule_of_one_day_is_refused_in_words(self, directors: Browser) -> None:
        directors.post("/scores/rules", typed())
        answer = directors.post("/scores/rules", typed(points="9"))
        assert answer.status_code == 422
        assert "这一天已有同样事项的规则，请另选生效日期。" in answer.text
        assert shown_in(answer.text, "points") == "9"
        assert [one.points for one in rules()] == [3.5]
        assert (
            directors.post("/scores/rules", typed(effective_from="2026-08-01")).status_code == 302
        )


class TestRanking:
    def test_a_month_and_the_year_so_far_stand_side_by_side(self, directors: Browser) -> None:
        unit = factories.unit("清溪县")
        for points, on in ((2, date(2026, 3, 5)), (3, date(2026, 11, 5)), (50, date(2025, 11, 5))):
            entry(unit, points, on)
        page = directors.get("/scores").text
        assert "2026年11月采用计分" in page
        assert '<td class="number">3</td><td class="number">5</td></tr>' in page
        march = directors.get("/scores?year=2026&month=3").text
        assert '<td class="number">2</td><td class="number">2</td></tr>' in march

    def test_a_month_that_is_none_shows_one_that_is(self, directors: Browser) -> None:
        for asked, shown in (
            ("year=2026&month=13", "2026年12月"),
            ("year=2026&month=-1", "2026年1月"),
            ("year=99999999999999999999&month=1", "2100年1月"),
            ("year=今年&month=<b>", "2026年11月"),
            ("year=2100&month=12", "2100年12月"),
            ("year=2000&month=1", "2000年1月"),
        ):
            answer = directors.get(f"/scores?{asked}")
            assert (answer.status_code, f"{shown}采用计分" in answer.text) == (200, True), asked

    def test_a_units_ledger_shows_its_year_row_by_row(self, directors: Browser) -> None:
        unit = factories.unit("清溪县")
        entry(unit, 1.5, date(2026, 11, 5), note="<b>秋粮</b>收购")
        entry(unit, 7, date(2025, 12, 31), note="去年的")
        page = directors.get(f"/scores/units/{unit.id}").text
        assert "&lt;b&gt;秋粮&lt;/b&gt;收购" in page
        assert "去年的" not in page
        assert "去年的" in directors.get(f"/scores/units/{unit.id}?year=2025").text
        assert "这一年还没有得分。" in directors.get(f"/scores/units/{unit.id}?year=2024").text

    def test_a_unit_that_is_none_is_not_found(self, directors: Browser) -> None:
        for number in (404, 10**30):
            assert directors.get(f"/scores/units/{number}").status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_and_sets_as_its_permissions_say(
    app: Flask, serial: Serial, role: Role
) -> None:
    browser, number = Browser(app, factories.person(role)), factories.unit().id
    sees = 200 if Permission.Scores.SEE in PERMISSIONS[role] else 404
    manages = Permission.Scores.MANAGE in PERMISSIONS[role]
    assert browser.get("/scores").status_code == sees
    assert browser.get(f"/scores/units/{number}").status_code == sees
    assert browser.get("/scores/rules").status_code == (200 if manages else 404)
    given = typed(subject=serial.code)
    assert browser.post("/scores/rules", given).status_code == (302 if manages else 404)
    assert len(rules()) == (1 if manages else 0)
