"""In this file a researcher searches in Chromium: by keys, along the bars of time, and keeps it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.demonstration import Site

pytestmark = pytest.mark.browser


def test_the_keys_lead_through_the_hits_with_the_record_beside(site: Site) -> None:
    page = site.page_of("researcher")
    page.goto(f"{site.address}/search?q=水库")
    beside = page.locator("#preview .preview")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    first = page.locator("[data-hit]").first.locator("h2").inner_text()
    expect(beside.locator("h2")).to_have_text(first)
    page.keyboard.press("j")
    second = page.locator("[data-hit]").nth(1).locator("h2").inner_text()
    expect(beside.locator("h2")).to_have_text(second)
    page.keyboard.press("Escape")
    expect(beside).to_have_count(0)
    page.keyboard.press("/")
    expect(page.locator("#search-words")).to_be_focused()
    assert not site.faults


def test_where_there_is_no_room_beside_space_opens_the_record(site: Site) -> None:
    page = site.page_of("researcher", "tablet")
    page.goto(f"{site.address}/search?q=水库")
    page.keyboard.press("j")
    title = page.locator("[data-hit]").first.locator("h2").inner_text()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("/search/records/"))
    expect(page.locator(".preview h2")).to_have_text(title)


def test_time_is_chosen_by_keys_and_by_dragging_and_told_meanwhile(site: Site) -> None:
    page = site.page_of("researcher")
    page.goto(f"{site.address}/search?q=水库")
    bars = page.locator(".timeline-chart a")
    first, second = (bars.nth(place).get_attribute("data-since") for place in (0, 1))
    bars.first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-choosing]")).to_contain_text(f"{first} — {second}")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"since={first}&until={second}"))
    page.goto(f"{site.address}/search?q=水库")
    box = page.locator(".timeline-chart svg").bounding_box()
    assert box is not None
    room, middle = box["width"] / bars.count(), box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + room * 0.9, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + room * 1.1, middle, steps=3)
    page.mouse.up()
    expect(page).to_have_url(re.compile(f"since={first}&until={second}"))


def test_a_search_is_kept_as_it_was_asked(site: Site) -> None:
    page = site.page_of("researcher")
    page.goto(f"{site.address}/search?q=水库&kind=item")
    found = page.locator("[data-hit]").count()
    page.fill("#save-name", "水库稿件")
    page.get_by_label("有新结果时提醒我").check()
    page.locator(".take-form").get_by_role("button", name="保存").click()
    page.get_by_role("link", name="水库稿件").click()
    expect(page.locator("#search-words")).to_have_value("水库")
    expect(page.locator("[data-hit]")).to_have_count(found)
    assert not site.faults


def test_a_citation_is_copied_by_its_button(site: Site) -> None:
    page = site.page_of("researcher")
    page.goto(f"{site.address}/search?q=水库")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    page.locator("#preview summary").click()
    cited = page.locator("#preview .cite-text").first
    text = cited.locator("span").inner_text()
    cited.get_by_role("button", name="复制").click()
    expect(cited.get_by_role("button", name="已复制")).to_be_visible()
    box = page.locator("#search-words")
    box.fill("")
    box.press("Control+v")
    expect(box).to_have_value(text)
    assert not site.faults
