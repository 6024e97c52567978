"""In this file we hold the press to what it may not do twice, and to the same lines as before."""

from __future__ import annotations

import gc
import sys
from typing import Any

import pytest

import layouts
import layouts.docx
from layouts.fonts import found_face
from layouts.pdf import lines, speed
from tests.layouts import samples

word = sys.modules["layouts.docx.press"]
"""The package gives the name of this module to its function."""
TEXT = (
    "今年以来，清溪县聚焦群众办事“多头跑、来回跑”问题，整合窗口42个，群众办事平均跑动次数由2.3次降至"
    "0.8次，满意率达99.2%。截至10月底，累计受理业务3.6万件；高频事项就近办结率达87%（同比提高12个百分点）。"
)


class TestEnough:
    def test_a_short_text_is_taken_whole(self) -> None:
        assert lines._enough(TEXT[:40], 28) == TEXT[:40]

    def test_of_a_long_one_more_is_taken_than_a_line_can_hold(self) -> None:
        taken = lines._enough(TEXT * 20, 28)
        assert 28 / lines.LEAST_WIDE < len(taken) < 4 * 45
        assert taken != TEXT * 20
        assert (TEXT * 20).startswith(taken)

    def test_it_ends_between_two_ideographs(self) -> None:
        for width in range(10, 40):
            taken = lines._enough(TEXT * 20, width)
            following = (TEXT * 20)[len(taken)]
            assert lines._is_wide(taken[-1])
            assert lines._is_wide(following)

    def test_where_no_ideographs_meet_the_whole_is_taken(self) -> None:
        assert lines._enough("word " * 200, 28) == "word " * 200


class TestMayHang:
    @pytest.mark.parametrize(
        ("behind", "room", "may"),
        [
            ("，以后", 1.0, True),
            ("的，以后", 1.0, False),
            ("2.3，以后", 1.4, True),
            ("没有标点", 9.0, False),
        ],
    )
    def test_a_mark_hangs_only_where_it_could_reach(
        self, behind: str, room: float, may: bool
    ) -> None:
        assert lines._may_hang(behind, room) is may


@pytest.mark.skipif(not found_face("fang").used, reason="no face for 仿宋 on this machine")
class TestSameLines:
    def test_what_is_left_out_changes_no_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        body = "\n\n".join(TEXT[start:] + TEXT * 2 + TEXT[:start] for start in range(0, 60, 7))
        quick = broken_lines(body)
        monkeypatch.setattr(lines, "_enough", lambda words, _width: words)
        monkeypatch.setattr(lines, "_may_hang", lambda _behind, _room: True)
        assert len(quick) > 60
        assert broken_lines(body) == quick


def broken_lines(body: str) -> list[tuple[str, float]]:
    """The lines of a text in this process, each with its width."""
    import weasyprint  # noqa: PLC0415 - set up below, as the child does
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415

    lines.set_chinese_lines()
    css = (
        "@page { size: 210mm 297mm; margin: 37mm 26mm 35mm 28mm } p { margin: 0; text-indent: 2em;"
        "font: 16pt/28.99pt FandolFang; letter-spacing: -0.21pt; text-align: justify }"
    )
    html = "".join(f"<p lang=zh-CN>{part}</p>" for part in body.split("\n\n"))
    document = weasyprint.HTML(string=html).render(stylesheets=[weasyprint.CSS(string=css)])
    found: list[tuple[str, float]] = []

    def look(box: Any) -> None:
        for child in box.children:
            if isinstance(child, boxes.TextBox):
                found.append((child.text, round(child.width, 3)))
            elif hasattr(child, "children"):
                look(child)

    for page in document.pages:
        look(page._page_box)
    return found


class TestOnce:
    def test_a_style_sheet_is_read_once(self) -> None:
        speed.parsed.cache_clear()
        first = speed.parsed("p { color: red }", None, None)
        assert speed.parsed("p { color: red }", None, None) is first
        assert speed.parsed("p { color: blue }", None, None) is not first

    def test_garbage_is_not_looked_for_while_pages_are_set(self) -> None:
        with speed.garbage_stays():
            assert not gc.isenabled()
        assert gc.isenabled()

    def test_the_styles_of_a_layout_are_made_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = []
        add = word.add_styles
        monkeypatch.setattr(word, "_EMPTY", {})
        monkeypatch.setattr(
            word, "add_styles", lambda *words: made.append(words[1].name) or add(*words)
        )
        files = [
            layouts.typeset(samples.document(samples.source(layout=name)), "docx").content
            for name in ("regular", "digest", "regular", "digest")
        ]
        assert made == ["regular", "digest"]
        assert files[0] == files[2]
        assert files[1] == files[3]
        assert files[0] != files[1]
