"""In this file the query language is tried: what was typed, and the tree that comes out."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search import parse
from search.grammar import MAX_LEAVES, MAX_LENGTH
from search.query import (
    And,
    Everything,
    Gapped,
    Name,
    Not,
    Nothing,
    Number,
    Or,
    Query,
    Range,
    Text,
    words_of,
)

TYPED = st.text(
    alphabet="云汀防汛 ()（）“”\"-－|:：*?第7期总〔2026〕号.. OR NOT 非或单位日期\n'", max_size=80
)


class TestParse:
    @pytest.mark.parametrize(
        ("typed", "root"),
        [
            ("", Everything()),
            ("　 ", Everything()),
            ("防汛", Text("防汛")),
            ("ＧＤＰ", Text("gdp")),
            ("防汛 排查", And((Text("防汛"), Text("排查")))),
            ("防汛 AND 排查", And((Text("防汛"), Text("排查")))),
            ("“防汛，备汛”", Text("防汛,备汛")),
            ('"防汛 备汛"', Text("防汛 备汛")),
            ("防汛 -水库", And((Text("防汛"), Not(Text("水库"))))),
            ("防汛 －水库", And((Text("防汛"), Not(Text("水库"))))),
            ("防汛 非 水库", And((Text("防汛"), Not(Text("水库"))))),
            ("-水库", Not(Text("水库"))),
            ("--水库", Text("水库")),
            ("防汛 OR 抗旱", Or((Text("防汛"), Text("抗旱")))),
            ("防汛|抗旱", Or((Text("防汛"), Text("抗旱")))),
            ("防汛 或 抗旱 排查", Or((Text("防汛"), And((Text("抗旱"), Text("排查")))))),
            ("（防汛 或 抗旱）排查", And((Or((Text("防汛"), Text("抗旱"))), Text("排查")))),
            ("covid-19", Text("covid-19")),
            ("GB97*", Text("gb97", is_prefix=True)),
            ("关于“十四五”规划", And((Text("关于"), Text("十四五"), Text("规划")))),
        ],
    )
    def test_it_reads_words_and_operators(self, typed: str, root: object) -> None:
        query = parse(typed)
        assert (query.root, query.notice) == (root, "")

    @pytest.mark.parametrize(
        ("typed", "root"),
        [
            ("单位:水务局", Name("unit", "水务局")),
            ("单位： 水务局", Name("unit", "水务局")),
            ("unit:“云汀市水务局”", Name("unit", "云汀市水务局")),
            ("种类:批示", Name("kind", "instruction")),
            ("标题:防汛", Text("防汛", in_title=True)),
            ("期号:12", Range("number", 12, 12)),
            ("期号:第12期", Range("number", 12, 12)),
            ("总期号:1480..1490", Range("total", 1480, 1490)),
            ("年份:2026", Range("year", 2026, 2026)),
            ("日期:2026-03-09", Range("date", 20260309, 20260309)),
            ("日期:2026年3月", Range("date", 20260301, 20260331)),
            ("日期:2025..2026-03", Range("date", 20250101, 20260331)),
            ("日期:..2025", Range("date", 0, 20251231)),
            ("日期:2025年至2026年", Range("date", 20250101, 20261231)),
            ("文号:批〔2026〕12号", Number("批〔2026〕12号", ("d:批2026:12",))),
        ],
    )
    def test_it_reads_fields(self, typed: str, root: object) -> None:
        query = parse(typed)
        assert (query.root, query.notice) == (root, "")

    @pytest.mark.parametrize(
        ("typed", "terms"),
        [("第7期", ("n:7",)), ("总第1487期", ("t:1487",)), ("〔2026〕12号", ("d:2026:12",))],
    )
    def test_it_knows_a_number_when_it_sees_one(self, typed: str, terms: tuple[str, ...]) -> None:
        root = parse(typed).root
        assert isinstance(root, Number)
        assert root.terms == terms

    def test_it_parts_a_name_from_the_number_after_it(self) -> None:
        root = parse("政务信息第12期（总第1487期）").root
        number = Number("第12期(总第1487期)", ("n:12", "t:1487"))
        assert root == And((Text("政务信息"), number))

    def test_a_colon_after_no_field_is_punctuation(self) -> None:
        assert parse("快讯：云汀").root == Text("快讯:云汀")

    @pytest.mark.parametrize("typed", ["防汛（水库", "防汛）水库", "“防汛水库", "防汛 - )"])
    def test_what_cannot_be_read_is_searched_as_words_and_it_says_so(self, typed: str) -> None:
        query = parse(typed)
        assert "已按普通词语检索" in query.notice
        assert "防汛" in "".join(words_of(query.root))

    def test_a_date_that_is_none_is_searched_as_a_word_and_it_says_so(self) -> None:
        query = parse("日期:昨天")
        assert query.root == Text("昨天")
        assert "昨天" in query.notice

    def test_a_long_query_is_cut_and_it_says_so(self) -> None:
        query = parse("防" * (MAX_LENGTH + 1))
        assert query.root == Text("防" * MAX_LENGTH)
        assert str(MAX_LENGTH) in query.notice

    def test_too_many_words_are_cut_and_it_says_so(self) -> None:
        query = parse(" ".join(["防汛"] * (MAX_LEAVES + 1)))
        assert isinstance(query.root, And)
        assert len(query.root.nodes) == MAX_LEAVES
        assert str(MAX_LEAVES) in query.notice

    def test_a_field_holds_for_all_in_the_bracket_behind_it(self) -> None:
        assert parse("标题:(防汛 或 -抗旱) 水库") == Query(
            "标题:(防汛 或 -抗旱) 水库",
            And(
                (
                    Or((Text("防汛", in_title=True), Not(Text("抗旱", in_title=True)))),
                    Text("水库"),
                )
            ),
        )
        assert "没有词" in parse("标题:( ) 水库").notice
        assert parse("单位:(水务局 或 财政局)").root == Or(
            (Name("unit", "水务局"), Name("unit", "财政局"))
        )

    @pytest.mark.parametrize("typed", ["-", "OR", "。，！", "（）"])
    def test_where_there_is_nothing_to_look_for_it_says_so(self, typed: str) -> None:
        assert "没有可以查的文字" in parse(typed).notice

    @pytest.mark.parametrize("typed", ["(" * 400, "(" * 200 + "汛" + ")" * 200, "-" * 499 + "汛"])
    def test_no_depth_breaks_it(self, typed: str) -> None:
        assert parse(typed).typed == typed

    @given(st.one_of(TYPED, st.text(max_size=80)))
    @example("\ud800")
    @example("NOT")
    @example("OR OR |")
    @example("日期:2026..2026..")
    @example("年份:第")
    def test_it_never_raises(self, typed: str) -> None:
        assert parse(typed).typed == typed


class TestWordsOf:
    def test_denied_words_are_not_marked(self) -> None:
        assert words_of(parse("(防汛 或 第7期) -水库").root) == ("防汛", "第7期")


class TestSynonyms:
    GROUPS = (("省政府办公厅", "省府办"), ("水务局", "水利局", "水务"))

    def test_a_name_is_asked_for_under_all_its_names(self) -> None:
        assert parse("省府办", self.GROUPS).root == Or((Text("省府办"), Text("省政府办公厅")))
        root = parse("市水务局 -“省府办”", self.GROUPS).root
        assert root == And(
            (Or((Text("市水务局"), Text("市水利局"), Text("市水务"))), Not(Text("省府办")))
        )

    def test_what_is_in_quotation_marks_stays_as_it_is(self) -> None:
        assert parse("“省府办”", self.GROUPS).root == Text("省府办")
        assert parse("标题:省府办", ()).root == Text("省府办", in_title=True)

    def test_units_are_known_by_all_their_names(self) -> None:
        root = parse("单位:水利局", self.GROUPS).root
        assert isinstance(root, Or)
        assert {node.value for node in root.nodes} == {"水利局", "水务局", "水务"}  # type: ignore[union-attr]


class TestWildcards:
    def test_signs_between_words_are_read_with_their_bounds(self) -> None:
        assert parse("防?水*库").root == Gapped(("防", "水", "库"), ((1, 1), (0, 10)))
        assert parse("防汛*").root == Text("防汛")
        assert parse("*").root == Nothing()
        query = parse("防" + "?" * 100 + "库")
        assert query.root == Gapped(("防", "库"), ((10, 20),))
        assert query.notice

    def test_within_a_latin_word_they_are_left_out_with_a_notice(self) -> None:
        query = parse("CO*ID")
        assert query.root == And((Text("co"), Text("id")))
        assert query.notice
