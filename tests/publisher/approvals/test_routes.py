"""In this file an item is sent on its serial's route at its doors: passed, returned, recalled."""

from __future__ import annotations

import pytest
from flask import Flask

from publisher import clock
from publisher.approvals import queries
from publisher.approvals.model import Approval, ApprovalState
from publisher.editing.model import Item, Revision, State
from publisher.people import actions as people
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.serials.model import RouteStep, RouteSubject
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records")


def of_item(number: int) -> Approval:
    found = queries.of_subject(f"item:{number}")
    assert found is not None
    return found


@pytest.fixture
def item() -> Item:
    return factories.item(editor=factories.person(Role.EDITOR, name="周编"))


@pytest.fixture
def editor(app: Flask, item: Item) -> Browser:
    return Browser(app, item.editor)


@pytest.fixture
def checker(app: Flask) -> Browser:
    return Browser(app, factories.person(Role.CHECKER, name="王核"))


def send(editor: Browser, item: Item) -> str:
    """Send an item; the address of its approval."""
    assert editor.post(f"/approvals/items/{item.id}/ask").status_code == 302
    return f"/approvals/{of_item(item.id).id}"


class TestAsk:
    def test_the_route_is_the_serials(self, app: Flask) -> None:
        steps = [
            RouteStep(subject=RouteSubject.ITEM, position=1, name="科室核稿", role=Role.CHECKER),
            RouteStep(subject=RouteSubject.ITEM, position=2, name="分管审定", role=Role.DIRECTOR),
        ]
        item = factories.item(serial_=factories.serial(steps=steps))
        send(Browser(app, item.editor), item)
        approval = of_item(item.id)
        assert [step.name for step in approval.steps] == ["科室核稿", "分管审定"]
        assert (item.state, approval.authors) == (State.IN_APPROVAL, [item.editor_id])

    def test_everybody_who_wrote_is_an_author(self, editor: Browser, item: Item) -> None:
        other = factories.person(Role.EDITOR)
        item.revisions.append(Revision(number=2, title="改", body="改", by=other, at=factories.AT))
        factories.keep(item)
        send(editor, item)
        assert of_item(item.id).authors == sorted([item.editor_id, other.id])

    def test_what_is_not_ready_is_refused_with_the_reason(self, app: Flask) -> None:
        item = factories.item()
        item.serial = None
        factories.keep(item)
        answer = Browser(app, item.editor).post(f"/approvals/items/{item.id}/ask")
        assert answer.status_code == 409
        assert "请先选定刊物" in answer.text
        assert item.state == State.EDITING

    def test_a_serial_without_a_route_is_said(self, app: Flask) -> None:
        item = factories.item(serial_=factories.serial(steps=[]))
        answer = Browser(app, item.editor).post(f"/approvals/items/{item.id}/ask")
        assert answer.status_code == 409
        assert "没有设置审批流程" in answer.text

    def test_pressed_twice_it_is_asked_once(self, editor: Browser, item: Item) -> None:
        send(editor, item)
        assert editor.post(f"/approvals/items/{item.id}/ask").status_code == 409
        assert len(queries.all_of_subject(f"item:{item.id}")) == 1


class TestDecide:
    def test_the_yes_makes_it_ready_to_be_placed(
        self, editor: Browser, checker: Browser, item: Item
    ) -> None:
        address = send(editor, item)
        assert item.title in checker.get("/approvals").text
        page = checker.get(address).text
        assert "同意" in page
        assert item.body in page
        assert checker.post(f"{address}/pass", {"opinion": "数据已核。"}).status_code == 302
        assert (item.state, of_item(item.id).state) == (State.APPROVED, ApprovalState.PASSED)
        assert item.title not in checker.get("/approvals").text
        assert "数据已核。" in editor.get(address).text
        assert checker.post(f"{address}/pass").status_code == 409

    def test_a_return_wants_a_reason_and_leads_back_to_the_desk(
        self, editor: Browser, checker: Browser, item: Item
    ) -> None:
        address = send(editor, item)
        refused = checker.post(f"{address}/return", {"opinion": " 　"})
        assert refused.status_code == 422
        assert "请写明退回的理由" in refused.text
        assert checker.post(f"{address}/return", {"opinion": "请核实跑动次数。"}).status_code == 302
        assert (item.state, of_item(item.id).state) == (State.EDITING, ApprovalState.RETURNED)
        assert "请核实跑动次数。" in editor.get(address).text
        send(editor, item)
        assert len(queries.all_of_subject(f"item:{item.id}")) == 2

    def test_a_recalled_item_is_back_on_the_desk(
        self, editor: Browser, checker: Browser, item: Item
    ) -> None:
        address = send(editor, item)
        assert editor.post(f"/approvals/items/{item.id}/recall").status_code == 302
        assert (item.state, of_item(item.id).state) == (State.EDITING, ApprovalState.RECALLED)
        assert checker.post(f"{address}/pass").status_code == 409
        assert item.state == State.EDITING

    def test_an_approved_item_may_be_taken_back_for_a_late_change(
        self, editor: Browser, checker: Browser, item: Item
    ) -> None:
        checker.post(f"{send(editor, item)}/pass")
        assert editor.post(f"/approvals/items/{item.id}/recall").status_code == 302
        assert (item.state, of_item(item.id).state) == (State.EDITING, ApprovalState.PASSED)

    def test_one_person_of_all_roles_does_not_pass_his_own(self, app: Flask) -> None:
        one = factories.person(Role.EDITOR, Role.CHECKER, Role.DIRECTOR)
        item = factories.item(editor=one)
        browser = Browser(app, one)
        address = send(browser, item)
        page = browser.get(address).text
        assert "不能由本人一人核签" in page
        assert 'name="opinion"' not in page
        answer = browser.post(f"{address}/pass")
        assert answer.status_code == 403
        assert "不能由本人一人核签" in answer.text
        assert item.state == State.IN_APPROVAL


class TestOutsiders:
    @pytest.mark.parametrize("role", [Role.DIRECTOR, Role.EDITOR])
    def test_the_desk_does_not_act_out_of_turn(
        self, app: Flask, editor: Browser, item: Item, role: Role
    ) -> None:
        address = send(editor, item)
        outsider = Browser(app, factories.person(role))
        for door, data in (("pass", {}), ("return", {"opinion": "不妥"})):
            answer = outsider.post(f"{address}/{door}", data)
            assert answer.status_code == 403
            assert "这一步应由核稿人办理" in answer.text
        assert item.state == State.IN_APPROVAL

    def test_for_others_there_is_no_such_thing(
        self, app: Flask, editor: Browser, item: Item
    ) -> None:
        address = send(editor, item)
        for role in (Role.REPORTER, Role.LEADER, Role.ADMINISTRATOR):
            outsider = Browser(app, factories.person(role))
            assert outsider.get("/approvals").status_code == 404
            assert outsider.get(address).status_code == 404
            assert outsider.post(f"{address}/pass").status_code == 404

    def test_an_issues_approval_is_not_decided_here(self, app: Flask, checker: Browser) -> None:
        issue = factories.issue()
        compiler = Browser(app, issue.compiled_by)
        number = issue.id
        factories.checked(issue)
        assert compiler.post(f"/issues/{number}/ask").status_code == 302
        approval = queries.of_subject(f"issue:{number}")
        assert approval is not None
        assert checker.get(f"/approvals/{approval.id}").status_code == 404
        assert checker.post(f"/approvals/{approval.id}/pass").status_code == 404
        assert checker.get("/approvals/99").status_code == 404


class TestSubstitute:
    def named(self, app: Flask, substitute: Person) -> Browser:
        absent = factories.person(Role.CHECKER, name="王核")
        today = clock.today()
        factories.keep(
            people.name_substitute(
                absent,
                substitute=substitute,
                from_day=today,
                until_day=today,
                reason="外出学习",
                by=factories.SYSTEM,
                at=factories.AT,
            )
        )
        return Browser(app, substitute)

    @pytest.mark.parametrize("role", [Role.DIRECTOR, Role.EDITOR])
    def test_a_substitute_sees_the_queue_and_acts_for_the_absent(
        self, app: Flask, editor: Browser, item: Item, role: Role
    ) -> None:
        substitute = self.named(app, factories.person(role, name="郑代"))
        address = send(editor, item)
        assert item.title in substitute.get("/approvals").text
        assert "您正代王核办理" in substitute.get(address).text
        assert substitute.post(f"{address}/pass").status_code == 302
        assert item.state == State.APPROVED
        assert "郑代（代王核）" in editor.get(address).text
