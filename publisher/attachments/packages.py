"""In this file a part of a ZIP that somebody handed in is read, with bounds.

What a ZIP says of a part's length need not be true: read at once, a part of a megabyte that says it
has ten bytes unpacks to gigabytes before anybody finds out.
"""

from __future__ import annotations

import zipfile
import zlib
from functools import partial

CHUNK = 1024 * 1024
ENCRYPTED = 0x1
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
"""What zipfile raises over a package or a part that is damaged, locked or packed in a rare way."""


def part_of(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a part, never more than it says that it has; raises one of `BROKEN`."""
    with package.open(entry) as part:
        return b"".join(iter(partial(part.read, CHUNK), b""))


def is_locked(entry: zipfile.ZipInfo) -> bool:
    """Whether a part is read with a password alone."""
    return bool(entry.flag_bits & ENCRYPTED)
