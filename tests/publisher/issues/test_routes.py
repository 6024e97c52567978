"""In this file persons of an office open, arrange, send, sign and give up issues at their doors."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from publisher.approvals import queries as approvals
from publisher.approvals.model import ApprovalState
from publisher.database import db
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.issues import checking, queries
from publisher.issues.model import Issue, State
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import press
from publisher.serials.model import Serial
from tests import factories
from tests.publisher.publication.presses import fast_set_all, fast_set_pdf

pytestmark = pytest.mark.usefixtures("records")


class Office:
    """A serial, its people, and a browser that changes hands."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.serial: Serial = factories.serial("政务信息", code="zwxx")
        self.editor: Person = factories.person(Role.EDITOR, name="周编")
        self.checker: Person = factories.person(Role.CHECKER, name="王核")
        self.director: Person = factories.person(Role.DIRECTOR, name="李签")
        self.reporter: Person = factories.person(Role.REPORTER, name="赵报")
        self.accounts = {
            "editor": self.editor,
            "checker": self.checker,
            "director": self.director,
            "reporter": self.reporter,
        }

    def browser(self, who: str) -> FlaskClient:
        client = self.app.test_client()
        factories.sign_in(client, self.accounts[who])
        db.session.rollback()
        return client

    def item(self, title: str = "白石县夏粮收购进度过九成") -> Item:
        return factories.item(
            serial_=self.serial,
            title=title,
            editor=self.editor,
            state=ItemState.APPROVED,
            sources=[factories.submission(by=self.reporter, title=title)],
        )

    def issue(self, count: int = 0) -> Issue:
        items = [self.item(f"第{n}篇") for n in range(1, count + 1)]
        for item in items:
            item.state = ItemState.PLACED
        return factories.issue(serial_=self.serial, items=items, compiled_by=self.editor)


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(press, "set_all", fast_set_all)
    monkeypatch.setattr(press, "set_pdf", fast_set_pdf)
    return Office(app)


def fresh(number: int) -> Issue:
    db.session.rollback()
    db.session.expire_all()
    return queries.issue(number)


class TestIndex:
    def test_it_lists_issues_by_serial_state_and_year(self, office: Office) -> None:
        office.issue()
        other = factories.issue(
            serial_=factories.serial("情况反映"), items=[], dated_on=date(2025, 3, 9)
        )
        serial_id = office.serial.id
        browser = office.browser("editor")
        assert "《情况反映》</a>" in browser.get("/issues").text
        assert "《情况反映》</a>" not in browser.get(f"/issues?serial={serial_id}").text
        assert "《政务信息》</a>" not in browser.get("/issues?year=2025").text
        assert "没有符合条件" in browser.get("/issues?state=withdrawn").text
        assert other.dated_on.year == 2025

    def test_an_archivist_does_not_hear_of_issues_in_work(self, office: Office) -> None:
        issue = office.issue(1)
        office.accounts["archivist"] = factories.person(Role.ARCHIVIST)
        browser = office.browser("archivist")
        assert "政务信息》</a>" not in browser.get("/issues").text
        assert browser.get(f"/issues/{issue.id}").status_code == 404

    def test_a_reporter_finds_no_such_page(self, office: Office) -> None:
        assert office.browser("reporter").get("/issues").status_code == 404


class TestNew:
    def test_it_opens_an_issue_and_a_double_press_finds_the_same(self, office: Office) -> None:
        typed = {
            "serial": office.serial.id,
            "dated_on": "2026-11-20",
            "series": "main",
            "urgency": "urgent",
        }
        browser = office.browser("editor")
        first, second = (browser.post("/issues/new", data=typed) for _turn in range(2))
        assert first.status_code == 302
        assert first.location == second.location
        assert len(db.session.scalars(select(Issue.id)).all()) == 1

    def test_a_wrong_date_is_said_beside_the_field(self, office: Office) -> None:
        typed = {"serial": office.serial.id, "dated_on": "明天", "series": "main"}
        answer = office.browser("editor").post("/issues/new", data=typed)
        assert answer.status_code == 422
        assert "请填写刊发日期" in answer.text


class TestArrange:
    def test_the_page_shows_the_pool_and_the_sections(self, office: Office) -> None:
        office.item("甲县开展秋冬种")
        issue = office.issue(1)
        page = office.browser("editor").get(f"/issues/{issue.id}/arrange").text
        assert "甲县开展秋冬种" in page
        assert "第1篇" in page
        assert "经验做法" in page

    def test_an_order_is_taken_as_json(self, office: Office) -> None:
        item, issue = office.item(), office.issue(2)
        numbers = [one.item_id for one in issue.placements]
        order = [
            {"title": "工作动态", "items": [numbers[1]]},
            {"title": "经验做法", "items": [item.id, numbers[0]]},
        ]
        answer = office.browser("editor").post(
            f"/issues/{issue.id}/order", json={"version": issue.version, "sections": order}
        )
        found = fresh(issue.id)
        assert answer.json == {"version": found.version, "articles": 3}
        assert [(one.section, one.item_id) for one in found.placements] == [
            ("工作动态", numbers[1]),
            ("经验做法", item.id),
            ("经验做法", numbers[0]),
        ]

    def test_an_older_order_is_refused_with_a_sentence(self, office: Office) -> None:
        issue = office.issue(1)
        answer = office.browser("editor").post(
            f"/issues/{issue.id}/order", json={"version": issue.version + 7, "sections": []}
        )
        assert answer.status_code == 409
        assert "另一位同事" in answer.json["error"]
        assert len(fresh(issue.id).placements) == 1

    @pytest.mark.parametrize(
        "sent",
        [
            [],
            {},
            {"sections": "工作动态"},
            {"sections": [{"title": 3, "items": []}]},
            {"sections": [{"title": "工作动态", "items": ["1"]}]},
            {"sections": [{"title": "工作动态", "items": [True]}]},
        ],
    )
    def test_what_is_no_order_is_refused(self, office: Office, sent: object) -> None:
        issue = office.issue(1)
        answer = office.browser("editor").post(f"/issues/{issue.id}/order", json=sent)
        assert answer.status_code == 422
        assert len(fresh(issue.id).placements) == 1

    def test_buttons_place_move_and_take_out(self, office: Office) -> None:
        item, issue = office.item(), office.issue(1)
        browser, base = office.browser("editor"), f"/issues/{issue.id}"
        browser.post(f"{base}/place", data={"item": item.id, "section": "工作动态"})
        browser.post(f"{base}/step", data={"item": item.id, "to": "up"})
        assert fresh(issue.id).placements[0].item_id == item.id
        browser.post(f"{base}/unplace", data={"item": item.id})
        assert len(fresh(issue.id).placements) == 1

    def test_details_and_note_are_saved(self, office: Office) -> None:
        issue = office.issue(1)
        typed = {
            "dated_on": "2026-11-23",
            "urgency": "express",
            "extra_recipients": "市应急局。",
            "editor_note": "值得各地借鉴。",
        }
        office.browser("editor").post(f"/issues/{issue.id}/details", data=typed)
        found = fresh(issue.id)
        assert (found.dated_on, found.urgency.value) == (date(2026, 11, 23), "express")
        assert (found.extra_recipients, found.editor_note) == ("市应急局。", "值得各地借鉴。")


class TestSigning:
    def send(self, office: Office, issue: Issue) -> str:
        base = f"/issues/{issue.id}"
        if not checking.look_at(issue).is_made:
            factories.checked(issue)
        assert office.browser("editor").post(f"{base}/ask").status_code == 302
        assert fresh(issue.id).state == State.IN_APPROVAL
        return base

    def test_the_last_yes_numbers_and_publishes_it(self, office: Office) -> None:
        issue = office.issue(2)
        base = self.send(office, issue)
        assert office.browser("checker").post(f"{base}/pass", data={}).status_code == 302
        assert fresh(issue.id).number is None
        page = office.browser("director").get(base).text
        assert "同意并签发" in page
        answer = office.browser("director").post(f"{base}/pass", data={"opinion": "同意。"})
        assert answer.status_code == 302
        found = fresh(issue.id)
        assert (found.state, found.number_text) == (State.PUBLISHED, "第1期（总第1期）")
        assert found.signed_by is not None
        assert found.signed_by.name == "李签"
        shown = office.browser("editor").get(base).text
        assert "第1期（总第1期）" in shown
        assert "同意。" in shown

    def test_frozen_names_are_those_of_who_signed_and_checked(self, office: Office) -> None:
        issue = office.issue(1)
        base = self.send(office, issue)
        office.browser("checker").post(f"{base}/pass", data={})
        office.browser("director").post(f"{base}/pass", data={})
        frozen = fresh(issue.id).frozen
        assert frozen is not None
        assert {name: frozen["imprint"][name] for name in ("signer", "checker", "editor")} == {
            "signer": "李签",
            "checker": "王核",
            "editor": "周编",
        }

    def test_nobody_signs_out_of_turn(self, office: Office) -> None:
        issue = office.issue(1)
        base = self.send(office, issue)
        assert office.browser("director").post(f"{base}/pass", data={}).status_code == 403
        assert office.browser("editor").post(f"{base}/pass", data={}).status_code == 403
        assert fresh(issue.id).state == State.IN_APPROVAL

    def test_a_return_wants_a_reason_and_leads_back_to_arranging(self, office: Office) -> None:
        issue = office.issue(1)
        base = self.send(office, issue)
        checker = office.browser("checker")
        refused = checker.post(f"{base}/return", data={"opinion": " "})
        assert refused.status_code == 422
        assert "请写明退回的理由" in refused.text
        checker.post(f"{base}/return", data={"opinion": "标题请再斟酌。"})
        assert fresh(issue.id).state == State.ARRANGING
        approval = approvals.of_subject(f"issue:{issue.id}")
        assert approval is not None
        assert approval.state == ApprovalState.RETURNED
        assert "标题请再斟酌" in office.browser("editor").get(base).text

    def test_a_recalled_issue_can_be_sent_again(self, office: Office) -> None:
        issue = office.issue(1)
        base = self.send(office, issue)
        office.browser("editor").post(f"{base}/recall")
        assert fresh(issue.id).state == State.ARRANGING
        self.send(office, issue)
        assert fresh(issue.id).state == State.IN_APPROVAL

    def test_a_director_neither_sends_nor_recalls_what_others_compile(self, office: Office) -> None:
        issue = office.issue(1)
        base = f"/issues/{issue.id}"
        assert office.browser("director").post(f"{base}/ask").status_code == 403
        self.send(office, issue)
        director = office.browser("director")
        assert "撤回送签" not in director.get(base).text
        assert director.post(f"{base}/recall").status_code == 403
        assert fresh(issue.id).state == State.IN_APPROVAL

    def test_an_empty_issue_is_not_sent(self, office: Office) -> None:
        issue = office.issue()
        answer = office.browser("editor").post(f"/issues/{issue.id}/ask")
        assert answer.status_code == 409
        assert approvals.of_subject(f"issue:{issue.id}") is None

    def test_pressing_yes_twice_signs_once(self, office: Office) -> None:
        issue = office.issue(1)
        base = self.send(office, issue)
        office.browser("checker").post(f"{base}/pass", data={})
        director = office.browser("director")
        answers = [director.post(f"{base}/pass", data={}).status_code for _turn in range(2)]
        assert answers == [302, 409]
        assert fresh(issue.id).number == 1


class TestCancel:
    def test_it_gives_the_items_back_and_uses_no_number(self, office: Office) -> None:
        issue, following = office.issue(1), office.issue(1)
        office.browser("editor").post(f"/issues/{issue.id}/cancel", data={"reason": "改期合编"})
        assert fresh(issue.id).state == State.CANCELLED
        base = TestSigning().send(office, following)
        office.browser("checker").post(f"{base}/pass", data={})
        office.browser("director").post(f"{base}/pass", data={})
        assert fresh(following.id).number == 1

    def test_it_wants_a_reason(self, office: Office) -> None:
        issue = office.issue()
        answer = office.browser("editor").post(f"/issues/{issue.id}/cancel", data={})
        assert answer.status_code == 422
        assert "请写明原因" in answer.text
