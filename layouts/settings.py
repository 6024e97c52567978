"""In this file every setting of a layout is named, with what may stand in it.

A layout is checked by this table, and the page on which an office edits its layouts is made of it:
a setting added here is read, checked and offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from layouts.fonts import FACES

Kind = Literal["text", "pattern", "color", "whole", "number", "flag", "choice", "list"]
NEEDED = object()
"""A setting that has to be said, by the layout or one it is based on."""
ALIGNS = ("left", "center", "right", "justify")
NUMBER_PLACES = ("number", "total", "year")
"""What a number pattern may hold in braces; the number it must."""
FRONT_PARTS = ("addressee", "correction", "contents", "editor_note")
"""What stands between the red rule and the articles; each is printed where an issue has it."""
RECIPIENTS = ("to_superior", "to_peer", "to_subordinate", "extra")
NAMES = ("signer", "checker", "editor", "phone")


@dataclass(frozen=True)
class Setting:
    """One setting: where it stands, of what kind it is, and its bounds."""

    path: str
    """As colors.masthead."""
    kind: Kind
    unsaid: object = NEEDED
    """What holds where a layout is silent and based on no other."""
    least: float = 0
    most: float = 0
    """Bounds of a number, both allowed."""
    unit: str = ""
    longest: int = 0
    """Characters of a text; 0 of one that is a choice."""
    may_be_empty: bool = False
    choices: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """What a text may hold in braces; the first it must."""
    all_of_them: bool = False
    """Whether a list holds every choice, so that only the order is free."""

    @property
    def table(self) -> str:
        """The table it stands in: colors, style.body; none for what stands at the top."""
        return self.path.rpartition(".")[0]

    @property
    def key(self) -> str:
        """Its name in that table."""
        return self.path.rpartition(".")[2]


WORDS: Mapping[str, tuple[object, int]] = {
    "contents": (NEEDED, 12), "editor_note": (NEEDED, 12), "correction": (NEEDED, 12),
    "to_superior": (NEEDED, 12), "to_peer": (NEEDED, 12), "to_subordinate": (NEEDED, 12),
    "extra": (NEEDED, 12), "signer": (NEEDED, 12), "checker": (NEEDED, 12),
    "editor": (NEEDED, 12), "phone": (NEEDED, 12), "print_run": (NEEDED, 20),
    "addressee": ("报送：", 12), "instructed": ("批示：", 12),
}  # fmt: skip
"""The words a page prints of itself: what holds unsaid, and their greatest length."""
COLORS: Mapping[str, object] = {
    "masthead": NEEDED, "rule": NEEDED, "text": NEEDED, "urgency": "#000000"
}  # fmt: skip
STYLES: Mapping[str, float] = {
    "handling": 28, "serial_name": 120, "number_line": 28, "office_line": 28,
    "contents_title": 36, "contents_entry": 28, "editor_note": 28, "section_title": 36,
    "article_title": 36, "body": 28, "heading1": 28, "heading2": 28, "heading3": 28,
    "heading4": 28, "source_line": 28, "table": 18, "caption": 22, "imprint": 22,
    "page_number": 22, "addressee": 28, "instruction": 28, "note": 12,
}  # fmt: skip
"""The styles, each with its greatest size in points: a line of the page is 28.99 pt high, of the
imprint 22."""
SMALLEST = 5
STYLES_UNSAID: Mapping[str, Mapping[str, Any]] = {
    "addressee": {"face": "fang", "size": 16},
    "instruction": {"face": "kai", "size": 16, "after": 1},
    "note": {"face": "fang", "size": 10.5},
}


def _style(name: str, largest: float) -> Iterator[Setting]:
    """The settings of one style; sizes in points, free room in lines and characters."""
    place = f"style.{name}"
    yield Setting(f"{place}.face", "choice", choices=tuple(FACES))
    yield Setting(f"{place}.size", "number", least=SMALLEST, most=largest, unit="磅")
    yield Setting(f"{place}.bold", "flag", unsaid=False)
    yield Setting(f"{place}.align", "choice", unsaid="", choices=("", *ALIGNS))
    yield Setting(f"{place}.least", "number", unsaid=0, most=largest, unit="磅")
    yield Setting(f"{place}.before", "number", unsaid=0, most=10, unit="行")
    yield Setting(f"{place}.after", "number", unsaid=0, most=10, unit="行")
    yield Setting(f"{place}.indent", "number", unsaid=0, most=10, unit="字")


def _all() -> Iterator[Setting]:
    yield Setting("title", "text", longest=30)
    for pattern in ("number_pattern", "supplement_pattern"):
        yield Setting(pattern, "pattern", longest=80, places=NUMBER_PLACES)
    yield Setting("parts", "list", unsaid=list(FRONT_PARTS), choices=FRONT_PARTS, all_of_them=True)
    for name, (unsaid, longest) in WORDS.items():
        if name == "print_run":
            yield Setting(f"words.{name}", "pattern", unsaid, longest=longest, places=("n",))
        else:
            yield Setting(f"words.{name}", "text", unsaid, longest=longest, may_be_empty=True)
    for name, unsaid in COLORS.items():
        yield Setting(f"colors.{name}", "color", unsaid)
    yield Setting("masthead.addressed", "flag", unsaid=False)
    yield Setting("masthead.copy_digits", "whole", unsaid=6, least=1, most=8, unit="位")
    yield Setting("contents.shown", "flag", unsaid=True)
    yield Setting("contents.from_articles", "whole", most=1000, unit="篇")
    yield Setting("contents.marker", "text", longest=2, may_be_empty=True)
    yield Setting("articles.numbered", "flag")
    yield Setting("articles.section_titles", "flag")
    yield Setting("articles.most", "whole", unsaid=0, most=1000, unit="篇")
    yield Setting("articles.wide_tables_lie", "flag", unsaid=False)
    yield Setting("imprint.recipients", "list", unsaid=list(RECIPIENTS), choices=RECIPIENTS)
    yield Setting("imprint.names", "list", unsaid=list(NAMES), choices=NAMES)
    yield Setting("imprint.print_run", "flag", unsaid=True)
    yield Setting("pages.even", "flag", unsaid=False)
    for name, largest in STYLES.items():
        yield from _style(name, largest)


SETTINGS: Mapping[str, Setting] = {one.path: one for one in _all()}
"""Every setting by its path, in the order in which an office reads them."""
TABLES: frozenset[str] = frozenset(filter(None, (one.table for one in SETTINGS.values())))
"""Every table, those inside a table too."""


def said(data: Mapping[str, Any], path: str) -> Any:
    """What stands at a path of a layout's data; none where nothing does."""
    found: Any = data
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def say(data: dict[str, Any], path: str, value: object) -> None:
    """Put a value to its path in a layout's data."""
    *tables, key = path.split(".")
    for table in tables:
        data = data.setdefault(table, {})
    data[key] = value


def unsaid() -> dict[str, Any]:
    """What holds where a layout, perhaps written before there was such a setting, is silent."""
    data: dict[str, Any] = {"style": {key: dict(one) for key, one in STYLES_UNSAID.items()}}
    for setting in SETTINGS.values():
        if setting.unsaid is not NEEDED and not setting.table.startswith("style."):
            say(data, setting.path, setting.unsaid)
    return data
