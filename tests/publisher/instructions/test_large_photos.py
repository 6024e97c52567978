"""In this file the largest photo a form may bring is kept, and a larger one costs nothing typed."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from publisher.attachments.model import Attachment
from publisher.database import db
from publisher.instructions.model import Instruction
from publisher.issues.model import Issue
from publisher.people.model import Person
from publisher.people.permission import Role
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")
TEXT = "请水利局抓紧办理，十日内报结果。"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A photo of 40 megabytes to the byte: noise is not made smaller, and PNG may end in more."""
    width, height = 3730, 3740
    picture = Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=0)
    content = file.getvalue()
    return content + b"\0" * (40 * MEGABYTE - len(content))


@pytest.fixture
def issue() -> Issue:
    return factories.published_issue()


@pytest.fixture
def leader() -> Person:
    return factories.leader("沈明远")


def typed(leader: Person, **other: object) -> dict[str, object]:
    return {
        "leader": leader.id, "text": TEXT, "disposition": "act", "item": "",
        "written_on": "2026-11-20", "form_key": "k1",
    } | other  # fmt: skip


def send(browser: Browser, address: str, form: Mapping[str, object]) -> TestResponse:
    """Post a form whole; the test client would leave a temporary file of it open."""
    entries = MultiDict([(k, v) for k, v in form.items() if k != "files"])
    for content, name in form.get("files", ()):  # type: ignore[attr-defined]
        entries.add("files", FileStorage(content, name))
    boundary, body = encode_multipart(entries)
    db.session.rollback()
    with browser.app.app_context():
        return browser.client.post(
            address, data=body, content_type=f"multipart/form-data; boundary={boundary}"
        )


def kept() -> int:
    return db.session.scalar(select(func.count()).select_from(Attachment)) or 0


class TestInstruction:
    def test_a_photo_of_forty_megabytes_is_kept_whole(
        self, app: Flask, issue: Issue, leader: Person, photo: bytes
    ) -> None:
        assert len(photo) == 40 * MEGABYTE
        browser, before = Browser(app, leader), kept()
        sent = typed(leader, files=[(io.BytesIO(photo), "批示件.png")])
        made = send(browser, f"/instructions/write/{issue.id}", sent)
        assert made.status_code == 302
        (found,) = db.session.scalars(select(Instruction)).unique()
        assert (kept() - before, found.files[0].attachment.size) == (1, 40 * MEGABYTE)
        address = f"/instructions/{found.id}/files/{found.files[0].id}"
        assert browser.get(address).data == photo

    def test_a_larger_one_is_refused_in_words_and_what_was_typed_stays(
        self, app: Flask, issue: Issue, leader: Person, photo: bytes
    ) -> None:
        browser, before = Browser(app, leader), kept()
        files = [(io.BytesIO(photo), "批示件.png"), (io.BytesIO(b"%PDF-1.7 x"), "附件.pdf")]
        answer = send(browser, f"/instructions/write/{issue.id}", typed(leader, files=files))
        assert answer.status_code == 422
        assert "所选文件合计40.0 MB，一次最多40 MB，没有收。" in answer.text
        assert TEXT in answer.text
        assert kept() == before
        assert db.session.scalar(select(func.count()).select_from(Instruction)) == 0
        again = send(browser, f"/instructions/write/{issue.id}", typed(leader))
        assert again.status_code == 302


class TestReport:
    def test_a_report_with_too_large_a_photo_comes_back_as_it_was_typed(
        self, app: Flask, photo: bytes
    ) -> None:
        handler = factories.person(Role.HANDLER)
        case = factories.case(lead=handler.unit)
        browser, address = Browser(app, handler), f"/cases/{case.id}"
        browser.post(f"{address}/acknowledge", {"handler": "高敏行", "phone": "2210"})
        report = {
            "stage": "interim", "course": "坝脚反滤处理完成六成。", "situation": "",
            "proposals": "", "signer": "高局长", "form_key": "r1",
        }  # fmt: skip
        large = [(io.BytesIO(photo + b"\0"), "盖章件.png")]
        refused = send(browser, f"{address}/report", report | {"files": large})
        assert refused.status_code == 422
        assert "已填写的内容都还在" in refused.text
        assert re.search(r"<textarea[^>]*>\s*坝脚反滤处理完成六成。", refused.text)
        taken = [(io.BytesIO(photo), "盖章件.png")]
        sent = send(browser, f"{address}/report", report | {"files": taken})
        assert sent.status_code == 302
        assert "盖章件.png" in browser.get(address).text
