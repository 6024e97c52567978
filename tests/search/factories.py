"""In this file tests of the search find invented records of an invented city."""

from __future__ import annotations

from datetime import date
from typing import Any

from search import Record

STAFF = frozenset({"staff"})


def record(which: int = 1, /, **given: Any) -> Record:
    """The record of one item, with what is given in place of the usual."""
    values: dict[str, Any] = {
        "id": f"item:{which}",
        "kind": "item",
        "title": "云汀市扎实推进防汛备汛工作",
        "text": "云汀市水务局组织力量对全市水库开展拉网式排查。",
        "date": date(2026, 3, 9),
        "readers": STAFF,
        "serial": "政务信息",
        "year": 2026,
    }
    return Record(**(values | given))
