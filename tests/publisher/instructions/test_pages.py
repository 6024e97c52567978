"""In this file instructions of the register become one item that an issue prints."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from publisher.database import db
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.instructions import pages
from publisher.issues.source import source_of
from publisher.people.permission import Role
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records")


class TestPage:
    def test_an_issue_prints_each_as_its_own_element(self, app: Flask) -> None:
        issue = factories.signed_issue()
        for text in ("请抓紧整改。", "同意。"):
            factories.instruction(issue_=issue, leader_=factories.leader(), text=text)
        secret = factories.instruction(issue_=issue, leader_=factories.leader(), text="限知。")
        secret.is_restricted = True
        factories.instruction(
            issue_=issue, leader_=factories.leader(), text="未登记。", registered=False
        )
        db.session.commit()
        browser = Browser(app, factories.person(Role.EDITOR))
        assert 'action="/instructions/page"' in browser.get("/instructions").text
        made = browser.post("/instructions/page")
        assert made.status_code == 302
        (item,) = db.session.scalars(select(Item).where(Item.title == "领导批示选登")).unique()
        item.state = ItemState.PLACED
        printed = factories.issue(items=[item])
        (article,) = source_of(printed)["sections"][0]["articles"]
        assert [one["text"] for one in article["instructions"]] == ["请抓紧整改。", "同意。"]
        assert issue.number_text in article["body"]

    def test_too_many_are_narrowed_first_and_the_door_is_the_desks(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        browser = Browser(app, factories.person(Role.EDITOR))
        assert browser.post("/instructions/page").status_code == 422
        for _number in range(2):
            factories.instruction()
        monkeypatch.setattr(pages, "MOST", 1)
        answer = browser.post("/instructions/page")
        assert answer.status_code == 422
        assert "请先筛选到1件以内" in answer.text
        officer = Browser(app, factories.person(Role.OFFICER))
        assert officer.post("/instructions/page").status_code == 404
