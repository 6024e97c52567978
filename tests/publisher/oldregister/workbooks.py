"""In this file are registers as offices keep them in workbooks, good and bad, made on the spot."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

from openpyxl import Workbook


def bytes_of(book: Workbook) -> bytes:
    """A workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def plain(rows: list[list[Any]], *, sheet: str = "Sheet1", merges: tuple[str, ...] = ()) -> bytes:
    """One sheet with these rows."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(row)
    for one in merges:
        page.merge_cells(one)
    return bytes_of(book)


def register(title: str = "清溪县推行“一窗通办”提升政务服务效能") -> bytes:
    """A register of 2024 with a title, a head of two lines, merged cells and days of every kind."""
    rows: list[list[Any]] = [
        ["云汀市人民政府领导批示台账（2024年）"] + [None] * 9,
        ["编号", "批示", None, None, "来文标题", "刊物期号", "承办单位", "办理时限", "办理情况",
         "办结时间"],
        [None, "时间", "领导", "内容", None, None, None, None, None, None],
        ["批示〔2024〕1号", "2024.3.5", "副市长 沈明远", "请水利局抓紧办理。",
         "关于水库除险加固的报告", None, "水利局、财政局", "2024.4.5",
         "已办结，3座水库加固完成。", "2024年4月2日"],
        ["批〔2024〕7号", date(2024, 3, 8), "陆云山（省长）", "请总结推广。", title, None, "水利局",
         "15个工作日", "正在办理", None],
        [3, 45366, "张卫国同志", "阅。", None, "《水情快报》第3期", None, None, "阅知", None],
        [4, "4月1日", "市委书记李长河", "请抓好落实。", "关于春耕备耕的报告", None, "老农业办",
         None, "已完成", None],
        [None, None, None, None, None, None, "水利局", None, None, None],
        [5, "2024年13月1日", "沈明远", "请核。", "关于雨情的报告", None, "水利局", None, "办结",
         None],
        [6, "2024-05-06", "沈明远", None, "关于雨情的报告", None, "水利局", None, "办结", None],
    ]  # fmt: skip
    # The words on spring ploughing go to two units, in two rows that share the merged cells.
    merges = ("A1:J1", "B2:D2", "D7:D8", "B7:B8", "C7:C8", "E7:E8", "A7:A8", "I7:I8")
    return plain(rows, sheet="2024年", merges=merges)


def with_macro() -> bytes:
    """A workbook with a macro, under an innocent name."""
    source = io.BytesIO(register())
    stream = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"\0" * 100)
    return stream.getvalue()


def bomb() -> bytes:
    """A workbook whose sheet unpacks to three hundred megabytes."""
    source = io.BytesIO(register())
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name == "xl/worksheets/sheet1.xml":
                with new.open(name, "w") as part:
                    for _turn in range(300):
                        part.write(b" " * 1024 * 1024)
            else:
                new.writestr(name, old.read(name))
    return stream.getvalue()


def formulas() -> bytes:
    """A register with a formula that no program has reckoned, and with words that look like one."""
    rows: list[list[Any]] = [
        ["编号", "批示日期", "批示领导", "批示内容", "承办单位", "办理状态"],
        [1, "2024.3.5", "沈明远", "=HYPERLINK(\"http://x\",\"请办\")", "水利局", "已办结"],
        [2, "2024.3.6", "沈明远", "请抓紧办理。", "=CONCATENATE(\"水利\",\"局\")", "已办结"],
    ]  # fmt: skip
    return plain(rows)
