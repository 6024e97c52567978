"""In this file old issues come in, are looked over, and stand in archive and search like others."""

from __future__ import annotations

import io
import json
import re
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

import archive
from publisher import cli, clock, history
from publisher.config import Settings
from publisher.database import db
from publisher.issues import numbering
from publisher.issues import queries as issues
from publisher.issues.model import Issue, State
from publisher.library import indexing
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import audit, kept, stores
from publisher.publication import queries as publications
from publisher.publication.model import Publication, Step
from publisher.retrospect import commands, entering, extraction, queries, tasks
from publisher.retrospect.drafts import from_json
from publisher.retrospect.model import OldFile
from publisher.retrospect.model import State as FileState
from publisher.serials.model import Serial, Series
from tests import factories
from tests.factories import Browser
from tests.publisher.attachments import samples
from tests.publisher.retrospect import papers

pytestmark = pytest.mark.usefixtures("records", "no_office_program")


@pytest.fixture
def no_office_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LibreOffice, which takes ten seconds a file; pages are then set by our own press."""
    monkeypatch.setattr(extraction.shutil, "which", lambda _name: None)
    monkeypatch.setattr(extraction, "in_child", lambda content, form: READERS[form](content))


READERS = {"docx": extraction.read_docx, "pdf": extraction.read_pdf}


@pytest.fixture
def serial() -> Serial:
    return factories.serial("政务信息", code="zwxx")


@pytest.fixture
def archivist(serial: Serial) -> Person:
    del serial
    return factories.person(Role.ARCHIVIST)


def taken(
    content: bytes, name: str, settings: Settings, by: Person, *, tells_counters: bool = True
) -> OldFile:
    old = entering.keep(
        content, name, settings, tells_counters=tells_counters, by=by, at=clock.now()
    )
    db.session.commit()
    number = old.id
    db.session.rollback()
    tasks.read_old_file(number)
    db.session.expire_all()
    return queries.old_file(number)


def publication_of(issue_id: int | None) -> Publication:
    found = publications.of_issue(issue_id or 0)
    assert found is not None
    return found


class TestEntered:
    def test_an_old_issue_stands_in_archive_reading_room_and_search_as_it_came(
        self, settings: Settings, archivist: Person
    ) -> None:
        old = taken(papers.pdf(), "2015年第12期.pdf", settings, archivist)
        assert (old.state, old.error) == (FileState.ENTERED, "")
        publication = publication_of(old.issue_id)
        issue = issues.issue(old.issue_id or 0)
        assert (issue.state, publication.state) == (State.ENTERED, Step.PUBLISHED)
        assert (issue.number, issue.total, issue.year, issue.dated_on) == (
            12,
            487,
            2015,
            date(2015, 3, 9),
        )
        assert issue.signed_by is None
        assert publication.object_id == "zwxx-2015-012"
        assert kept.read(publication, "original.pdf", settings) == papers.pdf()
        assert kept.read(publication, "issue.pdf", settings) == papers.pdf()
        metadata = json.loads(kept.read(publication, "metadata.json", settings))
        assert metadata["entered_later"] is True
        assert list(audit.verify(settings)) == []
        record = indexing.record(f"issue:{issue.id}")
        assert record is not None
        assert (record.state, record.number, record.date) == ("补录", 12, date(2015, 3, 9))
        items = [indexing.record(f"item:{one.item_id}") for one in issue.placements]
        assert [one.title for one in items if one] == list(papers.TITLES)
        acts = [one.act for one in history.entries_of(db.session, f"issue:{issue.id}")]
        assert acts == ["enter_old_issue"]

    def test_a_word_file_keeps_its_original_and_is_the_word_file_to_download(
        self, settings: Settings, archivist: Person
    ) -> None:
        old = taken(papers.word(), "第12期.docx", settings, archivist)
        publication = publication_of(old.issue_id)
        assert kept.read(publication, "issue.docx", settings) == papers.word()
        assert kept.read(publication, "issue.pdf", settings).startswith(b"%PDF")

    def test_numbers_go_on_behind_the_last_one_and_never_collide(
        self, settings: Settings, archivist: Person, serial: Serial
    ) -> None:
        year = clock.today().year
        taken(papers.pdf(7, f"{year}-01-15", 900), "a.pdf", settings, archivist)
        db.session.expire_all()
        numbered = numbering.take_number(db.session, serial, Series.MAIN, clock.today())
        assert (numbered.number, numbered.total) == (8, 901)

    def test_without_leave_a_number_behind_the_counters_waits_for_a_person(
        self, settings: Settings, archivist: Person
    ) -> None:
        old = taken(papers.pdf(), "a.pdf", settings, archivist, tells_counters=False)
        assert old.state == FileState.REVIEW
        assert set(old.draft["doubts"]) == {"counter"}

    def test_points_are_given_for_nothing_that_was_entered(
        self, settings: Settings, archivist: Person
    ) -> None:
        from publisher.scores import queries as scores  # noqa: PLC0415

        taken(papers.pdf(), "a.pdf", settings, archivist)
        assert list(scores.unposted_adoptions()) == []


class TestDuplicates:
    def test_the_same_file_is_known_by_its_digest(
        self, settings: Settings, archivist: Person
    ) -> None:
        first = taken(papers.pdf(), "a.pdf", settings, archivist)
        second = taken(papers.pdf(), "b.pdf", settings, archivist)
        assert (second.state, second.issue_id) == (FileState.DUPLICATE, first.issue_id)
        assert "a.pdf" in second.error

    def test_the_same_number_is_known_in_another_form(
        self, settings: Settings, archivist: Person
    ) -> None:
        first = taken(papers.pdf(), "a.pdf", settings, archivist)
        second = taken(papers.word(), "b.docx", settings, archivist)
        assert (second.state, second.issue_id) == (FileState.DUPLICATE, first.issue_id)
        assert "第12期" in second.error

    def test_one_entered_by_mistake_and_withdrawn_gives_way_to_the_right_one(
        self, settings: Settings, archivist: Person
    ) -> None:
        first = taken(papers.pdf(), "a.pdf", settings, archivist)
        issue = issues.issue(first.issue_id or 0)
        issue.move_to(State.WITHDRAWN, act="withdraw", by=archivist, at=clock.now())
        db.session.commit()
        again = taken(papers.word(text="更正后的第一条标题"), "b.docx", settings, archivist)
        assert again.state == FileState.ENTERED
        entered = issues.issue(again.issue_id or 0)
        assert entered.edition == 2
        versions = stores.store(settings).versions(publication_of(entered.id).object_id)
        assert len(versions) == 2
        assert entered.frozen is not None
        assert entered.frozen["sections"][0]["articles"][0]["title"] == "更正后的第一条标题"


class TestReview:
    def unsure(self, settings: Settings, by: Person) -> OldFile:
        content = papers.typed(
            [
                "*清溪工作简报",
                "第8期",
                "云汀市政府办公室编　2011年9月8日",
                "*石桥镇抓好秋粮收储",
                "石桥镇成立专班，逐村摸底，落实仓容3200吨。",
                "柳湾乡整治人居环境",
                "柳湾乡出动劳力860人次，清运垃圾120吨。",
            ]
        )
        return taken(content, "第8期.docx", settings, by)

    def test_it_is_mended_by_presses_and_entered(
        self, app: Flask, settings: Settings, archivist: Person
    ) -> None:
        old = self.unsure(settings, archivist)
        assert old.state == FileState.REVIEW
        assert set(old.draft["doubts"]) == {"serial"}
        browser = Browser(app, archivist)
        page = browser.get(f"/retrospect/files/{old.id}").text
        assert "清溪工作简报" in page
        assert "柳湾乡整治人居环境" in page
        typed = {
            "serial": "政务信息",
            "number": "8",
            "dated_on": "2011-09-08",
            "title": ["石桥镇抓好秋粮收储"],
            "body": [old.draft["articles"][0]["body"]],
            "source_line": ["石桥镇"],
            "section": [""],
        }
        address = f"/retrospect/files/{old.id}"
        assert browser.post(address, {**typed, "do": "split-0-1"}).status_code == 302
        db.session.expire_all()
        articles = from_json(queries.old_file(old.id).draft).articles
        assert [one.title for one in articles] == ["石桥镇抓好秋粮收储", "柳湾乡整治人居环境"]
        assert articles[1].body == "柳湾乡出动劳力860人次，清运垃圾120吨。"
        columns = {
            "title": [one.title for one in articles],
            "body": [one.body for one in articles],
            "source_line": [one.source_line for one in articles],
            "section": ["", ""],
        }
        answer = browser.post(address, {**typed, **columns, "do": "enter"})
        assert answer.status_code == 302
        db.session.expire_all()
        issue = issues.issue(queries.old_file(old.id).issue_id or 0)
        assert [one.item.title for one in issue.placements] == columns["title"]
        assert (issue.total, issue.number_text) == (None, "第8期")
        assert publication_of(issue.id).state == Step.PUBLISHED
        reading = browser.get(f"/library/issues/{issue.id}").text
        assert "以原件为准" in reading

    def test_what_is_not_complete_is_refused_in_words_and_stays_as_typed(
        self, app: Flask, settings: Settings, archivist: Person
    ) -> None:
        old = self.unsure(settings, archivist)
        browser = Browser(app, archivist)
        answer = browser.post(
            f"/retrospect/files/{old.id}",
            {
                "serial": "政务信息",
                "number": "0",
                "dated_on": "2011-09-08",
                "title": "手工改过的标题",
                "body": "正文。",
                "source_line": "",
                "section": "",
                "do": "enter",
            },
        )
        assert answer.status_code == 422
        assert "请填写期号" in answer.text
        assert "手工改过的标题" in answer.text

    def test_joining_sections_and_removing(self, settings: Settings, archivist: Person) -> None:
        from publisher.retrospect import actions  # noqa: PLC0415

        draft = from_json(self.unsure(settings, archivist).draft)
        actions.split_at(draft, 0, 1)
        actions.join_with_previous(draft, 1)
        assert len(draft.articles) == 1
        assert "柳湾乡整治人居环境\n\n柳湾乡出动" in draft.articles[0].body

    def test_a_scan_waits_with_its_pages(
        self, app: Flask, settings: Settings, archivist: Person
    ) -> None:
        old = taken(scan(), "扫描.pdf", settings, archivist)
        assert (old.state, old.pages) == (FileState.REVIEW, 1)
        assert "scan" in old.draft["doubts"]
        browser = Browser(app, archivist)
        assert "扫描件" in browser.get(f"/retrospect/files/{old.id}").text
        with browser.get(f"/retrospect/files/{old.id}/pages/1.png") as picture:
            assert picture.data.startswith(b"\x89PNG")

    def test_others_do_not_find_the_room(self, app: Flask) -> None:
        browser = Browser(app, factories.person(Role.RESEARCHER))
        assert browser.get("/retrospect/").status_code == 404


def scan() -> bytes:
    from PIL import Image  # noqa: PLC0415

    stream = io.BytesIO()
    Image.new("RGB", (400, 560), "white").save(stream, "PDF")
    return stream.getvalue()


class TestUploads:
    def test_a_zip_gives_its_files_and_says_what_it_does_not_take(
        self, settings: Settings, archivist: Person
    ) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            package.writestr("二〇一五/第12期.pdf", papers.pdf())
            package.writestr("程序.exe", b"MZ")
            package.writestr("~$第12期.docx", b"lock")
        stream.seek(0)
        found = entering.keep_upload(
            FileStorage(stream, "旧刊.zip"),
            settings,
            tells_counters=True,
            by=archivist,
            at=clock.now(),
        )
        kinds = [type(one).__name__ for one in found]
        assert kinds == ["OldFile", "str"]
        assert "程序.exe" in str(found[1])

    def test_a_zip_is_read_no_further_than_it_says_and_one_damaged_file_hides_no_other(
        self, settings: Settings, archivist: Person
    ) -> None:
        stream = io.BytesIO(samples.lying_package())
        with zipfile.ZipFile(stream, "a") as package:
            package.writestr("第13期.pdf", papers.pdf())
        stream.seek(0)
        tracemalloc.start()
        found = entering.keep_upload(
            FileStorage(stream, "旧刊.zip"),
            settings,
            tells_counters=True,
            by=archivist,
            at=clock.now(),
        )
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 16 << 20
        assert found[0] == "“2015年第12期.txt”在压缩包里已损坏，没有收。"
        assert isinstance(found[1], OldFile)

    def test_a_text_in_the_older_chinese_encoding_comes_in_as_it_is(
        self, app: Flask, settings: Settings, archivist: Person
    ) -> None:
        content = "政务信息\n第12期\n2015年3月9日\n清溪县推行一窗通办".encode("gb18030")
        old = taken(content, "2015年第12期.txt", settings, archivist)
        assert old.state == FileState.REVIEW
        assert "清溪县推行一窗通办" in str(old.draft)
        assert old.attachment.media_type == "text/plain; charset=gb18030"
        answer = Browser(app, archivist).get(f"/retrospect/files/{old.id}/original")
        assert answer.data == content

    def test_a_page_takes_several_files(self, app: Flask, archivist: Person) -> None:
        browser = Browser(app, archivist)
        answer = browser.post(
            "/retrospect/",
            {
                "files": [
                    (io.BytesIO(papers.pdf()), "a.pdf"),
                    (io.BytesIO(b"PK\x03\x04 broken"), "b.docx"),
                    (io.BytesIO(b"PK broken"), "c.zip"),
                ],
                "tells_counters": "y",
            },
        )
        assert answer.status_code == 302
        page = browser.get("/retrospect/").text
        assert "a.pdf" in page
        assert "c.zip：压缩包已损坏" in page

    def test_a_broken_file_is_told_and_may_be_read_again(
        self, app: Flask, settings: Settings, archivist: Person
    ) -> None:
        old = taken(b"%PDF-1.4 broken", "坏.pdf", settings, archivist)
        assert (old.state, old.error) == (FileState.UNREADABLE, "PDF 已损坏，打不开。")
        browser = Browser(app, archivist)
        assert "已损坏" in browser.get(f"/retrospect/files/{old.id}").text
        assert browser.post(f"/retrospect/files/{old.id}/again").status_code == 302
        assert browser.post(f"/retrospect/files/{old.id}/drop").status_code == 302
        db.session.expire_all()
        assert queries.old_file(old.id).state == FileState.DROPPED


class TestCommand:
    @pytest.fixture(autouse=True)
    def _settings_of_the_command(self, settings: Settings) -> None:
        (settings.instance / "config.toml").write_text(
            f'secret_key = "{"测" * 40}"\n', encoding="utf-8"
        )

    def test_a_folder_is_taken_in_and_the_rest_goes_on(
        self,
        settings: Settings,
        archivist: Person,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        folder = tmp_path / "old"
        (folder / "2015").mkdir(parents=True)
        (folder / "2015" / "12.pdf").write_bytes(papers.pdf())
        (folder / "2015" / "bad.docx").write_bytes(b"PK broken")
        (folder / "2015" / "13.docx").write_bytes(samples.compound("EncryptedPackage"))
        (folder / "readme.md").write_text("不收", encoding="utf-8")
        (folder / "Thumbs.db").write_bytes(b"x")
        account = archivist.account
        db.session.rollback()
        instance = ("--instance", str(settings.instance))
        words = (*instance, "archive", "import", str(folder), "--as", account, "--tell-counters")
        done = CliRunner().invoke(cli.cli, [*words, "--json"])
        assert done.exit_code == 2, done.output
        reports = json.loads(done.output)
        assert [one["state"] for one in reports] == ["entered", "refused", "refused", "passed_over"]
        assert "打开密码" in reports[1]["said"]
        db.session.expire_all()
        found = db.session.scalars(select(Issue)).unique().all()
        assert [one.state for one in found] == [State.ENTERED]
        names = list(archive.Store(settings.archive_root).objects())
        assert names == ["zwxx-2015-012"]
        db.session.rollback()
        monkeypatch.setattr(cli, "SPARSE", 0)
        told = CliRunner().invoke(cli.cli, words).output
        first, second, *_more = told.splitlines()
        assert re.match(r".*2015/12\.pdf：重复。.+", first)
        assert second == "已读 1／4 个文件"
        assert told.endswith("重复 1 件；没有收 3 个\n")

    def test_broken_off_it_has_told_what_was_done_and_goes_on(
        self,
        settings: Settings,
        archivist: Person,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        folder = tmp_path / "old"
        folder.mkdir()
        (folder / "1.pdf").write_bytes(papers.pdf())
        (folder / "2.docx").write_bytes(b"PK broken")
        (folder / "3.md").write_text("不收", encoding="utf-8")
        account = archivist.account
        db.session.rollback()
        words = ("--instance", str(settings.instance), "archive", "import", str(folder))
        words = (*words, "--as", account, "--tell-counters")
        take_in = commands._take_in

        def stopped(path: Path, *, by_id: int, tells: bool) -> dict[str, object]:
            if path.name == "3.md":
                raise KeyboardInterrupt
            return take_in(path, by_id=by_id, tells=tells)

        with monkeypatch.context() as patched:
            patched.setattr(commands, "_take_in", stopped)
            told = CliRunner().invoke(cli.cli, words).output
        assert "1.pdf：已补录。" in told
        assert "2.docx：没有收。" in told
        assert "3.md" not in told
        db.session.expire_all()
        again = CliRunner().invoke(cli.cli, words).output
        assert "1.pdf：重复。" in again
        assert "3.md：没有收。" in again


class TestWithdrawn:
    def test_the_director_takes_a_wrong_one_back_from_its_page(
        self, app: Flask, settings: Settings, archivist: Person
    ) -> None:
        number = taken(papers.pdf(), "a.pdf", settings, archivist).issue_id
        browser = Browser(app, factories.person(Role.DIRECTOR))
        assert f"/publication/issues/{number}/withdraw" in browser.get(f"/issues/{number}").text
        answer = browser.post(f"/publication/issues/{number}/withdraw", {"reason": "收错了文件。"})
        assert answer.status_code == 302
        db.session.expire_all()
        assert issues.issue(number or 0).state == State.WITHDRAWN
        again = taken(papers.word(), "b.docx", settings, archivist)
        assert again.state == FileState.ENTERED
        assert browser.get(f"/issues/{again.issue_id}").status_code == 200
