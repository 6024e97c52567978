"""In this file the desk works at its doors: pool, screen, item, revisions, merge, drafts of two."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

import layouts
from publisher.editing import queries
from publisher.editing.model import Item, State
from publisher.issues.source import source_of
from publisher.people.permission import Role
from publisher.submissions.model import Kind, Submission
from publisher.submissions.model import State as SubmissionState
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records")

HOSTILE = (
    "<script>alert('来稿')</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "'; DROP TABLE item; --",
    "𠮷野家𡈽屋𪚥龘",
    "\u202e倒写\u202c",
    "Z̸̢̛a̴l̵g̷o̶",
    "%s %(name)s {0} \\u0000 $HOME",
)
"""Strings of the kind an office never types and a program must survive."""


@pytest.fixture
def editor(app: Flask) -> Browser:
    return Browser(app, factories.person(Role.EDITOR, name="周编"))


def typed(item: Item, **changed: object) -> dict[str, object]:
    """The edit form as the page shows it, with what an editor changed."""
    return {
        "version": item.version,
        "title": item.title,
        "body": item.body,
        "serial": item.serial_id or "",
        "section": item.section,
        "kind": item.kind.value,
        "source_line": item.source_line,
        "tags": item.tags,
    } | changed


def box(page: TestResponse, name: str) -> str:
    """What stands in a text box of a page."""
    found = re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>\r?\n?(.*?)</textarea>', page.text, re.DOTALL
    )
    assert found is not None
    return unescape(found[1]).replace("\r\n", "\n")


class TestPool:
    def test_it_lists_what_waits_and_narrows_by_kind_unit_and_words(self, editor: Browser) -> None:
        factories.submission(title="白石县夏粮收购进度过九成", kind=Kind.DYNAMIC)
        other = factories.submission(title="兰汀区排查涉企收费", kind=Kind.PROBLEM)
        unit = other.unit_id
        assert "白石县夏粮" in editor.get("/desk").text
        for narrowed in ("?kind=problem", f"?unit={unit}", "?words=涉企"):
            page = editor.get(f"/desk{narrowed}").text
            assert "兰汀区排查" in page, narrowed
            assert "白石县夏粮" not in page, narrowed
        assert "没有这样的来稿" in editor.get("/desk?state=rejected").text
        assert editor.get("/desk?state=nonsense&kind=nonsense&page=-3&unit=x").status_code == 200

    def test_a_reporter_finds_no_desk(self, app: Flask) -> None:
        item = factories.item()
        number, reporter = item.id, Browser(app, factories.person(Role.REPORTER))
        for address in ("/desk", "/desk/items", f"/desk/items/{number}", "/desk/merge"):
            assert reporter.get(address).status_code == 404, address

    def test_the_items_are_listed_by_state_and_my_own(self, editor: Browser) -> None:
        factories.item(title="别人的稿件")
        factories.item(title="已排的稿件", state=State.PLACED)
        assert "别人的稿件" in editor.get("/desk/items").text
        assert "别人的稿件" not in editor.get("/desk/items?mine=1").text
        assert "别人的稿件" not in editor.get("/desk/items?state=placed").text


class TestUnknown:
    def test_what_is_not_there_is_not_found(self, editor: Browser) -> None:
        number = factories.item().id
        gets = (
            "/desk/submissions/99",
            "/desk/items/99",
            "/desk/items/99/revisions",
            f"/desk/items/{number}/revisions?before=7",
            f"/desk/items/{number}/files/99",
        )
        posts = (
            "/desk/submissions/99/take-up",
            "/desk/submissions/99/take-back-rejection",
            "/desk/items/99",
            "/desk/items/99/drop",
        )
        assert {address: editor.get(address).status_code for address in gets} == dict.fromkeys(
            gets, 404
        )
        assert {address: editor.post(address).status_code for address in posts} == dict.fromkeys(
            posts, 404
        )
        for door, data in (("return", {"reason": "缺签发人"}), ("reject", {"reason": "thin"})):
            assert editor.post(f"/desk/submissions/99/{door}", data).status_code == 404


class TestScreen:
    def test_it_shows_the_original_and_what_is_wanting(self, editor: Browser) -> None:
        received = factories.submission(body="<b>整合</b>窗口42个。", unit_signer="")
        page = editor.get(f"/desk/submissions/{received.id}").text
        assert "&lt;b&gt;整合&lt;/b&gt;窗口42个。" in page
        assert "要素不全" in page
        assert "签发领导" in page

    def test_taking_up_leads_to_the_item_once(self, editor: Browser) -> None:
        address = f"/desk/submissions/{factories.submission().id}/take-up"
        first, second = editor.post(address), editor.post(address)
        assert (first.status_code, second.status_code) == (302, 409)
        assert "来稿原文" in editor.get(first.location).text
        assert "现在是“采编中”" in second.text

    def test_a_return_wants_a_reason_and_the_unit_reads_it(
        self, app: Flask, editor: Browser
    ) -> None:
        reporter = factories.person(Role.REPORTER)
        received = factories.submission(by=reporter)
        base = f"/desk/submissions/{received.id}"
        refused = editor.post(f"{base}/return", {"reason": ""})
        assert refused.status_code == 422
        assert "请写明退回原因" in refused.text
        assert editor.post(f"{base}/return", {"reason": "请补充资金来源。"}).status_code == 302
        assert received.state == SubmissionState.RETURNED
        address = f"/submissions/{received.id}"
        assert "请补充资金来源。" in Browser(app, reporter).get(address).text

    def test_a_rejection_wants_a_reason_of_the_list(self, editor: Browser) -> None:
        received = factories.submission()
        base = f"/desk/submissions/{received.id}"
        for wrong in ("", "because", "thin "):
            assert editor.post(f"{base}/reject", {"reason": wrong}).status_code == 422
        assert received.state == SubmissionState.SUBMITTED
        sent = {"reason": "duplicate", "remark": "与第12期重复"}
        assert editor.post(f"{base}/reject", sent).status_code == 302
        assert (received.state, received.reply) == (SubmissionState.REJECTED, "与第12期重复")
        assert editor.post(f"{base}/take-up").status_code == 409
        assert editor.post(f"{base}/take-back-rejection").status_code == 302
        assert (received.state, received.reply) == (SubmissionState.SUBMITTED, "")


class TestSave:
    def test_each_save_is_a_revision_with_its_writer_and_note(self, editor: Browser) -> None:
        item = factories.item()
        address = f"/desk/items/{item.id}"
        sent = typed(item, title="清溪县“一窗通办”见实效", note="压缩标题", tags="营商环境")
        assert editor.post(address, sent).status_code == 302
        last = item.revisions[-1]
        assert (last.number, last.title, last.note) == (2, "清溪县“一窗通办”见实效", "压缩标题")
        assert (last.by.name, item.tags) == ("周编", "营商环境")
        assert item.revisions[0].title == "清溪县推行“一窗通办”提升政务服务效能"

    def test_windows_line_ends_make_no_difference(self, editor: Browser) -> None:
        item = factories.item(body="第一段。\n\n第二段。")
        address = f"/desk/items/{item.id}"
        editor.post(address, typed(item, body="第一段。\r\n\r\n第二段。"))
        assert len(item.revisions) == 1

    def test_what_cannot_be_taken_is_said_and_stays_in_the_form(self, editor: Browser) -> None:
        item = factories.item()
        address = f"/desk/items/{item.id}"
        for changed, sentence in (
            ({"title": "　"}, "请填写标题"),
            ({"title": "长" * 201}, "标题不超过200字"),
            ({"kind": "poem"}, ""),
            ({"section": "他刊专栏"}, ""),
        ):
            answer = editor.post(address, typed(item, body="新写的一段。") | changed)
            assert answer.status_code == 422, changed
            assert sentence in answer.text
            assert box(answer, "body") == "新写的一段。"
        assert len(item.revisions) == 1

    def test_odd_numbers_in_hidden_fields_are_no_accident(self, editor: Browser) -> None:
        item = factories.item()
        address = f"/desk/items/{item.id}"
        for name in ("serial", "version"):
            for odd in ("²", "9" * 5000, "-1"):
                answer = editor.post(address, typed(item, title="改一改") | {name: odd})
                assert answer.status_code == {"serial": 422, "version": 409}[name], odd
        assert len(item.revisions) == 1

    def test_a_draft_kept_in_the_browser_belongs_to_one_item(self, editor: Browser) -> None:
        pages = [editor.get(f"/desk/items/{factories.item().id}").text for _turn in range(2)]
        names = [re.findall(r'data-draft="([^"]+)"', page) for page in pages]
        assert [len(one) for one in names] == [1, 1]
        assert names[0] != names[1]

    def test_an_item_in_approval_is_not_edited(self, editor: Browser) -> None:
        item = factories.item(state=State.IN_APPROVAL)
        answer = editor.post(f"/desk/items/{item.id}", typed(item, title="迟到的改动"))
        assert answer.status_code == 409
        assert "不能修改" in answer.text
        assert item.title != "迟到的改动"

    def test_a_dropped_item_leaves_the_desk(self, editor: Browser) -> None:
        item = factories.item()
        address = f"/desk/items/{item.id}/drop"
        assert editor.post(address, {"reason": "时效已过"}).status_code == 302
        assert item.state == State.DROPPED
        assert editor.post(address).status_code == 409


class TestOvertaken:
    def test_the_second_sees_both_texts_and_loses_nothing(
        self, app: Flask, editor: Browser
    ) -> None:
        other = Browser(app, factories.person(Role.EDITOR, name="吴编"))
        item = factories.item(body="共同的开头。\n\n群众办事跑2.3次。")
        address = f"/desk/items/{item.id}"
        mine = typed(item, body="共同的开头。\n\n周编补写的第二段𠮷。", title="周编的标题")
        theirs = typed(item, body="共同的开头。\n\n吴编已存的第二段。", title="吴编的标题")
        assert other.post(address, theirs).status_code == 302
        answer = editor.post(address, mine)
        assert answer.status_code == 409
        assert box(answer, "body") == mine["body"]
        assert 'value="周编的标题"' in answer.text
        assert "吴编刚刚保存过这篇稿件" in answer.text
        shown = unescape(re.sub(r"<[^>]+>", "", answer.text.partition('class="diff"')[2]))
        assert "吴编已存的第二段" in shown
        assert item.title == "吴编的标题"
        version = re.search(r'name="version" value="(\d+)"', answer.text)
        assert version is not None
        again = mine | {"version": version[1]}
        assert editor.post(address, again).status_code == 302
        assert [one.title for one in item.revisions][1:] == ["吴编的标题", "周编的标题"]
        assert item.body == mine["body"]


class TestRevisions:
    def test_any_two_stand_side_by_side(self, editor: Browser) -> None:
        item = factories.item(body="跑动次数由2.3次降至0.8次。")
        address = f"/desk/items/{item.id}"
        for body in ("跑动次数由2.3次降至0.7次。", "平均跑动次数由2.3次降至0.7次。"):
            editor.post(address, typed(item, body=body))
        assert len(item.revisions) == 3
        last_two = editor.get(f"{address}/revisions").text
        assert "<ins>平均</ins>" in last_two
        assert "<del>0.8</del>" not in last_two
        first_and_last = editor.get(f"{address}/revisions?before=1&after=3").text
        assert "<del>0.8</del>" in first_and_last
        assert "<ins>0.7</ins>" in first_and_last
        backwards = editor.get(f"{address}/revisions?before=3&after=1").text
        assert "<ins>0.8</ins>" in backwards

    def test_what_an_author_wrote_is_text_there_too(self, editor: Browser) -> None:
        item = factories.item(body="<script>alert(1)</script>")
        page = editor.get(f"/desk/items/{item.id}/revisions").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


class TestMerge:
    def send(self, editor: Browser, *received: Submission, **typed_: str) -> TestResponse:
        data = {"submission": [one.id for one in received], "title": "两县推行", "body": "综合。"}
        return editor.post("/desk/merge", data | typed_)

    def test_the_form_begins_with_both_texts(self, editor: Browser) -> None:
        first, second = factories.submission(), factories.submission(title="白石县也这样做")
        page = editor.get(f"/desk/merge?submission={first.id}&submission={second.id}")
        body = box(page, "body")
        assert first.body in body
        assert "白石县也这样做" in body

    def test_both_units_are_credited_and_a_second_press_makes_no_second_item(
        self, editor: Browser
    ) -> None:
        both = factories.submission(), factories.submission(title="白石县也这样做")
        made = self.send(editor, *both)
        item = queries.item(int(made.location.rpartition("/")[2]))
        assert {one.submission.unit_id for one in item.sources} == {one.unit_id for one in both}
        assert item.source_line == "、".join(one.unit.short_name for one in both) + "供稿"
        assert self.send(editor, *both).location == "/desk"
        assert queries.items().total == 1

    def test_one_alone_is_sent_back_to_the_pool(self, editor: Browser) -> None:
        assert self.send(editor, factories.submission()).location == "/desk"
        assert "至少要选两件" in editor.get("/desk").text

    def test_a_merger_without_text_is_refused(self, editor: Browser) -> None:
        both = factories.submission(), factories.submission()
        answer = self.send(editor, *both, body="")
        assert answer.status_code == 422
        assert "请填写正文" in answer.text
        assert both[0].state == SubmissionState.SUBMITTED


class TestPreview:
    BODY = (
        "**（一）重点突出。**全县收购夏粮3.5万吨，<i>同比</i>增长8%。\n\n"
        "## 一、主要做法\n\n- 整合窗口42个\n- 压减材料一半\n\n"
        "| 县区 | 件数 |\n|---|---|\n| 清溪县 | 12 |\n\n> 群众说：“只跑一次。”\n\n"
        "<script>alert(1)</script>[链接](javascript:alert(2))𠮷"
    )

    def test_it_is_what_will_be_printed(self, editor: Browser) -> None:
        issue = factories.issue(items=[factories.item(body=self.BODY, state=State.PLACED)])
        number = issue.placements[0].item_id
        document = layouts.compose(layouts.read_source(source_of(issue)))
        printed = layouts.typeset(document, "html").content.decode()
        shown = editor.post("/publication/preview", {"body": self.BODY, "item": number}).text
        assert shown.replace("preview-", f"item-{number}-") in printed

    def test_raw_html_and_scripts_do_no_harm(self, editor: Browser) -> None:
        shown = editor.post("/publication/preview", {"body": self.BODY}).text
        for harm in ("<script", "<i>", "javascript:", "onerror"):
            assert harm not in shown, harm
        assert "<strong>（一）重点突出。</strong>" in shown
        assert "<td" in shown

    @pytest.mark.parametrize("key", ["9" * 30, "-1", "../1", '1" onerror="x'])
    def test_an_odd_photo_is_no_accident(self, editor: Browser, key: str) -> None:
        sent = {"body": f"![现场](photo:{key})", "item": "1"}
        answer = editor.post("/publication/preview", sent)
        assert answer.status_code == 200
        assert 'onerror="' not in answer.text


class TestHostileStrings:
    """Five fields of the real edit form take a string each, one save after the other."""

    def save(self, editor: Browser, item: Item, five: list[str]) -> None:
        title, source_line, tags, note, _last = five
        body, before = "\n".join(five), item.title
        sent = typed(item, title=title, source_line=source_line, tags=tags, note=note, body=body)
        answer = editor.post(f"/desk/items/{item.id}", sent)
        assert answer.status_code in {302, 422}, five
        if answer.status_code == 422:
            assert item.title == before
            assert "errors-summary" in answer.text
            assert box(answer, "body") == body
            return
        revision = item.revisions[-1]
        assert (item.title, item.source_line, item.tags, item.body, revision.note) == (
            title.strip(),
            source_line.strip(),
            tags.strip(),
            body,
            note,
        )

    def test_they_are_kept_exactly_and_shown_as_text(self, editor: Browser) -> None:
        item = factories.item()
        number = item.id
        for place in range(len(HOSTILE)):
            five = [HOSTILE[(place + n) % len(HOSTILE)] for n in range(5)]
            self.save(editor, item, five)
            page = editor.get(f"/desk/items/{number}")
            assert box(page, "body") == "\n".join(five)
            assert "<script>alert('" not in page.text
            assert "<img src=x" not in page.text
            assert "49{%" not in page.text

    @pytest.mark.shared_data
    def test_the_big_list_of_naughty_strings_is_survived(
        self, editor: Browser, shared_data: Path
    ) -> None:
        text = (shared_data / "hostile-text" / "blns.txt").read_text(encoding="utf-8")
        strings = [one for one in text.split("\n") if one and not one.startswith("#")]
        assert len(strings) > 500
        item = factories.item()
        for start in range(0, len(strings) - 4, 5):
            self.save(editor, item, strings[start : start + 5])
        assert len(item.revisions) > 80
        assert editor.get(f"/desk/items/{item.id}/revisions?before=1").status_code == 200
