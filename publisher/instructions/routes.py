"""In this file are the doors of this room: write, register, look an instruction up."""

from __future__ import annotations

import re

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Redirect

from publisher import clock, history, jobs, registers
from publisher.attachments.answers import send
from publisher.database import db
from publisher.editing.model import Item
from publisher.errors import InputRefused
from publisher.instructions import actions, beside, finding, ink, queries, sheets, subjects
from publisher.instructions.forms import (
    NAMED,
    AnswerForm,
    CheckForm,
    ContestForm,
    CopyForm,
    InstructionForm,
    RegisterForm,
)
from publisher.instructions.model import Disposition, Instruction, State
from publisher.library import queries as library
from publisher.library import reading
from publisher.library.anchors import Passage, settled
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.publication import outbox
from publisher.publication.model import Publication
from publisher.settings import settings
from publisher.submissions.routes import keep_uploads

__all__ = ["beside", "bp", "finding"]

bp = Blueprint("instructions", __name__, url_prefix="/instructions")

WRITES = (Permission.Instructions.WRITE, Permission.Instructions.WRITE_FOR_ANOTHER)
SEES = (*WRITES, Permission.Instructions.REGISTER, Permission.Instructions.SEE_ALL,
        Permission.Followups.HANDLE)  # fmt: skip


@bp.get("")
@allowed(*SEES)
def register() -> str:
    """The register (批示台账) as far as I may know of it."""
    state, leader, words, year = filters()
    return render_template(
        "instructions/register.html",
        page=queries.register(
            current_person(),
            state=state,
            leader=leader,
            words=words,
            year=year,
            page=request.args.get("page", 1, type=int),
        ),
        state=state,
        states=list(State),
        leaders=queries.leaders_in_register(current_person()),
        past_leaders=[(one, one) for one in queries.leaders_without_account(current_person())],
        year_choices=[(one, one) for one in queries.years(current_person())],
        chosen={
            "state": state.value if state else None,
            "leader": leader,
            "words": words or None,
            "year": year,
        },
    )


def filters() -> tuple[State | None, int | str | None, str, int | None]:
    """What the register was asked for: progress, leader, words of the instruction, year.

    A leader is the number of an account, or the name of one who has none here.
    """
    wanted, year = request.values.get("state", ""), request.values.get("year", type=int)
    leader = request.values.get("leader", "").strip()[:60]
    return (
        State(wanted) if wanted in set(State) else None,
        int(leader)
        if leader.isascii() and leader.isdecimal() and len(leader) < 9
        else leader or None,
        request.values.get("words", "").strip(),
        year if year and 1900 <= year <= 9998 else None,
    )


@bp.route("/write/<int:issue>", methods=["GET", "POST"])
@allowed(*WRITES)
def write(issue: int) -> str | Redirect | tuple[str, int]:
    """Write an instruction on an issue, an item or a passage."""
    person = current_person()
    publication = library.publication(issue, person)
    form = _form(publication, person)
    if form.is_submitted() and form.validate():
        if (entered := queries.already_entered(person, form.key())) is not None:
            return redirect(url_for(".show", number=entered.id))
        try:
            made = _write(publication, form, person)
        except InputRefused as error:
            db.session.rollback()
            getattr(form, error.field, form.text).errors = [error.sentence]
        except IntegrityError:
            # The same form arrived twice at the same moment; the other one was taken.
            db.session.rollback()
            return redirect(url_for(".register"))
        else:
            flash(_("批示已送办公室登记。"), "success")
            return redirect(url_for(".show", number=made.id))
    page = render_template(
        "instructions/write.html",
        form=form,
        issue=publication.issue,
        pages=publication.pages or 0,
        subject=subjects.subject(form.about.data or "", person),
        phrases=queries.offered_phrases([one.id for one in _leaders(person)]),
    )
    return (page, 422) if form.is_submitted() else page


def _leaders(person: Person) -> list[Person]:
    """For whom a person writes: for himself, or for leaders in office whose mandate he holds."""
    if person.may(Permission.Instructions.WRITE):
        return [person]
    served = people.leaders_served_by(person)
    return [one for one in served if one.active and one.may(Permission.Instructions.WRITE)]


def _form(publication: Publication, person: Person) -> InstructionForm:
    form = InstructionForm()
    items = library.placements(publication.issue_id)
    form.offer(
        [(str(one.id), one.titled_name) for one in _leaders(person)],
        [(str(one.item_id), one.item.title) for one in items],
        people.units(),
        queries.who_may_be_named(person),
    )
    form.key()
    if not form.is_submitted():
        form.written_on.data = clock.today()
        form.disposition.data = Disposition.ACT.value
        for name in ("block", "start", "quote", "prefix", "suffix", "about"):
            form[name].data = request.args.get(name, "")[:5000]
        form.item.data = request.args.get("item", "") or _item_of(form.block.data or "")
    return form


def _item_of(block: str) -> str:
    """The item a passage stands in, from its block's name: item-17-p3."""
    parts = block.split("-")
    return parts[1] if len(parts) > 2 and parts[0] == "item" and parts[1].isdigit() else ""


def _write(publication: Publication, form: InstructionForm, person: Person) -> Instruction:
    at = clock.now()
    leader = people.person(int(form.leader.data))
    wanted = form.item.data or ""
    chosen: Item | None = None
    for placement in library.placements(publication.issue_id):
        if str(placement.item_id) == wanted:
            chosen = placement.item
    if form.written_on.data is None:
        raise InputRefused(_("请选择批示日期。"), field="written_on")
    pages = ink.read_pages(form.ink.data or "", pages=publication.pages or 0)
    again = queries.same_hand(leader.id, publication.issue_id, {page.digest for page in pages})
    if again is not None:
        return again
    passage = _passage(publication, form)
    subject = subjects.subject(form.about.data or "", person)
    named = {str(one.id): one for one in queries.who_may_be_named(person)}
    made = actions.write(
        publication.issue,
        actions.Words(
            text=form.text.data or "",
            disposition=Disposition(form.disposition.data),
            written_on=form.written_on.data,
            item=chosen,
            block=passage.block,
            start=passage.start,
            quote=passage.quote,
            prefix=passage.prefix,
            suffix=passage.suffix,
            about=subject.key if subject else "",
            units=[one for one in people.units() if str(one.id) in (form.units.data or [])],
            others=re.split("[、,，;；\\n]", form.others.data or ""),
            limit_on=form.limit_on.data,
            limit_days=form.limit_days.data,
            may_print=not form.not_printed.data,
            only_for=[named[one] for one in form.only_for.data or []]
            if form.known_to.data == NAMED
            else None,
            pages=pages,
        ),
        leader=leader,
        secretaries=people.secretaries_of(leader.id),
        files=keep_uploads(form.files.data, "", by=person),
        form_key=form.key(),
        by=person,
        at=at,
    )
    db.session.add(made)
    db.session.flush()
    outbox.tell(db.session, f"instruction:{made.id}", at)
    db.session.commit()
    jobs.nudge("library.drain_outbox")
    return made


def _passage(publication: Publication, form: InstructionForm) -> Passage:
    """The passage as it stands in the issue; raises `InputRefused` for words that are not in it."""
    start = form.start.data or ""
    passage = Passage(
        block=form.block.data or "",
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 0,
        quote=(form.quote.data or "").replace("\r\n", "\n"),
        prefix=form.prefix.data or "",
        suffix=form.suffix.data or "",
    )
    blocks = reading.blocks(publication, settings())
    if not passage.quote or not blocks:
        return passage
    found = settled(passage, blocks)
    if found is None:
        raise InputRefused(_("选定的文字不在本期正文中，请重新选定。"), field="text")
    return found


@bp.get("/<int:number>")
@allowed(*SEES)
def show(number: int) -> str:
    """One instruction: the words, what they stand on, what became of them."""
    return _page(queries.instruction(number, person=current_person()), RegisterForm(formdata=None))


def _page(found: Instruction, form: RegisterForm) -> str:
    person = current_person()
    return render_template(
        "instructions/show.html",
        instruction=found,
        form=form,
        copying=CopyForm(
            formdata=None, text=found.fair_copy.text if found.fair_copy else found.text
        ),
        checking=CheckForm(formdata=None),
        contesting=ContestForm(formdata=None),
        answering=AnswerForm(formdata=None),
        copies=person.may(Permission.Instructions.REGISTER)
        or person.id in people.secretaries_of(found.leader_id),
        needs_case=actions.needs_case(found),
        subject=subjects.subject(found.about, person),
        may_read=found.issue_id is not None and library.may_read(found.issue_id, person),
        others=[
            one
            for one in (queries.on_issue(found.issue_id, person) if found.issue_id else ())
            if one.id != found.id
        ],
        came_from=subjects.subject(found.origin, person),
        first=queries.first_of(found, person),
        readers=people.persons_named({reader.token for reader in found.readers})
        if found.is_restricted
        else [],
        names_officer=person.id == found.leader_id
        or (
            person.id == found.entered_by_id and person.id in people.secretaries_of(found.leader_id)
        ),
        entries=history.entries_of(db.session, f"instruction:{found.id}"),
        sheets=sheets.NAMES,
    )


@bp.post("/<int:number>/register")
@allowed(Permission.Instructions.REGISTER)
def take_in(number: int) -> str | Redirect | tuple[str, int]:
    """Take an instruction into the register under the next number."""
    found, form = queries.instruction(number, person=current_person()), RegisterForm()
    if not form.validate():
        return _page(found, form), 422
    at = clock.now()
    actions.register(
        found,
        number=registers.take_number(db.session, found.series, found.written_on.year),
        proposal=form.proposal.data or "",
        by=current_person(),
        at=at,
    )
    outbox.tell(db.session, f"instruction:{found.id}", at)
    db.session.commit()
    jobs.nudge("library.drain_outbox")
    flash(_("已登记，编号%(number)s。", number=found.number_text), "success")
    return redirect(url_for(".show", number=number))


@bp.get("/<int:number>/files/<int:file_number>")
@allowed(*SEES)
def file(number: int, file_number: int) -> Response:
    """A scan of the original."""
    found = queries.instruction(number, person=current_person())
    scan = queries.file_of(found, file_number).attachment
    return send(scan, inline=True, fitting="fitting" in request.args)


@bp.get("/<int:number>/sheets/<name>.<form>")
@allowed(*SEES)
def sheet(number: int, name: str, form: str) -> Response:
    """A paper sheet of an instruction, filled from the record."""
    found = queries.instruction(number, person=current_person())
    return sheets.answer(found, name, form)
