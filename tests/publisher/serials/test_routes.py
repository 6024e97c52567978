"""In this file an administrator founds serials on the site and changes them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import layouts
from publisher.database import db
from publisher.people.permission import Role
from publisher.serials.model import RouteSubject, Serial
from publisher.serials.routes import LAYOUTS
from publisher.settings import settings
from tests import factories
from tests.factories import Browser
from tests.publisher.submissions.sending import shown_in

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def administrators(app: Flask) -> Browser:
    return Browser(app, factories.person(Role.ADMINISTRATOR, name="管理员"))


def typed(**other: Any) -> dict[str, Any]:
    return {
        "code": "zwxx",
        "name": "政务信息",
        "kind": "regular",
        "layout": "regular",
        "number_pattern": "第{number}期（总第{total}期）",
        "restarts_yearly": "y",
        "last_number": "11",
        "last_total": "1486",
        "issuing_office": "云汀市人民政府办公室编",
        "handling_note": "内部资料 注意保存",
        "to_superior": "市委、市政府领导。",
        "to_peer": "",
        "to_subordinate": "各县（市、区）人民政府。",
        "phone": "0999-2210001",
        "print_run": "85",
        "retention_years": "10",
        "position": "1",
        "sections": "工作动态\r\n经验做法\r\n",
        "item_route": "核稿：核稿人",
        "issue_route": "核稿：核稿人\r\n签发：签发人",
        "readers": ["staff", "role:leader"],
        "is_active": "y",
    } | other


def serials() -> list[Serial]:
    db.session.expire_all()
    return list(db.session.scalars(select(Serial).order_by(Serial.id)))


class TestFound:
    def test_a_serial_is_founded_and_stands_in_the_list(self, administrators: Browser) -> None:
        assert shown_in(administrators.get("/serials/new").text, "issue_route").count("：") == 2
        assert administrators.post("/serials/new", typed()).status_code == 302
        (serial,) = serials()
        assert (serial.code, serial.name, serial.print_run) == ("zwxx", "政务信息", 85)
        assert [one.name for one in serial.sections] == ["工作动态", "经验做法"]
        assert [one.name for one in serial.route(RouteSubject.ISSUE)] == ["核稿", "签发"]
        assert [one.last_number for one in serial.counters] == [11]
        assert "政务信息" in administrators.get("/serials").text

    def test_what_is_wrong_is_said_and_all_that_was_typed_stays(
        self, administrators: Browser
    ) -> None:
        for wrong, sentence in (
            ({"code": "政务"}, "代码用2至20个小写字母或数字。"),
            ({"code": "zwxx\n"}, "代码用2至20个小写字母或数字。"),
            ({"code": "../etc"}, "代码用2至20个小写字母或数字。"),
            ({"name": " 　"}, "请填写刊名。"),
            ({"name": "长" * 61}, "刊名"),
            ({"kind": "galaxy"}, "刊型"),
            ({"layout": "../../etc/passwd"}, "版式"),
            ({"number_pattern": "第{month}期"}, "期号样式只能含 {number}、{total}、{year}。"),
            ({"number_pattern": "{number.__class__}"}, "期号样式只能含"),
            ({"last_number": "许多"}, "本年已出期数"),
            ({"last_total": "-1"}, "已出总期数"),
            ({"issuing_office": "\t"}, "请填写编印单位。"),
            ({"print_run": "9" * 30}, "印数"),
            ({"retention_years": "forever"}, "保管期限"),
            ({"sections": "栏" * 61}, "过长，最多60字。"),
            ({"item_route": " \r\n "}, "请至少设置一个稿件审批步骤。"),
            ({"item_route": ""}, "请填写稿件审批流程。"),
            ({"issue_route": "签发：皇帝"}, "第1行“签发：皇帝”应写成“步骤：角色”"),
            ({"issue_route": f"{'步' * 41}：签发人"}, "最多40字。"),
            ({"readers": []}, "请至少选择一类读者。"),
            ({"readers": ["role:emperor"]}, "读者"),
        ):
            given = typed(**wrong)
            answer = administrators.post("/serials/new", given)
            assert (answer.status_code, sentence in answer.text) == (422, True), wrong
            for field in ("name", "number_pattern", "sections", "issue_route", "phone"):
                assert shown_in(answer.text, field) == given[field], (wrong, field)
        assert serials() == []

    def test_no_two_serials_have_one_code_or_one_name(self, administrators: Browser) -> None:
        administrators.post("/serials/new", typed())
        for same in ({"name": "情况反映"}, {"code": "qkfy"}):
            answer = administrators.post("/serials/new", typed(**same))
            assert (answer.status_code, "代码或刊名与已有刊物重复。" in answer.text) == (422, True)
        assert len(serials()) == 1

    def test_a_star_marks_the_sections_of_every_issue(self, administrators: Browser) -> None:
        given = typed(sections="工作动态*\r\n经验做法\r\n 要闻 ＊ \r\n*")
        assert administrators.post("/serials/new", given).status_code == 302
        (serial,) = serials()
        known = [(one.name, one.is_expected) for one in serial.sections]
        assert known == [("工作动态", True), ("经验做法", False), ("要闻", True)]
        assert "工作动态*\n经验做法\n要闻*" in administrators.get(f"/serials/{serial.id}").text

    def test_markup_in_a_serial_is_text(self, administrators: Browser) -> None:
        words = "<script>alert(1)</script>"
        administrators.post("/serials/new", typed(name=words, sections=words, to_peer=words))
        (serial,) = serials()
        for page in (administrators.get("/serials"), administrators.get(f"/serials/{serial.id}")):
            assert "&lt;script&gt;alert(1)" in page.text
            assert words not in page.text


class TestLayouts:
    def test_every_layout_is_offered_by_its_title_and_the_office_s_own_too(
        self, administrators: Browser
    ) -> None:
        own = settings().layouts_path / "yunting"
        own.mkdir(parents=True)
        (own / "layout.toml").write_text('based_on = "flash"\ntitle = "要情快报"', encoding="utf-8")
        wrong = settings().layouts_path / "wrong"
        wrong.mkdir()
        (wrong / "layout.toml").write_text('based_on = "flash"\ntitel = "快报"', encoding="utf-8")
        page = administrators.get("/serials/new").text
        for name, title in layouts.layout_titles():
            assert f'value="{name}">{title}</option>' in page
        assert 'value="yunting">要情快报</option>' in page
        assert "版式“wrong”的 titel" in page
        administrators.post("/serials/new", typed(layout="yunting"))
        (serial,) = serials()
        assert serial.layout == "yunting"

    def test_each_title_of_the_library_can_be_said_in_english(self) -> None:
        assert {title for _name, title in layouts.layout_titles()} == set(LAYOUTS)


class TestChange:
    def test_it_is_shown_as_it_stands_and_saved_as_typed(self, administrators: Browser) -> None:
        administrators.post("/serials/new", typed())
        (serial,) = serials()
        path = f"/serials/{serial.id}"
        page = administrators.get(path).text
        assert shown_in(page, "sections") == "工作动态\n经验做法"
        assert shown_in(page, "issue_route") == "核稿：核稿人\n签发：签发人"
        assert '<option selected value="role:leader">' in page
        changed = typed(name="政务要情", sections="经验做法", code="other")
        del changed["is_active"]
        assert administrators.post(path, changed).status_code == 302
        db.session.expire_all()
        assert (serial.code, serial.name, serial.is_active) == ("zwxx", "政务要情", False)
        assert [one.name for one in serial.sections] == ["经验做法"]
        assert "政务要情" in administrators.get("/serials").text

    def test_what_is_wrong_leaves_it_as_it_was(self, administrators: Browser) -> None:
        administrators.post("/serials/new", typed())
        administrators.post("/serials/new", typed(code="qkfy", name="情况反映"))
        first, second = serials()
        for wrong, sentence in (
            ({"name": "情况反映"}, "刊名与已有刊物重复。"),
            ({"name": "改名", "number_pattern": "第{}期"}, "期号样式只能含"),
            ({"name": "改名", "item_route": "核稿"}, "第1行“核稿”"),
        ):
            answer = administrators.post(f"/serials/{first.id}", typed(**wrong))
            assert (answer.status_code, sentence in answer.text) == (422, True), wrong
            assert shown_in(answer.text, "name") == wrong["name"]
        assert [one.name for one in serials()] == ["政务信息", "情况反映"]
        assert second.number_pattern == "第{number}期（总第{total}期）"


class TestDoors:
    def test_nobody_but_the_administrator_has_them(self, app: Flask) -> None:
        number = factories.serial().id
        for role in set(Role) - {Role.ADMINISTRATOR}:
            browser = Browser(app, factories.person(role))
            for path in ("/serials", "/serials/new", f"/serials/{number}"):
                assert browser.get(path).status_code == 404, (role, path)
            assert browser.post("/serials/new", typed()).status_code == 404, role
        assert len(serials()) == 1

    def test_a_number_that_is_none_is_not_found(self, administrators: Browser) -> None:
        for path in ("/serials/404", f"/serials/{10**30}"):
            assert administrators.get(path).status_code == 404
            assert administrators.post(path, typed()).status_code == 404
