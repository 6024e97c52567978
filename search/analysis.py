"""In this file text becomes terms: the one analysis of the house, for indexing and for asking.

| text            | terms (position)                                                     |
|-----------------|----------------------------------------------------------------------|
| 市政府          | 市(0) 市政(0) 政(1) 政府(1) 府(2): every character, every pair of a run |
| ５Ｇ基站        | 5g(0) 基(1) 基站(1) 站(2): letters and digits as whole lower-case words |
| 经济，社会      | punctuation takes no position, and no pair reaches over it            |

Pairs decide what is found, because no dictionary knows every name; words only help to rank.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from search.traditional import SIMPLIFIED_OF

ANALYSIS_VERSION = 1
"""Raised with every change of terms or positions: an older index must then be rebuilt."""

HAN_RANGES = (
    (0x3005, 0x3005),
    (0x3007, 0x3007),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3134F),
)
"""Code points of Han characters, first and last of each block; 々 and 〇 are words' parts too."""

HAN = "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES)
"""Han characters, as the inside of a regular expression's class."""

RUN = re.compile(f"(?P<han>[{HAN}]+)|(?P<word>[^\\W_{HAN}]+)")
"""A run of Han characters, or one word of letters and digits."""

PART_GAP = 100
"""Positions left free between the parts of a record, so that no phrase reaches over."""

_IS_HAN = re.compile(f"[{HAN}]")


class Token(NamedTuple):
    """A term and its place."""

    text: str
    position: int


class Run(NamedTuple):
    """Han characters standing together, or one word; `position` is that of its first token."""

    text: str
    is_han: bool
    position: int


def fold(text: str) -> str:
    """One spelling for all: NFKC (full-width forms become plain ones) and lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def simplify(text: str) -> str:
    """The text in simplified characters; its length never changes."""
    return text.translate(SIMPLIFIED_OF)


def is_han(text: str) -> bool:
    """Whether the text begins with a Han character."""
    return _IS_HAN.match(text) is not None


def runs(text: str) -> Iterator[Run]:
    """The runs of an already folded text, with their positions."""
    position = 0
    for match in RUN.finditer(text):
        han = match.group("han")
        yield Run(match.group(), han is not None, position)
        position += len(han) if han is not None else 1


def index_tokens(text: str) -> Iterator[Token]:
    """Every term of a folded text as it is indexed: single characters, pairs, and words."""
    for run in runs(text):
        if not run.is_han:
            yield Token(run.text, run.position)
            continue
        for offset, character in enumerate(run.text):
            yield Token(character, run.position + offset)
            if offset + 1 < len(run.text):
                yield Token(run.text[offset : offset + 2], run.position + offset)


def query_tokens(text: str) -> tuple[Token, ...]:
    """The terms that must stand at these relative positions for the folded text to be found.

    A run of two or more Han characters is asked for by its pairs alone: they verify each other.
    """
    tokens: list[Token] = []
    for run in runs(text):
        if run.is_han and len(run.text) > 1:
            tokens.extend(
                Token(run.text[offset : offset + 2], run.position + offset)
                for offset in range(len(run.text) - 1)
            )
        else:
            tokens.append(Token(run.text, run.position))
    return tuple(tokens)


class Words:
    """Segmentation into dictionary words, for ranking and suggestions only.

    `names` of units, leaders and serials are taught to it, as no dictionary has them.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        # Loaded where words are cut: it brings its dictionary of five megabytes.
        import rjieba  # noqa: PLC0415

        self.names = frozenset(names)
        self._jieba = rjieba.Jieba()
        for name in self.names:
            if 2 <= len(name) <= 40:
                self._jieba.add_word(fold(name), None, None)

    def of(self, text: str) -> list[str]:
        """The words of a folded text in search mode: long words and the short ones within."""
        whole = text.encode("utf-8", "replace").decode()
        return [word for word in self._jieba.cut_for_search(whole) if word[0].isalnum()]


@lru_cache(maxsize=2)
def words_with(names: frozenset[str]) -> Words:
    """The segmentation that knows `names`; a dictionary takes 25 MB, so it is made once."""
    return Words(names)
