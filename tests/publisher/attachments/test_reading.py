"""In this file attached files are read by a bounded child, and found by whoever may open them."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from publisher.attachments import reading
from tests.publisher.attachments import samples


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


def word(text: str) -> bytes:
    paper, content = docx.Document(), io.BytesIO()
    paper.add_paragraph(text)
    paper.add_table(1, 1).cell(0, 0).text = "表中文字"
    paper.save(content)
    return content.getvalue()


def test_word_excel_and_text_files_give_their_words(tmp_path: Path) -> None:
    found = reading.text_of(kept(tmp_path, word("水库安全鉴定报告")), reading.WORD)
    assert "水库安全鉴定报告\n" in found
    assert "表中文字" in found
    book, content = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active["A1"] = "渗漏点"
    book.save(content)
    assert "渗漏点" in reading.text_of(kept(tmp_path, content.getvalue()), reading.EXCEL)
    for encoding in ("utf-8", "gb18030"):
        content = "纯文本㐀".encode(encoding)
        assert reading.text_of(kept(tmp_path, content), f"{reading.TEXT}{encoding}") == "纯文本㐀"


def test_a_pdf_gives_its_words(tmp_path: Path) -> None:
    from weasyprint import HTML  # noqa: PLC0415 - the press alone loads it elsewhere

    pdf = HTML(string="<p>Dam safety 7</p>").write_pdf()
    assert "Dam safety 7" in reading.text_of(kept(tmp_path, pdf), reading.PDF)


@pytest.mark.parametrize("media_type", [reading.PDF, reading.WORD, reading.EXCEL])
def test_what_is_broken_has_a_reason_and_no_text(tmp_path: Path, media_type: str) -> None:
    for content in (b"", b"PK\x03\x04 broken", b"%PDF-1.4 broken", samples.office_file()):
        with pytest.raises(reading.Unreadable, match="读不出"):
            reading.text_of(kept(tmp_path, content), media_type)


def test_bombs_end_with_the_child(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<a>" + b" " * 60_000_000 + b"</a>")
    with pytest.raises(reading.Unreadable):
        reading.text_of(kept(tmp_path, content.getvalue()), reading.WORD)
    laughs = '<!DOCTYPE a [<!ENTITY b "ha">' + "".join(
        f'<!ENTITY b{n} "{"&b" + (str(n - 1) if n > 1 else "") + ";"}'
        f'{"&b" + (str(n - 1) if n > 1 else "") + ";"}">' for n in range(1, 40)
    ) + "]><a><t>&b39;</t></a>"  # fmt: skip
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("word/document.xml", laughs)
    with contextlib.suppress(reading.Unreadable):
        assert len(reading.text_of(kept(tmp_path, content.getvalue()), reading.WORD)) < 1000


def test_a_reader_that_never_ends_is_ended(tmp_path: Path) -> None:
    with pytest.raises(reading.Unreadable, match="超时"):
        reading.text_of(kept(tmp_path, word("x")), reading.WORD, seconds=0.001)
