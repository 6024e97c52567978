"""In this file registers give their numbers: 约稿〔2026〕3号, 批〔2026〕12号, 督查〔2026〕37号."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from publisher.database import Base

INSTRUCTIONS = "批"
CASES, RESTRICTED_CASES = "督查", "限督查"
"""Cases of instructions for named people only are counted apart, as those instructions are."""


class RegisterCounter(Base):
    """The last number given in one year of a register."""

    __tablename__ = "register_counter"
    __table_args__ = (UniqueConstraint("register", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    register: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    last_number: Mapped[int] = mapped_column(default=0)


def take_number(session: Session, register: str, year: int) -> int:
    """The next number of a register's year, taken in the transaction at hand.

    The counter's row is locked until the transaction ends, so that a rollback gives the number
    back before anyone else can see another.
    """
    counter = _locked(session, register, year)
    if counter is None:
        # Two first numbers of a year at the same moment: the unique row decides who makes it.
        try:
            with session.begin_nested():
                session.add(RegisterCounter(register=register, year=year, last_number=0))
                session.flush()
        except IntegrityError:
            pass
        counter = _locked(session, register, year)
    if counter is None:
        raise RuntimeError("the register's counter could not be made")
    counter.last_number += 1
    session.flush()
    return counter.last_number


def go_on_after(session: Session, register: str, year: int, number: int) -> None:
    """Let the next number of a register's year come after one that was given outside of it."""
    counter = _locked(session, register, year)
    if counter is None:
        session.add(RegisterCounter(register=register, year=year, last_number=number))
    else:
        counter.last_number = max(counter.last_number, number)
    session.flush()


def _locked(session: Session, register: str, year: int) -> RegisterCounter | None:
    statement = (
        select(RegisterCounter)
        .where(RegisterCounter.register == register, RegisterCounter.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()
