"""In this file each journey gets an office of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.journeys.office import Office


@pytest.fixture
def database_url(either_database_url: str) -> str:
    return either_database_url


@pytest.fixture
def office(app: Flask) -> Office:
    made = Office(app)
    made.open()
    return made
