"""In this file every role opens every entry of its navigation."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from publisher.people.permission import Role
from publisher.today.navigation import DOORS
from publisher.today.words import ACTS, act_word
from tests import factories


@pytest.mark.parametrize("role", list(Role))
def test_every_entry_of_a_role_opens(app: Flask, client: FlaskClient, role: Role) -> None:
    with app.app_context():
        person = factories.person(role)
        factories.sign_in(client, person)
        opened = [door for door in DOORS if not door[3] or any(person.may(one) for one in door[3])]
    for _group, endpoint, _label, _permissions in opened:
        with app.test_request_context():
            url = app.url_for(endpoint)
        answer = client.get(url)
        assert answer.status_code == 200, (endpoint, answer.text[:500])


def test_a_visitor_is_led_to_the_sign_in_page(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def test_what_a_role_may_not_open_does_not_exist_for_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        factories.sign_in(client, factories.person(Role.REPORTER))
    for path in ("/desk", "/serials", "/persons", "/history", "/approvals", "/issues"):
        assert client.get(path).status_code == 404, path


def test_every_act_has_its_word(app: Flask) -> None:
    with app.test_request_context():
        assert all(act_word(act) != act for act in ACTS)
