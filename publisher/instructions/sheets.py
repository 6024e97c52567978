"""In this file an instruction fills its paper sheets: 批示抄清 and 阅批单."""

from __future__ import annotations

from flask import Response

from publisher import clock
from publisher.errors import NotFound
from publisher.instructions import ink
from publisher.instructions.model import Instruction
from publisher.language import day
from publisher.library import sheets
from publisher.settings import settings
from publisher.words import N_

NAMES = {"fair_copy": N_("批示抄清"), "reading_sheet": N_("阅批单")}


def answer(found: Instruction, name: str, form: str) -> Response:
    """One sheet of an instruction as a download; raises `NotFound` for an unknown one."""
    if name not in NAMES:
        raise NotFound
    hand = [ink.png(page.strokes) for page in found.pages]
    return sheets.answer(
        name,
        words(found),
        form,
        title=f"{NAMES[name]}{found.number_text}",
        pictures={"hand": hand} if hand else {},
    )


def words(found: Instruction) -> dict[str, str]:
    """What an instruction puts into its sheets."""
    issue = found.issue
    about = found.item.title if found.item else ""
    copy = found.fair_copy
    transcriber = copy.transcribed_by if copy else found.registered_by
    return {
        "office": settings().office_name,
        "number": found.number_text,
        "date": day(clock.today()),
        "leader": f"{found.leader_post}{found.leader_name}",
        "written_on": day(found.written_on),
        "carrier": carrier(found),
        "issue": found.stands_on,
        "quote": found.quote,
        "instruction": copy.text if copy else found.text,
        "proposal": found.proposal,
        "transcriber": transcriber.name if transcriber else "",
        "checker": copy.checked_by.name if copy and copy.checked_by else "",
        "handling": issue.serial.handling_note if issue else "",
        "title": about or (found.paper.title if found.paper else found.stands_on),
        "summary": found.quote or about,
    }


def carrier(found: Instruction) -> str:
    """What the instruction stands on: 《政务信息》第62期《……》."""
    about = f"《{found.item.title}》" if found.item and found.paper is None else ""
    return f"{found.stands_on}{about}"
