"""In this file are the doors of this room: progress, proof, preview, correct, withdraw, files."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

import layouts
from publisher import clock, jobs
from publisher.database import db
from publisher.errors import InputRefused, NotFound, StepRefused
from publisher.issues import checking, places
from publisher.issues import queries as issues
from publisher.issues.model import Issue, State
from publisher.issues.source import articles
from publisher.people.guard import allowed, current_person
from publisher.people.permission import Permission
from publisher.publication import (
    actions,
    differing,
    kept,
    outbox,
    proofs,
    queries,
    stores,
    tasks,
    watch,
)
from publisher.publication.audit import Finding
from publisher.publication.forms import (
    ArticleForm,
    CorrectionForm,
    RemarkForm,
    WithdrawalForm,
)
from publisher.publication.model import Proof, ProofState, Publication, Step
from publisher.settings import settings

bp = Blueprint("publication", __name__, url_prefix="/publication")

SEES = (*issues.WORKS_ON, Permission.Publication.WATCH)
LATEST = 10
MOST_FINDINGS = 200
"""So many findings are shown; the command `archive verify` prints them all."""
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@bp.get("/issues/<int:number>/progress")
@allowed(*SEES)
def progress(number: int) -> str:
    """How far an issue is on its way; the page asks again until it has come out."""
    return _progress(_issue(number))


def _progress(issue: Issue) -> str:
    publication = queries.of_issue(issue.id)
    return render_template(
        "publication/progress.html",
        issue=issue,
        publication=publication,
        steps=list(Step),
        reached=list(Step).index(publication.state) if publication else -1,
        running=issue.state == State.SIGNED
        and not (publication and (publication.error or queries.has_given_up(publication))),
        may_try_again=_may_try_again(publication),
    )


def _may_try_again(publication: Publication | None) -> bool:
    person = current_person()
    return (
        publication is not None
        and bool(publication.error or queries.has_given_up(publication))
        and (person.may(Permission.Issues.COMPILE) or person.may(Permission.Issues.SIGN))
    )


@bp.post("/issues/<int:number>/again")
@allowed(Permission.Issues.COMPILE, Permission.Issues.SIGN)
def again(number: int) -> str | Redirect:
    """Try a publication that failed once more."""
    issue = _issue(number)
    publication = queries.of_issue(issue.id)
    if publication is None:
        raise StepRefused(_("本期还没有开始刊发。"))
    actions.try_again(publication, by=current_person(), at=clock.now())
    publication_id = publication.id
    db.session.commit()
    tasks.publish.later(publication_id)
    if request.headers.get("HX-Request"):
        db.session.expire_all()
        return _progress(_issue(number))
    return redirect(url_for("issues.show", number=number))


@bp.get("/issues/<int:number>/issue.<form>")
@allowed(Permission.Publication.WATCH)
def file(number: int, form: str) -> Response:
    """A published issue's Word or PDF file, out of the archive; for the office."""
    issue = _issue(number)
    publication = queries.of_issue(issue.id)
    if publication is None or publication.state != Step.PUBLISHED or form not in MEDIA_TYPES:
        raise NotFound
    content = kept.read(publication, f"issue.{form}", settings())
    return send_file(
        io.BytesIO(content),
        mimetype=MEDIA_TYPES[form],
        as_attachment=True,
        download_name=kept.file_name(issue, form),
    )


@bp.post("/issues/<int:number>/proof")
@allowed(*issues.WORKS_ON)
def ask_proof(number: int) -> str:
    """The true pages of an issue as it stands; made now where they were not made before."""
    issue = _issue(number)
    if not issue.placements:
        return render_template("publication/proof.html", issue=issue, proof=None)
    if issue.has_left_the_desk:
        raise StepRefused(_("本期已签发，请看正式版面。"))
    proof, to_make = proofs.asked(issue, at=clock.now())
    db.session.add(proof)
    db.session.commit()
    proof_id = proof.id
    db.session.rollback()
    if to_make:
        tasks.make_proof.later(proof_id)
    return _proof(proof_id)


@bp.get("/proofs/<int:number>")
@allowed(*issues.WORKS_ON)
def proof(number: int) -> str:
    """A proof being made, or its pages."""
    return _proof(number)


def _proof(number: int) -> str:
    found = _known_proof(number)
    issue = _issue(found.issue_id)
    look = checking.look_at(issue)
    groups = {
        name: places.led(issue, one, current_person()) if look.digest == found.digest else []
        for name, one in (("hard", look.hard), ("soft", look.soft), ("known", look.known))
    }
    return render_template(
        "publication/proof.html",
        issue=issue,
        addresses=_addresses(found),
        proof=found,
        waits=found.state == ProofState.QUEUED,
        groups=groups,
    )


def _addresses(found: Proof) -> list[str]:
    return [
        url_for(".proof_page", number=found.id, page=page)
        for page in range(1, proofs.pictured(found) + 1)
    ]


@bp.get("/proofs/<int:number>/pages/<int:page>.png")
@allowed(*issues.WORKS_ON)
def proof_page(number: int, page: int) -> Response:
    """One page of a proof as a picture."""
    found = _known_proof(number)
    return send_file(
        proofs.page_path(found, page, settings()), mimetype="image/png", etag=True, max_age=3600
    )


def _known_proof(number: int) -> Proof:
    found = queries.proof(number)
    db.session.refresh(found)
    return found


@bp.get("/issues/<int:number>/proofs")
@allowed(*issues.WORKS_ON)
def proofs_of(number: int) -> str:
    """The pulled proofs of an issue, two of them side by side, and what differs between them."""
    return _proofs_page(number, RemarkForm(formdata=None))


def _proofs_page(number: int, form: RemarkForm, *, template: str = "proofs") -> str:
    issue = _issue(number)
    pulled = queries.pulled(number)
    before, after = differing.chosen(
        pulled, request.args.get("before", type=int), request.args.get("after", type=int)
    )
    form.offer(after.pages if after else 0)
    return render_template(
        f"publication/{template}.html",
        issue=issue,
        pulled=pulled,
        before=before,
        after=after,
        words={one.ordinal: proofs.ordinal_word(one.ordinal or 0) for one in pulled},
        addresses={one.id: _addresses(one) for one in (before, after) if one},
        compared=differing.compared(before, after) if before and after else None,
        form=form,
        may_pull=_may_pull(issue),
        waits=any(one.state == ProofState.QUEUED for one in pulled),
    )


def _may_pull(issue: Issue) -> bool:
    person = current_person()
    permission = Permission.Issues.COMPILE if issue.edition == 1 else Permission.Publication.CORRECT
    return not issue.has_left_the_desk and bool(issue.placements) and person.may(permission)


@bp.get("/issues/<int:number>/proofs/waiting")
@allowed(*issues.WORKS_ON)
def proofs_waiting(number: int) -> Response:
    """Whether a pulled proof is still being made; the page loads anew when none is."""
    issue = _issue(number)
    if any(one.state == ProofState.QUEUED for one in queries.pulled(number)):
        return Response(render_template("publication/_waiting.html", issue=issue))
    return Response(headers={"HX-Refresh": "true"})


@bp.get("/issues/<int:number>/proofs/differences")
@allowed(*issues.WORKS_ON)
def differences(number: int) -> str:
    """The differences between two proofs and the remarks, laid out for paper."""
    return _proofs_page(number, RemarkForm(formdata=None), template="differences")


@bp.post("/issues/<int:number>/proofs")
@allowed(Permission.Issues.COMPILE, Permission.Publication.CORRECT)
def pull_proof(number: int) -> Redirect:
    """Pull the next proof of an issue as it stands."""
    issue = issues.issue(number, person=current_person(), to_change=True)
    if not _may_pull(issue):
        raise StepRefused(_("本期现在不能出校样。"))
    found, to_make = proofs.pull(issue, by=current_person(), at=clock.now())
    db.session.add(found)
    db.session.commit()
    proof_id = found.id
    db.session.rollback()
    if to_make:
        tasks.make_proof.later(proof_id)
    return redirect(url_for(".proofs_of", number=number))


@bp.post("/proofs/<int:number>/remarks")
@allowed(*issues.WORKS_ON)
def remark(number: int) -> str | Redirect | tuple[str, int]:
    """Note what is to be put right on a pulled proof."""
    found = _known_proof(number)
    issue = _issue(found.issue_id)
    if found.ordinal is None:
        raise NotFound
    form = RemarkForm()
    form.offer(found.pages)
    if not form.validate():
        return _proofs_page(issue.id, form), 422
    actions.remark(
        found, page=form.page.data, text=form.text.data or "", by=current_person(), at=clock.now()
    )
    db.session.commit()
    flash(_("校对意见已记下。"), "success")
    return redirect(url_for(".proofs_of", number=issue.id, _anchor="remarks"))


@bp.post("/remarks/<int:number>/done")
@allowed(*issues.WORKS_ON)
def remark_done(number: int) -> Redirect:
    """Say that a remark was seen to, or that it is open again after all."""
    found = queries.remark(number)
    issue = _issue(found.proof.issue_id)
    done = request.form.get("done") == "yes"
    actions.settle(found, done=done, by=current_person(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".proofs_of", number=issue.id, _anchor="remarks"))


@bp.post("/preview")
@allowed(Permission.Items.SEE, Permission.Submissions.SUBMIT)
def preview() -> str:
    """Markdown as it will stand in print; photos of the named item are shown in place."""
    text = request.form.get("body", request.form.get("text", ""))
    if len(text) > settings().body_characters:
        raise InputRefused(_("正文过长。"), field="body")
    item = request.form.get("item", type=int)

    def address(key: str) -> str:
        if item is None or not key.isdigit():
            return ""
        return url_for("editing.file", number=item, attachment=int(key), fitting="")

    return layouts.preview_html(text, address)


preview.only_reads = True  # type: ignore[attr-defined]


@bp.route("/issues/<int:number>/correct", methods=["GET", "POST"])
@allowed(Permission.Publication.CORRECT)
def correct(number: int) -> str | Redirect | tuple[str, int]:
    """Begin the edition that puts a published issue right."""
    issue = issues.issue(number, person=current_person(), to_change=request.method == "POST")
    if (begun := issues.correction_of(issue)) is not None:
        return redirect(_address_of(begun))
    if issue.state != State.PUBLISHED:
        raise StepRefused(_("只有已刊发的刊期才能更正，本期是“%(s)s”。", s=issue.state.word))
    form = CorrectionForm()
    form.key()
    if not form.is_submitted():
        return render_template("publication/correct.html", issue=issue, form=form)
    if not form.validate():
        return render_template("publication/correct.html", issue=issue, form=form), 422
    edition = actions.correct(issue, note=form.note.data or "", by=current_person(), at=clock.now())
    db.session.add(edition)
    db.session.commit()
    return redirect(url_for(".correction", number=edition.id))


def _address_of(edition: Issue) -> str:
    if edition.state == State.ARRANGING:
        return url_for(".correction", number=edition.id)
    return url_for("issues.show", number=edition.id)


@bp.get("/corrections/<int:number>")
@allowed(Permission.Publication.CORRECT)
def correction(number: int) -> str | Redirect:
    """The articles of a correction in work, each with its text."""
    edition = _correction(number)
    if edition.state != State.ARRANGING:
        return redirect(url_for("issues.show", number=number))
    return _correction_page(edition)


def _correction_page(
    edition: Issue,
    *,
    article_form: ArticleForm | None = None,
    note_form: CorrectionForm | None = None,
) -> str:
    if note_form is None:
        note_form = CorrectionForm(formdata=None)
        note_form.note.data = edition.correction
    before = edition.supersedes
    return render_template(
        "publication/correction.html",
        issue=edition,
        before=before,
        note_form=note_form,
        rows=_article_rows(edition, article_form),
    )


def _article_rows(edition: Issue, sent: ArticleForm | None) -> list[dict[str, Any]]:
    """Each article with its form, its text as it was published, and whether they differ."""
    before = edition.supersedes
    published = {one["id"]: one for one in articles((before and before.frozen) or {"sections": []})}
    rows = []
    for article in articles(edition.frozen or {"sections": []}):
        form = sent if sent is not None and sent.article.data == article["id"] else None
        if form is None:
            form = ArticleForm(formdata=None, data={**article, "article": article["id"]})
        was = published.get(article["id"], {})
        rows.append(
            {
                "article": article,
                "form": form,
                "is_open": form is sent,
                "changed": any(
                    article[name] != was.get(name) for name in ("title", "body", "source_line")
                ),
            }
        )
    return rows


@bp.post("/corrections/<int:number>/note")
@allowed(Permission.Publication.CORRECT)
def correction_note(number: int) -> str | Redirect | tuple[str, int]:
    """Save what the correction puts right."""
    edition = _correction(number, to_change=True)
    form = CorrectionForm()
    if not form.validate():
        return _correction_page(edition, note_form=form), 422
    actions.revise_note(edition, note=form.note.data or "", by=current_person(), at=clock.now())
    db.session.commit()
    flash(_("已保存。"), "success")
    return redirect(url_for(".correction", number=number))


@bp.post("/corrections/<int:number>/article")
@allowed(Permission.Publication.CORRECT)
def correction_article(number: int) -> str | Redirect | tuple[str, int]:
    """Save one article of a correction."""
    edition = _correction(number, to_change=True)
    form = ArticleForm()
    if not form.validate():
        return _correction_page(edition, article_form=form), 422
    changed = actions.revise_article(
        edition,
        form.article.data or "",
        title=form.title.data or "",
        body=(form.body.data or "").replace("\r\n", "\n"),
        source_line=form.source_line.data or "",
        by=current_person(),
        at=clock.now(),
    )
    db.session.commit()
    flash(_("已保存。") if changed else _("没有改动。"), "success" if changed else "info")
    return redirect(url_for(".correction", number=number))


@bp.route("/issues/<int:number>/withdraw", methods=["GET", "POST"])
@allowed(Permission.Publication.WITHDRAW)
def withdraw(number: int) -> str | Redirect | tuple[str, int]:
    """Take a published issue back from its readers, with the reason."""
    issue = issues.issue(number, person=current_person(), to_change=request.method == "POST")
    if issue.state not in {State.PUBLISHED, State.ENTERED}:
        raise StepRefused(_("只有已刊发的刊期才能撤回，本期是“%(s)s”。", s=issue.state.word))
    form = WithdrawalForm()
    if not form.is_submitted():
        return render_template("publication/withdraw.html", issue=issue, form=form)
    if not form.validate():
        return render_template("publication/withdraw.html", issue=issue, form=form), 422
    at = clock.now()
    for key in actions.withdraw(
        issue,
        reason=form.reason.data or "",
        correction=issues.correction_of(issue),
        by=current_person(),
        at=at,
    ):
        outbox.tell(db.session, key, at)
    db.session.commit()
    jobs.nudge("library.drain_outbox")
    flash(_("已撤回，读者不再看到本期。"), "success")
    return redirect(url_for("issues.show", number=number))


@bp.get("/archive")
@allowed(Permission.Archive.VERIFY)
def archive() -> str:
    """Whether the archive is whole: the latest verifications, and what the last one found."""
    office, latest = settings(), queries.verifications(LATEST)
    copy = stores.copy(office)
    last = latest[0] if latest else None
    return render_template(
        "publication/archive.html",
        place=stores.store(office).shelf.address,
        copy=copy.shelf.address if copy else "",
        latest=latest,
        last=last,
        findings=[Finding(**one) for one in last.findings[:MOST_FINDINGS]] if last else [],
        more=max(0, len(last.findings) - MOST_FINDINGS) if last else 0,
    )


@bp.post("/archive/verify")
@allowed(Permission.Archive.VERIFY)
def verify_archive() -> Redirect:
    """Verify the archive now, in the background; one at a time."""
    found = queries.verification_under_way()
    if found is None:
        found = watch.begin(by=current_person(), at=clock.now())
        db.session.add(found)
        db.session.commit()
        number = found.id
        db.session.rollback()
        tasks.verify_archive.later(number)
    return redirect(url_for(".archive"))


def _issue(number: int) -> Issue:
    """The issue, where the person may know of it; raises `NotFound`."""
    return issues.issue(number, person=current_person())


def _correction(number: int, *, to_change: bool = False) -> Issue:
    edition = issues.issue(number, person=current_person(), to_change=to_change)
    if edition.edition == 1:
        raise NotFound
    return edition
