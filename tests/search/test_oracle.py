"""In this file what is found is held against `text in body`, and against Whoosh's matchers."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Record, open_engine, parse, rebuild
from search.analysis import fold, simplify
from search.engines.whoosh.engine import WhooshEngine
from search.engines.whoosh.folder import IndexFolder
from search.engines.whoosh.stock import stock_matching_ids
from search.records import Change
from tests.search.factories import STAFF, record

ALPHABET = "云汀市防汛水库，。“经济社会7 2"
TEXTS = [
    "云汀市防汛工作会议召开，会议要求加强水库巡查。2026年3月9日起，全市27座水库“一库一策”。",
    "经济，社会两手抓。云汀市经济社会发展规划纲要（2026—2030年）经审议通过。",
    "黎小满同志率队到澄溪县调研５Ｇ基站建设，要求“共抓大保护、不搞大开发”。",
    "第7期简报刊发后，澄溪县反馈：GB/T 9704-2012 已执行，COVID-19 台账已清零。",
    "防汛\n备汛：水、库、社、会；市防汛办。水库库容 72 万方，7日汛情平稳。",
    "云云汀汀市市防防汛汛水水库库，经济经济社会社会。",
    "經濟與社會發展，雲汀市。",
]
QUERIES = [
    *["汛", "市", "库", "防汛", "水库", "经济", "社会", "经济社会", "市防汛", "黎小满"],
    *["2026年", "27座", "3月9日", "第7期", "72万方", "5G", "COVID-19", "GB/T 9704-2012", "7日汛情"],
    *[
        "“共抓大保护、不搞大开发”",
        "“经济，社会”",
        "“会议召开，会议要求”",
        "“一库一策”",
        "澄溪县调研",
    ],
    *["云云", "经济经济", "水库库容", "市市防防", "不存在的词"],
]


def made(texts: list[str]) -> list[Record]:
    day = date(2026, 1, 1)
    return [
        record(
            number,
            title="",
            text=text,
            serial="",
            date=day + timedelta(days=number),
            readers=frozenset({"staff"} if number % 3 else {"role:editor"}),
            unit="",
        )
        for number, text in enumerate(texts)
    ]


def generated() -> list[str]:
    """A few hundred texts out of few characters, so that everything stands beside everything."""
    state, texts = 7, []
    for length in range(1, 260):
        letters = []
        for _ in range(length % 37 + 1):
            state = (state * 1103515245 + 12345) % 2**31
            letters.append(ALPHABET[(state >> 8) % len(ALPHABET)])
        texts.append("".join(letters))
    return texts


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return made(TEXTS + generated())


@pytest.fixture(scope="module")
def engine(records: list[Record], tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    path = tmp_path_factory.mktemp("oracle") / "index"
    half = len(records) // 2
    rebuild(path, records[:half])
    engine = open_engine(path)
    for start in range(half, len(records), 30):
        engine.apply([Change.put(one) for one in records[start : start + 30]])
    return engine


EVERYBODY = frozenset({"staff", "role:editor"})


def stands_in(word: str, one: Record) -> bool:
    return fold(word.strip("“”")) in fold(one.text)


class TestAgainstTheTexts:
    @pytest.mark.parametrize("typed", QUERIES)
    def test_every_record_with_the_exact_text_is_found(
        self, engine: WhooshEngine, records: list[Record], typed: str
    ) -> None:
        expected = {one.id for one in records if stands_in(typed, one)}
        assert expected <= engine.matching_ids(parse(typed), EVERYBODY)

    @pytest.mark.parametrize("typed", [query for query in QUERIES if query.isalpha()])
    def test_a_word_of_characters_finds_nothing_else(
        self, engine: WhooshEngine, records: list[Record], typed: str
    ) -> None:
        expected = {
            one.id for one in records if stands_in(typed, one) or stands_in(typed, simplified(one))
        }
        assert engine.matching_ids(parse(typed), EVERYBODY) == expected

    @settings(max_examples=150, deadline=None)
    @given(st.text(alphabet="云汀市防汛水库经济社会", min_size=1, max_size=4))
    def test_any_characters_find_exactly_the_texts_that_have_them(
        self, engine: WhooshEngine, records: list[Record], typed: str
    ) -> None:
        expected = {
            one.id for one in records if stands_in(typed, one) or stands_in(typed, simplified(one))
        }
        assert engine.matching_ids(parse(typed), EVERYBODY) == expected

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_any_stretch_of_a_text_finds_the_text(
        self, engine: WhooshEngine, records: list[Record], data: st.DataObject
    ) -> None:
        one = data.draw(st.sampled_from(records))
        start = data.draw(st.integers(0, len(one.text) - 1))
        end = data.draw(st.integers(start + 1, min(len(one.text), start + 12)))
        stretch = one.text[start:end].replace("“", " ").replace("”", " ")
        if not any(letter.isalpha() for letter in stretch) or cuts_a_word(one.text, start, end):
            return
        assert one.id in engine.matching_ids(parse(f"“{stretch}”"), EVERYBODY)

    @settings(max_examples=80, deadline=None)
    @given(st.lists(st.sampled_from(["汛", "防汛", "水库", "经济", "社会", "市防"]), min_size=2))
    def test_denial_both_and_either_are_those_of_sets(
        self, engine: WhooshEngine, words: list[str]
    ) -> None:
        first, second = words[:2]
        one, other, both, either, without = (
            engine.matching_ids(parse(typed), EVERYBODY)
            for typed in (
                first,
                second,
                f"{first} {second}",
                f"{first} OR {second}",
                f"{first} -{second}",
            )
        )
        assert (both, either, without) == (one & other, one | other, one - other)


def simplified(one: Record) -> Record:
    from search.analysis import simplify  # noqa: PLC0415  # beside its only use

    return record(0, text=simplify(one.text))


def cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether a stretch begins or ends within a word of letters or digits."""
    folded = fold(text)
    if len(folded) != len(text):
        return True

    def is_word(place: int) -> bool:
        return 0 <= place < len(folded) and folded[place].isascii() and folded[place].isalnum()

    return (is_word(start - 1) and is_word(start)) or (is_word(end - 1) and is_word(end))


TYPED = st.lists(
    st.sampled_from(
        [
            *[
                "防汛",
                "水",
                "库，经",
                "“水库，经济”",
                "市防汛",
                "经济社会",
                "7",
                "2*",
                "-汛",
                "-经济",
            ],
            *["OR", "(云 OR 社会)", "日期:2026-03..", "-(水库 防汛)", "第7期", "标题:汛", "經濟"],
            "种类:信息",
        ]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


class TestAgainstWhoosh:
    @settings(max_examples=60, deadline=None)
    @given(TYPED, st.sampled_from([STAFF, EVERYBODY, frozenset({"unit:9"})]))
    def test_its_own_matchers_find_the_same(
        self, engine: WhooshEngine, typed: str, readers: frozenset[str]
    ) -> None:
        query = parse(typed)
        folder = IndexFolder(engine.path)
        assert engine.matching_ids(query, readers) == stock_matching_ids(folder, query, readers)


def test_wildcards_find_what_a_regular_expression_finds(
    engine: WhooshEngine, records: list[Record]
) -> None:
    """Punctuation takes no place, so the pattern is tried on texts without it."""
    for typed, pattern in (
        ("防?防", "防.防"),
        ("云*库", "云.{0,10}库"),
        ("汀市*水?社", "汀市.{0,10}水.社"),
        ("经济*会", "经济.{0,10}会"),
    ):
        plain = {one.id: re.sub(r"[\W_]", "", simplify(fold(one.text))) for one in records}
        # Digits and letters are whole words; these texts are left to the matchers below.
        only_han = {one: text for one, text in plain.items() if not re.search(r"[0-9a-z]", text)}
        wanted = {one for one, text in only_han.items() if re.search(pattern, text)}
        everyone = frozenset({"staff", "role:editor"})
        found = engine.matching_ids(parse(typed), everyone)
        assert found & only_han.keys() == wanted, typed
        assert wanted, typed
        stock = stock_matching_ids(IndexFolder(engine.path), parse(typed), everyone)
        assert stock == found, typed
