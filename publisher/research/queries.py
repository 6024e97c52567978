"""In this file we ask what a researcher keeps, which names mean the same, and whose a key is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from publisher.database import db
from publisher.errors import NotFound
from publisher.people.model import Person
from publisher.research.model import ApiToken, Collection, CollectionEntry, SavedSearch, Synonyms


def synonyms() -> list[Synonyms]:
    """Every group of names that mean the same, the latest changed first."""
    statement = select(Synonyms).order_by(Synonyms.changed_at.desc(), Synonyms.id.desc())
    return list(db.session.scalars(statement))


def synonym_groups() -> list[list[str]]:
    """The names of every group, as the search takes them."""
    return [names.split("\n") for names in db.session.scalars(select(Synonyms.names))]


def synonyms_of(number: int) -> Synonyms:
    """One group of names; raises `NotFound`."""
    found = db.session.get(Synonyms, number)
    if found is None:
        raise NotFound
    return found


def saved_searches(person: Person) -> list[SavedSearch]:
    """What a person keeps, those with something new first."""
    statement = select(SavedSearch).where(SavedSearch.person_id == person.id)
    found = db.session.scalars(statement.order_by(SavedSearch.name)).unique()
    return sorted(found, key=lambda one: not one.fresh)


def saved_search(number: int, person: Person) -> SavedSearch:
    """A search of the person's own; raises `NotFound`."""
    statement = select(SavedSearch).where(
        SavedSearch.id == number, SavedSearch.person_id == person.id
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def fresh_count(person: Person) -> int:
    """How many records came in for the searches a person watches."""
    statement = select(SavedSearch.fresh).where(
        SavedSearch.person_id == person.id, SavedSearch.alerts
    )
    return len({key for fresh in db.session.scalars(statement) for key in fresh})


def searches_to_look_at(before: datetime, most: int) -> list[SavedSearch]:
    """Watched searches that were last looked at before a moment, the longest ago first."""
    statement = (
        select(SavedSearch)
        .where(SavedSearch.alerts, SavedSearch.address != "", SavedSearch.looked_at < before)
        .order_by(SavedSearch.looked_at, SavedSearch.id)
        .limit(most)
    )
    return list(db.session.scalars(statement).unique())


def collections(person: Person) -> list[tuple[Collection, int]]:
    """A person's collections and how many records each has, the latest first."""
    counts = (
        select(CollectionEntry.collection_id, func.count())
        .join(Collection, CollectionEntry.collection_id == Collection.id)
        .where(Collection.person_id == person.id)
        .group_by(CollectionEntry.collection_id)
    )
    counted: dict[int, int] = {
        number: count for number, count in db.session.execute(counts).all() if count
    }
    statement = select(Collection).where(Collection.person_id == person.id)
    ordered = statement.order_by(Collection.made_at.desc(), Collection.id.desc())
    return [(one, counted.get(one.id, 0)) for one in db.session.scalars(ordered).unique()]


def collection(number: int, person: Person) -> Collection:
    """A collection of the person's own with its entries; raises `NotFound`."""
    statement = (
        select(Collection)
        .where(Collection.id == number, Collection.person_id == person.id)
        .options(selectinload(Collection.entries))
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def api_tokens(person: Person) -> list[ApiToken]:
    """The keys a person made, the latest first."""
    statement = select(ApiToken).where(ApiToken.person_id == person.id)
    return list(db.session.scalars(statement.order_by(ApiToken.id.desc())).unique())


def api_token(number: int, person: Person) -> ApiToken:
    """A key of the person's own; raises `NotFound`."""
    for one in api_tokens(person):
        if one.id == number:
            return one
    raise NotFound


def person_of_token(digest: str, today: date) -> Person | None:
    """Whose key has this digest, while it is taken and the person may sign in."""
    statement = select(ApiToken).where(ApiToken.digest == digest, ApiToken.ends_on >= today)
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None or not found.person.active or found.person.must_change_password:
        return None
    return found.person
