"""In this file every address with a number is asked for what is not there, or not for one's eyes.

Both are answered alike: what a person may not know of does not exist for that person.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from publisher.approvals import actions as approvals
from publisher.calls.model import Call, CallKind, CallUnit
from publisher.editing.model import State as ItemState
from publisher.exchange.model import PastPaper
from publisher.followups import proposals
from publisher.followups.calendar import WorkingCalendar
from publisher.people.permission import SEPARATE, Role
from publisher.publication import press
from publisher.publication.model import Proof, ProofState
from publisher.research.model import ApiToken, Collection, SavedSearch, Synonyms
from publisher.serials.model import RouteSubject
from tests import factories
from tests.publisher.people.browsing import Browser
from tests.publisher.publication.presses import fast_set_all

pytestmark = pytest.mark.usefixtures("records")

OPEN_TO_ALL = {"scores.unit"}
"""A unit's points are no secret to whoever sees rankings."""


@pytest.fixture(autouse=True)
def _presses_of_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)


def numbered(app: Flask) -> list[tuple[Rule, str]]:
    """Every door with a thing's number in its address, and how it is knocked at; a year is none."""
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if any(
            isinstance(one, IntegerConverter) and name != "year"
            for name, one in rule._converters.items()
        )
    ]
    assert len(found) > 80
    return found


def address(app: Flask, rule: Rule, number: int) -> str:
    """The address of a door with one number at every place of one, and a word at the others."""
    words = {"form": "pdf", "name": "fair_copy", "key": "1", "digest": "0" * 64}
    values: dict[str, Any] = {
        name: number if isinstance(converter, IntegerConverter) else words[name]
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        path: str = app.url_for(rule.endpoint, **values)
    return path


def knock(browser: Browser, method: str, path: str) -> TestResponse:
    return browser.get(path) if method == "GET" else browser.post(path)


@pytest.mark.parametrize("number", [404, 2**31, 2**63, 10**30])
def test_what_is_not_there_is_not_found_by_anybody(app: Flask, number: int) -> None:
    everything = tuple(role for role in Role if role not in SEPARATE)
    browsers = [Browser(app, factories.person(*everything, post="副市长"))]
    browsers += [Browser(app, factories.person(role)) for role in sorted(SEPARATE)]
    doors = 0
    for rule, method in numbered(app):
        path = address(app, rule, number)
        answers = [knock(browser, method, path) for browser in browsers]
        assert {one.status_code for one in answers} == {404}, (method, path)
        assert all("没有找到您要的内容" in one.text for one in answers), (method, path)
        doors += 1
    assert doors > 80


@pytest.fixture
def numbers(app: Flask) -> dict[str, int]:
    """Things of an office that are for the few, by the beginning of their addresses."""
    unit = factories.unit("清溪县人民政府")
    reporter = factories.person(Role.REPORTER, unit_=unit)
    serial = factories.serial("内部参考", readers=("role:director",))
    submission = factories.submission(by=reporter)
    item = factories.item(serial_=serial, sources=[submission])
    placed = factories.item(serial_=serial, state=ItemState.PLACED, sources=[submission])
    issue = factories.published_issue(serial_=serial, items=[placed])
    instruction = factories.instruction(issue_=issue)
    case = factories.case(instruction_=instruction, lead=unit)
    asked = approvals.ask(
        subject=f"item:{item.id}", subject_kind=RouteSubject.ITEM, title=item.title,
        route=serial.route(RouteSubject.ITEM), authors=[], by=item.editor, at=factories.AT,
    )  # fmt: skip
    call = Call(
        kind=CallKind.SOLICITATION, title="秋粮收购", text="请报。", due_on=factories.DAY,
        made_by=item.editor, made_at=factories.AT, year=2026, number=1, asked=[CallUnit(unit=unit)],
    )  # fmt: skip
    proposed = factories.keep(proposals.propose(
        factories.instruction(issue_=issue), None, by=factories.person(Role.OFFICER),
        calendar=WorkingCalendar(), at=factories.AT,
    ))  # fmt: skip
    came = PastPaper(
        object_id="nbck-2026-001", path="instructions/2026-0001/instruction.json",
        kind="instruction", record={"form": 1}, issue=issue,
    )  # fmt: skip
    proof = factories.keep(
        Proof(issue=issue, digest="0" * 64, state=ProofState.READY, asked_at=factories.AT)
    )
    owner, at = item.editor, factories.AT
    saved = SavedSearch(person=owner, name="秋粮", address="q=秋粮", alerts=True, made_at=at)
    collection = Collection(person=owner, name="窗口", made_at=at)
    token = ApiToken(person=owner, name="统计", digest="1" * 64, made_at=at, ends_on=factories.DAY)
    words = Synonyms(names="县政府\n县人民政府", changed_at=at)
    director = Browser(app, factories.person(Role.DIRECTOR))
    note = {"body": "值得推广", "quote": "一窗通办", "shown": "released"}
    annotated = director.post(f"/library/issues/{issue.id}/annotate", note)
    assert annotated.status_code == 302
    return {
        "/desk/submissions/": submission.id, "/submissions/": submission.id,
        "/desk/items/": item.id, "/approvals/items/": item.id,
        "/approvals/": factories.keep(asked).id,
        "/calls/": factories.keep(call).id,
        "/search/saved/": factories.keep(saved).id, "/api/v1/saved/": saved.id,
        "/search/collections/": factories.keep(collection).id,
        "/search/tokens/": factories.keep(token).id,
        "/search/synonyms/": factories.keep(words).id,
        "/past-papers/": factories.keep(came).id,
        "/cases/proposals/": proposed.id, "/publication/proofs/": proof.id,
        # Shut to all these roles, whatever the number.
        "/retrospect/files/": 1, "/filing/packages/": 1, "/layouts/": 1, "/cases/limits/": 1,
        "/old-registers/": 1,
        "/publication/corrections/": issue.id, "/publication/remarks/": 1,
        "/instructions/phrases/": 1, "/api/v1/issues/": issue.id,
        "/library/annotations/": int((annotated.location or "").rpartition("-")[2]),
        "/library/issues/": issue.id, "/publication/": issue.id, "/issues/": issue.id,
        "/instructions/write/": issue.id, "/instructions/": instruction.id,
        "/cases/open/": instruction.id, "/cases/note/": instruction.id, "/cases/": case.id,
        "/units/": unit.id, "/persons/": reporter.id, "/serials/": serial.id,
    }  # fmt: skip


@pytest.fixture
def addresses(app: Flask, numbers: dict[str, int]) -> list[tuple[str, str]]:
    """Every door of a thing that is there."""
    found = []
    for rule, method in numbered(app):
        if rule.endpoint in OPEN_TO_ALL:
            continue
        number = next(one for start, one in numbers.items() if rule.rule.startswith(start))
        found.append((method, address(app, rule, number)))
    return found


@pytest.mark.parametrize(
    "role",
    [Role.REPORTER, Role.UNIT_HEAD, Role.HANDLER, Role.LEADER, Role.SECRETARY, Role.AUDITOR],
)
def test_what_is_not_for_ones_eyes_is_not_there(
    app: Flask, numbers: dict[str, int], addresses: list[tuple[str, str]], role: Role
) -> None:
    browser = Browser(app, factories.person(role))
    for method, path in addresses:
        assert knock(browser, method, path).status_code == 404, (method, path)
    for kind, start in (
        ("submission", "/submissions/"), ("item", "/desk/items/"), ("issue", "/issues/"),
        ("instruction", "/instructions/"), ("case", "/cases/"),
    ):  # fmt: skip
        assert browser.get(f"/threads/{kind}:{numbers[start]}").status_code == 404, kind


def test_the_same_things_are_there_for_those_they_are_for(
    app: Flask, numbers: dict[str, int]
) -> None:
    director = Browser(app, factories.person(Role.DIRECTOR))
    officer = Browser(app, factories.person(Role.OFFICER))
    editor = Browser(app, factories.person(Role.EDITOR))
    for browser, start in (
        (director, "/library/issues/"), (director, "/issues/"), (director, "/approvals/"),
        (officer, "/instructions/"), (officer, "/cases/"), (editor, "/calls/"),
        (editor, "/desk/submissions/"), (editor, "/desk/items/"),
    ):  # fmt: skip
        assert browser.get(f"{start}{numbers[start]}").status_code == 200, start


def test_a_visitor_cannot_tell_what_is_there(app: Flask, addresses: list[tuple[str, str]]) -> None:
    visitor = Browser(app)
    for method, path in addresses:
        answer = knock(visitor, method, path)
        if path.startswith("/api/"):  # a program is told so, there is no page for it to sign in on
            assert answer.status_code == 401, (method, path)
            continue
        assert answer.status_code == 302, (method, path)
        assert (answer.location or "").startswith("/sign-in"), (method, path)
