"""In this file a fault is led to its place: the page where whoever may mend it does so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from publisher.issues.checking import Found
from publisher.issues.model import Issue, State
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.words import N_

ARTICLE = re.compile(r"(?P<id>item-(?P<item>\d+))(?:-p(?P<block>\d+))?")
"""An article of an issue and its block, as the pages name them: item-17-p3."""
NOTE = "editor-note"
LONGEST_QUOTE = 60
FIELDS = {"dated_on": "dated_on", "number_line": "dated_on", "imprint": "extra_recipients"}
"""Places that are fields of the issue, with the field on its page."""
OF_SERIAL = frozenset({"serial", "office", "handling", "imprint", "layout"})


@dataclass(frozen=True)
class Led:
    """A fault as it is shown: where it stands, what it says, and where it is mended."""

    where: str
    sentence: str
    url: str = ""
    """Empty where the person can mend nothing there."""
    page: int | None = None


def led(issue: Issue, found: Iterable[Found], person: Person) -> list[Led]:
    """Each fault with its place, as far as `person` may go there."""
    titles = {f"item-{one.item_id}": one.item.title for one in issue.placements}
    return [
        Led(_where(one, titles), one.told, _address(issue, one, person), one.page) for one in found
    ]


def _where(found: Found, titles: dict[str, str]) -> str:
    place = ARTICLE.fullmatch(found.place)
    if place is not None:
        title = titles.get(place["id"], "")
        name = _("《%(title)s》", title=title if len(title) <= 24 else f"{title[:23]}…")
        return str(name + _("第%(n)s段", n=place["block"]) if place["block"] else name)
    if found.place.startswith(NOTE):
        return str(_("编者按"))
    return str(_(WORDS.get(found.place, OTHERWISE)))


WORDS = {
    "dated_on": N_("刊发日期"),
    "correction": N_("更正说明"),
    "faces": N_("字体"),
    "section": N_("栏目"),
    "imprint": N_("版记"),
    "layout": N_("版式"),
    "serial": N_("刊头"),
    "office": N_("刊头"),
    "handling": N_("刊头"),
    "number_line": N_("刊头"),
    "copy_number": N_("刊头"),
}
OTHERWISE = N_("本期")


def _address(issue: Issue, found: Found, person: Person) -> str:
    """The page to mend a fault on; empty where the issue is not in work or another has to do it."""
    place = ARTICLE.fullmatch(found.place)
    if issue.state != State.ARRANGING:
        return ""
    if issue.edition > 1:
        may, address = Permission.Publication.CORRECT, _in_correction(issue, found, place)
    elif place is not None:
        may, address = Permission.Issues.COMPILE, _in_article(issue, found, int(place["item"]))
    elif found.place in OF_SERIAL and person.may(Permission.Serials.MANAGE):
        return url_for("serials.serial", number=issue.serial_id)
    else:
        may, address = Permission.Issues.COMPILE, _on_desk(issue, found)
    return address if person.may(may) else ""


def _in_correction(issue: Issue, found: Found, place: re.Match[str] | None) -> str:
    anchor = place["id"] if place else "note" if found.place == "correction" else None
    return url_for("publication.correction", number=issue.id, _anchor=anchor)


def _in_article(issue: Issue, found: Found, item: int) -> str:
    quote = found.quote[:LONGEST_QUOTE] or None
    return url_for("issues.article", number=issue.id, item=item, at=found.place, quote=quote)


def _on_desk(issue: Issue, found: Found) -> str:
    if found.place.startswith(NOTE):
        return url_for("issues.arrange", number=issue.id, _anchor="editor_note")
    if found.place in FIELDS:
        return url_for("issues.arrange", number=issue.id, _anchor=FIELDS[found.place])
    if found.place in {"section", "sections"}:
        return url_for("issues.arrange", number=issue.id)
    return ""
