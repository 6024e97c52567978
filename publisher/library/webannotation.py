"""In this file remarks are written as the W3C Web Annotation model has them (JSON-LD)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from publisher.library.anchors import export
from publisher.library.model import Annotation
from publisher.library.queries import passage_of

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def collection(annotations: Sequence[Annotation], address: str) -> Mapping[str, Any]:
    """A page of annotations on the issue at `address`."""
    return {
        "@context": CONTEXT,
        "id": f"{address}/annotations.jsonld",
        "type": "AnnotationPage",
        "items": [_annotation(one, address) for one in annotations],
    }


def _annotation(one: Annotation, address: str) -> Mapping[str, Any]:
    """One annotation; an answer has the remark it answers as its target."""
    return {
        "id": f"{address}#note-{one.id}",
        "type": "Annotation",
        "motivation": "replying" if one.reply_to_id else "commenting",
        "created": one.at.isoformat(),
        "creator": {"type": "Person", "name": one.person.name},
        "body": {
            "type": "TextualBody",
            "value": one.body,
            "format": "text/plain",
            "language": "zh-CN",
        },
        "target": f"{address}#note-{one.reply_to_id}"
        if one.reply_to_id
        else export(passage_of(one), source=address),
    }
