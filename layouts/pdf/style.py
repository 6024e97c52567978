"""In this file a layout's data become the CSS its pages are set in; its page.css comes last."""

from __future__ import annotations

from pathlib import Path

from layouts import grid
from layouts.fonts import css_families, found_face
from layouts.layout import Layout, Style

SELECTORS = {
    "handling": ".masthead-handling, .masthead-urgency, .masthead-copy-number",
    "serial_name": ".serial-name",
    "number_line": ".number-line",
    "office_line": ".office-line",
    "contents_title": ".contents-title",
    "contents_entry": ".contents ul",
    "editor_note": ".editor-note, .correction",
    "section_title": ".section-title",
    "article_title": ".article-title",
    "body": "html",
    "heading1": ".heading1",
    "heading2": ".heading2",
    "heading3": ".heading3",
    "heading4": ".heading4",
    "source_line": ".source-line",
    "addressee": ".addressee",
    "instruction": ".article blockquote.instruction",
    "table": "table",
    "caption": "figcaption, caption",
    "note": ".note",
    "imprint": ".imprint",
}


LYING = (
    f"@page lying {{ size: {grid.PAPER_HEIGHT}mm {grid.PAPER_WIDTH}mm; "
    f"margin: {' '.join(f'{edge}mm' for edge in grid.LYING_MARGINS)}; }}\n"
    ".issue .table-frame.lies { page: lying; margin: 0; }\n"
    ".issue .lies + * { break-before: page; }\n"
    ".issue .lies table.wide { font-size: 10.5pt; line-height: 15pt; }"
)
"""A wide table on pages of its own."""


def style_sheet(layout: Layout, fonts_dir: Path | None = None) -> str:
    """The whole CSS of a layout's issues; the size of a serial's name is its element's own."""
    colors = layout.colors
    rules = [_rule(SELECTORS[key], layout.styles[key], fonts_dir) for key in SELECTORS]
    variables = (
        f"--pitch: {grid.PDF_LINE_PITCH}pt; --cell: {grid.PDF_CELL}pt; "
        f"--photo-width: {grid.PHOTO_WIDTH}mm; --photo-height: {grid.PHOTO_HEIGHT}mm; "
        f"--urgency: {colors['urgency']}; "
        f"--masthead: {colors['masthead']}; --rule: {colors['rule']}; "
        f"--kai: {css_families('kai')}; --hei: {css_families('hei')};"
    )
    numbers = layout.styles["page_number"]
    page_number = f"font-family: {css_families(numbers.face)}; font-size: {numbers.size}pt;"
    return "\n".join(
        [
            f":root {{ {variables} }}",
            f"html {{ color: {colors['text']}; }}",
            *rules,
            f"@page :right {{ @bottom-right {{ {page_number} }} }}",
            f"@page :left {{ @bottom-left {{ {page_number} }} }}",
            LYING if layout.wide_tables_lie else "",
            layout.css,
        ]
    )


def _rule(selector: str, style: Style, fonts_dir: Path | None) -> str:
    weight = "bold" if style.bold else found_face(style.face, fonts_dir).weight
    align = f" text-align: {style.align};" if style.align else ""
    space = "".join(
        f" margin-{side}: {lines * grid.PDF_LINE_PITCH:.2f}pt;"
        for side, lines in (("top", style.before), ("bottom", style.after))
        if lines
    )
    indent = f" padding-left: calc(var(--cell) * {style.indent:g});" if style.indent else ""
    spacing = grid.PDF_CELL - grid.BODY_SIZE if style.size == grid.BODY_SIZE else 0
    return (
        f"{selector} {{ font-family: {css_families(style.face)}; font-size: {style.size}pt; "
        f"font-weight: {weight}; letter-spacing: {spacing:.2f}pt;{align}{indent}{space} }}"
    )


def fitted_size(layout: Layout, serial: str) -> tuple[float, float]:
    """Size and letter spacing, in points, at which a serial's name fills its width well.

    Short names are spaced out, long ones shrink to the layout's least size (domain.md 3.1).
    """
    style = layout.styles["serial_name"]
    width = grid.AREA_WIDTH * grid.POINTS_PER_MM
    characters = sum(1.0 if ord(c) > 0x2E7F else 0.55 for c in serial) or 1.0
    size = min(style.size, max(style.least, width / characters))
    size = min(size, width / characters)
    spare = (width * 0.86 - size * characters) / max(len(serial) - 1, 1)
    return round(size, 2), round(max(0.0, min(spare, size * 0.6)), 2)
