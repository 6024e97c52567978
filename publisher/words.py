"""In this file we give every state and kind its word, in the language of whoever looks."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from flask_babel import gettext


def N_(text: str) -> str:  # noqa: N802 - the name every translation tool looks for
    """Mark `text` for translation without translating it now."""
    return text


class Worded(StrEnum):
    """An enumeration whose members carry the Chinese word an office uses for them.

    Members are written `NAME = "value", N_("词")`; the value is what the database keeps.
    """

    source_word: str

    def __new__(cls, value: str, word: str = "") -> Self:
        """Make a member out of its value and its word; the word is left out in look-ups only."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.source_word = word
        return member

    @property
    def word(self) -> str:
        """The member's word in the reader's language."""
        return str(gettext(self.source_word))
