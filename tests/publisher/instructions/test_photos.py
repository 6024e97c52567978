"""In this file photographed sheets find what they belong to, and hostile photos find nothing."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from datetime import date, datetime

import pypdfium2
import pytest
import segno
from flask import Flask
from PIL import Image, ImageFilter

from publisher import clock
from publisher.errors import InputRefused
from publisher.instructions import photos
from publisher.people.permission import Role
from tests import factories
from tests.factories import Browser


def code(text: str, scale: int = 8) -> Image.Image:
    stream = io.BytesIO()
    segno.make(text, error="m", micro=False).save(stream, kind="png", scale=scale, border=4)
    stream.seek(0)
    return Image.open(stream).convert("RGB")


def as_file(picture: Image.Image, kind: str = "JPEG") -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, quality=80)
    return stream.getvalue()


class TestReading:
    @pytest.mark.parametrize("degrees", [0, 7, 90, 181])
    def test_a_crooked_and_blurred_photo_is_read(self, degrees: int) -> None:
        page = Image.new("RGB", (3000, 4000), "#ddd8cc")
        page.paste(code("批〔2026〕12号", 12), (2200, 300))
        photo = page.rotate(degrees, expand=True, fillcolor="#888").filter(
            ImageFilter.GaussianBlur(2)
        )
        assert photos.numbers_on(as_file(photo)) == [("批", 2026, 12)]

    def test_other_codes_are_not_ours(self) -> None:
        assert photos.numbers_on(as_file(code("https://example.org/批〔2026〕12号"))) == []

    @pytest.mark.parametrize(
        "content",
        [b"", b"MZ\x90", b"%PDF-1.7", as_file(Image.new("RGB", (300, 300)))[:200], b"GIF89a" * 9],
    )
    def test_what_is_no_photo_is_refused_in_a_sentence(self, content: bytes) -> None:
        with pytest.raises(InputRefused, match="请上传JPG"):
            photos.numbers_on(content)

    def test_too_many_pixels_are_refused_before_they_are_unpacked(self) -> None:
        side = math.ceil(math.sqrt(photos.MOST_PIXELS)) + 1
        bomb = as_file(Image.new("1", (side, side)), "PNG")
        assert len(bomb) < 100_000
        with pytest.raises(InputRefused, match="像素过大"):
            photos.numbers_on(bomb)


@pytest.mark.usefixtures("records")
class TestDoor:
    @pytest.fixture(autouse=True)
    def _on_that_day(self, at: datetime) -> Iterator[None]:
        with clock.standing_at(at):
            yield

    def send(self, browser: Browser, content: bytes) -> tuple[int, str]:
        sent = {"photo": (io.BytesIO(content), "单据.jpg")}
        answer = browser.post("/instructions/photo", sent)
        return answer.status_code, answer.location or answer.text

    def test_the_sheet_that_was_printed_leads_back(self, app: Flask) -> None:
        instruction = factories.instruction()
        case = factories.case(instruction_=instruction)
        officer = factories.person(Role.OFFICER)
        browser = Browser(app, officer)
        own, its_case = f"/instructions/{instruction.id}", f"/cases/{case.id}"
        wanted = {
            f"{own}/sheets/fair_copy.pdf": own,
            f"{its_case}/sheets/supervision_notice.pdf": its_case,
        }
        stranger = Browser(app, factories.person(Role.HANDLER))
        for sheet, address in wanted.items():
            with pypdfium2.PdfDocument(browser.get(sheet).data) as pages:
                photo = as_file(pages[0].render(scale=2).to_pil().convert("RGB"))
            assert self.send(browser, photo) == (302, address)
            status, page = self.send(stranger, photo)
            assert status == 422
            assert "没有找到编号为" in page

    def test_the_slip_of_a_call_leads_the_desk_back(self, app: Flask, today: date) -> None:
        desk = Browser(app, factories.person(Role.EDITOR))
        unit = factories.unit()
        asked = {
            "kind": "solicitation",
            "title": "秋粮收购",
            "text": "请报进度。",
            "due_on": f"{today}",
        }
        path = desk.post("/calls/new", asked | {"units": [str(unit.id)]}).location or ""
        with pypdfium2.PdfDocument(desk.get(f"{path}/sheet.pdf").data) as pages:
            photo = as_file(pages[0].render(scale=2).to_pil().convert("RGB"))
        assert self.send(desk, photo) == (302, path)
        status, page = self.send(Browser(app, factories.person(Role.HANDLER)), photo)
        assert (status, "没有找到编号为“约稿〔2026〕1号”" in page) == (422, True)

    def test_a_photo_without_a_code_says_what_to_do(self, app: Flask) -> None:
        browser = Browser(app, factories.person(Role.OFFICER))
        status, page = self.send(browser, as_file(Image.new("RGB", (400, 400), "white")))
        assert (status, "把编号右边的方码拍清楚" in page) == (422, True)
        status, page = self.send(browser, as_file(code("批〔2026〕999号")))
        assert (status, "没有找到编号为“批〔2026〕999号”" in page) == (422, True)

    def test_a_photo_larger_than_the_site_takes_gets_a_clear_answer(self, app: Flask) -> None:
        app.config["MAX_CONTENT_LENGTH"] = 100_000
        browser = Browser(app, factories.person(Role.OFFICER))
        status, page = self.send(browser, b"\xff\xd8\xff" + bytes(100_001))
        assert status == 413
        assert "超过了允许的大小" in page
