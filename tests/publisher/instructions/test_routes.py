"""In this file leaders and secretaries write at their doors, and the office registers."""

from __future__ import annotations

import io
import re

import docx
import pypdfium2
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from publisher.database import db
from publisher.followups import queries as followups
from publisher.instructions.model import Disposition, Instruction, State
from publisher.issues.model import Issue
from publisher.people import actions as people
from publisher.people.model import Person
from publisher.people.permission import Role
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records", "that_day", "fast_press")
TEXT = "请清溪县𠮷永强同志牵头总结，<b>水利局</b>配合。"


@pytest.fixture
def issue() -> Issue:
    return factories.published_issue(serial_=factories.serial("政务信息", readers=("staff",)))


@pytest.fixture
def leader() -> Person:
    return factories.leader("沈明远")


def typed(leader: Person, **changed: object) -> dict[str, object]:
    """The form of an instruction."""
    return {
        "leader": leader.id,
        "text": TEXT,
        "disposition": "act",
        "item": "",
        "written_on": "2026-11-20",
        "form_key": "k1",
    } | changed


def only() -> Instruction:
    return db.session.scalars(select(Instruction)).unique().one()


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Instruction)) or 0


class TestLeader:
    def test_his_words_on_a_passage_are_kept_exactly(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        item = issue.placements[0].item_id
        quote = "平均跑动次数由2.3次降至0.8次"
        address = f"/instructions/write/{issue.id}"
        data = typed(leader, block=f"item-{item}-p1", quote=quote, item=item)
        browser = Browser(app, leader)
        form = browser.get(f"{address}?block=item-{item}-p1&quote={quote}").text
        assert quote in form
        assert re.search(rf'<option selected value="{item}">', form)
        made = browser.post(address, data)
        assert made.status_code == 302
        found = only()
        assert (found.text, found.quote, found.item_id) == (TEXT, quote, item)
        assert (found.block, found.written_on) == (f"item-{item}-p1", factories.DAY)
        page = browser.get(made.location).text
        assert "请清溪县𠮷永强同志牵头总结，&lt;b&gt;水利局&lt;/b&gt;配合。" in page
        assert quote in page

    def test_a_double_press_writes_once(self, app: Flask, issue: Issue, leader: Person) -> None:
        address, data = f"/instructions/write/{issue.id}", typed(leader)
        browser = Browser(app, leader)
        first, second = (browser.post(address, data) for _turn in range(2))
        assert first.location == second.location
        assert count() == 1

    def test_he_writes_for_nobody_else(self, app: Flask, issue: Issue, leader: Person) -> None:
        other = factories.leader("陆书平")
        address, data = f"/instructions/write/{issue.id}", typed(other)
        assert Browser(app, leader).post(address, data).status_code == 422
        assert count() == 0

    def test_what_cannot_be_taken_is_said_and_stays(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        address, browser = f"/instructions/write/{issue.id}", Browser(app, leader)
        for changed, sentence in (
            ({"text": ""}, "请填写批示内容"),
            ({"text": " 　 "}, "请填写批示内容"),
            ({"written_on": "2026-11-21"}, "批示日期不能晚于今天"),
            ({"written_on": "昨天"}, "Not a valid date"),
            ({"disposition": "order"}, ""),
            ({"item": "99"}, ""),
        ):
            answer = browser.post(address, typed(leader) | changed)
            assert answer.status_code == 422, changed
            assert sentence in answer.text or "日期" in answer.text, changed
            if "text" not in changed:
                assert "牵头总结" in answer.text
        assert count() == 0

    def test_an_issue_he_may_not_read_does_not_exist(self, app: Flask, leader: Person) -> None:
        hidden = factories.published_issue(serial_=factories.serial(readers=("role:director",)))
        address, data = f"/instructions/write/{hidden.id}", typed(leader)
        browser = Browser(app, leader)
        assert browser.get(address).status_code == 404
        assert browser.post(address, data).status_code == 404
        assert count() == 0


class TestSecretary:
    def scan(self) -> io.BytesIO:
        stream = io.BytesIO()
        Image.new("RGB", (60, 80), "#fff").save(stream, "PNG")
        stream.seek(0)
        return stream

    def test_he_records_for_his_leader_with_the_scan_attached(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        secretary = factories.person(Role.SECRETARY, name="许录")
        factories.keep(people.give_mandate(secretary, leader, by=factories.SYSTEM, at=factories.AT))
        address = f"/instructions/write/{issue.id}"
        data = typed(leader, files=(self.scan(), "批示原件.png"), written_on="2026-11-19")
        browser = Browser(app, secretary)
        assert "沈明远" in browser.get(address).text
        made = browser.post(address, data)
        assert made.status_code == 302
        page = browser.get(made.location).text
        assert "许录代录" in page
        found = only()
        number, file = found.id, found.files[0]
        assert file.attachment.name == "批示原件.png"
        scan = browser.get(f"/instructions/{number}/files/{file.id}")
        assert (scan.mimetype, scan.data[1:4]) == ("image/png", b"PNG")
        assert Browser(app, leader).get(made.location).status_code == 200
        stranger = Browser(app, factories.person(Role.SECRETARY))
        assert stranger.get(made.location).status_code == 404
        assert stranger.get(f"/instructions/{number}/files/1").status_code == 404
        assert browser.get(f"/instructions/{number}/files/99").status_code == 404

    def test_without_a_mandate_there_is_no_leader_to_choose(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        address, data = f"/instructions/write/{issue.id}", typed(leader)
        browser = Browser(app, factories.person(Role.SECRETARY))
        assert f'<option value="{leader.id}"' not in browser.get(address).text
        assert browser.post(address, data).status_code == 422
        assert count() == 0

    def test_a_file_that_is_no_scan_is_refused_and_the_words_stay(
        self, app: Flask, issue: Issue, leader: Person
    ) -> None:
        address = f"/instructions/write/{issue.id}"
        data = typed(leader, files=(io.BytesIO(b"MZ\x90"), "批示.exe"))
        answer = Browser(app, leader).post(address, data)
        assert answer.status_code == 422
        assert "不在可接收之列" in answer.text
        assert "牵头总结" in answer.text
        assert count() == 0


class TestRegister:
    def test_the_officer_takes_it_in_under_the_next_number(self, app: Flask) -> None:
        instruction = factories.instruction(registered=False)
        address = f"/instructions/{instruction.id}"
        officer = Browser(app, factories.person(Role.OFFICER, name="孙督"))
        assert 'name="proposal"' in officer.get(address).text
        sent = {"proposal": "拟请清溪县办理。"}
        assert officer.post(f"{address}/register", sent).status_code == 302
        assert instruction.number_text == "批〔2026〕1号"
        assert instruction.proposal == "拟请清溪县办理。"
        assert officer.post(f"{address}/register", sent).status_code == 409
        second = factories.instruction(registered=False)
        officer.post(f"/instructions/{second.id}/register", sent)
        assert second.number_text == "批〔2026〕2号"

    def test_others_do_not_register(self, app: Flask) -> None:
        instruction = factories.instruction(registered=False)
        for person in (instruction.leader, factories.person(Role.EDITOR)):
            browser = Browser(app, person)
            assert browser.post(f"/instructions/{instruction.id}/register").status_code == 404
        assert instruction.state == State.RECORDED

    def test_what_is_only_noted_opens_no_case(self, app: Flask) -> None:
        instruction = factories.instruction(disposition=Disposition.INFORM, registered=False)
        number = instruction.id
        officer = Browser(app, factories.person(Role.OFFICER))
        assert "登记后一般不立项" in officer.get(f"/instructions/{number}").text
        officer.post(f"/instructions/{number}/register")
        assert officer.post(f"/cases/note/{number}", {"remark": "阅知"}).status_code == 302
        assert instruction.state == State.NOTED
        assert followups.cases_of(number) == []
        assert officer.post(f"/cases/note/{number}").status_code == 409

    def test_the_list_shows_each_only_what_is_his(self, app: Flask) -> None:
        mine = factories.instruction(text="请清溪县总结推广。")
        factories.instruction(leader_=factories.leader("陆书平"), text="请水利局研究。")
        page = Browser(app, mine.leader).get("/instructions").text
        assert "请清溪县总结推广" in page
        assert "请水利局研究" not in page
        officer = Browser(app, factories.person(Role.OFFICER))
        both = officer.get("/instructions").text
        assert "请水利局研究" in both
        assert "批〔2026〕2号" in both
        assert "请水利局研究" not in officer.get("/instructions?words=清溪县").text
        assert "没有这样的批示" in officer.get("/instructions?state=noted").text
        assert officer.get("/instructions?state=lost&leader=x&page=-1").status_code == 200
        assert Browser(app, factories.person(Role.REPORTER)).get("/instructions").status_code == 404

    def test_a_handler_sees_it_once_his_unit_has_the_case(self, app: Flask) -> None:
        handler = factories.person(Role.HANDLER)
        instruction = factories.instruction()
        address = f"/instructions/{instruction.id}"
        browser = Browser(app, handler)
        assert browser.get(address).status_code == 404
        factories.case(instruction_=instruction, lead=handler.unit)
        assert browser.get(address).status_code == 200

    def test_it_is_found_by_its_readers_alone(self, app: Flask, issue: Issue) -> None:
        leader = factories.leader("沈明远")
        address, data = f"/instructions/write/{issue.id}", typed(leader)
        browser = Browser(app, leader)
        browser.post(address, data)
        found = "/search?q=牵头总结&kind=instruction"
        assert "共 1 条" in browser.get(found).text
        assert "共 1 条" in Browser(app, factories.person(Role.OFFICER)).get(found).text
        for stranger in (factories.leader("陆书平"), factories.person(Role.REPORTER)):
            assert "共 0 条" in Browser(app, stranger).get(found).text


class TestSheets:
    def words(self, content: bytes) -> str:
        if content.startswith(b"PK"):
            body = docx.Document(io.BytesIO(content)).element.body
            text = "".join(one.text or "" for one in body.iter() if one.tag.endswith("}t"))
        else:
            with pypdfium2.PdfDocument(content) as pages:
                text = "".join(page.get_textpage().get_text_bounded() for page in pages)
        return re.sub(r"\s+", "", text)

    def test_both_are_printed_in_both_forms(self, app: Flask, issue: Issue) -> None:
        item = issue.placements[0].item
        instruction = factories.instruction(issue_=issue, item_=item, text="请总结推广。")
        base = f"/instructions/{instruction.id}/sheets"
        officer = Browser(app, factories.person(Role.OFFICER))
        for name in ("fair_copy", "reading_sheet"):
            for form in ("docx", "pdf"):
                answer = officer.get(f"{base}/{name}.{form}")
                assert answer.status_code == 200, (name, form)
                assert "attachment" in answer.headers["Content-Disposition"]
                assert len(answer.data) < 400_000
                words = self.words(answer.data)
                assert "云汀市人民政府办公室" in words, (name, form)
                assert "一窗通办" in words, (name, form)
        copy = self.words(officer.get(f"{base}/fair_copy.docx").data)
        assert "请总结推广。" in copy
        assert "批〔2026〕1号" in copy

    def test_no_other_sheet_and_no_other_reader(self, app: Flask) -> None:
        number = factories.instruction().id
        officer = Browser(app, factories.person(Role.OFFICER))
        for wrong in ("fair_copy.html", "supervision_notice.docx", "..%2Fx.docx"):
            assert officer.get(f"/instructions/{number}/sheets/{wrong}").status_code == 404
        stranger = Browser(app, factories.leader("陆书平"))
        assert stranger.get(f"/instructions/{number}/sheets/fair_copy.docx").status_code == 404


class TestSayWhere:
    def test_a_script_is_told_where_and_the_word_is_left_for_the_page(self, app: Flask) -> None:
        office = factories.person(Role.OFFICER)
        number = factories.instruction(registered=False).id
        browser = Browser(app, office)
        browser._let_go()
        with app.app_context():
            answer = browser.client.post(
                f"/instructions/{number}/register",
                data={"proposal": "拟请有关单位办理。"},
                headers={"X-Say-Where": "1"},
            )
        assert (answer.status_code, answer.text) == (204, "")
        assert "Location" not in answer.headers
        page = browser.get(answer.headers["X-Where"]).text
        assert "已登记，编号" in page
