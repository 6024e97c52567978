"""In this file numbered copies are given out, signed for and taken back, and their files made."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from flask_babel import gettext as _

import layouts
from publisher import history
from publisher.config import Settings
from publisher.errors import InputRefused, StepRefused
from publisher.issues.model import Issue, State
from publisher.language import day
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.publication import kept, press, staging
from publisher.publication.errors import PublicationFailed
from publisher.publication.model import Channel, Copy, Publication

MOST = 999
"""Copies of one issue; no serial prints more numbered ones."""
LONGEST = 120
APART = re.compile(r"[，；。,;\n]")
"""What stands between the recipients in a serial's 报, 送 and 发."""
EMPTY_TIMES = (1980, 1, 1, 0, 0, 0)


def proposed(issue: Issue) -> list[str]:
    """Whom an issue goes to: leaders and units among its readers, then its 报, 送, 发, 增发."""
    tokens = [reader.token for reader in issue.readers]
    names: list[str] = []
    if f"role:{Role.LEADER.value}" in tokens:
        names += [one.titled_name for one in people.leaders()]
    units = {f"unit:{one.id}": one.name for one in people.units()}
    names += [units[token] for token in tokens if token in units]
    serial = issue.serial
    for text in (
        serial.to_superior, serial.to_peer, serial.to_subordinate, issue.extra_recipients
    ):  # fmt: skip
        names += [name.strip() for name in APART.split(text) if name.strip()]
    return list(dict.fromkeys(names))


def give_out(
    issue: Issue,
    recipients: Iterable[str],
    before: Sequence[Copy],
    *,
    channel: Channel,
    on: date,
    by: Person,
    at: datetime,
) -> list[Copy]:
    """Number a copy for each recipient, behind those given out `before`.

    Raises `StepRefused` for an issue that its readers do not have, `InputRefused` for a recipient
    who has a copy already or a name too long.
    """
    if issue.state != State.PUBLISHED:
        raise StepRefused(_("已刊发的刊期才能编份号分发，本期是“%(s)s”。", s=issue.state.word))
    names = [name.strip() for name in recipients if name.strip()]
    have = {copy.recipient for copy in before}
    twice = next((name for name in names if name in have or names.count(name) > 1), "")
    if twice:
        raise InputRefused(
            _("“%(name)s”重复，每个接收单位（人）一份。", name=twice), field="recipients"
        )
    if any(len(name) > LONGEST for name in names):
        raise InputRefused(_("接收单位（人）的名称不超过120字。"), field="recipients")
    first = 1 + max((copy.number for copy in before), default=0)
    if first + len(names) - 1 > MOST:
        raise InputRefused(_("一期最多999份。"), field="recipients")
    history.record(issue, "give_out_copies", by=by, at=at, first=first, last=first + len(names) - 1)
    return [
        Copy(issue_id=issue.id, number=number, recipient=name, channel=channel, sent_on=on)
        for number, name in enumerate(names, first)
    ]


def receive(copy: Copy, issue: Issue, *, signer: str, on: date, by: Person, at: datetime) -> None:
    """Note who signed for a copy."""
    if copy.signed_on is not None:
        raise StepRefused(_("这一份已登记签收。"))
    _not_before(on, copy.sent_on, at)
    copy.signed_by, copy.signed_on = signer.strip(), on
    history.record(issue, "sign_for_copy", by=by, at=at, copy=copy.number, signer=copy.signed_by)


def take_back(copy: Copy, issue: Issue, *, on: date, by: Person, at: datetime) -> None:
    """Note that a copy was given back (清退)."""
    if copy.returned_on is not None:
        raise StepRefused(_("这一份已清退。"))
    _not_before(on, copy.signed_on or copy.sent_on, at)
    copy.returned_on = on
    history.record(issue, "take_back_copy", by=by, at=at, copy=copy.number)


def _not_before(on: date, least: date, at: datetime) -> None:
    if not least <= on <= at.date():
        raise InputRefused(_("日期应在发放（签收）以后、今天以前。"), field="on")


def number_text(issue: Issue, copy: Copy, office: Settings) -> str:
    """A copy's number as its layout prints it: 000012."""
    layout = layouts.read_layout(issue.serial.layout, office.layouts_path)
    return layouts.copy_number(layout, copy.number)


def files(
    issue: Issue, publication: Publication, copies: Sequence[Copy], office: Settings
) -> Iterator[tuple[str, bytes]]:
    """Name and PDF of each copy; raises `PublicationFailed` where the press gives up."""
    pages = kept.read(publication, press.PDF, office)
    texts = [number_text(issue, copy, office) for copy in copies]
    marks = [
        layouts.CopyMark(text, f"{text}　{copy.recipient}")
        for text, copy in zip(texts, copies, strict=True)
    ]
    try:
        made = layouts.numbered_copies(
            pages, issue.serial.layout, marks, office.layouts_path, office.fonts_path
        )
        for text, content in zip(texts, made, strict=True):
            yield f"{issue.serial.code}-{issue.year}-{issue.number:03d}-{text}.pdf", content
    except layouts.LayoutError as error:
        raise PublicationFailed(_("编号份未能生成：%(reason)s", reason=str(error))) from error


def zip_path(issue: Issue, copies: Sequence[Copy], office: Settings) -> Path:
    """Where the archive of exactly these copies lies once it is made."""
    told = "\n".join(f"{copy.number} {copy.recipient}" for copy in copies)
    name = hashlib.sha256(told.encode()).hexdigest()[:32]
    return office.staging_path / f"copies-{issue.id}" / f"{name}.zip"


def make_zip(
    issue: Issue, publication: Publication, copies: Sequence[Copy], office: Settings
) -> None:
    """Make the archive of all copies; what was made of an older list goes."""
    path = zip_path(issue, copies, office)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files(issue, publication, copies, office):
            archive.writestr(zipfile.ZipInfo(name, EMPTY_TIMES), content)
    staging.clear(path.parent)
    staging.write_durably(path, stream.getvalue())


def sheet(issue: Issue, copies: Sequence[Copy], on: date, office: Settings) -> layouts.Sheet:
    """The distribution list (分发签收单) filled in."""
    lines = [
        {
            "position": str(place),
            "number": number_text(issue, copy, office),
            "recipient": copy.recipient,
            "channel": copy.channel.source_word,
            "sent_on": _short(copy.sent_on),
            "signed_by": copy.signed_by,
            "signed_on": _short(copy.signed_on),
            "returned_on": _short(copy.returned_on),
        }
        for place, copy in enumerate(copies, 1)
    ]
    words = {
        "office": office.office_name,
        "number": f"《{issue.serial.name}》{issue.year}年{issue.number_text}",
        "date": day(on),
        "dated_on": day(issue.dated_on),
        "count": str(len(copies)),
        "signed": str(sum(1 for copy in copies if copy.signed_on)),
        "returned": str(sum(1 for copy in copies if copy.returned_on)),
    }
    return layouts.fill_sheet("distribution_list", words, office.layouts_path, {"copies": lines})


def _short(value: date | None) -> str:
    return "" if value is None else f"{value:%Y.%m.%d}"
