"""In this file an instruction becomes a case, is late, is chased, closes, and is printed again."""

from __future__ import annotations

from publisher.followups.model import Case, State
from publisher.instructions.model import Instruction
from publisher.instructions.model import State as InstructionState
from publisher.submissions.model import Submission
from tests.journeys.office import Office
from tests.journeys.printed import words_of_docx, words_of_pdf

TITLE = "兰汀区3座小型水库存在渗漏隐患"
CHECKS = ("facts", "solved", "carried_out", "conclusion", "lawful", "form_right")


def report(office: Office, case: int, account: str, stage: str, course: str) -> None:
    getattr(office, account).sends(
        f"/cases/{case}/report",
        stage=stage,
        course=course,
        situation="3座水库均已落实专人值守。",
        proposals="建议纳入年度除险加固计划。",
        signer="王局",
        form_key=f"{stage}-{course[:10]}",
    )


def test_an_instruction_is_carried_out(office: Office) -> None:  # noqa: PLR0915 - a long life
    with office.later(days=0):
        item = office.ready(TITLE, "汛后排查发现3座小型水库坝脚渗漏，需尽快除险加固。")
        issue = office.publish(item)
    with office.later(days=1):
        written = office.instruct(issue, "请水利局牵头，9月底前整改到位。", item=item)
        assert "请水利局牵头" in office.officer.reads(f"/instructions/{written}")
        # Neither the units of no case nor other counties learn of it.
        assert office.handler.status_of(f"/instructions/{written}") == 404
        assert office.reporter.status_of(f"/instructions/{written}") == 404
        case = office.open_case(written, lead="sl", supports=["lt"], days=5)
        for form, words_of in (("pdf", words_of_pdf), ("docx", words_of_docx)):
            sheet = office.officer.downloads(f"/cases/{case}/sheets/supervision_notice.{form}")
            assert "请水利局牵头，9月底前整改到位。" in words_of(sheet)
    with office.later(days=1):
        office.handler.sends(f"/cases/{case}/acknowledge", handler="郑办", phone="0999-2215566")
        office.handler2.sends(f"/cases/{case}/acknowledge", handler="何办", phone="0999-2215577")
        report(office, case, "handler", "interim", "已组织专家现场勘察。")
    with office.later(days=14):
        assert "超期" in office.officer.reads("/cases?which=overdue")
        assert "超期" in office.officer.reads("/")
        assert "已过办理时限" in office.handler.is_refused(
            f"/cases/{case}/extend",
            reason="雨天无法施工。",
            progress="已完成勘察。",
            new_due_on="2026-10-30",
        )
        office.officer.sends(
            f"/cases/{case}/chase", text="已超期，请尽快办结并说明原因。", means="电话"
        )
        assert "请尽快办结" in office.handler.reads(f"/cases/{case}")
    with office.later(days=2):
        report(office, case, "handler", "final", "3座水库坝脚反滤处理全部完成。")
        number = _last_report(office, case)
        office.officer.sends(f"/cases/{case}/reports/{number}/return", reason="请附验收结论。")
    with office.later(days=1):
        report(office, case, "handler", "final", "处理全部完成，9月23日通过市级验收。")
        number = _last_report(office, case)
        office.officer.is_refused(f"/cases/{case}/reports/{number}/accept", result="已完成。")
        office.officer.sends(
            f"/cases/{case}/reports/{number}/accept",
            result="3座水库隐患全部消除并通过验收。",
            **dict.fromkeys(CHECKS, "y"),
        )
        # Nothing is closed that the leader has not seen.
        assert "呈" in office.officer.is_refused(f"/cases/{case}/close")
        assert "通过验收" in office.leader.reads(f"/cases/{case}")
        office.leader.sends(f"/cases/{case}/seen")
        office.officer.sends(f"/cases/{case}/close")
    with office.later(days=1):
        again = office.officer.sends(f"/cases/{case}/print-again", quoted=str(written))
        assert office.officer.sends(f"/cases/{case}/print-again") == again
        with office.records() as session:
            sent = session.get_one(Submission, again)
            assert sent.origin == f"case:{case}"
            title, body = sent.title, sent.body
        result_item = office.take_up(again)
        office.edit(result_item, title, body, printed=f"instruction:{written}")
        office.approve(result_item)
        second_issue = office.publish(result_item)
    with office.later(days=1):
        printed = words_of_pdf(office.leader.downloads(f"/library/issues/{second_issue}/issue.pdf"))
        assert "9月23日通过市级验收" in printed
        assert printed.index("批示：“请水利局牵头") < printed.index("现将办理情况报告如下")
        story = office.leader.reads(f"/threads/issue:{second_issue}")
        for word in ("报送", "第1期", "批示", "办结", "第2期"):
            assert word in story, word
        assert "第2期" in office.officer.reads(f"/threads/case:{case}")
        for wanted in ("渗漏", "牵头", "市级验收"):
            assert "水库" in office.officer.reads(f"/search?q={wanted}"), wanted
        # A new instruction on the printed result opens a new round.
        second = office.instruct(second_issue, "举一反三，全面排查。", item=result_item)
        following = office.open_case(second, lead="sl", supports=[])
    with office.records() as session:
        assert session.get_one(Case, case).state == State.REOPENED
        assert session.get_one(Case, following).follows_id == case
        assert session.get_one(Instruction, written).state == InstructionState.OPENED


def _last_report(office: Office, case: int) -> int:
    with office.records() as session:
        return int(session.get_one(Case, case).reports[-1].id)


def test_an_instruction_for_information_opens_no_case(office: Office) -> None:
    with office.later(days=0):
        issue = office.publish(office.ready("云汀市出台助企十条措施", "措施涵盖融资、用工等方面。"))
        written = office.instruct(issue, "阅。", disposition="inform")
        office.officer.sends(f"/instructions/{written}/register", proposal="阅知。")
        office.officer.sends(f"/cases/note/{written}", remark="领导阅知，不立项。")
    with office.records() as session:
        assert session.get_one(Instruction, written).state == InstructionState.NOTED
        assert session.query(Case).count() == 0
