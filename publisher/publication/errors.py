"""In this file we name what can go wrong on the way of an issue to its readers."""

from __future__ import annotations

from publisher.errors import PublisherError


class PublicationFailed(PublisherError):
    """A step could not be done now; the sentence says what hinders it, and it is tried again."""


class ArchiveLost(PublisherError):
    """The office's own archive cannot be reached or written; nothing goes on until it can."""
