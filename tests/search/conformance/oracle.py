"""In this file the oracle answers: plain Python over the records, by substrings, lists and sets.

It shares with the engines how a query is read and how letters are folded, and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain

from search import Filters, Record
from search.analysis import fold, simplify
from search.query import And, Everything, Gapped, Name, Node, Not, Nothing, Number, Or, Range, Text
from search.records import LENDERS, LENT

HAN = "々〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003134f"
UNIT = re.compile(f"[{HAN}]|[^\\W_{HAN}]+")
WORD = re.compile(f"[^\\W_{HAN}]+")
HAN_OR_WORD = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+")
IS_HAN = re.compile(f"[{HAN}]")
BEGIN, END = "\x02", "\x03"
"""Around each word of letters and digits; classes with all of HAN take milliseconds to compile."""
DOCUMENT = re.compile(r"(\w*)[〔\[(]([0-9]{4})[〕\])]第?([0-9]+)号")


class Oracle:
    """Knows all the records; answers what one reader may find."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = {one.id: one for one in records}
        self._matching: dict[tuple[Node, frozenset[str]], set[str]] = {}
        self._kept: dict[tuple[str, str, frozenset[str]], set[str]] = {}
        self._lenders: dict[frozenset[str], dict[str, list[Record]]] = {}

    def visible(self, readers: frozenset[str]) -> list[Record]:
        return [one for one in self.records.values() if one.readers & readers]

    def found(
        self, root: Node, readers: frozenset[str], filters: Filters | None = None
    ) -> set[str]:
        """The ids a query finds."""
        return self.ticked(self.matching(root, readers), readers, filters)

    def matching(self, root: Node, readers: frozenset[str]) -> set[str]:
        """The ids a query finds before anything is ticked."""
        if (root, readers) not in self._matching:
            visible = self.visible(readers)
            self._matching[root, readers] = {
                one.id for one in visible if self._matches(root, one, readers)
            }
        return self._matching[root, readers]

    def ticked(
        self, ids: set[str], readers: frozenset[str], filters: Filters | None, but: str = ""
    ) -> set[str]:
        """Those of the ids that the ticks leave, the facet `but` left aside."""
        if filters is None or filters == Filters():
            return ids
        return {one for one in ids if self._is_ticked(self.records[one], readers, filters, but)}

    def facet(
        self, name: str, ids: set[str], readers: frozenset[str], filters: Filters | None = None
    ) -> dict[str, int]:
        """How many of the ids have each value, the facet's own ticks left aside."""
        left = self.ticked(ids, readers, filters, name)
        values = (self.values(name, self.records[key], readers) for key in left)
        return dict(Counter(chain.from_iterable(values)))

    def months(
        self, ids: set[str], readers: frozenset[str], filters: Filters | None = None
    ) -> dict[int, int]:
        """How many of the ids are of each month, the ticked days left aside."""
        left = self.ticked(ids, readers, filters, "date")
        days = (self.records[key].date for key in left)
        return dict(Counter(day.year * 100 + day.month for day in days))

    def values(self, name: str, record: Record, readers: frozenset[str]) -> set[str]:
        """A record's values of a facet, those lent to it by what the reader may see included."""
        key = (name, record.id, readers)
        if key not in self._kept:
            own = {record.thread} - {""} if name == "thread" else set(record.facet(name))
            lenders = self.lenders(record, readers) if name in LENT else []
            self._kept[key] = own.union(*(one.facet(name) for one in lenders))
        return self._kept[key]

    def lenders(self, record: Record, readers: frozenset[str]) -> list[Record]:
        """The instructions and cases about a record that the reader may see."""
        if readers not in self._lenders:
            by_target: dict[str, list[Record]] = {}
            for one in self.visible(readers):
                for target in set(one.about) if one.kind in LENDERS else ():
                    by_target.setdefault(target, []).append(one)
            self._lenders[readers] = by_target
        return self._lenders[readers].get(record.id, [])

    def names_with(self, part: str, readers: frozenset[str]) -> dict[tuple[str, str], int]:
        """Names of the records themselves that contain what was typed, and of how many."""
        found: Counter[tuple[str, str]] = Counter()
        for one in self.visible(readers):
            for kind in ("serial", "unit", "leader", "thread"):
                values = {one.thread} - {""} if kind == "thread" else set(one.facet(kind))
                found.update((kind, value) for value in values if part in fold(value))
        return dict(found)

    def rank(self, record: Record, readers: frozenset[str]) -> int:
        ranks = [one.rank for one in [record, *self.lenders(record, readers)]]
        return min((rank for rank in ranks if rank is not None), default=1_000_000)

    def stories(self, ids: Iterable[str], readers: frozenset[str]) -> set[frozenset[str]]:
        """What is found, by story: records joined by what the reader may see."""
        seen = {one.id: one for one in self.visible(readers)}
        groups = {key: {key} for key in seen}
        for key, one in seen.items():
            if one.about and one.about[0] in seen and groups[key] is not groups[one.about[0]]:
                joined = groups[key] | groups[one.about[0]]
                for member in joined:
                    groups[member] = joined
        wanted = set(ids)
        return {frozenset(groups[key] & wanted) for key in wanted}

    def _is_ticked(
        self, record: Record, readers: frozenset[str], filters: Filters, but: str
    ) -> bool:
        for name, wanted in filters.chosen().items():
            if name != but and not self.values(name, record, readers) & set(wanted):
                return False
        if but == "date":
            return True
        return (filters.since is None or record.date >= filters.since) and (
            filters.until is None or record.date <= filters.until
        )

    def _matches(self, node: Node, one: Record, readers: frozenset[str]) -> bool:
        if isinstance(node, (And, Or)):
            those = (self._matches(child, one, readers) for child in node.nodes)
            return all(those) if isinstance(node, And) else any(those)
        if isinstance(node, Not):
            return not self._matches(node.node, one, readers)
        if isinstance(node, Name):
            return self._named(node, one, readers)
        return matches_alone(node, one)

    def _named(self, node: Name, one: Record, readers: frozenset[str]) -> bool:
        if node.field in {"kind", "id"}:
            return getattr(one, node.field) == node.value
        return any(node.value in fold(value) for value in self.values(node.field, one, readers))


def matches_alone(node: Node, one: Record) -> bool:
    """Whether a record matches what asks for nothing that is lent."""
    if isinstance(node, Text):
        return has_text(node, one)
    if isinstance(node, Gapped):
        return any(has_apart(node, part) for part in one.parts)
    if isinstance(node, Number):
        is_borne = all(bears(one, term) for term in node.terms)
        return is_borne or has_text(Text(node.text), one)
    if isinstance(node, Range):
        return in_range(node, one)
    return {Everything: True, Nothing: False}[type(node)]


@cache
def spelt(text: str) -> str:
    """One spelling for all."""
    return simplify(fold(text))


@cache
def bounded(text: str) -> str:
    """The text with its words of letters and digits between signs, so that they match whole."""
    return WORD.sub(f"{BEGIN}\\g<0>{END}", text)


def has_text(node: Text, one: Record) -> bool:
    """Whether a text stands in a record, any punctuation or none between its words."""
    if node.in_title:
        wanted = pattern(node.text, is_prefix=node.is_prefix)
        return bool(wanted.search(bounded(fold(one.title))))
    if node.text in {fold(name) for name in one.names}:
        return True
    wanted = pattern(simplify(node.text), is_prefix=node.is_prefix)
    return any(wanted.search(bounded(spelt(part))) for part in one.parts)


@cache
def pattern(text: str, *, is_prefix: bool = False) -> re.Pattern[str]:
    """Han characters as they stand, words of letters and digits whole, anything else between."""
    words = HAN_OR_WORD.findall(text)
    made = []
    for place, word in enumerate(words):
        if IS_HAN.match(word):
            made.append(re.escape(word))
        else:
            is_open = is_prefix and place == len(words) - 1
            made.append(BEGIN + re.escape(word) + ("" if is_open else END))
    return re.compile(r"[\W_]*".join(made))


@cache
def units(text: str) -> list[tuple[str, bool]]:
    """Han characters and words, and of each whether it is glued to the one before it."""
    made, end = [], -1
    for match in UNIT.finditer(text):
        is_han = bool(IS_HAN.match(match[0]))
        made.append((match[0], is_han and match.start() == end))
        end = match.end() if is_han else -1
    return made


def has_apart(node: Gapped, part: str) -> bool:
    """Whether the pieces follow each other at their distances; punctuation takes no place."""
    text = units(spelt(part))
    pieces = [units(simplify(piece)) for piece in node.pieces]
    if not {word for piece in pieces for word, _glued in piece} <= {word for word, _glued in text}:
        return False

    def stands(piece: Sequence[tuple[str, bool]], at: int) -> bool:
        there = text[at : at + len(piece)]
        return len(there) == len(piece) and all(
            word == other and (glued or not wanted or place == 0)
            for place, ((word, wanted), (other, glued)) in enumerate(zip(piece, there, strict=True))
        )

    def goes_on(place: int, end: int) -> bool:
        if place == len(pieces):
            return True
        low, high = node.gaps[place - 1]
        return any(
            stands(pieces[place], at) and goes_on(place + 1, at + len(pieces[place]))
            for at in range(end + low, end + high + 1)
        )

    return any(stands(pieces[0], at) and goes_on(1, at + len(pieces[0])) for at in range(len(text)))


def bears(one: Record, term: str) -> bool:
    """Whether a record itself has a number."""
    letter, _colon, rest = term.partition(":")
    if letter == "d":
        asked, _colon, number = rest.rpartition(":")
        return any(
            (word + year).endswith(asked) and len(asked) >= 4 and int(digits) == int(number)
            for word, year, digits in DOCUMENT.findall(fold(one.number_text))
        )
    held = {"n": one.number, "t": one.total, "y": one.year}[letter]
    return held == int(rest)


def in_range(node: Range, one: Record) -> bool:
    if node.field == "date":
        return node.low <= int(one.date.strftime("%Y%m%d")) <= node.high
    held = getattr(one, node.field)
    return held is not None and node.low <= held <= node.high
