"""In this file an editor is led to a fault of an issue, mends it, proofs again and sends it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from publisher import clock
from tests.browser.demonstration import Site, faults_of_access
from tests.browser.test_life import press, told

pytestmark = pytest.mark.browser

WAITS = 60_000
"""Milliseconds the presses may take on a busy machine."""
SLIP = "个,提供"


def test_a_fault_is_followed_to_its_place_mended_proofed_and_sent(site: Site) -> None:
    page = site.page_of("editor", "desktop")
    page.set_default_timeout(WAITS)
    page.goto(f"{site.address}/issues")
    page.locator("main tbody tr", has_text="编排中").get_by_role("link").first.click()
    issue = page.url.removesuffix("/arrange")
    _date_today(page)
    _make_a_slip(page)
    _pull(page, issue, "一校")
    page.goto(issue + "/arrange")
    press(page, "送签")
    page.locator("dialog[open] button.btn-primary").first.click()
    expect(page.locator("h1")).to_contain_text("送签前检查")
    expect(page.locator(".faults.soft")).to_contain_text("中文里用了半角“,”")
    assert not faults_of_access(page)
    _mend(page)
    expect(page.locator("#check")).to_contain_text("没有发现问题", timeout=WAITS)
    _pull(page, issue, "二校")
    expect(page.locator(".differences del")).to_have_text(",")
    expect(page.locator(".differences ins")).to_have_text("，")
    expect(page.locator(".proof-pair img").first).to_be_visible(timeout=WAITS)
    assert not faults_of_access(page)
    page.goto(issue + "/check")
    page.get_by_role("button", name="送签", exact=True).click()
    page.locator("dialog[open] button.btn-primary").first.click()
    told(page, "已送签")
    assert not site.faults, site.faults
    press(page, "撤回送签")
    page.locator("dialog[open] button.btn-primary, dialog[open] button.btn-secondary").last.click()
    told(page, "已撤回")


def _date_today(page: Page) -> None:
    """Another walk may have signed a later issue of the serial; this one is to follow it."""
    page.fill("#dated_on", clock.today().isoformat())
    page.locator("form", has=page.locator("#dated_on")).get_by_role("button").last.click()
    told(page, "已保存")


def _make_a_slip(page: Page) -> None:
    """As a hurried colleague would: a half-width comma in the article of the zero-hour workers."""
    title = page.locator("[data-section] a", has_text="零工驿站").first
    number = re.search(r"\d+$", title.get_attribute("href") or "")
    assert number is not None
    page.goto(page.url.replace("/arrange", f"/articles/{number[0]}"))
    body = page.locator("#body").input_value()
    page.fill("#body", body.replace("个，提供", SLIP))
    press(page, "保存")
    told(page, "已保存")


def _mend(page: Page) -> None:
    """Follow the fault; the words it is about are chosen, and are put right."""
    page.locator(".faults.soft a").first.click()
    page.bring_to_front()
    expect(page.locator("#body")).to_be_focused()
    chosen = page.locator("#body").evaluate(
        "text => text.value.slice(text.selectionStart, text.selectionEnd)"
    )
    assert SLIP in chosen
    body = page.locator("#body").input_value()
    page.fill("#body", body.replace(SLIP, "个，提供"))
    press(page, "保存")
    told(page, "已保存")


def _pull(page: Page, issue: str, name: str) -> None:
    number = issue.rpartition("/")[2]
    page.goto(f"{issue.removesuffix(f'/issues/{number}')}/publication/issues/{number}/proofs")
    press(page, "出校样")
    expect(page.locator("main table").first).to_contain_text(name, timeout=WAITS)
    expect(page.locator(".asking")).to_have_count(0, timeout=WAITS)
