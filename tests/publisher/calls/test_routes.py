"""In this file the desk sends calls out on the site, and units find those meant for them."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from flask import Flask
from sqlalchemy import select

from publisher.calls.model import Call, CallKind, CallState
from publisher.database import db
from publisher.people.model import Unit
from publisher.people.permission import Role
from tests import factories
from tests.factories import Browser
from tests.publisher.submissions.sending import shown_in

pytestmark = pytest.mark.usefixtures("records", "that_day")


@pytest.fixture
def desk(app: Flask) -> Browser:
    return Browser(app, factories.person(Role.EDITOR, name="周编"))


@pytest.fixture
def unit() -> Unit:
    return factories.unit("清溪县人民政府")


def typed(*units: Unit, **other: Any) -> dict[str, Any]:
    return {
        "kind": "solicitation",
        "title": "秋粮收购进展",
        "text": "请报收购量、价格和农户反映。\r\n五百字以内，联系人周编。",
        "due_on": "2026-11-25",
        "units": [str(one.id) for one in units],
    } | other


def calls() -> list[Call]:
    db.session.expire_all()
    return list(db.session.scalars(select(Call).order_by(Call.id)).unique())


class TestSendOut:
    def test_it_reaches_the_units_it_names_and_no_other(
        self, app: Flask, desk: Browser, unit: Unit
    ) -> None:
        asked = Browser(app, factories.person(Role.REPORTER, unit_=unit))
        other = Browser(app, factories.person(Role.REPORTER))
        answer = desk.post("/calls/new", typed(unit))
        assert answer.status_code == 302
        (call,) = calls()
        assert answer.location == f"/calls/{call.id}"
        page = asked.get(answer.location).text
        for words in ("秋粮收购进展", "五百字以内，联系人周编。", "签收", "按此报送"):
            assert words in page, words
        assert "秋粮收购进展" in asked.get("/calls").text
        assert "秋粮收购进展" not in other.get("/calls").text
        assert other.get(answer.location).status_code == 404
        assert other.post(f"{answer.location}/read").status_code == 404

    def test_a_priority_list_reaches_every_unit(self, app: Flask, desk: Browser) -> None:
        reporters = Browser(app, factories.person(Role.REPORTER))
        desk.post("/calls/new", typed(kind="priority", title="四季度报送要点"))
        (call,) = calls()
        assert call.kind == CallKind.PRIORITY
        assert "四季度报送要点" in reporters.get("/calls").text
        assert "签收" not in reporters.get(f"/calls/{call.id}").text

    def test_what_is_wrong_is_said_and_the_rest_stays(self, desk: Browser, unit: Unit) -> None:
        for wrong, sentence in (
            ({"title": " 　"}, "请填写主题。"),
            ({"title": "长" * 201}, "主题"),
            ({"text": " \r\n "}, "请写明要求。"),
            ({"text": "字" * 10_001}, "要求"),
            ({"kind": "galaxy"}, "类型"),
            ({"due_on": ""}, "请选择截止日期。"),
            ({"due_on": "2026-11-19"}, "截止日期不能早于今天。"),
            ({"due_on": "明天"}, "截止日期"),
            ({"units": []}, "约稿须指定单位。"),
            ({"units": ["404"]}, "约稿单位"),
            ({"units": ["", "x"]}, "约稿单位"),
        ):
            given = typed(unit) | wrong
            answer = desk.post("/calls/new", given)
            assert (answer.status_code, sentence in answer.text) == (422, True), wrong
            for field in {"title", "due_on"} - set(wrong):
                assert shown_in(answer.text, field) == given[field], wrong
            if "units" not in wrong:
                assert f'<option selected value="{unit.id}">' in answer.text
        assert calls() == []

    def test_each_kind_counts_its_own_numbers_and_a_refusal_takes_none(
        self, desk: Browser, unit: Unit
    ) -> None:
        assert desk.post("/calls/new", typed(unit, due_on="2026-11-19")).status_code == 422
        for kind in ("solicitation", "priority", "solicitation"):
            desk.post("/calls/new", typed(unit, kind=kind))
        numbers = ["约稿〔2026〕1号", "要点〔2026〕1号", "约稿〔2026〕2号"]
        assert [one.number_text for one in calls()] == numbers
        page = desk.get("/calls").text
        assert all(number in page for number in numbers)

    def test_markup_in_a_call_is_text(self, desk: Browser, unit: Unit) -> None:
        words = "<script>alert(1)</script>"
        path = desk.post("/calls/new", typed(unit, title=words, text=words)).location or ""
        for page in (desk.get(path).text, desk.get("/calls").text):
            assert "&lt;script&gt;alert(1)" in page
            assert words not in page


class TestRead:
    def test_the_desk_sees_who_has_signed(self, app: Flask, desk: Browser, unit: Unit) -> None:
        other = factories.unit("白石县人民政府")
        reporter = Browser(app, factories.person(Role.REPORTER, unit_=unit))
        path = desk.post("/calls/new", typed(unit, other)).location or ""
        assert desk.get(path).text.count("未签收") == 2
        for _press in range(2):
            assert reporter.post(f"{path}/read").location == path
        page = desk.get(path).text
        assert page.count("未签收") == 1
        assert "2026-11-20 09:30" in page
        assert f'action="{path}/read"' not in reporter.get(path).text
        assert "未签收" not in reporter.get(path).text


class TestEnd:
    def test_an_ended_call_takes_no_more_answers(
        self, app: Flask, desk: Browser, unit: Unit
    ) -> None:
        reporter = Browser(app, factories.person(Role.REPORTER, unit_=unit))
        path = desk.post("/calls/new", typed(unit)).location or ""
        assert desk.post(f"{path}/end").status_code == 302
        (call,) = calls()
        assert call.state == CallState.ENDED
        page = reporter.get(path).text
        assert "已结束" in page
        assert "按此报送" not in page
        assert desk.post(f"{path}/end").status_code == 409

    def test_only_the_desk_asks_and_ends(self, app: Flask, desk: Browser, unit: Unit) -> None:
        path = desk.post("/calls/new", typed(unit)).location or ""
        for role in (Role.REPORTER, Role.UNIT_HEAD, Role.CHECKER, Role.LEADER):
            browser = Browser(app, factories.person(role, unit_=unit))
            assert browser.get("/calls/new").status_code == 404, role
            assert browser.post("/calls/new", typed(unit)).status_code == 404, role
            assert browser.post(f"{path}/end").status_code == 404, role
        (call,) = calls()
        assert call.state == CallState.OPEN

    def test_a_number_that_is_none_is_not_found(self, desk: Browser) -> None:
        assert desk.get("/calls/404").status_code == 404
        for door in ("end", "read"):
            assert desk.post(f"/calls/404/{door}").status_code == 404


class TestSheet:
    """A call on paper: 约稿通知单 and 报送要点."""

    def words(self, browser: Browser, address: str) -> str:
        answer = browser.get(address)
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        body = docx.Document(io.BytesIO(answer.data)).element.body
        return "".join(one.text or "" for one in body.iter() if one.tag.endswith("}t"))

    def test_a_solicitation_is_printed_for_the_desk_and_those_asked(
        self, app: Flask, desk: Browser, unit: Unit
    ) -> None:
        second = factories.unit("白石县人民政府")
        path = desk.post("/calls/new", typed(unit, second)).location or ""
        sheet = f"{path}/sheet.docx"
        assert sheet in desk.get(path).text
        whole = self.words(desk, sheet)
        for one in (
            "约稿通知单",
            "约稿〔2026〕1号",
            "清溪县人民政府、白石县人民政府：",
            "秋粮收购进展",
            "周编",
            "请报收购量、价格和农户反映。",
            "2026年11月25日",
            "云汀市人民政府办公室",
            "回执",
        ):
            assert one in whole, one  # fmt: skip
        asked = Browser(app, factories.person(Role.REPORTER, unit_=unit))
        assert sheet in asked.get(path).text
        own = self.words(asked, sheet)
        assert "清溪县人民政府：" in own
        assert "白石县" not in own
        assert desk.get(f"{path}/sheet.pdf").data.startswith(b"%PDF")
        assert desk.get(f"{path}/sheet.html").status_code == 404
        assert desk.get("/calls/404/sheet.docx").status_code == 404
        for who in (factories.person(Role.REPORTER), factories.leader()):
            assert Browser(app, who).get(sheet).status_code == 404, who.roles

    def test_priorities_are_printed_for_everybody_who_reports(
        self, app: Flask, desk: Browser, unit: Unit
    ) -> None:
        path = desk.post("/calls/new", typed(kind="priority")).location or ""
        reporter = Browser(app, factories.person(Role.REPORTER, unit_=unit))
        for browser in (desk, reporter):
            words = self.words(browser, f"{path}/sheet.docx")
            assert "信息报送要点" in words
            assert "各信息报送单位：" in words
            assert "请报收购量、价格和农户反映。" in words
