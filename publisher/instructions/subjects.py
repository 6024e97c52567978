"""In this file later rooms say what else a leader may write on: a unit's report, for one.

An instruction keeps it as a plain value such as report:9; this room looks back only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from publisher.people.model import Person


@dataclass(frozen=True)
class Subject:
    """Something of a later room that an instruction stands on."""

    key: str
    title: str
    url: str


Finder = Callable[[int, Person], Subject | None]
_finders: dict[str, Finder] = {}


def known_as(kind: str) -> Callable[[Finder], Finder]:
    """Register how a kind's things are found; none for what the person may not know of."""

    def register(finder: Finder) -> Finder:
        _finders[kind] = finder
        return finder

    return register


def subject(key: str, person: Person) -> Subject | None:
    """What a key such as report:9 means to a person; none where there is no such thing."""
    kind, _colon, number = key.partition(":")
    if kind not in _finders or not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    return _finders[kind](int(number), person)
