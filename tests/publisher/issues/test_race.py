"""In this file many people sign issues of one serial at the same moment: no gap, no duplicate."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from publisher import database, history
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.issues import queries, signing
from publisher.issues.model import Issue, State
from publisher.people import queries as people
from publisher.people.permission import Role
from publisher.publication import by_hand, press
from publisher.serials.model import Counter, RunningTotal
from tests import factories
from tests.publisher.publication.presses import fast_set_pdf

AT_ONCE = 8
ROUNDS = 5


@pytest.fixture
def database_url(either_database_url: str) -> str:
    return either_database_url


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The office with presses of no time: what is printed is looked through before it is sent."""
    monkeypatch.setattr(press, "set_pdf", fast_set_pdf)
    return app


def issues_to_sign(app: Flask, count: int) -> tuple[list[int], list[int]]:
    """The numbers of so many issues one step before the end, and of their directors."""
    with app.app_context(), database.writing():
        serial = factories.serial("政务信息", code="zwxx")
        editor, reporter = factories.person(Role.EDITOR), factories.person(Role.REPORTER)
        checker = factories.person(Role.CHECKER)
        directors = [factories.person(Role.DIRECTOR).id for _turn in range(2)]
        numbers = []
        for _turn in range(count):
            item = factories.item(
                serial_=serial,
                editor=editor,
                state=ItemState.PLACED,
                sources=[factories.submission(by=reporter)],
            )
            issue = factories.issue(serial_=serial, items=[item], compiled_by=editor)
            numbers.append(issue.id)
            by_hand.sign(issue.id, [checker], confirmed=True)
        return numbers, directors


def sign(app: Flask, number: int, director_id: int, start: Barrier) -> str:
    """Do what the door does: lock, pass, number, freeze, commit."""
    with app.app_context(), database.writing():
        start.wait(timeout=30)
        try:
            by_hand.sign(number, [people.person(director_id)])
        except Exception as error:  # noqa: BLE001 - the kind of refusal is what is looked at
            db.session.rollback()
            return type(error).__name__
        return "signed"


class TestManyAtOnce:
    def test_numbers_and_totals_have_no_gap_and_no_duplicate(self, office: Flask) -> None:
        numbers, directors = issues_to_sign(office, AT_ONCE * ROUNDS)
        start = Barrier(AT_ONCE)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(
                pool.map(lambda number: sign(office, number, directors[0], start), numbers)
            )
        assert set(answers) == {"signed"}
        expected = list(range(1, len(numbers) + 1))
        with office.app_context():
            given = select(Issue.number, Issue.total).order_by(Issue.number)
            rows = db.session.execute(given).all()
            assert [row.number for row in rows] == [row.total for row in rows] == expected
            assert db.session.scalar(select(Counter.last_number)) == len(numbers)
            assert db.session.scalar(select(RunningTotal.last_total)) == len(numbers)
            assert list(history.verify(db.session)) == []

    def test_two_directors_at_one_issue_sign_it_once(self, office: Flask) -> None:
        numbers, directors = issues_to_sign(office, ROUNDS)
        for number in numbers:
            start = Barrier(2)
            with ThreadPoolExecutor(2) as pool:
                answers = list(
                    pool.map(
                        lambda who, n=number, b=start: sign(office, n, who, b),  # type: ignore[misc]
                        directors,
                    )
                )
            assert sorted(answers) == ["StepRefused", "signed"]
        with office.app_context():
            given = db.session.scalars(select(Issue.number).order_by(Issue.number)).all()
            assert given == list(range(1, ROUNDS + 1))

    def test_one_who_gives_up_in_between_leaves_no_gap(self, office: Flask) -> None:
        numbers, directors = issues_to_sign(office, AT_ONCE)
        start = Barrier(AT_ONCE)

        def sign_or_give_up(number: int) -> None:
            if number % 2:
                sign(office, number, directors[0], start)
                return
            with office.app_context(), database.writing():
                start.wait(timeout=30)
                issue = queries.issue(number, to_change=True)
                signing.number_for(issue)
                db.session.rollback()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(sign_or_give_up, numbers))
        with office.app_context():
            signed = select(Issue.number).where(Issue.state == State.SIGNED).order_by(Issue.number)
            assert db.session.scalars(signed).all() == list(range(1, AT_ONCE // 2 + 1))
