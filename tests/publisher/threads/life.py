"""In this file one matter lives from its first report to the second print, hour by hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from publisher import clock
from publisher.database import db
from publisher.editing.model import Item
from publisher.editing.model import State as ItemState
from publisher.followups import actions as followups
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import Case, ReportStage
from publisher.instructions import actions as instructions
from publisher.instructions.model import Disposition, Instruction
from publisher.issues.model import Issue
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.registers import CASES, INSTRUCTIONS, take_number
from publisher.submissions import actions as submissions
from publisher.submissions.model import Channel, Submission
from tests import factories

TITLE = "兰汀区3座小型水库存在渗漏隐患"
WORDS = "请水利局牵头，9月底前整改到位。"
RESULT = "3座水库隐患全部消除并通过验收。"


def hour(number: int) -> datetime:
    """So many hours after the first."""
    return factories.AT + timedelta(hours=number)


class Life:
    """A matter and its people: report, print, instruction, case, result, second print, new word.

    The issue is for leaders and researchers, the second print for leaders alone.
    """

    def __init__(self) -> None:
        self.reporter = factories.person(Role.REPORTER, unit_=factories.unit("兰汀区"))
        self.editor = factories.person(Role.EDITOR, name="钱编")
        self.leader = factories.leader("沈明远")
        self.handler = factories.person(Role.HANDLER, unit_=factories.unit("水利局"))
        self.officer = factories.person(Role.OFFICER, name="孙督")
        self.serial = factories.serial("政务信息", readers=("role:leader", "role:researcher"))
        self.submission = factories.submission(
            by=self.reporter, title="关于水库渗漏的报告", submitted_at=hour(0)
        )
        self.item = self.edited(self.submission, TITLE, hour(1))
        self.issue = self.printed(self.item, hour(2))
        self.instruction = self.instructed(self.issue, self.item, WORDS, hour(3))
        self.case = self.opened(self.instruction, hour(5))
        self.carried_out()
        self.again = factories.keep(
            submissions.submit(
                followups.as_submission(self.case, self.case.reports[-1]),
                by=self.officer,
                at=hour(12),
                unit=self.handler.unit,
                origin=f"case:{self.case.id}",
                channel=Channel.FOLLOWUP,
            )
        )
        self.result_item = self.edited(self.again, "水利局整改3座水库", hour(13))
        self.serial.readers = [one for one in self.serial.readers if one.token == "role:leader"]
        self.second_issue = self.printed(self.result_item, hour(14))
        self.second_word = self.instructed(
            self.second_issue, self.result_item, "举一反三，全面排查。", hour(15)
        )
        self.second_case = self.opened(self.second_word, hour(17), follows=self.case)

    def edited(self, source: Submission, title: str, at: datetime) -> Item:
        made = factories.item(
            serial_=self.serial,
            editor=self.editor,
            state=ItemState.PLACED,
            sources=[source],
            title=title,
        )
        made.made_at = at
        return factories.keep(made)

    def printed(self, item: Item, at: datetime) -> Issue:
        with clock.standing_at(at):
            return factories.published_issue(serial_=item.serial, items=[item])

    def instructed(self, issue: Issue, item: Item | None, text: str, at: datetime) -> Instruction:
        """A leader's words, an hour later in the register."""
        made = instructions.write(
            issue,
            instructions.Words(
                text=text, disposition=Disposition.ACT, written_on=at.date(), item=item
            ),
            leader=self.leader,
            secretaries=[],
            by=self.leader,
            at=at,
        )
        factories.keep(made)
        number = take_number(db.session, INSTRUCTIONS, at.year)
        instructions.register(
            made, number=number, proposal="拟请办理。", by=self.officer, at=at + timedelta(hours=1)
        )
        return factories.keep(made)

    def opened(
        self, instruction: Instruction, at: datetime, *, follows: Case | None = None
    ) -> Case:
        return factories.keep(
            followups.open_case(
                instruction,
                number=take_number(db.session, CASES, at.year),
                matter="水库除险加固",
                demand="",
                lead=self.handler.unit,
                supports=[],
                limit_days=10,
                calendar=WorkingCalendar(),
                by=self.officer,
                at=at,
                follows=follows,
            )
        )

    def carried_out(self) -> None:
        """Sign, chase, report, pass, show and close, an hour each."""
        case, by = self.case, self.handler
        followups.acknowledge(case, handler="郑办", phone="2210", by=by, at=hour(6))
        followups.chase(case, text="请抓紧。", means="电话", by=self.officer, at=hour(7))
        written = followups.Written(process="坝脚反滤处理完成。")
        final = followups.report(case, written, stage=ReportStage.FINAL, by=by, at=hour(8))
        followups.accept(final, case, result=RESULT, by=self.officer, at=hour(9))
        followups.see_result(case, by=self.leader, at=hour(10))
        followups.close(case, by=self.officer, at=hour(11))
        db.session.commit()

    @property
    def keys(self) -> list[str]:
        """Every part of it, as an address names it."""
        return [
            *(f"submission:{one.id}" for one in (self.submission, self.again)),
            *(f"item:{one.id}" for one in (self.item, self.result_item)),
            *(f"issue:{one.id}" for one in (self.issue, self.second_issue)),
            *(f"instruction:{one.id}" for one in (self.instruction, self.second_word)),
            *(f"case:{one.id}" for one in (self.case, self.second_case)),
        ]

    def people(self) -> dict[str, Person]:
        """One reader of each kind."""
        return {
            "leader": self.leader,
            "another leader": factories.leader("陆书平"),
            "editor": self.editor,
            "officer": self.officer,
            "handler": self.handler,
            "researcher": factories.person(Role.RESEARCHER),
            "reporter": self.reporter,
            "reporter of the handlers": factories.person(Role.REPORTER, unit_=self.handler.unit),
            "another unit": factories.person(Role.UNIT_HEAD),
        }
