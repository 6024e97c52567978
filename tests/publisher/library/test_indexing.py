"""In this file the index keeps up with the records, whatever dies, and is put right again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

import search
from publisher import cli, create_app, database
from publisher.attachments.actions import keep_bytes
from publisher.attachments.model import AttachmentText
from publisher.config import Settings, write_first_config
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.errors import NotFound
from publisher.issues.model import Issue
from publisher.library import indexing
from publisher.library.tasks import drain_outbox, keep_up, read_files
from publisher.people.permission import Role
from publisher.publication import outbox
from publisher.publication.model import OutboxEntry
from publisher.settings import settings
from publisher.submissions.model import SubmissionFile
from search.engines.whoosh.engine import WhooshEngine
from tests import factories

pytestmark = pytest.mark.usefixtures("records")
DIED = 9


@pytest.fixture
def issue(records: None) -> Issue:  # noqa: ARG001 - the database must be open before
    serial = factories.serial("政务信息", readers=("role:leader",))
    body = "**重点。**全县收购夏粮3.5万吨。\n\n| 县 | 吨 |\n|---|---|"
    item = factories.item(serial_=serial, title="夏粮收购", body=body, state=ItemState.PLACED)
    return factories.published_issue(serial_=serial, items=[item])


def found(words: str, *tokens: str) -> list[str]:
    """The ids a holder of the tokens finds."""
    results = search.open_engine(settings().index_path).search(
        search.parse(words), readers=frozenset(tokens or indexing.OFFICE)
    )
    return [hit.record.id for hit in results.hits]


def waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxEntry)) or 0


def check() -> search.Report:
    expected = [
        (record.id, record.digest)
        for key in indexing.keys()  # noqa: SIM118 - a function of that name
        if (record := indexing.record(key)) is not None
    ]
    return search.open_engine(settings().index_path).check(expected)


class TestRecord:
    def test_an_item_is_found_without_its_marks_under_its_issue(self, issue: Issue) -> None:
        number = issue.placements[0].item_id
        record = indexing.record(f"item:{number}")
        assert record is not None
        assert record.text.startswith("重点。全县收购夏粮3.5万吨。")
        assert (record.serial, record.number, record.year) == ("政务信息", 1, 2026)
        assert (record.section, record.category) == ("工作动态", "经验")
        assert record.url == f"/library/issues/{issue.id}#item-{number}"
        assert record.readers == indexing.OFFICE | {"role:leader"}

    def test_what_is_not_published_has_none(self) -> None:
        signed = factories.signed_issue()
        keys = (f"issue:{signed.id}", f"item:{signed.placements[0].item_id}")
        for key in (*keys, "item:99", "poem:1", "item:", "item"):
            assert indexing.record(key) is None, key
        assert not set(indexing.keys()) & set(keys)


class TestDrain:
    def test_a_change_is_found_after_the_job_and_the_outbox_is_empty(self, issue: Issue) -> None:
        assert waiting() == 0
        assert f"item:{issue.placements[0].item_id}" in found("夏粮收购")
        assert check().indexed == 2

    def test_the_same_change_told_many_times_is_one(self, issue: Issue) -> None:
        for _turn in range(5):
            outbox.tell(db.session, f"issue:{issue.id}", factories.AT)
        db.session.commit()
        drain_outbox()
        drain_outbox()
        assert waiting() == 0
        assert check() == search.Report(expected=2, indexed=2)

    def test_what_is_no_longer_to_be_found_is_taken_out(self, issue: Issue) -> None:
        item_number = issue.placements[0].item_id
        for reader in issue.readers:
            reader.token = "person:77"
        outbox.tell(db.session, f"item:{item_number}", factories.AT)
        outbox.tell(db.session, "item:99", factories.AT)
        db.session.commit()
        keep_up()
        assert found("夏粮收购", "role:leader") == [f"issue:{issue.id}"]
        assert found("夏粮收购", "person:77") == [f"item:{item_number}"]

    def test_a_record_that_cannot_be_read_waits_and_holds_up_no_other(self, issue: Issue) -> None:
        item_number = issue.placements[0].item_id
        whole = issue.frozen
        assert whole is not None
        issue.frozen, issue.editor_note = {**whole, "sections": []}, "值得各地借鉴。"
        outbox.tell(db.session, f"item:{item_number}", factories.AT)
        outbox.tell(db.session, f"issue:{issue.id}", factories.AT)
        db.session.commit()
        drain_outbox()
        assert waiting() == 1
        assert found("值得各地借鉴") == [f"issue:{issue.id}"]
        issue.frozen = whole
        db.session.commit()
        drain_outbox()
        assert waiting() == 0

    @pytest.mark.parametrize(
        "error",
        [search.IndexUnwritable("No space left on device"), search.IndexBusy(30)],
        ids=["full disk", "another writes"],
    )
    def test_where_it_cannot_be_written_changes_wait_and_nobody_is_stopped(
        self,
        issue: Issue,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        error: search.SearchError,
    ) -> None:
        def full(_engine: WhooshEngine, _changes: Sequence[search.Change]) -> None:
            raise error

        issue.editor_note = "值得各地借鉴。"
        outbox.tell(db.session, f"issue:{issue.id}", factories.AT)
        db.session.commit()
        with monkeypatch.context() as patch:
            patch.setattr(WhooshEngine, "apply", full)
            drain_outbox()
            keep_up()
        assert waiting() == 1
        assert str(error) in caplog.text
        assert found("夏粮收购")
        keep_up()
        assert (waiting(), found("值得各地借鉴")) == (0, [f"issue:{issue.id}"])

    def test_an_index_of_an_older_version_is_made_anew_with_what_changed(
        self, issue: Issue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def outdated(_engine: WhooshEngine, _changes: Sequence[search.Change]) -> None:
            raise search.IndexOutdated

        issue.editor_note = "值得各地借鉴。"
        outbox.tell(db.session, f"issue:{issue.id}", factories.AT)
        db.session.commit()
        with monkeypatch.context() as patch:
            patch.setattr(WhooshEngine, "apply", outdated)
            drain_outbox()
            assert (waiting(), found("值得各地借鉴")) == (1, [])
            keep_up()
            assert found("值得各地借鉴") == [f"issue:{issue.id}"]
        keep_up()
        assert waiting() == 0


class TestDeath:
    """The process that writes the index dies, really, before and after it has written."""

    def die(self, office: Settings, *, after_writing: bool) -> int:
        child = os.fork()
        if child == 0:
            self._die_in_the_job(office, after_writing=after_writing)
        _pid, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)

    def _die_in_the_job(self, office: Settings, *, after_writing: bool) -> None:
        true_apply = WhooshEngine.apply

        def dying(engine: WhooshEngine, changes: Sequence[search.Change]) -> None:
            if after_writing:
                true_apply(engine, changes)
            os._exit(DIED)

        WhooshEngine.apply = dying  # type: ignore[method-assign]
        try:
            with create_app(office, jobs_at_once=True).app_context(), database.writing():
                drain_outbox()
        finally:
            os._exit(1)

    @pytest.mark.parametrize("after_writing", [False, True])
    def test_a_job_killed_and_repeated_gives_the_same(
        self, settings: Settings, issue: Issue, after_writing: bool
    ) -> None:
        number = issue.placements[0].item_id
        issue.editor_note = "白石县的做法值得各地借鉴。"
        issue.placements[0].section = "经验做法"
        outbox.tell(db.session, f"item:{number}", factories.AT)
        outbox.tell(db.session, f"issue:{issue.id}", factories.AT)
        db.session.commit()
        assert self.die(settings, after_writing=after_writing) == DIED
        assert waiting() == 2
        for _turn in range(2):
            drain_outbox()
            assert waiting() == 0
            assert check() == search.Report(expected=2, indexed=2)
        assert found("值得各地借鉴") == [f"issue:{issue.id}"]
        assert found("栏目:经验做法") == [f"item:{number}"]


@pytest.mark.usefixtures("issue")
class TestCommands:
    def run(self, *words: str) -> Result:
        instance = settings().instance
        db.session.rollback()
        return CliRunner().invoke(cli.cli, ["--instance", str(instance), *words])

    def answer(self, *words: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.run(*words, "--json").output)
        return told

    def test_check_says_what_differs_and_rebuild_puts_it_right(self) -> None:
        write_first_config(settings().instance, office_name="云汀市人民政府办公室")
        assert self.run("index", "check").exit_code == 0
        shutil.rmtree(settings().index_path)
        missing = self.run("index", "check")
        assert missing.exit_code == 2
        assert "缺 2 条" in missing.output
        assert self.answer("index", "rebuild") == {"records": 2}
        assert self.run("index", "check").exit_code == 0
        assert self.answer("search", "夏粮")["total"] == 2

    def test_search_as_an_account_finds_what_that_account_may_read(self) -> None:
        write_first_config(settings().instance, office_name="云汀市人民政府办公室")
        reader, other = factories.leader(), factories.person()
        other.account, reader.account = "zhao", "shen"
        other.grants.clear()
        db.session.commit()
        assert self.answer("search", "夏粮", "--as", "shen")["total"] == 2
        assert self.answer("search", "夏粮", "--as", "zhao")["total"] == 0
        assert isinstance(self.run("search", "夏粮", "--as", "nobody").exception, NotFound)


def test_the_text_of_files_is_found_by_those_who_may_open_them(issue: Issue) -> None:
    item = issue.placements[0].item
    received = item.sources[0].submission
    made = keep_bytes(
        "夏粮测产明细".encode(),
        name="附表.txt",
        folder=settings().files_path,
        by=received.submitted_by,
        at=received.submitted_at,
    )
    received.files.append(SubmissionFile(attachment=made, position=1))
    db.session.commit()
    read_files()
    engine = search.open_engine(settings().index_path)
    desk, reader = frozenset({"role:editor"}), frozenset({"role:leader"})
    found = engine.search(search.parse("测产明细"), readers=desk)
    assert [hit.record.kind for hit in found.hits] == ["file"]
    assert found.hits[0].record.title == "附表.txt"
    assert found.hits[0].record.about == (f"item:{item.id}",)
    assert engine.search(search.parse("测产明细"), readers=reader).total == 0
    assert engine.search(search.parse("夏粮收购"), readers=reader).total > 0
    # Whenever the item is read again, so are its files.
    assert f"submission_file:{received.files[0].id}" in indexing.with_following([f"item:{item.id}"])
    read_files()
    assert db.session.scalar(select(func.count()).select_from(AttachmentText)) == 1


@pytest.mark.parametrize("harm", ["gone", "cut", "flipped", "older"])
def test_an_index_that_cannot_be_used_is_made_anew_by_itself(
    issue: Issue, harm: str, client: FlaskClient
) -> None:
    drain_outbox()
    path = settings().index_path
    segment = next(path.glob("build-*/*.arrays"))
    content = segment.read_bytes()
    if harm == "gone":
        shutil.rmtree(path)
    elif harm == "cut":
        segment.write_bytes(content[: len(content) // 2])
    elif harm == "flipped":
        segment.write_bytes(content[:200] + bytes([content[200] ^ 4]) + content[201:])
    else:
        current = json.loads((path / "current.json").read_text())
        (path / "current.json").write_text(json.dumps(current | {"fingerprint": "older"}))
    who = factories.person(Role.EDITOR)
    factories.sign_in(client, who)
    db.session.commit()
    answer = client.get("/search?q=夏粮")
    assert answer.status_code in {200, 503}
    assert harm == "gone" or "自动重建" in answer.text
    keep_up()
    assert "<mark>夏粮</mark>收购" in client.get("/search?q=夏粮").text
    assert issue.id


def test_every_file_found_leads_to_the_door_of_its_room(app: Flask) -> None:
    some = search.Record(
        id="report:4", kind="report", title="", text="", date=date(2026, 1, 1), readers=frozenset()
    )
    doors = {
        kind: app.url_map.bind("office").match(files.address(some, 2, 3, 5).partition("?")[0])[0]
        for kind, files in indexing._files.items()
    }
    assert doors == {
        "submission_file": "submissions.file",
        "item_file": "editing.file",
        "instruction_file": "instructions.file",
        "report_file": "papers.file",
    }
