"""In this file are the doors of this room: rankings by group and month, a unit's ledger, rules."""

from __future__ import annotations

import calendar
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from publisher import clock
from publisher.database import db
from publisher.editing import actions as desk
from publisher.errors import InputRefused
from publisher.library import sheets as library
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.model import Level, UnitGroup
from publisher.people.permission import Permission
from publisher.scores import actions, queries, sheets
from publisher.scores.forms import RuleForm
from publisher.scores.model import Event, MergeRule
from publisher.serials import queries as serials
from publisher.serials.model import SerialKind
from publisher.submissions import actions as submissions
from publisher.submissions.model import Kind

bp = Blueprint("scores", __name__, url_prefix="/scores")


@bp.get("")
@allowed(Permission.Scores.SEE)
def ranking() -> str:
    """The ranking of each group for a month and for the year so far."""
    year, month = _month()
    first, last = _span(year, month)
    return render_template(
        "scores/ranking.html",
        year=year,
        month=month,
        groups=[
            (
                group,
                queries.ranking(group, first, last),
                {one.unit.id: one.points for one in queries.ranking(group, date(year, 1, 1), last)},
            )
            for group in (UnitGroup.COUNTY, UnitGroup.DEPARTMENT)
        ],
        previous=_shifted(year, month, -1),
        following=_shifted(year, month, 1),
        periods=sheets.KINDS,
    )


@bp.get("/units/<int:number>")
@allowed(Permission.Scores.SEE)
def unit(number: int) -> str:
    """A unit's ledger of one year."""
    year, _number = _month()
    return render_template(
        "scores/unit.html",
        unit=people.unit(number),
        year=year,
        rows=queries.ledger(number, date(year, 1, 1), date(year, 12, 31)),
    )


@bp.route("/rules", methods=["GET", "POST"])
@allowed(Permission.Scores.MANAGE)
def rules() -> str | Response | tuple[str, int]:
    """What each event is worth, and from which day on."""
    form = RuleForm()
    subjects = {one.code: _("《%(name)s》", name=one.name) for one in serials.all_serials()}
    subjects |= {level.value: level.word for level in Level}
    form.subject.choices = list(subjects.items())
    if form.is_submitted() and form.validate() and form.effective_from.data is not None:
        try:
            rule = actions.set_rule(
                event=Event(form.event.data),
                subject=form.subject.data,
                points=form.points.data or 0,
                merge=MergeRule(form.merge.data),
                effective_from=form.effective_from.data,
                rules=queries.rules(),
                by=current_person(),
                at=clock.now(),
            )
        except InputRefused as error:
            getattr(form, error.field, form.subject).errors = [error.sentence]
        else:
            db.session.add(rule)
            db.session.commit()
            flash(_("规则已登记，自生效之日起计分。"), "success")
            return redirect(url_for(".rules"))
    page = render_template("scores/rules.html", form=form, rules=queries.rules(), subjects=subjects)
    return (page, 422) if form.is_submitted() else page


@bp.get("/bulletin.<form>")
@allowed(Permission.Scores.SEE)
def bulletin(form: str) -> Response:
    """The score bulletin of a period, as a download."""
    found = sheets.made(_period())
    return library.answer(
        "score_bulletin",
        sheets.words(found, clock.today()),
        form,
        title=found.title,
        lists=sheets.lists(found),
    )


@bp.post("/bulletin")
@allowed(Permission.Items.EDIT)
def to_desk() -> Response:
    """Lay the bulletin of a period on the desk as an item, once, for an issue that is signed."""
    found, by, at = sheets.made(_period()), current_person(), clock.now()
    origin = f"scores:{found.period.key}"
    if (sent := queries.sent_as(origin)) is not None:
        flash(_("这一期间的通报已转为稿件。"), "info")
        return redirect(url_for("editing.screen", number=sent.id))
    draft = submissions.Draft(
        title=found.title,
        body=sheets.text(found),
        kind=Kind.SYNTHESIS,
        source="采用计分",
        drafter=by.name,
        unit_signer=by.name,
        signer_phone=by.phone,
        proposed_serial=serials.only_active_of(SerialKind.BULLETIN),
    )
    submission = submissions.submit(draft, by=by, at=at, origin=origin, form_key=origin)
    item = desk.take_up(submission, by=by, at=at)
    db.session.add_all([submission, item])
    db.session.commit()
    flash(_("已转为稿件，请核对后送审。"), "success")
    return redirect(url_for("editing.item", number=item.id))


def _period() -> sheets.Period:
    return sheets.period(request.values.get("period", "month"), *_month())


def _month() -> tuple[int, int]:
    today = clock.today()
    year = request.values.get("year", today.year, type=int)
    month = request.values.get("month", today.month, type=int)
    return min(max(year, 2000), 2100), min(max(month, 1), 12)


def _span(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _shifted(year: int, month: int, by: int) -> tuple[int, int]:
    place = year * 12 + month - 1 + by
    return place // 12, place % 12 + 1
