"""In this file issues get archive numbers, a year its list, and the archives their package."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import bagit
import docx
import openpyxl
import pytest
from flask import Flask

from publisher.config import Settings
from publisher.database import db
from publisher.errors import StepRefused
from publisher.filing import actions, packing, queries, sheets
from publisher.filing.model import PackageState
from publisher.issues import queries as issues
from publisher.issues.model import State
from publisher.people.permission import Role
from publisher.publication import actions as publication
from publisher.publication import describing, kept, press, tasks
from publisher.publication import queries as publications
from tests import factories
from tests.factories import Browser
from tests.publisher.publication.presses import fast_set_all

pytestmark = pytest.mark.usefixtures("records", "fast_press")


@pytest.fixture
def fast_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, fonds_number="0042")


def published(count: int = 2) -> None:
    serial = factories.serial("政务信息", code="zwxx")
    for _number in range(count):
        factories.published_issue(serial_=serial)
    flash = factories.serial("信息快报", code="xxkb", retention_years=0, position=5)
    factories.published_issue(serial_=flash)


def filed(settings: Settings) -> list[str]:
    made = actions.file_year(
        queries.to_file(2026),
        queries.last_numbers(2026),
        fonds=settings.fonds_number,
        year=2026,
        by=factories.person(Role.ARCHIVIST),
        at=factories.AT,
    )
    db.session.add_all(made)
    db.session.commit()
    return [one.archive_number for one in made]


class TestRecord:
    def test_the_object_carries_its_record_by_the_standard_s_names(
        self, settings: Settings
    ) -> None:
        issue = factories.published_issue(serial_=factories.serial("政务信息", code="zwxx"))
        found = publications.of_issue(issue.id)
        assert found is not None
        record = json.loads(kept.read(found, describing.JSON, settings))
        assert record["内容描述"]["题名"] == "《政务信息》第1期（总第1期）"
        assert record["内容描述"]["责任者"] == "云汀市人民政府办公室"
        assert record["来源"]["全宗号"] == "0042"
        assert record["管理"]["保管期限"] == "定期10年"
        digests = {one["文件名"]: one["校验值"] for one in record["电子属性"]}
        pdf = kept.read(found, press.PDF, settings)
        assert digests["issue.pdf"] == hashlib.sha512(pdf).hexdigest()
        root = ET.fromstring(kept.read(found, describing.XML, settings))  # noqa: S314 - our own
        assert root.findtext("内容描述/题名") == record["内容描述"]["题名"]
        assert len(root.findall("电子属性")) == len(record["电子属性"])

    def test_signs_that_xml_does_not_know_are_left_out(self) -> None:
        assert "\x0b" not in describing.as_xml({"题名": "一\x0b二"}).decode()
        ET.fromstring(describing.as_xml({"题名": "<一>&\x00"}))  # noqa: S314 - our own


class TestNumbers:
    def test_they_follow_retention_and_serial_and_never_change(self, settings: Settings) -> None:
        published()
        assert filed(settings) == [
            "0042-2026-D10-ZWXX-0001",
            "0042-2026-D10-ZWXX-0002",
            "0042-2026-Y-XXKB-0001",
        ]
        with pytest.raises(StepRefused, match="没有待编"):
            filed(settings)

    def test_a_later_issue_gets_the_next_and_a_correction_none_of_its_own(
        self, settings: Settings
    ) -> None:
        serial = factories.serial("政务信息", code="zwxx")
        director = factories.person(Role.DIRECTOR)
        first = factories.published_issue(serial_=serial)
        filed(settings)
        edition = publication.correct(
            issues.issue(first.id), note="数字有误。", by=director, at=factories.AT
        )
        edition.state = State.IN_APPROVAL
        db.session.add(edition)
        db.session.flush()
        number = factories.sign(edition, by=director).id
        db.session.rollback()
        tasks.begin(number)
        factories.published_issue(serial_=serial)
        assert filed(settings) == ["0042-2026-D10-ZWXX-0002"]
        assert [row.note for row in sheets.rows(2026)] == ["更正版", ""]

    def test_without_a_fonds_number_none_is_given(self) -> None:
        published(1)
        with pytest.raises(StepRefused, match="全宗号"):
            actions.file_year(
                queries.to_file(2026),
                {},
                fonds="",
                year=2026,
                by=factories.person(Role.ARCHIVIST),
                at=factories.AT,
            )


class TestLists:
    def test_a_table_holds_texts_only(self, settings: Settings) -> None:
        serial = factories.serial("政务信息", code="zwxx")
        item = factories.item(serial_=serial, title="=HYPERLINK(1)")
        factories.published_issue(serial_=serial, items=[item])
        filed(settings)
        book = openpyxl.load_workbook(io.BytesIO(sheets.as_table(sheets.rows(2026))))
        [head, row] = list(book.active.iter_rows())
        assert [cell.value for cell in head][:5] == ["序号", "档号", "文件编号", "责任者", "题名"]
        assert {cell.data_type for cell in row} <= {"s", "n"}
        assert row[4].value == "《政务信息》=HYPERLINK(1)"
        assert row[1].value == "0042-2026-D10-ZWXX-0001"

    def test_the_archivist_takes_every_form_from_the_page(
        self, app: Flask, settings: Settings
    ) -> None:
        published()
        browser = Browser(app, factories.person(Role.ARCHIVIST))
        assert "编制档号（3件）" in browser.get("/filing/?year=2026").text
        assert browser.get("/filing/2026/list.xlsx").status_code == 404
        assert browser.post("/filing/2026/file").status_code == 302
        assert "0042-2026-Y-XXKB-0001" in browser.get("/filing/?year=2026").text
        word = docx.Document(io.BytesIO(browser.get("/filing/2026/list.docx").data))
        cells = [cell.text for row in word.tables[0].rows for cell in row.cells]
        assert "0042-2026-D10-ZWXX-0002" in cells
        assert browser.get("/filing/2026/list.pdf").data.startswith(b"%PDF")
        assert browser.get("/filing/2026/list.xlsx").data.startswith(b"PK")
        assert browser.get("/filing/2026/list.exe").status_code == 404
        assert settings.fonds_number == "0042"

    def test_others_do_not_find_the_room(self, app: Flask) -> None:
        browser = Browser(app, factories.person(Role.EDITOR))
        assert browser.get("/filing/").status_code == 404


class TestPackage:
    def test_it_is_a_whole_bag_whose_index_opens_by_itself(
        self, app: Flask, settings: Settings, tmp_path: Path
    ) -> None:
        published()
        numbers = filed(settings)
        browser = Browser(app, factories.person(Role.ARCHIVIST))
        assert browser.post("/filing/2026/package").status_code == 302
        [package] = queries.packages(factories.person(Role.RESEARCHER))
        assert (package.state, package.files, package.error) == (PackageState.READY, 3, "")
        number, digest = package.id, package.digest
        with browser.client.post(f"/filing/packages/{number}") as answer:
            content = answer.data
        assert hashlib.sha256(content).hexdigest() == digest
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(tmp_path)
        bag = bagit.Bag(str(tmp_path / "移交包-2026"))
        assert bag.is_valid()
        assert bag.info["External-Identifier"] == "0042-2026"
        data = tmp_path / "移交包-2026" / "data"
        page = (data / "index.html").read_text(encoding="utf-8")
        links = re.findall(r'(?:href|src)="([^"]+)"', page)
        assert len(links) == 9
        assert all((data / link).is_file() for link in links)
        assert "http" not in page
        # Only the titles are broken into lines; nothing else stands a character a line.
        assert page.count('<td class="title">') == 3
        assert "white-space:nowrap" in page
        assert not re.search(r"年0\d月|月0\d日", page)
        record = json.loads((data / numbers[0] / describing.JSON).read_text(encoding="utf-8"))
        assert record["档号"] == numbers[0]
        assert (data / "归档文件目录.xlsx").is_file()

    def test_what_is_damaged_is_not_handed_over(self, app: Flask, settings: Settings) -> None:
        published(1)
        filed(settings)
        found = publications.published()[0]
        path = Path(kept.address_of(found, press.PDF, settings))
        path.write_bytes(b"%PDF other")
        browser = Browser(app, factories.person(Role.ARCHIVIST))
        browser.post("/filing/2026/package")
        [package] = queries.packages(factories.person(Role.RESEARCHER))
        assert package.state == PackageState.FAILED
        assert "已损坏" in package.error
        assert browser.post(f"/filing/packages/{package.id}").status_code == 404
        assert not list(settings.packages_path.glob("*"))
        assert not packing.path_of(package.id, settings).exists()


@pytest.mark.parametrize(
    "masthead",
    ["兰汀市政府办公室", "兰汀市政府办公室编", "兰汀市政府办公室编印", "兰汀市政府办公室 主办"],
)
def test_the_responsible_office_stands_without_what_it_did(masthead: str) -> None:
    assert describing.responsible(masthead) == "兰汀市政府办公室"
