"""In this file the words of a document are proofread: marks, dates, headings that cannot be right.

What is told is never changed: an editor decides. Only what is wrong in any office is told; what is
a matter of taste is left alone.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator

from layouts.document import Article, Block, Heading, Preformatted, block_text
from layouts.faults import Fault, tell

HAN = "[\u3400-\u9fff\uf900-\ufaff]"
DAY = re.compile(r"(?:(?P<year>\d{4})年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
DOUBLED = re.compile(r"[，。、；：][，。、；：]+")
HALF_WIDTH = re.compile(f"(?<={HAN})[,;:?!](?={HAN}|$)|(?<={HAN})\\.(?={HAN})")
FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}
LEAP_YEAR = 2024
"""A day of no named year may be 29 February."""
AROUND = 6
"""So many characters on each side are quoted, so that a person finds the place."""


def proofread(articles: Iterable[Article], note: Iterable[Block]) -> Iterator[Fault]:
    """What of the words of an issue cannot be right, with the block it stands in."""
    yield from _of_blocks(note)
    for article in articles:
        yield from _of_text(article.id, article.full_title)
        yield from _of_blocks(article.blocks)
        yield from _of_headings(article)


def _of_blocks(blocks: Iterable[Block]) -> Iterator[Fault]:
    for block in blocks:
        if not isinstance(block, Preformatted):
            yield from _of_text(block.id, block_text(block))


def _of_text(place: str, text: str) -> Iterator[Fault]:
    for found in DOUBLED.finditer(text):
        around = _around(text, found)
        yield tell("mark-doubled", place, quote=around, around=around)
    for found in HALF_WIDTH.finditer(text):
        mark, around = found[0], _around(text, found)
        yield tell(
            "mark-half-width",
            place,
            quote=around,
            mark=mark,
            right=FULL_WIDTH[mark],
            around=around,
        )
    for found in DAY.finditer(text):
        if not _is_day(found):
            yield tell("day-impossible", place, quote=found[0], day=found[0])


def _is_day(found: re.Match[str]) -> bool:
    year, month = int(found["year"] or LEAP_YEAR), int(found["month"])
    if not (1 <= month <= 12 and year > 0):
        return False
    return 1 <= int(found["day"]) <= calendar.monthrange(year, month)[1]


def _around(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - AROUND) : found.end() + AROUND].replace("\n", " ")


def _of_headings(article: Article) -> Iterator[Fault]:
    """Levels follow each other: under 一、 stands （一）, not 1. (GB/T 9704-2012, 7.3.3)."""
    above = None
    for block in article.blocks:
        if not isinstance(block, Heading):
            continue
        if above is not None and block.level > above + 1:
            words = block_text(block)[:20]
            yield tell(
                "heading-skipped",
                block.id,
                quote=words,
                words=words,
                level=block.level,
                above=above,
            )
        above = block.level
