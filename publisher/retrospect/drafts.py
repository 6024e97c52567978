"""In this file an old issue as it was recognised is a plain value that can be kept and mended."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Known:
    """What the office knows: its serials' names and their sections."""

    serials: tuple[str, ...] = ()
    sections: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Unsure:
    """A line of a scanned page that may have been read wrong."""

    page: int
    text: str
    sure: float
    """From 0 to 1, as the reader of the picture says."""


@dataclass
class Article:
    """One item of an old issue."""

    title: str
    body: str
    """Markdown."""
    source_line: str = ""
    section: str = ""


@dataclass
class Draft:
    """What was recognised of an old issue, and what is unsure about it."""

    serial: str = ""
    number: int | None = None
    total: int | None = None
    year: int | None = None
    supplement: bool = False
    dated_on: str = ""
    office: str = ""
    handling: str = ""
    articles: list[Article] = field(default_factory=list)
    imprint: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    """A code for each thing a person should look at, with what was read there."""
    unsure: list[Unsure] = field(default_factory=list)
    """Lines of a scan to be held against the page, in their order."""

    @property
    def day(self) -> date | None:
        """The day printed in the masthead, none where none was read."""
        try:
            return date.fromisoformat(self.dated_on)
        except ValueError:
            return None

    def as_json(self) -> dict[str, Any]:
        """The draft as it is kept."""
        return asdict(self)


def from_json(value: dict[str, Any]) -> Draft:
    """A kept draft."""
    articles = [Article(**one) for one in value.get("articles", [])]
    unsure = [Unsure(**one) for one in value.get("unsure", [])]
    return Draft(**{**value, "articles": articles, "unsure": unsure})
