"""In this file a document is looked through before it is printed: photos, tables, words."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image

from layouts.document import (
    Article,
    Block,
    Document,
    Photo,
    Table,
    block_text,
)
from layouts.faults import Fault
from layouts.fonts import missing_characters
from layouts.proofreading import proofread

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
MOST_PIXELS = 100_000_000
"""A larger picture is no photo of an event but an attack on memory."""
WIDEST_TABLE = 16
"""Columns; with more, cells on a page of 156 mm have no room for a word."""


def preflight(
    document: Document, images: Mapping[str, bytes], fonts_dir: Path | None = None
) -> tuple[Fault, ...]:
    """Everything a person should look at before this document is printed; place by place."""
    return (
        *document.faults,
        *_photo_faults(document, images),
        *_block_faults(document),
        *_character_faults(document, fonts_dir),
        *proofread(document.articles, document.editor_note),
    )


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


def _photo_faults(document: Document, images: Mapping[str, bytes]) -> Iterator[Fault]:
    for block in _blocks(document):
        if not isinstance(block, Photo):
            continue
        if block.key not in images:
            sentence = f"照片“{block.caption or block.key}”没有随稿件提供，版面上只排说明。"
            yield Fault("photo-missing", block.id, sentence)
        elif not is_printable(images[block.key]):
            sentence = f"照片“{block.caption or block.key}”已损坏或不是图片，版面上只排说明。"
            yield Fault("photo-unreadable", block.id, sentence)


def _block_faults(document: Document) -> Iterator[Fault]:
    for article in document.articles:
        if not article.blocks:
            yield Fault("article-empty", article.id, f"《{article.title}》没有正文。")
        for block in article.blocks:
            if isinstance(block, Table) and block.columns > WIDEST_TABLE:
                sentence = f"表格有{block.columns}栏，A4纸竖排过宽，请拆分或精简。"
                yield Fault("table-wide", block.id, sentence)


def _character_faults(document: Document, fonts_dir: Path | None) -> Iterator[Fault]:
    for place, text in _texts(document):
        for character in missing_characters(text, fonts_dir):
            code = f"U+{ord(character):04X}"
            sentence = f"“{character}”（{code}）没有可用的字体，会排成空框。"
            yield Fault("character-missing", place, sentence)


def _blocks(document: Document) -> Iterator[Block]:
    yield from document.editor_note
    for article in document.articles:
        yield from article.blocks


def _texts(document: Document) -> Iterator[tuple[str, str]]:
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
