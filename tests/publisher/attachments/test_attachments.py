"""In this file uploads are looked into, refused with a sentence or kept under their digest."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import random
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageFile
from werkzeug.datastructures import FileStorage

from publisher.attachments import actions, pictures, queries
from publisher.attachments.answers import send
from publisher.attachments.model import Attachment
from publisher.attachments.protection import is_locked
from publisher.errors import InputRefused, NotFound
from tests import factories
from tests.publisher.attachments import samples

pytestmark = pytest.mark.usefixtures("records")


def keep(content: bytes, name: str, folder: Path, at: datetime, caption: str = "") -> Attachment:
    upload = FileStorage(io.BytesIO(content), filename=name)
    return actions.keep_file(upload, folder=folder, by=factories.SYSTEM, at=at, caption=caption)


class TestFitting:
    """A page shows a photo in its own size; the original stays one tap away."""

    def test_a_large_photo_is_made_smaller_once_and_stands_upright(self, tmp_path: Path) -> None:
        noise = Image.effect_noise((4000, 2400), 90).convert("RGB")
        stream, exif = io.BytesIO(), Image.Exif()
        exif[0x0112] = 6
        noise.save(stream, "JPEG", quality=95, exif=exif)
        original = stream.getvalue()
        made, media_type = pictures.fitting(original, "image/jpeg", tmp_path / "pictures")
        with Image.open(io.BytesIO(made)) as image:
            assert (image.size, media_type) == ((960, 1600), "image/jpeg")
            assert not image.getexif()
        assert len(made) * 4 < len(original)
        (kept,) = (one for one in (tmp_path / "pictures").rglob("*") if one.is_file())
        kept.write_bytes(b"as it was kept")
        assert (
            pictures.fitting(original, "image/jpeg", tmp_path / "pictures")[0] == b"as it was kept"
        )

    def test_what_fits_or_cannot_be_read_is_sent_as_it_is(self, tmp_path: Path) -> None:
        small, odd = samples.photo(), b"\x89PNG" + b"x" * pictures.FITS_ANYWAY
        assert pictures.fitting(small, "image/png", tmp_path / "pictures") == (small, "image/png")
        assert pictures.fitting(odd, "image/png", tmp_path / "pictures") == (odd, "image/png")
        assert not list((tmp_path / "pictures").glob("*"))

    def test_on_a_full_disk_it_is_shown_and_nothing_half_written_stays(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_staged: Path, _path: Path) -> Path:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        stream = io.BytesIO()
        Image.effect_noise((2000, 1200), 90).convert("RGB").save(stream, "JPEG", quality=95)
        monkeypatch.setattr(Path, "replace", full)
        made, _media_type = pictures.fitting(stream.getvalue(), "image/jpeg", tmp_path / "pictures")
        with Image.open(io.BytesIO(made)) as image:
            assert image.size == (1600, 960)
        assert not [one for one in (tmp_path / "pictures").rglob("*") if one.is_file()]

    def test_clear_parts_of_a_drawing_stay_clear(self, tmp_path: Path) -> None:
        drawing = Image.effect_noise((1700, 900), 120).convert("RGBA")
        drawing.putalpha(Image.effect_noise((1700, 900), 60))
        stream = io.BytesIO()
        drawing.save(stream, "PNG")
        made, media_type = pictures.fitting(stream.getvalue(), "image/png", tmp_path / "pictures")
        with Image.open(io.BytesIO(made)) as image:
            assert (image.width, image.mode, media_type) == (1600, "RGBA", "image/png")


class TestTaken:
    def test_what_offices_send_is_known_by_its_bytes(self) -> None:
        word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        for name, content, media_type in (
            ("现场.png", samples.photo(), "image/png"),
            ("现场.JPG", samples.photo("JPEG"), "image/jpeg"),
            ("手机.jpg", samples.telephone_photo(), "image/jpeg"),
            ("报告.pdf", samples.PDF, "application/pdf"),
            ("报告.docx", samples.office_file(), word),
            ("台账.xlsx", samples.office_file("xl/workbook.xml"), sheet),
            ("旧报告.doc", samples.OLD_WORD, "application/msword"),
            ("旧报告.wps", samples.OLD_WORD, "application/msword"),
            ("旧台账.xls", samples.OLD_WORD, "application/vnd.ms-excel"),
            ("说明.txt", "一窗通办".encode(), "text/plain; charset=utf-8"),
            ("台账.csv", "县,件\n清溪,42".encode(), "text/plain; charset=utf-8"),
            (
                "旧文字.txt",
                "国标编码，㐀𠮷一窗通办".encode("gb18030"),
                "text/plain; charset=gb18030",
            ),
            ("旧台账.csv", "县,件\r\n清溪,42\r\n\x1a".encode("gbk"), "text/plain; charset=gb18030"),
        ):
            assert actions.look_into(content, name).media_type == media_type, name

    def test_a_photo_is_measured_and_a_file_is_not(self, tmp_path: Path, at: datetime) -> None:
        photo = keep(samples.photo(size=(64, 48)), "现场.png", tmp_path, at, "  办事大厅  ")
        assert (photo.width, photo.height, photo.caption) == (64, 48, "办事大厅")
        assert photo.is_photo
        assert not keep(samples.PDF, "报告.pdf", tmp_path, at).is_photo

    def test_a_photo_by_a_wrong_name_is_what_it_is(self, tmp_path: Path, at: datetime) -> None:
        assert keep(samples.photo("JPEG"), "现场.png", tmp_path, at).media_type == "image/jpeg"
        assert keep(samples.photo(), "报告.docx", tmp_path, at).media_type == "image/png"


LOCKED_FIB = b"\xec\xa5" + b"\0" * 8 + b"\x00\x01"
"""The first bytes of a .doc that a password locks: wIdent, and fEncrypted among the flags."""


class TestLocked:
    def test_a_file_that_only_looks_locked_is_not(self) -> None:
        for content in (
            samples.compound("WordDocument", b"\xec\xa5"),
            samples.compound("WordDocument", b"\0\0" + LOCKED_FIB[2:]),
            samples.compound("Encrypted"),
            samples.OLD_WORD + "EncryptedPackage".encode("utf-16-le"),
            samples.compound("WordDocument")[:1020],
            samples.office_file(),
        ):
            assert not is_locked(content)

    @pytest.mark.shared_data
    def test_real_locked_files_are_told_from_the_others(self, shared_data: Path) -> None:
        folder = shared_data / "docx-hostile"
        locked = {path.name for path in folder.iterdir() if is_locked(path.read_bytes())}
        assert locked == {
            "PasswordProtected.doc",
            "bug53475-password-is-pass.docx",
            "password_password_cryptoapi.doc",
            "protected_agile.docx",
            "protected_normal_case.docx",
            "testWORD_protected_drm.doc",
        }


class TestRefused:
    def test_what_is_not_taken_is_refused_with_a_sentence_that_names_it(self) -> None:
        broken = samples.photo(size=(200, 200))
        for name, content, sentence in (
            ("空.txt", b"", "是空的"),
            ("炸弹.png", samples.bomb(), "像素过大"),
            ("大炸弹.png", samples.bomb(2**31 - 1, 2**31 - 1), "像素过大"),
            ("断了.png", broken[: len(broken) // 2], "已损坏"),
            ("文字.png", "这不是照片".encode(), "不在可接收之列"),
            ("图.svg", samples.SVG, "不在可接收之列"),
            ("图.png", samples.SVG, "不在可接收之列"),
            ("网页.html", b"<script>alert(1)</script>", "不在可接收之列"),
            ("程序.exe", samples.PROGRAM, "不在可接收之列"),
            ("程序.docx", samples.PROGRAM, "不在可接收之列"),
            ("程序.txt", samples.PROGRAM, "不是 UTF-8 或 GB18030 编码的文本"),
            ("动图.gif", samples.photo("GIF"), "不在可接收之列"),
            ("图.bmp", samples.photo("BMP"), "不在可接收之列"),
            ("包.zip", samples.office_file(), "不在可接收之列"),
            ("断了.docx", b"PK\x03\x04" + b"\0" * 50, "已损坏"),
            ("炸弹.xlsx", samples.office_bomb(), "展开后过大"),
            ("西文.txt", "café naïve".encode("latin-1"), "不是 UTF-8 或 GB18030 编码的文本"),
            ("记事本.txt", "国标编码".encode("utf-16"), "另存为 UTF-8"),
            ("记事本.txt", "国标编码 42".encode("utf-16-le"), "另存为 UTF-8"),
            ("控制符.txt", "国标\x02编码".encode("gbk"), "另存为 UTF-8"),
            ("加密.docx", samples.compound("EncryptedPackage"), "设有打开密码"),
            ("加密.xlsx", samples.compound("EncryptedPackage"), "设有打开密码"),
            ("加密.doc", samples.compound("WordDocument", LOCKED_FIB), "设有打开密码"),
            ("限权.doc", samples.compound("\tDRMContent"), "受权限保护"),
            ("改名.docx", samples.OLD_WORD, "是旧格式改了扩展名"),
            ("改名.doc", samples.office_file(), "内容与扩展名不符"),
            ("网页.doc", b"\r\n<html><body>x</body></html>", "内容与扩展名不符"),
            ("富文本.doc", rb"{\rtf1\ansi x}", "内容与扩展名不符"),
        ):
            with pytest.raises(InputRefused, match=sentence) as refused:
                actions.look_into(content, name)
            assert name in refused.value.sentence
            assert refused.value.field == "files"

    def test_half_a_photo_is_refused_after_something_was_typeset(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
        for kind in ("PNG", "JPEG"):
            whole = samples.photo(kind, size=(200, 200))
            with pytest.raises(InputRefused, match="已损坏"):
                actions.look_into(whole[: len(whole) // 2], f"断了.{kind.lower()}")

    def test_nothing_of_what_is_refused_is_kept(self, tmp_path: Path, at: datetime) -> None:
        with pytest.raises(InputRefused):
            keep(samples.PROGRAM, "程序.exe", tmp_path, at)
        assert list(tmp_path.iterdir()) == [tmp_path / "instance"]

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "docx"])
    def test_a_damaged_file_is_taken_or_refused_and_never_breaks_the_door(self, kind: str) -> None:
        whole = samples.office_file() if kind == "docx" else samples.photo(kind)
        chance = random.Random(20_261_120)  # noqa: S311 - the same damage every time
        answers = set()
        for _turn in range(300):
            damaged = bytearray(whole)
            for _place in range(chance.randint(1, 6)):
                damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
            try:
                actions.look_into(bytes(damaged), f"坏件.{kind.lower()}")
                answers.add("taken")
            except InputRefused:
                answers.add("refused")
        assert answers == {"taken", "refused"}


class TestNames:
    def test_a_name_is_shown_and_never_a_path(self) -> None:
        for sent, shown in (
            ("../../etc/passwd", "passwd"),
            ("..\\..\\windows\\现场.png", "现场.png"),
            ("/", "未命名"),
            ("..", "未命名"),
            ("", "未命名"),
            ("a\0b\r\n.png", "ab.png"),
            ("报告\u202egnp.exe", "报告gnp.exe"),
            (".htaccess", "htaccess"),
            ("长" * 300 + ".png", "长" * 150 + ".png"),
            ("<b>.png", "<b>.png"),
        ):
            assert actions.shown_name(sent) == shown

    def test_a_name_that_climbs_writes_nothing_outside(self, tmp_path: Path, at: datetime) -> None:
        folder = tmp_path / "files"
        kept = keep(samples.photo(), "../../../../外面.png", folder, at)
        assert kept.name == "外面.png"
        written = [one for one in tmp_path.rglob("*") if one.is_file() and "db" not in one.name]
        assert written == [actions.path_of(kept.digest, folder)]


class TestKept:
    def test_the_bytes_come_back_as_they_were(self, tmp_path: Path, at: datetime) -> None:
        content = samples.photo()
        kept = keep(content, "现场.png", tmp_path, at)
        assert kept.digest == hashlib.sha256(content).hexdigest()
        assert kept.size == len(content)
        assert queries.content(kept, tmp_path) == content

    def test_the_same_bytes_lie_there_once_and_no_staged_file_is_left(
        self, tmp_path: Path, at: datetime
    ) -> None:
        folder = tmp_path / "files"
        for name in ("一.png", "二.png"):
            keep(samples.photo(), name, folder, at)
        assert len([one for one in folder.rglob("*") if one.is_file()]) == 1

    def test_a_disk_that_fails_leaves_no_half_file(
        self, tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(actions.os, "fsync", fail)
        folder = tmp_path / "files"
        with pytest.raises(OSError, match="No space"):
            keep(samples.photo(), "现场.png", folder, at)
        assert [one for one in folder.rglob("*") if one.is_file()] == []

    def test_a_file_the_disk_has_lost_is_not_found(self, tmp_path: Path, at: datetime) -> None:
        kept = keep(samples.PDF, "报告.pdf", tmp_path, at)
        actions.path_of(kept.digest, tmp_path).unlink()
        with pytest.raises(NotFound):
            queries.content(kept, tmp_path)


class TestSent:
    def test_photos_and_pdf_are_shown_in_place_and_everything_else_is_a_download(
        self, app: Flask, at: datetime
    ) -> None:
        folder = app.extensions["settings"].files_path
        for name, content, inline in (
            ("现场.png", samples.photo(), True),
            ("报告.pdf", samples.PDF, True),
            ("网页.txt", b"<script>alert(1)</script>", False),
            ("报告.docx", samples.office_file(), False),
        ):
            kept = keep(content, name, folder, at)
            with app.test_request_context():
                answer = send(kept, inline=True)
                answer.direct_passthrough = False
                assert answer.data == content
                disposition = answer.headers["Content-Disposition"]
                assert disposition.startswith("inline" if inline else "attachment"), name
                download = send(kept).headers["Content-Disposition"]
                assert download.startswith("attachment")
