"""In this file an urgent event is reported first, followed on and ended, and reads as one story."""

from __future__ import annotations

from publisher.submissions.model import Stage, Submission
from tests.journeys.office import Office


def test_an_urgent_event_in_three_reports(office: Office) -> None:
    with office.later(days=0):
        first = office.report(
            "青石河支流一处堤段出现管涌险情",
            "9月1日6时20分，巡堤人员发现管涌1处，已转移群众46人。",
            kind="emergency",
            stage=Stage.FIRST.value,
        )
        item = office.take_up(first)
        office.edit(item, "青石河支流一处堤段出现管涌险情（首报）", "巡堤人员发现管涌1处。")
        office.approve(item)
        issue = office.publish(item)
    with office.later(hours=4):
        second = office.report(
            "青石河支流堤段管涌险情处置进展",
            "截至11时，险情已得到控制，转移群众增至112人。",
            kind="emergency",
            stage=Stage.FOLLOWON.value,
            follows=str(first),
        )
        said = office.reporter2.is_refused(
            "/submissions/new",
            title="别县冒名续报",
            body="不是本县的事件。",
            kind="emergency",
            stage=Stage.FOLLOWON.value,
            follows=str(first),
        )
        assert "接续" in said
    with office.later(days=1):
        last = office.report(
            "青石河支流堤段管涌险情处置结束",
            "9月2日8时险情解除，群众全部返回，无人员伤亡。",
            kind="emergency",
            stage=Stage.FINAL.value,
            follows=str(second),
        )
        page = office.editor.reads(f"/desk/submissions/{last}")
        assert "首报" in page
        assert "续报一" in page
        assert "终报" in page
        later_item = office.take_up(last)
        office.edit(later_item, "青石河支流堤段管涌险情处置结束（终报）", "险情解除，无人员伤亡。")
        office.approve(later_item)
        ending = office.publish(later_item)
    with office.records() as session:
        reports = [session.get_one(Submission, one) for one in (first, second, last)]
        assert [one.stage_number for one in reports] == [0, 1, 1]
        assert [one.follows_id for one in reports] == [None, first, second]
    with office.later(hours=1):
        story = office.leader.reads(f"/threads/issue:{ending}")
        assert "首报" in story
        assert "第1期" in story
        assert issue != ending
        assert "险情解除" in office.leader.reads(f"/library/issues/{ending}")
