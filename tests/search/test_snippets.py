"""In this file the lines shown for a hit are tried."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search import parse
from search.query import words_of
from search.records import Passage
from search.snippets import PASSAGE_LENGTH, PASSAGES, Marker


def marker(typed: str) -> Marker:
    return Marker(words_of(parse(typed).root))


def marked(passage: Passage) -> list[str]:
    return [piece.text for piece in passage if piece.is_hit]


class TestMark:
    def test_it_marks_the_words_asked_for(self) -> None:
        assert marked(marker("防汛").mark("云汀市防汛工作")) == ["防汛"]

    def test_it_loses_no_character_of_the_title(self) -> None:
        title = "关于２０２６年防汛工作的“通知”"
        assert "".join(piece.text for piece in marker("2026 防汛").mark(title)) == title

    def test_it_marks_full_width_and_traditional_spellings_as_written(self) -> None:
        assert marked(marker("5g 经济").mark("發展５Ｇ與經濟")) == ["５Ｇ", "經濟"]

    def test_it_marks_a_phrase_over_punctuation(self) -> None:
        assert marked(marker("“共抓保护不搞开发”").mark("共抓保护，不搞开发")) == []
        assert marked(marker("“共抓保护，不搞开发”").mark("共抓保护、不搞开发")) == [
            "共抓保护、不搞开发"
        ]

    def test_it_marks_no_digits_within_other_digits(self) -> None:
        assert marked(marker("26").mark("2026年26日")) == ["26"]

    def test_text_is_never_taken_for_markup(self) -> None:
        pieces = marker("script").mark("<script>")
        assert [tuple(piece) for piece in pieces] == [("<", False), ("script", True), (">", False)]


class TestPassages:
    TEXT = (
        "会议听取汇报。" * 40
        + "云汀市水库排查全面完成。"
        + "有关部门作了发言。" * 40
        + "防汛物资到位。"
    )

    def test_they_show_where_the_words_are(self) -> None:
        shown = marker("水库 防汛").passages(self.TEXT)
        assert [word for passage in shown for word in marked(passage)] == ["水库", "防汛"]

    def test_they_begin_with_a_sentence_where_one_is_near(self) -> None:
        assert marker("水库").passages(self.TEXT)[0][0].text == "云汀市"

    def test_a_beginning_is_not_cut_off_for_a_few_characters(self) -> None:
        text = "8月下旬，市水利局对列入今年计划的27座病险水库除险加固工程逐一检查。"
        (passage,) = Marker(["水库"]).passages(text)
        assert "".join(piece.text for piece in passage) == text
        (later,) = Marker(["水库"]).passages(f"总体看，各项工作基本有序。{text}")
        assert "".join(piece.text for piece in later) == text

    def test_without_a_hit_the_beginning_is_shown(self) -> None:
        shown = marker("台风").passages(self.TEXT)
        assert len(shown) == 1
        assert not marked(shown[0])

    def test_a_beginning_ends_with_its_sentence(self) -> None:
        first = "全市水库除险加固工程建设有序，已完工十八座、在建九座，但部分项目进度偏慢。"
        text = f"{first}一、存在的主要问题。" + "前期工作滞后，" * 20
        (passage,) = Marker([]).passages(text)
        assert "".join(piece.text for piece in passage) == f"{first}一、存在的主要问题。"

    def test_an_empty_text_has_none(self) -> None:
        assert marker("台风").passages("") == ()

    @given(st.text(alphabet="防汛水库，。\n abÅﬁ½", max_size=400), st.text("防汛水ab½", max_size=6))
    def test_they_are_short_stretches_of_the_text(self, text: str, typed: str) -> None:
        shown = marker(typed).passages(text)
        assert len(shown) <= PASSAGES
        for passage in shown:
            stretch = "".join(piece.text for piece in passage)
            assert stretch in text.replace("\n", " ")
            longest = max((len(word) for word in marked(passage)), default=0)
            assert len(stretch) <= max(PASSAGE_LENGTH, PASSAGE_LENGTH // 4 + longest)
