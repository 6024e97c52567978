"""In this file a page asks the records as often for many rows as for few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from publisher.calls import actions as calls
from publisher.calls.model import CallKind
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.library.tasks import drain_outbox
from publisher.people.model import Person, Unit
from publisher.people.permission import Role
from publisher.registers import take_number
from publisher.serials.model import Serial
from publisher.submissions.model import State as SubmissionState
from tests import factories
from tests.publisher.people.browsing import Browser

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")

PAGES: dict[Role, tuple[str, ...]] = {
    Role.EDITOR: (
        "/", "/desk", "/desk/items", "/issues", "/issues/1", "/library", "/search?q=清溪", "/calls",
        "/scores", "/threads/issue:1",
    ),
    Role.CHECKER: ("/", "/approvals"),
    Role.REPORTER: ("/", "/submissions", "/calls"),
    Role.LEADER: ("/", "/library", "/library/issues/1", "/instructions", "/cases"),
    Role.OFFICER: (
        "/", "/instructions", "/cases", "/cases?which=all", "/cases/1", "/cases/register.docx",
    ),
    Role.HANDLER: ("/", "/cases"),
    Role.RESEARCHER: ("/library", "/search?q=清溪", "/instructions"),
    Role.ADMINISTRATOR: ("/units", "/persons", "/serials", "/mandates"),
    Role.AUDITOR: ("/", "/history"),
}  # fmt: skip


class Office:
    """An office that can be made to have more of everything."""

    def __init__(self, app: Flask) -> None:
        self.unit: Unit = factories.unit("清溪县人民政府办公室")
        self.people: dict[Role, Person] = {
            role: factories.person(role, unit_=self.unit) for role in PAGES if role != Role.LEADER
        }
        self.people[Role.LEADER] = factories.leader()
        self.serial: Serial = factories.serial("政务信息", readers=("staff",))
        self.browsers = {role: Browser(app, person) for role, person in self.people.items()}

    def add(self) -> None:
        """One more of everything that stands in a list."""
        reporter, editor = self.people[Role.REPORTER], self.people[Role.EDITOR]
        for state in (SubmissionState.SUBMITTED, SubmissionState.RETURNED):
            factories.submission(by=reporter).state = state
        for state in (ItemState.EDITING, ItemState.APPROVED):
            sources = [factories.submission(by=reporter), factories.submission()]
            factories.item(serial_=self.serial, editor=editor, state=state, sources=sources)
        placed = [
            factories.item(serial_=self.serial, editor=editor, state=ItemState.PLACED)
            for _n in (1, 2)
        ]
        issue = factories.published_issue(serial_=self.serial, items=placed)
        factories.issue(serial_=self.serial)
        leader, officer = self.people[Role.LEADER], self.people[Role.OFFICER]
        factories.instruction(issue_=issue, leader_=leader, registered=False)
        factories.case(
            instruction_=factories.instruction(issue_=issue, leader_=leader),
            lead=self.unit,
            supports=(factories.unit(),),
            officer=officer,
        )
        self._call()
        drain_outbox()
        db.session.rollback()

    def _call(self) -> None:
        factories.keep(
            calls.send_out(
                kind=CallKind.SOLICITATION,
                title="春耕备耕情况",
                text="请报送。",
                due_on=factories.DAY,
                units=[self.unit],
                number=take_number(db.session, "约稿", factories.AT.year),
                by=self.people[Role.EDITOR],
                at=factories.AT,
            )
        )

    def questions(self) -> dict[tuple[Role, str], int]:
        """How many statements each page sends; opened twice, so that nothing is a first time."""
        asked: dict[tuple[Role, str], int] = {}
        for role, paths in PAGES.items():
            for path in paths:
                assert self.browsers[role].get(path).status_code == 200, (role, path)
                with counted() as count:
                    self.browsers[role].get(path)
                asked[role, path] = count[0]
        return asked


@contextmanager
def told() -> Iterator[Counter[str]]:
    """Every statement sent meanwhile with what it asks for, and how often."""
    sent: Counter[str] = Counter()

    def one_more(
        _on: object, _cursor: object, statement: str, asked: object, *_more: object
    ) -> None:
        sent[f"{statement} {asked}"] += 1

    event.listen(db.engine, "before_cursor_execute", one_more)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", one_more)


@contextmanager
def counted() -> Iterator[list[int]]:
    """Count the statements sent meanwhile."""
    count = [0]

    def one_more(*_given: object) -> None:
        count[0] += 1

    event.listen(db.engine, "before_cursor_execute", one_more)
    try:
        yield count
    finally:
        event.remove(db.engine, "before_cursor_execute", one_more)


def test_a_page_sends_as_many_queries_for_six_rows_as_for_two(app: Flask) -> None:
    office = Office(app)
    for _more in range(2):
        office.add()
    few = office.questions()
    for _more in range(4):
        office.add()
    many = office.questions()
    grown = {page: (few[page], many[page]) for page in few if many[page] > few[page]}
    assert not grown


MOST = 30
"""Queries of one page; the first page of a leader and of an officer gathers from eight rooms."""


def test_no_page_sends_more_than_a_fixed_number_of_queries(app: Flask) -> None:
    office = Office(app)
    office.add()
    asked = office.questions()
    story = asked.pop((Role.EDITOR, "/threads/issue:1"))
    assert story <= 40
    assert {page: count for page, count in asked.items() if count > MOST} == {}


ONCE = (
    (Role.OFFICER, "/"), (Role.LEADER, "/"), (Role.HANDLER, "/"), (Role.EDITOR, "/threads/issue:1"),
)  # fmt: skip


def test_what_was_asked_once_is_not_asked_again_on_the_same_page(app: Flask) -> None:
    office = Office(app)
    for _more in range(2):
        office.add()
    again = {}
    for role, path in ONCE:
        office.browsers[role].get(path)
        with told() as sent:
            office.browsers[role].get(path)
        again[role, path] = [statement for statement, often in sent.items() if often > 1]
    assert again == {page: [] for page in ONCE}
