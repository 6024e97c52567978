"""In this file every role walks its main path in Chromium, at desktop and tablet size.

On each page: no fault that axe-core knows of WCAG 2.2 AA, no error on the console, no request that
leaves the machine, nothing wider than the screen.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demonstration import SIZES, Site, faults_of_access

pytestmark = pytest.mark.browser

WALKS: dict[str, tuple[str, ...]] = {
    "reporter": ("/", "/submissions", "/submissions/new", "/submissions/1", "/calls", "/library"),
    "editor": (
        "/",
        "/desk",
        "/desk/submissions/49",
        "/desk/items",
        "/desk/items/2",
        "/desk/items/2/revisions",
        "/issues",
        "/scores",
    ),
    "checker": ("/", "/approvals", "/desk/items"),
    "director": ("/", "/approvals", "/issues", "/library", "/scores", "/scores/rules"),
    "leader": (
        "/",
        "/library",
        "/library/issues/2",
        "/instructions/write/2",
        "/instructions",
        "/cases",
        "/cases/1",
        "/threads/case:1",
    ),
    "secretary": ("/", "/library/issues/2", "/instructions/write/2"),
    "officer": (
        "/",
        "/instructions",
        "/instructions/6",
        "/cases?which=all",
        "/cases/3",
        "/cases/calendar",
    ),
    "handler": ("/", "/cases", "/cases/4"),
    "researcher": ("/", "/search?q=水库", "/search?q=没有的词语", "/threads/item:5"),
    "archivist": ("/", "/library"),
    "admin": (
        "/",
        "/units",
        "/persons",
        "/persons/3",
        "/persons/new",
        "/mandates",
        "/serials",
        "/serials/1",
        "/layouts",
        "/layouts/regular",
        "/layouts/new?base=digest",
        "/serials/new",
    ),
    "auditor": ("/", "/history"),
}
"""What each account opens one page after the other."""


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("account", list(WALKS))
def test_a_role_walks_its_main_path(site: Site, account: str, size: str) -> None:
    page = site.page_of(account, size)
    wrong: list[str] = []
    for path in WALKS[account]:
        answer = page.goto(site.address + path)
        assert answer is not None
        assert answer.status == 200, (account, path, answer.status)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > SIZES[size][0]:
            wrong.append(f"{path}: {wide}px wide")
        wrong += faults_of_access(page)
    assert not wrong, "\n".join(wrong)
    assert not site.faults, site.faults


def test_the_sign_in_page_has_no_fault_and_speaks_english_on_request(
    site: Site, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}/sign-in")
    assert not faults_of_access(page)
    page.click("button[name=language][value=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.close()
