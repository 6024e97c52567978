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
from publisher.publication.errors import PublicationFailed


@dataclass
class Left:
    """What was exported."""

    objects: int = 0
    refused: list[str] = field(default_factory=list)
    """Why an object did not leave, in sentences."""


def leave(path: Path, office: Settings, *, at: datetime, tell: Callable[[int, int], None]) -> Left:
    """Export everything to a folder, or to one file where the name ends in .zip.

    In a folder, what is there already of an earlier try is not written again. Raises `StepRefused`
    for a place that holds something else or cannot be written.
    """
    with outward.opened(path) as export:
        return _leave(export, office, at, tell)


def _leave(
    export: outward.Outward, office: Settings, at: datetime, tell: Callable[[int, int], None]
) -> Left:
    names = queries.object_ids()
    codes = {number: code for code, number in queries.codes_of_units().items()}
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
    for portion in _portions(names):
        filed = queries.filed(portion)
        records = {
            name: portable.record_of(editions, filed.get(name), codes)
            for name, editions in queries.leaving(portion).items()
        }
        # The database is free again while files are copied.
        db.session.rollback()
        for name, record in records.items():
            try:
                record["inventory"] = export.copy(name, office)
            except PublicationFailed as error:
                left.refused.append(error.sentence)
                continue
            export.write(portable.place_of(name), portable.as_bytes(record))
            left.objects += 1
            tell(left.objects, len(names))
    manifest |= {"complete": not left.refused, "objects": left.objects}
    export.conclude(manifest)
    return left


def _portions(names: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(names), queries.AT_ONCE):
        yield names[first : first + queries.AT_ONCE]
