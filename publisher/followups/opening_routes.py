"""In this file are the doors by which an instruction becomes a case, or is noted only."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from publisher import clock, history, registers
from publisher.database import db
from publisher.errors import InputRefused, StepRefused
from publisher.followups import actions, limits, proposals, queries, rounds
from publisher.followups.forms import LEADERS, CaseForm, DecisionForm, NoteForm
from publisher.followups.model import Case, Proposal, ProposalState, series_of
from publisher.followups.proposals import Plan
from publisher.followups.routes import bp
from publisher.instructions import queries as instructions
from publisher.instructions.model import Instruction
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.model import Person
from publisher.people.permission import Permission
from publisher.publication import outbox
from publisher.settings import settings

DECIDES = (Permission.Followups.DECIDE, Permission.Followups.MANAGE)
USUAL_DAYS = 15
"""The limit that stands in a new form: that of the class for an ordinary instruction."""


@bp.route("/open/<int:instruction_number>", methods=["GET", "POST"])
@allowed(Permission.Followups.MANAGE)
def open_(instruction_number: int) -> str | Redirect | tuple[str, int]:
    """Open a case on an instruction: the matter, the units, the limit."""
    instruction = instructions.instruction(instruction_number, person=current_person())
    earlier = queries.cases_of(instruction.id)
    if earlier:
        flash(_("这件批示已经立项。"), "warning")
        return redirect(url_for(".case", number=earlier[-1].id))
    if request.method != "POST":
        return _opening(instruction, _case_form(instruction, blank=True))
    form = _case_form(instruction)
    if form.validate():
        try:
            if is_decided_by_director(instruction):
                return _propose(instruction, _plan(form))
            opened = _open(instruction, _plan(form), by=current_person(), at=clock.now())
            db.session.commit()
        except InputRefused as error:
            db.session.rollback()
            getattr(form, error.field, form.matter).errors = [error.sentence]
        else:
            flash(_("已立项交办，编号%(number)s。", number=opened.number_text), "success")
            return redirect(url_for(".case", number=opened.id))
    return _opening(instruction, form), 422


def _case_form(instruction: Instruction, *, blank: bool = False) -> CaseForm:
    """The form as it was sent, or a blank one for an instruction."""
    form = CaseForm(formdata=None) if blank else CaseForm()
    classes = queries.limit_classes(instruction.leader_id)
    calendar, today = queries.working_calendar(), clock.today()
    leaders = limits.named_by_leader(instruction, calendar)
    form.offer([(str(unit.id), unit.name) for unit in people.units()], classes)
    if leaders is not None and leaders >= today:
        form.offer_leaders(leaders, calendar.between(today, leaders))
    if blank:
        usual = next((str(one.id) for one in classes if one.days == USUAL_DAYS), None)
        first = form.limit_class.choices[0].value
        form.limit_class.data = first if first == LEADERS or usual is None else usual
        about = instruction.item.title if instruction.item else _whole_of(instruction)
        # Both this and the chase below are printed on sheets, which are Chinese for everybody.
        form.matter.data = f"关于“{about}”批示事项的办理"
        # The units the leader named are there to begin with; the officer decides.
        named = [str(one.unit_id) for one in instruction.addressees if one.unit_id]
        form.lead.data, form.supports.data = (named[0] if named else None), named[1:]
    return form


def _whole_of(instruction: Instruction) -> str:
    """What an instruction stands on where that is no item: a paper from elsewhere or an issue."""
    if instruction.paper is not None:
        return instruction.paper.title
    return instruction.issue.number_text if instruction.issue is not None else ""


def _opening(instruction: Instruction, form: CaseForm, *, noting: NoteForm | None = None) -> str:
    return render_template(
        "followups/open.html",
        form=form,
        instruction=instruction,
        noting=noting or NoteForm(formdata=None),
        leaders_limit=limits.named_by_leader(instruction, queries.working_calendar()),
        today=clock.today(),
        unconfirmed=not queries.working_calendar().is_confirmed(clock.today()),
        decides=is_decided_by_director(instruction),
        proposal=queries.proposal_on(instruction.id),
    )


def is_decided_by_director(instruction: Instruction) -> bool:
    """Whether the office wants a second person's word here, and has one who may read it."""
    return settings().director_decides and queries.may_be_decided(instruction)


def _plan(form: CaseForm) -> Plan:
    return Plan(
        matter=form.matter.data or "",
        demand=form.demand.data or "",
        lead=people.unit(int(form.lead.data)),
        supports=[people.unit(int(number)) for number in form.supports.data or []],
        limit_days=form.days,
        limit_reason=form.limit_reason.data or "",
    )


def _propose(instruction: Instruction, plan: Plan | None, remark: str = "") -> Redirect:
    """Hand the director what is proposed, once at a time."""
    waiting = queries.proposal_on(instruction.id)
    if waiting is not None and waiting.state == ProposalState.PROPOSED:
        raise StepRefused(_("这件批示的拟办意见正在等待审定。"))
    made = proposals.propose(
        instruction,
        plan,
        calendar=queries.working_calendar(),
        remark=remark,
        by=current_person(),
        at=clock.now(),
    )
    db.session.add(made)
    db.session.commit()
    flash(_("拟办意见已送审定。"), "success")
    return redirect(url_for("instructions.show", number=instruction.id))


def _open(instruction: Instruction, plan: Plan, *, by: Person, at: datetime) -> Case:
    """Open a case under the next number; the caller commits."""
    number = registers.take_number(db.session, series_of(instruction), at.year)
    # Whoever takes a number waits for the one before, so a case opened meanwhile is seen here.
    if queries.cases_of(instruction.id):
        raise StepRefused(_("这件批示已经立项。"))
    case = actions.open_case(
        instruction,
        number=number,
        matter=plan.matter,
        demand=plan.demand,
        lead=plan.lead,
        supports=plan.supports,
        limit_days=plan.limit_days,
        limit_reason=plan.limit_reason,
        calendar=queries.working_calendar(),
        follows=rounds.round_before(instruction, by),
        by=by,
        at=at,
    )
    db.session.add(case)
    db.session.flush()
    for key in (f"instruction:{instruction.id}", f"case:{case.id}"):
        outbox.tell(db.session, key, at)
    return case


@bp.post("/note/<int:instruction_number>")
@allowed(Permission.Followups.MANAGE)
def note_only(instruction_number: int) -> Redirect | tuple[str, int]:
    """Decide that an instruction opens no case."""
    instruction = instructions.instruction(instruction_number, person=current_person())
    form = NoteForm()
    if not form.validate():
        return _opening(instruction, _case_form(instruction, blank=True), noting=form), 422
    if is_decided_by_director(instruction):
        return _propose(instruction, None, form.remark.data or "")
    at = clock.now()
    actions.note_only(
        instruction, by=current_person(), at=at, remark=(form.remark.data or "").strip()
    )
    outbox.tell(db.session, f"instruction:{instruction.id}", at)
    db.session.commit()
    flash(_("已记为阅知类批示，不立项。"), "success")
    return redirect(url_for("instructions.show", number=instruction.id))


@bp.get("/proposals")
@allowed(*DECIDES)
def waiting_proposals() -> str:
    """What waits for the director's word."""
    return render_template(
        "followups/proposals.html", proposals=queries.proposals_waiting(current_person())
    )


@bp.get("/proposals/<int:number>")
@allowed(*DECIDES)
def proposal(number: int) -> str:
    """One proposal beside the instruction it answers."""
    return _deciding(queries.proposal(number, current_person()), DecisionForm(formdata=None))


def _deciding(found: Proposal, form: DecisionForm) -> str:
    return render_template(
        "followups/proposal.html",
        proposal=found,
        instruction=found.instruction,
        supports=[people.unit(number) for number in found.support_ids],
        form=form,
        entries=history.entries_of(db.session, f"proposal:{found.id}"),
    )


@bp.post("/proposals/<int:number>/decide")
@allowed(Permission.Followups.DECIDE)
def decide(number: int) -> str | Redirect | tuple[str, int]:
    """Agree, which opens the case or notes the instruction, or give the proposal back."""
    person, form = current_person(), DecisionForm()
    found = queries.proposal(number, person)
    if not form.validate():
        return _deciding(found, form), 422
    try:
        if form.agreed.data == "yes":
            _agree(found, form.answer.data or "")
        else:
            proposals.give_back(found, reason=form.answer.data or "", by=person, at=clock.now())
    except InputRefused as error:
        db.session.rollback()
        form.answer.errors = [error.sentence]
        return _deciding(queries.proposal(number, person), form), 422
    db.session.commit()
    flash(_("已审定。"), "success")
    return redirect(url_for(".waiting_proposals"))


def _agree(found: Proposal, answer: str) -> None:
    by, at, instruction = current_person(), clock.now(), found.instruction
    proposals.agree(found, answer=answer, by=by, at=at)
    if found.opens and found.lead is not None:
        plan = Plan(
            matter=found.matter,
            demand=found.demand,
            lead=found.lead,
            supports=[people.unit(number) for number in found.support_ids],
            limit_days=None if found.by_leaders_limit else found.limit_days,
            limit_reason=found.limit_reason,
        )
        # Whoever proposed it follows it: 谁转办谁跟踪落实 (domain.md 4.1, step 13).
        _open(instruction, plan, by=found.proposed_by, at=at)
    else:
        actions.note_only(instruction, by=found.proposed_by, at=at, remark=found.remark)
        outbox.tell(db.session, f"instruction:{instruction.id}", at)
