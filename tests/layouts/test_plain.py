"""In this file an issue is read as one Markdown text."""

from __future__ import annotations

import layouts
from layouts.document import Heading, notes_of, plain
from layouts.markdown import read_blocks
from layouts.plain import as_markdown
from tests.layouts import samples


def text_of(data: dict[str, object]) -> str:
    return as_markdown(layouts.read_source(data), "第12期")


class TestMarkdown:
    def test_it_says_what_the_masthead_and_the_imprint_say(self) -> None:
        text = text_of(samples.source(urgency="特急"))
        assert text.startswith("# 政务信息\n\n第12期　云汀市人民政府办公室编　2026-03-09\n\n")
        for words in ("特急", "## 工作动态", "（市水利局供稿）", "签发：周立言", "印数：85"):
            assert words in text

    def test_headings_stand_below_their_articles(self) -> None:
        blocks = read_blocks(text_of(samples.with_body("# 一、甲\n\n## （一）乙\n\n丙。")), "a")
        found = [(one.level, plain(one.runs)) for one in blocks if isinstance(one, Heading)]
        # Levels that are used are counted from one.
        assert found == [
            (1, "政务信息"),
            (2, "清溪县推行“一窗通办”"),
            (3, "一、甲"),
            (4, "（一）乙"),
        ]

    def test_footnotes_of_two_articles_stay_apart(self) -> None:
        one, other = "甲[^1]\n\n[^1]: 一", "乙[^1]\n\n[^1]: 二"
        text = text_of(
            samples.with_articles(
                samples.article("x", "甲", one), samples.article("y", "乙", other)
            )
        )
        assert [plain(note.runs) for note in notes_of(read_blocks(text, "a"))] == ["一", "二"]

    def test_code_stays_as_it_was(self) -> None:
        text = text_of(samples.with_body("```\n# 甲[^1]\n```"))
        assert "```\n# 甲[^1]\n```" in text
