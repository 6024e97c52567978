"""In this file every page gets its frame: entries on the left, words for templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from publisher import clock
from publisher.answers import has_failed
from publisher.approvals import queries as approvals
from publisher.attachments.model import Attachment
from publisher.editing.model import Item
from publisher.people.permission import Permission as P
from publisher.research import queries as research
from publisher.research.searching import adopted_word, facet_word, kind_word
from publisher.settings import settings
from publisher.submissions.model import quoted
from publisher.today.words import act_word
from publisher.words import N_

DEMO_PASSWORD = "yunting-2026"  # noqa: S105 - of invented people, named on the page
"""The one password of the invented people of a demonstration; the sign-in page names it there."""


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool
    group: str = ""
    count: int = 0


DOORS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("", "today.home", N_("今日"), ()),
    (N_("报送"), "submissions.mine", N_("我的报送"),
     (P.Submissions.SUBMIT, P.Submissions.SEE_OWN_UNIT)),
    (N_("报送"), "calls.calls", N_("约稿和要点"), (P.Calls.MANAGE, P.Submissions.SUBMIT)),
    (N_("编发"), "editing.pool", N_("来稿"), (P.Items.EDIT,)),
    (N_("编发"), "editing.items", N_("稿件"), (P.Items.SEE,)),
    (N_("编发"), "approvals.waiting", N_("待我审批"), (P.Approvals.DECIDE,)),
    (N_("编发"), "issues.index", N_("刊期"), (P.Issues.COMPILE, P.Issues.SIGN)),
    (N_("阅读"), "library.issues", N_("阅览室"), (P.Library.READ,)),
    (N_("阅读"), "research.search", N_("检索"), (P.Library.SEARCH,)),
    (N_("阅读"), "research.saved", N_("检索提醒和专题"), (P.Library.SEARCH,)),
    (N_("批示和督办"), "instructions.register", N_("批示台账"),
     (P.Instructions.WRITE, P.Instructions.WRITE_FOR_ANOTHER, P.Instructions.REGISTER,
      P.Instructions.SEE_ALL)),
    (N_("批示和督办"), "followups.cases", N_("督办事项"),
     (P.Followups.MANAGE, P.Followups.HANDLE, P.Instructions.WRITE, P.Instructions.SEE_ALL)),
    (N_("档案"), "filing.year", N_("归档"), (P.Archive.FILE,)),
    (N_("档案"), "retrospect.files", N_("旧刊补录"), (P.Archive.ENTER,)),
    (N_("考核"), "scores.ranking", N_("采用计分"), (P.Scores.SEE,)),
    (N_("管理"), "people.units", N_("单位"), (P.People.MANAGE,)),
    (N_("管理"), "people.persons", N_("人员和角色"), (P.People.MANAGE, P.People.GRANT)),
    (N_("管理"), "serials.serials", N_("刊物"), (P.Serials.MANAGE,)),
    (N_("管理"), "typesetting.layouts", N_("版式"), (P.Serials.MANAGE,)),
    (N_("管理"), "publication.archive", N_("档案库核验"), (P.Archive.VERIFY,)),
    (N_("管理"), "research.synonyms", N_("同义词"), (P.Library.KEEP_WORDS,)),
    (N_("管理"), "today.history", N_("操作记录"), (P.History.READ,)),
)  # fmt: skip
"""Group, endpoint, label, and the permissions one of which opens it (none: everyone)."""


INSIDE = {
    "editing.item": "editing.items",
    "editing.revisions": "editing.items",
    "people.unit": "people.units",
    "research.collection": "research.saved",
    "research.record": "research.search",
    "research.published": "research.search",
    "research.trends": "research.search",
    "people.person": "people.persons",
    "people.new_person": "people.persons",
    "people.mandates": "people.persons",
}
"""Pages that belong to an entry which is not the first of their room."""


def entries() -> list[Entry]:
    """The entries for the person who looks, none for a visitor."""
    if has_failed() or not current_user.is_authenticated:
        # A page that tells of a failure must not fail by what it would show beside it.
        return []
    here = request.endpoint or ""
    opened = [
        door
        for door in DOORS
        if not door[3] or any(current_user.may(permission) for permission in door[3])
    ]
    here = INSIDE.get(here, here)
    exact = any(endpoint == here for _group, endpoint, _label, _permissions in opened)
    made: list[Entry] = []
    for group, endpoint, label, _permissions in opened:
        same_room = endpoint.partition(".")[0] == here.partition(".")[0]
        current = endpoint == here or (not exact and same_room and not any(e.current for e in made))
        made.append(
            Entry(
                str(_(label)),
                url_for(endpoint),
                current,
                str(_(group)) if group else "",
                _waiting(endpoint),
            )
        )
    return made


def _waiting(endpoint: str) -> int:
    """How many things wait behind an entry; asked only where one query answers."""
    if endpoint == "approvals.waiting":
        return len(approvals.waiting_for(current_user, clock.today()))
    if endpoint == "research.saved":
        return research.fresh_count(current_user)
    return 0


def pairs(things: Iterable[Any], value: str, word: str) -> list[tuple[Any, str]]:
    """Value and word of each thing, for a list to choose from."""
    return [(getattr(thing, value), getattr(thing, word)) for thing in things]


def photos_offered(item: Item, photos: Iterable[Attachment]) -> list[dict[str, Any]]:
    """What the editor's photo button offers: key, caption and address of each photo."""
    return [
        {
            "key": str(photo.id),
            "caption": photo.caption or photo.name,
            "url": url_for("editing.file", number=item.id, attachment=photo.id, fitting=""),
        }
        for photo in photos
    ]


def init_navigation(app: Flask) -> None:
    """Give every page the navigation, the office's name and the words templates use."""

    def frame() -> dict[str, Any]:
        may_search = (
            not has_failed()
            and current_user.is_authenticated
            and current_user.may(P.Library.SEARCH)
        )
        return {
            "navigation": entries(),
            "office_name": settings().office_name,
            "settings": settings(),
            "search_url": url_for("research.search") if may_search else "",
        }

    app.context_processor(frame)
    app.jinja_env.globals.update(
        P=P,
        pairs=pairs,
        years_choices=lambda years: [(year, str(year)) for year in years],
        photos_offered=photos_offered,
        quoted=quoted,
        act_word=act_word,
        kind_word=kind_word,
        facet_word=facet_word,
        adopted_word=adopted_word,
        demo_password=DEMO_PASSWORD,
    )
