"""In this file an administrator makes a layout in Chromium and sees its true pages change."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from layouts.layout import read_layout
from tests.browser.demonstration import SIZES, Site, faults_of_access

pytestmark = pytest.mark.browser
SCRIPT = re.compile(r"/built/layout-\w+\.js")
"""What makes the page of a layout answer while one types."""


def picture(page: Page) -> str:
    """The address of the first page that is shown, once its picture is there."""
    shown = page.locator("[data-preview-pages] img").first
    shown.wait_for()
    return shown.get_attribute("src") or ""


def changed(page: Page, before: str) -> str:
    """The address of the first page once it is another one."""
    shown = page.locator("[data-preview-pages] img").first
    expect(shown).not_to_have_attribute("src", before, timeout=60_000)
    return shown.get_attribute("src") or ""


def take_layout(page: Page, site: Site, layout: str) -> None:
    """Let the first serial be printed in a layout."""
    page.goto(f"{site.address}/serials/1")
    page.select_option("#layout", layout)
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_url(f"{site.address}/serials")


def test_a_layout_is_copied_changed_seen_and_taken_by_a_serial(site: Site) -> None:
    page = site.page_of("admin")
    # Here the server itself draws each picture while one waits; an office's worker does it later.
    page.goto(f"{site.address}/layouts", timeout=120_000)
    card = page.locator(".layout-card", has=page.get_by_role("link", name="政务信息", exact=True))
    card.get_by_role("link", name="照此新建").click()
    page.get_by_label("版式名称").fill("云汀政务")
    page.get_by_label("代号").fill("yunting")
    page.get_by_role("button", name="建立").click()
    first = picture(page)

    page.fill("#colors-masthead", "#1d5c96")
    blue = changed(page, first)
    assert page.input_value("[data-color-of=colors-masthead]") == "#1d5c96"
    page.fill("#number_pattern", "〔{year}〕第{number}期")
    expect(page.locator("[data-example=number_pattern]")).to_have_text("〔2026〕第12期")
    numbered = changed(page, blue)

    page.fill("#style-body-size", "900")
    reason = page.locator('[data-setting="style.body.size"] [data-reason]')
    expect(reason).to_contain_text("应为5至28之间的磅数。", timeout=60_000)
    page.fill("#style-body-size", "16")
    expect(reason).to_be_hidden(timeout=60_000)
    expect(page.locator("[data-preview-pages] img").first).to_have_attribute(
        "src", numbered, timeout=60_000
    )
    assert faults_of_access(page) == []

    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("已保存")
    take_layout(page, site, "yunting")
    page.goto(f"{site.address}/layouts/yunting")
    expect(page.locator("main")).to_contain_text("用于《政务信息》")
    page.get_by_role("button", name="删除").click()
    page.locator("dialog").get_by_role("button", name="删除").click()
    expect(page.locator("main")).to_contain_text("正在使用这个版式")
    assert [one for one in site.faults if "409" not in one] == []
    take_layout(page, site, "regular")


def test_what_was_typed_before_the_script_came_is_seen_too(site: Site) -> None:
    state = site.page_of("admin").context.storage_state()
    context = site.browser.new_context(storage_state=state, locale="zh-CN")
    site.contexts.append(context)
    page = context.new_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(SCRIPT, hold)
    page.goto(f"{site.address}/layouts/new?base=flash")
    page.fill("#title", "早报")
    page.fill("#name", "zaobao")
    with page.expect_request(SCRIPT):
        page.get_by_role("button", name="建立").click()
    first = picture(page)
    page.fill("#words-editor", "编辑：")
    expect(page.locator("#words-editor")).to_have_value("编辑：")
    for one in held:
        one.continue_()
    assert changed(page, first) != first


def test_without_scripts_a_draft_is_seen_beside_its_form(site: Site) -> None:
    signed_in = site.page_of("admin")
    context = site.browser.new_context(
        java_script_enabled=False, storage_state=signed_in.context.storage_state(), locale="zh-CN"
    )
    site.contexts.append(context)
    page = context.new_page()
    page.goto(f"{site.address}/layouts/new?base=flash")
    page.fill("#title", "云汀快报")
    page.fill("#name", "ytkb")
    page.get_by_role("button", name="建立").click()
    page.fill("#words-editor", "编辑：")
    page.get_by_role("button", name="预览").click()
    expect(page).to_have_url(re.compile(r"draft=[0-9a-f]{64}"))
    expect(page.locator("#words-editor")).to_have_value("编辑：")
    expect(page.locator("[data-preview-pages] img").first).to_be_visible()
    assert read_layout("flash").words["editor"] == "责任编辑："


@pytest.mark.parametrize("size", list(SIZES))
def test_nothing_is_wider_than_the_screen(site: Site, size: str) -> None:
    page = site.page_of("admin", size)
    for path in ("/layouts", "/layouts/digest", "/layouts/new"):
        page.goto(site.address + path)
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
