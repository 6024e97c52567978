"""In this file the imprint comes to stand at the foot of the last page."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from docx.enum.section import WD_SECTION

from layouts import grid
from layouts.document import Imprint, Run
from layouts.docx import oxml
from layouts.html.press import IMPRINT_ALONE
from layouts.names import aligned, apart
from layouts.titles import width_of

if TYPE_CHECKING:
    from layouts.docx.press import Press

AREA: float = grid.AREA_WIDTH * grid.POINTS_PER_MM
"""The width of the type area, pt."""
LABEL = 2
"""Characters of a label in the imprint, as 报：, that the style leaves room for."""


def add_imprint(press: Press) -> None:
    """The last page's foot: paragraphs in one frame that stands on the type area's bottom."""
    imprint = press.document.imprint
    if imprint.is_empty:
        return
    if IMPRINT_ALONE in press.places:
        _even_page(press)
    lines = [press.add("imprint_top")]
    for number, (label, text) in enumerate(imprint.recipients):
        if number:
            lines.append(press.add("imprint_thin"))
        lines.append(press.add("imprint", f"{label}{text}"))
        if len(label) != LABEL:
            width = len(label)
            oxml.set_indent(
                lines[-1]._p.get_or_add_pPr(),  # noqa: SLF001
                leftChars=100 + 100 * width, hangingChars=100 * width,
                left=280 + 280 * width, hanging=280 * width,
            )  # fmt: skip
    if imprint.recipients:
        lines.append(press.add("imprint_thick"))
    if imprint.names:
        lines.append(_names(press, imprint))
    if imprint.print_run:
        lines.append(press.add("print_run", imprint.print_run))
    for line in lines:
        oxml.set_frame(
            line._p.get_or_add_pPr(),  # noqa: SLF001
            width=round(grid.AREA_WIDTH * oxml.TWIPS_PER_MM),
        )
    # A frame hangs on the paragraph behind it; a document may not end with one.
    press.add("document_end")


def _even_page(press: Press) -> None:
    """Go on with the next even page; neither it nor a blank one before it is numbered."""
    section = press.word.add_section(WD_SECTION.EVEN_PAGE)
    oxml.section_ends_before(press.word.paragraphs[-1])
    for footer in (section.footer, section.even_page_footer):
        footer.is_linked_to_previous = False


def _names(press: Press, imprint: Imprint) -> Any:
    """The names of the imprint, those of two characters as wide as those of three."""
    paragraph = press.add("imprint_names")
    is_aligned = aligned(name for _label, name in imprint.names)
    room = AREA / press.layout.styles["imprint"].size - 2
    taken = sum(width_of(label) + max(width_of(name), 3) for label, name in imprint.names)
    between = "  " if taken + len(imprint.names) < room else " "
    for number, (label, name) in enumerate(imprint.names):
        words = f"{between}{label}" if number else label
        runs = apart(name) if is_aligned else (Run(name),)
        press.runs(paragraph, (Run(words.replace("\n", " ")), *runs))
    return paragraph


def imprint_height(imprint: Imprint, size: float) -> float:
    """How much of the foot of a page the imprint takes, set in `size` points, pt."""
    if imprint.is_empty:
        return 0
    room = AREA / size - 2
    lines = sum(ceil(width_of(b) / (room - width_of(a))) for a, b in imprint.recipients)
    names = "  ".join(f"{label}{name}" for label, name in imprint.names)
    lines += ceil(width_of(names) / room) + bool(imprint.print_run)
    between = 4 * len(imprint.recipients) + 2 * bool(imprint.names)
    return grid.LINE_PITCH + lines * grid.IMPRINT_PITCH + between
