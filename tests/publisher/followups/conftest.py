"""In this file tests of cases stand on a day, in an office with a case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from publisher import clock
from tests.publisher.followups.office import Office


@pytest.fixture
def on_that_day(at: datetime) -> Iterator[None]:
    with clock.standing_at(at):
        yield


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)
