"""In this file those who may know of a case find it, and nobody else behind any door."""

from __future__ import annotations

import pytest
from flask import Flask

from publisher.database import db
from publisher.followups import queries
from publisher.followups.model import (
    State,
)
from publisher.instructions.model import InstructionReader
from publisher.people import actions as people
from publisher.people.permission import Role
from tests import factories
from tests.publisher.followups.office import (
    DOORS,
    TOKEN,
    Office,
)

pytestmark = pytest.mark.usefixtures("records", "on_that_day")


class TestWhoMayOpenIt:
    def test_units_officer_leader_secretary_desk_and_researcher_read_it(
        self, office: Office
    ) -> None:
        secretary = factories.person(Role.SECRETARY)
        factories.keep(
            people.give_mandate(secretary, office.leader, by=factories.SYSTEM, at=factories.AT)
        )
        office.instruction.readers.append(InstructionReader(token=f"person:{secretary.id}"))
        db.session.commit()
        for who in (
            office.handler,
            office.supporter,
            factories.person(Role.UNIT_HEAD, unit_=office.handler.unit),
            office.officer,
            office.leader,
            secretary,
            factories.person(Role.RESEARCHER),
            factories.person(Role.DIRECTOR),
        ):
            browser = office.at(who)
            for address in (office.address, "/cases"):
                page = browser.get(address)
                assert page.status_code == 200, (who.roles, address)
                assert "督查〔2026〕1号" in page.text

    def test_for_everybody_else_it_does_not_exist_behind_any_door(self, office: Office) -> None:
        office.reported()
        for who in office.strangers():
            browser = office.at(who)
            assert browser.get(office.address).status_code == 404, who.roles
            for door in DOORS:
                answer = browser.post(f"{office.address}/{door}", {"reason": "无"})
                assert answer.status_code == 404, (who.roles, door)
            for door in ("reports/1/files/1", "sheets/supervision_notice.docx"):
                assert browser.get(f"{office.address}/{door}").status_code == 404, door
        assert office.now().state == State.REPORTED

    def test_who_only_reads_it_finds_no_door_to_act(self, office: Office) -> None:
        office.reported()
        for who, closed in (
            (factories.person(Role.RESEARCHER), DOORS),
            (office.leader, [one for one in DOORS if one != "seen"]),
            (office.officer, ("acknowledge", "report", "extend")),
            (
                office.handler,
                ("reports/1/accept", "reports/1/return", "seen", "close", "withdraw", "chase",
                 "extensions/1/answer", "print-again"),
            ),
        ):  # fmt: skip
            browser = office.at(who)
            page = browser.get(office.address).text
            for door in closed:
                assert browser.post(f"{office.address}/{door}").status_code == 404, door
                assert f'action="{office.address}/{door}"' not in page, door
        assert office.now().state == State.REPORTED

    def test_a_visitor_is_led_to_the_sign_in_page(self, app: Flask, office: Office) -> None:
        db.session.rollback()
        with app.app_context():
            answer = app.test_client().get(office.address)
        assert "/sign-in" in answer.location

    def test_odd_addresses_and_filters_are_no_accident(self, office: Office) -> None:
        browser = office.at(office.officer)
        for address in ("/cases/0", "/cases/99", "/cases/99999999999999999999", "/cases/open/77"):
            assert browser.get(address).status_code == 404, address
        for query in ("which=lost", "unit=x&leader=%00", "page=-3", "words=%25_'\"", "page=900"):
            assert browser.get(f"/cases?{query}").status_code == 200, query
        assert "督查〔2026〕1号" in browser.get("/cases?words=一窗通办").text
        assert "没有这样的督办事项" in browser.get("/cases?words=%25").text
        other = factories.unit()
        assert "没有这样的督办事项" in browser.get(f"/cases?unit={other.id}").text
        supporting = browser.get(f"/cases?unit={office.supporter.unit_id}").text
        assert "督查〔2026〕1号" in supporting


class TestNamedReadersOnly:
    """An instruction for named people leaves no trace for others who read every other one."""

    @pytest.fixture
    def named(self, office: Office) -> Office:
        office.instruction.readers = [
            reader
            for reader in office.instruction.readers
            if reader.token.startswith(("person:", "handlers:"))
        ]
        db.session.commit()
        return office

    def test_nothing_in_list_counts_address_sheet_story_or_search(self, named: Office) -> None:
        office = named
        office.reported()
        for who in (
            factories.person(Role.RESEARCHER),
            factories.person(Role.DIRECTOR),
            factories.leader("陆书平"),
            factories.person(Role.HANDLER),
            factories.person(Role.SECRETARY),
        ):
            browser = office.at(who)
            for which in ("running", "to_review", "all"):
                page = browser.get(f"/cases?which={which}").text
                assert "没有这样的督办事项" in page, who.roles
                assert "督查〔2026〕1号" not in page
            counts = queries.counts(who, factories.DAY)
            assert counts == queries.Counts(0, 0, 0, 0, 0, 0)
            for address in (
                office.address,
                f"{office.address}/sheets/supervision_notice.pdf",
                f"/instructions/{office.instruction.id}",
                f"/threads/case:{office.number}",
                f"/threads/instruction:{office.instruction.id}",
            ):
                answer = browser.get(address)
                assert answer.status_code == 404, (who.roles, address)
                assert "整改" not in answer.text
            guessed, nothing = browser.get(office.address).text, browser.get("/cases/999").text
            nothing = nothing.replace("/cases/999", office.address)
            assert TOKEN.sub("", guessed) == TOKEN.sub("", nothing)

    def test_the_named_ones_find_it(self, named: Office) -> None:
        for who in (named.leader, named.handler, named.supporter, named.officer):
            assert "督查〔2026〕1号" in named.at(who).get("/cases").text
            assert named.at(who).get(named.address).status_code == 200

    def test_a_unit_given_a_second_case_learns_nothing_of_the_first(self, named: Office) -> None:
        other = factories.person(Role.HANDLER)
        factories.case(lead=other.unit)
        page = named.at(other).get("/cases?which=all").text
        assert "督查〔2026〕2号" in page
        assert "督查〔2026〕1号" not in page
