"""In this file stands what is typed, by whom, and narrowed by what; every engine answers alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import cycle, product

from search import Filters
from search.records import Sort


@dataclass(frozen=True)
class Case:
    """One question."""

    typed: str
    reader: str = "staff"
    filters: Filters = field(default_factory=Filters)
    sort: Sort = "relevance"
    has_synonyms: bool = False
    expected: frozenset[str] | None = None
    """What must be found, where it is written down beside the oracle's own answer."""

    @property
    def name(self) -> str:
        """What the test is called."""
        ticks = ",".join(f"{key}={'+'.join(value)}" for key, value in self.filters.chosen().items())
        days = f"{self.filters.since or ''}..{self.filters.until or ''}".strip(".")
        parts = (self.typed[:40] or "nothing", self.reader, ticks, days, self.sort)
        return " ".join(part for part in parts if part)


def of(*ids: str) -> frozenset[str]:
    return frozenset(ids)


WRITTEN = {
    "除险": of("item:11", "item:23", "item:24"),
    "台账": of("item:7"),
    "5G": of("item:3"),
    "300": of("item:3"),
    "30": of(),
    "GB": of("item:6", "file:71"),
    "GB97*": of("item:6"),
    "GB/T 9704-2012": of("item:6"),
    "COVID-19": of("item:7"),
    "“两手抓，两手硬”": of("item:2"),
    "“两手抓两手硬”": of(),
    "“两手硬两手抓”": of(),
    "“防汛备汛”": of("item:1", "issue:31", "issue:32", "issue:33", "issue:34"),
    "经济社会发展": of("item:5", "issue:31", "issue:32", "issue:33", "issue:34"),
    "經濟與社會": of("item:4"),
    "与社会": of("item:4"),
    "共抓大保护、不搞大开发": of("item:12"),
    "共抓大保护 -不搞大开发": of(),
    "佐佐木": of(),
    "佐々木": of("item:27"),
    "二〇二六": of("item:27"),
    "1200": of("item:10"),
    "1200m2": of("item:28"),
    "m2": of("item:28"),
    "督查专报": of("item:22", "item:23", "issue:33"),
    "督查专": of("item:22", "item:23", "issue:33"),
    "总第1487期": of("item:13", "item:17", "issue:31"),
    "第12期": of("item:11", "issue:32", "issue:33", "issue:34"),
    "2025年第12期": of("issue:34", "item:11"),
    "批〔2026〕12号": of("item:13"),
    "暗号": of(),
    "防?水库": of("item:25"),
    "防*座*水库": of("item:25"),
}
"""Questions of the staff whose answers are written out by hand."""

WORDS = """
汛 水 库 云 字 〇 々 第 防汛 水库 备汛 社会 云汀 清溪 水务 汀市 市防 汛备 云云 防防 整改 批示
水务局 市水务局 防汛备 备汛工作 形势总体 市防汛办 水库移民 二十四小时 政务信息 除险加固 黎小满
不存在的词
""".split()  # noqa: SIM905 - read as typed

MIXED = """
５Ｇ基站 300个 27座水库 72万方 3月9日 3月09日 95.6% 6.1 4.2万千瓦 8888-1234 1234 h7n9 COVID19
covid gb 9704 9704-2012 GB/T gb* 97* 2012* cloud cloud* Cloud平台 cloud-native abc-7 ABC－７ ㎡
20℃ 0号 007 7 2 12座 abc123* 1.docx
""".split()  # noqa: SIM905 - read as typed

LOGIC = [
    "防汛 水库", "防汛 抗旱", "防汛 AND 水库", "防汛 且 水库", "防汛 OR 抗旱", "防汛 或 抗旱",
    "防汛|抗旱", "防汛 -水库", "防汛 NOT 水库", "防汛 非 水库", "-防汛", "-防汛 -水库", "--防汛",
    "-（防汛 水库）", "(防汛 OR 抗旱) 排查", "（防汛 或 抗旱）排查", "防汛 OR 抗旱 排查",
    "防汛 (水库 OR (抗旱 -供水))", "-(防汛 OR 水库) 经济", "(防汛) (水库)", "((水库))",
    "防汛 -不存在", "不存在 OR 水库", "汛 库 -水", "5g OR 汛", "水库 -27座 -“一库一策”",
    "经济 社会 -發展", "云 -（汀 或 市）", "-汛 -水 -云", "水库 排查 OR 移民",
]  # fmt: skip

PHRASES = [
    "“防汛备汛”", "\"防汛备汛\"", "“防汛，备汛”", "“备汛两手抓”", "“水库、河道”", "“水库河道”",
    "“水，库”", "“水”", "“两手抓，两手硬”", "“抗旱，不误防汛”", "“一库一策，一河一策”",
    "“5G基站”", "“5G 基站 300个”", "“基站５Ｇ”", "“GB/T 9704”", "“GB T 9704 2012”",
    "“9704 2012 情况”", "“防汛 抗旱”", "“供参阅。”", "“防\n汛”", "“发展，编者按”",
    "“《政务信息》第7期”", "“局抓紧”", "“云云云”", "“水库水库”", "“开展排查。”", "“”", "“，。”",
]  # fmt: skip

WILDCARDS = [
    "防?水库", "防*水库", "防??水库", "防???水库", "云*库", "云?市", "汀*社", "经济?社会",
    "经济*社会", "水*库*汛", "防*汛*水*库", "5g*个", "3月?日", "*水库", "水库*", "防汛*备汛",
    "經濟*發展", "会?社", "7*方", "云*2", "?", "*", "防****库", "两手*两手?", "市水务局*水库",
    "水?", "?水",
]  # fmt: skip

FIELDS = [
    "标题:防汛", "标题:“防汛，备汛”", "title:防汛", "标题:水库 -标题:移民", "-标题:防汛 防汛",
    "标题:5g", "标题:gb*", "单位:水务", "单位:市政府", "unit:水务局", "-单位:水务局",
    "单位:不存在", "刊物:督查", "刊名:督查专报", "serial:政务", "种类:批示", "种类:督办",
    "种类:办理报告", "种类:附件", "种类:简报", "kind:item", "kind:无此", "栏目:讲话",
    "section:动态", "类别:问题", "category:经验", "标签:苗头", "tag:预警性",
    "标签:苗头性 标签:预警性", "紧急程度:特急", "缓急:急", "批示人:黎小满", "领导:秦",
    "leader:陆远", "批示:有", "批示:无", "批示:有 种类:信息", "批示:整改", "批示年份:2026",
    "采用级别:省级", "采用级别:省", "上级采用:国家", "采用级别:有", "采用级别:无",
    "采用级别:有 种类:信息", "-采用级别:省级", "adopted:未注明", "种类:上级采用",
    "办理状态:办结", "状态:办理中", "state:已", "办理单位:清溪", "承办:财政局", "handler:水务",
    "专题:除险", "thread:除险加固", "编号:item:9", "id:item:9", "编号:item", "期号:12",
    "number:12", "总期号:1492", "total:1480..1490", "年份:2025", "year:2026", "期号:10..12",
    "期号:12..10", "期号:28..", "总期号:..212", "期号:第12期", "期号:十二", "文号:批〔2026〕12号",
    "文号:〔2025〕12号", "单位:", "单位：市水务局 防汛", "日期:2026-03 种类:批示",
    "单位:“市水务局”", "期号:99999999999999999999",
]  # fmt: skip

DATES = [
    "日期:2026-01-09", "日期:2026-01", "日期:2026年1月", "日期:2026", "日期:2025",
    "日期:20260109", "date:2026.2", "日期:2025-11..2025-12", "日期:2026-03..", "日期:..2025-11",
    "日期:2025年12月至2026年1月", "日期:2026-06..2026-05", "日期:2026-02-31", "日期:2026-13",
    "日期:昨天", "时间:2026/3/11", "防汛 日期:2025", "-日期:2026",
]  # fmt: skip

NUMBERS = [
    "第7期", "第七期", "7期", "政务信息第7期", "总第1487期", "总第212期", "第12期", "第十二期",
    "12期", "2026年第12期", "2025年第12期", "第12期（总第1392期）", "第999期", "批〔2026〕12号",
    "〔2026〕12号", "[2026]12号", "（2026）12号", "云批〔2026〕112号", "批〔2025〕12号",
    "防〔2026〕12号", "第12期 -督查", "-第12期 简报", "第12期 OR 第7期", "〔2026〕十二号",
]  # fmt: skip

TRADITIONAL = [
    "經濟", "經濟社會", "发展情况", "發展情況", "云汀", "雲汀市", "“經濟與社會”", "與", "增加值",
    "-經濟 发展", "標題:經濟",
]  # fmt: skip

BROKEN = [
    "(防汛", "防汛)", "((防汛)", "“防汛", "防汛”", "防汛 OR", "OR 防汛", "OR", "AND", "-", "--",
    "()", "（）", "：", "单位:（", "防汛 AND OR 水库", "-()", "“”防汛", "，。！", "\x00防汛",
    "防汛\u3000水库", "\ud800", "a" * 600, "水 " * 90, "(" * 20 + "水", "[防汛]", "<b>防汛</b>",
    "防汛'; DROP TABLE", "\\防汛\\", "防汛/水库", "防汛~2", "^防汛", "+防汛", "防汛^2", "{防汛}",
]  # fmt: skip

SYNONYMOUS = [
    "水务局", "市水务局", "水利局 排查", "“水务局”", "发改委", "单位:发改委", "办理单位:水利局",
    "-水利局 防汛",
]  # fmt: skip

ASKED_BY_ALL = [
    "", "防汛", "水库 -排查", "机密", "-防汛", "批示:有", "批示:无", "批示人:黎小满",
    "标签:苗头性", "办理状态:办", "采用级别:有",
]  # fmt: skip

TICKED = [
    Filters(kind=("item",)),
    Filters(kind=("item", "issue"), year=("2026",)),
    Filters(unit=("市政府",)),
    Filters(unit=("市水务局",), category=("经验",)),
    Filters(leader=("黎小满",)),
    Filters(leader=("黎小满", "秦望"), kind=("item",)),
    Filters(state=("办理中",)),
    Filters(handler=("财政局",)),
    Filters(instructed=("有",)),
    Filters(adopted=("省级",)),
    Filters(adopted=("省级", "国家级"), kind=("item",)),
    Filters(instructed_in=("2026",)),
    Filters(tag=("苗头性", "预警性")),
    Filters(section=("领导讲话",)),
    Filters(urgency=("特急",)),
    Filters(thread=("除险加固",)),
    Filters(serial=("督查专报",)),
    Filters(serial=("没有这样的刊物",)),
    Filters(since=date(2026, 1, 1)),
    Filters(until=date(2025, 12, 1)),
    Filters(since=date(2025, 12, 1), until=date(2026, 1, 31), kind=("item",)),
]

SORTED = [
    Case(typed, "officer", sort=sort)
    for typed, sort in product(["", "防汛", "水库", "种类:信息"], ["newest", "oldest", "rank"])
]  # type: ignore[misc]  # the words of Sort


def _cases() -> list[Case]:
    plain = [*WORDS, *MIXED, *LOGIC, *PHRASES, *WILDCARDS, *FIELDS, *DATES, *NUMBERS, *TRADITIONAL]
    made = [Case(typed, expected=expected) for typed, expected in WRITTEN.items()]
    made += [Case(typed, "officer") for typed in [*plain, *BROKEN] if typed not in WRITTEN]
    made += [Case(typed, "officer", has_synonyms=True) for typed in SYNONYMOUS]
    made += [Case(typed, reader) for typed, reader in product(ASKED_BY_ALL, ("all", "water"))]
    made += [Case("", reader) for reader in ("staff", "editor", "nobody")]
    typed = cycle(("", "防汛 或 水库"))
    made += [Case(next(typed), "officer", filters) for filters in TICKED]
    return list(dict.fromkeys([*made, *SORTED]))


CASES = _cases()
