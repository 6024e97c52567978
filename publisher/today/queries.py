"""In this file we look at every room for what waits for one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    cast,
    literal,
    select,
    union_all,
)

from publisher.approvals import queries as approvals
from publisher.calls import queries as calls
from publisher.calls.model import CallState
from publisher.editing import queries as items
from publisher.editing.model import State as ItemState
from publisher.followups import named
from publisher.followups import queries as followups
from publisher.followups.model import Case, Extension, Proposal, Report, Transfer
from publisher.history import HistoryEntry
from publisher.instructions import queries as instructions
from publisher.instructions.model import Instruction
from publisher.instructions.model import State as InstructionState
from publisher.issues import queries as issues
from publisher.issues.model import State as IssueState
from publisher.issues.model import Urgency
from publisher.language import shown_day_of_year
from publisher.library import queries as library
from publisher.paging import Page, page_of
from publisher.people.model import Person
from publisher.people.permission import Permission as P
from publisher.publication import queries as publications
from publisher.serials.model import RouteSubject
from publisher.settings import settings
from publisher.submissions import queries as submissions
from publisher.submissions.model import State as SubmissionState
from publisher.words import Worded

SHOWN = 6
"""So many of each are listed; the rest is behind a link."""
HISTORY_PER_PAGE = 50
HEADLINES = 3
"""So many titles stand under an issue."""


Gather = Callable[[Person, date], Iterator["Block"]]


@dataclass(frozen=True)
class Row:
    """One thing that waits."""

    title: str
    url: str
    note: str = ""
    light: str = ""
    word: str = ""
    under: Sequence[str] = ()
    """Lines below it: what an issue prints."""
    urgency: Urgency = Urgency.NORMAL
    state: Worded | None = None


@dataclass(frozen=True)
class Block:
    """Things that wait for the same act."""

    title: str
    rows: list[Row]
    empty: str
    more: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Tile:
    """A figure that leads to its list."""

    figure: int
    word: str
    url: str
    tone: str = ""


@dataclass
class Desk:
    """What one person sees on opening the system."""

    tiles: list[Tile] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def desk(person: Person, today: date) -> Desk:
    """What waits for a person: what is overdue first, and what waits for nobody last."""
    made = Desk()
    lamps = followups.Lamps(today)
    cases, instructed = partial(_cases, lamps=lamps), partial(_instructed, lamps=lamps)
    waiting: list[Gather] = [
        _left_behind,
        cases,
        _deciding,
        _reading,
        _approving,
        _editing,
        _reporting,
        _registering,
    ]
    if person.may(P.Instructions.WRITE):
        # A leader opens the system to read; what he has ordered comes next.
        waiting = [
            _left_behind,
            _reading,
            instructed,
            cases,
            _approving,
            _editing,
            _reporting,
            _registering,
        ]
    elif person.may(P.Followups.MANAGE):
        waiting = [_left_behind, cases, _deciding, _registering, _reading, _approving, _editing,
                   _reporting]  # fmt: skip
    for gather in waiting:
        made.blocks += gather(person, today)
    made.blocks.sort(key=lambda block: not block.rows)
    made.tiles = _tiles(person, today)
    return made


def _cases(person: Person, today: date, *, lamps: followups.Lamps) -> Iterator[Block]:
    manages, handles = person.may(P.Followups.MANAGE), person.may(P.Followups.HANDLE)
    leads = person.may(P.Instructions.WRITE)
    if not (manages or handles or leads):
        return

    def row(case: Case) -> Row:
        light = lamps(case)
        left = case.days_left(today)
        word = (
            ngettext("超期%(n)s天", "超期%(n)s天", -left, n=-left)
            if left < 0
            else ngettext("还剩%(n)s天", "还剩%(n)s天", left, n=left)
        )
        return Row(
            title=case.matter,
            url=url_for("followups.case", number=case.id),
            note=f"{case.lead.unit.short_name} {case.number_text}",
            light=light,
            word=str(word) if light else "",
        )

    lists = {"overdue": True, "to_review": manages, "to_show": manages or leads,
             "running": handles and not manages}  # fmt: skip
    first = followups.first_cases(
        person, today=today, which=[one for one, is_shown in lists.items() if is_shown], most=SHOWN
    )

    def block(which: str, title: str, empty: str, tone: str = "") -> Block:
        page = first[which]
        return Block(
            title,
            [row(case) for case in page.rows],
            empty,
            url_for("followups.cases", which=which) if page.total > SHOWN else "",
            tone,
        )

    yield from _asked(person)
    yield block("overdue", _("已超期的督办事项"), _("没有超期的事项。"), "red")
    if "to_review" in first:
        yield block("to_review", _("待审核的办理情况"), _("没有待审核的办理情况。"))
    if "to_show" in first:
        yield block("to_show", _("待阅看的办理结果"), _("没有待阅看的办理结果。"))
    if "running" in first:
        yield block("running", _("本单位在办的督办事项"), _("没有在办的督办事项。"))


def _left_behind(person: Person, today: date) -> Iterator[Block]:
    """What is for named people only and has no officer left; its words are for those alone."""
    del today
    if not any(person.may(one) for one in named.NAMES):
        return
    rows = []
    for one in named.waiting(person):
        knows = named.speaks_for_leader(one.instruction, person)
        gone = _("、").join(who.name for who in one.gone)
        rows.append(
            Row(
                title=one.instruction.words[:60] if knows else _("请为它指定经办人"),
                url=url_for("followups.successor", instruction_number=one.instruction.id),
                note=_("原经办人%(names)s已离任", names=gone) if gone else "",
            )
        )
    if rows:
        yield Block(_("限定知悉的批示无人经办"), rows, "", tone="red")


def _asked(person: Person) -> Iterator[Block]:
    """What somebody asks of this person about a case: more time, or another unit."""
    rows = []
    if person.may(P.Followups.MANAGE):
        rows += [
            Row(
                title=_("%(unit)s申请延期", unit=case.lead.unit.short_name),
                url=url_for("followups.case", number=case.id),
                note=case.number_text,
            )
            for case in followups.extensions_waiting(person)
        ]
    rows += [
        Row(
            title=_(
                "%(unit)s转办给%(to)s",
                unit=one.from_unit.short_name,
                to=one.to_unit.short_name,
            ),
            url=url_for("followups.case", number=one.case_id),
            note=str(one.state.word),
        )
        for one in followups.transfers_waiting(person)
    ]
    if rows:
        yield Block(_("待答复的延期和转办"), rows, "")


def _deciding(person: Person, today: date) -> Iterator[Block]:
    del today
    if not (settings().director_decides and person.may(P.Followups.DECIDE)):
        return
    waiting = followups.proposals_waiting(person)
    yield Block(
        _("待审定的拟办意见"),
        [
            Row(
                title=one.instruction.words[:60],
                url=url_for("followups.proposal", number=one.id),
                note=f"{one.proposed_by.name} {one.instruction.number_text}",
            )
            for one in waiting[:SHOWN]
        ],
        _("没有待审定的拟办意见。"),
        url_for("followups.waiting_proposals") if len(waiting) > SHOWN else "",
    )


def _reading(person: Person, today: date) -> Iterator[Block]:
    if not person.may(P.Library.ANNOTATE) or person.may(P.Items.EDIT):
        return
    page = library.issues(person, unread=True, per_page=SHOWN, counted=False)
    minutes = sum(row.minutes for row in page.rows)
    rows = sorted(page.rows, key=lambda row: list(Urgency).index(row.issue.urgency), reverse=True)
    yield Block(
        _("未读的刊期（约%(n)s分钟）", n=minutes) if rows else _("未读的刊期"),
        [
            Row(
                title=_(
                    "《%(name)s》%(number)s",
                    name=row.issue.serial.name,
                    number=row.issue.number_text,
                ),
                url=url_for("library.issue", number=row.issue.id),
                note=_note(row, today),
                under=row.titles[:HEADLINES],
                urgency=row.issue.urgency,
            )
            for row in rows
        ],
        _("都已读过。"),
        url_for("library.issues", unread=1) if page.total > SHOWN else "",
    )


def _note(row: library.Row, today: date) -> str:
    """When an issue came out and how long it takes to read."""
    day = _("今天") if row.issue.dated_on == today else row.issue.dated_on.isoformat()
    minutes = ngettext("约%(n)s分钟", "约%(n)s分钟", row.minutes, n=row.minutes)
    return f"{day} · {minutes}"


def _instructed(person: Person, today: date, *, lamps: followups.Lamps) -> Iterator[Block]:
    """What a leader has instructed lately, and what came of it."""
    del today
    written = instructions.written_by(person, SHOWN)
    cases = followups.cases_in_register(person, [one.id for one in written])
    rows = []
    for one in written:
        case = cases.get(one.id)
        light = lamps(case) if case else ""
        rows.append(
            Row(
                title=one.words[:60],
                url=url_for("followups.case", number=case.id)
                if case
                else url_for("instructions.show", number=one.id),
                note=f"{case.lead.unit.short_name} {case.number_text}"
                if case
                else one.written_on.isoformat(),
                light=light,
                word=str(case.state.word) if case and light else "",
                state=None if light else (case or one).state,
            )
        )
    yield Block(
        _("我的批示和办理"), rows, _("您还没有写过批示。"), url_for("instructions.register")
    )


def _approving(person: Person, today: date) -> Iterator[Block]:
    if not person.may(P.Approvals.DECIDE):
        return
    waiting = approvals.waiting_for(person, today)
    yield Block(
        _("待我审批"),
        [
            Row(
                title=one.title,
                url=url_for("approvals.show", number=one.id)
                if one.subject_kind == RouteSubject.ITEM
                else url_for("issues.show", number=int(one.subject.partition(":")[2])),
                note=f"{one.subject_kind.word} {one.asked_by.name}",
            )
            for one in waiting[:SHOWN]
        ],
        _("没有等您审批的内容。"),
        url_for("approvals.waiting") if len(waiting) > SHOWN else "",
    )


def _editing(person: Person, today: date) -> Iterator[Block]:
    del today
    if not person.may(P.Items.EDIT):
        return
    pool = submissions.pool()
    yield Block(
        _("待筛选的来稿"),
        [
            Row(one.title, url_for("editing.screen", number=one.id), one.unit.short_name)
            for one in pool.rows[:SHOWN]
        ],
        _("来稿都已筛选。"),
        url_for("editing.pool") if pool.total > SHOWN else "",
    )
    own = items.items(state=ItemState.EDITING, editor_id=person.id)
    yield Block(
        _("我正在编辑的稿件"),
        [
            Row(one.title, url_for("editing.item", number=one.id), one.source_line)
            for one in own.rows[:SHOWN]
        ],
        _("没有正在编辑的稿件。"),
        url_for("editing.items", mine=1) if own.total > SHOWN else "",
    )
    arranging = issues.issues(person, state=IssueState.ARRANGING)
    yield Block(
        _("编排中的刊期"),
        [
            Row(
                _("《%(name)s》", name=one.serial.name),
                url_for("issues.show", number=one.id),
                one.dated_on.isoformat(),
            )
            for one in arranging.rows[:SHOWN]
        ],
        _("没有编排中的刊期。"),
    )


def _reporting(person: Person, today: date) -> Iterator[Block]:
    if not person.may(P.Submissions.SUBMIT) or person.may(P.Submissions.SEE_ALL):
        return
    returned = submissions.own(person, state=SubmissionState.RETURNED)
    if not person.may(P.Followups.MANAGE):
        yield Block(
            _("退回要改的稿件"),
            [
                Row(one.title, url_for("submissions.show", number=one.id), one.reply[:40])
                for one in returned.rows[:SHOWN]
            ],
            _("没有退回的稿件。"),
        )
        asked = calls.calls_for(person, state=CallState.OPEN)
        yield Block(
            _("约稿和报送要点"),
            [
                Row(
                    one.title,
                    url_for("calls.call", number=one.id),
                    one.kind.word,
                    light="red" if one.due_on < today else "blue",
                    word=str(_("%(day)s截止", day=shown_day_of_year(one.due_on))),
                )
                for one in asked[:SHOWN]
            ],
            _("现在没有约稿。"),
        )


def _registering(person: Person, today: date) -> Iterator[Block]:
    del today
    if person.may(P.Instructions.SEE_ALL) and (rows := _rows(instructions.copies_to_check(person))):
        yield Block(_("待核对的批示抄清件"), rows[:SHOWN], "")
    if not person.may(P.Instructions.REGISTER):
        return
    if rows := _rows(instructions.contested(person)):
        yield Block(_("领导有异议的批示"), rows[:SHOWN], "", tone="red")
    told = {
        InstructionState.RECORDED: (_("待登记的批示"), _("批示都已登记。")),
        InstructionState.REGISTERED: (_("待定是否立项的批示"), _("没有待定的批示。")),
    }
    first = instructions.first_in_state(person, list(told), SHOWN)
    for state, (title, empty) in told.items():
        page = first[state]
        yield Block(
            title,
            _rows(page.rows),
            empty,
            url_for("instructions.register", state=state.value) if page.total > SHOWN else "",
        )


def _rows(found: Sequence[Instruction]) -> list[Row]:
    return [
        Row(
            one.words[:60],
            url_for("instructions.show", number=one.id),
            f"{one.leader_post}{one.leader_name}",
        )
        for one in found
    ]


def _tiles(person: Person, today: date) -> list[Tile]:
    tiles: list[Tile] = []
    if person.may(P.Followups.MANAGE) or person.may(P.Instructions.WRITE):
        counts = followups.counts(person, today)
        tiles += [
            Tile(counts.overdue, _("超期"), url_for("followups.cases", which="overdue"), "red"),
            Tile(counts.running, _("在办"), url_for("followups.cases")),
            Tile(counts.closed, _("已结束"), url_for("followups.cases", which="closed")),
        ]
    if person.may(P.Submissions.SEE_ALL):
        states = submissions.count_by_state(person)
        tiles += [
            Tile(states.get(SubmissionState.SUBMITTED, 0), _("待筛选来稿"), url_for("editing.pool"))
            if person.may(P.Items.EDIT)
            else Tile(states.get(SubmissionState.SUBMITTED, 0), _("待筛选来稿"), ""),
            Tile(
                items.count_by_state().get(ItemState.APPROVED, 0),
                _("待排版稿件"),
                url_for("editing.items", state=ItemState.APPROVED.value),
            ),
        ]
    if person.may(P.Publication.WATCH):
        tiles.append(
            Tile(publications.how_many_published(), _("已刊发期数"), url_for("library.issues"))
        )
    return tiles


def _for_named_people() -> CompoundSelect[str]:
    """The subjects, as history names them, that hang on instructions for named people."""
    restricted = select(Instruction.id).where(Instruction.is_restricted)
    cases = select(Case.id).where(Case.instruction_id.in_(restricted))
    return union_all(
        _named(Instruction, Instruction.is_restricted.is_(True)),
        _named(Case, Case.instruction_id.in_(restricted)),
        _named(Proposal, Proposal.instruction_id.in_(restricted)),
        *(_named(one, one.case_id.in_(cases)) for one in (Report, Extension, Transfer)),
    )


def _named(kind: Any, condition: ColumnElement[bool]) -> Select[str]:
    """Things as history names them: report:9."""
    name = literal(f"{kind.__tablename__}:") + cast(kind.id, String)
    return select(name).where(condition)


def history(page: int) -> Page[HistoryEntry]:
    """The record of who did what, the latest first.

    What was done about instructions for named people is not on it: those who read the record have
    no part in the business. The chain is verified over all of it (`jianbao history verify`).
    """
    return page_of(
        select(HistoryEntry).where(HistoryEntry.subject.not_in(_for_named_people())),
        HistoryEntry.id,
        order=(HistoryEntry.id.desc(),),
        page=page,
        per_page=HISTORY_PER_PAGE,
    )
