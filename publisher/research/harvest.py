"""In this file records become what other programs gather: Atom entries, Dublin Core, OAI-PMH.

Nothing here reads the database or the index; whoever calls it has asked what the reader may see.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from search import Record

ATOM = "http://www.w3.org/2005/Atom"
OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
for _prefix, _space in (("oai_dc", OAI_DC), ("dc", DC), ("xsi", XSI)):
    ET.register_namespace(_prefix, _space)

_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
DC_TYPES = {"item": "Text.Article", "issue": "Text.Serial"}
SUMMARY = 300
MOST_PAGES = 100_000


def clean(text: str) -> str:
    """The text without what XML 1.0 may not hold."""
    return _NOT_XML.sub("", text)


def _child(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    if text:
        made.text = clean(text)
    return made


def _written(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def atom(records: Sequence[Record], *, title: str, address: str, site: str, office: str) -> bytes:
    """A feed of these records, the newest first (RFC 4287)."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _child(feed, f"{{{ATOM}}}id", address)
    _child(feed, f"{{{ATOM}}}title", title)
    _child(feed, f"{{{ATOM}}}updated", _moment(max((one.date for one in records), default=None)))
    _child(_child(feed, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", office)
    _child(feed, f"{{{ATOM}}}link", rel="self", href=address)
    for record in records:
        entry = _child(feed, f"{{{ATOM}}}entry")
        _child(entry, f"{{{ATOM}}}id", f"{site}/search/records/{record.id}")
        _child(entry, f"{{{ATOM}}}title", record.title)
        _child(entry, f"{{{ATOM}}}updated", _moment(record.date))
        _child(entry, f"{{{ATOM}}}link", rel="alternate", href=f"{site}{record.url}")
        _child(entry, f"{{{ATOM}}}summary", " ".join(record.text.split())[:SUMMARY])
        if record.serial:
            _child(entry, f"{{{ATOM}}}category", term=clean(record.serial))
    return _written(feed)


def _moment(day: date | None) -> str:
    return f"{(day or date(1970, 1, 1)).isoformat()}T00:00:00+08:00"


@dataclass(frozen=True)
class Wanted:
    """What a harvester asks a list for."""

    since: date | None = None
    until: date | None = None
    set_code: str = ""
    page: int = 1


class Refused(Exception):
    """The harvester asked what OAI-PMH does not know; `code` is the protocol's word for it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def read_wanted(values: Mapping[str, str]) -> Wanted:
    """The arguments of ListRecords and ListIdentifiers; raises `Refused`."""
    if token := values.get("resumptionToken"):
        if set(values) - {"verb", "resumptionToken"}:
            raise Refused("badArgument", "resumptionToken stands alone")
        return _read_token(token)
    if values.get("metadataPrefix") is None:
        raise Refused("badArgument", "metadataPrefix is missing")
    if values["metadataPrefix"] != "oai_dc":
        raise Refused("cannotDisseminateFormat", "only oai_dc")
    if unknown := set(values) - {"verb", "metadataPrefix", "from", "until", "set"}:
        raise Refused("badArgument", f"unknown: {', '.join(sorted(unknown))}")
    wanted = Wanted(_day(values, "from"), _day(values, "until"), values.get("set", ""))
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise Refused("badArgument", "from is after until")
    return wanted


def _day(values: Mapping[str, str], name: str) -> date | None:
    typed = values.get(name)
    if typed is None:
        return None
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
        raise Refused("badArgument", f"{name} must be YYYY-MM-DD")
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise Refused("badArgument", f"{name} is no day") from error


def token_of(wanted: Wanted) -> str:
    """How to go on: everything is in the token, so that nothing is kept for the harvester."""
    values = [
        wanted.since.isoformat() if wanted.since else "",
        wanted.until.isoformat() if wanted.until else "",
        wanted.set_code,
        wanted.page,
    ]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def _read_token(token: str) -> Wanted:
    try:
        since, until, set_code, page = json.loads(base64.urlsafe_b64decode(token[:500]))
        if page not in range(2, MOST_PAGES):
            raise Refused("badResumptionToken", "unknown resumptionToken")
        return Wanted(
            date.fromisoformat(since) if since else None,
            date.fromisoformat(until) if until else None,
            str(set_code),
            page,
        )
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise Refused("badResumptionToken", "unknown resumptionToken") from error


class Answer:
    """One answer of OAI-PMH 2.0 in the making."""

    def __init__(self, address: str, asked: Mapping[str, str], at: datetime, host: str) -> None:
        ET.register_namespace("", OAI)
        self._host = host
        self.root = ET.Element(
            f"{{{OAI}}}OAI-PMH",
            {f"{{{XSI}}}schemaLocation": f"{OAI} {OAI}OAI-PMH.xsd"},
        )
        moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        _child(self.root, f"{{{OAI}}}responseDate", moment)
        kept = {name: clean(value)[:500] for name, value in asked.items() if name in ARGUMENTS}
        _child(self.root, f"{{{OAI}}}request", address, **kept)

    def written(self) -> bytes:
        """The whole answer."""
        return _written(self.root)

    def refuse(self, refused: Refused) -> None:
        """Say that it cannot be answered."""
        _child(self.root, f"{{{OAI}}}error", str(refused), code=refused.code)

    def identify(self, office: str, address: str, first: date, mail: str) -> None:
        """Who answers here."""
        part = _child(self.root, f"{{{OAI}}}Identify")
        for name, text in (
            ("repositoryName", office),
            ("baseURL", address),
            ("protocolVersion", "2.0"),
            ("adminEmail", mail),
            ("earliestDatestamp", first.isoformat()),
            ("deletedRecord", "no"),
            ("granularity", "YYYY-MM-DD"),
        ):
            _child(part, f"{{{OAI}}}{name}", text)

    def formats(self) -> None:
        """That Dublin Core is the one form."""
        part = _child(self.root, f"{{{OAI}}}ListMetadataFormats")
        form = _child(part, f"{{{OAI}}}metadataFormat")
        _child(form, f"{{{OAI}}}metadataPrefix", "oai_dc")
        _child(form, f"{{{OAI}}}schema", f"{OAI_DC[:-1]}.xsd")
        _child(form, f"{{{OAI}}}metadataNamespace", OAI_DC)

    def sets(self, serials: Iterable[tuple[str, str]]) -> None:
        """The serials, each a set."""
        part = _child(self.root, f"{{{OAI}}}ListSets")
        for code, name in serials:
            one = _child(part, f"{{{OAI}}}set")
            _child(one, f"{{{OAI}}}setSpec", code)
            _child(one, f"{{{OAI}}}setName", name)

    def records(
        self,
        verb: str,
        records: Iterable[Record],
        codes: Mapping[str, str],
        site: str,
        *,
        office: str,
        token: str | None = None,
        total: int = 0,
    ) -> None:
        """Records, or their heads alone, and how to go on."""
        part = _child(self.root, f"{{{OAI}}}{verb}")
        for record in records:
            whole = part if verb == "ListIdentifiers" else _child(part, f"{{{OAI}}}record")
            self._head(whole, record, codes)
            if verb != "ListIdentifiers":
                _dublin_core(_child(whole, f"{{{OAI}}}metadata"), record, site, office)
        if token is not None:
            _child(part, f"{{{OAI}}}resumptionToken", token, completeListSize=str(total))

    def _head(self, parent: ET.Element, record: Record, codes: Mapping[str, str]) -> None:
        head = _child(parent, f"{{{OAI}}}header")
        _child(head, f"{{{OAI}}}identifier", f"oai:{self._host}:{record.id}")
        _child(head, f"{{{OAI}}}datestamp", record.date.isoformat())
        if record.serial in codes:
            _child(head, f"{{{OAI}}}setSpec", codes[record.serial])


ARGUMENTS = frozenset(
    {"verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"}
)


def _dublin_core(parent: ET.Element, record: Record, site: str, office: str) -> None:
    core = _child(parent, f"{{{OAI_DC}}}dc")
    for name, text in (
        ("title", record.title),
        *(("creator", unit) for unit in record.unit.split("、")),
        *(("subject", word) for word in (*record.tags, record.category, record.section)),
        ("description", " ".join(record.text.split())[:1000]),
        ("publisher", office),
        ("date", record.date.isoformat()),
        ("type", DC_TYPES.get(record.kind, "Text")),
        ("identifier", f"{site}{record.url}"),
        ("source", f"《{record.serial}》{record.number_text}" if record.serial else ""),
        ("language", "zh"),
    ):
        if text:
            _child(core, f"{{{DC}}}{name}", text)
