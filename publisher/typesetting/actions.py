"""In this file an office's own layout is made, changed, taken back, brought in and deleted.

The verbs tell what is done; the file itself is written by `layouts.copying`, after its row is safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from publisher import history
from publisher.errors import StepRefused
from publisher.people.model import Person
from publisher.typesetting.model import LayoutChange

Files = tuple[bytes, bytes | None]
"""A layout.toml and its page.css."""


def _saved(name: str, files: Files, by: Person | None, at: datetime) -> LayoutChange:
    toml, css = files
    return LayoutChange(
        layout=name,
        changed_at=at,
        by=by,
        toml=toml.decode(errors="replace").replace("\x00", ""),
        css=None if css is None else css.decode(errors="replace").replace("\x00", ""),
    )


def found_by_hand(
    name: str, files: Files | None, last: LayoutChange | None, *, at: datetime
) -> LayoutChange | None:
    """What was changed in the file itself since the last save, to be kept before it is lost."""
    if files is None or (last is not None and last.files == files):
        return None
    return _saved(name, files, None, at)


def make(name: str, files: Files, *, base: str, by: Person, at: datetime) -> LayoutChange:
    """Make a layout of the office's own out of one that is there."""
    made = _saved(name, files, by, at)
    history.record(made, "make_layout", by=by, at=at, layout=name, base=base)
    return made


def change(name: str, files: Files, *, by: Person, at: datetime) -> LayoutChange:
    """Change a layout; issues that are signed keep the one they were signed with."""
    made = _saved(name, files, by, at)
    history.record(made, "change_layout", by=by, at=at, layout=name)
    return made


def take_back(before: LayoutChange, *, by: Person, at: datetime) -> LayoutChange:
    """Let a layout be again as it was at an earlier save; what came between stays kept."""
    made = _saved(before.layout, before.files, by, at)
    history.record(
        made,
        "take_back_layout",
        by=by,
        at=at,
        layout=before.layout,
        of=history.subject_name(before),
    )
    return made


def bring_in(name: str, files: Files, *, by: Person, at: datetime) -> LayoutChange:
    """Take in a layout out of a package."""
    made = _saved(name, files, by, at)
    history.record(made, "bring_in_layout", by=by, at=at, layout=name)
    return made


def delete(
    name: str,
    files: Files,
    *,
    serials: Sequence[str],
    bases_of: Sequence[str],
    issues: int,
    by: Person,
    at: datetime,
) -> LayoutChange:
    """Delete a layout that nothing needs; its last state stays kept.

    `serials` are the names of those printed in it, `bases_of` the layouts based on it, `issues`
    counts the signed ones that name it. Raises `StepRefused` where there is any.
    """
    if serials:
        named = "".join(f"《{one}》" for one in serials)
        raise StepRefused(_("%(serials)s正在使用这个版式，不能删除。", serials=named))
    if bases_of:
        named = "、".join(f"“{one}”" for one in bases_of)
        raise StepRefused(_("版式%(names)s以它为底本，不能删除。", names=named))
    if issues:
        raise StepRefused(_("已有 %(n)s 期用这个版式签发，不能删除。", n=issues))
    made = _saved(name, files, by, at)
    history.record(made, "delete_layout", by=by, at=at, layout=name)
    return made
