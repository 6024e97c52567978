"""In this file the worker publishes signed issues, makes proofs and finds what was left undone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from publisher import clock
from publisher.database import db
from publisher.issues import queries as issues
from publisher.jobs import every_minute, job
from publisher.publication import chain, copies, proofs, queries, staging, watch
from publisher.publication.model import Step
from publisher.settings import settings

LOST_AFTER = timedelta(minutes=2)
"""A proof that was asked for so long ago and is not made has lost its job."""


@job
def begin(issue_id: int) -> None:
    """Let a signed issue go its way to the readers."""
    try:
        number = chain.begin(issue_id, clock.now())
    except IntegrityError:
        # Another process began the same publication at the same moment and carries it on.
        db.session.rollback()
        return
    if number is not None:
        chain.carry_on(number)


@job
def publish(publication_id: int) -> None:
    """Carry a publication on from wherever it stands."""
    chain.carry_on(publication_id)


@job
def make_proof(proof_id: int) -> None:
    """Make the true pages of an issue in work."""
    proofs.make(proof_id)


@job
def make_copies(issue_id: int) -> None:
    """Make the files of an issue's numbered copies."""
    issue, publication = queries.frozen_of(issue_id), queries.of_issue(issue_id)
    if publication is not None:
        copies.make_zip(issue, publication, queries.copies_of(issue_id), settings())


@job
def check(issue_id: int, anew: bool) -> None:
    """Look an issue in work through before it is sent or signed; `anew` where it was before."""
    issue = issues.issue(issue_id)
    if issue.has_left_the_desk or not issue.placements:
        db.session.rollback()
        return
    proof, to_make = proofs.asked(issue, at=clock.now(), anew=anew)
    db.session.add(proof)
    db.session.commit()
    number = proof.id
    db.session.rollback()
    if to_make:
        proofs.make(number)


@every_minute
def take_up() -> None:
    """Find signed issues and publications that were left on their way, and carry them on."""
    for issue_id in queries.signed_without_publication():
        begin(issue_id)
    for number in queries.due(clock.now()):
        publish(number)


@every_minute
def take_up_proofs() -> None:
    """Make the proofs whose job was lost."""
    for number in queries.proofs_waiting(clock.now() - LOST_AFTER):
        make_proof(number)


@every_minute
def clear_proofs() -> None:
    """Remove the page pictures of issues that came out long enough ago."""
    proofs.clear_old(clock.now(), settings())


@every_minute
def clear_staging() -> None:
    """Remove the staging folders of issues that have come out."""
    root = settings().staging_path
    if not root.is_dir():
        return
    for folder in root.iterdir():
        if not folder.name.isdigit():
            continue
        publication = queries.of_issue(int(folder.name))
        if publication is not None and publication.state == Step.PUBLISHED:
            staging.clear(folder)


@job
def verify_archive(verification_id: int) -> None:
    """Carry a verification on by a piece, and come back for the rest."""
    if not watch.go_on(verification_id, settings()):
        verify_archive.later(verification_id)


@every_minute
def verify_nightly() -> None:
    """Begin the night's verification, and carry on one whose job was lost."""
    under_way = queries.verification_under_way()
    if under_way is None and watch.is_due(clock.now()):
        under_way = watch.begin(by=watch.SYSTEM, at=clock.now())
        db.session.add(under_way)
        db.session.commit()
    if under_way is not None:
        number = under_way.id
        db.session.rollback()
        watch.go_on(number, settings())
