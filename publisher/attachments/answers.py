"""In this file a kept file is sent to a browser; its own room decides who may have it."""

from __future__ import annotations

import io

from flask import Response, send_file

from publisher.attachments import queries
from publisher.attachments.model import Attachment
from publisher.settings import settings


def send(attachment: Attachment, *, inline: bool = False) -> Response:
    """Send a file: photos and PDF may be shown in place, everything else is a download."""
    showable = attachment.is_photo or attachment.media_type == "application/pdf"
    return send_file(
        io.BytesIO(queries.content(attachment, settings().files_path)),
        mimetype=attachment.media_type,
        as_attachment=not (inline and showable),
        download_name=attachment.name,
        etag=attachment.digest,
    )
