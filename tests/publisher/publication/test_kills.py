"""In this file the process dies at every point of signing and publishing, and is started again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import archive
from publisher import create_app, database, faultpoints, history, jobs, migrations
from publisher.config import Settings
from publisher.database import db
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.issues import queries as issues
from publisher.issues.model import Issue, State
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import actions, audit, by_hand, kept, press, queries, tasks
from publisher.publication.model import OutboxEntry, Step
from publisher.serials.model import Counter
from tests import factories
from tests.publisher.publication.presses import fast_set_all

ROOT = Path(__file__).parents[3]
PUBLISHING = (
    "publication.begun",
    "publication.composed",
    "publication.composed.committed",
    "publication.pressing.issue.pdf",
    "publication.pressing.issue.html",
    "publication.written",
    "publication.staged",
    "publication.typeset.committed",
    "archive.content",
    "archive.inventory",
    "archive.rename",
    "archive.done",
    "publication.stored",
    "publication.deposited.committed",
    "publication.announcing",
    "publication.published",
)
"""Every point a first edition passes."""

CORRECTING = ("archive.version", "archive.sidecar", "publication.announcing")
"""Points that only a second edition passes, or passes otherwise."""


class Office:
    """One instance in which every issue met its own death."""

    def __init__(self, settings: Settings, app: Flask) -> None:
        self.settings = settings
        self.app = app
        self.numbers: dict[str, int] = {}

    def prepare(self) -> None:
        serial = factories.serial("政务信息", code="zwxx")
        editor, reporter = factories.person(Role.EDITOR), factories.person(Role.REPORTER)
        factories.person(Role.CHECKER)
        director = factories.person(Role.DIRECTOR)

        def item() -> Item:
            received = factories.submission(by=reporter)
            return factories.item(
                serial_=serial, editor=editor, state=ItemState.PLACED, sources=[received]
            )

        def signed() -> Issue:
            return factories.signed_issue(
                serial_=serial, items=[item()], by=director, compiled_by=editor
            )

        for point in PUBLISHING:
            self.numbers[point] = signed().id
        for point in CORRECTING:
            self.numbers[f"correct {point}"] = corrected(signed(), director).id
        for point in ("signing.numbered", "signing.signed"):
            made = factories.issue(serial_=serial, items=[item()], compiled_by=editor)
            self.numbers[point] = made.id
        db.session.rollback()

    def die(self) -> dict[str, int]:
        """Let a process die at each point; gives the exit code of each."""
        lines = "".join(
            f"{name.removeprefix('correct ')} {what_at(name)} {number}\n"
            for name, number in self.numbers.items()
        )
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.publisher.publication.dying",
                str(self.settings.instance),
            ],
            input=lines,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
            timeout=300,
        )
        return dict(zip(self.numbers, map(int, done.stdout.split()), strict=True))


def what_at(name: str) -> str:
    return "sign" if name.startswith("signing") else "publish"


def corrected(first: Issue, director: Person) -> Issue:
    """A signed second edition of a published issue."""
    number = first.id
    db.session.rollback()
    tasks.begin(number)
    edition = actions.correct(
        issues.issue(number), note="第一篇数字有误。", by=director, at=factories.AT
    )
    edition.state = State.IN_APPROVAL
    db.session.add(edition)
    db.session.flush()
    return factories.sign(edition, by=director)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(press, "set_all", fast_set_all)
        # The index is the next room's; here its outbox stays full, so that it can be counted.
        monkeypatch.setattr(jobs, "nudge", lambda *_values: None)
        instance = tmp_path_factory.mktemp("killed") / "instance"
        instance.mkdir()
        settings = Settings(instance=instance, secret_key="测" * 40)
        app = create_app(settings, jobs_at_once=True)
        with app.app_context(), database.writing():
            migrations.upgrade(db.engine)
            engine = db.engine
            office = Office(settings, app)
            office.prepare()
        codes = office.die()
        assert set(codes.values()) == {faultpoints.DIED}, codes
        yield office
        engine.dispose()


@pytest.fixture
def _open(office: Office) -> Iterator[None]:
    with office.app.app_context(), database.writing():
        yield


@pytest.mark.usefixtures("_open")
class TestAfterDeath:
    @pytest.mark.parametrize("name", [*PUBLISHING, *(f"correct {one}" for one in CORRECTING)])
    def test_the_same_end_is_reached(self, office: Office, name: str) -> None:
        number = office.numbers[name]
        tasks.begin(number)
        issue = issues.issue(number)
        publication = queries.of_issue(number)
        assert publication is not None
        assert (publication.state, publication.error) == (Step.PUBLISHED, "")
        assert issue.state == State.PUBLISHED
        for file in (press.PDF, press.DOCX):
            assert kept.read(publication, file, office.settings)
        acts = [one.act for one in history.entries_of(db.session, f"issue:{number}")]
        assert acts.count("publish") == 1
        entries = select(func.count()).where(OutboxEntry.key == f"issue:{number}")
        assert db.session.scalar(entries) == 1
        versions = archive.Store(office.settings.archive_root).versions(publication.object_id)
        assert len(versions) == issue.edition == publication.object_version
        if issue.supersedes is not None:
            assert issue.supersedes.state == State.CORRECTED

    def test_dead_before_the_commit_nobody_signed_and_no_number_is_gone(
        self, office: Office
    ) -> None:
        issue = issues.issue(office.numbers["signing.numbered"])
        assert (issue.state, issue.number) == (State.IN_APPROVAL, None)
        given = db.session.scalar(select(func.max(Issue.number)))
        assert db.session.scalar(select(Counter.last_number)) == given
        director = by_hand.people.with_role(Role.DIRECTOR)[-1]
        db.session.rollback()
        by_hand.sign(issue.id, [director], confirmed=True)
        assert issues.issue(issue.id).number == (given or 0) + 1

    def test_dead_after_the_commit_the_signed_issue_is_found_and_published(
        self, office: Office
    ) -> None:
        number = office.numbers["signing.signed"]
        assert issues.issue(number).state == State.SIGNED
        assert number in queries.signed_without_publication()
        db.session.rollback()
        tasks.take_up()
        assert issues.issue(number).state == State.PUBLISHED

    def test_in_the_end_archive_history_and_numbers_are_whole(self, office: Office) -> None:
        tasks.take_up()
        for number in office.numbers.values():
            if issues.issue(number).state == State.SIGNED:
                tasks.begin(number)
        assert list(audit.verify(office.settings)) == []
        assert list(history.verify(db.session)) == []
        numbers = sorted(
            db.session.scalars(
                select(Issue.number).where(Issue.edition == 1, Issue.number.is_not(None))
            )
        )
        assert numbers == list(range(1, len(numbers) + 1))
