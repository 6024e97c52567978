"""In this file stands what tests of many rooms ask for: a day that stands still, a quick press."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from publisher import clock
from publisher.publication import press
from tests.publisher.library.conftest import readable_set_all
from tests.publisher.publication.presses import fast_set_all


@pytest.fixture
def that_day(at: datetime) -> Iterator[None]:
    """The clock stands at the moment of the test."""
    with clock.standing_at(at):
        yield


@pytest.fixture
def readable_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issues are set with a reading page, and without pages that take their time."""
    monkeypatch.setattr(press, "set_all", readable_set_all)


@pytest.fixture
def fast_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issues are set in no time."""
    monkeypatch.setattr(press, "set_all", fast_set_all)
