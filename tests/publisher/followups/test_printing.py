"""In this file the result of a case becomes a submission for a later issue."""

from __future__ import annotations

import re

import pytest

from publisher import history
from publisher.database import db
from publisher.editing import actions as desk
from publisher.editing.model import State as ItemState
from publisher.followups import actions, rounds
from publisher.followups.model import (
    ReportStage,
)
from publisher.issues.source import articles
from publisher.people.permission import Role
from publisher.submissions.model import Channel
from tests import factories
from tests.publisher.followups.office import (
    AT,
    DONE,
    Office,
)

pytestmark = pytest.mark.usefixtures("records", "on_that_day")


class TestPrintAgain:
    def test_the_result_becomes_one_submission_that_names_its_case(self, office: Office) -> None:
        office.reviewed()
        browser, address = office.at(office.officer), f"{office.address}/print-again"
        (offered,) = re.findall(r'<input[^>]*name="quoted"[^>]*>', browser.get(office.address).text)
        assert f'value="{office.instruction.id}"' in offered
        assert "checked" in offered
        made = browser.post(address, {"quoted": str(office.instruction.id)})
        assert made.status_code == 302
        assert browser.post(address).location == made.location
        page = browser.get(made.location)
        assert page.status_code == 200
        assert "请水利局牵头，9月底前整改到位。" in page.text
        sent = rounds.sent_again(office.now())
        assert sent is not None
        assert (sent.channel, sent.unit_id) == (Channel.FOLLOWUP, office.handler.unit_id)
        assert DONE in sent.body
        assert f'href="{made.location}"' in browser.get(office.address).text

    def test_the_instructions_chosen_go_with_it_into_the_issue(self, office: Office) -> None:
        """Chosen by the officer, kept or left by the desk, frozen with the issue."""
        other = factories.instruction(
            issue_=office.instruction.issue, leader_=factories.leader("陆书平"), text="同意。"
        )
        office.reviewed()
        browser = office.at(office.officer)
        page = browser.get(office.address).text
        assert len(re.findall(r'<input[^>]*name="quoted"', page)) == 2
        chosen = [str(office.instruction.id), str(other.id)]
        browser.post(f"{office.address}/print-again", {"quoted": chosen})
        sent = rounds.sent_again(office.now())
        assert sent is not None
        assert {one["text"] for one in sent.instructions} == {office.instruction.text, "同意。"}
        assert office.instruction.text not in sent.body
        item = desk.take_up(sent, by=factories.person(Role.EDITOR), at=AT)
        factories.keep(item)
        assert all(one["printed"] for one in item.instructions)
        kept = f"instruction:{office.instruction.id}"
        desk.choose_instructions(item, [kept], by=item.editor, at=AT)
        item.state = ItemState.PLACED
        issue = factories.signed_issue(serial_=factories.serial(layout="followup"), items=[item])
        (article,) = articles(issue.frozen or {})
        assert article["instructions"] == [
            {
                "leader": "沈明远",
                "post": "副市长",
                "text": "请水利局牵头，9月底前整改到位。",
                "date": "11月20日",
                "number": office.instruction.number_text,
            }
        ]
        told = history.entries_of(db.session, f"item:{item.id}")[-2]
        assert (told.act, told.detail) == ("choose_instructions", {"printed": [kept]})

    def test_what_the_desk_may_not_read_is_not_offered_and_not_taken(self, office: Office) -> None:
        office.reviewed()
        for reader in list(office.instruction.readers):
            if reader.token == "role:editor":
                office.instruction.readers.remove(reader)
        db.session.commit()
        browser = office.at(office.officer)
        page = browser.get(office.address).text
        assert 'name="quoted"' not in page
        assert "限定知悉范围的批示不随文刊印" in page
        answer = browser.post(
            f"{office.address}/print-again", {"quoted": str(office.instruction.id)}
        )
        assert answer.status_code == 422
        assert rounds.sent_again(office.now()) is None

    def test_a_colleague_is_told_of_it_and_not_led_into_the_void(self, office: Office) -> None:
        office.reviewed()
        office.at(office.officer).post(f"{office.address}/print-again")
        colleague = office.at(factories.person(Role.OFFICER))
        page = colleague.get(office.address).text
        assert "已转为来稿" in page
        assert 'href="/submissions/' not in page.split("</main>")[0].split("<main")[1]
        again = colleague.post(f"{office.address}/print-again")
        assert again.location == office.address

    def test_a_report_that_nobody_passed_is_not_printed(self, office: Office) -> None:
        browser, address = office.at(office.officer), f"{office.address}/print-again"
        for stage in (ReportStage.INTERIM, ReportStage.FINAL):
            office.reported(stage)
            answer = browser.post(address)
            assert answer.status_code == 404
            assert "还没有办理结果" in answer.text
        office.case = office.now()
        actions.return_report(
            office.case.reports[-1], office.case, reason="缺数据。", by=office.officer, at=AT
        )
        db.session.commit()
        assert browser.post(address).status_code == 404
        assert rounds.sent_again(office.now()) is None
