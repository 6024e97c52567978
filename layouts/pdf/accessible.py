"""In this file a PDF gets what PDF/UA-1 (ISO 14289-1) asks for beyond WeasyPrint's tags.

WeasyPrint writes one variant's name into a file. Ours is PDF/A-3u by that name and PDF/UA-1 by
what is added here: the second name with the description PDF/A demands of it, headings that begin
at the first level and leave none out, the direction of each head of a table, links tagged as links.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" />
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq>
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""  # noqa: E501 - one line of XML
HEADINGS = {f"/H{level}": level for level in range(1, 7)}


def name_both(metadata: Any) -> None:
    """Let a document's metadata name PDF/UA-1 beside the variant it is written in."""
    write = metadata.generate_rdf_metadata

    def with_ua(*words: Any) -> bytes:
        written: bytes = write(*words)
        return written.replace(b"</rdf:RDF>", UA)

    metadata.generate_rdf_metadata = with_ua


def mend_tags(_document: Any, pdf: Any) -> None:
    """Bring the tags of a written document into the order of PDF/UA-1."""
    elements = [
        one
        for one in pdf.objects
        if isinstance(one, pydyf.Dictionary) and one.get("Type") == "/StructElem"
    ]
    by_number = {one.number: one for one in pdf.objects}
    _number_headings(elements)
    for element in elements:
        if element["S"] == "/TR":
            _point_heads(list(_kids(element, by_number)))
        elif element["S"] not in {"/Link", "/Form"} and any(
            kid.get("Type") == "/OBJR" for kid in _kids(element, by_number)
        ):
            element["S"] = "/Link"


def _number_headings(elements: list[Any]) -> None:
    """The first level for the first heading and all like it, and none left out below."""
    above: list[int] = []
    for element in elements:
        if (level := HEADINGS.get(element["S"])) is not None:
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
            element["S"] = f"/H{len(above)}"


def _point_heads(cells: list[Any]) -> None:
    """A row of heads alone stands over columns; a head beside cells stands before its row."""
    scope = "/Row" if any(cell["S"] == "/TD" for cell in cells) else "/Column"
    for cell in cells:
        if cell["S"] == "/TH":
            cell["A"]["Scope"] = scope
        elif cell["S"] == "/TD" and not cell["A"].get("Headers"):
            cell["A"].pop("Headers", None)


def _kids(element: Any, by_number: dict[int, Any]) -> Iterator[Any]:
    """What is referred to below an element; bare marks of content are left out."""
    for kid in element["K"]:
        if isinstance(kid, bytes) and kid.endswith(b" R"):
            found = by_number[int(kid.split()[0])]
            if isinstance(found, pydyf.Dictionary):
                yield found
