"""In this file the last yes becomes a number and a frozen issue, in one transaction."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from publisher import faultpoints, history
from publisher.approvals import actions as approvals
from publisher.approvals.model import Approval, ApprovalState
from publisher.database import db
from publisher.errors import StepRefused
from publisher.issues import actions, checking, queries
from publisher.issues.model import Issue
from publisher.issues.numbering import Number, take_number
from publisher.issues.source import source_of
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.serials import queries as serials
from publisher.serials.model import RouteSubject, Series
from publisher.settings import settings


def ask(
    issue: Issue, look: checking.Look, *, by: Person, at: datetime, confirmed: bool = False
) -> Approval:
    """Send an issue on its serial's route; the approval is still to be added to the session.

    `look` is what is known against it, `confirmed` whether `by` says that its soft faults shall be
    so. Raises `StepRefused` where it was not looked through, has hard faults, or soft ones that
    nobody confirmed.
    """
    actions.must_have_articles(issue)
    checking.must_be_checked(look)
    if look.soft and not confirmed:
        raise StepRefused(_("有%(n)s处需要核对，请逐条确认后再送签。", n=len(look.soft)))
    actions.send_for_signing(issue, by=by, at=at, confirmed=[one.sentence for one in look.soft])
    checking.confirm(look, by=by, at=at)
    return approvals.ask(
        subject=history.subject_name(issue),
        subject_kind=RouteSubject.ISSUE,
        title=title_of(issue),
        route=issue.serial.route(RouteSubject.ISSUE),
        authors=sorted(actions.authors(issue) | queries.menders_of(issue)),
        by=by,
        at=at,
    )


def title_of(issue: Issue) -> str:
    """What an issue is called before it has a number: 《政务信息》2026年11月20日."""
    day = issue.dated_on
    name = f"《{issue.serial.name}》{day.year}年{day.month}月{day.day}日"
    if issue.series == Series.SUPPLEMENT:
        name += Series.SUPPLEMENT.source_word
    return f"{name}（更正）" if issue.edition > 1 else name


def sign_if_passed(issue: Issue, approval: Approval, *, by: Person, at: datetime) -> bool:
    """Number and freeze an issue whose route has come to its last yes; says whether it had.

    Nothing is committed here: number, content, readers and the locks on its items become true
    together with the yes, or not at all.
    """
    if approval.state != ApprovalState.PASSED:
        return False
    actions.must_have_articles(issue)
    checking.must_be_checked(checking.look_at(issue))
    numbered = number_for(issue)
    faultpoints.reached("signing.numbered")
    frozen = source_of(
        issue,
        numbered=numbered,
        layout_version=serials.keep_layout(issue.serial.layout, settings().layouts_path),
        signer=signer_of(approval, by),
        checker=checker_of(approval),
    )
    photos = queries.photos_of(issue, frozen)
    actions.sign(issue, numbered=numbered, frozen=frozen, photos=photos, by=by, at=at)
    return True


def number_for(issue: Issue) -> Number:
    """The next number of its series; a correction keeps the number of what it puts right."""
    before = issue.supersedes
    if before is None:
        return take_number(db.session, issue.serial, issue.series, issue.dated_on)
    if before.number is None or before.total is None or before.year is None:
        raise StepRefused(_("原刊期没有期号，不能更正。"))
    return Number(before.number, before.total, before.year)


def signer_of(approval: Approval, by: Person) -> str:
    """Whose name stands behind 签发: who said the last yes."""
    last = approval.steps[-1].decided_by
    return (last or by).name


def checker_of(approval: Approval) -> str:
    """Whose names stand behind 核稿: the checkers who said yes on the way."""
    names = [
        step.decided_by.name
        for step in approval.steps[:-1]
        if step.role == Role.CHECKER and step.decided_by is not None
    ]
    return "、".join(dict.fromkeys(names))
