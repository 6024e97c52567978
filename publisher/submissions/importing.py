"""In this file items come in from a file of lines, one JSON object each; a bad line is named."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import IO

from sqlalchemy import select

from publisher import clock
from publisher.database import db
from publisher.people.model import Person
from publisher.submissions import actions
from publisher.submissions.model import Channel, Kind, Submission

LONGEST_TITLE = 300
AT_ONCE = 500
"""So many items are committed together."""


@dataclass
class Report:
    """What an import took and what it refused."""

    taken: int = 0
    known: int = 0
    """Lines whose key was imported before."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Line number and reason."""


class BadLine(Exception):
    """A line that cannot be taken, with the reason."""


@dataclass(frozen=True)
class Line:
    """One item of the file."""

    key: str | None
    title: str
    body: str
    day: date
    source: str
    kind: Kind


def open_lines(path: Path) -> IO[str]:
    """The file's text, unpacked where it is gzip."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def import_lines(
    lines: Iterable[str], *, by: Person, longest_body: int, only_month: str = ""
) -> Report:
    """Take the items in; every line but the bad ones, each key once, committed as it goes.

    `only_month` (2025-03) leaves out the lines of other months.
    """
    report = Report()
    for batch in _batches(lines):
        made: dict[int, Line] = {}
        for number, text in batch:
            if not text.strip():
                continue
            try:
                line = read_line(text, longest_body)
            except BadLine as error:
                report.refused.append((number, str(error)))
                continue
            if not only_month or line.day.isoformat().startswith(only_month):
                made[number] = line
        _take(made.values(), by, report)
    return report


def read_line(text: str, longest_body: int) -> Line:
    """One line; raises `BadLine` saying which field is wrong."""
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadLine("不是有效的 JSON。") from error
    if not isinstance(data, dict):
        raise BadLine("应为一组“名称：值”（JSON 对象）。")

    def word(name: str, *, needed: bool = False) -> str:
        value = data.get(name, "")
        if value is not None and not isinstance(value, str):
            raise BadLine(f"“{name}”应为文字。")
        if needed and not (value or "").strip():
            raise BadLine(f"缺少“{name}”。")
        return (value or "").replace("\0", "")

    title, body = " ".join(word("title", needed=True).split()), word("body", needed=True)
    if len(title) > LONGEST_TITLE:
        raise BadLine(f"“title”过长，最多{LONGEST_TITLE}字。")
    if len(body) > longest_body:
        raise BadLine(f"“body”过长，最多{longest_body}字。")
    try:
        day = date.fromisoformat(word("date", needed=True))
    except ValueError as error:
        raise BadLine("“date”应为 2026-03-09 这样的日期。") from error
    kind = word("kind") or Kind.DYNAMIC.value
    if kind not in set(Kind):
        raise BadLine(f"“kind”应为以下之一：{'、'.join(Kind)}。")
    return Line(word("id") or None, title, _paragraphs(body), day, word("source")[:200], Kind(kind))


def _paragraphs(body: str) -> str:
    """A line of such a file is a paragraph; in Markdown a paragraph ends with an empty line."""
    return "\n\n".join(line.strip() for line in body.splitlines() if line.strip())


def _batches(lines: Iterable[str]) -> Iterator[list[tuple[int, str]]]:
    batch: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        batch.append((number, line))
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def _take(lines: Iterable[Line], by: Person, report: Report) -> None:
    found = {line.key or f"\0{place}": line for place, line in enumerate(lines)}
    known = set(
        db.session.scalars(select(Submission.imported_as).where(Submission.imported_as.in_(found)))
    )
    for key, line in found.items():
        if key in known:
            report.known += 1
            continue
        at = datetime.combine(line.day, time(8, 0), clock.OFFICE_ZONE)
        db.session.add(
            actions.submit(
                actions.Draft(
                    title=line.title,
                    body=line.body,
                    kind=line.kind,
                    source=line.source,
                    event_at=at,
                    drafter=line.source[:60],
                ),
                by=by,
                at=at,
                channel=Channel.IMPORT,
                imported_as=line.key,
            )
        )
        report.taken += 1
    db.session.commit()
    db.session.expunge_all()
