"""In this file each reader opens the story of a matter and finds what he may know, no more."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from publisher import clock
from publisher.database import db
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import actions as publication
from tests import factories
from tests.factories import Browser
from tests.publisher.threads.life import RESULT, TITLE, WORDS, Life, hour

pytestmark = pytest.mark.usefixtures("records", "that_day", "fast_press")

PRINTED = {"报送", "刊发"}
FOLLOWED = {"批示", "批示登记", "立项交办", "签收", "催办", "办理结果", "阅看办理结果", "已办结"}
ALL = PRINTED | FOLLOWED | {"采编", "转报办理情况"}
MAY_KNOW: dict[str, tuple[set[str], set[str]]] = {
    "editor": (ALL, set()),
    "leader": (ALL - {"采编"}, {"采编"}),
    "another leader": (PRINTED | {"转报办理情况"}, FOLLOWED),
    "researcher": (PRINTED | FOLLOWED, {"采编", "转报办理情况", "水利局整改3座水库"}),
    "officer": (FOLLOWED | {"转报办理情况"}, {"刊发", "采编"}),
    "handler": (FOLLOWED, {"报送", "刊发", "采编", "转报办理情况"}),
    "reporter": ({"报送"}, FOLLOWED | {"刊发", "采编", TITLE}),
}
"""What the events of each reader's story are called, and what his page does not say."""
PARTS: dict[str, str] = {
    "editor": "submission item issue instruction case",
    "leader": "submission item issue instruction case",
    "another leader": "submission item issue",
    "researcher": "submission item issue instruction case",
    "officer": "instruction case",
    "handler": "instruction case",
    "reporter": "submission",
    "reporter of the handlers": "",
    "another unit": "",
}
"""From which of the first round's parts each reader comes to the story."""


@pytest.fixture
def life() -> Life:
    return Life()


TOKEN = re.compile(r'csrf[-_]token"[^>]*')
"""It tells the second in which a page was made."""


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def body_of(page: str) -> str:
    """A story without its line of figures, which names what is counted."""
    return re.sub(r'<p class="lead-line">.*?</p>', "", main_of(page))


def told(page: str) -> list[str]:
    """What the events of a story are called, in their order."""
    names = re.findall(r'<span class="what">(?:<a [^>]*>)?([^<]*)', main_of(page))
    return [unescape(name) for name in names]


class TestStory:
    def test_it_is_the_same_page_from_every_part_for_each_reader(
        self, app: Flask, life: Life
    ) -> None:
        for name, who in life.people().items():
            browser = Browser(app, who)
            answers = [browser.get(f"/threads/{key}") for key in life.keys]
            pages = {
                TOKEN.sub("", main_of(one.text)).replace(key, "")
                for key, one in zip(life.keys, answers, strict=True)
                if one.status_code == 200
            }
            assert len(pages) <= 1, name
            assert {one.status_code for one in answers} <= {200, 404}

    def test_it_tells_each_reader_what_he_may_know(self, app: Flask, life: Life) -> None:
        people = life.people()
        for name, (known, unknown) in MAY_KNOW.items():
            key = {"officer": "case", "handler": "case", "reporter": "submission"}.get(name)
            first = {one.partition(":")[0]: one for one in reversed(life.keys)}
            page = Browser(app, people[name]).get(f"/threads/{first[key or 'issue']}")
            assert page.status_code == 200, name
            assert set(told(page.text)) == known, name
            for word in unknown:
                assert word not in body_of(page.text), (name, word)

    def test_by_a_part_he_may_not_know_of_nobody_comes_to_it(self, app: Flask, life: Life) -> None:
        first = {one.partition(":")[0]: one for one in reversed(life.keys)}
        people = life.people()
        assert set(people) == set(PARTS)
        for name, parts in PARTS.items():
            browser = Browser(app, people[name])
            opened = {
                kind
                for kind, key in first.items()
                if browser.get(f"/threads/{key}").status_code == 200
            }
            assert opened == set(parts.split()), name

    def test_words_kept_to_named_people_are_told_to_them_alone(
        self, app: Flask, life: Life
    ) -> None:
        for one in (life.instruction, life.second_word):
            one.readers = [
                reader
                for reader in one.readers
                if reader.token.startswith(("person:", "handlers:"))
            ]
        db.session.commit()
        researcher = Browser(app, factories.person(Role.RESEARCHER))
        page = researcher.get(f"/threads/issue:{life.issue.id}").text
        assert told(page) == ["报送", "刊发"]
        assert "批示0次" in page
        for word in (WORDS, RESULT, "沈明远", "督查〔2026〕", "批〔2026〕"):
            assert word not in page, word
        assert researcher.get(f"/threads/case:{life.case.id}").status_code == 404
        for who in (life.leader, life.handler):
            own = Browser(app, who).get(f"/threads/instruction:{life.instruction.id}").text
            assert WORDS in own

    def test_what_others_sent_in_is_named_without_its_text(self, app: Flask, life: Life) -> None:
        page = Browser(app, life.leader).get(f"/threads/issue:{life.issue.id}").text
        assert "兰汀区" in page
        assert life.submission.title not in page
        assert "/submissions/" not in main_of(page)
        own = Browser(app, life.reporter).get(f"/threads/submission:{life.submission.id}").text
        assert f'href="/submissions/{life.submission.id}"' in own
        assert life.submission.title in own

    def test_every_address_of_a_story_opens_for_its_reader(self, app: Flask, life: Life) -> None:
        people = life.people()
        for name, parts in PARTS.items():
            if not parts:
                continue
            browser = Browser(app, people[name])
            key = next(one for one in life.keys if one.partition(":")[0] == parts.split()[-1])
            main = main_of(browser.get(f"/threads/{key}").text)
            links = set(re.findall(r'<span class="what"><a href="([^"#]+)', main))
            assert links
            for link in links:
                assert browser.get(link).status_code == 200, (name, link)

    def test_figures_count_reports_prints_and_words(self, app: Flask, life: Life) -> None:
        page = Browser(app, life.editor).get(f"/threads/case:{life.second_case.id}").text
        assert "报送2次，刊发2次，批示2次，历时2天" in page

    def test_a_withdrawn_issue_is_the_offices_alone(self, app: Flask, life: Life) -> None:
        director = factories.person(Role.DIRECTOR)
        publication.withdraw(
            life.issue, reason="数据有误", correction=None, by=director, at=hour(20)
        )
        db.session.commit()
        key = f"/threads/issue:{life.issue.id}"
        assert Browser(app, factories.leader("陆书平")).get(key).status_code == 404
        page = Browser(app, director).get(key)
        assert page.status_code == 200
        assert "刊发1次" in page.text

    def test_typed_marks_are_shown_as_text(self, app: Flask) -> None:
        submission = factories.submission(title="<b>渗漏</b>&𠮷", submitted_at=hour(0))
        page = Browser(app, submission.submitted_by).get(f"/threads/submission:{submission.id}")
        assert "&lt;b&gt;渗漏&lt;/b&gt;&amp;𠮷" in page.text
        assert "<b>渗漏" not in page.text


class TestDoor:
    def test_nonsense_is_not_found(self, app: Flask, life: Life) -> None:
        browser = Browser(app, life.editor)
        for key in ("issue:0", "case:999", "item:999999999999", "person:1", "批示:1", "issue"):
            assert browser.get(f"/threads/{key}").status_code == 404, key

    def test_a_visitor_is_led_to_the_sign_in_page(self, app: Flask, life: Life) -> None:
        db.session.rollback()
        with app.app_context():
            answer = app.test_client().get(f"/threads/issue:{life.issue.id}")
        assert "/sign-in" in answer.location

    def test_who_has_no_part_in_the_business_finds_nothing(self, app: Flask, life: Life) -> None:
        outside: list[Person] = [
            factories.person(role) for role in (Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)
        ]
        for who in outside:
            with clock.standing_at(factories.AT + timedelta(minutes=1)):
                browser = Browser(app, who)
                for key in life.keys:
                    assert browser.get(f"/threads/{key}").status_code == 404, (who.roles, key)
