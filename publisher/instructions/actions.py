"""In this file a leader's words are written down, and the office takes them into its register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from publisher import history
from publisher.attachments.model import Attachment
from publisher.editing.model import Item
from publisher.errors import InputRefused, NotAllowed, StepRefused
from publisher.instructions.model import (
    Disposition,
    Instruction,
    InstructionFile,
    InstructionReader,
    State,
)
from publisher.issues.model import Issue
from publisher.people.model import Person
from publisher.people.permission import PERMISSIONS, Permission

OFFICE = tuple(
    f"role:{role.value}"
    for role, permissions in PERMISSIONS.items()
    if permissions & {Permission.Instructions.SEE_ALL, Permission.Instructions.REGISTER}
)
"""The tokens of those who may read every instruction that is not restricted."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the leader wrote, on what, and when."""

    text: str
    disposition: Disposition
    written_on: date
    item: Item | None = None
    block: str = ""
    quote: str = ""


def write(
    issue: Issue,
    words: Words,
    *,
    leader: Person,
    secretaries: Iterable[int],
    by: Person,
    at: datetime,
    files: Iterable[Attachment] = (),
    form_key: str | None = None,
) -> Instruction:
    """Write an instruction down, by the leader or by a secretary with a mandate.

    `secretaries` are the numbers of those who hold the leader's mandate. Raises `NotAllowed` for
    anybody else, `InputRefused` for empty words or a day yet to come.
    """
    holders = set(secretaries)
    if by.id != leader.id and by.id not in holders:
        raise NotAllowed(_("您没有受托代录这位领导的批示。"))
    if not words.text.strip():
        raise InputRefused(_("请填写批示内容。"), field="text")
    if words.written_on > at.date():
        raise InputRefused(_("批示日期不能晚于今天。"), field="written_on")
    tokens = dict.fromkeys(
        (*OFFICE, f"person:{leader.id}", *(f"person:{number}" for number in sorted(holders)))
    )
    made = Instruction(
        issue=issue,
        item=words.item,
        block=words.block[:80],
        quote=words.quote.strip()[:5000],
        leader=leader,
        leader_name=leader.name,
        leader_post=leader.post,
        leader_level=leader.level,
        leader_rank=leader.rank,
        text=words.text.strip(),
        disposition=words.disposition,
        written_on=words.written_on,
        entered_by=by,
        entered_at=at,
        form_key=form_key,
        files=[InstructionFile(attachment=attachment) for attachment in files],
        readers=[InstructionReader(token=token) for token in tokens],
    )
    made.state = State.RECORDED
    made.leader_id, made.entered_by_id = leader.id, by.id
    history.record(
        made,
        "write_instruction",
        by=by,
        at=at,
        to_state=State.RECORDED.value,
        leader=leader.name,
        of=history.subject_name(issue),
    )
    return made


def register(
    instruction: Instruction, *, number: int, proposal: str, by: Person, at: datetime
) -> None:
    """Take an instruction into the register under its number, with what the office proposes."""
    if instruction.state != State.RECORDED:
        raise StepRefused(_("这件批示已经登记。"))
    instruction.year, instruction.number = instruction.written_on.year, number
    instruction.registered_by, instruction.registered_at = by, at
    instruction.proposal = proposal.strip()
    instruction.move_to(
        State.REGISTERED, act="register", by=by, at=at, number=instruction.number_text
    )


def needs_case(instruction: Instruction) -> bool:
    """Whether it is opened as a case; 阅知 and 阅研 are not (domain.md 4.1, step 12)."""
    return instruction.disposition not in {Disposition.INFORM, Disposition.STUDY}
