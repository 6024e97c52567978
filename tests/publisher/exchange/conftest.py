"""In this file tests of the exchange find an export to lay hands on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.publisher.exchange.offices import FORM_1


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """The kept export, to lay hands on."""
    folder = tmp_path / "export"
    shutil.copytree(FORM_1, folder)
    return folder
