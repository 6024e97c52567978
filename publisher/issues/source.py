"""In this file an issue becomes its source: the JSON form that is frozen, typeset and archived.

The form is described in docs/typeset.md. Nothing here asks the database: an issue comes loaded with
its placements and their items.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from publisher.issues.model import Issue, Placement, Urgency
from publisher.issues.numbering import Number

FORM = 1
"""The version of the JSON form."""

PHOTO = re.compile(r"\]\(\s*<?photo:([A-Za-z0-9_-]+)")
"""A photo in Markdown: `![说明](photo:12)`; the key is the attachment's number."""


QUOTED = ("leader", "post", "text", "date", "number")
"""What the form says of an instruction that is quoted before an article."""


def source_of(
    issue: Issue,
    *,
    numbered: Number | None = None,
    layout_version: str = "",
    signer: str = "",
    checker: str = "",
) -> dict[str, Any]:
    """The whole issue in the JSON form; unnumbered while it is in work.

    A correction starts from the text that was published and edited since, not from the items.
    """
    source = copy.deepcopy(issue.frozen) if issue.edition > 1 else None
    sections = source["sections"] if source else _sections(issue)
    return {
        "form": FORM,
        "layout": issue.serial.layout,
        **({"layout_version": layout_version} if layout_version else {}),
        "serial": issue.serial.name,
        "number": numbered.number if numbered else None,
        "total": numbered.total if numbered else None,
        "year": numbered.year if numbered else issue.dated_on.year,
        "series": issue.series.value,
        "number_line": issue.number_line(numbered.number, numbered.total, numbered.year)
        if numbered
        else issue.number_line("　", "　", issue.dated_on.year),
        "date": issue.dated_on.isoformat(),
        "office": issue.serial.issuing_office,
        "handling": issue.serial.handling_note,
        "urgency": "" if issue.urgency == Urgency.NORMAL else issue.urgency.source_word,
        "copy_number": "",
        "edition": issue.edition,
        "correction": issue.correction,
        "editor_note": issue.editor_note,
        "sections": sections,
        "imprint": _imprint(issue, signer=signer, checker=checker),
        "archive_number": "",
        "language": "zh-CN",
    }


def _imprint(issue: Issue, *, signer: str, checker: str) -> dict[str, Any]:
    serial = issue.serial
    return {
        "to_superior": serial.to_superior,
        "to_peer": serial.to_peer,
        "to_subordinate": serial.to_subordinate,
        "extra": issue.extra_recipients,
        "signer": signer,
        "checker": checker,
        "editor": issue.compiled_by.name,
        "phone": serial.phone,
        "print_run": serial.print_run,
    }


def _sections(issue: Issue) -> list[dict[str, Any]]:
    """The sections that have items, and those without that every issue is expected to have.

    An empty one is never printed; the presses tell of it.
    """
    expected = {section.name for section in issue.serial.sections if section.is_expected}
    return [
        {"title": title, "articles": [_article(placement) for placement in placements]}
        for title, placements in by_section(issue).items()
        if placements or (title in expected and issue.placements)
    ]


def by_section(issue: Issue) -> dict[str, list[Placement]]:
    """The placements under their sections: the serial's in its order, then any it has given up."""
    found: dict[str, list[Placement]] = {section.name: [] for section in issue.serial.sections}
    for placement in sorted(issue.placements, key=lambda one: one.position):
        found.setdefault(placement.section, []).append(placement)
    return found


def _article(placement: Placement) -> dict[str, Any]:
    item = placement.item
    return {
        "id": f"item-{item.id}",
        "title": item.title,
        "body": item.body,
        "source_line": item.source_line,
        "stage": item.stage_label,
        "instructions": [
            {name: one[name] for name in QUOTED} for one in item.instructions if one["printed"]
        ],
    }


def articles(source: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every article of a source, in printed order."""
    for section in source["sections"]:
        yield from section["articles"]


def photo_keys(source: Mapping[str, Any]) -> list[str]:
    """The keys of the photos the texts of a source name, each once, in order."""
    texts: Iterable[str] = (
        str(source["editor_note"]),
        *(str(article["body"]) for article in articles(source)),
    )
    return list(dict.fromkeys(key for text in texts for key in PHOTO.findall(text)))


def digest_of(source: Mapping[str, Any], photos: Mapping[str, str]) -> str:
    """SHA-256 of a source and its photos' digests: the same content, the same digest."""
    text = json.dumps([source, photos], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_in_work(
    issue_id: int, source: Mapping[str, Any], photos: Mapping[str, str], *, look: str
) -> str:
    """The digest under which this state of this issue's content is looked through and shown.

    `look` is the version its layout has: other pages would be signed where the layout changed.
    """
    return digest_of({"issue": issue_id, "look": look, **source}, photos)
