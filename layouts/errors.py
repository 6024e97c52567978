"""In this file we name what can go wrong in typesetting."""

from __future__ import annotations

from collections.abc import Sequence


class LayoutError(Exception):
    """Base of every typesetting error; its text may be shown to a person."""


class SourceInvalid(LayoutError):
    """The JSON form of an issue is wrong; `field` names where, as sections[0].articles[2].title."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}：{reason}")
        self.field = field
        self.reason = reason


class LayoutInvalid(LayoutError):
    """A layout's data are wrong; `faults` names each field of its layout.toml and why.

    `field` and `reason` are those of the first.
    """

    def __init__(
        self, layout: str, field: str, reason: str, more: Sequence[tuple[str, str]] = ()
    ) -> None:
        others = f"（另有{len(more)}处有误）" if more else ""
        super().__init__(f"版式“{layout}”的 {field}：{reason}{others}")
        self.layout = layout
        self.field = field
        self.reason = reason
        self.faults: tuple[tuple[str, str], ...] = ((field, reason), *more)

    @classmethod
    def of(cls, layout: str, faults: Sequence[tuple[str, str]]) -> LayoutInvalid:
        """The error for all that is wrong with a layout; there is at least one fault."""
        (field, reason), *more = faults
        return cls(layout, field, reason, more)


class TypesettingFailed(LayoutError):
    """The press gave up: out of time, out of memory, or it broke down."""
