"""In this file a document becomes a PDF: its HTML in the layout's CSS, set by the warm worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import quote

from layouts.document import Document
from layouts.html import fragment
from layouts.layout import Layout
from layouts.pdf.style import fitted_size, style_sheet
from layouts.pdf.worker import Attachment, Job, Pages, Progress, silent, worker_for
from layouts.photos import Pair, Size, in_pairs, sizes_of

UNDATED = "2000-01-01"
"""The day of a file whose issue has none yet."""


def press(
    document: Document,
    layout: Layout,
    photos: Mapping[str, bytes],
    fonts_dir: Path | None = None,
    seconds: float | None = None,
    *,
    progress: Progress = silent,
) -> Pages:
    """Set a document as PDF/A-3u with its source attached; the same document gives the same bytes.

    Raises `TypesettingFailed` when it takes too long or cannot be set.
    """
    sizes = sizes_of(photos)
    name_size, name_spacing = fitted_size(layout, document.masthead.serial)
    own = (
        f".issue .serial-name {{ font-size: {name_size}pt; letter-spacing: {name_spacing}pt; "
        f"text-indent: {name_spacing}pt; }} {_pairs(document, sizes)}"
    )

    def page(*, alone: bool) -> str:
        body = fragment(
            document,
            layout,
            lambda key: f"photo:{quote(key, safe='')}" if key in photos else "",
            on_paper=True,
            alone=alone,
            sizes=sizes,
        )
        return _page(document, body, own)

    job = Job(
        html=page(alone=False),
        css=style_sheet(layout, fonts_dir),
        photos=photos,
        attachments=(
            Attachment(
                "source.json",
                "The issue in its JSON form",
                "Source",
                document.source_json.encode(),
            ),
            Attachment(
                "issue.md", "The issue in Markdown", "Alternative", document.markdown.encode()
            ),
        ),
        day=document.date or UNDATED,
    )
    if seconds is not None:
        job = replace(job, seconds=seconds)
    worker = worker_for(fonts_dir)
    made = worker.set(job, progress)
    if layout.even_pages and made.pages % 2 and not document.imprint.is_empty:
        made = worker.set(replace(job, html=page(alone=True)), progress)
    return made


def _pairs(document: Document, sizes: Mapping[str, Size]) -> str:
    """The sizes of photos that stand side by side; they are as high as each other."""
    bodies = (document.editor_note, *(article.blocks for article in document.articles))
    pairs = (one for blocks in bodies for one in in_pairs(blocks, sizes) if isinstance(one, Pair))
    return " ".join(
        f"#{photo.id} img {{ width: {width:.2f}mm; height: {height:.2f}mm; }}"
        for pair in pairs
        for photo, (width, height) in zip(pair.photos, pair.sizes, strict=True)
    )


def _page(document: Document, body: str, own: str) -> str:
    """The whole page; `own` is the CSS that is this document's alone."""
    day = escape(document.date or UNDATED)
    return (
        f'<!DOCTYPE html><html lang="{escape(document.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(document.title)}</title>"
        f'<meta name="author" content="{escape(document.masthead.office)}">'
        f'<meta name="keywords" content="{escape(document.masthead.serial)}">'
        f'<meta name="dcterms.created" content="{day}">'
        f'<meta name="dcterms.modified" content="{day}">'
        '<meta name="generator" content="Jianbao">'
        f"<style>{own}</style>"
        f"</head><body>{body}</body></html>"
    )
