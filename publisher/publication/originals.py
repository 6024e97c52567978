"""In this file an old issue's original is found, so that it is kept and shown instead of a new set.

Who takes old issues in is a later room; it registers here where an issue's original lies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from publisher.config import Settings


@dataclass(frozen=True)
class Original:
    """The file an old issue came in as."""

    form: str
    """pdf, docx, doc, txt, png, jpg or tif."""
    content: bytes
    pdf: bytes | None
    """Its pages: the original itself, or Word's file set by an office program; none without one."""
    pages: int

    @property
    def name(self) -> str:
        """What it is called in the archive."""
        return f"original.{self.form}"


Finder = Callable[[int, Settings], Original | None]
_finders: list[Finder] = []


def knows_originals(finder: Finder) -> Finder:
    """Register who knows the originals of issues, by the issue's number in the records."""
    _finders.append(finder)
    return finder


def original_of(issue_id: int, office: Settings) -> Original | None:
    """The original an issue came in as, none for one that this office set itself."""
    return next((one for find in _finders if (one := find(issue_id, office)) is not None), None)
