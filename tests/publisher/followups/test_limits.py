"""In this file limits are extended, chased and reckoned by the calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from publisher import clock
from publisher.database import db
from publisher.followups import queries
from publisher.followups.model import (
    CalendarDay,
    ExtensionState,
)
from publisher.people.permission import Role
from tests import factories
from tests.publisher.followups.office import (
    Office,
    sentence,
    typed_in,
)

pytestmark = pytest.mark.usefixtures("records", "on_that_day")


class TestExtension:
    def typed(self, **changed: str) -> dict[str, str]:
        return {
            "reason": "汛期施工受阻",
            "progress": "完成六成",
            "new_due_on": "2026-12-18",
        } | changed

    def test_the_lead_unit_asks_and_the_officer_answers(self, office: Office) -> None:
        handler, officer = office.at(office.handler), office.at(office.officer)
        assert handler.post(f"{office.address}/extend", self.typed()).status_code == 302
        again = handler.post(f"{office.address}/extend", self.typed())
        assert again.status_code == 409
        assert "还在等待答复" in again.text
        asked = office.now().extensions[0]
        address = f"{office.address}/extensions/{asked.id}/answer"
        empty = officer.post(address, {"answer": "请说明剩余工程量。"})
        assert empty.status_code == 422
        assert "请选择答复" in empty.text
        assert typed_in(empty.text, "answer") == ["请说明剩余工程量。"]
        assert officer.post(f"{office.address}/extensions/99/answer").status_code == 404
        data = {"granted": "yes", "answer": "同意，请抓紧。"}
        assert officer.post(address, data).status_code == 302
        found = office.now()
        assert (found.due_on, found.extensions[0].state) == (
            date(2026, 12, 18),
            ExtensionState.GRANTED,
        )
        assert "同意，请抓紧。" in handler.get(office.address).text
        second = officer.post(address, {"granted": "no"})
        assert second.status_code == 409
        assert "现在是“同意延期”" in second.text
        assert office.now().due_on == date(2026, 12, 18)

    def test_what_cannot_be_asked_is_said_and_stays(self, office: Office) -> None:
        browser, address = office.at(office.handler), f"{office.address}/extend"
        for changed, said in (
            ({"reason": " 　 "}, "请写明延期理由"),
            ({"new_due_on": ""}, "请选择申请延至的日期"),
            ({"new_due_on": "下月"}, ""),
            ({"new_due_on": "2026-12-04"}, "新的时限应晚于原时限"),
            ({"new_due_on": "0001-01-01"}, "新的时限应晚于原时限"),
        ):
            answer = browser.post(address, self.typed(**changed))
            assert answer.status_code == 422, changed
            assert said in answer.text, changed
            assert typed_in(answer.text, "progress") == ["完成六成"]
            assert re.search(r'<details class="card" open><summary[^>]*>申请延期', answer.text)
        assert office.now().extensions == []

    def test_after_the_limit_it_is_too_late(self, office: Office) -> None:
        address = f"{office.address}/extend"
        with clock.standing_at(office.limit + timedelta(days=1)):
            browser = office.at(office.handler)
            assert 'id="extend"' not in browser.get(office.address).text
            answer = browser.post(address, self.typed())
        assert answer.status_code == 409
        assert "已过办理时限，不能再申请延期" in answer.text
        with clock.standing_at(office.limit):
            browser = office.at(office.handler)
            assert 'id="extend"' in browser.get(office.address).text
            assert browser.post(address, self.typed()).status_code == 302

    def test_the_supporting_unit_does_not_ask(self, office: Office) -> None:
        answer = office.at(office.supporter).post(f"{office.address}/extend", self.typed())
        assert answer.status_code == 409
        assert "由主办单位统一提出" in answer.text


class TestChase:
    def test_what_is_late_is_chased_and_the_unit_reads_it(self, office: Office) -> None:
        officer, address = office.at(office.officer), f"{office.address}/chase"
        assert "超期" not in officer.get(office.address).text.split("</main>")[0]
        with clock.standing_at(office.limit + timedelta(days=3)):
            officer = office.at(office.officer)
            page = officer.get(office.address).text
            assert "现已超期3天，请抓紧办理。" in typed_in(page, "text")[0]
            for listed in ("/cases", "/cases?which=overdue"):
                assert "超期3天" in officer.get(listed).text
            for data, said in (
                ({"text": " 　 ", "means": "电话"}, "请填写催办内容"),
                ({"text": "请尽快办结。", "means": "飞鸽"}, ""),
            ):
                answer = officer.post(address, data)
                assert answer.status_code == 422, data
                assert said in answer.text
                assert typed_in(answer.text, "text") == [data["text"]]
            for text in ("请尽快办结。", "请说明超期原因。"):
                data = {"text": text, "means": "电话"}
                assert officer.post(address, data).status_code == 302
            assert "2次" in sentence(officer.get("/cases").text)
        page = sentence(office.at(office.handler).get(office.address).text)
        assert "第1次催办（电话）" in page
        assert "第2次催办（电话）" in page
        assert "请说明超期原因。" in page


class TestCalendar:
    def test_a_holiday_and_a_worked_weekend_move_the_next_limit(self, office: Office) -> None:
        browser = office.at(office.officer)
        assert "还没有登记" in browser.get("/cases/calendar").text
        for day, working, name in (
            ("2026-11-23", "no", "市庆"),
            ("2026-11-28", "yes", "调休"),
            ("2026-11-28", "yes", "调休上班"),
        ):
            data = {"day": day, "is_working": working, "name": name}
            made = browser.post("/cases/calendar", data)
            assert made.location == "/cases/calendar?year=2026"
        page = sentence(browser.get(made.location).text)
        assert "市庆" in page
        assert "调休上班" in page
        assert db.session.scalar(select(func.count()).select_from(CalendarDay)) == 2
        instruction = factories.instruction(leader_=office.leader)
        form = {"matter": "办理", "lead": office.handler.unit_id, "limit_days": "6"}
        assert "没有确认" not in browser.get(f"/cases/open/{instruction.id}").text
        browser.post(f"/cases/open/{instruction.id}", form)
        assert queries.cases_of(instruction.id)[0].due_on == date(2026, 11, 30)

    def test_what_is_no_day_is_said_and_stays(self, office: Office) -> None:
        browser = office.at(office.officer)
        for changed, said in (
            ({"day": ""}, "请选择日期"),
            ({"day": "元旦"}, ""),
            ({"day": "1500-01-01"}, "请选择2000年至2100年之间的日期"),
            ({"day": "2101-01-01"}, "请选择2000年至2100年之间的日期"),
            ({"is_working": ""}, ""),
            ({"is_working": "maybe"}, ""),
        ):
            data = {"day": "2027-01-01", "is_working": "no", "name": "元旦"} | changed
            answer = browser.post("/cases/calendar", data)
            assert answer.status_code == 422, changed
            assert said in answer.text
            assert "还有内容需要改正" in answer.text
            assert typed_in(answer.text, "name") == ["元旦"]
        assert db.session.scalar(select(func.count()).select_from(CalendarDay)) == 0
        for year in ("1999", "2101", "-1"):
            assert browser.get(f"/cases/calendar?year={year}").status_code == 404
        assert browser.get("/cases/calendar?year=元旦").status_code == 200

    def test_it_is_the_officers(self, office: Office) -> None:
        for who in (office.handler, office.leader, factories.person(Role.DIRECTOR)):
            browser = office.at(who)
            assert browser.get("/cases/calendar").status_code == 404
            data = {"day": "2027-01-01", "is_working": "no"}
            assert browser.post("/cases/calendar", data).status_code == 404
        assert db.session.scalar(select(func.count()).select_from(CalendarDay)) == 0
