"""In this file we name what can go wrong with an old file."""

from __future__ import annotations

from publisher.errors import PublisherError


class Unreadable(PublisherError):
    """The file cannot be read; the sentence says why."""
