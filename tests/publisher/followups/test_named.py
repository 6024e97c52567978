"""In this file the only officer whom an instruction names leaves, and somebody else is named."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from publisher.database import db
from publisher.followups.model import Case, State
from publisher.history import verify
from publisher.instructions.model import Instruction
from publisher.people import actions as people
from publisher.people.model import Person
from publisher.people.permission import Role
from tests import factories
from tests.factories import AT, Browser
from tests.publisher.journeys.test_named_people import TEXT, Office, answer_of, restricted, takes

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")

TOLD = ("渗漏", "专班", "限批", "限督查", "水利局")
"""What of it nobody may read but those who know of it."""

LISTED = re.compile(
    r'<div class="form-check"><input[^>]*><label[^>]*>(?:孙督|沈明远) .*?</div>'
    r"|<option[^>]*>[^<]*沈明远</option>\n"
)
"""Who left stands in no list of people any more; that tells nobody of what they knew."""


class Left:
    """The office, an instruction that names one officer, and its running case."""

    def __init__(self, app: Flask) -> None:
        self.app, self.office = app, Office(app)
        self.administrator = factories.person(Role.ADMINISTRATOR)
        found = restricted(self.office)
        case = factories.case(
            instruction_=found, lead=self.office.handler.unit, officer=self.office.officer
        )
        self.number, self.case = found.id, case.id
        self.page = f"/cases/successors/{self.number}"
        self.next = self.office.strangers["officer"].id

    def leaves(self, person: Person) -> None:
        """Somebody's account is closed."""
        found = db.session.get_one(Person, person.id)
        people.change_person(
            found, name=found.name, unit=found.unit, post=found.post, phone="", email="",
            level=found.level, rank=found.rank, protocol_order=found.protocol_order,
            active=False, by=self.administrator, at=AT,
        )  # fmt: skip
        db.session.commit()

    def as_(self, name: str) -> Browser:
        """One of the six who are not named."""
        return Browser(self.app, db.session.get_one(Person, self.office.strangers[name].id))

    def seen(self, *names: str) -> dict[tuple[str, str], object]:
        """What those who are not named get wherever it could show."""
        places = [
            *self.office.addresses(), *self.office.hidden(), self.page, "/cases/successors/99",
            f"/instructions/{self.number}", f"/cases/{self.case}",
        ]  # fmt: skip
        return {
            (name, address): LISTED.sub("", str(answer_of(browser, address)).replace("\\n", "\n"))
            for name in names
            for browser in [self.as_(name)]
            for address in places
        }


@pytest.fixture
def left(app: Flask) -> Left:
    return Left(app)


OTHERS = ("officer", "researcher", "leader", "reporter", "handler")


def test_the_leader_names_another_officer_and_nobody_else_learns_of_it(left: Left) -> None:
    before = left.seen(*OTHERS, "director")
    left.leaves(left.office.officer)
    after = left.seen(*OTHERS, "director")
    told = [asked for asked, answer in before.items() if after[asked] != answer]
    assert told == [("director", "/"), ("director", left.page)]
    director = left.as_("director")
    home, page = director.get("/").text, director.get(left.page).text
    assert "限定知悉的批示无人经办" in home
    assert "原经办人孙督已离任" in home
    assert "请提醒批示领导在“今日”里指定接办的人。" in page
    for words in TOLD:
        assert words not in page.partition("<main")[2], words
    sent = {"officer": str(left.next), "reason": "请接办"}
    assert director.post(left.page, sent).status_code == 403
    for name in OTHERS:
        assert left.as_(name).post(left.page, sent).status_code == 404, name
    leader = Browser(left.app, left.office.leader)
    assert TEXT[:20] in leader.get("/").text.partition("限定知悉的批示无人经办")[2]
    assert left.page in leader.get(f"/instructions/{left.number}").text
    assert TEXT in leader.get(left.page).text
    takes(leader, left.page, officer=str(left.next))
    named = left.as_("officer")
    assert TEXT in named.get(f"/cases/{left.case}").text
    assert "限督查〔2026〕1号" in named.get("/cases?which=all").text
    assert db.session.get_one(Case, left.case).officer_id == left.next
    assert "限定知悉的批示无人经办" not in leader.get("/").text
    again = left.seen(*OTHERS[1:], "director")
    assert [asked for asked in again if before[asked] != again[asked]] == []
    assert "指定经办人" in named.get(f"/instructions/{left.number}").text
    refused = leader.post(left.page, {"officer": str(left.next)})
    assert refused.status_code == 422


def test_where_the_leader_left_too_the_director_hands_it_on_without_reading_it(left: Left) -> None:
    before = left.seen(*OTHERS)
    for who in (left.office.officer, left.office.leader):
        left.leaves(who)
    director = left.as_("director")
    page = director.get(left.page).text
    for words in TOLD:
        assert words not in page.partition("<main")[2], words
    assert "沈明远" in page
    sent = {"officer": str(left.next), "reason": ""}
    refused = director.post(left.page, sent)
    assert refused.status_code == 422
    assert "请写明指定的依据。" in refused.text
    stranger = str(left.office.strangers["researcher"].id)
    assert director.post(left.page, sent | {"officer": stranger}).status_code == 422
    takes(director, left.page, **(sent | {"reason": "经主要领导同意，由齐督接办。"}))
    assert TEXT in left.as_("officer").get(f"/cases/{left.case}").text
    for address in (f"/cases/{left.case}", f"/instructions/{left.number}", left.page):
        assert director.get(address).status_code == 404, address
    assert "限定知悉的批示无人经办" not in director.get("/").text
    after = left.seen(*OTHERS[1:])
    assert [asked for asked in after if before[asked] != after[asked]] == []
    auditor = Browser(left.app, factories.person(Role.AUDITOR)).get("/history").text
    assert "限定知悉的批示改由他人经办" in auditor
    assert f"instruction:{left.number}" not in auditor
    assert "经主要领导同意" not in auditor
    assert list(verify(db.session)) == []


def test_what_is_over_or_has_an_officer_waits_for_nobody(left: Left) -> None:
    director = left.as_("director")
    assert director.get(left.page).status_code == 404
    left.leaves(left.office.officer)
    assert director.get(left.page).status_code == 200
    found = db.session.get_one(Instruction, left.number)
    case = db.session.get_one(Case, left.case)
    case.move_to(
        State.WITHDRAWN, act="withdraw", by=db.session.get_one(Person, found.leader_id), at=AT
    )
    db.session.commit()
    assert director.get(left.page).status_code == 404
    assert "限定知悉的批示无人经办" not in director.get("/").text
