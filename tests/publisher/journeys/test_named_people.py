"""In this file words for three people live a whole life, and for a fourth nothing has changed.

Every page, file and answer that people of every other role can ask for is taken before and after,
and compared whole: what is not in the difference left no trace.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from publisher import clock
from publisher.database import db
from publisher.errors import InputRefused
from publisher.followups.model import Case, Report, State
from publisher.followups.tasks import remind
from publisher.history import verify
from publisher.instructions import photos
from publisher.instructions import queries as instructions
from publisher.instructions.model import Instruction
from publisher.issues.model import Issue
from publisher.library.tasks import drain_outbox
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import outbox
from publisher.research.model import SavedSearch
from publisher.research.tasks import look_again
from publisher.scores import queries as scores
from tests import factories
from tests.factories import AT, Browser

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")

TEXT = "渗漏一事只请督查室孙督、水利局知悉，专班核查后直接报我。"
WORDS = ("渗漏", "专班核查", "孙督", "限批", "限督查", "批示", "沈明远", "水利局")
STROKES = '{"pages": [{"page": 0, "height": 700, "strokes": [[[100, 100, 0.5], [300, 140, 0.9]]]}]}'
CHECKS = ("facts", "solved", "carried_out", "conclusion", "lawful", "form_right")
CHANGING = re.compile(
    r'name="(?:csrf_token|form_key)"[^>]*value="[^"]*"|<meta name="csrf-token"[^>]*>'
    r"|<responseDate>[^<]*|X-CSRFToken[^}]*|用时 \d+ 毫秒"
)


class Office:
    """An office with an open instruction and its case, beside which the other one will live."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.leader = factories.leader("沈明远")
        self.officer = factories.person(Role.OFFICER, name="孙督")
        self.handler = factories.person(Role.HANDLER, name="郑办", unit_=factories.unit("水利局"))
        self.other = factories.unit("应急局")
        self.serial = factories.serial("政务信息", code="zwxx", readers=("staff",))
        self.issue: Issue = factories.published_issue(serial_=self.serial)
        self.item = self.issue.placements[0].item_id
        self.strangers: dict[str, Person] = {
            "officer": factories.person(Role.OFFICER, name="齐督"),
            "director": factories.person(Role.DIRECTOR, name="李签"),
            "researcher": factories.person(Role.RESEARCHER, name="许研"),
            "leader": factories.leader("陆书平"),
            "reporter": factories.person(Role.REPORTER, name="林报", unit_=self.handler.unit),
            "handler": factories.person(Role.HANDLER, name="何办"),
        }
        self.browsers = {name: Browser(app, who) for name, who in self.strangers.items()}
        self.open_one = factories.instruction(
            issue_=self.issue, leader_=self.leader, text="请清溪县总结推广渗漏治理做法。"
        )
        factories.case(
            instruction_=self.open_one,
            lead=self.strangers["handler"].unit,
            officer=self.strangers["officer"],
        )
        for key in ("instruction:1", "case:1"):
            outbox.tell(db.session, key, AT)
        db.session.commit()
        self.keys = {name: self.key_of(browser) for name, browser in self.browsers.items()}
        self.saved()
        drain()

    @staticmethod
    def key_of(browser: Browser) -> str:
        """A key by which programs read as a person."""
        page = browser.post("/search/tokens", {"name": "对账", "days": "30"}).text
        found = re.search(r"jb-[\w-]{40,}", page)
        return found[0] if found else ""

    def saved(self) -> None:
        """Let everybody who may be told of what comes in about the matter."""
        for browser in self.browsers.values():
            browser.post(
                "/search/saved", {"address": "q=渗漏&sort=oldest", "name": "渗漏", "alerts": "y"}
            )
            browser.get("/")

    def life(self) -> None:
        """The restricted instruction from the pen to the closed case, with all that can happen."""
        own, officer, handler = (
            Browser(self.app, who) for who in (self.leader, self.officer, self.handler)
        )
        made = own.post(
            f"/instructions/write/{self.issue.id}",
            {
                "leader": self.leader.id,
                "text": "",
                "ink": STROKES,
                "disposition": "act",
                "item": str(self.item),
                "written_on": "2026-11-20",
                "form_key": "k1",
                "known_to": "named",
                "only_for": [self.officer.id],
            },
        )
        assert made.status_code == 302
        address = made.location
        takes(officer, f"{address}/copy", text=TEXT)
        takes(officer, f"{address}/register", proposal="拟请水利局专班核查。")
        number = int(address.rpartition("/")[2])
        opened = takes(
            officer,
            f"/cases/open/{number}",
            matter="关于渗漏核查批示事项的办理",
            demand="专班核查，不得外传。",
            lead=str(self.handler.unit_id),
            limit_days="5",
        )
        takes(handler, f"{opened}/acknowledge", handler="郑办", phone="2210")
        takes(handler, f"{opened}/extend", reason="汛期受阻", progress="六成",
              new_due_on="2026-12-18")  # fmt: skip
        takes(
            handler,
            f"{opened}/transfers",
            to_unit=str(self.other.id),
            reason="职责不在我局",
        )
        takes(officer, f"{opened}/chase", text="请抓紧核查渗漏。", means="电话")
        takes(
            handler,
            f"{opened}/report",
            stage="final",
            course="专班核查渗漏三处。",
            situation="已处置。",
            proposals="建议加固。",
            signer="郑局",
            form_key="r1",
        )
        drain()
        with clock.standing_at(AT):
            report = db.session.scalars(select(Report).order_by(Report.id.desc())).unique().first()
            assert report is not None
            accepted = f"{opened}/reports/{report.id}/accept"
        takes(officer, accepted, result="渗漏已处置。", **dict.fromkeys(CHECKS, "y"))
        takes(own, f"{opened}/seen")
        takes(officer, f"{opened}/close")
        drain()
        db.session.rollback()

    def addresses(self) -> list[str]:
        """What anybody may ask for, whether he gets it or not."""
        return [
            "/", "/instructions", "/cases?which=all", "/search?q=渗漏", "/search?q=种类:批示",
            "/search/saved", f"/library/issues/{self.issue.id}", f"/threads/item:{self.item}",
            "/submissions",
        ]  # fmt: skip

    def office_addresses(self) -> list[str]:
        """What an officer or a leader asks for besides."""
        return [
            "/library", f"/library/issues/{self.issue.id}/annotations.jsonld",
            f"/threads/issue:{self.issue.id}", f"/instructions/{self.open_one.id}",
            "/instructions?state=opened", f"/instructions?leader={self.leader.id}",
            "/instructions?year=2026", "/instructions?words=渗漏", "/instructions/phrases",
            f"/instructions/write/{self.issue.id}", "/cases/1", "/cases?words=渗漏",
            f"/cases?leader={self.leader.id}", f"/cases?unit={self.handler.unit_id}",
            *(f"/cases?which={one}" for one in ("overdue", "to_review", "to_show", "closed")),
            "/cases/register.xlsx", "/cases/register.docx", "/cases/month.docx",
            *(f"/search?q={word}" for word in WORDS), "/search?kind=instruction&q=批示",
            "/search?grouped=1&q=批示", "/search/trends?words=渗漏%0A批示",
            "/search/suggest?q=渗", "/search/suggest?q=限", "/search/suggest?q=水", "/scores",
        ]  # fmt: skip

    def hidden(self) -> list[str]:
        """Where the restricted one would be, were it there for everybody."""
        return [
            "/instructions/2", "/instructions/2/sheets/fair_copy.pdf", "/instructions/2/ink/0.svg",
            "/instructions/2/sheets/reading_sheet.docx", "/instructions/2/files/1", "/cases/2",
            "/cases/2/sheets/supervision_notice.pdf", "/cases/2/sheets/result_sheet.docx",
            "/cases/2/reports/1/document.docx", "/cases/2/reports/1/files/1", "/cases/open/2",
            "/threads/instruction:2", "/threads/case:2", "/search/records/instruction:2",
            "/search/records/case:2", "/search/records/report:1", "/cases/proposals/1",
        ]  # fmt: skip

    def programs(self) -> list[str]:
        """What programs ask for."""
        return [
            "/api/v1/search?q=渗漏", "/api/v1/search?q=批示", "/api/v1/suggest?q=渗",
            "/api/v1/issues", f"/api/v1/issues/{self.issue.id}", "/api/v1/serials/zwxx/feed.atom",
            "/api/v1/oai?verb=ListRecords&metadataPrefix=oai_dc", "/api/v1/records/instruction:2",
            "/api/v1/records/case:2", "/api/v1/records/report:1",
            *(f"/api/v1/saved/{number}/feed.atom" for number in range(1, 7)),
        ]  # fmt: skip

    def seen(self) -> dict[tuple[str, str], object]:
        """Everything everybody gets."""
        taken: dict[tuple[str, str], object] = {}
        for name, browser in self.browsers.items():
            more = self.office_addresses() if name in {"officer", "leader"} else []
            for address in [*self.addresses(), *more, *self.hidden()]:
                taken[name, address] = answer_of(browser, address)
            for key in ("instruction:2", "case:2"):
                asked = browser.post(f"/threads/{key}/dossier", {"form": "docx"})
                taken[name, f"dossier {key}"] = asked.status_code
            if (key_ := self.keys[name]) and more:
                client = self.app.test_client()
                for address in self.programs():
                    db.session.rollback()
                    with self.app.app_context():
                        got = client.get(address, headers={"Authorization": f"Bearer {key_}"})
                    taken[name, address] = (got.status_code, CHANGING.sub("", got.text))
        return taken


def drain() -> None:
    """The worker brings the index up and looks for what saved searches are told of."""
    drain_outbox()
    for kept in db.session.scalars(select(SavedSearch)):
        kept.looked_at = AT - timedelta(hours=1)
    db.session.commit()
    look_again()
    db.session.rollback()


def takes(browser: Browser, address: str, **data: str) -> str:
    """Press, and be led on; the address it leads to."""
    answer = browser.post(address, data)
    assert answer.status_code == 302, (address, re.sub(r"<[^>]+>|\s+", " ", answer.text)[-900:])
    return answer.location


def answer_of(browser: Browser, address: str) -> object:
    """What an address gives: a page without what changes by itself, a file by its parts."""
    answer = browser.get(address)
    if answer.data[:2] != b"PK":
        return answer.status_code, CHANGING.sub("", answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        return {
            name: package.read(name) for name in package.namelist() if not name.startswith("doc")
        }


def test_for_a_fourth_nothing_has_changed(app: Flask) -> None:
    office = Office(app)
    before = office.seen()
    office.life()
    after = office.seen()
    assert [asked for asked, answer in before.items() if after[asked] != answer] == []
    case = db.session.get_one(Case, 2)
    assert (case.number_text, case.state) == ("限督查〔2026〕1号", State.CLOSED)
    # Everything asked for is really there, for those whom it names.
    own, officer = Browser(app, office.leader), Browser(app, office.officer)
    for address in office.hidden():
        if not re.search("files|open|proposals", address):
            assert officer.get(address).status_code == 200, address
    assert "限督查〔2026〕1号" in own.get("/search?q=渗漏").text
    assert "限督查〔2026〕1号" in officer.get("/cases?which=all").text
    the_record_of_acts_does_not_tell_of_it(office)
    its_result_goes_into_no_issue(office)
    a_colleagues_new_case_ends_no_round_he_does_not_know_of(office)


def the_record_of_acts_does_not_tell_of_it(office: Office) -> None:
    """Who reads the record has no part in the business; the chain is whole all the same."""
    auditor = Browser(office.app, factories.person(Role.AUDITOR))
    pages = auditor.get("/history").text + auditor.get("/history?page=2").text
    assert "instruction:1" in pages
    assert "followup_case:1" in pages
    for subject in ("instruction:2", "followup_case:2", "report:", "extension:", "transfer:"):
        assert subject not in pages
    shown = [int(one) for one in re.findall(r'<td class="number">(\d+)</td>', pages)]
    assert shown == list(range(shown[0], shown[0] - len(shown), -1))
    assert list(verify(db.session)) == []


def its_result_goes_into_no_issue(office: Office) -> None:
    officer = Browser(office.app, office.officer)
    assert "转为来稿" not in officer.get("/cases/2").text
    refused = officer.post("/cases/2/print-again")
    assert refused.status_code == 409
    assert "限定了知悉范围" in refused.text


def a_colleagues_new_case_ends_no_round_he_does_not_know_of(office: Office) -> None:
    again = factories.instruction(
        issue_=office.issue,
        item_=db.session.get_one(Issue, office.issue.id).placements[0].item,
        leader_=db.session.get_one(Person, office.leader.id),
        text="举一反三。",
    )
    takes(
        office.browsers["officer"],
        f"/cases/open/{again.id}",
        matter="举一反三",
        lead=str(office.handler.unit_id),
        limit_days="5",
    )
    db.session.expire_all()
    assert db.session.get_one(Case, 2).state == State.CLOSED
    newest = db.session.scalars(select(Case).order_by(Case.id.desc())).unique().first()
    assert newest is not None
    assert (newest.number_text, newest.follows_id) == ("督查〔2026〕2号", None)
    assert "限督查" not in office.browsers["officer"].get(f"/cases/{newest.id}").text


def test_what_waits_reminds_and_is_numbered_is_for_those_it_names_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(app)
    found = restricted(office)
    case = factories.case(instruction_=found, lead=office.handler.unit, officer=office.officer)
    own, its_case = f"/instructions/{found.id}", f"/cases/{case.id}"
    handler = Browser(app, office.handler)
    takes(handler, f"{its_case}/acknowledge", handler="郑办", phone="2210")
    takes(handler, f"{its_case}/extend", reason="汛期", progress="", new_due_on="2026-12-28")
    unit = str(office.other.id)
    takes(handler, f"{its_case}/transfers", to_unit=unit, reason="职责不在我局")
    later = factories.instruction(issue_=office.issue, leader_=office.leader)
    assert later.number_text == "批〔2026〕2号"
    assert factories.case(instruction_=later).number_text == "督查〔2026〕2号"
    assert f"instruction:{found.id}" not in [one.cause for one in scores.unposted_instructions()]
    for series, address in (("限批", own), ("限督查", its_case)):
        monkeypatch.setattr(photos, "numbers_on", lambda _photo, one=series: [(one, 2026, 1)])
        with app.test_request_context():
            assert photos.address_of(b"", office.officer) == address
            with pytest.raises(InputRefused, match="没有找到编号为"):
                photos.address_of(b"", office.strangers["officer"])
    # What goes out by mail says a number and a day only: `followups/test_reminders.py`.
    with clock.standing_at(datetime.combine(case.due_on, AT.timetz()) + timedelta(days=4)):
        remind()
        assert len(case.reminders) == 1
        told = ("水利局申请延期", "水利局转办给", "限督查")
        # Sessions end in such a time, so everybody signs in anew.
        page = Browser(app, office.officer).get("/").text
        assert [word for word in told if word not in page] == []
        for name in ("officer", "leader", "handler"):
            page = Browser(app, office.strangers[name]).get("/").text
            assert "督查〔2026〕1号" in page or name != "officer"
            assert [word for word in told if word in page] == [], name


def restricted(office: Office) -> Instruction:
    """A registered instruction that names one officer."""
    own = Browser(office.app, office.leader)
    sent = {
        "leader": office.leader.id,
        "text": TEXT,
        "disposition": "act",
        "item": "",
        "written_on": date(2026, 11, 20).isoformat(),
        "form_key": "k9",
        "known_to": "named",
        "only_for": [office.officer.id],
    }
    address = own.post(f"/instructions/write/{office.issue.id}", sent).location
    takes(Browser(office.app, office.officer), f"{address}/register")
    return instructions.instruction(int(address.rpartition("/")[2]), person=office.officer)
