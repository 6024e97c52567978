"""In this file the whole archive leaves for another instance, some objects at a time.

Instructions that only named people may know stay here: those they name are people of this office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from flask_babel import gettext as _

from publisher.config import Settings
from publisher.database import db
from publisher.errors import StepRefused
from publisher.exchange import portable, queries
from publisher.publication import moving, staging
from publisher.publication.errors import PublicationFailed


@dataclass
class Left:
    """What was exported."""

    objects: int = 0
    refused: list[str] = field(default_factory=list)
    """Why an object did not leave, in sentences."""


def leave(
    folder: Path, office: Settings, *, at: datetime, tell: Callable[[int, int], None]
) -> Left:
    """Export everything to a folder; what is there already of an earlier try is not written again.

    Raises `StepRefused` for a folder that holds something else.
    """
    _must_be_ours(folder)
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
    _write(folder / portable.MANIFEST, portable.as_bytes(manifest))
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
                record["inventory"] = moving.copy_out(name, folder, office)
            except PublicationFailed as error:
                left.refused.append(error.sentence)
                continue
            _write(portable.path_of(name, folder), portable.as_bytes(record))
            left.objects += 1
        tell(left.objects, len(names))
    manifest |= {"complete": not left.refused, "objects": left.objects}
    _write(folder / portable.MANIFEST, portable.as_bytes(manifest))
    return left


def _portions(names: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(names), queries.AT_ONCE):
        yield names[first : first + queries.AT_ONCE]


def _must_be_ours(folder: Path) -> None:
    known = (folder / portable.MANIFEST).is_file()
    if folder.exists() and not known and (not folder.is_dir() or any(folder.iterdir())):
        raise StepRefused(_("“%(name)s”不是空文件夹，也不是本系统的导出。", name=str(folder)))


def _write(path: Path, content: bytes) -> None:
    """Write a file unless it is there as it is to be."""
    if not path.is_file() or path.read_bytes() != content:
        staging.write_durably(path, content)
