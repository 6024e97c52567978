"""In this file an official document becomes a Word file in the styles of the regular layout."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt, RGBColor

from layouts import grid
from layouts.document import Document, Imprint, Masthead
from layouts.docx import oxml
from layouts.docx.imprint import add_imprint
from layouts.docx.package import clean, same_bytes
from layouts.docx.press import Press
from layouts.fonts import FACES
from layouts.layout import read_layout
from layouts.official import Official
from layouts.pdf.official import ALONE, TITLE_CHARACTERS, is_behind_a_blank
from layouts.pdf.official import press_official as press_pdf
from layouts.titles import title_lines

MARK_TOP = 35.0
"""From the top of the type area to the upper edge of the mark (7.2.4), mm."""
NUMBER_TO_RULE = 4.84
"""From the foot of the number's line to the rule that is 4 mm below its characters, pt."""
CHARACTER = 316
"""Twips of a character of the page's grid."""


def press_official(document: Official, fonts_dir: Path | None = None) -> bytes:
    """Set an official document as DOCX; the same document gives the same bytes.

    Whether its 版记 takes a page of its own is known from the pages of the PDF.
    """
    pages = press_pdf(document, fonts_dir)
    made = _Official(document, imprint_alone=ALONE in pages.places)
    made.behind_a_blank = is_behind_a_blank(pages)
    return made.file()


class _Official(Press):
    """The Word file of one official document."""

    def __init__(self, official: Official, *, imprint_alone: bool) -> None:
        self.official, self.imprint_alone = official, imprint_alone
        self.behind_a_blank = False
        copies = (("抄送：", official.copies),) if official.copies else ()
        printed = (("", f"{official.printer}\t{official.printed_on}印发"),)
        lines = (*copies, *(printed if official.printer else ()))
        super().__init__(
            Document(
                layout="regular",
                title=f"{official.title} {official.number}".strip(),
                masthead=Masthead(
                    serial=official.mark, number_line=official.number,
                    office=official.agency, date=official.date,
                ),
                sections=(),
                imprint=Imprint(recipients=lines, names=()),
            ),
            read_layout("regular"),
            {},
            {},
        )  # fmt: skip

    def file(self) -> bytes:
        """The whole file."""
        self._prepare()
        self._head()
        title = self.add("article_title")
        title.add_run(clean("\n".join(title_lines(self.official.title, TITLE_CHARACTERS))))
        title.paragraph_format.space_before = Pt(2 * grid.LINE_PITCH)
        title.paragraph_format.space_after = Pt(grid.LINE_PITCH)
        if self.official.to:
            self._flush(self.add("body", f"{self.official.to}："))
        for block in self.official.blocks:
            self._block(block)
        self._attachments()
        self._signature()
        if self.imprint_alone:
            self._own_page()
        if self.official.has_imprint:
            add_imprint(self)
        if self.official.printer:
            self._printed_line()
        self._footnotes()
        oxml.in_schema_order(self.word.element.body)
        stream = io.BytesIO()
        self.word.save(stream)
        return same_bytes(stream.getvalue())

    def _head(self) -> None:
        document = self.official
        for text in document.marks:
            self._face(self._flush(self.add("body", text)), "hei")
        mark = self.add("serial_name", document.mark)
        size = document.mark_size
        above = MARK_TOP * grid.POINTS_PER_MM - len(document.marks) * grid.LINE_PITCH
        mark.paragraph_format.space_before = Pt(above - 0.16 * size)
        mark.paragraph_format.line_spacing = Pt(1.2 * size)
        for run in mark.runs:
            run.font.size = Pt(size)
            oxml.set_letter_spacing(run._r.get_or_add_rPr(), twentieths=0)  # noqa: SLF001
        number = self._flush(self.add("body"))
        number.paragraph_format.space_before = Pt(2 * grid.LINE_PITCH - 0.04 * size)
        if document.signer:
            number.paragraph_format.tab_stops.add_tab_stop(
                Mm(grid.AREA_WIDTH) - Pt(16), WD_TAB_ALIGNMENT.RIGHT
            )
            self._indent(number, leftChars=100, left=CHARACTER)
            self.words(number, f"{document.number}\t签发人：")
            name = self.words(number, document.signer)
            oxml.set_east_asia(name._r.get_or_add_rPr(), FACES["kai"].docx)  # noqa: SLF001
        else:
            number.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self.words(number, document.number)
        rule = self.add("red_rule")
        rule.paragraph_format.line_spacing = Pt(NUMBER_TO_RULE)

    def _attachments(self) -> None:
        names = self.official.attachments
        for place, name in enumerate(names, 1):
            text = f"{'附件：' if place == 1 else ''}{f'{place}.' if len(names) > 1 else ''}{name}"
            line = self.add("body", text)
            line.alignment = WD_ALIGN_PARAGRAPH.LEFT
            # The name's further lines begin under its first character (7.3.4).
            hanging = 350 if len(names) > 1 else 300
            first = hanging if place == 1 else hanging - 300
            self._indent(
                line, firstLineChars=0, leftChars=200 + hanging, hangingChars=first,
                left=(200 + hanging) * CHARACTER // 100, hanging=first * CHARACTER // 100,
            )  # fmt: skip
            if place == 1:
                line.paragraph_format.space_before = Pt(grid.LINE_PITCH)

    def _signature(self) -> None:
        document = self.official
        for text, free, lines in zip(
            (document.agency, document.date), document.free_right, (3, 0), strict=True
        ):
            line = self.add("body", text)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.space_before = Pt(lines * grid.LINE_PITCH)
            line.paragraph_format.keep_with_next = lines > 0
            self._indent(
                line, firstLineChars=0, firstLine=0, rightChars=round(free * 100),
                right=round(free * CHARACTER),
            )  # fmt: skip
        if document.note:
            self.add("body", f"（{document.note}）")

    def _own_page(self) -> None:
        """An even page for the 版记 alone; behind a blank one it has no number (7.4.1, 7.5)."""
        section = self.word.add_section(WD_SECTION.EVEN_PAGE)
        self.styled(self.word.paragraphs[-1], "document_end")
        for footer in (section.footer, section.even_page_footer) if self.behind_a_blank else ():
            footer.is_linked_to_previous = False

    def _printed_line(self) -> None:
        """印发机关 at the left and 印发日期 at the right of one line."""
        line = next(one for one in self.word.paragraphs if one.text.endswith("印发"))
        self._indent(
            line, leftChars=100, left=280, hangingChars=0, hanging=0, rightChars=100, right=280
        )
        line.paragraph_format.tab_stops.add_tab_stop(
            Mm(grid.AREA_WIDTH) - Pt(14), WD_TAB_ALIGNMENT.RIGHT
        )

    def _flush(self, paragraph: Any) -> Any:
        self._indent(paragraph, firstLineChars=0, firstLine=0)
        return paragraph

    @staticmethod
    def _indent(paragraph: Any, **values: int) -> None:
        oxml.set_indent(paragraph._p.get_or_add_pPr(), **values)  # noqa: SLF001

    @staticmethod
    def _face(paragraph: Any, face: str) -> None:
        for run in paragraph.runs:
            oxml.set_east_asia(run._r.get_or_add_rPr(), FACES[face].docx)  # noqa: SLF001
            run.font.color.rgb = RGBColor(0, 0, 0)
