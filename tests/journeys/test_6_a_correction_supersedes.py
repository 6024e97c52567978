"""In this file a printed error is put right by a new edition; both stay, the new one is read."""

from __future__ import annotations

from publisher.issues.model import Issue
from publisher.issues.model import State as IssueState
from tests.journeys.office import Office
from tests.journeys.printed import words_of_docx, words_of_pdf

TITLE = "前三季度全市工业用电量稳步增长"
NOTE = "原刊“35%”应为“3.5%”。"


def test_a_correction_supersedes(office: Office) -> None:
    with office.later(days=0):
        item = office.ready(TITLE, "前三季度全市工业用电量增长35%。")
        issue = office.publish(item)
        first = office.leader.downloads(f"/library/issues/{issue}/issue.pdf")
        assert "增长35%" in words_of_pdf(first)
    with office.later(days=1):
        director = office.director
        director.is_refused(f"/publication/issues/{issue}/correct", note="")
        edition = director.sends(
            f"/publication/issues/{issue}/correct", note=NOTE, form_key="correct"
        )
        director.sends(
            f"/publication/corrections/{edition}/article",
            article=f"item-{item}",
            title=TITLE,
            body="前三季度全市工业用电量增长3.5%。",
            source_line="清溪县人民政府供稿",
        )
        office.send_for_signing(edition, director)
        office.checker.sends(f"/issues/{edition}/pass", opinion="")
        office.director.sends(f"/issues/{edition}/pass", opinion="")
    with office.later(hours=1):
        for form, words_of in (("pdf", words_of_pdf), ("docx", words_of_docx)):
            words = words_of(office.leader.downloads(f"/library/issues/{edition}/issue.{form}"))
            assert "增长3.5%" in words
            assert "原刊“35%”应为“3.5%”" in words
        assert TITLE in office.leader.reads("/library")
        # The page of the first edition says that there is a newer one.
        assert "更正" in office.leader.reads(f"/library/issues/{issue}")
        assert "阅读更正后的一版" in office.leader.reads(f"/library/issues/{issue}/pages")
        assert office.leader.downloads(f"/library/issues/{issue}/issue.pdf") == first
        found = office.researcher.reads("/search?q=工业用电量")
        assert "3.5%" in found
        assert "增长35%" not in found
        # Of the two editions found each says which it is.
        assert "稿件更正版《" in found
        both = office.researcher.reads("/search?q=种类:简报")
        assert "刊期已更正" in both
        assert "刊期更正版" in both
    with office.records() as session:
        old, new = session.get_one(Issue, issue), session.get_one(Issue, edition)
        assert (old.number, old.total) == (new.number, new.total) == (1, 1)
        assert (old.edition, new.edition) == (1, 2)
        assert old.state == IssueState.CORRECTED
        assert new.state == IssueState.PUBLISHED
