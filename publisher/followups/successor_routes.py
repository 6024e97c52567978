"""In this file are the doors by which somebody is named who acts on what is for named people."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from publisher import clock, jobs
from publisher.database import db
from publisher.errors import InputRefused, NotAllowed
from publisher.followups import actions, named, queries
from publisher.followups.forms import SuccessorForm
from publisher.followups.named import Waiting
from publisher.followups.routes import bp
from publisher.instructions.model import Instruction
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.publication import outbox


@bp.route("/successors/<int:instruction_number>", methods=["GET", "POST"])
@allowed(*named.NAMES)
def successor(instruction_number: int) -> str | Redirect | tuple[str, int]:
    """Name an officer for an instruction for named people; its words are for those alone."""
    person, form = current_person(), SuccessorForm()
    instruction, waiting = named.to_be_handed_on(instruction_number, person)
    knows = named.speaks_for_leader(instruction, person)
    form.offer(
        [
            one
            for one in named.officers()
            if f"person:{one.id}" not in {reader.token for reader in instruction.readers}
        ]
    )
    if not form.is_submitted():
        return _page(instruction, waiting, form, knows=knows)
    if not knows and waiting is not None and waiting.is_leaders:
        raise NotAllowed(_("请由批示领导本人指定经办人。"))
    if not form.validate():
        return _page(instruction, waiting, form, knows=knows), 422
    at, cases = clock.now(), queries.cases_of(instruction.id)
    try:
        actions.name_officer(
            instruction,
            cases,
            officer=people.person(int(form.officer.data)),
            gone=waiting.gone if waiting is not None else (),
            reason=form.reason.data or "",
            knows=knows,
            by=person,
            at=at,
        )
    except InputRefused as error:
        db.session.rollback()
        getattr(form, error.field, form.officer).errors = [error.sentence]
        return _page(instruction, waiting, form, knows=knows), 422
    for key in (f"instruction:{instruction.id}", *(f"case:{one.id}" for one in cases)):
        outbox.tell(db.session, key, at)
    db.session.commit()
    jobs.nudge("library.drain_outbox")
    flash(_("已指定经办人。"), "success")
    if knows:
        return redirect(url_for("instructions.show", number=instruction_number))
    return redirect(url_for("today.home"))


def _page(
    instruction: Instruction, waiting: Waiting | None, form: SuccessorForm, *, knows: bool
) -> str:
    return render_template(
        "followups/successor.html",
        instruction=instruction,
        waiting=waiting,
        form=form,
        knows=knows,
    )
