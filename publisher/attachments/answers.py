"""In this file a kept file is sent to a browser; its own room decides who may have it."""

from __future__ import annotations

import io

from flask import Response, send_file

from publisher.attachments import pictures, queries
from publisher.attachments.model import Attachment
from publisher.settings import settings


def send(attachment: Attachment, *, inline: bool = False, fitting: bool = False) -> Response:
    """Send a file: photos and PDF may be shown in place, everything else is a download.

    `fitting` sends a photo in the size that a page shows it in; the original is one tap away.
    """
    if fitting and attachment.is_photo:
        return _send_fitting(attachment)
    showable = attachment.is_photo or attachment.media_type == "application/pdf"
    return send_file(
        io.BytesIO(queries.content(attachment, settings().files_path)),
        mimetype=attachment.media_type,
        as_attachment=not (inline and showable),
        download_name=attachment.name,
        etag=attachment.digest,
    )


def _send_fitting(attachment: Attachment) -> Response:
    folder = settings().pictures_path
    found = pictures.kept(attachment.digest, folder) or pictures.fitting(
        queries.content(attachment, settings().files_path), attachment.media_type, folder
    )
    content, media_type = found
    return send_file(
        io.BytesIO(content), mimetype=media_type, etag=f"{attachment.digest}-{len(content)}"
    )
