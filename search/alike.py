"""In this file near-duplicates are found: signatures of texts, and what two have in common.

A text's shingles are its runs of three characters, punctuation and spaces left out. MinHash keeps
126 numbers of them; three numbers together are a band, and two texts that share a band are looked
at more closely. Two texts with half of their shingles in common share one of the 42 bands in 996
of 1,000 cases (1 - (1 - 0.5**3)**42), so nothing near is missed and little is compared.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from search.analysis import HAN, fold, simplify
from search.records import Alike, Record

if TYPE_CHECKING:
    from datasketch import MinHash

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
_LEFT_OUT = re.compile(f"[^{HAN}0-9a-z]+")

Shingles = npt.NDArray[np.uint64]


def shingles(text: str) -> Shingles:
    """The different shingles of a text, each as one number, in order."""
    plain = _LEFT_OUT.sub("", simplify(fold(text[:LONGEST])))
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    wide = codes.astype(np.uint64)
    if len(wide) < SHINGLE:
        return np.empty(0, dtype=np.uint64)
    shift = np.uint64(21)
    return np.unique(((wide[:-2] << shift | wide[1:-1]) << shift) | wide[2:])


def bands(text: str) -> list[str]:
    """The bands of a text's signature, as terms; none for a text too short to judge."""
    found = shingles(text)
    if len(found) < SHORTEST - SHINGLE + 1:
        return []
    return list(_bands_of(found))


@lru_cache(maxsize=1)
def _empty_signature() -> MinHash:
    # Loaded where texts are compared: a page that only searches does without.
    from datasketch import MinHash  # noqa: PLC0415

    return MinHash(num_perm=ROWS * BANDS, hashfunc=int, scheme="affine64")


def _bands_of(found: Shingles) -> Iterator[str]:
    # A copy: the permutations take longer to draw than a text to be signed.
    signature = _empty_signature().copy()
    signature.update_batch(found.tolist())
    for band, values in enumerate(signature.hashvalues.reshape(BANDS, ROWS)):
        yield f"{band:02d}{zlib.crc32(values.tobytes()):08x}"


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
