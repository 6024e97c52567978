"""In this file the demonstration is served to Chromium, and what its pages complain of is kept."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Response, Route, expect
from werkzeug.serving import BaseWSGIServer, make_server

from publisher import create_app
from publisher.config import read_settings
from publisher.today.navigation import DEMO_PASSWORD

ROOT = Path(__file__).parents[2]
AXE = ROOT / "publisher" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"desktop": (1280, 800), "tablet": (820, 1180)}
STARTING = "html:has(script[src*='/built/app.js']):not([data-started])"
"""A page whose scripts have not all come yet."""


@dataclass
class Site:
    """The demonstration as persons see it in browsers of their own."""

    address: str
    browser: Browser
    faults: list[str] = field(default_factory=list)
    """Errors on the console and requests that left the machine."""
    contexts: list[BrowserContext] = field(default_factory=list)

    def page_of(self, account: str, size: str = "desktop") -> Page:
        """A page on which a person has signed in."""
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", has_touch=size == "tablet"
        )
        self.contexts.append(context)
        page = context.new_page()
        await_scripts(page)
        page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._stays(request.url))
        page.goto(f"{self.address}/sign-in")
        page.fill("#account", account)
        page.fill("#password", DEMO_PASSWORD)
        page.click("main button[type=submit]")
        expect(page.locator("h1")).to_be_visible()
        return page

    def _stays(self, url: str) -> None:
        host = urlsplit(url).netloc
        if host and f"http://{host}" != self.address:
            self.faults.append(f"left the machine: {url}")

    def close_pages(self) -> None:
        """Close every page and forget what they complained of."""
        while self.contexts:
            self.contexts.pop().close()
        self.faults.clear()


@contextmanager
def served(instance: Path) -> Iterator[str]:
    """Build the demonstration in a folder and serve it; its address."""
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
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def await_scripts(page: Page) -> None:
    """Let nothing be done on a page before its scripts have come: hands are slower than a driver.

    Keys and selections, which Playwright makes without asking the page first, follow a `goto`.
    """
    goes = page.goto

    def goto(url: str, **options: Any) -> Response | None:
        answer = goes(url, **options)
        expect(page.locator(STARTING)).to_have_count(0)
        return answer

    page.goto = goto  # type: ignore[method-assign,assignment]
    page.add_locator_handler(page.locator(STARTING), lambda: None)


@contextmanager
def held_back(page: Page, script: str) -> Iterator[None]:
    """Let a script arrive only afterwards, as on a slow line."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    page.route(script, hold)
    page.remove_locator_handler(page.locator(STARTING))
    yield
    for _moment in range(100):
        if routes:
            break
        page.wait_for_timeout(100)
    assert routes, script
    for route in routes:
        route.continue_()
    page.unroute(script, hold)
    page.add_locator_handler(page.locator(STARTING), lambda: None)


def faults_of_access(page: Page) -> list[str]:
    """What axe-core finds on a page against WCAG 2.2 AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]
    ]
