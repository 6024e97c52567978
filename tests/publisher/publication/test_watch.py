"""In this file the worker verifies the archive at night, heals it, and the page tells of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

import archive
from archive import Bucket
from publisher import cli, clock, create_app, database, history, migrations
from publisher.config import Settings
from publisher.database import db
from publisher.people.permission import Role
from publisher.publication import audit, kept, press, queries, stores, tasks, watch
from publisher.publication.model import Verification
from tests import factories
from tests.factories import Browser
from tests.publisher.publication.presses import fast_set_all

pytestmark = pytest.mark.usefixtures("records", "fast_press")


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, archive_copy=str(tmp_path / "second"))


@pytest.fixture
def fast_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)


def damaged(settings: Settings) -> str:
    """Publish an issue, damage its PDF, and give the object's name."""
    issue = factories.published_issue(serial_=factories.serial(code="zwxx"))
    publication = queries.of_issue(issue.id)
    assert publication is not None
    path = Path(kept.address_of(publication, press.PDF, settings))
    path.write_bytes(path.read_bytes() + b"!")
    name = publication.object_id
    db.session.rollback()
    return name


def verified(settings: Settings) -> Verification:
    begun = factories.keep(watch.begin(by=history.System(), at=clock.now()))
    number = begun.id
    db.session.rollback()
    assert watch.go_on(number, settings)
    return queries.verification(number)


class TestSecondCopy:
    def test_every_deposit_goes_to_both(self, settings: Settings) -> None:
        factories.published_issue()
        copy = stores.copy(settings)
        assert copy is not None
        assert list(copy.objects()) == list(stores.store(settings).objects()) != []
        assert list(audit.verify(settings)) == []

    def test_one_that_cannot_be_reached_holds_up_nothing_and_follows_at_night(
        self, settings: Settings
    ) -> None:
        Path(settings.archive_copy).write_text("a file where a folder should be", encoding="utf-8")
        issue = factories.published_issue()
        publication = queries.of_issue(issue.id)
        assert publication is not None
        assert publication.state.value == "published"
        Path(settings.archive_copy).unlink()
        assert {one.code for one in audit.verify(settings)} == {"C01"}
        assert verified(settings).findings == []
        assert list(audit.verify(settings)) == []

    def test_damage_is_found_healed_and_told(self, settings: Settings) -> None:
        name = damaged(settings)
        assert {one.code for one in audit.verify(settings)} == {"A02"}
        verification = verified(settings)
        assert (verification.findings, verification.healed) == ([], [name])
        assert list(audit.verify(settings)) == []
        acts = [
            (one.act, one.detail)
            for one in history.entries_of(db.session, f"verification:{verification.id}")
        ]
        assert acts[0] == ("heal_archive", {"object": name})
        assert acts[1][0] == "verify_archive"
        assert acts[1][1]["head"] == archive.head(stores.store(settings)) == verification.head

    def test_a_lost_object_that_the_records_know_comes_back(self, settings: Settings) -> None:
        factories.published_issue(serial_=factories.serial(code="zwxx"))
        store = stores.store(settings)
        place = Path(store.shelf.address) / store.place_of("zwxx-2026-001")
        place.rename(settings.instance / "away")
        assert {one.code for one in audit.verify(settings)} == {"C03", "R03"}
        assert verified(settings).healed == ["zwxx-2026-001"]
        assert list(audit.verify(settings)) == []

    def test_damage_of_the_copy_is_named_and_never_mended_by_itself(
        self, settings: Settings
    ) -> None:
        factories.published_issue()
        copy = stores.copy(settings)
        assert copy is not None
        path = next(one for one in copy.shelf.files() if one.endswith("content/issue.pdf"))
        copy.shelf.put(path, b"x")
        [found] = verified(settings).findings
        assert (found["code"], found["in_copy"]) == ("A02", True)
        assert copy.shelf.read(path) == b"x"

    def test_nothing_is_healed_without_a_copy(self, settings: Settings) -> None:
        name = damaged(settings)
        found = verified(replace(settings, archive_copy=""))
        assert [(one["code"], one["object_id"]) for one in found.findings] == [("A02", name)]
        assert found.healed == []


class TestNight:
    def test_it_begins_in_the_night_once_and_by_day_only_when_long_overdue(self) -> None:
        night = factories.AT.replace(hour=2)
        assert not watch.is_due(night)
        factories.published_issue()
        assert watch.is_due(night)
        assert not watch.is_due(factories.AT)
        factories.keep(watch.begin(by=history.System(), at=night))
        assert not watch.is_due(night + timedelta(hours=1))
        assert watch.is_due(night + timedelta(hours=24))
        assert not watch.is_due(night + timedelta(hours=30))
        assert watch.is_due(night + timedelta(hours=48))

    def test_the_worker_begins_it_and_goes_on_until_it_is_done(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _number in range(3):
            factories.published_issue()
        monkeypatch.setattr(watch, "PIECE", -1.0)
        with clock.standing_at(factories.AT.replace(hour=3)):
            tasks.verify_nightly()
            last = queries.last_verification()
            assert last is not None
            assert last.ended_at is None

    def test_a_piece_goes_on_behind_the_one_before(self, settings: Settings) -> None:
        for _number in range(3):
            factories.published_issue()
        begun = factories.keep(watch.begin(by=history.System(), at=clock.now())).id
        store = stores.store(settings)
        first = min(store.places())
        verification = queries.verification(begun)
        verification.after, verification.objects = first, 1
        db.session.commit()
        assert watch.go_on(begun, settings)
        assert queries.verification(begun).objects == 3


class TestPage:
    def test_the_administrator_sees_what_was_found_and_asks_for_more(
        self, app: Flask, settings: Settings
    ) -> None:
        browser = Browser(app, factories.person(Role.ADMINISTRATOR))
        assert "还没有核验过" in browser.get("/publication/archive").text
        name = damaged(settings)
        copy = stores.copy(settings)
        assert copy is not None
        path = next(one for one in copy.shelf.files() if one.endswith("content/issue.docx"))
        copy.shelf.put(path, b"x")
        assert browser.post("/publication/archive/verify").status_code == 302
        page = browser.get("/publication/archive").text
        assert "已从副本修复" in page
        assert name in page
        assert "副本：对象" in page
        assert "A02" in page

    def test_others_do_not_find_it(self, app: Flask) -> None:
        browser = Browser(app, factories.person(Role.EDITOR))
        assert browser.get("/publication/archive").status_code == 404
        assert browser.post("/publication/archive/verify").status_code == 404


class TestObjectStorage:
    def test_an_office_publishes_reads_and_verifies_in_a_bucket(
        self, tmp_path: Path, bucket: Callable[..., Bucket]
    ) -> None:
        shelf = bucket()
        instance = tmp_path / "elsewhere"
        instance.mkdir()
        settings = Settings(
            instance=instance,
            secret_key="测" * 40,
            archive_storage=f"s3://{shelf.bucket}/jianbao",
            archive_copy=str(tmp_path / "second"),
            s3_endpoint=shelf.endpoint,
            s3_key="test",
            s3_secret="test",
        )
        app = create_app(settings, jobs_at_once=True)
        with app.app_context(), database.writing():
            migrations.upgrade(db.engine)
            issue = factories.published_issue(serial_=factories.serial(code="zwxx"))
            publication = queries.of_issue(issue.id)
            assert publication is not None
            assert kept.read(publication, press.PDF, settings).startswith(b"%PDF")
            assert kept.address_of(publication, press.PDF, settings).startswith("s3://")
            assert list(audit.verify(settings)) == []
            assert not settings.archive_root.exists()
            copy = stores.copy(settings)
            assert copy is not None
            assert list(copy.objects()) == ["zwxx-2026-001"]
            db.session.rollback()
            engine = db.engine
        engine.dispose()

    def test_a_storage_that_is_gone_is_said_on_the_page_and_tried_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("archive.bucket.SECONDS", 1)
        instance = tmp_path / "elsewhere"
        instance.mkdir()
        settings = Settings(
            instance=instance,
            secret_key="测" * 40,
            archive_storage="s3://archive",
            s3_endpoint="http://127.0.0.1:9",
            s3_key="k",
            s3_secret="s",
        )
        app = create_app(settings, jobs_at_once=True)
        with app.app_context(), database.writing():
            migrations.upgrade(db.engine)
            issue = factories.published_issue()
            publication = queries.of_issue(issue.id)
            assert publication is not None
            assert publication.state.value == "typeset"
            assert "连不上对象存储 http://127.0.0.1:9" in publication.error
            db.session.rollback()
            engine = db.engine
        engine.dispose()


class TestCommands:
    def test_heal_mends_either_way_and_only_when_told(self, settings: Settings) -> None:
        (settings.instance / "config.toml").write_text(
            f'secret_key = "{"测" * 40}"\narchive_copy = "{settings.archive_copy}"\n',
            encoding="utf-8",
        )

        def run(*words: str) -> tuple[int, str]:
            db.session.rollback()
            done = CliRunner().invoke(cli.cli, ["--instance", str(settings.instance), *words])
            return done.exit_code, done.output

        name = damaged(settings)
        assert run("archive", "heal", "--copy") == (0, "没有需要修复的对象。\n")
        assert run("archive", "verify")[0] == 1
        assert run("archive", "heal") == (0, f"{name}：已修复 1 个文件，移出 1 个。\n")
        assert run("archive", "verify")[0] == 0
        copy = stores.copy(settings)
        assert copy is not None
        path = next(one for one in copy.shelf.files() if one.endswith("content/issue.pdf"))
        copy.shelf.put(path, b"x")
        assert run("archive", "heal") == (0, "没有需要修复的对象。\n")
        assert run("archive", "heal", "--copy")[0] == 0
        assert run("archive", "verify")[0] == 0
        assert run("archive", "copy") == (0, "副本已补齐：1 件，新增 0 个版本。\n")
