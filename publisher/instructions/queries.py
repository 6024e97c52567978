"""In this file we ask about instructions: who may know of them, the register, a leader's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from publisher.database import db
from publisher.editing.model import Item
from publisher.errors import NotFound
from publisher.instructions.model import (
    LAST_IN_PROTOCOL,
    Contest,
    FairCopy,
    InkPage,
    Instruction,
    InstructionFile,
    InstructionReader,
    Paper,
    PaperKind,
    Phrase,
    State,
)
from publisher.issues.model import Issue, Placement
from publisher.issues.model import State as IssueState
from publisher.library import queries as library
from publisher.paging import PER_PAGE, Page, first_pages, page_of
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.people.permission import Permission

LONGEST_PHRASE = 60
OFFERED_ITEMS = 300
"""So many of the items printed last are offered as what a higher office adopted."""
MAY_BE_NAMED = (
    Permission.Instructions.REGISTER,
    Permission.Instructions.SEE_ALL,
    Permission.Instructions.WRITE,
    Permission.Instructions.WRITE_FOR_ANOTHER,
    Permission.Followups.HANDLE,
)
IN_PROTOCOL = func.coalesce(Person.protocol_order, LAST_IN_PROTOCOL)
"""Leaders in protocol order, those without an account last."""
LATEST_FIRST = (Instruction.written_on.desc(), Instruction.id.desc())
MOST_PHRASES = 8
"""So many are offered beside the words."""


def readable_by(person: Person) -> ColumnElement[bool]:
    """What a person may know of: what names them a reader, and the registering office the rest.

    A restricted instruction is known to those it names and to nobody else, whatever their role.
    """
    named = exists().where(
        InstructionReader.instruction_id == Instruction.id,
        InstructionReader.token.in_(people.access_tokens(person)),
    )
    if person.may(Permission.Instructions.REGISTER):
        return or_(Instruction.is_restricted.is_(False), named)
    return named


def instruction(number: int, *, person: Person) -> Instruction:
    """One instruction with its scans; raises `NotFound` where the person may not know of it."""
    statement = (
        select(Instruction)
        .where(Instruction.id == number, readable_by(person))
        .options(
            selectinload(Instruction.files),
            selectinload(Instruction.readers),
            selectinload(Instruction.addressees),
            selectinload(Instruction.pages),
        )
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def register(
    person: Person,
    *,
    state: State | None = None,
    leader: int | str | None = None,
    words: str = "",
    year: int | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[Instruction]:
    """The register as far as a person may know of it, the latest first."""
    return page_of(
        _entries(person, state, leader, words, year),
        Instruction.id,
        order=LATEST_FIRST,
        page=page,
        per_page=per_page,
        options=[selectinload(Instruction.item)],
    )


def first_in_state(
    person: Person, states: Sequence[State], most: int
) -> dict[str, Page[Instruction]]:
    """What stands first in the register in each of these states, and whether there is more."""
    return first_pages(
        {one: _entries(person, one, None, "", None) for one in states},
        Instruction.id,
        order=LATEST_FIRST,
        per_page=most,
    )


def whole_register(
    person: Person,
    *,
    state: State | None = None,
    leader: int | str | None = None,
    words: str = "",
    year: int | None = None,
) -> list[Instruction]:
    """All of the same as it is put on paper, with no more than stands there: the earliest first."""
    statement = _entries(person, state, leader, words, year)
    rows = statement.order_by(Instruction.written_on, Instruction.id).options(
        lazyload("*"),
        joinedload(Instruction.issue).joinedload(Issue.serial),
        joinedload(Instruction.paper),
        joinedload(Instruction.item).load_only(Item.title),
    )
    return list(db.session.scalars(rows).unique())


def numbers_of_register(
    person: Person,
    *,
    state: State | None = None,
    leader: int | str | None = None,
    words: str = "",
    year: int | None = None,
) -> Select[int]:
    """Which they are, for a later room to ask for what became of them."""
    return _entries(person, state, leader, words, year).with_only_columns(Instruction.id)


def first_of(found: Instruction, person: Person) -> Instruction | None:
    """The instruction in whose case another is handled, where the person may know of it."""
    statement = select(Instruction).where(Instruction.id == found.joined_to_id, readable_by(person))
    return db.session.scalars(statement).unique().one_or_none() if found.is_joined else None


def joined_to(numbers: Select[int]) -> Select[int]:
    """The instructions in whose cases some of these numbers are handled too."""
    return select(Instruction.joined_to_id).where(  # type: ignore[return-value]
        Instruction.id.in_(numbers), Instruction.joined_to_id.is_not(None)
    )


def printable(
    person: Person,
    *,
    state: State | None = None,
    leader: int | str | None = None,
    words: str = "",
    year: int | None = None,
) -> list[Instruction]:
    """Those of the same that an issue may print, leaders in protocol order, then by day."""
    statement = (
        _entries(person, state, leader, words, year)
        .outerjoin(Person, Instruction.leader_id == Person.id)
        .where(
            Instruction.number.is_not(None),
            Instruction.state != State.VOID,
            Instruction.is_restricted.is_(False),
            Instruction.text != "",
        )
        .order_by(IN_PROTOCOL, Instruction.written_on, Instruction.id)
        .options(selectinload(Instruction.item))
    )
    return [one for one in db.session.scalars(statement).unique() if one.may_print]


def length_of_register(
    person: Person,
    *,
    state: State | None = None,
    leader: int | str | None = None,
    words: str = "",
    year: int | None = None,
) -> int:
    """How many entries it would have."""
    entries = _entries(person, state, leader, words, year).subquery()
    return db.session.scalar(select(func.count()).select_from(entries)) or 0


def years(person: Person) -> list[int]:
    """The years that have instructions a person may know of, the latest first."""
    days = select(Instruction.written_on).where(readable_by(person)).limit(1)
    # Taken from either end, in the order of the index: the rest need not be looked at.
    last = db.session.scalar(days.order_by(Instruction.written_on.desc()))
    first = db.session.scalar(days.order_by(Instruction.written_on)) if last else None
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def _entries(
    person: Person,
    state: State | None,
    leader: int | str | None,
    words: str,
    year: int | None,
) -> Select[Instruction]:
    statement = select(Instruction).where(readable_by(person))
    if state is not None:
        statement = statement.where(Instruction.state == state)
    if isinstance(leader, int):
        statement = statement.where(Instruction.leader_id == leader)
    elif leader:
        statement = statement.where(
            Instruction.leader_id.is_(None), Instruction.leader_name == leader
        )
    if year is not None:
        statement = statement.where(
            Instruction.written_on.between(date(year, 1, 1), date(year, 12, 31))
        )
    if words:
        statement = statement.where(Instruction.text.contains(words, autoescape=True))
    return statement


def on_issue(issue_id: int, person: Person) -> list[Instruction]:
    """The instructions on an issue that a person may know of, in protocol and date order."""
    return on_issues([issue_id], person)


def on_issues(issue_ids: Sequence[int], person: Person) -> list[Instruction]:
    """The same for several editions of an issue."""
    statement = (
        select(Instruction)
        .outerjoin(Person, Instruction.leader_id == Person.id)
        .where(
            Instruction.issue_id.in_(issue_ids),
            Instruction.state != State.VOID,
            readable_by(person),
        )
        .order_by(IN_PROTOCOL, Instruction.written_on, Instruction.id)
    )
    return list(db.session.scalars(statement).unique())


def written_by(person: Person, most: int) -> list[Instruction]:
    """A leader's own instructions, the latest first, at most so many."""
    own = select(Instruction.id).where(Instruction.leader_id == person.id)
    latest = own.order_by(*LATEST_FIRST).limit(most)
    # Chosen by number first: years of whole instructions need not be put in order.
    statement = select(Instruction).where(Instruction.id.in_(latest))
    return list(db.session.scalars(statement.order_by(*LATEST_FIRST)).unique())


def already_entered(person: Person, form_key: str) -> Instruction | None:
    """The instruction a form has made already, when it is sent twice."""
    if not form_key:
        return None
    statement = select(Instruction).where(
        Instruction.entered_by_id == person.id, Instruction.form_key == form_key
    )
    return db.session.scalars(statement).unique().one_or_none()


def file_of(found: Instruction, number: int) -> InstructionFile:
    """One scan of an instruction; raises `NotFound`."""
    for file in found.files:
        if file.id == number:
            return file
    raise NotFound


def waiting_for_register(person: Person) -> int:
    """How many instructions a person may know of that nobody has registered yet."""
    waiting = select(func.count()).where(Instruction.state == State.RECORDED, readable_by(person))
    return db.session.scalar(waiting) or 0


def by_number(series: str, year: int, number: int, person: Person) -> int | None:
    """Which instruction has a number of the register, where the person may know of it."""
    statement = select(Instruction.id).where(
        Instruction.series == series,
        Instruction.year == year,
        Instruction.number == number,
        readable_by(person),
    )
    return db.session.scalar(statement)


def same_hand(leader_id: int, issue_id: int, digests: set[str]) -> Instruction | None:
    """The instruction that holds just these strokes already, when they are sent once more."""
    if not digests:
        return None
    statement = (
        select(Instruction)
        .join(InkPage)
        .where(
            Instruction.leader_id == leader_id,
            Instruction.issue_id == issue_id,
            Instruction.state != State.VOID,
            InkPage.digest.in_(digests),
        )
        .options(selectinload(Instruction.pages))
    )
    for found in db.session.scalars(statement).unique():
        if {page.digest for page in found.pages} == digests:
            return found
    return None


def page_of_ink(found: Instruction, page: int) -> InkPage:
    """What was written by hand on one page; raises `NotFound`."""
    for one in found.pages:
        if one.page == page:
            return one
    raise NotFound


def leaders_in_register(person: Person) -> list[Person]:
    """The leaders of whose instructions a person may know, and those in office."""
    statement = select(Person).where(
        exists().where(Instruction.leader_id == Person.id, readable_by(person))
    )
    found = list(db.session.scalars(statement).unique())
    every = {one.id: one for one in [*people.leaders(), *found]}
    return sorted(every.values(), key=lambda one: (one.protocol_order, one.id))


def leaders_without_account(person: Person) -> list[str]:
    """The names of leaders of years past and of higher offices, as far as a person may know."""
    statement = select(Instruction.leader_name, func.count()).where(
        Instruction.leader_id.is_(None), Instruction.leader_name != "", readable_by(person)
    )
    grouped = statement.group_by(Instruction.leader_name)
    return sorted(name for name, _count in db.session.execute(grouped))


def offered_phrases(leader_ids: list[int]) -> list[str]:
    """Words the leaders use often: their own lists first, then what they wrote more than once."""
    listed = select(Phrase.text).where(Phrase.person_id.in_(leader_ids)).order_by(Phrase.id)
    said = (
        select(Instruction.text)
        .where(
            Instruction.leader_id.in_(leader_ids),
            Instruction.is_restricted.is_(False),
            Instruction.state != State.VOID,
            Instruction.text != "",
            func.length(Instruction.text) <= LONGEST_PHRASE,
        )
        .group_by(Instruction.text)
        .having(func.count() > 1)
        .order_by(func.count().desc(), func.max(Instruction.id).desc())
        .limit(MOST_PHRASES)
    )
    own, often = db.session.scalars(listed), db.session.scalars(said)
    return list(dict.fromkeys([*own, *often]))[:MOST_PHRASES]


def phrases(person: Person) -> list[Phrase]:
    """A leader's own list."""
    statement = select(Phrase).where(Phrase.person_id == person.id).order_by(Phrase.id)
    return list(db.session.scalars(statement))


def phrase(number: int, person: Person) -> Phrase:
    """One entry of a leader's own list; raises `NotFound`."""
    found = db.session.get(Phrase, number)
    if found is None or found.person_id != person.id:
        raise NotFound
    return found


def who_may_be_named(person: Person) -> list[Person]:
    """Those an instruction may name as the only ones to know of it."""
    statement = select(Person).where(Person.active, Person.id != person.id)
    statement = statement.options(people.WITH_ROLES)
    everyone = db.session.scalars(statement.order_by(Person.protocol_order, Person.id)).unique()
    return [one for one in everyone if any(one.may(permission) for permission in MAY_BE_NAMED)]


def contested(person: Person) -> list[Instruction]:
    """The instructions a leader contests and the office has not answered."""
    open_ = select(Contest.instruction_id).where(Contest.answered_at.is_(None))
    statement = select(Instruction).where(Instruction.id.in_(open_), readable_by(person))
    return list(db.session.scalars(statement.order_by(Instruction.id)).unique())


def copies_to_check(person: Person) -> list[Instruction]:
    """The instructions whose fair copy somebody else than its writer is to check."""
    waiting = select(FairCopy.instruction_id).where(
        FairCopy.checked_at.is_(None),
        FairCopy.remark == "",
        FairCopy.transcribed_by_id != person.id,
    )
    statement = select(Instruction).where(
        Instruction.id.in_(waiting), Instruction.state != State.VOID, readable_by(person)
    )
    return list(db.session.scalars(statement.order_by(Instruction.id)).unique())


def adoptions_known_to(person: Person) -> ColumnElement[bool]:
    """Which adoptions by higher offices a person may know of.

    Who keeps the register knows of all; who sees instructions, of those of items that he may read
    and of what we never printed; anybody, of those on which there is an instruction known to him.
    `finding` says the same to the index.
    """
    adopted = Paper.kind == PaperKind.ADOPTED
    if person.may(Permission.Instructions.REGISTER):
        return adopted
    instructed = select(Instruction.paper_id).where(
        Instruction.paper_id.is_not(None), readable_by(person)
    )
    known: ColumnElement[bool] = Paper.id.in_(instructed)
    if person.may(Permission.Instructions.SEE_ALL):
        read = select(Placement.item_id).join(Issue, Placement.issue_id == Issue.id)
        printed = Paper.item_id.in_(read.where(library.readable_by(person)))
        known = or_(known, Paper.item_id.is_(None), printed)
    return and_(adopted, known)


def paper(number: int, person: Person) -> Paper:
    """One adoption by a higher office; raises `NotFound` where a person may not know of it."""
    statement = select(Paper).where(Paper.id == number, adoptions_known_to(person))
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def papers(page: int, person: Person) -> Page[Paper]:
    """The adoptions by higher offices that a person may know of, the latest first."""
    statement = select(Paper).where(adoptions_known_to(person))
    return page_of(statement, Paper.id, order=(Paper.id.desc(),), page=page)


def of_item(item_id: int, person: Person) -> list[Paper]:
    """How higher offices used an item, as far as a person may know of it, the first first."""
    statement = select(Paper).where(adoptions_known_to(person), Paper.item_id == item_id)
    return list(db.session.scalars(statement.order_by(Paper.dated_on, Paper.id)).unique())


def already_noted(person: Person, form_key: str) -> Paper | None:
    """The adoption a form has made already, when it is sent twice."""
    if not form_key:
        return None
    statement = select(Paper).where(Paper.kept_by_id == person.id, Paper.form_key == form_key)
    return db.session.scalars(statement).unique().one_or_none()


def printed_items(person: Person, besides: int | None = None) -> list[Item]:
    """The items printed last in issues that a person may read, and the one asked for among them."""
    printed = select(Placement.item_id).join(Issue, Placement.issue_id == Issue.id)
    printed = printed.where(library.readable_by(person)).order_by(Placement.id.desc())
    wanted = [*db.session.scalars(printed.limit(OFFERED_ITEMS))]
    wanted += db.session.scalars(printed.where(Placement.item_id == besides).limit(1))
    statement = select(Item).where(Item.id.in_(wanted)).order_by(Item.id.desc())
    return list(db.session.scalars(statement).unique())


def issue_of(item: Item | None) -> Issue | None:
    """The newest edition that printed an item and was not withdrawn."""
    if item is None:
        return None
    statement = (
        select(Issue)
        .join(Placement, Placement.issue_id == Issue.id)
        .where(
            Placement.item_id == item.id,
            Issue.state.in_([IssueState.PUBLISHED, IssueState.ENTERED]),
        )
        .order_by(Issue.edition.desc(), Issue.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).unique().one_or_none()


def instructions_on(paper_ids: list[int], person: Person) -> dict[int, list[Instruction]]:
    """What a person may know of that was written on each paper."""
    statement = select(Instruction).where(Instruction.paper_id.in_(paper_ids), readable_by(person))
    found: dict[int, list[Instruction]] = {}
    for one in db.session.scalars(statement.order_by(Instruction.id)).unique():
        found.setdefault(one.paper_id or 0, []).append(one)
    return found
