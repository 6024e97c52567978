"""In this file an instruction says which row of an old register it was taken over from."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from publisher.instructions import subjects
from publisher.oldregister import queries
from publisher.oldregister.cells import Doubt
from publisher.people.model import Person
from publisher.people.permission import Permission


@subjects.known_as("old_entry")
def old_entry(number: int, person: Person) -> subjects.Subject | None:
    """The row with file, sheet and number; its page for who keeps the register."""
    found = queries.entry(number)
    if found is None:
        return None
    title = _(
        "旧台账“%(name)s”，工作表“%(sheet)s”第%(row)s行",
        name=found.register.attachment.name,
        sheet=found.sheet,
        row=found.row,
    )
    if Doubt.SAME_WORDS in found.doubts:
        title = _("%(row)s（原行写有几位领导，批示内容未分开）", row=title)
    keeps = person.may(Permission.Instructions.REGISTER)
    url = url_for("oldregister.entry", number=found.id) if keeps else ""
    return subjects.Subject(key=f"old_entry:{number}", title=title, url=url)
