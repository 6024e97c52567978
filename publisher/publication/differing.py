"""In this file two proofs of an issue are held against each other, paragraph by paragraph."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

import layouts
from publisher.editing.queries import Difference, difference
from publisher.issues.source import articles
from publisher.publication.model import Proof, ProofState

FIELDS = ("number_line", "date", "office", "handling", "urgency", "correction")
"""What of the masthead may change between two proofs."""
IMPRINT = (
    "to_superior",
    "to_peer",
    "to_subordinate",
    "extra",
    "signer",
    "checker",
    "editor",
    "phone",
)


@dataclass(frozen=True)
class Line:
    """One paragraph of a proof: the place pages name it by, what it belongs to, its words."""

    place: str
    of: str
    text: str


@dataclass(frozen=True)
class Row:
    """One paragraph that differs, with the pages it stands on in both proofs."""

    of: str
    pages: tuple[int | None, int | None]
    difference: Difference


@dataclass(frozen=True)
class Compared:
    """What differs between two proofs."""

    rows: list[Row] = field(default_factory=list)
    changed: tuple[int, ...] = ()
    """The pages of the later proof that do not look as they did."""
    knows_pages: bool = True
    """Whether both have pages to compare."""


def chosen(
    pulled: Sequence[Proof], before: int | None, after: int | None
) -> tuple[Proof | None, Proof | None]:
    """The two proofs asked for by ordinal; the last two where none or wrong ones are named."""
    by_ordinal = {one.ordinal: one for one in pulled}
    if not pulled:
        return None, None
    later = by_ordinal.get(after) or pulled[-1]
    if later is pulled[0]:
        return None, later
    earlier = by_ordinal.get(before)
    if earlier is None or (earlier.ordinal or 0) >= (later.ordinal or 0):
        earlier = by_ordinal.get((later.ordinal or 0) - 1)
    return earlier, later


def compared(before: Proof, after: Proof) -> Compared:
    """What differs between an earlier proof and a later one."""
    left, right = list(_lines(before.source or {})), list(_lines(after.source or {}))
    old, new = [one.text for one in left], [one.text for one in right]
    rows: list[Row] = []
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if op == "equal":
            continue
        for step in range(max(a2 - a1, b2 - b1)):
            was = left[a1 + step] if a1 + step < a2 else None
            now = right[b1 + step] if b1 + step < b2 else None
            rows.append(_row(op, was, now, before, after))
    both = before.state == ProofState.READY == after.state
    return Compared(rows, _changed_pages(before, after) if both else (), both)


def _row(op: str, was: Line | None, now: Line | None, before: Proof, after: Proof) -> Row:
    one = now or was
    return Row(
        of=one.of if one else "",
        pages=(_page(before, was), _page(after, now)),
        difference=difference(op, was.text if was else None, now.text if now else None),
    )


def _page(proof: Proof, line: Line | None) -> int | None:
    places: Mapping[str, int] = (proof.made or {}).get("places", {})
    return places.get(line.place) if line else None


def _changed_pages(before: Proof, after: Proof) -> tuple[int, ...]:
    was = (before.made or {}).get("pictures", [])
    now = (after.made or {}).get("pictures", [])
    return tuple(
        number
        for number, picture in enumerate(now, 1)
        if number > len(was) or was[number - 1] != picture
    )


def _lines(source: Mapping[str, Any]) -> Iterator[Line]:
    """Everything a proof prints in words, a line for each paragraph."""
    if not source:
        return
    for name in FIELDS:
        if text := str(source.get(name) or "").strip():
            yield Line(name, _("刊头"), text)
    yield from _paragraphs("editor-note", _("编者按"), source.get("editor_note", ""))
    for section in source["sections"]:
        if section["title"] and section["articles"]:
            yield Line("section", _("栏目"), section["title"])
        for article in articles({"sections": [section]}):
            yield from _article(article)
    imprint = source.get("imprint", {})
    for name in IMPRINT:
        if text := str(imprint.get(name) or "").strip():
            yield Line("imprint", _("版记"), text)


def _article(article: Mapping[str, Any]) -> Iterator[Line]:
    title = article["title"]
    of = _("《%(title)s》", title=title)
    yield Line(article["id"], of, f"{title}（{article['stage']}）" if article["stage"] else title)
    for quoted in article.get("instructions", ()):
        yield Line(article["id"], of, quoted["text"])
    yield from _paragraphs(article["id"], of, article["body"])
    if article["source_line"]:
        yield Line(article["id"], of, f"（{article['source_line']}）")


def _paragraphs(name: str, of: str, body: str) -> Iterator[Line]:
    for place, text in layouts.paragraphs(body, name):
        yield Line(place, of, text)
