"""In this file we ask who has to say yes to what."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from publisher.approvals.model import Approval, ApprovalState
from publisher.database import db
from publisher.errors import NotFound
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.serials.model import RouteSubject


def approval(number: int) -> Approval:
    """The approval of that number; raises `NotFound`."""
    found = db.session.get(Approval, number)
    if found is None:
        raise NotFound
    return found


def of_subject(subject: str) -> Approval | None:
    """The latest approval of a subject."""
    statement = (
        select(Approval).where(Approval.subject == subject).order_by(Approval.id.desc()).limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def all_of_subject(subject: str) -> list[Approval]:
    """Every approval of a subject, oldest first."""
    statement = select(Approval).where(Approval.subject == subject).order_by(Approval.id)
    return list(db.session.scalars(statement).unique())


def roles_held(person: Person, on: date) -> dict[Role, Person | None]:
    """The roles a person may decide in on that day, and for whom: None where it is the own role."""
    held: dict[Role, Person | None] = {}
    for absent in people.substituted_by(person, on):
        held.update(dict.fromkeys(absent.roles, absent))
    held.update(dict.fromkeys(person.roles))
    return held


def acting_for(approval_: Approval, person: Person, on: date) -> Person | None:
    """The absent person a substitute decides for at the current step, if it is so."""
    step = approval_.current
    return roles_held(person, on).get(step.role) if step else None


def may_decide(approval_: Approval, person: Person, on: date) -> bool:
    """Whether the current step waits for this person, the own role or an absent one's."""
    step = approval_.current
    return (
        step is not None
        and step.role in roles_held(person, on)
        and not approval_.would_be_alone(person.id)
    )


def waiting_for(person: Person, on: date, *, kind: RouteSubject | None = None) -> list[Approval]:
    """What waits for this person's decision, the oldest first."""
    statement = select(Approval).where(Approval.state == ApprovalState.UNDER_WAY)
    if kind is not None:
        statement = statement.where(Approval.subject_kind == kind)
    held = roles_held(person, on)
    return [
        found
        for found in db.session.scalars(statement.order_by(Approval.id)).unique()
        if (step := found.current) is not None and step.role in held
    ]
