"""In this file items come in from a file of lines, one JSON object each; a bad line is named."""

from __future__ import annotations

import gzip
import json
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, cast

from sqlalchemy import select

from publisher import clock
from publisher.database import db
from publisher.people.model import Person
from publisher.submissions import actions
from publisher.submissions.model import Channel, Kind, Submission

LONGEST_TITLE = 300
LONGEST_SOURCE = 200
LONGEST_KEY = 120
EARLIEST_YEAR = 1900
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


def open_lines(path: Path) -> IO[bytes]:
    """The file's lines, unpacked where it is gzip; each is decoded alone, so that one may fail."""
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def import_lines(
    lines: Iterable[bytes], *, by: Person, longest_body: int, only_month: str = ""
) -> Report:
    """Take the items in; every line but the bad ones, each key once, committed as it goes.

    `only_month` (2025-03) leaves out the lines of other months.
    """
    report = Report()
    for batch in _batches(lines):
        made: dict[int, Line] = {}
        for number, written in batch:
            try:
                line = read_line(text_of(written), longest_body)
            except BadLine as error:
                report.refused.append((number, str(error)))
                continue
            if line and (not only_month or line.day.isoformat().startswith(only_month)):
                made[number] = line
        _take(made.values(), by, report)
    return report


def text_of(written: bytes | BadLine) -> str:
    """A line's text without the mark some editors put before a file; raises `BadLine`."""
    if isinstance(written, BadLine):
        raise written
    try:
        return written.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadLine("不是 UTF-8 编码。") from error


def read_line(text: str, longest_body: int) -> Line | None:
    """One line, none if it is blank; raises `BadLine` saying which field is wrong."""
    if not text.strip():
        return None
    data = _object(text)
    return Line(
        key=_word(data, "id", most=LONGEST_KEY) or None,
        title=" ".join(_word(data, "title", most=LONGEST_TITLE, needed=True).split()),
        body=_paragraphs(_word(data, "body", most=longest_body, needed=True)),
        day=_day(data),
        source=_word(data, "source", most=LONGEST_SOURCE),
        kind=_kind(data),
    )


def _object(text: str) -> dict[str, object]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits is a ValueError that is no JSONDecodeError.
        raise BadLine("不是有效的 JSON。") from error
    if not isinstance(data, dict):
        raise BadLine("应为一组“名称：值”（JSON 对象）。")
    return data


def _word(data: dict[str, object], name: str, *, most: int, needed: bool = False) -> str:
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise BadLine(f"“{name}”应为文字。")
    text = (value or "").replace("\0", "")
    if needed and not text.strip():
        raise BadLine(f"缺少“{name}”。")
    if len(text) > most:
        raise BadLine(f"“{name}”过长，最多{most}字。")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadLine(f"“{name}”里有不成字的编码。")
    return text


def _day(data: dict[str, object]) -> date:
    try:
        day = date.fromisoformat(_word(data, "date", most=40, needed=True).strip())
    except ValueError as error:
        raise BadLine("“date”应为 2026-03-09 这样的日期。") from error
    if day.year < EARLIEST_YEAR:
        raise BadLine(f"“date”早于{EARLIEST_YEAR}年。")
    return day


def _kind(data: dict[str, object]) -> Kind:
    kind = _word(data, "kind", most=40) or Kind.DYNAMIC.value
    if kind not in set(Kind):
        raise BadLine(f"“kind”应为以下之一：{'、'.join(Kind)}。")
    return Kind(kind)


def _paragraphs(body: str) -> str:
    """A line of such a file is a paragraph; in Markdown a paragraph ends with an empty line."""
    return "\n\n".join(line.strip() for line in body.splitlines() if line.strip())


def _readable(lines: Iterable[bytes]) -> Iterator[bytes | BadLine]:
    """The lines as far as a packed file can be unpacked; the first that cannot ends it."""
    try:
        yield from lines
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield BadLine("压缩文件从这里起已损坏，其后各行没有读到。")


def _batches(lines: Iterable[bytes]) -> Iterator[list[tuple[int, bytes | BadLine]]]:
    batch: list[tuple[int, bytes | BadLine]] = []
    for number, line in enumerate(_readable(lines), 1):
        batch.append((number, line))
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def _take(lines: Iterable[Line], by: Person, report: Report) -> None:
    lines = list(lines)
    # The session forgets everything after each batch, so that memory does not grow; not the person.
    by = db.session.merge(by)
    keys = [line.key for line in lines if line.key]
    known = set(
        db.session.scalars(select(Submission.imported_as).where(Submission.imported_as.in_(keys)))
    )
    for line in lines:
        if line.key in known:
            report.known += 1
            continue
        if line.key:
            known.add(line.key)
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
