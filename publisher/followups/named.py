"""In this file we ask for what is for named people only and has nobody left who acts on it.

Nobody knows of it by role, so when its officer leaves, somebody has to let another one know. The
leader does, or who entered it for him; only when neither can, the director, who learns no more than
that there is something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, and_, cast, exists, literal, or_, select
from sqlalchemy.orm import selectinload

from publisher.database import db
from publisher.errors import NotFound
from publisher.followups.model import RUNNING, Case
from publisher.instructions.model import Instruction, InstructionReader, State
from publisher.people import queries as people
from publisher.people.model import Person, RoleGrant
from publisher.people.permission import PERMISSIONS, Permission

ACTING = [
    role
    for role, may in PERMISSIONS.items()
    if {Permission.Instructions.REGISTER, Permission.Followups.MANAGE} <= may
]
"""Who holds one of these registers an instruction, opens its case and follows it."""

NAMES = (
    Permission.Instructions.WRITE,
    Permission.Instructions.WRITE_FOR_ANOTHER,
    Permission.Followups.DECIDE,
)
"""Who holds none of these is never asked to name an officer."""


@dataclass(frozen=True)
class Waiting:
    """An instruction for named people without an officer, as who does not know it is told of it."""

    instruction: Instruction
    gone: Sequence[Person]
    """The named people whose accounts are closed."""
    is_leaders: bool
    """Whether the leader, or who entered it for him, can still say who is to know of it."""


def officers() -> list[Person]:
    """Those who can be named: whoever registers, opens and follows."""
    found = {one.id: one for role in ACTING for one in people.with_role(role)}
    return sorted(found.values(), key=lambda one: (one.protocol_order, one.id))


def waiting(person: Person) -> list[Waiting]:
    """What waits for somebody to name an officer, as far as it is this person's to know that."""
    return [one for one in _waiting() if _is_told(one, person)]


def to_be_handed_on(number: int, person: Person) -> tuple[Instruction, Waiting | None]:
    """An instruction for which a person may name an officer, or learns that another has to.

    Those who know of it get it at any time, the director while it waits; raises `NotFound` for
    everybody else.
    """
    found = next(iter(_waiting(number)), None)
    if found is not None and _is_told(found, person):
        return found.instruction, found
    statement = (
        select(Instruction)
        .where(Instruction.id == number, Instruction.is_restricted, Instruction.state != State.VOID)
        .options(selectinload(Instruction.readers))
    )
    instruction = db.session.scalars(statement).unique().one_or_none()
    if instruction is None or not speaks_for_leader(instruction, person):
        raise NotFound
    return instruction, None


def speaks_for_leader(instruction: Instruction, person: Person) -> bool:
    """Whether a person is the leader, or entered it for him and still holds his mandate."""
    if person.id == instruction.leader_id:
        return person.may(Permission.Instructions.WRITE)
    return person.id == instruction.entered_by_id and person.id in people.secretaries_of(
        instruction.leader_id
    )


def _is_told(one: Waiting, person: Person) -> bool:
    return speaks_for_leader(one.instruction, person) or person.may(Permission.Followups.DECIDE)


def _waiting(number: int | None = None) -> list[Waiting]:
    able = (
        select(literal("person:") + cast(Person.id, String))
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.active, RoleGrant.role.in_(ACTING))
    )
    has_officer = exists().where(
        InstructionReader.instruction_id == Instruction.id, InstructionReader.token.in_(able)
    )
    runs = exists().where(Case.instruction_id == Instruction.id, Case.state.in_(list(RUNNING)))
    statement = (
        select(Instruction)
        .where(
            Instruction.is_restricted,
            or_(
                Instruction.state.in_([State.RECORDED, State.REGISTERED]),
                and_(Instruction.state == State.OPENED, runs),
            ),
            ~has_officer,
        )
        .order_by(Instruction.id)
        .options(selectinload(Instruction.readers))
    )
    if number is not None:
        statement = statement.where(Instruction.id == number)
    found = list(db.session.scalars(statement).unique())
    tokens = {reader.token for one in found for reader in one.readers}
    named = {f"person:{one.id}": one for one in people.persons_named(tokens)} if tokens else {}
    return [_as_waiting(one, named) for one in found]


def _as_waiting(one: Instruction, named: dict[str, Person]) -> Waiting:
    persons = [named[reader.token] for reader in one.readers if reader.token in named]
    leader = one.leader
    leads = leader is not None and leader.active and leader.may(Permission.Instructions.WRITE)
    secretary = one.entered_by if one.entered_by_id != one.leader_id else None
    enters = (
        secretary is not None
        and secretary.active
        and secretary.id in people.secretaries_of(one.leader_id)
    )
    return Waiting(
        instruction=one,
        gone=[person for person in persons if not person.active and person.id != one.leader_id],
        is_leaders=leads or enters,
    )
