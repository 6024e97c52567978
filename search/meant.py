"""In this file a name that nobody bears is asked back with those spelt nearly the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from search.analysis import fold
from search.records import Suggestion

FACETS_OF_NAMES = ("unit", "serial", "leader", "handler")
NAMES_COMPARED = 5000
"""Values of one facet that are compared with what was typed."""
_LONGEST_NAME = 40
_NEAR_ENOUGH = 60
_PART_OF_A_NAME = 0.95
"""How much the likeness to a part of a name counts: 水力局 means 市水利局."""
_SHORTEST_PART = 3


def near_names(
    typed: str, values_of: Callable[[str], Iterable[Suggestion]], *, most: int
) -> tuple[Suggestion, ...]:
    """Names nearly as typed, out of the values of those facets that are names."""
    # Loaded where something was found by nobody: most searches do without.
    from rapidfuzz import process  # noqa: PLC0415

    wanted = fold(typed).strip()
    if not 2 <= len(wanted) <= _LONGEST_NAME:
        return ()
    names = {one.text: one for facet in FACETS_OF_NAMES for one in values_of(facet)}
    found = process.extract(
        wanted,
        list(names),
        scorer=_nearness,
        processor=fold,
        limit=most,
        score_cutoff=_NEAR_ENOUGH,
    )
    return tuple(names[name] for name, _score, _place in found if fold(name) != wanted)


def _nearness(typed: str, name: str, **_given: object) -> float:
    """How near a name is, 0 to 100: as a whole, or that part of it that is as long as was typed."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - see above

    whole = fuzz.ratio(typed, name)
    if len(typed) < _SHORTEST_PART or len(typed) >= len(name):
        return whole
    return max(whole, fuzz.partial_ratio(typed, name) * _PART_OF_A_NAME)
