"""In this file an old issue comes in, is mended by hand, and becomes an issue of the records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from publisher import clock, history
from publisher.attachments.model import Attachment
from publisher.editing.model import Item, Revision
from publisher.editing.model import State as ItemState
from publisher.errors import InputRefused, StepRefused
from publisher.issues.model import Issue, IssueReader, Placement
from publisher.issues.model import State as IssueState
from publisher.issues.source import source_of
from publisher.people.model import Person
from publisher.retrospect.drafts import Article, Draft, from_json
from publisher.retrospect.model import OldFile, State
from publisher.serials.model import Serial, Series
from publisher.submissions.model import Kind

FORMS = {
    ".pdf": "pdf", ".docx": "docx", ".doc": "doc", ".wps": "doc", ".txt": "txt",
    ".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".tif": "tif", ".tiff": "tif",
}  # fmt: skip
MOST_ARTICLES = 200
FIRST_YEAR = 1949


def take_in(
    attachment: Attachment, *, form: str, tells_counters: bool, by: Person, at: datetime
) -> OldFile:
    """Take an old issue's file in; it waits to be read."""
    made = OldFile(attachment=attachment, form=form, tells_counters=tells_counters, by=by, at=at)
    made.state = State.WAITING
    history.record(made, "take_in_old_file", by=by, at=at, name=attachment.name)
    return made


def is_duplicate(
    old: OldFile, sentence: str, *, by: history.Actor, at: datetime, issue: Issue | None = None
) -> None:
    """Say that the same issue is here already."""
    old.error, old.issue = sentence, issue
    old.move_to(State.DUPLICATE, act="find_duplicate", by=by, at=at)


def cannot_be_read(old: OldFile, sentence: str, *, by: history.Actor, at: datetime) -> None:
    """Say why a file was not read."""
    old.error = sentence
    old.move_to(State.UNREADABLE, act="refuse_old_file", by=by, at=at)


def to_review(old: OldFile, draft: Draft, *, by: history.Actor, at: datetime) -> None:
    """Lay what was recognised before a person."""
    old.draft, old.error = draft.as_json(), ""
    old.move_to(State.REVIEW, act="recognise", by=by, at=at, doubts=sorted(draft.doubts))


def read_again(old: OldFile, *, by: Person, at: datetime) -> None:
    """Let a file be read once more, from its original."""
    old.error = ""
    old.move_to(State.WAITING, act="read_again", by=by, at=at)


def review_anyway(old: OldFile, *, by: Person, at: datetime) -> None:
    """Look at what was held for a duplicate."""
    old.error, old.issue = "", None
    old.move_to(State.REVIEW, act="review_anyway", by=by, at=at)


def drop(old: OldFile, *, by: Person, at: datetime) -> None:
    """Take a file in no further; the original stays among the uploads."""
    old.move_to(State.DROPPED, act="drop_old_file", by=by, at=at)


def mend(old: OldFile, draft: Draft, *, by: Person, at: datetime) -> None:
    """Keep what a person has mended."""
    if old.state != State.REVIEW:
        raise StepRefused(_("这份旧刊现在是“%(state)s”，不能修改。", state=old.state.word))
    if old.draft == draft.as_json():
        return
    old.draft = draft.as_json()
    history.record(old, "mend_old_file", by=by, at=at)


def join_with_previous(draft: Draft, number: int) -> None:
    """What was taken for a title is text of the item before."""
    if not 0 < number < len(draft.articles):
        raise InputRefused(_("前面没有条目可以合并。"))
    article = draft.articles.pop(number)
    before = draft.articles[number - 1]
    parts = [before.body, article.title, article.body]
    before.body = "\n\n".join(part for part in parts if part.strip())
    before.source_line = article.source_line or before.source_line


def make_section(draft: Draft, number: int) -> None:
    """What was taken for an item's title is the section of the items behind it."""
    if not 0 <= number < len(draft.articles) - 1:
        raise InputRefused(_("后面没有条目，不能作为栏目。"))
    if draft.articles[number].body.strip():
        raise InputRefused(_("这一条有正文，不能作为栏目。"))
    section = draft.articles.pop(number)
    old = draft.articles[number].section
    for article in draft.articles[number:]:
        if article.section != old:
            break
        article.section = section.title[:60]


def split_at(draft: Draft, number: int, paragraph: int) -> None:
    """A paragraph of an item is the title of a new one."""
    if not 0 <= number < len(draft.articles):
        raise InputRefused(_("没有这一条，请重新打开页面。"))
    article = draft.articles[number]
    parts = article.body.split("\n\n")
    if not 0 <= paragraph < len(parts):
        raise InputRefused(_("没有这一段，请重新打开页面。"))
    title = parts[paragraph].lstrip("# ").replace("\\", "")
    rest = "\n\n".join(parts[paragraph + 1 :])
    article.body = "\n\n".join(parts[:paragraph])
    made = Article(title[:300], rest, article.source_line, article.section)
    article.source_line = ""
    draft.articles.insert(number + 1, made)
    if not article.body.strip() and not article.title.strip():
        draft.articles.pop(number)


def complete(draft: Draft, serial: Serial | None) -> tuple[Serial, int, int, date]:
    """Serial, number, year and day of a draft that can be entered; raises `InputRefused`."""
    if serial is None:
        raise InputRefused(_("请选择刊物。"), field="serial")
    if draft.number is None or not 0 < draft.number < 100_000:
        raise InputRefused(_("请填写期号。"), field="number")
    if draft.total is not None and not 0 < draft.total < 1_000_000:
        raise InputRefused(_("总期号有误。"), field="total")
    if draft.day is None or not date(FIRST_YEAR, 1, 1) <= draft.day <= clock.today():
        raise InputRefused(_("请填写日期，不能晚于今天。"), field="dated_on")
    year = draft.year or draft.day.year
    if abs(year - draft.day.year) > 1:
        raise InputRefused(_("期号的年份与日期不一致。"), field="year")
    if not 0 < len(draft.articles) <= MOST_ARTICLES:
        raise InputRefused(_("请至少填写一条稿件。"), field="articles")
    for place, article in enumerate(draft.articles, 1):
        if not article.title.strip() or not article.body.strip():
            raise InputRefused(_("第%(n)s条的标题和正文都要填写。", n=place), field="articles")
    return serial, draft.number, year, draft.day


def items_of(old: OldFile, draft: Draft, serial: Serial) -> list[Item]:
    """The items an old issue prints, as they come into the records."""
    day = draft.day or clock.today()
    at = datetime.combine(day, time(12), clock.OFFICE_ZONE)
    made = []
    for article in draft.articles:
        item = Item(
            title=article.title.strip()[:300],
            body=article.body.strip(),
            kind=Kind.DYNAMIC,
            source_line=article.source_line.strip()[:200],
            serial=serial,
            section=article.section.strip()[:60],
            editor=old.by,
            made_at=at,
        )
        item.revisions = [
            Revision(number=1, title=item.title, body=item.body, by=old.by, at=old.at)
        ]
        # It came out long ago; no step of today's leads there.
        item.state = ItemState.PUBLISHED
        made.append(item)
    return made


def enter(
    old: OldFile,
    items: list[Item],
    serial: Serial | None,
    *,
    edition: int = 1,
    by: history.Actor,
    at: datetime,
) -> Issue:
    """Make an issue of an old file; its items have their numbers already.

    Nothing is signed and no number is taken: it bears the one that is printed on it.
    """
    draft = from_json(old.draft)
    known, number, year, day = complete(draft, serial)
    issue = Issue(
        serial=known,
        series=Series.SUPPLEMENT if draft.supplement else Series.MAIN,
        dated_on=day,
        year=year,
        number=number,
        total=draft.total,
        edition=edition,
        compiled_by=old.by,
        made_at=at,
        placements=[
            Placement(item=item, section=item.section, position=place)
            for place, item in enumerate(items, 1)
        ],
        readers=[IssueReader(token=reader.token) for reader in known.readers],
    )
    issue.state = IssueState.ARRANGING
    issue.frozen, issue.frozen_photos = _frozen(issue, draft), {}
    issue.move_to(IssueState.ENTERED, act="enter_old_issue", by=by, at=at, number=issue.number_text)
    old.issue, old.error = issue, ""
    old.move_to(State.ENTERED, act="enter_old_issue", by=by, at=at, digest=old.attachment.digest)
    return issue


def _frozen(issue: Issue, draft: Draft) -> dict[str, Any]:
    """The issue in its JSON form, with what is printed on its own paper."""
    source = source_of(issue) if issue.edition == 1 else _as_first(issue)
    printed: Mapping[str, str] = draft.imprint
    imprint = {name: str(printed.get(name, "")) for name in source["imprint"]}
    run = printed.get("print_run", "")
    source.update(
        number=issue.number,
        total=issue.total,
        year=issue.year,
        number_line=issue.number_text,
        office=draft.office or issue.serial.issuing_office,
        handling=draft.handling,
        imprint={**imprint, "print_run": int(run) if run.isdigit() else 0},
    )
    return source


def _as_first(issue: Issue) -> dict[str, Any]:
    """The source of one that is entered again: of its own items, not of an edition before."""
    again, issue.edition = issue.edition, 1
    source = source_of(issue)
    issue.edition = again
    return source
