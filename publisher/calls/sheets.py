"""In this file a call fills its paper sheet: 约稿通知单 or 报送要点."""

from __future__ import annotations

from publisher.calls.model import Call, CallKind
from publisher.language import day
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.settings import settings

NAMES = {
    CallKind.SOLICITATION: ("solicitation_notice", "约稿通知单"),
    CallKind.PRIORITY: ("priority_list", "信息报送要点"),
}
"""The sheet of each kind of call, and its name on paper."""


def words(call: Call, person: Person) -> dict[str, str]:
    """What a call puts into its sheet; a unit reads its own name there and no other's."""
    units = [asked.unit for asked in call.asked]
    if not person.may(Permission.Calls.MANAGE):
        units = [unit for unit in units if unit.id == person.unit_id]
    return {
        "office": settings().office_name,
        "number": call.number_text,
        "date": day(call.made_at.date()),
        "units": "、".join(unit.name for unit in units) or "各信息报送单位",
        "title": call.title,
        "text": call.text.replace("\r\n", "\n"),
        "due_on": day(call.due_on),
        "contact": call.made_by.name,
        "phone": call.made_by.phone,
    }
