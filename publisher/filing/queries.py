"""In this file we ask what is filed, what waits for a number, and for packages."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased, joinedload

from publisher.database import db
from publisher.errors import NotFound
from publisher.filing.model import Filed, Package, PackageState, Series
from publisher.issues.model import Issue
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.publication.model import Publication, Step
from publisher.serials.model import Serial


def years() -> list[int]:
    """The years that have published issues, the latest first."""
    statement = (
        select(Issue.year)
        .join(Publication, Publication.issue_id == Issue.id)
        .where(Publication.state == Step.PUBLISHED, Issue.year.is_not(None))
        .distinct()
        .order_by(Issue.year.desc())
    )
    return [year for year in db.session.scalars(statement) if year]


def filed(year: int) -> list[Filed]:
    """What is filed of a year, in the order of archive numbers."""
    statement = (
        select(Filed)
        .where(Filed.year == year)
        .options(joinedload(Filed.issue).undefer(Issue.frozen))
        .order_by(Filed.retention.desc(), Filed.organ, Filed.number)
    )
    return list(db.session.scalars(statement).unique())


def publications_of(found: list[Filed]) -> Mapping[str, Publication]:
    """The latest published edition of each filed object, by the object's name."""
    names = [one.object_id for one in found]
    statement = (
        select(Publication)
        .where(Publication.object_id.in_(names), Publication.state == Step.PUBLISHED)
        .order_by(Publication.object_version)
        .options(joinedload(Publication.issue).undefer(Issue.frozen))
    )
    return {one.object_id: one for one in db.session.scalars(statement).unique()}


def to_file(year: int) -> list[Publication]:
    """The latest editions of issues of a year that have no archive number, in order."""
    later = aliased(Publication)
    statement = (
        select(Publication)
        .join(Publication.issue)
        .join(Serial, Issue.serial_id == Serial.id)
        .outerjoin(Filed, Filed.object_id == Publication.object_id)
        .outerjoin(
            later,
            and_(
                later.object_id == Publication.object_id,
                later.object_version > Publication.object_version,
                later.state == Step.PUBLISHED,
            ),
        )
        .where(
            Publication.state == Step.PUBLISHED,
            Issue.year == year,
            Filed.id.is_(None),
            later.id.is_(None),
        )
        .order_by(Serial.position, Serial.id, Issue.series, Issue.dated_on, Issue.number)
    )
    return list(db.session.scalars(statement).unique())


def last_numbers(year: int) -> dict[Series, int]:
    """The last number given in a year, by retention and organ."""
    statement = (
        select(Filed.retention, Filed.organ, func.max(Filed.number))
        .where(Filed.year == year)
        .group_by(Filed.retention, Filed.organ)
    )
    return {
        (retention, organ): number for retention, organ, number in db.session.execute(statement)
    }


def packages(person: Person, how_many: int = 20) -> list[Package]:
    """The latest packages that a person may know of."""
    statement = _open_to(person).order_by(Package.id.desc()).limit(how_many)
    return list(db.session.scalars(statement).unique())


def _open_to(person: Person) -> Select[Package]:
    """One with instructions in it is for those alone who may know of every instruction."""
    if person.may(Permission.Instructions.SEE_ALL):
        return select(Package)
    return select(Package).where(Package.with_papers.is_(False))


def package_for(number: int, person: Person) -> Package:
    """One package that a person may know of; raises `NotFound`."""
    statement = _open_to(person).where(Package.id == number)
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def package(number: int) -> Package:
    """One package; raises `NotFound`."""
    found = db.session.get(Package, number)
    if found is None:
        raise NotFound
    return found


def packages_waiting() -> list[int]:
    """Packages that were asked for and are not made."""
    statement = select(Package.id).where(Package.state == PackageState.QUEUED)
    return list(db.session.scalars(statement.order_by(Package.id)))
