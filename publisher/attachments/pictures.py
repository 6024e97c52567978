"""In this file a photo gets a picture of a size that fits a page; the original stays as it came.

It is made when the photo is first shown, lies under the original's digest, and is nothing that a
backup needs: a lost one is made again. Who may have it is who may have the original; the doors are
the same.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import tempfile
import threading
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from publisher.attachments.actions import BROKEN, PHOTO_FORMATS

logger = logging.getLogger(__name__)
LONGEST_SIDE = 1600
"""Pixels; a page is 800 wide at most, and screens show two for one."""
FITS_ANYWAY = 400 * 1024
"""Bytes; an original that is no larger is shown itself."""
QUALITY = 82
JPEG, PNG = "image/jpeg", "image/png"
_one_at_a_time = threading.Lock()
"""A photo unpacked takes some hundred megabytes."""


def fitting(content: bytes, media_type: str, folder: Path) -> tuple[bytes, str]:
    """A photo as a page shows it, and its media type; the original where that fits or is odd."""
    if len(content) <= FITS_ANYWAY:
        return content, media_type
    return kept(hashlib.sha256(content).hexdigest(), folder) or make(content, folder) or (
        content, media_type,
    )  # fmt: skip


def kept(digest: str, folder: Path) -> tuple[bytes, str] | None:
    """The picture of the original with that digest, where it was made already."""
    try:
        content = _path(digest, folder).read_bytes()
    except FileNotFoundError:
        return None
    return (content, PNG if content.startswith(b"\x89PNG") else JPEG) if content else None


def make(content: bytes, folder: Path) -> tuple[bytes, str] | None:
    """Make the picture of an original and keep it; None where Pillow cannot."""
    try:
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            made = _smaller(content)
    except (Image.DecompressionBombError, *BROKEN):
        logger.warning("A photo of %d bytes could not be made smaller", len(content))
        return None
    if len(made) >= len(content):
        made = content
    _keep(made, _path(hashlib.sha256(content).hexdigest(), folder))
    return made, PNG if made.startswith(b"\x89PNG") else JPEG


def _smaller(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=PHOTO_FORMATS) as image:
        # A JPEG is unpacked at a half, a quarter or an eighth where that is enough.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        stream = io.BytesIO()
        if "A" in upright.getbands() or "transparency" in upright.info:
            upright.save(stream, "PNG", optimize=True)
        else:
            upright.convert("RGB").save(stream, "JPEG", quality=QUALITY, progressive=True)
        return stream.getvalue()


def _path(digest: str, folder: Path) -> Path:
    return folder / digest[:2] / f"{digest}-{LONGEST_SIDE}"


def _keep(content: bytes, path: Path) -> None:
    """Put it there at once and whole; a page may ask for it twice at the same moment.

    Where the disk is full it is shown all the same, and made again the next time.
    """
    staged = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, staged = tempfile.mkstemp(dir=path.parent, prefix=".staged-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(staged).replace(path)
    except OSError:
        logger.exception("The picture of a photo could not be kept")
        if staged is not None:
            Path(staged).unlink(missing_ok=True)
