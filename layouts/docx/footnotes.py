"""In this file is the footnotes part of a Word file, which python-docx has no words for.

Elements are named as in WordprocessingML: w:footnotes, w:footnoteReference, w:footnoteRef,
w:footnotePr. Word itself numbers the notes ①②③ and keeps them at the foot of their page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from lxml import etree

from layouts.docx import oxml
from layouts.docx.oxml import element, in_schema_order

PART = "/word/footnotes.xml"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
SEPARATORS = ((-1, "separator"), (0, "continuationSeparator"))
"""The two notes that Word wants beside an author's: the rules above them."""
FORMAT = "decimalEnclosedCircleChinese"
"""①②③ (w:numFmt)."""
BEFORE_PROPERTIES = {qn(f"w:{name}") for name in ("headerReference", "footerReference")}


def reference(run: Any, number: int) -> None:
    """Let a run be the mark of a footnote (w:footnoteReference)."""
    run._r.append(element("w:footnoteReference", id=number))  # noqa: SLF001


def refer_again(paragraph: Any, style: str, instruction: str, mark: str) -> None:
    """The mark of a footnote that was called before (NOTEREF), its parts in runs of their own."""
    oxml.field_part(paragraph.add_run("", style), "begin", instruction)
    oxml.field_part(paragraph.add_run("", style), "separate")
    paragraph.add_run(mark, style)
    oxml.field_part(paragraph.add_run("", style), "end")


def begin(paragraph: Any) -> None:
    """Let a footnote's paragraph begin with its own mark (w:footnoteRef)."""
    run = paragraph.add_run()
    run._r.append(OxmlElement("w:footnoteRef"))  # noqa: SLF001


def add_part(document: Any, notes: Sequence[tuple[int, Sequence[Any]]], *, rule: str) -> None:
    """Add the part with these notes: the number of each and its paragraphs (w:footnotes).

    `rule` is the style of the paragraph that holds the rule above the first of a page.
    """
    root = parse_xml(f"<w:footnotes {nsdecls('w', 'r', 'wp', 'a', 'pic')}/>")
    for number, kind in SEPARATORS:
        note = element("w:footnote", type=kind, id=number)
        note.append(_rule(kind, rule))
        root.append(note)
    for number, paragraphs in notes:
        note = element("w:footnote", id=number)
        note.extend(paragraphs)
        root.append(note)
    in_schema_order(root)
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = Part(PackURI(PART), CONTENT_TYPE, blob, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    _in_settings(document.settings.element)
    for section in document.sections:
        _in_section(section._sectPr)  # noqa: SLF001


def _rule(kind: str, style: str) -> Any:
    paragraph = element("w:p")
    properties = element("w:pPr")
    properties.append(element("w:pStyle", val=style))
    run = element("w:r")
    run.append(element(f"w:{kind}"))
    paragraph.extend((properties, run))
    return paragraph


def _in_settings(settings: Any) -> None:
    """Tell how notes are numbered, and which are the rules (w:footnotePr)."""
    properties = element("w:footnotePr")
    properties.append(element("w:numFmt", val=FORMAT))
    properties.extend(element("w:footnote", id=number) for number, _kind in SEPARATORS)
    # The schema wants it between w:characterSpacingControl and w:compat.
    settings.find(qn("w:characterSpacingControl")).addnext(properties)


def _in_section(section: Any) -> None:
    """The same for a section: programs read the one or the other."""
    properties = element("w:footnotePr")
    properties.append(element("w:numFmt", val=FORMAT))
    place = sum(child.tag in BEFORE_PROPERTIES for child in section)
    section.insert(place, properties)
