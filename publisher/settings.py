"""In this file a room asks for the office's settings, as they were read at the start."""

from __future__ import annotations

from typing import cast

from flask import current_app

from publisher.config import Settings


def settings() -> Settings:
    """The settings of the application at hand."""
    return cast("Settings", current_app.extensions["settings"])
