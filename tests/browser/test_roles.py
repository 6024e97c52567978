"""In this file every role walks its main path in Chromium, at desktop and tablet size.

On each page: no fault that axe-core knows of WCAG 2.2 AA, no error on the console, no request that
leaves the machine, nothing wider than the screen.
"""

from __future__ import annotations

import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import BaseWSGIServer, make_server

from publisher import create_app
from publisher.config import read_settings
from publisher.today.navigation import DEMO_PASSWORD
from tests.conftest import need

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
AXE = ROOT / "publisher" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"desktop": (1280, 800), "tablet": (820, 1180)}

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
        "/serials/new",
    ),
    "auditor": ("/", "/history"),
}
"""What each account opens one page after the other."""


@dataclass
class Site:
    """The demonstration, served, and what its pages complained of."""

    address: str
    faults: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    need(AXE.exists(), "axe-core, which ./check installs")
    instance = tmp_path_factory.mktemp("demo") / "instance"
    for command in (("init", "--demo"), ("demo",)):
        subprocess.run(
            [sys.executable, "-m", "publisher", "--instance", str(instance), *command],
            check=True,
            capture_output=True,
            cwd=ROOT,
        )
    ready: queue.Queue[BaseWSGIServer] = queue.Queue()

    def serve() -> None:
        # Playwright's event loop runs in the test's own thread, where Flask would trip over it.
        app = create_app(read_settings(instance, {}), jobs_at_once=True)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        ready.put(server)
        server.serve_forever()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    server = ready.get(timeout=60)
    yield Site(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()


@pytest.fixture
def page_of(site: Site, browser: Browser) -> Iterator[Callable[[str, str], Page]]:
    contexts = []

    def open_for(account: str, size: str) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", has_touch=size == "tablet"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: site.faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: site.faults.append(str(error)))
        page.on("request", lambda request: _stays(site, request.url))
        page.goto(f"{site.address}/sign-in")
        page.fill("#account", account)
        page.fill("#password", DEMO_PASSWORD)
        page.click("main button[type=submit]")
        expect(page.locator("h1")).to_be_visible()
        return page

    site.faults.clear()
    yield open_for
    for context in contexts:
        context.close()


def _stays(site: Site, url: str) -> None:
    host = urlsplit(url).netloc
    if host and f"http://{host}" != site.address:
        site.faults.append(f"left the machine: {url}")


@contextmanager
def _held_back(page: Page, script: str) -> Iterator[None]:
    """Let a script arrive only afterwards, as on a slow line."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    page.route(script, hold)
    yield
    page.wait_for_timeout(100)
    assert routes
    for route in routes:
        route.continue_()


def _axe(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]
    ]


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("account", list(WALKS))
def test_a_role_walks_its_main_path(
    site: Site, page_of: Callable[[str, str], Page], account: str, size: str
) -> None:
    page = page_of(account, size)
    wrong: list[str] = []
    for path in WALKS[account]:
        answer = page.goto(site.address + path)
        assert answer is not None
        assert answer.status == 200, (account, path, answer.status)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > SIZES[size][0]:
            wrong.append(f"{path}: {wide}px wide")
        wrong += _axe(page)
    assert not wrong, "\n".join(wrong)
    assert not site.faults, site.faults


def test_the_sign_in_page_has_no_fault_and_speaks_english_on_request(
    site: Site, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}/sign-in")
    assert not _axe(page)
    page.click("button[name=language][value=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.close()


def test_the_life_of_an_item(site: Site, page_of: Callable[[str, str], Page]) -> None:
    """From the reporter's form to the leader's instruction, by clicking alone."""
    title = "枫渡县建成农村公路养护“一张图”"
    page = page_of("reporter", "desktop")
    page.goto(f"{site.address}/submissions/new")
    page.fill("#title", title)
    page.fill(
        "#body", "枫渡县把2318公里农村公路纳入一张图管理，巡查发现问题平均处置时间缩短到1.2天。"
    )
    page.fill("#unit_signer", "陆维舟")
    page.click(".form-foot button[type=submit]")
    expect(page.locator("h1")).to_contain_text("回执")

    desk = page_of("editor", "desktop")
    desk.goto(f"{site.address}/desk")
    desk.click(f"text={title}")
    with _held_back(desk, "**/sections-*.js"):
        desk.get_by_role("button", name="采编", exact=True).click()
        desk.select_option("#serial", label="《政务信息》")
    desk.select_option("#section", label="经验做法")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.locator("[data-messages]")).to_contain_text("已保存")
    desk.get_by_role("button", name="送审", exact=True).click()
    expect(desk.locator("[data-messages]")).to_contain_text("已送审")

    checker = page_of("checker", "desktop")
    checker.goto(f"{site.address}/approvals")
    checker.get_by_role("link", name=re.compile("一张图")).click()
    checker.get_by_role("button", name="同意", exact=True).click()
    expect(checker.locator("[data-messages]")).to_contain_text("已同意")
    assert not site.faults, site.faults
