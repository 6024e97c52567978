"""In this file are the doors of this room: sign-in, language, password, units, persons."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from publisher import clock
from publisher.database import db
from publisher.errors import InputRefused
from publisher.language import LANGUAGES
from publisher.people import actions, queries
from publisher.people.forms import (
    MandateForm,
    PasswordForm,
    PersonForm,
    SignInForm,
    SubstituteForm,
    UnitForm,
)
from publisher.people.guard import (
    allowed,
    back,
    current_person,
    public,
    safe_target,
    signed_in,
)
from publisher.people.model import Level, Person, Rank, UnitGroup
from publisher.people.permission import Permission, Role
from publisher.people.sign_in import sign_in as let_in
from publisher.people.sign_in import sign_out as let_out
from publisher.settings import settings

bp = Blueprint("people", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> str | Response | tuple[str, int]:
    """Sign in with account and password."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            let_in(
                (form.account.data or "").strip(),
                form.password.data or "",
                address=request.remote_addr or "",
                settings=settings(),
                at=clock.now(),
            )
        except InputRefused as error:
            db.session.commit()
            form.password.errors = [error.sentence]
        else:
            db.session.commit()
            return redirect(safe_target(form.next.data))
    elif not form.is_submitted():
        if current_user.is_authenticated:
            return redirect(url_for("today.home"))
        form.next.data = request.args.get("next", "")
    accounts = queries.first_of_each_role() if settings().demo else []
    page = render_template("people/sign_in.html", form=form, accounts=accounts)
    return (page, 422) if form.is_submitted() else page


@bp.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End the session."""
    let_out(current_person(), clock.now())
    db.session.commit()
    answer = redirect(url_for("people.sign_in"))
    # What a browser kept to be read while the network is away goes with the reader.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@bp.post("/language")
@public
def language() -> Response:
    """Switch between Chinese and English, kept with the person."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
        if current_user.is_authenticated:
            current_person().language = wanted
            db.session.commit()
    return back(url_for("today.home"))


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> str | Response | tuple[str, int]:
    """Change the own password."""
    form = PasswordForm()
    if not form.is_submitted():
        return render_template("people/password.html", form=form)
    if form.validate():
        person = current_person()
        try:
            actions.change_own_password(
                person,
                old=form.old.data or "",
                new=form.password.data or "",
                shortest=settings().password_length,
                at=clock.now(),
            )
        except InputRefused as error:
            getattr(form, error.field).errors = [error.sentence]
        else:
            db.session.commit()
            session["key"] = person.session_key
            flash(_("密码已修改。"), "success")
            return redirect(url_for("today.home"))
    return render_template("people/password.html", form=form), 422


@bp.route("/units", methods=["GET", "POST"])
@allowed(Permission.People.MANAGE)
def units() -> str | Response | tuple[str, int]:
    """The units, and a form for one more."""
    form = UnitForm()
    form.offer()
    if form.is_submitted() and form.validate():
        try:
            db.session.add(
                actions.open_unit(
                    code=form.code.data or "",
                    name=(form.name.data or "").strip(),
                    short_name=(form.short_name.data or "").strip(),
                    group=UnitGroup(form.group.data),
                    position=len(queries.units(active=False)) + 1,
                    by=current_person(),
                    at=clock.now(),
                )
            )
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            form.name.errors = [_("编码或全称与已有单位重复。")]
        else:
            flash(_("单位已建立。"), "success")
            return redirect(url_for(".units"))
    page = render_template("people/units.html", form=form, units=queries.units(active=False))
    return (page, 422) if form.is_submitted() else page


@bp.route("/units/<int:number>", methods=["GET", "POST"])
@allowed(Permission.People.MANAGE)
def unit(number: int) -> str | Response | tuple[str, int]:
    """Change one unit."""
    found = queries.unit(number)
    form = UnitForm(obj=None if request.method == "POST" else found)
    form.offer()
    if request.method != "POST":
        form.group.data = found.group.value
    else:
        form.keep_code(found.code)
        if form.validate():
            try:
                actions.change_unit(
                    found,
                    name=(form.name.data or "").strip(),
                    short_name=(form.short_name.data or "").strip(),
                    group=UnitGroup(form.group.data),
                    is_active=bool(form.is_active.data),
                    by=current_person(),
                    at=clock.now(),
                )
                db.session.commit()
            except IntegrityError:
                db.session.rollback()
                form.name.errors = [_("全称与已有单位重复。")]
            else:
                flash(_("已保存。"), "success")
                return redirect(url_for(".units"))
    page = render_template("people/unit.html", form=form, unit=queries.unit(number))
    return (page, 422) if form.is_submitted() else page


@bp.get("/persons")
@allowed(Permission.People.MANAGE, Permission.People.GRANT)
def persons() -> str:
    """Everyone with an account."""
    return render_template("people/persons.html", persons=queries.persons())


@bp.route("/persons/new", methods=["GET", "POST"])
@allowed(Permission.People.MANAGE)
def new_person() -> str | Response | tuple[str, int]:
    """Give somebody an account."""
    form = _person_form()
    if form.is_submitted() and form.validate():
        try:
            taken = actions.take_on(
                account=form.account.data or "",
                name=(form.name.data or "").strip(),
                unit=queries.unit(int(form.unit.data)),
                password=form.password.data or "",
                roles=[Role(role) for role in form.roles.data or []],
                post=form.post.data or "",
                phone=form.phone.data or "",
                email=(form.email.data or "").strip(),
                level=Level(form.level.data) if form.level.data else None,
                rank=Rank(form.rank.data) if form.rank.data else None,
                protocol_order=_order(form),
                shortest=settings().password_length,
                by=current_person(),
                at=clock.now(),
            )
            db.session.add(taken)
            db.session.commit()
        except InputRefused as error:
            db.session.rollback()
            getattr(form, error.field, form.account).errors = [error.sentence]
        except IntegrityError:
            db.session.rollback()
            form.account.errors = [_("这个账号已有人使用。")]
        else:
            flash(_("已建立账号，首次登录须修改密码。"), "success")
            return redirect(url_for(".persons"))
    page = render_template("people/person.html", form=form, person=None)
    return (page, 422) if form.is_submitted() else page


@bp.route("/persons/<int:number>", methods=["GET", "POST"])
@allowed(Permission.People.MANAGE)
def person(number: int) -> str | Response | tuple[str, int]:
    """Change what is known of a person, the roles and, where one is typed, the password."""
    found = queries.person(number)
    form = _person_form(found)
    if request.method == "POST":
        form.keep_account(found.account)
        if form.validate():
            try:
                _change(found, form)
                db.session.commit()
            except InputRefused as error:
                db.session.rollback()
                getattr(form, error.field, form.name).errors = [error.sentence]
            else:
                flash(_("已保存。"), "success")
                return redirect(url_for(".persons"))
    page = render_template("people/person.html", form=form, person=queries.person(number))
    return (page, 422) if form.is_submitted() else page


def _person_form(found: Person | None = None) -> PersonForm:
    form = PersonForm(obj=None if request.method == "POST" else found)
    form.offer([(str(unit.id), unit.name) for unit in queries.units()])
    if found is not None and request.method != "POST":
        form.unit.data = str(found.unit_id)
        form.level.data = found.level.value if found.level else ""
        form.rank.data = found.rank.value if found.rank else ""
        form.roles.data = [role.value for role in found.roles]
    return form


def _order(form: PersonForm) -> int:
    """The place among leaders that was typed; the last one where none was."""
    return 999 if form.protocol_order.data is None else form.protocol_order.data


def _change(found: Person, form: PersonForm) -> None:
    by, at = current_person(), clock.now()
    actions.change_person(
        found,
        name=(form.name.data or "").strip(),
        unit=queries.unit(int(form.unit.data)),
        post=form.post.data or "",
        phone=form.phone.data or "",
        email=(form.email.data or "").strip(),
        level=Level(form.level.data) if form.level.data else None,
        rank=Rank(form.rank.data) if form.rank.data else None,
        protocol_order=_order(form),
        active=bool(form.active.data),
        by=by,
        at=at,
    )
    actions.grant_roles(found, [Role(role) for role in form.roles.data or []], by=by, at=at)
    if form.password.data:
        actions.reset_password(
            found,
            password=form.password.data,
            shortest=settings().password_length,
            by=by,
            at=at,
        )


@bp.route("/mandates", methods=["GET", "POST"])
@allowed(Permission.People.MANAGE)
def mandates() -> str | Response | tuple[str, int]:
    """Which secretary enters instructions for which leader, and who substitutes for whom."""
    mandate, substitute = MandateForm(prefix="mandate"), SubstituteForm(prefix="substitute")
    mandate.secretary.choices = [(str(p.id), p.name) for p in queries.with_role(Role.SECRETARY)]
    mandate.leader.choices = [(str(p.id), p.titled_name) for p in queries.leaders()]
    everyone = [
        (str(p.id), _("%(name)s（%(unit)s）", name=p.name, unit=p.unit.short_name))
        for p in queries.persons()
    ]
    substitute.person.choices = substitute.substitute.choices = everyone
    refused = False
    if request.method == "POST":
        try:
            done = _give_mandate(mandate) or _name_substitute(substitute)
        except InputRefused as error:
            getattr(substitute, error.field, substitute.person).errors = [error.sentence]
            done = False
        except IntegrityError:
            db.session.rollback()
            mandate.leader.errors = [_("这项委托已经登记。")]
            done = False
        if done:
            flash(_("已登记。"), "success")
            return redirect(url_for(".mandates"))
        refused = True
    page = render_template(
        "people/mandates.html",
        mandate=mandate,
        substitute=substitute,
        mandates=queries.mandates(),
        substitutes=queries.substitutes(),
    )
    return (page, 422) if refused else page


def _give_mandate(form: MandateForm) -> bool:
    if "mandate-leader" not in request.form or not form.validate():
        return False
    db.session.add(
        actions.give_mandate(
            queries.person(int(form.secretary.data)),
            queries.person(int(form.leader.data)),
            by=current_person(),
            at=clock.now(),
        )
    )
    db.session.commit()
    return True


def _name_substitute(form: SubstituteForm) -> bool:
    if "substitute-person" not in request.form or not form.validate():
        return False
    if form.from_day.data is None or form.until_day.data is None:
        return False
    db.session.add(
        actions.name_substitute(
            queries.person(int(form.person.data)),
            substitute=queries.person(int(form.substitute.data)),
            from_day=form.from_day.data,
            until_day=form.until_day.data,
            reason=form.reason.data or "",
            by=current_person(),
            at=clock.now(),
        )
    )
    db.session.commit()
    return True
