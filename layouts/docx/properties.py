"""In this file are the custom properties of a Word file, which python-docx has no words for.

A reader does not see them on a page; File, Information, Advanced Properties in Word shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

PART = "/docProps/custom.xml"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
FIRST = 2
"""The number of the first property; the two below belong to the format (ECMA-376, 15.2.12.2)."""


def add_properties(document: Any, properties: Mapping[str, str]) -> None:
    """Add texts by their names; empty ones are left out (Properties, property)."""
    said = {name: text for name, text in properties.items() if text}
    if not said:
        return
    root = etree.fromstring(f'<Properties xmlns="{SPACE}" xmlns:vt="{VALUES}"/>')
    for number, (name, text) in enumerate(said.items(), FIRST):
        one = etree.SubElement(
            root, f"{{{SPACE}}}property", fmtid=FORMAT, pid=str(number), name=name
        )
        etree.SubElement(one, f"{{{VALUES}}}lpwstr").text = text
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package = document.part.package
    package.relate_to(
        Part(PackURI(PART), CONTENT_TYPE, blob, package), RELATIONSHIP_TYPE.CUSTOM_PROPERTIES
    )
