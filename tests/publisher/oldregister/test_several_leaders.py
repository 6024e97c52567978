"""In this file a row with several leaders becomes an instruction for each, and one case."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from publisher import migrations
from publisher.database import db
from publisher.followups.model import Case
from publisher.instructions.model import Instruction
from publisher.instructions.model import State as InstructionState
from publisher.oldregister import importing
from publisher.oldregister.model import OldEntry, OldRegister, Outcome
from publisher.people.permission import Role
from tests import factories
from tests.factories import Browser
from tests.publisher.oldregister import workbooks
from tests.publisher.oldregister.test_importing import imported, taken_in

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")

HEAD = ["编号", "批示日期", "批示领导", "批示内容", "文件标题", "承办单位", "办理情况"]
ROWS: list[list[Any]] = [
    ["批示〔2024〕3号", "2024.3.5", "陆云山、沈明远", "陆云山：同意。沈明远：请水利局3月底前办结。",
     "关于青石湖水库除险加固的报告", "水利局", "已办结"],
    ["批示〔2024〕4号", "2024.4.2\n2024.4.3", "韦东川\n沈明远", "请抓紧办理，结果报我。",
     "关于老旧小区改造进展的报告", "水利局", "正在办理"],
    ["批示〔2024〕5号", "2024.5.6", "市政府常务会议、市长办公会", "原则同意。",
     "关于防汛物资储备的请示", "水利局", "已办结"],
    # One paper, two leaders in two rows: number, paper, unit and result are merged downwards.
    ["批示〔2024〕6号", "2024.6.3", "陆云山", "请明远同志阅处。", "关于雨情水情的专报", "水利局",
     "已落实到位"],
    [None, "2024.6.4", "沈明远", "请水利局会同应急局研判，加强值守。", None, None, None],
    # One instruction word for word of two leaders, in rows that share the cell of the words.
    ["批示〔2024〕7号", "2024.7.1", "陆云山", "请总结推广。", "关于一窗通办的调研报告", "水利局",
     "已办结"],
    [None, None, "韦东川", None, None, None, None],
]  # fmt: skip
MERGES = ("A5:A6", "E5:E6", "F5:F6", "G5:G6",
          "A7:A8", "B7:B8", "D7:D8", "E7:E8", "F7:F8", "G7:G8")  # fmt: skip


@pytest.fixture
def officers(app: Flask) -> Browser:
    factories.leader("沈明远")
    factories.unit("水利局")
    return Browser(app, factories.person(Role.OFFICER, name="孙督"))


def content() -> bytes:
    return workbooks.plain([HEAD, *ROWS], sheet="2024年", merges=MERGES)


def told() -> dict[tuple[int, int], tuple[str, str, date, InstructionState]]:
    """What each entry became: leader, words, day, state."""
    rows = db.session.execute(
        select(OldEntry, Instruction).join(Instruction, Instruction.id == OldEntry.instruction_id)
    ).unique()
    return {
        (entry.row, entry.place): (made.leader_name, made.text, made.written_on, made.state)
        for entry, made in rows
    }


def test_each_leader_has_his_own_instruction_and_each_matter_one_case(officers: Browser) -> None:
    imported(officers, content())
    opened, noted, open_ = (
        InstructionState.OPENED, InstructionState.NOTED, InstructionState.OPENED,
    )  # fmt: skip
    same = "请抓紧办理，结果报我。"
    assert told() == {
        (2, 0): ("陆云山", "同意。", date(2024, 3, 5), opened),
        (2, 1): ("沈明远", "请水利局3月底前办结。", date(2024, 3, 5), noted),
        (3, 0): ("韦东川", same, date(2024, 4, 2), open_),
        (3, 1): ("沈明远", same, date(2024, 4, 3), noted),
        (4, 0): ("市政府常务会议、市长办公会", "原则同意。", date(2024, 5, 6), opened),
        (5, 0): ("陆云山", "请明远同志阅处。", date(2024, 6, 3), opened),
        (6, 0): ("沈明远", "请水利局会同应急局研判，加强值守。", date(2024, 6, 4), noted),
        (7, 0): ("陆云山", "请总结推广。", date(2024, 7, 1), opened),
        (7, 1): ("韦东川", "请总结推广。", date(2024, 7, 1), noted),
    }
    assert len(list(db.session.scalars(select(Case.id)))) == 5
    doubts = {
        (one.row, one.place): set(one.doubts)
        for one in db.session.scalars(select(OldEntry)).unique()
    }
    assert doubts[2, 0] == {"apart", "new_leader", "not_closed_on"}
    assert doubts[2, 1] == {"apart", "not_closed_on", "one_matter"}
    assert {"same_words", "days_in_order"} <= doubts[3, 0] & doubts[3, 1]
    assert ("no_limit" in doubts[3, 0], "no_limit" in doubts[3, 1]) == (True, False)
    assert "many_leaders" in doubts[4, 0]
    assert "one_matter" in doubts[6, 0]
    assert {"joined", "same_words"} <= doubts[7, 1]
    numbers = {one.number_text for one in db.session.scalars(select(Instruction)).unique()}
    assert numbers == {f"批示〔2024〕{n}号" for n in range(3, 8)}


def test_the_preview_shows_what_the_import_does(officers: Browser) -> None:
    address = taken_in(officers, content())
    found = db.session.get_one(OldRegister, int(address.rpartition("/")[2]))
    shown = [
        (one.row.number, one.row.place, one.leader.name if one.leader else "", one.doubts)
        for one in importing.preview(found)
    ]
    page = officers.get(address).text
    assert page.count("请总结推广。") == 2
    assert "一行有几位领导，批示内容分不开，各登记一件，内容相同" in page
    imported(officers, content())
    done = [
        (one.row, one.place, made.leader_name, one.doubts)
        for one, made in db.session.execute(
            select(OldEntry, Instruction)
            .join(Instruction, Instruction.id == OldEntry.instruction_id)
            .order_by(OldEntry.id)
        ).unique()
    ]
    assert [one[:3] for one in shown] == [one[:3] for one in done]
    assert [set(one[3]) for one in shown] == [set(one[3]) for one in done]


def test_words_that_could_not_be_told_apart_say_so_on_their_page(officers: Browser) -> None:
    found = imported(officers, content())
    entry = db.session.scalars(select(OldEntry).where(OldEntry.row == 3, OldEntry.place == 1)).one()
    page = officers.get(f"/instructions/{entry.instruction_id}").text
    assert "工作表“2024年”第3行（原行写有几位领导，批示内容未分开）" in page
    assert "与韦东川的批示一并办理" in page
    joined = db.session.get_one(Instruction, entry.instruction_id)
    assert joined.is_joined
    first = db.session.scalars(select(OldEntry).where(OldEntry.row == 3, OldEntry.place == 0)).one()
    assert joined.joined_to_id == first.instruction_id
    assert f'href="/instructions/{first.instruction_id}"' in page
    report = officers.get(f"/old-registers/{found.id}?which=doubtful").text
    assert report.count("一行有几位领导，批示内容分不开") == 4


def test_what_was_taken_over_together_before_is_joined_by_the_migration(officers: Browser) -> None:
    def joined() -> dict[int, int | None]:
        every = db.session.scalars(select(Instruction)).unique()
        return {one.id: one.joined_to_id for one in every if one.joined_to_id}

    imported(officers, content())
    before = joined()
    assert len(before) >= 3
    db.session.rollback()
    migrations.downgrade(db.engine, "0027")
    migrations.upgrade(db.engine)
    db.session.expire_all()
    assert joined() == before


def test_a_row_taken_over_as_one_before_is_not_taken_over_again(officers: Browser) -> None:
    found = imported(officers, content())
    first, second = db.session.scalars(
        select(OldEntry).where(OldEntry.row == 3).order_by(OldEntry.place)
    ).all()
    # As an earlier edition of this program left it: one entry for the row, under the row's digest.
    parts = ("批示〔2024〕4号", "2024-04-02", "韦东川沈明远", "请抓紧办理，结果报我。",
             "关于老旧小区改造进展的报告")  # fmt: skip
    whole = "\x1f".join(re.sub(r"\s+", "", one) for one in parts)
    first.digest = hashlib.sha256(whole.encode()).hexdigest()
    db.session.delete(second)
    number, kept = found.id, first.instruction_id
    db.session.commit()
    newer = imported(
        officers, workbooks.plain([HEAD, *ROWS[:2]], sheet="2024年"), "批示台账（新）.xlsx"
    )
    assert newer.id != number
    again = db.session.scalars(
        select(OldEntry)
        .where(OldEntry.register_id == newer.id, OldEntry.row == 3)
        .order_by(OldEntry.place)
    ).all()
    assert [(one.outcome, one.instruction_id) for one in again] == [(Outcome.KNOWN, kept)] * 2
    assert all("as_one" in one.doubts for one in again)


def test_the_register_is_narrowed_by_a_leader_of_years_past(officers: Browser) -> None:
    imported(officers, content())
    page = officers.get("/instructions").text
    assert '<optgroup label="历任和上级领导">' in page
    assert '<option value="韦东川">韦东川</option>' in page
    narrowed = officers.get("/instructions?leader=韦东川").text
    assert '<option value="韦东川" selected>' in narrowed
    assert "请总结推广。" in narrowed
    assert "原则同意。" not in narrowed
    assert "register.xlsx?leader=%E9%9F%A6%E4%B8%9C%E5%B7%9D" in narrowed
    assert officers.get("/cases/register.docx?leader=韦东川").status_code == 200
