"""In this file a leader's words are written down, registered, copied fair and contested."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _

from publisher import history
from publisher.attachments.model import Attachment
from publisher.editing.model import Item
from publisher.errors import InputRefused, NotAllowed, StepRefused
from publisher.instructions.ink import Page
from publisher.instructions.model import (
    RESTRICTED_SERIES,
    SERIES,
    Addressee,
    Contest,
    Disposition,
    FairCopy,
    InkPage,
    Instruction,
    InstructionFile,
    InstructionReader,
    Paper,
    Phrase,
    State,
)
from publisher.issues.model import Issue
from publisher.language import day_of_year
from publisher.people.model import Level, Person, Rank, Unit
from publisher.people.permission import PERMISSIONS, Permission

OFFICE = tuple(
    f"role:{role.value}"
    for role, permissions in PERMISSIONS.items()
    if permissions & {Permission.Instructions.SEE_ALL, Permission.Instructions.REGISTER}
)
"""The tokens of those who may read every instruction that is not restricted."""

LONGEST_PHRASE = 60
"""Of words used often, in characters."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the leader wrote, on what, and when."""

    text: str
    disposition: Disposition
    written_on: date
    item: Item | None = None
    block: str = ""
    quote: str = ""
    start: int = 0
    prefix: str = ""
    suffix: str = ""
    about: str = ""
    """What of a later room it stands on besides: report:9."""
    units: Sequence[Unit] = ()
    others: Sequence[str] = ()
    """Units of the office, and names of others, that are to act."""
    limit_on: date | None = None
    limit_days: int | None = None
    """The leader's limit, as a day or as working days from the day he wrote."""
    may_print: bool = True
    only_for: Sequence[Person] | None = None
    """Who alone may know of it besides leader and secretary; None where it goes by roles."""
    pages: Sequence[Page] = field(default=())
    """What was written by hand."""


@dataclass(frozen=True, kw_only=True)
class Leader:
    """Who wrote it, as he was on that day; with his account where he has one here."""

    name: str
    post: str
    level: Level | None = None
    rank: Rank | None = None
    person: Person | None = None

    @classmethod
    def of(cls, person: Person) -> Leader:
        """A leader of this office as he is today."""
        return cls(
            name=person.name,
            post=person.post,
            level=person.level,
            rank=person.rank,
            person=person,
        )


def write(
    issue: Issue,
    words: Words,
    *,
    leader: Person,
    secretaries: Iterable[int],
    by: Person,
    at: datetime,
    files: Iterable[Attachment] = (),
    form_key: str | None = None,
) -> Instruction:
    """Write an instruction down, by the leader or by a secretary with a mandate.

    `secretaries` are the numbers of those who hold the leader's mandate. Raises `NotAllowed` for
    anybody else, `InputRefused` for empty words or a day yet to come.
    """
    holders = set(secretaries)
    if by.id != leader.id and by.id not in holders:
        raise NotAllowed(_("您没有受托代录这位领导的批示。"))
    return written(
        words,
        leader=Leader.of(leader),
        issue=issue,
        tokens=_readers(words, leader=leader, holders=holders, by=by),
        by=by,
        at=at,
        files=files,
        form_key=form_key,
    )


def written(
    words: Words,
    *,
    leader: Leader,
    issue: Issue | None,
    paper: Paper | None = None,
    tokens: Iterable[str],
    by: Person,
    at: datetime,
    files: Iterable[Attachment] = (),
    form_key: str | None = None,
) -> Instruction:
    """Words as they are kept, with the access tokens of those who may read them.

    Raises `InputRefused` for empty words, a day yet to come or a limit that cannot be.
    """
    if not words.text.strip() and not words.pages:
        raise InputRefused(_("请填写批示内容，或者手写。"), field="text")
    if words.written_on > at.date():
        raise InputRefused(_("批示日期不能晚于今天。"), field="written_on")
    if words.limit_on is not None and words.limit_on < words.written_on:
        raise InputRefused(_("办理期限不能早于批示日期。"), field="limit_on")
    if words.limit_on is not None and words.limit_days is not None:
        raise InputRefused(_("办理期限请只填日期，或者只填工作日数。"), field="limit_days")
    made = Instruction(
        issue=issue,
        paper=paper,
        item=words.item,
        block=words.block[:80],
        quote=words.quote.strip()[:5000],
        leader=leader.person,
        leader_name=leader.name,
        leader_post=leader.post,
        leader_level=leader.level,
        leader_rank=leader.rank,
        start=max(words.start, 0),
        prefix=words.prefix[-80:],
        suffix=words.suffix[:80],
        about=words.about,
        limit_on=words.limit_on,
        limit_days=words.limit_days,
        is_restricted=words.only_for is not None,
        may_print=words.may_print,
        series=SERIES if words.only_for is None else RESTRICTED_SERIES,
        addressees=_addressees(words),
        pages=[
            InkPage(page=one.page, strokes=one.strokes, height=one.height, digest=one.digest)
            for one in words.pages
        ],
        text=words.text.strip(),
        disposition=words.disposition,
        written_on=words.written_on,
        entered_by=by,
        entered_at=at,
        form_key=form_key,
        files=[InstructionFile(attachment=attachment) for attachment in files],
        readers=[InstructionReader(token=token) for token in tokens],
    )
    made.state = State.RECORDED
    made.leader_id = leader.person.id if leader.person else None
    made.entered_by_id = by.id
    history.record(
        made,
        "write_instruction",
        by=by,
        at=at,
        to_state=State.RECORDED.value,
        leader=leader.name,
        of=history.subject_name(issue or paper) if issue or paper else "",
    )
    return made


def _addressees(words: Words) -> list[Addressee]:
    named: list[tuple[Unit | None, str]] = [(unit, unit.name) for unit in words.units]
    named += [(None, name.strip()[:120]) for name in words.others if name.strip()]
    return [
        Addressee(unit=unit, name=name, position=place)
        for place, (unit, name) in enumerate(named, 1)
    ]


def _readers(words: Words, *, leader: Person, holders: Iterable[int], by: Person) -> Iterable[str]:
    """Who may know of it: the office and the leader's own, or the people it names and no others."""
    if words.only_for is None:
        secretaries = (f"person:{number}" for number in sorted(holders))
        return dict.fromkeys((*OFFICE, f"person:{leader.id}", *secretaries))
    if not any(one.may(Permission.Instructions.REGISTER) for one in words.only_for):
        raise InputRefused(
            _("指定人员中须有一位能登记批示的同志，否则无人办理。"), field="only_for"
        )
    named = (f"person:{one.id}" for one in words.only_for)
    return dict.fromkeys((f"person:{leader.id}", f"person:{by.id}", *named))


def register(
    instruction: Instruction, *, number: int, proposal: str, by: Person, at: datetime
) -> None:
    """Take an instruction into the register under its number, with what the office proposes."""
    if instruction.state != State.RECORDED:
        raise StepRefused(_("这件批示已经登记。"))
    if instruction.open_contest is not None:
        raise StepRefused(_("领导对这件批示有异议，请先答复。"))
    instruction.year, instruction.number = instruction.written_on.year, number
    instruction.registered_by, instruction.registered_at = by, at
    instruction.proposal = proposal.strip()
    instruction.move_to(
        State.REGISTERED, act="register", by=by, at=at, number=instruction.number_text
    )


def needs_case(instruction: Instruction) -> bool:
    """Whether it is opened as a case; 阅知 and 阅研 are not (domain.md 4.1, step 12)."""
    return instruction.disposition not in {Disposition.INFORM, Disposition.STUDY}


def transcribe(instruction: Instruction, *, text: str, by: Person, at: datetime) -> None:
    """Type what the leader wrote by hand; somebody else checks it (批示抄清)."""
    if not text.strip():
        raise InputRefused(_("请填写抄清的文字。"), field="text")
    if instruction.state == State.VOID:
        raise StepRefused(_("这件批示已经作废。"))
    copy = instruction.fair_copy
    if copy is not None and copy.checked_at is not None:
        raise StepRefused(_("抄清件已经核对，不再改动。"))
    if copy is None:
        instruction.fair_copy = FairCopy(text=text.strip(), transcribed_by=by, transcribed_at=at)
        instruction.fair_copy.transcribed_by_id = by.id
    else:
        copy.text, copy.transcribed_by, copy.transcribed_at = text.strip(), by, at
        copy.transcribed_by_id, copy.remark = by.id, ""
    history.record(instruction, "transcribe", by=by, at=at)


def check_copy(
    instruction: Instruction, *, is_right: bool, remark: str = "", by: Person, at: datetime
) -> None:
    """Check a fair copy against the original; never by who typed it.

    The words of an instruction that was written by hand alone are from now on those of the copy.
    """
    copy = instruction.fair_copy
    if copy is None or copy.checked_at is not None or copy.remark:
        raise StepRefused(_("现在没有待核对的抄清件。"))
    if copy.transcribed_by_id == by.id:
        raise NotAllowed(_("抄清和核对须由两人办理，请另一位同志核对。"))
    if not is_right and not remark.strip():
        raise InputRefused(_("请写明哪里不符。"), field="remark")
    if is_right:
        copy.checked_by, copy.checked_at = by, at
        instruction.text = instruction.text or copy.text
        history.record(instruction, "check_copy", by=by, at=at)
    else:
        copy.remark = remark.strip()[:500]
        history.record(instruction, "return_copy", by=by, at=at, remark=copy.remark)


def contest(instruction: Instruction, *, reason: str, by: Person, at: datetime) -> None:
    """Say that what was entered in one's name is not what one wrote."""
    if by.id != instruction.leader_id or not instruction.is_entered_for_another:
        raise NotAllowed(_("只有批示的领导本人能对代录的批示提出异议。"))
    if instruction.state == State.VOID or instruction.open_contest is not None:
        raise StepRefused(_("这件批示已经作废，或者异议正在办理。"))
    if not reason.strip():
        raise InputRefused(_("请写明哪里不对。"), field="reason")
    instruction.contests.append(Contest(reason=reason.strip(), at=at))
    history.record(instruction, "contest", by=by, at=at, reason=reason.strip())


def answer_contest(
    instruction: Instruction, *, upheld: bool, answer: str, by: Person, at: datetime
) -> None:
    """Answer a leader who contests an entry: it becomes void, or stands with the reason why.

    A void entry keeps its number; the right words are entered anew.
    """
    found = instruction.open_contest
    if found is None:
        raise StepRefused(_("这件批示没有待答复的异议。"))
    if not answer.strip():
        raise InputRefused(_("请填写答复。"), field="answer")
    if upheld and not instruction.may_move_to(State.VOID):
        raise StepRefused(_("这件批示已经立项，请先撤销督办事项，再作废。"))
    found.answer, found.answered_by, found.answered_at = answer.strip(), by, at
    found.is_upheld = upheld
    if upheld:
        instruction.move_to(State.VOID, act="void", by=by, at=at, reason=found.answer)
    else:
        history.record(instruction, "answer_contest", by=by, at=at, answer=found.answer)


def keep_phrase(person: Person, text: str) -> Phrase:
    """Put words into the list of those a leader uses often."""
    if not text.strip() or len(text.strip()) > LONGEST_PHRASE:
        raise InputRefused(_("常用语应为1至%(n)s个字。", n=LONGEST_PHRASE), field="text")
    return Phrase(person=person, text=text.strip())


def quotation(instruction: Instruction) -> dict[str, str]:
    """An instruction as plain values that an earlier room carries into print."""
    return {
        "origin": f"instruction:{instruction.id}",
        "leader": instruction.leader_name,
        "post": instruction.leader_post,
        "text": instruction.text.strip(),
        "date": day_of_year(instruction.written_on),
        "number": instruction.number_text,
    }
