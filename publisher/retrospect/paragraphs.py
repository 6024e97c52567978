"""In this file a paragraph of an old issue is a plain value, whatever file it came out of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from publisher.retrospect.drafts import Unsure

SPACES = re.compile(r"[\s\u3000\u200b\ufeff]+")


class Look(NamedTuple):
    """What tells one kind of paragraph from another."""

    size: float
    centred: bool
    bold: bool
    font: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph with what a reader sees of it."""

    text: str
    page: int = 0
    """Counted from 1; 0 where the file knows no pages."""
    size: float = 0.0
    """Points; 0 where the file does not say."""
    centred: bool = False
    right: bool = False
    bold: bool = False
    font: str = ""
    level: int = 0
    """Of a heading, counted from 1; 0 for a paragraph that says it is none."""
    in_table: bool = False

    @property
    def tight(self) -> str:
        """The text without any space."""
        return tight(self.text)

    @property
    def look(self) -> Look:
        """How it is set."""
        return Look(round(self.size), self.centred, self.bold, self.font)


@dataclass(frozen=True)
class Extract:
    """What a file holds, before anybody asks what it means."""

    paragraphs: tuple[Paragraph, ...]
    pages: int = 0
    notes: tuple[str, ...] = ()
    """What was left out of the file, and why."""
    source: str = ""
    """The JSON form of the issue that a PDF of this program's press carries."""
    scanned: tuple[int, ...] = ()
    """The pages that are pictures, counted from 1."""
    unsure: tuple[Unsure, ...] = ()
    """Lines of scanned pages that may have been read wrong."""

    def as_json(self) -> dict[str, Any]:
        """The extract as plain values."""
        return {
            "paragraphs": [asdict(one) for one in self.paragraphs],
            "pages": self.pages,
            "notes": list(self.notes),
            "source": self.source,
            "scanned": list(self.scanned),
        }


def from_json(value: dict[str, Any]) -> Extract:
    """The extract out of plain values."""
    return Extract(
        tuple(Paragraph(**one) for one in value["paragraphs"]),
        int(value["pages"]),
        tuple(value["notes"]),
        value["source"],
        tuple(value["scanned"]),
    )


def tight(text: str) -> str:
    """A text without any space: how a title is compared."""
    return SPACES.sub("", text)


def body_look(paragraphs: Sequence[Paragraph]) -> Look:
    """The look of the running text: that of the most characters."""
    counted: Counter[Look] = Counter()
    for one in paragraphs:
        counted[one.look] += len(one.tight)
    return counted.most_common(1)[0][0] if counted else Look(0, False, False, "")


def is_text(one: Paragraph) -> bool:
    """Whether a paragraph is running text rather than a line of the masthead or a title."""
    return one.tight.endswith(("。", "；", "，")) or len(one.tight) > 60
