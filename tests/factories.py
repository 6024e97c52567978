"""In this file tests get the things of an office ready made, saved, and with plain defaults."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher import clock, history
from publisher.database import db
from publisher.editing.model import Item, ItemSource, Revision
from publisher.editing.model import State as ItemState
from publisher.followups import actions as followup_actions
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import Case, series_of
from publisher.instructions import actions as instruction_actions
from publisher.instructions.model import Disposition, Instruction
from publisher.issues import actions as issue_actions
from publisher.issues import checking, signing
from publisher.issues import queries as issues_queries
from publisher.issues.model import Check, Issue, IssueReader, Placement
from publisher.issues.model import State as IssueState
from publisher.issues.source import source_of
from publisher.people import actions as people
from publisher.people.model import Level, Person, Rank, Unit, UnitGroup
from publisher.people.permission import Role
from publisher.publication import tasks as publication_tasks
from publisher.registers import INSTRUCTIONS, take_number
from publisher.serials import queries as serials_queries
from publisher.serials.model import (
    RouteStep,
    RouteSubject,
    Section,
    Serial,
    SerialKind,
    SerialReader,
)
from publisher.settings import settings
from publisher.submissions.model import Kind, Submission
from publisher.submissions.model import State as SubmissionState

AT = datetime(2026, 11, 20, 9, 30, tzinfo=clock.OFFICE_ZONE)
DAY = AT.date()
PASSWORD = "云汀办公室2026"
SYSTEM = history.System()
Thing = TypeVar("Thing")
_serial_numbers = itertools.count(1)


def keep(thing: Thing) -> Thing:
    """Save a thing and give it back."""
    db.session.add(thing)
    db.session.commit()
    return thing


def unit(name: str = "", group: UnitGroup = UnitGroup.COUNTY) -> Unit:
    number = next(_serial_numbers)
    return keep(
        people.open_unit(
            code=f"u{number}",
            name=name or f"测试单位{number}",
            short_name="",
            group=group,
            by=SYSTEM,
            at=AT,
        )
    )


def person(*roles: Role, name: str = "", unit_: Unit | None = None, post: str = "") -> Person:
    number = next(_serial_numbers)
    return keep(
        people.take_on(
            account=f"p{number}",
            name=name or f"测试人{number}",
            unit=unit_ or unit(),
            password=PASSWORD,
            roles=roles or (Role.EDITOR,),
            post=post,
            must_change_password=False,
            by=SYSTEM,
            at=AT,
        )
    )


def leader(name: str = "", post: str = "副市长", rank: Rank = Rank.DEPUTY) -> Person:
    found = person(Role.LEADER, name=name, post=post)
    found.level, found.rank, found.protocol_order = Level.CITY, rank, 3
    return keep(found)


def serial(name: str = "", *, readers: tuple[str, ...] = ("staff",), **given: object) -> Serial:
    number = next(_serial_numbers)
    values: dict[str, object] = {
        "code": f"s{number}",
        "name": name or f"政务信息{number}",
        "kind": SerialKind.REGULAR,
        "issuing_office": "云汀市人民政府办公室编",
        "to_superior": "市委、市政府领导。",
        "to_subordinate": "各县（市、区）人民政府，市政府各部门。",
        "print_run": 85,
        "sections": [Section(name="工作动态", position=1), Section(name="经验做法", position=2)],
        "steps": [
            RouteStep(subject=RouteSubject.ITEM, position=1, name="核稿", role=Role.CHECKER),
            RouteStep(subject=RouteSubject.ISSUE, position=1, name="核稿", role=Role.CHECKER),
            RouteStep(subject=RouteSubject.ISSUE, position=2, name="签发", role=Role.DIRECTOR),
        ],
        "readers": [SerialReader(token=token) for token in readers],
    }
    return keep(Serial(**(values | given)))  # type: ignore[arg-type]


def submission(
    *,
    by: Person | None = None,
    title: str = "清溪县推行“一窗通办”提升政务服务效能",
    body: str = "清溪县整合窗口42个，群众办事平均跑动次数由2.3次降至0.8次。",
    kind: Kind = Kind.EXPERIENCE,
    **given: object,
) -> Submission:
    reporter = by or person(Role.REPORTER)
    values: dict[str, object] = {
        "title": title,
        "body": body,
        "kind": kind,
        "unit": reporter.unit,
        "submitted_by": reporter,
        "submitted_at": AT,
        "drafter": reporter.name,
        "unit_signer": "李签",
        "signer_phone": "0999-2210001",
    }
    return keep(Submission(**(values | given)))  # type: ignore[arg-type]


def item(
    *,
    serial_: Serial | None = None,
    editor: Person | None = None,
    state: ItemState = ItemState.EDITING,
    sources: list[Submission] | None = None,
    title: str = "清溪县推行“一窗通办”提升政务服务效能",
    body: str = "清溪县整合窗口42个，群众办事平均跑动次数由2.3次降至0.8次。",
    section: str = "工作动态",
) -> Item:
    received = sources or [submission(title=title, body=body)]
    for one in received:
        one.state = SubmissionState.ACCEPTED
    editor = editor or person(Role.EDITOR)
    made = Item(
        title=title,
        body=body,
        kind=received[0].kind,
        source_line=f"{received[0].unit.name}供稿",
        serial=serial_ or serial(),
        section=section,
        editor=editor,
        made_at=AT,
        sources=[ItemSource(submission=one, position=n) for n, one in enumerate(received, 1)],
        revisions=[Revision(number=1, title=title, body=body, by=editor, at=AT)],
    )
    made.state = state
    return keep(made)


def issue(
    *,
    serial_: Serial | None = None,
    items: list[Item] | None = None,
    dated_on: date = date(2026, 11, 20),
    compiled_by: Person | None = None,
) -> Issue:
    serial_ = serial_ or serial()
    chosen = items if items is not None else [item(serial_=serial_, state=ItemState.PLACED)]
    return keep(
        Issue(
            serial=serial_,
            dated_on=dated_on,
            compiled_by=compiled_by or person(Role.EDITOR),
            made_at=AT,
            placements=[
                Placement(item=one, section=one.section, position=n)
                for n, one in enumerate(chosen, 1)
            ],
            readers=[IssueReader(token=reader.token) for reader in serial_.readers],
        )
    )


def signed_issue(
    *,
    serial_: Serial | None = None,
    items: list[Item] | None = None,
    by: Person | None = None,
    compiled_by: Person | None = None,
) -> Issue:
    """An issue with the next number and frozen content, on its way to the readers."""
    made = issue(serial_=serial_, items=items, compiled_by=compiled_by)
    made.state = IssueState.IN_APPROVAL
    return sign(made, by=by or person(Role.DIRECTOR, name="李签"))


def checked(made: Issue, *faults: dict[str, object]) -> checking.Look:
    """What stands against an issue as it is now, as if the presses had found these faults."""
    digest = checking.look_at(made).digest
    keep(Check(issue_id=made.id, digest=digest, faults=list(faults), checked_at=AT))
    return checking.look_at(made)


def fault(code: str, place: str, sentence: str, *, hard: bool = False) -> dict[str, object]:
    """One fault as a check keeps it."""
    return {"code": code, "place": place, "sentence": sentence, "quote": "", "hard": hard}


def sign(made: Issue, *, by: Person) -> Issue:
    """Number and freeze an issue that is in approval, as the last yes does."""
    numbered = signing.number_for(made)
    version = serials_queries.keep_layout(made.serial.layout, settings().layouts_path)
    frozen = source_of(
        made, numbered=numbered, layout_version=version, signer=by.name, checker="王核"
    )
    photos = issues_queries.photos_of(made, frozen)
    issue_actions.sign(made, numbered=numbered, frozen=frozen, photos=photos, by=by, at=AT)
    return keep(made)


def published_issue(
    *, serial_: Serial | None = None, items: list[Item] | None = None, by: Person | None = None
) -> Issue:
    """A signed issue that came out through the real presses and stands in the archive."""
    made = signed_issue(serial_=serial_, items=items, by=by)
    number = made.id
    db.session.rollback()
    publication_tasks.begin(number)
    return issues_queries.issue(number)


def sign_in(client: FlaskClient, who: Person) -> None:
    """Sign a person in; call it inside the application context that made the person."""
    answer = client.post("/sign-in", data={"account": who.account, "password": PASSWORD})
    assert answer.status_code == 302, answer.text


def instruction(
    *,
    issue_: Issue | None = None,
    item_: Item | None = None,
    leader_: Person | None = None,
    by: Person | None = None,
    text: str = "请清溪县总结推广，并报市政府。",
    disposition: Disposition = Disposition.ACT,
    registered: bool = True,
    written_on: date = DAY,
) -> Instruction:
    """A leader's words on an issue, in the register unless told otherwise."""
    leader_ = leader_ or leader()
    made = keep(
        instruction_actions.write(
            issue_ or signed_issue(),
            instruction_actions.Words(
                text=text, disposition=disposition, written_on=written_on, item=item_
            ),
            leader=leader_,
            secretaries=[by.id] if by else [],
            by=by or leader_,
            at=AT,
        )
    )
    if registered:
        instruction_actions.register(
            made,
            number=take_number(db.session, INSTRUCTIONS, written_on.year),
            proposal="拟请有关单位办理。",
            by=person(Role.OFFICER),
            at=AT,
        )
    return keep(made)


def case(
    *,
    instruction_: Instruction | None = None,
    lead: Unit | None = None,
    supports: tuple[Unit, ...] = (),
    limit_days: int = 10,
    officer: Person | None = None,
    at: datetime = AT,
) -> Case:
    """A case opened on an instruction and assigned, its limit counted by weekends alone."""
    instruction_ = instruction_ or instruction()
    return keep(
        followup_actions.open_case(
            instruction_,
            number=take_number(db.session, series_of(instruction_), at.year),
            matter="关于“一窗通办”经验推广批示事项的办理",
            demand="逐项落实，按时反馈。",
            lead=lead or unit(),
            supports=list(supports),
            limit_days=limit_days,
            calendar=WorkingCalendar(),
            by=officer or person(Role.OFFICER),
            at=at,
        )
    )


def _as_served(answer: TestResponse) -> TestResponse:
    """The answer, if a web server takes it: it refuses headers with Chinese in them as it is."""
    refused = {name: value for name, value in answer.headers if not value.isascii()}
    assert not refused, refused
    return answer


class Browser:
    """One person at a browser.

    Each press gets an application context of its own, as it does in the office: nobody is signed in
    for another, and the test lets go of the database first and reads afresh afterwards.
    """

    def __init__(self, app: Flask, who: Person) -> None:
        self.app, self.client = app, app.test_client()
        account = {"account": who.account, "password": PASSWORD}
        assert self.post("/sign-in", account).status_code == 302

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        self._let_go()
        with self.app.app_context():
            return _as_served(self.client.get(address, headers=headers or {}))

    def post(self, address: str, data: Mapping[str, object] | None = None) -> TestResponse:
        self._let_go()
        with self.app.app_context():
            return _as_served(self.client.post(address, data=data or {}))

    def _let_go(self) -> None:
        if has_app_context():
            db.session.rollback()
            db.session.expire_all()
