"""In this file we try the JSON form of an issue: what it takes, and how it names what is wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import layouts
from tests.layouts import samples


def wrong(data: Any) -> layouts.SourceInvalid:
    with pytest.raises(layouts.SourceInvalid) as caught:
        layouts.read_source(data)
    return caught.value


class TestReadSource:
    def test_it_reads_its_own_json_to_an_equal_source(self) -> None:
        read = layouts.read_source(samples.source())
        assert layouts.read_source(read.as_json()) == read

    def test_the_same_source_gives_the_same_text(self) -> None:
        data = samples.source()
        turned = dict(reversed(list(data.items())))
        assert layouts.read_source(data).as_text() == layouts.read_source(turned).as_text()

    def test_it_fills_in_what_may_be_left_out(self) -> None:
        read = layouts.read_source({"serial": "政务信息", "date": "2026-03-09", "sections": []})
        assert (read.layout, read.series, read.edition, read.imprint.print_run) == (
            "regular", "main", 1, 0,
        )  # fmt: skip

    def test_it_names_an_article_without_id_by_its_place(self) -> None:
        data = samples.with_articles({"title": "一", "body": ""}, {"title": "二", "body": ""})
        read = layouts.read_source(data)
        assert [article.id for article in read.sections[0].articles] == ["s1-a1", "s1-a2"]

    @pytest.mark.parametrize(
        ("path", "value", "field"),
        [
            (("date",), "2026-3-9", "date"),
            (("date",), "2026-02-30", "date"),
            (("serial",), "  ", "serial"),
            (("serial",), None, "serial"),
            (("number",), "12", "number"),
            (("number",), 0, "number"),
            (("number",), True, "number"),
            (("form",), 2, "form"),
            (("series",), "增刊", "series"),
            (("urgency",), "很急", "urgency"),
            (("language",), '"><script>', "language"),
            (("sections",), {}, "sections"),
            (("colour",), "red", "colour"),
            (("handling",), "半个\ud800字", "handling"),
            (("imprint", "print_run"), -1, "imprint.print_run"),
            (("imprint", "signers"), "周立言", "imprint.signers"),
            (("sections", 0, "articles", 1, "title"), "", "sections[0].articles[1].title"),
            (("sections", 0, "articles", 1, "title"), "长" * 501, "sections[0].articles[1].title"),
            (("sections", 0, "articles", 1, "body"), 5, "sections[0].articles[1].body"),
            (("sections", 0, "articles", 1, "id"), "item-1", "sections[0].articles[1].id"),
            (("sections", 0, "articles", 1, "id"), "a b", "sections[0].articles[1].id"),
            (("sections", 0, "articles", 1), "稿", "sections[0].articles[1]"),
            (
                ("sections", 0, "articles", 0, "instructions"),
                [{"leader": "周立言"}],
                "sections[0].articles[0].instructions[0].text",
            ),
        ],
    )
    def test_it_names_the_field_that_is_wrong(
        self, path: tuple[Any, ...], value: Any, field: str
    ) -> None:
        data = copy.deepcopy(samples.source())
        inner = data
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        error = wrong(data)
        assert error.field == field
        assert error.reason.endswith("。")

    def test_a_list_is_no_issue(self) -> None:
        assert wrong([1, 2]).field == "（整体）"


class TestCompose:
    def test_it_makes_the_number_line_from_the_layout(self) -> None:
        assert samples.document().masthead.number_line == "第12期（总第1487期）"

    def test_a_ready_number_line_goes_before_the_pattern(self) -> None:
        made = samples.document(samples.source(number_line="〔2026〕12期"))
        assert made.masthead.number_line == "〔2026〕12期"

    def test_a_supplement_has_its_own_pattern(self) -> None:
        made = samples.document(samples.source(series="supplement", number=3))
        assert made.masthead.number_line == "增刊第3期"

    def test_the_date_has_no_leading_zero(self) -> None:
        assert samples.document().masthead.date == "2026年3月9日"

    def test_only_recipients_that_are_named_are_printed(self) -> None:
        made = samples.document(samples.source(imprint={"to_peer": "市政协办公室。"}))
        assert made.imprint.recipients == (("送：", "市政协办公室。"),)
        assert made.imprint.names == ()

    def test_an_empty_imprint_says_so(self) -> None:
        assert samples.document(samples.source(imprint={})).imprint.is_empty

    def test_a_digest_numbers_its_articles_through_all_sections(self) -> None:
        sections = [
            {"title": "甲", "articles": [samples.article("a", "一"), samples.article("b", "二")]},
            {"title": "乙", "articles": [samples.article("c", "三")]},
        ]
        made = samples.document(samples.source(layout="digest", sections=sections))
        assert [article.number for article in made.articles] == [1, 2, 3]

    def test_a_section_without_articles_is_not_printed(self) -> None:
        sections = [{"title": "空栏", "articles": []}, *samples.source()["sections"]]
        made = samples.document(samples.source(sections=sections))
        assert [section.title for section in made.sections] == ["工作动态"]

    def test_a_follow_on_report_says_its_stage_in_the_title(self) -> None:
        made = samples.document(
            samples.with_articles(samples.article("item-1", "柳湾乡山洪情况", stage="续报一"))
        )
        assert made.articles[0].full_title == "柳湾乡山洪情况（续报一）"

    def test_it_tells_which_image_it_left_out(self) -> None:
        made = samples.document(samples.with_body("![现场](http://example.invalid/a.png)"))
        (fault,) = made.faults
        assert (fault.code, fault.place) == ("image-dropped", "item-1")
        assert "现场" in fault.sentence

    def test_every_block_of_an_issue_has_an_id_of_its_own(self) -> None:
        made = samples.document(samples.source(editor_note="按语一。\n\n按语二。"))
        ids = [block.id for article in made.articles for block in article.blocks]
        ids += [block.id for block in made.editor_note]
        assert len(ids) == len(set(ids)) == 4
        assert "item-2-p1" in ids

    def test_a_layout_nobody_made_is_named(self) -> None:
        with pytest.raises(layouts.LayoutInvalid, match="nowhere"):
            samples.document(samples.source(layout="nowhere"))
