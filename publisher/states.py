"""In this file we let a thing move along its room's table of states, and tell history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext as _

from publisher import history
from publisher.errors import StepRefused
from publisher.words import Worded


class Stateful:
    """A thing with a state and a table of permitted steps (`NEXT`)."""

    NEXT: ClassVar[Mapping[Any, frozenset[Any]]]
    if TYPE_CHECKING:
        state: Any

    def may_move_to(self, state: Worded) -> bool:
        """Whether the table lets the thing go there from where it is."""
        return state in self.NEXT.get(self._here, frozenset())

    def move_to(
        self, state: Worded, *, act: str, by: history.Actor, at: datetime, **detail: Any
    ) -> None:
        """Go to `state` and tell history of `act`.

        Raises `StepRefused` where no step of the table leads there.
        """
        here = self._here
        if not self.may_move_to(state):
            raise StepRefused(
                _("现在是“%(here)s”，不能改为“%(there)s”。", here=here.word, there=state.word)
            )
        self.state = state
        history.record(
            self, act, by=by, at=at, from_state=here.value, to_state=state.value, **detail
        )

    @property
    def _here(self) -> Worded:
        here: Worded = self.state
        return here
