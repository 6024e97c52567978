"""In this file a Word file's package is made the same for the same content, whenever it is made."""

from __future__ import annotations

import io
import zipfile


def clean(text: str) -> str:
    """Without what XML cannot carry."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )


def same_bytes(content: bytes) -> bytes:
    """The same package with fixed times and sorted parts, so that its digest is a promise."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        # [Content_Types].xml comes first by custom; "[" sorts before every letter.
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return stream.getvalue()
