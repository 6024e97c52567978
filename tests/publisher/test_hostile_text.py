"""In this file strings that break programs go through every door by which text comes in.

A door is a row: whose it is, which of its fields are free text, what a right form says, and what
of it is kept. Each string is refused in words and still stands in the form, or is kept exactly; and
wherever it is shown it is text, never markup.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html.parser import HTMLParser
from typing import TypeVar
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from publisher import clock, jobs
from publisher.approvals import actions as approvals
from publisher.approvals.model import Approval
from publisher.calls.model import Call
from publisher.database import Base, db
from publisher.editing.model import Item, Revision
from publisher.editing.model import State as ItemState
from publisher.followups.model import (
    CalendarDay,
    Case,
    Chase,
    Extension,
    ExtensionState,
    Report,
    ReportStage,
    ReportState,
)
from publisher.followups.model import State as CaseState
from publisher.history import HistoryEntry
from publisher.instructions.model import Instruction
from publisher.issues import signing
from publisher.issues.model import Issue
from publisher.library.model import Annotation
from publisher.library.tasks import drain_outbox
from publisher.people.model import Person, Substitute, Unit
from publisher.people.permission import Role
from publisher.publication import press
from publisher.publication.model import OutboxEntry
from publisher.serials.model import RouteSubject, Serial
from publisher.submissions.model import Submission
from tests import factories
from tests.conftest import SHARED_DATA
from tests.publisher.people.browsing import Browser
from tests.publisher.publication.presses import fast_set_all
from tests.publisher.submissions.sending import shown_in

pytestmark = pytest.mark.usefixtures("records")

Thing = TypeVar("Thing", bound=Base)
Kept = Callable[[], Mapping[str, str]]

MARKS = set("<>&\"'`{")
LIVE = {"onload", "onerror", "onclick", "onmouseover", "onfocus", "style", "srcdoc"}
ADDRESSES = ("href", "src", "action", "formaction")
SCHEMES = ("javascript:", "data:", "vbscript:")
WORST = (
    "",
    " \t　 ",
    "零\0字符",
    "\ud800孤立的代理\udfff",
    "\u202e从右向左\u2066\u202d",
    "零\u200b宽\u200d字\ufeff符",
    "铃\x07退\x08页\x0c转\x1b义\x7f",
    "𠮷永强 𡈽门村 👩‍👩‍👧‍👦 ﷽",
    "字" * 10_000,
    "<" * 150,
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title></head><svg onload=alert(1)>",
    '"\' onfocus=alert(1) autofocus x="',
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 191 }}{% raw %}",
    "%s %(name)s %n {0} {number} %",
    "'; DROP TABLE submission; --",
    "../../../../etc/passwd",
    '=HYPERLINK("http://elsewhere.example")',
)
"""What has broken programs before: nothing, blanks, controls, halves of characters, markup."""
WRONG = ("", " ", "9" * 40, "0001-01-01", "<b>二</b>\0")
"""What no list, date or number takes."""


class Page(HTMLParser):
    """What would live on a page: its elements, their attributes and addresses, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def faults(self) -> list[str]:
        """Everything on the page that did not come from us."""
        found = []
        for tag, attributes in self.elements:
            addresses = [
                attributes.get(name, "") for name in ("href", "src", "action", "formaction")
            ]
            ours = tag not in {"script", "img", "iframe", "object", "embed"} or (
                attributes.get("src", "").startswith("/")
                or attributes.get("type", "").endswith("json")
                or (tag == "img" and set(attributes) <= {"alt", "hidden"})  # shows nothing
            )
            scripted = any(one.strip().lower().startswith(SCHEMES) for one in addresses)
            if LIVE & set(attributes) or scripted or not ours:
                found.append(f"<{tag} {attributes}>")
        if "1337" in "".join(self.words):
            found.append("a template in the text was carried out")
        return found


class Office:
    """The people and things that doors need, made when they are first asked for."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.numbers = itertools.count(1)
        self.browsers: dict[Role, Browser] = {}

    def number(self) -> int:
        return next(self.numbers)

    def browser(self, role: Role) -> Browser:
        if role not in self.browsers:
            self.browsers[role] = Browser(self.app, self.person(role))
        return self.browsers[role]

    def person(self, role: Role) -> Person:
        person: Person = getattr(self, role.value)
        return person

    @cached_property
    def unit(self) -> Unit:
        return factories.unit("清溪县人民政府办公室")

    @cached_property
    def administrator(self) -> Person:
        return factories.person(Role.ADMINISTRATOR, name="管理员")

    @cached_property
    def editor(self) -> Person:
        return factories.person(Role.EDITOR, name="周编")

    @cached_property
    def checker(self) -> Person:
        return factories.person(Role.CHECKER, name="王核")

    @cached_property
    def officer(self) -> Person:
        return factories.person(Role.OFFICER, name="吴督")

    @cached_property
    def handler(self) -> Person:
        return factories.person(Role.HANDLER, name="郑办", unit_=self.unit)

    @cached_property
    def leader(self) -> Person:
        return factories.leader("沈明远")

    @cached_property
    def reporter(self) -> Person:
        return factories.person(Role.REPORTER, name="赵报", unit_=self.unit)

    @cached_property
    def serial(self) -> Serial:
        return factories.serial("政务信息")

    @cached_property
    def published(self) -> Issue:
        return factories.published_issue(serial_=self.serial)

    @cached_property
    def case(self) -> Case:
        return factories.case(instruction_=self.instruction(), lead=self.unit, officer=self.officer)

    def instruction(self, *, registered: bool = True) -> Instruction:
        return factories.instruction(
            issue_=self.published, leader_=self.leader, registered=registered
        )

    def running_case(self, state: CaseState = CaseState.RECEIVED) -> Case:
        """The one case, brought back to where a door stands open."""
        case = self.case
        case.state, case.closed_at, case.result = state, None, ""
        case.lead.received_at = None if state == CaseState.ASSIGNED else factories.AT
        for extension in case.extensions:
            extension.state = ExtensionState.REFUSED
        return factories.keep(case)

    def report(self) -> Report:
        case = self.running_case(CaseState.REPORTED)
        made = Report(
            unit=self.unit,
            stage=ReportStage.FINAL,
            process="已逐项落实。",
            reported_by=self.handler,
            reported_at=factories.AT,
        )
        made.state = ReportState.SUBMITTED
        case.reports.append(made)
        factories.keep(case)
        return made

    def submission(self) -> Submission:
        return factories.submission(by=self.reporter)

    def item(self, state: ItemState = ItemState.EDITING) -> Item:
        return factories.item(
            serial_=self.serial, editor=self.editor, state=state, sources=[self.submission()]
        )

    def approval(self) -> Approval:
        item = self.item(ItemState.IN_APPROVAL)
        return factories.keep(
            approvals.ask(
                subject=f"item:{item.id}",
                subject_kind=RouteSubject.ITEM,
                title=item.title,
                route=self.serial.route(RouteSubject.ITEM),
                authors=[self.editor.id],
                by=self.editor,
                at=factories.AT,
            )
        )

    def issue(self) -> Issue:
        item = self.item(ItemState.PLACED)
        return factories.issue(serial_=self.serial, items=[item], compiled_by=self.editor)

    def issue_on_its_way(self) -> Issue:
        issue = self.issue()
        look = factories.checked(issue)
        factories.keep(signing.ask(issue, look, by=self.editor, at=factories.AT))
        return issue


def latest(model: type[Thing]) -> Thing:
    """What was made last."""
    number = model.__mapper__.primary_key[0]
    return db.session.scalars(select(model).order_by(number.desc()).limit(1)).unique().one()


def told(act: str) -> str:
    """The reason the latest act of that name was given."""
    statement = select(HistoryEntry).where(HistoryEntry.act == act)
    entry = db.session.scalars(statement.order_by(HistoryEntry.id.desc()).limit(1)).one()
    return str(entry.detail.get("reason", entry.detail.get("remark")))


def of(thing: Callable[[], object], **names: str) -> Kept:
    """What is kept of each field, by the name the thing has for it."""
    return lambda: {typed: getattr(thing(), name) for typed, name in names.items()}


@dataclass(frozen=True)
class Visit:
    """One opening of a door: where to, a right form, and how to find what was kept of it."""

    path: str
    form: Mapping[str, object]
    kept: Kept
    page: Callable[[], str]
    """Where it is shown afterwards."""


@dataclass(frozen=True)
class Door:
    """A door by which text comes in."""

    role: Role
    texts: tuple[str, ...]
    """The fields of free text."""
    visit: Callable[[Office], Visit]
    asked_in_dialog: bool = False
    """The page itself has no field for it, so what is wrong is said on a page of its own."""


DOORS: dict[str, Door] = {}


def door(
    role: Role, *texts: str, asked_in_dialog: bool = False
) -> Callable[[Callable[[Office], Visit]], None]:
    """Enter a door in the table."""

    def enter(visit: Callable[[Office], Visit]) -> None:
        DOORS[visit.__name__] = Door(role, texts, visit, asked_in_dialog)

    return enter


@door(Role.EDITOR, "title", "text")
def a_call(_office: Office) -> Visit:
    form = {
        "kind": "priority",
        "title": "四季度报送要点",
        "text": "五百字以内。",
        "due_on": "2026-12-01",
    }
    kept = of(lambda: latest(Call), title="title", text="text")
    return Visit("/calls/new", form, kept, lambda: f"/calls/{latest(Call).id}")


SERIAL_TEXTS = (
    "name", "number_pattern", "issuing_office", "handling_note", "to_superior", "to_peer",
    "to_subordinate", "phone",
)  # fmt: skip


def _of_serial(number: int) -> dict[str, object]:
    return {
        "code": f"code{number}", "name": f"情况反映{number}", "kind": "situation",
        "layout": "regular", "number_pattern": "第{number}期", "issuing_office": "市政府办公室编",
        "handling_note": "内部资料", "to_superior": "市委。", "to_peer": "军分区。",
        "to_subordinate": "各县。", "phone": "0999-2210001", "print_run": "80",
        "retention_years": "10", "position": "1", "sections": "工作动态",
        "item_route": "核稿：核稿人", "issue_route": "签发：签发人",
        "readers": "staff", "last_number": "0", "last_total": "0", "is_active": "y",
    }  # fmt: skip


@door(Role.ADMINISTRATOR, "code", "sections", "item_route", "issue_route", *SERIAL_TEXTS)
def a_new_serial(office: Office) -> Visit:
    kept = of(lambda: latest(Serial), code="code", **{name: name for name in SERIAL_TEXTS})
    form = _of_serial(office.number())
    return Visit("/serials/new", form, kept, lambda: f"/serials/{latest(Serial).id}")


@door(Role.ADMINISTRATOR, "sections", *SERIAL_TEXTS)
def a_changed_serial(office: Office) -> Visit:
    serial = office.serial
    path = f"/serials/{serial.id}"
    kept = of(lambda: serial, **{name: name for name in SERIAL_TEXTS})
    return Visit(path, _of_serial(office.number()), kept, lambda: "/serials")


def _of_unit(number: int) -> dict[str, object]:
    return {
        "code": f"unit{number}", "name": f"市水利局{number}", "short_name": "水利局",
        "group": "department", "is_active": "y",
    }  # fmt: skip


@door(Role.ADMINISTRATOR, "code", "name", "short_name")
def a_new_unit(office: Office) -> Visit:
    kept = of(lambda: latest(Unit), code="code", name="name")
    return Visit("/units", _of_unit(office.number()), kept, lambda: "/units")


@door(Role.ADMINISTRATOR, "name", "short_name")
def a_changed_unit(office: Office) -> Visit:
    path = f"/units/{office.unit.id}"

    def kept() -> dict[str, str]:
        unit = office.unit
        short = {} if unit.short_name == unit.name else {"short_name": unit.short_name}
        return {"name": unit.name} | short

    return Visit(path, _of_unit(office.number()), kept, lambda: path)


def _of_person(office: Office) -> dict[str, object]:
    return {
        "account": f"person{office.number()}", "name": "赵报", "unit": str(office.unit.id),
        "post": "科员", "phone": "0999-2210002", "level": "", "rank": "", "protocol_order": "999",
        "roles": "reporter", "password": "初始密码一二三四五", "active": "y",
    }  # fmt: skip


@door(Role.ADMINISTRATOR, "account", "name", "post", "phone")
def a_new_person(office: Office) -> Visit:
    kept = of(lambda: latest(Person), account="account", name="name", post="post", phone="phone")
    return Visit("/persons/new", _of_person(office), kept, lambda: "/persons")


@door(Role.ADMINISTRATOR, "name", "post", "phone")
def a_changed_person(office: Office) -> Visit:
    path = f"/persons/{office.reporter.id}"
    kept = of(lambda: office.reporter, name="name", post="post", phone="phone")
    return Visit(path, _of_person(office), kept, lambda: path)


@door(Role.ADMINISTRATOR, "substitute-reason")
def a_substitute(office: Office) -> Visit:
    form = {
        "substitute-person": office.checker.id, "substitute-substitute": office.editor.id,
        "substitute-from_day": "2026-11-20", "substitute-until_day": "2026-11-27",
        "substitute-reason": "外出学习",
    }  # fmt: skip
    kept = of(lambda: latest(Substitute), **{"substitute-reason": "reason"})
    return Visit("/mandates", form, kept, lambda: "/mandates")


@door(Role.EDITOR, "title", "body", "source_line", "tags", "note")
def an_item(office: Office) -> Visit:
    item = office.item()
    path = f"/desk/items/{item.id}"
    form = {
        "version": item.version, "title": "清溪县推行“一窗通办”", "body": "整合窗口42个。",
        "serial": office.serial.id, "section": "工作动态", "kind": "experience",
        "source_line": "清溪县供稿", "tags": "政务服务", "note": "核对数字",
    }  # fmt: skip

    def kept() -> dict[str, str]:
        names = ("title", "body", "source_line", "tags")
        return {name: getattr(item, name) for name in names} | {"note": latest(Revision).note}

    return Visit(path, form, kept, lambda: path)


@door(Role.EDITOR, "title", "body")
def a_merged_item(office: Office) -> Visit:
    numbers = [office.submission().id, office.submission().id]
    form = {"submission": numbers, "title": "两县夏粮", "body": "两县入库。", "serial": ""}
    kept = of(lambda: latest(Item), title="title", body="body")
    return Visit("/desk/merge", form, kept, lambda: f"/desk/items/{latest(Item).id}")


@door(Role.EDITOR, "reason")
def a_returned_submission(office: Office) -> Visit:
    number = office.submission().id
    page = f"/desk/submissions/{number}"
    kept = of(lambda: db.session.get(Submission, number), reason="reply")
    return Visit(f"{page}/return", {"reason": "请补充数据。"}, kept, lambda: page)


@door(Role.EDITOR, "remark")
def a_rejected_submission(office: Office) -> Visit:
    number = office.submission().id
    page = f"/desk/submissions/{number}"
    form = {"reason": "duplicate", "remark": "已用清溪县来稿。"}
    kept = of(lambda: db.session.get(Submission, number), remark="reply")
    return Visit(f"{page}/reject", form, kept, lambda: page)


@door(Role.EDITOR, "reason", asked_in_dialog=True)
def a_dropped_item(office: Office) -> Visit:
    page = f"/desk/items/{office.item().id}"
    return Visit(f"{page}/drop", {"reason": "过时"}, lambda: {"reason": told("drop")}, lambda: page)


@door(Role.CHECKER, "opinion")
def a_yes_to_an_item(office: Office) -> Visit:
    approval = office.approval()
    page = f"/approvals/{approval.id}"
    kept = of(lambda: approval.steps[0], opinion="opinion")
    return Visit(f"{page}/pass", {"opinion": "同意。"}, kept, lambda: page)


@door(Role.CHECKER, "opinion")
def a_no_to_an_item(office: Office) -> Visit:
    approval = office.approval()
    page = f"/approvals/{approval.id}"
    kept = of(lambda: approval.steps[0], opinion="opinion")
    return Visit(f"{page}/return", {"opinion": "请核对。"}, kept, lambda: page)


@door(Role.EDITOR, "extra_recipients")
def a_new_issue(office: Office) -> Visit:
    office.issue()  # the last one has an article, so a new one is begun
    for empty in db.session.scalars(select(Issue).where(~Issue.placements.any())).unique():
        empty.compiled_by = office.checker
    db.session.commit()
    form = {
        "serial": office.serial.id, "series": "main", "dated_on": "2026-11-20",
        "urgency": "normal", "extra_recipients": "市发改委",
    }  # fmt: skip
    kept = of(lambda: latest(Issue), extra_recipients="extra_recipients")
    return Visit("/issues/new", form, kept, lambda: f"/issues/{latest(Issue).id}/arrange")


@door(Role.EDITOR, "extra_recipients", "editor_note")
def the_note_of_an_issue(office: Office) -> Visit:
    issue = office.issue()
    form = {
        "dated_on": "2026-11-20", "urgency": "normal", "extra_recipients": "市发改委",
        "editor_note": "各地可资借鉴。",
    }  # fmt: skip
    kept = of(lambda: issue, extra_recipients="extra_recipients", editor_note="editor_note")
    page = f"/issues/{issue.id}/arrange"
    return Visit(f"/issues/{issue.id}/details", form, kept, lambda: page)


@door(Role.CHECKER, "opinion")
def a_yes_to_an_issue(office: Office) -> Visit:
    issue = office.issue_on_its_way()
    page = f"/issues/{issue.id}"
    kept = of(lambda: latest(Approval).steps[0], opinion="opinion")
    return Visit(f"{page}/pass", {"opinion": "同意。"}, kept, lambda: page)


@door(Role.CHECKER, "opinion")
def a_no_to_an_issue(office: Office) -> Visit:
    issue = office.issue_on_its_way()
    page = f"/issues/{issue.id}"
    kept = of(lambda: latest(Approval).steps[0], opinion="opinion")
    return Visit(f"{page}/return", {"opinion": "请核对。"}, kept, lambda: page)


@door(Role.EDITOR, "reason")
def a_cancelled_issue(office: Office) -> Visit:
    page = f"/issues/{office.issue().id}"
    kept = {"reason": lambda: told("cancel")}
    return Visit(
        f"{page}/cancel", {"reason": "并入下期"}, lambda: {"reason": kept["reason"]()}, lambda: page
    )


@door(Role.LEADER, "text", "quote")
def an_instruction(office: Office) -> Visit:
    path = f"/instructions/write/{office.published.id}"
    form = {
        "leader": office.leader.id, "text": "请清溪县总结推广。", "disposition": "act", "item": "",
        "written_on": "2026-11-20", "form_key": f"k{office.number()}", "quote": "一窗通办",
        "block": "",
    }  # fmt: skip
    kept = of(lambda: latest(Instruction), text="text", quote="quote")
    return Visit(path, form, kept, lambda: f"/instructions/{latest(Instruction).id}")


@door(Role.OFFICER, "proposal")
def the_proposal_on_an_instruction(office: Office) -> Visit:
    made = office.instruction(registered=False)
    page = f"/instructions/{made.id}"
    kept = of(lambda: made, proposal="proposal")
    return Visit(f"{page}/register", {"proposal": "拟请清溪县办理。"}, kept, lambda: page)


@door(Role.EDITOR, "body", "quote")
def an_annotation(office: Office) -> Visit:
    page = f"/library/issues/{office.published.id}"
    form = {
        "body": "值得推广", "quote": "一窗通办", "start": "0", "block": "", "shown": "released",
        "prefix": "", "suffix": "", "made_at": "", "form_key": f"k{office.number()}",
    }  # fmt: skip
    kept = of(lambda: latest(Annotation), body="body", quote="quote")
    return Visit(f"{page}/annotate", form, kept, lambda: page)


@door(Role.OFFICER, "matter", "demand")
def a_case(office: Office) -> Visit:
    path = f"/cases/open/{office.instruction().id}"
    form = {
        "matter": "“一窗通办”经验推广", "demand": "逐项落实。", "lead": office.unit.id,
        "supports": [], "limit_class": "", "limit_days": "15",
    }  # fmt: skip
    kept = of(lambda: latest(Case), matter="matter", demand="demand")
    return Visit(path, form, kept, lambda: f"/cases/{latest(Case).id}")


@door(Role.OFFICER, "remark")
def an_instruction_without_a_case(office: Office) -> Visit:
    number = office.instruction().id
    page = f"/instructions/{number}"
    kept: Kept = lambda: {"remark": told("note_only")}  # noqa: E731
    return Visit(f"/cases/note/{number}", {"remark": "仅供阅知"}, kept, lambda: page)


@door(Role.HANDLER, "handler", "phone")
def a_receipt(office: Office) -> Visit:
    case = office.running_case(CaseState.ASSIGNED)
    page = f"/cases/{case.id}"
    form = {"handler": "郑办", "phone": "0999-2210003"}
    kept = of(lambda: case.lead, handler="handler", phone="handler_phone")
    return Visit(f"{page}/acknowledge", form, kept, lambda: page)


@door(Role.HANDLER, "course", "situation", "proposals", "signer")
def a_report(office: Office) -> Visit:
    page = f"/cases/{office.running_case().id}"
    form = {
        "stage": "interim", "course": "已开会部署。", "situation": "整合窗口42个。",
        "proposals": "建议推广。", "signer": "李签", "form_key": f"k{office.number()}",
    }  # fmt: skip
    kept = of(
        lambda: latest(Report),
        course="process", situation="situation", proposals="proposals", signer="signer",
    )  # fmt: skip
    return Visit(f"{page}/report", form, kept, lambda: page)


@door(Role.OFFICER, "reason")
def a_returned_report(office: Office) -> Visit:
    report = office.report()
    page = f"/cases/{office.case.id}"
    kept = of(lambda: report, reason="answer")
    path = f"{page}/reports/{report.id}/return"
    return Visit(path, {"reason": "请补充成效。"}, kept, lambda: page)


@door(Role.OFFICER, "result", "remark")
def an_accepted_report(office: Office) -> Visit:
    report = office.report()
    page = f"/cases/{office.case.id}"
    ticks = ("facts", "solved", "carried_out", "conclusion", "lawful", "form_right")
    form = dict.fromkeys(ticks, "y") | {"result": "已推广。", "remark": "规范"}
    kept: Kept = lambda: {"result": office.case.result, "remark": report.answer}  # noqa: E731
    return Visit(f"{page}/reports/{report.id}/accept", form, kept, lambda: page)


@door(Role.HANDLER, "reason", "progress")
def an_extension(office: Office) -> Visit:
    page = f"/cases/{office.running_case().id}"
    form = {"reason": "涉及面广", "progress": "完成一半", "new_due_on": "2027-03-01"}
    kept = of(lambda: latest(Extension), reason="reason", progress="progress")
    return Visit(f"{page}/extend", form, kept, lambda: page)


@door(Role.OFFICER, "answer")
def the_answer_to_an_extension(office: Office) -> Visit:
    case = office.running_case()
    asked = Extension(
        reason="涉及面广", new_due_on=case.due_on, asked_by=office.handler, asked_at=factories.AT
    )
    case.extensions.append(asked)
    factories.keep(case)
    page = f"/cases/{case.id}"
    kept = of(lambda: asked, answer="answer")
    form = {"granted": "no", "answer": "请按时办结。"}
    return Visit(f"{page}/extensions/{asked.id}/answer", form, kept, lambda: page)


@door(Role.OFFICER, "text")
def a_chase(office: Office) -> Visit:
    page = f"/cases/{office.running_case().id}"
    form = {"text": "请抓紧办理。", "means": "电话"}
    return Visit(f"{page}/chase", form, of(lambda: latest(Chase), text="text"), lambda: page)


@door(Role.OFFICER, "reason")
def a_withdrawn_case(office: Office) -> Visit:
    case = office.running_case()
    page = f"/cases/{case.id}"
    kept = of(lambda: case, reason="result")
    return Visit(f"{page}/withdraw", {"reason": "领导另有安排"}, kept, lambda: page)


@door(Role.OFFICER, "name")
def a_day_of_the_calendar(_office: Office) -> Visit:
    form = {"day": "2026-10-01", "is_working": "no", "name": "国庆节"}
    kept = of(lambda: latest(CalendarDay), name="name")
    return Visit("/cases/calendar", form, kept, lambda: "/cases/calendar?year=2026")


@pytest.fixture(autouse=True)
def _on_that_day(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)
    monkeypatch.setattr(jobs, "nudge", lambda *_job: None)  # the index is drained where it matters
    monkeypatch.setattr(clock, "now", lambda: at)  # for requests, which stand in no test's context


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture(scope="module")
def naughty() -> list[str]:
    """The lines of the big list, each once, where it lies beside the checkout."""
    file = SHARED_DATA / "hostile-text" / "blns.txt"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    lines = (line for line in text.split("\n") if line and not line.startswith("#"))
    return list(dict.fromkeys(lines))


def press_(browser: Browser, path: str, form: Mapping[str, object]) -> TestResponse:
    """Send a form byte by byte as typed, halves of characters and all."""
    body = urlencode(dict(form), doseq=True, errors="surrogatepass")
    return browser.post(
        path, body.encode("ascii"), content_type="application/x-www-form-urlencoded"
    )


def arrived(line: str) -> str:
    """A line as it comes in: half a character is no text, so its bytes stay written as sent."""
    return line.encode("utf-8", "surrogatepass").decode("utf-8", "werkzeug.url_quote")


def form_of(page: str, path: str) -> str:
    """The form of a page that is sent to an address: others may have fields of the same names."""
    own = re.search(rf'<form[^>]* action="{re.escape(path)}"[^>]*>.*?</form>', page, re.DOTALL)
    return own[0] if own else page


def refused_in(page: str, form: Mapping[str, object], entered: Door) -> list[str]:
    """The fields a page says something about; all that was typed stands in the form as it was."""
    if entered.asked_in_dialog:
        assert "请返回上一页，改正后再提交。" in page
        return list(entered.texts)
    refused = []
    for name in entered.texts:
        assert shown_in(page, name) == arrived(str(form[name])), name
        box = re.search(rf'<(?:input|textarea)[^>]* name="{name}"[^>]*>', page)
        assert box is not None
        if "aria-invalid" in box[0] or 'type="hidden"' in box[0]:
            refused.append(name)
    return refused


def send(office: Office, entered: Door, line: str) -> None:
    """Send a line in every field of a door; where one is refused, once more with a right one."""
    browser, visit = office.browser(entered.role), entered.visit(office)
    form = dict(visit.form) | dict.fromkeys(entered.texts, line)
    answer = press_(browser, visit.path, form)
    while answer.status_code == 422 and line in form.values():
        assert Page(answer.text).faults() == [], line
        refused = refused_in(form_of(answer.text, visit.path), form, entered)
        assert any(form[name] == line for name in refused), (line, answer.text)
        form |= {name: visit.form[name] for name in refused}
        answer = press_(browser, visit.path, form)
    assert answer.status_code == 302, (line, answer.status_code, answer.text)
    db.session.expire_all()
    for name, value in visit.kept().items():
        # A text area sends its line ends as browsers do; ends of a text are blank or not at all.
        wanted = arrived(str(form[name]))
        assert value in {wanted, wanted.strip()}, (name, line)
    if set(line) & MARKS:
        shown = browser.get(visit.page())
        assert shown.status_code == 200, line
        assert Page(shown.text).faults() == [], line


@pytest.mark.parametrize("name", DOORS)
class TestDoors:
    def test_what_comes_in_is_refused_in_words_or_kept_exactly_and_shown_as_text(
        self, office: Office, name: str, naughty: list[str]
    ) -> None:
        # Each line meets every second door, so that all together take minutes and not hours.
        place = list(DOORS).index(name)
        share = naughty[place :: len(DOORS)][:4]
        for line in (*WORST[place % 2 :: 2], *share):
            send(office, DOORS[name], line)
        drain_outbox()
        assert db.session.scalar(select(func.count()).select_from(OutboxEntry)) == 0

    def test_lists_dates_and_numbers_refuse_what_they_cannot_take(
        self, office: Office, name: str
    ) -> None:
        entered = DOORS[name]
        browser, visit = office.browser(entered.role), entered.visit(office)
        for other in [one for one in visit.form if one not in entered.texts]:
            for wrong in WRONG:
                answer = press_(browser, visit.path, dict(visit.form) | {other: wrong})
                assert answer.status_code in {302, 404, 409, 422}, (other, wrong, answer.text)
                assert Page(answer.text).faults() == []
                if answer.status_code == 302:
                    visit = entered.visit(office)


class TestPapers:
    @pytest.mark.parametrize("form", ["docx", "pdf"])
    def test_a_sheet_is_filled_with_anything(self, office: Office, form: str) -> None:
        case = office.case
        case.matter = case.demand = case.instruction.text = "".join(WORST).replace("\ud800", "")
        case.instruction.text = case.matter = case.matter.replace("\udfff", "")[:2000]
        case.demand = case.matter
        case.chases.append(
            Chase(number=1, text=case.matter, means="电话", by=office.officer, at=factories.AT)
        )
        factories.keep(case)
        instruction = f"/instructions/{case.instruction_id}/sheets"
        for path in (
            f"{instruction}/fair_copy",
            f"{instruction}/reading_sheet",
            f"/cases/{case.id}/sheets/supervision_notice",
            f"/cases/{case.id}/sheets/chasing_notice",
            f"/cases/{case.id}/sheets/feedback_form",
            "/cases/register",
        ):
            answer = office.browser(Role.OFFICER).get(f"{path}.{form}")
            assert answer.status_code == 200, path
            assert answer.data.startswith(b"PK" if form == "docx" else b"%PDF"), path


class TestQuestions:
    def ask(self, browser: Browser, path: str, **values: str) -> None:
        answer = browser.get(f"{path}?{urlencode(values, errors='surrogatepass')}")
        # A number greater than any row's is answered as every number of nothing is.
        greatest = max((int(one) for one in values.values() if one.isdecimal()), default=0)
        assert answer.status_code in ({200} if greatest < 2**31 else {200, 404}), (path, values)
        if answer.mimetype == "text/html":
            assert Page(answer.text).faults() == [], (path, values)

    def test_the_search_answers_whatever_is_asked(self, office: Office, naughty: list[str]) -> None:
        assert office.published.id
        drain_outbox()
        for line in (*WORST, *naughty[::6]):
            self.ask(office.browser(Role.EDITOR), "/search", q=line)
        for line in (*WORST, *WRONG):
            asked = dict.fromkeys(("kind", "serial", "year", "unit", "sort", "page"), line)
            self.ask(office.browser(Role.EDITOR), "/search", q="窗口", **asked)
            self.ask(office.browser(Role.EDITOR), "/search/suggest", q=line)

    @pytest.mark.parametrize(
        ("role", "path", "names"),
        [
            (Role.EDITOR, "/desk", ("state", "kind", "unit", "words", "page")),
            (Role.EDITOR, "/desk/items", ("state", "mine", "serial", "words", "page")),
            (Role.EDITOR, "/issues", ("state", "serial", "year", "page")),
            (Role.EDITOR, "/library", ("serial", "year", "unread", "page")),
            (Role.OFFICER, "/instructions", ("state", "leader", "words", "page")),
            (Role.OFFICER, "/cases", ("which", "unit", "leader", "words", "page")),
            (Role.REPORTER, "/submissions", ("state", "words", "page")),
            (Role.EDITOR, "/scores", ("year", "month")),
        ],
    )
    def test_a_list_answers_whatever_it_is_narrowed_by(
        self, office: Office, role: Role, path: str, names: tuple[str, ...]
    ) -> None:
        assert office.case.id
        for line in (*WORST, *WRONG, "0", "-1", str(2**31), str(2**63)):
            self.ask(office.browser(role), path, **dict.fromkeys(names, line))
            for name in names:
                if not line.strip("-0123456789"):
                    self.ask(office.browser(role), path, **{name: line})


class TestOrder:
    @pytest.mark.parametrize("title", ["\\ud800", "零\\u0000", "<b>", "栏" * 100])
    def test_a_section_the_serial_does_not_have_is_none_of_its_own(
        self, office: Office, title: str
    ) -> None:
        issue = office.issue()
        number = issue.placements[0].item_id
        order = f'{{"sections": [{{"title": "{title}", "items": [{number}]}}]}}'
        answer = office.browser(Role.EDITOR).post(
            f"/issues/{issue.id}/order", order.encode(), content_type="application/json"
        )
        assert answer.status_code == 200, answer.text
        db.session.expire_all()
        assert [one.section for one in issue.placements] == ["工作动态"]
        (told,) = db.session.scalars(select(HistoryEntry).where(HistoryEntry.act == "arrange"))
        assert told.detail == {"order": [["工作动态", number]]}
