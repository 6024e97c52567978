"""In this file numpy finds the terms of a text, all at once: those of `analysis.index_tokens`.

A term is held as one number: two characters of 21 bits each (the second 0 for a single one), or,
with a bit above them set, the number of a word in the builder's list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.analysis import HAN, HAN_RANGES, PART_GAP

Keys = npt.NDArray[np.uint64]

BETWEEN_PARTS = "\x1e"
"""The control character that separates records also separates the parts of one."""

_SHIFT = np.uint64(21)
SECOND = _CHARACTER = np.uint64(2**21 - 1)
"""The bits of a key that hold a pair's second character."""
WORD_FLAG = np.uint64(2**47)
"""Above every pair of characters, yet low enough for `stable_order` to sort in three passes."""

_WORD = re.compile(f"[^\\W_{HAN}]+")
_LAST_HAN = max(last for _, last in HAN_RANGES)
_IS_HAN = np.zeros(_LAST_HAN + 2, dtype=bool)
for _first, _last in HAN_RANGES:
    _IS_HAN[_first : _last + 1] = True


@dataclass(frozen=True)
class Grams:
    """Characters and pairs with their places in the text, and words with theirs."""

    keys: Keys
    positions: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    words: list[tuple[str, int, int]]
    """Each word's text, position and place."""

    @property
    def count(self) -> int:
        """How many terms there are."""
        return len(self.keys) + len(self.words)


def joined(parts: Sequence[str]) -> str:
    """Parts of a record as one text, which no phrase reads across."""
    return BETWEEN_PARTS.join(part.replace(BETWEEN_PARTS, " ") for part in parts)


def grams(text: str) -> Grams:
    """Every character, pair and word of a folded text made by `joined`."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    han = _IS_HAN[np.minimum(codes, _LAST_HAN + 1)]
    steps = han.astype(np.int64)
    found = list(_WORD.finditer(text))
    if found:
        steps[[match.start() for match in found]] = 1
    steps[codes == ord(BETWEEN_PARTS)] = PART_GAP
    position_at = np.cumsum(steps) - steps
    singles = np.flatnonzero(han)
    pairs = np.flatnonzero(han[:-1] & han[1:])
    wide = codes.astype(np.uint64)
    keys = np.concatenate((wide[singles] << _SHIFT, wide[pairs] << _SHIFT | wide[pairs + 1]))
    places = np.concatenate((singles, pairs))
    words = [(match.group(), int(position_at[match.start()]), match.start()) for match in found]
    return Grams(keys, position_at[places], places, words)


def gram_text(key: int) -> str:
    """The character or pair that `key` stands for."""
    first, second = key >> 21, key & int(_CHARACTER)
    return chr(first) + chr(second) if second else chr(first)
