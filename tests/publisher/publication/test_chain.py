"""In this file a signed issue goes through the real presses into the archive and to its readers."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import archive
from publisher import database, history, jobs
from publisher.config import Settings
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.errors import StepRefused
from publisher.issues import queries as issues
from publisher.issues.model import Issue, State
from publisher.people import queries as people
from publisher.people.permission import Role
from publisher.publication import actions, audit, chain, kept, press, queries, tasks
from publisher.publication.model import OutboxEntry, Publication, Step
from publisher.serials.model import Series
from publisher.submissions.model import State as SubmissionState
from tests import factories
from tests.publisher.publication.presses import fast_set_all

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def fast_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs of later rooms that were asked for; none is done, so that the outbox stays full."""
    asked: list[str] = []
    monkeypatch.setattr(jobs, "nudge", lambda name, *_values: asked.append(name))
    return asked


def publication_of(issue: Issue) -> Publication:
    found = queries.of_issue(issue.id)
    assert found is not None
    db.session.refresh(found)
    return found


def told() -> list[str]:
    return sorted(db.session.scalars(select(OutboxEntry.key)))


class TestCarryOn:
    def test_it_brings_a_signed_issue_into_the_archive_and_to_its_readers(
        self, settings: Settings
    ) -> None:
        item = factories.item(
            serial_=factories.serial("政务信息", code="zwxx"), state=ItemState.PLACED
        )
        issue = factories.published_issue(serial_=item.serial, items=[item])
        publication = publication_of(issue)
        assert (publication.state, publication.error) == (Step.PUBLISHED, "")
        assert (publication.object_id, publication.object_version) == ("zwxx-2026-001", 1)
        assert publication.pages == 1
        assert kept.read(publication, press.PDF, settings).startswith(b"%PDF-")
        assert kept.read(publication, press.DOCX, settings).startswith(b"PK")
        page = kept.read(publication, press.HTML, settings).decode()
        assert "群众办事平均跑动次数由2.3次降至0.8次" in page
        assert list(audit.verify(settings)) == []
        assert not (settings.staging_path / str(issue.id)).exists()

    @pytest.mark.usefixtures("fast_press")
    def test_everybody_hears_of_it_in_one_commit(self, nudges: list[str]) -> None:
        item = factories.item(state=ItemState.PLACED)
        issue = factories.published_issue(serial_=item.serial, items=[item])
        assert issue.state == State.PUBLISHED
        assert item.state == ItemState.PUBLISHED
        assert item.sources[0].submission.state == SubmissionState.ADOPTED
        assert told() == sorted([f"issue:{issue.id}", f"item:{item.id}"])
        assert nudges == ["library.drain_outbox"]

    @pytest.mark.usefixtures("fast_press", "nudges")
    def test_done_again_it_changes_nothing(self, settings: Settings) -> None:
        issue = factories.published_issue()
        before = told(), len(history.entries_of(db.session, f"issue:{issue.id}"))
        publication = publication_of(issue)
        object_id, number, attempts = publication.object_id, publication.id, publication.attempts
        db.session.rollback()
        tasks.begin(issue.id)
        chain.carry_on(number)
        tasks.take_up()
        assert before == (told(), len(history.entries_of(db.session, f"issue:{issue.id}")))
        assert publication_of(issue).attempts == attempts
        assert len(archive.Store(settings.archive_root).versions(object_id)) == 1

    @pytest.mark.usefixtures("fast_press")
    def test_a_supplement_has_an_object_of_its_own(self) -> None:
        issue = factories.signed_issue(serial_=factories.serial(code="qkfy"))
        issue.series = Series.SUPPLEMENT
        publication = factories.keep(actions.queue(issue, at=factories.AT))
        assert queries.object_id_of(publication) == "qkfy-2026-001-s"

    def test_what_cannot_be_composed_is_said_in_a_sentence_and_nothing_moves(self) -> None:
        issue = factories.published_issue(serial_=factories.serial(layout="no-such-layout"))
        publication = publication_of(issue)
        assert publication.state == Step.QUEUED
        assert publication.error.startswith("组版未成")
        assert (issue.state, publication.attempts) == (State.SIGNED, 1)

    @pytest.mark.usefixtures("fast_press")
    def test_a_read_only_archive_leaves_it_typeset_and_it_goes_on_from_there(
        self, settings: Settings
    ) -> None:
        settings.archive_root.write_text("a file where a folder should be", encoding="utf-8")
        issue = factories.published_issue()
        publication = publication_of(issue)
        assert publication.state == Step.TYPESET
        assert publication.error
        settings.archive_root.unlink()
        number = publication.id
        db.session.rollback()
        chain.carry_on(number)
        assert publication_of(issue).state == Step.PUBLISHED

    @pytest.mark.usefixtures("fast_press")
    def test_staged_files_that_were_damaged_are_made_again(self, settings: Settings) -> None:
        settings.archive_root.write_text("no folder", encoding="utf-8")
        issue = factories.published_issue()
        staged = settings.staging_path / str(issue.id) / press.PDF
        staged.write_bytes(b"half a fi")
        settings.archive_root.unlink()
        number = publication_of(issue).id
        db.session.rollback()
        chain.carry_on(number)
        assert kept.read(publication_of(issue), press.PDF, settings).startswith(b"%PDF-1.7 ")


class TestKeptLayout:
    def test_a_published_issue_is_set_again_as_it_was_and_a_new_one_in_the_new_look(
        self, settings: Settings
    ) -> None:
        own = settings.layouts_path / "county" / "layout.toml"
        own.parent.mkdir(parents=True)
        own.write_text('based_on = "regular"\n[colors]\nmasthead = "#00aa00"', encoding="utf-8")
        serial = factories.serial("县情", code="xq")
        serial.layout = "county"
        issue = factories.published_issue(serial_=serial)
        published = {
            name: kept.read(publication_of(issue), name, settings)
            for name in (press.PDF, press.DOCX, press.SOURCE, press.LAYOUT)
        }
        own.write_text('based_on = "digest"\n[style.body]\nsize = 14', encoding="utf-8")
        source = json.loads(published[press.SOURCE])
        assert source["layout_version"]

        def again(layouts_dir: Path | None, layout: bytes | None = None) -> tuple[bytes, bytes]:
            document = press.compose(source, layouts_dir, kept_layout=layout)
            files = press.set_all(document, {}, fonts_dir=settings.fonts_path).by_name
            return files[press.PDF], files[press.DOCX]

        before = (published[press.PDF], published[press.DOCX])
        assert again(settings.layouts_path) == before
        # The archive alone is enough.
        assert again(None, published[press.LAYOUT]) == before
        newer = factories.published_issue(serial_=serial)
        new_source = json.loads(kept.read(publication_of(newer), press.SOURCE, settings))
        assert new_source["layout_version"] != source["layout_version"]
        look = press.compose(new_source, settings.layouts_path).look
        assert look is not None
        assert (look.numbered, look.styles["body"].size) == (True, 14)

    def test_a_layout_that_is_wrong_hinders_no_signing_and_waits_in_publication(
        self, settings: Settings
    ) -> None:
        own = settings.layouts_path / "county" / "layout.toml"
        own.parent.mkdir(parents=True)
        own.write_text('based_on = "regular"\n[style.body]\nsize = 900', encoding="utf-8")
        serial = factories.serial("县情", code="xq")
        serial.layout = "county"
        issue = factories.published_issue(serial_=serial)
        assert "style.body.size" in publication_of(issue).error
        own.write_text('based_on = "regular"', encoding="utf-8")
        chain.carry_on(publication_of(issue).id)
        assert publication_of(issue).state == Step.PUBLISHED
        assert kept.read(publication_of(issue), press.LAYOUT, settings)


class TestTwoWorkers:
    @pytest.mark.usefixtures("fast_press", "nudges")
    def test_both_at_one_issue_publish_it_once(self, app: Flask, settings: Settings) -> None:
        number = factories.keep(actions.queue(factories.signed_issue(), at=factories.AT)).id
        db.session.rollback()
        start = Barrier(2)

        def work(_turn: int) -> None:
            with app.app_context(), database.writing():
                start.wait(timeout=30)
                chain.carry_on(number)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, range(2)))
        publication = queries.publication(number)
        assert (publication.state, publication.error) == (Step.PUBLISHED, "")
        assert len(told()) == len(set(told())) == 2
        versions = archive.Store(settings.archive_root).versions(publication.object_id)
        assert len(versions) == 1

    def test_nobody_waits_for_the_press(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        editor = factories.person(Role.EDITOR)
        number = editor.id

        def press_while_others_write(*given: Any, **named: Any) -> press.Files:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(rename, "周编").result(timeout=5)
            return fast_set_all(*given, **named)

        def rename(name: str) -> None:
            with app.app_context(), database.writing():
                person = people.person(number)
                person.name = name
                db.session.commit()

        monkeypatch.setattr(press, "set_all", press_while_others_write)
        issue = factories.published_issue()
        assert issue.state == State.PUBLISHED
        db.session.refresh(editor)
        assert editor.name == "周编"


class TestPhotos:
    def test_a_lost_photo_stops_it_with_its_number(self) -> None:
        issue = factories.signed_issue()
        issue.frozen_photos = {"7": "0" * 64}
        db.session.commit()
        tasks.begin(issue.id)
        assert "编号7" in publication_of(issue).error

    def test_a_changed_photo_is_never_printed(self, tmp_path: Path) -> None:
        digest = "ab" * 32
        path = tmp_path / digest[:2] / digest[2:4] / digest
        path.parent.mkdir(parents=True)
        path.write_bytes(b"something else")
        with pytest.raises(press.PublicationFailed, match="已损坏"):
            press.read_photos({"3": digest}, tmp_path)


@pytest.mark.usefixtures("fast_press")
class TestTakeUp:
    def test_a_signed_issue_whose_nudge_was_lost_is_found(self) -> None:
        issue = factories.signed_issue()
        db.session.rollback()
        tasks.take_up()
        assert issues.issue(issue.id).state == State.PUBLISHED

    def test_pauses_between_tries_grow_and_end(self) -> None:
        publication = actions.queue(factories.signed_issue(), at=factories.AT)
        factories.keep(publication)
        due_after = []
        for attempt in range(len(queries.PAUSES)):
            publication.attempts = attempt
            db.session.commit()
            minutes = next(
                m for m in range(1000) if queries.due(factories.AT + timedelta(minutes=m))
            )
            due_after.append(minutes)
        assert due_after == list(queries.PAUSES)
        publication.attempts = len(queries.PAUSES)
        db.session.commit()
        assert queries.due(factories.AT + timedelta(days=30)) == []
        assert queries.has_given_up(publication)

    def test_trying_again_counts_anew(self) -> None:
        publication = factories.keep(actions.queue(factories.signed_issue(), at=factories.AT))
        publication.attempts, publication.error = len(queries.PAUSES), "磁盘已满"
        editor = factories.person(Role.EDITOR)
        actions.try_again(publication, by=editor, at=factories.AT)
        db.session.commit()
        assert queries.due(factories.AT) == [publication.id]

    def test_only_a_signed_issue_is_queued(self) -> None:
        with pytest.raises(StepRefused, match="编排中"):
            actions.queue(factories.issue(), at=factories.AT)


@pytest.mark.usefixtures("fast_press")
class TestAudit:
    def test_it_names_a_published_file_that_was_changed(self, settings: Settings) -> None:
        publication = publication_of(factories.published_issue())
        path = Path(kept.address_of(publication, press.PDF, settings))
        path.write_bytes(path.read_bytes() + b" ")
        assert {one.code for one in audit.verify(settings)} == {"A02"}

    def test_it_names_a_published_issue_that_the_archive_holds_otherwise_or_not_at_all(
        self, settings: Settings
    ) -> None:
        publication = publication_of(factories.published_issue())
        publication.pdf_digest = "0" * 128
        db.session.commit()
        assert [(one.code, one.place) for one in audit.verify(settings)] == [
            ("R01", f"{publication.object_id} v1 issue.pdf")
        ]
        shutil.rmtree(settings.archive_root)
        assert [(one.code, one.place) for one in audit.verify(settings)] == [
            ("R03", f"{publication.object_id} v1")
        ]

    def test_it_names_a_version_that_was_cut_off_together_with_its_inventories(
        self, settings: Settings
    ) -> None:
        publication = publication_of(factories.published_issue())
        store = archive.Store(settings.archive_root)
        place = settings.archive_root / store.place_of(publication.object_id)
        before = {
            name: (place / "v1" / name).read_bytes()
            for name in ("inventory.json", "inventory.json.sha512")
        }
        store.deposit(
            archive.Deposit(
                object_id=publication.object_id,
                files={"issue.pdf": b"%PDF-2"},
                message="",
                by_name="",
                by_address="urn:jianbao:person:1",
                at=factories.AT,
            )
        )
        publication.object_version = 2
        db.session.commit()
        shutil.rmtree(place / "v2")
        for name, content in before.items():
            (place / name).write_bytes(content)
        # Nothing inside the archive tells of the second version any more.
        assert list(archive.verify(store)) == []
        [finding] = audit.verify(settings)
        assert (finding.code, finding.place) == ("R03", f"{publication.object_id} v2")
        assert "档案库里没有的版本" in finding.sentence

    def test_it_names_an_object_that_no_record_knows(self, settings: Settings) -> None:
        factories.published_issue()
        archive.Store(settings.archive_root).deposit(
            archive.Deposit(
                object_id="nobody-2026-001",
                files={"issue.pdf": b"%PDF-"},
                message="",
                by_name="",
                by_address="urn:jianbao:person:1",
                at=factories.AT,
            )
        )
        findings = list(audit.verify(settings))
        assert [(one.code, one.place) for one in findings] == [("R02", "nobody-2026-001")]
        assert "没有对应的记录" in findings[0].sentence
