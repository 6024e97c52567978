"""In this file a register kept in a workbook is taken over, row by row, and nothing is lost."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from publisher import registers
from publisher.database import db
from publisher.followups.finding import case_records
from publisher.followups.model import Case
from publisher.followups.model import State as CaseState
from publisher.instructions.finding import records
from publisher.instructions.model import Instruction
from publisher.instructions.model import State as InstructionState
from publisher.oldregister.cells import Doubt
from publisher.oldregister.model import OldEntry, OldRegister, Outcome, State
from publisher.people.permission import PERMISSIONS, Permission, Role
from tests import factories
from tests.factories import Browser
from tests.publisher.oldregister import workbooks

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")


@pytest.fixture
def officers(app: Flask) -> Browser:
    return Browser(app, factories.person(Role.OFFICER, name="孙督"))


def taken_in(officers: Browser, content: bytes, name: str = "批示台账.xlsx") -> str:
    made = officers.post("/old-registers", {"file": (io.BytesIO(content), name)})
    assert made.status_code == 302, made.text
    return str(made.location)


def columns_of(address: str) -> dict[str, str]:
    found = db.session.get_one(OldRegister, int(address.rpartition("/")[2]))
    return {f"column-{place}": value for place, value in found.mapping.items()}


def imported(officers: Browser, content: bytes, name: str = "批示台账.xlsx") -> OldRegister:
    address = taken_in(officers, content, name)
    sent = columns_of(address) | {"do": "import"}
    assert officers.post(f"{address}/columns", sent).status_code == 302
    found = db.session.get_one(OldRegister, int(address.rpartition("/")[2]))
    assert found.state == State.DONE, found.error
    return found


def rows() -> dict[int, OldEntry]:
    found = db.session.scalars(select(OldEntry).order_by(OldEntry.id))
    return {one.row: one for one in found}


def made_of(row: int) -> Instruction:
    return db.session.get_one(Instruction, rows()[row].instruction_id)


def case_of(made: Instruction) -> Case | None:
    return db.session.scalars(select(Case).where(Case.instruction_id == made.id)).unique().first()


class TestRegister:
    @pytest.fixture(autouse=True)
    def _office(self, records: None) -> None:
        assert records is None, "the database is open before anybody is put into it"
        self.leader_id = factories.leader("沈明远").id
        factories.unit("水利局")
        factories.unit("财政局")

    def test_a_register_is_read_its_columns_told_and_every_row_accounted_for(
        self, app: Flask, officers: Browser
    ) -> None:
        issue = factories.published_issue()
        item_title, issue_id = issue.placements[0].item.title, issue.id
        address = taken_in(officers, workbooks.register(item_title))
        page = officers.get(address).text
        assert "工作表“2024年”第2行是表头，下面" in page
        for words in ("批示时间", "批示领导", "批示内容", "按表头推测的", "请水利局抓紧办理。"):
            assert words in page, words
        assert columns_of(address) == {
            "column-0": "number", "column-1": "date", "column-2": "leader", "column-3": "text",
            "column-4": "title", "column-5": "carrier", "column-6": "lead", "column-7": "limit",
            "column-8": "result", "column-9": "closed",
        }  # fmt: skip
        assert db.session.scalar(select(func.count()).select_from(Instruction)) == 0
        found = imported(officers, workbooks.register(item_title))
        told = {row: (one.outcome, set(one.doubts)) for row, one in rows().items()}
        entered, refused = Outcome.ENTERED, Outcome.REFUSED
        assert told == {
            4: (entered, set()),
            5: (entered, {"new_leader"}),
            6: (entered, {"new_leader"}),
            7: (entered, {"new_leader", "year_guessed", "new_unit", "joined",
                          "not_closed_on"}),
            9: (refused, {"no_date"}),
            10: (refused, {"no_text"}),
        }  # fmt: skip
        closed, running, noted, joined = (made_of(row) for row in (4, 5, 6, 7))
        assert (closed.number_text, closed.number, closed.leader_id) == (
            "批示〔2024〕1号", None, self.leader_id,
        )  # fmt: skip
        assert (closed.written_on, closed.limit_on) == (date(2024, 3, 5), date(2024, 4, 5))
        assert (closed.stands_on, closed.state) == (
            "《关于水库除险加固的报告》", InstructionState.OPENED,
        )  # fmt: skip
        case = case_of(closed)
        assert case is not None
        assert (case.state, case.number, case.due_on) == (
            CaseState.CLOSED, None, date(2024, 4, 5),
        )  # fmt: skip
        assert [one.unit.name for one in case.tasks] == ["水利局", "财政局"]
        assert case.closed_at is not None
        assert case.closed_at.date() == date(2024, 4, 2)
        assert (running.number_text, running.issue_id) == ("批〔2024〕7号", issue_id)
        assert (running.leader_name, running.leader_post) == ("陆云山", "省长")
        still = case_of(running)
        assert still is not None
        assert (still.state, still.limit_days) == (CaseState.ASSIGNED, 15)
        assert (noted.state, noted.written_on) == (InstructionState.NOTED, date(2024, 3, 15))
        assert "水情快报" in noted.stands_on
        past = case_of(joined)
        assert past is not None
        assert [(one.unit.name, one.unit.is_active) for one in past.tasks] == [
            ("老农业办", False), ("水利局", True),
        ]  # fmt: skip
        assert (joined.written_on, joined.leader_post) == (date(2024, 4, 1), "市委书记")
        # The office's own numbers go on after the one that was taken over.
        assert registers.take_number(db.session, registers.INSTRUCTIONS, 2024) == 8
        db.session.rollback()
        page = officers.get(f"/old-registers/{found.id}").text
        assert Doubt.NO_DATE.source_word in page
        report = officers.get(f"/old-registers/{found.id}/report.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(report.data)).active
        assert sheet is not None
        assert sheet.max_row == 2 + len(told)
        self._is_everywhere(app, officers, closed.id)

    def _is_everywhere(self, app: Flask, officers: Browser, number: int) -> None:
        """In register, search, thread and papers, marked with the row's address."""
        address = "旧台账“批示台账.xlsx”，工作表“2024年”第4行"
        page = officers.get(f"/instructions/{number}").text
        assert address in page
        assert "批示〔2024〕1号" in officers.get("/instructions?words=抓紧办理").text
        thread = officers.get(f"/threads/instruction:{number}").text
        for words in ("<h1>关于水库除险加固的报告", "请水利局抓紧办理。", "3座水库加固完成"):
            assert words in thread, words
        (record,) = records([number])
        assert (record.number_text, record.leader) == ("批示〔2024〕1号", "沈明远")
        case = case_of(db.session.get_one(Instruction, number))
        assert case is not None
        case_number = case.id
        assert [one.number_text for one in case_records([case_number])] == ["批示〔2024〕1号"]
        assert "批示〔2024〕1号" in officers.get(f"/cases/{case_number}").text
        paper = openpyxl.load_workbook(io.BytesIO(officers.get("/cases/register.xlsx").data)).active
        assert paper is not None
        assert "批示〔2024〕1号" in str(list(paper.iter_rows(values_only=True)))
        assert officers.get("/cases/register.docx").status_code == 200
        entry = officers.get(f"/old-registers/entries/{rows()[4].id}").text
        assert "来文标题" in entry
        handlers = Browser(app, factories.person(Role.HANDLER, unit_=case.lead.unit))
        shown = handlers.get(f"/instructions/{number}")
        assert (shown.status_code, address in shown.text) == (200, True)
        assert "/old-registers/" not in shown.text

    def test_the_same_file_twice_changes_nothing_and_a_newer_copy_tells_what_changed(
        self, officers: Browser
    ) -> None:
        head = ["编号", "批示日期", "批示领导", "批示内容", "文件标题", "承办单位", "办理状态"]
        one = [1, "2024.3.5", "沈明远", "请抓紧办理。", "雨情", "水利局", "已办结"]
        two = [2, "2024.3.6", "沈明远", "请核。", "雪情", "水利局", "已办结"]
        content = workbooks.plain([head, one, two, two])
        first = imported(officers, content)
        assert "same_row" in rows()[4].doubts
        number = first.id
        assert taken_in(officers, content, "另名.xlsx").endswith(f"/{number}")
        newer = workbooks.plain(
            [head, one, [*two[:-1], "办理中"], [3, *two[1:3], "请阅。", *two[4:]]]
        )
        second = imported(officers, newer, "批示台账（新）.xlsx")
        assert second.id != number
        told = [
            (one.row, one.outcome, one.doubts)
            for one in db.session.scalars(
                select(OldEntry).where(OldEntry.register_id == second.id).order_by(OldEntry.id)
            )
        ]
        assert told == [
            (2, Outcome.KNOWN, []), (3, Outcome.KNOWN, ["changed"]),
            (4, Outcome.ENTERED, ["not_closed_on"]),
        ]  # fmt: skip
        assert db.session.scalar(select(func.count()).select_from(Instruction)) == 3

    def test_what_was_said_of_the_columns_is_kept_for_the_next_file(
        self, officers: Browser
    ) -> None:
        head = ["编号", "批示日期", "批示领导", "要办的事", "承办单位", "怎样了"]
        row = [1, "2024.3.5", "沈明远", "请抓紧办理。", "水利局", "已办结"]
        address = taken_in(officers, workbooks.plain([head, row]))
        sent = columns_of(address) | {"do": "import"}
        refused = officers.post(f"{address}/columns", sent)
        assert refused.status_code == 422
        assert "请指定哪一列是“批示内容”。" in refused.text
        looked = sent | {"column-3": "text", "column-5": "state", "do": "look"}
        assert officers.post(f"{address}/columns", looked).status_code == 302
        assert "已办结" in officers.get(address).text
        assert officers.post(f"{address}/columns", looked | {"do": "import"}).status_code == 302
        again = taken_in(officers, workbooks.plain([head, [2, *row[1:]]]), "下半年.xlsx")
        assert columns_of(again)["column-3"] == "text"
        assert "按上次同样表头的台账预先选好的" in officers.get(again).text

    def test_sheets_of_another_head_and_without_one_are_told_and_taken_in_turn(
        self, officers: Browser
    ) -> None:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.title = "2023年"
        page.append(["编号", "批示日期", "批示领导", "批示内容", "承办单位", "办理状态"])
        page.append([1, "3月5日", "沈明远", "请抓紧办理。", "水利局", "已办结"])
        other = book.create_sheet("2022年")
        other.append(["序号", "时间", "领导", "批示原文", "落实单位", "完成与否", "备注"])
        other.append([1, "6月7日", "沈明远", "请核。", "水利局", "是", "无"])
        bare = book.create_sheet("其他")
        bare.append(["甲", "乙", "丙"])
        bare.append(["2021.1.2", "沈明远", "请阅。"])
        found = imported(officers, workbooks.bytes_of(book))
        assert made_of(2).written_on == date(2023, 3, 5)
        address = f"/old-registers/{found.id}"
        page_text = officers.get(address).text
        assert "还没有导入的工作表" in page_text
        assert "工作表“其他”没有找到表头" in page_text
        (key,) = [
            one["key"] for one in found.reading["groups"] if one["sheets"][0]["name"] == "2022年"
        ]
        assert officers.post(f"{address}/head", {"group": key}).status_code == 302
        sent = columns_of(address) | {"do": "import"}
        assert officers.post(f"{address}/columns", sent).status_code == 302
        assert db.session.scalar(select(func.count()).select_from(Instruction)) == 2
        named = {"sheet": "其他", "row": "1", "lines": "1"}
        assert officers.post(f"{address}/head", named).status_code == 302
        found = db.session.get_one(OldRegister, found.id, populate_existing=True)
        assert ["甲", "乙", "丙"] in [one["headings"] for one in found.reading["groups"]]

    def test_a_csv_in_the_chinese_encoding_is_read(self, officers: Browser) -> None:
        head = "编号,批示日期,批示领导,批示内容,承办单位,办理状态"
        lines = f"{head}\n1,2024/3/5,沈明远,请抓紧办理。,水利局,已办结\n"
        imported(officers, lines.encode("gb18030"), "台账.csv")
        assert made_of(2).text == "请抓紧办理。"

    def test_a_row_with_a_secrecy_level_is_not_kept_in_any_form(self, officers: Browser) -> None:
        head = ["编号", "密级", "批示日期", "批示领导", "批示内容"]
        content = workbooks.plain([head, [1, "机密", "2024.3.5", "沈明远", "某项不宜外传的事。"]])
        address = taken_in(officers, content)
        assert "不宜外传" not in officers.get(address).text.partition("前1行")[2]
        found = imported(officers, content)
        (entry,) = rows().values()
        assert (entry.outcome, entry.doubts, entry.cells) == (Outcome.REFUSED, ["secret"], [])
        assert found.state == State.DONE


class TestHostile:
    @pytest.mark.parametrize(
        ("content", "name", "said"),
        [
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "台账.xls", "不是 .xlsx 或 .csv"),
            (b"PK\x03\x04" + b"\0" * 100, "台账.xlsx", "已损坏"),
            (b"%PDF-1.7", "台账.xlsx", "不在可接收之列"),
            (b"", "台账.xlsx", "是空的"),
            (b"\xff\xfe\xff\x81" * 9, "台账.csv", "认不出来"),
            (workbooks.register(), "台账.xlsm", "不是 .xlsx 或 .csv"),
        ],
    )
    def test_what_is_no_workbook_is_refused_in_words(
        self, officers: Browser, content: bytes, name: str, said: str
    ) -> None:
        answer = officers.post("/old-registers", {"file": (io.BytesIO(content), name)})
        assert (answer.status_code, said in answer.text) == (422, True)
        assert db.session.scalar(select(func.count()).select_from(OldRegister)) == 0

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (workbooks.with_macro(), "带有宏"),
            (workbooks.bomb(), "展开后过大"),
        ],
    )
    def test_macros_and_bombs_are_told_and_read_no_further(
        self, officers: Browser, content: bytes, said: str
    ) -> None:
        address = taken_in(officers, content)
        page = officers.get(address).text
        assert said in page
        assert "未能读取" in page

    def test_formulas_are_never_reckoned_and_the_blank_is_told(self, officers: Browser) -> None:
        factories.unit("水利局")
        imported(officers, workbooks.formulas())
        told = {row: set(one.doubts) for row, one in rows().items()}
        assert told[2] >= {"formula", "no_text"}
        assert told[3] >= {"formula", "no_unit"}

    def test_a_hundred_thousand_rows_are_refused_in_words(self, officers: Browser) -> None:
        head = "编号,批示日期,批示领导,批示内容\n"
        lines = head + "1\n" * 100_000
        address = taken_in(officers, lines.encode(), "大.csv")
        assert "超过20000行" in officers.get(address).text


class TestWho:
    def test_only_who_keeps_the_register_has_these_doors(self, app: Flask) -> None:
        officers = Browser(app, factories.person(Role.OFFICER))
        address = taken_in(officers, workbooks.register())
        for role in set(Role) - {Role.OFFICER}:
            if Permission.Instructions.REGISTER in PERMISSIONS[role]:
                continue
            browser = Browser(app, factories.person(role))
            for door in ("/old-registers", address, f"{address}/original"):
                assert browser.get(door).status_code == 404, (role, door)
            assert browser.post(f"{address}/columns", {"do": "import"}).status_code == 404
