"""In this file a long list is taken a page at a time: the numbers of a page, then its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    counted: bool = True,
) -> Page[Row]:
    """One page of what a statement finds, by its rows' `key`, each in `order`.

    Rows carry whole texts: those of the pages before are passed over by their numbers alone. Where
    it is not `counted`, `total` says no more than whether there is anything behind the page.
    """
    number = max(page, 1)
    before = (number - 1) * per_page
    keys = statement.with_only_columns(key).order_by(*order).offset(before)
    if counted:
        total = db.session.scalar(statement.with_only_columns(func.count(key))) or 0
        wanted = list(db.session.scalars(keys.limit(per_page)))
    else:
        wanted = list(db.session.scalars(keys.limit(per_page + 1)))
        total = before + len(wanted)
    by_key = _by_key(key, wanted[:per_page], options)
    return Page([by_key[one] for one in wanted[:per_page]], total, number, per_page)


def first_pages(
    statements: Mapping[str, Select[Row]],
    key: InstrumentedAttribute[int],
    *,
    order: Sequence[Any],
    per_page: int,
    options: Sequence[ExecutableOption] = (),
) -> dict[str, Page[Row]]:
    """The first page of several lists of the same things, not counted, all rows read at once."""
    wanted = {
        name: list(
            db.session.scalars(
                statement.with_only_columns(key).order_by(*order).limit(per_page + 1)
            )
        )
        for name, statement in statements.items()
    }
    shown = {one for keys in wanted.values() for one in keys[:per_page]}
    by_key = _by_key(key, sorted(shown), options)
    return {
        name: Page([by_key[one] for one in keys[:per_page]], len(keys), 1, per_page)
        for name, keys in wanted.items()
    }


def _by_key(
    key: InstrumentedAttribute[int], wanted: Sequence[int], options: Sequence[ExecutableOption]
) -> dict[int, Any]:
    if not wanted:
        return {}
    found = db.session.scalars(select(key.class_).where(key.in_(wanted)).options(*options))
    return {one.id: one for one in found.unique()}
