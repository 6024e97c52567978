"""In this file an instruction and what came of it become files for the archive.

Each has a folder with a record in JSON and the files that belong to it: `instructions/2026-0012`
with its scans, hand and fair copy, `reports/2026-0037` with a case and its accepted reports. The
records are described in docs/archive.md; the same instruction always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from publisher.attachments.actions import path_of
from publisher.attachments.model import Attachment
from publisher.errors import PublisherError
from publisher.followups.model import Case, Report, ReportState
from publisher.instructions import ink
from publisher.instructions.model import Instruction, Paper

FORM = 1
"""The version of the records' form."""
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


@dataclass(frozen=True)
class Drawn:
    """A file of a paper: kept on the disk under a digest, or made here."""

    content: bytes = b""
    digest: str = ""

    def read(self, files: Path) -> bytes:
        """Its bytes; raises `PublisherError` for a kept file that is lost or damaged."""
        if not self.digest:
            return self.content
        try:
            content = path_of(self.digest, files).read_bytes()
        except FileNotFoundError as error:
            raise PublisherError(_("附件“%(name)s”不在磁盘上。", name=self.digest)) from error
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise PublisherError(_("附件“%(name)s”已损坏。", name=self.digest))
        return content


Drawer = dict[str, Drawn]
"""Files by their place in the object."""


def drawer(instructions: Iterable[Instruction], cases: Iterable[Case]) -> Drawer:
    """Every file that these instructions and cases have in the archive."""
    files: Drawer = {}
    every = list(cases)
    for one in instructions:
        own = [case for case in every if case.instruction_id == one.id]
        files |= _instruction(one, own)
        for case in own:
            files |= _case(case)
    return files


def _instruction(one: Instruction, cases: Iterable[Case]) -> Drawer:
    folder = f"instructions/{_folder(one.year, one.number)}"
    files, told = _attached(folder, "scan", [file.attachment for file in _by_id(one.files)])
    for page in one.pages:
        name = f"hand-{page.page}.svg"
        files[f"{folder}/{name}"] = Drawn(ink.svg(page.strokes, page.height).encode())
        told.append({"file": name, "name": name, "media_type": "image/svg+xml"})
    copy, item = one.fair_copy, one.item
    record = {
        "form": FORM,
        "kind": "instruction",
        "number": one.number_text,
        "issue": {
            "serial": one.issue.serial.name,
            "number": one.issue.number_text,
            "date": _day(one.issue.dated_on),
            "edition": one.issue.edition,
        }
        if one.issue
        else None,
        "paper": one.paper.name if one.paper else "",
        "item": {"id": f"item-{item.id}", "title": item.title} if item else None,
        "passage": {"block": one.block, "start": one.start, "quote": one.quote},
        "leader": {
            "name": one.leader_name,
            "post": one.leader_post,
            "level": one.leader_level.source_word if one.leader_level else "",
            "rank": one.leader_rank.source_word if one.leader_rank else "",
        },
        "words": one.text,
        "disposition": one.disposition.source_word,
        "written_on": _day(one.written_on),
        "limit_on": _day(one.limit_on),
        "addressees": [addressee.name for addressee in one.addressees],
        "entered_by": one.entered_by.name,
        "entered_at": _moment(one.entered_at),
        "registered_by": one.registered_by.name if one.registered_by else "",
        "registered_at": _moment(one.registered_at),
        "proposal": one.proposal,
        "may_print": one.may_print,
        "state": one.state.source_word,
        "fair_copy": copy
        and {
            "text": copy.text,
            "transcribed_by": copy.transcribed_by.name,
            "checked_by": copy.checked_by.name if copy.checked_by else "",
            "checked_at": _moment(copy.checked_at),
        },
        "contests": [
            {
                "reason": contest.reason,
                "at": _moment(contest.at),
                "answer": contest.answer,
                "upheld": contest.is_upheld,
            }
            for contest in one.contests
        ],
        "cases": [case.number_text for case in cases],
        "files": told,
    }
    if one.paper is not None and one.issue is None:
        record["elsewhere"] = _paper(one.paper)
    files[f"{folder}/instruction.json"] = Drawn(_as_json(record))
    return files


def _paper(paper: Paper) -> Mapping[str, Any]:
    """The paper from elsewhere that an instruction stands on."""
    return {
        "kind": paper.kind.source_word,
        "office": paper.office,
        "publication": paper.publication,
        "number": paper.number,
        "title": paper.title,
        "date": _day(paper.dated_on),
        "level": paper.level.source_word if paper.level else "",
        "item": {"id": f"item-{paper.item.id}", "title": paper.item.title} if paper.item else None,
    }


def _case(case: Case) -> Drawer:
    folder = f"reports/{_folder(case.year, case.number, case.id)}"
    record = {
        "form": FORM,
        "kind": "case",
        "number": case.number_text,
        "instruction": case.instruction.number_text,
        "follows": case.follows.number_text if case.follows else "",
        "matter": case.matter,
        "demand": case.demand,
        "units": [
            {"name": task.unit.name, "short_name": task.unit.short_name, "part": _word(task.part)}
            for task in case.tasks
        ],
        "officer": case.officer.name,
        "opened_at": _moment(case.opened_at),
        "due_on": _day(case.due_on),
        "shown_at": _moment(case.shown_at),
        "closed_at": _moment(case.closed_at),
        "result": case.result,
        "state": case.state.source_word,
        "look_backs": [
            {
                "at": _moment(one.at),
                "means": one.means,
                "findings": one.findings,
                "held": one.has_held,
            }
            for one in case.look_backs
        ],
    }
    files: Drawer = {f"{folder}/case.json": Drawn(_as_json(record))}
    accepted = [one for one in case.reports if one.state == ReportState.ACCEPTED]
    for place, report in enumerate(accepted, 1):
        files |= _report(f"{folder}/report-{place}", report, case)
    return files


def _report(folder: str, report: Report, case: Case) -> Drawer:
    files, told = _attached(folder, "file", [file.attachment for file in _by_id(report.files)])
    record = {
        "form": FORM,
        "kind": "report",
        "case": case.number_text,
        "unit": {"name": report.unit.name, "short_name": report.unit.short_name},
        "stage": report.stage.source_word,
        "process": report.process,
        "situation": report.situation,
        "proposals": report.proposals,
        "signer": report.signer,
        "reported_by": report.reported_by.name,
        "reported_at": _moment(report.reported_at),
        "state": report.state.source_word,
        "answer": report.answer,
        "files": told,
    }
    files[f"{folder}/report.json"] = Drawn(_as_json(record))
    return files


def _attached(
    folder: str, word: str, attachments: Iterable[Attachment]
) -> tuple[Drawer, list[dict[str, Any]]]:
    """Attached files under plain names, and what the record says of each."""
    files: Drawer = {}
    told = []
    for place, one in enumerate(attachments, 1):
        name = f"{word}-{place}.{ENDINGS.get(one.media_type, 'txt')}"
        files[f"{folder}/{name}"] = Drawn(digest=one.digest)
        told.append(
            {
                "file": name,
                "name": one.name,
                "media_type": one.media_type,
                "size": one.size,
                "sha256": one.digest,
            }
        )
    return files, told


def _by_id(files: Iterable[Any]) -> list[Any]:
    return sorted(files, key=lambda one: one.id)


def _folder(year: int | None, number: int | None, row: int = 0) -> str:
    """2026-0012; for a case without a number, taken over from an old register, by its row."""
    return f"{year}-{number:04d}" if number else f"{year}-old-{row}"


def _word(worded: Any) -> str:
    return str(worded.source_word)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _as_json(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
