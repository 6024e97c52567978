"""In this file papers of another instance are told: beside their issue, and each on its page.

Their records come from outside: whatever is told is taken for text, and what is missing is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from publisher.clock import OFFICE_ZONE
from publisher.exchange import queries
from publisher.exchange.model import PastPaper
from publisher.filing import papers
from publisher.issues.model import Issue
from publisher.language import day, moment
from publisher.library import queries as library
from publisher.library import reading
from publisher.people.model import Person
from publisher.people.permission import Permission

papers.come_with(queries.papers_version)


@reading.stands_beside
def on_issue(issue: Issue, person: Person) -> list[dict[str, object]]:
    """The instructions that came with an issue, to those who may know of every one."""
    if not (
        person.may(Permission.Instructions.SEE_ALL) or person.may(Permission.Instructions.REGISTER)
    ):
        return []
    editions = [issue.id, *(one.id for one in library.editions_before(issue))]
    newer = library.newer_edition(issue, person)
    found = queries.on_issue([*editions, *([newer.id] if newer else [])])
    return [_entry(one) for one in found if one.kind == "instruction"]


def _entry(found: PastPaper) -> dict[str, object]:
    return {
        "id": f"p{found.id}",
        "block": "",
        "start": 0,
        "quote": "",
        "prefix": "",
        "suffix": "",
        "body": text(found.record, "words"),
        "who": _leader(found.record),
        "moment": day_of(found.record, "written_on") or found.issue.dated_on,
        "state": None,
        "tone": "instruction",
        "url": url_for("exchange.paper", number=found.id),
        "standing": None,
        "was": "",
    }


def text(record: Mapping[str, Any], *names: str) -> str:
    """A text of a record, by the names that lead to it."""
    found: Any = record
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return str(found) if isinstance(found, str | int | float) else ""


def day_of(record: Mapping[str, Any], name: str) -> date | None:
    """A day of a record; none where it tells none."""
    try:
        return date.fromisoformat(text(record, name)[:10])
    except ValueError:
        return None


def _leader(record: Mapping[str, Any]) -> str:
    return text(record, "leader", "post") + text(record, "leader", "name")


def title_of(found: PastPaper) -> str:
    """What a paper is called."""
    record = found.record
    if found.kind == "instruction":
        return str(
            _("%(leader)s的批示 %(number)s", leader=_leader(record), number=text(record, "number"))
        )
    if found.kind == "case":
        return f"{text(record, 'number')} {text(record, 'matter')}".strip()
    unit = text(record, "unit", "short_name")
    return f"{unit}{text(record, 'stage')} {text(record, 'case')}".strip()


def facts_of(found: PastPaper) -> list[tuple[str, str]]:
    """What a paper tells in a word or two."""
    record = found.record
    if found.kind == "instruction":
        return [
            (_("类别"), text(record, "disposition")),
            (_("批示日期"), _day(record, "written_on")),
            (_("办理期限"), _day(record, "limit_on")),
            (_("交给"), _names(record.get("addressees"))),
            (_("拟办意见"), text(record, "proposal")),
            (_("登记"), text(record, "registered_by")),
            (_("状态"), text(record, "state")),
        ]
    if found.kind == "case":
        units = record.get("units")
        told = [
            f"{text(one, 'name')}（{text(one, 'part')}）"
            for one in (units if isinstance(units, list) else [])
            if isinstance(one, Mapping)
        ]
        return [
            (_("批示"), text(record, "instruction")),
            (_("单位"), _names(told)),
            (_("办理期限"), _day(record, "due_on")),
            (_("督查员"), text(record, "officer")),
            (_("状态"), text(record, "state")),
        ]
    return [
        (_("督办事项"), text(record, "case")),
        (_("单位"), text(record, "unit", "name")),
        (_("签发"), text(record, "signer")),
        (_("报送时间"), _moment(record, "reported_at")),
        (_("状态"), text(record, "state")),
    ]


def texts_of(found: PastPaper) -> list[tuple[str, str]]:
    """What a paper says: title and text of each part that is not empty."""
    parts: Mapping[str, list[tuple[str, tuple[str, ...]]]] = {
        "instruction": [(_("批示内容"), ("words",)), (_("抄清"), ("fair_copy", "text"))],
        "case": [(_("办理要求"), ("demand",)), (_("办理结果"), ("result",))],
        "report": [
            (_("落实过程"), ("process",)),
            (_("基本情况"), ("situation",)),
            (_("意见和建议"), ("proposals",)),
            (_("督查室答复"), ("answer",)),
        ],
    }
    told = [(word, text(found.record, *path)) for word, path in parts[found.kind]]
    return [(word, said) for word, said in told if said]


def _names(given: Any) -> str:
    return "、".join(str(one) for one in given) if isinstance(given, list) else ""


def _day(record: Mapping[str, Any], name: str) -> str:
    found = day_of(record, name)
    return str(day(found)) if found else ""


def _moment(record: Mapping[str, Any], name: str) -> str:
    try:
        found = datetime.fromisoformat(text(record, name))
    except ValueError:
        return ""
    return str(moment(found if found.tzinfo else found.replace(tzinfo=OFFICE_ZONE)))
