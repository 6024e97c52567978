"""In this file an old file is read, decided on, and brought on its way into the archive."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage

from publisher import clock, history
from publisher.attachments import actions as attachments
from publisher.attachments import queries as kept_files
from publisher.config import Settings
from publisher.database import db
from publisher.errors import InputRefused, PublisherError, StepRefused
from publisher.issues import numbering
from publisher.issues.model import Issue
from publisher.issues.model import State as IssueState
from publisher.people.model import Person
from publisher.publication import actions as publication
from publisher.publication import originals
from publisher.publication import tasks as publication_tasks
from publisher.retrospect import actions, extraction, queries, readings, scans
from publisher.retrospect.carried import read_carried
from publisher.retrospect.drafts import Draft, from_json
from publisher.retrospect.errors import Unreadable
from publisher.retrospect.model import OldFile, State
from publisher.retrospect.paragraphs import Extract
from publisher.retrospect.recognition import recognise
from publisher.serials.model import Serial, Series

logger = logging.getLogger(__name__)
SYSTEM = history.System()


def keep(
    content: bytes, name: str, office: Settings, *, tells_counters: bool, by: Person, at: datetime
) -> OldFile:
    """Keep an old issue's file and let it wait to be read; raises `InputRefused`."""
    form = actions.FORMS.get(Path(name).suffix.lower())
    if form is None:
        raise InputRefused(
            _(
                "“%(name)s”不是 Word、PDF、文本文件或扫描图片，没有收。",
                name=attachments.shown_name(name),
            )
        )
    if form == "txt":
        name = f"{Path(name).stem}.txt"
    attachment = attachments.keep_bytes(
        content, name=name, folder=office.files_path, by=by, at=at, scans=True
    )
    old = actions.take_in(attachment, form=form, tells_counters=tells_counters, by=by, at=at)
    db.session.add(old)
    db.session.flush()
    twin = queries.same_original(attachment.digest, old.id)
    if twin is not None:
        actions.is_duplicate(
            old,
            _("与已收的“%(name)s”内容完全相同。", name=twin.attachment.name),
            by=by,
            at=at,
            issue=twin.issue,
        )
    return old


def keep_upload(
    upload: FileStorage, office: Settings, *, tells_counters: bool, by: Person, at: datetime
) -> list[OldFile | str]:
    """Keep an upload, of a ZIP each file in it; gives the files, or why one was not taken."""
    name, content = upload.filename or "", upload.read()
    is_zip = name.lower().endswith(".zip")
    taken: list[OldFile | str] = []
    try:
        for inside, part in extraction.unpacked(content) if is_zip else [(name, content)]:
            taken.append(_kept_or_why(inside, part, office, tells_counters, by, at))
    except InputRefused as error:
        taken.append(f"{attachments.shown_name(name)}：{error.sentence}")
    return taken


def _kept_or_why(  # noqa: PLR0917 - what `keep` is given
    name: str, content: bytes | None, office: Settings, tells: bool, by: Person, at: datetime
) -> OldFile | str:
    if content is None:
        shown = attachments.shown_name(name)
        return str(_("“%(name)s”在压缩包里已损坏，没有收。", name=shown))
    try:
        return keep(content, name, office, tells_counters=tells, by=by, at=at)
    except InputRefused as error:
        return error.sentence


def read(number: int, office: Settings, *, wait: bool = False) -> bool:
    """Read a waiting file and decide: entered, laid before a person, duplicate or unreadable.

    A scan is read a page at a time, so that a signed issue need not wait behind sixty; says whether
    there is more to read. What somebody else reads just now is left to him, or waited for.
    """
    with readings.held(number, office, wait=wait) as is_ours:
        return is_ours and _read(number, office)


def _read(number: int, office: Settings) -> bool:
    old = queries.old_file(number)
    if old.state != State.WAITING:
        return False
    form = old.form
    content = kept_files.content(old.attachment, office.files_path)
    known = queries.known()
    db.session.rollback()
    try:
        begun = readings.begun(number, office)
        if begun is None:
            begun = readings.begin(number, extraction.read(content, form), office)
        elif (page := readings.next_page(number, begun, office)) is not None:
            readings.read_page(number, page, office)
        if readings.next_page(number, begun, office) is not None:
            return True
        extract = readings.whole(number, begun, office)
        draft = read_carried(extract, known) or recognise(extract, known)
        _doubt_scan(extract, draft)
        pages = readings.keep_pictures(number, office)
    except Unreadable as error:
        _conclude_unreadable(number, error.sentence)
    except Exception:
        logger.exception("Old file %d could not be read", number)
        _conclude_unreadable(number, _("读取时出现意外，没有读出来。"))
    else:
        _decide(number, draft, pages)
    readings.done(number, office)
    return False


def _doubt_scan(extract: Extract, draft: Draft) -> None:
    """Without the part that reads pictures a person types what the pages show."""
    if extract.scanned and not scans.can_read():
        draft.doubts.pop("ocr", None)
        draft.doubts["no_ocr"] = ""


def _decide(number: int, draft: Draft, pages: int) -> None:
    """Enter the issue where nothing about it needs a person."""
    at = clock.now()
    if _lay_before(number, draft, pages, at):
        try:
            enter(number, by=SYSTEM, at=at)
        except PublisherError as error:
            db.session.rollback()
            logger.info("Old file %d waits for a person: %s", number, error.sentence)


def _lay_before(number: int, draft: Draft, pages: int, at: datetime) -> bool:
    """Keep what was recognised; says whether nothing about it needs a person."""
    old = queries.old_file(number, to_change=True)
    if old.state != State.WAITING:
        db.session.rollback()
        return False
    old.pages = pages
    _doubt_counters(old, draft)
    actions.to_review(old, draft, by=SYSTEM, at=at)
    is_new = not _find_twin(old, draft, at)
    db.session.commit()
    return is_new and not draft.doubts


def _conclude_unreadable(number: int, sentence: str) -> None:
    db.session.rollback()
    old = queries.old_file(number, to_change=True)
    if old.state == State.WAITING:
        actions.cannot_be_read(old, sentence, by=SYSTEM, at=clock.now())
    db.session.commit()


def _series(draft: Draft) -> Series:
    return Series.SUPPLEMENT if draft.supplement else Series.MAIN


def _find_twin(old: OldFile, draft: Draft, at: datetime) -> bool:
    """Whether an issue of that number is here already; the file then says so."""
    serial = queries.serial_named(draft.serial)
    year = draft.year or (draft.day.year if draft.day else None)
    if serial is None or year is None or draft.number is None:
        return False
    twin = queries.same_number(serial.id, _series(draft), year, draft.number)
    if twin is None or _was_a_mistake(twin):
        return False
    sentence = _("《%(name)s》%(number)s已在档案库里。", name=serial.name, number=twin.number_text)
    actions.is_duplicate(old, sentence, by=SYSTEM, at=at, issue=twin)
    return True


def _doubt_counters(old: OldFile, draft: Draft) -> None:
    """A number behind those given needs somebody who says that the counters follow."""
    serial = queries.serial_named(draft.serial)
    if serial is not None and goes_beyond(draft, serial) and not old.tells_counters:
        draft.doubts["counter"] = ""


def goes_beyond(draft: Draft, serial: Serial) -> bool:
    """Whether a number or a running total stands behind those the office has given.

    The number of a year that is over harms nobody: its counter follows by itself.
    """
    year = draft.year or (draft.day.year if draft.day else clock.today().year)
    given = queries.counted(serial, _series(draft), year)
    this_year = year >= clock.today().year or not serial.restarts_yearly
    return (this_year and (draft.number or 0) > given.number) or (draft.total or 0) > given.total


def enter(number: int, *, by: history.Actor, at: datetime, tells_counters: bool = False) -> int:
    """Make an issue of an old file and let it go into the archive; gives the issue's number.

    Raises `InputRefused` for what is not complete, `StepRefused` for an issue that is here already.
    """
    old = queries.old_file(number, to_change=True)
    draft = from_json(old.draft)
    serial = queries.serial_named(draft.serial)
    known, issue_number, year, _day = actions.complete(draft, serial)
    numbering.lock(db.session, known)
    edition = _edition(draft, known, year, issue_number)
    if goes_beyond(draft, known) and not (tells_counters or old.tells_counters):
        raise StepRefused(_("期号在现有计数之后，请选择同时接续期号计数，再入库。"))
    items = actions.items_of(old, draft, known)
    db.session.add_all(items)
    db.session.flush()
    issue = actions.enter(old, items, known, edition=edition, by=by, at=at)
    numbering.tell_counters(
        db.session, known, issue.series, number=issue_number, total=draft.total, year=year
    )
    begun = publication.queue_entered(issue, at=at)
    db.session.add_all([issue, begun])
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise StepRefused(_("这一期刚刚已由别人补录。")) from error
    issue_id, publication_id = issue.id, begun.id
    db.session.rollback()
    publication_tasks.publish.later(publication_id)
    return issue_id


def _edition(draft: Draft, serial: Serial, year: int, number: int) -> int:
    """1 for a number that nobody bears; one entered by mistake and withdrawn gives way."""
    twin = queries.same_number(serial.id, _series(draft), year, number)
    if twin is not None and _was_a_mistake(twin):
        return twin.edition + 1
    if twin is None and draft.total is not None:
        twin = queries.same_total(serial.id, _series(draft), draft.total)
    if twin is not None and not _was_a_mistake(twin):
        raise StepRefused(
            _("《%(name)s》%(number)s已在档案库里。", name=serial.name, number=twin.number_text)
        )
    return 1 if twin is None else twin.edition + 1


def _was_a_mistake(twin: Issue) -> bool:
    return twin.state == IssueState.WITHDRAWN and twin.signed_at is None


@originals.knows_originals
def original_of(issue_id: int, office: Settings) -> originals.Original | None:
    """The file an old issue came in as, with its pages."""
    old = queries.of_issue(issue_id)
    if old is None:
        return None
    content = kept_files.content(old.attachment, office.files_path)
    if hashlib.sha256(content).hexdigest() != old.attachment.digest:
        raise Unreadable(_("原件已损坏，与收到时不一致。"))
    pdf = content if old.form == "pdf" else _pages_again(old, content, office)
    pages = extraction.count_pages(pdf) if pdf is not None else 0
    return originals.Original(old.form, content, pdf, pages)


def _pages_again(old: OldFile, content: bytes, office: Settings) -> bytes | None:
    try:
        return (readings.folder_of(old.id, office) / readings.PAGES).read_bytes()
    except OSError:
        if old.form == "txt":
            return None
    try:
        return extraction.read(content, old.form).pdf
    except Unreadable:
        return None
