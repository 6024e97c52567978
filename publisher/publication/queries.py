"""In this file we ask how far publications are, what waits, and for the pages of a proof."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload, undefer

from publisher.database import db
from publisher.editing.model import Item, ItemSource
from publisher.errors import NotFound
from publisher.issues.model import Issue, Placement, State
from publisher.publication.model import (
    Copy,
    Proof,
    ProofState,
    Publication,
    Remark,
    Step,
    Verification,
)
from publisher.serials.model import Series

PAUSES = (0, 1, 3, 10, 30, 120, 480)
"""Minutes after queueing at which a publication is tried for the first time, the second, …"""


def publication(number: int) -> Publication:
    """The publication of that number; raises `NotFound`."""
    found = db.session.get(Publication, number)
    if found is None:
        raise NotFound
    return found


def of_issue(issue_id: int) -> Publication | None:
    """The way of an issue to its readers, where it has begun."""
    statement = select(Publication).where(Publication.issue_id == issue_id)
    return db.session.scalars(statement).unique().one_or_none()


def to_carry_on(number: int) -> Publication | None:
    """A publication with its issue's frozen content, its rows locked until the commit."""
    statement = (
        select(Publication)
        .where(Publication.id == number)
        .options(
            selectinload(Publication.issue).options(
                undefer(Issue.frozen),
                undefer(Issue.frozen_photos),
                selectinload(Issue.placements)
                .joinedload(Placement.item)
                .selectinload(Item.sources)
                .joinedload(ItemSource.submission),
            )
        )
        .with_for_update(of=Publication)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).unique().one_or_none()


def signed_without_publication() -> list[int]:
    """The issues that were signed but whose way to the readers was never begun."""
    statement = select(Issue.id).where(
        Issue.state == State.SIGNED,
        Issue.id.not_in(select(Publication.issue_id)),
    )
    return list(db.session.scalars(statement.order_by(Issue.id)))


def due(at: datetime) -> list[int]:
    """The unfinished publications whose next try has come; the pauses between tries grow."""
    statement = (
        select(Publication.id, Publication.attempts, Publication.queued_at)
        .where(Publication.state != Step.PUBLISHED, Publication.attempts < len(PAUSES))
        .order_by(Publication.id)
    )
    return [
        number
        for number, attempts, queued_at in db.session.execute(statement)
        if at >= queued_at + timedelta(minutes=PAUSES[attempts])
    ]


def has_given_up(publication_: Publication) -> bool:
    """Whether it is no longer tried until somebody asks for it."""
    return publication_.state != Step.PUBLISHED and publication_.attempts >= len(PAUSES)


def published() -> list[Publication]:
    """Every publication that has come out, oldest first."""
    statement = (
        select(Publication)
        .where(Publication.state == Step.PUBLISHED)
        .order_by(Publication.published_at, Publication.id)
    )
    return list(db.session.scalars(statement).unique())


def how_many_published() -> int:
    """How many publications have come out."""
    statement = select(func.count()).where(Publication.state == Step.PUBLISHED)
    return db.session.scalar(statement) or 0


def object_ids() -> set[str]:
    """The archive's names of the issues that have come out or are about to be deposited."""
    statement = select(Publication).where(Publication.state.not_in({Step.QUEUED, Step.COMPOSED}))
    return {object_id_of(one) for one in db.session.scalars(statement).unique()}


def objects_under_way() -> set[str]:
    """The objects whose next edition is on its way."""
    statement = select(Publication).where(Publication.state != Step.PUBLISHED)
    return {object_id_of(one) for one in db.session.scalars(statement).unique()}


def versions_of_editions(object_ids: Iterable[str]) -> dict[str, list[int]]:
    """Which versions of each object are editions, by the object's name."""
    statement = (
        select(Publication.object_id, Publication.object_version)
        .where(Publication.object_id.in_(list(object_ids)), Publication.state == Step.PUBLISHED)
        .order_by(Publication.object_version)
    )
    found: dict[str, list[int]] = {}
    for name, version in db.session.execute(statement):
        found.setdefault(name, []).append(version or 1)
    return found


def object_id_of(publication_: Publication) -> str:
    """The archive's name for an issue, the same for all its editions: zwxx-2026-012."""
    issue = publication_.issue
    ending = "-s" if issue.series == Series.SUPPLEMENT else ""
    return f"{issue.serial.code}-{issue.year}-{issue.number:03d}{ending}"


def frozen_of(issue_id: int) -> Issue:
    """An issue with its frozen content; raises `NotFound`."""
    statement = (
        select(Issue)
        .where(Issue.id == issue_id)
        .options(undefer(Issue.frozen), undefer(Issue.frozen_photos))
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def proof(number: int) -> Proof:
    """The proof of that number; raises `NotFound`."""
    found = db.session.get(Proof, number)
    if found is None:
        raise NotFound
    return found


def proof_of(issue_id: int, digest: str) -> Proof | None:
    """The proof of an issue as it stands, where it was asked for before."""
    statement = (
        select(Proof)
        .where(Proof.issue_id == issue_id, Proof.digest == digest)
        .order_by(Proof.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def proofs_waiting(since: datetime) -> list[int]:
    """Proofs asked for before that moment and still not made: their job was lost."""
    statement = select(Proof.id).where(Proof.state == ProofState.QUEUED, Proof.asked_at <= since)
    return list(db.session.scalars(statement.order_by(Proof.id)))


def older_proofs(issue_id: int, keep: int) -> list[Proof]:
    """The proofs of an issue that were only looked at beside the work, but for the latest."""
    statement = (
        select(Proof)
        .where(Proof.issue_id == issue_id, Proof.ordinal.is_(None))
        .order_by(Proof.asked_at.desc(), Proof.id.desc())
        .offset(keep)
    )
    return list(db.session.scalars(statement))


def verification(number: int) -> Verification:
    """The verification of that number; raises `NotFound`."""
    found = db.session.get(Verification, number)
    if found is None:
        raise NotFound
    return found


def verifications(how_many: int) -> list[Verification]:
    """The latest verifications of the archive."""
    statement = select(Verification).order_by(Verification.begun_at.desc(), Verification.id.desc())
    return list(db.session.scalars(statement.limit(how_many)))


def last_verification() -> Verification | None:
    """The latest verification, where there was one."""
    return next(iter(verifications(1)), None)


def verification_under_way() -> Verification | None:
    """The verification that has not come to its end."""
    statement = select(Verification).where(Verification.ended_at.is_(None))
    return db.session.scalars(statement.order_by(Verification.id).limit(1)).one_or_none()


def copies_of(issue_id: int) -> list[Copy]:
    """The numbered copies of an issue, by number."""
    statement = select(Copy).where(Copy.issue_id == issue_id).order_by(Copy.number)
    return list(db.session.scalars(statement))


def copy_of(issue_id: int, number: int) -> Copy:
    """One copy of an issue by its number; raises `NotFound`."""
    statement = select(Copy).where(Copy.issue_id == issue_id, Copy.number == number)
    found = db.session.scalars(statement.with_for_update()).one_or_none()
    if found is None:
        raise NotFound
    return found


def last_ordinal(issue_id: int) -> int:
    """How many proofs of an issue were pulled."""
    return db.session.scalar(select(func.max(Proof.ordinal)).where(Proof.issue_id == issue_id)) or 0


def pulled(issue_id: int) -> list[Proof]:
    """The pulled proofs of an issue with their remarks, the first first."""
    statement = (
        select(Proof)
        .where(Proof.issue_id == issue_id, Proof.ordinal.is_not(None))
        .options(undefer(Proof.source), undefer(Proof.made), selectinload(Proof.remarks))
        .order_by(Proof.ordinal)
    )
    return list(db.session.scalars(statement))


def remark(number: int) -> Remark:
    """The remark of that number; raises `NotFound`."""
    found = db.session.get(Remark, number)
    if found is None:
        raise NotFound
    return found


def proofs_to_clear(before: datetime, *, most: int = 50) -> list[Proof]:
    """Proofs with pictures of issues that came out before that moment, or were given up."""
    came_out = select(Publication.issue_id).where(Publication.published_at <= before)
    statement = (
        select(Proof)
        .join(Proof.issue)
        .where(
            Proof.cleared_at.is_(None),
            Proof.state != ProofState.QUEUED,
            or_(
                Proof.issue_id.in_(came_out),
                (Issue.state == State.CANCELLED) & (Proof.asked_at <= before),
            ),
        )
        .order_by(Proof.id)
        .limit(most)
    )
    return list(db.session.scalars(statement))
