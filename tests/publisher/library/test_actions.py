"""In this file a remark moves along its table of states, and no other way."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest

from publisher.errors import StepRefused
from publisher.library.model import Annotation, AnnotationState
from tests import factories


class TestStates:
    @pytest.mark.parametrize(("here", "there"), list(product(AnnotationState, AnnotationState)))
    def test_every_step_of_the_table_is_taken_and_no_other(
        self, here: AnnotationState, there: AnnotationState, at: datetime
    ) -> None:
        remark = Annotation(
            issue=None,  # type: ignore[arg-type]
            person=None,  # type: ignore[arg-type]
            block="item-1-p1",
            start=0,
            quote="一段",
            body="很好",
            at=at,
        )
        remark.state = here
        if there in Annotation.NEXT[here]:
            remark.move_to(there, act="try", by=factories.SYSTEM, at=at)
            assert remark.state == there
        else:
            with pytest.raises(StepRefused, match=f"现在是“{here.source_word}”"):
                remark.move_to(there, act="try", by=factories.SYSTEM, at=at)
            assert remark.state == here

    def test_the_table_names_every_state(self) -> None:
        assert set(Annotation.NEXT) == set(AnnotationState)
