"""In this file published issues are put right by a new edition, or withdrawn."""

from __future__ import annotations

from datetime import datetime

import pytest

import archive
from publisher.config import Settings
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.errors import InputRefused, StepRefused
from publisher.issues import actions as issue_actions
from publisher.issues import queries as issues
from publisher.issues.model import Issue, State
from publisher.issues.source import articles
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import actions, press, queries, tasks
from tests import factories
from tests.publisher.publication.presses import fast_set_all

pytestmark = pytest.mark.usefixtures("records", "_fast")


@pytest.fixture
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)


@pytest.fixture
def director() -> Person:
    return factories.person(Role.DIRECTOR, name="李签")


@pytest.fixture
def published(director: Person) -> Issue:
    item = factories.item(title="白石县夏粮收购进度过九成", state=ItemState.PLACED)
    return factories.published_issue(serial_=item.serial, items=[item], by=director)


def correct(published: Issue, director: Person, at: datetime) -> Issue:
    return factories.keep(
        actions.correct(published, note="收购量应为3.5万吨。", by=director, at=at)
    )


def sign(edition: Issue, director: Person, at: datetime) -> None:
    issue_actions.send_for_signing(edition, by=director, at=at)
    factories.sign(edition, by=director)


class TestCorrect:
    def test_the_second_edition_has_the_same_number_and_both_stay_and_link(
        self, published: Issue, director: Person, settings: Settings, at: datetime
    ) -> None:
        edition = correct(published, director, at)
        article = next(articles(edition.frozen or {}))
        actions.revise_article(
            edition,
            article["id"],
            title=article["title"],
            body="全县收购夏粮3.5万吨。",
            source_line=article["source_line"],
            by=director,
            at=at,
        )
        sign(edition, director, at)
        number, first = edition.id, published.id
        db.session.rollback()
        tasks.begin(number)
        second, old = issues.issue(number), issues.issue(first)
        assert (second.state, old.state) == (State.PUBLISHED, State.CORRECTED)
        assert (second.number, second.total, second.year) == (old.number, old.total, old.year)
        assert (second.edition, second.supersedes_id) == (2, first)
        assert next(articles(second.frozen or {}))["body"] == "全县收购夏粮3.5万吨。"
        assert next(articles(old.frozen or {}))["body"] != "全县收购夏粮3.5万吨。"
        versions = [queries.of_issue(one) for one in (first, number)]
        assert [one and one.object_version for one in versions] == [1, 2]
        kept = archive.Store(settings.archive_root)
        assert len(kept.versions(versions[0].object_id if versions[0] else "")) == 2

    def test_it_uses_no_new_number(self, published: Issue, director: Person, at: datetime) -> None:
        edition = correct(published, director, at)
        actions.revise_note(edition, note="标题有误。", by=director, at=at)
        edition.editor_note = "更正后的编者按。"
        sign(edition, director, at)
        following = factories.signed_issue(serial_=published.serial, by=director)
        assert following.number == (published.number or 0) + 1

    def test_its_readers_are_those_of_the_edition_it_puts_right(
        self, published: Issue, director: Person, at: datetime
    ) -> None:
        published.serial.readers.clear()
        edition = correct(published, director, at)
        edition.editor_note = "更正后的编者按。"
        sign(edition, director, at)
        assert {reader.token for reader in edition.readers} == {"staff"}

    def test_a_correction_that_changes_nothing_is_not_sent(
        self, published: Issue, director: Person, at: datetime
    ) -> None:
        edition = correct(published, director, at)
        with pytest.raises(StepRefused, match="没有差别"):
            issue_actions.send_for_signing(edition, by=director, at=at)

    def test_it_wants_a_note(self, published: Issue, director: Person, at: datetime) -> None:
        with pytest.raises(InputRefused, match="更正说明"):
            actions.correct(published, note=" ", by=director, at=at)

    def test_only_a_published_issue_is_corrected(self, director: Person, at: datetime) -> None:
        with pytest.raises(StepRefused):
            actions.correct(factories.signed_issue(), note="有误。", by=director, at=at)

    def test_items_are_neither_added_nor_moved(
        self, published: Issue, director: Person, at: datetime
    ) -> None:
        edition = correct(published, director, at)
        with pytest.raises(StepRefused, match="更正版只改正"):
            issue_actions.unplace(edition, edition.placements[0].item, by=director, at=at)

    def test_a_cancelled_correction_leaves_the_issue_as_it_was(
        self, published: Issue, director: Person, at: datetime
    ) -> None:
        edition = correct(published, director, at)
        issue_actions.cancel(edition, reason="核实后无误", by=director, at=at)
        db.session.commit()
        assert published.state == State.PUBLISHED
        assert published.placements[0].item.state == ItemState.PUBLISHED
        assert issues.correction_of(published) is None

    def test_a_published_issue_itself_is_never_edited(
        self, published: Issue, director: Person, at: datetime
    ) -> None:
        with pytest.raises(StepRefused):
            actions.revise_article(
                published, "item-1", title="改", body="改", source_line="", by=director, at=at
            )


class TestWithdraw:
    def test_it_keeps_number_and_reason_and_tells_the_index(
        self, published: Issue, director: Person, at: datetime
    ) -> None:
        keys = actions.withdraw(
            published, reason="情况有重大出入", correction=None, by=director, at=at
        )
        db.session.commit()
        assert (published.state, published.number) == (State.WITHDRAWN, 1)
        assert published.withdrawal == "情况有重大出入"
        assert keys == [f"issue:{published.id}", f"item:{published.placements[0].item_id}"]

    def test_the_number_is_not_given_again(
        self, published: Issue, director: Person, at: datetime
    ) -> None:
        actions.withdraw(published, reason="有出入", correction=None, by=director, at=at)
        assert factories.signed_issue(serial_=published.serial, by=director).number == 2

    def test_it_wants_a_reason(self, published: Issue, director: Person, at: datetime) -> None:
        with pytest.raises(InputRefused):
            actions.withdraw(published, reason="", correction=None, by=director, at=at)

    def test_a_correction_under_way_has_to_be_given_up_first(
        self, published: Issue, director: Person, at: datetime
    ) -> None:
        edition = correct(published, director, at)
        with pytest.raises(StepRefused, match="先作废更正"):
            actions.withdraw(published, reason="有出入", correction=edition, by=director, at=at)
