"""In this file an issue's source goes to the presses: read, composed, and set in each form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from flask_babel import gettext as _

import layouts
from publisher.attachments.actions import path_of
from publisher.config import Settings
from publisher.publication.errors import PublicationFailed

Form = Literal["docx", "pdf", "html"]

FILES: Mapping[Form, str] = {"docx": "issue.docx", "pdf": "issue.pdf", "html": "issue.html"}
"""What the file of each press is called, in staging and in the archive."""


def compose(source: Mapping[str, Any], settings: Settings) -> layouts.Document:
    """Read a source and compose it; raises `PublicationFailed` naming the field that is wrong."""
    try:
        return layouts.compose(layouts.read_source(source), layouts_dir=settings.layouts_path)
    except layouts.LayoutError as error:
        raise PublicationFailed(_("组版未成：%(reason)s", reason=str(error))) from error


def set_in(
    form: Form,
    document: layouts.Document,
    photos: Mapping[str, bytes],
    settings: Settings,
) -> layouts.Edition:
    """Set a document in one form; raises `PublicationFailed` where the press gives up."""
    try:
        return layouts.typeset(
            document,
            form,
            images=photos,
            layouts_dir=settings.layouts_path,
            fonts_dir=settings.fonts_path,
        )
    except layouts.LayoutError as error:
        raise PublicationFailed(_("排印未成：%(reason)s", reason=str(error))) from error


def read_photos(digests: Mapping[str, str], folder: Path) -> dict[str, bytes]:
    """The bytes of each photo by its key; raises `PublicationFailed` for a lost or changed one."""
    found: dict[str, bytes] = {}
    for key, expected in digests.items():
        try:
            content = path_of(expected, folder).read_bytes()
        except OSError as error:
            raise PublicationFailed(
                _("照片（编号%(key)s）读不出来，请检查附件目录。", key=key)
            ) from error
        if hashlib.sha256(content).hexdigest() != expected:
            raise PublicationFailed(_("照片（编号%(key)s）已损坏，与上传时不一致。", key=key))
        found[key] = content
    return found


def photo_name(key: str, content: bytes) -> str:
    """What a photo is called in the archive: photos/12.png."""
    return f"photos/{key}.{'png' if content.startswith(bytes([0x89]) + b'PNG') else 'jpg'}"
