"""In this file the true pages of an issue in work are made, kept as pictures, and tidied away.

Pages shown beside the work come and go with it. A proof that is pulled (一校, 二校) keeps its
ordinal, who pulled it and its source; its pictures stay until some time after the issue came out.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

import layouts
from publisher import clock, history
from publisher.config import Settings
from publisher.database import db
from publisher.errors import NotFound, PublisherError, StepRefused
from publisher.issues import checking
from publisher.issues import queries as issues
from publisher.issues.model import Issue
from publisher.people.model import Person
from publisher.publication import checks, press, queries, staging
from publisher.publication.model import Proof, ProofState
from publisher.settings import settings
from publisher.words import N_

logger = logging.getLogger(__name__)

DPI = 96
KEPT = 3
"""So many pages looked at beside the work stay for one issue; pulled proofs are not counted."""
ORDINALS = (N_("一校"), N_("二校"), N_("三校"), N_("四校"), N_("五校"))
MOST_PICTURES = 200
"""Of a longer issue the first pages are shown; some 100 kB each, so a proof stays about 20 MB."""


@dataclass(frozen=True)
class Made:
    """What was set of one content."""

    pages: int
    pictures: tuple[str, ...]
    """SHA-256 of each page's picture, in order."""
    places: Mapping[str, int]
    faults: list[dict[str, Any]]


def asked(issue: Issue, *, at: datetime, anew: bool = False) -> tuple[Proof, bool]:
    """The proof of an issue as it stands, and whether it has to be made (again).

    A new one is still to be added to the session; `anew` asks for one that is there once more.
    """
    digest = checking.digest_as_it_stands(issue)
    found = queries.proof_of(issue.id, digest)
    if found is None:
        made = Proof(issue=issue, digest=digest, asked_at=at)
        made.state = ProofState.QUEUED
        return made, True
    if found.state == ProofState.QUEUED:
        return found, False
    whole = folder_of(digest, settings()).is_dir() and issues.check_of(issue.id, digest)
    if found.state == ProofState.READY and whole and not anew:
        return found, False
    found.state, found.error, found.asked_at, found.cleared_at = ProofState.QUEUED, "", at, None
    return found, True


def pull(issue: Issue, *, by: Person, at: datetime) -> tuple[Proof, bool]:
    """Pull the next proof (一校, 二校) of an issue as it stands; says whether it is to be made.

    Raises `StepRefused` where nothing has changed since the last one.
    """
    if issue.has_left_the_desk:
        raise StepRefused(_("本期已签发，请看正式版面。"))
    if not issue.placements:
        raise StepRefused(_("本期还没有排入稿件，不能出校样。"))
    proof, to_make = asked(issue, at=at)
    if proof.ordinal is not None:
        raise StepRefused(
            _("内容与%(name)s没有差别，不必再出校样。", name=ordinal_word(proof.ordinal))
        )
    source, _photos = checking.content_of(issue)
    proof.ordinal = queries.last_ordinal(issue.id) + 1
    proof.pulled_by, proof.pulled_at, proof.source = by, at, source
    history.record(issue, "pull_proof", by=by, at=at, proof=proof.ordinal)
    return proof, to_make


def ordinal_word(ordinal: int) -> str:
    """What a proof is called: 一校."""
    if ordinal <= len(ORDINALS):
        return str(_(ORDINALS[ordinal - 1]))
    return str(_("第%(n)s校", n=ordinal))


def folder_of(digest: str, office: Settings) -> Path:
    """Where the pages of a proof lie."""
    return office.proofs_path / digest


def page_path(proof: Proof, page: int, office: Settings) -> Path:
    """The picture of one page, counted from 1; raises `NotFound`."""
    path = folder_of(proof.digest, office) / f"{page}.png"
    if not 1 <= page <= proof.pages or not path.is_file():
        raise NotFound
    return path


def pictured(proof: Proof) -> int:
    """How many of its pages have a picture; none after they were cleared or not restored."""
    if proof.cleared_at or not folder_of(proof.digest, settings()).is_dir():
        return 0
    return min(proof.pages, MOST_PICTURES)


def make(proof_id: int) -> None:
    """Set the issue as it stands, look it through and keep its pages; what hinders is kept too.

    An issue that was changed since has a newer proof, and this one is let go; a pulled one is set
    from the source it was pulled with.
    """
    proof = queries.proof(proof_id)
    if proof.state != ProofState.QUEUED:
        return
    issue = issues.issue(proof.issue_id)
    source, photos = checking.content_of(issue)
    known, digest, issue_id = checks.leaders(), proof.digest, issue.id
    overtaken = checking.digest_as_it_stands(issue) != digest
    db.session.rollback()
    if overtaken:
        _conclude(proof_id, error=_("本期内容已有改动，请看新的版面。"))
        return
    try:
        made = _make_pages(source, photos, known, folder_of(digest, settings()), settings())
    except PublisherError as error:
        checks.keep(issue_id, digest, checks.not_set(error.sentence), at=clock.now())
        _conclude(proof_id, error=error.sentence)
    except Exception:
        logger.exception("Proof %d failed", proof_id)
        sentence = _("版面没有生成，请稍后重试。")
        checks.keep(issue_id, digest, checks.not_set(sentence), at=clock.now())
        _conclude(proof_id, error=sentence)
    else:
        checks.keep(issue_id, digest, made.faults, at=clock.now())
        _conclude(proof_id, made=made)


def look_through(issue_id: int, digest: str) -> None:
    """Set an issue in work and keep what is wrong with it, without pictures for an eye to see.

    `digest` is of the content as it stands; see `checking.digest_as_it_stands`.
    """
    source, photos = checking.content_of(issues.issue(issue_id))
    known = checks.leaders()
    db.session.rollback()
    try:
        faults = _set(source, photos, known, settings())[1]
    except PublisherError as error:
        faults = checks.not_set(error.sentence)
    checks.keep(issue_id, digest, faults, at=clock.now())
    db.session.commit()


def _make_pages(
    source: Mapping[str, Any],
    photos: Mapping[str, str],
    known: tuple[layouts.Leader, ...],
    folder: Path,
    office: Settings,
) -> Made:
    edition, faults = _set(source, photos, known, office)
    digests = []
    for number, picture in enumerate(
        layouts.page_pictures(edition.content, dpi=DPI, most=MOST_PICTURES), 1
    ):
        staging.write_durably(folder / f"{number}.png", picture)
        digests.append(hashlib.sha256(picture).hexdigest())
    return Made(edition.pages or 0, tuple(digests), edition.places or {}, faults)


def _set(
    source: Mapping[str, Any],
    photos: Mapping[str, str],
    known: tuple[layouts.Leader, ...],
    office: Settings,
) -> tuple[layouts.Edition, list[dict[str, Any]]]:
    """The pages of a content, and what is wrong with them."""
    document = press.compose(source, office.layouts_path)
    edition = press.set_pdf(document, press.read_photos(photos, office.files_path), office)
    return edition, checks.look_through(document, edition, known, office)


def _conclude(proof_id: int, *, made: Made | None = None, error: str = "") -> None:
    proof = queries.proof(proof_id)
    proof.state = ProofState.FAILED if error else ProofState.READY
    proof.pages, proof.error = made.pages if made else 0, error
    if made is not None:
        proof.made = {"pictures": list(made.pictures), "places": dict(made.places)}
    older = queries.older_proofs(proof.issue_id, KEPT)
    digests = [one.digest for one in older]
    for one in older:
        db.session.delete(one)
    db.session.commit()
    for digest in digests:
        staging.clear(folder_of(digest, settings()))


def clear_old(at: datetime, office: Settings) -> None:
    """Remove the page pictures of issues that came out, or were given up, long enough ago.

    Pulled proofs keep their text and remarks; pages that were only looked at go altogether.
    """
    digests = []
    for proof in queries.proofs_to_clear(at - timedelta(days=office.proof_days)):
        digests.append(proof.digest)
        if proof.ordinal is None:
            db.session.delete(proof)
        else:
            proof.cleared_at = at
    db.session.commit()
    for digest in digests:
        staging.clear(folder_of(digest, office))
