"""In this file a passage is found again in a corrected edition: same, moved, changed or gone.

A passage is named by block, offset and quotation (W3C Web Annotation). In the edition it was made
on it stands where it says, or is refused. In a later edition it is followed through the changes of
its own article, so it never settles on words that look alike and stood elsewhere before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from lxml import html

from publisher.words import N_, Worded

LEAST_KEPT = 0.5
"""Below this share of kept characters a changed passage counts as gone."""
LEAST_AROUND = 6
"""So many characters before or behind a moved quotation have to have moved along."""
CONTEXT = 32
"""So many characters before and behind a passage go along with it."""
MOST_CHARACTERS = 20_000
"""Longer stretches that were rewritten as a whole are not compared character by character."""


class Standing(Worded):
    """What became of a passage in a later edition."""

    SAME = "same", N_("原文未变")
    MOVED = "moved", N_("原文已移位")
    CHANGED = "changed", N_("原文有改动")
    GONE = "gone", N_("原文已删除")


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or cell of the reading page."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Where a remark stands: block, offset and quote with what is around it (W3C selectors)."""

    block: str
    start: int
    """Offset of the passage in its block's text, in characters."""
    quote: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Place:
    """A passage in an edition, with what became of it."""

    standing: Standing
    passage: Passage
    """Where it stands now; what it was where it is gone."""


def blocks_of(page: str) -> tuple[Block, ...]:
    """The blocks of a reading page in order, as src/anchor.js reads them in the browser."""
    if not page.strip():
        return ()
    root = html.fragment_fromstring(page)
    found = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if (name := _name(element)) is not None:
            found.append(Block(name, "".join(_texts(element))))
    return tuple(found)


def _name(element: html.HtmlElement) -> str | None:
    if (block := element.get("data-block")) is not None:
        return str(block)
    parent = element.getparent()
    if (
        "article-title" in element.get("class", "").split()
        and parent is not None
        and "article" in parent.get("class", "").split()
    ):
        return str(parent.get("id", ""))
    return None


def _texts(element: html.HtmlElement) -> Iterator[str]:
    """The text of a block without markers, numbers and the blocks inside it."""
    yield element.text or ""
    for child in element:
        classes = set(child.get("class", "").split()) if isinstance(child.tag, str) else set()
        is_other = isinstance(child.tag, str) and (
            child.get("data-block") is not None or classes & {"marker", "number", "article-title"}
        )
        if isinstance(child.tag, str) and not is_other:
            yield from _texts(child)
        yield child.tail or ""


def stands(passage: Passage, blocks: Sequence[Block]) -> bool:
    """Whether the passage stands exactly where it says."""
    names = [block.name for block in blocks]
    if passage.block not in names or not passage.quote:
        return False
    at = _start_of(passage.block, blocks) + passage.start
    return _joined(blocks).startswith(passage.quote, at)


def settled(passage: Passage, blocks: Sequence[Block]) -> Passage | None:
    """The passage where it stands: where it says, or at the one place its words have at all."""
    if stands(passage, blocks):
        return passage
    text = _joined(blocks)
    if not passage.quote or text.count(passage.quote) != 1:
        return None
    at = text.index(passage.quote)
    return _passage_at(at, at + len(passage.quote), blocks, text)


def placed(passage: Passage, before: Sequence[Block], after: Sequence[Block]) -> Place:
    """Follow a passage from the edition it was made on into another.

    What does not stand in the old edition where it says cannot be followed, and is gone.
    """
    if not stands(passage, before):
        return Place(Standing.GONE, passage)
    article = _article_of(passage.block)
    change = _change(
        [one for one in before if _article_of(one.name) == article],
        [one for one in after if _article_of(one.name) == article],
    )
    now = _now(passage, change)
    if now is None:
        return Place(Standing.GONE, passage)
    standing, start, end = now
    there = _passage_at(start, end, change.new, change.new_text)
    if standing == Standing.MOVED and (there.block, there.start) == (passage.block, passage.start):
        standing = Standing.SAME
    return Place(standing, there)


def _now(passage: Passage, change: _Change) -> tuple[Standing, int, int] | None:
    """What became of a passage, and where it begins and ends in the new text of its article."""
    start = _start_of(passage.block, change.old) + passage.start
    span = (start, start + len(passage.quote))
    # One that runs beyond its article has no one text to be followed through.
    if not change.old_text.startswith(passage.quote, start) or _is_one_of_twins(passage, change):
        return None
    found = _followed(span, change.kept)
    if found is not None and found.share == len(passage.quote) == found.end - found.start:
        alone = change.old_text.count(passage.quote) == change.new_text.count(passage.quote) == 1
        if alone or found.is_whole or _is_among_the_same(span, found, change):
            return Standing.MOVED, found.start, found.end
    moved = _carried_away(passage, span, change)
    if moved is not None:
        return Standing.MOVED, moved, moved + len(passage.quote)
    if (
        found is not None
        and LEAST_KEPT * len(passage.quote) <= found.share < len(passage.quote)
        and found.end - found.start <= 2 * len(passage.quote)
        and _is_among_the_same(span, found, change)
    ):
        return Standing.CHANGED, found.start, found.end
    return None


def _is_one_of_twins(passage: Passage, change: _Change) -> bool:
    """Whether its block had a twin and one of the two is gone: nobody can say which."""
    text = next(one.text for one in change.old if one.name == passage.block)
    before = [one.text for one in change.old].count(text)
    return before > 1 and [one.text for one in change.new].count(text) < before


def _is_among_the_same(span: tuple[int, int], found: _Found, change: _Change) -> bool:
    """Whether what stood right before it, or right behind it, still does."""
    start, end = span
    before = change.old_text[max(0, start - LEAST_AROUND) : start]
    behind = change.old_text[end : end + LEAST_AROUND]
    return bool(
        (before and change.new_text[: found.start].endswith(before))
        or (behind and change.new_text.startswith(behind, found.end))
    )


def through(passage: Passage, editions: Sequence[Sequence[Block]]) -> Place:
    """Follow a passage through one edition after the other, the one it was made on first."""
    place = Place(Standing.SAME, passage)
    if editions and not stands(passage, editions[0]):
        return Place(Standing.GONE, passage)
    worst = [Standing.SAME]
    for before, after in pairwise(editions):
        place = placed(place.passage, before, after)
        if place.standing == Standing.GONE:
            return Place(Standing.GONE, passage)
        worst.append(place.standing)
    order = list(Standing)
    return replace(place, standing=max(worst, key=order.index))


def _article_of(block: str) -> str:
    """The article a block belongs to: item-17 of item-17-p3; other blocks stand for themselves."""
    parts = block.split("-")
    return "-".join(parts[:2]) if parts[0] == "item" and len(parts) > 1 else parts[0]


def _joined(blocks: Sequence[Block]) -> str:
    return "\n".join(block.text for block in blocks)


def _starts(blocks: Sequence[Block]) -> list[int]:
    """Where each block begins in the joined text."""
    return [0, *accumulate(len(block.text) + 1 for block in blocks)][: len(blocks)]


def _start_of(name: str, blocks: Sequence[Block]) -> int:
    return _starts(blocks)[[one.name for one in blocks].index(name)]


@dataclass(frozen=True)
class _Kept:
    """A stretch that stayed: where it begins before and after, and how long it is."""

    before: int
    after: int
    length: int
    is_whole: bool
    """Whether it is made of whole blocks that nobody touched."""


@dataclass(frozen=True)
class _Found:
    """Where what stayed of a range begins and ends now."""

    start: int
    end: int
    share: int
    """So many of its characters stayed."""
    is_whole: bool


@dataclass(frozen=True)
class _Change:
    """One article in two editions."""

    old: Sequence[Block]
    new: Sequence[Block]
    old_text: str
    new_text: str
    kept: Sequence[_Kept]
    fresh: Sequence[tuple[int, int]]
    """The stretches of the new text that were not there before."""


def _change(old: Sequence[Block], new: Sequence[Block]) -> _Change:
    """Compare an article: whole blocks first, and by character only those that were rewritten."""
    kept: list[_Kept] = []
    fresh: list[tuple[int, int]] = []
    old_starts, new_starts = _starts(old), _starts(new)
    blocks = SequenceMatcher(
        None, [one.text for one in old], [one.text for one in new], autojunk=False
    )
    for tag, i1, i2, j1, j2 in blocks.get_opcodes():
        if tag == "equal":
            # The break between two blocks that stayed beside each other stayed as well.
            length = sum(len(one.text) + 1 for one in old[i1:i2]) - 1
            kept.append(_Kept(old_starts[i1], new_starts[j1], length, is_whole=True))
        elif tag == "replace":
            pieces = _by_character(_joined(old[i1:i2]), _joined(new[j1:j2]))
            for before, after, length in pieces:
                if before is None:
                    fresh.append((new_starts[j1] + after, new_starts[j1] + after + length))
                else:
                    kept.append(
                        _Kept(
                            old_starts[i1] + before, new_starts[j1] + after, length, is_whole=False
                        )
                    )
        elif tag == "insert":
            fresh.append((new_starts[j1], new_starts[j1] + len(_joined(new[j1:j2]))))
    return _Change(old, new, _joined(old), _joined(new), kept, fresh)


def _by_character(before: str, after: str) -> Iterator[tuple[int | None, int, int]]:
    """Stretches of a rewritten text: where each stood before (none if new), stands now, length."""
    if len(before) + len(after) > MOST_CHARACTERS:
        yield None, 0, len(after)
        return
    characters = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in characters.get_opcodes():
        if tag == "equal":
            yield i1, j1, i2 - i1
        elif j2 > j1:
            yield None, j1, j2 - j1


def _followed(span: tuple[int, int], kept: Sequence[_Kept]) -> _Found | None:
    """Where what stayed of a range begins and ends now; none where nothing stayed."""
    pieces = []
    for one in kept:
        first, last = max(span[0], one.before), min(span[1], one.before + one.length)
        if last > first:
            pieces.append((one.after + first - one.before, last - first, one.is_whole))
    if not pieces:
        return None
    return _Found(
        pieces[0][0],
        pieces[-1][0] + pieces[-1][1],
        sum(length for _at, length, _whole in pieces),
        all(whole for _at, _length, whole in pieces),
    )


def _carried_away(passage: Passage, span: tuple[int, int], change: _Change) -> int | None:
    """Where a passage was carried to with what stood around it; none where that is not sure.

    Only text that is new in this edition is looked at, the quotation must stand there once, and
    what stood before or behind it must have come along.
    """
    found = []
    for first, last in change.fresh:
        at = change.new_text.find(passage.quote, first, last)
        while at >= 0:
            found.append((at, first, last))
            at = change.new_text.find(passage.quote, at + 1, last)
    if len(found) != 1:
        return None
    at, first, last = found[0]
    before = change.old_text[max(0, span[0] - LEAST_AROUND) : span[0]]
    behind = change.old_text[span[1] : span[1] + LEAST_AROUND]
    came_along = (
        len(before) == LEAST_AROUND and change.new_text.endswith(before, first, at),
        len(behind) == LEAST_AROUND
        and change.new_text[at + len(passage.quote) : last].startswith(behind),
    )
    return at if any(came_along) else None


def _passage_at(start: int, end: int, blocks: Sequence[Block], text: str) -> Passage:
    starts = _starts(blocks)
    first = max(n for n, at in enumerate(starts) if at <= start)
    last = max(n for n, at in enumerate(starts) if at < end)
    return Passage(
        block=blocks[first].name,
        start=start - starts[first],
        quote=text[start:end],
        prefix=blocks[first].text[: start - starts[first]][-CONTEXT:],
        suffix=blocks[last].text[end - starts[last] :][:CONTEXT],
    )


def export(passage: Passage, *, source: str) -> Mapping[str, object]:
    """The target of a W3C Web Annotation: the issue, the block in it, the words and their place."""
    return {
        "source": source,
        "selector": [
            {
                "type": "FragmentSelector",
                "conformsTo": "http://tools.ietf.org/rfc/rfc3236",
                "value": passage.block,
                "refinedBy": {
                    "type": "TextPositionSelector",
                    "start": passage.start,
                    "end": passage.start + len(passage.quote),
                },
            },
            {
                "type": "TextQuoteSelector",
                "exact": passage.quote,
                "prefix": passage.prefix,
                "suffix": passage.suffix,
            },
        ],
    }
