"""In this file people sign in, guess, are slowed down, change passwords and are signed out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from publisher.database import db
from publisher.history import HistoryEntry, entries_of
from publisher.people.model import Person, SignInAttempt
from publisher.people.permission import Role
from tests import factories
from tests.publisher.people.browsing import Browser

pytestmark = pytest.mark.usefixtures("records")

WRONG = "账号或密码不正确。"
TOO_OFTEN = "尝试次数过多，请 10 分钟后再试。"


@pytest.fixture
def visitor(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def reporter() -> Person:
    return factories.person(Role.REPORTER, name="赵报")


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/submissions").status_code == 200


def but_for_its_token(answer: TestResponse, account: str) -> str:
    """A page without what is its own at each time."""
    text = re.sub(r'(?<=name="csrf-token" content=")[^"]+', "", answer.text)
    return text.replace(account, "某人")


class TestSignIn:
    def test_the_right_password_opens_the_house_and_is_told_to_history(
        self, visitor: Browser, reporter: Person
    ) -> None:
        answer = visitor.sign_in(reporter.account)
        assert (answer.status_code, answer.location) == (302, "/")
        assert is_signed_in(visitor)
        told = entries_of(db.session, f"person:{reporter.id}")[-1]
        assert (told.act, told.actor, told.detail) == ("sign_in", "赵报", {"address": "127.0.0.1"})

    def test_the_language_chosen_before_is_kept_with_the_person(
        self, app: Flask, visitor: Browser, reporter: Person
    ) -> None:
        visitor.post("/language", {"language": "en"})
        visitor.sign_in(reporter.account)
        assert '<html lang="en">' in visitor.get("/").text
        assert '<html lang="en">' in Browser(app, reporter).get("/").text

    def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(
        self, visitor: Browser, reporter: Person
    ) -> None:
        account = reporter.account
        known = visitor.sign_in(account, "错误的密码")
        unknown = visitor.sign_in("meiyouzhegeren", "错误的密码")
        assert known.status_code == unknown.status_code == 422
        assert WRONG in known.text
        assert but_for_its_token(known, account) == but_for_its_token(unknown, "meiyouzhegeren")
        assert not is_signed_in(visitor)

    def test_an_account_that_was_switched_off_gets_the_same_answer(
        self, visitor: Browser, reporter: Person
    ) -> None:
        reporter.active = False
        db.session.commit()
        answer = visitor.sign_in(reporter.account)
        assert answer.status_code == 422
        assert WRONG in answer.text

    def test_the_typed_account_stays_and_the_password_does_not(
        self, visitor: Browser, reporter: Person
    ) -> None:
        answer = visitor.sign_in(reporter.account, "错误的密码")
        assert f'value="{reporter.account}"' in answer.text
        assert "错误的密码" not in answer.text

    def test_no_account_that_can_be_typed_breaks_the_door(self, visitor: Browser) -> None:
        for account in ("", "  ", "长" * 61, "a\0b", "' OR 1=1 --", "²"):
            assert visitor.sign_in(account).status_code == 422, account

    def test_it_leads_on_to_the_page_that_was_asked_for(
        self, visitor: Browser, reporter: Person
    ) -> None:
        asked = visitor.get("/submissions?state=returned")
        assert asked.location == "/sign-in?next=%2Fsubmissions%3Fstate%3Dreturned"
        answer = visitor.sign_in(reporter.account, next="/submissions?state=returned")
        assert answer.location == "/submissions?state=returned"

    def test_it_never_leads_to_another_site(self, visitor: Browser, reporter: Person) -> None:
        for target in (
            "https://elsewhere.example/",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "/\t/elsewhere.example",
            "/\n/elsewhere.example",
            "javascript:alert(1)",
            "elsewhere",
        ):
            answer = visitor.sign_in(reporter.account, next=target)
            assert (answer.status_code, answer.location) == (302, "/"), target

    def test_without_the_forms_token_it_is_refused_with_a_sentence(
        self, app: Flask, visitor: Browser, reporter: Person
    ) -> None:
        app.config["WTF_CSRF_ENABLED"] = True
        answer = visitor.sign_in(reporter.account)
        assert answer.status_code == 400
        assert "请返回上一页刷新后重试" in answer.text


class TestGuessing:
    def test_after_five_wrong_passwords_the_account_rests_even_for_the_right_one(
        self, visitor: Browser, reporter: Person
    ) -> None:
        account = reporter.account
        for _turn in range(5):
            assert WRONG in visitor.sign_in(account, "错误的密码").text
        answer = visitor.sign_in(account)
        assert answer.status_code == 422
        assert TOO_OFTEN in answer.text
        assert not is_signed_in(visitor)

    def test_an_account_that_does_not_exist_rests_as_well(self, visitor: Browser) -> None:
        for _turn in range(5):
            visitor.sign_in("meiyouzhegeren", "错误的密码")
        assert TOO_OFTEN in visitor.sign_in("meiyouzhegeren", "错误的密码").text

    def test_the_account_of_another_is_not_slowed(self, visitor: Browser, reporter: Person) -> None:
        for _turn in range(6):
            visitor.sign_in("linren", "错误的密码")
        assert visitor.sign_in(reporter.account).status_code == 302

    def test_after_ten_minutes_the_right_password_counts_again(
        self, visitor: Browser, reporter: Person, at: datetime
    ) -> None:
        account = reporter.account
        with time_machine.travel(at, tick=False) as clock:
            for _turn in range(6):
                visitor.sign_in(account, "错误的密码")
            clock.shift(timedelta(minutes=9))
            assert TOO_OFTEN in visitor.sign_in(account).text
            clock.shift(timedelta(minutes=2))
            assert visitor.sign_in(account).status_code == 302

    def test_signing_in_begins_the_count_anew(
        self, visitor: Browser, reporter: Person, at: datetime
    ) -> None:
        account = reporter.account
        with time_machine.travel(at, tick=False) as clock:
            for password in ["错误的密码"] * 4 + [factories.PASSWORD] + ["错误的密码"] * 4:
                clock.shift(timedelta(seconds=5))
                visitor.sign_in(account, password)
            clock.shift(timedelta(seconds=5))
            assert visitor.sign_in(account).status_code == 302

    def test_guessing_at_many_accounts_from_one_address_rests_the_address(
        self, visitor: Browser, reporter: Person, at: datetime
    ) -> None:
        db.session.add_all(
            SignInAttempt(account=f"a{n}", address="127.0.0.1", at=at, succeeded=False)
            for n in range(50)
        )
        db.session.commit()
        account = reporter.account
        with time_machine.travel(at + timedelta(minutes=1), tick=False):
            assert TOO_OFTEN in visitor.sign_in(account).text

    def test_every_attempt_is_kept(self, visitor: Browser, reporter: Person) -> None:
        account = reporter.account
        visitor.sign_in(account, "错误的密码")
        visitor.sign_in(account)
        tried = db.session.scalars(select(SignInAttempt).order_by(SignInAttempt.id)).all()
        assert [(one.account, one.succeeded) for one in tried] == [
            (account, False),
            (account, True),
        ]


class TestSessions:
    def test_signing_out_ends_it(self, app: Flask, reporter: Person) -> None:
        browser = Browser(app, reporter)
        assert browser.post("/sign-out").location == "/sign-in"
        assert not is_signed_in(browser)
        assert entries_of(db.session, f"person:{reporter.id}")[-1].act == "sign_out"

    def test_half_an_hour_without_a_request_ends_it(
        self, app: Flask, reporter: Person, at: datetime
    ) -> None:
        with time_machine.travel(at, tick=False) as clock:
            browser = Browser(app, reporter)
            clock.shift(timedelta(minutes=29))
            assert is_signed_in(browser)
            clock.shift(timedelta(minutes=29))
            assert is_signed_in(browser)
            clock.shift(timedelta(minutes=31))
            assert not is_signed_in(browser)

    def test_twelve_hours_end_it_however_busy(
        self, app: Flask, reporter: Person, at: datetime
    ) -> None:
        with time_machine.travel(at, tick=False) as clock:
            browser = Browser(app, reporter)
            for _turn in range(12 * 60 // 24):
                clock.shift(timedelta(minutes=24))
                assert is_signed_in(browser)
            clock.shift(timedelta(minutes=1))
            assert not is_signed_in(browser)

    def test_somebody_switched_off_is_out_at_once(self, app: Flask, reporter: Person) -> None:
        browser = Browser(app, reporter)
        reporter.active = False
        db.session.commit()
        assert not is_signed_in(browser)

    def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
        self, app: Flask, visitor: Browser, reporter: Person
    ) -> None:
        cookie = visitor.sign_in(reporter.account).headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        app.config["SESSION_COOKIE_SECURE"] = True
        assert "Secure" in Browser(app).sign_in(reporter.account).headers["Set-Cookie"]

    def test_a_forged_cookie_is_nobody(self, visitor: Browser) -> None:
        visitor.client.set_cookie("session", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbbbbbbb")
        assert visitor.get("/submissions").status_code == 302


class TestPassword:
    OLD, NEW = factories.PASSWORD, "新的密码2027云汀"

    def typed(self, **other: str) -> dict[str, str]:
        return {"old": self.OLD, "password": self.NEW, "again": self.NEW} | other

    def test_a_new_password_counts_and_the_old_one_does_not(
        self, app: Flask, visitor: Browser, reporter: Person
    ) -> None:
        account = reporter.account
        assert Browser(app, reporter).post("/password", self.typed()).status_code == 302
        assert visitor.sign_in(account, self.OLD).status_code == 422
        assert visitor.sign_in(account, self.NEW).status_code == 302

    def test_other_sessions_end_and_this_one_goes_on(self, app: Flask, reporter: Person) -> None:
        here, there = Browser(app, reporter), Browser(app, reporter)
        here.post("/password", self.typed())
        assert is_signed_in(here)
        assert not is_signed_in(there)

    def test_what_is_wrong_is_said_and_nothing_changes(self, app: Flask, reporter: Person) -> None:
        browser = Browser(app, reporter)
        for wrong, sentence in (
            ({"old": "不对的密码"}, "原密码不正确。"),
            ({"again": "另一个密码2027"}, "两次输入的新密码不一致。"),
            ({"password": "短", "again": "短"}, "密码至少 8 个字符。"),
            ({"password": "12345678", "again": "12345678"}, "这个密码太常见，请换一个。"),
            ({"password": "", "again": ""}, "请填写新密码。"),
        ):
            answer = browser.post("/password", self.typed(**wrong))
            assert (answer.status_code, sentence in answer.text) == (422, True), wrong
        assert Browser(app).sign_in(reporter.account).status_code == 302

    def test_the_account_is_no_password(self, app: Flask, reporter: Person) -> None:
        reporter.account = "zhaobaoyuan"
        db.session.commit()
        answer = Browser(app, reporter).post(
            "/password", self.typed(password="zhaobaoyuan", again="zhaobaoyuan")
        )
        assert "这个密码太常见" in answer.text

    def test_who_must_change_it_comes_nowhere_else(self, app: Flask, reporter: Person) -> None:
        reporter.must_change_password = True
        db.session.commit()
        browser = Browser(app, reporter)
        for path in ("/", "/submissions", "/submissions/new", "/history"):
            assert browser.get(path).location == "/password"
        assert browser.post("/submissions/new", {"title": "标题"}).location == "/password"
        assert "请先设置自己的密码" in browser.get("/password").text
        browser.post("/password", self.typed())
        assert is_signed_in(browser)

    def test_no_password_is_kept_in_the_clear(self, app: Flask, reporter: Person) -> None:
        Browser(app, reporter).post("/password", self.typed())
        assert reporter.password_hash.startswith("$argon2id$")
        told = db.session.scalars(select(HistoryEntry)).all()
        assert told
        assert not any(self.NEW in entry.content() for entry in told)
        assert db.session.scalar(select(func.count(SignInAttempt.id))) == 1
