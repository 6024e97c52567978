"""In this file reporters send items in at the door, and see what became of their own."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from PIL import Image

from publisher import clock
from publisher.attachments import pictures
from publisher.database import db
from publisher.history import entries_of
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.submissions import actions
from publisher.submissions.model import RejectReason, State, Submission
from tests import factories
from tests.publisher.attachments import samples
from tests.publisher.people.browsing import Browser
from tests.publisher.submissions.sending import BODY, TITLE, file, kept, shown_in, typed

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def reporter() -> Person:
    return factories.person(Role.REPORTER, name="赵报", unit_=factories.unit("清溪县政府办"))


@pytest.fixture
def reporters(app: Flask, reporter: Person) -> Browser:
    return Browser(app, reporter)


def return_(submission: Submission) -> None:
    editor = factories.person(Role.EDITOR, name="周编")
    actions.return_for_revision(submission, reason="请补充数据来源。", by=editor, at=factories.AT)
    db.session.commit()


class TestSend:
    def test_the_form_knows_the_reporter_and_carries_a_key(self, reporters: Browser) -> None:
        page = reporters.get("/submissions/new").text
        assert shown_in(page, "drafter") == "赵报"
        assert len(shown_in(page, "form_key")) > 16

    def test_what_is_sent_is_kept_as_received_and_answered_with_a_receipt(
        self, reporters: Browser, reporter: Person
    ) -> None:
        serial = factories.serial("政务信息")
        photo = samples.photo()
        answer = reporters.post(
            "/submissions/new",
            typed(
                body="  首行空两格。\r\n\r\n第二段。  ",
                proposed_serial=str(serial.id),
                files=[file(photo, "大厅.png"), file(samples.PDF, "方案.pdf")],
                captions="办事大厅里的综合窗口",
            ),
        )
        assert answer.status_code == 302
        (received,) = kept()
        assert answer.location == f"/submissions/{received.id}"
        assert (received.title, received.body) == (TITLE, "  首行空两格。\n\n第二段。  ")
        assert received.event_at == datetime(2026, 11, 19, 15, 30, tzinfo=clock.OFFICE_ZONE)
        assert (received.unit, received.proposed_serial) == (reporter.unit, serial)
        assert [one.attachment.name for one in received.files] == ["大厅.png", "方案.pdf"]
        assert received.files[0].attachment.caption == "办事大厅里的综合窗口"
        page = reporters.get(answer.location).text
        receipt = f"回执 {received.id} 号"
        for word in (receipt, TITLE, "清溪县政府办", "李主任", "方案.pdf", "2026-11-19 15:30"):
            assert word in page, word
        path = f"/submissions/{received.id}/files/{received.files[0].id}"
        shown = reporters.get(f"{path}?inline")
        assert (shown.data, shown.mimetype) == (photo, "image/png")
        assert shown.headers["Content-Disposition"].startswith("inline")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"

    def test_a_page_shows_a_photo_in_its_own_size_to_those_who_may_have_the_original(
        self, app: Flask, reporters: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictures, "FITS_ANYWAY", 10)
        monkeypatch.setattr(pictures, "LONGEST_SIDE", 160)
        stream = io.BytesIO()
        Image.effect_noise((240, 180), 90).convert("RGB").save(stream, "JPEG", quality=95)
        sent = typed(files=[file(stream.getvalue(), "现场.jpg")])
        assert reporters.post("/submissions/new", sent).status_code == 302
        (received,) = kept()
        path = f"/submissions/{received.id}/files/{received.files[0].id}"
        page = reporters.get(f"/submissions/{received.id}").text
        assert f'<a href="{path}?inline"><img src="{path}?fitting"' in page
        shown = reporters.get(f"{path}?fitting")
        with Image.open(io.BytesIO(shown.data)) as image:
            assert image.size == (160, 120)
        assert len(shown.data) < len(stream.getvalue())
        assert reporters.get(f"{path}?inline").data == stream.getvalue()
        stranger = Browser(app, factories.person(Role.REPORTER))
        for address in (path, f"{path}?inline", f"{path}?fitting"):
            assert stranger.get(address).status_code == 404, address

    def test_a_double_press_sends_one_submission(self, reporters: Browser) -> None:
        key = shown_in(reporters.get("/submissions/new").text, "form_key")
        first, second = (
            reporters.post("/submissions/new", typed(form_key=key)) for _turn in range(2)
        )
        assert first.location == second.location
        assert len(kept()) == 1
        other = shown_in(reporters.get("/submissions/new").text, "form_key")
        assert other != key
        reporters.post("/submissions/new", typed(form_key=other))
        assert len(kept()) == 2

    def test_two_presses_at_the_very_moment_send_one_submission(
        self, app: Flask, reporter: Person
    ) -> None:
        browsers = [Browser(app, reporter) for _turn in range(4)]
        db.session.rollback()
        start = Barrier(len(browsers))

        def press(browser: Browser) -> str | None:
            start.wait(timeout=30)
            answer = browser.client.post("/submissions/new", data=typed(form_key="同一张表"))
            return answer.location

        with ThreadPoolExecutor(len(browsers)) as pool:
            answers = list(pool.map(press, browsers))
        (received,) = kept()
        assert set(answers) == {f"/submissions/{received.id}"}

    def test_the_key_of_one_person_is_nothing_to_another(
        self, app: Flask, reporters: Browser
    ) -> None:
        other = Browser(app, factories.person(Role.REPORTER))
        for browser in (reporters, other):
            browser.post("/submissions/new", typed(form_key="同一张表"))
        assert len(kept()) == 2

    def test_what_is_wanting_is_said_and_what_was_typed_stays(self, reporters: Browser) -> None:
        for wrong, sentence in (
            ({"title": ""}, "请填写标题。"),
            ({"title": " 　 "}, "请填写标题。"),
            ({"title": "长" * 201}, "标题不超过200字。"),
            ({"body": " \r\n "}, "请填写正文。"),
            ({"kind": "传闻"}, "类别"),
            ({"kind": ""}, "请选择类别。"),
            ({"drafter": "名" * 61}, "拟稿人"),
            ({"unit_signer": ""}, "请填写本单位签发领导。"),
            ({"signer_phone": "9" * 41}, "联系电话"),
            ({"source": "源" * 201}, "信息来源"),
            ({"event_at": "昨天下午"}, "事发时间"),
            ({"event_at": "0001-01-01T00:00"}, "事发时间的年份不对"),
            ({"event_at": "99999-01-01T00:00"}, "事发时间"),
            ({"stage": "followon"}, "须选定所接续的上一次报告"),
            ({"follows": "404"}, "接续的报告"),
            ({"proposed_serial": "404"}, "拟报刊物"),
            ({"form_key": "k" * 41}, "40"),
            ({"signer_phone": "0999\0"}, "含有不能保存的字符"),
        ):
            given = typed(**wrong)
            answer = reporters.post("/submissions/new", given)
            assert (answer.status_code, sentence in answer.text) == (422, True), wrong
            for field in {"title", "body", "drafter", "source"} - set(wrong):
                assert shown_in(answer.text, field) == given[field], wrong
        assert kept() == []

    def test_a_text_of_the_greatest_length_is_taken_and_a_longer_one_refused(
        self, reporters: Browser
    ) -> None:
        longest = "字" * 200_000
        assert reporters.post("/submissions/new", typed(body=longest)).status_code == 302
        answer = reporters.post("/submissions/new", typed(body=longest + "多"))
        assert answer.status_code == 422
        assert "正文过长。" in answer.text
        assert shown_in(answer.text, "body") == longest + "多"
        (received,) = kept()
        assert received.body == longest
        assert longest in reporters.get(f"/submissions/{received.id}").text

    def test_a_reader_without_the_permission_finds_no_such_page(self, app: Flask) -> None:
        for role in (Role.LEADER, Role.HANDLER, Role.ADMINISTRATOR):
            browser = Browser(app, factories.person(role))
            assert browser.get("/submissions/new").status_code == 404
            assert browser.post("/submissions/new", typed()).status_code == 404
        assert kept() == []


class TestFiles:
    def test_what_is_not_taken_is_refused_with_a_sentence_and_the_text_stays(
        self, reporters: Browser
    ) -> None:
        for content, name, sentence in (
            (samples.bomb(), "炸弹.png", "像素过大"),
            ("这不是照片".encode(), "文字.png", "不在可接收之列"),
            (samples.SVG, "图.svg", "不在可接收之列"),
            (samples.PROGRAM, "程序.exe", "不在可接收之列"),
            (b"", "空.docx", "是空的"),
            (samples.office_bomb(), "炸弹.docx", "展开后过大"),
            (samples.PROGRAM, "<img src=x onerror=alert(1)>.png", "不在可接收之列"),
        ):
            answer = reporters.post("/submissions/new", typed(files=[file(content, name)]))
            assert (answer.status_code, sentence in answer.text) == (422, True), name
            assert "<img src=x" not in answer.text
            assert (shown_in(answer.text, "title"), shown_in(answer.text, "body")) == (TITLE, BODY)
        assert kept() == []

    def test_one_bad_file_among_good_ones_sends_nothing(self, reporters: Browser) -> None:
        chosen = [file(samples.photo(), "好.png"), file(samples.PROGRAM, "坏.exe")]
        answer = reporters.post("/submissions/new", typed(files=chosen))
        assert (answer.status_code, "坏.exe" in answer.text) == (422, True)
        assert kept() == []

    def test_a_path_for_a_name_is_a_name(self, app: Flask, reporters: Browser) -> None:
        chosen = [file(samples.photo(), "../../../../../tmp/外面.png")]
        assert reporters.post("/submissions/new", typed(files=chosen)).status_code == 302
        (received,) = kept()
        assert received.files[0].attachment.name == "外面.png"
        root = app.extensions["settings"].instance.parent
        assert list(root.rglob("*外面*")) == []

    def test_more_than_the_limit_is_refused_with_a_sentence(
        self, app: Flask, reporters: Browser
    ) -> None:
        app.config["MAX_CONTENT_LENGTH"] = 100_000
        answer = reporters.post("/submissions/new", typed(files=[file(b"\0" * 100_001, "大.pdf")]))
        assert answer.status_code == 413
        assert "超过了允许的大小" in answer.text
        assert kept() == []

    def test_a_file_is_reached_through_its_own_submission_only(
        self, app: Flask, reporters: Browser
    ) -> None:
        other = Browser(app, factories.person(Role.REPORTER))
        for browser in (reporters, other):
            browser.post("/submissions/new", typed(files=[file(samples.photo(), "大厅.png")]))
        mine, theirs = kept()
        numbers = mine.id, mine.files[0].id, theirs.id, theirs.files[0].id
        paths = {
            f"/submissions/{numbers[0]}/files/{numbers[1]}": 200,
            f"/submissions/{numbers[2]}/files/{numbers[3]}": 404,
            f"/submissions/{numbers[0]}/files/{numbers[3]}": 404,
            f"/submissions/{numbers[0]}/files/404": 404,
        }
        assert {path: reporters.get(path).status_code for path in paths} == paths


class TestAgain:
    def test_a_returned_item_is_sent_again_with_its_files_and_replaces_the_first(
        self, reporters: Browser
    ) -> None:
        reporters.post("/submissions/new", typed(files=[file(samples.photo(), "大厅.png")]))
        (first,) = kept()
        return_(first)
        page = reporters.get(f"/submissions/{first.id}").text
        assert "编辑部意见：请补充数据来源。" in page
        path = f"/submissions/{first.id}/again"
        assert f'href="{path}"' in page
        form = reporters.get(path).text
        assert (shown_in(form, "title"), shown_in(form, "body")) == (TITLE, BODY)
        given = typed(title="清溪县深化“一窗通办”", form_key=shown_in(form, "form_key"))
        once, twice = (reporters.post(path, given) for _turn in range(2))
        assert once.location == twice.location
        first, second = kept()
        assert (first.state, first.title) == (State.RESUBMITTED, TITLE)
        assert (second.state, second.replaces) == (State.SUBMITTED, first)
        assert [one.attachment.name for one in second.files] == ["大厅.png"]
        assert "历次报送" in reporters.get(f"/submissions/{second.id}").text

    def test_what_waits_is_not_sent_again(self, reporters: Browser) -> None:
        reporters.post("/submissions/new", typed())
        (received,) = kept()
        path = f"/submissions/{received.id}/again"
        for answer in (reporters.get(path), reporters.post(path, typed(form_key="又一张"))):
            assert answer.status_code == 409
            assert "没有被退回" in answer.text
        assert len(kept()) == 1

    def test_the_head_of_the_unit_may_and_the_desk_may_not(
        self, app: Flask, reporter: Person
    ) -> None:
        received = factories.submission(by=reporter)
        return_(received)
        path = f"/submissions/{received.id}/again"
        editor = Browser(app, factories.person(Role.EDITOR))
        assert editor.get(path).status_code == 403
        assert editor.post(path, typed(form_key="一")).status_code == 403
        head = factories.person(Role.UNIT_HEAD, unit_=reporter.unit)
        assert Browser(app, head).post(path, typed(form_key="二")).status_code == 302
        assert kept()[-1].submitted_by == head


class TestMine:
    def test_a_reporter_never_hears_of_another_units_items(
        self, app: Flask, reporters: Browser
    ) -> None:
        stranger = factories.person(Role.REPORTER)
        secret = factories.submission(by=stranger, title="别的县的来稿")
        paths = [f"/submissions/{secret.id}", f"/submissions/{secret.id}/again"]
        paths += [f"/threads/submission:{secret.id}", f"/desk/{secret.id}"]
        for path in paths:
            assert reporters.get(path).status_code == 404, path
        for path in ("/", "/submissions", "/submissions/new", "/submissions?state=submitted"):
            page = reporters.get(path)
            assert page.status_code == 200
            assert "别的县的来稿" not in page.text
        assert "这里还没有稿件。" in reporters.get("/submissions").text
        answer = reporters.post("/submissions/new", typed(stage="followon", follows=str(secret.id)))
        assert answer.status_code == 422
        assert Browser(app, factories.person(Role.EDITOR)).get(paths[0]).status_code == 200

    def test_it_tells_what_became_of_each(self, reporters: Browser, reporter: Person) -> None:
        editor = factories.person(Role.EDITOR)
        rejected = factories.submission(by=reporter, title="未被采用的来稿")
        actions.reject(
            rejected, reason=RejectReason.THIN, remark="请充实做法。", by=editor, at=factories.AT
        )
        factories.submission(by=reporter, title="等待筛选的来稿")
        db.session.commit()
        page = reporters.get("/submissions").text
        assert "未被采用的来稿" in page
        assert "等待筛选的来稿" in page
        narrowed = reporters.get("/submissions?state=rejected").text
        assert "等待筛选的来稿" not in narrowed
        shown = reporters.get(f"/submissions/{rejected.id}").text
        assert "不采用的原因：内容单薄" in shown
        assert "请充实做法。" in shown

    def test_addresses_that_lead_nowhere_are_answered(self, reporters: Browser) -> None:
        huge = 10**25
        for path, status in {
            "/submissions/404": 404,
            f"/submissions/{huge}": 404,
            "/submissions/-1": 404,
            "/submissions/一": 404,
            f"/submissions?page={huge}": 404,
            "/submissions?page=-5": 200,
            "/submissions?page=二": 200,
            "/submissions?state=gone": 200,
            "/submissions/new?call=404": 404,
            f"/submissions/new?call={huge}": 404,
            "/submissions/new?call=²": 200,
            "/submissions/new?follows=404": 200,
        }.items():
            assert reporters.get(path).status_code == status, path
        for call in ("404", str(huge)):
            assert reporters.post("/submissions/new", typed(call_id=call)).status_code == 404
        assert kept() == []


class TestStages:
    def test_a_follow_on_report_is_offered_and_joined_to_the_story(
        self, reporters: Browser
    ) -> None:
        reporters.post(
            "/submissions/new", typed(title="某厂房起火", kind="emergency", stage="first")
        )
        (first,) = kept()
        form = reporters.get(f"/submissions/new?follows={first.id}").text
        assert f'<option selected value="{first.id}">首报' in form
        later = typed(
            title="某厂房明火扑灭", kind="emergency", stage="followon", follows=str(first.id)
        )
        answer = reporters.post("/submissions/new", later)
        page = reporters.get(answer.location or "").text
        assert "续报一" in page
        assert "同一事件的报告" in page


class TestHistory:
    def test_sending_is_told_with_the_person_and_the_moment(
        self, reporters: Browser, reporter: Person
    ) -> None:
        before = clock.now()
        reporters.post("/submissions/new", typed())
        (received,) = kept()
        (told,) = entries_of(db.session, f"submission:{received.id}")
        assert (told.person_id, told.act) == (reporter.id, "submit")
        assert before - timedelta(seconds=1) <= told.at <= clock.now()
