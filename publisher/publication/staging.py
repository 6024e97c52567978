"""In this file made files wait, whole or not at all, between the press and the archive.

A folder per issue; `made.json` is written last and names the digest of each file, so that what a
killed process left half done is seen and made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MADE = "made.json"


@dataclass(frozen=True)
class Made:
    """What the presses made of one frozen content."""

    content: str
    """Digest of the content that was pressed."""
    files: Mapping[str, str]
    """SHA-512 of each file by its name."""
    pages: int

    def as_json(self) -> str:
        """The text of made.json."""
        return json.dumps(
            {"content": self.content, "files": dict(self.files), "pages": self.pages}, indent=2
        )


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that after the return it is on disk, and before it is not there at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, staged = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(staged).replace(path)
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let a folder's entries reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(content: bytes) -> str:
    """SHA-512, as the archive counts it."""
    return hashlib.sha512(content).hexdigest()


def conclude(folder: Path, made: Made) -> None:
    """Say that every file of `made` is there."""
    write_durably(folder / MADE, made.as_json().encode())


def what_is_made(folder: Path, content: str) -> Made | None:
    """What lies ready of that content; None where anything is missing, other or damaged."""
    try:
        read: dict[str, Any] = json.loads((folder / MADE).read_bytes())
        made = Made(read["content"], read["files"], read["pages"])
        whole = all(
            digest((folder / name).read_bytes()) == expected
            for name, expected in made.files.items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made if whole and made.content == content else None


def clear(folder: Path) -> None:
    """Remove what is no longer needed."""
    shutil.rmtree(folder, ignore_errors=True)
