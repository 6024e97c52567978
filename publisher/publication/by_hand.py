"""In this file the command line does what persons do at their desks, each act under a real name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from publisher import clock
from publisher.approvals import actions as approvals
from publisher.approvals import queries as routes_to_yes
from publisher.approvals.model import Approval, ApprovalState
from publisher.database import db
from publisher.editing import actions as desk
from publisher.editing import queries as items
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.errors import InputRefused, NotAllowed, StepRefused
from publisher.faultpoints import reached
from publisher.history import subject_name
from publisher.issues import actions, checking, queries, signing
from publisher.issues.model import Issue, State
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.publication import proofs
from publisher.serials import queries as serials
from publisher.serials.model import RouteSubject, Serial
from publisher.submissions.model import State as SubmissionState
from publisher.submissions.model import Submission

AT_THE_DESK = frozenset({ItemState.EDITING, ItemState.IN_APPROVAL, ItemState.APPROVED})


def person(account: str, permission: str = "") -> Person:
    """The person with that account; raises `InputRefused` for none, `NotAllowed` without right."""
    found = people.person_by_account(account)
    if found is None or not found.active:
        raise InputRefused(_("没有账号“%(account)s”。", account=account))
    if permission and not found.may(permission):
        raise NotAllowed(_("%(name)s没有办理这一步的权限。", name=found.name))
    return found


def serial(code: str) -> Serial:
    """The serial with that code; raises `InputRefused`."""
    found = serials.serial_by_code(code)
    if found is None:
        raise InputRefused(_("没有代号为“%(code)s”的刊物。", code=code))
    return found


def item_of_imported(
    key: str, for_serial: Serial, *, section: str, by: Person, checkers: Sequence[Person]
) -> Item:
    """The approved item made of an imported submission.

    One still in the pool is taken up by `by` and led along its route by `checkers`, a step each;
    without them it is refused.
    """
    submission = db.session.scalars(
        select(Submission).where(Submission.imported_as == key)
    ).one_or_none()
    if submission is None:
        raise InputRefused(_("没有以“%(key)s”为编号导入的来稿。", key=key))
    item = _item_at_the_desk(submission)
    if item is not None and item.state == ItemState.APPROVED:
        return item
    if not checkers:
        raise StepRefused(_("来稿“%(title)s”还没有通过审批。", title=submission.title))
    if item is None:
        item = _take_up(submission, for_serial, section, by)
    _lead_to_yes(item, by, checkers)
    return item


def _item_at_the_desk(submission: Submission) -> Item | None:
    found = [one for one in items.items_of(submission.id) if one.state in AT_THE_DESK]
    return found[-1] if found else None


def _take_up(submission: Submission, for_serial: Serial, section: str, by: Person) -> Item:
    if submission.state != SubmissionState.SUBMITTED:
        raise StepRefused(
            _(
                "来稿“%(title)s”现在是“%(state)s”，不能编入。",
                title=submission.title,
                state=submission.state.word,
            )
        )
    item = desk.take_up(submission, by=by, at=clock.now(), serial=for_serial, section=section)
    db.session.add(item)
    db.session.flush()
    return item


def _lead_to_yes(item: Item, by: Person, checkers: Sequence[Person]) -> None:
    desk.must_be_ready(item)
    approval = routes_to_yes.of_subject(subject_name(item))
    if item.state == ItemState.EDITING and item.serial is not None:
        approval = approvals.ask(
            subject=subject_name(item),
            subject_kind=RouteSubject.ITEM,
            title=item.title,
            route=item.serial.route(RouteSubject.ITEM),
            authors=sorted(desk.authors(item)),
            by=by,
            at=clock.now(),
        )
        item.move_to(ItemState.IN_APPROVAL, act="send_for_approval", by=by, at=clock.now())
        db.session.add(approval)
        db.session.flush()
    if approval is None:
        raise StepRefused(_("稿件“%(title)s”没有在审批中。", title=item.title))
    for checker in checkers:
        if approval.state == ApprovalState.UNDER_WAY:
            _pass(approval, checker)
    if approval.state != ApprovalState.PASSED:
        raise StepRefused(_("稿件“%(title)s”的审批还没有走完。", title=item.title))
    item.move_to(ItemState.APPROVED, act="approve", by=checkers[-1], at=clock.now())


def _pass(approval: Approval, by: Person) -> None:
    approvals.pass_step(
        approval,
        by=by,
        at=clock.now(),
        acting_for=routes_to_yes.acting_for(approval, by, clock.today()),
    )


def sign(
    number: int,
    signers: Sequence[Person],
    *,
    sender: Person | None = None,
    confirmed: bool = False,
) -> Issue:
    """Lead an issue along its route, a step for each of `signers` in turn, and commit each.

    One not sent yet is looked through and sent by `sender`, else by who compiled it; `confirmed`
    says that its soft faults shall be so. Fewer names than steps leave it on its way. Raises
    `StepRefused` with the sentences of what stands against it.
    """
    _look_through(number)
    issue = queries.issue(number, to_change=True)
    if issue.state == State.ARRANGING:
        look = checking.look_at(issue)
        if look.soft and not confirmed:
            told = " ".join(one.sentence for one in look.soft)
            raise StepRefused(_("有需要核对的问题，确认后才能送签：%(reasons)s", reasons=told))
        by = sender or issue.compiled_by
        db.session.add(signing.ask(issue, look, by=by, at=clock.now(), confirmed=confirmed))
        db.session.commit()
    for signer in signers:
        _sign_step(number, signer, clock.now())
    return queries.issue(number)


def _look_through(number: int) -> None:
    """Have the presses look through an issue in work, where this very content was not yet."""
    issue = queries.issue(number)
    look = checking.look_at(issue)
    is_due = not (look.is_made or issue.has_left_the_desk) and bool(issue.placements)
    db.session.rollback()
    if is_due:
        proofs.look_through(number, look.digest)


def _sign_step(number: int, signer: Person, at: datetime) -> None:
    issue = queries.issue(number, to_change=True)
    approval = routes_to_yes.of_subject(subject_name(issue))
    if issue.state != State.IN_APPROVAL or approval is None:
        raise StepRefused(_("本期现在是“%(state)s”，没有要办的步骤。", state=issue.state.word))
    _pass(approval, signer)
    signed = signing.sign_if_passed(issue, approval, by=signer, at=at)
    db.session.commit()
    if signed:
        reached("signing.signed")


def gather(issue: Issue, chosen: Sequence[Item], *, section: str, by: Person, at: datetime) -> None:
    """Put items into an issue in the order they are named."""
    for item in chosen:
        actions.place(issue, item, section=section, by=by, at=at)
    actions.must_have_articles(issue)
