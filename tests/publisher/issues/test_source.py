"""In this file an issue becomes the JSON form that is frozen, typeset and archived."""

from __future__ import annotations

import pytest

import layouts
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.issues.model import Issue, Urgency
from publisher.issues.numbering import Number
from publisher.issues.source import digest_of, photo_keys, source_of
from publisher.serials.model import Section, Series
from tests import factories

pytestmark = pytest.mark.usefixtures("records")


def issue_with(*titles_and_sections: tuple[str, str]) -> Issue:
    serial = factories.serial("政务信息", code="zwxx")
    items = [
        factories.item(serial_=serial, title=title, section=section, state=ItemState.PLACED)
        for title, section in titles_and_sections
    ]
    return factories.issue(serial_=serial, items=items)


class TestSourceOf:
    def test_the_layouts_read_it_numbered_and_unnumbered(self) -> None:
        issue = issue_with(("白石县夏粮收购进度过九成", "工作动态"))
        for numbered in (None, Number(12, 1487, 2026)):
            source = source_of(issue, numbered=numbered)
            assert layouts.read_source(source).as_json() == source

    def test_the_number_line_is_the_serials_own(self) -> None:
        issue = issue_with(("一", "工作动态"))
        issue.serial.number_pattern = "〔{year}〕{number}期"
        assert source_of(issue, numbered=Number(12, 1487, 2026))["number_line"] == "〔2026〕12期"
        assert source_of(issue)["number_line"] == "〔2026〕　期"

    def test_a_supplement_says_that_it_is_one(self) -> None:
        issue = issue_with(("一", "工作动态"))
        issue.series = Series.SUPPLEMENT
        line = source_of(issue, numbered=Number(3, 9, 2026))["number_line"]
        assert line == "增刊第3期（总第9期）"

    def test_an_empty_section_that_every_issue_has_is_told(self) -> None:
        issue = issue_with(("秋粮收购", "工作动态"))
        issue.serial.sections.append(Section(name="他山之石", position=3, is_expected=True))
        document = layouts.compose(layouts.read_source(source_of(issue)))
        assert "栏目“他山之石”下没有稿件，不会印出。" in [one.sentence for one in document.faults]
        issue.placements.clear()
        assert source_of(issue)["sections"] == []

    def test_sections_stand_in_the_serials_order_and_empty_ones_are_left_out(self) -> None:
        issue = issue_with(("经验", "经验做法"), ("动态一", "工作动态"), ("动态二", "工作动态"))
        issue.serial.sections.append(Section(name="他山之石", position=3))
        printed = [
            (section["title"], [article["title"] for article in section["articles"]])
            for section in source_of(issue)["sections"]
        ]
        assert printed == [("工作动态", ["动态一", "动态二"]), ("经验做法", ["经验"])]

    def test_an_ordinary_issue_prints_no_urgency(self) -> None:
        issue = issue_with(("一", "工作动态"))
        assert source_of(issue)["urgency"] == ""
        issue.urgency = Urgency.EXPRESS
        assert source_of(issue)["urgency"] == "特急"

    def test_what_was_frozen_does_not_follow_the_item(self) -> None:
        issue = factories.signed_issue()
        item = issue.placements[0].item
        frozen = dict(issue.frozen or {})
        item.title = "改过的标题"
        db.session.commit()
        db.session.refresh(issue)
        assert issue.frozen == frozen


class TestPhotoKeys:
    def test_they_are_found_once_each_in_order(self) -> None:
        issue = issue_with(("一", "工作动态"))
        issue.placements[
            0
        ].item.body = (
            "![乙](photo:7)\n\n![甲](photo:3) ![乙](photo:7) ![外](http://example.org/9.png)"
        )
        assert photo_keys(source_of(issue)) == ["7", "3"]


class TestDigestOf:
    def test_it_is_the_same_for_the_same_content_and_covers_the_photos(self) -> None:
        source = source_of(issue_with(("一", "工作动态")))
        again = dict(reversed(list(source.items())))
        assert digest_of(source, {"1": "a"}) == digest_of(again, {"1": "a"})
        assert digest_of(source, {"1": "a"}) != digest_of(source, {"1": "b"})
