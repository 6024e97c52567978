"""In this file an item is given back with a reason, comes again better, and is printed."""

from __future__ import annotations

from tests.journeys.office import Office

TITLE = "兰汀区多措并举保障秋粮收购"


def test_a_returned_item_comes_back(office: Office) -> None:
    with office.later(days=0):
        first = office.report(TITLE, "我区高度重视秋粮收购工作。", by="reporter2")
    with office.later(hours=2):
        said = office.editor.is_refused(f"/desk/submissions/{first}/return", reason="")
        assert "请写明退回原因" in said
        office.editor.sends(f"/desk/submissions/{first}/return", reason="请补充收购量和价格数据。")
    with office.later(hours=3):
        page = office.reporter2.reads(f"/submissions/{first}")
        assert "请补充收购量和价格数据。" in page
        # The other county never learns of it.
        assert office.reporter.status_of(f"/submissions/{first}") == 404
        better = office.reporter2.sends(
            f"/submissions/{first}/again",
            title=TITLE,
            body="全区已收购秋粮3.6万吨，收购价每百斤132元，同比增长4.5%。",
            kind="dynamic",
            drafter="周报",
            unit_signer="区长",
            signer_phone="0999-2210200",
            form_key="better",
        )
        assert better != first
    with office.later(hours=1):
        screen = office.editor.reads(f"/desk/submissions/{better}")
        assert "3.6万吨" in screen
        item = office.take_up(better)
        office.edit(item, TITLE, "全区已收购秋粮3.6万吨，收购价每百斤132元，同比增长4.5%。")
        office.editor.sends(f"/approvals/items/{item}/ask")
        approval = office.approval_of(f"item:{item}")
        # The checker gives it back once too: the desk mends it and asks again.
        office.checker.sends(f"/approvals/{approval}/return", opinion="同比口径请核实。")
        office.edit(item, TITLE, "全区已收购秋粮3.6万吨，收购价每百斤132元，比上年同期增长4.5%。")
        office.approve(item)
        issue = office.publish(item)
    with office.later(hours=1):
        assert "比上年同期增长4.5%" in office.leader.reads(f"/library/issues/{issue}")
        mine = office.reporter2.reads("/submissions")
        assert "已采用" in mine
        assert "已重报" in mine
