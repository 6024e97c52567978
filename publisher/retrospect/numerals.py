"""In this file numbers and digits of old paper are read: full-width, Chinese, in brackets."""

from __future__ import annotations

from publisher.retrospect.paragraphs import tight

CHINESE = "〇零○一二三四五六七八九十百千"
FULL_WIDTH = str.maketrans("０１２３４５６７８９（）〔〕［］．：", "0123456789()〔〕[].:")


def plain(text: str) -> str:
    """A text without spaces, its digits and brackets of one kind."""
    return tight(text).translate(FULL_WIDTH)


def count(text: str) -> int | None:
    """A number in digits or Chinese numerals, up to 99999."""
    if text.isdigit():
        return int(text)
    if set(text) <= set("〇零○一二三四五六七八九"):
        return int("".join(_digit(one) for one in text))
    whole, part = 0, 0
    for one in text:
        if one in "十百千":
            whole += (part or 1) * {"十": 10, "百": 100, "千": 1000}[one]
            part = 0
        else:
            part = int(_digit(one))
    return whole + part


def _digit(character: str) -> str:
    return "0" if character in "〇零○" else str("一二三四五六七八九".index(character) + 1)
