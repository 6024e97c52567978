"""In this file one matter lives its whole life in Chromium, by clicking alone.

A unit reports, the desk edits, an issue is signed and comes out, the mayor instructs, a bureau
carries it out, and the result comes in again as a submission. Each person has a browser of the own.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demonstration import Site, held_back

pytestmark = pytest.mark.browser

TITLE = "枫渡县建成农村公路养护“一张图”"
BODY = (
    "枫渡县把2318公里农村公路纳入“一张图”管理，巡查发现问题平均处置时间缩短到1.2天。\n\n"
    "**（一）建好一张图。**逐路段采集数据。\n\n**（二）管好一张图。**群众可扫码报修。"
)
WORDS = "枫渡县的做法好。请交通运输局总结推广，年内覆盖全市，并报结果。"
RESULT = "全市8个县（区）农村公路全部纳入“一张图”管理。"


def press(page: Page, name: str) -> None:
    """Press a button, and say yes where the page asks."""
    page.get_by_role("button", name=name, exact=True).first.click()


def agree(page: Page) -> None:
    """Say yes to the question that was asked."""
    page.locator("dialog[open] button.btn-primary, dialog[open] button.btn-danger").first.click()


def told(page: Page, words: str) -> None:
    expect(page.locator("[data-messages]")).to_contain_text(words)


def test_the_life_of_one_matter(site: Site) -> None:
    _report(site)
    _edit(site)
    _check_item(site)
    issue = _compile(site)
    _sign(site, issue)
    _read_and_instruct(site)
    case = _register_and_open(site)
    _carry_out(site, case)
    _review(site, case)
    _see(site, case)
    _close_and_send_in_again(site, case)
    _find_the_story(site)
    assert not site.faults, site.faults


def _report(site: Site) -> None:
    page = site.page_of("fengdu")
    page.goto(f"{site.address}/submissions/new")
    page.fill("#title", TITLE)
    page.fill("#body", BODY)
    page.fill("#unit_signer", "县政府办公室主任")
    page.click(".form-foot button[type=submit]")
    expect(page.locator("h1")).to_contain_text("回执")


def _edit(site: Site) -> None:
    page = site.page_of("editor")
    page.goto(f"{site.address}/desk")
    page.click(f"text={TITLE}")
    with held_back(page, "**/sections-*.js"):
        press(page, "采编")
        page.select_option("#serial", label="《政务信息》")
    page.select_option("#section", label="经验做法")
    press(page, "保存")
    told(page, "已保存")
    press(page, "送审")
    told(page, "已送审")


def _check_item(site: Site) -> None:
    page = site.page_of("checker")
    page.goto(f"{site.address}/approvals")
    page.get_by_role("link", name=re.compile("一张图")).click()
    press(page, "同意")
    told(page, "已同意")


def _compile(site: Site) -> str:
    page = site.page_of("editor")
    page.goto(f"{site.address}/issues")
    page.get_by_role("link", name="编新的一期").click()
    page.select_option("#serial", label="《政务信息》")
    press(page, "开始编排")
    entry = page.locator("[data-pool] > li", has_text="一张图")
    entry.get_by_role("button", name="排入").click()
    placed = page.locator('[data-section="经验做法"] > li', has_text="一张图")
    expect(placed).to_be_visible()
    # The true pages are made beside it, with the item on them.
    expect(page.locator("#proof img").first).to_be_visible(timeout=60_000)
    page.wait_for_load_state("networkidle")
    address = page.url.removesuffix("/arrange")
    press(page, "送签")
    agree(page)
    expect(page.locator("h1")).to_contain_text("政务信息")
    expect(page.locator(".head, main").first).to_contain_text("送签")
    return address


def _sign(site: Site, issue: str) -> None:
    checker = site.page_of("checker")
    checker.goto(issue)
    press(checker, "同意")
    director = site.page_of("director")
    director.set_default_timeout(60_000)
    director.goto(issue)
    press(director, "同意并签发")
    expect(director.locator("main")).to_contain_text("第67期（总第1492期）")
    expect(director.locator("main")).to_contain_text("已刊发", timeout=60_000)


def _read_and_instruct(site: Site) -> None:
    page = site.page_of("leader", "tablet")
    page.get_by_role("link", name=re.compile("第67期")).click()
    expect(page.locator("article.issue")).to_contain_text("2318公里")
    page.evaluate("document.querySelector('.reading-end').scrollIntoView()")
    press(page, "圈阅（已读）")
    expect(page.get_by_role("button", name="圈阅（已读）")).to_have_count(0)
    expect(page.locator(".reading-end")).to_contain_text("已读")
    page.get_by_role("link", name="批示", exact=True).click()
    page.fill("#text", WORDS)
    page.select_option("#item", label=TITLE)
    press(page, "送办公室登记")
    told(page, "批示已送办公室登记")


def _register_and_open(site: Site) -> str:
    page = site.page_of("officer")
    page.get_by_role("link", name=re.compile("枫渡县的做法好")).click()
    press(page, "登记编号")
    page.get_by_role("link", name="立项或不立项").click()
    page.select_option("#lead", label="云汀市交通运输局")
    page.fill("#limit_days", "15")
    press(page, "立项交办")
    expect(page.locator("main")).to_contain_text("未签收")
    return page.url


def _carry_out(site: Site, case: str) -> None:
    page = site.page_of("handler2")
    page.goto(case)
    press(page, "签收")
    page.get_by_label("办理结果").check()
    page.fill("#report-course", "市交通运输局召开现场会，印发推广方案。")
    page.fill("#report-situation", RESULT)
    page.fill("#report-signer", "局长")
    press(page, "报送")
    expect(page.locator("main")).to_contain_text("待审核")


def _review(site: Site, case: str) -> None:
    page = site.page_of("officer")
    page.goto(case)
    for box in page.locator("[id$=accept] input[type=checkbox]").all():
        box.check()
    page.locator("textarea[id$=-result]").fill(RESULT)
    press(page, "审结")
    expect(page.locator("main")).to_contain_text("待呈阅")


def _see(site: Site, case: str) -> None:
    page = site.page_of("leader", "tablet")
    page.goto(case)
    expect(page.locator("main")).to_contain_text(RESULT)
    press(page, "已阅")
    expect(page.locator("main")).to_contain_text("阅看办理结果")


def _close_and_send_in_again(site: Site, case: str) -> None:
    page = site.page_of("officer")
    page.goto(case)
    press(page, "办结")
    agree(page)
    expect(page.locator("main")).to_contain_text("已办结")
    press(page, "转为来稿")
    told(page, "已转为来稿")


def _find_the_story(site: Site) -> None:
    page = site.page_of("researcher")
    page.goto(f"{site.address}/search?q=一张图")
    expect(page.locator("main")).to_contain_text(TITLE)
    page.get_by_role("link", name="来龙去脉").first.click()
    for words in ("刊发", "批示", "立项交办", "签收", "办理结果", "阅看办理结果", "已办结"):
        expect(page.locator("main")).to_contain_text(words)
