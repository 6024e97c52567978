"""In this file a sheet becomes a PDF, with the QR code of its number."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
from urllib.parse import quote

import segno

from layouts.fonts import FACES, css_families
from layouts.pdf.worker import Job, Pages, worker_for
from layouts.sheet import MARGINS, ROOMY, Pair, Part, Sheet, paper_of, width_of

SHEET_CSS = Path(__file__).with_name("sheet.css")
SHORT = 3
"""A table of no more lines stays on one page."""


def press_sheet(sheet: Sheet, fonts_dir: Path | None = None) -> Pages:
    """Set a sheet; raises `TypesettingFailed`."""
    css = "\n".join(
        (
            f"body {{ font-family: {css_families('fang')}; }}",
            f"h1 {{ font-family: {css_families('title')}; }}",
            f".kai {{ font-family: {css_families('kai')}; font-size: 16pt; line-height: 28pt; }}",
            *(f".face-{face} {{ font-family: {css_families(face)}; }}" for face in FACES),
            f"th, .box-label, .slip-title {{ font-family: {css_families('hei')}; }}",
            SHEET_CSS.read_text(encoding="utf-8"),
            _page_css(sheet),
        )
    )
    photos = {
        _picture_name(part, place): picture
        for part in sheet.parts
        for place, picture in enumerate(part.pictures)
    }
    return worker_for(fonts_dir).set(Job(html=_page(sheet), css=css, photos=photos))


def _picture_name(part: Part, place: int) -> str:
    return f"{part.picture}-{place}"


def _page_css(sheet: Sheet) -> str:
    foot = (
        f"@bottom-center {{ font-family: {css_families('song')}; font-size: 9pt; "
        'content: "第" counter(page) "页　共" counter(pages) "页"; }'
    )
    rules = []
    for name, orientation in (("", sheet.orientation), ("wide", "landscape")):
        width, height = paper_of(orientation)
        margins = " ".join(f"{edge:g}mm" for edge in MARGINS[orientation])
        rules.append(
            f"@page {name} {{ size: {width:g}mm {height:g}mm; margin: {margins}; "
            f"{foot if sheet.has_pages else ''} }}"
        )
    return "\n".join(rules)


def qr_svg(text: str) -> str:
    """The QR code of a text as inline SVG; its title is the alternative text."""
    stream = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        stream,
        kind="svg",
        xmldecl=False,
        svgns=True,
        border=1,
        omitsize=True,
        title=f"二维码：{text}",
    )
    return stream.getvalue().decode()


def _page(sheet: Sheet) -> str:
    number = f"<span>编号：{escape(sheet.number)}</span>{qr_svg(sheet.number)}"
    parts = "".join(
        f'<div class="{"wide" if lies != sheet.orientation else "upright"}">'
        f"{''.join(_placed(part) for part in run)}</div>"
        for lies, run in sheet.runs
    )
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(sheet.title)} {escape(sheet.number)}</title>"
        f'<meta name="author" content="{escape(sheet.office)}"></head><body>'
        f"<h1>{escape(sheet.title)}</h1>"
        f'<div class="sheet-number{" numbered" if sheet.number else ""}">'
        f"{number if sheet.number else ''}</div>{parts}</body></html>"
    )


def _pictures(part: Part) -> str:
    return "".join(
        f'<img class="hand" src="photo:{quote(_picture_name(part, place), safe="")}" '
        f'alt="{escape(part.label)}" style="width: {width_of(picture):.1f}mm">'
        for place, picture in enumerate(part.pictures)
    )


def _placed(part: Part) -> str:
    return f'<div class="new-page">{_part(part)}</div>' if part.new_page else _part(part)


def _part(part: Part) -> str:
    if part.kind == "text":
        names = " ".join(
            filter(
                None,
                (
                    f"face-{part.face}",
                    "" if part.indent else "flush",
                    "keeps" if part.keeps else "",
                    part.align,
                ),
            )
        )
        size = f' style="{_type(part.size)}"' if part.size else ""
        lines = (line for line in part.text.split("\n") if line.strip())
        return "".join(f'<p class="{names}"{size}>{escape(line)}</p>' for line in lines)
    if part.kind == "table":
        return _list(part)
    if part.kind == "sign":
        return f'<div class="sign">{escape(part.text)}</div>'
    if part.kind == "box":
        inside = "".join(
            f'<div class="box-text {part.face}">{escape(line)}</div>'
            for line in part.text.split("\n")
        )
        return (
            f'<div class="box{"" if part.text else " pen"}" style="min-height: {part.height}mm">'
            f'<div class="box-label">{escape(part.label)}</div>'
            f"{inside}{_pictures(part)}</div>"
        )
    table = _table(part.rows)
    if part.kind == "slip":
        return (
            f'<section class="slip"><div class="slip-title">{escape(part.label)}</div>'
            f"{table}</section>"
        )
    return table


def _table(rows: tuple[tuple[Pair, ...], ...]) -> str:
    most = max((len(row) for row in rows), default=1)
    lines = []
    for row in rows:
        span = f' colspan="{2 * most - 1}"' if len(row) == 1 and most > 1 else ""
        lines.append(
            "<tr>"
            + "".join(
                f"<th>{escape(pair.label)}</th><td{span}>{escape(pair.text)}</td>" for pair in row
            )
            + "</tr>"
        )
    # Without them the first row would set the columns, which may be one cell over all.
    columns = '<col class="label"><col>' * most
    return f"<table><colgroup>{columns}</colgroup><tbody>{''.join(lines)}</tbody></table>"


def _list(part: Part) -> str:
    """A table of many rows; its head stands on every page."""
    size = part.size or 10.5
    roomy = " roomy" if size >= ROOMY else ""
    short = " short" if len(part.lines) <= SHORT else ""
    whole = sum(column.width for column in part.columns)
    widths = "".join(
        f'<col style="width: {100 * column.width / whole:.3f}%">' for column in part.columns
    )
    head = "".join(f"<th>{escape(column.title)}</th>" for column in part.columns)
    rows = "".join(
        f'<tr style="color: {line.color}">'
        + "".join(
            f"<td{_class(column.align)}>{escape(cell)}</td>"
            for cell, column in zip(line.cells, part.columns, strict=True)
        )
        + "</tr>"
        for line in part.lines
    )
    return (
        f'<table class="list{roomy}{short}" style="{_type(size)}">'
        f"<colgroup>{widths}</colgroup>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _type(size: float) -> str:
    return f"font-size: {size:g}pt; line-height: {size * 1.4:g}pt"
