"""In this file records leave and come in as JSON that any version of the program reads.

The form is described in docs/exchange.md. It names serials and units by code and name, persons by
name, articles by what the archive calls them: no number of a database is in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from flask_babel import gettext as _

from publisher.errors import PublisherError
from publisher.filing.model import Filed
from publisher.people.model import Unit
from publisher.publication.model import Publication
from publisher.publication.moving import MANIFEST, Export
from publisher.serials.model import Serial

FORM = 1
"""The version of the form that is written; every earlier one is read."""
RECORDS = "records"
Record = dict[str, Any]

UPGRADES: Mapping[int, Callable[[Record], Record]] = {}
"""What makes a record of one form a record of the next; none yet, 1 is the first."""


class Unreadable(PublisherError):
    """What came in is no export, or one that this version of the program cannot read."""


# -- out -----------------------------------------------------------------------------------------


def record_of(
    editions: Iterable[Publication], filed: Filed | None, unit_codes: Mapping[int, str]
) -> Record:
    """The record of one object: its serial, its archive number, its editions with their items.

    The digest of its inventory is put in when its files have been copied.
    """
    every = list(editions)
    return {
        "form": FORM,
        "object": every[0].object_id,
        "inventory": "",
        "serial": _serial(every[0].issue.serial, unit_codes),
        "filed": filed
        and {
            "archive_number": filed.archive_number,
            "year": filed.year,
            "retention": filed.retention,
            "organ": filed.organ,
            "number": filed.number,
            "filed_at": _moment(filed.filed_at),
        },
        "editions": [_edition(one, unit_codes) for one in every],
    }


def _serial(serial: Serial, unit_codes: Mapping[int, str]) -> Record:
    return {
        "code": serial.code,
        "name": serial.name,
        "kind": serial.kind.value,
        "layout": serial.layout,
        "number_pattern": serial.number_pattern,
        "restarts_yearly": serial.restarts_yearly,
        "issuing_office": serial.issuing_office,
        "handling_note": serial.handling_note,
        "retention_years": serial.retention_years,
        "sections": [section.name for section in serial.sections],
        "readers": _readers((reader.token for reader in serial.readers), unit_codes),
    }


def _edition(publication: Publication, unit_codes: Mapping[int, str]) -> Record:
    issue = publication.issue
    return {
        "edition": issue.edition,
        "version": publication.object_version,
        "state": issue.state.value,
        "series": issue.series.value,
        "year": issue.year,
        "number": issue.number,
        "total": issue.total,
        "dated_on": issue.dated_on.isoformat(),
        "urgency": issue.urgency.value,
        "correction": issue.correction,
        "withdrawal": issue.withdrawal,
        "editor_note": issue.editor_note,
        "extra_recipients": issue.extra_recipients,
        "compiled_by": issue.compiled_by.name,
        "made_at": _moment(issue.made_at),
        "signed_by": issue.signed_by.name if issue.signed_by else "",
        "signed_at": _moment(issue.signed_at),
        "published_at": _moment(publication.published_at),
        "docx_sha512": publication.docx_digest,
        "pdf_sha512": publication.pdf_digest,
        "pages": publication.pages,
        "photos": issue.frozen_photos or {},
        "readers": _readers((reader.token for reader in issue.readers), unit_codes),
        "articles": [
            {
                "id": _article_name(publication, placement.item_id),
                "section": placement.section,
                "position": placement.position,
                "title": placement.item.title,
                "body": placement.item.body,
                "kind": placement.item.kind.value,
                "source_line": placement.item.source_line,
                "stage": placement.item.stage_label,
                "tags": placement.item.tags,
                "is_brief": placement.item.is_brief,
                "units": [_unit(source.submission.unit) for source in placement.item.sources],
            }
            for placement in issue.placements
        ],
    }


def _article_name(publication: Publication, item_id: int) -> str:
    """What the archive calls an article; another name than ours where it came from elsewhere."""
    own = f"item-{item_id}"
    return next((name for name, here in publication.article_names.items() if here == own), own)


def _unit(unit: Unit) -> Record:
    return {
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "group": unit.group.value,
    }


def _readers(tokens: Iterable[str], unit_codes: Mapping[int, str]) -> list[str]:
    """Tokens without numbers: units by their code; persons are of this instance alone."""
    found = []
    for token in sorted(tokens):
        kind, _colon, number = token.partition(":")
        if kind == "unit" and number.isdigit() and int(number) in unit_codes:
            found.append(f"unit:{unit_codes[int(number)]}")
        elif kind in {"staff", "role"}:
            found.append(token)
    return found


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def as_bytes(record: Mapping[str, Any]) -> bytes:
    """A record as it is written."""
    return (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def place_of(object_id: str) -> str:
    """Where the record of an object lies in an export."""
    return f"{RECORDS}/{quote(object_id, safe='')}.json"


# -- in ------------------------------------------------------------------------------------------


def manifest(export: Export) -> Record:
    """What an export says of itself; raises `Unreadable`."""
    found = _read(MANIFEST, export)
    if not found.get("complete"):
        raise Unreadable(_("这份导出没有完成，请先在原处再运行一次导出。"))
    return found


def _read(place: str, export: Export) -> Record:
    """A JSON file in the form of today; raises `Unreadable`."""
    name = PurePosixPath(place).name
    try:
        found: Record = json.loads(export.read(place))
        form = found["form"]
    except FileNotFoundError as error:
        raise Unreadable(_("这里没有“%(name)s”，不是本系统的导出。", name=name)) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(_("“%(name)s”读不懂。", name=name)) from error
    if not isinstance(form, int) or form < 1 or form > FORM:
        raise Unreadable(
            _(
                "“%(name)s”是第%(form)s版格式，本系统只读到第%(known)s版，请先升级本系统。",
                name=name,
                form=form,
                known=FORM,
            )
        )
    for number in range(form, FORM):
        found = UPGRADES[number](found)
    return found


def records(export: Export) -> list[str]:
    """The places of an export's records, in the order of their names."""
    return [place for place in export.names(RECORDS) if place.endswith(".json")]


def read(place: str, export: Export) -> Record:
    """The record of one object, its editions in their order; raises `Unreadable`."""
    found = _read(place, export)
    name = PurePosixPath(place).name
    try:
        if place != place_of(str(found["object"])):
            raise Unreadable(_("“%(name)s”读不懂。", name=name))
        found["editions"].sort(key=lambda one: one["edition"])
        for one in found["editions"]:
            for told in ("made_at", "signed_at", "published_at"):
                one[told] = datetime.fromisoformat(one[told]) if one[told] else None
            one["dated_on"] = date.fromisoformat(one["dated_on"])
        if found["filed"]:
            found["filed"]["filed_at"] = datetime.fromisoformat(found["filed"]["filed_at"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(_("“%(name)s”读不懂。", name=name)) from error
    return found
