"""In this file a long list is taken a page at a time: the numbers of a page, then its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.base import ExecutableOption

from publisher.database import db

PER_PAGE = 20
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list."""

    rows: Sequence[Row]
    total: int
    page: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages the list has, at least one."""
        return max(1, -(-self.total // self.per_page))


def page_of(
    statement: Select[Row],
    key: InstrumentedAttribute[int],
    *,
    order: Sequence[Any],
    page: int,
    options: Sequence[ExecutableOption] = (),
    per_page: int = PER_PAGE,
) -> Page[Row]:
    """One page of what a statement finds, by its rows' `key`, each in `order`.

    Rows carry whole texts: those of the pages before are passed over by their numbers alone.
    """
    number = max(page, 1)
    total = db.session.scalar(statement.with_only_columns(func.count(key))) or 0
    keys = statement.with_only_columns(key).order_by(*order)
    wanted = list(db.session.scalars(keys.limit(per_page).offset((number - 1) * per_page)))
    thing = key.class_
    found = db.session.scalars(select(thing).where(key.in_(wanted)).options(*options)).unique()
    by_key = {one.id: one for one in found}
    return Page([by_key[one] for one in wanted], total, number, per_page)
