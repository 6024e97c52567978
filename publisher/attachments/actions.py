"""In this file an upload becomes a kept file: looked into, measured, stored under its digest."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _
from PIL import Image, ImageFile, UnidentifiedImageError
from werkzeug.datastructures import FileStorage

from publisher import history
from publisher.attachments import texts
from publisher.attachments.model import Attachment
from publisher.attachments.protection import COMPOUND, is_locked
from publisher.errors import InputRefused

MOST_PIXELS = 60_000_000
"""A photo of more pixels is refused before it is unpacked: it may be a bomb."""

PHOTO_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}
"""MPO is what many telephones write: a JPEG with a second picture behind it."""
PHOTO_FORMATS = ("JPEG", "PNG")
"""Only these are tried on an upload, so that a file cannot choose a rare parser."""

BROKEN = (
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What Pillow and zipfile raise over files damaged in ways they do not foresee."""

SIGNATURES: tuple[tuple[bytes, str, frozenset[str]], ...] = (
    (b"%PDF-", "application/pdf", frozenset({".pdf"})),
    (COMPOUND, "application/msword", frozenset({".doc", ".wps"})),
    (COMPOUND, "application/vnd.ms-excel", frozenset({".xls", ".et"})),
    (
        b"PK\x03\x04",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        frozenset({".docx"}),
    ),
    (
        b"PK\x03\x04",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        frozenset({".xlsx"}),
    ),
)
"""What is taken besides photos and plain text: first bytes, type, endings."""

OFFICE = frozenset({".doc", ".wps", ".xls", ".et", ".docx", ".xlsx"})
OTHERS = (b"PK\x03\x04", b"{\\rtf", b"<", b"\xef\xbb\xbf<", b"MIME-")
"""What else is handed in under an Office file's ending: the other generation, RTF, pages."""
TEXTS = frozenset({".txt", ".md", ".csv"})

SCANS = (b"II*\0", b"MM\0*")
"""What a TIFF file begins with; it is taken from scanners alone, and opened in a child process."""

MOST_UNPACKED = 500 * 1024 * 1024
"""A Word or Excel file that unpacks to more is refused unopened."""


@dataclass(frozen=True)
class Seen:
    """What a look into an upload showed."""

    media_type: str
    width: int | None = None
    height: int | None = None


def keep_file(
    upload: FileStorage,
    *,
    folder: Path,
    by: history.Actor,
    at: datetime,
    caption: str = "",
) -> Attachment:
    """Keep an uploaded file below `folder`; raises `InputRefused` for what is not taken."""
    return keep_bytes(
        upload.read(), name=upload.filename or "", folder=folder, by=by, at=at, caption=caption
    )


def keep_bytes(
    content: bytes,
    *,
    name: str,
    folder: Path,
    by: history.Actor,
    at: datetime,
    caption: str = "",
    scans: bool = False,
) -> Attachment:
    """Keep a file's bytes below `folder`; raises `InputRefused` for what is not taken.

    With `scans` a TIFF file is taken too.
    """
    shown = shown_name(name)
    seen = look_into(content, shown, scans=scans)
    digest = hashlib.sha256(content).hexdigest()
    _store(content, digest, folder)
    return Attachment(
        name=shown,
        media_type=seen.media_type,
        size=len(content),
        digest=digest,
        caption=caption.strip()[:300],
        width=seen.width,
        height=seen.height,
        kept_by_id=by.id,
        kept_at=at,
    )


def shown_name(name: str) -> str:
    """The last part of a name, without what could be taken for a path or steer a terminal."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in last if c.isprintable()).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[:150]}{dot}{ending[:20]}" if clean else "未命名"


def look_into(content: bytes, name: str, *, scans: bool = False) -> Seen:
    """Find out what a file is from its bytes; raises `InputRefused` with the reason."""
    if not content:
        raise InputRefused(_("文件“%(name)s”是空的。", name=name), field="files")
    if (photo := _as_photo(content, name)) is not None:
        return photo
    ending = Path(name).suffix.lower()
    if scans and content.startswith(SCANS) and ending in {".tif", ".tiff"}:
        return Seen("image/tiff")
    if ending in OFFICE and is_locked(content):
        raise InputRefused(
            _("文件“%(name)s”设有打开密码或受权限保护，请取消保护后再传。", name=name),
            field="files",
        )
    for first, media_type, endings in SIGNATURES:
        if content.startswith(first) and ending in endings:
            if first.startswith(b"PK"):
                _check_unpacked_size(content, name)
            return Seen(media_type)
    if ending in TEXTS:
        return Seen(f"text/plain; charset={_charset(content, name)}")
    raise InputRefused(_why_not(content, name, ending), field="files")


def _charset(content: bytes, name: str) -> str:
    try:
        return texts.decoded(content)[1]
    except texts.NotText as error:
        raise InputRefused(
            _(
                "文件“%(name)s”不是 UTF-8 或 GB18030 编码的文本，请用记事本打开，"
                "另存为 UTF-8 编码后再传。",
                name=name,
            ),
            field="files",
        ) from error


def _why_not(content: bytes, name: str, ending: str) -> str:
    """Why a file is not taken; most that are refused bear another kind's ending."""
    if ending in OFFICE and content.startswith(COMPOUND):
        return str(
            _("文件“%(name)s”是旧格式改了扩展名，请用 Office 打开，另存为新格式后再传。", name=name)
        )
    if ending in OFFICE and content[:200].lstrip().startswith(OTHERS):
        return str(
            _(
                "文件“%(name)s”的内容与扩展名不符，可能是网页或别的格式改了扩展名，"
                "请用 Office 打开，另存为 .docx 或 .xlsx 后再传。",
                name=name,
            )
        )
    return str(
        _(
            "文件“%(name)s”不在可接收之列，可传照片（JPG、PNG）、PDF、Word、Excel 和文本。",
            name=name,
        )
    )


def _as_photo(content: bytes, name: str) -> Seen | None:
    # Pillow has one switch for the whole process, and WeasyPrint turns it to lenient when it is
    # imported: half a photo would then be taken for a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=PHOTO_FORMATS) as image:
                kind, (width, height) = image.format, image.size
                if kind not in PHOTO_TYPES:
                    return None
                if width * height > MOST_PIXELS:
                    raise InputRefused(
                        _("照片“%(name)s”像素过大，请缩小后再传。", name=name), field="files"
                    )
                image.load()
    except Image.DecompressionBombError as error:
        raise InputRefused(
            _("照片“%(name)s”像素过大，请缩小后再传。", name=name), field="files"
        ) from error
    except UnidentifiedImageError:
        return None
    except BROKEN as error:
        raise InputRefused(_("照片“%(name)s”已损坏，打不开。", name=name), field="files") from error
    return Seen(PHOTO_TYPES[kind], width, height)


def _check_unpacked_size(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
    except (zipfile.BadZipFile, *BROKEN) as error:
        raise InputRefused(_("文件“%(name)s”已损坏，打不开。", name=name), field="files") from error
    if unpacked > MOST_UNPACKED:
        raise InputRefused(_("文件“%(name)s”展开后过大，不予接收。", name=name), field="files")


def path_of(digest: str, folder: Path) -> Path:
    """Where a file of that digest lies below `folder`."""
    return folder / digest[:2] / digest[2:4] / digest


def _store(content: bytes, digest: str, folder: Path) -> None:
    """Write the bytes durably before any record speaks of them."""
    path = path_of(digest, folder)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, staged = tempfile.mkstemp(dir=path.parent, prefix=".staged-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(staged).rename(path)
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise
    folder_descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder_descriptor)
    finally:
        os.close(folder_descriptor)
