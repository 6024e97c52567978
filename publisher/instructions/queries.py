"""In this file we ask about instructions: who may know of them, the register, a leader's own."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, select, true
from sqlalchemy.orm import selectinload

from publisher.database import db
from publisher.errors import InputRefused, NotFound
from publisher.instructions.model import (
    Instruction,
    InstructionFile,
    InstructionReader,
    State,
)
from publisher.paging import Page, page_of
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.people.permission import Permission

MOST_ON_PAPER = 300
"""Entries of a register on paper; a longer one takes the press too long."""


def readable_by(person: Person) -> ColumnElement[bool]:
    """What a person may know of: the registering office all, others what names them a reader."""
    if person.may(Permission.Instructions.REGISTER):
        return true()
    return exists().where(
        InstructionReader.instruction_id == Instruction.id,
        InstructionReader.token.in_(people.access_tokens(person)),
    )


def instruction(number: int, *, person: Person) -> Instruction:
    """One instruction with its scans; raises `NotFound` where the person may not know of it."""
    statement = (
        select(Instruction)
        .where(Instruction.id == number, readable_by(person))
        .options(selectinload(Instruction.files), selectinload(Instruction.readers))
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def register(
    person: Person,
    *,
    state: State | None = None,
    leader_id: int | None = None,
    words: str = "",
    page: int = 1,
) -> Page[Instruction]:
    """The register as far as a person may know of it, the latest first."""
    return page_of(
        _entries(person, state, leader_id, words),
        Instruction.id,
        order=(Instruction.written_on.desc(), Instruction.id.desc()),
        page=page,
        options=[selectinload(Instruction.item)],
    )


def whole_register(
    person: Person,
    *,
    state: State | None = None,
    leader_id: int | None = None,
    words: str = "",
) -> list[Instruction]:
    """All of the same as it is put on paper: the earliest first; raises `InputRefused`."""
    statement = _entries(person, state, leader_id, words)
    rows = (
        statement.order_by(Instruction.written_on, Instruction.id)
        .options(selectinload(Instruction.item))
        .limit(MOST_ON_PAPER + 1)
    )
    found = list(db.session.scalars(rows).unique())
    if len(found) > MOST_ON_PAPER:
        raise InputRefused(
            _("批示超过%(n)s件，请先按进度、领导或内容筛选。", n=MOST_ON_PAPER), field="words"
        )
    return found


def _entries(
    person: Person, state: State | None, leader_id: int | None, words: str
) -> Select[Instruction]:
    statement = select(Instruction).where(readable_by(person))
    if state is not None:
        statement = statement.where(Instruction.state == state)
    if leader_id is not None:
        statement = statement.where(Instruction.leader_id == leader_id)
    if words:
        statement = statement.where(Instruction.text.contains(words, autoescape=True))
    return statement


def on_issue(issue_id: int, person: Person) -> list[Instruction]:
    """The instructions on an issue that a person may know of, in protocol and date order."""
    statement = (
        select(Instruction)
        .join(Person, Instruction.leader_id == Person.id)
        .where(Instruction.issue_id == issue_id, readable_by(person))
        .order_by(Person.protocol_order, Instruction.written_on, Instruction.id)
    )
    return list(db.session.scalars(statement).unique())


def written_by(person: Person, most: int) -> list[Instruction]:
    """A leader's own instructions, the latest first, at most so many."""
    statement = (
        select(Instruction)
        .where(Instruction.leader_id == person.id)
        .order_by(Instruction.written_on.desc(), Instruction.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(statement).unique())


def already_entered(person: Person, form_key: str) -> Instruction | None:
    """The instruction a form has made already, when it is sent twice."""
    if not form_key:
        return None
    statement = select(Instruction).where(
        Instruction.entered_by_id == person.id, Instruction.form_key == form_key
    )
    return db.session.scalars(statement).unique().one_or_none()


def file_of(found: Instruction, number: int) -> InstructionFile:
    """One scan of an instruction; raises `NotFound`."""
    for file in found.files:
        if file.id == number:
            return file
    raise NotFound


def waiting_for_register() -> int:
    """How many instructions nobody has registered yet."""
    return db.session.scalar(select(func.count()).where(Instruction.state == State.RECORDED)) or 0
