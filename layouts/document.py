"""In this file we name the frozen tree every press prints: masthead, articles, blocks, imprint.

Blocks are flat: a list is a run of list items with levels, as Chinese official documents print
them. Every block has an id that stays the same as long as its article does; readers' annotations
hold on to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from layouts.faults import Fault
from layouts.layout import Layout


class Mark(StrEnum):
    """How a run of text differs from the text around it."""

    STRONG = "strong"
    EMPHASIS = "emphasis"
    SUPERSCRIPT = "superscript"
    SUBSCRIPT = "subscript"
    CODE = "code"
    STRUCK = "struck"
    APART = "apart"
    """With the room of a character behind it; set by the presses in names (names.py)."""


@dataclass(frozen=True)
class Note:
    """A footnote: what stands at the foot of the page for a mark in the text."""

    id: str
    number: int
    """Its number in the issue."""
    runs: tuple[Run, ...]


CIRCLED = 20
"""The last number that has a circled figure in every face: ⑳."""


def note_mark(number: int) -> str:
    """The mark of a footnote as offices and Word print it: ① to ⑳, then figures."""
    return chr(0x2460 + number - 1) if number <= CIRCLED else str(number)


@dataclass(frozen=True)
class Run:
    """Characters set alike; a line break inside a paragraph is a run of one newline."""

    text: str
    marks: frozenset[Mark] = frozenset()
    note: Note | None = None
    """The footnote whose mark the text is."""


Runs = tuple[Run, ...]


def plain(runs: Runs) -> str:
    """The characters of some runs alone, without the marks of footnotes."""
    return "".join(run.text for run in runs if run.note is None)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    id: str
    runs: Runs


@dataclass(frozen=True)
class Heading:
    """A heading inside an article: level 1 一、, 2 （一）, 3 1., 4 (1) (GB/T 9704-2012, 7.3.3)."""

    id: str
    level: int
    runs: Runs


@dataclass(frozen=True)
class ListItem:
    """One entry of a list with the marker it is printed with."""

    id: str
    level: int
    """0 for an outer list."""
    marker: str
    runs: Runs


@dataclass(frozen=True)
class Quote:
    """A paragraph quoted from elsewhere."""

    id: str
    runs: Runs


@dataclass(frozen=True)
class Preformatted:
    """Lines that keep their spaces."""

    id: str
    text: str


@dataclass(frozen=True)
class Rule:
    """A rule between paragraphs."""

    id: str


class Align(StrEnum):
    """How a table cell is set."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True)
class Cell:
    """A table cell, over so many columns and rows."""

    runs: Runs
    colspan: int = 1
    rowspan: int = 1
    is_head: bool = False
    align: Align | None = None


@dataclass(frozen=True)
class Table:
    """A table; its first `head_rows` rows are repeated on each page."""

    id: str
    rows: tuple[tuple[Cell, ...], ...]
    head_rows: int = 0
    caption: str = ""

    @property
    def columns(self) -> int:
        """How many columns the table has."""
        return max((end for row in self.grid() for _cell, _start, end in row), default=0)

    def grid(self) -> list[list[tuple[Cell, int, int]]]:
        """Each row's cells with their first column and the one after their last."""
        taken: dict[int, int] = {}
        placed: list[list[tuple[Cell, int, int]]] = []
        for row in self.rows:
            column, line = 0, []
            for cell in row:
                while taken.get(column, 0) > 0:
                    column += 1
                # Two cells cannot stand in one place: the wider one ends where the other begins.
                end = column + 1
                while end < column + cell.colspan and taken.get(end, 0) == 0:
                    end += 1
                line.append((cell, column, end))
                for place in range(column, end):
                    taken[place] = cell.rowspan
                column = end
            placed.append(line)
            taken = {place: rows - 1 for place, rows in taken.items() if rows > 1}
        return placed


@dataclass(frozen=True)
class Photo:
    """A photo with its caption; its bytes are handed over beside the document by `key`."""

    id: str
    key: str
    caption: str = ""


Block = Paragraph | Heading | ListItem | Quote | Preformatted | Rule | Table | Photo
Blocks = tuple[Block, ...]


def runs_of(block: Block) -> Runs:
    """Every run of a block in order, those of a table cell by cell."""
    match block:
        case Table():
            return tuple(run for row in block.rows for cell in row for run in cell.runs)
        case Photo() | Preformatted() | Rule():
            return ()
        case _:
            return block.runs


def notes_of(blocks: Blocks) -> tuple[Note, ...]:
    """The footnotes of some blocks in the order of their numbers, each once."""
    runs = (run for block in blocks for run in runs_of(block))
    return tuple(dict.fromkeys(run.note for run in runs if run.note))


def block_text(block: Block) -> str:
    """The words of a block without its footnotes and their marks; cells apart by blanks."""
    match block:
        case Table():
            return " ".join([block.caption, *(plain(c.runs) for row in block.rows for c in row)])
        case Photo():
            return block.caption
        case Preformatted():
            return block.text
        case Rule():
            return ""
        case _:
            return plain(block.runs)


@dataclass(frozen=True)
class QuotedInstruction:
    """A leader's words as they stand before an article that answers them."""

    leader: str
    post: str
    text: str
    date: str
    number: str = ""

    def printed(self, instructed: str) -> str:
        """The line as it is read: 市长周立言批示：“请落实。”（批〔2026〕12号，11月12日）."""
        known = "，".join(filter(None, (self.number, self.date)))
        mark = f"（{known}）" if known else ""
        return f"{self.post}{self.leader}{instructed}“{self.text}”{mark}"


@dataclass(frozen=True)
class Article:
    """One item in print: title, text and who contributed it."""

    id: str
    title: str
    blocks: Blocks
    source_line: str = ""
    stage: str = ""
    instructions: tuple[QuotedInstruction, ...] = ()
    number: int | None = None
    """Its number in the issue, where the layout numbers articles."""

    @property
    def full_title(self) -> str:
        """The title with the report's place in its series: ……（续报一）."""
        return f"{self.title}（{self.stage}）" if self.stage else self.title


@dataclass(frozen=True)
class Section:
    """A named part of an issue; the name may be empty."""

    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Masthead:
    """What stands above the red rule."""

    serial: str
    number_line: str
    office: str
    date: str
    handling: str = ""
    urgency: str = ""
    copy_number: str = ""
    addressee: tuple[str, str] = ("", "")
    """Label and text of the line under the red rule: ("报送：", "周立言市长。")."""


@dataclass(frozen=True)
class Imprint:
    """What stands at the foot of the last page: 报、送、发, names, copies."""

    recipients: tuple[tuple[str, str], ...]
    """Label and text: ("报：", "省政府办公厅。")."""
    names: tuple[tuple[str, str], ...]
    """Label and text: ("签发：", "张三")."""
    print_run: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it would be printed."""
        return not (self.recipients or self.names or self.print_run)


@dataclass(frozen=True)
class Document:
    """One issue as it is printed."""

    layout: str
    title: str
    """For the file's properties: 《政务信息》2026年第12期."""
    masthead: Masthead
    sections: tuple[Section, ...]
    imprint: Imprint
    editor_note: Blocks = ()
    correction: str = ""
    archive_number: str = ""
    language: str = "zh-CN"
    date: str = ""
    """The issue's day as ISO text; the files' own times are taken from it."""
    source_json: str = field(default="", repr=False)
    """The JSON form it was read from, attached to the PDF."""
    look: Layout | None = field(default=None, repr=False, compare=False)
    """The layout it was composed in; none sets it in the layout of its name as that stands."""
    markdown: str = field(default="", repr=False)
    """The same in Markdown, attached as well."""
    faults: tuple[Fault, ...] = ()
    """What of the source cannot be printed as it was written."""

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article in order."""
        return tuple(article for section in self.sections for article in section.articles)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Every footnote in the order of their numbers."""
        bodies = (self.editor_note, *(article.blocks for article in self.articles))
        return tuple(note for blocks in bodies for note in notes_of(blocks))

    @property
    def photo_keys(self) -> tuple[str, ...]:
        """The keys of every photo, in order, each once."""
        blocks = [*self.editor_note, *(b for a in self.articles for b in a.blocks)]
        return tuple(dict.fromkeys(b.key for b in blocks if isinstance(b, Photo)))
