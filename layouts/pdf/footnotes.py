"""In this file the pages keep one rule above their footnotes: that of the first on each page.

CSS has no name for the first footnote of a page, so that each brings its rule along; what is not
the first loses it when the pages are laid out and nothing moves any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

NOTE = "note"


def keep_first_rules(pages: list[Any]) -> None:
    """Take the rules above all footnotes but the first of each page out of laid-out pages."""
    for page in pages:
        areas = (
            child
            for child in page._page_box.children  # noqa: SLF001 - there is no other way to boxes
            if isinstance(child, boxes.FootnoteAreaBox)
        )
        notes = [note for area in areas for note in _notes(area)]
        for note in notes[1:]:
            _take_rule(note)


def _notes(box: Any) -> Iterator[Any]:
    for child in box.children:
        element = getattr(child, "element", None)
        if element is not None and element.get("class") == NOTE:
            yield child
        elif isinstance(child, boxes.ParentBox):
            yield from _notes(child)


def _take_rule(box: Any) -> None:
    box.children = [one for one in box.children if not isinstance(one, AbsolutePlaceholder)]
    for child in box.children:
        if isinstance(child, boxes.ParentBox):
            _take_rule(child)
