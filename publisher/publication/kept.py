"""In this file the files of a published issue are read back, and held against their digests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

import archive
from publisher.config import Settings
from publisher.errors import NotFound
from publisher.issues.model import Issue, State
from publisher.publication import describing, press, staging, stores
from publisher.publication.errors import PublicationFailed
from publisher.publication.model import Publication, Step


def read(publication: Publication, name: str, office: Settings) -> bytes:
    """One file of a published issue out of the archive: issue.pdf, issue.docx or another.

    Raises `NotFound` for one that was never kept, `PublicationFailed` for one that is not what was
    published, and where the archive cannot be reached.
    """
    must_be_published(publication)
    try:
        content = stores.store(office).read(publication.object_id, name, publication.object_version)
    except archive.StoreUnusable as error:
        raise PublicationFailed(str(error)) from error
    except archive.ArchiveError as error:
        raise NotFound(_("档案库里缺少这个文件，请联系系统管理员核验。")) from error
    expected = {press.DOCX: publication.docx_digest, press.PDF: publication.pdf_digest}.get(name)
    if expected and staging.digest(content) != expected:
        raise PublicationFailed(_("档案库里的文件与刊发时不一致，请联系系统管理员核验。"))
    return content


def file_name(issue: Issue, form: str) -> str:
    """What a published file is called where it is taken along.

    Its number, and that it is a correction, was corrected or withdrawn; the file stays as it is.
    """
    told = [_("更正版")] if issue.edition > 1 else []
    told += [issue.state.word] if issue.state in {State.CORRECTED, State.WITHDRAWN} else []
    ending = f"（{'，'.join(told)}）" if told else ""
    return f"{issue.serial.name}{issue.year}年{issue.number_text}{ending}.{form}"


def address_of(publication: Publication, name: str, office: Settings) -> str:
    """Where a published file lies in the archive: a path, or s3://…; raises `NotFound`."""
    must_be_published(publication)
    try:
        return stores.store(office).address_of(
            publication.object_id, name, publication.object_version
        )
    except archive.ArchiveError as error:
        raise NotFound(_("档案库里缺少这个文件，请联系系统管理员核验。")) from error


def must_be_published(publication: Publication) -> None:
    """Raise `NotFound` for what has not come out yet."""
    if publication.state != Step.PUBLISHED:
        raise NotFound


# -- for whoever hands the archive over ----------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """One version of an archived object."""

    number: int
    created: str
    message: str


def versions_of(object_id: str, office: Settings) -> list[Version]:
    """Every version of an object, the first first; raises `NotFound`, `PublicationFailed`."""
    with _spoken():
        found = stores.store(office).versions(object_id)
    return [Version(number, one.created, one.message) for number, one in enumerate(found, 1)]


def files_of(object_id: str, version: int, office: Settings) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file of a version, held against its digest."""
    store = stores.store(office)
    with _spoken():
        digests = store.digests(object_id, version)
    for name, digest in sorted(digests.items()):
        with _spoken():
            content = store.read(object_id, name, version)
        if staging.digest(content) != digest:
            raise PublicationFailed(
                _("档案库里的“%(name)s”已损坏，请先核验修复。", name=f"{object_id} {name}")
            )
        yield name, content


def record_of(
    publication: Publication, archive_number: str, office: Settings, *, version: int
) -> dict[str, Any]:
    """The record of DA/T 46 of a published edition, with its archive number.

    `version` is the edition's own, or the one that holds its papers too.
    """
    with _spoken():
        store = stores.store(office)
        metadata = json.loads(store.read(publication.object_id, "metadata.json", version))
        digests = store.digests(publication.object_id, version)
    own = {describing.JSON, describing.XML, "metadata.json"}
    return describing.describe(
        {**metadata, "object": publication.object_id},
        {name: digest for name, digest in digests.items() if name not in own},
        office=office.office_name,
        fonds_number=office.fonds_number,
        pages=publication.pages or 0,
        archive_number=archive_number,
    )


@contextmanager
def _spoken() -> Iterator[None]:
    """Let an error of the archive become one of ours."""
    try:
        yield
    except archive.NotDeposited as error:
        raise NotFound(_("档案库里缺少这个文件，请联系系统管理员核验。")) from error
    except archive.ArchiveError as error:
        raise PublicationFailed(str(error)) from error
