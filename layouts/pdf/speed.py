"""In this file WeasyPrint is made quicker: the same pages, with less done twice.

Python looks for garbage of which there is none while pages are set; faces are packed harder than
they can be packed; Pango is made ready for a style it was ready for before; a style sheet is read
again for each issue. None of it is seen on a page.
"""

from __future__ import annotations

import gc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pydyf
import weasyprint
from weasyprint.text import fonts as faces
from weasyprint.text import line_break
from weasyprint.text.constants import PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p

PACKING = 5
"""Of zlib: at 9 outlines of Chinese characters take twice the time and become 1% smaller."""
MOST_STYLES = 16
"""So many style sheets are kept as they are parsed; an office has a handful of layouts."""
YOUNG = 200_000
"""So many new objects before Python looks for garbage among them; while pages are set, next to
nothing that was made is garbage."""

_setup = line_break.Layout.setup


def be_quick() -> None:
    """Let WeasyPrint set every page from now on as above; once for the process."""
    line_break.Layout.setup = _setup_once
    pydyf.Stream.data = property(_packed)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)


@contextmanager
def garbage_stays() -> Iterator[None]:
    """While pages are set; `sweep` comes afterwards, when nobody waits."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@lru_cache(maxsize=MOST_STYLES)
def parsed(css: str, fonts: Any, fetcher: Any) -> Any:
    """A style sheet, parsed once; it may name nothing outside itself."""
    return weasyprint.CSS(string=css, font_config=fonts, url_fetcher=fetcher)


def _packed(stream: Any) -> bytes:
    """As `Stream.data`, packed as hard as it pays."""
    content = b"\n".join(pydyf._to_bytes(item) for item in stream.stream)  # noqa: SLF001
    extra = pydyf.Dictionary(stream.extra.copy())
    if stream.compress:
        extra["Filter"] = "/FlateDecode"
        content = zlib.compress(content, PACKING)
    extra["Length"] = len(content)
    return b"\n".join((extra.data, b"stream", content, b"endstream"))


def _setup_once(layout: Any, style: Any) -> None:
    """As `Layout.setup`; what it makes of a style is kept with the style."""
    ready = getattr(style, "pango", None)
    if ready is None:
        if style["text_decoration_line"] != "none" or _features(style):
            _setup(layout, style)
            return
        ready = style.pango = _ready(style)
    context, language, description = ready
    layout.style = style
    layout.first_line_direction = 0
    layout.language = language
    layout.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, description)
    layout.ascent = layout.underline_position = layout.strikethrough_position = None
    layout.underline_thickness = layout.strikethrough_thickness = None


def _features(style: Any) -> Any:
    return faces.font_features(
        style["font_kerning"], style["font_variant_ligatures"], style["font_variant_position"],
        style["font_variant_caps"], style["font_variant_numeric"],
        style["font_variant_alternates"], style["font_variant_east_asian"],
        style["font_feature_settings"],
    )  # fmt: skip


def _ready(style: Any) -> tuple[Any, Any, Any]:
    """Context, language and description of a style's face."""
    context = ffi.gc(
        pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref
    )
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    name = line_break.LST_TO_ISO.get(override.lower(), override)
    name = name if override != "normal" else style["lang"]
    if name:
        pointer, _kept = unicode_to_char_p(name)
        language = pango.pango_language_from_string(pointer)
        pango.pango_context_set_language(context, language)
    else:
        language = pango.pango_language_get_default()
    return context, language, faces.get_font_description(style)
