"""In this file an issue is looked through before it is sent and signed, at its doors."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from publisher import history
from publisher.approvals import queries as approvals
from publisher.database import db
from publisher.editing.model import Item, Revision
from publisher.editing.model import State as ItemState
from publisher.errors import StepRefused
from publisher.issues import checking, queries, signing
from publisher.issues.model import Check, Issue, State
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import checks, press
from publisher.serials.model import Serial
from tests import factories
from tests.factories import Browser
from tests.publisher.publication.presses import fast_set_all, fast_set_pdf

pytestmark = pytest.mark.usefixtures("records")

HARD = factories.fault("photo-unreadable", "item-1-p2", "照片“现场”已损坏。", hard=True)
SOFT = factories.fault("mark-half-width", "item-1-p1", "中文里用了半角“,”。")
FACE = factories.fault("face-substituted", "faces", "黑体由“某体”代替。")


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)
    monkeypatch.setattr(press, "set_pdf", fast_set_pdf)
    # The faces of the machine the tests run on are another test's matter.
    monkeypatch.setattr(checks.layouts, "face_faults", lambda *_given: ())


@pytest.fixture
def editor() -> Person:
    return factories.person(Role.EDITOR, name="周编")


@pytest.fixture
def make(editor: Person) -> Callable[..., Issue]:
    serial = factories.serial("政务信息", code="zwxx")

    def made(body: str = "清溪县整合窗口42个。", dated_on: date = date(2026, 11, 20)) -> Issue:
        item = factories.item(serial_=serial, editor=editor, state=ItemState.PLACED, body=body)
        return factories.issue(serial_=serial, items=[item], compiled_by=editor, dated_on=dated_on)

    return made


def fresh(number: int) -> Issue:
    db.session.rollback()
    db.session.expire_all()
    return queries.issue(number)


class TestLook:
    def test_content_nobody_looked_through_cannot_go_and_cannot_be_signed(
        self, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make()
        look = checking.look_at(issue)
        assert not look.is_made
        with pytest.raises(StepRefused, match="还没有检查完"):
            signing.ask(issue, look, by=editor, at=factories.AT)

    def test_a_change_after_the_check_makes_it_another_content(
        self, make: Callable[..., Issue]
    ) -> None:
        issue = make()
        assert factories.checked(issue).is_made
        issue.editor_note = "值得各地借鉴。"
        assert not checking.look_at(issue).is_made

    def test_hard_faults_stop_it_soft_ones_ask(
        self, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make()
        look = factories.checked(issue, HARD, SOFT)
        assert [len(look.hard), len(look.soft)] == [1, 1]
        with pytest.raises(StepRefused, match="照片“现场”已损坏"):
            signing.ask(issue, look, by=editor, at=factories.AT, confirmed=True)

    def test_what_was_confirmed_is_kept_in_its_history(
        self, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make()
        look = factories.checked(issue, SOFT)
        with pytest.raises(StepRefused, match="有1处需要核对"):
            signing.ask(issue, look, by=editor, at=factories.AT)
        factories.keep(signing.ask(issue, look, by=editor, at=factories.AT, confirmed=True))
        told = history.entries_of(db.session, f"issue:{issue.id}")[-1]
        assert (told.act, told.detail["confirmed"]) == ("send_for_signing", [SOFT["sentence"]])
        check = db.session.scalars(select(Check)).one()
        assert (check.confirmed_by, check.confirmed_at) == (editor, factories.AT)

    def test_a_face_that_was_confirmed_once_is_shown_and_not_asked_about_again(
        self, make: Callable[..., Issue], editor: Person
    ) -> None:
        first, second = make(), make()
        look = factories.checked(first, FACE)
        assert len(look.soft) == 1
        factories.keep(signing.ask(first, look, by=editor, at=factories.AT, confirmed=True))
        again = factories.checked(second, FACE, SOFT)
        assert [one.code for one in again.known] == ["face-substituted"]
        assert [one.code for one in again.soft] == ["mark-half-width"]

    def test_a_day_before_the_last_signed_one_is_out_of_order(
        self, make: Callable[..., Issue]
    ) -> None:
        before, same, later = (make(dated_on=date(2026, 11, day)) for day in (19, 20, 21))
        signed = make()
        signed.state = State.IN_APPROVAL
        factories.sign(signed, by=factories.person(Role.DIRECTOR))
        codes = [[one.code for one in factories.checked(issue).hard] for issue in (
            before, same, later,
        )]  # fmt: skip
        assert codes == [["number-out-of-order"], [], []]

    def test_a_last_yes_to_unchecked_content_is_refused(
        self, app: Flask, make: Callable[..., Issue], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        issue = make()
        factories.checked(issue)
        checker, director = factories.person(Role.CHECKER), factories.person(Role.DIRECTOR)
        Browser(app, issue.compiled_by).post(f"/issues/{issue.id}/ask")
        Browser(app, checker).post(f"/issues/{issue.id}/pass")
        serial: Serial = fresh(issue.id).serial
        serial.handling_note = "改了的标注"
        db.session.commit()
        # The worker is not there: nothing is looked through meanwhile.
        monkeypatch.setattr("publisher.issues.routes.jobs.nudge", lambda *_given: None)
        answer = Browser(app, director).post(f"/issues/{issue.id}/pass")
        assert (answer.status_code, "还没有检查完" in answer.text) == (409, True)
        found = fresh(issue.id)
        assert (found.state, found.number) == (State.IN_APPROVAL, None)


class TestDoors:
    def test_asked_without_a_check_it_is_made_and_nothing_is_asked_where_nothing_is_wrong(
        self, app: Flask, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make()
        answer = Browser(app, editor).post(f"/issues/{issue.id}/ask")
        assert answer.location == f"/issues/{issue.id}"
        assert fresh(issue.id).state == State.IN_APPROVAL

    def test_a_slip_is_found_led_to_mended_and_the_issue_goes(
        self, app: Flask, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make("清溪县整合窗口42个,群众少跑腿。")
        desk, base = Browser(app, editor), f"/issues/{issue.id}"
        assert desk.post(f"{base}/ask").location == f"{base}/check"
        page = desk.get(f"{base}/check").text
        assert "中文里用了半角“,”" in page
        item = issue.placements[0].item_id
        found = re.search(rf'href="({base}/articles/{item}[^"]*)"', page)
        assert found is not None
        place = found[1].replace("&amp;", "&")
        assert f"at=item-{item}-p1" in place
        form = desk.get(place).text
        assert "中文里用了半角“,”" in form
        version = re.search(r'name="version" value="(\d+)"', form)
        assert version is not None
        sent = {
            "version": version[1],
            "title": "清溪县推行“一窗通办”",
            "body": "清溪县整合窗口42个，群众少跑腿。",
            "source_line": "清溪县供稿",
        }
        assert desk.post(place, sent).location == f"{base}/check"
        assert desk.post(f"{base}/ask").location == base
        assert fresh(issue.id).state == State.IN_APPROVAL
        revision = db.session.scalars(
            select(Revision).where(Revision.item_id == item).order_by(Revision.number.desc())
        ).first()
        assert revision is not None
        assert revision.in_proof
        assert "校对改过" in Browser(app, factories.person(Role.CHECKER)).get(base).text

    def test_soft_faults_are_confirmed_on_their_page_and_shown_to_who_signs(
        self, app: Flask, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make("清溪县整合窗口42个,群众少跑腿。")
        desk, base = Browser(app, editor), f"/issues/{issue.id}"
        desk.post(f"{base}/ask")
        page = desk.get(f"{base}/check").text
        confirmed = re.search(r'name="confirmed" value="(\w+)"', page)
        assert confirmed is not None
        wrong = desk.post(f"{base}/ask", {"confirmed": "0" * 64})
        assert wrong.location == f"{base}/check"
        assert desk.post(f"{base}/ask", {"confirmed": confirmed[1]}).location == base
        shown = Browser(app, factories.person(Role.CHECKER)).get(base).text
        assert shown.index("中文里用了半角") < shown.index("退回编排")
        assert "确认保留：中文里用了半角" in shown

    def test_hard_faults_leave_no_button(
        self, app: Flask, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make("清溪县整合窗口42个。\n\n![现场](photo:99)")
        desk, base = Browser(app, editor), f"/issues/{issue.id}"
        assert desk.post(f"{base}/ask").location == f"{base}/check"
        page = desk.get(f"{base}/check").text
        assert "须改正" in page
        assert f'action="{base}/ask"' not in page

    def test_a_layout_that_cannot_be_read_stops_it_with_the_reason(
        self, app: Flask, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make()
        issue.serial.layout = "no-such-layout"
        db.session.commit()
        desk = Browser(app, editor)
        desk.post(f"/issues/{issue.id}/ask")
        assert "没有这个版式" in desk.get(f"/issues/{issue.id}/check").text

    def test_two_who_mend_at_once_are_told_of_each_other(
        self, app: Flask, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make()
        item: Item = issue.placements[0].item
        sent = {"version": "0", "title": item.title, "body": "另一稿。", "source_line": ""}
        answer = Browser(app, editor).post(f"/issues/{issue.id}/articles/{item.id}", sent)
        assert (answer.status_code, "刚刚保存过" in answer.text) == (409, True)
        assert "另一稿。" in answer.text

    def test_who_mends_counts_among_the_authors(
        self, app: Flask, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue, colleague = make(), factories.person(Role.CHECKER)
        item = issue.placements[0].item
        version = item.version
        sent = {"version": str(version), "title": item.title, "body": "改文。", "source_line": ""}
        Browser(app, colleague).post(f"/issues/{issue.id}/articles/{item.id}", sent)
        Browser(app, editor).post(f"/issues/{issue.id}/ask")
        approval = approvals.of_subject(f"issue:{issue.id}")
        assert approval is not None
        assert set(approval.authors) == {editor.id, colleague.id}

    def test_an_item_is_not_mended_once_its_issue_is_on_its_way(
        self, app: Flask, make: Callable[..., Issue], editor: Person
    ) -> None:
        issue = make()
        item = issue.placements[0].item
        Browser(app, editor).post(f"/issues/{issue.id}/ask")
        sent = {"version": str(item.version), "title": "改题", "body": "改文。", "source_line": ""}
        Browser(app, editor).post(f"/issues/{issue.id}/articles/{item.id}", sent)
        assert fresh(issue.id).placements[0].item.title != "改题"

    @pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER, Role.ARCHIVIST])
    def test_for_others_there_is_no_check_and_no_article(
        self, app: Flask, make: Callable[..., Issue], role: Role
    ) -> None:
        issue = make()
        outsider = Browser(app, factories.person(role))
        item = issue.placements[0].item_id
        for address in ("check", "check/state", f"articles/{item}"):
            assert outsider.get(f"/issues/{issue.id}/{address}").status_code == 404, address
        for address in ("check", "ask", f"articles/{item}"):
            assert outsider.post(f"/issues/{issue.id}/{address}").status_code == 404, address

    def test_leaders_are_held_against_the_persons_of_the_office(
        self, app: Flask, make: Callable[..., Issue], editor: Person
    ) -> None:
        factories.leader("周立言", post="市长")
        issue = make("会上，市长周立严强调，要抓好落实。")
        desk = Browser(app, editor)
        desk.post(f"/issues/{issue.id}/ask")
        assert (
            "“市长周立严”与领导名单不符：市长是周立言" in desk.get(f"/issues/{issue.id}/check").text
        )
