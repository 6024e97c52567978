"""In this file is the door to an instruction page (批示页): instructions that an issue prints."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from publisher import clock
from publisher.database import db
from publisher.editing import actions as desk
from publisher.errors import InputRefused
from publisher.instructions import actions, queries
from publisher.instructions.routes import filters
from publisher.instructions.sheets import carrier
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.submissions import actions as submissions
from publisher.submissions.model import Kind

bp = Blueprint("instruction_pages", __name__, url_prefix="/instructions")

MOST = 20
"""Instructions of one page; more are narrowed first."""


@bp.post("/page")
@allowed(Permission.Items.EDIT)
def make() -> Response:
    """Lay the instructions of the register as it is filtered on the desk, as one item to print.

    Each is printed as an element of its own, leaders in protocol order; what may not be printed is
    not among them.
    """
    state, leader, words, year = filters()
    by, at = current_person(), clock.now()
    found = queries.printable(by, state=state, leader=leader, words=words, year=year)
    if not found:
        raise InputRefused(_("没有可以刊印的批示：须已登记，且未限定知悉范围。"))
    if len(found) > MOST:
        raise InputRefused(
            _("可以刊印的批示有%(n)s件，请先筛选到%(most)s件以内。", n=len(found), most=MOST)
        )
    draft = submissions.Draft(
        title="领导批示选登",
        body="以上批示依次见" + "、".join(dict.fromkeys(carrier(one) for one in found)) + "。",
        kind=Kind.SYNTHESIS,
        source="批示台账",
        drafter=by.name,
        unit_signer=by.name,
        signer_phone=by.phone,
        instructions=tuple(actions.quotation(one) for one in found),
    )
    submission = submissions.submit(
        draft, by=by, at=at, origin=f"instructions:{found[0].id}-{found[-1].id}"
    )
    item = desk.take_up(submission, by=by, at=at)
    item.source_line = ""
    db.session.add_all([submission, item])
    db.session.commit()
    flash(_("已排成稿件，请取舍后选定刊物、送审。"), "success")
    return redirect(url_for("editing.item", number=item.id))
