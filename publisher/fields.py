"""In this file are the fields that offer a choice, given as pairs of value and word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

Pairs = Iterable[tuple[Any, Any]] | Callable[[], Iterable[tuple[Any, Any]]]


_choices_of_the_library: property = vars(wtforms.SelectField)["choices"]


class _OfferedInPairs:
    """Takes choices as pairs, which is how a room writes them."""

    def __init__(self, *args: Any, choices: Pairs | None = None, **options: Any) -> None:
        options["choices"] = _as_choices(choices)
        super().__init__(*args, **options)

    @property
    def choices(self) -> Any:
        """What is offered, as the library wants it."""
        return _choices_of_the_library.__get__(self)

    @choices.setter
    def choices(self, pairs: Pairs | None) -> None:
        _choices_of_the_library.__set__(self, _as_choices(pairs))


def _as_choices(pairs: Pairs | None) -> Any:
    if pairs is None:
        return None
    if callable(pairs):
        return lambda: [_choice(pair) for pair in pairs()]
    return [_choice(pair) for pair in pairs]


def _choice(pair: Any) -> SelectChoice:
    return pair if isinstance(pair, SelectChoice) else SelectChoice(value=pair[0], label=pair[1])


class SelectField(_OfferedInPairs, wtforms.SelectField):
    """One of several, from a list."""


class SelectMultipleField(_OfferedInPairs, wtforms.SelectMultipleField):
    """Some of several, from a list."""


class CheckboxesField(SelectMultipleField):
    """Some of several, all in sight."""

    widget = wtforms.widgets.ListWidget(prefix_label=False)
    option_widget = wtforms.widgets.CheckboxInput()


class RadioField(_OfferedInPairs, wtforms.RadioField):
    """One of several, all in sight."""
