"""In this file we choose the lines that show why a text was found, and mark the words in them.

Passages are pieces of plain text with a mark; the page makes elements of them, never raw HTML.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from search.analysis import HAN, Words, runs, simplify
from search.query import MOST_BETWEEN, Akin, Node, words_of
from search.records import Passage, Piece

PASSAGE_LENGTH = 80
"""Characters of one passage, about two lines of a result."""
NEARLY = 12
"""So many characters more are shown where a sentence begins with them."""
PASSAGES = 2
MOST_HITS = 120
"""Places looked at in one text, shared among the words; a text with more is shown by its first."""

MOST_MARKED = 24
"""Words of a whole text that are marked in what comes near it."""

_SIGNS = re.compile(r"[*?]+")
_BREAK = re.compile(r"[。！？；\n]")
_LETTER_BEFORE, _LETTER_AFTER = rf"(?<![^\W_{HAN}])", rf"(?![^\W_{HAN}])"


class Span(NamedTuple):
    """A hit from `start` up to `end`, and which of the words it is."""

    start: int
    end: int
    word: int


class _FoldedCharacters(dict[str, str]):
    """Every character's folded and simplified form, worked out once."""

    def __missing__(self, character: str) -> str:
        folded = simplify(unicodedata.normalize("NFKC", character).lower())
        self[character] = folded
        return folded


_FOLDED = _FoldedCharacters()


class Marker:
    """Finds the words of one query in texts; made once for all hits of a page."""

    def __init__(self, words: Sequence[str]) -> None:
        patterns = [_pattern(word) for word in words]
        self._patterns = [re.compile(pattern) for pattern in patterns if pattern]

    def spans(self, text: str) -> list[Span]:
        """The hits in `text`, in order, none overlapping another."""
        if not self._patterns:
            return []
        found = self._found(text)
        places: Sequence[int] = range(len(text))
        if len({word for _, _, word in found}) < len(self._patterns):
            # Only a text that spells a word otherwise, or lacks it, is worth being folded.
            folded, places = _folded_with_places(text)
            found = self._found(folded)
        spans: list[Span] = []
        for start, end, word in found:
            if not spans or places[start] >= spans[-1].end:
                spans.append(Span(places[start], places[end - 1] + 1, word))
        return spans

    def _found(self, folded: str) -> list[tuple[int, int, int]]:
        """Start, end and word of each hit, in order."""
        most = max(4, MOST_HITS // len(self._patterns))
        return sorted(
            (*match.span(), word)
            for word, pattern in enumerate(self._patterns)
            for match in islice(pattern.finditer(folded), most)
        )

    def mark(self, text: str) -> Passage:
        """The whole text, as for a title, with its hits marked."""
        return _pieces(text, self.spans(text), 0, len(text))

    def passages(self, text: str) -> tuple[Passage, ...]:
        """The lines of `text` with the most different words; its beginning if it has none."""
        spans = self.spans(text)
        if not spans:
            return _beginning(text)
        windows = sorted(_best_windows(text, spans))
        return tuple(_pieces(text, spans, start, end) for start, end in windows)


def texts_to_mark(root: Node, words: Words) -> Sequence[str]:
    """The texts to mark in what is found: those asked for, or the words of a whole text."""
    if not isinstance(root, Akin):
        return words_of(root)
    found = dict.fromkeys(words.of(simplify(root.text)))
    return [word for word in found if len(word) > 1][:MOST_MARKED]


def _pattern(word: str) -> str:
    """A regular expression for a folded word; between its runs any punctuation may stand."""
    parts = [_plain_pattern(piece) for piece in _SIGNS.split(word)]
    if not all(parts):
        return ""
    signs = _SIGNS.findall(word)
    gaps = [
        f".{{{sign.count('?')},{sign.count('?') + (MOST_BETWEEN if '*' in sign else 0)}}}?"
        for sign in signs
    ]
    return "".join(chain.from_iterable(zip_longest(parts, gaps, fillvalue="")))


def _plain_pattern(word: str) -> str:
    pieces = []
    for run in runs(simplify(word)):
        escaped = re.escape(run.text)
        pieces.append(escaped if run.is_han else f"{_LETTER_BEFORE}{escaped}{_LETTER_AFTER}")
    return r"[\W_]*".join(pieces)


def _folded_with_places(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the place in `text` it comes from."""
    characters = [_FOLDED[character] for character in text]
    folded = "".join(characters)
    if len(folded) == len(text):
        return folded, range(len(text))
    places = [place for place, new in enumerate(characters) for _ in new]
    return folded, places


def _best_windows(text: str, spans: list[Span]) -> list[tuple[int, int]]:
    """Up to `PASSAGES` stretches that do not overlap, those with most different words first."""
    windows: list[tuple[int, int]] = []
    for span in _by_worth(spans):
        start, end = _window(text, span)
        if all(end <= other_start or start >= other_end for other_start, other_end in windows):
            windows.append((start, end))
        if len(windows) == PASSAGES:
            break
    return windows


def _by_worth(spans: list[Span]) -> list[Span]:
    """First those with which a passage would begin that shows most different words."""
    if len({span.word for span in spans}) == 1:
        return spans
    ends = [span.end for span in spans]

    def worth(at: int) -> int:
        reach = spans[at].start + PASSAGE_LENGTH * 3 // 4
        return len({span.word for span in spans[at : bisect_right(ends, reach)]})

    return [spans[at] for at in sorted(range(len(spans)), key=worth, reverse=True)]


def _window(text: str, span: Span) -> tuple[int, int]:
    """A passage around the hit, beginning with its sentence where that is near."""
    earliest = max(0, span.start - PASSAGE_LENGTH // 4)
    nearly = max(0, earliest - NEARLY)
    breaks = list(_BREAK.finditer(text, nearly, span.start))
    start = breaks[-1].end() if breaks else earliest if nearly else 0
    end = max(min(len(text), start + PASSAGE_LENGTH), span.end)
    stop = _BREAK.search(text, max(span.end, start + PASSAGE_LENGTH // 2), end)
    return start, stop.end() if stop else end


def _beginning(text: str) -> tuple[Passage, ...]:
    opening = text[:PASSAGE_LENGTH]
    if len(text) > PASSAGE_LENGTH:
        # It ends with a sentence where one ends behind its middle.
        ends = [one.end() for one in _BREAK.finditer(opening, PASSAGE_LENGTH // 2)]
        opening = opening[: ends[-1]] if ends else opening
    opening = opening.strip()
    return ((_piece(opening, is_hit=False),),) if opening else ()


def _pieces(text: str, spans: list[Span], start: int, end: int) -> Passage:
    """The stretch cut into marked and unmarked pieces; line ends become spaces."""
    pieces: list[Piece] = []
    at = start
    for span in spans:
        if span.start < at or span.end > end:
            continue
        if span.start > at:
            pieces.append(_piece(text[at : span.start], is_hit=False))
        pieces.append(_piece(text[span.start : span.end], is_hit=True))
        at = span.end
    if at < end:
        pieces.append(_piece(text[at:end], is_hit=False))
    return tuple(pieces)


def _piece(text: str, *, is_hit: bool) -> Piece:
    return Piece(text.replace("\n", " "), is_hit)
