"""In this file the rounds of one matter are joined, and what they let a later issue print.

A round that one may not know of is not there: neither in the row of rounds nor by its effects.
"""

from __future__ import annotations

from sqlalchemy import exists, or_, select

from publisher.database import db
from publisher.editing.model import ItemSource
from publisher.followups.model import RUNNING, Case, State
from publisher.followups.queries import visible_to
from publisher.instructions.model import Instruction, InstructionReader
from publisher.instructions.model import State as InstructionState
from publisher.instructions.queries import IN_PROTOCOL
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.submissions.model import Submission


def still_running(person: Person) -> set[int]:
    """The cases of earlier rounds whose matter a later round still carries on."""
    links = select(Case.follows_id, Case.id, Case.state).where(
        Case.follows_id.is_not(None), visible_to(person)
    )
    later: dict[int, tuple[int, State]] = {
        before: (number, state)
        for before, number, state in db.session.execute(links)
        if before is not None
    }
    found = set()
    for before, following in later.items():
        number, state = following
        while number in later:
            number, state = later[number]
        if state in RUNNING:
            found.add(before)
    return found


def round_before(instruction: Instruction, person: Person) -> Case | None:
    """The case whose result an instruction was written on, where it opens a second round.

    The same leader wrote on the same item again, or on the item that printed the result. `person`
    opens the round and may know of the case; an earlier round that ends by a new one would tell
    its readers of it, so they must all be among the readers of the new one.
    """
    on_the_same = (
        Instruction.issue_id.is_not_distinct_from(instruction.issue_id)
        & Instruction.paper_id.is_not_distinct_from(instruction.paper_id)
        & Instruction.item_id.is_not_distinct_from(instruction.item_id)
        & Instruction.leader_id.is_not_distinct_from(instruction.leader_id)
        & (Instruction.leader_name == instruction.leader_name)
    )
    statement = (
        select(Case)
        .join(Instruction)
        .where(
            or_(on_the_same, Case.id.in_(_printed_by(instruction.item_id))),
            Instruction.id < instruction.id,
            Instruction.is_restricted.is_(instruction.is_restricted),
            Case.state.in_([State.REVIEWED, State.CLOSED]),
            visible_to(person),
        )
        .order_by(Case.id.desc())
    )
    knows = _persons(instruction)
    found = db.session.scalars(statement).unique()
    return next(
        (
            one
            for one in found
            if not instruction.is_restricted or _persons(one.instruction) <= knows
        ),
        None,
    )


def _printed_by(item_id: int | None) -> list[int]:
    """The cases whose results an item prints."""
    if item_id is None:
        return []
    statement = select(Submission.origin).join(ItemSource).where(ItemSource.item_id == item_id)
    told = [origin.partition(":") for origin in db.session.scalars(statement)]
    return [int(number) for kind, _colon, number in told if kind == "case" and number.isdigit()]


def _persons(instruction: Instruction) -> set[str]:
    return {one.token for one in instruction.readers if one.token.startswith("person:")}


def rounds_of(found: Case) -> list[Case]:
    """The rounds of one matter, the first first."""
    statement = select(Case).where(Case.id.in_(_numbers_of(found)))
    return list(db.session.scalars(statement.order_by(Case.id)).unique())


def rounds_for(found: Case, person: Person) -> list[Case]:
    """The same, as far as a person may know of them."""
    statement = select(Case).where(Case.id.in_(_numbers_of(found)), visible_to(person))
    return list(db.session.scalars(statement.order_by(Case.id)).unique())


def _numbers_of(found: Case) -> set[int]:
    """The numbers of all rounds, from any of them."""
    own = select(Case.id, Case.follows_id).where(Case.id == found.id)
    before = own.cte("before", recursive=True)
    before = before.union(
        select(Case.id, Case.follows_id).join(before, Case.id == before.c.follows_id)
    )
    after = own.cte("after", recursive=True)
    after = after.union(select(Case.id, Case.follows_id).join(after, Case.follows_id == after.c.id))
    both = select(before.c.id).union(select(after.c.id))
    return set(db.session.scalars(both))


def instructed_by(found: Case) -> set[int]:
    """The instructions of a case and the rounds before it."""
    statement = select(Case.instruction_id).where(
        Case.id.in_(_numbers_of(found)), Case.id <= found.id
    )
    return set(db.session.scalars(statement))


def quotable(found: Case, rounds: set[int]) -> tuple[list[Instruction], bool]:
    """The instructions a case's result may quote in print, and whether some must not be quoted.

    Those of its `rounds` come first to last, then others in the register on the same item or issue.
    What the desk may not read is not offered: an issue is read by more people than the desk.
    """
    same = (
        Instruction.issue_id.is_not_distinct_from(found.instruction.issue_id)
        & Instruction.paper_id.is_not_distinct_from(found.instruction.paper_id)
        & Instruction.item_id.is_not_distinct_from(found.instruction.item_id)
    )
    open_to_desk = Instruction.is_restricted.is_(False) & exists().where(
        InstructionReader.instruction_id == Instruction.id,
        InstructionReader.token == f"role:{Role.EDITOR.value}",
    )
    statement = (
        select(Instruction, open_to_desk)
        .outerjoin(Person, Instruction.leader_id == Person.id)
        .where(
            Instruction.number.is_not(None),
            Instruction.state != InstructionState.VOID,
            Instruction.text != "",
            or_(Instruction.id.in_(rounds), same & Instruction.is_restricted.is_(False)),
        )
        .order_by(IN_PROTOCOL, Instruction.written_on, Instruction.id)
    )
    rows = list(db.session.execute(statement).unique())
    open_ = [one for one, may in rows if may and one.may_print]
    return open_, len(open_) < len(rows)


def sent_again(found: Case) -> Submission | None:
    """The submission a case's result became, where it was sent in for a later issue."""
    statement = (
        select(Submission)
        .where(Submission.origin == f"case:{found.id}")
        .order_by(Submission.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()
