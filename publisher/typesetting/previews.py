"""In this file a layout in work is set with the sample text, and its pages are kept for a while.

A preview lies under the digest of the layout it shows, so the same draft is never set twice. All of
it can be made again at any time.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

import layouts as wing
from layouts.copying import sample_source
from layouts.drafts import Draft
from publisher import clock
from publisher.config import Settings
from publisher.errors import NotFound, PublisherError
from publisher.publication import press, staging

logger = logging.getLogger(__name__)

DIGEST = re.compile(r"[0-9a-f]{64}")
DPI = 96
DRAFT, MADE, STEP, FAILED = "draft.json", "made.json", "step.txt", "failed.txt"
WORD = "word"
"""The folder of the Word file's pages."""
LOST_AFTER = 180
"""Seconds after which a preview that is not made is given up: its job was lost."""
KEPT_SECONDS = 3 * 24 * 3600
OFFICE_SECONDS = 90
"""How long LibreOffice may take for the sample."""


@dataclass(frozen=True)
class Preview:
    """How far a preview is made."""

    digest: str
    pages: int = 0
    word_pages: int = 0
    error: str = ""
    word_error: str = ""
    step: str = ""
    """What is being done, in a sentence."""

    @property
    def is_made(self) -> bool:
        """Whether the pages of the PDF are there."""
        return self.pages > 0


def word_program() -> str | None:
    """LibreOffice, which turns a Word file into pages; none where it is not installed."""
    return shutil.which("soffice")


def ask(layout: wing.Layout, draft: Draft, *, owner: int, office: Settings) -> str:
    """Lay a draft ready to be set, and give its digest; the job is still to be queued.

    `owner` is who asks, 0 for nobody: of one person's drafts of one layout the newest alone is set.
    """
    said, digest = wing.text_of(layout), digest_of(layout)
    folder = folder_of(digest, office)
    values = {
        "name": draft.name,
        "base": draft.base,
        "css": draft.css,
        "settings": dict(draft.settings),
    }
    staging.write_durably(folder / press.LAYOUT, said.encode())
    staging.write_durably(folder / DRAFT, json.dumps(values).encode())
    (folder / FAILED).unlink(missing_ok=True)
    if owner:
        staging.write_durably(_newest(owner, draft.name, office), digest.encode())
    return digest


def digest_of(layout: wing.Layout) -> str:
    """The digest under which the preview of a layout lies."""
    return hashlib.sha256(wing.text_of(layout).encode()).hexdigest()


def maybe(digest: str, office: Settings) -> Preview | None:
    """How far a preview is; none where nobody asked for it."""
    try:
        return state_of(digest, office)
    except NotFound:
        return None


def _newest(owner: int, name: str, office: Settings) -> Path:
    return office.previews_path / f"newest-{owner}-{name}"


def folder_of(digest: str, office: Settings) -> Path:
    """Where a preview lies; raises `NotFound` for what is no digest."""
    if not DIGEST.fullmatch(digest):
        raise NotFound
    return office.previews_path / digest


def draft_of(digest: str, office: Settings) -> Draft:
    """The draft a preview shows; raises `NotFound`."""
    try:
        return Draft(**json.loads((folder_of(digest, office) / DRAFT).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise NotFound from error


def state_of(digest: str, office: Settings) -> Preview:
    """How far a preview is; raises `NotFound` where nobody asked for it."""
    folder = folder_of(digest, office)
    try:
        asked = (folder / DRAFT).stat().st_mtime
    except OSError as error:
        raise NotFound from error
    made, word = _read(folder / MADE), _read(folder / WORD / MADE)
    failed = _text(folder / FAILED)
    if not made and not failed and _age(asked) > LOST_AFTER:
        failed = _("没有生成，请再试一次。")
    return Preview(
        digest=digest,
        pages=int(made.get("pages", 0)),
        word_pages=int(word.get("pages", 0)),
        error="" if made else failed,
        word_error=str(word.get("error", "")),
        step=_text(folder / STEP),
    )


def file_of(digest: str, name: str, office: Settings) -> Path:
    """A file of a preview: issue.pdf, issue.docx, 1.png, word/1.png; raises `NotFound`."""
    path = folder_of(digest, office) / name
    if not path.is_file():
        raise NotFound
    return path


def make(digest: str, *, word: bool, owner: int, office: Settings) -> None:
    """Set a draft in both formats and keep its pages; what hinders is kept as a sentence."""
    try:
        folder, draft = folder_of(digest, office), draft_of(digest, office)
    except NotFound:
        return
    if owner and _text(_newest(owner, draft.name, office)) != digest:
        return
    try:
        if not (folder / MADE).is_file():
            _set(folder, office)
        if word and not (folder / WORD / MADE).is_file():
            _draw_word(folder)
    except PublisherError as error:
        staging.write_durably(folder / FAILED, error.sentence.encode())
    except Exception:
        logger.exception("Preview %s failed", digest)
        staging.write_durably(folder / FAILED, _("版面没有生成，请稍后重试。").encode())
    finally:
        (folder / STEP).unlink(missing_ok=True)


def source_for(layout: wing.Layout) -> dict[str, Any]:
    """The sample as an issue in a layout: under its title, with as many articles as it is for."""
    source = sample_source("regular") | {
        "layout": layout.name,
        "serial": layout.title,
        "urgency": "特急",
    }
    if layout.most_articles:
        left = layout.most_articles
        for section in source["sections"]:
            section["articles"] = section["articles"][:left]
            left -= len(section["articles"])
    return source


def _set(folder: Path, office: Settings) -> None:
    """Set the sample as PDF and Word file, and draw the pages of the PDF."""
    look = wing.layout_from((folder / press.LAYOUT).read_bytes())
    source = source_for(look)
    document = wing.compose(wing.read_source(source), look=look)
    _tell(folder, _("正在排 PDF……"))
    pdf = press.set_pdf(document, {}, office)
    staging.write_durably(folder / press.PDF, pdf.content)
    _tell(folder, _("正在画版面……"))
    count = 0
    for count, picture in enumerate(wing.page_pictures(pdf.content, dpi=DPI), 1):
        staging.write_durably(folder / f"{count}.png", picture)
    _tell(folder, _("正在排 Word 文件……"))
    docx = wing.typeset(document, "docx", places=pdf.places)
    staging.write_durably(folder / press.DOCX, docx.content)
    staging.write_durably(folder / MADE, json.dumps({"pages": count}).encode())


def _draw_word(folder: Path) -> None:
    """Draw the pages of the Word file as LibreOffice sets them."""
    program = word_program()
    if program is None:
        return
    _tell(folder, _("正在用 LibreOffice 画 Word 版面……"))
    with tempfile.TemporaryDirectory(prefix="jianbao-word-") as work:
        profile = (Path(work) / "profile").as_uri()
        command = [program, "--headless", f"-env:UserInstallation={profile}"]
        command += ["--convert-to", "pdf", "--outdir", work, str(folder / press.DOCX)]
        try:
            subprocess.run(  # noqa: S603 - found on the path of the machine, our own file
                command, check=True, capture_output=True, timeout=OFFICE_SECONDS
            )
            content = (Path(work) / "issue.pdf").read_bytes()
        except (OSError, subprocess.SubprocessError):
            logger.exception("LibreOffice could not set %s", folder)
            error = _("LibreOffice 没有排成，请下载 Word 文件查看。")
            staging.write_durably(folder / WORD / MADE, json.dumps({"error": error}).encode())
            return
    count = 0
    for count, picture in enumerate(wing.page_pictures(content, dpi=DPI), 1):
        staging.write_durably(folder / WORD / f"{count}.png", picture)
    staging.write_durably(folder / WORD / MADE, json.dumps({"pages": count}).encode())


def clear_old(office: Settings) -> None:
    """Remove the previews nobody asked for in the last days."""
    if not office.previews_path.is_dir():
        return
    for path in office.previews_path.iterdir():
        if path.is_dir():
            asked = path / DRAFT
            if _age((asked if asked.exists() else path).stat().st_mtime) > KEPT_SECONDS:
                staging.clear(path)
        elif _age(path.stat().st_mtime) > KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _age(moment: float) -> float:
    """How many seconds ago a file was written, by the clock of the house."""
    return clock.now().timestamp() - moment


def _tell(folder: Path, sentence: str) -> None:
    (folder / STEP).write_text(sentence, encoding="utf-8")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _read(path: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return read
