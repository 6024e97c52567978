"""In this file the interface is held to be complete in English, word for word and page for page."""

from __future__ import annotations

import dataclasses
import importlib
import itertools
import pkgutil
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, render_template
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import String, Text, select

import publisher
from publisher import language
from publisher.approvals import actions as approvals
from publisher.config import Settings
from publisher.database import Base, db
from publisher.editing.model import Item, Revision
from publisher.editing.model import State as ItemState
from publisher.library.actions import annotate
from publisher.library.anchors import Passage
from publisher.library.model import AnnotationState
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import press
from publisher.research.searching import facet_word
from publisher.serials.model import RouteStep, RouteSubject, Section, Serial
from publisher.submissions.model import Kind, Stage
from publisher.submissions.model import State as SubmissionState
from publisher.words import Worded
from tests import factories
from tests.factories import Browser
from tests.publisher.library.conftest import readable_set_all

PUBLISHER = Path(__file__).parents[2] / "publisher"
ENGLISH = PUBLISHER / "translations" / "en" / "LC_MESSAGES" / "messages.po"
CHINESE = re.compile(r"[\u3400-\u9fff]")
CHINESE_SIGN = re.compile(r"[\u3400-\u9fff\u3001-\u3015\uff01-\uff5e]")
PLACEHOLDER = re.compile(r"%%?\(\w+\)s|%%|\{\w+\}|&\w+;|&#\d+;")
SPOKEN_IN_CHINESE = ("几个词之间用空格", "一行一步，如：")
"""How to type a search and a route: the words to be typed are Chinese for everybody."""
SAME_EVERYWHERE = {" MB", " KB", ""}
OFFICE_NUMBER = re.compile(r"[批督查]+〔\d{4}〕\d+号")
TITLE_IN_THE_INDEX = "《Yunting Briefing》No. 1"
"""An issue is found under the title it has on paper."""
LONGEST_WORD = 5
"""Shorter strings of the records could be words of the interface as well."""

Key = tuple[str, str]

_numbers = itertools.count(1)


def key_of(message: Message) -> Key:
    return message.context or "", forms_of(message.id)[0]


def forms_of(words: object) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(cast("tuple[str, ...]", words))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def messages_of(catalog: Catalog) -> dict[Key, Message]:
    return {key_of(message): message for message in catalog if message.id}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, Message]:
    """What the code and the templates mark for translation."""
    found = tmp_path_factory.mktemp("marked") / "messages.pot"
    command = ["pybabel", "-q", "extract", "-F", str(PUBLISHER / "babel.cfg")]
    command += ["-k", "_l", "-k", "lazy_gettext", "-k", "N_", "-o", str(found), str(PUBLISHER)]
    CommandLineInterface().run(command)  # type: ignore[no-untyped-call]
    return messages_of(read(found))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read(ENGLISH)


@pytest.fixture(scope="module")
def english(catalog: Catalog) -> dict[Key, Message]:
    return messages_of(catalog)


@pytest.fixture(scope="module")
def compiled(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog as set-up compiles it, never an older one that lies about."""
    translations = tmp_path_factory.mktemp("translations")
    folder = translations / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    return translations


class TestCatalog:
    def test_the_templates_and_the_code_are_both_read(self, marked: dict[Key, Message]) -> None:
        files = {Path(place).suffix for one in marked.values() for place, _line in one.locations}
        assert files == {".html", ".py"}
        assert len(marked) > 1000

    def test_no_word_is_missing_and_none_is_left_over(
        self, marked: dict[Key, Message], english: dict[Key, Message], catalog: Catalog
    ) -> None:
        assert sorted(set(marked) - set(english)) == []
        assert sorted(set(english) - set(marked)) == []
        assert list(catalog.obsolete) == []

    def test_every_word_is_translated_for_certain(self, english: dict[Key, Message]) -> None:
        empty = [key for key, one in english.items() if not all(forms_of(one.string))]
        assert empty == []
        assert [key for key, one in english.items() if one.fuzzy] == []

    def test_a_counted_word_has_its_singular_and_its_plural(
        self, marked: dict[Key, Message], english: dict[Key, Message]
    ) -> None:
        counted = [key for key, one in marked.items() if one.pluralizable]
        assert counted
        assert all(len(set(forms_of(english[key].string))) == 2 for key in counted)

    def test_placeholders_and_entities_are_kept(self, english: dict[Key, Message]) -> None:
        wrong = [
            (key, string)
            for key, one in english.items()
            for string in forms_of(one.string)
            if set(PLACEHOLDER.findall(string)) != set(PLACEHOLDER.findall(key[1]))
        ]
        assert wrong == []

    def test_english_has_no_chinese_but_what_is_typed_in_chinese(
        self, english: dict[Key, Message]
    ) -> None:
        left = [key[1] for key, one in english.items() if CHINESE.search(str(one.string))]
        assert all(one.startswith(SPOKEN_IN_CHINESE) for one in left)
        assert len(left) == len(SPOKEN_IN_CHINESE)

    def test_every_word_is_marked_in_chinese(self, marked: dict[Key, Message]) -> None:
        plain = [
            PLACEHOLDER.sub("", words)
            for _context, words in marked
            if not CHINESE_SIGN.search(words)
        ]
        assert set(plain) <= SAME_EVERYWHERE

    def test_every_state_and_kind_is_among_the_marked_words(
        self, marked: dict[Key, Message]
    ) -> None:
        for module in pkgutil.walk_packages(publisher.__path__, "publisher."):
            if module.name.endswith(".model"):
                importlib.import_module(module.name)
        kinds = Worded.__subclasses__()
        assert len(kinds) > 20
        words = {one.source_word for kind in kinds for one in kind}
        assert sorted(words - {words for _context, words in marked}) == []


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, office_name="Yunting Office", demo=True)


@pytest.fixture
def app(app: Flask, compiled: Path) -> Flask:
    app.extensions["babel"].translation_directories[:] = [str(compiled)]
    return app


class Shown(HTMLParser):
    """Everything of a page that is read or read aloud, but what people type and what is Chinese.

    Of itself the page says so of submissions, issues and the button of the other language.
    """

    READ = frozenset({"title", "alt", "placeholder", "content", "label"})
    EMPTY = frozenset({"input", "img", "br", "hr", "meta", "link", "path", "source", "col", "wbr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._chinese = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inside = self._chinese > 0 or self._is_let_be(tag, given)
        if inside and tag not in self.EMPTY:
            self._chinese += 1
        if not inside:
            self.words += [
                value or ""
                for name, value in attrs
                if name in self.READ or name.startswith(("aria-label", "data-"))
            ]

    @staticmethod
    def _is_let_be(tag: str, given: dict[str, str | None]) -> bool:
        return tag == "textarea" or (given.get("lang") == "zh-CN" and tag != "html")

    def handle_endtag(self, tag: str) -> None:
        if self._chinese and tag not in self.EMPTY:
            self._chinese -= 1

    def handle_data(self, data: str) -> None:
        if not self._chinese:
            self.words.append(re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), data))


def chinese_in(page: str, entered: tuple[str, ...] = ()) -> list[str]:
    """The words of a page that are still Chinese, without what people have entered."""
    left = []
    for words in Shown(page).words:
        rest = words
        for one in entered:
            rest = rest.replace(one, "")
        if CHINESE_SIGN.search(OFFICE_NUMBER.sub("", rest)):
            left.append(" ".join(words.split()))
    return left


def entered_words() -> tuple[str, ...]:
    """Every name and every longer string of the records, the longest first."""
    found: set[str] = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, (String, Text)):
                found.update(filter(None, db.session.scalars(select(column))))
    pieces = {line.strip() for one in found for line in one.splitlines()}
    entered = {one for one in pieces if len(one) > LONGEST_WORD}
    entered.update(db.session.scalars(select(Person.name)))
    return tuple(sorted(entered, key=len, reverse=True))


def in_english(app: Flask, *roles: Role, unit: str = "Qingxi") -> Browser:
    browser = Browser(app, person(*roles, unit=unit))
    assert browser.post("/language", {"language": "en"}).status_code == 302
    return browser


def person(*roles: Role, unit: str = "Qingxi") -> Person:
    name = f"{unit} {next(_numbers)}"
    made = factories.person(*roles, name="Zhao", unit_=factories.unit(name))
    made.unit.short_name = unit
    return factories.keep(made)


def serial() -> Serial:
    return factories.serial(
        "Yunting Briefing",
        issuing_office="Yunting Office",
        number_pattern="No. {number}",
        sections=[Section(name="Work", position=1)],
        steps=[
            RouteStep(subject=RouteSubject.ITEM, position=1, name="First", role=Role.CHECKER),
            RouteStep(subject=RouteSubject.ISSUE, position=1, name="First", role=Role.CHECKER),
            RouteStep(subject=RouteSubject.ISSUE, position=2, name="Last", role=Role.DIRECTOR),
        ],
    )


def item(serial_: Serial, state: ItemState = ItemState.EDITING) -> Item:
    received = factories.submission(
        by=person(Role.REPORTER), unit_signer="Li", kind=Kind.EMERGENCY,
        stage=Stage.FOLLOWON, stage_number=1,
    )  # fmt: skip
    made = factories.item(
        serial_=serial_, sources=[received], editor=person(Role.EDITOR), section="Work",
        state=state, title="The harvest is in", body="All of it.",
    )  # fmt: skip
    made.source_line = "Qingxi"
    made.revisions.append(
        Revision(number=2, title="Two", body="Two", by=made.editor, at=factories.AT)
    )
    return factories.keep(made)


@pytest.fixture
def pages(records: None, monkeypatch: pytest.MonkeyPatch) -> dict[Role, list[str]]:
    """Pages of an office where something of everything goes on, by who reads them."""
    del records
    monkeypatch.setattr(press, "set_all", readable_set_all)
    running = serial()
    printed = factories.published_issue(
        serial_=running, items=[item(running, ItemState.PLACED)], by=person(Role.DIRECTOR)
    )
    factories.keep(
        annotate(
            printed, Passage(block="item-1", start=0, quote="Two"), body="One",
            shown=AnnotationState.RELEASED, by=person(Role.LEADER), at=factories.AT,
        )
    )  # fmt: skip
    read, found = f"/library/issues/{printed.id}", "/search?q=harvest"
    edited, waiting = item(running), item(running)
    arranged = factories.issue(
        serial_=running, items=[item(running, ItemState.PLACED)], compiled_by=person(Role.EDITOR)
    )
    signed = factories.signed_issue(
        serial_=running, items=[item(running, ItemState.PLACED)], by=person(Role.DIRECTOR),
        compiled_by=person(Role.EDITOR),
    )  # fmt: skip
    leader = factories.leader("Qian", post="Mayor")
    written = factories.instruction(issue_=signed, leader_=leader, registered=False)
    registered, unopened = (factories.instruction(issue_=signed, leader_=leader) for _ in range(2))
    late = factories.case(
        instruction_=registered, lead=person(Role.UNIT_HEAD).unit, limit_days=1,
        supports=(person(Role.UNIT_HEAD, unit="Water").unit,), officer=person(Role.OFFICER),
    )  # fmt: skip
    new, other, returned = (
        factories.submission(by=person(Role.REPORTER), unit_signer="Li", state=state)
        for state in (*[SubmissionState.SUBMITTED] * 2, SubmissionState.RETURNED)
    )
    asked = factories.keep(
        approvals.ask(
            subject=f"item:{waiting.id}", subject_kind=RouteSubject.ITEM, title="Two",
            route=running.route(RouteSubject.ITEM), authors=[waiting.editor_id],
            by=waiting.editor, at=factories.AT,
        )
    )  # fmt: skip
    waiting.state = ItemState.IN_APPROVAL
    factories.keep(waiting)
    return {
        Role.EDITOR: [
            "/", "/desk", "/desk?state=all", f"/desk/submissions/{new.id}", "/desk/items",
            f"/desk/submissions/{edited.sources[0].submission_id}", f"/submissions/{returned.id}",
            f"/desk/items/{edited.id}", f"/desk/items/{edited.id}/revisions", "/issues",
            f"/desk/merge?submission={new.id}&submission={other.id}", "/issues/new",
            f"/issues/{arranged.id}", f"/issues/{arranged.id}/arrange", f"/issues/{signed.id}",
            "/library", "/search", "/calls", "/calls/new", "/password", "/scores",
            f"/threads/item:{edited.id}", f"/threads/instruction:{registered.id}",
            f"/issues/{printed.id}", f"/publication/issues/{printed.id}/progress",
            f"/publication/issues/{printed.id}/correct", read, found,
        ],
        Role.CHECKER: ["/", "/approvals", f"/approvals/{asked.id}"],
        Role.DIRECTOR: ["/", f"/publication/issues/{printed.id}/withdraw", "/scores/rules"],
        Role.LEADER: ["/", read, f"/instructions/write/{printed.id}", "/instructions"],
        Role.RESEARCHER: ["/", read, found],
        Role.OFFICER: [
            "/", "/instructions", f"/instructions/{written.id}", f"/instructions/{registered.id}",
            f"/cases/open/{unopened.id}", "/cases?which=all", f"/cases/{late.id}",
            "/cases/calendar", f"/threads/case:{late.id}",
        ],
        Role.REPORTER: ["/", "/submissions", "/submissions/new", "/calls"],
        Role.ADMINISTRATOR: [
            "/", "/units", f"/units/{new.unit_id}", "/persons", f"/persons/{leader.id}",
            "/persons/new", "/mandates", "/serials", "/serials/new", f"/serials/{running.id}",
        ],
        Role.AUDITOR: ["/history"],
    }  # fmt: skip


class TestPages:
    def test_the_sign_in_page_speaks_english_once_switched(
        self, app: Flask, client: FlaskClient
    ) -> None:
        with app.app_context():
            account = person(Role.EDITOR, Role.CHECKER).account
        assert CHINESE.search(client.get("/sign-in").text)
        assert client.post("/language", data={"language": "en"}).status_code == 302
        page = client.get("/sign-in").text
        assert '<html lang="en">' in page
        assert "Sign in" in page
        assert account in page
        assert chinese_in(page) == []

    def test_a_refused_sign_in_speaks_english(self, client: FlaskClient) -> None:
        client.post("/language", data={"language": "en"})
        page = client.post("/sign-in", data={"account": "nobody", "password": "wrong"}).text
        assert "The account or password is wrong." in page
        assert chinese_in(page) == []

    def test_pages_of_every_room_speak_english(
        self, app: Flask, pages: dict[Role, list[str]], english: dict[Key, Message]
    ) -> None:
        spoken = (
            str(one.string) for key, one in english.items() if key[1].startswith(SPOKEN_IN_CHINESE)
        )
        entered = (*spoken, TITLE_IN_THE_INDEX, *entered_words())
        left = []
        for role, addresses in pages.items():
            browser = in_english(app, role)
            for address in addresses:
                answer = browser.get(address)
                assert answer.status_code == 200, address
                left += [(address, one) for one in chinese_in(answer.text, entered)]
        assert left == [], "\n".join(map(str, left))

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500])
    def test_every_error_page_speaks_english(self, app: Flask, status: int) -> None:
        with app.test_request_context(), force_locale("en"):
            page = render_template(f"errors/{status}.html", sentence="")
        assert chinese_in(page) == []

    @pytest.mark.usefixtures("records")
    def test_an_address_that_leads_nowhere_is_answered_in_english(self, app: Flask) -> None:
        answer = in_english(app, Role.EDITOR).get("/nowhere")
        assert answer.status_code == 404
        assert "What you are looking for was not found." in answer.text
        assert chinese_in(answer.text) == []

    @pytest.mark.usefixtures("records")
    def test_the_office_reads_chinese_as_before(self, app: Flask) -> None:
        browser = Browser(app, person(Role.EDITOR))
        page = browser.get("/desk").text
        assert '<html lang="zh-CN">' in page
        assert "来稿" in page
        assert "Submissions" not in page


class TestDays:
    def test_a_day_is_written_as_the_reader_writes_it(self, app: Flask) -> None:
        the_day = date(2026, 3, 9)
        with app.test_request_context():
            assert language.shown_day(the_day) == "2026年3月9日"
            assert language.shown_day_of_year(the_day) == "3月9日"
            with force_locale("en"):
                assert language.shown_day(the_day) == "9 Mar 2026"
                assert language.shown_day_of_year(the_day) == "9 Mar"
                assert language.shown_day(None) == ""

    def test_papers_keep_the_day_of_the_standard(self, app: Flask) -> None:
        with app.test_request_context(), force_locale("en"):
            assert language.day(date(2026, 3, 9)) == "2026年3月9日"


class TestFacets:
    def test_kinds_and_states_are_translated_and_names_are_not(self, app: Flask) -> None:
        with app.test_request_context(), force_locale("en"):
            assert facet_word("kind", "item") == "Items"
            assert facet_word("state", "已更正") == "Corrected"
            assert facet_word("unit", "已更正") == "已更正"
            assert facet_word("state", "") == ""
