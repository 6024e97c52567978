"""In this file no line ends where it would part what belongs together, on paper and in Word."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

import layouts
from layouts.fonts import found_face
from layouts.pdf.breaks import better_break
from tests.layouts import samples, word

SENTENCE = "今年以来清溪县聚焦群众办事难题持续优化政务服务流程整合窗口资源压减办理时限"
WHOLES = ["3.6万件", "1,234.5亿元", "99.2%", "3月9日", "2026年3月9日", "第12期", "14时20分", "12个"]


def moved(text: str) -> str:
    """A text whose break, shown by a bar, stands where it is better."""
    at = text.index("|")
    words = text.replace("|", "")
    place = better_break(words, at)
    return f"{words[:place]}|{words[place:]}"


class TestBetterBreak:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("全年累计受理3.6|万件，", "全年累计受理|3.6万件，"),
            ("比上年提高12|个百分点", "比上年提高|12个百分点"),
            ("现场设专人24|小时监测", "现场设专人|24小时监测"),
            ("会议于2026年3|月9日召开", "会议于|2026年3月9日召开"),
            ("印发市政办发〔2026〕|12号文件", "印发市政办|发〔2026〕12号文件"),
            ("刊登在第|12期上面", "刊登在|第12期上面"),
            ("压减办理时|限。", "压减办理|时限。"),
            ("压减办理“时|限”。", "压减办理|“时限”。"),
            ("压减办理，时|限", "压减办理，|时限"),
        ],
    )
    def test_what_belongs_together_goes_to_the_next_line(self, before: str, after: str) -> None:
        assert moved(before) == after

    @pytest.mark.parametrize(
        "text",
        ["压减办理|时限。", "受理3.6万件|，办结", "完成投资|12亿元", "2026|年", "第|12期"],
    )
    def test_a_good_break_stays_and_nothing_goes_from_the_first_word(self, text: str) -> None:
        assert moved(text) == text

    def test_too_much_is_not_given_up(self) -> None:
        text = "会议于2026年12月31日|14时20分召开"
        assert moved(text) == text
        assert moved("共计1234567890123456|件办结") == "共计1234567890123456|件办结"


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Paragraphs that would part each, set in the PDF and in LibreOffice."""
    folder: Path = tmp_path_factory.mktemp("office")
    paragraphs = [
        SENTENCE[: 26 - len(whole.encode("gbk")) // 2 + shift] + whole + SENTENCE[:20]
        for whole in WHOLES
        for shift in (0, 1)
    ]
    paragraphs += [(SENTENCE * 2)[:length] + "。" for length in (27, 55)]
    data = samples.with_body("\n\n".join(paragraphs), imprint={})
    document = samples.document(data)
    pdf = layouts.typeset(document, "pdf")
    docx = layouts.typeset(document, "docx", places=pdf.places, early=pdf.early)
    made = word.set_by_libreoffice({"breaks": docx.content}, folder)["breaks"]
    return [list(itertools.chain(*word.printed_lines(one))) for one in (pdf.content, made)]


@pytest.mark.skipif(not found_face("fang").used, reason="no face for 仿宋 on this machine")
class TestLines:
    def test_each_stands_whole_in_a_line(self, lines: list[list[str]]) -> None:
        for some in lines:
            for whole in WHOLES:
                assert sum(line.count(whole) for line in some) >= 2

    def test_no_last_line_is_one_character(self, lines: list[list[str]]) -> None:
        for some in lines:
            assert min(len(line.rstrip("。")) for line in some) >= 2

    def test_the_word_file_has_the_same_lines(self, lines: list[list[str]]) -> None:
        pdf, docx = lines
        assert docx == pdf
