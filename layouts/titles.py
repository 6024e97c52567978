"""In this file a long title is broken into lines at word boundaries, as a trapezium or diamond.

GB/T 9704-2012, 7.3.1: broken lines keep words whole and stand in a balanced shape.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence

NEVER_FIRST = "，。、；：？！”’）》〉】〕％%"
NEVER_LAST = "“‘（《〈【〔"
SPACES = 2.0
"""Characters of spaces that a line may lose at its ends."""
SLOPES = (0.08, 0.2)
"""Of the mean width of a title's lines: how far the widest stands out beyond it, the less the
better."""
LEAST_STEP = 0.75
"""Characters by which lines must differ, for a title not to be a block."""


def width_of(text: str) -> float:
    """The width of a text in Chinese characters, as 小标宋 and Times New Roman set it."""
    return sum(_width(character) for character in text)


def _width(character: str) -> float:
    if ord(character) > 0x2E7F or character in "“”‘’…—":
        return 1.0
    return 0.75 if character.isupper() or character in "mwMW%@" else 0.55


@functools.lru_cache(maxsize=1024)
def title_lines(title: str, characters: float) -> tuple[str, ...]:
    """The lines of a title that may be `characters` wide; one line where it fits."""
    if width_of(title) <= characters:
        return (title,)
    words = [piece for word in _unbreakable(title) for piece in _cut(word, characters)]
    count = max(2, -(-int(width_of(title) * 10) // int(characters * 10)))
    for lines in range(count, count + 3):
        shaped = [
            broken
            for shape in _shapes(lines)
            if (broken := _break(words, lines, characters, shape)) is not None
        ]
        if shaped:
            # Of the well shaped the most even.
            return min(shaped, key=lambda one: (not is_well_shaped(one), _unevenness(one)))
    return (title,)


def is_well_shaped(lines: Sequence[str]) -> bool:
    """Whether lines stand as a trapezium or diamond: no block, and no hourglass."""
    widths = [width_of(line) for line in lines]
    if max(widths) - min(widths) < LEAST_STEP:
        return False
    turns = list(itertools.pairwise(widths))
    falls = next(
        (n for n, (one, two) in enumerate(turns) if two < one - LEAST_STEP / 2), len(turns)
    )
    return all(two < one + LEAST_STEP / 2 for one, two in turns[falls:])


def _shapes(lines: int) -> Iterator[tuple[float, ...]]:
    """How wide each line should be beside their mean: falling, as a diamond, rising."""
    for slope in SLOPES:
        step = 2 * slope / (lines - 1)
        falling = tuple(1 + slope - step * line for line in range(lines))
        yield falling
        if lines > 2:
            middle = (lines - 1) / 2
            yield tuple(1 + slope * (1 - 2 * abs(line - middle) / middle) for line in range(lines))
        yield falling[::-1]


def _unevenness(lines: Sequence[str]) -> float:
    widths = [width_of(line) for line in lines]
    return max(widths) - min(widths)


def _unbreakable(title: str) -> list[str]:
    """Words with the punctuation that may not begin or end a line joined to them."""
    # Loaded where a title is broken: it brings its dictionary of five megabytes.
    import rjieba  # noqa: PLC0415

    pieces: list[str] = []
    for word in rjieba.cut(title):
        joins = pieces and (
            word[0] in NEVER_FIRST
            or pieces[-1][-1] in NEVER_LAST
            or (word[0].isascii() and pieces[-1][-1].isascii() and not word[0].isspace())
        )
        if joins:
            pieces[-1] += word
        else:
            pieces.append(word)
    return pieces


def _cut(word: str, characters: float) -> list[str]:
    """A word that is itself wider than a line, in pieces that are not."""
    if width_of(word) <= characters:
        return [word]
    most = max(1, int(characters / width_of(word) * len(word)))
    return [word[start : start + most] for start in range(0, len(word), most)]


def _break(
    words: list[str], count: int, characters: float, shape: tuple[float, ...]
) -> tuple[str, ...] | None:
    """The way to set `words` in lines nearest to a shape, none where one would be too long."""
    reach = [0.0, *itertools.accumulate(width_of(word) for word in words)]
    ideal = reach[-1] / count
    best: dict[tuple[int, int], tuple[float, tuple[str, ...]]] = {(0, 0): (0.0, ())}
    for line in range(1, count + 1):
        for end in range(line, len(words) + 1):
            options = []
            for start in range(end - 1, line - 2, -1):
                if reach[end] - reach[start] > characters + SPACES:
                    break
                before = best.get((line - 1, start))
                text = "".join(words[start:end]).strip()
                if before is None or not text or width_of(text) > characters:
                    continue
                target = ideal * shape[line - 1]
                options.append((before[0] + (width_of(text) - target) ** 2, (*before[1], text)))
            if options:
                best[line, end] = min(options)
    found = best.get((count, len(words)))
    return found[1] if found else None
