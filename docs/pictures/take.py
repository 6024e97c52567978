"""In this file the guides' pictures are taken from the demonstration, in Debian's Chromium.

    .venv/bin/python docs/pictures/take.py                   # builds a demonstration of its own
    .venv/bin/python docs/pictures/take.py --site http://127.0.0.1:8000 leader-issue editor-item

Every picture is a PNG of at most 128 colours in this folder. The demonstration's days are fixed;
its lamps and 还剩N天 follow today's date. Look at each picture before it is committed.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from pypdfium2 import PdfDocument

FOLDER = Path(__file__).parent
OFFICE = "云汀市人民政府办公室"
PASSWORD = "yunting-2026"  # noqa: S105 - of the demonstration, named on its sign-in page
WIDTH = 1280
COLOURS = 128
LARGEST = 120_000
"""Bytes a picture may have, so that the guides stay light."""
PATIENCE = 120
"""Seconds the demonstration may take to answer."""


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at which page, and what is done on it before."""

    account: str
    path: str
    prepare: Callable[[Page], None] = lambda _page: None
    height: int = 800
    """Pixels; less where only the top of the page is spoken of."""


def _at(words: str) -> Callable[[Page], None]:
    """Bring the part of the page under a heading to the top of the picture."""

    def scroll(page: Page) -> None:
        heading = page.locator("main h2, main h3, main legend", has_text=words).first
        heading.evaluate("node => window.scrollTo(0, node.getBoundingClientRect().top - 90)")

    return scroll


def _write_an_instruction(page: Page) -> None:
    """Type what a leader might write, without sending it."""
    page.fill(
        "[name=text]",
        "零工驿站办到家门口，群众欢迎。请人力资源社会保障局总结推广，年内覆盖到所有县区。",
    )


def _report(page: Page) -> None:
    """Type what a unit reports, without sending it."""
    page.get_by_label("阶段性反馈").check()
    page.fill(
        "#report-course",
        "11月10日召开专题会，会同财政局、芦汀县逐村核对管护人员和经费，形成缺口清单。",
    )
    page.fill("#report-situation", "218个村中166个已落实专人，52个尚缺经费，合计缺口31万元。")
    page.fill("#report-signer", "路远行")
    page.evaluate("window.scrollTo(0, 0)")
    _at("报送办理情况")(page)


def _write_by_hand(page: Page) -> None:
    """Write two signs with the pen on the first page, without sending them."""
    page.click('[data-pen="open"]')
    page.select_option('[data-pen="page"]', "1")
    page.wait_for_load_state("networkidle")
    page.locator(".pen").evaluate("node => window.scrollTo(0, node.offsetTop - 20)")
    box = page.locator(".pen canvas").bounding_box()
    if box is None:
        sys.exit("手写区没有打开。")
    wide = box["width"]
    for stroke in HAND:
        for place, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * wide, box["y"] + y * wide, steps=1 if not place else 8)
            if not place:
                page.mouse.down()
        page.mouse.up()


HAND = (
    ((0.62, 0.10), (0.71, 0.09)),
    ((0.665, 0.06), (0.663, 0.16)),
    ((0.63, 0.165), (0.70, 0.158)),
    ((0.76, 0.07), (0.83, 0.065)),
    ((0.795, 0.065), (0.78, 0.12), (0.75, 0.165)),
    ((0.79, 0.10), (0.81, 0.14), (0.845, 0.16)),
)
"""Strokes in parts of the page's width: 土大, which need no office to mean anything."""


def _wait_for_the_pages(page: Page) -> None:
    """Let the worker make the true pages beside the arrangement."""
    page.locator("main img, aside img").first.wait_for(timeout=PATIENCE * 1000)
    page.wait_for_load_state("networkidle")


def _mend(page: Page, before: str, after: str) -> None:
    """Change a word of the article that is open, and save it."""
    body = page.input_value("#body")
    page.fill("#body", body.replace(before, after, 1))
    page.locator("#article-form button[type=submit]").last.click()
    page.locator("#check .notice, #check .faults").first.wait_for(timeout=PATIENCE * 1000)


def _pull_two_proofs(page: Page) -> None:
    """Pull a proof, put a figure right, pull another."""
    proofs = page.url
    page.get_by_role("button", name="出校样").click()
    page.locator(".proof-pair img").first.wait_for(timeout=PATIENCE * 1000)
    page.goto(proofs.replace("/publication/issues/14/proofs", ARTICLE))
    _mend(page, "52个", "54个")
    page.goto(proofs)
    page.get_by_role("button", name="出校样").click()
    page.locator(".differences").wait_for(timeout=PATIENCE * 1000)
    page.locator(".proof-pair img").last.wait_for(timeout=PATIENCE * 1000)
    page.wait_for_load_state("networkidle")


def _make_a_slip(page: Page) -> None:
    """Type what is found before signing."""
    _mend(page, "个，提供", "个,提供")


ARTICLE = "/issues/14/articles/45"
PICTURES = {
    "sign-in": Picture("", "/sign-in"),
    "reporter-submit": Picture("reporter", "/submissions/new"),
    "reporter-mine": Picture("reporter", "/submissions"),
    "editor-screen": Picture("editor", "/desk/submissions/58"),
    "editor-item": Picture("editor", "/desk/items/37"),
    "editor-arrange": Picture("editor", "/issues/14/arrange", _wait_for_the_pages),
    "approver-decide": Picture("checker", "/approvals/60"),
    "leader-home": Picture("leader", "/", height=900),
    "leader-pages": Picture("leader", "/library/issues/2/pages", _wait_for_the_pages),
    "leader-pen": Picture("leader", "/instructions/write/2", _write_by_hand, height=720),
    "leader-issue": Picture("leader", "/library/issues/2"),
    "leader-write": Picture("leader", "/instructions/write/8", _write_an_instruction, height=700),
    "researcher-search": Picture("researcher", "/search?q=水库"),
    "researcher-trends": Picture("researcher", "/search/trends?words=水库%0A整改%0A群众"),
    "researcher-thread": Picture("researcher", "/threads/item:3"),
    "officer-register": Picture("officer", "/instructions"),
    "officer-case": Picture("officer", "/cases/3", _at("办理结果")),
    "officer-cases": Picture("officer", "/cases", height=760),
    "officer-thread": Picture("officer", "/threads/case:1", height=900),
    "handler-case": Picture("handler", "/cases/4"),
    "handler-report": Picture("handler", "/cases/4", _report, height=900),
    "administrator-serial": Picture("admin", "/serials/1", _at("期号")),
    "administrator-layouts": Picture("admin", "/layouts", _wait_for_the_pages, height=760),
    "administrator-layout": Picture("admin", "/layouts/regular", _wait_for_the_pages, height=760),
    "administrator-roles": Picture("admin", "/persons/5"),
    # These change an issue in work, so they come last.
    "editor-proofs": Picture("editor", "/publication/issues/14/proofs", _pull_two_proofs),
    "editor-check": Picture("editor", ARTICLE, _make_a_slip, height=640),
}
"""Every picture of the guides, by its file's name."""
PRINTED = {"printed-issue": ("/library/issues/2/issue.pdf", (0, 1))}
"""Pages of issues as they leave the printer: the address of the PDF and which pages."""
PIXELS_A_PAGE = 560
"""How wide a printed page is shown."""


def main() -> None:
    """Take the pictures that are named, or all."""
    words = argparse.ArgumentParser(description="Take the guides' pictures.")
    words.add_argument("--site", default="", help="a demonstration that is served already")
    words.add_argument("names", nargs="*", metavar="NAME", help="of these pictures only")
    asked = words.parse_args()
    chosen = asked.names or [*PICTURES, *PRINTED]
    with _site(asked.site) as site, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        if chromium is None:
            sys.exit("没有找到 chromium，请先安装。")
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"]
        )
        for name in chosen:
            if name in PRINTED:
                _keep(name, _pages(browser, site, *PRINTED[name]))
            else:
                _keep(name, _shot(browser, site, PICTURES[name]))
        browser.close()


@contextmanager
def _site(given: str) -> Iterator[str]:
    """The address of the demonstration: the one given, or one built for this time."""
    if given:
        yield given.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-m", "publisher", "--instance", f"{folder}/instance"]
        subprocess.run([*program, "init", "--demo", "--name", OFFICE], check=True)  # noqa: S603
        subprocess.run([*program, "demo"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        port = _free_port()
        environment = {**os.environ, "JIANBAO_PORT": str(port)}
        server = subprocess.Popen([*program, "serve"], env=environment)  # noqa: S603
        try:
            site = f"http://127.0.0.1:{port}"
            _wait_for(f"{site}/health")
            yield site
        finally:
            server.terminate()
            server.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own site
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
        else:
            return


def _sign_in(page: Page, site: str, account: str) -> None:
    page.goto(f"{site}/sign-in")
    page.fill("[name=account]", account)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(f"{site}/")


def _pages(browser: Browser, site: str, path: str, numbers: Sequence[int]) -> Image.Image:
    """Printed pages beside each other, on a desk of grey."""
    page = browser.new_page()
    _sign_in(page, site, "leader")
    pdf = PdfDocument(page.request.get(site + path).body())
    page.close()
    sheets = [pdf[number].render(scale=2).to_pil() for number in numbers]
    high = sheets[0].height * PIXELS_A_PAGE // sheets[0].width
    gap = PIXELS_A_PAGE // 20
    desk = Image.new(
        "RGB", ((PIXELS_A_PAGE + gap) * len(sheets) + gap, high + 2 * gap), (222, 226, 231)
    )
    for place, sheet in enumerate(sheets):
        small = sheet.convert("RGB").resize((PIXELS_A_PAGE, high), Image.Resampling.LANCZOS)
        desk.paste(small, (gap + place * (PIXELS_A_PAGE + gap), gap))
    return desk


def _shot(browser: Browser, site: str, picture: Picture) -> Image.Image:
    """The page as its person sees it."""
    page = browser.new_page(viewport={"width": WIDTH, "height": picture.height}, locale="zh-CN")
    try:
        if picture.account:
            _sign_in(page, site, picture.account)
        page.goto(site + picture.path)
        page.wait_for_load_state("networkidle")
        picture.prepare(page)
        page.wait_for_timeout(300)
        return Image.open(io.BytesIO(page.screenshot()))
    finally:
        page.close()


def _keep(name: str, picture: Image.Image) -> None:
    """Keep a picture in few colours; text on a page needs no more."""
    small = picture.convert("RGB").quantize(COLOURS)
    path = FOLDER / f"{name}.png"
    small.save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path.name} is larger than {LARGEST} bytes.")
    sys.stdout.write(f"{path.name}  {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
