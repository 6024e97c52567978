"""In this file tests find an invented issue in its JSON form, small enough to change by hand."""

from __future__ import annotations

from typing import Any

import layouts


def source(**changes: Any) -> dict[str, Any]:
    """A regular issue of two articles; `changes` replace its top-level members."""
    data: dict[str, Any] = {
        "form": 1,
        "layout": "regular",
        "serial": "政务信息",
        "number": 12,
        "total": 1487,
        "year": 2026,
        "date": "2026-03-09",
        "office": "云汀市人民政府办公室编",
        "handling": "内部资料　注意保存",
        "sections": [
            {
                "title": "工作动态",
                "articles": [
                    article("item-1", "清溪县推行“一窗通办”"),
                    article("item-2", "市水利局部署冬修水利", source_line="市水利局供稿"),
                ],
            }
        ],
        "imprint": {
            "to_superior": "省政府办公厅，市委、市政府领导。",
            "to_peer": "市人大、市政协办公室。",
            "to_subordinate": "各县（市、区）人民政府，市政府各部门。",
            "signer": "周立言",
            "checker": "何文",
            "editor": "沈青",
            "phone": "0999-2210018",
            "print_run": 85,
        },
    }
    return data | changes


def article(name: str, title: str, body: str = "今年以来，群众满意率达99.2%。", **more: Any) -> Any:
    """One article of the JSON form."""
    return {"id": name, "title": title, "body": body, **more}


def with_articles(*articles: Any, **changes: Any) -> dict[str, Any]:
    """An issue of these articles in one section without a name."""
    return source(sections=[{"title": "", "articles": list(articles)}], **changes)


def with_body(body: str, **changes: Any) -> dict[str, Any]:
    """An issue of one article with this text."""
    return with_articles(article("item-1", "清溪县推行“一窗通办”", body), **changes)


def document(data: dict[str, Any] | None = None) -> layouts.Document:
    """A source, read and composed."""
    return layouts.compose(layouts.read_source(source() if data is None else data))
