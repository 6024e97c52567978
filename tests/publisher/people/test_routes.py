"""In this file the administrators keep units, persons, mandates and substitutes on the site."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from publisher.database import db
from publisher.history import entries_of
from publisher.people import queries
from publisher.people.model import Level, Mandate, Person, Rank, Substitute, Unit
from publisher.people.permission import Role
from tests import factories
from tests.publisher.people.browsing import Browser

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def desk(app: Flask) -> Browser:
    """The system administrator's browser."""
    return Browser(app, factories.person(Role.ADMINISTRATOR, name="管理员"))


def of_person(unit: Unit, **other: Any) -> dict[str, Any]:
    """What the form of a person sends; the account of one who has it is shown, not sent."""
    return {
        "name": "赵报", "unit": str(unit.id), "post": "科员", "phone": "0999-2210002",
        "level": "", "rank": "", "protocol_order": "999", "roles": ["reporter"],
        "password": "", "active": "y",
    } | other  # fmt: skip


class TestUnits:
    TYPED = {"code": "qingxi", "name": "清溪县人民政府", "short_name": "清溪县", "group": "county"}  # noqa: RUF012

    def test_a_unit_is_opened_and_changed(self, desk: Browser) -> None:
        assert desk.post("/units", self.TYPED).status_code == 302
        unit = db.session.scalars(select(Unit).where(Unit.code == "qingxi")).one()
        page = desk.get(f"/units/{unit.id}").text
        assert 'value="清溪县人民政府"' in page
        changed = {"name": "清溪区人民政府", "short_name": "清溪区", "group": "county"}
        answer = desk.post(f"/units/{unit.id}", changed)
        assert answer.status_code == 302, answer.text
        assert (unit.code, unit.name, unit.is_active) == ("qingxi", "清溪区人民政府", False)
        acts = [(one.act, one.actor) for one in entries_of(db.session, f"unit:{unit.id}")]
        assert acts == [("open_unit", "管理员"), ("change_unit", "管理员")]

    def test_what_is_wrong_is_said_and_the_rest_stays(self, desk: Browser) -> None:
        for wrong, sentence in (
            ({"name": "  "}, "请填写全称。"),
            ({"name": "<script>alert(1)</script>" * 9}, "字符"),
            ({"code": "清溪"}, "编码只能用字母、数字、短横。"),
            ({"group": "galaxy"}, "类别"),
        ):
            answer = desk.post("/units", self.TYPED | wrong)
            assert (answer.status_code, sentence in answer.text) == (422, True), wrong
            assert 'value="清溪县"' in answer.text
            assert "<script>alert" not in answer.text
        assert db.session.scalar(select(Unit).where(Unit.short_name == "清溪县")) is None

    def test_no_two_units_have_one_name(self, desk: Browser) -> None:
        desk.post("/units", self.TYPED)
        again = desk.post("/units", self.TYPED | {"code": "other"})
        assert (again.status_code, "与已有单位重复" in again.text) == (422, True)
        other = factories.unit("白石县人民政府")
        changed = {"name": "清溪县人民政府", "short_name": "", "group": "county"}
        answer = desk.post(f"/units/{other.id}", changed)
        assert (answer.status_code, "全称与已有单位重复" in answer.text) == (422, True)
        assert other.name == "白石县人民政府"


class TestPersons:
    def test_somebody_is_taken_on_and_signs_in_to_change_the_password(
        self, app: Flask, desk: Browser
    ) -> None:
        unit = factories.unit("清溪县人民政府办公室")
        typed = of_person(unit, account="zhao", password="初始密码一二三四五")
        assert desk.post("/persons/new", typed).status_code == 302
        newcomer = Browser(app)
        assert newcomer.sign_in("zhao", "初始密码一二三四五").status_code == 302
        assert newcomer.get("/").location == "/password"

    def test_what_is_wrong_is_said_and_nobody_is_taken_on(self, desk: Browser) -> None:
        taken = factories.person()
        taken.account = "taken"
        db.session.commit()
        before = db.session.scalar(select(func.count(Person.id)))
        right = of_person(taken.unit, account="zhao", password="初始密码一二三四五")
        wrongs: list[tuple[dict[str, Any], str]] = [
            ({"account": "赵报"}, "账号用2至60个字母"),
            ({"account": "taken"}, "这个账号已有人使用。"),
            ({"password": "短"}, "密码至少 8 个字符。"),
            ({"roles": ["administrator", "editor"]}, "三员分立"),
            ({"roles": ["administrator", "security"]}, "三员分立"),
            ({"roles": ["emperor"]}, "角色"),
            ({"name": " "}, "请填写姓名。"),
            ({"unit": "4040"}, "单位"),
            ({"protocol_order": "第一"}, "排序"),
        ]
        for wrong, sentence in wrongs:
            answer = desk.post("/persons/new", right | wrong)
            assert (answer.status_code, sentence in answer.text) == (422, True), wrong
            assert 'value="科员"' in answer.text
            assert "初始密码一二三四五" not in answer.text
        assert db.session.scalar(select(func.count(Person.id))) == before

    def test_roles_and_posts_are_changed_on_the_site(self, desk: Browser) -> None:
        person = factories.person(Role.REPORTER, name="赵报")
        page = desk.get(f"/persons/{person.id}").text
        assert '<option selected value="reporter">信息员</option>' in page
        answer = desk.post(
            f"/persons/{person.id}",
            of_person(
                person.unit, name="赵任远", roles=["leader", "checker"], level="city",
                rank="deputy", protocol_order="0", post="副市长",
            ),
        )  # fmt: skip
        assert answer.status_code == 302, answer.text
        assert person.roles == {Role.LEADER, Role.CHECKER}
        assert (person.level, person.rank, person.protocol_order) == (Level.CITY, Rank.DEPUTY, 0)
        told = entries_of(db.session, f"person:{person.id}")[-1]
        assert (told.act, told.actor) == ("grant_roles", "管理员")
        assert told.detail == {"given": ["checker", "leader"], "taken": ["reporter"]}

    def test_the_account_is_not_changed_whatever_is_sent(self, desk: Browser) -> None:
        person = factories.person(Role.REPORTER)
        account = person.account
        desk.post(f"/persons/{person.id}", of_person(person.unit, account="other"))
        assert (person.account, person.name) == (account, "赵报")

    def test_clashing_roles_leave_everything_as_it_was(self, desk: Browser) -> None:
        person = factories.person(Role.REPORTER, name="赵报")
        answer = desk.post(
            f"/persons/{person.id}",
            of_person(person.unit, name="改名", roles=["auditor", "editor"]),
        )
        assert answer.status_code == 422
        assert "三员分立" in answer.text
        assert (person.name, person.roles) == ("赵报", {Role.REPORTER})

    def test_a_password_given_again_has_to_be_changed(self, app: Flask, desk: Browser) -> None:
        person = factories.person(Role.REPORTER)
        account, theirs = person.account, Browser(app, person)
        desk.post(f"/persons/{person.id}", of_person(person.unit, password="重置密码四五六七八"))
        assert theirs.get("/submissions").status_code == 302
        assert theirs.sign_in(account).status_code == 422
        assert theirs.sign_in(account, "重置密码四五六七八").status_code == 302
        assert theirs.get("/submissions").location == "/password"

    def test_somebody_switched_off_is_out_and_stays_in_the_list(
        self, app: Flask, desk: Browser
    ) -> None:
        person = factories.person(Role.REPORTER)
        theirs = Browser(app, person)
        typed = of_person(person.unit, name="离岗的赵报")
        del typed["active"]
        assert desk.post(f"/persons/{person.id}", typed).status_code == 302
        assert theirs.get("/submissions").status_code == 302
        page = desk.get("/persons").text
        assert "离岗的赵报" in page
        assert "停用" in page

    def test_the_security_officer_looks_and_does_not_change(self, app: Flask) -> None:
        person = factories.person(Role.REPORTER, name="赵报")
        browser = Browser(app, factories.person(Role.SECURITY))
        page = browser.get("/persons")
        assert (page.status_code, "赵报" in page.text) == (200, True)
        assert f"/persons/{person.id}" not in page.text
        assert browser.post(f"/persons/{person.id}", {"name": "改名"}).status_code == 404

    def test_unknown_numbers_are_not_found(self, desk: Browser) -> None:
        for path in ("/persons/404", "/units/404", f"/persons/{10**30}"):
            assert desk.get(path).status_code == 404
            assert desk.post(path, {"name": "某"}).status_code == 404


class TestMandates:
    def test_a_mandate_is_registered_once(self, desk: Browser) -> None:
        secretary = factories.person(Role.SECRETARY, name="孙秘书")
        leader = factories.leader("钱任远")
        typed = {"mandate-secretary": str(secretary.id), "mandate-leader": str(leader.id)}
        assert desk.post("/mandates", typed).status_code == 302
        page = desk.get("/mandates").text
        assert '<th scope="row">副市长钱任远</th><td>孙秘书</td>' in page
        again = desk.post("/mandates", typed)
        assert (again.status_code, "这项委托已经登记。" in again.text) == (422, True)
        assert db.session.scalar(select(func.count(Mandate.id))) == 1

    def test_only_a_leader_has_secretaries(self, desk: Browser) -> None:
        secretary, editor = factories.person(Role.SECRETARY), factories.person(Role.EDITOR)
        typed = {"mandate-secretary": str(secretary.id), "mandate-leader": str(editor.id)}
        assert desk.post("/mandates", typed).status_code == 422
        assert queries.mandates() == []

    def test_a_substitute_is_named(self, desk: Browser) -> None:
        away, acting = factories.person(name="李签"), factories.person(name="王核")
        typed = {
            "substitute-person": str(away.id), "substitute-substitute": str(acting.id),
            "substitute-from_day": "2026-11-20", "substitute-until_day": "2026-11-27",
            "substitute-reason": "外出学习",
        }  # fmt: skip
        assert desk.post("/mandates", typed).status_code == 302
        page = desk.get("/mandates").text
        assert '<th scope="row">李签</th><td>王核</td>' in page
        for wrong, sentence in (
            ({"substitute-until_day": "2026-11-19"}, "结束日期不能早于开始日期。"),
            ({"substitute-substitute": str(away.id)}, "代办人不能是本人。"),
            ({"substitute-from_day": "明天"}, "日期"),
        ):
            answer = desk.post("/mandates", typed | wrong)
            assert answer.status_code == 422
            assert sentence in answer.text
        assert db.session.scalar(select(func.count(Substitute.id))) == 1

    def test_an_empty_form_is_answered(self, desk: Browser) -> None:
        assert desk.post("/mandates").status_code == 422


class TestLanguage:
    def test_a_visitor_and_a_person_choose_for_themselves(self, app: Flask) -> None:
        person = factories.person(Role.REPORTER)
        browser = Browser(app)
        assert browser.post("/language", {"language": "en", "next": "/sign-in"}).location == (
            "/sign-in"
        )
        assert '<html lang="en"' in browser.get("/sign-in").text
        signed_in = Browser(app, person)
        signed_in.post("/language", {"language": "en", "next": "//elsewhere.example"})
        assert person.language == "en"
        assert '<html lang="en"' in Browser(app, person).get("/submissions").text

    def test_a_language_nobody_speaks_here_is_passed_over(self, app: Flask) -> None:
        person = factories.person(Role.REPORTER)
        browser = Browser(app, person)
        assert browser.post("/language", {"language": "tlh"}).status_code == 302
        assert person.language == ""
