"""In this file the sheets of the demonstration office are fetched as a person downloads them.

The office is founded in a folder of its own, its clock stands at the last day of its story. What
the story leaves open is done at the doors first: an archivist files the year, an editor gives
numbered copies out, an officer has a fair copy made.
"""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from flask import Flask

from publisher import cli, clock, create_app
from publisher.config import read_settings
from publisher.publication.model import Channel

NAME = "云汀市人民政府办公室"
PASSWORD = "yunting-2026"  # noqa: S105 - of every invented account
NOW = datetime(2026, 11, 23, 16, tzinfo=clock.OFFICE_ZONE)
"""The afternoon of the story's last day."""
FONDS = "0107"
ISSUE = 9
"""The 批示反馈 on the reservoirs, of which a few leaders and offices get a copy."""
COPIED = (
    "水库安全事关群众生命财产。请水利局牵头，未开工的两座限期开工，"
    "资金缺口由财政先行调度，结果报我。"
)
RECIPIENTS = (
    "市长周立言\n常务副市长梅近仁\n副市长纪云舒\n市委办公室\n市人大常委会办公室\n市政协办公室"
)
SIGNERS = ("简一诺", "简一诺", "简一诺", "任兰台")
REGISTRY = "number=云水报〔2026〕58号&printer=云汀市水利局办公室&copies=市财政局。"
"""What the unit's own registry adds to its report."""
DOORS = {
    "reading_sheet": ("officer", "/instructions/1/sheets/reading_sheet.pdf"),
    "fair_copy": ("officer", "/instructions/1/sheets/fair_copy.pdf"),
    "supervision_notice": ("officer", "/cases/1/sheets/supervision_notice.pdf"),
    "chasing_notice": ("officer", "/cases/4/sheets/chasing_notice.pdf"),
    "feedback_form": ("officer", "/cases/1/sheets/feedback_form.pdf"),
    "handling_report": (
        "handler",
        f"/cases/1/reports/1/document.pdf?{REGISTRY}",
    ),
    "result_sheet": ("officer", "/cases/1/sheets/result_sheet.pdf"),
    "register": ("officer", "/cases/register.pdf"),
    "followup_month": ("officer", "/cases/month.pdf?year=2026&month=11"),
    "dossier": ("officer", ""),
    "solicitation_notice": ("editor", "/calls/2/sheet.pdf"),
    "priority_list": ("editor", "/calls/1/sheet.pdf"),
    "distribution_list": ("editor", f"/publication/issues/{ISSUE}/copies/list.pdf"),
    "score_bulletin": ("editor", "/scores/bulletin.pdf?period=month&year=2026&month=11"),
    "filing_list": ("archivist", "/filing/2026/list.pdf"),
}
"""Who downloads each sheet of the library, and where; the dossier is made first."""


def fetched(names: set[str], instance: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """The PDF of each sheet; `instance` is a demonstration office as it was founded."""
    with contextlib.ExitStack() as stack:
        if instance is None:
            instance = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "office"
            for command in (["init", "--demo", "--name", NAME], ["demo"]):
                cli.cli(["--instance", str(instance), *command], standalone_mode=False)
        stack.enter_context(clock.standing_at(NOW))
        settings = dataclasses.replace(read_settings(instance), fonds_number=FONDS)
        app = create_app(settings, jobs_at_once=True)
        app.config["WTF_CSRF_ENABLED"] = False
        _finish(app)
        for name, (account, address) in DOORS.items():
            if name in names:
                yield name, _Person(app, account).get(address or _dossier(app, account))


class _Person:
    """One person of the office at a browser."""

    def __init__(self, app: Flask, account: str) -> None:
        self._client = app.test_client()
        self.post("/sign-in", {"account": account, "password": PASSWORD})

    def get(self, address: str) -> bytes:
        with self._client.get(address) as answer:
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status}")
            return bytes(answer.data)

    def post(self, address: str, data: Mapping[str, str]) -> str:
        with self._client.post(address, data=data) as answer:
            if answer.status_code != 302:
                raise RuntimeError(f"{address}: {answer.status}")
            return answer.location


def _finish(app: Flask) -> None:
    """Do at the doors what the story leaves open."""
    _Person(app, "archivist").post("/filing/2026/file", {})
    officer, editor = _Person(app, "officer"), _Person(app, "editor")
    officer.post("/instructions/1/copy", {"text": COPIED})
    _Person(app, "officer2").post("/instructions/1/check", {})
    copies = f"/publication/issues/{ISSUE}/copies"
    channel = Channel.CONFIDENTIAL.value
    editor.post(copies, {"recipients": RECIPIENTS, "channel": channel, "sent_on": "2026-11-13"})
    for number, signer in enumerate(SIGNERS, 1):
        editor.post(f"{copies}/{number}/receipt", {"signed_by": signer, "on": "2026-11-13"})
    editor.post(f"{copies}/1/return", {})


def _dossier(app: Flask, account: str) -> str:
    """Where the dossier lies that the worker makes of the first case."""
    waiting = _Person(app, account).post("/threads/case:1/dossier", {"form": "pdf"})
    return waiting.split("/waiting")[0]
