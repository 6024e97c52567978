"""In this file journeys find an office of people who work at its doors, each in his own browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from publisher import clock, database, jobs
from publisher.database import db
from publisher.people.model import Unit
from publisher.people.permission import Role
from tests import factories
from tests.conftest import PASSWORD

DAY_ONE = datetime(2026, 9, 1, 8, 30, tzinfo=clock.OFFICE_ZONE)
SECTION = "工作动态"


class Refused(AssertionError):
    """A door said no; the page says why."""


def words_of(answer: TestResponse) -> str:
    """What a page says, without its tags."""
    main = answer.text.partition("<main")[2] or answer.text
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", main))


@dataclass
class Desk:
    """One person at a browser."""

    office: Office
    account: str
    name: str
    browser: FlaskClient

    def reads(self, address: str) -> str:
        """The words of a page that must open."""
        answer = self.browser.get(address)
        if answer.status_code != 200:
            raise Refused(f"{self.name} GET {address}: {answer.status_code}")
        return words_of(answer)

    def status_of(self, address: str) -> int:
        """How a door answers, without an opinion."""
        return self.browser.get(address).status_code

    def downloads(self, address: str) -> bytes:
        """A file's bytes."""
        answer = self.browser.get(address)
        if answer.status_code != 200:
            raise Refused(f"{self.name} GET {address}: {answer.status_code}")
        return answer.data

    def sends(self, address: str, **fields: Any) -> int:
        """Send a form that must be taken; the number of what it led to, 0 for a list."""
        answer = self.browser.post(address, data=fields, content_type="multipart/form-data")
        if answer.status_code not in {200, 204, 302, 303}:
            raise Refused(
                f"{self.name} POST {address}: {answer.status_code} {words_of(answer)[:400]}"
            )
        found = re.findall(r"/(\d+)(?=/|$|\?|#)", answer.headers.get("Location", ""))
        return int(found[-1]) if found else 0

    def is_refused(self, address: str, **fields: Any) -> str:
        """Send a form that must not be taken; what the page says."""
        answer = self.browser.post(address, data=fields, content_type="multipart/form-data")
        assert answer.status_code in {403, 404, 409, 422}, (address, answer.status_code)
        return words_of(answer)


@dataclass
class Office:
    """Units, people and one serial; the clock stands where the journey puts it."""

    app: Flask
    units: dict[str, int] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    serial: int = 0
    now: datetime = DAY_ONE

    def open(self) -> None:
        """Found the office as an administrator would."""
        with self.app.app_context(), database.writing():
            for code, name in (
                ("bgs", "云汀市人民政府办公室"),
                ("qx", "清溪县人民政府"),
                ("lt", "兰汀区人民政府"),
                ("sl", "市水利局"),
                ("dc", "市政府督查室"),
            ):
                self.units[code] = factories.unit(name).id
            serial = factories.serial("政务信息", code="zwxx", readers=("role:leader", "staff"))
            self.serial = serial.id
        for account, name, unit, *roles in (
            ("reporter", "林报", "qx", Role.REPORTER),
            ("reporter2", "周报", "lt", Role.REPORTER),
            ("editor", "陈编", "bgs", Role.EDITOR),
            ("editor2", "吴编", "bgs", Role.EDITOR),
            ("checker", "赵核", "bgs", Role.CHECKER),
            ("director", "李签", "bgs", Role.DIRECTOR),
            ("officer", "孙督", "dc", Role.OFFICER),
            ("handler", "郑办", "sl", Role.HANDLER),
            ("handler2", "何办", "lt", Role.HANDLER),
            ("researcher", "许研", "bgs", Role.RESEARCHER),
            ("leader", "沈明远", "bgs", Role.LEADER),
        ):
            self._seat(account, name, unit, *roles)

    def _seat(self, account: str, name: str, unit: str, *roles: Role) -> None:
        with self.app.app_context(), database.writing():
            home = db.session.get_one(Unit, self.units[unit])
            if Role.LEADER in roles:
                who = factories.leader(name)
            else:
                who = factories.person(*roles, name=name, unit_=home)
            who.account = account
            db.session.commit()
        self.desks[account] = Desk(self, account, name, self.app.test_client())

    def __getattr__(self, account: str) -> Desk:
        """The person with that account, signed in now."""
        desks = self.__dict__.get("desks", {})
        if account not in desks:
            raise AttributeError(account)
        desk: Desk = desks[account]
        answer = desk.browser.post("/sign-in", data={"account": account, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return desk

    @contextmanager
    def later(self, **time: float) -> Iterator[None]:
        """Let time go by: days, hours."""
        self.now += timedelta(**time)
        with clock.standing_at(self.now):
            yield

    def a_minute_passes(self) -> None:
        """The worker looks for what was left undone."""
        jobs.tend(self.app)

    @contextmanager
    def records(self) -> Iterator[Any]:
        """Look into the records."""
        with self.app.app_context():
            yield db.session

    # -- what people do again and again --------------------------------------------------------

    def report(self, title: str, body: str, *, by: str = "reporter", **more: Any) -> int:
        """A unit sends an item in; the receipt's number."""
        fields = {
            "title": title,
            "body": body,
            "kind": "dynamic",
            "source": "基层报送",
            "event_at": self.now.strftime("%Y-%m-%dT%H:%M"),
            "drafter": "林报",
            "unit_signer": "单位负责人",
            "signer_phone": "0999-2210100",
            "form_key": f"key-{title[:20]}",
        }
        return getattr(self, by).sends("/submissions/new", **(fields | more))

    def take_up(self, submission: int) -> int:
        """The desk takes a submission up; the item's number."""
        return self.editor.sends(f"/desk/submissions/{submission}/take-up")

    def edit(self, item: int, title: str, body: str, **more: str) -> None:
        """The desk edits an item and says where it belongs."""
        version = re.search(r'name="version"[^>]*value="(\d+)"', self._page(item))
        assert version is not None
        self.editor.sends(
            f"/desk/items/{item}",
            version=version.group(1),
            title=title,
            body=body,
            serial=str(self.serial),
            section=SECTION,
            kind="dynamic",
            source_line=self._source_line(item),
            **more,
        )

    def _page(self, item: int) -> str:
        return self.editor.browser.get(f"/desk/items/{item}").text

    def _source_line(self, item: int) -> str:
        from publisher.editing import queries  # noqa: PLC0415 - only to keep what stands there

        with self.records():
            return queries.item(item).source_line

    def approve(self, item: int) -> None:
        """The item is sent on its route and passed."""
        self.editor.sends(f"/approvals/items/{item}/ask")
        self.checker.sends(f"/approvals/{self.approval_of(f'item:{item}')}/pass", opinion="同意。")

    def approval_of(self, subject: str) -> int:
        """The number of the approval under way of a subject."""
        from publisher.approvals.model import Approval  # noqa: PLC0415 - see above

        with self.records() as session:
            found = select(Approval.id).where(Approval.subject == subject)
            return int(session.scalars(found.order_by(Approval.id.desc())).first())

    def ready(self, title: str, body: str) -> int:
        """An item sent in, edited and approved; its number."""
        item = self.take_up(self.report(title, body))
        self.edit(item, title, body)
        self.approve(item)
        return item

    def compile(self, *items: int) -> int:
        """The desk gathers items into an issue; its number in the records."""
        issue = self.editor.sends(
            "/issues/new",
            serial=str(self.serial),
            series="main",
            dated_on=self.now.date().isoformat(),
            urgency="normal",
        )
        for item in items:
            self.editor.sends(f"/issues/{issue}/place", item=item, section=SECTION)
        return issue

    def send_for_signing(self, issue: int, desk: Desk) -> None:
        """Ask, and confirm what is asked about, as a person does on the page of the check."""
        if not desk.browser.post(f"/issues/{issue}/ask").location.endswith("/check"):
            return
        shown = re.search(
            r'name="confirmed" value="(\w+)"', desk.browser.get(f"/issues/{issue}/check").text
        )
        assert shown, desk.reads(f"/issues/{issue}/check")
        desk.sends(f"/issues/{issue}/ask", confirmed=shown[1])

    def sign(self, issue: int) -> None:
        """The issue is sent, checked and signed; the background publishes it."""
        self.send_for_signing(issue, self.editor)
        self.checker.sends(f"/issues/{issue}/pass", opinion="")
        self.director.sends(f"/issues/{issue}/pass", opinion="同意印发。")

    def publish(self, *items: int) -> int:
        """Compile and sign an issue of these items; its number in the records."""
        issue = self.compile(*items)
        self.sign(issue)
        return issue

    def instruct(self, issue: int, text: str, *, item: int | str = "", **more: Any) -> int:
        """The leader writes an instruction; its number in the records."""
        leader = self.leader
        return leader.sends(
            f"/instructions/write/{issue}",
            **(
                {
                    "leader": self.number_of("leader"),
                    "text": text,
                    "disposition": "act",
                    "item": str(item),
                    "written_on": self.now.date().isoformat(),
                    "form_key": f"key-{text[:20]}",
                }
                | more
            ),
        )

    def number_of(self, account: str) -> str:
        """A person's number in the records."""
        from publisher.people import queries  # noqa: PLC0415 - see above

        with self.records():
            found = queries.person_by_account(account)
            assert found is not None
            return str(found.id)

    def open_case(self, instruction: int, *, lead: str, supports: list[str], days: int = 10) -> int:
        """The officer registers an instruction and opens a case; its number in the records."""
        officer = self.officer
        officer.sends(f"/instructions/{instruction}/register", proposal="拟请有关单位办理。")
        return officer.sends(
            f"/cases/open/{instruction}",
            matter="关于批示事项的办理",
            demand="逐项落实，按时反馈。",
            lead=str(self.units[lead]),
            supports=[str(self.units[one]) for one in supports],
            limit_days=str(days),
        )
