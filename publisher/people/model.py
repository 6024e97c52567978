"""In this file we name units, persons, their roles, mandates and substitutes."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base, Choice
from publisher.people.permission import PERMISSIONS, Role
from publisher.words import N_, Worded


class UnitGroup(Worded):
    """Units are ranked and listed by group."""

    COUNTY = "county", N_("县（市、区）")
    DEPARTMENT = "department", N_("市直部门")
    SECTION = "section", N_("内设科室")


class Level(Worded):
    """A leader's level (domain.md 10)."""

    STATE = "state", N_("国家级")
    PROVINCE = "province", N_("省级")
    CITY = "city", N_("市级")
    COUNTY = "county", N_("县级")
    DEPARTMENT = "department", N_("部门")


class Rank(Worded):
    """A leader's rank within the level."""

    MAIN = "main", N_("主要领导")
    DEPUTY = "deputy", N_("副职领导")


class Unit(Base):
    """An office, department, county or section."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    short_name: Mapped[str] = mapped_column(String(60))
    group: Mapped[UnitGroup] = mapped_column("unit_group", Choice(UnitGroup))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), default=None)
    position: Mapped[int] = mapped_column(default=0)
    """Where the unit stands in lists of its group."""
    is_active: Mapped[bool] = mapped_column(default=True)
    """A unit that was abolished stays in the records and takes nothing new."""


class Person(UserMixin, Base):  # type: ignore[misc]
    """Somebody with an account."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), init=False)
    unit: Mapped[Unit] = relationship(lazy="joined")
    post: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    """Where reminders go as well, in an office that sends messages."""
    password_hash: Mapped[str] = mapped_column(String(200), default="", repr=False)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    session_key: Mapped[str] = mapped_column(String(40), default="", repr=False)
    """Changes with the password; a session opened under another key has ended."""
    language: Mapped[str] = mapped_column(String(10), default="")
    level: Mapped[Level | None] = mapped_column(Choice(Level), default=None)
    """Set for leaders only, as are `rank` and `protocol_order`."""
    rank: Mapped[Rank | None] = mapped_column(Choice(Rank), default=None)
    protocol_order: Mapped[int] = mapped_column(default=999)
    created_at: Mapped[datetime]
    grants: Mapped[list[RoleGrant]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )
    """Asked for where roles matter: most persons are read only to be named on a page."""

    @property
    def is_active(self) -> bool:
        """Whether the account may sign in."""
        return self.active

    @property
    def roles(self) -> frozenset[Role]:
        """What the person is in the office."""
        return frozenset(grant.role for grant in self.grants)

    stands_in: ClassVar[frozenset[Role]] = frozenset()
    """The roles of absent persons whose work this one does today; set where a session begins."""

    @property
    def roles_today(self) -> frozenset[Role]:
        """The person's own roles and those stood in for."""
        return self.roles | self.stands_in

    def may(self, permission: str) -> bool:
        """Whether one of the roles the person has today carries `permission`."""
        return any(permission in PERMISSIONS[role] for role in self.roles_today)

    @property
    def titled_name(self) -> str:
        """The name with the post before it, as papers call a leader."""
        return f"{self.post}{self.name}"


class RoleGrant(Base):
    """One role of one person."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    role: Mapped[Role] = mapped_column(Choice(Role))


class Mandate(Base):
    """A secretary enters instructions on behalf of a leader."""

    __tablename__ = "mandate"
    __table_args__ = (UniqueConstraint("secretary_id", "leader_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    secretary_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    secretary: Mapped[Person] = relationship(foreign_keys="Mandate.secretary_id")
    leader: Mapped[Person] = relationship(foreign_keys="Mandate.leader_id")
    since: Mapped[date]


class Substitute(Base):
    """Somebody acts for a person who is away, between two days, both included."""

    __tablename__ = "substitute"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False, index=True)
    person: Mapped[Person] = relationship(foreign_keys="Substitute.person_id")
    """The one who is away."""
    by: Mapped[Person] = relationship(foreign_keys="Substitute.by_id")
    """The one who acts."""
    from_day: Mapped[date]
    until_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")


class SignInAttempt(Base):
    """A try to sign in, counted against guessing."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account: Mapped[str] = mapped_column(String(60), index=True)
    address: Mapped[str] = mapped_column(String(60), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    succeeded: Mapped[bool]
