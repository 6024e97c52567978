"""In this file we name what can go wrong, in the words of the people it happens to.

Every error carries one sentence that may be shown on a page. `answers.py` decides the HTTP status.
"""

from __future__ import annotations

from flask_babel import gettext as _


class PublisherError(Exception):
    """Base of every error of the editorial life; `sentence` may be shown to the person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(PublisherError):
    """There is no such thing, or the person may not know that there is."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or _("没有找到您要的内容，它可能已被移走，或者地址有误。"))


class NotAllowed(PublisherError):
    """The person may see the thing but not do this with it."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or _("您没有办理这一步的权限。"))


class StepRefused(PublisherError):
    """The thing is in a state from which this step cannot be taken."""


class Overtaken(PublisherError):
    """Somebody else changed the thing in the meantime."""


class InputRefused(PublisherError):
    """What was typed or uploaded cannot be taken; `field` names where."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class SettingsWrong(PublisherError):
    """The office's settings name something that cannot be."""
