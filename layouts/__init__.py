"""Typesetting: one frozen document, three presses (DOCX, PDF, reading page).

`read_source` checks the JSON form of an issue, `compose` reads its Markdown once into a Document,
`typeset` sets the document. This package knows no issue, no Flask and no database.
"""

from __future__ import annotations

from layouts.appending import appended
from layouts.compose import compose
from layouts.copies import CopyMark, copy_number, numbered_copies
from layouts.document import Document
from layouts.errors import LayoutError, LayoutInvalid, SourceInvalid, TypesettingFailed
from layouts.faults import Fault, Severity
from layouts.fonts import Found, found_faces
from layouts.html.press import preview as preview_html
from layouts.layout import Layout, layout_names, layout_of, layout_titles, read_layout
from layouts.leaders import Leader, leader_faults
from layouts.markdown import paragraphs, plain_text
from layouts.official import Official, fill_official
from layouts.overflow import overflow_faults
from layouts.pages import page_picture, page_pictures
from layouts.preflight import face_faults, preflight
from layouts.sheet import Sheet, fill_sheet, sheet_names
from layouts.source import Source, read_source
from layouts.typesetting import Edition, typeset, typeset_official, typeset_sheet
from layouts.versions import current_version, keep_version, layout_from, look_of, text_of

__all__ = [
    "CopyMark",
    "Document",
    "Edition",
    "Fault",
    "Found",
    "Layout",
    "LayoutError",
    "LayoutInvalid",
    "Leader",
    "Official",
    "Severity",
    "Sheet",
    "Source",
    "SourceInvalid",
    "TypesettingFailed",
    "appended",
    "compose",
    "copy_number",
    "current_version",
    "face_faults",
    "fill_official",
    "fill_sheet",
    "found_faces",
    "keep_version",
    "layout_from",
    "layout_names",
    "layout_of",
    "layout_titles",
    "leader_faults",
    "look_of",
    "numbered_copies",
    "overflow_faults",
    "page_picture",
    "page_pictures",
    "paragraphs",
    "plain_text",
    "preflight",
    "preview_html",
    "read_layout",
    "read_source",
    "sheet_names",
    "text_of",
    "typeset",
    "typeset_official",
    "typeset_sheet",
]
