"""In this file what happened to an issue is told in lines, as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from publisher import history
from publisher.database import db
from publisher.issues.model import Issue
from publisher.words import N_

ACTS = {
    "open_issue": N_("开始编排"),
    "describe": N_("修改刊期要素"),
    "arrange": N_("调整编排"),
    "mend": N_("校对改正"),
    "pull_proof": N_("出校样"),
    "remark": N_("校对意见"),
    "settle_remark": N_("校对意见已改"),
    "reopen_remark": N_("恢复校对意见"),
    "send_for_signing": N_("送签"),
    "return": N_("退回"),
    "recall": N_("撤回送签"),
    "sign": N_("签发"),
    "publish": N_("刊发"),
    "try_publication_again": N_("重新刊发"),
    "begin_correction": N_("开始更正"),
    "revise_note": N_("修改更正说明"),
    "revise_article": N_("修改稿件"),
    "correct": N_("由更正版取代"),
    "withdraw": N_("撤回"),
    "cancel": N_("作废"),
    "give_out_copies": N_("编份号分发"),
    "sign_for_copy": N_("登记签收"),
    "take_back_copy": N_("登记清退"),
}
"""What history calls an act, as the page says it."""

TONES = {"sign": "done", "publish": "done", "return": "refused", "withdraw": "refused"}


@dataclass(frozen=True)
class Event:
    """One line of what happened to an issue."""

    at: datetime
    who: str
    what: str
    text: str
    url: str = ""
    tone: str = ""


def events(issue: Issue) -> list[Event]:
    """Everything that happened to an issue, oldest first."""
    return [
        Event(
            at=entry.at,
            who=entry.who,
            what=_(ACTS.get(entry.act, entry.act)),
            text=_told(entry.detail),
            tone=TONES.get(entry.act, ""),
        )
        for entry in history.entries_of(db.session, history.subject_name(issue))
    ]


def _told(detail: Mapping[str, Any]) -> str:
    if confirmed := detail.get("confirmed"):
        return str(_("确认保留：%(what)s", what=" ".join(map(str, confirmed))))
    return str(detail.get("reason") or detail.get("title") or "")
