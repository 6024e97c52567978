"""In this file an issue in work is looked through by the presses, and what is found is kept.

What is found hangs on the content, the machine's faces, the layout and the office's list of
leaders; the content has a digest, and for the others a person asks for the check once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import layouts
from publisher.config import Settings
from publisher.database import db
from publisher.issues import queries as issues
from publisher.issues.model import Check
from publisher.people import queries as people

PLACE = re.compile(r".{1,8}?[省市县区州盟旗]")
"""What an office's name begins with: 云汀市人民政府办公室."""
NOT_SET = "layout-invalid"
"""The code of an issue that could not be set at all."""


def leaders() -> tuple[layouts.Leader, ...]:
    """The office's list: who holds the role, with name, post and protocol order."""
    return tuple(
        layouts.Leader(one.name, one.post, one.protocol_order)
        for one in people.leaders()
        if one.post
    )


def look_through(
    document: layouts.Document,
    edition: layouts.Edition,
    known: Iterable[layouts.Leader],
    office: Settings,
) -> list[dict[str, Any]]:
    """Everything that is wrong with set pages, as it is kept with the issue's check."""
    layout = layouts.read_layout(document.layout, office.layouts_path)
    place = PLACE.match(office.office_name)
    faults = (
        *edition.faults,
        *layouts.overflow_faults(document, edition.content),
        *layouts.leader_faults(document, tuple(known), place[0] if place else ""),
        *layouts.face_faults(layout, office.fonts_path),
    )
    places = edition.places or {}
    return [_kept(fault, places) for fault in dict.fromkeys(faults)]


def _kept(fault: layouts.Fault, places: Mapping[str, int]) -> dict[str, Any]:
    return {
        "code": fault.code,
        "place": fault.place,
        "sentence": fault.sentence,
        "english": fault.english,
        "quote": fault.quote,
        "page": places.get(fault.place),
        "hard": fault.severity is layouts.Severity.HARD,
    }


def not_set(reason: str) -> list[dict[str, Any]]:
    """What is kept of an issue that could not be set: the reason, which stops it."""
    return [_kept(layouts.Fault(NOT_SET, "layout", reason), {})]


def keep(issue_id: int, digest: str, faults: list[dict[str, Any]], *, at: datetime) -> None:
    """Keep what was found in this content; what was found before gives way."""
    found = issues.check_of(issue_id, digest)
    if found is None:
        db.session.add(Check(issue_id=issue_id, digest=digest, faults=faults, checked_at=at))
    else:
        found.faults, found.checked_at = faults, at
