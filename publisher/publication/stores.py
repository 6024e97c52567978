"""In this file the office's archive is opened where its settings say it is, and its second copy."""

from __future__ import annotations

import logging
from pathlib import Path

from flask_babel import gettext as _

import archive
from archive.shelf import KillPoint, Shelf, nowhere
from publisher.config import Settings
from publisher.publication.errors import ArchiveLost

logger = logging.getLogger(__name__)
S3 = "s3://"


def store(office: Settings, *, reached: KillPoint = nowhere) -> archive.Store:
    """The archive of the office."""
    return archive.Store(_shelf(office.archive_storage, office, "archive"), reached=reached)


def must_be_there(office: Settings) -> None:
    """Raise `ArchiveLost` where the archive itself cannot be reached, whatever an object lacks."""
    found = store(office)
    try:
        is_there = found.is_there()
    except archive.ArchiveError as error:
        raise ArchiveLost(str(error)) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise ArchiveLost(
            _("档案库 %(place)s 读不了：%(why)s。", place=found.shelf.address, why=why)
        ) from error
    if not is_there:
        raise ArchiveLost(
            _("档案库 %(place)s 不在了，请检查磁盘或目录。", place=found.shelf.address)
        )


def copy(office: Settings) -> archive.Store | None:
    """The second copy of the archive, none where the office keeps none."""
    if not office.archive_copy:
        return None
    return archive.Store(_shelf(office.archive_copy, office, "copy"))


def keep_copy(object_id: str, office: Settings) -> None:
    """Let the second copy follow a deposit; one that cannot be reached is brought up at night."""
    second = copy(office)
    if second is None:
        return
    try:
        archive.bring_up(store(office), second, object_id)
    except (archive.ArchiveError, OSError):
        logger.exception("The second copy of %s was not made", object_id)


def _shelf(place: str, office: Settings, name: str) -> Shelf:
    """A folder, or a bucket where the setting begins with s3://."""
    if not place.startswith(S3):
        return archive.Folder(Path(place) if place else office.archive_root)
    bucket, _slash, prefix = place.removeprefix(S3).strip("/").partition("/")
    return archive.Bucket(
        endpoint=office.s3_endpoint,
        bucket=bucket,
        prefix=prefix,
        key=office.s3_key,
        secret=office.s3_secret,
        region=office.s3_region,
        lock=office.instance / f"{name}.lock",
    )
