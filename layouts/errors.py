"""In this file we name what can go wrong in typesetting."""

from __future__ import annotations


class LayoutError(Exception):
    """Base of every typesetting error; its text may be shown to a person."""


class SourceInvalid(LayoutError):
    """The JSON form of an issue is wrong; `field` names where, as sections[0].articles[2].title."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}：{reason}")
        self.field = field
        self.reason = reason


class LayoutInvalid(LayoutError):
    """A layout's data are wrong; `field` names where in its layout.toml."""

    def __init__(self, layout: str, field: str, reason: str) -> None:
        super().__init__(f"版式“{layout}”的 {field}：{reason}")
        self.layout = layout
        self.field = field
        self.reason = reason


class TypesettingFailed(LayoutError):
    """The press gave up: out of time, out of memory, or it broke down."""
