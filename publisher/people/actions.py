"""In this file people are taken on, given roles, substituted, and sign in."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from flask_babel import gettext as _

from publisher import history
from publisher.errors import InputRefused
from publisher.people.model import (
    Level,
    Mandate,
    Person,
    Rank,
    RoleGrant,
    Substitute,
    Unit,
    UnitGroup,
)
from publisher.people.permission import SEPARATE, Role

_hasher = PasswordHasher()
COMMON_PASSWORDS = frozenset(
    {"12345678", "123456789", "1234567890", "password", "11111111", "88888888", "qwertyuiop"}
)


def open_unit(
    *,
    code: str,
    name: str,
    short_name: str,
    group: UnitGroup,
    by: history.Actor,
    at: datetime,
    parent: Unit | None = None,
    position: int = 0,
) -> Unit:
    """Take a unit into the office's records."""
    unit = Unit(code=code, name=name, short_name=short_name or name, group=group, position=position)
    if parent is not None:
        unit.parent_id = parent.id
    history.record(unit, "open_unit", by=by, at=at, name=name)
    return unit


def change_unit(
    unit: Unit,
    *,
    name: str,
    short_name: str,
    group: UnitGroup,
    is_active: bool,
    by: history.Actor,
    at: datetime,
) -> None:
    """Rename, regroup, abolish or revive a unit; its past stays under its number."""
    history.record(unit, "change_unit", by=by, at=at, was=unit.name, name=name, active=is_active)
    unit.name, unit.short_name, unit.group = name, short_name or name, group
    unit.is_active = is_active


def take_on(
    *,
    account: str,
    name: str,
    unit: Unit,
    password: str,
    roles: Iterable[Role],
    by: history.Actor,
    at: datetime,
    post: str = "",
    phone: str = "",
    email: str = "",
    level: Level | None = None,
    rank: Rank | None = None,
    protocol_order: int = 999,
    must_change_password: bool = True,
    shortest: int = 8,
) -> Person:
    """Give somebody an account; raises `InputRefused` for a weak password or clashing roles."""
    person = Person(
        account=account,
        name=name,
        unit=unit,
        post=post,
        phone=phone,
        email=email,
        level=level,
        rank=rank,
        protocol_order=protocol_order,
        must_change_password=must_change_password,
        created_at=at,
    )
    set_password(person, password, shortest=shortest)
    person.must_change_password = must_change_password
    history.record(person, "take_on", by=by, at=at, account=account, name=name)
    grant_roles(person, roles, by=by, at=at)
    return person


def change_person(
    person: Person,
    *,
    name: str,
    unit: Unit,
    post: str,
    phone: str,
    email: str,
    level: Level | None,
    rank: Rank | None,
    protocol_order: int,
    active: bool,
    by: history.Actor,
    at: datetime,
) -> None:
    """Change what is known of a person; one who leaves is switched off, never deleted."""
    history.record(person, "change_person", by=by, at=at, was=person.name, name=name, active=active)
    person.name, person.unit, person.post = name, unit, post
    person.phone, person.email = phone, email
    person.level, person.rank, person.protocol_order = level, rank, protocol_order
    if person.active and not active:
        person.session_key = secrets.token_urlsafe(16)
    person.active = active


def grant_roles(person: Person, roles: Iterable[Role], *, by: history.Actor, at: datetime) -> None:
    """Give a person exactly these roles; the three officers' roles stand alone."""
    wanted = frozenset(roles)
    if wanted & SEPARATE and len(wanted) > 1:
        raise InputRefused(
            _("系统管理员、安全管理员、审计管理员三员分立，不得兼任其他角色。"), field="roles"
        )
    before = person.roles
    if wanted == before:
        return
    person.grants = [grant for grant in person.grants if grant.role in wanted] + [
        RoleGrant(role=role) for role in sorted(wanted - before)
    ]
    history.record(
        person,
        "grant_roles",
        by=by,
        at=at,
        given=sorted(wanted - before),
        taken=sorted(before - wanted),
    )


def set_password(person: Person, password: str, *, shortest: int = 8) -> None:
    """Set a new password, which ends every open session; raises `InputRefused` if it is weak."""
    if len(password) < shortest:
        raise InputRefused(_("密码至少 %(n)s 个字符。", n=shortest), field="password")
    if password.lower() in COMMON_PASSWORDS or password == person.account:
        raise InputRefused(_("这个密码太常见，请换一个。"), field="password")
    person.password_hash = _hasher.hash(password)
    person.session_key = secrets.token_urlsafe(16)
    person.must_change_password = False


def change_own_password(person: Person, *, old: str, new: str, shortest: int, at: datetime) -> None:
    """A person changes the own password; raises `InputRefused` if the old one is wrong."""
    if not password_fits(person, old):
        raise InputRefused(_("原密码不正确。"), field="old")
    set_password(person, new, shortest=shortest)
    history.record(person, "change_password", by=person, at=at)


def reset_password(
    person: Person, *, password: str, shortest: int, by: history.Actor, at: datetime
) -> None:
    """An administrator gives a person a first password again, to be changed at sign-in."""
    set_password(person, password, shortest=shortest)
    person.must_change_password = True
    history.record(person, "reset_password", by=by, at=at)


@functools.cache
def _hash_of_nobody() -> str:
    """What an unknown account's password is held against; made by who first needs it."""
    return _hasher.hash(secrets.token_urlsafe(16))


def password_fits(person: Person | None, password: str) -> bool:
    """Whether the password is right; takes as long for a person who does not exist."""
    try:
        known = person.password_hash if person else _hash_of_nobody()
        return _hasher.verify(known, password) and person is not None
    except Argon2Error:
        return False


def give_mandate(secretary: Person, leader: Person, *, by: history.Actor, at: datetime) -> Mandate:
    """Let a secretary enter instructions on behalf of a leader."""
    mandate = Mandate(secretary=secretary, leader=leader, since=at.date())
    history.record(mandate, "give_mandate", by=by, at=at, leader=leader.name)
    return mandate


def name_substitute(
    person: Person,
    *,
    substitute: Person,
    from_day: date,
    until_day: date,
    reason: str,
    by: history.Actor,
    at: datetime,
) -> Substitute:
    """Let somebody act for a person who is away; raises `InputRefused` for impossible days."""
    if until_day < from_day:
        raise InputRefused(_("结束日期不能早于开始日期。"), field="until_day")
    if person is substitute:
        raise InputRefused(_("代办人不能是本人。"), field="substitute")
    named = Substitute(
        person=person, by=substitute, from_day=from_day, until_day=until_day, reason=reason
    )
    history.record(
        named, "name_substitute", by=by, at=at, person=person.name, substitute=substitute.name
    )
    return named
