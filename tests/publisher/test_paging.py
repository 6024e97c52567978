"""In this file long lists are taken a page at a time, counted or not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from publisher.paging import first_pages, page_of
from publisher.people.model import Unit
from tests import factories

NAMES = ["清溪县", "白沙县", "青石县", "云岭县", "南浦县"]
ALL = select(Unit).where(Unit.name.in_(NAMES))


@pytest.fixture(autouse=True)
def _units(records: None) -> None:  # noqa: ARG001 - opens the database
    for name in NAMES:
        factories.unit(name)


class TestNotCounted:
    @pytest.mark.parametrize(("number", "shown", "total"), [(1, 2, 3), (2, 2, 5), (3, 1, 5)])
    def test_it_is_known_whether_there_is_more_and_no_further(
        self, number: int, shown: int, total: int
    ) -> None:
        found = page_of(ALL, Unit.id, order=(Unit.id,), page=number, per_page=2, counted=False)
        counted = page_of(ALL, Unit.id, order=(Unit.id,), page=number, per_page=2)
        assert [one.name for one in found.rows] == [one.name for one in counted.rows]
        assert (len(found.rows), found.total, counted.total) == (shown, total, 5)


class TestSeveralLists:
    def test_each_begins_as_it_would_alone(self) -> None:
        lists = {
            "all": ALL,
            "south": ALL.where(Unit.name == "南浦县"),
            "none": ALL.where(Unit.name == ""),
        }
        found = first_pages(lists, Unit.id, order=(Unit.id.desc(),), per_page=3)
        assert {name: [one.name for one in page.rows] for name, page in found.items()} == {
            "all": ["南浦县", "云岭县", "青石县"], "south": ["南浦县"], "none": [],
        }  # fmt: skip
        assert {name: page.total for name, page in found.items()} == {
            "all": 4, "south": 1, "none": 0,
        }  # fmt: skip
