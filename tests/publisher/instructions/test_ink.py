"""In this file handwriting is read from what anybody may send, and drawn."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from publisher.errors import InputRefused
from publisher.instructions import ink

STROKE = [[100, 100, 0.5], [300, 140, 0.9], [320, 300, 0.2]]


def sent(*strokes: object, page: object = 1, height: object = 1414) -> str:
    return json.dumps({"pages": [{"page": page, "height": height, "strokes": list(strokes)}]})


class TestReading:
    def test_nothing_written_is_nothing(self) -> None:
        assert ink.read_pages("", pages=4) == []
        assert ink.read_pages(sent(), pages=4) == []

    def test_points_are_kept_within_the_page_and_pressure_within_its_bounds(self) -> None:
        (page,) = ink.read_pages(sent([[-5, 2000, 7], [1000.04, 0.26, -1]]), pages=4)
        assert page.strokes == [[[0, 1414, 1], [1000, 0.3, 0]]]

    @pytest.mark.parametrize(
        "given",
        [
            "{", "[]", "null", '{"pages": 3}', sent(STROKE, page=5), sent(STROKE, page=-1),
            sent(STROKE, page=True), sent(STROKE, page="1"), sent(STROKE, height=99),
            sent(STROKE, height=1e9), sent("x"), sent([["1", 2, 3]]), sent([[1, 2]]),
            sent([[1, 2, None]]), sent([[True, 2, 3]]), '{"pages": [{"page": 1}]}',
            '{"pages": [{"page": 1, "height": 1414, "strokes": [[[NaN, 1, 1]]]}]}',
            '{"pages": [{"page": 1, "height": 1414, "strokes": [[[1e999, 1, 1]]]}]}',
            json.dumps({"pages": [json.loads(sent(STROKE))["pages"][0]] * 2}),
            "[" * 100_000,
        ],
    )  # fmt: skip
    def test_what_is_no_hand_is_refused_in_a_sentence(self, given: str) -> None:
        with pytest.raises(InputRefused, match="请重写"):
            ink.read_pages(given, pages=4)

    def test_too_much_is_refused(self) -> None:
        long = [[n % 1000, n % 1400, 0.5] for n in range(ink.MOST_POINTS + 1)]
        for much in (sent(long), sent(*[STROKE] * (ink.MOST_STROKES + 1)), "x" * 2_000_001):
            with pytest.raises(InputRefused, match="请分次写"):
                ink.read_pages(much, pages=4)

    def test_the_same_hand_has_the_same_digest(self) -> None:
        one, other = (ink.read_pages(sent(STROKE), pages=4)[0] for _turn in range(2))
        assert one.digest == other.digest
        assert ink.read_pages(sent(STROKE, page=2), pages=4)[0].digest != one.digest


class TestDrawing:
    def test_the_drawing_is_well_formed_and_made_of_numbers_alone(self) -> None:
        drawn = ET.fromstring(ink.svg([STROKE, [[5, 5, 0]]], 1414))  # noqa: S314 - our own
        assert drawn.get("viewBox") == "0 0 1000 1414"
        for path in drawn:
            assert set(path.get("d", "")) <= set("MLZa0123456789.- ")

    def test_a_picture_for_paper_is_cut_to_what_was_written(self) -> None:
        picture = Image.open(io.BytesIO(ink.png([STROKE])))
        assert picture.width == round((220 + 2 * ink.THICK) * 2.4803)
        black = picture.histogram()[0]
        assert 0 < black < picture.width * picture.height / 2

    @given(
        st.lists(
            st.tuples(st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 1)), min_size=2,
            max_size=6,
        )
    )  # fmt: skip
    def test_every_piece_runs_the_same_way_round(
        self, points: list[tuple[float, float, float]]
    ) -> None:
        for one, other in pairwise(points):
            corners = ink._between(one, other)
            if not corners:
                continue
            ring = [*corners, corners[0]]
            area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
            assert area >= -1e-6
