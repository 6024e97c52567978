"""In this file papers go into the archive: what was written on an issue, beside its edition.

A version that an edition names holds that edition and nothing else, so whoever is handed the
edition is handed no paper with it. The version behind it holds the same files with the papers
beside them. What only named people may know is an object of its own, which no issue speaks of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

import archive
from publisher.config import Settings
from publisher.database import db
from publisher.errors import NotFound
from publisher.faultpoints import reached
from publisher.publication import queries, stores
from publisher.publication.errors import PublicationFailed
from publisher.publication.model import ArchivedPapers, PaperDue, Publication, Step

FOLDERS = ("instructions/", "reports/")
"""Where papers lie in an object; no edition has files there."""
AT_ONCE = 1000
LATE = timedelta(days=1)
"""What is due for so long is told as a fault."""


@dataclass(frozen=True)
class Beside:
    """The edition that papers go beside."""

    object_id: str
    version: int
    title: str


def due() -> list[tuple[int, str, datetime]]:
    """What waits, the first first: number, key and moment."""
    statement = select(PaperDue.id, PaperDue.key, PaperDue.told_at)
    rows = db.session.execute(statement.order_by(PaperDue.id).limit(AT_ONCE))
    return [(number, key, told_at) for number, key, told_at in rows]


def overdue(at: datetime) -> int:
    """How many changes have waited too long."""
    statement = select(func.count()).where(PaperDue.told_at < at - LATE)
    return db.session.scalar(statement) or 0


def latest_edition(object_id: str) -> Beside | None:
    """The latest published edition of an object; none while the next one is on its way."""
    if object_id in queries.objects_under_way():
        return None
    statement = (
        select(Publication)
        .where(Publication.object_id == object_id, Publication.state == Step.PUBLISHED)
        .order_by(Publication.object_version.desc())
        .limit(1)
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None or found.object_version is None:
        return None
    title = f"《{found.issue.serial.name}》{found.issue.number_text}"
    return Beside(object_id, found.object_version, title)


def digest_of(files: Mapping[str, bytes], version: int | None) -> str:
    """One digest over the papers and the version they stand beside."""
    return _digest({name: hashlib.sha512(one).hexdigest() for name, one in files.items()}, version)


def _digest(digests: Mapping[str, str], version: int | None) -> str:
    lines = [f"{digest} {name}" for name, digest in sorted(digests.items())]
    return hashlib.sha512("\n".join([f"v{version or 0}", *lines]).encode()).hexdigest()


def archived(object_id: str) -> ArchivedPapers | None:
    """What the records know of an object's papers."""
    statement = select(ArchivedPapers).where(ArchivedPapers.object_id == object_id)
    return db.session.scalars(statement).one_or_none()


def every_archived() -> list[ArchivedPapers]:
    """The papers of every object."""
    return list(db.session.scalars(select(ArchivedPapers).order_by(ArchivedPapers.id)))


def apart(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Papers of this office under names of their own, beside those that came from another one."""
    return {name.replace("/", "/here-", 1): content for name, content in files.items()}


def of_version(object_id: str, version: int, office: Settings) -> dict[str, bytes]:
    """The papers that one version of an object holds; raises `PublicationFailed`."""
    store = stores.store(office)
    try:
        return {
            name: store.read(object_id, name, version)
            for name in store.digests(object_id, version)
            if name.startswith(FOLDERS)
        }
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error


def read(object_id: str, path: str, version: int, office: Settings) -> bytes:
    """One file of papers; raises `NotFound`, `PublicationFailed`."""
    try:
        return stores.store(office).read(object_id, path, version)
    except archive.NotDeposited as error:
        raise NotFound from error
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error


def digest_in(digests: Mapping[str, str], version: int | None) -> str:
    """The same as `digest_of`, of what an inventory tells."""
    own = {name: digest for name, digest in digests.items() if name.startswith(FOLDERS)}
    return _digest(own, version)


def keep(
    object_id: str,
    files: Mapping[str, bytes],
    beside: Beside | None,
    office: Settings,
    *,
    title: str,
    at: datetime,
) -> int:
    """Put papers into the archive; the same ones again make no version. Gives the version.

    Nothing is committed and no transaction is needed. Raises `PublicationFailed`.
    """
    try:
        receipt = stores.store(office, reached=reached).deposit(
            archive.Deposit(
                object_id=object_id,
                files=files,
                message=f"{title} 批示和办理情况",
                by_name="系统",
                by_address="urn:jianbao:system",
                at=at,
                beside=beside.version if beside else None,
            )
        )
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error
    reached("papers.stored")
    stores.keep_copy(object_id, office)
    return receipt.version


def conclude(
    object_id: str,
    version: int,
    beside: int | None,
    digest: str,
    numbers: list[int],
    *,
    at: datetime,
) -> None:
    """Commit that papers are kept, and that nothing of them waits any more."""
    note(object_id, version, beside, digest, at=at)
    dismiss(numbers)


def note(object_id: str, version: int, beside: int | None, digest: str, *, at: datetime) -> None:
    """Note that papers are kept; it is left to others to commit."""
    known = archived(object_id)
    if known is None:
        known = ArchivedPapers(object_id=object_id, version=version, digest=digest, kept_at=at)
        db.session.add(known)
    elif (known.version, known.digest) != (version, digest):
        known.version, known.digest, known.kept_at = version, digest, at
    known.beside = beside


def dismiss(numbers: list[int]) -> None:
    """Commit that these changes wait no more."""
    db.session.execute(delete(PaperDue).where(PaperDue.id.in_(numbers)))
    db.session.commit()
    reached("papers.committed")


def is_whole(known: ArchivedPapers, store: archive.Store) -> bool:
    """Whether the archive's inventory holds the papers that the records know.

    Raises `archive.ArchiveError` where it has no such version.
    """
    digests = store.digests(known.object_id, known.version)
    return digest_in(digests, known.beside) == known.digest
