"""In this file the true pages of an issue in work are made, kept as pictures, and tidied away."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

import layouts
from publisher.config import Settings
from publisher.database import db
from publisher.errors import NotFound, PublisherError
from publisher.issues import queries as issues
from publisher.issues.model import Issue
from publisher.issues.source import digest_of, source_of
from publisher.publication import press, queries, staging
from publisher.publication.model import Proof, ProofState
from publisher.settings import settings

logger = logging.getLogger(__name__)

DPI = 96
KEPT = 3
"""So many proofs of one issue stay; the pages of older ones are removed."""
NOTES = "notes.json"


@dataclass(frozen=True)
class Note:
    """What a person should look at on the pages."""

    place: str
    sentence: str


def proof_source(issue: Issue) -> tuple[dict[str, Any], dict[str, str]]:
    """What would be printed if the issue were signed now, without number and names, and photos."""
    source = source_of(issue)
    return source, issues.photos_of(issue, source)


def digest_for(issue: Issue, source: Mapping[str, Any], photos: Mapping[str, str]) -> str:
    """The digest under which the pages of this state of this issue are kept.

    It changes with the layout as well: a proof shows what would be signed now.
    """
    look = press.current_layout(str(source["layout"]), settings().layouts_path)
    return digest_of({"issue": issue.id, "look": look, **source}, photos)


def asked(issue: Issue, *, at: datetime) -> tuple[Proof, bool]:
    """The proof of an issue as it stands, and whether it has to be made (again).

    A new one is still to be added to the session.
    """
    source, photos = proof_source(issue)
    digest = digest_for(issue, source, photos)
    found = queries.proof_of(issue.id, digest)
    if found is None:
        made = Proof(issue=issue, digest=digest, asked_at=at)
        made.state = ProofState.QUEUED
        return made, True
    if found.state == ProofState.READY and folder_of(digest, settings()).is_dir():
        return found, False
    if found.state == ProofState.QUEUED:
        return found, False
    found.state, found.error, found.asked_at = ProofState.QUEUED, "", at
    return found, True


def folder_of(digest: str, office: Settings) -> Path:
    """Where the pages of a proof lie."""
    return office.proofs_path / digest


def page_path(proof: Proof, page: int, office: Settings) -> Path:
    """The picture of one page, counted from 1; raises `NotFound`."""
    path = folder_of(proof.digest, office) / f"{page}.png"
    if not 1 <= page <= proof.pages or not path.is_file():
        raise NotFound
    return path


def notes_of(proof: Proof, office: Settings) -> list[Note]:
    """What the presses remarked on these pages."""
    try:
        read = json.loads((folder_of(proof.digest, office) / NOTES).read_bytes())
    except OSError:
        return []
    return [Note(one["place"], one["sentence"]) for one in read]


def make(proof_id: int) -> None:
    """Set the issue as it stands and keep its pages; what hinders is kept as a sentence.

    An issue that was changed since has a newer proof, and this one is let go.
    """
    proof = queries.proof(proof_id)
    if proof.state != ProofState.QUEUED:
        return
    issue = issues.issue(proof.issue_id)
    source, photos = proof_source(issue)
    digest = digest_for(issue, source, photos)
    overtaken = digest != proof.digest
    db.session.rollback()
    if overtaken:
        _conclude(proof_id, error=_("本期内容已有改动，请看新的版面。"))
        return
    try:
        pages = _make_pages(source, photos, folder_of(digest, settings()), settings())
    except PublisherError as error:
        _conclude(proof_id, error=error.sentence)
    except Exception:
        logger.exception("Proof %d failed", proof_id)
        _conclude(proof_id, error=_("版面没有生成，请稍后重试。"))
    else:
        _conclude(proof_id, pages=pages)


def _make_pages(
    source: Mapping[str, Any], photos: Mapping[str, str], folder: Path, office: Settings
) -> int:
    document = press.compose(source, office.layouts_path)
    edition = press.set_pdf(document, press.read_photos(photos, office.files_path), office)
    count = 0
    for count, picture in enumerate(layouts.page_pictures(edition.content, dpi=DPI), 1):
        staging.write_durably(folder / f"{count}.png", picture)
    notes = [{"place": fault.place, "sentence": fault.sentence} for fault in edition.faults]
    staging.write_durably(folder / NOTES, json.dumps(notes, ensure_ascii=False).encode())
    return count


def _conclude(proof_id: int, *, pages: int = 0, error: str = "") -> None:
    proof = queries.proof(proof_id)
    proof.state = ProofState.FAILED if error else ProofState.READY
    proof.pages, proof.error = pages, error
    older = queries.older_proofs(proof.issue_id, KEPT)
    digests = [one.digest for one in older]
    for one in older:
        db.session.delete(one)
    db.session.commit()
    for digest in digests:
        staging.clear(folder_of(digest, settings()))
