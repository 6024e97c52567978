"""In this file scanned pages are read: our own, rendered, turned a little and made noisy."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pypdfium2
import pytest
from flask import Flask
from PIL import Image
from rapidfuzz.distance import Levenshtein

import layouts
from publisher import clock
from publisher.config import Settings
from publisher.database import db
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import kept
from publisher.publication import queries as publications
from publisher.retrospect import entering, extraction, eye, pages, queries, readings, scans, tasks
from publisher.retrospect.drafts import Known, from_json
from publisher.retrospect.errors import Unreadable
from publisher.retrospect.model import OldFile, State
from publisher.retrospect.paragraphs import Extract, tight
from publisher.retrospect.recognition import recognise
from tests import factories
from tests.factories import Browser
from tests.publisher.retrospect import papers

KNOWN = Known(("政务信息",), frozenset())
TITLES = ("石桥镇三项举措抓好秋粮收储", "市水利局完成中小河流隐患排查")
DPI = 200


@cache
def paper() -> bytes:
    """An issue of two pages as PDF."""
    source = papers.source(titles=TITLES, layout="situation")
    document = layouts.compose(layouts.read_source(source))
    return layouts.typeset(document, "pdf", images={}).content


def sheets(content: bytes, askew: Sequence[float]) -> list[Image.Image]:
    """Pages as a scanner sees them: grey, not quite straight, with noise."""
    chance = np.random.default_rng(7)
    made = []
    with pypdfium2.PdfDocument(content) as document:
        for page, angle in zip(document, askew, strict=True):
            sheet = page.render(scale=DPI / 72).to_pil().convert("L")
            sheet = sheet.rotate(angle, fillcolor=250, resample=Image.Resampling.BICUBIC)
            grey = np.asarray(sheet).astype(float) + chance.normal(0, 15, sheet.size[::-1])
            made.append(Image.fromarray(grey.clip(0, 255).astype("uint8")))
    return made


@cache
def scanned() -> bytes:
    """The issue as a scanner hands it over: one TIFF file."""
    first, *others = sheets(paper(), (0.7, -0.5))
    stream = io.BytesIO()
    first.save(
        stream,
        "TIFF",
        save_all=True,
        append_images=others,
        dpi=(DPI, DPI),
        compression="tiff_lzw",
    )
    return stream.getvalue()


@cache
def pdf() -> bytes:
    return scans.bound(scanned())


@cache
def read() -> dict[int, dict[str, Any]]:
    """What the reader of pictures makes of its pages, through the child as an office does it."""
    return {page: scans.read_page(pdf(), page) for page in (1, 2)}


def test_pages_of_our_own_are_read_character_by_character() -> None:
    assert scans.can_read(), "the extra `ocr` is part of `check`"
    extract = pages.read_pdf(pdf())
    assert (extract.pages, extract.scanned, extract.paragraphs) == (2, (1, 2), ())
    found = scans.with_readings(extract, read())
    wanted = "".join(one.tight for one in pages.read_pdf(paper()).paragraphs)
    said = "".join(one.tight for one in found.paragraphs)
    assert Levenshtein.normalized_similarity(wanted, said) >= 0.98
    assert found.notes == ()


def test_a_scan_goes_the_same_way_as_any_old_issue() -> None:
    draft = recognise(scans.with_readings(pages.read_pdf(pdf()), read()), KNOWN)
    assert (draft.serial, draft.number, draft.total, draft.dated_on) == (
        "政务信息", 12, 487, "2015-03-09",
    )  # fmt: skip
    assert [tight(one.title) for one in draft.articles] == list(TITLES)
    assert draft.articles[0].source_line == "清溪县政府办公室供稿"
    assert draft.imprint["signer"] == "李签"
    # Nothing that was read off a picture comes into the archive unseen.
    assert set(draft.doubts) == {"ocr"}


def test_a_sheet_that_lay_upside_down_is_turned() -> None:
    sheet = sheets(paper(), (0, 0))[0]
    part = sheet.crop((150, 250, sheet.width - 150, 1000)).rotate(180)
    stream = io.BytesIO()
    part.save(stream, "PNG", dpi=(DPI, DPI))
    found = scans.read_page(scans.bound(stream.getvalue()), 1)
    assert found["turn"] == 180
    lines = scans.straight_lines(found, 1)
    assert any("云汀市人民政府办公室" in one.text for one in lines)


def box(
    text: str, left: float, top: float, *, sure: float = 0.99, lean: float = 0.0
) -> dict[str, Any]:
    """A run of 16 points; `lean` points lower at the right of each hundred."""
    right, down = left + 16 * len(text), lean * 16 * len(text) / 100
    corners = [[left, top], [right, top + down], [right, top + 16 + down], [left, top + 16]]
    return {"text": text, "sure": sure, "box": corners}


class TestOrder:
    def test_runs_on_one_height_of_a_leaning_sheet_are_one_line(self) -> None:
        long = box("石桥镇成立专班逐村摸底落实仓容三千二百吨", 80, 200, lean=2)
        left, right = (
            box("云汀市政府办公室编", 80, 160, lean=2),
            box("二〇一五年", 430, 167, lean=2),
        )
        reading = {"width": 595, "height": 842, "lines": [right, long, left]}
        lines = scans.straight_lines(reading, 1)
        assert [one.text for one in lines] == ["云汀市政府办公室编\t二〇一五年", long["text"]]

    def test_a_folio_is_left_out_and_a_page_that_failed_is_told(self) -> None:
        reading = {"width": 595, "height": 842, "lines": [box("—3—", 280, 790)]}
        assert scans.straight_lines(reading, 1) == []
        found = scans.with_readings(Extract((), 1, scanned=(1,)), {1: {"failed": True}})
        assert found.notes == ("第1页没有识别出来，请对照页面填写。",)

    def test_lines_that_are_not_sure_are_told_with_their_page(self) -> None:
        lines = [box("落实仓容三千二百吨", 80, 200, sure=0.7), box("已收购粮食", 80, 230)]
        reading = {"width": 595, "height": 842, "lines": lines}
        found = scans.with_readings(Extract((), 1, scanned=(1,)), {1: reading})
        assert [(one.page, one.text) for one in found.unsure] == [(1, "落实仓容三千二百吨")]


class TestHostile:
    def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(self) -> None:
        stream = io.BytesIO()
        Image.new("1", (20_000, 20_000)).save(stream, "TIFF", compression="group4")
        with pytest.raises(eye.Refused, match="像素过大"):
            eye.bind(stream.getvalue())

    def test_more_pages_than_anybody_waits_for_are_refused(self) -> None:
        stream = io.BytesIO()
        sheet = Image.new("1", (8, 8))
        sheet.save(stream, "TIFF", save_all=True, append_images=[sheet] * eye.MOST_PAGES)
        with pytest.raises(eye.Refused, match="分开补录"):
            eye.bind(stream.getvalue())

    @pytest.mark.parametrize(
        "content", [b"", b"II*\0broken", scanned()[:2000], b"\x89PNG\r\n\x1a\n"]
    )
    def test_half_a_picture_is_refused_in_words(self, content: bytes) -> None:
        with pytest.raises(eye.Refused, match="已损坏"):
            eye.bind(content)

    def test_a_child_that_is_killed_ends_in_a_sentence(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(scans, "WAIT", 0.01)
        with pytest.raises(Unreadable, match="规定时间"):
            scans.read_page(paper(), 1)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
    def test_every_kind_of_picture_becomes_a_page_of_its_size(self, mode: str) -> None:
        stream = io.BytesIO()
        form = "TIFF" if mode in {"CMYK", "I;16"} else "PNG"
        Image.new(mode, (827, 1169)).save(stream, form, dpi=(100, 100))
        with pypdfium2.PdfDocument(eye.bind(stream.getvalue())) as document:
            width, height = document[0].get_size()
        assert (round(width), round(height)) == (595, 842)


@pytest.mark.usefixtures("records")
class TestOffice:
    @pytest.fixture
    def archivist(self) -> Person:
        factories.serial("政务信息", code="zwxx")
        return factories.person(Role.ARCHIVIST)

    @pytest.fixture(autouse=True)
    def _without_children(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The pages were read above; here it is the way through the office."""
        monkeypatch.setattr(extraction, "bound", lambda _content: pdf())
        monkeypatch.setattr(extraction, "in_child", lambda content, _form: pages.read_pdf(content))
        monkeypatch.setattr(scans, "read_page", lambda _pdf, page: unsure_of_one(read()[page]))

    def taken(self, settings: Settings, by: Person) -> OldFile:
        old = entering.keep(
            scanned(), "2015年第12期.tif", settings, tells_counters=True, by=by, at=clock.now()
        )
        db.session.commit()
        return old

    def test_a_scan_is_read_page_by_page_and_looked_over_beside_its_lines(
        self, app: Flask, settings: Settings, archivist: Person
    ) -> None:
        number = self.taken(settings, archivist).id
        db.session.rollback()
        said = [entering.read(number, settings) for _page in range(3)]
        assert said == [True, True, False]
        db.session.expire_all()
        old = queries.old_file(number)
        assert (old.state, old.pages) == (State.REVIEW, 2)
        draft = from_json(old.draft)
        assert [tight(one.title) for one in draft.articles] == list(TITLES)
        browser = Browser(app, archivist)
        page = browser.get(f"/retrospect/files/{number}").text
        assert "扫描件的文字是从图上识别的" in page
        assert draft.unsure[0].text in page
        with browser.get(f"/retrospect/files/{number}/lines/0.png") as picture:
            assert picture.data.startswith(b"\x89PNG")
        assert browser.get(f"/retrospect/files/{number}/lines/99.png").status_code == 404
        typed = {
            "serial": "政务信息", "number": "12", "total": "487", "dated_on": "2015-03-09",
            "title": [one.title for one in draft.articles],
            "body": [one.body for one in draft.articles],
            "source_line": ["", ""], "section": ["", ""], "do": "enter",
        }  # fmt: skip
        assert browser.post(f"/retrospect/files/{number}", typed).status_code == 302
        db.session.expire_all()
        publication = publications.of_issue(queries.old_file(number).issue_id or 0)
        assert publication is not None
        assert publication.issue.dated_on == date(2015, 3, 9)
        assert kept.read(publication, "original.tif", settings) == scanned()
        assert kept.read(publication, "issue.pdf", settings) == pdf()

    def test_reading_goes_on_where_a_process_died(
        self, settings: Settings, archivist: Person
    ) -> None:
        number = self.taken(settings, archivist).id
        db.session.rollback()
        assert entering.read(number, settings)
        assert readings.progress(number, settings) == (0, 2)
        assert entering.read(number, settings)
        assert readings.progress(number, settings) == (1, 2)
        with readings.held(number, settings):
            assert not entering.read(number, settings)
            assert readings.progress(number, settings) == (1, 2)
        db.session.rollback()
        # Nobody holds it and nobody will come to it: it is gone on with in the same minute.
        tasks.take_up()
        db.session.expire_all()
        assert queries.old_file(number).state == State.REVIEW
        assert not list(readings.folder_of(number, settings).glob("*.json"))

    def test_what_waits_in_the_queue_is_not_read_a_second_time(
        self, settings: Settings, archivist: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = self.taken(settings, archivist).id
        db.session.rollback()
        monkeypatch.setattr(type(tasks.read_old_file), "queued", lambda _job: {(number,)})
        tasks.take_up()
        db.session.expire_all()
        assert queries.old_file(number).state == State.WAITING

    def test_without_the_part_a_scan_is_kept_and_may_be_typed(
        self,
        app: Flask,
        settings: Settings,
        archivist: Person,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(scans, "can_read", lambda: False)
        number = self.taken(settings, archivist).id
        db.session.rollback()
        tasks.read_old_file(number)
        db.session.expire_all()
        old = queries.old_file(number)
        assert (old.state, old.pages, set(old.draft["doubts"])) == (
            State.REVIEW,
            2,
            {"scan", "no_ocr"},
        )
        browser = Browser(app, archivist)
        page = browser.get(f"/retrospect/files/{number}").text
        assert "装上文字识别组件" in page
        assert ">重新识别<" not in page
        monkeypatch.setattr(scans, "can_read", lambda: True)
        assert ">重新识别<" in browser.get(f"/retrospect/files/{number}").text
        browser.post(f"/retrospect/files/{number}/again", {})
        db.session.expire_all()
        assert set(queries.old_file(number).draft["doubts"]) == {"ocr"}


def unsure_of_one(reading: dict[str, Any]) -> dict[str, Any]:
    """The same, but for one long line that the reader doubts, with its picture."""
    stream = io.BytesIO()
    Image.new("L", (40, 10), "white").save(stream, "PNG")
    longest = max(reading["lines"], key=lambda one: len(one["text"]))
    doubted = longest | {"sure": 0.6, "picture": base64.b64encode(stream.getvalue()).decode()}
    lines = [doubted if one is longest else one for one in reading["lines"]]
    return {**reading, "lines": lines}
