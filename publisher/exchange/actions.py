"""In this file issues, items and papers of another instance become records of this one."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from publisher import history
from publisher.editing.model import Item, ItemSource, Revision
from publisher.editing.model import State as ItemState
from publisher.exchange.model import PastPaper, TakenOver
from publisher.filing.model import Filed
from publisher.issues.model import Issue, IssueReader, Placement, State, Urgency
from publisher.issues.source import articles
from publisher.people.model import Person, Unit, UnitGroup
from publisher.publication.model import Publication, Step
from publisher.serials.model import Section, Serial, SerialKind, SerialReader, Series
from publisher.submissions.model import Channel, Kind, Submission
from publisher.submissions.model import State as SubmissionState

Given = Mapping[str, Any]
KIND = re.compile(
    r"(?:instructions/[^/]+/(?P<instruction>instruction)"
    r"|reports/[^/]+/(?P<case>case)"
    r"|reports/[^/]+/[^/]+/(?P<report>report))\.json"
)
"""What the place of a record tells of its kind."""


@dataclass(frozen=True)
class Papers:
    """The papers that came with an object."""

    version: int
    beside: int
    """The edition's version they stand beside."""
    digests: Mapping[str, str]
    records: Mapping[str, dict[str, Any]]


def unit_of(given: Given) -> Unit:
    """A unit that was not known here; it takes nothing new until somebody says so."""
    return Unit(
        code=given["code"],
        name=given["name"],
        short_name=given["short_name"],
        group=UnitGroup(given["group"]),
        is_active=False,
    )


def serial_of(given: Given, units: Mapping[str, int]) -> Serial:
    """A serial that was not known here; it has no route, so it is not in use until somebody says.

    `units` are the numbers of units by code.
    """
    return Serial(
        code=given["code"],
        name=given["name"],
        kind=SerialKind(given["kind"]),
        layout=given["layout"],
        number_pattern=given["number_pattern"],
        restarts_yearly=bool(given["restarts_yearly"]),
        issuing_office=given["issuing_office"],
        handling_note=given["handling_note"],
        retention_years=int(given["retention_years"]),
        is_active=False,
        sections=[
            Section(name=name, position=place) for place, name in enumerate(given["sections"], 1)
        ],
        readers=[SerialReader(token=token) for token in tokens(given["readers"], units)],
    )


def tokens(readers: list[str], units: Mapping[str, int]) -> list[str]:
    """Access tokens of here; a unit that is not known here reads nothing.

    A number of a person there is somebody else's here, so whatever names no unit or role is let go.
    """
    found = []
    for one in readers:
        kind, _colon, code = one.partition(":")
        if kind in {"staff", "role"}:
            found.append(one)
        elif kind == "unit" and code in units:
            found.append(f"unit:{units[code]}")
    return list(dict.fromkeys(found))


def items_of(
    edition: Given,
    known: Mapping[str, Item],
    serial: Serial,
    units: Mapping[str, Unit],
    *,
    by: Person,
    key: str,
) -> dict[str, Item]:
    """The items of an edition that are not here yet, by what the archive calls them."""
    made = {}
    for one in edition["articles"]:
        if one["id"] in known:
            continue
        item = Item(
            title=one["title"],
            body=one["body"],
            kind=Kind(one["kind"]),
            source_line=one["source_line"],
            stage_label=one["stage"],
            tags=one["tags"],
            is_brief=bool(one["is_brief"]),
            serial=serial,
            section=one["section"],
            editor=by,
            made_at=edition["made_at"],
        )
        item.revisions = [
            Revision(number=1, title=item.title, body=item.body, by=by, at=edition["made_at"])
        ]
        item.sources = [
            ItemSource(
                submission=_submission(one, units[unit["code"]], edition, by, key), position=place
            )
            for place, unit in enumerate(one["units"], 1)
        ]
        # It came out elsewhere; no step of here leads there.
        item.state = ItemState.PUBLISHED
        made[one["id"]] = item
    return made


def _submission(one: Given, unit: Unit, edition: Given, by: Person, key: str) -> Submission:
    """What credits a unit with an item: the printed text, as sent in by import."""
    made = Submission(
        title=one["title"],
        body=one["body"],
        kind=Kind(one["kind"]),
        unit=unit,
        submitted_by=by,
        submitted_at=edition["made_at"],
        channel=Channel.IMPORT,
        imported_as=f"{key}:{one['id']}:{unit.code}"[-120:],
    )
    made.state = SubmissionState.ADOPTED
    return made


def issue_of(
    edition: Given,
    items: Mapping[str, Item],
    serial: Serial,
    units: Mapping[str, Unit],
    *,
    by: Person,
) -> Issue:
    """One edition as an issue of the records, under its own number and in the state it has."""
    numbers = {code: unit.id for code, unit in units.items()}
    issue = Issue(
        serial=serial,
        series=Series(edition["series"]),
        dated_on=edition["dated_on"],
        year=edition["year"],
        number=edition["number"],
        total=edition["total"],
        edition=edition["edition"],
        correction=edition["correction"],
        withdrawal=edition["withdrawal"],
        editor_note=edition["editor_note"],
        extra_recipients=edition["extra_recipients"],
        urgency=Urgency(edition["urgency"]),
        compiled_by=by,
        made_at=edition["made_at"],
        signed_at=edition["signed_at"],
        frozen_photos=dict(edition["photos"]),
        placements=[
            Placement(item=items[one["id"]], section=one["section"], position=one["position"])
            for one in edition["articles"]
        ],
        readers=[IssueReader(token=token) for token in tokens(edition["readers"], numbers)],
    )
    issue.state = State(edition["state"])
    return issue


def renamed(source: Given, names: Mapping[str, str]) -> dict[str, Any]:
    """What an edition printed, its articles called as they are here."""
    frozen = dict(copy.deepcopy(dict(source)))
    for article in articles(frozen):
        article["id"] = names[article["id"]]
    return frozen


def publication_of(
    edition: Given, issue: Issue, object_id: str, names: Mapping[str, str], office: str
) -> Publication:
    """How an edition came out, there."""
    made = Publication(
        issue=issue,
        queued_at=edition["published_at"],
        published_at=edition["published_at"],
        object_id=object_id,
        object_version=edition["version"],
        docx_digest=edition["docx_sha512"],
        pdf_digest=edition["pdf_sha512"],
        pages=edition["pages"],
        taken_over_from=office,
        article_names=dict(names),
    )
    made.state = Step.PUBLISHED
    return made


def told(issue: Issue, object_id: str, office: str, *, by: Person, at: datetime) -> None:
    """Tell history that an issue came in."""
    history.record(
        issue,
        "bring_in_issue",
        by=by,
        at=at,
        to_state=issue.state.value,
        object=object_id,
        office=office,
        number=issue.number_text,
    )


def bring_state_up(issue: Issue, edition: Given, *, by: Person, at: datetime) -> None:
    """Let an issue that came in before have the state it has there now."""
    state = State(edition["state"])
    if issue.state != state and issue.may_move_to(state):
        issue.withdrawal = edition["withdrawal"]
        issue.move_to(state, act="bring_in_issue", by=by, at=at)


def taken(
    known: TakenOver | None,
    object_id: str,
    office: str,
    inventory: str,
    papers: Papers | None,
    *,
    by: Person,
    at: datetime,
) -> TakenOver:
    """Note that an object came in, as it is now."""
    if known is None:
        known = TakenOver(object_id=object_id, office=office, inventory=inventory, by=by, at=at)
    known.inventory = inventory
    known.papers_version = papers.version if papers else None
    return known


def past_papers(
    known: Mapping[str, PastPaper], papers: Papers, object_id: str, issue: Issue
) -> list[PastPaper]:
    """The records of papers as they came: those that are new, and the others as they are now."""
    made = []
    for path, record in papers.records.items():
        match = KIND.fullmatch(path)
        if match is None:
            continue
        if path in known:
            known[path].record = record
            made.append(known[path])
            continue
        kind = next(name for name, found in match.groupdict().items() if found)
        made.append(
            PastPaper(object_id=object_id, path=path, kind=kind, record=record, issue=issue)
        )
    return made


def filed_of(given: Given, object_id: str, issue: Issue, *, by: Person) -> Filed:
    """The archive number an issue bears."""
    return Filed(
        object_id=object_id,
        issue=issue,
        year=given["year"],
        retention=given["retention"],
        organ=given["organ"],
        number=given["number"],
        archive_number=given["archive_number"],
        filed_by=by,
        filed_at=given["filed_at"],
    )
