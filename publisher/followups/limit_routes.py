"""In this file are the doors to what limits are counted by: the calendar and the classes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Redirect

from publisher import clock, history
from publisher.database import db
from publisher.errors import NotFound
from publisher.followups import actions, queries
from publisher.followups.forms import YEARS, CalendarForm, LimitClassForm
from publisher.followups.model import CalendarDay, LimitClass
from publisher.followups.routes import bp
from publisher.people import queries as people
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission


@bp.route("/calendar", methods=["GET", "POST"])
@allowed(Permission.Followups.MANAGE)
def calendar() -> str | Redirect | tuple[str, int]:
    """The holidays and worked weekends by which limits are counted."""
    year = request.args.get("year", clock.today().year, type=int)
    if year not in YEARS:
        raise NotFound
    form = CalendarForm()
    if form.is_submitted() and form.validate() and form.day.data is not None:
        day = queries.calendar_day(form.day.data)
        if day is None:
            day = CalendarDay(day=form.day.data, is_working=False)
            db.session.add(day)
        day.is_working = form.is_working.data == "yes"
        day.name = (form.name.data or "").strip()
        db.session.flush()
        history.record(
            day,
            "change_calendar",
            by=current_person(),
            at=clock.now(),
            day=day.day.isoformat(),
            is_working=day.is_working,
        )
        db.session.commit()
        flash(_("日历已更新。"), "success")
        return redirect(url_for(".calendar", year=day.day.year))
    page = render_template(
        "followups/calendar.html", form=form, year=year, days=queries.calendar_days(year)
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/limits", methods=["GET", "POST"])
@allowed(Permission.Followups.MANAGE)
def limits() -> str | Redirect | tuple[str, int]:
    """The classes of limits, for everybody and for single leaders."""
    form = LimitClassForm()
    form.offer([(str(one.id), one.titled_name) for one in people.leaders()])
    if form.is_submitted() and form.validate():
        leader = people.person(int(form.leader.data)) if form.leader.data else None
        made = LimitClass(
            name=(form.name.data or "").strip(),
            days=form.days.data or 0,
            leader=leader,
            position=len(queries.all_limit_classes()) + 1,
        )
        if queries.has_limit_class(made.name, leader.id if leader else None):
            form.name.errors = [_("已有这个类别；要改工作日数，请先删去再登记。")]
        else:
            db.session.add(made)
            actions.set_limit_class(made, by=current_person(), at=clock.now())
            try:
                db.session.commit()
            except IntegrityError:
                # The same class was sent twice at the same moment; the other one was taken.
                db.session.rollback()
            flash(_("已登记。"), "success")
            return redirect(url_for(".limits"))
    page = render_template("followups/limits.html", form=form, classes=queries.all_limit_classes())
    return (page, 422) if form.is_submitted() else page


@bp.post("/limits/<int:number>/remove")
@allowed(Permission.Followups.MANAGE)
def remove_limit(number: int) -> Redirect:
    """Give a class of limits up; cases keep the limit they have."""
    found = queries.limit_class(number)
    actions.remove_limit_class(found, by=current_person(), at=clock.now())
    db.session.delete(found)
    db.session.commit()
    flash(_("已删去。"), "success")
    return redirect(url_for(".limits"))
