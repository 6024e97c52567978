"""In this file several persons use the site side by side, each in a browser of the own."""

from __future__ import annotations

from contextvars import Context
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from publisher.database import db
from publisher.people.model import Person
from tests import factories


class Browser:
    """A browser whose requests know nothing of the test's own application context.

    Flask lends a request the context it finds, and with it whoever was signed in there last. The
    test's own transaction is given up before each request, so that it holds nobody up and sees
    afterwards what the request has done.
    """

    def __init__(self, app: Flask, who: Person | None = None) -> None:
        self.client = app.test_client()
        if who is not None:
            answer = self.sign_in(who.account)
            assert answer.status_code == 302, answer.text

    def sign_in(
        self, account: str, password: str = factories.PASSWORD, **more: str
    ) -> TestResponse:
        return self.post("/sign-in", {"account": account, "password": password} | more)

    def get(self, path: str, **given: Any) -> TestResponse:
        return self._open(path, method="GET", **given)

    def post(
        self, path: str, data: dict[str, Any] | bytes | None = None, **given: Any
    ) -> TestResponse:
        return self._open(path, method="POST", data=data or {}, **given)

    def _open(self, path: str, **given: Any) -> TestResponse:
        db.session.rollback()
        return Context().run(self.client.open, path, **given)
