"""In this file cases fill their paper sheets: notices, forms, and the register (批示台账)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date

from flask import Response

from publisher import clock
from publisher.errors import NotFound
from publisher.followups import queries
from publisher.followups.model import RUNNING, Case, Part, Report
from publisher.instructions import queries as instructions
from publisher.instructions.model import Instruction
from publisher.instructions.model import State as InstructionState
from publisher.instructions.sheets import carrier
from publisher.language import day
from publisher.library import sheets
from publisher.people import queries as people
from publisher.people.model import Person
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
        "matter": found.matter,
        "demand": found.demand,
        "officer": found.officer.name,
        "phone": found.officer.phone,
        "count": f"第{len(found.chases)}次" if found.chases else "",
        "text": found.chases[-1].text if found.chases else "请按时办结并报送结果。",
        "result": found.result or (written.situation if written else ""),
        # Until the office has passed the report, the box to tick is left to the pen.
        "verdict": f"{'☑' if passed else '□'}办结　□继续办理",
        "process": written.process if written else "",
        "situation": written.situation if written else "",
        "proposals": written.proposals if written else "",
        "signer": written.signer if written else "",
        "reported_on": day(written.reported_at.date()) if written else "",
    }


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


def register(
    person: Person,
    state: InstructionState | None,
    leader_id: int | None,
    typed: str,
    form: str,
) -> Response:
    """The register as far as a person may know of it, with what became of each, as a download."""
    rows = instructions.whole_register(person, state=state, leader_id=leader_id, words=typed)
    cases, still_running = queries.cases_in_register(person, rows), queries.still_running(person)
    today = clock.today()
    lines = [
        {"position": str(place)} | _line(one, cases.get(one.id), today, still_running)
        for place, one in enumerate(rows, 1)
    ]
    narrowed = [state.source_word] if state else []
    narrowed += [one.titled_name for one in people.leaders() if one.id == leader_id]
    narrowed += [f"“{typed}”"] if typed else []
    filled = {
        "office": settings().office_name,
        "date": day(today),
        "count": str(len(lines)),
        "filters": "、".join(narrowed) or "全部批示",
    }
    return sheets.answer("register", filled, form, title="批示台账", lists={"instructions": lines})


def _line(
    one: Instruction, case: Case | None, today: date, still_running: Set[int]
) -> dict[str, str]:
    line = {
        "number": one.number_text.replace("〕", "〕\n"),
        "leader": f"{one.leader_post}{one.leader_name}",
        "written_on": _short(one.written_on),
        "carrier": carrier(one),
        "instruction": one.words,
        "kind": one.disposition.source_word,
        "proposal": one.proposal,
        "state": one.state.source_word,
        "color": "" if one.state == InstructionState.NOTED else "running",
    }
    return line | (_of_case(case, today, still_running) if case is not None else {})


def _of_case(case: Case, today: date, still_running: Set[int]) -> dict[str, str]:
    final, chases = queries.final_on_paper(case), case.chases
    state, color = case.state.source_word, ""
    if case.is_overdue(today):
        state += f"\n超期{-case.days_left(today)}天"
    if case.state in RUNNING:
        color = "running"
    elif case.id in still_running:
        state, color = f"{state}\n后续在办", "continued"
    return {
        "lead": case.lead.unit.short_name,
        "supports": "、".join(
            task.unit.short_name for task in case.tasks if task.part == Part.SUPPORT
        ),
        "opened_on": _short(case.opened_at),
        "due_on": _short(case.due_on),
        "received_on": _short(case.lead.received_at),
        "chases": f"{len(chases)}次\n{_short(chases[-1].at)[5:]}" if chases else "",
        "reported_on": _short(final.reported_at if final else None),
        "result": case.result,
        "state": state,
        "closed_on": _short(case.closed_at),
        "color": color,
    }


def _short(value: date | None) -> str:
    """A day in a narrow column: 2026.11.20."""
    return "" if value is None else f"{value:%Y.%m.%d}"
