"""In this file records that go on with each other, as far as a reader sees them, are a story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from search.engines.opensearch.asking import either, filtered
from search.engines.opensearch.schema import Body

_AT_ONCE = 10_000
Every = Callable[[Body], Iterator[Body]]


def stories_of(found: Sequence[Body], visible: Body, every: Every) -> dict[str, str]:
    """For each record found the name of its story, the same for all records of one.

    What was found is joined through whatever else the reader may see between.
    """
    firsts = {_id(hit): _first(hit) for hit in found}
    new = set(firsts)
    while new:
        asked = new | {firsts[one] for one in new if firsts[one]}
        added = {}
        for hit in _beside(asked, visible, every):
            added[_id(hit)] = _first(hit)
        new = {one for one in added if one not in firsts}
        firsts |= added
    return _joined(firsts)


def _beside(keys: Iterable[str], visible: Body, every: Every) -> Iterator[Body]:
    """The records of these ids, and those that go on with them."""
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        linked = either([{"terms": {"id": some}}, {"terms": {"first": some}}])
        yield from every(
            {
                "query": filtered(visible, linked),
                "_source": False,
                "docvalue_fields": ["id", "first"],
                "sort": [{"id": "asc"}],
            }
        )


def _joined(firsts: Mapping[str, str]) -> dict[str, str]:
    """Each record's story: what is joined by links between records that are there."""
    above = {one: one for one in firsts}

    def root(one: str) -> str:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for one, first in firsts.items():
        if first in above:
            above[root(one)] = root(first)
    return {one: root(one) for one in firsts}


def _id(hit: Body) -> str:
    return str(hit["fields"]["id"][0])


def _first(hit: Body) -> str:
    return str(hit["fields"].get("first", [""])[0])
