"""In this file we ask about people: who is who, who acts for whom, and what they may read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from publisher.database import db
from publisher.errors import NotFound
from publisher.people.model import (
    Mandate,
    Person,
    RoleGrant,
    SignInAttempt,
    Substitute,
    Unit,
)
from publisher.people.permission import PERMISSIONS, STOOD_IN, Permission, Role

WITH_ROLES = selectinload(Person.grants)
"""For a list of persons whose roles are looked at."""
STAFF = "staff"
"""The token that everyone with an account holds."""


def person(number: int) -> Person:
    """The person of that number; raises `NotFound`."""
    found = db.session.get(Person, number)
    if found is None:
        raise NotFound
    return found


def person_by_account(account: str) -> Person | None:
    """The person with that account."""
    return db.session.scalars(select(Person).where(Person.account == account)).one_or_none()


def persons() -> list[Person]:
    """Everyone, by unit and protocol order."""
    statement = select(Person).join(Person.unit).options(WITH_ROLES)
    return list(
        db.session.scalars(statement.order_by(Unit.position, Unit.id, Person.protocol_order))
        .unique()
        .all()
    )


def first_of_each_role() -> list[Person]:
    """One person for each role there is, in the order they were taken on."""
    found: list[Person] = []
    seen: set[Role] = set()
    for person in sorted(persons(), key=lambda one: one.id):
        if not person.roles <= seen:
            found.append(person)
            seen |= person.roles
    return found


def unit(number: int) -> Unit:
    """The unit of that number; raises `NotFound`."""
    found = db.session.get(Unit, number)
    if found is None:
        raise NotFound
    return found


def units(*, active: bool = True) -> list[Unit]:
    """The units in the office's order, without the abolished unless asked for."""
    statement = select(Unit).order_by(Unit.group, Unit.position, Unit.id)
    if active:
        statement = statement.where(Unit.is_active)
    return list(db.session.scalars(statement))


def with_role(role: Role) -> list[Person]:
    """Those who hold a role, in protocol order."""
    statement = select(Person).join(RoleGrant).where(RoleGrant.role == role, Person.active)
    statement = statement.options(WITH_ROLES)
    return list(db.session.scalars(statement.order_by(Person.protocol_order, Person.id)).unique())


def addresses_of_handlers(unit_ids: Iterable[int]) -> list[str]:
    """The mail addresses of those who handle cases for these units, each once."""
    roles = [role for role, may in PERMISSIONS.items() if Permission.Followups.HANDLE in may]
    statement = (
        select(Person.email)
        .join(RoleGrant)
        .where(
            Person.unit_id.in_(list(unit_ids)),
            Person.active,
            Person.email != "",
            RoleGrant.role.in_(roles),
        )
        .order_by(Person.id)
    )
    return list(dict.fromkeys(db.session.scalars(statement)))


def leaders() -> list[Person]:
    """The leaders in protocol order."""
    return with_role(Role.LEADER)


def leaders_served_by(secretary: Person) -> list[Person]:
    """The leaders on whose behalf a secretary may enter instructions."""
    statement = (
        select(Person)
        .join(Mandate, Mandate.leader_id == Person.id)
        .where(Mandate.secretary_id == secretary.id)
        .options(WITH_ROLES)
    )
    return list(db.session.scalars(statement.order_by(Person.protocol_order)).unique())


def mandates() -> list[Mandate]:
    """Every mandate in force."""
    return list(db.session.scalars(select(Mandate)))


def secretaries_of(leader_id: int | None) -> list[int]:
    """The numbers of a leader's secretaries."""
    statement = select(Mandate.secretary_id).where(Mandate.leader_id == leader_id)
    return list(db.session.scalars(statement))


def substituted_by(person_: Person, on: date) -> list[Person]:
    """Those a person acts for on that day."""
    statement = select(Substitute).where(
        Substitute.by_id == person_.id, Substitute.from_day <= on, Substitute.until_day >= on
    )
    return [found.person for found in db.session.scalars(statement)]


def roles_stood_in(person_: Person, on: date) -> frozenset[Role]:
    """The roles a person works in for somebody who is away on that day."""
    statement = (
        select(RoleGrant.role)
        .join(Substitute, Substitute.person_id == RoleGrant.person_id)
        .where(
            Substitute.by_id == person_.id,
            Substitute.from_day <= on,
            Substitute.until_day >= on,
            RoleGrant.role.in_(list(STOOD_IN)),
        )
    )
    return frozenset(db.session.scalars(statement))


def substitutes() -> list[Substitute]:
    """Every substitution, latest first."""
    return list(db.session.scalars(select(Substitute).order_by(Substitute.from_day.desc())))


def access_tokens(person_: Person) -> frozenset[str]:
    """What a person holds against the readers of a record: staff, unit:3, person:9, role:leader.

    Those who handle cases for their unit hold handlers:3 besides; its reporters do not.
    """
    handles = person_.may(Permission.Followups.HANDLE)
    return frozenset(
        {STAFF, f"person:{person_.id}", f"unit:{person_.unit_id}"}
        | {f"role:{role.value}" for role in person_.roles_today}
        | ({f"handlers:{person_.unit_id}"} if handles else set())
    )


def persons_named(tokens: Collection[str]) -> list[Person]:
    """The persons whom tokens such as person:9 name, in protocol order."""
    numbers = [int(one[7:]) for one in tokens if one[:7] == "person:" and one[7:].isdigit()]
    statement = select(Person).where(Person.id.in_(numbers))
    return list(db.session.scalars(statement.order_by(Person.protocol_order, Person.id)).unique())


def recent_failures(account: str, address: str, *, since: datetime) -> int:
    """Wrong passwords in a row, for the account or ten times over from the address."""
    last_success = db.session.scalar(
        select(func.max(SignInAttempt.at)).where(
            SignInAttempt.account == account, SignInAttempt.succeeded
        )
    )
    start = max(since, last_success) if last_success else since
    by_account = select(func.count()).where(
        SignInAttempt.account == account,
        SignInAttempt.at > start,
        SignInAttempt.succeeded.is_(False),
    )
    by_address = select(func.count()).where(
        SignInAttempt.address == address,
        SignInAttempt.at > since,
        SignInAttempt.succeeded.is_(False),
    )
    return max(db.session.scalar(by_account) or 0, (db.session.scalar(by_address) or 0) // 10)


def lockout_start(at: datetime, minutes: int) -> datetime:
    """From when on wrong passwords count."""
    return at - timedelta(minutes=minutes)
