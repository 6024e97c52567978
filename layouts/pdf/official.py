"""In this file an official document becomes a PDF, element for element as GB/T 9704-2012 says."""

from __future__ import annotations

from html import escape
from pathlib import Path

from layouts.fonts import css_families
from layouts.html.press import blocks_html
from layouts.layout import read_layout
from layouts.official import Official
from layouts.pdf.style import style_sheet
from layouts.pdf.worker import Job, Pages, worker_for
from layouts.titles import title_lines

OFFICIAL_CSS = Path(__file__).with_name("official.css")
ALONE = "imprint-page"
"""The name of the page that the 版记 has for itself."""
TEXT_END = "text-end"
LABEL, NUMBER = 3, 0.77
"""What 附件： and the number before a name take, in characters."""
TITLE_CHARACTERS = 18
"""The most characters in a line of the title: of 22 pt, with room at both sides."""


def press_official(document: Official, fonts_dir: Path | None = None) -> Pages:
    """Set an official document; its 版记 stands on an even page, the last side of its sheet.

    Where it would not, it has the next even page for itself. A blank page before that bears no
    number, nor then does its own (7.4.1, 7.5).
    """
    made = _set(document, fonts_dir)
    if document.has_imprint and made.pages % 2:
        made = _set(document, fonts_dir, alone=ALONE)
        if is_behind_a_blank(made):
            made = _set(document, fonts_dir, alone=f"{ALONE} plain")
    return made


def is_behind_a_blank(made: Pages) -> bool:
    """Whether a blank page stands between the text and the page that the 版记 has for itself."""
    return made.places.get(ALONE, 0) - made.places.get(TEXT_END, 0) == 2


def _set(document: Official, fonts_dir: Path | None, *, alone: str = "") -> Pages:
    css = "\n".join(
        (
            style_sheet(read_layout("regular"), fonts_dir),
            f":root {{ --title: {css_families('title')}; --song: {css_families('song')}; }}",
            OFFICIAL_CSS.read_text(encoding="utf-8"),
        )
    )
    return worker_for(fonts_dir).set(Job(html=_page(document, alone), css=css, photos={}))


def _page(document: Official, alone: str) -> str:
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(document.title)} {escape(document.number)}</title>"
        f'<meta name="author" content="{escape(document.agency)}"></head><body>'
        f'<article class="issue official">{_head(document)}{_body(document)}'
        f"{_foot(document)}{_imprint(document, alone)}</article></body></html>"
    )


def _head(document: Official) -> str:
    marks = "".join(f'<div class="mark-line">{escape(one)}</div>' for one in document.marks)
    number = f'<span class="document-number">{escape(document.number)}</span>'
    signer = (
        f'<span class="signer">签发人：<span class="kai">{escape(document.signer)}</span></span>'
        if document.signer
        else ""
    )
    upward = " upward" if signer else ""
    size = document.mark_size
    return (
        f'<header class="head" style="height: calc(35mm + {size}pt + var(--pitch) * 3 + 4.84pt)">'
        f'<div class="marks">{marks}</div>'
        f'<div class="mark" style="font-size: {size}pt; line-height: {size}pt; '
        f'top: calc(35mm - {0.06 * size:.2f}pt)">{escape(document.mark)}</div>'
        f'<div class="number-row{upward}">{number}{signer}</div></header>'
    )


def _body(document: Official) -> str:
    title = "".join(
        f'<span class="line">{escape(line)}</span>'
        for line in title_lines(document.title, TITLE_CHARACTERS)
    )
    to = f'<p class="to">{escape(document.to)}：</p>' if document.to else ""
    return (
        f'<section class="article"><h1 class="article-title">{title}</h1>{to}'
        f"{blocks_html(document.blocks)}{_attachments(document.attachments)}</section>"
    )


def _attachments(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    number = NUMBER if len(names) > 1 else 0
    rows = []
    for place, name in enumerate(names, 1):
        text = f"{'附件：' if place == 1 else ''}{f'{place}.' if number else ''}{name}"
        hanging = number + (LABEL if place == 1 else 0)
        rows.append(
            f'<div class="attached" style="padding-left: calc(var(--cell) * {LABEL + number}); '
            f'text-indent: calc(var(--cell) * -{hanging})">{escape(text)}</div>'
        )
    return f'<div class="attachments">{"".join(rows)}</div>'


def _foot(document: Official) -> str:
    agency, date = document.free_right
    note = f'<p class="remark">（{escape(document.note)}）</p>' if document.note else ""
    lines = "".join(
        f'<div style="padding-right: calc(var(--cell) * {free:g})">{escape(text)}</div>'
        for text, free in ((document.agency, agency), (document.date, date))
    )
    return f'<div class="signature">{lines}</div><div id="{TEXT_END}">{note}</div>'


def _imprint(document: Official, alone: str) -> str:
    if not document.has_imprint:
        return ""
    copies = (
        '<p class="recipients"><span class="label">抄送：</span>'
        f"<span>{escape(document.copies)}</span></p>"
        if document.copies
        else ""
    )
    printed = (
        f'<p class="recipients printed"><span>{escape(document.printer)}</span>'
        f"<span>{escape(document.printed_on)}印发</span></p>"
        if document.printer
        else ""
    )
    page = f'<div class="{alone}" id="{ALONE}">　</div>' if alone else ""
    return (
        f'{page}<div class="imprint-place {alone.partition(" ")[2]}"><footer class="imprint">'
        f'<div class="recipients-block">{copies}{printed}</div></footer></div>'
    )
