"""In this file a leader reads on a tablet in Chromium: large type, swipes, a lost network."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demonstration import Site, faults_of_access

pytestmark = pytest.mark.browser

KEPT = """caches.open('jianbao-reading').then(one => one.keys())
    .then(all => all.map(one => one.url))"""
LEFT = """Promise.all([caches.keys(), indexedDB.databases(),
    navigator.serviceWorker.getRegistrations()]).then(all => all.map(one => one.length))"""
CHOOSE = """() => {
    const block = document.querySelector(".issue [data-block]");
    const form = document.forms["annotate-form"].elements;
    form.block.value = block.dataset.block;
    form.quote.value = block.textContent.trim().slice(0, 8);
}"""
SWIPE = """([from, to]) => {
    const field = document.querySelector(".issue p");
    const touch = (x) => new Touch({identifier: 1, target: field, clientX: x, clientY: 400});
    const send = (kind, x, touches) => field.dispatchEvent(new TouchEvent(kind,
        {bubbles: true, touches: touches ? [touch(x)] : [], changedTouches: [touch(x)]}));
    send("touchstart", from, true);
    send("touchend", to, false);
}"""


def until(page: Page, script: str) -> None:
    """Wait until a script says yes; pages forbid what Playwright's own waiting needs."""
    for _moment in range(150):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def first_unread(site: Site, page: Page) -> str:
    page.goto(f"{site.address}/library?unread=1")
    return f"{site.address}{page.locator('a.unread').first.get_attribute('href')}"


def test_the_home_of_a_leader_begins_with_what_is_to_be_read(site: Site) -> None:
    page = site.page_of("leader", "tablet")
    heads = page.locator("main h2").all_inner_texts()
    assert re.match(r"未读的刊期（约\d+分钟）", heads[0]), heads
    assert heads[1] == "我的批示和办理"
    assert not site.faults, site.faults


def test_an_issue_on_an_upright_tablet(site: Site) -> None:
    page = site.page_of("leader2", "tablet")
    address = first_unread(site, page)
    page.goto(address)
    for width in (820, 768):
        page.set_viewport_size({"width": width, "height": 1100})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    body = page.locator(".issue .article p").first
    size = "one => parseFloat(getComputedStyle(one).fontSize)"
    before = body.evaluate(size)
    assert before >= 22
    with page.expect_response("**/library/type-size"):
        page.locator('[data-to-size="larger"]').click()
    page.goto(address)
    assert body.evaluate(size) > before
    assert faults_of_access(page) == []
    page.get_by_role("link", name="版面").click()
    expect(page.locator(".sheet-page img").first).to_be_visible()
    until(page, "document.querySelector('.sheet-page img').naturalWidth > 1000")
    page.goto(address)
    expect(page.locator(".reading-size")).to_be_visible()
    page.evaluate(SWIPE, [200, 500])
    expect(page).not_to_have_url(address)
    expect(page.locator(".reading-size")).to_be_visible()
    page.evaluate(SWIPE, [500, 200])
    expect(page).to_have_url(address)
    assert not site.faults, site.faults


def test_marks_and_notes_outlast_a_network_that_drops(site: Site) -> None:
    page = site.page_of("leader", "tablet")
    address = first_unread(site, page)
    page.goto(address)
    until(page, f"{KEPT}.then(all => all.includes(location.href) && all.length > 8)")
    page.context.set_offline(True)
    page.goto(address)
    expect(page.locator("[data-messages]")).to_contain_text("这里显示的是本机")
    page.get_by_role("button", name="圈阅（已读）").click()
    expect(page.locator(".reading-end")).to_contain_text("已圈阅，待送出")
    page.fill("#annotate-form textarea", "断网时写的。")
    page.evaluate(CHOOSE)
    page.get_by_role("button", name="保存批注").click()
    expect(page.locator(".outbox")).to_contain_text("断网时写的。")
    page.goto(f"{site.address}/library/issues/1/pages")
    expect(page.locator("h1")).to_have_text("网络已断开")
    page.goto(address)
    page.context.set_offline(False)
    expect(page.locator(".toasts")).to_contain_text("断网时的 2 项已送出。", timeout=30_000)
    page.goto(address)
    expect(page.get_by_role("button", name="圈阅（已读）")).to_have_count(0)
    expect(page.locator(".reading-end")).to_contain_text("已读")
    assert page.locator(".note", has_text="断网时写的。").count() == 1
    page.locator(".menu summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("#password")).to_be_visible()
    assert page.evaluate(LEFT) == [0, 0, 0]


def test_a_pen_writes_on_the_page_and_what_it_wrote_is_seen_there(site: Site) -> None:
    page = site.page_of("leader3", "tablet")
    page.goto(f"{site.address}/instructions/write/1")
    page.click('[data-pen="open"]')
    page.select_option('[data-pen="page"]', "1")
    until(page, "document.querySelector('.pen img').naturalWidth > 1000")
    page.locator(".pen").evaluate("one => window.scrollTo(0, one.offsetTop - 20)")
    box = page.locator(".pen canvas").bounding_box()
    assert box is not None
    for across in (0.3, 0.5):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + 150)
        page.mouse.down()
        page.mouse.move(box["x"] + (across + 0.1) * box["width"], box["y"] + 260, steps=6)
        page.mouse.up()
    page.click('[data-pen="undo"]')
    (written,) = json.loads(page.locator("[name=ink]").input_value())["pages"]
    assert written["page"] == 1
    (stroke,) = written["strokes"]
    assert 280 < stroke[0][0] < 320
    assert 380 < stroke[-1][0] < 420
    assert faults_of_access(page) == []
    page.get_by_role("button", name="送办公室登记").click()
    page.wait_for_url("**/instructions/*")
    until(page, "document.querySelector('.hand-ink').naturalWidth > 0")
    sheet, hand = (page.locator(one).first.bounding_box() for one in (".hand-sheet", ".hand-ink"))
    assert sheet is not None
    assert hand is not None
    assert abs(sheet["width"] - hand["width"]) < 4
    assert not site.faults, site.faults
