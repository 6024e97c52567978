"""In this file near-duplicates are found: signatures of texts, and what two have in common.

A text's shingles are its runs of three characters, punctuation and spaces left out. MinHash keeps
126 numbers of them; three numbers together are a band, and two texts that share a band are looked
at more closely. Two texts with half of their shingles in common share one of the 42 bands in 996
of 1,000 cases (1 - (1 - 0.5**3)**42), so nothing near is missed and little is compared.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from search.analysis import HAN, fold, simplify
from search.records import Alike, Record

COMPARED = frozenset({"item"})
"""Kinds among which duplicates are looked for."""
SHINGLE = 3
"""Characters of a shingle."""
ROWS, BANDS = 3, 42
LONGEST = 20_000
"""Characters of a text that are looked at."""
SHORTEST = 20
"""A text of fewer characters is like too many others to be called published."""
LEAST_ALIKE = 0.3
"""Jaccard under which two texts are not called alike."""
MOST_ALIKE = 10
_MURMUR = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_LEFT_OUT = re.compile(f"[^{HAN}0-9a-z]+")

Shingles = npt.NDArray[np.uint64]


def shingles(text: str) -> Shingles:
    """The different shingles of a text, each as one number, in order."""
    return _shingles_of(simplify(fold(text[:LONGEST])))


def bands(text: str, *, simplified: str | None = None) -> list[str]:
    """The bands of a text's signature, as terms; none for a text too short to judge.

    `simplified` is the whole text folded and in simplified characters, where somebody has it.
    """
    has_it = simplified is not None and len(text) <= LONGEST
    found = _shingles_of(simplified or "") if has_it else shingles(text)
    if len(found) < SHORTEST - SHINGLE + 1:
        return []
    return _bands_of(found)


def _shingles_of(simplified: str) -> Shingles:
    plain = _LEFT_OUT.sub("", simplified)
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    wide = codes.astype(np.uint64)
    if len(wide) < SHINGLE:
        return np.empty(0, dtype=np.uint64)
    shift = np.uint64(21)
    found = np.sort(((wide[:-2] << shift | wide[1:-1]) << shift) | wide[2:])
    is_new = np.ones(len(found), dtype=bool)
    np.not_equal(found[1:], found[:-1], out=is_new[1:])
    return found[is_new]


@lru_cache(maxsize=1)
def _permutations() -> tuple[Shingles, Shingles]:
    """Factors and summands of the permutations, a row each, as datasketch draws them."""
    # Loaded where texts are compared: a page that only searches does without.
    from datasketch import MinHash  # noqa: PLC0415

    drawn = MinHash(num_perm=ROWS * BANDS, hashfunc=int, scheme="affine64").permutations
    factors, summands = (np.ascontiguousarray(one).reshape(-1, 1) for one in drawn)
    return factors, summands


def signature(found: Shingles) -> Shingles:
    """The least number that each permutation makes of a shingle, all modulo 2^64.

    The same as datasketch's `update_batch`, which takes and gives back every number as an object
    of Python and goes down the columns of its table; along the rows it is three times as fast.
    """
    factors, summands = _permutations()
    permuted = _mixed(found) * factors
    permuted += summands
    least: Shingles = permuted.min(axis=1)
    return least


def _mixed(numbers: Shingles) -> Shingles:
    """Numbers whose bits all depend on all bits (the end of MurmurHash3), one for each."""
    half = np.uint64(33)
    for factor in _MURMUR:
        numbers = (numbers ^ (numbers >> half)) * factor
    return numbers ^ (numbers >> half)


def _bands_of(found: Shingles) -> list[str]:
    least = signature(found)
    told, width = least.tobytes(), ROWS * least.itemsize
    return [
        f"{band:02d}{zlib.crc32(told[band * width : (band + 1) * width]):08x}"
        for band in range(BANDS)
    ]


def share(one: Shingles, other: Shingles) -> float:
    """Jaccard of two texts' shingles: those of both among those of either; 0 to 1."""
    both = len(np.intersect1d(one, other, assume_unique=True))
    either = len(one) + len(other) - both
    return both / either if either else 0.0


def nearest(
    own: Shingles, candidates: Iterable[Record], *, but: frozenset[str]
) -> tuple[Alike, ...]:
    """Of the candidates those nearest to the text of these shingles, the nearest first."""
    found = [Alike(one, share(own, shingles(one.text))) for one in candidates if one.id not in but]
    near = [one for one in found if one.share >= LEAST_ALIKE]
    near.sort(key=lambda one: (-one.share, -one.record.date.toordinal(), one.record.id))
    return tuple(near[:MOST_ALIKE])
