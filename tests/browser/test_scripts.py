"""In this file the scripts of the site are tried in Chromium, on pages made of the shared macros.

The pages are served by the application itself, so its content security policy and its tokens hold.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify, render_template, request
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from markupsafe import Markup
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server
from wtforms import MultipleFileField, StringField, TextAreaField
from wtforms.validators import InputRequired

from publisher import create_app
from publisher.config import Settings
from publisher.formkeys import KeyedForm
from tests.browser.demonstration import await_scripts
from tests.conftest import need

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).parents[2] / "publisher" / "assets"
BUILT = Path(__file__).parents[2] / "publisher" / "static" / "built"
AXE = ASSETS / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

SAMPLES = Path(__file__).parent / "pages"
PAGES = sorted(path.stem for path in SAMPLES.glob("*.html"))

ISSUE = Markup(
    '<article class="issue"><section class="article" id="item-7"><h3 class="article-title">'
    '<span class="line">秋粮收购</span></h3>'
    '<p data-block="item-7-p1" id="item-7-p1">𠮷山镇<strong>秋粮</strong>'
    "收购12.6万吨，群众满意。</p>"
    '<p data-block="item-7-p2" id="item-7-p2" class="list-item"><span class="marker">1.</span>'
    "预约收购，群众满意。</p></section></article>"
)
NOTES = [
    {"id": 1, "who": "周砺", "body": "好。", "block": "item-7-p1", "start": 3, "quote": "秋粮收购"},
    {
        "id": 2,
        "who": "周砺",
        "body": "请核实。",
        "block": "item-7-p1",
        "start": 0,
        "quote": "群众满意",
        "prefix": "预约收购，",
    },
    {"id": 3, "who": "周砺", "body": "？", "block": "item-7-p1", "start": 0, "quote": "没有的话"},
]


class TryForm(KeyedForm):
    title = StringField("标题", validators=[InputRequired("请填写标题。")])
    body = TextAreaField("正文")
    captions = TextAreaField("照片说明")
    files = MultipleFileField("照片")


@dataclass
class Office:
    """The application being served, and what it was sent."""

    address: str
    sent: list[dict[str, Any]] = field(default_factory=list)
    previewed: list[str] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    refuse_order: bool = False
    asked: int = 0


def _open_doors(app: Flask, office: Office) -> None:
    samples = PrefixLoader({"try": FileSystemLoader(SAMPLES)})
    app.jinja_env.loader = ChoiceLoader([samples, app.jinja_env.loader])  # type: ignore[list-item]

    @app.get("/try/<name>")
    def show(name: str) -> str:
        form: FlaskForm = TryForm(formdata=None, data={"title": "标题", "body": "原文"})
        entries = [{"label": "来稿", "url": "/try/parts", "current": True, "count": 12}]
        return render_template(
            f"try/{name}.html", form=form, issue=ISSUE, notes=NOTES, navigation=entries
        )

    @app.post("/try/sent")
    def sent() -> str:
        office.sent.append({k: v for k, v in request.form.items() if k != "csrf_token"})
        if request.args.get("slow"):
            threading.Event().wait(0.6)
        return render_template("try/confirm.html")

    @app.post("/try/preview")
    def preview() -> str:
        office.previewed.append(request.form["body"])
        return str(Markup("<p>{}</p>").format(request.form["body"] + request.form["item"]))

    @app.post("/try/order")
    def order() -> Any:
        if office.refuse_order:
            return jsonify(error="另一位同事刚刚改动了本期。"), 409
        office.orders.append(request.get_json())
        return jsonify(version=request.get_json()["version"] + 1)

    @app.get("/try/asked")
    def asked() -> str:
        office.asked += 1
        return '<p id="done">已刊发</p>'

    @app.post("/try/refused")
    def refused() -> tuple[str, int]:
        return "没有办成：<b>3</b> 处。", 409


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    need((BUILT / "app.js").exists(), "the built scripts (npm run build in publisher/assets)")
    settings = Settings(
        instance=tmp_path_factory.mktemp("instance"),
        secret_key="试" * 40,
        office_name="云汀市政府办公室",
    )
    office, servers, ready = Office(""), [], threading.Event()

    def serve() -> None:
        # Playwright runs an event loop in the test's own thread, which Flask would trip over.
        app = create_app(settings)
        _open_doors(app, office)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        servers.append(server)
        office.address = f"http://127.0.0.1:{server.server_port}/try"
        ready.set()
        server.serve_forever()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(30)
    yield office
    servers[0].shutdown()
    thread.join()
    servers[0].server_close()


@pytest.fixture
def office(served: Office) -> Office:
    served.sent, served.previewed, served.orders = [], [], []
    served.refuse_order, served.asked = False, 0
    return served


@pytest.fixture
def quiet(page: Page) -> Iterator[Page]:
    """A page on which any error, of a script or of the policy, fails the test."""
    errors: list[str] = []
    await_scripts(page)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield page
    assert not [e for e in errors if "409" not in e], errors


def select(page: Page, first: str, start: int, last: str, end: int) -> None:
    """Select from a place in one text node to a place in another."""
    page.evaluate(
        """([first, start, last, end]) => {
            const node = (path) => document.evaluate(path, document, null, 9, null).singleNodeValue;
            document.getSelection().setBaseAndExtent(node(first), start, node(last), end);
        }""",
        [first, start, last, end],
    )


class TestEveryPage:
    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("width", [1280, 820, 320])
    def test_it_breaks_no_rule_of_access_and_never_scrolls_sideways(
        self, quiet: Page, office: Office, name: str, width: int
    ) -> None:
        need(AXE.exists(), "axe-core (npm ci in publisher/assets)")
        quiet.set_viewport_size({"width": width, "height": 800})
        quiet.goto(f"{office.address}/{name}")
        quiet.wait_for_load_state("networkidle")
        quiet.evaluate(AXE.read_text(encoding="utf-8"))
        found = quiet.evaluate(
            "(rules) => axe.run(document, {runOnly: rules}).then((r) => r.violations.map("
            "(v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' | ')))",
            RULES,
        )
        assert found == []
        assert quiet.evaluate("document.documentElement.scrollWidth <= innerWidth")


class TestConfirm:
    def test_it_asks_for_the_reason_and_sends_it(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/confirm")
        quiet.get_by_role("button", name="作废").click()
        dialog = quiet.get_by_role("dialog", name="确定作废本期？")
        dialog.get_by_role("button", name="作废").click()
        expect(dialog.get_by_text("请写明原因。")).to_be_visible()
        dialog.get_by_label("原因").fill("排重了")
        dialog.get_by_role("button", name="作废").click()
        expect(dialog).to_be_hidden()
        quiet.wait_for_url("**/sent")
        assert office.sent == [{"reason": "排重了"}]

    def test_a_no_sends_nothing(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/confirm")
        quiet.get_by_role("button", name="撤下").click()
        quiet.keyboard.press("Escape")
        expect(quiet.get_by_role("dialog")).to_have_count(0)
        expect(quiet.get_by_role("button", name="撤下")).to_be_focused()
        assert office.sent == []

    def test_a_double_press_is_one_wish(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/confirm")
        quiet.get_by_role("button", name="同意").dblclick()
        quiet.wait_for_url("**/sent?slow=1")
        assert len(office.sent) == 1


class TestEditor:
    def test_the_preview_follows_the_text(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/form")
        quiet.get_by_label("正文").fill("新的文字")
        expect(quiet.locator(".editor-preview .issue")).to_have_text("新的文字3")

    def test_half_typed_syllables_are_not_previewed(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/form")
        expect(quiet.locator(".editor-preview .issue")).to_have_text("原文3")
        text = quiet.get_by_label("正文")
        text.dispatch_event("compositionstart")
        text.fill("shou gou")
        quiet.wait_for_timeout(700)
        assert office.previewed == ["原文"]
        text.fill("收购")
        text.dispatch_event("compositionend")
        expect(quiet.locator(".editor-preview .issue")).to_have_text("收购3")
        assert office.previewed == ["原文", "收购"]

    def test_tools_write_markdown_and_the_browser_can_undo_it(
        self, quiet: Page, office: Office
    ) -> None:
        quiet.goto(f"{office.address}/form")
        text = quiet.get_by_label("正文")
        text.fill("一、做法\n收购")
        text.press("Control+End")
        quiet.get_by_role("button", name="列表").click()
        expect(text).to_have_value("一、做法\n- 收购")
        text.press("Control+Home")
        quiet.get_by_role("button", name="标题").click()
        expect(text).to_have_value("## 一、做法\n- 收购")
        text.press("Control+A")
        text.press("Control+B")
        expect(text).to_have_value("**## 一、做法\n- 收购**")
        quiet.get_by_role("button", name="撤销").click()
        expect(text).to_have_value("## 一、做法\n- 收购")

    def test_a_photo_is_chosen_and_inserted(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/form")
        quiet.get_by_label("正文").press("Control+End")
        quiet.locator("[data-tool=photo]").click()
        quiet.get_by_role("dialog").get_by_role("button", name="插入").click()
        expect(quiet.get_by_label("正文")).to_have_value("原文\n\n![收购现场](photo:12)\n\n")

    def test_control_s_saves(self, quiet: Page, office: Office) -> None:
        with quiet.expect_response("**/preview"):  # the editor is there
            quiet.goto(f"{office.address}/form")
        quiet.get_by_label("正文").press("Control+S")
        quiet.wait_for_url("**/sent")
        assert office.sent[0]["body"] == "原文"
        assert office.sent[0]["form_key"]

    def test_what_was_not_sent_is_offered_again(self, quiet: Page, office: Office) -> None:
        quiet.on("dialog", lambda dialog: dialog.accept())
        quiet.goto(f"{office.address}/form")
        quiet.get_by_label("标题", exact=False).first.fill("新标题")
        quiet.get_by_label("正文").fill("写了一半")
        expect(quiet.get_by_text("草稿已暂存于本机")).to_be_visible()
        quiet.reload()
        quiet.get_by_role("button", name="恢复草稿").click()
        expect(quiet.get_by_label("正文")).to_have_value("写了一半")
        expect(quiet.locator("#title")).to_have_value("新标题")

    def test_what_has_arrived_is_not(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/form")
        quiet.get_by_label("正文").fill("写完了")
        quiet.get_by_label("正文").press("Control+S")
        quiet.wait_for_url("**/sent")
        quiet.goto(f"{office.address}/form")
        expect(quiet.get_by_label("正文")).to_have_value("原文")
        expect(quiet.get_by_role("button", name="恢复草稿")).to_have_count(0)

    def test_unsaved_changes_hold_the_reader_back(self, quiet: Page, office: Office) -> None:
        asked: list[str] = []
        quiet.goto(f"{office.address}/form")
        quiet.get_by_label("正文").press_sequentially("改")
        expect(quiet.locator(".editor-tools")).to_be_visible()
        quiet.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        quiet.goto(f"{office.address}/parts")
        assert asked == ["beforeunload"]


class TestUpload:
    def test_it_lists_adds_and_removes_files(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/form")
        box = quiet.locator("input[type=file]")
        box.set_input_files({"name": "说明.txt", "mimeType": "text/plain", "buffer": b"1" * 2048})
        box.set_input_files(
            {"name": "现场.png", "mimeType": "image/png", "buffer": _picture()},
        )
        entries = quiet.locator(".file-list li")
        expect(entries).to_have_count(2)
        expect(entries.first).to_contain_text("2 KB")
        quiet.get_by_label("现场.png的照片说明").fill("收购现场")
        expect(quiet.locator("#captions")).to_have_value("收购现场")
        quiet.get_by_role("button", name="移除 说明.txt").click()
        expect(entries).to_have_count(1)
        assert quiet.evaluate("document.querySelector('input[type=file]').files.length") == 1

    def test_too_much_is_said_before_it_is_sent(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/form")
        big = {"name": "大.pdf", "mimeType": "application/pdf", "buffer": b"1" * 1_200_000}
        quiet.locator("input[type=file]").set_input_files(big)
        expect(quiet.get_by_text("超过 1 MB，无法上传")).to_be_visible()
        quiet.get_by_role("button", name="报送").click()
        assert office.sent == []


def _picture() -> bytes:
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478"
        "9c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
    )


class TestArrange:
    def titles(self, page: Page, section: str) -> list[str]:
        entries = page.locator(f'[data-section="{section}"] > li')
        return [str(e.get_attribute("data-item")) for e in entries.all()]

    def test_alt_and_arrow_move_and_save_with_the_version(
        self, quiet: Page, office: Office
    ) -> None:
        quiet.goto(f"{office.address}/arrange")
        quiet.locator('[data-item="1"]').focus()
        quiet.keyboard.press("Alt+ArrowDown")
        expect(quiet.get_by_text("顺序已保存")).to_be_visible()
        expect(quiet.locator("[data-announce]")).to_have_text("《第1篇》移到“要情”第 2 条。")
        assert office.orders == [
            {
                "version": 3,
                "sections": [
                    {"title": "要情", "items": [2, 1]},
                    {"title": "工作动态", "items": [3]},
                ],
            }
        ]
        with quiet.expect_response("**/order"):
            quiet.keyboard.press("Alt+ArrowDown")
        expect(quiet.locator("[data-announce]")).to_have_text("《第1篇》移到“工作动态”第 1 条。")
        expect(quiet.locator('[data-item="1"]')).to_be_focused()
        assert office.orders[-1]["version"] == 4

    def test_buttons_place_and_take_out(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/arrange")
        pooled = quiet.locator('[data-item="9"]')
        pooled.get_by_label("排入栏目").select_option("工作动态")
        pooled.get_by_role("button", name="排入").click()
        assert self.titles(quiet, "工作动态") == ["3", "9"]
        quiet.locator('[data-item="2"]').get_by_role("button", name="移出").click()
        expect(quiet.get_by_text("顺序已保存")).to_be_visible()
        assert office.orders[-1]["sections"] == [
            {"title": "要情", "items": [1]},
            {"title": "工作动态", "items": [3, 9]},
        ]

    def test_dragging_moves(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/arrange")
        quiet.locator('[data-item="9"] .arrange-grip').drag_to(
            quiet.locator('[data-item="2"] .arrange-title')
        )
        expect(quiet.get_by_text("顺序已保存")).to_be_visible()
        assert 9 in office.orders[-1]["sections"][0]["items"]

    def test_a_refusal_is_said(self, quiet: Page, office: Office) -> None:
        office.refuse_order = True
        quiet.goto(f"{office.address}/arrange")
        quiet.locator('[data-item="2"]').get_by_role("button", name="上移").click()
        expect(quiet.get_by_text("另一位同事刚刚改动了本期。")).to_be_visible()
        expect(quiet.get_by_role("button", name="刷新页面")).to_be_visible()


class TestAnnotate:
    P1 = '//p[@id="item-7-p1"]'
    P2 = '//p[@id="item-7-p2"]'

    def values(self, page: Page) -> dict[str, str]:
        names = ("block", "start", "end", "quote", "prefix", "suffix")
        return {name: page.locator(f"#annotate-form [name={name}]").input_value() for name in names}

    def test_a_passage_counts_characters_as_python_does(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/read")
        quiet.wait_for_selector("mark.passage")
        # 𠮷 is two units of UTF-16 and one character.
        select(quiet, f"{self.P1}/text()[last()]", 0, f"{self.P1}/text()[last()]", 0)
        quiet.evaluate(
            """() => {
                const p = document.getElementById('item-7-p1');
                const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
                let node; do { node = walker.nextNode(); } while (!node.data.includes('12.6'));
                const at = node.data.indexOf('12.6');
                document.getSelection().setBaseAndExtent(node, at, node, at + 6);
            }"""
        )
        quiet.get_by_role("button", name="批注").click()
        text = "𠮷山镇秋粮收购12.6万吨，群众满意。"
        assert self.values(quiet) == {
            "block": "item-7-p1",
            "start": str(text.index("12.6")),
            "end": str(text.index("12.6") + 6),
            "quote": "12.6万吨",
            "prefix": "𠮷山镇秋粮收购",
            "suffix": "，群众满意。",
        }
        expect(quiet.locator("#words")).to_be_focused()
        expect(quiet.locator("[data-passage-quote] blockquote")).to_have_text("12.6万吨")

    def test_a_passage_may_run_over_blocks_and_leaves_out_markers(
        self, quiet: Page, office: Office
    ) -> None:
        quiet.goto(f"{office.address}/read")
        quiet.wait_for_selector("mark.passage")
        quiet.evaluate(
            """() => {
                const first = document.getElementById('item-7-p1').lastChild;
                const second = document.getElementById('item-7-p2').childNodes[1];
                document.getSelection().setBaseAndExtent(first, first.length - 3, second, 4);
            }"""
        )
        quiet.get_by_role("button", name="批注").click()
        found = self.values(quiet)
        assert found["quote"] == "满意。\n预约收购"
        assert found["block"] == "item-7-p1"
        assert found["end"] == "4"
        quiet.get_by_role("button", name="改为针对全文").click()
        assert set(self.values(quiet).values()) == {""}

    def test_what_stands_already_is_found_again(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/read")
        own = quiet.locator('[data-passage-of="1"]')
        expect(own).to_have_count(2)
        assert "".join(own.all_inner_texts()) == "秋粮收购"
        moved = quiet.locator('#item-7-p2 [data-passage-of="2"]')
        expect(moved).to_have_text("群众满意")
        expect(quiet.locator('[data-note="3"]')).to_contain_text("找不到所批注的文字")
        own.first.press("Enter")
        expect(quiet.locator('[data-note="1"]')).to_have_class("note is-lit")


class TestReading:
    def test_the_size_of_the_type_is_kept(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/read")
        size = "parseFloat(getComputedStyle(document.querySelector('.issue')).fontSize)"
        before = quiet.evaluate(size)
        quiet.get_by_role("button", name="放大字号").click()
        assert quiet.evaluate(size) > before
        quiet.reload()
        expect(quiet.get_by_text("字号 115%")).to_be_visible()

    def test_an_arrow_turns_to_the_next_issue(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/read")
        expect(quiet.get_by_role("button", name="放大字号")).to_be_visible()
        quiet.keyboard.press("ArrowRight")
        quiet.wait_for_url("**/confirm")


class TestPartsOfAPage:
    def test_a_part_asks_until_it_is_done(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/parts-by-htmx")
        expect(quiet.get_by_text("正在排版")).to_be_visible()
        expect(quiet.locator("#done")).to_be_visible()
        quiet.wait_for_timeout(2500)
        assert office.asked == 1

    def test_a_refusal_is_read_out_as_text(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/parts-by-htmx")
        quiet.get_by_role("button", name="刷新").click()
        expect(quiet.get_by_role("alert")).to_contain_text("没有办成：<b>3</b> 处。")
        expect(quiet.locator("#there")).to_be_empty()


class TestFrame:
    def test_it_says_that_no_secret_belongs_here(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/parts")
        expect(
            quiet.get_by_text("本系统为非涉密系统，严禁存储、处理、传输国家秘密")
        ).to_be_visible()

    def test_the_navigation_folds_on_an_upright_tablet(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/parts")
        entry = quiet.get_by_role("navigation", name="主导航").get_by_role("link", name="来稿")
        expect(entry).to_be_visible()
        expect(entry).to_contain_text("12")
        quiet.set_viewport_size({"width": 820, "height": 1180})
        expect(entry).to_be_hidden()
        quiet.get_by_role("button", name="导航").click()
        expect(entry).to_be_visible()

    def test_the_language_can_be_changed(self, quiet: Page, office: Office) -> None:
        quiet.goto(f"{office.address}/parts")
        quiet.get_by_role("button", name="English").click()
        expect(quiet.locator("html")).to_have_attribute("lang", "en")
