"""In this file a document is looked through before it is printed: faces, photos, tables, words."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image

from layouts import grid
from layouts.document import (
    Article,
    Block,
    Document,
    Photo,
    Table,
    block_text,
)
from layouts.faults import Fault, tell
from layouts.fonts import found_face, missing_characters
from layouts.html.press import NUMBER_WIDTH, title_characters
from layouts.layout import Layout, read_layout
from layouts.proofreading import proofread
from layouts.titles import title_lines

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
MOST_PIXELS = 100_000_000
"""A larger picture is no photo of an event but an attack on memory."""
CROWDED_TABLE = 16
"""Columns; with more, cells on a page of 156 mm have no room for a word."""
WIDEST_TABLE = 42
"""Columns; with more, cells of one small character with their rules are wider than 156 mm."""
LEAST_DPI = 200
"""Pixels to an inch of paper, below which a printed photo looks coarse."""
SCREEN_DPI = 96
"""A photo is never printed larger than at this."""
MOST_TITLE_LINES = 3
ORIENTATION = 0x0112
"""The EXIF tag that says which side of a photo is up; from 5 on it lies on its side."""


def preflight(
    document: Document,
    images: Mapping[str, bytes],
    fonts_dir: Path | None = None,
    layout: Layout | None = None,
) -> tuple[Fault, ...]:
    """Everything a person should look at before this document is printed; place by place.

    `layout` is the one it is set in; the library's of its name where none is given. Raises
    `LayoutInvalid` for a layout the library has not.
    """
    layout = layout or read_layout(document.layout)
    return (
        *document.faults,
        *_issue_faults(document),
        *_photo_faults(document, images),
        *_block_faults(document),
        *_title_faults(document, layout),
        *_character_faults(document, fonts_dir),
        *proofread(document.articles, document.editor_note),
    )


def face_faults(layout: Layout, fonts_dir: Path | None = None) -> tuple[Fault, ...]:
    """The faces of a layout that this machine has not, and those another stands in for.

    They are the machine's, not the document's: whoever installs faces mends them for every issue.
    """
    faults = []
    for name in dict.fromkeys(style.face for style in layout.styles.values()):
        found = found_face(name, fonts_dir)
        if not found.used:
            faults.append(tell("face-missing", "faces", face=found.wanted))
        elif found.is_substituted:
            faults.append(tell("face-substituted", "faces", face=found.wanted, used=found.used))
    return tuple(faults)


def printed_dpi(photo: bytes) -> float:
    """How many pixels a photo has to an inch of paper, at the size it is printed alone."""
    with Image.open(io.BytesIO(photo), formats=FORMATS) as picture:
        width, height = picture.size
        if picture.getexif().get(ORIENTATION, 1) >= 5:
            width, height = height, width
    inches = min(
        grid.PHOTO_WIDTH / width, grid.PHOTO_HEIGHT / height, 25.4 / SCREEN_DPI
    ) / 25.4  # fmt: skip
    return 1 / inches


def is_printable(photo: bytes) -> bool:
    """Whether these bytes are a picture that can be set."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(photo), formats=FORMATS) as picture:
                width, height = picture.size
                picture.verify()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return 0 < width * height <= MOST_PIXELS


def _issue_faults(document: Document) -> Iterator[Fault]:
    if not document.articles:
        yield tell("issue-empty", "sections")


def _photo_faults(document: Document, images: Mapping[str, bytes]) -> Iterator[Fault]:
    for block in _blocks(document):
        if not isinstance(block, Photo):
            continue
        name, quote = block.caption or block.key, f"photo:{block.key}"
        photo = images.get(block.key)
        if photo is None:
            yield tell("photo-missing", block.id, quote=quote, name=name)
        elif not is_printable(photo):
            yield tell("photo-unreadable", block.id, quote=quote, name=name)
        elif (dpi := printed_dpi(photo)) < LEAST_DPI:
            yield tell(
                "photo-coarse",
                block.id,
                quote=quote,
                name=name,
                dpi=int(dpi + 0.01),
                least=LEAST_DPI,
            )


def _block_faults(document: Document) -> Iterator[Fault]:
    for article in document.articles:
        if not article.blocks:
            yield tell("article-empty", article.id, title=article.title)
        for block in article.blocks:
            if isinstance(block, Table) and block.columns > CROWDED_TABLE:
                code = "table-wide" if block.columns > WIDEST_TABLE else "table-crowded"
                yield tell(code, block.id, columns=block.columns)


def _title_faults(document: Document, layout: Layout) -> Iterator[Fault]:
    """Titles without a word, and those that take more lines than a reader takes in at once."""
    room = title_characters(layout)
    for article in document.articles:
        title = article.full_title
        if not any(character.isalnum() for character in title):
            yield tell("title-empty", article.id, title=title)
        lines = title_lines(title, room - (NUMBER_WIDTH if article.number is not None else 0))
        if len(lines) > MOST_TITLE_LINES:
            yield tell(
                "title-long", article.id, lines=len(lines), most=MOST_TITLE_LINES, title=title
            )


def _character_faults(document: Document, fonts_dir: Path | None) -> Iterator[Fault]:
    for place, text in texts(document):
        for character in missing_characters(text, fonts_dir):
            point = f"U+{ord(character):04X}"
            yield tell(
                "character-missing", place, quote=character, character=character, point=point
            )


def _blocks(document: Document) -> Iterator[Block]:
    yield from document.editor_note
    for article in document.articles:
        yield from article.blocks


def texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every text that is printed, with the place it stands in."""
    masthead, imprint = document.masthead, document.imprint
    for name in ("serial", "number_line", "office", "handling", "copy_number"):
        yield name, getattr(masthead, name)
    yield "correction", document.correction
    for section in document.sections:
        yield "section", section.title
    for article in document.articles:
        yield article.id, _article_text(article)
    for block in _blocks(document):
        yield block.id, block_text(block)
    yield "imprint", "".join(text for _label, text in (*imprint.recipients, *imprint.names))


def _article_text(article: Article) -> str:
    quoted = "".join(f"{one.post}{one.leader}{one.text}{one.date}" for one in article.instructions)
    return article.full_title + article.source_line + quoted
