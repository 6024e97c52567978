"""In this file is where a line of Chinese may not end though the program that sets it would.

A number stays with its unit, a day, a document's number and 第12期 stay whole, and no paragraph
ends with a line of one character. What that takes from a line is spread between its characters;
where it would be too much, the line ends where it would have.
"""

from __future__ import annotations

import re

NEVER_FIRST = "，。、；：！？）》〉】〕」』”’…—·％%"
NEVER_LAST = "（《〈【〔「『“‘"
FIGURES = "[0-9]+(?:[.,][0-9]+)*"
UNITS = (
    "个件人户名项次倍元吨亩米度分秒时日天月年岁期号条家处座台辆"
    "头只份篇批场位例起艘架支套间所类种层级"
)
WHOLE = re.compile(
    # 〔2026〕12号, with the word before it
    "[\u4e00-\u9fff]?〔[0-9]{4}〕(?:第)?[0-9]+号?"
    # 2026年3月9日, 3月9日14时20分
    "|(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}[时点][0-9]{1,2}分"
    "|[0-9]{4}年[0-9]{1,2}月"
    # 第12期, 第三条
    "|第[0-9一二三四五六七八九十百]+[期号条款项次届章批轮季]"
    # 3.6万件, 12个, 99.2%
    f"|{FIGURES}(?:[%％‰]|[万亿千百]{{1,2}}[{UNITS}]?|[{UNITS}]|(?:平方|立方)?(?:公里|千米|米)|公顷|公斤|小时|分钟|周)"
)
"""What no line parts."""
LONE = re.compile(f"[\u3400-\u9fff][{NEVER_FIRST}]*")
"""A last line of one character."""
LONGEST = 16
"""Characters of the longest of those."""
MOST = 6.0
"""So many characters of a line may be given up for it: a fifth."""


def better_break(text: str, at: int) -> int:
    """Where the first line of a text ends better than at character `at`; the same where it is well.

    `text` goes to the end of its paragraph.
    """
    place = at
    if LONE.fullmatch(text[at:].rstrip()):
        place = _allowed(text, at - 1)
    start = max(0, place - LONGEST)
    for whole in WHOLE.finditer(text, start, place + LONGEST):
        if whole.start() < place < whole.end():
            place = _allowed(text, whole.start())
            break
    is_little = width_of(text[place:at]) <= MOST
    return place if place > 0 and is_little else at


def _allowed(text: str, place: int) -> int:
    """The last place up to that where a line may end: not before a mark nor behind a bracket."""
    while place > 0 and (text[place] in NEVER_FIRST or text[place - 1] in NEVER_LAST):
        place -= 1
    return place


def width_of(text: str) -> float:
    """The width of some characters, in ideographs."""
    return sum(0.5 if one < "\u2000" else 1.0 for one in text)
