"""In this file the analysis is tried: what terms a text has, for indexing and for asking."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import (
    Words,
    fold,
    index_tokens,
    query_tokens,
    simplify,
)
from search.engines.whoosh.grams import WORD_FLAG, gram_text, grams, joined

MIXED = st.text(alphabet="云汀市政府防汛〇々𠮷，。“”（） ５5Gg年第期-\n×é한かA", max_size=60)


def texts(tokens: object) -> list[str]:
    return [token.text for token in tokens]  # type: ignore[attr-defined]


class TestIndexTokens:
    def test_a_run_gives_every_character_and_every_pair(self) -> None:
        assert texts(index_tokens("市政府")) == ["市", "市政", "政", "政府", "府"]

    def test_no_pair_reaches_over_punctuation(self) -> None:
        assert "济社" not in texts(index_tokens("经济，社会"))

    def test_punctuation_takes_no_position(self) -> None:
        positions = {token.text: token.position for token in index_tokens("经济，社会")}
        assert positions["社会"] == 2

    def test_letters_and_digits_are_whole_words_in_lower_case(self) -> None:
        assert texts(index_tokens(fold("５Ｇ基站３００个")))[0] == "5g"
        assert "300" in texts(index_tokens(fold("５Ｇ基站３００个")))

    def test_rare_characters_beyond_the_basic_plane_are_han(self) -> None:
        assert texts(index_tokens("𠮷林")) == ["𠮷", "𠮷林", "林"]


class TestQueryTokens:
    def test_a_single_character_is_asked_for_as_such(self) -> None:
        assert texts(query_tokens("汛")) == ["汛"]

    def test_a_run_is_asked_for_by_its_pairs(self) -> None:
        assert texts(query_tokens("防汛备")) == ["防汛", "汛备"]

    def test_digits_between_characters_keep_their_place(self) -> None:
        assert [tuple(token) for token in query_tokens("第7期")] == [("第", 0), ("7", 1), ("期", 2)]

    @given(MIXED)
    def test_every_term_asked_for_is_a_term_indexed(self, text: str) -> None:
        folded = fold(text)
        assert set(query_tokens(folded)) <= set(index_tokens(folded))


class TestGrams:
    @given(MIXED)
    def test_numpy_finds_the_terms_that_plain_python_finds(self, text: str) -> None:
        folded = fold(text)
        found = grams(folded)
        keys = zip(found.keys.tolist(), found.positions.tolist(), strict=True)
        tokens = [(gram_text(key), position) for key, position in keys]
        tokens += [(word, position) for word, position, _ in found.words]
        assert sorted(tokens) == sorted(map(tuple, index_tokens(folded)))

    def test_parts_are_kept_apart(self) -> None:
        found = grams(joined(["防汛", "备汛"]))
        positions = dict(zip(map(gram_text, found.keys.tolist()), found.positions, strict=True))
        assert positions["备汛"] - positions["防汛"] > 50

    def test_no_character_can_be_taken_for_a_word(self) -> None:
        assert int(np.uint64(0x3134F) << np.uint64(21)) < int(WORD_FLAG)


class TestSimplify:
    def test_traditional_characters_become_simplified_ones(self) -> None:
        assert simplify("經濟與社會發展") == "经济与社会发展"

    def test_characters_that_are_also_simplified_ones_stay(self) -> None:
        assert simplify("著名的乾陵") == "著名的乾陵"

    @given(st.text(max_size=40))
    def test_the_length_never_changes(self, text: str) -> None:
        assert len(simplify(text)) == len(text)


class TestWords:
    def test_names_of_the_office_are_words(self) -> None:
        name = "云汀市数据和营商局"
        assert name in Words([name]).of(f"由{name}负责")

    def test_punctuation_is_no_word(self) -> None:
        assert "，" not in Words().of("防汛，备汛")
