"""In this file the demonstration comes to life: its data walk the actions of real work."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from publisher import clock, history, registers
from publisher.approvals import actions as approvals
from publisher.attachments import actions as attachments
from publisher.attachments.model import Attachment
from publisher.calls import actions as calls
from publisher.calls.model import SERIES, CallKind
from publisher.database import db
from publisher.demo.drawings import draw
from publisher.editing import actions as desk
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.filing import papers
from publisher.followups import actions as followups
from publisher.followups import queries as cases
from publisher.followups.calendar import published_days
from publisher.followups.model import CalendarDay, Case, ReportStage
from publisher.instructions import actions as instructions
from publisher.instructions import adoptions
from publisher.instructions.model import Disposition, Instruction
from publisher.issues import actions as issues
from publisher.issues import queries as issue_queries
from publisher.issues.model import Issue, Placement, Urgency
from publisher.library import actions as library
from publisher.library.tasks import drain_outbox
from publisher.people import actions as people
from publisher.people import queries as people_queries
from publisher.people.model import Level, Person, Rank, Unit, UnitGroup
from publisher.people.permission import Role
from publisher.publication import by_hand, chain
from publisher.publication.outbox import tell
from publisher.scores import tasks as scores
from publisher.scores.model import Event, Rule
from publisher.serials import actions as serials
from publisher.serials.model import RouteSubject, Serial, SerialKind
from publisher.settings import settings
from publisher.submissions import actions as submissions
from publisher.submissions.model import Kind, RejectReason, Stage, Submission
from publisher.today.navigation import DEMO_PASSWORD

FOLDER = Path(__file__).parent
SYSTEM = history.System()
LEADER_LEVEL = Level.CITY


def exists() -> bool:
    """Whether the demonstration was built in this instance, or real work has begun in it."""
    return people_queries.person_by_account("reporter") is not None or bool(
        people_queries.persons()
    )


def build() -> None:
    """Build the whole office, once; each published issue is typeset and archived."""
    _Office().build()


class _Office:
    """The demonstration in the making: everything by its key."""

    def __init__(self) -> None:
        self.office = _read("office.toml")
        self.story = _read("story.toml")
        self.items = {one["key"]: one for one in _read("items.toml")["item"]}
        self.units: dict[str, Unit] = {}
        self.people: dict[str, Person] = {}
        self.serials: dict[str, Serial] = {}
        self.submissions: dict[str, Submission] = {}
        self.made: dict[str, Item] = {}
        self.cases: dict[str, Case] = {}
        self.start = _moment(self.office["start"], 8)

    def build(self) -> None:
        """Found the office, then let each day of its story happen."""
        with clock.standing_at(self.start):
            self._found_office()
        for kind, day, one in sorted(self._days(), key=lambda entry: (entry[1], entry[0])):
            with clock.standing_at(_moment(day, 9)):
                getattr(self, f"_{kind}")(one)
        self._finish_cases()
        self._read_some()
        papers.take_up(clock.now(), settings(), all_at_once=True)
        drain_outbox()
        scores.post()

    # -- the office ----------------------------------------------------------------------------

    def _found_office(self) -> None:
        at = clock.now()
        for group in self.office["unit"]:
            for position, (code, name, short) in enumerate(group["units"], 1):
                self.units[code] = people.open_unit(
                    code=code,
                    name=name,
                    short_name=short,
                    group=UnitGroup(group["group"]),
                    position=position,
                    by=SYSTEM,
                    at=at,
                )
                db.session.add(self.units[code])
        for table in self.office["person"]:
            for account, name, unit, post, phone, roles in table["people"]:
                self._take_on(account, name, unit, post, phone, roles)
        for table in self.office["leader"]:
            for account, name, post, rank, order in table["people"]:
                self._take_on(account, name, "bgs", post, "", ["leader"], Rank(rank), order)
        for leader in self.office["mandate"]["secretary"]:
            db.session.add(
                people.give_mandate(self.people["secretary"], self.people[leader], by=SYSTEM, at=at)
            )
        db.session.commit()
        self._found_serials()
        self._set_rules()

    def _set_rules(self) -> None:
        for year in (2025, 2026, 2027):
            for day, (is_working, name) in published_days(year).items():
                db.session.add(CalendarDay(day=day, is_working=is_working, name=name))
        for event, subject, points in self.office["rule"][0]["rules"]:
            db.session.add(
                Rule(
                    event=Event(event),
                    subject=subject,
                    points=float(points),
                    effective_from=date(2026, 1, 1),
                )
            )
        db.session.commit()

    def _take_on(  # noqa: PLR0917 - the columns of office.toml in their order
        self,
        account: str,
        name: str,
        unit: str,
        post: str,
        phone: str,
        roles: list[str],
        rank: Rank | None = None,
        order: int = 999,
    ) -> None:
        self.people[account] = people.take_on(
            account=account,
            name=name,
            unit=self.units[unit],
            password=DEMO_PASSWORD,
            roles=[Role(role) for role in roles],
            post=post,
            phone=phone,
            level=LEADER_LEVEL if rank else None,
            rank=rank,
            protocol_order=order,
            must_change_password=False,
            by=SYSTEM,
            at=clock.now(),
        )
        db.session.add(self.people[account])

    def _found_serials(self) -> None:
        recipients = self.office["recipients"]
        for position, one in enumerate(self.office["serial"], 1):
            profile = serials.Profile(
                name=one["name"],
                kind=SerialKind(one["kind"]),
                layout=one["layout"],
                number_pattern=one["pattern"],
                issuing_office=f"{self.office['name']}编",
                handling_note=one["handling"],
                phone="0999-2210018",
                print_run=one["print_run"],
                sections=one["sections"],
                item_route=[("核稿", Role.CHECKER)],
                issue_route=[("核稿", Role.CHECKER), ("签发", Role.DIRECTOR)],
                readers=one["readers"],
                position=position,
                **recipients,
            )
            serial = serials.found(
                one["code"],
                profile,
                last_number=one["last_number"],
                last_total=one["last_total"],
                by=SYSTEM,
                at=clock.now(),
            )
            db.session.add(serial)
            self.serials[one["code"]] = serial
        db.session.commit()

    # -- the story in the order of its days ----------------------------------------------------

    def _days(self) -> Iterator[tuple[str, date, dict[str, Any]]]:
        """Every happening: a for items, b for issues and so on, so that a day has its order."""
        for item in self.items.values():
            if "sources" not in item:
                yield "a_item", item["day"], item
        for call in self.story["call"]:
            yield "b_call", call["made"], call
        for issue in self.story["issue"]:
            yield "c_issue", issue["dated"], issue
        for instruction in self.story["instruction"]:
            yield "d_instruction", instruction["day"], instruction
        for adoption in self.story["adoption"]:
            yield "e_adoption", adoption["day"], adoption

    def _a_item(self, data: dict[str, Any]) -> None:
        by, at = self._reporter(data["unit"]), clock.now()
        follows = self.submissions.get(data.get("follows", ""))
        case = self.cases.get(data.get("origin", "").partition(":")[2])
        submission = submissions.submit(
            submissions.Draft(
                title=data["title"],
                body=data["body"].strip(),
                kind=Kind(data["kind"]),
                source="基层报送",
                event_at=at - timedelta(hours=3),
                drafter=by.name,
                unit_signer="陆维舟" if data["unit"] == "lanting" else "单位负责人",
                signer_phone=by.phone or "0999-2210100",
                stage=Stage(data["stage"]) if "stage" in data else None,
                follows=follows,
                instructions=(instructions.quotation(case.instruction),) if case else (),
            ),
            by=by,
            at=at,
            unit=self.units[data["unit"]],
            files=[self._photo(one, by) for one in data.get("photos", ())],
            origin=f"case:{case.id}" if case else "",
        )
        db.session.add(submission)
        db.session.commit()
        self.submissions[data["key"]] = submission
        self._further(data, submission)

    def _reporter(self, unit: str) -> Person:
        return next(
            person
            for person in self.people.values()
            if person.unit is self.units[unit] and Role.REPORTER in person.roles
        )

    def _photo(self, photo: str, by: Person) -> Attachment:
        motif, _colon, caption = photo.partition(":")
        return attachments.keep_bytes(
            draw(motif, seed=len(caption)),
            name=f"{caption}.jpg",
            folder=settings().files_path,
            caption=caption,
            by=by,
            at=clock.now(),
        )

    def _further(self, data: dict[str, Any], submission: Submission) -> None:
        """Let a submission go as far as its fate says."""
        fate, editor, at = data.get("fate", "published"), self.people["editor"], clock.now()
        if fate == "returned":
            submissions.return_for_revision(submission, reason=data["reply"], by=editor, at=at)
        elif fate == "rejected":
            submissions.reject(
                submission,
                reason=RejectReason(data["reason"]),
                remark=data["reply"],
                by=editor,
                at=at,
            )
        elif fate not in {"pool", "merged"}:
            self._edit(data, submission, ItemState(_STATES.get(fate, "approved")))
        db.session.commit()

    def _edit(self, data: dict[str, Any], submission: Submission, until: ItemState) -> None:
        at, editor = clock.now() + timedelta(hours=2), self.people["editor"]
        code, section = self._place_of(data["key"])
        item = desk.take_up(
            submission, by=editor, at=at, serial=self.serials[code], section=section
        )
        self._to(item, data, until)

    def _to(self, item: Item, data: dict[str, Any], until: ItemState) -> None:
        at, editor = clock.now() + timedelta(hours=3), self.people["editor"]
        db.session.add(item)
        db.session.commit()
        self.made[data["key"]] = item
        photos = [
            file.attachment
            for source in item.sources
            for file in source.submission.files
            if file.attachment.is_photo
        ]
        body = data["body"].strip() + "".join(
            f"\n\n![{photo.caption}](photo:{photo.id})" for photo in photos[:1]
        )
        desk.revise(
            item, title=data["title"], body=body, note="配图" if photos else "", by=editor, at=at
        )
        if until == ItemState.EDITING:
            db.session.commit()
            return
        approval = approvals.ask(
            subject=f"item:{item.id}",
            subject_kind=RouteSubject.ITEM,
            title=item.title,
            route=item.serial.route(RouteSubject.ITEM) if item.serial else (),
            authors=desk.authors(item),
            by=editor,
            at=at,
        )
        item.move_to(ItemState.IN_APPROVAL, act="send_for_approval", by=editor, at=at)
        db.session.add(approval)
        if until == ItemState.APPROVED:
            checker = self.people["checker"]
            approvals.pass_step(approval, by=checker, at=at, opinion="同意。")
            item.move_to(ItemState.APPROVED, act="approve", by=checker, at=at)
        db.session.commit()

    def _place_of(self, key: str) -> tuple[str, str]:
        """The serial and section an item is printed in."""
        for issue in self.story["issue"]:
            for section, keys in issue["sections"]:
                if key in keys:
                    return issue["serial"], section
        return "zwxx", "工作动态"

    def _b_call(self, data: dict[str, Any]) -> None:
        kind = CallKind(data["kind"])
        call = calls.send_out(
            kind=kind,
            title=data["title"],
            text=data["text"],
            due_on=data["due"],
            units=[self.units[code] for code in data["units"]],
            number=registers.take_number(db.session, SERIES[kind], clock.today().year),
            by=self.people["editor"],
            at=clock.now(),
        )
        db.session.add(call)
        db.session.commit()

    def _c_issue(self, data: dict[str, Any]) -> None:
        with clock.standing_at(clock.now() + timedelta(hours=6)):
            self._compile(data)

    def _compile(self, data: dict[str, Any]) -> None:
        editor = self.people["editor"]
        keys = [key for _section, keys in data["sections"] for key in keys]
        for key in keys:
            if "sources" in self.items[key] and key not in self.made:
                self._merge(self.items[key])
        issue = issues.open_issue(
            self.serials[data["serial"]],
            dated_on=data["dated"],
            urgency=Urgency(data.get("urgency", "normal")),
            by=editor,
            at=clock.now(),
        )
        issue.editor_note = data.get("note", "")
        db.session.add(issue)
        db.session.commit()
        issue = issue_queries.issue(issue.id)
        for section, keys in data["sections"]:
            for key in keys:
                issues.place(issue, self.made[key], section=section, by=editor, at=clock.now())
        db.session.commit()
        if data.get("state") != "arranging":
            self._publish(issue)

    def _merge(self, data: dict[str, Any]) -> None:
        code, section = self._place_of(data["key"])
        item = desk.merge(
            [self.submissions[key] for key in data["sources"]],
            title=data["title"],
            body=data["body"].strip(),
            serial=self.serials[code],
            section=section,
            by=self.people["editor"],
            at=clock.now(),
        )
        self._to(item, data, ItemState.APPROVED)

    def _publish(self, issue: Issue) -> None:
        signers = [self.people["checker"], self.people["director"]]
        by_hand.sign(issue.id, signers, confirmed=True)
        number = chain.begin(issue.id, clock.now())
        if number is not None:
            chain.carry_on(number)

    # -- instructions and cases ----------------------------------------------------------------

    def _d_instruction(self, data: dict[str, Any]) -> None:
        leader, item = self.people[data["leader"]], self.made[data["item"]]
        by = self.people[data.get("entered_by", data["leader"])]
        issue = _issue_of(item)
        at = clock.now() + timedelta(hours=7)
        made = instructions.write(
            issue,
            instructions.Words(
                text=data["text"],
                disposition=Disposition(data["disposition"]),
                written_on=data["day"],
                item=item,
                quote=data.get("quote", ""),
            ),
            leader=leader,
            secretaries=people_queries.secretaries_of(leader.id),
            by=by,
            at=at,
        )
        db.session.add(made)
        db.session.flush()
        tell(db.session, f"instruction:{made.id}", at)
        db.session.commit()
        if "proposal" in data:
            self._register(made, data, at + timedelta(hours=1))

    def _e_adoption(self, data: dict[str, Any]) -> None:
        at = clock.now()
        made = adoptions.adopt(
            title="",
            office=data["office"],
            publication=data["publication"],
            number=data["number"],
            dated_on=data["day"],
            level=Level(data["level"]),
            item=self.made[data["item"]],
            by=self.people["officer"],
            at=at,
        )
        db.session.add(made)
        db.session.flush()
        tell(db.session, f"adoption:{made.id}", at)
        db.session.commit()

    def _register(self, made: Instruction, data: dict[str, Any], at: datetime) -> None:
        officer = self.people["officer"]
        instructions.register(
            made,
            number=registers.take_number(db.session, registers.INSTRUCTIONS, made.written_on.year),
            proposal=data["proposal"],
            by=officer,
            at=at,
        )
        if data.get("noted"):
            followups.note_only(made, by=officer, at=at)
        elif "case" in data:
            self._open(made, data["case"], at)
        tell(db.session, f"instruction:{made.id}", at)
        db.session.commit()

    def _open(self, made: Instruction, data: dict[str, Any], at: datetime) -> None:
        about = made.item.title if made.item else ""
        case = followups.open_case(
            made,
            number=registers.take_number(db.session, registers.CASES, at.year),
            matter=f"关于“{about}”批示事项的办理",
            demand="逐项落实，明确责任人和完成时间。",
            lead=self.units[data["lead"]],
            supports=[self.units[code] for code in data["supports"]],
            limit_days=data["days"],
            calendar=cases.working_calendar(),
            by=self.people["officer"],
            at=at,
        )
        db.session.add(case)
        db.session.flush()
        tell(db.session, f"case:{case.id}", at)
        db.session.commit()
        self.cases[data["key"]] = case
        if data["until"] in {"closed", "reported", "late"}:
            self._handle(case, data, at + timedelta(days=1))

    def _handle(self, case: Case, data: dict[str, Any], at: datetime) -> None:
        handler = self._handler(data["lead"])
        followups.acknowledge(case, handler=handler.name, phone=handler.phone, by=handler, at=at)
        if data["until"] == "late":
            db.session.commit()
            return
        written = self.story["report"][data["key"]]
        days = 28 if data["until"] == "closed" else 12
        report = followups.report(
            case,
            followups.Written(
                process=written["process"],
                situation=written["situation"],
                proposals=written["proposals"],
                signer=written["signer"],
            ),
            stage=ReportStage.FINAL,
            by=handler,
            at=at + timedelta(days=days),
        )
        db.session.flush()
        tell(db.session, f"report:{report.id}", at)
        if data["until"] == "closed":
            done = at + timedelta(days=days + 2)
            officer = self.people["officer"]
            followups.accept(report, case, result=written["result"], by=officer, at=done)
            leader = case.instruction.leader or self.people["officer"]
            followups.see_result(case, by=leader, at=done + timedelta(days=1))
            followups.close(case, by=officer, at=done + timedelta(days=1, hours=2))
        db.session.commit()

    def _handler(self, unit: str) -> Person:
        for person in self.people.values():
            if person.unit is self.units[unit] and Role.HANDLER in person.roles:
                return person
        return self.people["handler"]

    def _finish_cases(self) -> None:
        """Chase what is overdue, so that the register shows it."""
        officer = self.people["officer"]
        with clock.standing_at(_moment(self.office["today"], 9)):
            for case in self.cases.values():
                if case.is_overdue(clock.today()):
                    followups.chase(
                        case,
                        text="办理时限已过，请尽快报送进展和超期原因。",
                        means="系统",
                        by=officer,
                        at=clock.now(),
                    )
            db.session.commit()

    def _read_some(self) -> None:
        """The mayor has read the older issues and noted a remark."""
        leader = self.people["leader"]
        with clock.standing_at(_moment(date(2026, 11, 6), 8)):
            older = select(Issue).where(Issue.dated_on < date(2026, 11, 1))
            for issue in db.session.scalars(older).unique():
                db.session.add(library.mark_read(issue, by=leader, at=clock.now()))
            db.session.commit()


_STATES = {"editing": "editing", "approval": "in_approval", "approved": "approved"}


def _issue_of(item: Item) -> Issue:
    statement = select(Placement.issue_id).where(Placement.item_id == item.id)
    return issue_queries.issue(db.session.scalars(statement).one())


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.OFFICE_ZONE)
