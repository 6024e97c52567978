"""In this file the desk takes up, edits, merges and drops; every other step is refused."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from publisher.database import db
from publisher.editing import actions, queries
from publisher.editing.model import Item, State
from publisher.errors import InputRefused, NotFound, Overtaken, StepRefused
from publisher.history import entries_of
from publisher.people.permission import Role
from publisher.submissions.model import Kind
from publisher.submissions.model import State as SubmissionState
from tests import factories

records = pytest.mark.usefixtures("records")


def loose_item(state: State) -> Item:
    """An item that no database knows."""
    made = Item(title="题", body="文", kind=Kind.DYNAMIC, editor=None, made_at=factories.AT)  # type: ignore[arg-type]
    made.state = state
    return made


class TestStates:
    @pytest.mark.parametrize(("here", "there"), list(product(State, State)))
    def test_every_step_of_the_table_is_taken_and_no_other(
        self, here: State, there: State, at: datetime
    ) -> None:
        item = loose_item(here)
        if there in Item.NEXT[here]:
            item.move_to(there, act="try", by=factories.SYSTEM, at=at)
            assert item.state == there
        else:
            with pytest.raises(StepRefused, match=f"现在是“{here.source_word}”"):
                item.move_to(there, act="try", by=factories.SYSTEM, at=at)
            assert item.state == here

    def test_the_table_names_every_state(self) -> None:
        assert set(Item.NEXT) == set(State)

    @pytest.mark.parametrize("state", [one for one in State if one != State.EDITING])
    def test_only_what_lies_on_the_desk_is_edited(self, state: State, at: datetime) -> None:
        item = loose_item(state)
        with pytest.raises(StepRefused, match="不能修改"):
            actions.revise(item, title="新题", body="新文", by=None, at=at)  # type: ignore[arg-type]
        assert item.title == "题"


@records
class TestTakeUp:
    def test_the_text_is_copied_and_the_submission_stays_as_it_came(self, at: datetime) -> None:
        received, editor = factories.submission(), factories.person(Role.EDITOR)
        item = factories.keep(actions.take_up(received, by=editor, at=at))
        actions.revise(item, title="改后的标题", body="改后的正文。", by=editor, at=at)
        db.session.commit()
        assert received.title == "清溪县推行“一窗通办”提升政务服务效能"
        assert received.body.startswith("清溪县整合窗口42个")
        assert received.state == SubmissionState.ACCEPTED
        assert [one.number for one in item.revisions] == [1, 2]
        assert item.source_line == f"{received.unit.short_name}供稿"

    def test_it_is_taken_up_once(self, at: datetime) -> None:
        received, editor = factories.submission(), factories.person(Role.EDITOR)
        actions.take_up(received, by=editor, at=at)
        with pytest.raises(StepRefused):
            actions.take_up(received, by=editor, at=at)

    def test_history_tells_from_which_submission(self, at: datetime) -> None:
        received = factories.submission()
        item = factories.keep(actions.take_up(received, by=factories.person(), at=at))
        told = entries_of(db.session, f"item:{item.id}")
        assert [one.act for one in told] == ["make_item"]
        assert told[0].detail == {"of": [f"submission:{received.id}"]}


@records
class TestMerge:
    def test_both_units_are_named_and_credited(self, at: datetime) -> None:
        first, second = factories.submission(), factories.submission(title="白石县也这样做")
        item = factories.keep(
            actions.merge(
                [first, second], title="两县这样做", body="综合。", by=factories.person(), at=at
            )
        )
        assert [source.submission.id for source in item.sources] == [first.id, second.id]
        assert item.source_line == f"{first.unit.short_name}、{second.unit.short_name}供稿"
        assert {first.state, second.state} == {SubmissionState.MERGED}
        assert item.kind == Kind.SYNTHESIS

    def test_a_unit_that_sent_both_is_named_once(self, at: datetime) -> None:
        reporter = factories.person(Role.REPORTER)
        both = [factories.submission(by=reporter), factories.submission(by=reporter)]
        item = actions.merge(both, title="题", body="文", by=factories.person(), at=at)
        assert item.source_line == f"{reporter.unit.short_name}供稿"

    def test_one_submission_is_no_merger(self, at: datetime) -> None:
        alone = factories.submission()
        with pytest.raises(InputRefused, match="至少要选两件"):
            actions.merge([alone], title="题", body="文", by=factories.person(), at=at)
        assert alone.state == SubmissionState.SUBMITTED

    def test_one_more_can_join_and_is_credited_too(self, at: datetime) -> None:
        item, more = factories.item(), factories.submission(title="兰汀区也推行")
        actions.join(item, more, by=item.editor, at=at)
        db.session.commit()
        assert item.source_line.endswith(f"、{more.unit.short_name}供稿")
        assert more.state == SubmissionState.MERGED


@records
class TestDrop:
    def test_a_merged_submission_waits_in_the_pool_again(self, at: datetime) -> None:
        both = [factories.submission(), factories.submission(title="白石县也这样做")]
        editor = factories.person()
        item = factories.keep(actions.merge(both, title="题", body="文", by=editor, at=at))
        actions.drop(item, reason="两县情况不同，分别编发", by=editor, at=at)
        db.session.commit()
        assert item.state == State.DROPPED
        assert {one.state for one in both} == {SubmissionState.SUBMITTED}

    def test_one_taken_up_alone_can_still_be_returned_or_rejected(self, at: datetime) -> None:
        received, editor = factories.submission(), factories.person()
        item = factories.keep(actions.take_up(received, by=editor, at=at))
        actions.drop(item, reason="时效已过", by=editor, at=at)
        db.session.commit()
        assert received.state == SubmissionState.ACCEPTED
        assert received.may_move_to(SubmissionState.REJECTED)
        assert received.may_move_to(SubmissionState.RETURNED)


@records
class TestRevise:
    def test_nothing_changed_makes_no_revision(self, at: datetime) -> None:
        item = factories.item()
        made = actions.revise(item, title=f" {item.title} ", body=item.body, by=item.editor, at=at)
        assert made is None
        assert len(item.revisions) == 1

    def test_an_empty_title_is_refused(self, at: datetime) -> None:
        item = factories.item()
        with pytest.raises(InputRefused, match="请填写标题"):
            actions.revise(item, title="　 ", body="文", by=item.editor, at=at)

    def test_a_save_upon_an_older_version_names_who_was_first(self, at: datetime) -> None:
        item, other = factories.item(), factories.person(name="吴编")
        seen = item.version
        actions.revise(item, title="吴编的标题", body="吴编的正文", by=other, at=at)
        db.session.commit()
        with pytest.raises(Overtaken, match="吴编刚刚保存过"):
            actions.revise(
                item, title="迟到的", body="迟到的", by=item.editor, at=at, seen_version=seen
            )
        assert item.title == "吴编的标题"

    def test_two_saves_in_the_same_moment_are_told_apart_by_the_database(
        self, at: datetime
    ) -> None:
        number = factories.item().id
        db.session.rollback()
        with Session(db.engine) as late:
            held = late.get_one(Item, number)
            assert held.revisions
            late.connection().exec_driver_sql("COMMIT")
            first = queries.item(number)
            actions.revise(first, title="先到的", body="先到", by=first.editor, at=at)
            db.session.commit()
            held.title = "后到的"
            late.connection().exec_driver_sql("BEGIN IMMEDIATE")
            with pytest.raises(StaleDataError):
                late.flush()
            late.rollback()
        db.session.expire_all()
        assert queries.item(number).title == "先到的"


@records
class TestReadiness:
    def test_an_item_without_serial_or_text_is_not_sent_for_approval(self) -> None:
        item = factories.item(body=" \n")
        with pytest.raises(StepRefused, match="正文为空"):
            actions.must_be_ready(item)
        item.serial = None
        with pytest.raises(StepRefused, match="请先选定刊物"):
            actions.must_be_ready(item)

    def test_a_section_of_another_serial_is_refused(self, at: datetime) -> None:
        item = factories.item()
        with pytest.raises(InputRefused, match="不属于这个刊物"):
            actions.classify(
                item,
                serial=item.serial,
                section="他刊专栏",
                kind=item.kind,
                source_line="",
                tags="",
                is_brief=False,
                by=item.editor,
                at=at,
            )

    def test_an_item_that_is_not_there_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            queries.item(404)


class TestDifferences:
    def test_a_changed_figure_is_marked_whole_and_nothing_else(self) -> None:
        before, after = "全县收购夏粮3.5万吨，同比增长。", "全县收购夏粮13.5万吨，同比增长。"
        (line,) = queries.differences(before, after)
        assert line.op == "replace"
        assert [text for text, changed in line.left if changed] == ["3.5"]
        assert [text for text, changed in line.right if changed] == ["13.5"]

    def test_both_sides_read_on_give_both_texts(self) -> None:
        before = "第一段。\n\n第二段不变。\n第三段𠮷野。"
        after = "新的开头。\n第一段！\n\n第二段不变。"
        rows = queries.differences(before, after)
        left = [row.left for row in rows if row.op != "insert"]
        right = [row.right for row in rows if row.op != "delete"]
        assert ["".join(text for text, _c in one) for one in left] == before.split("\n")
        assert ["".join(text for text, _c in one) for one in right] == after.split("\n")

    def test_equal_texts_have_no_changed_piece(self) -> None:
        rows = queries.differences("一。\n二。", "一。\n二。")
        assert {row.op for row in rows} == {"equal"}
