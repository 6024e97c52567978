"""In this file a signed issue goes to its readers: compose, typeset, deposit, announce.

Each step can be done again with the same result, and each is committed when it is done. Slow work
is done outside any transaction; only then is the row locked and moved on, unless another worker was
quicker. So it does not matter where a process dies or whether two are at work: who comes later
finds what is done and does the rest.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

import archive
from publisher import clock, history, jobs
from publisher.config import Settings
from publisher.database import db
from publisher.errors import PublisherError
from publisher.faultpoints import reached
from publisher.issues.model import State
from publisher.issues.source import articles, digest_of
from publisher.publication import (
    actions,
    describing,
    originals,
    outbox,
    press,
    queries,
    staging,
    stores,
)
from publisher.publication.errors import PublicationFailed
from publisher.publication.model import Publication, Step
from publisher.settings import settings
from publisher.words import N_

logger = logging.getLogger(__name__)
SYSTEM = history.System()
FORM_WORDS = {
    press.PDF: N_("PDF版面"),
    press.DOCX: N_("Word文件"),
    press.HTML: N_("阅读页"),
}


@dataclass(frozen=True)
class Work:
    """What the steps need to know of an issue, as plain values that outlive the transaction."""

    publication_id: int
    issue_id: int
    step: Step
    source: Mapping[str, Any]
    photos: Mapping[str, str]
    object_id: str
    title: str
    signed_by: str
    signed_by_id: int
    metadata: Mapping[str, Any]

    @property
    def content(self) -> str:
        """The digest of what was signed."""
        return digest_of(self.source, self.photos)


def carry_on(publication_id: int) -> None:
    """Bring a publication as far as it goes; what hinders it is kept as a sentence."""
    if not _begin(publication_id):
        return
    reached("publication.begun")
    try:
        while (work := _work(publication_id)) is not None:
            STEPS[work.step](work, settings())
    except PublisherError as error:
        _fail(publication_id, error.sentence)
    except OSError:
        logger.exception("Publication %d could not write or read", publication_id)
        _fail(publication_id, _("磁盘写入或读取失败，请检查磁盘空间和目录权限。"))
    except Exception:
        logger.exception("Publication %d failed", publication_id)
        _fail(publication_id, _("出现意外，请系统管理员查看日志。"))


def _begin(publication_id: int) -> bool:
    """Count a try; says whether there is anything left to do."""
    publication = queries.to_carry_on(publication_id)
    if publication is None or publication.state == Step.PUBLISHED:
        db.session.rollback()
        return False
    publication.attempts += 1
    publication.error = ""
    db.session.commit()
    return True


def _work(publication_id: int) -> Work | None:
    """What is to be done next, none where nothing is."""
    publication = queries.to_carry_on(publication_id)
    if publication is None or publication.state == Step.PUBLISHED:
        db.session.rollback()
        return None
    issue = publication.issue
    signer = issue.compiled_by if issue.state == State.ENTERED else issue.signed_by
    work = Work(
        publication_id=publication_id,
        issue_id=issue.id,
        step=publication.state,
        source=issue.frozen or {},
        photos=issue.frozen_photos or {},
        object_id=queries.object_id_of(publication),
        title=f"《{issue.serial.name}》{issue.number_text}",
        signed_by=signer.name if signer else "",
        signed_by_id=signer.id if signer else 0,
        metadata=_metadata(publication),
    )
    db.session.rollback()
    return work


def _metadata(publication: Publication) -> dict[str, Any]:
    """What an archivist wants to know without opening a file; the same whenever it is asked."""
    issue = publication.issue
    return {
        "serial": issue.serial.name,
        "serial_code": issue.serial.code,
        "series": issue.series.value,
        "number": issue.number,
        "total": issue.total,
        "year": issue.year,
        "number_text": issue.number_text,
        "edition": issue.edition,
        "correction": issue.correction,
        "dated_on": issue.dated_on.isoformat(),
        "issuing_office": (issue.frozen or {}).get("office", "") or issue.serial.issuing_office,
        "entered_later": issue.state == State.ENTERED,
        "signed_by": issue.signed_by.name if issue.signed_by else "",
        "signed_at": issue.signed_at.isoformat() if issue.signed_at else "",
        "layout": (issue.frozen or {}).get("layout", ""),
        "layout_version": (issue.frozen or {}).get("layout_version", ""),
        "retention_years": issue.serial.retention_years,
        "titles": [article["title"] for article in articles(issue.frozen or {"sections": []})],
        "content": digest_of(issue.frozen or {}, issue.frozen_photos or {}),
        "history": _hash_of_signing(issue.id),
    }


def _hash_of_signing(issue_id: int) -> str:
    """The link of history's chain that tells of the signing: a cut chain shows in the archive."""
    told = history.entries_of(db.session, f"issue:{issue_id}")
    return next((entry.hash for entry in reversed(told) if entry.act == "sign"), "")


def _compose(work: Work, office: Settings) -> None:
    """See that what was signed can be read and composed at all."""
    press.compose(work.source, office.layouts_path)
    reached("publication.composed")
    _move_on(work, Step.COMPOSED, message=_("已组版，正在排印……"))


def _typeset(work: Work, office: Settings) -> None:
    """Set every form into the staging folder."""
    _made(work, office)
    reached("publication.staged")
    _move_on(work, Step.TYPESET, message=_("已排印，正在入库……"))


def _made(work: Work, office: Settings) -> staging.Made:
    """What the presses made, made now where it is not whole."""
    folder = folder_of(work.issue_id, office)
    ready = staging.what_is_made(folder, work.content)
    return ready if ready is not None else _press(work, folder, office)


def folder_of(issue_id: int, office: Settings) -> Path:
    """Where an issue's files wait for the archive."""
    return office.staging_path / str(issue_id)


def _press(work: Work, folder: Path, office: Settings) -> staging.Made:
    """Set every form; the index of what is made is written last."""
    photos = press.read_photos(work.photos, office.files_path)

    def tell(name: str, page: int) -> None:
        word = _(FORM_WORDS[name])
        if page:
            _tell(work.publication_id, _("正在排印%(name)s，第%(n)s页……", name=word, n=page))
            return
        reached(f"publication.pressing.{name}")
        _tell(work.publication_id, _("正在排印%(name)s……", name=word))

    document = press.compose(work.source, office.layouts_path)
    original = originals.original_of(work.issue_id, office)
    db.session.rollback()
    if original is not None:
        made = press.set_old(document, original, office)
    else:
        made = press.set_all(
            document,
            photos,
            layouts_dir=office.layouts_path,
            fonts_dir=office.fonts_path,
            seconds=office.typeset_seconds,
            progress=tell,
        )
    source = json.dumps(work.source, ensure_ascii=False, indent=2, sort_keys=True).encode()
    beside = {press.SOURCE: source, press.LAYOUT: press.kept_layout_of(document)}
    files = {
        name: _keep(folder / name, content) for name, content in {**made.by_name, **beside}.items()
    }
    record = describing.describe(
        {**work.metadata, "object": work.object_id},
        files,
        office=office.office_name,
        fonds_number=office.fonds_number,
        pages=made.pages,
    )
    files[describing.JSON] = _keep(folder / describing.JSON, describing.as_json(record))
    files[describing.XML] = _keep(folder / describing.XML, describing.as_xml(record))
    reached("publication.written")
    ready = staging.Made(content=work.content, files=files, pages=made.pages)
    staging.conclude(folder, ready)
    return ready


def _keep(path: Path, content: bytes) -> str:
    staging.write_durably(path, content)
    return staging.digest(content)


def _deposit(work: Work, office: Settings) -> None:
    """Put the files into the archive; the same files give the same receipt."""
    made = _made(work, office)
    folder = folder_of(work.issue_id, office)
    try:
        receipt = stores.store(office, reached=reached).deposit(
            archive.Deposit(
                object_id=work.object_id,
                files={name: folder / name for name in made.files},
                message=_deposit_message(work),
                by_name=work.signed_by,
                by_address=f"urn:jianbao:person:{work.signed_by_id}",
                at=clock.now(),
                metadata=work.metadata,
            )
        )
    except archive.ArchiveError as error:
        logger.exception("Deposit of %s failed", work.object_id)
        raise PublicationFailed(_("入库未成：%(reason)s", reason=str(error))) from error
    reached("publication.stored")
    stores.keep_copy(work.object_id, office)
    reached("publication.copied")
    _move_on(
        work,
        Step.DEPOSITED,
        message=_("已入库，正在刊发……"),
        object_id=receipt.object_id,
        object_version=receipt.version,
        docx_digest=made.files.get(press.DOCX, ""),
        pdf_digest=receipt.digest_of(press.PDF),
        pages=made.pages,
    )


def _deposit_message(work: Work) -> str:
    edition = work.metadata["edition"]
    return work.title if edition == 1 else f"{work.title} 更正（第{edition}版）"


def _announce(work: Work, office: Settings) -> None:
    """Let everybody know, in one transaction with what the index has to read again."""
    publication = queries.to_carry_on(work.publication_id)
    if publication is None or publication.state != Step.DEPOSITED:
        db.session.rollback()
        return
    at = clock.now()
    for key in actions.announce(publication, by=SYSTEM, at=at):
        outbox.tell(db.session, key, at)
    reached("publication.announcing")
    db.session.commit()
    reached("publication.published")
    staging.clear(folder_of(work.issue_id, office))
    jobs.nudge("library.drain_outbox")


STEPS: Mapping[Step, Callable[[Work, Settings], None]] = {
    Step.QUEUED: _compose,
    Step.COMPOSED: _typeset,
    Step.TYPESET: _deposit,
    Step.DEPOSITED: _announce,
}
"""What leads on from each step."""


def _move_on(work: Work, to: Step, *, message: str, **kept: Any) -> None:
    """Commit that a step is done, unless another worker has done so already."""
    publication = queries.to_carry_on(work.publication_id)
    if publication is None or publication.state != work.step:
        db.session.rollback()
        return
    for name, value in kept.items():
        setattr(publication, name, value)
    publication.message = message
    publication.move_to(to, act=to.value, by=SYSTEM, at=clock.now(), issue=f"issue:{work.issue_id}")
    db.session.commit()
    reached(f"publication.{to.value}.committed")


def _tell(publication_id: int, message: str) -> None:
    """Say what is being done now, for the progress on the page."""
    publication = queries.to_carry_on(publication_id)
    if publication is not None and publication.message != message:
        publication.message = message
        db.session.commit()
    else:
        db.session.rollback()


def _fail(publication_id: int, sentence: str) -> None:
    db.session.rollback()
    publication = queries.to_carry_on(publication_id)
    if publication is None or publication.state == Step.PUBLISHED:
        db.session.rollback()
        return
    publication.error, publication.message = sentence, ""
    db.session.commit()


def begin(issue_id: int, at: datetime) -> int | None:
    """Queue the publication of a signed issue, once; gives its number."""
    if (found := queries.of_issue(issue_id)) is not None:
        number = found.id
        db.session.rollback()
        return number
    issue = queries.frozen_of(issue_id)
    publication = actions.queue(issue, at=at)
    db.session.add(publication)
    db.session.commit()
    number = publication.id
    db.session.rollback()
    return number
