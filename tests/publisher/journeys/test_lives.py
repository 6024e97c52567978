"""In this file instructions live from the pen to the end, one life for each way it can go.

| life | where |
|---|---|
| noted only (阅知, no case) | `tests/journeys/test_4_an_instruction_is_carried_out.py`, `instructions/test_routes.py:TestRegister` |
| one leader, two units, on time | `test_two_units_on_time` here |
| late, chased, extended, returned, closed | `test_late_chased_extended_returned_and_closed` here |
| an entry contested by the leader | `instructions/test_named.py:TestContest` |
| a second round | `tests/journeys/test_4_an_instruction_is_carried_out.py`, `followups/test_actions.py` |
| printed again | `tests/journeys/test_4_an_instruction_is_carried_out.py`, `followups/test_printing.py:TestPrintAgain` |
| for three people only | `test_named_people.py` here |
| what goes wrong on the way | `test_faults.py` here |
"""  # noqa: E501 - a table

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from publisher import clock
from publisher.followups import queries, registers
from publisher.followups.model import ExtensionState, ReportState, State
from publisher.people.model import Person
from publisher.people.permission import Role
from tests import factories
from tests.factories import AT
from tests.publisher.followups.office import CHECKS, Office, sentence, typed_report

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, signed_for=False)


def does(office: Office, who: Person, door: str, *, after: int = 0, **data: object) -> None:
    """Press so many days after the first; sessions end meanwhile, so everybody signs in anew."""
    with clock.standing_at(AT + timedelta(days=after)):
        answer = office.at(who).post(f"{office.address}/{door}", data)
    assert answer.location == office.address, (door, sentence(answer.text)[-500:])


def test_two_units_on_time(office: Office) -> None:
    lead, support = office.handler, office.supporter
    does(office, lead, "acknowledge", handler="郑办", phone="2210")
    does(office, support, "acknowledge", handler="何办", phone="2211")
    does(office, support, "report", after=3,
         **typed_report(stage="interim", course="我区两座已处置。", form_key="s1"))  # fmt: skip
    first = office.now().reports[0].id
    does(office, office.officer, f"reports/{first}/accept", after=4, remark="收悉。")
    does(office, lead, "report", after=10, **typed_report())
    final = office.now().reports[1].id
    does(office, office.officer, f"reports/{final}/accept", after=11,
         **(CHECKS | {"result": "隐患全部消除。"}))  # fmt: skip
    does(office, office.leader, "seen", after=12)
    does(office, office.officer, "close", after=12)
    found = office.now()
    assert (found.state, found.result, registers.in_time(found)) == (
        State.CLOSED, "隐患全部消除。", True,
    )  # fmt: skip
    assert [one.state for one in found.reports] == [ReportState.ACCEPTED] * 2
    assert queries.counts(office.officer, factories.DAY) == queries.Counts(0, 0, 0, 0, 0, 1)


def test_late_chased_extended_returned_and_closed(office: Office) -> None:
    lead, officer = office.handler, office.officer
    does(office, lead, "acknowledge", handler="郑办", phone="2210")
    does(office, lead, "extend", after=4, reason="汛期受阻", progress="六成",
         new_due_on="2026-12-11")  # fmt: skip
    asked = office.now().extensions[0].id
    does(office, officer, f"extensions/{asked}/answer", after=5, granted="yes", answer="同意。")
    assert office.now().extensions[0].state == ExtensionState.GRANTED
    late = (office.now().due_on - factories.DAY).days + 3
    does(office, officer, "chase", after=late, text="已超期，请说明原因。", means="电话")
    with clock.standing_at(AT + timedelta(days=late)):
        page = sentence(office.at(lead).get(office.address).text)
        # What the section said stands before the form in which the unit answers.
        assert 0 < page.index("已超期，请说明原因。") < page.index("一、落实过程")
        told = {"reason": "再延", "progress": "", "new_due_on": "2027-01-11"}
        refused = office.at(lead).post(f"{office.address}/extend", told)
        assert refused.status_code == 409
        assert "已过办理时限" in refused.text
    does(office, lead, "report", after=late + 1, **typed_report())
    first = office.now().reports[0].id
    does(office, officer, f"reports/{first}/return", after=late + 2, reason="请附验收结论。")
    assert office.now().state == State.RETURNED
    does(office, lead, "report", after=late + 3, **typed_report(form_key="k2"))
    final = office.now().reports[1].id
    does(office, officer, f"reports/{final}/accept", after=late + 3,
         **(CHECKS | {"result": "全部消除。"}))  # fmt: skip
    does(office, officer, "seen", after=late + 4)
    does(office, officer, "close", after=late + 4)
    found = office.now()
    assert found.state == State.CLOSED
    assert [one.state for one in found.reports] == [ReportState.RETURNED, ReportState.ACCEPTED]
    assert (len(found.chases), registers.in_time(found)) == (1, False)


def test_a_unit_is_led_to_the_printed_item_where_it_may_read_it(app: Flask) -> None:
    for readers, may in ((("staff",), True), (("role:leader",), False)):
        issue = factories.published_issue(serial_=factories.serial(readers=readers))
        handler = factories.person(Role.HANDLER)
        case = factories.case(
            instruction_=factories.instruction(issue_=issue), lead=handler.unit
        )  # fmt: skip
        page = factories.Browser(app, handler).get(f"/cases/{case.id}").text
        assert issue.serial.name in page
        assert (f"/library/issues/{issue.id}" in page) is may
