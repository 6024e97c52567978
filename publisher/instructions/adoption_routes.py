"""In this file are the doors to adoptions by higher offices and what was written on them."""

from __future__ import annotations

import re

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Redirect

from publisher import clock, jobs
from publisher.database import db
from publisher.errors import InputRefused
from publisher.instructions import adoptions, queries
from publisher.instructions.actions import Leader, Words
from publisher.instructions.forms import AdoptionForm, AdoptionLevelForm, HigherForm
from publisher.instructions.model import Disposition, Instruction, Paper
from publisher.instructions.routes import SEES, bp
from publisher.library import queries as library
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.model import Level, Rank
from publisher.people.permission import Permission
from publisher.publication import outbox
from publisher.submissions.routes import keep_uploads

bp.add_app_template_global(queries.of_item, "adoptions_of")


@bp.get("/adoptions")
@allowed(*SEES)
def papers() -> str:
    """What higher offices printed of ours, and the instructions on it that I may know of."""
    page = queries.papers(request.args.get("page", 1, type=int), current_person())
    return render_template(
        "instructions/adoptions.html",
        page=page,
        written=queries.instructions_on([one.id for one in page.rows], current_person()),
    )


@bp.route("/adoptions/new", methods=["GET", "POST"])
@allowed(Permission.Instructions.REGISTER)
def new_paper() -> str | Redirect | tuple[str, int]:
    """Note that a higher office printed an item of ours."""
    person, form = current_person(), AdoptionForm()
    wanted = request.args.get("item", type=int)
    items = {str(one.id): one for one in queries.printed_items(person, wanted)}
    form.offer([(number, one.title) for number, one in items.items()])
    form.key()
    if not form.is_submitted():
        form.item.data = str(wanted) if str(wanted) in items else ""
    elif form.validate():
        if (noted := queries.already_noted(person, form.key())) is not None:
            return redirect(url_for(".higher", number=noted.id))
        try:
            made = adoptions.adopt(
                title=form.title.data or "",
                office=form.office.data or "",
                publication=form.publication.data or "",
                number=form.number.data or "",
                dated_on=form.dated_on.data,
                level=Level(form.level.data),
                item=items.get(form.item.data or ""),
                by=person,
                at=clock.now(),
                form_key=form.key(),
            )
            db.session.add(made)
            db.session.flush()
            outbox.tell(db.session, f"adoption:{made.id}", clock.now())
            db.session.commit()
        except InputRefused as error:
            db.session.rollback()
            getattr(form, error.field, form.title).errors = [error.sentence]
        except IntegrityError:
            # The same form arrived twice at the same moment; the other one was taken.
            db.session.rollback()
            return redirect(url_for(".papers"))
        else:
            jobs.nudge("library.drain_outbox")
            flash(_("已登记上级采用。有批示的，请接着登记。"), "success")
            return redirect(url_for(".higher", number=made.id))
    page = render_template("instructions/adoption.html", form=form)
    return (page, 422) if form.is_submitted() else page


@bp.get("/adoptions/<int:number>")
@allowed(*SEES)
def higher(number: int) -> str:
    """One adoption and what was written on it; with forms for who keeps the register."""
    paper = queries.paper(number, current_person())
    if not current_person().may(Permission.Instructions.REGISTER):
        return _page(paper)
    form = HigherForm()
    form.offer()
    form.key()
    level = paper.level or Level.PROVINCE
    form.level.data, form.disposition.data = level.value, Disposition.ACT.value
    form.written_on.data = clock.today()
    return _page(paper, form)


@bp.post("/adoptions/<int:number>")
@allowed(Permission.Instructions.REGISTER)
def write_higher(number: int) -> Redirect | tuple[str, int]:
    """Enter what a leader there wrote on it."""
    paper, form, person = queries.paper(number, current_person()), HigherForm(), current_person()
    form.offer()
    form.key()
    if form.validate():
        if (entered := queries.already_entered(person, form.key())) is not None:
            return redirect(url_for(".show", number=entered.id))
        try:
            made = _write(paper, form)
            db.session.commit()
        except InputRefused as error:
            db.session.rollback()
            getattr(form, error.field, form.text).errors = [error.sentence]
        except IntegrityError:
            db.session.rollback()
            return redirect(url_for(".papers"))
        else:
            jobs.nudge("library.drain_outbox")
            flash(_("批示已录入，请登记编号。"), "success")
            return redirect(url_for(".show", number=made.id))
    return _page(queries.paper(number, person), form), 422


@bp.post("/adoptions/<int:number>/level")
@allowed(Permission.Instructions.REGISTER)
def note_level(number: int) -> Redirect:
    """Note of which level the office is, where that is not known or wrong."""
    paper, form = queries.paper(number, current_person()), AdoptionLevelForm()
    if form.validate():
        at = clock.now()
        adoptions.set_level(paper, Level(form.level.data), by=current_person(), at=at)
        outbox.tell(db.session, f"adoption:{number}", at)
        db.session.commit()
        jobs.nudge("library.drain_outbox")
        flash(_("采用级别已登记。"), "success")
    else:
        flash(_("请选择采用级别。"), "danger")
    return redirect(url_for(".higher", number=number))


def _page(paper: Paper, form: HigherForm | None = None) -> str:
    person, issue, noting = current_person(), queries.issue_of(paper.item), AdoptionLevelForm(None)
    noting.level.data = paper.level.value if paper.level else Level.PROVINCE.value
    return render_template(
        "instructions/higher.html",
        paper=paper,
        form=form,
        noting=noting,
        issue=issue,
        may_read=issue is not None and library.may_read(issue.id, person),
        written=queries.instructions_on([paper.id], person).get(paper.id, []),
    )


def _write(paper: Paper, form: HigherForm) -> Instruction:
    by, at = current_person(), clock.now()
    if form.written_on.data is None:
        raise InputRefused(_("请选择批示日期。"), field="written_on")
    named = [name.strip() for name in re.split("[、,，;；\\n]", form.others.data or "")]
    units = {name: unit for unit in people.units() for name in (unit.name, unit.short_name)}
    made = adoptions.write_on(
        paper,
        Words(
            text=form.text.data or "",
            disposition=Disposition(form.disposition.data),
            written_on=form.written_on.data,
            item=paper.item,
            units=list(dict.fromkeys(units[name] for name in named if name in units)),
            others=[name for name in named if name not in units],
            limit_on=form.limit_on.data,
            limit_days=form.limit_days.data,
        ),
        leader=Leader(
            name=(form.leader_name.data or "").strip(),
            post=(form.leader_post.data or "").strip(),
            level=Level(form.level.data),
            rank=Rank(form.rank.data) if form.rank.data else None,
        ),
        issue=queries.issue_of(paper.item),
        files=keep_uploads(form.files.data, "", by=by),
        form_key=form.key(),
        by=by,
        at=at,
    )
    db.session.add(made)
    db.session.flush()
    outbox.tell(db.session, f"instruction:{made.id}", at)
    return made
