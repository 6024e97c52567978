"""In this file a photo becomes one that Word takes: right side up, in a form that is known."""

from __future__ import annotations

import io
import struct

from docx.exceptions import PythonDocxError
from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.image.image import Image as WordImage
from PIL import Image, ImageOps

from layouts.photos import ORIENTATION


def for_word(content: bytes) -> bytes | None:
    """A photo as Word and python-docx take it, right side up; none where it is no photo."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            turned = image.getexif().get(ORIENTATION, 1) != 1
            if not turned and _is_known(content):
                return content
            upright = ImageOps.exif_transpose(image)
            stream = io.BytesIO()
            if image.format in {"JPEG", "MPO"}:
                upright.convert("RGB").save(stream, "JPEG", quality=92)
            else:
                upright.convert("RGBA").save(stream, "PNG")
            return stream.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _is_known(content: bytes) -> bool:
    try:
        WordImage.from_blob(content)
    except (
        InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError,
        PythonDocxError, KeyError, IndexError, ValueError, struct.error,
    ):  # fmt: skip
        return False
    return True
