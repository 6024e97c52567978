"""In this file issues are opened, arranged, sent for signing, signed and cancelled."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from publisher.database import db
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.errors import InputRefused, Overtaken, StepRefused
from publisher.history import entries_of
from publisher.issues import actions, queries
from publisher.issues.model import Issue, State, Urgency
from publisher.issues.numbering import Number
from publisher.issues.source import source_of
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.serials.model import Serial
from tests import factories

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def serial() -> Serial:
    return factories.serial("政务信息", readers=("staff", "role:leader"))


@pytest.fixture
def editor() -> Person:
    return factories.person(Role.EDITOR, name="周编")


@pytest.fixture
def issue(serial: Serial, editor: Person) -> Issue:
    return factories.issue(serial_=serial, items=[], compiled_by=editor)


def approved(serial: Serial, title: str = "白石县夏粮收购进度过九成") -> Item:
    return factories.item(serial_=serial, title=title, state=ItemState.APPROVED)


def titles(issue: Issue) -> list[tuple[str, str]]:
    placed = sorted(issue.placements, key=lambda one: one.position)
    return [(one.section, one.item.title) for one in placed]


class TestOpen:
    def test_it_begins_without_a_number(self, serial: Serial, editor: Person, at: datetime) -> None:
        issue = actions.open_issue(serial, dated_on=date(2026, 11, 20), by=editor, at=at)
        assert (issue.state, issue.number, issue.number_text) == (State.ARRANGING, None, "")

    def test_it_refuses_a_serial_that_was_given_up(
        self, serial: Serial, editor: Person, at: datetime
    ) -> None:
        serial.is_active = False
        with pytest.raises(StepRefused, match="已停刊"):
            actions.open_issue(serial, dated_on=date(2026, 11, 20), by=editor, at=at)


class TestPlace:
    def test_it_puts_an_approved_item_at_the_end_of_a_section(
        self, issue: Issue, serial: Serial, editor: Person, at: datetime
    ) -> None:
        for title in ("甲县开展秋冬种", "乙县推进河道清淤"):
            item = approved(serial, title)
            actions.place(issue, item, section="工作动态", by=editor, at=at)
            assert item.state == ItemState.PLACED
        db.session.commit()
        assert titles(issue) == [("工作动态", "甲县开展秋冬种"), ("工作动态", "乙县推进河道清淤")]

    def test_it_refuses_an_item_that_is_not_approved(
        self, issue: Issue, serial: Serial, editor: Person, at: datetime
    ) -> None:
        item = factories.item(serial_=serial, state=ItemState.EDITING)
        with pytest.raises(StepRefused):
            actions.place(issue, item, section="工作动态", by=editor, at=at)

    def test_it_refuses_an_item_of_another_serial(
        self, issue: Issue, editor: Person, at: datetime
    ) -> None:
        item = factories.item(serial_=factories.serial("情况反映"), state=ItemState.APPROVED)
        with pytest.raises(StepRefused, match="不是本刊"):
            actions.place(issue, item, section="工作动态", by=editor, at=at)

    def test_an_item_meant_for_no_section_goes_into_the_first(
        self, issue: Issue, serial: Serial, editor: Person, at: datetime
    ) -> None:
        item = approved(serial)
        item.section = ""
        actions.place(issue, item, section="", by=editor, at=at)
        assert issue.placements[0].section == "工作动态"

    def test_placed_again_it_moves_to_the_end_of_the_other_section(
        self, issue: Issue, serial: Serial, editor: Person, at: datetime
    ) -> None:
        items = [approved(serial, title) for title in ("甲县开展秋冬种", "乙县推进河道清淤")]
        for item in items:
            actions.place(issue, item, section="工作动态", by=editor, at=at)
        db.session.commit()
        actions.place(issue, items[0], section="经验做法", by=editor, at=at)
        db.session.commit()
        assert titles(issue) == [("工作动态", "乙县推进河道清淤"), ("经验做法", "甲县开展秋冬种")]

    def test_unplacing_gives_the_item_back_to_the_pool(
        self, issue: Issue, serial: Serial, editor: Person, at: datetime
    ) -> None:
        item = approved(serial)
        actions.place(issue, item, section="工作动态", by=editor, at=at)
        db.session.commit()
        actions.unplace(issue, item, by=editor, at=at)
        db.session.commit()
        assert queries.pool(serial.id) == [item]
        assert issue.placements == []


class TestArrange:
    @pytest.fixture
    def three(self, issue: Issue, serial: Serial, editor: Person, at: datetime) -> list[Item]:
        items = [approved(serial, f"第{n}篇") for n in "一二三"]
        for item in items:
            actions.place(issue, item, section="工作动态", by=editor, at=at)
        db.session.commit()
        return items

    def arrange(
        self, issue: Issue, order: list[tuple[str, list[int]]], by: Person, at: datetime
    ) -> None:
        pool = {item.id: item for item in queries.pool(issue.serial_id)}
        actions.arrange(issue, order, pool=pool, by=by, at=at, seen_version=issue.version)
        db.session.commit()
        db.session.refresh(issue)

    def test_it_reverses_an_order_and_moves_between_sections(
        self, issue: Issue, three: list[Item], editor: Person, at: datetime
    ) -> None:
        one, two, three_ = (item.id for item in three)
        self.arrange(issue, [("工作动态", [three_]), ("经验做法", [two, one])], editor, at)
        assert titles(issue) == [
            ("工作动态", "第三篇"),
            ("经验做法", "第二篇"),
            ("经验做法", "第一篇"),
        ]

    def test_every_order_of_many_orders_is_kept(
        self, issue: Issue, three: list[Item], editor: Person, at: datetime
    ) -> None:
        numbers = [item.id for item in three]
        for _turn in range(7):
            numbers = numbers[1:] + numbers[:1]
            self.arrange(issue, [("工作动态", numbers)], editor, at)
            assert [one.item_id for one in issue.placements] == numbers

    def test_it_takes_from_the_pool_and_gives_back_in_one_go(
        self, issue: Issue, serial: Serial, three: list[Item], editor: Person, at: datetime
    ) -> None:
        fresh = approved(serial, "新到一篇")
        self.arrange(issue, [("工作动态", [fresh.id, three[2].id])], editor, at)
        assert [title for _section, title in titles(issue)] == ["新到一篇", "第三篇"]
        assert {item.title for item in queries.pool(serial.id)} == {"第一篇", "第二篇"}

    def test_it_refuses_an_item_named_twice(
        self, issue: Issue, three: list[Item], editor: Person, at: datetime
    ) -> None:
        with pytest.raises(InputRefused, match="两次"):
            self.arrange(
                issue, [("工作动态", [three[0].id]), ("经验做法", [three[0].id])], editor, at
            )

    def test_it_refuses_an_item_that_is_not_in_the_pool(
        self, issue: Issue, editor: Person, at: datetime
    ) -> None:
        elsewhere = factories.item(state=ItemState.APPROVED)
        with pytest.raises(StepRefused, match="待排版"):
            self.arrange(issue, [("工作动态", [elsewhere.id])], editor, at)

    def test_it_tells_who_looked_at_an_older_order(
        self, issue: Issue, three: list[Item], editor: Person, at: datetime
    ) -> None:
        seen = issue.version
        self.arrange(issue, [("工作动态", [item.id for item in reversed(three)])], editor, at)
        with pytest.raises(Overtaken):
            actions.arrange(issue, [], pool={}, by=editor, at=at, seen_version=seen)

    def test_a_step_up_changes_places_with_the_neighbour(
        self, issue: Issue, three: list[Item], editor: Person, at: datetime
    ) -> None:
        actions.step(issue, three[2].id, down=False, by=editor, at=at)
        assert [title for _section, title in titles(issue)] == ["第一篇", "第三篇", "第二篇"]

    def test_a_step_down_from_the_end_goes_over_into_the_next_section(
        self, issue: Issue, three: list[Item], editor: Person, at: datetime
    ) -> None:
        actions.step(issue, three[2].id, down=True, by=editor, at=at)
        assert titles(issue)[-1] == ("经验做法", "第三篇")

    def test_a_step_beyond_the_last_section_changes_nothing(
        self, issue: Issue, three: list[Item], editor: Person, at: datetime
    ) -> None:
        actions.step(issue, three[0].id, down=False, by=editor, at=at)
        assert titles(issue)[0] == ("工作动态", "第一篇")


class TestSendForSigning:
    def test_it_refuses_an_empty_issue(self, issue: Issue, editor: Person, at: datetime) -> None:
        with pytest.raises(StepRefused, match="还没有排入稿件"):
            actions.send_for_signing(issue, by=editor, at=at)

    def test_its_authors_are_who_compiled_it_and_the_items_editors(
        self, issue: Issue, serial: Serial, editor: Person, at: datetime
    ) -> None:
        item = approved(serial)
        actions.place(issue, item, section="工作动态", by=editor, at=at)
        assert actions.authors(issue) == {editor.id, item.editor_id}

    def test_nothing_is_moved_once_it_is_sent(
        self, serial: Serial, editor: Person, at: datetime
    ) -> None:
        issue = factories.issue(serial_=serial)
        actions.send_for_signing(issue, by=editor, at=at)
        with pytest.raises(StepRefused, match="送签中"):
            actions.unplace(issue, issue.placements[0].item, by=editor, at=at)
        with pytest.raises(StepRefused, match="送签中"):
            actions.describe(
                issue,
                dated_on=issue.dated_on,
                urgency=Urgency.URGENT,
                extra_recipients="",
                editor_note="",
                by=editor,
                at=at,
            )


class TestSign:
    def sign(self, issue: Issue, by: Person, at: datetime) -> None:
        numbered = Number(12, 1487, 2026)
        actions.sign(
            issue,
            numbered=numbered,
            frozen=source_of(issue, numbered=numbered, signer=by.name),
            photos={},
            by=by,
            at=at,
        )
        db.session.commit()

    def test_it_freezes_content_readers_and_items(
        self, issue: Issue, serial: Serial, editor: Person, at: datetime
    ) -> None:
        item = approved(serial, "白石县夏粮收购进度过九成")
        actions.place(issue, item, section="工作动态", by=editor, at=at)
        actions.send_for_signing(issue, by=editor, at=at)
        director = factories.person(Role.DIRECTOR, name="李签")
        self.sign(issue, director, at)
        assert issue.state == State.SIGNED
        assert issue.number_text == "第12期（总第1487期）"
        assert issue.frozen is not None
        assert issue.frozen["imprint"]["signer"] == "李签"
        assert issue.frozen["number_line"] == "第12期（总第1487期）"
        assert {reader.token for reader in issue.readers} == {"staff", "role:leader"}
        assert item.state == ItemState.LOCKED

    def test_a_reader_the_serial_gains_later_does_not_read_the_signed_issue(
        self, serial: Serial, editor: Person, at: datetime
    ) -> None:
        issue = factories.issue(serial_=serial)
        actions.send_for_signing(issue, by=editor, at=at)
        self.sign(issue, editor, at)
        serial.readers.clear()
        db.session.commit()
        db.session.refresh(issue)
        assert {reader.token for reader in issue.readers} == {"staff", "role:leader"}

    def test_history_keeps_the_number_and_the_digest_of_what_was_signed(
        self, serial: Serial, editor: Person, at: datetime
    ) -> None:
        issue = factories.issue(serial_=serial)
        actions.send_for_signing(issue, by=editor, at=at)
        self.sign(issue, editor, at)
        told = entries_of(db.session, f"issue:{issue.id}")[-1]
        assert (told.act, told.detail["number"], told.detail["total"]) == ("sign", 12, 1487)
        assert len(told.detail["content"]) == 64

    def test_it_refuses_an_issue_without_articles(
        self, issue: Issue, editor: Person, at: datetime
    ) -> None:
        with pytest.raises(StepRefused, match="还没有排入稿件"):
            self.sign(issue, editor, at)

    def test_it_refuses_an_issue_that_was_not_sent(
        self, serial: Serial, editor: Person, at: datetime
    ) -> None:
        with pytest.raises(StepRefused):
            self.sign(factories.issue(serial_=serial), editor, at)


class TestCancel:
    def test_its_items_wait_in_the_pool_again(
        self, serial: Serial, editor: Person, at: datetime
    ) -> None:
        issue = factories.issue(serial_=serial)
        item = issue.placements[0].item
        actions.cancel(issue, reason="重复立项", by=editor, at=at)
        db.session.commit()
        assert issue.state == State.CANCELLED
        assert queries.pool(serial.id) == [item]

    def test_it_wants_a_reason(self, issue: Issue, editor: Person, at: datetime) -> None:
        with pytest.raises(InputRefused, match="原因"):
            actions.cancel(issue, reason=" ", by=editor, at=at)

    def test_a_signed_issue_is_never_cancelled(
        self, serial: Serial, editor: Person, at: datetime
    ) -> None:
        issue = factories.issue(serial_=serial)
        issue.state = State.SIGNED
        with pytest.raises(StepRefused):
            actions.cancel(issue, reason="误签", by=editor, at=at)
