"""In this file a serial is founded and changed."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from publisher import history
from publisher.errors import InputRefused
from publisher.people.permission import Role
from publisher.serials.model import (
    Counter,
    RouteStep,
    RouteSubject,
    RunningTotal,
    Section,
    Serial,
    SerialKind,
    SerialReader,
    Series,
)

NUMBER_PLACES = frozenset({"number", "total", "year"})
LONGEST_SECTION = 60


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a serial is: every word of it is the office's own."""

    name: str
    kind: SerialKind
    issuing_office: str
    layout: str = "regular"
    number_pattern: str = "第{number}期（总第{total}期）"
    restarts_yearly: bool = True
    handling_note: str = ""
    to_superior: str = ""
    to_peer: str = ""
    to_subordinate: str = ""
    phone: str = ""
    print_run: int = 0
    retention_years: int = 10
    position: int = 0
    is_active: bool = True
    sections: Sequence[str] = ()
    expected: Collection[str] = ()
    """Those of the sections that every issue has items in."""
    item_route: Sequence[tuple[str, Role]] = ()
    issue_route: Sequence[tuple[str, Role]] = ()
    readers: Sequence[str] = field(default=("staff",))


PLAIN = (
    "name", "kind", "issuing_office", "layout", "number_pattern", "restarts_yearly",
    "handling_note", "to_superior", "to_peer", "to_subordinate", "phone", "print_run",
    "retention_years", "position", "is_active",
)  # fmt: skip


def found(
    code: str,
    profile: Profile,
    *,
    by: history.Actor,
    at: datetime,
    last_number: int = 0,
    last_total: int = 0,
) -> Serial:
    """Found a serial; numbers go on from what was published before it came into the system.

    Raises `InputRefused` for a pattern or route that cannot be.
    """
    _check(profile)
    serial = Serial(
        code=code, name=profile.name, kind=profile.kind, issuing_office=profile.issuing_office
    )
    _apply(serial, profile)
    year = at.year if profile.restarts_yearly else 0
    serial.counters = [Counter(series=Series.MAIN, year=year, last_number=last_number)]
    serial.totals = [RunningTotal(series=Series.MAIN, last_total=last_total)]
    history.record(serial, "found_serial", by=by, at=at, name=profile.name)
    return serial


def change(serial: Serial, profile: Profile, *, by: history.Actor, at: datetime) -> None:
    """Change a serial; what is published or under way keeps what it was made with."""
    _check(profile)
    history.record(serial, "change_serial", by=by, at=at, was=serial.name, name=profile.name)
    _apply(serial, profile)


def _apply(serial: Serial, profile: Profile) -> None:
    for name in PLAIN:
        setattr(serial, name, getattr(profile, name))
    _follow_sections(serial, profile)
    wanted = [
        (subject, place, name, role)
        for subject, route in (
            (RouteSubject.ITEM, profile.item_route),
            (RouteSubject.ISSUE, profile.issue_route),
        )
        for place, (name, role) in enumerate(route, 1)
    ]
    if wanted != [(step.subject, step.position, step.name, step.role) for step in serial.steps]:
        _follow_route(serial, wanted)
    kept = {reader.token: reader for reader in serial.readers}
    serial.readers = [
        kept.get(token) or SerialReader(token=token) for token in dict.fromkeys(profile.readers)
    ]


def _follow_sections(serial: Serial, profile: Profile) -> None:
    kept = {section.name: section for section in serial.sections}
    serial.sections = []
    for position, name in enumerate(dict.fromkeys(profile.sections), 1):
        section = kept.get(name) or Section(name=name, position=position)
        section.position, section.is_expected = position, name in profile.expected
        serial.sections.append(section)


def _follow_route(serial: Serial, wanted: Sequence[tuple[RouteSubject, int, str, Role]]) -> None:
    """Reuse the steps in their places: two rows may not hold one place even for a moment."""
    kept = {(step.subject, step.position): step for step in serial.steps}
    serial.steps = []
    for subject, position, name, role in wanted:
        step = kept.get((subject, position))
        if step is None:
            step = RouteStep(subject=subject, position=position, name=name, role=role)
        step.name, step.role = name, role
        serial.steps.append(step)


def _is_number_pattern(pattern: str) -> bool:
    """Whether a pattern holds its three places only, plain or with a width such as {number:03}."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        return False
    return all(
        name is None
        or (name in NUMBER_PLACES and not conversion and re.fullmatch(r"0?[1-9]?d?", width or ""))
        for _text, name, width, conversion in parts
    )


def _check(profile: Profile) -> None:
    if not _is_number_pattern(profile.number_pattern):
        raise InputRefused(_("期号样式只能含 {number}、{total}、{year}。"), field="number_pattern")
    for name in profile.sections:
        if len(name) > LONGEST_SECTION:
            raise InputRefused(
                _("栏目“%(name)s”过长，最多%(n)s字。", name=name, n=LONGEST_SECTION),
                field="sections",
            )
    if not profile.issue_route:
        raise InputRefused(_("请至少设置一个签发步骤。"), field="issue_route")
    if not profile.item_route:
        raise InputRefused(_("请至少设置一个稿件审批步骤。"), field="item_route")
    if not profile.readers:
        raise InputRefused(_("请至少选择一类读者。"), field="readers")
