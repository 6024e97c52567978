"""In this file browser tests find Debian's Chromium instead of one that Playwright brings along."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.demonstration import AXE, Site, served
from tests.conftest import need

LEFT_OPEN = (
    "ignore:Exception ignored in. <_io.FileIO name=.*static/built/"
    ":pytest.PytestUnraisableExceptionWarning"
)
"""A browser that leaves a page drops what it still loads; the server of the tests, not ours, then
leaves the file to Python to close."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings(LEFT_OPEN))


@pytest.fixture(scope="session")
def base_url() -> str:
    # The plug-in's own fixture is a method, which the pytest of today warns of.
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    need(chromium, "Chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demonstration, built once."""
    need(AXE.exists(), "axe-core, which ./check installs")
    with served(tmp_path_factory.mktemp("demonstration") / "instance") as address:
        yield address


@pytest.fixture
def site(demonstration: str, browser: Browser) -> Iterator[Site]:
    """The demonstration, with no page open yet."""
    made = Site(demonstration, browser)
    yield made
    made.close_pages()
