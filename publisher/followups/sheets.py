"""In this file cases fill their paper sheets: notices, forms, official documents."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from publisher import clock
from publisher.errors import NotFound
from publisher.followups import queries
from publisher.followups.model import Case, Part, Report
from publisher.instructions.sheets import carrier
from publisher.language import day
from publisher.library import sheets
from publisher.settings import settings
from publisher.words import N_

NAMES = {
    "supervision_notice": N_("督查通知单"),
    "chasing_notice": N_("督查催办通知"),
    "feedback_form": N_("办理情况反馈单"),
    "result_sheet": N_("督查结果呈报单"),
}


def names(found: Case, *, manages: bool) -> dict[str, str]:
    """The sheets of a case; the result goes to the leader by the office, once it is reported."""
    ready = manages and queries.final_on_paper(found) is not None
    return {name: word for name, word in NAMES.items() if ready or name != "result_sheet"}


def answer(found: Case, name: str, form: str, *, manages: bool) -> Response:
    """One sheet of a case as a download; raises `NotFound` for one a person is not offered."""
    if name not in names(found, manages=manages):
        raise NotFound
    return sheets.answer(name, words(found), form, title=f"{NAMES[name]}{found.number_text}")


def words(found: Case) -> dict[str, str]:
    """What a case puts into its sheets."""
    instruction, today = found.instruction, clock.today()
    late = -found.days_left(today)
    written = queries.report_on_paper(found)
    passed = queries.final_report(found) is not None
    return {
        "office": settings().office_name,
        "number": found.number_text,
        "date": day(today),
        "opened_on": day(found.opened_at.date()),
        "due_on": day(found.due_on),
        "overdue": f"现已超期{late}天" if found.is_overdue(today) else "时限将至",
        "lead": found.lead.unit.name,
        "supports": "、".join(
            task.unit.short_name for task in found.tasks if task.part == Part.SUPPORT
        ),
        "leader": f"{instruction.leader_post}{instruction.leader_name}",
        "written_on": day(instruction.written_on),
        "carrier": carrier(instruction),
        "instruction": instruction.words,
        "quoted": quoted(instruction.words),
        "matter": found.matter,
        "demand": found.demand,
        "officer": found.officer.name,
        "phone": found.officer.phone,
        "count": f"第{len(found.chases)}次" if found.chases else "",
        "text": found.chases[-1].text if found.chases else "请按时办结并报送结果。",
        "result": found.result or (written.situation if written else ""),
        # Until the office has passed the report, the box to tick is left to the pen.
        "verdict": f"{'☑' if passed else '☐'}办结　☐继续办理",
        "process": written.process if written else "",
        "situation": written.situation if written else "",
        "proposals": written.proposals if written else "",
        "signer": written.signer if written else "",
        "reported_on": day(written.reported_at.date()) if written else "",
    }


def quoted(text: str) -> str:
    """A whole sentence in quotation marks as GB/T 15834 closes it: with one full stop alone."""
    return f"“{text}”" if text.endswith(tuple("。！？…")) else f"“{text}”。"


def document(found: Case, report: Report, typed: Mapping[str, str], form: str) -> Response:
    """What a unit reports as an official document (办理情况的报告), as a download.

    `typed` has what only the unit's own registry knows: 发文字号, 抄送, 印发.
    """
    task = next((one for one in found.tasks if one.unit_id == report.unit_id), found.lead)
    on = day(report.reported_at.date())
    contact = "，".join(filter(None, (task.handler, task.handler_phone)))
    filled = {
        "unit": report.unit.name,
        "short": report.unit.short_name,
        "signer": report.signer,
        "matter": f"关于“{found.instruction.item.title}”批示事项"
        if found.instruction.item
        else "关于批示事项",
        "notice": found.number_text,
        "received_on": day((task.received_at or found.opened_at).date()),
        "office": settings().office_name,
        "process": report.process.replace("\r\n", "\n"),
        "situation": report.situation.replace("\r\n", "\n"),
        "proposals": report.proposals.replace("\r\n", "\n"),
        "date": on,
        "contact": f"联系人：{contact}" if contact else "",
        "printed_on": on if typed.get("printer", "").strip() else "",
        **{key: value.strip()[:200] for key, value in typed.items()},
    }
    return sheets.official(
        "handling_report",
        filled,
        form,
        title=f"{report.unit.short_name}办理情况的报告{found.number_text}",
        attachments=tuple(file.attachment.name.rpartition(".")[0] for file in report.files),
    )
