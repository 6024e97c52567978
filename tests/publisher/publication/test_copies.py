"""In this file numbered copies are given out, printed, signed for and taken back."""

from __future__ import annotations

import io
import zipfile

import docx
import pikepdf
import pypdfium2
import pytest
from flask import Flask

from publisher import history
from publisher.database import db
from publisher.issues.model import Issue
from publisher.people.permission import Role
from publisher.publication import copies, kept, press, queries
from publisher.publication.model import Channel
from publisher.settings import settings
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records", "that_day")

NAMES = ["周立言市长", "市水利局"]
SENT = {"recipients": "\n".join(NAMES), "channel": "by_hand", "sent_on": "2026-11-20"}


@pytest.fixture
def issue() -> Issue:
    return factories.published_issue()


@pytest.fixture
def editor(app: Flask) -> Browser:
    return Browser(app, factories.person(Role.EDITOR))


def words(pdf: bytes, page: int = 0) -> str:
    return pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()


class TestFiles:
    def test_each_copy_bears_its_number_and_reader_and_is_still_the_same_pages(
        self, issue: Issue, editor: Browser
    ) -> None:
        address = f"/publication/issues/{issue.id}/copies"
        assert editor.post(address, SENT).status_code == 302
        first, again = (editor.get(f"{address}/1.pdf").data for _ in range(2))
        second = editor.get(f"{address}/2.pdf").data
        assert first == again != second
        publication = queries.of_issue(issue.id)
        assert publication is not None
        plain = kept.read(publication, press.PDF, settings())
        assert "000001" in words(first)
        assert "周立言市长" in words(first)
        assert "000002" in words(second)
        assert "市水利局" in words(second)
        with pikepdf.open(io.BytesIO(first)) as pdf, pikepdf.open(io.BytesIO(plain)) as before:
            assert len(pdf.pages) == len(before.pages)
            with pdf.open_metadata() as own, before.open_metadata() as was:
                assert own.pdfa_status == was.pdfa_status == "3U"
            assert pdf.Root.MarkInfo.Marked
            assert set(pdf.attachments) == set(before.attachments) == {"source.json", "issue.md"}
            over = pdf.pages[0].Resources.XObject["/JianbaoCopy"]
            assert b"BDC" not in over.read_bytes()
            for font in over.Resources.Font.values():
                inner = font.DescendantFonts[0].FontDescriptor
                assert any(key in inner for key in ("/FontFile2", "/FontFile3"))

    def test_all_of_them_are_made_in_the_background_and_again_when_the_list_grows(
        self, issue: Issue, editor: Browser
    ) -> None:
        address = f"/publication/issues/{issue.id}/copies"
        editor.post(address, SENT)
        assert editor.get(f"{address}/all.zip").status_code == 404
        editor.post(f"{address}/files")
        with editor.get(f"{address}/all.zip") as answer:
            content = answer.data
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            assert [name[-10:] for name in names] == ["000001.pdf", "000002.pdf"]
            assert archive.read(names[0]) == editor.get(f"{address}/1.pdf").data
        editor.post(address, SENT | {"recipients": "市财政局"})
        assert editor.get(f"{address}/all.zip").status_code == 404
        assert [copy.number for copy in queries.copies_of(issue.id)] == [1, 2, 3]


class TestList:
    def test_receipts_and_returns_are_noted_once_and_told(
        self, issue: Issue, editor: Browser
    ) -> None:
        address = f"/publication/issues/{issue.id}/copies"
        editor.post(address, SENT)
        signed = {"signed_by": "郑收", "on": "2026-11-20"}
        assert editor.post(f"{address}/1/receipt", signed).status_code == 302
        assert editor.post(f"{address}/1/receipt", signed).status_code == 409
        late = editor.post(f"{address}/2/receipt", signed | {"on": "2026-11-21"})
        assert late.status_code == 422
        assert "今天以前" in late.text
        assert editor.post(f"{address}/1/return").status_code == 302
        assert editor.post(f"{address}/1/return").status_code == 409
        told = [one.act for one in history.entries_of(db.session, f"issue:{issue.id}")]
        assert told[-3:] == ["give_out_copies", "sign_for_copy", "take_back_copy"]
        word = docx.Document(io.BytesIO(editor.get(f"{address}/list.docx").data))
        rows = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
        assert rows[1][1:3] == ["000001", "周立言市长"]
        assert rows[1][5:] == ["郑收", "2026.11.20", "2026.11.20"]
        assert rows[2][5:] == ["", "", ""]
        assert editor.get(f"{address}/list.pdf").data.startswith(b"%PDF")

    def test_nobody_gets_two_and_what_was_typed_stays(self, issue: Issue, editor: Browser) -> None:
        address = f"/publication/issues/{issue.id}/copies"
        editor.post(address, SENT)
        answer = editor.post(address, SENT)
        assert answer.status_code == 422
        assert "“周立言市长”重复" in answer.text
        assert len(queries.copies_of(issue.id)) == 2

    def test_the_proposal_names_readers_and_recipients(self) -> None:
        factories.leader("周立言", post="市长")
        unit = factories.unit("云汀市水利局")
        serial = factories.serial(
            readers=("role:leader", f"unit:{unit.id}", "staff"),
            to_superior="省政府办公厅，市委、市政府领导。",
        )
        made = factories.signed_issue(serial_=serial)
        assert copies.proposed(made)[:4] == [
            "市长周立言", "云汀市水利局", "省政府办公厅", "市委、市政府领导",
        ]  # fmt: skip
        assert Channel.BY_HAND.source_word == "专人送达"

    def test_the_doors_are_closed_to_others(self, app: Flask, issue: Issue) -> None:
        address = f"/publication/issues/{issue.id}/copies"
        archivist = Browser(app, factories.person(Role.ARCHIVIST))
        assert archivist.get(address).status_code == 200
        assert archivist.post(address, SENT).status_code == 404
        leader = Browser(app, factories.leader())
        for door in ("", "/list.pdf", "/1.pdf", "/all.zip"):
            assert leader.get(address + door).status_code == 404, door
