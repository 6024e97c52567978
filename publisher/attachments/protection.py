"""In this file an Office file is asked whether a password or a right locks it.

A locked .docx or .xlsx is no ZIP but a compound file with the encrypted package in it
([MS-OFFCRYPTO] 2.3); an older .doc says it in its first bytes ([MS-DOC] 2.5.2, FibBase.fEncrypted).
"""

from __future__ import annotations

import struct

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What a compound file begins with: [MS-CFB] 2.2."""
LOCKED = ("EncryptedPackage", "\tDRMContent")
"""Streams that hold what a password, or a right granted by a server, alone opens."""
DOCUMENT = "WordDocument"
NAME_LENGTH, FIRST_SECTOR = 0x40, 0x74
"""Places in a directory entry of 128 bytes: [MS-CFB] 2.6.1."""
ENTRY = 128
WORD, FLAGS, ENCRYPTED = 0xA5EC, 0x0A, 0x0100


def is_locked(content: bytes) -> bool:
    """Whether an Office file can be opened with a password or a right alone."""
    if not content.startswith(COMPOUND):
        return False
    return any(_entry(content, name) is not None for name in LOCKED) or _is_locked_doc(content)


def _entry(content: bytes, name: str) -> int | None:
    """Where the directory tells of a stream."""
    wanted = f"{name}\0".encode("utf-16-le")
    at = content.find(wanted)
    while at >= 0:
        length = content[at + NAME_LENGTH : at + NAME_LENGTH + 2]
        if at % ENTRY == 0 and length == len(wanted).to_bytes(2, "little"):
            return at
        at = content.find(wanted, at + 1)
    return None


def _is_locked_doc(content: bytes) -> bool:
    entry = _entry(content, DOCUMENT)
    if entry is None:
        return False
    try:
        (shift,) = struct.unpack_from("<H", content, 0x1E)
        (sector,) = struct.unpack_from("<L", content, entry + FIRST_SECTOR)
        start = (sector + 1) << min(shift, 16)
        kind, flags = struct.unpack_from("<H8xH", content, start)
    except struct.error:
        return False
    return bool(kind == WORD and flags & ENCRYPTED)
