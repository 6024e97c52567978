"""In this file a test may let the program die at a named point, as a power cut would."""

from __future__ import annotations

import os

VARIABLE = "JIANBAO_DIE_AT"
"""The environment variable that names the point; it is set by tests only."""

DIED = 9
"""The exit code of a process that died at a point."""


def reached(name: str) -> None:
    """Say that the program has come to a point; the process ends there if it was asked to.

    Nothing is closed, flushed or rolled back.
    """
    if os.environ.get(VARIABLE) == name:
        os._exit(DIED)
