"""In this file what is written on an issue comes into the archive, and only to who may know it."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import ocfl
import pytest
from flask import Flask
from sqlalchemy import select

import archive
from publisher import clock
from publisher.attachments.actions import keep_bytes, path_of
from publisher.attachments.model import Attachment
from publisher.config import Settings
from publisher.database import db
from publisher.filing import actions, papers, queries
from publisher.filing.model import PackageState
from publisher.followups import actions as followups
from publisher.followups.model import ReportStage
from publisher.instructions import actions as instructions
from publisher.instructions.model import Instruction, InstructionFile, Paper, PaperKind
from publisher.issues import queries as issues
from publisher.issues.model import Issue, State
from publisher.people.model import Level
from publisher.people.permission import Role
from publisher.publication import actions as publication
from publisher.publication import audit, outbox, press, stores, tasks
from publisher.publication import papers as kept_papers
from publisher.publication import queries as publications
from publisher.publication.model import ArchivedPapers, PaperDue
from tests import factories
from tests.factories import AT, Browser
from tests.publisher.followups.test_actions import written
from tests.publisher.publication.presses import fast_set_all

pytestmark = pytest.mark.usefixtures("records", "fast_press")

WORDS = "请清溪县总结推广，并报市政府。"
SETTLED = AT + papers.SETTLED
NAME = "zwxx-2026-001"


@pytest.fixture
def fast_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, fonds_number="0042")


def scan(settings: Settings, text: bytes = b"%PDF-1.7 scan") -> Attachment:
    return keep_bytes(
        text,
        name="批示原件.pdf",
        folder=settings.files_path,
        by=factories.person(Role.SECRETARY),
        at=AT,
    )


def published() -> Issue:
    return factories.published_issue(serial_=factories.serial("政务信息", code="zwxx"))


def told(made: Instruction, at: datetime = AT) -> None:
    outbox.tell(db.session, f"instruction:{made.id}", at)
    db.session.commit()


def instructed(issue: Issue, settings: Settings, *, restricted: bool = False) -> Instruction:
    """An instruction in the register, with a scan of its paper."""
    made = factories.instruction(issue_=issue, registered=False)
    paper = scan(settings, f"%PDF-{made.id}".encode())
    made.files.append(InstructionFile(attachment=paper))
    if restricted:
        made.is_restricted, made.series, made.text = True, "限批", "此事限知悉。"
    instructions.register(
        made, number=made.id, proposal="", by=factories.person(Role.OFFICER), at=AT
    )
    told(made)
    return made


def brought(settings: Settings, at: datetime = SETTLED) -> None:
    papers.take_up(at, settings)


def versions(settings: Settings, name: str = NAME) -> int:
    return len(stores.store(settings).versions(name))


def in_archive(settings: Settings, name: str = NAME) -> dict[str, str]:
    return stores.store(settings).digests(name)


class TestIntoTheArchive:
    def test_an_instruction_with_its_scan_stands_beside_the_edition(
        self, settings: Settings
    ) -> None:
        issue = published()
        edition = in_archive(settings)
        made = instructed(issue, settings)
        brought(settings)
        folder = f"instructions/2026-{made.number:04d}"
        found = in_archive(settings)
        assert set(found) == {
            *edition,
            f"{folder}/instruction.json",
            f"{folder}/scan-1.pdf",
        }
        store = stores.store(settings)
        record = json.loads(store.read(NAME, f"{folder}/instruction.json"))
        assert (record["words"], record["disposition"], record["state"]) == (
            WORDS,
            "批办",
            "已登记",
        )
        assert record["number"] == made.number_text
        assert record["files"][0]["name"] == "批示原件.pdf"
        assert store.read(NAME, f"{folder}/scan-1.pdf") == f"%PDF-{made.id}".encode()
        assert list(audit.verify(settings)) == []
        assert ocfl.StorageRoot(root=str(settings.archive_root)).validate(check_digests=True)

    def test_the_edition_that_is_handed_out_has_no_paper_in_it(
        self, settings: Settings, app: Flask
    ) -> None:
        issue = published()
        instructed(issue, settings)
        brought(settings)
        found = publications.of_issue(issue.id)
        assert found is not None
        assert (found.object_version, versions(settings)) == (1, 2)
        in_edition = stores.store(settings).digests(NAME, found.object_version)
        assert not any(name.startswith(kept_papers.FOLDERS) for name in in_edition)
        reader = Browser(app, factories.person(Role.REPORTER))
        assert reader.get(f"/library/issues/{issue.id}/issue.pdf").status_code == 200
        path = "..%2Finstructions%2F2026-0001%2Finstruction.json"
        assert reader.get(f"/library/issues/{issue.id}/photos/{path}").status_code == 404

    def test_a_report_comes_in_when_it_is_accepted(self, settings: Settings) -> None:
        issue = published()
        made = instructed(issue, settings)
        unit = factories.unit()
        case = factories.case(instruction_=made, lead=unit)
        handler = factories.person(Role.HANDLER, unit_=unit)
        followups.acknowledge(case, handler="周立言", phone="5123", by=handler, at=AT)
        report = followups.report(
            case,
            written(),
            stage=ReportStage.FINAL,
            by=handler,
            at=AT,
            files=[scan(settings, b"%PDF-report")],
        )
        factories.keep(report)
        told(made)
        brought(settings)
        folder = f"reports/{case.year}-{case.number:04d}"
        assert f"{folder}/case.json" in in_archive(settings)
        assert f"{folder}/report-1/report.json" not in in_archive(settings)
        followups.accept(report, case, result="已推广。", by=factories.person(Role.OFFICER), at=AT)
        told(made)
        brought(settings)
        store = stores.store(settings)
        record = json.loads(store.read(NAME, f"{folder}/report-1/report.json"))
        assert record["process"] == written().process
        assert store.read(NAME, f"{folder}/report-1/file-1.pdf") == b"%PDF-report"
        assert list(audit.verify(settings)) == []

    def test_many_changes_are_one_version_and_none_is_none(self, settings: Settings) -> None:
        issue = published()
        for _number in range(3):
            instructed(issue, settings)
        brought(settings, AT + timedelta(minutes=9))
        assert versions(settings) == 1
        brought(settings)
        assert versions(settings) == 2
        told(db.session.scalars(select(Instruction)).first() or instructed(issue, settings))
        brought(settings)
        brought(settings)
        assert versions(settings) == 2
        assert db.session.scalars(select(PaperDue)).all() == []

    def test_a_new_edition_takes_its_papers_along(self, settings: Settings) -> None:
        issue, director = published(), factories.person(Role.DIRECTOR)
        made = instructed(issue, settings)
        brought(settings)
        edition = publication.correct(
            issues.issue(issue.id), note="第一篇数字有误。", by=director, at=AT
        )
        edition.state = State.IN_APPROVAL
        db.session.add(edition)
        db.session.flush()
        number = factories.sign(edition, by=director).id
        tasks.begin(number)
        assert versions(settings) == 3
        assert not any(name.startswith(kept_papers.FOLDERS) for name in in_archive(settings))
        brought(settings, clock.now() + papers.SETTLED)
        assert versions(settings) == 4
        assert f"instructions/2026-{made.number:04d}/instruction.json" in in_archive(settings)
        found = publications.of_issue(number)
        assert found is not None
        assert found.object_version == 3
        assert list(audit.verify(settings)) == []

    def test_what_is_not_registered_does_not_come_in(self, settings: Settings) -> None:
        told(factories.instruction(issue_=published(), registered=False))
        brought(settings)
        assert versions(settings) == 1


def on_a_paper(settings: Settings, *, restricted: bool = False) -> Instruction:
    """An instruction in the register, on what a higher office printed."""
    officer = factories.person(Role.OFFICER)
    paper = Paper(
        kind=PaperKind.ADOPTED,
        title="清溪县“一窗通办”",
        office="省政府办公厅",
        publication="专报信息",
        number="2026年第88期",
        level=Level.PROVINCE,
        dated_on=date(2026, 11, 12),
        kept_by=officer,
        kept_at=AT,
    )
    db.session.add(paper)
    made = factories.instruction(issue_=published(), registered=False)
    made.issue, made.item, made.paper, made.is_restricted = None, None, paper, restricted
    original = scan(settings, f"%PDF-{made.id}".encode())
    made.files.append(InstructionFile(attachment=original))
    if restricted:
        made.series = "限批"
    instructions.register(made, number=made.id, proposal="", by=officer, at=AT)
    told(made)
    return made


class TestOnAPaperFromElsewhere:
    def test_it_is_an_object_with_its_case_and_report_in_the_same_form(
        self, settings: Settings
    ) -> None:
        made = on_a_paper(settings)
        case = factories.case(instruction_=made)
        told(made)
        brought(settings)
        name = papers.paper_object(made.paper_id or 0)
        folder = f"instructions/2026-{made.number:04d}"
        assert set(in_archive(settings, name)) == {
            f"{folder}/instruction.json",
            f"{folder}/scan-1.pdf",
            f"reports/2026-{case.number:04d}/case.json",
        }
        store = stores.store(settings)
        record = json.loads(store.read(name, f"{folder}/instruction.json"))
        assert record["issue"] is None
        assert record["paper"] == "省政府办公厅《专报信息》2026年第88期《清溪县“一窗通办”》"
        assert record["elsewhere"] == {
            "kind": "上级采用",
            "office": "省政府办公厅",
            "publication": "专报信息",
            "number": "2026年第88期",
            "title": "清溪县“一窗通办”",
            "date": "2026-11-12",
            "level": "省级",
            "item": None,
        }
        [version] = store.versions(name)
        assert version.message.startswith("省政府办公厅《专报信息》2026年第88期")
        assert list(audit.verify(settings)) == []
        assert not [key for _number, key, _at in kept_papers.due() if not key.startswith("issue:")]

    def test_what_changes_makes_a_version_and_the_same_makes_none(self, settings: Settings) -> None:
        made = on_a_paper(settings)
        brought(settings)
        told(made)
        brought(settings)
        name = papers.paper_object(made.paper_id or 0)
        assert versions(settings, name) == 1
        assert made.paper is not None
        made.paper.level = Level.STATE
        outbox.tell(db.session, f"adoption:{made.paper_id}", AT)
        db.session.commit()
        brought(settings)
        assert versions(settings, name) == 2

    def test_it_is_missed_where_it_is_gone_and_told_where_it_waits(
        self, settings: Settings
    ) -> None:
        made = on_a_paper(settings)
        waited = AT + timedelta(days=2)
        assert kept_papers.overdue(waited) == 1
        brought(settings)
        assert kept_papers.overdue(waited) == 0
        store = stores.store(settings)
        name = papers.paper_object(made.paper_id or 0)
        shutil.rmtree(settings.archive_root / store.place_of(name))
        assert [(one.code, one.object_id) for one in audit.verify(settings)] == [("R03", name)]

    def test_one_for_named_people_only_tells_no_paper(self, settings: Settings) -> None:
        made = on_a_paper(settings, restricted=True)
        brought(settings)
        names = set(stores.store(settings).objects())
        assert papers.named_object(made.id) in names
        assert papers.paper_object(made.paper_id or 0) not in names
        assert list(audit.verify(settings)) == []

    def test_a_paper_that_nobody_wrote_on_makes_no_object(self, settings: Settings) -> None:
        made = on_a_paper(settings)
        brought(settings)
        before = set(stores.store(settings).objects())
        outbox.tell(db.session, f"adoption:{(made.paper_id or 0) + 1}", AT)
        db.session.commit()
        brought(settings)
        assert set(stores.store(settings).objects()) == before
        assert not [key for _number, key, _at in kept_papers.due() if not key.startswith("issue:")]

    def test_of_an_item_that_an_issue_of_ours_carried_it_lies_with_the_issue(
        self, settings: Settings
    ) -> None:
        made = on_a_paper(settings)
        made.issue = db.session.scalars(select(Issue)).unique().one()
        db.session.commit()
        brought(settings)
        assert papers.paper_object(made.paper_id or 0) not in set(stores.store(settings).objects())
        assert list(audit.verify(settings)) == []


class TestForNamedPeopleOnly:
    def test_it_is_an_object_of_its_own_that_tells_no_issue(self, settings: Settings) -> None:
        issue = published()
        made = instructed(issue, settings, restricted=True)
        brought(settings)
        assert versions(settings) == 1
        name = papers.named_object(made.id)
        assert set(in_archive(settings, name)) == {
            f"instructions/2026-{made.number:04d}/instruction.json",
            f"instructions/2026-{made.number:04d}/scan-1.pdf",
        }
        assert list(audit.verify(settings)) == []

    def test_no_package_holds_it_and_an_archivist_alone_gets_no_instruction(
        self, app: Flask, settings: Settings
    ) -> None:
        issue = published()
        instructed(issue, settings)
        instructed(issue, settings, restricted=True)
        brought(settings)
        db.session.add_all(
            actions.file_year(
                queries.to_file(2026),
                {},
                fonds="0042",
                year=2026,
                by=factories.person(Role.ARCHIVIST),
                at=AT,
            )
        )
        db.session.commit()
        archivist = Browser(app, factories.person(Role.ARCHIVIST))
        both = Browser(app, factories.person(Role.ARCHIVIST, Role.RESEARCHER))
        for browser in (archivist, both):
            browser.post("/filing/2026/package")
        [larger, smaller] = queries.packages(factories.person(Role.RESEARCHER))
        assert {larger.state, smaller.state} == {PackageState.READY}
        numbers = (smaller.id, larger.id)
        db.session.rollback()
        plain = self.texts(archivist, numbers[0])
        assert WORDS not in plain
        assert "instructions/" not in plain
        whole = self.texts(both, numbers[1])
        assert WORDS in whole
        assert "此事限知悉" not in plain + whole
        assert archivist.post(f"/filing/packages/{numbers[1]}").status_code == 404
        assert f"/filing/packages/{numbers[1]}" not in archivist.get("/filing/?year=2026").text

    def texts(self, browser: Browser, number: int) -> str:
        """Every name and every text of a package."""
        answer = browser.post(f"/filing/packages/{number}")
        assert answer.status_code == 200
        content = answer.data
        answer.close()
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            texts = [package.read(name).decode(errors="ignore") for name in package.namelist()]
            return "\n".join([*package.namelist(), *texts])


class TestWhateverHappens:
    def test_killed_behind_the_archive_the_next_try_makes_no_second_version(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        instructed(published(), settings)

        class Killed(BaseException):
            pass

        def die(name: str) -> None:
            if name == "papers.stored":
                raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(kept_papers, "reached", die)
            with pytest.raises(Killed):
                brought(settings)
        db.session.rollback()
        assert db.session.scalars(select(ArchivedPapers)).all() == []
        brought(settings)
        assert versions(settings) == 2
        [known] = db.session.scalars(select(ArchivedPapers))
        assert (known.version, known.beside) == (2, 1)
        assert list(audit.verify(settings)) == []

    def test_a_lost_scan_holds_up_no_other_and_is_told_after_a_day(
        self, settings: Settings
    ) -> None:
        lost = instructed(published(), settings)
        path_of(lost.files[0].attachment.digest, settings.files_path).unlink()
        other = factories.published_issue(serial_=factories.serial("信息快报", code="xxkb"))
        instructed(other, settings)
        brought(settings)
        assert (versions(settings), versions(settings, "xxkb-2026-001")) == (1, 2)
        waiting = [one for one in audit.verify(settings) if one.code == "R04"]
        assert len(waiting) == 1
        assert "没有入库" in waiting[0].sentence

    def test_papers_that_were_cut_off_are_named_and_healed_out_of_the_copy(
        self, settings: Settings
    ) -> None:
        settings = replace(settings, archive_copy=str(settings.instance / "second"))
        issue = published()
        made = instructed(issue, settings)
        brought(settings)
        store, copy = stores.store(settings), stores.copy(settings)
        assert copy is not None
        place = store.place_of(NAME)
        folder = Path(store.shelf.address) / place
        (folder / "v2").rename(settings.instance / "away")
        for name in ("inventory.json", "inventory.json.sha512"):
            (folder / name).write_bytes((folder / "v1" / name).read_bytes())
        codes = {one.code for one in audit.verify(settings)}
        assert "R03" in codes
        archive.heal(store, copy, place, at=AT)
        assert list(audit.verify(settings)) == []
        assert f"instructions/2026-{made.number:04d}/scan-1.pdf" in in_archive(settings)
