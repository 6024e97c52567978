"""In this file the table of roles is read, and each door is asked whom it lets in."""

from __future__ import annotations

from itertools import combinations

import pytest
from flask import Flask

from publisher.errors import NotAllowed
from publisher.people import guard
from publisher.people.permission import PERMISSIONS, SEPARATE, Permission, Role
from tests import factories
from tests.publisher.people.browsing import Browser

ALL = frozenset(
    value
    for room in vars(Permission).values()
    if isinstance(room, type)
    for name, value in vars(room).items()
    if name.isupper()
)
OF_THE_HOUSE = frozenset(
    {
        Permission.People.MANAGE,
        Permission.People.GRANT,
        Permission.Serials.MANAGE,
        Permission.History.READ,
    }
)
OF_THE_SYSTEM = frozenset({Permission.Archive.VERIFY, Permission.Library.KEEP_WORDS})
"""Running the system, which an administrator shares with those whose work it serves: comparing the
archive's bytes with their digests, and keeping the words the search takes for each other. Neither
opens an issue (domain.md 7.1)."""
OPEN = {
    "people.sign_in",
    "people.language",
    "today.health",
    "api.openapi",
    "research.description",
    "library.worker",
}
"""Doors for everybody, most of them for programs, which say nothing of what the office has."""


def open_to(role: Role) -> frozenset[str]:
    return PERMISSIONS[role] | {"public", "signed_in"}


class TestTable:
    def test_every_role_has_a_line_and_no_line_names_a_permission_that_is_not(self) -> None:
        assert set(PERMISSIONS) == set(Role)
        assert frozenset().union(*PERMISSIONS.values()) <= ALL

    def test_every_permission_is_held_by_somebody(self) -> None:
        assert frozenset().union(*PERMISSIONS.values()) == ALL

    def test_the_three_officers_share_nothing_and_have_no_part_in_the_business(self) -> None:
        for one, other in combinations(sorted(SEPARATE), 2):
            assert not PERMISSIONS[one] & PERMISSIONS[other]
        for officer in SEPARATE:
            assert PERMISSIONS[officer] <= OF_THE_HOUSE | OF_THE_SYSTEM
        assert not (PERMISSIONS[Role.SECURITY] | PERMISSIONS[Role.AUDITOR]) & OF_THE_SYSTEM

    def test_nobody_in_the_business_holds_what_is_an_officers(self) -> None:
        for role in set(Role) - SEPARATE:
            assert not PERMISSIONS[role] & OF_THE_HOUSE, role


class TestDoors:
    def test_every_door_says_whom_it_lets_in(self, app: Flask) -> None:
        silent = [
            name
            for name, view in app.view_functions.items()
            if name != "static" and not hasattr(view, "permissions")
        ]
        assert silent == []

    def test_only_what_says_nothing_of_the_business_is_open_to_everybody(self, app: Flask) -> None:
        opened = {
            name
            for name, view in app.view_functions.items()
            if getattr(view, "permissions", ()) == ("public",)
        }
        assert opened == OPEN

    @pytest.mark.usefixtures("records")
    def test_what_is_open_to_everybody_is_the_same_in_an_office_full_of_secrets(
        self, app: Flask
    ) -> None:
        with app.test_request_context():
            doors = [
                app.url_for(one, _external=False)
                for one in ("api.openapi", "research.description", "today.health")
            ]
        visitor = app.test_client()
        empty = [(visitor.get(door).status_code, visitor.get(door).data) for door in doors]
        assert {status for status, _body in empty} == {200}
        factories.item(serial_=factories.serial("内部参考"), sources=[factories.submission()])
        assert [(visitor.get(door).status_code, visitor.get(door).data) for door in doors] == empty

    @pytest.mark.usefixtures("records")
    def test_a_door_is_shut_to_every_role_that_holds_none_of_its_permissions(
        self, app: Flask
    ) -> None:
        guarded = [
            (rule, frozenset(app.view_functions[rule.endpoint].permissions))  # type: ignore[attr-defined]
            for rule in app.url_map.iter_rules()
            if rule.endpoint != "static"
        ]
        unit = factories.unit()
        for role in Role:
            browser = Browser(app, factories.person(role, unit_=unit))
            shut = [rule for rule, wanted in guarded if not wanted & open_to(role)]
            assert shut
            for rule in shut:
                with app.test_request_context():
                    url = app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
                answer = browser.get(url) if "GET" in (rule.methods or ()) else browser.post(url)
                assert answer.status_code == 404, (role, rule)


class TestGuard:
    def test_a_door_asks_a_visitor_to_sign_in_first(self, app: Flask) -> None:
        answer = app.test_client().get("/persons")
        assert (answer.status_code, answer.location) == (302, "/sign-in?next=%2Fpersons")

    def test_there_is_no_current_person_without_signing_in(self, app: Flask) -> None:
        with app.test_request_context(), pytest.raises(NotAllowed, match="没有办理这一步的权限"):
            guard.current_person()
