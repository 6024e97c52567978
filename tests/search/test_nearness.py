"""In this file a whole question finds what answers it, in the order of how near it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from search import Record, akin_to, open_engine, rebuild
from tests.bench import relevance
from tests.search.factories import STAFF, record

SECRET = frozenset({"secretary"})
HELD = "水库大坝加固工程按期完工，泄洪闸门更换完毕。"
SAYS_MORE = "泄洪闸门更换完毕，水库蓄水恢复，灌区开闸放水。"
SAYS_ELSE = "水库周边民宿客流回升，垂钓比赛如期举行，游客增多。"


def ids(path: Path, question: str, readers: frozenset[str] = STAFF) -> list[str]:
    hits = open_engine(path).search(akin_to(question), readers=readers).hits
    return [hit.record.id for hit in hits]


def named(name: str, **given: object) -> Record:
    """A record of this id."""
    return record(**{"id": name, **given})


def three(readers: frozenset[str]) -> list[Record]:
    return [
        named("first", title="大坝加固", text=HELD, readers=readers),
        named("more", title="水利动态", text=SAYS_MORE),
        named("else", title="水利动态", text=SAYS_ELSE),
        *(named(f"other{number}", title="其他", text=f"其他情况{number}") for number in range(20)),
    ]


class TestFeedback:
    def test_what_shares_the_words_of_the_nearest_comes_before_what_does_not(
        self, tmp_path: Path
    ) -> None:
        rebuild(tmp_path / "index", three(STAFF))
        assert ids(tmp_path / "index", "水库大坝加固完工")[:3] == ["first", "more", "else"]

    def test_a_record_someone_may_not_see_moves_nothing_in_his_order(self, tmp_path: Path) -> None:
        rebuild(tmp_path / "with", three(SECRET))
        rebuild(tmp_path / "without", three(STAFF)[1:])
        question = "水库大坝加固完工"
        assert "first" not in ids(tmp_path / "with", question)
        assert ids(tmp_path / "with", question) == ids(tmp_path / "without", question)


class TestWordsThatAsk:
    def test_a_record_that_only_asks_the_same_way_is_not_near(self, tmp_path: Path) -> None:
        records = [
            named("asks", title="问答", text="如何办理什么手续，请问哪些部门？"),
            named("answers", title="动态", text="水库加固。"),
        ]
        rebuild(tmp_path / "index", records)
        assert ids(tmp_path / "index", "请问水库如何加固？哪些部门")[0] == "answers"

    def test_a_question_of_nothing_but_them_is_looked_for_as_it_stands(
        self, tmp_path: Path
    ) -> None:
        rebuild(tmp_path / "index", [named("asks", title="问答", text="为什么")])
        assert ids(tmp_path / "index", "为什么？") == ["asks"]


@pytest.mark.skipif(not relevance.DATA.exists(), reason="the judged questions lie beside the code")
def test_questions_people_judged_are_answered_better_than_by_plain_bm25(tmp_path: Path) -> None:
    """A part of the questions, over the texts judged for them; the whole is measured by hand."""
    asked = relevance.questions("rgb")[::8]
    judged = {document for _, grades in asked for document in grades}
    docs = [one for one in relevance.documents("rgb") if one["id"] in judged]
    plain = relevance.Plain([one["text"] for one in docs], relevance.pairs)
    usual = [
        relevance.ndcg([docs[one]["id"] for one in plain.best(text)], grades)
        for text, grades in asked
    ]
    rebuild(tmp_path, [named(one["id"], title="", text=one["text"]) for one in docs])
    engine = open_engine(tmp_path)
    reached = [
        relevance.ndcg([hit.record.id for hit in found.hits], grades)
        for found, grades in (
            (engine.search(akin_to(text), readers=STAFF), grades) for text, grades in asked
        )
    ]
    assert sum(reached) / len(reached) > sum(usual) / len(usual) + 0.03
