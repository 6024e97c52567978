"""In this file two units' items become one, and each unit is named and gets its points."""

from __future__ import annotations

from datetime import date

from publisher.scores.model import Event, LedgerEntry, Rule
from publisher.submissions.model import State, Submission
from tests.factories import keep
from tests.journeys.office import Office
from tests.journeys.printed import words_of_pdf

POINTS = 4.0


def test_a_merged_item_credits_both(office: Office) -> None:
    with office.records():
        keep(
            Rule(
                event=Event.ADOPTED,
                subject="zwxx",
                points=POINTS,
                effective_from=date(2026, 1, 1),
            )
        )
    with office.later(days=0):
        received = [
            office.report("清溪县开通就业直通车", "发车42班次，送工1680人。"),
            office.report("兰汀区举办专场招聘会", "达成意向2300人。", by="reporter2"),
        ]
        item = office.editor.sends(
            "/desk/merge",
            submission=[str(one) for one in received],
            title="清溪、兰汀两地多渠道稳就业",
            body="清溪县发车42班次；兰汀区达成就业意向2300人。",
            serial=str(office.serial),
            form_key="merge",
        )
        office.edit(item, "清溪、兰汀两地多渠道稳就业", "清溪县发车42班次；兰汀区达成意向2300人。")
        office.approve(item)
        issue = office.publish(item)
    with office.later(hours=1):
        printed = words_of_pdf(office.leader.downloads(f"/library/issues/{issue}/issue.pdf"))
        assert "清溪县人民政府、兰汀区人民政府供稿" in printed
        office.a_minute_passes()
        for account in ("reporter", "reporter2"):
            assert "已采用" in getattr(office, account).reads("/submissions")
        assert "清溪县" in office.editor.reads("/scores?group=county")
    with office.records() as session:
        entries = session.query(LedgerEntry).all()
        assert {entry.unit_id for entry in entries} == {office.units["qx"], office.units["lt"]}
        assert sum(entry.points for entry in entries) == POINTS
        assert {session.get_one(Submission, one).state for one in received} == {State.ADOPTED}
