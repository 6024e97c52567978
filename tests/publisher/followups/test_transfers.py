"""In this file a unit's part goes to another unit, and both sides have agreed before it does."""

from __future__ import annotations

import pytest
from flask import Flask

from publisher.database import db
from publisher.errors import InputRefused, NotAllowed, StepRefused
from publisher.followups import actions, queries, transfers
from publisher.followups.model import Case, Part, ReportStage, State, Transfer, TransferState
from publisher.people.model import Person
from publisher.people.permission import Role
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records", "that_day")
AT = factories.AT


class Matter:
    """A case of two units, and a third that may take it over."""

    def __init__(self) -> None:
        self.lead = factories.person(Role.HANDLER, unit_=factories.unit("水利局"))
        self.support = factories.person(Role.HANDLER, unit_=factories.unit("兰汀区"))
        self.other = factories.person(Role.HANDLER, unit_=factories.unit("应急局"))
        self.officer = factories.person(Role.OFFICER)
        self.case = factories.case(
            lead=self.lead.unit, supports=(self.support.unit,), officer=self.officer
        )
        actions.acknowledge(self.case, handler="郑办", phone="2210", by=self.lead, at=AT)
        db.session.commit()

    def asked(self, by: Person | None = None, to: Person | None = None) -> Transfer:
        made = transfers.ask(
            self.case,
            to=(to or self.other).unit,
            reason="水库已移交应急局管理。",
            by=by or self.lead,
            at=AT,
        )
        db.session.commit()
        return made

    def offered(self, by: Person | None = None, to: Person | None = None) -> Transfer:
        made = self.asked(by, to)
        transfers.put_on(made, self.case, by=self.officer, at=AT)
        db.session.commit()
        return made

    def taken(self, by: Person | None = None) -> Transfer:
        made = self.offered(by)
        transfers.take_over(made, self.case, answer="同意接收。", by=self.other, at=AT)
        db.session.commit()
        return made


@pytest.fixture
def matter() -> Matter:
    return Matter()


class TestTakeOver:
    def test_the_new_lead_signs_afresh_and_the_limit_stands(self, matter: Matter) -> None:
        due_on = matter.case.due_on
        made = matter.taken()
        case = matter.case
        assert (made.state, case.state, case.due_on) == (
            TransferState.TAKEN,
            State.ASSIGNED,
            due_on,
        )
        assert case.lead.unit is matter.other.unit
        assert case.lead.received_at is None
        assert {task.part: task.unit for task in case.tasks} == {
            Part.LEAD: matter.other.unit,
            Part.SUPPORT: matter.support.unit,
        }
        with pytest.raises(NotAllowed):
            actions.task_of(case, matter.lead)
        actions.acknowledge(case, handler="马办", phone="", by=matter.other, at=AT)
        assert case.state == State.RECEIVED

    def test_the_giving_unit_knows_of_the_case_no_longer_and_its_reports_stay(
        self, matter: Matter
    ) -> None:
        written = actions.Written(process="已排查3座。", signer="郑局")
        actions.report(matter.case, written, stage=ReportStage.INTERIM, by=matter.lead, at=AT)
        matter.taken()
        visible = {
            who: matter.case.id in {one.id for one in queries.cases(who, today=AT.date()).rows}
            for who in (matter.lead, matter.support, matter.other, matter.officer)
        }
        assert list(visible.values()) == [False, True, True, True]
        tokens = {reader.token for reader in matter.case.instruction.readers}
        assert f"handlers:{matter.lead.unit_id}" not in tokens
        assert f"handlers:{matter.other.unit_id}" in tokens
        assert [one.unit.name for one in matter.case.reports] == ["水利局"]

    def test_a_supports_place_changes_hands_without_a_new_start(self, matter: Matter) -> None:
        matter.taken(by=matter.support)
        assert matter.case.state == State.RECEIVED
        assert [task.unit for task in sorted(matter.case.tasks, key=lambda one: one.position)] == [
            matter.lead.unit,
            matter.other.unit,
        ]

    def test_a_support_that_becomes_the_lead_gives_up_its_own_place(self, matter: Matter) -> None:
        made = matter.offered(to=matter.support)
        transfers.take_over(made, matter.case, answer="", by=matter.support, at=AT)
        db.session.commit()
        assert [(task.unit, task.part) for task in matter.case.tasks] == [
            (matter.support.unit, Part.LEAD)
        ]

    def test_an_extension_nobody_answered_falls_with_the_unit_that_asked(
        self, matter: Matter
    ) -> None:
        asked = actions.ask_extension(
            matter.case,
            reason="汛期",
            progress="",
            new_due_on=matter.case.due_on.replace(day=28, month=12),
            by=matter.lead,
            at=AT,
        )
        matter.taken()
        assert asked.state.value == "dropped"

    def test_who_was_not_asked_answers_nothing(self, matter: Matter) -> None:
        made = matter.offered()
        for who in (matter.support, matter.officer, factories.person(Role.HANDLER)):
            with pytest.raises(NotAllowed):
                transfers.take_over(made, matter.case, answer="", by=who, at=AT)
            with pytest.raises(NotAllowed):
                transfers.decline(made, matter.case, reason="无关", by=who, at=AT)


class TestBegin:
    def test_what_cannot_be_is_refused_in_words(self, matter: Matter) -> None:
        gone = factories.unit("已撤销的局")
        gone.is_active = False
        for to, reason, sentence in (
            (matter.lead.unit, "职责", "就是现在的承办单位"),
            (gone, "职责", "已经撤销"),
            (matter.other.unit, " ", "请写明转办的理由"),
        ):
            with pytest.raises(InputRefused, match=sentence):
                transfers.ask(matter.case, to=to, reason=reason, by=matter.lead, at=AT)
        with pytest.raises(InputRefused, match="已经承办"):
            transfers.ask(matter.case, to=matter.lead.unit, reason="职责", by=matter.support, at=AT)

    def test_one_transfer_at_a_time(self, matter: Matter) -> None:
        matter.asked()
        with pytest.raises(StepRefused, match="还没有办完"):
            matter.asked(by=matter.support)

    def test_the_office_keeps_what_the_giving_unit_said(self, matter: Matter) -> None:
        given = {"to": matter.other.unit, "reason": "职责调整", "by": matter.officer, "at": AT}
        with pytest.raises(InputRefused, match="移出单位的意见"):
            transfers.offer(matter.case, matter.case.lead, consent=" ", **given)
        made = transfers.offer(
            matter.case, matter.case.lead, consent="水利局李签11月20日电话同意。", **given
        )
        assert (made.state, made.consent) == (
            TransferState.OFFERED,
            "水利局李签11月20日电话同意。",
        )

    def test_an_abolished_unit_has_nobody_to_ask(self, matter: Matter) -> None:
        matter.lead.unit.is_active = False
        made = transfers.offer(
            matter.case,
            matter.case.lead,
            to=matter.other.unit,
            reason="水利局撤销，职责并入应急局",
            consent="",
            by=matter.officer,
            at=AT,
        )
        transfers.take_over(made, matter.case, answer="", by=matter.other, at=AT)
        assert matter.case.lead.unit is matter.other.unit


class TestEnd:
    def test_the_office_refuses_or_takes_its_offer_back(self, matter: Matter) -> None:
        asked = matter.asked()
        transfers.refuse(asked, matter.case, reason="仍由贵局负责", by=matter.officer, at=AT)
        assert (asked.state, asked.answer) == (TransferState.REFUSED, "仍由贵局负责")
        offered = matter.offered()
        transfers.refuse(offered, matter.case, reason="另行协商", by=matter.officer, at=AT)
        assert offered.state == TransferState.DROPPED

    def test_a_reported_result_lets_the_transfer_fall(self, matter: Matter) -> None:
        offered = matter.offered()
        written = actions.Written(process="全部办结。", signer="郑局")
        actions.report(matter.case, written, stage=ReportStage.FINAL, by=matter.lead, at=AT)
        assert offered.state == TransferState.DROPPED
        with pytest.raises(StepRefused):
            transfers.take_over(offered, matter.case, answer="", by=matter.other, at=AT)


class TestDoors:
    def test_a_unit_asks_the_office_agrees_and_the_other_takes_over(
        self, app: Flask, matter: Matter
    ) -> None:
        number, address = matter.case.id, f"/cases/{matter.case.id}"
        other, unit = Browser(app, matter.other), matter.other.unit_id
        assert other.get(address).status_code == 404
        asking = Browser(app, matter.lead)
        assert "申请转办" in asking.get(address).text
        typed = {"to_unit": unit, "reason": "水库已移交应急局管理。"}
        assert asking.post(f"{address}/transfers", typed).status_code == 302
        made = db.session.query(Transfer).one().id
        assert other.get(address).status_code == 404
        office = Browser(app, matter.officer)
        assert "同意，送接收单位答复" in office.get(address).text
        assert office.post(f"{address}/transfers/{made}/put-on").status_code == 302
        assert "同意接收" in other.get(address).text
        answer = other.post(f"{address}/transfers/{made}/take-over", {"answer": "同意。"})
        assert answer.status_code == 302
        assert asking.get(address).status_code == 404
        assert "签收" in other.get(address).text
        case = db.session.get_one(Case, number, populate_existing=True)
        assert (case.state, case.lead.unit_id) == (State.ASSIGNED, unit)

    def test_a_unit_that_declines_is_led_away_and_knows_of_it_no_longer(
        self, app: Flask, matter: Matter
    ) -> None:
        made, address = matter.offered(), f"/cases/{matter.case.id}"
        number, other = made.id, Browser(app, matter.other)
        door = f"{address}/transfers/{number}/decline"
        assert other.post(door, {"reason": ""}).status_code == 422
        answer = other.post(door, {"reason": "不属我局职责。"})
        assert answer.headers["Location"].endswith("/cases")
        assert other.get(address).status_code == 404

    def test_the_office_hands_on_and_every_refusal_keeps_what_was_typed(
        self, app: Flask, matter: Matter
    ) -> None:
        address, unit = f"/cases/{matter.case.id}", matter.other.unit_id
        office, lead = Browser(app, matter.officer), matter.lead.unit_id
        door = f"{address}/transfers/offer"
        typed = {"task": lead, "to_unit": unit, "reason": "职责调整到应急局"}
        page = office.post(door, typed)
        assert (page.status_code, "职责调整到应急局" in page.text) == (422, True)
        assert "请写明移出单位的意见" in page.text
        assert office.post(door, typed | {"task": 999}).status_code == 422
        assert office.post(door, typed | {"consent": "李签同意"}).status_code == 302
        made = db.session.query(Transfer).one().id
        refuse = f"{address}/transfers/{made}/refuse"
        assert office.post(refuse, {"reason": ""}).status_code == 422
        assert office.post(refuse, {"reason": "再议"}).status_code == 302
        assert office.post(refuse, {"reason": "再议"}).status_code == 409

    def test_strangers_find_no_door(self, app: Flask, matter: Matter) -> None:
        made, address = matter.offered(), f"/cases/{matter.case.id}"
        number = made.id
        stranger = Browser(app, factories.person(Role.HANDLER))
        for door in ("transfers", f"transfers/{number}/take-over", f"transfers/{number}/decline"):
            typed = {"to_unit": 1, "reason": "x", "answer": "x"}
            assert stranger.post(f"{address}/{door}", typed).status_code == 404
        for door in ("transfers/offer", f"transfers/{number}/put-on"):
            assert stranger.post(f"{address}/{door}").status_code == 404
