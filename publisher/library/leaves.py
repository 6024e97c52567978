"""In this file the true pages of a published issue become pictures, made once and kept."""

from __future__ import annotations

from pathlib import Path

import layouts
from publisher.config import Settings
from publisher.errors import NotFound
from publisher.publication import kept, staging
from publisher.publication.model import Publication

DPI = 144
"""Sharp on a tablet, whose screen has two dots where a page has one."""
PDF = "issue.pdf"


def leaf(publication: Publication, page: int, office: Settings) -> Path:
    """The picture of one page, counted from 1; raises `NotFound`."""
    if not 1 <= page <= (publication.pages or 0):
        raise NotFound
    path = office.proofs_path / "published" / publication.pdf_digest[:64] / f"{page}.png"
    if not path.is_file():
        pdf = kept.read(publication, PDF, office)
        staging.write_durably(path, layouts.page_picture(pdf, page, dpi=DPI))
    return path
