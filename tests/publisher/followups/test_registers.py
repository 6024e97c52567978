"""In this file the register and the summary of a month are put on paper."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from html import unescape
from urllib.parse import unquote, urlencode

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from publisher import clock
from publisher.database import db
from publisher.errors import InputRefused
from publisher.followups import actions, registers
from publisher.followups.model import (
    State,
)
from publisher.instructions.model import State as InstructionState
from publisher.instructions.sheets import carrier
from publisher.people.permission import Role
from publisher.settings import settings
from tests import factories
from tests.factories import Browser
from tests.publisher.followups.office import (
    AT,
    Office,
)
from tests.publisher.test_queries import counted

pytestmark = pytest.mark.usefixtures("records", "on_that_day")


class TestRegister:
    """The register on paper (批示台账): what the page shows, and what became of each."""

    ADDRESS = "/cases/register.docx"

    def rows(self, browser: Browser, **asked: object) -> list[list[str]]:
        answer = browser.get(f"{self.ADDRESS}?{urlencode(asked)}")
        assert answer.status_code == 200
        (table,) = docx.Document(io.BytesIO(answer.data)).tables
        cells = [[cell.text for cell in row.cells] for row in table.rows]
        assert cells[0][:3] == ["序号", "批示编号", "批示领导"]
        return cells[1:]

    def test_it_says_what_became_of_each(self, office: Office) -> None:
        actions.chase(office.case, text="请抓紧。", means="电话", by=office.officer, at=AT)
        office.reviewed()
        factories.instruction(leader_=factories.leader("陆书平"), text="请知悉。")
        first, second = self.rows(office.at(office.officer))
        assert first == [
            "1", "批〔2026〕\n1号", f"{office.instruction.leader_post}\n沈明远", "2026.11.20",
            carrier(office.instruction), office.instruction.text, "批办", "拟请有关单位办理。",
            office.handler.unit.short_name, office.supporter.unit.short_name, "2026.11.20",
            "2026.12.04", "2026.11.20", "1次\n11.20", "2026.11.20", "隐患全部消除。", "待呈阅", "",
        ]  # fmt: skip
        assert second[5] == "请知悉。"
        assert second[8:] == ["", "", "", "", "", "", "", "", "已登记", ""]

    def test_colours_stand_with_words(self, office: Office) -> None:
        def shown(day: datetime) -> tuple[str, set[str | None]]:
            with clock.standing_at(day):
                content = office.at(office.officer).get(self.ADDRESS).data
            (table,) = docx.Document(io.BytesIO(content)).tables
            row = table.rows[1]
            shades = {one.get(qn("w:val")) for one in row._tr.iter(qn("w:color"))}
            return row.cells[16].text, shades

        assert shown(AT) == ("办理中", {"C00000"})
        late = office.limit + timedelta(days=3)
        assert shown(late) == ("办理中\n超期3天", {"C00000"})
        office.closed()
        assert shown(late) == ("已办结", set())
        following = factories.case(lead=office.handler.unit)
        following.follows, office.case.state = office.case, State.REOPENED
        db.session.commit()
        assert shown(late) == ("再批示\n后续在办", {"00692F"})
        following.state = State.CLOSED
        db.session.commit()
        assert shown(late) == ("再批示", set())

    def test_it_has_the_rows_and_filters_of_the_page(self, office: Office) -> None:
        other = factories.leader("陆书平")
        factories.instruction(leader_=other, text="请教育局研究。")
        officer = office.at(office.officer)
        assert len(self.rows(officer)) == 2
        assert [row[5] for row in self.rows(officer, leader=other.id)] == ["请教育局研究。"]
        assert [row[5] for row in self.rows(officer, words="整改")] == [office.instruction.text]
        assert [row[5] for row in self.rows(officer, state="opened")] == [office.instruction.text]
        for who in (office.leader, office.handler):
            (row,) = self.rows(office.at(who))
            assert (row[5], row[16]) == (office.instruction.text, "办理中")
        assert [row[5] for row in self.rows(office.at(other))] == ["请教育局研究。"]
        page = unescape(officer.get(f"/instructions?leader={other.id}&words=教育").text)
        assert f"/cases/register.pdf?leader={other.id}&words=教育" in unquote(page)

    def test_one_handled_in_the_case_of_another_says_so_with_its_number(
        self, office: Office
    ) -> None:
        other = factories.leader("陆书平")
        further = factories.instruction(leader_=other, text="请水利局一并研究。")
        further.state, further.joined_to = InstructionState.NOTED, office.instruction
        db.session.commit()
        officer, named = office.at(office.officer), office.at(other)
        (row,) = (one for one in self.rows(officer) if one[5] == further.text)
        assert row[8:10] == ["水利局", "兰汀区"]
        assert row[15:17] == [f"与{office.case.number_text}合并办理", "合并办理\n办理中"]
        # Who may not know of the case is not told of it.
        assert [one[8:10] + one[15:17] for one in self.rows(named)] == [["", "", "", "合并办理"]]
        for browser, knows in ((officer, True), (named, False)):
            assert "合并办理" in browser.get("/instructions").text
            page = browser.get(f"/instructions/{further.id}").text
            assert "合并办理" in page
            assert (f'href="/instructions/{office.instruction.id}"' in page) is knows
        further.state = InstructionState.OPENED
        db.session.commit()
        (row,) = (one for one in self.rows(officer) if one[5] == further.text)
        assert "合并办理" not in "".join(row)

    def test_the_pdf_opens_and_other_forms_and_people_find_none(self, office: Office) -> None:
        officer = office.at(office.officer)
        assert officer.get("/cases/register.pdf").data.startswith(b"%PDF")
        for wrong in ("html", "exe"):
            assert officer.get(f"/cases/register.{wrong}").status_code == 404
        for role in (Role.REPORTER, Role.ARCHIVIST, Role.ADMINISTRATOR):
            assert office.at(factories.person(role)).get(self.ADDRESS).status_code == 404

    def test_a_long_one_is_made_by_the_worker_for_that_person_alone(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(registers.MOST_AT_ONCE, "docx", 0)
        officer = office.at(office.officer)
        led = officer.get(self.ADDRESS)
        assert led.status_code == 302
        page = officer.get(led.location).text
        address = led.location.removesuffix("/waiting")
        assert f'href="{address}"' in page
        word = docx.Document(io.BytesIO(officer.get(address).data))
        assert office.instruction.text in word.tables[0].rows[1].cells[5].text
        assert office.at(factories.person(Role.OFFICER)).get(address).status_code == 404
        assert officer.get("/cases/registers/..%2f1.docx").status_code == 404
        monkeypatch.setattr(registers, "KEPT", timedelta(days=-400))
        registers.clear_old(settings())
        assert officer.get(address).status_code == 404

    def test_a_spreadsheet_has_every_row_and_no_formula(self, office: Office) -> None:
        factories.instruction(leader_=office.leader, text='=HYPERLINK("http://x","y")')
        factories.instruction(
            leader_=office.leader, text="去年的批示。", written_on=date(2025, 3, 1)
        )
        officer = office.at(office.officer)
        book = openpyxl.load_workbook(io.BytesIO(officer.get("/cases/register.xlsx").data))
        rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)]
        assert rows[0][:3] == ["序号", "批示编号", "批示领导"]
        assert len(rows) == 4
        cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
        assert {cell.data_type for cell in cells} == {"s"}
        assert '=HYPERLINK("http://x","y")' in {cell.value for cell in cells}
        assert [row[5] for row in self.rows(officer, year="2025")] == ["去年的批示。"]

    def test_a_long_month_is_made_by_the_worker_for_that_person_alone(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        officer = office.at(office.officer)
        at_once = officer.get("/cases/month.docx?year=2026&month=11")
        monkeypatch.setitem(registers.MOST_AT_ONCE, "docx", 0)
        led = officer.get("/cases/month.docx?year=2026&month=11")
        address = led.location.removesuffix("/waiting")
        assert f'href="{address}"' in officer.get(led.location).text
        made = officer.get(address)
        assert made.data == at_once.data
        assert "2026年11月督办月报.docx" in unquote(made.headers["Content-Disposition"])
        assert office.at(factories.person(Role.OFFICER)).get(address).status_code == 404
        assert office.at(office.handler).get(led.location).status_code == 404
        assert officer.get(led.location.replace("2026-11", "2026-13")).status_code == 404

    def test_a_long_one_that_cannot_be_made_says_why(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_given: object) -> bytes:
            raise InputRefused("单据未能生成：版式有误。")

        monkeypatch.setitem(registers.MOST_AT_ONCE, "docx", 0)
        monkeypatch.setattr(registers, "month_summary", fails)
        officer = office.at(office.officer)
        led = officer.get("/cases/month.docx?year=2026&month=11")
        page = officer.get(led.location).text
        assert "单据未能生成：版式有误。" in page
        assert officer.get(led.location.removesuffix("/waiting")).status_code == 404

    def test_a_month_is_asked_for_as_often_for_many_cases_as_for_one(self, office: Office) -> None:
        officer = office.at(office.officer)
        officer.get("/cases/month.docx?year=2026&month=11")
        with counted() as one:
            officer.get("/cases/month.docx?year=2026&month=11")
        for _more in range(4):
            factories.case(instruction_=factories.instruction(leader_=office.leader))
        db.session.commit()
        with counted() as five:
            officer.get("/cases/month.docx?year=2026&month=11")
        assert five == one

    def test_a_month_counts_what_was_opened_and_is_late(self, office: Office) -> None:
        officer = office.at(office.officer)
        with clock.standing_at(datetime(2026, 12, 30, 9, tzinfo=clock.OFFICE_ZONE)):
            then = office.at(office.officer).get("/cases/month.docx?year=2026&month=12")
            word = docx.Document(io.BytesIO(then.data))
        told = "".join(one.text for one in word.paragraphs)
        assert "2026年12月，新立项0件，办结0件，其中按时反馈0件；月末在办1件，超期1件" in told
        assert word.tables[0].rows[1].cells[0].text == "水利局"
        assert word.tables[1].rows[1].cells[8].text.startswith("超期")
        past = factories.case(instruction_=factories.instruction(leader_=office.leader))
        past.state, past.opened_at = State.CLOSED, datetime(2024, 3, 5, tzinfo=clock.OFFICE_ZONE)
        past.matter = "旧台账里已办结、没有办结时间的事项"
        db.session.commit()
        with clock.standing_at(datetime(2026, 12, 30, 9, tzinfo=clock.OFFICE_ZONE)):
            again = office.at(office.officer).get("/cases/month.docx?year=2026&month=12")
            older = office.at(office.officer).get("/cases/month.docx?year=2024&month=3")
        assert "旧台账" not in str(docx.Document(io.BytesIO(again.data)).element.xml)
        assert "旧台账" in str(docx.Document(io.BytesIO(older.data)).element.xml)
        assert officer.get("/cases/month.pdf?month=13").status_code == 404
        assert office.at(office.handler).get("/cases/month.pdf").status_code == 404
