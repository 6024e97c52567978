"""In this file what was typed, whatever it was, becomes a frozen tree that makes sense.

    query   = either
    either  = both ( ("OR" | "|" | "或") both )*
    both    = ( ["AND" | "且"] single )*
    single  = ("-" | "NOT" | "非") single | "(" either ")" | field | quoted | number | word
    field   = name ":" ( range | quoted | word )

Full-width brackets, colons, quotation marks and dashes do the same as the plain ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from search import dates
from search.analysis import HAN, RUN, fold
from search.numbers import amount, number_at
from search.query import (
    MOST_BETWEEN,
    Akin,
    And,
    Everything,
    Gapped,
    Name,
    Node,
    Not,
    Nothing,
    Number,
    Or,
    Query,
    Range,
    Text,
    joined,
)
from search.records import INSTRUCTED

MAX_LENGTH = 500
"""Characters read of a query; the rest is left out, and the notice says so."""
MAX_LEAVES = 64
"""Words and conditions in one query."""
MAX_DEPTH = 12
"""Brackets within brackets."""

FIELDS = {
    "刊物": "serial",
    "刊名": "serial",
    "serial": "serial",
    "期号": "number",
    "期": "number",
    "number": "number",
    "issue": "number",
    "总期号": "total",
    "总期": "total",
    "total": "total",
    "年份": "year",
    "年": "year",
    "year": "year",
    "文号": "document",
    "document": "document",
    "单位": "unit",
    "报送单位": "unit",
    "承办单位": "handler",
    "unit": "unit",
    "类别": "category",
    "category": "category",
    "栏目": "section",
    "section": "section",
    "批示人": "leader",
    "领导": "leader",
    "leader": "leader",
    "办理状态": "state",
    "状态": "state",
    "state": "state",
    "种类": "kind",
    "kind": "kind",
    "批示": "instructed",
    "instruction": "instructed",
    "instructed": "instructed",
    "批示年份": "instructed_in",
    "批示年": "instructed_in",
    "办理单位": "handler",
    "承办": "handler",
    "handler": "handler",
    "采用级别": "adopted",
    "上级采用": "adopted",
    "adopted": "adopted",
    "标签": "tag",
    "特征": "tag",
    "tag": "tag",
    "紧急程度": "urgency",
    "缓急": "urgency",
    "urgency": "urgency",
    "专题": "thread",
    "线索": "thread",
    "thread": "thread",
    "日期": "date",
    "时间": "date",
    "date": "date",
    "标题": "title",
    "title": "title",
    "编号": "id",
    "id": "id",
}
"""Names a field may be called by, and the field."""

KIND_NAMES = {
    "信息": "item",
    "稿件": "item",
    "简报": "issue",
    "刊期": "issue",
    "期刊": "issue",
    "批示": "instruction",
    "办理报告": "report",
    "办理情况": "report",
    "反馈": "report",
    "督办": "case",
    "督办事项": "case",
    "附件": "file",
    "上级采用": "adoption",
    "采用": "adoption",
}
"""What readers call the kinds, beside their own names."""

MOST_SPELLINGS = 12
"""Synonyms taken in place of one name."""

_WITHOUT = frozenset({"无", "没有", "否", "no", "none"})
_WITH = frozenset({"有", "是", "yes", "any"})
_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "‟": "”"}
_OR_WORDS = frozenset({"OR", "或", "|", "||"})
_AND_WORDS = frozenset({"AND", "且", "&", "&&"})
_NOT_WORDS = frozenset({"NOT", "非"})
_DASHES = "-−–"
_SPACE = re.compile(r"\s+")
_FIELD = re.compile(rf"([A-Za-z]+|[{HAN}]{{1,4}}):[^\S\n]*(?=\S)")
_WORD_END = re.compile(r'[\s()|"“”„‟]')
_STAR = re.compile(r"[*?]+")
_LATIN_STAR = re.compile(rf"([^\W_{HAN}])[*?]+([^\W_{HAN}])")
_ENDS_IN_LATIN_STAR = re.compile(rf"[^\W_{HAN}][*]+$")


class _Unreadable(Exception):
    """The query does not follow the grammar; its text says why, for the notice."""


def parse(typed: str, synonyms: Sequence[Sequence[str]] = ()) -> Query:
    """Read a query; never raises: what cannot be read is searched as words, as the notice says.

    `synonyms` are groups of names of the same thing: whoever asks for one of them, not in
    quotation marks, finds all.
    """
    plain = unicodedata.normalize("NFKC", typed[: MAX_LENGTH * 2])
    notices: list[str] = []
    if len(typed) > MAX_LENGTH or len(plain) > MAX_LENGTH:
        plain = plain[:MAX_LENGTH]
        notices.append(f"检索式过长，只检索了前 {MAX_LENGTH} 个字。")
    reader = _Reader(plain)
    try:
        root = reader.read()
    except _Unreadable as reason:
        reader = _Reader(plain)
        root = reader.words_only()
        reader.notices.insert(0, f"检索式{reason}，已按普通词语检索。")
    if isinstance(root, Nothing) and not reader.notices:
        notices.append("检索式里没有可以查的文字，标点、符号和连接词不单独检索。")
    groups = [[fold(name) for name in group] for group in synonyms]
    widened = _widened(root, groups) if groups else root
    return Query(typed, widened, "".join(dict.fromkeys(notices + reader.notices)))


def akin_to(typed: str) -> Query:
    """The query for what comes nearest to a text."""
    return Query(typed, Akin(fold(typed[: MAX_LENGTH * 2])))


def _widened(node: Node, groups: Sequence[Sequence[str]]) -> Node:
    """The same tree, each name in it asked for under its other names as well."""
    match node:
        case And():
            return And(tuple(_widened(child, groups) for child in node.nodes))
        case Or():
            return Or(tuple(_widened(child, groups) for child in node.nodes))
        case Not():
            return Not(_widened(node.node, groups))
        case Text(is_quoted=False, is_prefix=False):
            texts = _spellings(node.text, groups)
            made: list[Node] = [replace(node, text=text) for text in texts]
            return joined(Or, made) or node
        case Name(field="unit" | "handler" | "serial"):
            return (
                joined(Or, [Name(node.field, one) for one in _spellings(node.value, groups)])
                or node
            )
    return node


def _spellings(text: str, groups: Sequence[Sequence[str]]) -> list[str]:
    """The text as typed, then with the longest name in it replaced by each of its others."""
    held = [(name, group) for group in groups for name in group if name and name in text]
    if not held:
        return [text]
    name, group = max(held, key=lambda pair: len(pair[0]))
    others = [text.replace(name, other) for other in group if other and other != name]
    return list(dict.fromkeys([text, *others]))[:MOST_SPELLINGS]


class _Reader:
    """Reads one query from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Lower case of the same length, for numbers are found by place.
        self.lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        self.at = 0
        self.leaves = 0
        self.depth = 0
        self.notices: list[str] = []
        self.within: tuple[str, str] | None = None
        """The field before the bracket we are in, and what it was called."""

    def read(self) -> Node:
        """The whole query."""
        self._skip_space()
        if self.at == len(self.text):
            return Everything()
        root = self._either()
        if self.at < len(self.text):
            raise _Unreadable("的括号不成对")
        return root or Nothing()

    def words_only(self) -> Node:
        """The same text without any grammar: all the words between spaces and brackets."""
        chunks = re.split(r'[\s()|"“”„‟*?]+', self.text)[:MAX_LEAVES]
        nodes: list[Node] = [Text(fold(chunk)) for chunk in chunks if RUN.search(chunk)]
        return joined(And, nodes) or Nothing()

    # The levels of the grammar, each returning None for what says nothing.

    def _either(self) -> Node | None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Unreadable("的括号层数过多")
        branches = [self._both()]
        while self._take(_OR_WORDS):
            branches.append(self._both())
        self.depth -= 1
        return joined(Or, [node for node in branches if node is not None])

    def _both(self) -> Node | None:
        nodes: list[Node] = []
        while True:
            self._take(_AND_WORDS)
            if self._is_at_end() or self._sees(_OR_WORDS):
                return joined(And, nodes)
            node = self._single()
            if node is not None:
                nodes.append(node)

    def _single(self) -> Node | None:
        denials = 0
        while self._takes_denial():
            denials += 1
            if self._is_at_end():
                raise _Unreadable("的排除号后面没有词")
        node = self._positive()
        return Not(node) if node is not None and denials % 2 else node

    def _positive(self) -> Node | None:
        if self.within is not None:
            return self._group() if self.text[self.at] == "(" else self._value_of(*self.within)
        number = self._number()
        if number is not None:
            return number
        if self.text[self.at] == "(":
            return self._group()
        return self._field() or self._quoted() or self._word()

    def _group(self) -> Node | None:
        self.at += 1
        node = self._either()
        if self.at == len(self.text):
            raise _Unreadable("的括号不成对")
        self.at += 1
        self._skip_space()
        return node

    # Leaves.

    def _number(self) -> Node | None:
        found = number_at(self.lower, self.at)
        if found is None:
            return None
        self.at += len(found.text)
        self._skip_space()
        return self._leaf(Number(found.text, found.terms))

    def _quoted(self) -> Node | None:
        content = self._quoted_text()
        if content is None:
            return None
        return self._text(content, is_quoted=True)

    def _quoted_text(self) -> str | None:
        closing = _QUOTES.get(self.text[self.at])
        if closing is None:
            return None
        end = self.text.find(closing, self.at + 1)
        if end < 0:
            raise _Unreadable("的引号不成对")
        content = self.text[self.at + 1 : end]
        self.at = end + 1
        self._skip_space()
        return content

    def _word(self) -> Node | None:
        chunk = self._chunk(stop_at_number=True)
        if _ENDS_IN_LATIN_STAR.search(chunk):
            chunk, is_prefix = chunk.rstrip("*"), True
        else:
            is_prefix = False
        chunk = chunk.strip("*?")
        if _LATIN_STAR.search(chunk):
            self.notices.append("英文或数字词中的“*”只能放在末尾，其余已略去。")
            chunk = _LATIN_STAR.sub(r"\1 \2", chunk)
        parts = [
            self._wildcards(one, is_prefix=is_prefix and place == len(chunk.split()))
            for place, one in enumerate(chunk.split(), start=1)
        ]
        return joined(And, [part for part in parts if part is not None])

    def _wildcards(self, chunk: str, *, is_prefix: bool) -> Node | None:
        """A word, or several with one (?) or up to ten (*) characters between them."""
        pieces = [fold(piece) for piece in _STAR.split(chunk)]
        if len(pieces) == 1 or is_prefix or not all(map(RUN.search, pieces)):
            return self._text(_STAR.sub("", chunk), is_prefix=is_prefix)
        signs = [match.group() for match in _STAR.finditer(chunk)]
        gaps = [
            (sign.count("?"), sign.count("?") + (MOST_BETWEEN if "*" in sign else 0))
            for sign in signs
        ]
        if any(high > MOST_BETWEEN * 2 for _low, high in gaps):
            self.notices.append(f"“*”至多代表 {MOST_BETWEEN} 个字。")
            gaps = [(min(low, MOST_BETWEEN), min(high, MOST_BETWEEN * 2)) for low, high in gaps]
        return self._leaf(Gapped(tuple(pieces), tuple(gaps)))

    def _chunk(self, *, stop_at_number: bool = False) -> str:
        start = self.at
        end = _WORD_END.search(self.text, max(start, self.at))
        stop = end.start() if end else len(self.text)
        if stop == start:  # a lone bracket or quotation mark that opened nothing
            stop = start + 1
        if stop_at_number:
            stop = self._first_number(start, stop)
        self.at = stop
        chunk = self.text[start:stop]
        self._skip_space()
        return chunk

    def _first_number(self, start: int, stop: int) -> int:
        """Where within a word an issue number begins, as in 政务信息第12期; else its end."""
        for place in range(start + 1, stop):
            if self.lower[place] in "第总" and number_at(self.lower, place):
                return place
        return stop

    def _text(
        self,
        content: str,
        *,
        is_prefix: bool = False,
        in_title: bool = False,
        is_quoted: bool = False,
    ) -> Node | None:
        folded = fold(content)
        if not RUN.search(folded):
            return None
        return self._leaf(Text(folded, in_title, is_prefix, is_quoted))

    def _leaf(self, node: Node) -> Node | None:
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            self.notices.append(f"检索词过多，只检索了前 {MAX_LEAVES} 个。")
            return None
        return node

    # Fields.

    def _field(self) -> Node | None:
        match = _FIELD.match(self.text, self.at)
        name = FIELDS.get(match[1].lower()) if match else None
        if match is None or name is None:
            return None
        self.at = match.end()
        if self.text[self.at] != "(":
            return self._value_of(name, match[1])
        self.within = name, match[1]
        node = self._group()
        self.within = None
        if node is None:
            raise _Unreadable("的括号里没有词")
        return node

    def _value_of(self, name: str, called: str) -> Node | None:
        value = self._quoted_text()
        if value is None:
            value = self._chunk()
        return self._leaf_of_field(name, called, value.strip())

    def _leaf_of_field(self, name: str, called: str, value: str) -> Node | None:
        if name == "title":
            return self._text(value, in_title=True)
        if name == "date":
            return self._range("date", called, value, dates.days_between(fold(value)))
        if name in {"number", "total", "year"}:
            return self._range(name, called, value, _amounts(fold(value)))
        if name == "document":
            found = number_at(fold(value))
            return self._leaf(Number(fold(value), found.terms)) if found else self._text(value)
        if name in {"instructed", "adopted"}:
            return self._whether(name, value)
        if name == "kind":
            value = KIND_NAMES.get(value, value)
        return self._leaf(Name(name, fold(value)))

    def _whether(self, name: str, value: str) -> Node | None:
        """批示:有 and 采用级别:无 ask whether there is any; other values are what they are.

        Words after 批示 are looked for in instructions.
        """
        plain = fold(value)
        any_ = Name(name, INSTRUCTED if name == "instructed" else "")
        if plain in _WITHOUT:
            return self._leaf(Not(any_))
        if plain in _WITH:
            return self._leaf(any_)
        if name == "adopted":
            return self._leaf(Name(name, plain))
        text = self._text(value)
        return And((Name("kind", "instruction"), text)) if text else None

    def _range(
        self, name: str, called: str, value: str, bounds: tuple[int, int] | None
    ) -> Node | None:
        if bounds is not None:
            return self._leaf(Range(name, *bounds))
        self.notices.append(f"“{called}：{value}”不是可用的{called}，已按普通词语检索。")
        return self._text(value)

    # Reading single signs.

    def _takes_denial(self) -> bool:
        if self._is_at_end():
            return False
        if self.text[self.at] in _DASHES and self.text[self.at + 1 : self.at + 2].strip():
            self.at += 1
            return True
        return self._take(_NOT_WORDS)

    def _take(self, words: frozenset[str]) -> bool:
        word = self._standing_word()
        if word not in words:
            return False
        self.at += len(word)
        self._skip_space()
        return True

    def _sees(self, words: frozenset[str]) -> bool:
        return self._standing_word() in words

    def _standing_word(self) -> str:
        """The word here if it stands alone between spaces or brackets; | needs no room."""
        if self.text.startswith("|", self.at):
            return "||" if self.text.startswith("||", self.at) else "|"
        match = re.compile(r"(?:[^\s()|]{1,3})(?=[\s()|]|$)").match(self.text, self.at)
        return match.group() if match else ""

    def _is_at_end(self) -> bool:
        """Whether the text, or the bracket we are in, ends here."""
        return self.at >= len(self.text) or (self.text[self.at] == ")" and self.depth > 0)

    def _skip_space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        if match:
            self.at = match.end()


_BOUNDS = re.compile(r"(?P<low>[^.~至]*)(?:\.\.+|~|至)(?P<high>[^.~至]*)")
_NO_BOUND = 2**31 - 1


def _amounts(value: str) -> tuple[int, int] | None:
    """The bounds of 12, 第12期, 10..20, 10..; None for anything else."""
    match = _BOUNDS.fullmatch(value)
    if match is None:
        single = amount(value.strip("第年期总"))
        return None if single is None else (single, single)
    low = amount(match["low"].strip("第年期总")) if match["low"] else 0
    high = amount(match["high"].strip("第年期总")) if match["high"] else _NO_BOUND
    if low is None or high is None or not (match["low"] or match["high"]):
        return None
    return min(low, high), max(low, high)
