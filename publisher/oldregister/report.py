"""In this file what became of each row of an old register is written as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from publisher.oldregister.cells import Doubt
from publisher.oldregister.model import OldEntry

HEAD = (("工作表", 14), ("行", 7), ("结果", 12), ("存疑或未导入的原因", 48), ("原行内容", 90))


def spreadsheet(rows: Sequence[OldEntry], title: str) -> bytes:
    """Every row with its outcome and doubts; every cell is text, whatever stood in the workbook."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False}) as book:
        page = book.add_worksheet("导入报告")
        bold = book.add_format({"bold": True, "border": 1, "bg_color": "#f2f2f2"})
        plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        page.write_string(0, 0, title)
        for column, (word, width) in enumerate(HEAD):
            page.set_column(column, column, width)
            page.write_string(1, column, word, bold)
        for place, one in enumerate(rows, 2):
            told = "；".join(Doubt(code).source_word for code in one.doubts)
            cells = "\n".join(f"{heading}：{text}" for heading, text in one.cells)
            for column, text in enumerate(
                (one.sheet, str(one.row), one.outcome.source_word, told, cells[:32_000])
            ):
                page.write_string(place, column, text, plain)
        page.freeze_panes(2, 0)
        page.autofilter(1, 0, max(len(rows) + 1, 1), len(HEAD) - 1)
    return stream.getvalue()
