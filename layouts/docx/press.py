"""In this file a document becomes a Word file with real styles, fields, headings and grid."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from PIL import Image, UnidentifiedImageError

from layouts import grid
from layouts.document import (
    Article,
    Block,
    Cell,
    Document,
    Heading,
    ListItem,
    Mark,
    Paragraph,
    Photo,
    Preformatted,
    Quote,
    Rule,
    Runs,
    Table,
)
from layouts.docx import oxml
from layouts.docx.styles import ALIGN, NAMES, add_styles, in_schema_order
from layouts.html.press import title_characters
from layouts.layout import Layout
from layouts.pdf.style import fitted_size
from layouts.titles import title_lines

LINE_PITCH = 579
"""w:docGrid for 22 lines, twips (domain.md 2.4). Characters are drawn closer by the styles: a grid
of characters is not kept alike by Word, WPS and LibreOffice."""
TWIPS_PER_MM = 1440 / 25.4
PHOTO_WIDTH, PHOTO_HEIGHT = 132.0, 100.0
MOST_COLUMNS = 63
"""Word takes no wider table."""


def press(
    document: Document,
    layout: Layout,
    photos: Mapping[str, bytes],
    places: Mapping[str, int] | None = None,
) -> bytes:
    """Set a document as DOCX; `places` are the true pages of its articles, for the contents.

    The same document gives the same bytes.
    """
    return _Press(document, layout, photos, places or {}).file()


class _Press:
    """One Word file in the making."""

    def __init__(
        self,
        document: Document,
        layout: Layout,
        photos: Mapping[str, bytes],
        places: Mapping[str, int],
    ) -> None:
        self.document, self.layout = document, layout
        self.photos, self.places = photos, places
        self.word = docx.Document()
        self.pictures = 0

    def file(self) -> bytes:
        """The whole file."""
        self._prepare()
        self._masthead()
        self._correction()
        self._contents()
        self._note()
        for section in self.document.sections:
            if section.title:
                self.add("section_title", section.title)
            for number, article in enumerate(section.articles):
                self._article(article, first=number == 0 and bool(section.title))
        self._imprint()
        for paragraph in list(self.word.element.body.iter(qn("w:pPr"))):
            in_schema_order(paragraph)
        stream = io.BytesIO()
        self.word.save(stream)
        return same_bytes(stream.getvalue())

    # -- the file ----------------------------------------------------------------------------

    def _prepare(self) -> None:
        word = self.word
        add_styles(word, self.layout)
        section = word.sections[0]
        section.page_width, section.page_height = Mm(grid.PAPER_WIDTH), Mm(grid.PAPER_HEIGHT)
        section.top_margin, section.bottom_margin = Mm(grid.TOP), Mm(grid.BOTTOM)
        section.left_margin, section.right_margin = Mm(grid.LEFT), Mm(grid.RIGHT)
        section.footer_distance = Mm(25)
        oxml.set_grid(section, line_pitch=LINE_PITCH)
        oxml.odd_and_even_footers(word.settings)
        oxml.punctuation_may_hang(word.settings)
        self._page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "rightChars")
        self._page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "leftChars")
        properties = word.core_properties
        day = datetime.fromisoformat(self.document.date or "2000-01-01").replace(tzinfo=UTC)
        properties.created = properties.modified = properties.last_printed = day
        properties.title = self.document.title
        properties.author = properties.last_modified_by = self.document.masthead.office
        properties.subject = self.document.masthead.number_line
        properties.keywords = self.document.masthead.serial
        properties.identifier = self.document.archive_number
        properties.language = self.document.language
        properties.comments, properties.revision = "", 1

    def _page_number(self, footer: Any, align: Any, side: str) -> None:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = self.word.styles[NAMES["page_number"][0]]
        paragraph.alignment = align
        oxml.set_indent(paragraph._p.get_or_add_pPr(), **{side: 100})  # noqa: SLF001
        paragraph.add_run("— ")
        oxml.add_field(paragraph.add_run(), "PAGE", "1")
        paragraph.add_run(" —")

    def add(self, style: str, text: str = "") -> Any:
        """A paragraph in one of the layout's styles."""
        return self.word.add_paragraph(clean(text), style=NAMES[style][0])

    # -- above the rule ----------------------------------------------------------------------

    def _masthead(self) -> None:
        masthead = self.document.masthead
        if masthead.handling or masthead.copy_number:
            line = self.add("handling", masthead.handling)
            if masthead.copy_number:
                self._right_tab(line)
                line.add_run(f"\t{clean(masthead.copy_number)}")
        if masthead.urgency:
            self.add("handling", masthead.urgency)
        name = self.add("serial_name")
        size, spacing = fitted_size(self.layout, masthead.serial)
        run = name.add_run(clean(masthead.serial))
        run.font.size = Pt(size)
        oxml.set_letter_spacing(
            run._r.get_or_add_rPr(),  # noqa: SLF001
            twentieths=round(spacing * 20),
        )
        name.paragraph_format.line_spacing = Pt(size * 1.25)
        name.paragraph_format.space_before = Pt(grid.LINE_PITCH * 0.5)
        number = self.add("number_line", masthead.number_line)
        number.paragraph_format.space_before = Pt(grid.LINE_PITCH * 0.5)
        line = self.add("office_line", masthead.office)
        line.paragraph_format.space_before = Pt(grid.LINE_PITCH * 0.5)
        oxml.set_indent(line._p.get_or_add_pPr(), leftChars=50, rightChars=50)  # noqa: SLF001
        self._right_tab(line, grid.AREA_WIDTH - 3)
        line.add_run(f"\t{clean(masthead.date)}")
        oxml.set_border(
            line._p.get_or_add_pPr(),  # noqa: SLF001
            "bottom",
            eighths=16,
            color=self.layout.colors["rule"].lstrip("#"),
            space=4,
        )
        line.paragraph_format.space_after = Pt(grid.LINE_PITCH)

    def _right_tab(self, paragraph: Any, millimetres: float = grid.AREA_WIDTH) -> None:
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(millimetres), WD_TAB_ALIGNMENT.RIGHT)

    def _correction(self) -> None:
        if self.document.correction:
            paragraph = self.add("editor_note")
            paragraph.add_run(self.layout.words["correction"]).bold = True
            paragraph.add_run(clean(self.document.correction))
            paragraph.paragraph_format.space_after = Pt(grid.LINE_PITCH)

    def _contents(self) -> None:
        """A TOC field over several paragraphs, its results filled in with the true pages."""
        articles = self.document.articles
        if len(articles) < self.layout.contents_from:
            return
        title = self.add("contents_title", self.layout.words["contents"])
        for number, article in enumerate(articles):
            entry = self.add("contents_entry")
            entry.paragraph_format.tab_stops.add_tab_stop(
                Mm(grid.AREA_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
            )
            oxml.set_indent(
                entry._p.get_or_add_pPr(),  # noqa: SLF001
                leftChars=160, hangingChars=160, left=512, hanging=512, rightChars=200,
            )  # fmt: skip
            if number == 0:
                oxml.field_part(entry.add_run(), "begin", r'TOC \h \z \t "稿件标题,1"')
                oxml.field_part(entry.add_run(), "separate")
            link = oxml.add_hyperlink(entry, f"_{article.id}")
            marker = (
                f"{article.number}." if article.number is not None else self.layout.contents_marker
            )
            page = self.places.get(article.id, "")
            text = (
                f"{marker} {article.full_title}\t（{page}）"
                if page
                else (f"{marker} {article.full_title}")
            )
            run = entry.add_run(clean(text.strip()))
            link.append(run._r)  # noqa: SLF001
            if number == len(articles) - 1:
                oxml.field_part(entry.add_run(), "end")
                entry.paragraph_format.space_after = Pt(grid.LINE_PITCH)
        title.paragraph_format.keep_with_next = True

    def _note(self) -> None:
        for number, block in enumerate(self.document.editor_note):
            before = self.layout.words["editor_note"] if number == 0 else ""
            paragraph = self._text_block(block, "editor_note", before)
            if paragraph is not None:
                oxml.set_indent(
                    paragraph._p.get_or_add_pPr(),  # noqa: SLF001
                    leftChars=200, rightChars=200,
                )  # fmt: skip
                if number == len(self.document.editor_note) - 1:
                    paragraph.paragraph_format.space_after = Pt(grid.LINE_PITCH)

    # -- articles ----------------------------------------------------------------------------

    def _article(self, article: Article, *, first: bool) -> None:
        title = self.add("article_title")
        lines = title_lines(article.full_title, title_characters(self.layout))
        number = "" if article.number is None else f"{article.number}."
        for place, line in enumerate(lines):
            run = title.add_run(clean(number + line if place == 0 else line))
            if place < len(lines) - 1:
                run.add_break()
        title.paragraph_format.space_before = Pt(grid.LINE_PITCH * (0.5 if first else 1))
        title.paragraph_format.space_after = Pt(grid.LINE_PITCH * 0.75)
        oxml.add_bookmark(title, f"_{article.id}"[:40], len(self.word.paragraphs))
        for one in article.instructions:
            date = f"（{one.date}）" if one.date else ""
            paragraph = self.add("source_line", f"{one.post}{one.leader}批示：“{one.text}”{date}")
            paragraph.alignment = ALIGN["justify"]
            oxml.set_indent(
                paragraph._p.get_or_add_pPr(),  # noqa: SLF001
                firstLineChars=200, leftChars=200, rightChars=200,
            )  # fmt: skip
        for block in article.blocks:
            self._block(block)
        if article.source_line:
            line = self.add("source_line", f"（{article.source_line}）")
            oxml.set_indent(line._p.get_or_add_pPr(), rightChars=100)  # noqa: SLF001

    def _block(self, block: Block) -> None:
        match block:
            case Table():
                self._table(block)
            case Photo():
                self._photo(block)
            case Rule(id=_):
                rule = self.add("body")
                oxml.set_border(
                    rule._p.get_or_add_pPr(),  # noqa: SLF001
                    "bottom", eighths=4, color="000000",
                )  # fmt: skip
            case Preformatted(text=text):
                for line in text.split("\n"):
                    self.add("table", line).alignment = ALIGN["left"]
            case _:
                self._text_block(block, "body")

    def _text_block(self, block: Block, style: str, before: str = "") -> Any:
        match block:
            case Heading(level=level, runs=runs):
                paragraph = self.add(f"heading{level}")
            case ListItem(level=level, marker=marker, runs=runs):
                paragraph = self.add(style)
                paragraph.add_run(f"{marker} ")
                if level:
                    oxml.set_indent(
                        paragraph._p.get_or_add_pPr(),  # noqa: SLF001
                        leftChars=200 * min(level, 4), firstLineChars=200,
                    )  # fmt: skip
            case Quote(runs=runs):
                paragraph = self.add(style)
                oxml.set_indent(
                    paragraph._p.get_or_add_pPr(),  # noqa: SLF001
                    leftChars=200, rightChars=200, firstLineChars=200,
                )  # fmt: skip
            case Paragraph(runs=runs):
                paragraph = self.add(style)
            case _:
                self._block(block)
                return None
        if before:
            paragraph.add_run(before).bold = True
        self._runs(paragraph, runs)
        return paragraph

    def _runs(self, paragraph: Any, runs: Runs) -> None:
        for run in runs:
            for place, piece in enumerate(run.text.split("\n")):
                made = paragraph.add_run(clean(piece))
                if place:
                    made._r.insert(  # noqa: SLF001
                        1 if made._r.rPr is not None else 0,  # noqa: SLF001
                        oxml.element("w:br"),
                    )
                made.bold = True if Mark.STRONG in run.marks else None
                made.italic = True if Mark.EMPHASIS in run.marks else None
                made.font.superscript = True if Mark.SUPERSCRIPT in run.marks else None
                made.font.subscript = True if Mark.SUBSCRIPT in run.marks else None
                made.font.strike = True if Mark.STRUCK in run.marks else None

    def _photo(self, photo: Photo) -> None:
        content = self.photos.get(photo.key)
        size = _printed_size(content) if content else None
        paragraph = self.add("caption")
        paragraph.paragraph_format.keep_with_next = bool(photo.caption)
        if content is None or size is None:
            paragraph.add_run(clean(f"〔照片：{photo.caption or photo.key}〕"))
            return
        paragraph.paragraph_format.line_spacing_rule = None
        paragraph.paragraph_format.line_spacing = 1.0
        run = paragraph.add_run()
        run.add_picture(io.BytesIO(content), width=Mm(size[0]), height=Mm(size[1]))
        self.pictures += 1
        oxml.describe_picture(run, self.pictures, photo.caption or "照片")
        if photo.caption:
            self.add("caption", photo.caption)

    def _table(self, table: Table) -> None:
        if table.caption:
            self.add("caption", table.caption).paragraph_format.keep_with_next = True
        columns = min(table.columns, MOST_COLUMNS)
        if not columns:
            return
        made = self.word.add_table(len(table.rows), columns)
        made.style = self.word.styles["Table Grid"]
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        for number, line in enumerate(table.grid()):
            row = made.rows[number]
            oxml.keep_row_whole(row)
            if number < table.head_rows:
                oxml.repeat_as_head(row)
            for cell, start, end in line:
                if start < columns:
                    self._cell(made, table, number, cell, start=start, end=min(end, columns))
        self.add("body").paragraph_format.line_spacing = Pt(grid.LINE_PITCH / 2)

    def _cell(
        self, made: Any, table: Table, number: int, cell: Cell, *, start: int, end: int
    ) -> None:
        last = min(number + cell.rowspan, len(table.rows)) - 1
        place = made.cell(number, start)
        if (last, end - 1) != (number, start):
            place = place.merge(made.cell(last, end - 1))
        paragraph = place.paragraphs[0]
        paragraph.style = self.word.styles[NAMES["table"][0]]
        if cell.align:
            paragraph.alignment = ALIGN[cell.align.value]
        self._runs(paragraph, cell.runs)

    # -- the foot ----------------------------------------------------------------------------

    def _imprint(self) -> None:
        """The last page's foot: paragraphs in one frame that stands on the type area's bottom."""
        imprint = self.document.imprint
        lines: list[Any] = []
        for label, text in imprint.recipients:
            paragraph = self.add("imprint", f"{label}{text}")
            oxml.set_indent(
                paragraph._p.get_or_add_pPr(),  # noqa: SLF001
                leftChars=300, hangingChars=200, rightChars=100, left=840, hanging=560,
            )  # fmt: skip
            oxml.set_border(
                paragraph._p.get_or_add_pPr(),  # noqa: SLF001
                "top", eighths=8 if not lines else 6, color="000000",
            )  # fmt: skip
            lines.append(paragraph)
        if lines:
            oxml.set_border(
                lines[-1]._p.get_or_add_pPr(),  # noqa: SLF001
                "bottom", eighths=8, color="000000",
            )  # fmt: skip
        if imprint.names:
            names = self.add("imprint", "　".join(f"{a}{b}" for a, b in imprint.names))
            oxml.set_indent(names._p.get_or_add_pPr(), leftChars=100)  # noqa: SLF001
            lines.append(names)
        if imprint.print_run:
            copies = self.add("imprint", imprint.print_run)
            copies.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            oxml.set_indent(copies._p.get_or_add_pPr(), rightChars=100)  # noqa: SLF001
            lines.append(copies)
        for paragraph in lines:
            oxml.set_frame(
                paragraph._p.get_or_add_pPr(),  # noqa: SLF001
                width=round(grid.AREA_WIDTH * TWIPS_PER_MM),
            )
        if lines:
            # A frame hangs on the paragraph behind it; a document may not end with one.
            anchor = self.add("imprint")
            anchor.paragraph_format.line_spacing = Pt(1)


def _printed_size(content: bytes) -> tuple[float, float] | None:
    """How large a photo is printed, in mm; none where it is no photo python-docx can take."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            if image.format not in {"JPEG", "PNG", "GIF", "BMP", "TIFF"} or not width * height:
                return None
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    scale = min(PHOTO_WIDTH / width, PHOTO_HEIGHT / height)
    return width * scale, height * scale


def clean(text: str) -> str:
    """Without what XML cannot carry."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )


def same_bytes(content: bytes) -> bytes:
    """The same package with fixed times and sorted parts, so that its digest is a promise."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        # [Content_Types].xml comes first by custom; "[" sorts before every letter.
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return stream.getvalue()
