"""In this file the parts of one matter find each other, from whichever of them one begins."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from publisher.clock import OFFICE_ZONE
from publisher.database import db
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.errors import NotFound
from publisher.followups.model import State
from publisher.issues.model import Issue
from publisher.people import actions as people
from publisher.people.permission import Role
from publisher.publication import actions as publication
from publisher.submissions.model import Stage
from publisher.threads import queries
from publisher.threads.story import Event, gather
from tests import factories
from tests.publisher.threads.life import Life

pytestmark = pytest.mark.usefixtures("records", "that_day", "fast_press")


def placed(title: str) -> Item:
    return factories.item(title=title, state=ItemState.PLACED)


def printed(*titles: str) -> tuple[Issue, list[Item]]:
    """A published issue of so many items."""
    issue = factories.published_issue(items=[placed(title) for title in titles])
    return issue, [placement.item for placement in issue.placements]


class TestGather:
    def test_a_matter_is_the_same_from_any_of_its_parts(self) -> None:
        life = Life()
        matters = {key: gather(key) for key in life.keys}
        whole = matters[life.keys[0]]
        assert whole.size == len(life.keys) == 10
        for key, matter in matters.items():
            assert matter == whole, key
            assert all(matter.holds(one) for one in life.keys), key

    def test_two_matters_of_one_issue_stay_two(self) -> None:
        issue, (first, second) = printed("清溪县推行“一窗通办”", "兰汀区水库渗漏")
        leader = factories.leader("沈明远")
        on_first = factories.instruction(issue_=issue, item_=first, leader_=leader)
        on_second = factories.instruction(issue_=issue, item_=second, leader_=leader)
        on_all = factories.instruction(issue_=issue, leader_=leader)
        case = factories.case(instruction_=on_second)
        for key in (f"item:{first.id}", f"instruction:{on_first.id}"):
            matter = gather(key)
            assert (matter.items, matter.instructions) == ({first.id}, {on_first.id})
            assert (matter.cases, matter.issues) == (set(), {issue.id})
        for key in (f"item:{second.id}", f"instruction:{on_second.id}", f"case:{case.id}"):
            matter = gather(key)
            assert (matter.items, matter.instructions) == ({second.id}, {on_second.id})
            assert matter.cases == {case.id}
        for key in (f"issue:{issue.id}", f"instruction:{on_all.id}"):
            matter = gather(key)
            assert (matter.items, matter.instructions) == (set(), {on_all.id})
            assert (matter.cases, matter.issues) == (set(), {issue.id})

    def test_words_on_a_whole_issue_of_one_item_are_words_on_the_item(self) -> None:
        issue, (item,) = printed("兰汀区水库渗漏")
        instruction = factories.instruction(issue_=issue)
        case = factories.case(instruction_=instruction)
        keys = [
            f"submission:{item.sources[0].submission_id}", f"item:{item.id}",
            f"issue:{issue.id}", f"instruction:{instruction.id}", f"case:{case.id}",
        ]  # fmt: skip
        for key in keys:
            assert all(gather(key).holds(one) for one in keys), key

    def test_a_corrected_edition_is_the_same_matter(self) -> None:
        director = factories.person(Role.DIRECTOR)
        for titles in (["兰汀区水库渗漏"], ["第一篇", "第二篇"]):
            issue, _items = printed(*titles)
            instruction = factories.instruction(issue_=issue)
            edition = factories.keep(
                publication.correct(issue, note="更正数字。", by=director, at=factories.AT)
            )
            keys = [f"issue:{issue.id}", f"issue:{edition.id}", f"instruction:{instruction.id}"]
            for key in keys:
                assert all(gather(key).holds(one) for one in keys), (titles, key)

    def test_staged_reports_replaced_ones_and_merged_ones_belong_together(self) -> None:
        reporter = factories.person(Role.REPORTER)
        returned = factories.submission(by=reporter, title="险情报告（退回）")
        first = factories.submission(by=reporter, stage=Stage.FIRST, replaces=returned)
        second = factories.submission(
            by=reporter, stage=Stage.FOLLOWON, stage_number=1, follows=first
        )
        last = factories.submission(by=reporter, stage=Stage.FINAL, stage_number=1, follows=second)
        other = factories.submission(title="邻县同一险情")
        factories.item(sources=[last, other])
        stranger = factories.submission(title="别的事")
        keys = [f"submission:{one.id}" for one in (returned, first, second, last, other)]
        for key in keys:
            assert all(gather(key).holds(one) for one in keys), key
            assert not gather(key).holds(f"submission:{stranger.id}")

    def test_a_second_round_is_found_from_the_first_and_back(self) -> None:
        first = factories.case()
        second = factories.case()
        second.follows = first
        db.session.commit()
        for key in (f"case:{first.id}", f"case:{second.id}"):
            assert gather(key).cases == {first.id, second.id}

    @pytest.mark.parametrize(
        "key",
        ["", "case", "case:", "case:x", "case:-1", "case:1.0", "person:1", "case:" + "9" * 10,
         "case:１", "history:1", "case:1:2", ":1", "cases:1", "whole:1"],
    )  # fmt: skip
    def test_what_is_no_part_is_not_found(self, key: str) -> None:
        with pytest.raises(NotFound):
            gather(key)


class TestOrder:
    def test_everything_is_told_in_the_order_it_happened(self, app: Flask) -> None:
        life = Life()
        with app.test_request_context():
            story = queries.story(life.keys[0], life.editor)
        assert [one.what for one in story.events] == [
            "报送", "采编", "刊发", "批示", "批示登记", "立项交办", "签收", "催办", "办理结果",
            "阅看办理结果", "已办结", "转报办理情况", "采编", "刊发", "批示", "批示登记",
            "立项交办",
        ]  # fmt: skip
        moments = [one.order for one in story.events]
        assert moments == sorted(moments)
        assert (story.sent, story.printed, story.instructed) == (2, 2, 2)
        assert story.days == 2

    def test_a_round_ended_by_new_words_before_it_was_closed_is_told_so(self, app: Flask) -> None:
        first = factories.case()
        first.state, first.closed_at = State.REOPENED, factories.AT + timedelta(days=1)
        second = factories.case(at=first.closed_at)
        second.follows = first
        db.session.commit()
        officer = factories.person(Role.OFFICER)
        with app.test_request_context():
            story = queries.story(f"case:{second.id}", officer)
        assert [one.what for one in story.events if one.tone == "done"] == ["再批示"]

    def test_words_a_secretary_entered_that_day_come_before_their_registration(
        self, app: Flask
    ) -> None:
        issue, (item,) = printed("兰汀区水库渗漏")
        leader, secretary = factories.leader("沈明远"), factories.person(Role.SECRETARY)
        factories.keep(people.give_mandate(secretary, leader, by=factories.SYSTEM, at=factories.AT))
        instruction = factories.instruction(issue_=issue, item_=item, leader_=leader, by=secretary)
        case = factories.case(instruction_=instruction, at=factories.AT + timedelta(hours=1))
        editor = factories.person(Role.EDITOR)
        with app.test_request_context():
            story = queries.story(f"case:{case.id}", editor)
        told = [one.what for one in story.events]
        assert told == ["报送", "采编", "刊发", "批示", "批示登记", "立项交办"]

    def test_a_day_counts_from_its_last_minute_unless_it_was_known_before(self) -> None:
        day = date(2026, 11, 20)
        assert Event(day, "沈明远", "批示").order == datetime(
            2026, 11, 20, 23, 59, tzinfo=OFFICE_ZONE
        )
        assert Event(day, "沈明远", "批示", known_at=factories.AT).order == factories.AT
        later = factories.AT + timedelta(days=3)
        assert Event(day, "沈明远", "批示", known_at=later).order.date() == day
