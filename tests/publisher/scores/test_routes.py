"""In this file rankings and ledgers are read on the site, and a director sets the rules."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

import layouts
from publisher.database import db
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.history import entries_of
from publisher.issues.source import source_of
from publisher.people.model import Unit
from publisher.people.permission import PERMISSIONS, Permission, Role
from publisher.scores import sheets
from publisher.scores.model import Event, LedgerEntry, MergeRule, Rule
from publisher.serials.model import Serial, SerialKind
from tests import factories
from tests.factories import Browser
from tests.publisher.submissions.sending import shown_in

pytestmark = pytest.mark.usefixtures("records", "that_day")


@pytest.fixture
def serial() -> Serial:
    return factories.serial("政务信息", code="zwxx")


@pytest.fixture
def directors(app: Flask, serial: Serial) -> Browser:
    return Browser(app, factories.person(Role.DIRECTOR, name=f"李签{serial.id}"))


BY_WHAT = "采用按刊物计分，上级采用按采用级别计分，领导批示按领导级别计分。"


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
            ({"subject": "404"}, "刊物或级别"),
            (
                {"subject": "city"},
                BY_WHAT,
            ),
            (
                {"event": "instructed"},
                BY_WHAT,
            ),
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


class TestBulletin:
    @pytest.fixture
    def ledger(self, serial: Serial) -> list[Unit]:
        """Two units of equal points, one behind, one silent."""
        rule = factories.keep(
            Rule(
                event=Event.ADOPTED, subject=serial.code, points=3, effective_from=date(2026, 1, 1)
            )
        )
        units = [factories.unit(f"云汀市第{n}县人民政府办公室") for n in "一二三四"]
        for place, (unit, count) in enumerate(zip(units, (2, 2, 1, 0), strict=True)):
            for number in range(count):
                factories.submission(by=factories.person(Role.REPORTER, unit_=unit))
                factories.keep(
                    LedgerEntry(
                        unit=unit,
                        event=Event.ADOPTED,
                        cause=f"placement:{place}{number}",
                        points=3,
                        rule_id=rule.id,
                        on=date(2026, 11, 3 + number),
                        entered_at=factories.AT,
                    )
                )
        return units  # fmt: skip

    def test_ties_are_ranked_alike_and_the_silent_are_named(self, ledger: list[Unit]) -> None:
        made = sheets.made(sheets.period("month", 2026, 11))
        rows = sheets.lists(made)
        assert [(row["rank"], row["points"]) for row in rows["county"]] == [
            ("1", "6"), ("1", "6"), ("3", "3"), ("4", "0"),
        ]  # fmt: skip
        assert [row["zwxx"] for row in rows["usage"]] == ["2", "2", "1", ""]
        told = "".join(sheets.summary(made))
        assert "共报送政务信息5条，采用5条次" in told
        assert f"未报送信息的单位：{ledger[3].short_name}。" in told

    @pytest.mark.parametrize(
        ("kind", "month", "first", "last", "name"),
        [
            ("month", 2, date(2026, 2, 1), date(2026, 2, 28), "2026年2月"),
            ("quarter", 5, date(2026, 4, 1), date(2026, 6, 30), "2026年第二季度"),
            ("year", 9, date(2026, 1, 1), date(2026, 9, 30), "2026年1—9月"),
            ("year", 12, date(2026, 1, 1), date(2026, 12, 31), "2026年"),
        ],
    )
    def test_a_period_is_named_as_offices_name_it(
        self, kind: str, month: int, first: date, last: date, name: str
    ) -> None:
        found = sheets.period(kind, 2026, month)
        assert (found.start, found.end, found.name) == (first, last, name)

    @pytest.mark.parametrize("form", ["docx", "pdf"])
    def test_it_is_downloaded_with_the_wide_table_on_its_side(
        self, app: Flask, ledger: list[Unit], form: str
    ) -> None:
        browser = Browser(app, factories.person(Role.REPORTER, unit_=ledger[0]))
        answer = browser.get(f"/scores/bulletin.{form}?year=2026&month=11")
        assert answer.status_code == 200
        if form == "pdf":
            pages = pypdfium2.PdfDocument(answer.data)
            sides = [page.get_width() > page.get_height() for page in pages]
        else:
            word = docx.Document(io.BytesIO(answer.data))
            sides = [one.page_width > one.page_height for one in word.sections]
            words = "".join(cell.text for row in word.tables[-1].rows for cell in row.cells)
            assert "《政务信息》" in words
            assert ledger[0].name in words
        assert sides == [False, True]
        assert browser.get("/scores/bulletin.pdf?period=week").status_code == 404

    def test_the_desk_makes_one_item_of_it_that_an_issue_prints(
        self, app: Flask, ledger: list[Unit]
    ) -> None:
        made_for = factories.serial(
            "政务信息通报", kind=SerialKind.BULLETIN, layout="score_bulletin"
        )
        editor = factories.person(Role.EDITOR)
        browser, typed_in = Browser(app, editor), {"year": "2026", "month": "11"}
        first = browser.post("/scores/bulletin", typed_in)
        assert first.status_code == 302
        browser.post("/scores/bulletin", typed_in)
        (item,) = db.session.scalars(select(Item).where(Item.serial == made_for)).unique()
        assert item.title == "2026年11月政务信息采用情况的通报"
        item.state = ItemState.PLACED
        issue = factories.issue(serial_=made_for, items=[item])
        document = layouts.compose(layouts.read_source(source_of(issue)))
        pages = pypdfium2.PdfDocument(layouts.typeset(document, "pdf").content)
        lying = [page.get_width() > page.get_height() for page in pages]
        assert (lying.count(True), lying[-2:]) == (1, [True, False])
        word = docx.Document(io.BytesIO(layouts.typeset(document, "docx").content))
        assert [one.page_width > one.page_height for one in word.sections] == [False, True, False]
        reporter = Browser(app, factories.person(Role.REPORTER, unit_=ledger[0]))
        assert reporter.post("/scores/bulletin", typed_in).status_code == 404
