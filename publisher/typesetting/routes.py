"""In this file are the doors of this room: layouts shown, made, changed, previewed, packed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

import layouts as wing
from layouts.checking import PAGE_CSS
from layouts.copying import is_of_office, new_layout, remove_layout, write_layout
from layouts.drafts import (
    Draft,
    layout_of_draft,
    own_files,
    read_draft,
    stamp_of,
    written,
)
from layouts.layout import LIBRARY, Files, all_said, found_in
from layouts.packing import MOST_BYTES, pack, unpack
from publisher import clock
from publisher.database import db
from publisher.editing.queries import differences
from publisher.errors import InputRefused, NotFound
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.settings import settings
from publisher.typesetting import actions, previews, queries, tasks
from publisher.typesetting.forms import (
    ATTRIBUTES,
    NewLayoutForm,
    PackageForm,
    aligns_offered,
    faces_here,
    faces_offered,
    label_of,
    page_of,
    read_values,
)
from publisher.typesetting.model import LayoutChange

bp = Blueprint("typesetting", __name__, url_prefix="/layouts")
MANAGES = Permission.Serials.MANAGE
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
NO_FAULTS: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Card:
    """One layout in the list."""

    name: str
    title: str
    own: bool
    serials: list[str]
    reason: str = ""
    digest: str = ""
    picture: bool = False
    failed: bool = False


@bp.get("")
@allowed(MANAGES)
def layouts() -> str:
    """Every layout there is with its picture and the serials printed in it."""
    return _list(PackageForm(formdata=None))


def _list(form: PackageForm) -> str:
    folder, users = settings().layouts_path, queries.users_of_layouts()
    names = sorted(wing.layout_names(folder), key=lambda one: (one != "regular", one))
    cards = [_card(name, users.get(name, [])) for name in names]
    return render_template(
        "typesetting/layouts.html",
        own=[one for one in cards if one.own],
        library=[one for one in cards if not one.own],
        form=form,
    )


def _card(name: str, serials: list[str]) -> Card:
    """A layout with its picture, which the worker draws where it is not there yet."""
    office = settings()
    own = is_of_office(name, office.layouts_path)
    try:
        draft = read_draft(name, office.layouts_path)
        layout = layout_of_draft(draft, office.layouts_path)
    except wing.LayoutInvalid as error:
        return Card(name, name, own, serials, reason=str(error))
    preview = _asked(layout, draft, owner=0)
    return Card(
        name,
        layout.title if own else _(layout.title),
        own,
        serials,
        digest=preview.digest,
        picture=preview.is_made,
        failed=bool(preview.error),
    )


def _asked(
    layout: wing.Layout, draft: Draft, *, owner: int, word: bool = False
) -> previews.Preview:
    """The preview of a draft; the worker makes what of it is not there yet."""
    office = settings()
    digest = previews.digest_of(layout)
    found = previews.maybe(digest, office)
    word = word and previews.word_program() is not None
    word_waits = word and not (found and (found.word_pages or found.word_error))
    if found is None or found.error or not found.is_made or word_waits:
        if owner or found is None or found.error:
            previews.ask(layout, draft, owner=owner, office=office)
            # No transaction is held while pages are made.
            db.session.rollback()
            tasks.make_preview.later(digest, word, owner)
        return previews.state_of(digest, office)
    return found


@bp.get("/<name>/picture")
@allowed(MANAGES)
def picture(name: str) -> str:
    """The picture of a layout in the list, as soon as it is drawn."""
    return render_template("typesetting/picture.html", one=_card(name, []))


@bp.route("/new", methods=["GET", "POST"])
@allowed(MANAGES)
def new() -> str | Redirect | tuple[str, int]:
    """Make a layout of the office's own after one that is there."""
    folder = settings().layouts_path
    base = request.args.get("base", "regular")
    try:
        base_title = wing.read_layout(base, folder).title
    except wing.LayoutInvalid as error:
        raise NotFound(str(error)) from error
    form = NewLayoutForm()
    if form.is_submitted() and form.validate():
        name, title = form.name.data or "", (form.title.data or "").strip()
        try:
            new_layout(name, base, folder, title=title)
        except wing.LayoutInvalid as error:
            field = form.title if error.field == "title" else form.name
            field.errors = [error.reason]
        else:
            made = actions.make(name, _files(name), base=base, by=current_person(), at=clock.now())
            db.session.add(made)
            db.session.commit()
            flash(_("版式已建立，还没有刊物使用它。"), "success")
            return redirect(url_for(".layout", name=name))
    page = render_template("typesetting/new.html", form=form, base_title=base_title)
    return (page, 422) if form.is_submitted() else page


def _files(name: str) -> Files:
    """The files of an office's own layout; raises `NotFound`."""
    files = own_files(name, settings().layouts_path)
    if files is None:
        raise NotFound
    return files


@bp.route("/<name>", methods=["GET", "POST"])
@allowed(MANAGES)
def layout(name: str) -> str | Redirect | tuple[str, int]:
    """Show a layout; change one of the office's own."""
    folder = settings().layouts_path
    own = is_of_office(name, folder)
    if request.method == "POST":
        _files(name)
        return _preview_then_show(name) if request.form.get("do") == "preview" else _save(name)
    if not own and name not in wing.layout_names(folder):
        raise NotFound
    if (digest := request.args.get("draft", "")) and own:
        draft = previews.draft_of(digest, settings())
        if draft.name == name:
            return _show(draft, word="word" in request.args)
    try:
        return _show(read_draft(name, folder), word="word" in request.args)
    except wing.LayoutInvalid as error:
        return _show(None, name=name, sentences=[str(error)])


def _show(
    draft: Draft | None,
    *,
    name: str = "",
    faults: tuple[tuple[str, str], ...] = NO_FAULTS,
    sentences: list[str] | None = None,
    seen: str = "",
    word: bool = False,
) -> str:
    """The page of a layout, with its true pages beside it where it has no fault."""
    office = settings()
    name = draft.name if draft else name
    own, files = is_of_office(name, office.layouts_path), own_files(name, office.layouts_path)
    preview = None
    if draft is not None and not faults:
        try:
            look = layout_of_draft(draft, office.layouts_path)
            preview = _asked(look, draft, owner=current_person().id, word=word)
        except wing.LayoutInvalid as error:
            faults = error.faults
    last = queries.last_change(name) if own else None
    title = draft.settings.get("title") if draft else name
    users = queries.users_of_layouts().get(name, [])
    return render_template(
        "typesetting/layout.html",
        name=name,
        title=title if own else _(str(title)),
        own=own,
        lead=_lead(users, own=own),
        by_hand=own and last is not None and last.files != files,
        sentences=sentences or [],
        page=page_of(draft.settings, tuple(f for f in faults if f[0] != PAGE_CSS))
        if draft
        else None,
        css=draft.css if draft else "",
        css_reasons=[reason for field, reason in faults if field == PAGE_CSS],
        faces=faces_offered(),
        faces_here=faces_here(office.fonts_path),
        aligns=aligns_offered(),
        attributes={key: _(word) for key, word in ATTRIBUTES.items()},
        seen=seen or stamp_of(files),
        word=word,
        word_program=previews.word_program(),
        **_pages(preview),
    )


def _lead(users: list[str], *, own: bool) -> str:
    named = "".join(_("《%(name)s》", name=one) for one in users)
    used = _("用于%(serials)s。", serials=named) if users else _("还没有刊物使用。")
    if not own:
        return str(used + _("系统自带，不能修改。"))
    return str(used + _("保存后，以后签发的各期照新的样子印；已签发的不变。"))


def _pages(preview: previews.Preview | None) -> dict[str, Any]:
    """A preview with the addresses of its pages."""
    if preview is None:
        return {"preview": None, "addresses": [], "word_addresses": []}
    return {
        "preview": preview,
        "addresses": [
            url_for(".page", digest=preview.digest, number=number)
            for number in range(1, preview.pages + 1)
        ],
        "word_addresses": [
            url_for(".word_page", digest=preview.digest, number=number)
            for number in range(1, preview.word_pages + 1)
        ],
    }


def _typed(name: str) -> Draft:
    """The draft that was sent; what it is based on stays as the file has it."""
    folder = settings().layouts_path
    base = read_draft(name, folder).base
    css = request.form.get("css", "").replace("\r\n", "\n")
    return Draft(name, base, read_values(request.form), css if css.strip() else "")


def _save(name: str) -> str | Redirect | tuple[str, int]:
    folder, seen = settings().layouts_path, request.form.get("seen", "")
    try:
        draft = _typed(name)
    except wing.LayoutInvalid as error:
        return _show(None, name=name, sentences=[str(error)]), 422
    files = _files(name)
    if seen != stamp_of(files):
        sentence = _(
            "您打开后，这个版式已被改动，没有保存。再按一次“保存”即以您的为准，"
            "被替换的内容留在“以前的各版”里。"
        )
        return _show(draft, sentences=[sentence], word="word" in request.form), 409
    try:
        layout_of_draft(draft, folder)
    except wing.LayoutInvalid as error:
        return _show(draft, faults=error.faults, seen=seen), 422
    new_files = written(draft, folder).encode(), draft.css.encode() if draft.css else None
    at = clock.now()
    _keep(name, files, new_files, actions.change(name, new_files, by=current_person(), at=at))
    flash(_("已保存。以后签发的各期照新的样子印。"), "success")
    return redirect(url_for(".layout", name=name, word=1 if "word" in request.form else None))


def _keep(name: str, before: Files | None, after: Files, made: LayoutChange) -> None:
    """Keep what was found in the file, then what replaces it; write the file; commit."""
    by_hand = actions.found_by_hand(name, before, queries.last_change(name), at=made.changed_at)
    if by_hand is not None:
        db.session.add(by_hand)
        db.session.flush()
    db.session.add(made)
    db.session.flush()
    write_layout(name, after, settings().layouts_path)
    db.session.commit()


def _preview_then_show(name: str) -> str | Redirect | tuple[str, int]:
    """Without scripts: set the draft, and show it filled in beside its pages."""
    draft = _typed(name)
    try:
        look = layout_of_draft(draft, settings().layouts_path)
    except wing.LayoutInvalid as error:
        return _show(draft, faults=error.faults, seen=request.form.get("seen", "")), 422
    word = "word" in request.form
    asked = _asked(look, draft, owner=current_person().id, word=word)
    return redirect(url_for(".layout", name=name, draft=asked.digest, word=1 if word else None))


@bp.post("/<name>/preview")
@allowed(MANAGES)
def ask_preview(name: str) -> str:
    """The true pages of what is typed, made by the worker; or what is wrong, by field."""
    _files(name)
    try:
        draft = _typed(name)
        look = layout_of_draft(draft, settings().layouts_path)
    except wing.LayoutInvalid as error:
        faults = dict(error.faults)
        named = [(field.replace(".", "-"), label_of(field), why) for field, why in error.faults]
        return render_template("typesetting/wrong.html", faults=faults, named=named)
    word = "word" in request.form
    asked = _asked(look, draft, owner=current_person().id, word=word)
    return _preview(asked, word=word)


ask_preview.only_reads = True  # type: ignore[attr-defined]


def _preview(found: previews.Preview, *, word: bool) -> str:
    return render_template(
        "typesetting/preview.html",
        word=word,
        word_program=previews.word_program(),
        **_pages(found),
    )


@bp.get("/previews/<digest>")
@allowed(MANAGES)
def preview(digest: str) -> str:
    """How far a preview is; the page asks again until it is made."""
    return _preview(previews.state_of(digest, settings()), word="word" in request.args)


@bp.get("/previews/<digest>/pages/<int:number>.png")
@allowed(MANAGES)
def page(digest: str, number: int) -> Response:
    """One page of a preview as a picture."""
    path = previews.file_of(digest, f"{number}.png", settings())
    return send_file(io.BytesIO(path.read_bytes()), mimetype="image/png", max_age=3600)


@bp.get("/previews/<digest>/word/<int:number>.png")
@allowed(MANAGES)
def word_page(digest: str, number: int) -> Response:
    """One page of the Word file of a preview as a picture."""
    path = previews.file_of(digest, f"{previews.WORD}/{number}.png", settings())
    return send_file(io.BytesIO(path.read_bytes()), mimetype="image/png", max_age=3600)


@bp.get("/previews/<digest>/issue.<form>")
@allowed(MANAGES)
def file(digest: str, form: str) -> Response:
    """The sample as PDF or Word file."""
    if form not in MEDIA_TYPES:
        raise NotFound
    path = previews.file_of(digest, f"issue.{form}", settings())
    return send_file(
        io.BytesIO(path.read_bytes()),
        mimetype=MEDIA_TYPES[form],
        as_attachment=True,
        download_name=f"样张.{form}",
    )


@bp.get("/<name>/history")
@allowed(MANAGES)
def history(name: str) -> str:
    """What a layout was at each save; one of them beside what it is now."""
    files = own_files(name, settings().layouts_path)
    changes = queries.changes_of(name)
    if files is None and not changes:
        raise NotFound
    number = request.args.get("change", type=int)
    shown = queries.change_of(name, number) if number is not None else None
    toml, css = files or (b"", None)
    return render_template(
        "typesetting/history.html",
        name=name,
        exists=files is not None,
        changes=changes,
        shown=shown,
        toml=differences(shown.toml, toml.decode(errors="replace")) if shown else [],
        css=differences(shown.css or "", (css or b"").decode(errors="replace")) if shown else [],
    )


@bp.post("/<name>/history/<int:number>/take-back")
@allowed(MANAGES)
def take_back(name: str, number: int) -> Redirect:
    """Let a layout be again as it was at an earlier save."""
    before = queries.change_of(name, number)
    _must_be_sound(name, before.files)
    made = actions.take_back(before, by=current_person(), at=clock.now())
    _keep(name, own_files(name, settings().layouts_path), before.files, made)
    flash(_("已恢复。"), "success")
    return redirect(url_for(".layout", name=name))


def _must_be_sound(name: str, files: Files) -> None:
    """Refuse files that would make no layout."""
    within = found_in(settings().layouts_path)
    try:
        wing.layout_of(all_said(name, lambda one: files if one == name else within(one)))
    except wing.LayoutInvalid as error:
        raise InputRefused(str(error)) from error


@bp.post("/<name>/delete")
@allowed(MANAGES)
def delete(name: str) -> Redirect:
    """Delete a layout of the office's own that nothing needs."""
    folder, files = settings().layouts_path, _files(name)
    hides_library = (LIBRARY / name).is_dir()
    at = clock.now()
    by_hand = actions.found_by_hand(name, files, queries.last_change(name), at=at)
    gone = actions.delete(
        name,
        files,
        # A layout of the library's name lets that one hold again.
        serials=[] if hides_library else queries.users_of_layouts().get(name, []),
        bases_of=[] if hides_library else _based_on(name),
        issues=0 if hides_library else queries.issues_in(name),
        by=current_person(),
        at=at,
    )
    db.session.add_all(filter(None, (by_hand, gone)))
    db.session.flush()
    remove_layout(name, folder)
    db.session.commit()
    flash(_("已删除版式“%(name)s”。", name=name), "success")
    return redirect(url_for(".layouts"))


def _based_on(name: str) -> list[str]:
    """The office's own layouts that are based on one."""
    folder = settings().layouts_path
    found = []
    for one in wing.layout_names(folder):
        if one != name and is_of_office(one, folder):
            try:
                base = read_draft(one, folder).base
            except wing.LayoutInvalid:
                continue
            if base == name:
                found.append(one)
    return found


@bp.get("/<name>/layout.zip")
@allowed(MANAGES)
def package(name: str) -> Response:
    """A layout of the office's own as ZIP, with its own ones that it is based on."""
    try:
        content = pack(name, settings().layouts_path)
    except wing.LayoutInvalid as error:
        raise NotFound from error
    return send_file(
        io.BytesIO(content),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{name}.zip",
    )


@bp.post("/import")
@allowed(MANAGES)
def bring_in() -> str | Redirect | tuple[str, int]:
    """Take in the layouts of a ZIP, all or none."""
    form = PackageForm()
    if not form.validate():
        return _list(form), 422
    folder = settings().layouts_path
    try:
        found = unpack(form.package.data.stream.read(MOST_BYTES + 1), folder)
        _refuse_taken(found, replaces=bool(form.replaces.data))
    except wing.LayoutInvalid as error:
        form.package.errors = [f"{field}：{reason}" for field, reason in error.faults[:5]]
        return _list(form), 422
    except InputRefused as error:
        form.package.errors = [error.sentence]
        return _list(form), 422
    at, by = clock.now(), current_person()
    for name, files in found.items():
        _keep(name, own_files(name, folder), files, actions.bring_in(name, files, by=by, at=at))
    flash(_("已导入：%(names)s。", names="、".join(found)), "success")
    if len(found) == 1:
        return redirect(url_for(".layout", name=next(iter(found))))
    return redirect(url_for(".layouts"))


def _refuse_taken(found: Mapping[str, Files], *, replaces: bool) -> None:
    """Refuse names that are taken, unless those of the office's own are to be replaced."""
    folder = settings().layouts_path
    for name in found:
        own = is_of_office(name, folder)
        if (LIBRARY / name).is_dir() and not own:
            raise InputRefused(_("“%(name)s”与系统自带的同名，请改名后再导入。", name=name))
        if own and not replaces:
            raise InputRefused(_("已有版式“%(name)s”；要换成导入的，请勾选“替换”。", name=name))
