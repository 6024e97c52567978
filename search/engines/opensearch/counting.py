"""In this file the cluster counts what is found, by facets and months, for one reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from search.analysis import fold
from search.engines.opensearch.asking import filtered
from search.engines.opensearch.documents import plain
from search.engines.opensearch.schema import Body
from search.records import FACETS, LENT
from search.weights import MOST_FACET_VALUES

MOST_MONTHS = 4000
MOST_VALUES = 3000
"""Values of one facet that are counted before the most frequent are given to a page."""

Ticked = Mapping[str, Body]


def without(ticked: Ticked, facet: str) -> Body:
    """The conditions of all ticks but those of one facet."""
    return filtered(*(condition for name, condition in ticked.items() if name != facet))


def facet_counting(ticked: Ticked, readers: frozenset[str]) -> Body:
    """What counts every facet, its own ticks left aside, and the months."""
    made = {name: counting(name, readers, without(ticked, name)) for name in FACETS}
    months = {"terms": {"field": "month", "size": MOST_MONTHS, "order": {"_key": "asc"}}}
    made["month"] = {"filter": without(ticked, "date"), "aggs": {"values": months}}
    return made


def counting(
    facet: str,
    readers: frozenset[str],
    condition: Body,
    *,
    most: int = MOST_VALUES,
    further: Body | None = None,
    beginning: str = "",
) -> Body:
    """What counts the values of one facet among what fulfils a condition."""
    field = f"lent.{facet}" if facet in LENT else facet
    terms: Body = {"field": field, "size": most}
    if beginning:
        terms["include"] = f"{_escaped(beginning)}.*"
    values: Body = {"terms": terms}
    if facet not in LENT:
        values |= {"aggs": further} if further else {}
        return {"filter": condition, "aggs": {"values": values}}
    owners: Body = {"reverse_nested": {}}
    owners |= {"aggs": further} if further else {}
    values |= {"aggs": {"owners": owners}}
    seen = {"terms": {"lent.readers": sorted(map(plain, readers))}}
    lent = {"filter": seen, "aggs": {"values": values}}
    return {
        "filter": condition,
        "aggs": {"lent": {"nested": {"path": "lent"}, "aggs": {"seen": lent}}},
    }


def buckets(counted: Body) -> list[tuple[str, int, Body]]:
    """The values counted: each with how many records, and what was counted further of these."""
    if "values" in counted:
        return [(one["key"], one["doc_count"], one) for one in counted["values"]["buckets"]]
    found = counted["lent"]["seen"]["values"]["buckets"]
    return [(one["key"], one["owners"]["doc_count"], one["owners"]) for one in found]


def facets_of(counted: Body) -> dict[str, tuple[tuple[str, int], ...]]:
    """The facets as a page offers them, the most frequent values first."""
    made = {}
    for name in FACETS:
        values = [(value, count) for value, count, _further in buckets(counted[name]) if count]
        made[name] = tuple(sorted(values, key=_most_frequent)[:MOST_FACET_VALUES])
    return made


def months_of(counted: Body) -> tuple[tuple[int, int], ...]:
    """Months (202603) and how many records of each."""
    found = counted["month"]["values"]["buckets"]
    return tuple((int(one["key"]), int(one["doc_count"])) for one in found)


def holding(values: Sequence[tuple[str, int, Body]], wanted: str) -> list[tuple[str, int]]:
    """The values that contain a folded text."""
    return [(value, count) for value, count, _further in values if count and wanted in fold(value)]


def _most_frequent(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _escaped(text: str) -> str:
    """The text as the cluster's regular expressions take it literally."""
    return "".join(sign if sign.isalnum() else f"\\{sign}" for sign in text)
