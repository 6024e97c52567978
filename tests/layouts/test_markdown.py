"""In this file we try the one reading of Markdown: offices' habits, tables, and hostile text."""

from __future__ import annotations

import time

import pytest

from layouts.document import (
    Align,
    Heading,
    ListItem,
    Mark,
    Paragraph,
    Photo,
    Preformatted,
    Quote,
    Rule,
    Run,
    Table,
    plain,
)
from layouts.faults import Fault
from layouts.markdown import plain_text, read_blocks

BOLD = frozenset({Mark.STRONG})


def texts(markdown: str) -> list[str]:
    return [plain(block.runs) for block in read_blocks(markdown, "a") if hasattr(block, "runs")]


class TestText:
    def test_bold_may_end_in_chinese_punctuation(self) -> None:
        (block,) = read_blocks("**（一）重点。**汽车产业增长。", "a")
        assert block == Paragraph("a-p1", (Run("（一）重点。", BOLD), Run("汽车产业增长。")))

    def test_lines_of_chinese_join_without_a_space(self) -> None:
        assert texts("今年以来，\n群众满意。") == ["今年以来，群众满意。"]

    def test_lines_of_english_join_with_a_space(self) -> None:
        assert texts("one\ntwo") == ["one two"]

    def test_an_indent_of_full_width_spaces_begins_a_paragraph(self) -> None:
        assert texts("　　第一段。\n　　第二段。") == ["第一段。", "第二段。"]

    def test_an_indent_of_four_spaces_is_no_code(self) -> None:
        assert texts("    首段。") == ["首段。"]

    @pytest.mark.parametrize(
        "lines", [("1、甲；", "2、乙。"), ("（一）甲。", "（二）乙。"), ("①甲", "②乙")]
    )
    def test_enumerated_lines_stay_lines(self, lines: tuple[str, str]) -> None:
        assert texts("\n".join(lines)) == list(lines)

    def test_a_number_in_the_middle_of_a_sentence_begins_no_paragraph(self) -> None:
        assert texts("共检查水库\n27、28号两座。") == ["共检查水库27、28号两座。"]

    def test_two_spaces_at_the_end_break_the_line(self) -> None:
        assert texts("甲  \n乙") == ["甲\n乙"]

    def test_words_with_underscores_stay_as_they_are(self) -> None:
        assert texts("文件 snake_case_x 已收") == ["文件 snake_case_x 已收"]

    def test_rare_characters_and_emoji_stay_as_they_are(self) -> None:
        assert texts("𠮷野、㐂、😀") == ["𠮷野、㐂、😀"]

    def test_sub_and_superscript_are_read(self) -> None:
        (block,) = read_blocks("H<sub>2</sub>O 10m<sup>2</sup>", "a")
        assert isinstance(block, Paragraph)
        assert [sorted(run.marks) for run in block.runs] == [
            [], [Mark.SUBSCRIPT], [], [Mark.SUPERSCRIPT],
        ]  # fmt: skip

    def test_a_link_leaves_its_words(self) -> None:
        assert texts("见[通知](http://example.invalid/)。") == ["见通知。"]

    def test_control_characters_are_taken_out(self) -> None:
        assert texts("甲\x00\x07乙\x1b") == ["甲乙"]


class TestBlocks:
    def test_the_levels_used_are_counted_from_one(self) -> None:
        blocks = read_blocks("## 一、统筹\n\n#### （一）机制\n\n正文\n\n## 二、落实", "a")
        assert [b.level for b in blocks if isinstance(b, Heading)] == [1, 2, 1]

    def test_no_heading_is_deeper_than_four(self) -> None:
        blocks = read_blocks("\n\n".join(f"{'#' * n} 标题{n}" for n in range(1, 7)), "a")
        assert [b.level for b in blocks if isinstance(b, Heading)] == [1, 2, 3, 4, 4, 4]

    def test_a_list_keeps_the_number_it_was_given(self) -> None:
        blocks = read_blocks("3. 第三\n4. 第四", "a")
        assert [b.marker for b in blocks if isinstance(b, ListItem)] == ["3.", "4."]

    def test_a_list_goes_on_after_a_paragraph_inside_it(self) -> None:
        blocks = read_blocks("1. 甲\n\n   又一段\n2. 乙", "a")
        assert [b.marker for b in blocks if isinstance(b, ListItem)] == ["1.", "2."]
        assert texts("1. 甲\n\n   又一段\n2. 乙") == ["甲", "又一段", "乙"]

    def test_lists_nest_with_their_markers(self) -> None:
        blocks = read_blocks("- 甲\n  - 乙\n    - 丙\n- 丁", "a")
        found = [(b.level, b.marker) for b in blocks if isinstance(b, ListItem)]
        assert found == [(0, "●"), (1, "－"), (2, "－"), (0, "●")]

    def test_quotes_rules_and_code_are_told_apart(self) -> None:
        kinds = [type(b) for b in read_blocks("> 引\n\n---\n\n```\na  b\n```", "a")]
        assert kinds == [Quote, Rule, Preformatted]

    def test_a_photo_stands_by_itself(self) -> None:
        blocks = read_blocks("看图：![现场](photo:12)完。", "a")
        assert blocks == (Paragraph("a-p1", (Run("看图：完。"),)), Photo("a-p2", "12", "现场"))

    def test_ids_count_every_block(self) -> None:
        assert [b.id for b in read_blocks("甲\n\n乙\n\n丙", "item-7")] == [
            "item-7-p1", "item-7-p2", "item-7-p3",
        ]  # fmt: skip


class TestTables:
    def test_a_pipe_table_has_a_head_and_alignment(self) -> None:
        (table,) = read_blocks("| 乡镇 | 件数 |\n|:-:|--:|\n| 石桥镇 | 42 |", "a")
        assert isinstance(table, Table)
        assert (table.head_rows, table.columns) == (1, 2)
        assert [cell.align for cell in table.rows[1]] == [Align.CENTER, Align.RIGHT]

    def test_a_table_may_follow_a_line_of_text(self) -> None:
        blocks = read_blocks("如下：\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |", "a")
        assert [type(block) for block in blocks] == [Paragraph, Table]

    def test_merged_cells_keep_their_place_in_the_grid(self) -> None:
        (table,) = read_blocks(
            "<table><tr><th rowspan=2>单位</th><th colspan=2>数量</th></tr>"
            "<tr><th>报送</th><th>采用</th></tr><tr><td>甲</td><td>2</td><td>1</td></tr></table>",
            "a",
        )
        assert isinstance(table, Table)
        assert table.head_rows == 2
        places = [[(start, end) for _cell, start, end in row] for row in table.grid()]
        assert places == [[(0, 1), (1, 3)], [(1, 2), (2, 3)], [(0, 1), (1, 2), (2, 3)]]

    def test_an_immense_span_is_cut(self) -> None:
        (table,) = read_blocks("<table><tr><td colspan=99999>甲</td></tr></table>", "a")
        assert isinstance(table, Table)
        assert table.columns <= 200

    def test_a_photo_in_a_cell_leaves_its_words(self) -> None:
        html = '<table><tr><td><img src="photo:1" alt="现场"></td></tr></table>'
        (table,) = read_blocks(html, "a")
        assert isinstance(table, Table)
        assert plain(table.rows[0][0].runs) == "〔照片：现场〕"


class TestHostileText:
    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>正文",
            "<style>p{color:red}</style>正文",
            "<!-- 注释 -->正文",
            "<iframe src=//x.invalid></iframe>正文",
            "<svg><script>1</script></svg>正文",
            "<p onclick='x()'>正文</p>",
        ],
    )
    def test_what_is_no_text_is_dropped(self, text: str) -> None:
        assert texts(text) == ["正文"]

    def test_a_bracketed_chinese_word_is_no_tag(self) -> None:
        assert texts("<某某>同志说，PM2.5<35") == ["<某某>同志说，PM2.5<35"]

    @pytest.mark.parametrize(
        "address", ["http://x.invalid/a.png", "file:///etc/passwd", "data:image/png;base64,AA", "a"]
    )
    def test_no_other_address_than_a_photo_is_followed(self, address: str) -> None:
        faults: list[Fault] = []
        blocks = read_blocks(f"![图]({address})", "item-3", faults)
        assert blocks == (Paragraph("item-3-p1", (Run("图"),)),)
        assert [(fault.code, fault.place) for fault in faults] == [("image-dropped", "item-3")]

    @pytest.mark.parametrize(
        "opening",
        ["> ", "- ", "<table><tr><td>", "**", "[", "![", "[](", "[a](<", "<b>", "<a ", "<!--"],
    )
    def test_thousands_of_openings_take_no_time_and_lose_no_word(self, opening: str) -> None:
        started = time.process_time()
        blocks = read_blocks("首段。\n\n" + opening * 3000 + "\n\n末段。", "a")
        assert time.process_time() - started < 3
        assert plain(blocks[0].runs) == "首段。"

    def test_a_reference_definition_is_text(self) -> None:
        assert texts("[1]: 见附件") == ["[1]: 见附件"]

    def test_lists_deeper_than_anybody_reads_keep_their_words(self) -> None:
        deep = "\n".join("  " * level + f"- 第{level}层" for level in range(150))
        joined = repr(read_blocks(deep, "a"))
        assert all(f"第{level}层" in joined for level in range(150))

    def test_an_empty_text_has_no_blocks(self) -> None:
        assert read_blocks(" \n\n　\n", "a") == ()


class TestPlainText:
    def test_it_gives_the_words_without_the_marks(self) -> None:
        table = "| 县 | 数 |\n|---|---|\n| 清溪 | 42 |"
        text = f"**（一）重点。**汽车\n\n![大厅](photo:3)\n\n- 甲\n- 乙\n\n{table}"
        assert plain_text(text).split() == [
            "（一）重点。汽车", "大厅", "甲", "乙", "县", "数", "清溪", "42",
        ]  # fmt: skip

    def test_scripts_are_words_of_nothing(self) -> None:
        assert "alert" not in plain_text("<script>alert(1)</script>正文")
