"""In this file the files of a published issue are read back, and held against their digests."""

from __future__ import annotations

from pathlib import Path

from flask_babel import gettext as _

import archive
from publisher.config import Settings
from publisher.errors import NotFound
from publisher.publication import press, staging
from publisher.publication.errors import PublicationFailed
from publisher.publication.model import Publication, Step


def read(publication: Publication, name: str, office: Settings) -> bytes:
    """One file of a published issue out of the archive: issue.pdf, issue.docx or another.

    Raises `NotFound` for one that was never kept, `PublicationFailed` for one that is not what was
    published.
    """
    content = path_of(publication, name, office).read_bytes()
    expected = {press.DOCX: publication.docx_digest, press.PDF: publication.pdf_digest}.get(name)
    if expected is not None and staging.digest(content) != expected:
        raise PublicationFailed(_("档案库里的文件与刊发时不一致，请联系系统管理员核验。"))
    return content


def path_of(publication: Publication, name: str, office: Settings) -> Path:
    """Where a published file lies in the archive; raises `NotFound`."""
    if publication.state != Step.PUBLISHED:
        raise NotFound
    try:
        path = archive.Store(office.archive_root).path_of(
            publication.object_id, name, publication.object_version
        )
    except archive.ArchiveError as error:
        raise NotFound from error
    if not path.is_file():
        raise NotFound(_("档案库里缺少这个文件，请联系系统管理员核验。"))
    return path
