"""In this file the worker sets layouts in work, and clears what nobody looks at any more."""

from __future__ import annotations

from publisher.jobs import every_minute, job
from publisher.settings import settings
from publisher.typesetting import previews


@job
def make_preview(digest: str, word: bool, owner: int) -> None:
    """Set a layout in work with the sample text."""
    previews.make(digest, word=word, owner=owner, office=settings())


@every_minute
def clear_previews() -> None:
    """Remove the previews nobody asked for in the last days."""
    previews.clear_old(settings())
