"""In this file a matter becomes a dossier (卷宗): all of it that a person may read, in one file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from flask_babel import gettext as _

from publisher import clock
from publisher.attachments.actions import path_of
from publisher.attachments.model import Attachment
from publisher.config import Settings
from publisher.followups.model import Case, Part, Report
from publisher.instructions.model import Instruction
from publisher.instructions.sheets import carrier
from publisher.issues.source import articles
from publisher.language import day, moment
from publisher.library import sheets
from publisher.people.model import Person
from publisher.settings import settings
from publisher.threads import queries
from publisher.threads.queries import Parts
from publisher.threads.story import Event

FORMS = frozenset({"docx", "pdf"})
PDF_TYPE = "application/pdf"
MOST_APPENDED = 200_000_000
"""Bytes of all attachments that are put behind a dossier."""
KEPT = timedelta(days=1)
"""How long a dossier stays to be fetched."""

PHOTO = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
"""A photo in an article's Markdown; a dossier names it, its picture is on the issue's page."""

Rows = list[dict[str, str]]


def made(key: str, person: Person, form: str) -> bytes:
    """The dossier of the matter a part belongs to; raises `NotFound` as its page does."""
    story, parts = queries.story(key, person), queries.parts(key, person)
    files = list(_files(parts))
    words = {
        "office": settings().office_name,
        "number": _number(parts),
        "date": day(clock.today()),
        "title": story.title,
        "sent": str(story.sent),
        "printed": str(story.printed),
        "instructed": str(story.instructed),
        "days": str(story.days),
        "made_by": person.name,
        "no_files": "" if files else "无",
    }
    lists: dict[str, Rows] = {
        "events": [_event(one) for one in story.events],
        "articles": list(_articles(parts)),
        "instructions": [_instruction(one) for one in parts.instructions],
        "cases": [_case(one) for one in parts.cases],
        "reports": [_report(case, one) for case in parts.cases for one in case.reports],
        "files": [
            {"position": str(place), "name": file.name, "of": of}
            for place, (file, of) in enumerate(files, 1)
        ],
    }
    content = sheets.content("dossier", words, form, lists)
    return content if form == "docx" else _with_files(content, files, settings())


def path_for(person_id: int, token: str, form: str, office: Settings) -> Path:
    """Where a dossier that the worker makes for one person lies."""
    return office.staging_path / "dossiers" / str(person_id) / f"{token}.{form}"


def clear_old(office: Settings) -> None:
    """Remove dossiers that were made days ago."""
    oldest = (clock.now() - KEPT).timestamp()
    for path in (office.staging_path / "dossiers").glob("*/*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _number(parts: Parts) -> str:
    """What the matter is known by: the first number of a case, of an instruction, of an issue."""
    numbers = [one.number_text for one in parts.cases]
    numbers += [one.number_text for one in parts.instructions]
    if found := next(filter(None, numbers), ""):
        return found
    for printing in parts.printing:
        return f"{printing.issue.serial.name}{printing.issue.year}年{printing.issue.number_text}"
    return ""


def _event(one: Event) -> dict[str, str]:
    at = moment(one.at) if isinstance(one.at, datetime) else _plain_day(one.at)
    return {"at": at, "who": str(one.who), "what": str(one.what), "text": str(one.text)}


def _plain_day(value: date) -> str:
    return f"{value:%Y-%m-%d}"


def _articles(parts: Parts) -> Iterator[dict[str, str]]:
    """Each article of the matter as it was printed, in the words of its issue."""
    for printing in parts.printing:
        own = {f"item-{item.id}" for item in printing.items}
        issue = printing.issue
        for article in articles(issue.frozen or {"sections": []}):
            if article["id"] in own:
                yield {
                    "title": article["title"],
                    "carrier": f"《{issue.serial.name}》{issue.number_text}　{day(issue.dated_on)}",
                    "text": re.sub(
                        r"\n\s*\n+", "\n", sheets.plain(PHOTO.sub(r"（图：\1）", article["body"]))
                    ),
                    "source_line": f"（{article['source_line']}）"
                    if article["source_line"]
                    else "",
                }


def _instruction(one: Instruction) -> dict[str, str]:
    return {
        "number": one.number_text,
        "leader": f"{one.leader_post}{one.leader_name}",
        "written_on": day(one.written_on),
        "carrier": carrier(one),
        "kind": one.disposition.source_word,
        "text": one.words,
        "quote": f"所批原文：{one.quote}" if one.quote else "",
        "proposal": f"拟办意见：{one.proposal}" if one.proposal else "",
    }


def _case(one: Case) -> dict[str, str]:
    supports = "、".join(t.unit.short_name for t in one.tasks if t.part == Part.SUPPORT)
    chases = "\n".join(f"第{c.number}次催办（{moment(c.at)}）：{c.text}" for c in one.chases)
    return {
        "number": one.number_text,
        "matter": one.matter,
        "demand": one.demand,
        "lead": one.lead.unit.name,
        "supports": supports,
        "opened_on": day(one.opened_at.date()),
        "due_on": day(one.due_on),
        "state": one.state.source_word,
        "result": one.result,
        "chases": chases,
    }


def _report(case: Case, one: Report) -> dict[str, str]:
    parts = (
        ("落实过程：", one.process), ("基本情况：", one.situation), ("意见和建议：", one.proposals)
    )  # fmt: skip
    return {
        "case": case.number_text,
        "unit": one.unit.name,
        "stage": one.stage.source_word,
        "at": moment(one.reported_at),
        "text": "\n".join(f"{label}{sheets.plain(text)}" for label, text in parts if text),
        "answer": f"督查室意见：{one.answer}" if one.answer else "",
    }


def _files(parts: Parts) -> Iterator[tuple[Attachment, str]]:
    """Every file of the matter with what it came with, each once."""
    seen: set[str] = set()
    for file, of in _all_files(parts):
        if file.digest not in seen:
            seen.add(file.digest)
            yield file, of


def _all_files(parts: Parts) -> Iterator[tuple[Attachment, str]]:
    for one in parts.submissions:
        yield from ((file.attachment, f"来稿：{one.title}") for file in one.files)
    for instruction in parts.instructions:
        name = instruction.number_text or instruction.leader_name
        yield from ((file.attachment, f"批示：{name}") for file in instruction.files)
    for case in parts.cases:
        for report in case.reports:
            yield from (
                (file.attachment, f"{case.number_text}：{report.unit.short_name}")
                for file in report.files
            )


def _with_files(pdf: bytes, files: Iterable[tuple[Attachment, str]], office: Settings) -> bytes:
    """The dossier with the PDF attachments behind it, in the order of their list."""
    behind: dict[str, bytes] = {}
    size = 0
    for place, (file, _of) in enumerate(files, 1):
        path = path_of(file.digest, office.files_path)
        if file.media_type != PDF_TYPE or not path.is_file():
            continue
        size += path.stat().st_size
        if size > MOST_APPENDED:
            break
        behind[_("附件%(n)s：%(name)s", n=place, name=file.name)] = path.read_bytes()
    return sheets.appended(pdf, behind)
