"""In this file readers read at their doors: issues, marks, remarks, nothing of others."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote as escaped

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from publisher import clock
from publisher.attachments import actions as attachments
from publisher.attachments import pictures
from publisher.database import db
from publisher.editing.model import Item, ItemFile
from publisher.editing.model import State as ItemState
from publisher.history import entries_of
from publisher.issues import queries as issues
from publisher.issues.model import Issue, State
from publisher.library.model import Annotation, AnnotationState, ReadMark
from publisher.people.permission import Role
from publisher.publication import actions as publication
from publisher.publication import tasks as publication_tasks
from publisher.serials.model import Serial
from publisher.settings import settings
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records", "that_day")

RARE = "𡈽门村党支部书记𠮷永强说：“办事只跑一次。”𪚥"
"""A passage with characters beyond the basic plane, each one character and four bytes."""


def placed(serial: Serial, title: str, body: str = "") -> Item:
    return factories.item(
        serial_=serial, title=title, body=body or f"{title}。", state=ItemState.PLACED
    )


@pytest.fixture
def issue() -> Issue:
    """An issue for leaders and the office."""
    serial = factories.serial("政务信息", code="zwxx", readers=("role:leader",))
    body = f"第一段写做法。\n\n**（一）群众评价。**{RARE}\n\n第三段写成效。"
    item = placed(serial, "清溪县推行“一窗通办”", body)
    return factories.published_issue(serial_=serial, items=[item])


@pytest.fixture
def leader(app: Flask) -> Browser:
    return Browser(app, factories.leader("沈明远"))


def block_with(page: str, words: str) -> tuple[str, str]:
    """The name and the text of the block in which words stand."""
    for name, inner in re.findall(r'<p[^>]*\bid="([^"]+)"[^>]*>(.*?)</p>', page, re.DOTALL):
        text = unescape(re.sub(r"<[^>]+>", "", inner))
        if words in text:
            return name, text
    raise AssertionError(words)


def annotations(page: str) -> list[dict[str, Any]]:
    """What the page tells its script to lay on the text."""
    found = re.search(r"data-annotations>(.*?)</script>", page, re.DOTALL)
    assert found is not None
    shown: list[dict[str, Any]] = json.loads(found[1])
    return shown


class TestReading:
    def test_a_leader_finds_todays_issue_and_reads_it(self, issue: Issue, leader: Browser) -> None:
        address = f"/library/issues/{issue.id}"
        for page in ("/", "/library", "/library?unread=1", "/library?year=2026"):
            assert f'href="{address}"' in leader.get(page).text, page
        assert "今天" in leader.get("/").text
        read = leader.get(address)
        assert read.status_code == 200
        assert RARE in unescape(read.text)
        assert "<strong>（一）群众评价。</strong>" in read.text
        assert f'href="{address}"' not in leader.get("/library?year=2025").text

    def test_a_read_mark_is_kept_once(self, app: Flask, issue: Issue, leader: Browser) -> None:
        address = f"/library/issues/{issue.id}"
        for _press in range(2):
            assert leader.post(f"{address}/read").status_code == 302
        assert db.session.scalar(select(func.count()).select_from(ReadMark)) == 1
        assert "已读" in leader.get(address).text
        assert f'href="{address}"' not in leader.get("/library?unread=1").text
        assert "沈明远" in Browser(app, factories.person(Role.DIRECTOR)).get(address).text
        other = Browser(app, factories.leader("陆书平")).get(address).text
        assert "谁已阅读" not in other
        assert "badge-state done" not in other

    def test_files_are_those_of_the_archive_and_a_download_is_told(
        self, issue: Issue, leader: Browser
    ) -> None:
        number, address = issue.id, f"/library/issues/{issue.id}"
        assert leader.get(f"{address}/issue.pdf").data.startswith(b"%PDF-")
        assert leader.get(f"{address}/issue.docx").data.startswith(b"PK")
        taken = leader.post(f"{address}/fetch.pdf")
        assert taken.location.endswith(f"{address}/issue.pdf")
        assert entries_of(db.session, f"issue:{number}")[-1].act == "download"
        for wrong in ("issue.html", "issue.exe", "photos/1.png", "photos/..%2F..%2Fissue.html"):
            assert leader.get(f"{address}/{wrong}").status_code == 404, wrong
        assert leader.post(f"{address}/fetch.html").status_code == 404

    def test_photos_come_out_of_the_archive(
        self, leader: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stream = io.BytesIO()
        Image.effect_noise((64, 48), 90).convert("RGB").save(stream, "PNG")
        serial = factories.serial(readers=("role:leader",))
        item = placed(serial, "白石县夏粮收购")
        photo = factories.keep(
            attachments.keep_bytes(
                stream.getvalue(),
                name="现场.png",
                folder=settings().files_path,
                by=item.editor,
                at=factories.AT,
            )
        )
        item.files.append(ItemFile(attachment=photo))
        item.body = f"收购现场：\n\n![收购现场](photo:{photo.id})"
        factories.keep(item)
        issue = factories.published_issue(serial_=serial, items=[item])
        page = leader.get(f"/library/issues/{issue.id}").text
        source = re.search(rf'src="(/library/issues/{issue.id}/photos/[^"]+)"', page)
        assert source is not None
        assert leader.get(source[1]).data == stream.getvalue()
        assert f'<a href="{source[1]}?original"><img src="{source[1]}"' in page
        monkeypatch.setattr(pictures, "FITS_ANYWAY", 10)
        shown = leader.get(source[1])
        assert shown.mimetype == "image/jpeg"
        assert leader.get(f"{source[1]}?original").data == stream.getvalue()

    def test_the_neighbours_are_those_he_may_read(self, issue: Issue, leader: Browser) -> None:
        serial = issue.serial
        middle = factories.published_issue(serial_=serial, items=[placed(serial, "第二篇")])
        last = factories.published_issue(serial_=serial, items=[placed(serial, "第三篇")])
        for reader in middle.readers:
            reader.token = "role:director"
        db.session.commit()
        page = leader.get(f"/library/issues/{last.id}").text
        assert f'rel="prev" href="/library/issues/{issue.id}"' in page

    def test_a_corrected_issue_leaves_the_list_and_can_still_be_read(
        self, issue: Issue, leader: Browser
    ) -> None:
        address = f"/library/issues/{issue.id}"
        issue.state = State.CORRECTED
        db.session.commit()
        assert f'href="{address}"' not in leader.get("/library").text
        assert leader.get(address).status_code == 200
        taken = leader.get(f"{address}/issue.pdf")
        assert escaped("（已更正）.pdf") in taken.headers["Content-Disposition"]


class TestAnnotations:
    def send(self, browser: Browser, issue: Issue, quoted: str, **more: object) -> Any:
        page = browser.get(f"/library/issues/{issue.id}").text
        block, text = block_with(page, quoted)
        start = text.index(quoted)
        sent = {
            "block": block,
            "start": start,
            "quote": quoted,
            "prefix": text[max(0, start - 32) : start],
            "suffix": text[start + len(quoted) :][:32],
            "body": "此人经验可请来会上讲一讲𪚥。",
            "shown": "private",
        }
        return browser.post(f"/library/issues/{issue.id}/annotate", sent | more)

    def test_a_passage_of_rare_characters_is_found_again_by_its_offset(
        self, issue: Issue, leader: Browser
    ) -> None:
        quote = "书记𠮷永强说：“办事只跑一次。”𪚥"
        assert self.send(leader, issue, quote).status_code == 302
        page = leader.get(f"/library/issues/{issue.id}").text
        (shown,) = annotations(page)
        _block, text = block_with(page, quote)
        assert text[shown["start"] : shown["start"] + len(shown["quote"])] == quote
        assert text.index(shown["prefix"] + quote + shown["suffix"]) >= 0
        assert (shown["quote"], shown["body"]) == (quote, "此人经验可请来会上讲一讲𪚥。")
        assert shown["is_own"]

    def test_a_private_remark_is_the_writers_until_he_releases_it(
        self, app: Flask, issue: Issue, leader: Browser
    ) -> None:
        address = f"/library/issues/{issue.id}"
        other = Browser(app, factories.leader("陆书平"))
        self.send(leader, issue, RARE[:6])
        made = db.session.scalars(select(Annotation)).one()
        number = made.id
        assert annotations(other.get(address).text) == []
        released = {"shown": "released"}
        for act in ("show", "remove", "reply"):
            sent = released | {"body": "请核实。"}
            assert other.post(f"/library/annotations/{number}/{act}", sent).status_code == 404
        assert leader.post(f"/library/annotations/{number}/show", released).status_code == 302
        (seen,) = annotations(other.get(address).text)
        assert (seen["who"], seen["is_own"]) == ("沈明远", False)
        assert leader.post(f"/library/annotations/{number}/show", released).status_code == 409
        assert leader.post(f"/library/annotations/{number}/remove").status_code == 302
        assert annotations(other.get(address).text) == []
        assert made.state == AnnotationState.REMOVED
        assert leader.post(f"/library/annotations/{number}/remove").status_code == 404
        told = entries_of(db.session, f"annotation:{number}")
        assert [one.act for one in told] == ["annotate", "release", "remove"]
        assert "此人经验" not in str([one.detail for one in told])

    def test_one_meant_for_all_is_seen_by_the_issues_readers(
        self, app: Flask, issue: Issue, leader: Browser
    ) -> None:
        self.send(leader, issue, RARE[:6], shown="released")
        editor = Browser(app, factories.person(Role.EDITOR))
        assert len(annotations(editor.get(f"/library/issues/{issue.id}").text)) == 1

    def test_what_cannot_be_taken_is_said_and_stays(self, issue: Issue, leader: Browser) -> None:
        for more, sentence in (
            ({"quote": " "}, "请先在正文中选定一段文字"),
            ({"quote": "长" * 5001}, "请先在正文中选定一段文字"),
            ({"body": ""}, "请填写批注"),
        ):
            answer = self.send(leader, issue, RARE[:6], **more)
            assert answer.status_code == 422
            assert sentence in answer.text
        assert db.session.scalar(select(func.count()).select_from(Annotation)) == 0

    def test_an_odd_offset_is_no_accident(self, issue: Issue, leader: Browser) -> None:
        for start in ("²", "9" * 30, "9" * 5000, "-1", "x", ""):
            assert self.send(leader, issue, RARE[:6], start=start).status_code == 302, start[:9]
        page = leader.get(f"/library/issues/{issue.id}").text
        _block, text = block_with(page, RARE[:6])
        assert set(db.session.scalars(select(Annotation.start))) == {text.index(RARE[:6])}

    def test_words_that_are_not_printed_are_refused(self, issue: Issue, leader: Browser) -> None:
        answer = self.send(leader, issue, RARE[:6], quote="没有刊登的话")
        assert answer.status_code == 422
        assert "选定的文字不在本期正文中" in answer.text
        assert db.session.scalar(select(func.count()).select_from(Annotation)) == 0

    def test_one_sent_twice_is_one_and_keeps_its_own_time(
        self, issue: Issue, leader: Browser
    ) -> None:
        told = "2026-11-20T01:05:00+00:00"
        with clock.standing_at(factories.AT):
            for _turn in range(2):
                answer = self.send(leader, issue, RARE[:6], form_key="k1", made_at=told)
                assert answer.status_code == 302
            self.send(leader, issue, RARE[:6], form_key="k2", made_at="2027-01-01T00:00:00+00:00")
        kept = list(db.session.scalars(select(Annotation).order_by(Annotation.id)))
        assert [one.at.strftime("%d %H:%M") for one in kept] == ["20 09:05", "20 09:30"]

    def test_named_people_see_it_and_may_answer_and_nobody_else(
        self, app: Flask, issue: Issue, leader: Browser
    ) -> None:
        named, other = factories.leader("陆书平"), factories.leader("韩致远")
        self.send(leader, issue, RARE[:6], shown="named", to=[named.id])
        number = db.session.scalars(select(Annotation)).one().id
        address = f"/library/issues/{issue.id}"
        second, third = Browser(app, named), Browser(app, other)
        answer = {"body": "已安排办公室核实。", "form_key": "r1"}
        for _turn in range(2):
            sent = second.post(f"/library/annotations/{number}/reply", answer)
            assert sent.status_code == 302
        assert third.post(f"/library/annotations/{number}/reply", answer).status_code == 404
        for browser in (leader, second):
            page = browser.get(address).text
            assert "已安排办公室核实。" in page
        for browser in (third, Browser(app, factories.person(Role.EDITOR))):
            page = browser.get(address).text
            assert "此人经验" not in page
            assert "已安排办公室核实" not in page
            assert json.loads(browser.get(f"{address}/annotations.jsonld").text)["items"] == []
        answered = second.get(f"{address}/annotations.jsonld")
        assert answered.mimetype == "application/ld+json"
        exported = json.loads(answered.text)
        first, reply = exported["items"]
        assert exported["type"] == "AnnotationPage"
        assert first["target"]["selector"][1]["exact"] == RARE[:6]
        assert first["target"]["selector"][0]["refinedBy"]["type"] == "TextPositionSelector"
        assert (reply["motivation"], reply["target"]) == ("replying", first["id"])

    def test_nobody_named_is_said(self, issue: Issue, leader: Browser) -> None:
        answer = self.send(leader, issue, RARE[:6], shown="named")
        assert answer.status_code == 422
        assert "请选择批注给谁看" in answer.text

    def test_a_remark_is_text_and_nothing_else(self, issue: Issue, leader: Browser) -> None:
        self.send(leader, issue, RARE[:6], body="</script><script>alert(1)</script>")
        page = leader.get(f"/library/issues/{issue.id}").text
        assert "<script>alert(1)" not in page
        assert annotations(page)[0]["body"] == "</script><script>alert(1)</script>"


class TestCorrected:
    def correct(self, issue: Issue, body: str) -> Issue:
        """Bring out the edition that puts the issue's first article right."""
        by = factories.person(Role.EDITOR)
        found = issues.issue(issue.id)
        edition = publication.correct(found, note="数字有误。", by=by, at=factories.AT)
        factories.keep(edition)
        name = f"item-{found.placements[0].item_id}"
        publication.revise_article(
            edition, name, title="一窗通办", body=body, source_line="", by=by, at=factories.AT
        )
        edition.state = State.IN_APPROVAL
        number = factories.sign(edition, by=factories.person(Role.DIRECTOR)).id
        db.session.rollback()
        publication_tasks.begin(number)
        return issues.issue(number)

    def test_each_remark_says_what_became_of_its_words(self, leader: Browser) -> None:
        serial = factories.serial(readers=("role:leader",))
        body = "整合窗口42个，群众满意。\n\n推行下乡代办，群众满意。\n\n平均跑动次数降至0.8次。"
        item = factories.item(serial_=serial, state=ItemState.PLACED, title="一窗通办", body=body)
        issue = factories.published_issue(serial_=serial, items=[item])
        page = leader.get(f"/library/issues/{issue.id}").text
        for block, quote in ((1, "整合窗口42个"), (1, "群众满意"), (2, "群众满意"), (3, "0.8次")):
            name, text = block_with(page, body.split("\n\n")[block - 1][:5])
            form = {
                "block": name, "start": text.index(quote), "quote": quote, "body": "请核实。",
                "shown": "private",
            }  # fmt: skip
            assert leader.post(f"/library/issues/{issue.id}/annotate", form).status_code == 302
        new = self.correct(
            issue, "整合窗口45个。\n\n推行下乡代办，群众满意。\n\n另，平均跑动次数降至0.8次。"
        )
        page = leader.get(f"/library/issues/{new.id}").text
        shown = [(one["standing"], one["quote"], one["block"][-2:]) for one in annotations(page)]
        assert shown == [
            ("changed", "整合窗口45个", "p1"),
            ("gone", "群众满意", "p1"),
            ("same", "群众满意", "p2"),
            ("moved", "0.8次", "p3"),
        ]
        assert "原为“整合窗口42个”" in page
        old = annotations(leader.get(f"/library/issues/{issue.id}").text)
        assert [one["standing"] for one in old] == [None] * 4


class TestReadMarks:
    def test_the_office_sees_who_has_read_and_who_has_not(
        self, app: Flask, issue: Issue, leader: Browser
    ) -> None:
        factories.leader("陆书平")
        retired = factories.leader("韩致远")
        retired.active = False
        db.session.commit()
        address = f"/library/issues/{issue.id}"
        told = (clock.now() - timedelta(minutes=7)).isoformat()
        leader.post(f"{address}/read", {"made_at": told})
        page = Browser(app, factories.person(Role.DIRECTOR)).get(address).text
        read, not_read = page.split("谁已阅读")[1].split("还没有圈阅（1人）")
        assert "沈明远" in read
        assert "陆书平" in not_read
        assert "韩致远" not in not_read
        mark = db.session.scalars(select(ReadMark)).unique().one()
        assert mark.at == datetime.fromisoformat(told)


class TestSize:
    def test_it_goes_with_the_person(self, app: Flask, issue: Issue, leader: Browser) -> None:
        address = f"/library/issues/{issue.id}"
        assert "reading-page size-100" in leader.get(address).text
        assert leader.post("/library/type-size", {"size": 150}).status_code == 204
        assert "reading-page size-150" in leader.get(address).text
        for size in (151, 0, "x"):
            assert leader.post("/library/type-size", {"size": size}).status_code == 422
        other = Browser(app, factories.leader("陆书平"))
        assert "reading-page size-100" in other.get(address).text


class TestWithoutRight:
    def test_for_others_an_issue_does_not_exist(
        self, app: Flask, issue: Issue, leader: Browser
    ) -> None:
        address = f"/library/issues/{issue.id}"
        archivist = Browser(app, factories.person(Role.ARCHIVIST))
        for role in (Role.REPORTER, Role.SECRETARY):
            outsider = Browser(app, factories.person(role))
            for door in ("", "/issue.pdf", "/issue.docx", "/photos/1.png"):
                assert outsider.get(f"{address}{door}").status_code == 404, (role, door)
            for door in ("/read", "/fetch.pdf", "/annotate"):
                sent = {"quote": "x", "body": "y"}
                assert outsider.post(f"{address}{door}", sent).status_code == 404, (role, door)
            listed = outsider.get("/library").text
            assert address not in listed
            assert "还没有可阅读的刊期" in listed
            assert '<option value="2026"' not in listed
            found = outsider.get("/search?q=一窗通办").text
            assert "共 0 条" in found
            assert "工作动态" not in found
            assert outsider.get("/search/suggest?q=清溪").json == []
        for reader in (leader, archivist):
            assert reader.get(address).status_code == 200
            assert "共 1 条" in reader.get("/search?q=一窗通办&kind=item").text
            assert '<option value="2026"' in reader.get("/library").text

    def test_a_withdrawn_issue_is_for_the_office_alone(
        self, app: Flask, issue: Issue, leader: Browser
    ) -> None:
        address = f"/library/issues/{issue.id}"
        director = Browser(app, factories.person(Role.DIRECTOR))
        sent = director.post(
            f"/publication/issues/{issue.id}/withdraw", {"reason": "情况有重大出入"}
        )
        assert sent.status_code == 302
        assert leader.get(address).status_code == 404
        assert address not in leader.get("/library").text
        assert "共 0 条" in leader.get("/search?q=一窗通办").text
        assert "情况有重大出入" in director.get(address).text
        assert "情况有重大出入" in director.get(f"{address}/pages").text
        found = director.get("/search?q=一窗通办&kind=item").text
        assert "共 1 条" in found
        assert '<span class="badge-state refused">已撤回</span>' in found
        key = re.search(r"/search/records/(item:\d+)", found)
        assert key is not None
        assert "已撤回" in director.get(f"/search/records/{key[1]}").text
        taken = director.get(f"{address}/issue.pdf").headers["Content-Disposition"]
        assert escaped("（已撤回）.pdf") in taken

    def test_an_issue_in_work_is_nobodys_reading(self, app: Flask) -> None:
        signed = factories.signed_issue()
        reader = Browser(app, factories.person(Role.EDITOR))
        assert reader.get(f"/library/issues/{signed.id}").status_code == 404
        assert "共 0 条" in reader.get("/search?q=一窗通办").text

    def test_named_units_and_persons_read_what_names_them(self, app: Flask) -> None:
        one, other = factories.person(Role.REPORTER), factories.person(Role.REPORTER)
        serial = factories.serial(readers=(f"unit:{one.unit_id}", "role:leader"))
        issue = factories.published_issue(serial_=serial, items=[placed(serial, "只发一家")])
        address = f"/library/issues/{issue.id}"
        assert Browser(app, one).get(address).status_code == 200
        assert Browser(app, other).get(address).status_code == 404
