"""In this file are the doors of this room: send an item for approval, pass, return, recall."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from publisher import clock
from publisher.approvals import actions, queries
from publisher.approvals.forms import DecisionForm
from publisher.approvals.model import Approval, ApprovalState
from publisher.database import db
from publisher.editing import actions as desk
from publisher.editing import queries as items
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.errors import NotFound, StepRefused
from publisher.people.guard import allowed, back, current_person
from publisher.people.permission import Permission
from publisher.serials.model import RouteSubject

bp = Blueprint("approvals", __name__, url_prefix="/approvals")

DECIDES = (Permission.Approvals.DECIDE, Permission.Items.SEE)
"""Anybody at the desk may be named a substitute; the step itself asks for the role."""


@bp.get("")
@allowed(*DECIDES)
def waiting() -> str:
    """What waits for my yes: items here, issues with their pages in their own room."""
    person, today = current_person(), clock.today()
    return render_template(
        "approvals/waiting.html",
        items=queries.waiting_for(person, today, kind=RouteSubject.ITEM),
        issues=queries.waiting_for(person, today, kind=RouteSubject.ISSUE),
    )


@bp.post("/items/<int:number>/ask")
@allowed(Permission.Items.EDIT)
def ask(number: int) -> Response:
    """Send an item on its serial's route."""
    item = items.item(number)
    desk.must_be_ready(item)
    if item.serial is None:
        raise StepRefused(_("请先选定刊物，再送审。"))
    by, at = current_person(), clock.now()
    approval = actions.ask(
        subject=f"item:{item.id}",
        subject_kind=RouteSubject.ITEM,
        title=item.title,
        route=item.serial.route(RouteSubject.ITEM),
        authors=desk.authors(item),
        by=by,
        at=at,
    )
    item.move_to(ItemState.IN_APPROVAL, act="send_for_approval", by=by, at=at)
    db.session.add(approval)
    db.session.commit()
    flash(_("已送审。"), "success")
    return redirect(url_for("editing.item", number=number))


@bp.get("/<int:number>")
@allowed(*DECIDES)
def show(number: int) -> str:
    """One approval of an item: the text as it would be printed, the route, the decision."""
    approval, item = _approval_of_item(number)
    return _page(approval, item, DecisionForm(formdata=None))


@bp.post("/<int:number>/pass")
@allowed(*DECIDES)
def pass_(number: int) -> Response | tuple[str, int]:
    """Say yes at the current step."""
    approval, item = _approval_of_item(number)
    form = DecisionForm()
    if not form.validate():
        return _page(approval, item, form), 422
    by, at = current_person(), clock.now()
    actions.pass_step(
        approval,
        by=by,
        at=at,
        opinion=form.opinion.data or "",
        acting_for=queries.acting_for(approval, by, _today()),
    )
    if approval.state == ApprovalState.PASSED:
        item.move_to(ItemState.APPROVED, act="approve", by=by, at=at)
    db.session.commit()
    flash(_("已同意。"), "success")
    return back(url_for(".waiting"))


@bp.post("/<int:number>/return")
@allowed(*DECIDES)
def return_(number: int) -> Response | tuple[str, int]:
    """Say no with a reason; the item is back on the desk."""
    approval, item = _approval_of_item(number)
    form = DecisionForm()
    if not form.says_why():
        return _page(approval, item, form), 422
    by, at = current_person(), clock.now()
    actions.return_step(
        approval,
        by=by,
        at=at,
        opinion=form.opinion.data or "",
        acting_for=queries.acting_for(approval, by, _today()),
    )
    item.move_to(ItemState.EDITING, act="return_to_desk", by=by, at=at)
    db.session.commit()
    flash(_("已退回编辑。"), "success")
    return back(url_for(".waiting"))


@bp.post("/items/<int:number>/recall")
@allowed(Permission.Items.EDIT)
def recall(number: int) -> Response:
    """Take an item back to the desk before the last yes, or an approved one for a late change."""
    item = items.item(number)
    by, at = current_person(), clock.now()
    approval = queries.of_subject(f"item:{number}")
    if approval is not None and approval.state == ApprovalState.UNDER_WAY:
        actions.recall(approval, by=by, at=at)
    item.move_to(ItemState.EDITING, act="recall", by=by, at=at)
    db.session.commit()
    flash(_("已撤回到编辑中。"), "success")
    return redirect(url_for("editing.item", number=number))


def _approval_of_item(number: int) -> tuple[Approval, Item]:
    approval = queries.approval(number)
    kind, _colon, item_number = approval.subject.partition(":")
    if kind != "item":
        raise NotFound
    return approval, items.item(int(item_number))


def _page(approval: Approval, item: Item, form: DecisionForm) -> str:
    person, today = current_person(), _today()
    return render_template(
        "approvals/show.html",
        approval=approval,
        item=item,
        form=form,
        may_decide=queries.may_decide(approval, person, today),
        alone=approval.would_be_alone(person.id),
        acting_for=queries.acting_for(approval, person, today),
        earlier=queries.all_of_subject(approval.subject),
    )


def _today() -> date:
    return clock.today()
