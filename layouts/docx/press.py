"""In this file a document becomes a Word file with real styles, fields, headings and grid."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import docx
from docx.enum.section import WD_ORIENTATION, WD_SECTION
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from layouts import grid
from layouts.columns import Figure, figures_of
from layouts.document import (
    Align,
    Article,
    Block,
    Cell,
    Document,
    Heading,
    ListItem,
    Mark,
    Note,
    Paragraph,
    Photo,
    Preformatted,
    Quote,
    Rule,
    Runs,
    Table,
    note_mark,
)
from layouts.docx import footnotes, oxml
from layouts.docx.imprint import add_imprint, imprint_height
from layouts.docx.package import clean, same_bytes
from layouts.docx.photos import for_word
from layouts.docx.properties import add_properties
from layouts.docx.styles import (
    ALIGN,
    DEEPEST_LIST,
    EMPHASIS,
    MASTHEAD_LINES,
    NAME_LINES,
    NOTE_MARK,
    PAIR,
    STRONG,
    TABLE,
    TIGHT,
    add_styles,
    added_styles,
    fit_name,
)
from layouts.docx.tables import filled
from layouts.html.press import (
    IMPRINT,
    NUMBER_WIDTH,
    WIDE_TABLE,
    has_contents,
    title_characters,
)
from layouts.layout import Layout
from layouts.names import with_names
from layouts.pdf.style import fitted_size
from layouts.pdf.worker import EarlyLines
from layouts.photos import Pair, Size, in_pairs, sizes_of
from layouts.titles import title_lines

LINE_PITCH, CHAR_SPACE = 579, -848
"""w:docGrid for 22 lines of 28 characters (domain.md 2.4). It is what the page's dialogue in Word
shows; the styles keep the same measure themselves, because programs keep the grid differently."""
UNDIVIDED = 80
"""Characters of three lines, which no page divides: they take who contributed them along. Of a
longer paragraph LibreOffice would take the whole, where Word and the PDF take two lines."""
MOST_COLUMNS = 63
"""Word takes no wider table; what stands in the columns beyond is set in the last."""
LYING_FOOTER = 15.0
FOOTER_DISTANCE = 25.0
"""From the foot of the paper; the dash of the page's number is 7 mm below the type area."""
SPARED = 4.0
"""Of what a line of the PDF is spread, pt: so the line surely fits, and no figure more does."""
NO_LINES: EarlyLines = MappingProxyType({})
FIRST_NOTE = 100_000
"""The numbers of the bookmarks at footnotes stand behind those of the articles."""


def press(
    document: Document,
    layout: Layout,
    photos: Mapping[str, bytes],
    places: Mapping[str, int] | None = None,
    early: EarlyLines | None = None,
) -> bytes:
    """Set a document as DOCX; `places` are the true pages of its articles, for the contents.

    `early` are the lines of the PDF that end early; they are set as wide, so that they end there.

    The same document gives the same bytes.
    """
    return Press(document, layout, photos, places or {}, early or {}).file()


_EMPTY: dict[str, bytes] = {}
MOST_EMPTY = 32


def _empty(layout: Layout, language: str) -> bytes:
    """A Word file without words that has every style of a layout; made once for each."""
    key = f"{language} {layout!r}"
    if key not in _EMPTY:
        word = docx.Document()
        add_styles(word, layout, language)
        stream = io.BytesIO()
        word.save(stream)
        if len(_EMPTY) >= MOST_EMPTY:
            _EMPTY.clear()
        _EMPTY[key] = stream.getvalue()
    return _EMPTY[key]


class Press:
    """One Word file in the making."""

    def __init__(
        self,
        document: Document,
        layout: Layout,
        photos: Mapping[str, bytes],
        places: Mapping[str, int],
        early: EarlyLines = NO_LINES,
    ) -> None:
        self.document, self.layout = document, layout
        self.photos, self.places, self.early = photos, places, early
        self.sizes = sizes_of(photos)
        self.word = docx.Document(io.BytesIO(_empty(layout, document.language)))
        self.styles = added_styles(self.word)
        self.pictures = 0
        self.last: Any = None
        self.notes: dict[str, tuple[int, list[Any]]] = {}
        self.bookmarks = {
            article.id: f"_Toc{number:08d}" for number, article in enumerate(document.articles, 1)
        }

    def file(self) -> bytes:
        """The whole file."""
        self._prepare()
        self._masthead()
        front = {
            "addressee": self._addressee,
            "correction": self._correction,
            "contents": self._contents,
            "editor_note": self._note,
        }
        for part in self.layout.parts:
            front[part]()
        for section in self.document.sections:
            if section.title:
                self.add("section_title", section.title)
            for article in section.articles:
                self._article(article)
        add_imprint(self)
        self._footnotes()
        oxml.in_schema_order(self.word.element.body)
        stream = io.BytesIO()
        self.word.save(stream)
        return same_bytes(stream.getvalue())

    # -- the file ----------------------------------------------------------------------------

    def _prepare(self) -> None:
        word = self.word
        section = word.sections[0]
        section.page_width, section.page_height = Mm(grid.PAPER_WIDTH), Mm(grid.PAPER_HEIGHT)
        section.top_margin, section.bottom_margin = Mm(grid.TOP), Mm(grid.BOTTOM)
        section.left_margin, section.right_margin = Mm(grid.LEFT), Mm(grid.RIGHT)
        section.footer_distance = Mm(FOOTER_DISTANCE)
        oxml.set_grid(section, line_pitch=LINE_PITCH, char_space=CHAR_SPACE)
        word.settings.odd_and_even_pages_header_footer = True
        oxml.punctuation_is_whole(word.settings)
        oxml.set_language(word.settings, self.document.language)
        self._page_number(section.footer, "odd_page", "1")
        self._page_number(section.even_page_footer, "even_page", "2")
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
        properties.category = self.layout.title
        add_properties(
            word,
            {
                "档案号": clean(self.document.archive_number),
                "刊物": clean(self.document.masthead.serial),
                "期号": clean(self.document.masthead.number_line.strip()),
            },
        )

    def _page_number(self, footer: Any, style: str, number: str) -> None:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = self.styles[style]
        paragraph.add_run("— ")
        oxml.add_field(paragraph.add_run(), "PAGE", number)
        paragraph.add_run(" —")

    def add(self, style: str, text: str = "") -> Any:
        """A paragraph in one of the layout's styles; its text is one line of words."""
        self.last = self.styled(self.word.add_paragraph(), style, text)
        return self.last

    def styled(self, paragraph: Any, style: str, text: str = "") -> Any:
        """A paragraph put into one of the layout's styles, with a line of words."""
        paragraph._p.style = self.styles[style].style_id  # noqa: SLF001 - a look-up less
        if text:
            self.words(paragraph, text)
        return paragraph

    def words(self, paragraph: Any, text: str, style: str | None = None) -> Any:
        """A run of words on one line, as the other presses set them."""
        return paragraph.add_run(clean(text.replace("\n", " ")), style)

    # -- above the rule ----------------------------------------------------------------------

    def _masthead(self) -> None:
        masthead = self.document.masthead
        lines = 0
        if masthead.handling or masthead.copy_number:
            text = masthead.handling
            self.add(
                "handling", f"{text}\t{masthead.copy_number}" if masthead.copy_number else text
            )
            lines += 1
        if masthead.urgency:
            self.add("urgency", masthead.urgency)
            lines += 1
        size, spacing = fitted_size(self.layout, masthead.serial)
        free = MASTHEAD_LINES - NAME_LINES - 3 - lines
        fit_name(self.styles["serial_name"], size, spacing, before=grid.LINE_PITCH * free)
        self.add("serial_name", masthead.serial)
        self.add("number_line", masthead.number_line)
        self.add("office_line", f"{masthead.office}\t{masthead.date}")
        self.add("red_rule")

    def _addressee(self) -> None:
        label, text = self.document.masthead.addressee
        if text:
            self.add("addressee", f"{label}{text}")

    def _correction(self) -> None:
        if self.document.correction:
            paragraph = self.add("correction")
            self.words(paragraph, self.layout.words["correction"], STRONG)
            self.words(paragraph, self.document.correction)

    def _contents(self) -> None:
        """A TOC field over several paragraphs, its results filled in with the true pages."""
        articles = self.document.articles
        if not has_contents(self.document, self.layout):
            return
        self.add("contents_title", self.layout.words["contents"])
        for number, article in enumerate(articles):
            entry = self.add("contents_entry")
            if number == 0:
                oxml.field_part(entry.add_run(), "begin", r'TOC \h \z \o "2-2"')
                oxml.field_part(entry.add_run(), "separate")
            link = oxml.add_hyperlink(entry, self.bookmarks[article.id])
            marker = (
                f"{article.number}." if article.number is not None else self.layout.contents_marker
            )
            text = f"{marker}\t{article.full_title}" if marker else article.full_title
            page = self.places.get(article.id)
            run = self.words(entry, f"{text}\t（{page}）" if page else text)
            link.append(run._r)  # noqa: SLF001
            if number == len(articles) - 1:
                oxml.field_part(entry.add_run(), "end")

    def _note(self) -> None:
        if not self.document.editor_note:
            return
        first, *others = self.document.editor_note
        paragraph = self.add("editor_note")
        self.words(paragraph, self.layout.words["editor_note"], STRONG)
        if isinstance(first, Paragraph):
            self.runs(paragraph, first.runs)
        else:
            others = [first, *others]
        self._blocks(others, "editor_note_more")

    # -- articles ----------------------------------------------------------------------------

    def _article(self, article: Article) -> None:
        title = self.add("article_title")
        number, room = "", title_characters(self.layout)
        if article.number is not None:
            number, room = f"{article.number}. ", room - NUMBER_WIDTH
        title.add_run(clean(number + "\n".join(title_lines(article.full_title, room))))
        bookmark = self.bookmarks[article.id]
        oxml.add_bookmark(title, bookmark, int(bookmark[4:]))
        for one in article.instructions:
            self.add("instruction", one.printed(self.layout.words["instructed"]))
        self._blocks(article.blocks)
        if article.source_line:
            if len(self.last.text) <= UNDIVIDED:
                self.last.paragraph_format.keep_with_next = True
            self.add("source_line", f"（{article.source_line}）")

    def _blocks(self, blocks: Sequence[Block], style: str = "body") -> None:
        for block in in_pairs(blocks, self.sizes):
            if isinstance(block, Pair):
                self._pair(block)
            else:
                self._block(block, style)

    def _block(self, block: Block, style: str = "body") -> None:
        block = with_names(block)
        match block:
            case Table():
                if self.layout.wide_tables_lie and block.columns > WIDE_TABLE:
                    self._lying_table(block)
                else:
                    self._table(block)
            case Photo():
                self._photo(block)
            case Rule():
                self.add("rule")
            case Preformatted(text=text):
                self.add("preformatted").add_run(clean(text))
            case Heading(level=level, runs=runs):
                self.runs(self.add(f"heading{level}"), runs)
            case ListItem(level=level, marker=marker, runs=runs):
                paragraph = self.add(f"list{min(level, DEEPEST_LIST)}", f"{marker} ")
                self._running(paragraph, block.id, runs)
            case Quote(runs=runs):
                self._running(self.add("quote"), block.id, runs)
            case Paragraph(runs=runs):
                self._running(self.add(style), block.id, runs)

    def _running(self, paragraph: Any, name: str, runs: Runs) -> None:
        """The runs of running text; what ends a line early in the PDF is set wider in its run."""
        lines = list(self.early.get(name, ()))
        for run in runs:
            rest = run.text
            while lines and not run.note and lines[0][0] in rest:
                words, spread = lines.pop(0)
                before, _words, rest = rest.partition(words)
                self.runs(paragraph, (replace(run, text=before),) if before else ())
                self.runs(paragraph, (replace(run, text=words),))
                wider = int(max(spread - SPARED, 0) / len(words) * 20) + TIGHT
                oxml.widen(paragraph.runs[-1], twentieths=wider)
            self.runs(paragraph, (replace(run, text=rest),) if rest else ())

    def runs(self, paragraph: Any, runs: Runs) -> None:
        """Add runs of text to a paragraph, each with its marks."""
        for run in runs:
            if run.note:
                self._call(paragraph, run.note)
                continue
            # A newline in the text becomes a line break of Word.
            made = paragraph.add_run(clean(run.text))
            if Mark.STRONG in run.marks:
                made.style = STRONG
            elif Mark.EMPHASIS in run.marks:
                made.style = EMPHASIS
            # Each is set where it is so: taking one away would take the other along.
            if Mark.SUPERSCRIPT in run.marks:
                made.font.superscript = True
            if Mark.SUBSCRIPT in run.marks:
                made.font.subscript = True
            if Mark.STRUCK in run.marks:
                made.font.strike = True
            if Mark.APART in run.marks:
                size = paragraph.style.font.size
                oxml.set_letter_spacing(made._r.get_or_add_rPr(), twentieths=round(20 * size.pt))  # noqa: SLF001

    def _call(self, paragraph: Any, note: Note) -> None:
        """The mark of a footnote; one that was called before is referred to (NOTEREF)."""
        bookmark = f"_Note{note.number:05d}"
        if note.id in self.notes:
            field = rf"NOTEREF {bookmark} \f \h"
            footnotes.refer_again(paragraph, NOTE_MARK, field, note_mark(note.number))
            return
        made = paragraph.add_run("", NOTE_MARK)
        footnotes.reference(made, note.number)
        oxml.bookmark_run(made, bookmark, FIRST_NOTE + note.number)
        words = WordParagraph(oxml.element("w:p"), self.word._body)  # noqa: SLF001
        self.styled(words, "note")
        footnotes.begin(words)
        self.notes[note.id] = (note.number, [words._p])  # noqa: SLF001
        words.add_run(" ")
        self.runs(words, note.runs)

    def _footnotes(self) -> None:
        """The footnotes' own part of the file; those of the last page leave the imprint its room.

        Footnotes and frames at the foot of a page know nothing of each other in Word.
        """
        last = self.places.get(IMPRINT)
        shared = [one for name, one in self.notes.items() if last and self.places.get(name) == last]
        if shared:
            height = imprint_height(self.document.imprint, self.layout.styles["imprint"].size)
            room = self.styled(WordParagraph(oxml.element("w:p"), self.word._body), "note_rule")  # noqa: SLF001
            room.paragraph_format.line_spacing = Pt(height)
            shared[-1][1].append(room._p)  # noqa: SLF001
        if self.notes:
            rule = self.styles["note_rule"].style_id
            footnotes.add_part(self.word, list(self.notes.values()), rule=rule)

    def _photo(self, photo: Photo) -> None:
        content = for_word(self.photos.get(photo.key, b""))
        if content is None or photo.key not in self.sizes:
            self.add("photo_words", f"〔照片：{photo.caption or photo.key}〕")
            return
        paragraph = self.add("photo")
        paragraph.paragraph_format.keep_with_next = bool(photo.caption) or None
        self._picture(paragraph, photo, content, self.sizes[photo.key])
        if photo.caption:
            self.add("photo_caption", photo.caption)

    def _picture(self, paragraph: Any, photo: Photo, content: bytes, size: Size) -> None:
        run = paragraph.add_run()
        width, height = size
        run.add_picture(io.BytesIO(content), width=Mm(width), height=Mm(height))
        self.pictures += 1
        oxml.describe_picture(run, self.pictures, photo.caption or "照片")

    def _pair(self, pair: Pair) -> None:
        """Two photos with their captions in the two cells of a row, which no page breaks."""
        contents = [for_word(self.photos.get(photo.key, b"")) for photo in pair.photos]
        if None in contents:
            for photo in pair.photos:
                self._photo(photo)
            return
        width = round(grid.AREA_WIDTH * oxml.TWIPS_PER_MM)
        made = oxml.add_table(self.word, self.word.styles[PAIR], columns=2, width=width)
        row = oxml.add_row(made, is_head=False)
        for photo, content, size in zip(pair.photos, contents, pair.sizes, strict=True):
            cell = oxml.add_cell(row, width=width // 2, columns=1, align="top")
            paragraph = WordParagraph(cell.add_p(), self.word._body)  # noqa: SLF001
            self._picture(self.styled(paragraph, "photo"), photo, content or b"", size)
            paragraph.paragraph_format.keep_with_next = True
            # A cell ends with a paragraph, though a photo has no caption.
            caption = WordParagraph(cell.add_p(), self.word._body)  # noqa: SLF001
            self.styled(caption, "pair_caption", photo.caption)
        # Without it Word takes two tables for one.
        self.add("pair_end")

    # -- tables ------------------------------------------------------------------------------

    def _lying_table(self, table: Table) -> None:
        """A wide table on pages of its own that lie on their side, their head at the binding."""
        self._turn_page(lies=True)
        self._table(table, lies=True)
        self._turn_page(lies=False)

    def _turn_page(self, *, lies: bool) -> None:
        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        # The break hangs on a paragraph of its own, which is to take no room.
        self.styled(self.word.paragraphs[-1], "document_end")
        sides = (grid.PAPER_WIDTH, grid.PAPER_HEIGHT)
        edges = grid.LYING_MARGINS if lies else (grid.TOP, grid.RIGHT, grid.BOTTOM, grid.LEFT)
        wide, high = reversed(sides) if lies else sides
        section.orientation = WD_ORIENTATION.LANDSCAPE if lies else WD_ORIENTATION.PORTRAIT
        section.page_width, section.page_height = Mm(wide), Mm(high)
        section.top_margin, section.right_margin = Mm(edges[0]), Mm(edges[1])
        section.bottom_margin, section.left_margin = Mm(edges[2]), Mm(edges[3])
        section.footer_distance = Mm(LYING_FOOTER if lies else FOOTER_DISTANCE)

    def _table(self, table: Table, *, lies: bool = False) -> None:
        columns = min(table.columns, MOST_COLUMNS)
        if not columns:
            return
        self.add("table_gap").paragraph_format.keep_with_next = True
        if table.caption:
            self.add("table_caption", table.caption)
        area = grid.AREA_HEIGHT if lies else grid.AREA_WIDTH
        width = round(area * oxml.TWIPS_PER_MM)
        made = oxml.add_table(self.word, self.word.styles[TABLE], columns=columns, width=width)
        style = "wide_table" if table.columns > WIDE_TABLE and not lies else "table"
        figures = figures_of(table) if columns == table.columns else {}
        for number, line in enumerate(filled(table, columns)):
            row = oxml.add_row(made, is_head=number < table.head_rows)
            for place in line:
                span = place.end - place.start
                cell = oxml.add_cell(
                    row, width=width * span // columns, columns=span, merged=place.merged
                )
                made_cell = self._cells(cell, style, place.cells)
                if figure := figures.get((number, place.start)):
                    self._align(made_cell, figure, width // columns, place.cells[0].align)
        self.add("table_gap")

    def _cells(self, made: Any, style: str, cells: Sequence[Cell]) -> Any:
        """The words of a cell, or of several beyond the last column that Word takes."""
        paragraph = WordParagraph(made.add_p(), self.word._body)  # noqa: SLF001
        is_head = any(cell.is_head for cell in cells)
        self.styled(paragraph, f"{style}_head" if is_head else style)
        if cells and (align := cells[0].align):
            paragraph.alignment = ALIGN[align.value]
        for number, cell in enumerate(cells):
            if number:
                paragraph.add_run("　")
            self.runs(paragraph, cell.runs)
        return paragraph

    def _align(self, paragraph: Any, figure: Figure, width: int, align: Align | None) -> None:
        """Set a number so far from the right that its column stands at the decimal point.

        A decimal tab does it in Word alone; every program knows an indent. `width` is in twips.
        """
        size = paragraph.style.font.size.pt * 20
        free = width - oxml.CELL_MARGINS - figure.room * size
        if free < 0:
            return
        middle = 0 if align is Align.RIGHT else free / 2
        paragraph.alignment = ALIGN["right"]
        indent = round(middle + figure.behind * size)
        if indent:
            oxml.set_indent(paragraph._p.get_or_add_pPr(), right=indent)  # noqa: SLF001
