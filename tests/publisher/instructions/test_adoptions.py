"""In this file a higher office prints an item, a leader there writes on it, and it is followed."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from publisher.database import db
from publisher.errors import InputRefused, NotAllowed
from publisher.followups import queries as followups
from publisher.instructions import adoptions
from publisher.instructions.actions import Leader, Words
from publisher.instructions.finding import records
from publisher.instructions.model import Disposition, Instruction, Paper
from publisher.instructions.sheets import words
from publisher.issues.model import Issue
from publisher.people.model import Level, Rank
from publisher.people.permission import Role
from publisher.scores import actions as scoring
from publisher.scores import queries as scores
from publisher.scores.model import Event
from tests import factories
from tests.factories import Browser

pytestmark = pytest.mark.usefixtures("records", "that_day", "readable_press")
SAID = "云汀市的做法很好，请省水利厅总结推广，十二月五日前报结果。"


@pytest.fixture
def issue() -> Issue:
    return factories.published_issue()


@pytest.fixture
def officers(app: Flask) -> Browser:
    return Browser(app, factories.person(Role.OFFICER, name="孙督"))


def typed(**other: object) -> dict[str, object]:
    return {
        "leader_name": "陆云山", "leader_post": "副省长", "level": "province", "rank": "deputy",
        "text": SAID, "disposition": "act", "written_on": "2026-11-19",
        "limit_on": "2026-12-05", "others": "省水利厅、水利局", "form_key": "h1",
    } | other  # fmt: skip


def noted(officers: Browser, item_id: int | str, **other: object) -> Paper:
    form = {
        "item": str(item_id), "title": "", "office": "省政府办公厅", "publication": "专报信息",
        "number": "2026年第88期", "dated_on": "2026-11-16", "level": "province", "form_key": "a1",
    } | other  # fmt: skip
    assert officers.post("/instructions/adoptions/new", form).status_code == 302
    return db.session.scalars(select(Paper).order_by(Paper.id.desc())).unique().first()  # type: ignore[return-value]


class TestAdoption:
    def test_from_the_item_to_the_register_the_search_the_thread_and_a_case(
        self, app: Flask, issue: Issue, officers: Browser
    ) -> None:
        item = issue.placements[0].item
        title, unit = item.title, factories.unit("水利局")
        page = officers.get(f"/instructions/adoptions/new?item={item.id}").text
        assert f'<option selected value="{item.id}">{title}' in page
        paper = noted(officers, item.id)
        name = f"省政府办公厅《专报信息》2026年第88期《{title}》"
        assert paper.name == name
        made = officers.post(f"/instructions/adoptions/{paper.id}", typed())
        assert made.status_code == 302
        found = db.session.scalars(select(Instruction)).unique().one()
        assert (found.leader, found.leader_level, found.leader_rank) == (
            None, Level.PROVINCE, Rank.DEPUTY,
        )  # fmt: skip
        assert [(one.name, one.unit_id) for one in found.addressees] == [
            ("水利局", unit.id), ("省水利厅", None),
        ]  # fmt: skip
        number = found.id
        officers.post(f"/instructions/{number}/register", {"proposal": "拟转水利局办理。"})
        for address in (
            f"/instructions/{number}", "/instructions", f"/threads/instruction:{number}",
        ):  # fmt: skip
            assert name in officers.get(address).text, address
        editors = Browser(app, factories.person(Role.EDITOR))
        assert name in editors.get(f"/desk/items/{item.id}").text
        assert "副省长陆云山" in officers.get(f"/library/issues/{issue.id}").text
        found = db.session.get_one(Instruction, number)
        (record,) = records([number])
        assert (record.leader, f"issue:{issue.id}" in record.about) == ("陆云山", True)
        assert name in record.text
        assert words(found)["carrier"] == name
        opening = officers.get(f"/cases/open/{number}").text
        assert 'value="leader">按批示：2026年12月5日前' in opening
        case = officers.post(
            f"/cases/open/{number}",
            {"matter": "推广做法", "lead": unit.id, "limit_class": "leader"},
        )
        assert case.status_code == 302
        (opened,) = followups.cases_of(number)
        assert opened.due_on == date(2026, 12, 5)
        assert "副省长陆云山" in officers.get("/instructions/adoptions").text
        for kind in ("docx", "pdf"):
            sheet = officers.get(f"/instructions/{number}/sheets/reading_sheet.{kind}")
            assert sheet.status_code == 200

    def test_its_points_go_by_the_higher_leaders_level(
        self, issue: Issue, officers: Browser
    ) -> None:
        db.session.add(
            scoring.set_rule(
                event=Event.INSTRUCTED, subject="province", points=80,
                effective_from=date(2026, 1, 1), rules=[],
                by=factories.person(Role.DIRECTOR), at=factories.AT,
            )
        )  # fmt: skip
        db.session.commit()
        paper = noted(officers, issue.placements[0].item_id)
        officers.post(f"/instructions/adoptions/{paper.id}", typed())
        number = db.session.scalars(select(Instruction.id)).one()
        officers.post(f"/instructions/{number}/register")
        (earned,) = scores.unposted_instructions()
        assert (earned.subject, earned.cause) == ("province", f"instruction:{number}")

    def test_an_item_that_no_issue_of_ours_printed_has_a_paper_alone(
        self, officers: Browser
    ) -> None:
        paper = noted(officers, "", title="关于春耕备耕情况的报告")
        officers.post(f"/instructions/adoptions/{paper.id}", typed())
        found = db.session.scalars(select(Instruction)).unique().one()
        assert (found.issue, found.item) == (None, None)
        number = found.id
        officers.post(f"/instructions/{number}/register")
        page = officers.get(f"/instructions/{number}").text
        assert "《关于春耕备耕情况的报告》" in page
        assert "<h1>关于春耕备耕情况的报告" in officers.get(f"/threads/instruction:{number}").text
        opening = officers.get(f"/cases/open/{number}").text
        assert "关于“关于春耕备耕情况的报告”批示事项的办理" in opening

    def test_what_cannot_be_is_said_and_a_double_press_writes_once(
        self, issue: Issue, officers: Browser
    ) -> None:
        paper = noted(officers, issue.placements[0].item_id)
        assert noted(officers, issue.placements[0].item_id).id == paper.id
        address = f"/instructions/adoptions/{paper.id}"
        for changed, said in (
            ({"leader_post": " "}, "请填写领导的职务。"),
            ({"written_on": "2026-11-10"}, "批示日期不能早于上级刊出的日期。"),
            ({"written_on": "2026-12-10", "limit_on": ""}, "批示日期不能晚于今天。"),
            ({"limit_days": "3"}, "办理期限请只填日期，或者只填工作日数。"),
        ):
            answer = officers.post(address, typed(**changed))
            assert (answer.status_code, said in answer.text) == (422, True), changed
            assert SAID in answer.text
        for _turn in range(2):
            assert officers.post(address, typed()).status_code == 302
        assert len(db.session.scalars(select(Instruction)).unique().all()) == 1


class TestWho:
    def test_a_unit_is_told_of_no_adoption_that_is_none_of_its_business(
        self, app: Flask, issue: Issue, officers: Browser
    ) -> None:
        paper = noted(officers, issue.placements[0].item_id, title="水库除险的做法")
        unit = Browser(app, factories.person(Role.HANDLER))
        assert "水库除险的做法" in officers.get("/instructions/adoptions").text
        page = unit.get("/instructions/adoptions").text
        assert "还没有登记上级采用。" in page
        assert paper.title not in page

    def test_only_items_of_issues_that_one_may_read_are_offered(self, officers: Browser) -> None:
        serial = factories.serial("内部参考", readers=("role:director",))
        closed = factories.published_issue(serial_=serial)
        unprinted = factories.item(title="还没有刊出的一篇")
        for item in (closed.placements[0].item, unprinted):
            page = officers.get(f"/instructions/adoptions/new?item={item.id}").text
            assert f'value="{item.id}"' not in page

    def test_only_who_keeps_the_register_enters_it(self, app: Flask, officers: Browser) -> None:
        paper = noted(officers, "", title="春耕备耕")
        for role in (Role.EDITOR, Role.HANDLER, Role.SECRETARY, Role.REPORTER):
            browser = Browser(app, factories.person(role))
            assert browser.get("/instructions/adoptions/new").status_code == 404
            assert browser.post(f"/instructions/adoptions/{paper.id}", typed()).status_code == 404
        editor = factories.person(Role.EDITOR)
        leader = Leader(name="陆云山", post="副省长", level=Level.PROVINCE)
        said = Words(text=SAID, disposition=Disposition.ACT, written_on=factories.DAY)
        with pytest.raises(NotAllowed):
            adoptions.write_on(paper, said, leader=leader, issue=None, by=editor, at=factories.AT)

    def test_an_adoption_without_a_title_is_refused(self) -> None:
        with pytest.raises(InputRefused, match="请选择被采用的稿件"):
            adoptions.adopt(
                title=" ", office="省政府办公厅", publication="", number="", dated_on=None,
                level=Level.PROVINCE, item=None, by=factories.person(Role.OFFICER), at=factories.AT,
            )  # fmt: skip
