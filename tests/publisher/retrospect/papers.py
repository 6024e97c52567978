"""In this file tests set old issues on paper: by this house's own press, and by hand."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

import docx
from docx.shared import Pt

import layouts

TITLES = (
    "清溪县推行“一窗通办”提升政务服务效能",
    "石桥镇三项举措抓好秋粮收储",
    "市水利局完成中小河流隐患排查",
)
BODY = (
    "今年以来，清溪县聚焦群众办事“多头跑”问题，整合窗口42个，平均跑动次数由2.3次降至0.8次。\n\n"
    "下一步，将在12个乡镇设立便民服务点，选派业务骨干36人驻点办公，高频事项就近办理。"
)


def source(
    *,
    number: int = 12,
    total: int | None = 487,
    day: str = "2015-03-09",
    serial: str = "政务信息",
    titles: Sequence[str] = TITLES,
    layout: str = "regular",
    **given: object,
) -> dict[str, Any]:
    articles = [
        {
            "id": f"item-{place}",
            "title": title,
            "body": BODY,
            "source_line": "清溪县政府办公室供稿" if place == 1 else "",
            "stage": "",
            "instructions": [],
        }
        for place, title in enumerate(titles, 1)
    ]
    values: dict[str, Any] = {
        "form": 1,
        "layout": layout,
        "serial": serial,
        "number": number,
        "total": total,
        "year": int(day[:4]),
        "series": "main",
        "number_line": f"第{number}期（总第{total}期）" if total else f"第{number}期",
        "date": day,
        "office": "云汀市人民政府办公室编",
        "handling": "内部资料　注意保存",
        "urgency": "",
        "copy_number": "",
        "edition": 1,
        "correction": "",
        "editor_note": "",
        "sections": [
            {"title": "工作动态", "articles": articles[:-1]},
            {"title": "经验做法", "articles": articles[-1:]},
        ]
        if len(articles) > 1
        else [{"title": "", "articles": articles}],
        "imprint": {
            "to_superior": "市委、市政府领导。",
            "to_peer": "",
            "to_subordinate": "各县（市、区）人民政府，市政府各部门。",
            "extra": "",
            "signer": "李签",
            "checker": "王核",
            "editor": "周立言",
            "phone": "0999-2210001",
            "print_run": 85,
        },
        "archive_number": "",
        "language": "zh-CN",
    }
    return values | given


@cache
def word(number: int = 12, day: str = "2015-03-09", total: int = 487, text: str = "") -> bytes:
    """An old issue as Word, by our own press."""
    titles = [text, *TITLES[1:]] if text else TITLES
    document = layouts.compose(
        layouts.read_source(source(number=number, day=day, total=total, titles=titles))
    )
    return layouts.typeset(document, "docx", images={}).content


@cache
def pdf(number: int = 12, day: str = "2015-03-09", total: int = 487) -> bytes:
    """An old issue as PDF, by our own press."""
    document = layouts.compose(layouts.read_source(source(number=number, day=day, total=total)))
    return layouts.typeset(document, "pdf", images={}).content


def typed(lines: Sequence[str]) -> bytes:
    """A Word file of plain lines, as somebody typed it long ago; `*` before a line centres it."""
    made = docx.Document()
    for line in lines:
        paragraph = made.add_paragraph()
        run = paragraph.add_run(line.lstrip("*"))
        run.font.size = Pt(22 if line.startswith("*") else 16)
        if line.startswith("*"):
            paragraph.alignment = 1
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()
