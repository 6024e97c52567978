"""In this file a layout's data become the CSS that goes before page.css."""

from __future__ import annotations

from pathlib import Path

from layouts import grid
from layouts.fonts import FACES, css_families
from layouts.layout import Layout, Style

PAGE_CSS = Path(__file__).with_name("page.css")
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
    "source_line": ".source-line, .instruction",
    "table": "table",
    "caption": "figcaption, caption",
    "imprint": ".imprint",
}


def style_sheet(layout: Layout, serial: str) -> str:
    """The whole CSS of an issue of `serial` in this layout."""
    colors = layout.colors
    rules = [_rule(SELECTORS[key], layout.styles[key]) for key in SELECTORS]
    numbers = layout.styles["page_number"]
    page_number = f"font-family: {css_families(numbers.face)}; font-size: {numbers.size}pt;"
    return "\n".join(
        [
            f":root {{ --pitch: {grid.PDF_LINE_PITCH}pt; }}",
            *rules,
            f"html {{ letter-spacing: {grid.LETTER_SPACING:.3f}pt; color: {colors['text']}; }}",
            f".issue {{ line-height: {grid.PDF_LINE_PITCH}pt; }}",
            f".masthead .serial-name {{ color: {colors['masthead']}; {_fitted(layout, serial)} }}",
            # 仿宋 has no bold of its own: a lead sentence stands in 黑体, as offices set it.
            f".issue strong {{ font-family: {css_families('hei')}; font-weight: normal; }}",
            f"@page :right {{ @bottom-right {{ {page_number} }} }}",
            f"@page :left {{ @bottom-left {{ {page_number} }} }}",
            PAGE_CSS.read_text(encoding="utf-8"),
            f".red-rule {{ border-top-color: {colors['rule']}; }}",
        ]
    )


def _rule(selector: str, style: Style) -> str:
    weight = "bold" if style.bold else FACES[style.face].weight
    align = f" text-align: {style.align};" if style.align else ""
    return (
        f"{selector} {{ font-family: {css_families(style.face)}; font-size: {style.size}pt; "
        f"font-weight: {weight};{align} }}"
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


def _fitted(layout: Layout, serial: str) -> str:
    size, spacing = fitted_size(layout, serial)
    return f"font-size: {size}pt; letter-spacing: {spacing}pt; text-indent: {spacing}pt;"
