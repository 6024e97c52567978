"""In this file we name what is wrong with a document though it can be printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing a person should look at, and where."""

    code: str
    """Such as photo-missing."""
    place: str
    """The block, article or field it stands in."""
    sentence: str
