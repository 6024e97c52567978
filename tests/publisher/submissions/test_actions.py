"""In this file items are sent in, returned, sent again, rejected and followed by reports."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from publisher.database import db
from publisher.errors import InputRefused, NotFound, StepRefused
from publisher.history import entries_of
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.submissions import actions, queries
from publisher.submissions.model import (
    Kind,
    RejectReason,
    Stage,
    State,
    Submission,
    chinese_number,
)
from tests import factories

pytestmark = pytest.mark.usefixtures("records")

BODY = "清溪县整合窗口42个，群众办事平均跑动次数由2.3次降至0.8次。\n\n下一步，向乡镇延伸。 "


@pytest.fixture
def reporter() -> Person:
    return factories.person(Role.REPORTER, name="赵报")


@pytest.fixture
def editor() -> Person:
    return factories.person(Role.EDITOR, name="周编")


def draft(title: str = "清溪县推行“一窗通办”", **other: object) -> actions.Draft:
    given: dict[str, object] = {"title": title, "body": BODY, "kind": Kind.EXPERIENCE}
    return actions.Draft(**(given | other))  # type: ignore[arg-type]


def sent(by: Person, at: datetime, **other: object) -> Submission:
    return factories.keep(actions.submit(draft(**other), by=by, at=at))  # type: ignore[arg-type]


class TestSubmit:
    def test_it_is_kept_as_received_with_a_number_and_told(
        self, reporter: Person, at: datetime
    ) -> None:
        received = sent(reporter, at)
        assert received.id > 0
        assert (received.title, received.body) == ("清溪县推行“一窗通办”", BODY)
        assert (received.unit, received.submitted_by) == (reporter.unit, reporter)
        assert received.state == State.SUBMITTED
        told = entries_of(db.session, f"submission:{received.id}")
        assert [(one.act, one.actor, one.to_state) for one in told] == [
            ("submit", "赵报", "submitted")
        ]

    def test_what_a_complete_submission_tells_is_named_where_it_is_missing(
        self, reporter: Person, at: datetime
    ) -> None:
        received = sent(reporter, at, source="现场调研", drafter="赵报", unit_signer="李主任")
        assert actions.missing_elements(received) == ["event_at", "signer_phone"]


class TestReturn:
    def test_a_better_version_replaces_the_returned_one_which_stays(
        self, reporter: Person, editor: Person, at: datetime
    ) -> None:
        first = sent(reporter, at)
        actions.return_for_revision(first, reason="请补充数据来源。", by=editor, at=at)
        second = factories.keep(
            actions.resubmit(first, draft("清溪县深化“一窗通办”"), by=reporter, at=at)
        )
        assert (first.state, first.title, first.reply) == (
            State.RESUBMITTED,
            "清溪县推行“一窗通办”",
            "请补充数据来源。",
        )
        assert (second.state, second.replaces) == (State.SUBMITTED, first)
        assert queries.versions_of(second) == [first, second]
        acts = [one.act for one in entries_of(db.session, f"submission:{first.id}")]
        assert acts == ["submit", "return", "resubmit"]

    def test_a_better_version_keeps_the_place_in_the_story(
        self, reporter: Person, editor: Person, at: datetime
    ) -> None:
        first = sent(reporter, at, kind=Kind.EMERGENCY, stage=Stage.FIRST)
        second = sent(reporter, at, kind=Kind.EMERGENCY, stage=Stage.FOLLOWON, follows=first)
        actions.return_for_revision(second, reason="请核对伤亡人数。", by=editor, at=at)
        better = factories.keep(actions.resubmit(second, draft(), by=editor, at=at))
        assert (better.stage_label, better.follows, better.unit) == (
            "续报一",
            first,
            reporter.unit,
        )

    def test_what_was_not_returned_is_not_sent_again(self, reporter: Person, at: datetime) -> None:
        received = sent(reporter, at)
        with pytest.raises(StepRefused, match="没有被退回"):
            actions.resubmit(received, draft(), by=reporter, at=at)


class TestReject:
    def test_the_reason_is_told_and_can_be_taken_back(
        self, reporter: Person, editor: Person, at: datetime
    ) -> None:
        received = sent(reporter, at)
        actions.reject(received, reason=RejectReason.THIN, remark="请充实做法。", by=editor, at=at)
        assert (received.state, received.reply) == (State.REJECTED, "请充实做法。")
        actions.take_back_rejection(received, by=editor, at=at)
        assert (received.state, received.reply, received.reject_reason) == (
            State.SUBMITTED,
            "",
            None,
        )

    def test_a_step_the_table_does_not_know_is_refused_in_words(
        self, reporter: Person, editor: Person, at: datetime
    ) -> None:
        received = sent(reporter, at)
        actions.return_for_revision(received, reason="请补充。", by=editor, at=at)
        with pytest.raises(StepRefused, match="现在是“退回修改”，不能改为“不采用”"):
            actions.reject(received, reason=RejectReason.OTHER, remark="", by=editor, at=at)


class TestStages:
    def test_reports_of_an_event_are_numbered_in_their_order(
        self, reporter: Person, at: datetime
    ) -> None:
        last = sent(reporter, at, kind=Kind.EMERGENCY, stage=Stage.FIRST)
        for hours, stage in enumerate((Stage.FOLLOWON, Stage.FOLLOWON, Stage.FINAL), 1):
            last = sent(
                reporter, at + timedelta(hours=hours), kind=Kind.EMERGENCY, stage=stage,
                follows=last,
            )  # fmt: skip
        story = queries.reports_of_event(last)
        assert [one.stage_label for one in story] == ["首报", "续报一", "续报二", "终报"]
        assert queries.reports_of_event(story[0]) == story

    def test_a_follow_on_report_follows_something(self, reporter: Person, at: datetime) -> None:
        for stage in (Stage.FOLLOWON, Stage.FINAL):
            with pytest.raises(InputRefused, match="须选定所接续的") as refused:
                actions.submit(draft(stage=stage), by=reporter, at=at)
            assert refused.value.field == "follows"

    def test_numbers_are_written_as_papers_write_them(self) -> None:
        written = {1: "一", 10: "十", 11: "十一", 20: "二十", 42: "四十二", 99: "九十九"}
        assert {number: chinese_number(number) for number in written} == written


class TestWhoMayKnow:
    def test_a_reporter_knows_the_own_a_head_the_units_and_the_desk_all(
        self, reporter: Person, editor: Person, at: datetime
    ) -> None:
        colleague = factories.person(Role.REPORTER, unit_=reporter.unit)
        head = factories.person(Role.UNIT_HEAD, unit_=reporter.unit)
        stranger = factories.person(Role.UNIT_HEAD)
        for who in (reporter, colleague, stranger):
            sent(who, at, title=f"{who.id}号来稿")
        seen = {
            who: sum(queries.count_by_state(who).values())
            for who in (reporter, colleague, head, stranger, editor)
        }
        assert list(seen.values()) == [1, 1, 2, 1, 3]
        assert [one.submitted_by for one in queries.own(reporter).rows] == [reporter]
        assert queries.own(head).total == 2
        assert queries.own(editor).total == 0
        theirs = queries.own(stranger).rows[0]
        for who in (reporter, colleague, head):
            with pytest.raises(NotFound):
                queries.submission(theirs.id, person=who)
        assert queries.submission(theirs.id, person=editor) is theirs

    def test_a_report_of_another_unit_cannot_be_followed(
        self, reporter: Person, at: datetime
    ) -> None:
        stranger = factories.person(Role.REPORTER)
        theirs = sent(stranger, at, stage=Stage.FIRST)
        assert queries.earlier_reports(reporter) == []
        with pytest.raises(NotFound):
            queries.report_of_unit(theirs.id, reporter)


class TestPool:
    def test_the_urgent_come_first_then_those_waiting_longest(
        self, reporter: Person, at: datetime
    ) -> None:
        for hours, (title, kind) in enumerate(
            (("早", Kind.DYNAMIC), ("晚", Kind.DYNAMIC), ("急", Kind.EMERGENCY))
        ):
            sent(reporter, at + timedelta(hours=hours), title=title, kind=kind)
        assert [one.title for one in queries.pool().rows] == ["急", "早", "晚"]

    def test_it_is_narrowed_and_a_sign_of_the_search_is_only_a_sign(
        self, reporter: Person, at: datetime
    ) -> None:
        for title in ("满意率达100%", "满意率达一百", "下划_线"):
            sent(reporter, at, title=title)
        assert [one.title for one in queries.pool(words="100%").rows] == ["满意率达100%"]
        assert [one.title for one in queries.pool(words="_").rows] == ["下划_线"]
        assert queries.pool(unit_id=reporter.unit_id + 1).total == 0
        assert queries.pool(kind=Kind.PHOTO).total == 0
        assert queries.pool(state=None).total == 3

    def test_pages_hold_twenty(self, reporter: Person, at: datetime) -> None:
        for n in range(21):
            sent(reporter, at, title=f"第{n}件")
        first, second, beyond = (queries.pool(page=n) for n in (1, 2, 3))
        assert [len(page.rows) for page in (first, second, beyond)] == [20, 1, 0]
        assert (first.total, first.pages) == (21, 2)
        assert queries.pool(page=-5).rows == first.rows
