"""In this file the files of a published issue are read back, and held against their digests."""

from __future__ import annotations

from flask_babel import gettext as _

import archive
from publisher.config import Settings
from publisher.errors import NotFound
from publisher.publication import press, staging, stores
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
