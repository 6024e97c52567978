"""In this file the whole archive leaves for another instance, some objects at a time.

Instructions that only named people may know stay here: those they name are people of this office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from publisher.config import Settings
from publisher.database import db
from publisher.exchange import outward, portable, queries
from publisher.publication import stores
from publisher.publication.errors import ArchiveLost, PublicationFailed


@dataclass
class Left:
    """What was exported."""

    objects: int = 0
    refused: list[str] = field(default_factory=list)
    """Why an object did not leave, in sentences."""
    lost: str = ""
    """Why it stopped before the end: the archive could not be reached any more."""

    @property
    def is_whole(self) -> bool:
        """Whether everything left."""
        return not (self.refused or self.lost)


def leave(path: Path, office: Settings, *, at: datetime, tell: Callable[[int, int], None]) -> Left:
    """Export everything to a folder, or to one file where the name ends in .zip.

    In a folder, what is there already of an earlier try is not written again. Where the archive
    itself cannot be reached any more, nothing further is tried. Raises `StepRefused` for a place
    that holds something else or cannot be written.
    """
    with outward.opened(path) as export:
        return _leave(export, office, at, tell)


def _leave(
    export: outward.Outward, office: Settings, at: datetime, tell: Callable[[int, int], None]
) -> Left:
    names = queries.object_ids()
    db.session.rollback()
    manifest = {
        "form": portable.FORM,
        "office": office.office_name,
        "fonds_number": office.fonds_number,
        "program": version("jianbao"),
        "exported_at": at.isoformat(timespec="seconds"),
        "objects": len(names),
        "complete": False,
    }
    export.begin(manifest)
    left = Left()
    try:
        for name, record in _records(names):
            _copy(export, name, record, office, left)
            tell(left.objects, len(names))
    except ArchiveLost as error:
        left.lost = error.sentence
    manifest |= {"complete": left.is_whole, "objects": left.objects}
    export.conclude(manifest)
    return left


def _copy(
    export: outward.Outward, name: str, record: portable.Record, office: Settings, left: Left
) -> None:
    """Let an object leave, or note why it does not; raises `ArchiveLost`."""
    try:
        record["inventory"] = export.copy(name, office)
    except PublicationFailed as error:
        stores.must_be_there(office)
        left.refused.append(error.sentence)
        return
    export.write(portable.place_of(name), portable.as_bytes(record))
    left.objects += 1


def _records(names: list[str]) -> Iterator[tuple[str, portable.Record]]:
    """Each object with its record; the database is free while its files are copied."""
    codes = {number: code for code, number in queries.codes_of_units().items()}
    for portion in _portions(names):
        filed = queries.filed(portion)
        records = {
            name: portable.record_of(editions, filed.get(name), codes)
            for name, editions in queries.leaving(portion).items()
        }
        db.session.rollback()
        yield from records.items()


def _portions(names: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(names), queries.AT_ONCE):
        yield names[first : first + queries.AT_ONCE]
