"""In this file an instruction becomes a case or is noted only, and units sign for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from publisher import history
from publisher.database import db
from publisher.followups import queries
from publisher.followups.model import (
    State,
)
from publisher.instructions.model import Instruction
from publisher.instructions.model import State as InstructionState
from publisher.people.permission import Role
from tests import factories
from tests.publisher.followups.office import (
    Office,
    typed_in,
)

pytestmark = pytest.mark.usefixtures("records", "on_that_day")


class TestOpen:
    def typed(self, office: Office, **changed: object) -> dict[str, object]:
        return {
            "matter": "水库除险加固",
            "demand": "逐项落实。",
            "lead": office.handler.unit_id,
            "supports": [office.supporter.unit_id],
            "limit_days": "5",
        } | changed

    def test_a_case_is_opened_with_number_units_and_limit(self, office: Office) -> None:
        instruction = factories.instruction(leader_=office.leader)
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        form = browser.get(address).text
        assert typed_in(form, "matter") == [f"关于“{instruction.issue.number_text}”批示事项的办理"]
        assert "今年的节假日和调休还没有确认" in form
        made = browser.post(address, self.typed(office))
        assert made.status_code == 302
        page = browser.get(made.location).text
        assert "督查〔2026〕2号" in page
        found = queries.cases_of(instruction.id)[0]
        assert (found.due_on, found.matter) == (date(2026, 11, 27), "水库除险加固")
        assert [task.unit_id for task in found.tasks] == [
            office.handler.unit_id,
            office.supporter.unit_id,
        ]
        again = browser.post(address, self.typed(office))
        assert again.location == made.location
        assert len(queries.cases_of(instruction.id)) == 1

    def test_what_cannot_be_is_said_and_what_was_typed_stays(self, office: Office) -> None:
        instruction = factories.instruction(leader_=office.leader)
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        unit = office.handler.unit_id
        for changed, said in (
            ({"matter": " 　 "}, "请填写督查事项"),
            ({"lead": ""}, "请选择主办单位"),
            ({"lead": "9999"}, ""),
            ({"supports": [unit]}, "主办单位不能同时是协办单位"),
            ({"limit_days": "0"}, "办理时限应在1至365个工作日之间"),
            ({"limit_days": "366"}, "办理时限应在1至365个工作日之间"),
            ({"limit_days": "三"}, ""),
            ({"matter": "长" * 301}, ""),
        ):
            answer = browser.post(address, self.typed(office) | changed)
            assert answer.status_code == 422, changed
            assert said in answer.text, changed
            assert "还有内容需要改正" in answer.text, changed
            assert typed_in(answer.text, "demand") == ["逐项落实。"]
        assert queries.cases_of(instruction.id) == []
        made = browser.post(address, self.typed(office))
        assert made.status_code == 302
        assert queries.cases_of(instruction.id)[0].number_text == "督查〔2026〕2号"

    def test_the_limit_a_leader_names_is_that_of_the_case(self, office: Office) -> None:
        instruction = factories.instruction(leader_=office.leader)
        instruction.limit_on = date(2026, 12, 5)
        db.session.commit()
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        form = browser.get(address).text
        assert "批示限定2026年12月5日前办结" in form
        assert '<option selected value="leader">按批示：2026年12月5日前' in form
        typed = self.typed(office, limit_class="leader", limit_days="")
        made = browser.post(address, typed)
        assert made.status_code == 302
        (found,) = queries.cases_of(instruction.id)
        # A Saturday stays the leader's Saturday; ten working days lie before it.
        assert (found.due_on, found.limit_days, found.limit_reason) == (date(2026, 12, 5), 10, "")
        assert "批示期限" in browser.get(made.location).text

    def test_another_limit_than_the_leaders_is_set_only_with_its_reason(
        self, office: Office
    ) -> None:
        instruction = factories.instruction(leader_=office.leader)
        instruction.limit_days = 5
        db.session.commit()
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        typed = self.typed(office, limit_days="15")
        refused = browser.post(address, typed)
        assert refused.status_code == 422
        assert "时限与批示限定的不同，请写明理由。" in refused.text
        assert queries.cases_of(instruction.id) == []
        made = browser.post(address, typed | {"limit_reason": "须经汛期检验"})
        (found,) = queries.cases_of(instruction.id)
        (told,) = [
            one
            for one in history.entries_of(db.session, history.subject_name(found))
            if one.act == "depart_from_limit"
        ]
        assert told.detail["reason"] == found.limit_reason == "须经汛期检验"
        page = browser.get(made.location).text
        for words in ("不按批示期限", "须经汛期检验"):
            assert words in page, words

    def test_a_leaders_limit_that_has_passed_is_not_offered(self, office: Office) -> None:
        instruction = factories.instruction(
            leader_=office.leader, written_on=factories.DAY - timedelta(days=30)
        )
        instruction.limit_on = factories.DAY - timedelta(days=1)
        db.session.commit()
        address, browser = f"/cases/open/{instruction.id}", office.at(office.officer)
        form = browser.get(address).text
        assert "已过，请另定时限并写明理由" in form
        assert 'value="leader"' not in form
        sent = browser.post(address, self.typed(office, limit_class="leader", limit_days=""))
        assert sent.status_code == 422
        assert browser.post(address, self.typed(office)).status_code == 422

    def test_an_instruction_not_registered_opens_nothing(self, office: Office) -> None:
        instruction = factories.instruction(leader_=office.leader, registered=False)
        browser = office.at(office.officer)
        answer = browser.post(f"/cases/open/{instruction.id}", self.typed(office))
        assert answer.status_code == 409
        assert "现在是“待登记”" in answer.text
        assert browser.post(f"/cases/note/{instruction.id}").status_code == 409

    def test_only_the_officer_opens_or_notes(self, office: Office) -> None:
        number = factories.instruction(leader_=office.leader).id
        for who in (office.leader, office.handler, factories.person(Role.EDITOR)):
            browser = office.at(who)
            assert browser.get(f"/cases/open/{number}").status_code == 404
            answer = browser.post(f"/cases/open/{number}", self.typed(office))
            assert answer.status_code == 404
            assert browser.post(f"/cases/note/{number}").status_code == 404
        assert queries.cases_of(number) == []
        found = db.session.get_one(Instruction, number)
        assert found.state == InstructionState.REGISTERED


class TestAcknowledge:
    def test_each_unit_signs_once_and_says_who_handles_it(self, app: Flask) -> None:
        office = Office(app, signed_for=False)
        browser = office.at(office.handler)
        assert typed_in(browser.get(office.address).text, "handler") == ["郑办"]
        address = f"{office.address}/acknowledge"
        for data, said in (
            ({"handler": " 　", "phone": "0999-2215566"}, "请填写承办人"),
            ({"handler": "郑办", "phone": ""}, "请填写联系电话"),
        ):
            answer = browser.post(address, data)
            assert answer.status_code == 422
            assert said in answer.text
        assert typed_in(answer.text, "handler") == ["郑办"]
        data = {"handler": "郑𠮷", "phone": "0999-2215566"}
        assert browser.post(address, data).status_code == 302
        page = browser.get(office.address).text
        assert "郑𠮷" in page
        assert 'id="acknowledge"' not in page
        second = browser.post(address, data)
        assert second.status_code == 409
        assert "贵单位已经签收" in second.text
        found = office.now()
        assert (found.state, found.tasks[1].received_at) == (State.RECEIVED, None)
