"""In this file we read issue and document numbers as people write them.

| written                    | terms, all of which the record must bear |
|----------------------------|------------------------------------------|
| 第12期, 12期, 第十二期     | n:12                                     |
| 总第1487期                 | t:1487                                   |
| 2026年第12期               | y:2026 n:12                              |
| 第12期（总第1487期）       | n:12 t:1487                              |
| 〔2026〕12号, [2026]第12号 | d:2026:12                                |
| 批〔2026〕12号             | d:批2026:12                              |
"""

from __future__ import annotations

import re
from typing import NamedTuple

from search.analysis import HAN
from search.records import Record

_DIGIT_OF = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
}
_UNIT_OF = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "〇零一二两三四五六七八九十百千"

_AMOUNT = f"(?:[0-9]{{1,6}}|[{_CHINESE}]{{1,9}})"
_OPEN, _CLOSE = r"[〔\[(【]", r"[〕\])】]"

_ISSUE = re.compile(
    rf"(?:(?P<year>[0-9]{{4}})年)?(?:(?P<marked>第)?(?P<number>{_AMOUNT})期)"
    rf"(?:\s*\(?总第?(?P<with_total>{_AMOUNT})期\)?)?"
)
_TOTAL = re.compile(rf"总第?(?P<total>{_AMOUNT})期")
_DOCUMENT = re.compile(
    rf"(?P<word>[{HAN}]{{0,12}}){_OPEN}\s*(?P<year>[0-9]{{4}})\s*{_CLOSE}"
    rf"\s*第?(?P<number>{_AMOUNT})号"
)


class WrittenNumber(NamedTuple):
    """A number found in a text: as written, and the terms it stands for."""

    text: str
    terms: tuple[str, ...]


def amount(text: str) -> int | None:
    """The value of digits or Chinese numerals up to thousands; None for 十百 and the like."""
    if text.isascii() and text.isdigit():
        return int(text)
    if len(text) > 1 and all(character in _DIGIT_OF for character in text):
        return int("".join(str(_DIGIT_OF[character]) for character in text))
    return _amount_by_units(text)


def _amount_by_units(text: str) -> int | None:
    total, digit, last_unit = 0, None, 10_000
    for character in text:
        if character in _UNIT_OF:
            unit = _UNIT_OF[character]
            if unit >= last_unit:
                return None
            total += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        elif digit not in {None, 0} or character not in _DIGIT_OF:
            return None
        else:
            digit = _DIGIT_OF[character]
    return total + (digit or 0)


def number_at(text: str, start: int = 0) -> WrittenNumber | None:
    """The number that begins exactly at `start` of a folded text, if one does."""
    for read in (_read_total, _read_issue, _read_document):
        found = read(text, start)
        if found is not None:
            return found
    return None


def _read_total(text: str, start: int) -> WrittenNumber | None:
    match = _TOTAL.match(text, start)
    if match is None:
        return None
    return _written(match, (("t", match["total"]),))


def _read_issue(text: str, start: int) -> WrittenNumber | None:
    match = _ISSUE.match(text, start)
    if match is None or not (match["marked"] or match["number"].isdigit()):
        return None
    return _written(
        match, (("y", match["year"]), ("n", match["number"]), ("t", match["with_total"]))
    )


def _read_document(text: str, start: int) -> WrittenNumber | None:
    match = _DOCUMENT.match(text, start)
    if match is None:
        return None
    value = amount(match["number"])
    if value is None:
        return None
    return WrittenNumber(match.group(), (f"d:{match['word']}{match['year']}:{value}",))


def _written(
    match: re.Match[str], named: tuple[tuple[str, str | None], ...]
) -> WrittenNumber | None:
    terms = []
    for letter, digits in named:
        if digits is None:
            continue
        value = amount(digits)
        if value is None:
            return None
        terms.append(f"{letter}:{value}")
    return WrittenNumber(match.group(), tuple(terms))


def number_terms(record: Record, folded_number_text: str) -> frozenset[str]:
    """Every exact term under which the numbers of `record` may be asked for."""
    terms = {
        f"{letter}:{value}"
        for letter, value in (("n", record.number), ("t", record.total), ("y", record.year))
        if value is not None
    }
    for match in _DOCUMENT.finditer(folded_number_text):
        value = amount(match["number"])
        if value is not None:
            terms.add(f"d:{match['year']}:{value}")
            word = match["word"]
            terms.update(f"d:{word[at:]}{match['year']}:{value}" for at in range(len(word)))
    return frozenset(terms)
