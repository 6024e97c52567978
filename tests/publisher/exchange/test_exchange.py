"""In this file an archive leaves one office and comes in at another, once and again."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from publisher import clock
from publisher.config import Settings
from publisher.database import db
from publisher.editing.model import Item
from publisher.errors import StepRefused
from publisher.exchange import actions, arriving, portable
from publisher.exchange.model import PastPaper, TakenOver
from publisher.filing import papers
from publisher.filing.model import Filed
from publisher.history import HistoryEntry
from publisher.issues.model import Issue, State
from publisher.library import tasks as library
from publisher.people.model import Unit
from publisher.people.permission import Role
from publisher.publication import audit, moving, outbox, press, stores
from publisher.publication.model import Publication
from publisher.scores import queries as scores
from publisher.serials.model import Counter, Serial
from tests import factories
from tests.factories import Browser
from tests.publisher.exchange.offices import NAME, left, opened, taken
from tests.publisher.publication.presses import fast_set_all

WORDS = "请清溪县总结推广，并报市政府。"


def counts() -> dict[str, int]:
    kinds = (Issue, Item, Publication, Serial, Unit, PastPaper, TakenOver, Filed, HistoryEntry)
    return {
        kind.__name__: db.session.scalar(select(func.count()).select_from(kind)) or 0
        for kind in kinds
    }


def issues() -> list[Issue]:
    return list(db.session.scalars(select(Issue).order_by(Issue.edition, Issue.id)).unique())


@pytest.mark.usefixtures("records")
class TestTheFirstForm:
    """What is asked of every later version of the program: it reads what the first one wrote."""

    def test_issues_items_papers_and_archive_numbers_come_in(
        self, settings: Settings, export: Path
    ) -> None:
        assert taken(export, settings) == [(NAME, "new"), ("zwxx-2026-002", "new")]
        first, second, corrected = issues()
        assert (first.state, corrected.state) == (State.CORRECTED, State.PUBLISHED)
        assert corrected.supersedes is first
        assert (second.number, second.total, second.serial.code) == (2, 2, "zwxx")
        assert first.placements[0].item is corrected.placements[0].item
        kinds = sorted(paper.kind for paper in db.session.scalars(select(PastPaper)).unique())
        assert kinds == ["case", "instruction", "report"]
        [filed] = db.session.scalars(select(Filed).where(Filed.object_id == NAME)).unique()
        assert filed.archive_number == "0042-2026-D10-ZWXX-0001"
        assert list(audit.verify(settings)) == []
        counter = db.session.scalars(select(Counter)).one()
        assert counter.last_number == 2
        assert scores.unposted_adoptions() == []

    def test_twice_changes_nothing(self, settings: Settings, export: Path) -> None:
        by_id = factories.person(Role.ARCHIVIST).id
        taken(export, settings, by_id)
        before = counts()
        assert {state for _name, state in taken(export, settings, by_id)} == {"same"}
        assert counts() == before

    def test_they_are_read_searched_and_their_papers_seen_by_who_may(
        self, app: Flask, settings: Settings, export: Path
    ) -> None:
        # Items of here have numbers already, so that articles bear others than they did there.
        for _number in range(3):
            factories.item()
        taken(export, settings)
        library.drain_outbox()
        number = issues()[2].id
        [paper] = db.session.scalars(
            select(PastPaper).where(PastPaper.kind == "instruction")
        ).unique()
        [report] = db.session.scalars(select(PastPaper).where(PastPaper.kind == "report")).unique()
        item = issues()[2].placements[0].item_id
        addresses = (f"/past-papers/{paper.id}", f"/past-papers/{report.id}")
        files = [one["file"] for one in paper.record["files"]]
        researcher = Browser(app, factories.person(Role.RESEARCHER))
        page = researcher.get(f"/library/issues/{number}").text
        assert item > 1
        assert f'id="item-{item}"' in page
        assert WORDS in page
        assert "移自" in page
        assert WORDS in researcher.get(addresses[0]).text
        assert "已推广到12个乡镇" in researcher.get(addresses[1]).text
        assert researcher.get(f"{addresses[0]}/files/{files[0]}").status_code == 200
        assert researcher.get(f"{addresses[0]}/files/nothing.pdf").status_code == 404
        assert addresses[0] in researcher.get("/search?q=总结推广").text
        reporter = Browser(app, factories.person(Role.REPORTER))
        page = reporter.get(f"/library/issues/{number}").text
        assert f'id="item-{item}"' in page
        assert WORDS not in page
        for address in (*addresses, f"{addresses[0]}/files/{files[0]}"):
            assert reporter.get(address).status_code == 404
        assert addresses[0] not in reporter.get("/search?q=总结推广").text
        assert reporter.get(f"/library/issues/{number}/issue.pdf").status_code == 200

    def test_an_unknown_serial_is_not_in_use_and_a_known_one_is_joined(
        self, settings: Settings, export: Path
    ) -> None:
        known = factories.serial("政务信息", code="zwxx").id
        taken(export, settings)
        assert {issue.serial_id for issue in issues()} == {known}

    def test_a_serial_made_for_it_has_to_be_put_to_use_by_somebody(
        self, settings: Settings, export: Path
    ) -> None:
        taken(export, settings)
        [serial] = db.session.scalars(select(Serial)).unique()
        assert not serial.is_active


def cut_to_the_first_edition(export: Path) -> None:
    """The export as it was before the correction came out."""
    [place] = (export / "archive").rglob(NAME)
    shutil.rmtree(place / "v3")
    for name in ("inventory.json", "inventory.json.sha512"):
        (place / name).write_bytes((place / "v2" / name).read_bytes())
    path = export / portable.place_of(NAME)
    record = json.loads(path.read_text(encoding="utf-8"))
    record["editions"] = [{**record["editions"][0], "state": "published"}]
    record["inventory"] = hashlib.sha512((place / "inventory.json").read_bytes()).hexdigest()
    record["filed"] = None
    path.write_bytes(portable.as_bytes(record))


@pytest.mark.usefixtures("records")
class TestAfterwards:
    def test_a_later_export_brings_what_is_new(self, settings: Settings, export: Path) -> None:
        earlier = export.with_name("earlier")
        shutil.copytree(export, earlier)
        cut_to_the_first_edition(earlier)
        by_id = factories.person(Role.ARCHIVIST).id
        assert taken(earlier, settings, by_id)[0] == (NAME, "new")
        assert issues()[0].state == State.PUBLISHED
        assert taken(export, settings, by_id)[0] == (NAME, "grown")
        first, _second, corrected = issues()
        assert (first.state, corrected.state) == (State.CORRECTED, State.PUBLISHED)
        assert first.placements[0].item is corrected.placements[0].item
        assert list(audit.verify(settings)) == []
        # The earlier one has nothing to tell any more.
        assert taken(earlier, settings, by_id)[0] == (NAME, "same")

    def test_what_was_withdrawn_there_is_withdrawn_here(
        self, settings: Settings, export: Path
    ) -> None:
        by_id = factories.person(Role.ARCHIVIST).id
        taken(export, settings, by_id)
        path = export / portable.place_of("zwxx-2026-002")
        record = json.loads(path.read_text(encoding="utf-8"))
        record["editions"][0] |= {"state": "withdrawn", "withdrawal": "数字有误。"}
        path.write_bytes(portable.as_bytes(record))
        assert taken(export, settings, by_id) == [(NAME, "same"), ("zwxx-2026-002", "grown")]
        assert (issues()[1].state, issues()[1].withdrawal) == (State.WITHDRAWN, "数字有误。")
        assert taken(export, settings, by_id) == [(NAME, "same"), ("zwxx-2026-002", "same")]

    def test_what_is_written_here_stands_beside_what_came(
        self, settings: Settings, export: Path
    ) -> None:
        taken(export, settings)
        made = factories.instruction(issue_=issues()[2])
        outbox.tell(db.session, f"instruction:{made.id}", clock.now())
        db.session.commit()
        papers.take_up(clock.now() + papers.SETTLED, settings)
        names = set(stores.store(settings).digests(NAME))
        assert "instructions/2026-0001/scan-1.pdf" in names
        assert "instructions/here-2026-0001/instruction.json" in names
        assert list(audit.verify(settings)) == []


@pytest.mark.usefixtures("records")
class TestWhatDoesNotFit:
    def test_another_issue_of_the_number_is_named_and_left(
        self, settings: Settings, export: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(press, "set_all", fast_set_all)
        own = factories.published_issue(serial_=factories.serial("政务信息", code="zwxx"))
        before = stores.store(settings).digests(NAME)
        assert taken(export, settings) == [(NAME, "conflict"), ("zwxx-2026-002", "new")]
        assert stores.store(settings).digests(NAME) == before
        assert [one.id for one in issues() if one.number == 1] == [own.id]
        assert list(audit.verify(settings)) == []

    def test_a_serial_of_another_name_under_the_code_is_a_conflict(
        self, settings: Settings, export: Path
    ) -> None:
        factories.serial("政务要闻", code="zwxx")
        assert {state for _name, state in taken(export, settings)} == {"conflict"}
        assert issues() == []

    def test_an_archive_number_that_is_anothers_is_a_conflict(
        self, settings: Settings, export: Path
    ) -> None:
        path = export / portable.place_of("zwxx-2026-002")
        record = json.loads(path.read_text(encoding="utf-8"))
        first = json.loads((export / portable.place_of(NAME)).read_text(encoding="utf-8"))
        record["filed"] = first["filed"]
        path.write_bytes(portable.as_bytes(record))
        assert taken(export, settings) == [(NAME, "new"), ("zwxx-2026-002", "conflict")]

    def test_what_is_damaged_on_the_way_does_not_come_in(
        self, settings: Settings, export: Path
    ) -> None:
        [pdf] = (export / "archive").rglob("zwxx-2026-002/v1/content/issue.pdf")
        pdf.write_bytes(pdf.read_bytes()[:-1] + b"?")
        assert taken(export, settings) == [(NAME, "new"), ("zwxx-2026-002", "damaged")]
        assert "zwxx-2026-002" not in list(stores.store(settings).objects())

    @pytest.mark.parametrize("harm", ["{", "[]", '{"form": 1}', '{"form": 1, "object": "x"}'])
    def test_a_record_that_is_none_hides_no_other(
        self, settings: Settings, export: Path, harm: str
    ) -> None:
        (export / portable.place_of("zwxx-2026-002")).write_text(harm, encoding="utf-8")
        assert taken(export, settings) == [(NAME, "new"), ("zwxx-2026-002", "unreadable")]

    def test_a_newer_form_is_refused_in_words(self, export: Path) -> None:
        path = export / moving.MANIFEST
        path.write_text('{"form": 2, "complete": true}', encoding="utf-8")
        with pytest.raises(portable.Unreadable, match="第2版格式，本系统只读到第1版"):
            portable.manifest(moving.Export(export))

    def test_an_export_that_was_broken_off_is_not_taken(self, export: Path) -> None:
        path = export / moving.MANIFEST
        path.write_text('{"form": 1, "complete": false}', encoding="utf-8")
        with pytest.raises(portable.Unreadable, match="没有完成"):
            portable.manifest(moving.Export(export))

    def test_no_name_leads_out_of_the_export(self, export: Path) -> None:
        path = export / portable.place_of("../../etc/passwd")
        assert path.parent == export / portable.RECORDS


@pytest.mark.usefixtures("records")
class TestBrokenOff:
    def test_killed_between_archive_and_records_the_next_try_ends_well(
        self, settings: Settings, export: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Killed(BaseException):
            pass

        def die(*_given: object, **_named: object) -> None:
            raise Killed

        by_id = factories.person(Role.ARCHIVIST).id
        with monkeypatch.context() as patched:
            patched.setattr(arriving, "_commit", die)
            with pytest.raises(Killed):
                taken(export, settings, by_id)
        db.session.rollback()
        assert issues() == []
        assert NAME in list(stores.store(settings).objects())
        assert taken(export, settings, by_id) == [(NAME, "new"), ("zwxx-2026-002", "new")]
        assert list(audit.verify(settings)) == []


class TestThereAndOn:
    """What came in leaves again, for a third office, just as it was."""

    def test_what_came_in_leaves_as_it_came_and_grows(
        self, tmp_path: Path, export: Path, newest_records: Path
    ) -> None:
        second = Settings(
            instance=tmp_path / "second", secret_key="测" * 40, office_name="清溪县政府办公室"
        )
        onward = tmp_path / "onward"
        with opened(second, newest_records):
            taken(export, second)
            gone = left(onward, second)
            assert (gone.objects, gone.refused) == (2, [])
            # Run again, nothing is written anew.
            before = {path: path.stat().st_mtime_ns for path in onward.rglob("*.json")}
            left(onward, second)
            manifest = onward / moving.MANIFEST
            after = {path: path.stat().st_mtime_ns for path in onward.rglob("*.json")}
            assert {p for p in after if after[p] != before[p]} <= {manifest}
        for name in (NAME, "zwxx-2026-002"):
            here, there = (
                json.loads((one / portable.place_of(name)).read_text(encoding="utf-8"))
                for one in (export, onward)
            )
            assert here["inventory"] == there["inventory"]
            assert here["filed"] == there["filed"]
            for one, other in zip(here["editions"], there["editions"], strict=True):
                ours = {"compiled_by", "signed_by", "articles"}
                assert {k: v for k, v in one.items() if k not in ours} == {
                    k: v for k, v in other.items() if k not in ours
                }
                assert [a["id"] for a in one["articles"]] == [a["id"] for a in other["articles"]]

    def test_a_folder_that_holds_something_else_is_not_written_to(
        self, settings: Settings, tmp_path: Path, records: None
    ) -> None:
        del records
        folder = tmp_path / "mine"
        folder.mkdir()
        (folder / "letter.txt").write_text("x", encoding="utf-8")
        with pytest.raises(StepRefused, match="不是空文件夹"):
            left(folder, settings)


def test_a_number_of_a_person_there_lets_nobody_read_here() -> None:
    came = ["staff", "role:leader", "unit:SLJ", "unit:nowhere", "person:9", "handlers:3"]
    assert actions.tokens(came, {"SLJ": 4}) == ["staff", "role:leader", "unit:4"]
