"""In this file we ask for the story of one matter, as far as a person may read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from publisher.database import db
from publisher.editing.model import Item
from publisher.errors import NotFound
from publisher.followups import queries as followups
from publisher.followups.model import Case, Report, ReportState
from publisher.followups.model import State as CaseState
from publisher.instructions import queries as instructions
from publisher.instructions.model import Instruction, Paper
from publisher.issues.model import Issue, State
from publisher.library import queries as library
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.submissions import queries as submissions
from publisher.submissions.model import Channel, Submission
from publisher.threads.story import Event, Matter, Printing, gather, issues_printing


@dataclass(frozen=True)
class Story:
    """A matter as a page: its title, its events in time order, its figures."""

    title: str
    events: list[Event]
    sent: int
    printed: int
    instructed: int
    days: int


def story(key: str, person: Person) -> Story:
    """The story of the matter a part belongs to; raises `NotFound` where nothing of it is his.

    Each event is there only where the person may know of the thing it tells; that a unit sent in
    what a readable issue printed is told without its text. Whoever asks by a part he may not know
    of does not learn that it is a part of anything.
    """
    matter = gather(key)
    readable = _readable_issues(matter, person)
    printing = issues_printing(matter, readable)
    known = _known_submissions(matter, person)
    sent = _submissions_among(matter.submissions & (known | _printed_submissions(printing)))
    written, opened = _instructions(matter, person), _cases(matter, person)
    printed = list(_printed(printing))
    events = [
        *_received(sent, known, person),
        *_edited(matter, person),
        *printed,
        *_adopted(matter, person),
        *_instructed(written),
        *_followed(opened),
    ]
    seen = Matter(
        submissions=known | _printed_submissions(printing),
        items=matter.items if person.may(Permission.Items.SEE) else _printed_items(printing),
        issues=readable,
        instructions={one.id for one in written},
        cases={one.id for one in opened},
    )
    if not events or not seen.holds(key):
        raise NotFound
    events.sort(key=lambda event: event.order)
    return Story(
        title=_title(printing, [one for one in sent if one.id in known], written, opened),
        events=events,
        sent=sum(1 for event in events if event.tone == "sent"),
        printed=sum(1 for event in printed if event.tone == "done"),
        instructed=sum(1 for event in events if event.tone == "instruction"),
        days=(events[-1].order.date() - events[0].order.date()).days + 1,
    )


@dataclass(frozen=True)
class Parts:
    """What a matter consists of, as far as a person may read it, each with its files."""

    submissions: list[Submission]
    printing: list[Printing]
    instructions: list[Instruction]
    cases: list[Case]


def parts(key: str, person: Person) -> Parts:
    """The parts of the matter a part belongs to; `story` says first whether he may ask for it."""
    matter = gather(key)
    printing = issues_printing(matter, _readable_issues(matter, person))
    frozen = select(Issue).where(Issue.id.in_([one.issue.id for one in printing]))
    db.session.scalars(frozen.options(undefer(Issue.frozen))).unique().all()
    sent = select(Submission).where(Submission.id.in_(_known_submissions(matter, person)))
    written = select(Instruction).where(
        Instruction.id.in_(matter.instructions), instructions.readable_by(person)
    )
    opened = select(Case).where(Case.id.in_(matter.cases), followups.visible_to(person))
    return Parts(
        submissions=list(
            db.session.scalars(
                sent.order_by(Submission.submitted_at).options(selectinload(Submission.files))
            ).unique()
        ),
        printing=printing,
        instructions=list(
            db.session.scalars(
                written.order_by(Instruction.written_on, Instruction.id).options(
                    selectinload(Instruction.files), selectinload(Instruction.item)
                )
            ).unique()
        ),
        cases=list(
            db.session.scalars(
                opened.order_by(Case.opened_at, Case.id).options(
                    selectinload(Case.reports).selectinload(Report.files),
                    selectinload(Case.chases),
                )
            ).unique()
        ),
    )


def _known_submissions(matter: Matter, person: Person) -> set[int]:
    statement = select(Submission.id).where(
        Submission.id.in_(matter.submissions), submissions.visible_to(person)
    )
    return set(db.session.scalars(statement))


def _readable_issues(matter: Matter, person: Person) -> set[int]:
    statement = select(Issue.id).where(Issue.id.in_(matter.issues), library.readable_by(person))
    return set(db.session.scalars(statement))


def _submissions_among(numbers: set[int]) -> list[Submission]:
    statement = select(Submission).where(Submission.id.in_(numbers))
    return list(db.session.scalars(statement.order_by(Submission.submitted_at)).unique())


def _instructions(matter: Matter, person: Person) -> list[Instruction]:
    statement = select(Instruction).where(
        Instruction.id.in_(matter.instructions), instructions.readable_by(person)
    )
    return list(db.session.scalars(statement.order_by(Instruction.id)).unique())


def _cases(matter: Matter, person: Person) -> list[Case]:
    statement = (
        select(Case)
        .where(Case.id.in_(matter.cases), followups.visible_to(person))
        .order_by(Case.id)
        .options(
            selectinload(Case.reports), selectinload(Case.extensions), selectinload(Case.chases)
        )
    )
    return list(db.session.scalars(statement).unique())


def _received(sent: list[Submission], known: set[int], person: Person) -> Iterator[Event]:
    """What units sent in; what he knows by its printing alone is told without its text."""
    desk = person.may(Permission.Items.EDIT)
    for one in sent:
        what = _("转报办理情况") if one.channel == Channel.FOLLOWUP else _("报送")
        url = ""
        if one.id in known:
            door = "editing.screen" if desk else "submissions.show"
            url = url_for(door, number=one.id)
        yield Event(
            at=one.submitted_at,
            who=one.unit.short_name,
            what=_("%(what)s（%(stage)s）", what=what, stage=one.stage_word) if one.stage else what,
            text=one.title if one.id in known else "",
            url=url,
            tone="sent",
        )


def _printed_submissions(printing: list[Printing]) -> set[int]:
    return {
        source.submission_id for one in printing for item in one.items for source in item.sources
    }


def _printed_items(printing: list[Printing]) -> set[int]:
    return {item.id for one in printing for item in one.items}


def _edited(matter: Matter, person: Person) -> Iterator[Event]:
    if not person.may(Permission.Items.SEE):
        return
    statement = select(Item).where(Item.id.in_(matter.items)).options(selectinload(Item.sources))
    for item in db.session.scalars(statement).unique():
        what = _("并稿采编") if len(item.sources) > 1 else _("采编")
        yield Event(
            at=item.made_at,
            who=item.editor.name,
            what=what,
            text=item.title,
            url=url_for("editing.item", number=item.id),
        )


def _printed(printing: list[Printing]) -> Iterator[Event]:
    for issue, publication, items in printing:
        if publication.published_at is None:
            continue
        name = _("《%(name)s》%(number)s", name=issue.serial.name, number=issue.number_text)
        anchor = f"item-{items[0].id}" if items else None
        yield Event(
            at=publication.published_at,
            who=name,
            what=_("刊发更正") if issue.edition > 1 else _("刊发"),
            text=_("；").join(item.title for item in items),
            url=url_for("library.issue", number=issue.id, _anchor=anchor),
            tone="done" if issue.state != State.WITHDRAWN else "refused",
        )


def _adopted(matter: Matter, person: Person) -> Iterator[Event]:
    """That a higher office printed an item, for those who may know of it."""
    statement = select(Paper).where(
        instructions.adoptions_known_to(person), Paper.item_id.in_(matter.items)
    )
    for one in db.session.scalars(statement).unique():
        yield Event(
            at=one.dated_on or one.kept_at,
            who=one.office,
            what=_("上级采用"),
            text=one.name,
            url=url_for("instructions.higher", number=one.id),
            tone="done",
            known_at=one.kept_at,
        )


def _instructed(written: list[Instruction]) -> Iterator[Event]:
    for one in written:
        yield Event(
            at=one.written_on if one.is_entered_for_another else one.entered_at,
            who=f"{one.leader_post}{one.leader_name}",
            what=_("批示"),
            text=one.words,
            url=url_for("instructions.show", number=one.id),
            tone="instruction",
            known_at=one.entered_at,
        )
        if one.registered_at is not None:
            yield Event(one.registered_at, one.number_text, _("批示登记"), text=one.proposal)


def _followed(cases: list[Case]) -> Iterator[Event]:
    next_opened = {case.follows_id: case.opened_at for case in cases}
    for case in cases:
        url = url_for("followups.case", number=case.id)
        yield Event(case.opened_at, case.number_text, _("立项交办"), text=_assigned(case), url=url)
        yield from _of_case(case, url)
        if case.shown_at is not None:
            yield Event(case.shown_at, case.instruction.leader_name, _("阅看办理结果"))
        if case.closed_at is not None:
            # What was closed before the leader wrote anew was closed all the same.
            was_closed = case.closed_at < next_opened.get(case.id, case.closed_at)
            state = CaseState.CLOSED if was_closed else case.state
            yield Event(case.closed_at, case.number_text, state.word, text=case.result, tone="done")


def _assigned(case: Case) -> str:
    return str(_("；")).join(
        _("%(part)s：%(unit)s", part=task.part.word, unit=task.unit.short_name)
        for task in case.tasks
    )


def _of_case(case: Case, url: str) -> Iterator[Event]:
    for task in case.tasks:
        if task.received_at is not None:
            yield Event(task.received_at, task.unit.short_name, _("签收"))
    for chase in case.chases:
        yield Event(chase.at, chase.by.name, _("催办"), text=chase.text, tone="waiting")
    for extension in case.extensions:
        yield Event(
            extension.asked_at,
            extension.asked_by.unit.short_name,
            _("申请延期"),
            text=f"{extension.reason} {extension.state.word}",
        )
    for report in case.reports:
        returned = report.state == ReportState.RETURNED
        yield Event(
            report.reported_at,
            report.unit.short_name,
            report.stage.word,
            text=report.answer if returned else report.process,
            url=f"{url}#report-{report.id}",
            tone="refused" if returned else "",
        )


def _title(
    printing: list[Printing], sent: list[Submission], written: list[Instruction], opened: list[Case]
) -> str:
    papers = (one.paper.title for one in written if one.paper is not None)
    return next(
        chain(
            (one.items[0].title for one in printing if one.items),
            (one.title for one in sent),
            papers,
            (one.matter for one in opened if one.matter),
        ),
        str(_("来龙去脉")),
    )
