"""In this file tests of cases find an office with a case, and read what its pages say."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

from flask import Flask

from publisher.database import db
from publisher.followups import actions
from publisher.followups.model import (
    Case,
    Report,
    ReportStage,
)
from publisher.people.model import Person
from publisher.people.permission import Role
from tests import factories
from tests.factories import Browser

AT = factories.AT
DONE = "3座水库坝脚反滤处理全部完成，𠮷永强<签>。"
TOKEN = re.compile(r'csrf[-_]token"[^>]*')
"""It tells the second in which a page was made."""
CHECKS = dict.fromkeys(
    ("facts", "solved", "carried_out", "conclusion", "lawful", "form_right"), "y"
)
DOORS = (
    "acknowledge", "report", "reports/1/accept", "reports/1/return", "seen", "close", "withdraw",
    "extend", "extensions/1/answer", "chase", "print-again",
)  # fmt: skip


class Office:
    """A case of two units, and everybody around it at a browser of his own."""

    def __init__(self, app: Flask, *, signed_for: bool = True) -> None:
        self.app = app
        self.leader = factories.leader("沈明远")
        self.handler = factories.person(Role.HANDLER, name="郑办", unit_=factories.unit("水利局"))
        self.supporter = factories.person(Role.HANDLER, name="何办", unit_=factories.unit("兰汀区"))
        self.officer = factories.person(Role.OFFICER, name="孙督")
        self.instruction = factories.instruction(
            leader_=self.leader, text="请水利局牵头，9月底前整改到位。"
        )
        self.case = factories.case(
            instruction_=self.instruction,
            lead=self.handler.unit,
            supports=(self.supporter.unit,),
            officer=self.officer,
        )
        self.number, self.address = self.case.id, f"/cases/{self.case.id}"
        self.limit = datetime.combine(self.case.due_on, AT.timetz())
        if signed_for:
            for one in (self.handler, self.supporter):
                actions.acknowledge(self.case, handler=one.name, phone="2210", by=one, at=AT)
            db.session.commit()

    def reported(self, stage: ReportStage = ReportStage.FINAL, process: str = DONE) -> Report:
        written = actions.Written(process=process, situation="运行平稳。", signer="郑局")
        made = actions.report(self.case, written, stage=stage, by=self.handler, at=AT)
        db.session.commit()
        return made

    def reviewed(self) -> Report:
        final = self.reported()
        actions.accept(final, self.case, result="隐患全部消除。", by=self.officer, at=AT)
        db.session.commit()
        return final

    def closed(self) -> None:
        self.reviewed()
        actions.see_result(self.case, by=self.leader, at=AT)
        actions.close(self.case, by=self.officer, at=AT)
        db.session.commit()

    def at(self, who: Person) -> Browser:
        return Browser(self.app, who)

    def now(self) -> Case:
        db.session.rollback()
        return db.session.get_one(Case, self.number, populate_existing=True)

    def strangers(self) -> list[Person]:
        """Those to whom this case does not exist."""
        return [
            factories.person(Role.HANDLER),
            factories.person(Role.UNIT_HEAD),
            factories.person(Role.REPORTER, unit_=self.handler.unit),
            factories.person(Role.SECRETARY),
            factories.person(Role.ARCHIVIST),
            factories.person(Role.ADMINISTRATOR),
            factories.leader("陆书平"),
        ]


def typed_report(**changed: object) -> dict[str, object]:
    return {
        "stage": "final",
        "course": DONE,
        "situation": "3座水库均已落实专人值守。",
        "proposals": "建议纳入年度除险加固计划。",
        "signer": "郑局",
        "form_key": "k1",
    } | changed


def typed_in(page: str, field: str) -> list[str]:
    """What stands in every box of that name."""
    areas = re.findall(
        rf'<textarea[^>]* name="{field}"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL
    )
    boxes = re.findall(rf'<input[^>]* name="{field}"[^>]*>', page)
    values = [value[1] for box in boxes if (value := re.search(r' value="([^"]*)"', box))]
    return [unescape(one) for one in (*areas, *values)]


def sentence(page: str) -> str:
    """The words of a page without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))
