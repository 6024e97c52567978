"""In this file a matter becomes a dossier that holds what its reader may know, and no more."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import docx
import pikepdf
import pypdfium2
import pytest
from flask import Flask

import layouts
from publisher import clock
from publisher.attachments import actions as attachments
from publisher.database import db
from publisher.followups.model import ReportFile
from publisher.people.model import Person
from publisher.settings import settings
from publisher.threads import dossier
from tests.factories import Browser
from tests.publisher.threads.life import RESULT, TITLE, WORDS, Life, hour

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with clock.standing_at(hour(30)):
        yield


@pytest.fixture
def life() -> Life:
    return Life()


def asked(app: Flask, who: Person, key: str, form: str) -> tuple[Browser, str]:
    """The browser and the address of a dossier that was made."""
    browser = Browser(app, who)
    made = browser.post(f"/threads/{key}/dossier", {"form": form})
    assert made.status_code == 302
    page = browser.get(made.location).text
    address = made.location.split("/waiting")[0]
    assert f'href="{address}"' in page
    return browser, address


def content(browser: Browser, address: str) -> bytes:
    with browser.get(address) as answer:
        assert answer.status_code == 200
        return bytes(answer.data)


def words_of(file: bytes) -> str:
    document = docx.Document(io.BytesIO(file))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def one_page_pdf() -> bytes:
    stream = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(stream)
    return stream.getvalue()


class TestDossier:
    def test_an_officer_gets_all_of_it(self, app: Flask, life: Life) -> None:
        told = words_of(content(*asked(app, life.officer, f"case:{life.case.id}", "docx")))
        for expected in (
            TITLE, WORDS, RESULT, "坝脚反滤处理完成。", "请抓紧。", life.case.number_text,
            "举一反三，全面排查。", "二、刊发内容", "来稿：" if life.submission.files else "无",
        ):  # fmt: skip
            assert expected in told, expected

    def test_what_a_person_may_not_see_is_absent(self, app: Flask, life: Life) -> None:
        people = life.people()
        told = words_of(
            content(*asked(app, life.reporter, f"submission:{life.submission.id}", "docx"))
        )
        assert "关于水库渗漏的报告" in told
        for hidden in (WORDS, RESULT, life.case.number_text, "举一反三"):
            assert hidden not in told, hidden
        stranger = Browser(app, people["another unit"])
        answer = stranger.post(f"/threads/case:{life.case.id}/dossier", {"form": "pdf"})
        assert answer.status_code == 404

    def test_pdf_attachments_stand_behind_it_and_it_is_its_makers_alone(
        self, app: Flask, life: Life
    ) -> None:
        kept = attachments.keep_bytes(
            one_page_pdf(), name="验收意见.pdf", folder=settings().files_path, caption="",
            by=life.handler, at=hour(8),
        )  # fmt: skip
        life.case.reports[-1].files.append(ReportFile(attachment=kept))
        db.session.commit()
        browser, address = asked(app, life.officer, f"case:{life.case.id}", "pdf")
        pdf = pypdfium2.PdfDocument(content(browser, address))
        last = pdf[len(pdf) - 1].get_textpage().get_text_range().strip()
        assert last == ""
        assert [one.get_title() for one in pdf.get_toc()][-1] == "附件1：验收意见.pdf"
        assert Browser(app, life.editor).get(address).status_code == 404
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dossier, "KEPT", timedelta(days=-400))
            dossier.clear_old(settings())
        assert browser.get(address).status_code == 404


class TestAppended:
    def test_a_broken_file_is_left_out_and_named(self) -> None:
        whole, left_out = layouts.appended(
            one_page_pdf(), {"甲": one_page_pdf(), "乙": b"%PDF-1.7 broken"}
        )
        assert left_out == ["乙"]
        assert len(pypdfium2.PdfDocument(whole)) == 2
        assert (
            layouts.appended(one_page_pdf(), {"甲": one_page_pdf()})[0]
            == (layouts.appended(one_page_pdf(), {"甲": one_page_pdf()})[0])
        )
