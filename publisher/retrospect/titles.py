"""In this file titles are told by what a reader sees: their look, or their numbers alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.retrospect.drafts import Known
from publisher.retrospect.numerals import CHINESE
from publisher.retrospect.paragraphs import Look, Paragraph, body_look, is_text, tight

LONGEST_TITLE = 150
ENTRY = re.compile(
    rf"^\s*(?:[◇◆●○■□▲△★☆※·•*]+|\d{{1,3}}\s*[.．、:：](?!\d)|[(（]\d{{1,3}}[)）]"
    rf"|[{CHINESE}]{{1,3}}、|[(（][{CHINESE}]{{1,3}}[)）])\s*"
)
"""What stands before an entry or a title; a point between digits is a decimal point."""
IN_ROW = re.compile(r"^\s*(\d{1,3})\s*[.．、:：]\s*")
"""A number whose title may itself begin with a digit: 4.2024年全年粮食收购总量."""
HEADING = re.compile(rf"^\s*[{CHINESE}]{{1,3}}、|^\s*[(（][{CHINESE}]{{1,3}}[)）]")
SOURCE = re.compile(r"^[(（\[【〔](.{2,60}?)[)）\]】〕]$")


@dataclass(frozen=True)
class Title:
    """Where an item's title stands: paragraphs from `begin` to before `end`."""

    begin: int
    end: int
    text: str
    section: str = ""


def bare(text: str, number: int = 0) -> str:
    """A title without its number, tight: how contents and body are compared."""
    return tight(_without_number(text, number))


def clean(text: str, number: int = 0) -> str:
    """A title as it is read: one line, single spaces, without its number."""
    return " ".join(_without_number(text, number).replace("\t", " ").split())


def _without_number(text: str, number: int) -> str:
    """A text without what stands before it; `number` is what it bears in its row, 0 if unknown."""
    text = text.replace("\n", "")
    found = IN_ROW.match(text)
    if found and int(found[1]) == number:
        return text[found.end() :]
    return ENTRY.sub("", text, count=1)


def numbers_of(texts: Sequence[str]) -> list[int]:
    """The number each text bears in its row: 1, 2, 3; 0 for what is not numbered.

    One number alone is no row: 1.5亿人次出行 may be a title.
    """
    numbers = _in_row(texts)
    return numbers if max(numbers, default=0) > 1 else [0] * len(texts)


def goes_on_row(text: str, before: Sequence[str]) -> bool:
    """Whether a line bears the number that comes after those before it."""
    found = IN_ROW.match(text)
    return found is not None and int(found[1]) == max(_in_row(before), default=0) + 1


def _in_row(texts: Sequence[str]) -> list[int]:
    numbers: list[int] = []
    last = 0
    for text in texts:
        found = IN_ROW.match(text)
        follows = found is not None and int(found[1]) == last + 1
        last += follows
        numbers.append(last if follows else 0)
    return numbers


def by_look(body: Sequence[Paragraph], known: Known) -> list[Title]:
    """Titles as their look tells them: larger, centred or headings, of one look."""
    usual = body_look(body)
    shown = [n for n, one in enumerate(body) if _may_be_title(one, usual)]
    sections = {n for n in shown if _is_section_by_look(body, n, shown, known)}
    titles = [n for n in shown if n not in sections]
    if not titles:
        return []
    levels: Counter[tuple[int, Look]] = Counter((body[n].level, body[n].look) for n in titles)
    found: list[Title] = []
    section = ""
    strongest = max(levels, key=lambda one: (one[1].size, -one[0], levels[one]))
    for n in sorted([*titles, *sections]):
        if n in sections:
            section = body[n].tight.strip("【】[]〔〕")
        elif _alike((body[n].level, body[n].look), strongest):
            end = _title_end(body, n, usual, shown)
            goes_on = bool(found) and found[-1].end == n and not ENTRY.match(body[n].text)
            begin = found.pop().begin if goes_on else n
            found.append(Title(begin, end, printed(body, begin, end), section))
    numbers = numbers_of([one.text for one in found])
    return [
        replace(one, text=clean(one.text, number))
        for one, number in zip(found, numbers, strict=True)
    ]


def printed(body: Sequence[Paragraph], begin: int, end: int) -> str:
    """The words of a title as they stand in one or several lines."""
    return "".join(one.text for one in body[begin:end])


def _title_end(body: Sequence[Paragraph], n: int, usual: Look, shown: Sequence[int]) -> int:
    """Where a title ends whose second line is told by nothing but its face."""
    end = n + 1
    while (
        end < min(n + 6, len(body))
        and end not in shown
        and body[end].look == body[n].look != usual
        and not is_text(body[end])
        and not SOURCE.match(body[end].tight)
        and not HEADING.match(body[end].text)
    ):
        end += 1
    return end


def by_numbers(body: Sequence[Paragraph]) -> list[Title]:
    """Titles that nothing tells but their numbers: 1. 2. 3., each with text below it."""
    found: list[Title] = []
    for n, one in enumerate(body):
        if not re.match(rf"\s*{len(found) + 1}\s*[.．、]", one.text) or is_text(one):
            continue
        end = n + 1
        while end < len(body) and end < n + 6 and not _says(body[end]):
            end += 1
        if end < len(body) and _says(body[end]):
            found.append(Title(n, end, clean(printed(body, n, end), len(found) + 1)))
    return found if found and found[0].begin == 0 else []


def _says(one: Paragraph) -> bool:
    """Whether a paragraph says something in sentences, as no title does."""
    return is_text(one) or "。" in one.text


def _alike(one: tuple[int, Look], other: tuple[int, Look]) -> bool:
    return (
        one[0] == other[0]
        and abs(one[1].size - other[1].size) <= 1
        and (one[1].centred == other[1].centred or one[0] > 0)
    )


def _may_be_title(one: Paragraph, usual: Look) -> bool:
    text = one.tight
    if not text or len(text) > LONGEST_TITLE or text.endswith(("。", "；", "：", "，")):
        return False
    if SOURCE.match(text) or one.in_table or one.right:
        return False
    larger = one.size > usual.size + 0.9
    heading = 0 < one.level <= 2
    other = (one.bold and not usual.bold) or (one.font != usual.font and bool(one.font))
    if HEADING.match(one.text) and not (larger or heading):
        return False
    return (
        larger
        or heading
        or (one.centred and not usual.centred and (other or len(text) < 60))
        or (other and bool(ENTRY.match(one.text)))
    )


def _is_section_by_look(
    body: Sequence[Paragraph], n: int, shown: Sequence[int], known: Known
) -> bool:
    """Whether what looks like a title names a section: short, and a title follows at once."""
    text = body[n].tight.strip("【】[]〔〕")
    if text in known.sections:
        return True
    if len(text) > 12 or n + 1 not in shown:
        return False
    looks = Counter(body[one].look for one in shown)
    if looks[body[n].look] > looks[body[n + 1].look]:
        # Titles are no fewer than sections: this is a title, and the line below happens to stand
        # in the middle.
        return False
    return body[n].look != body[n + 1].look or body[n].level != body[n + 1].level
