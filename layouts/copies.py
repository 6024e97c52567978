"""In this file the pages of an issue become numbered copies: a number and a reader's mark each.

The pages are set once. Number and mark are set by the same press in the issue's layout, where it
has the number's place, and laid over the pages as artifacts, so that tags and PDF/A stay as they
were.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pikepdf

from layouts.layout import Layout, read_layout
from layouts.pdf.style import style_sheet
from layouts.pdf.worker import Job, worker_for

MARK_CSS = """
.issue.copy { position: relative; height: 225mm; break-after: page; overflow: visible; }
.issue.copy .reader-mark { position: absolute; left: 0; top: 240mm; font-size: 9pt;
  line-height: 12pt; letter-spacing: 0; color: #595959; white-space: nowrap; }
@page { @bottom-left { content: none !important; } @bottom-right { content: none !important; } }
"""
OVER = "/JianbaoCopy"
"""The name that number and mark have among a page's resources."""
TAGGING = frozenset({"BDC", "BMC", "EMC"})


@dataclass(frozen=True)
class CopyMark:
    """What tells one copy from the others."""

    number: str
    """As it is printed: 000012; empty where copies have no number."""
    reader: str
    """Whose copy it is, small at the foot of every page."""


def copy_number(layout: Layout, number: int) -> str:
    """A copy's number in the digits of its layout (GB/T 9704-2012, 7.2.1: six)."""
    return str(number).zfill(layout.copy_digits)


def numbered_copies(
    pdf: bytes,
    layout_name: str,
    marks: Sequence[CopyMark],
    layouts_dir: Path | None = None,
    fonts_dir: Path | None = None,
) -> Iterator[bytes]:
    """One PDF for each mark, in order; the same pages and mark give the same bytes.

    Raises `TypesettingFailed`, `LayoutInvalid`.
    """
    layout = read_layout(layout_name, layouts_dir)
    for mark in marks:
        css = style_sheet(layout, fonts_dir) + MARK_CSS
        over = worker_for(fonts_dir).set(Job(html=_page(mark), css=css, photos={}))
        yield _laid_over(pdf, over.pdf)


def _page(mark: CopyMark) -> str:
    """Two pages: what lies over the first page of a copy, and what over every other."""
    number = f'<p class="masthead-copy-number">{escape(mark.number)}</p>'
    foot = f'<div class="reader-mark">{escape(mark.reader)}</div>'
    first, other = (
        f'<article class="issue copy"><header class="masthead">{one}</header>{foot}</article>'
        for one in (number if mark.number else "", "")
    )
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>份号</title></head>'
        f"<body>{first}{other}</body></html>"
    )


def _laid_over(pages: bytes, over: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pages)) as pdf, pikepdf.open(io.BytesIO(over)) as marks:
        forms = [pdf.copy_foreign(_form(marks, page)) for page in marks.pages[:2]]
        for place, page in enumerate(pdf.pages):
            page.add_resource(forms[min(place, 1)], pikepdf.Name.XObject, name=pikepdf.Name(OVER))
            drawn = f"q /Artifact BMC {OVER} Do EMC Q".encode()
            page.contents_add(b"q", prepend=True)
            page.contents_add(b"Q\n" + drawn)
        stream = io.BytesIO()
        pdf.save(stream, deterministic_id=True)
        return stream.getvalue()


def _form(marks: pikepdf.Pdf, page: pikepdf.Page) -> Any:
    """A page's content as a form without tags of its own: over a page it is an artifact."""
    kept = [one for one in pikepdf.parse_content_stream(page) if str(one.operator) not in TAGGING]
    form = pikepdf.Stream(marks, pikepdf.unparse_content_stream(kept))
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = page.mediabox
    form.Resources = page.obj.get("/Resources", pikepdf.Dictionary())
    return marks.make_indirect(form)
